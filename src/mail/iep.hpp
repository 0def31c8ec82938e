#pragma once
// IEP 2.0 policies (rules.md §4): one flat JSON object, at most 16 KiB, of which no address is ever fetched. Pure.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"

namespace caveat::mail {

struct Iep {
    std::optional<std::string_view> refers_to;      // the id of another policy, which stands for this one
    bool is_policy = false;                         // names its version or itself; else it is only something with a "tlp" in it
    bool must_seal = false, must_not_name = false;  // also where the policy does not say
    bool names_label = false;
    bool in_force = true;  // false: before its start, after its end, or one of them cannot be read
};
// A policy as it is to be read: in UTF-8, and without escapes for letters (RFC 8259 §7). It comes in UTF-8, in UTF-16 as its first bytes
// tell (some programs write that), or else in the charset that its part names. None: it is no JSON object, or one of more than 32 levels.
[[nodiscard]] std::optional<std::string> iep_text(std::string_view bytes, std::string_view charset);

// The values behind a key, at any depth, without quotes; of an object or a list its beginning.
struct IepValue {
    std::string_view text;
    bool is_word = false;  // it stood in quotes
};
[[nodiscard]] std::vector<IepValue> iep_values(std::string_view json, std::string_view key);

// `json`: as iep_text gives it. Of a key that stands there twice the most restrictive value counts. `now`: none, and its dates are not
// looked at.
[[nodiscard]] Iep read_iep(std::string_view json, const std::optional<Instant>& now);

}  // namespace caveat::mail

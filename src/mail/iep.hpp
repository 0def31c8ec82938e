#pragma once
// IEP 2.0 policies (rules.md §4): one flat JSON object, at most 16 KiB, of which no address is ever fetched. Pure.
#include <optional>
#include <string_view>

#include "caveat/clock.hpp"

namespace caveat::mail {

struct Iep {
    std::optional<std::string_view> refers_to;      // the id of another policy, which stands for this one
    bool is_policy = false;                         // names its version or itself; else it is only something with a "tlp" in it
    bool must_seal = false, must_not_name = false;  // also where the policy does not say
    bool names_label = false;
    bool in_force = true;  // false: before its start, after its end, or one of them cannot be read
};
// `now`: none, and its dates are not looked at.
[[nodiscard]] Iep read_iep(std::string_view json, const std::optional<Instant>& now);

}  // namespace caveat::mail

#pragma once
// What the fields by which mail systems say how sensitive a message is (Sensitivity, msip_labels, X-Protective-Marking) ask of a post: rows
// of the rule book. They can only raise or hold, because such a field is set by programs as often as by people (ruling hh). Values.
#include <optional>
#include <string>
#include <vector>

#include "caveat/community/tlp.hpp"

namespace caveat::community {

struct Sensitivity {
    std::vector<std::string> fields;  // "X-Sensitivity"; in any case
    std::vector<std::string> says;    // words, any of which the value of a field holds; in any case
    std::optional<Tlp> at_least;      // none: the post is held
    bool operator==(const Sensitivity&) const = default;
};

// The rows of a book that has none of its own; those of policies/apcert.toml. Thread-safe.
[[nodiscard]] const std::vector<Sensitivity>& usual_sensitivities();

}  // namespace caveat::community

#pragma once
// TLP as formats that programs exchange write it: references of STIX 2 to its markings, those of STIX 1, the distribution of CSAF, tags of
// Sigma, a column of a table. The values that people read as labels are not here. Pure; linear.
#include <string_view>
#include <vector>

#include "caveat/community/tlp.hpp"

namespace caveat::mail {

struct MachineLabel {
    community::Tlp label{};
    std::string_view text;  // as it stands there
};

// One of each label at most. `text`: a file as it is, in UTF-8.
[[nodiscard]] std::vector<MachineLabel> machine_labels(std::string_view text);

}  // namespace caveat::mail

#pragma once
// TLP as formats that programs exchange write it: references of STIX 2 to its markings, those of STIX 1, the restriction of IODEF, tags of
// Sigma and MISP, columns of a table, and whatever else bears TLP in its name (CSAF, TheHive, Elastic; keys of JSON and YAML, elements and
// attributes of XML). The values that people read as labels are not here. Pure; linear.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/tlp.hpp"
#include "work.hpp"

namespace caveat::mail {

struct MachineLabel {
    community::Tlp label{};
    std::string_view text;     // as it stands there
    bool is_doubtful = false;  // it may mean a stricter one
};

// One of each label at most. `text`: a file in UTF-8, without escapes. Where the work is spent, the rest is not read; so below.
[[nodiscard]] std::vector<MachineLabel> machine_labels(std::string_view text, Work& work);

// A line as a row for the function below: bars that are drawn, and blanks that line cells up where nothing else parts them, as signs that
// part cells. Nothing where it only frames rows ("+----+-----+").
[[nodiscard]] std::optional<std::string> row_of_table(std::string_view line);

// The same of tables that people put between their words, in which a label is the whole of a cell.
[[nodiscard]] std::vector<MachineLabel> labels_of_pasted_tables(std::string_view text, Work& work);

}  // namespace caveat::mail

#pragma once
// The labels that a file of programs has in it, as they are found: one of each. Pure; linear.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "machine_labels.hpp"
#include "machine_text.hpp"
#include "work.hpp"

namespace caveat::mail::machine {

enum class Fit : std::uint8_t { begins, whole };  // a value begins with a label, or is one

// What it is given outlives it.
class FoundLabels {
public:
    explicit FoundLabels(Work& work) : work_(work) {}

    void add(community::Tlp label, std::string_view text, bool is_doubtful = false);
    // If it is one.
    void add(std::string_view value, Fit fit);
    // One label or several; of a name that is TLP alone also with words behind it, or as the number that TheHive has for it: 3 was RED
    // before its version 5.1, and is AMBER+STRICT since.
    void add_values(std::string_view text, bool of_tlp_alone);

    [[nodiscard]] const std::vector<MachineLabel>& labels() const { return labels_; }
    [[nodiscard]] Work& work() { return work_; }

private:
    Work& work_;
    std::vector<MachineLabel> labels_;
};

// A name with the word TLP in it, and its value: "tlp": "red" of JSON, tlp: of YAML, <tlp> and tlp="" of XML.
void find_named_labels(const Text& text, FoundLabels& found);

// The values below the name of a column. A later line may be the head of another table, or hold that name as a value.
void find_labels_of_tables(const Text& text, FoundLabels& found);

}  // namespace caveat::mail::machine

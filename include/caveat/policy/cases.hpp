#pragma once
// Worked examples beside a rule book (policies/*.cases.toml): replayed by the tests and by `caveat policy replay`.
// Pure; a failing case is a result, a case that cannot be read is a finding. The language is in policies/README.md.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/policy/rulebook.hpp"

namespace caveat::policy {

struct CaseResult {
    int line = 0;
    std::string name;
    bool passed = false;
    std::string got;       // what the book gave
    std::string expected;  // what the case says
    std::vector<std::string> because;
};

struct Replay {
    std::vector<CaseResult> results;
    std::vector<Finding> findings;  // cases that could not be read; then nothing was replayed
};

// Reads the labels of the label examples in a case file. The house passes in mail's lexer, because policy does not include mail.
struct LabelVector {
    std::string subject;
    std::string body;
    std::string header;        // value of a TLP: header, or empty
    std::string list_default;  // "" for none
    bool authenticated = false;
};
// "AMBER", or "hold" for what is held; "RED hold" where a held post has a label all the same.
using LabelReader = std::string (*)(const LabelVector&);

// Without a reader the label examples are left out of the results.
[[nodiscard]] Replay replay(const Rulebook& rules, std::string_view cases_toml, std::string_view file, LabelReader read_label);

}  // namespace caveat::policy

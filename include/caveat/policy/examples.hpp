#pragma once
// Worked examples beside a rule book (policies/*.cases.toml): replayed by the tests and by `caveat policy replay`.
// Pure; an example that fails is a result, one that cannot be read is a finding. The language is in policies/README.md.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/policy/rulebook.hpp"

namespace caveat::policy {

struct ExampleResult {
    int line = 0;
    std::string name;
    bool passed = false;
    std::string got;       // what the book gave
    std::string expected;  // what the example says
    std::vector<std::string> because;
};

struct Replay {
    std::vector<ExampleResult> results;
    std::vector<Finding> findings;  // examples that could not be read; then nothing was replayed
};

// Reads the labels of the label examples in a file. The house passes in mail's lexer, because policy does not include mail.
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
[[nodiscard]] Replay replay(const Rulebook& rules, std::string_view examples_toml, std::string_view file, LabelReader read_label);

}  // namespace caveat::policy

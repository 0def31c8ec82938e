// [[sensitivity]]: which fields of mail systems raise a post, to what, and which hold it. A book without the section reads the usual ones;
// one with sensitivity = [] reads none.
#include <algorithm>

#include "compile.hpp"

namespace caveat::policy {
namespace {

constexpr std::size_t most_sensitivities = 64;  // rows
constexpr std::size_t most_words = 32;          // of a key

// Printable ASCII without a colon (RFC 5322 §2.2).
bool is_field_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

std::vector<std::string> some_words(Page& page, std::string_view key, std::string_view example) {
    auto words = page.words_if(key);
    if (!page.has(key))
        page.findings().add(page.line(), fmt::format("{}: {} is missing", page.where(), key), fmt::format("add {} = {}", key, example));
    else if (words.empty() || std::any_of(words.begin(), words.end(), [](const std::string& word) { return word.empty(); }))
        page.complain(key, "names nothing", fmt::format("write {} = {}", key, example));
    if (words.size() > most_words) page.complain(key, "has too many words", fmt::format("a row holds {}; begin another", most_words));
    return words;
}

community::Sensitivity read_sensitivity(const toml::table& table, Draft& draft) {
    Page page(table, "sensitivity", draft.findings);
    community::Sensitivity row;
    row.fields = some_words(page, "field", "\"X-Sensitivity\"");
    for (const auto& name : row.fields) {
        if (!name.empty() && !is_field_name(name))
            page.complain("field", fmt::format("'{}' cannot be the name of a field", name.substr(0, 64)), "write it without the colon");
    }
    row.says = some_words(page, "says", "\"Confidential\"");
    row.at_least = page.label_if("at_least");
    const bool hold = page.flag_if("hold").value_or(false);
    if (hold == page.has("at_least"))
        draft.findings.add(page.line(), "sensitivity: at_least and hold exclude each other, and one of them is needed",
                           "write at_least = \"AMBER\", or hold = true");
    page.close("field, says, at_least, hold");
    return row;
}

}  // namespace

void read_sensitivities(Page& root, Draft& draft) {
    if (!root.has("sensitivity")) {
        draft.book.sensitivities = community::usual_sensitivities();
        return;
    }
    root.each("sensitivity", [&](std::string_view, const toml::table& table) {
        if (draft.book.sensitivities.size() >= most_sensitivities)
            return draft.findings.add(line_of(table), "too many rows of sensitivity", fmt::format("a book holds {}", most_sensitivities));
        draft.book.sensitivities.push_back(read_sensitivity(table, draft));
    });
}

}  // namespace caveat::policy

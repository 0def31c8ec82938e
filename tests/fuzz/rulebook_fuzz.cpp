// Rule books and case files from anybody: no crash, no hang, and a book that loads answers every question.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "caveat/policy/decide.hpp"
#include "caveat/policy/examples.hpp"

namespace {

using namespace caveat;

void ask(const policy::Rulebook& book) {
    community::Standing who;
    who.roster = community::Roster{};
    community::List list;
    for (const auto& klass : book.classes()) {
        list.klass = klass;
        for (const auto& category : book.categories()) {
            who.category = category;
            const auto decision = policy::may(book, community::Verb::receive, who, list, {}, {});
            if (policy::explain(book, decision, who, list).empty()) __builtin_trap();  // no answer without a reason
            if (decision.answer == policy::Answer::yes) __builtin_trap();              // RED without key, name and list that encrypts
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loading = policy::load(text, "fuzz.toml");
    if (loading.book.has_value() == !loading.findings.empty()) __builtin_trap();  // either a book or findings
    if (!loading.book) return 0;
    ask(*loading.book);
    (void)policy::replay(*loading.book, text, "fuzz.cases.toml", nullptr);
    return 0;
}

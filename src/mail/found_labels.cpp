#include "found_labels.hpp"

#include <algorithm>
#include <array>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "label_lexer.hpp"

namespace caveat::mail::machine {

using community::Tlp;

void FoundLabels::add(Tlp label, std::string_view text, bool is_doubtful) {
    const auto same = [&](const MachineLabel& one) { return one.label == label && one.is_doubtful == is_doubtful; };
    if (std::none_of(labels_.begin(), labels_.end(), same)) labels_.push_back({label, text, is_doubtful});
}

void FoundLabels::add(std::string_view value, Fit fit) {
    constexpr std::size_t longest_label = 40;  // bytes
    constexpr std::size_t work_of_a_value = 64;
    if (value.empty() || value.size() > longest_label) return;
    const auto seen = as_seen(value);
    LabelLexer lexer(seen);
    const auto hit = lexer.header();
    work_.done += work_of_a_value + lexer.examined();
    if (!hit || !hit->label) return;
    const auto rest = std::string_view(seen).substr(hit->end);
    const auto next = rest.find_first_not_of(all_blanks);
    const bool is_whole = next == std::string_view::npos || decoration(rest.substr(next)) != 0;
    if (fit == Fit::begins || is_whole) add(*hit->label, value);
}

void FoundLabels::add_values(std::string_view text, bool of_tlp_alone) {
    constexpr std::array<Tlp, 5> numbers{Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red};
    while (!text.empty()) {
        const auto size = std::min(text.find_first_of(",;|\n"), text.size());
        const auto one = without_quotes(text.substr(0, size));
        text.remove_prefix(std::min(size + 1, text.size()));
        add(one, of_tlp_alone ? Fit::begins : Fit::whole);
        if (of_tlp_alone && one.size() == 1 && one[0] >= '0' && one[0] <= '4')
            add(numbers.at(static_cast<std::size_t>(one[0] - '0')), one, one[0] == '3');
    }
}

}  // namespace caveat::mail::machine

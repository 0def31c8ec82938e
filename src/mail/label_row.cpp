// Several colours behind one "TLP": alternatives, and the options of a form with its boxes to tick.
#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"
#include "label_spelling.hpp"

namespace caveat::mail {

// "TLP:AMBER/RED", "TLP:AMBER-RED", "TLP:AMBER or RED": the second of them, with its sign.
std::optional<Hit> LabelSpelling::alternative_at(std::size_t i) {
    std::size_t begin = skip_set(i, " ", 1);
    const bool apart = begin > i;
    constexpr std::string_view arrow = "→";
    if (at(begin) == '/' || at(begin) == '&' || at(begin) == '>') {
        begin = skip_set(begin + 1, " ", 1);
    } else if (text_.substr(begin).starts_with(arrow)) {
        begin = skip_set(begin + arrow.size(), " ", 1);
    } else if (!apart && std::string_view("-,+|_").find(at(begin)) != std::string_view::npos) {
        begin = skip_set(begin + 1, ">", 1);
    } else if (apart) {
        static constexpr std::array<std::string_view, 6> words{"or ", "and ", "to ", "oder ", "und ", "-> "};
        const auto* const word = std::find_if(words.begin(), words.end(), [&](auto written) { return word_at(begin, written); });
        if (word == words.end()) return std::nullopt;
        begin += word->size();
    } else {
        return std::nullopt;
    }
    const auto name = name_at(begin);
    if (!name || !is_written_as_name(begin, name->end, false)) return std::nullopt;
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
}

// Behind signs and boxes to tick; `boxed`: there was such a box.
std::size_t LabelSpelling::skip_boxes(std::size_t i, bool& boxed) {
    for (int count = 0; count < most_signs && i < text_.size(); ++count) {
        const auto box = tick_box(text_.substr(i));
        boxed = boxed || box != 0;
        const auto size = box != 0 ? box : sign_at(i);
        if (size == 0) break;
        i += size;
    }
    return i;
}

// In capitals, or no word follows it: "☐ Red team" is something to do.
bool LabelSpelling::is_option(const Name& name, std::size_t begin) {
    if (!ascii::has_small_letters(text_.substr(begin, name.end - begin))) return true;
    const auto next = skip_blanks(name.end);
    return next == text_.size() || sign_at(next) != 0;
}

// "TLP: [ ] GREEN", "TLP: (x) Red": a name behind a box to tick.
std::optional<Hit> LabelSpelling::boxed_at(std::size_t i, std::size_t protocol_end) {
    bool boxed = false;
    const std::size_t begin = skip_boxes(protocol_end, boxed);
    if (!boxed || text_.substr(protocol_end, begin - protocol_end).find_first_of(".!?") != std::string_view::npos) return std::nullopt;
    const auto name = name_at(begin);
    if (!name || !is_option(*name, begin)) return std::nullopt;
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false};
}

// Names in a row behind a label, as a form has them: "☐ GREEN ☒ RED", "GREEN [ ] AMBER [x]", "GREEN, AMBER, RED". Which of them is ticked
// is for people to see, so each counts. Without boxes they are a row only where the line ends with it, else a sentence goes on.
std::vector<Hit> LabelSpelling::row_behind(std::size_t end) {
    std::vector<Hit> row;
    bool boxed = false;
    for (;;) {
        const std::size_t begin = skip_boxes(end, boxed);
        const auto between = text_.substr(end, begin - end);
        if (begin == end || between.find_first_of(boxed ? ".!?" : ".!?:") != std::string_view::npos) break;
        const auto name = name_at(begin);
        if (!name || !(boxed ? is_option(*name, begin) : is_written_as_name(begin, name->end, false))) break;
        row.push_back(Hit{end, name->end, name->label, Spelling::lenient, name->white, false, false});
        end = name->end;
    }
    if (row.empty() || boxed || skip_decoration(end) == text_.size()) return row;
    return {};
}

}  // namespace caveat::mail

#include "label_surroundings.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {

bool ends_in_word(std::string_view text, std::string_view small_letters) {
    while (!text.empty() && ascii::is_plain(text.back()) && decoration(text.substr(text.size() - 1)) != 0) text.remove_suffix(1);
    if (text.size() < small_letters.size()) return false;
    const auto before = text.substr(0, text.size() - small_letters.size());
    if (!ascii::equal(text.substr(before.size()), small_letters)) return false;
    return before.empty() || !ascii::is_plain(before.back()) || decoration(before.substr(before.size() - 1)) != 0;
}

bool is_whole_value(std::string_view line, const Hit& hit) {
    constexpr std::string_view around = " \"'", begins_value = ",;\t{[:", ends_value = ",;\t}]";
    constexpr std::size_t most = 16;  // blanks and quotes on either side
    std::size_t left = hit.begin, right = hit.end;
    while (left > 0 && hit.begin - left < most && around.find(line[left - 1]) != std::string_view::npos) --left;
    while (right < line.size() && right - hit.end < most && around.find(line[right]) != std::string_view::npos) ++right;
    const bool begins = left == 0 || begins_value.find(line[left - 1]) != std::string_view::npos;
    return begins && (right == line.size() || ends_value.find(line[right]) != std::string_view::npos);
}

bool is_option_of_form(std::string_view line) {
    const auto text = ascii::trim(line);
    if (tick_box(text) != 0) return true;
    const auto words = undecorated(text);
    const auto behind = words.substr(std::min(words.find_first_of(" \t:;,|[(*_~"), words.size()));
    return undecorated(behind).empty() || tick_box(ascii::trim(behind)) != 0;
}

bool points_at_this_mail(std::string_view line) {
    static constexpr std::array<std::string_view, 36> words{"this ",
                                                            "these ",
                                                            "the following ",
                                                            "the attached ",
                                                            "the content",
                                                            "dies",
                                                            "ce ",
                                                            "cet ",
                                                            "cette ",
                                                            "ces ",
                                                            "este ",
                                                            "esta ",
                                                            "estos ",
                                                            "estas ",
                                                            "questo ",
                                                            "questa ",
                                                            "deze ",
                                                            "dit ",
                                                            "email ini ",
                                                            "surel ini ",
                                                            "pesan ini ",
                                                            "dokumen ini ",
                                                            "Это ",
                                                            "Этот ",
                                                            "Эта ",
                                                            "本",
                                                            "此",
                                                            "该",
                                                            "該",
                                                            "这",
                                                            "這",
                                                            "以下",
                                                            "이 ",
                                                            "この",
                                                            "please treat",
                                                            "please handle"};
    return std::any_of(words.begin(), words.end(), [line](auto word) { return ascii::starts_with(line, word); });
}

bool is_one_clause(std::string_view words) {
    static constexpr std::array<std::string_view, 32> others{"that", "which", "when",    "what", "who",   "whose",   "why",   "how",
                                                             "if",   "where", "whether", "not",  "no",    "nothing", "never", "qui",
                                                             "que",  "quoi",  "quand",   "quel", "lo",    "pas",     "cosa",  "come",
                                                             "was",  "wann",  "wenn",    "wie",  "nicht", "kein",    "yang",  "isn"};
    static constexpr std::array<std::string_view, 14> copulas{"is",   "are", "as",  "ist",      "sind",     "als",       "est",
                                                              "sont", "es",  "son", "\xC3\xA8", "\xC3\xA9", "l\xC3\xA0", "adalah"};
    constexpr int most = 6;
    const auto is_in = [](const auto& known, std::string_view word) { return std::find(known.begin(), known.end(), word) != known.end(); };
    int count = 0;
    bool says = false;
    for (std::size_t i = 0; i < words.size();) {
        const auto rest = words.substr(i);
        const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return ascii::is_plain(c) && !ascii::is_alnum(c); });
        const auto size = static_cast<std::size_t>(end - rest.begin());
        const auto word = ascii::lower(rest.substr(0, size));
        if (size != 0 && (++count > most || is_in(others, word))) return false;
        says = says || is_in(copulas, word);
        i += std::max<std::size_t>(size, 1);
    }
    return says;
}

bool may_be_parted(std::string_view above, std::string_view line) {
    if (ends_in_word(above, "tlp") || ends_in_word(above, "protocol")) return true;
    return ends_in_word(above, "amber") && ends_in_word(line, "strict") && undecorated(line).size() < 16;
}

bool heads_colour(std::string_view above, std::string_view line) {
    constexpr std::size_t longest = 40, longest_name = 24;  // bytes
    static constexpr std::array<std::string_view, 5> names{"red", "amber", "green", "clear", "white"};
    const auto colour = undecorated(line);
    if (above.size() > longest || colour.size() > longest_name || colour.empty() || ascii::is_small(colour.front())) return false;
    const auto* const name = std::find_if(names.begin(), names.end(), [&](auto one) { return ascii::starts_with(colour, one); });
    if (name == names.end()) return false;
    const auto rest = undecorated(colour.substr(name->size()));
    if (!rest.empty() && !ascii::equal(rest, "strict")) return false;
    return ascii::lower(above).find("tlp") != std::string::npos || ascii::lower(above).find("traffic") != std::string::npos;
}

std::optional<std::string> set_apart(std::string_view name) {
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool here = ascii::starts_with(name.substr(i), "tlp");
        const bool written = here && name.substr(i, 3) == "TLP";
        const bool joined = i > 0 && (ascii::is_digit(name[i - 1]) || (name[i - 1] >= 'a' && name[i - 1] <= 'z'));
        if (written && joined) out += ' ';
        out += name[i];
        if (!here || (!written && i > 0 && joined)) continue;
        for (const std::string_view colour : {"red", "amber", "green", "clear"}) {
            if (!ascii::starts_with(name.substr(i + 3), colour)) continue;
            out += name.substr(i + 1, 2);
            out += ':';
            i += 2;
            break;
        }
    }
    return out == name ? std::nullopt : std::optional(out);
}

std::optional<std::string> without_tags(std::string_view line) {
    constexpr std::size_t longest = 120;  // bytes of a tag
    if (line.find_first_of("<{") == std::string_view::npos) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char next = i + 1 < line.size() ? ascii::lower(line[i + 1]) : '\0';
        const bool opens = line[i] == '<' || line[i] == '{';
        const auto end = opens && (next == '/' || (next >= 'a' && next <= 'z')) ? line.substr(i, longest).find(line[i] == '<' ? '>' : '}')
                                                                                : std::string_view::npos;
        // "<TLP:RED>" is no tag.
        if (end == std::string_view::npos || ascii::starts_with(line.substr(i + 1), "tlp"))
            out += line[i];
        else
            i += end;
    }
    return out.size() == line.size() ? std::nullopt : std::optional(out);
}

}  // namespace caveat::mail

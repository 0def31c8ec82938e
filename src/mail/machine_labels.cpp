#include "machine_labels.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "cells.hpp"
#include "foreign.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::size_t longest_label = 40;  // bytes of a label
constexpr std::size_t longest_near = 512;  // bytes of an object or a tag
constexpr std::size_t longest_name = 40;   // bytes of the name of a column or a key
constexpr std::size_t most_columns = 8;    // of one table
constexpr std::string_view all_blanks = " \t\r\n";

// Fixed by STIX 2.1 §7.2.1.4 for TLP 1, and by OASIS for TLP 2.
constexpr std::array<std::pair<std::string_view, Tlp>, 9> markings_of_stix{{{"613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::clear},
                                                                            {"34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::green},
                                                                            {"f88d31f6-486f-44da-b317-01333bde0b82", Tlp::amber},
                                                                            {"5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::red},
                                                                            {"94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::clear},
                                                                            {"bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::green},
                                                                            {"55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::amber},
                                                                            {"939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::amber_strict},
                                                                            {"e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::red}}};

constexpr std::string_view word_of_tlp = "tlp", joined_name = "trafficlightprotocol";
constexpr std::string_view quotes = "\"'";

std::string_view without_blanks_before(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(all_blanks), text.size()));
    return text;
}

// Behind `sign`, which stands next; nothing where another does.
std::optional<std::string_view> behind(std::string_view text, char sign) {
    text = without_blanks_before(text);
    if (!text.starts_with(sign)) return std::nullopt;
    return text.substr(1);
}

std::string_view in_quotes(std::string_view text) {
    text = without_blanks_before(text);
    if (text.empty() || (text[0] != '"' && text[0] != '\'')) return {};
    const auto end = text.find(text[0], 1);
    return end == std::string_view::npos ? std::string_view() : text.substr(1, end - 1);
}

std::string_view without_quotes(std::string_view field) {
    field = ascii::trim(field);
    while (field.size() > 1 && (field.front() == '"' || field.front() == '\'') && field.back() == field.front())
        field = ascii::trim(field.substr(1, field.size() - 2));
    return field;
}

bool is_small_latin(char c) { return c >= 'a' && c <= 'z'; }
bool is_latin(char c) { return is_small_latin(ascii::lower(c)); }

// Whether "tlp" stands there as a word of a name: "source_tlp", "tlpLabel", "TLPMarking" and "sourceTLP" have it.
bool is_word_of_tlp(std::string_view text, std::size_t at) {
    const char before = at > 0 ? text[at - 1] : ' ';
    if (is_latin(before) && (!is_small_latin(before) || is_small_latin(text[at]))) return false;
    const auto after = text.substr(at + word_of_tlp.size(), 2);
    if (after.empty() || !is_latin(after[0])) return true;
    const bool small = is_small_latin(text[at + word_of_tlp.size() - 1]);
    return small != is_small_latin(after[0]) || (!small && after.size() > 1 && is_small_latin(after[1]));
}

bool stands_in_words(char c) { return is_latin(c) || ascii::is_digit(c) || !ascii::is_plain(c) || c == '_' || c == '-' || c == '.'; }
// Of a column, or of a key in quotes: "TLP (2.0)", "threat.indicator.marking.tlp".
bool stands_in_titles(char c) { return stands_in_words(c) || std::string_view(" :/()#*@").find(c) != std::string_view::npos; }

bool says_label(std::string_view text) {
    const auto seen = as_seen(text);
    const auto hits = LabelLexer(seen).everywhere();
    return std::any_of(hits.begin(), hits.end(), [](const Hit& hit) { return hit.label.has_value(); });
}

// A short name with the word TLP in it, which is no label itself.
bool names_tlp(std::string_view name) {
    if (name.size() > longest_name || !std::all_of(name.begin(), name.end(), stands_in_titles)) return false;
    auto words = ascii::lower(name);
    bool has_word = false;
    for (auto at = words.find(word_of_tlp); at != std::string::npos && !has_word; at = words.find(word_of_tlp, at + 1))
        has_word = is_word_of_tlp(name, at);
    std::replace_if(
        words.begin(), words.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
    return (has_word || words.find("traffic light protocol") != std::string::npos || words.find(joined_name) != std::string::npos) &&
           !says_label(name);
}

std::string in_one_line(std::string_view title) {
    std::string line(title.substr(0, longest_name + 1));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    return line;
}

bool is_tlp_alone(std::string_view name) {
    while (!name.empty() && !is_latin(name.front())) name.remove_prefix(1);
    while (!name.empty() && !is_latin(name.back())) name.remove_suffix(1);
    return ascii::equal(name, word_of_tlp);
}

// Of an object that says more of a label: {"version": "2", "label": "RED"}.
bool names_value(std::string_view name) {
    constexpr std::array<std::string_view, 8> of_value{"label", "name", "value", "level", "color", "colour", "marking", "predicate"};
    return std::any_of(of_value.begin(), of_value.end(), [&](std::string_view one) { return ascii::equal(one, name); });
}

enum class Fit : std::uint8_t { begins, whole };  // a value begins with a label, or is one

class Reading {
public:
    explicit Reading(std::string_view text) : text_(text), small_letters_(ascii::lower(text)) {}

    void references() {
        constexpr std::string_view type = "marking-definition--";
        each(type, [&](std::size_t at) {
            const auto id = std::string_view(small_letters_).substr(at + type.size(), 36);
            const auto is_it = [&](const auto& marking) { return marking.first == id; };
            const auto* known = std::find_if(markings_of_stix.begin(), markings_of_stix.end(), is_it);
            if (known != markings_of_stix.end()) add(known->second, text_.substr(at, type.size() + id.size()));
        });
    }

    // A name with the word TLP in it, and its value: "tlp": "red" of JSON, tlp: of YAML, <tlp> and tlp="" of XML
    void names() {
        std::size_t done = 0;
        each(word_of_tlp, [&](std::size_t at) {
            if (at >= done && is_word_of_tlp(text_, at)) done = read_name(at);
        });
        each(joined_name, [&](std::size_t at) { read_name(at); });
    }

    // restriction="red" of IODEF (RFC 7970 §3.3.1, in JSON RFC 8727), which has values that are no label
    void restrictions() {
        constexpr std::string_view name = "restriction";
        constexpr std::array<std::string_view, 5> labels_of_it{"white", "clear", "green", "amber", "red"};
        each(name, [&](std::size_t at) {
            const auto end = at + name.size();
            const bool is_key = at > 0 && text_[at - 1] == '"' && near(end).starts_with('"');  // of RFC 8727
            const auto value = is_key ? behind(near(end + 1), ':') : behind(near(end), '=');
            if (!value || (!is_key && !is_in_tag(at))) return;
            const auto said = ascii::lower(in_quotes(*value));
            if (std::find(labels_of_it.begin(), labels_of_it.end(), said) != labels_of_it.end()) add(in_quotes(*value), Fit::begins);
        });
    }

    // <DocumentDistribution> of CVRF, which says it in words
    void distributions() {
        constexpr std::string_view name = "documentdistribution";
        each(name, [&](std::size_t at) {
            if (!opens_tag(at)) return;
            auto said = near(at);
            said.remove_prefix(std::min(said.find('>'), said.size()));
            said = said.substr(0, said.find('<'));
            const auto seen = as_seen(said);
            for (const auto& hit : LabelLexer(seen).everywhere()) {
                if (hit.label) add(*hit.label, said);
            }
        });
    }

    // <... xsi:type="tlpMarking:TLPMarkingStructureType" color="RED"/>
    void structures() {
        constexpr std::string_view type = "tlpmarking", color = "color";
        each(type, [&](std::size_t at) {
            const auto from = at - std::min(at, longest_near);
            const auto open = text_.substr(from, at - from).rfind('<');
            if (open == std::string_view::npos) return;
            auto tag = near(from + open);
            tag = tag.substr(0, tag.find('>'));
            const auto found = ascii::lower(tag).find(color);
            const auto value = found == std::string::npos ? std::nullopt : behind(tag.substr(found + color.size()), '=');
            if (value) add(in_quotes(*value), Fit::begins);
        });
    }

    // tlp.red
    void tags() {
        constexpr std::string_view begin = "tlp.", before = " \t\r\n\"'[,:", after = " \t\r\n\"'],}#";
        each(begin, [&](std::size_t at) {
            if (at > 0 && before.find(text_[at - 1]) == std::string_view::npos) return;
            const auto rest = near(at + begin.size());
            const auto value = rest.substr(0, rest.find_first_of(after));
            const auto is_of_name = [](char c) {
                return (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '+' || c == '-' || c == '_';
            };
            if (std::all_of(value.begin(), value.end(), is_of_name)) add(value, Fit::begins);
        });
    }

    // "name": "tlp:red", or in a list, also of several in one cell
    void listed_tags() {
        constexpr std::string_view begin = "tlp:", before = ":[{,;|", after = "\"',;|[]{}\r\n\t";
        constexpr std::size_t widest_gap = 64;
        each(begin, [&](std::size_t at) {
            auto front = text_.substr(at - std::min(at, widest_gap), std::min(at, widest_gap));
            const bool is_quoted = front.ends_with('"');
            while (!front.empty() && (ascii::is_blank(front.back()) || quotes.find(front.back()) != std::string_view::npos))
                front.remove_suffix(1);
            if (front.empty() || before.find(front.back()) == std::string_view::npos) return;
            const auto rest = near(at);
            if (rest.substr(begin.size(), 1) == ":") return;  // Tlp::red, an enumerator
            add(rest.substr(0, rest.find_first_of(after)), is_quoted ? Fit::begins : Fit::whole);
        });
    }

    // The values below the name of a column. A later line may be the head of another table, or hold that name as a value.
    void tables() {
        if (small_letters_.find(word_of_tlp) == std::string::npos && small_letters_.find("traffic") == std::string::npos) return;
        for (const char separator : {',', ';', '\t', '|'}) table(separator, true);
        if (small_letters_.starts_with("sep=")) table(text_.size() > 4 ? text_[4] : ',', true);  // as office programs are told it
    }

    // `words_follow`: a label in a column that is TLP alone may have words behind it, or be a number.
    void table(char separator, bool words_follow) {
        std::vector<std::pair<std::size_t, bool>> columns, named;  // with their numbers; true: named TLP and nothing else
        Cells cells(text_, separator);
        bool begins_row = true;  // nothing stands before the cell but a line that frames the table
        while (const auto cell = cells.next()) {
            const auto title = without_quotes(cell->text);
            const auto said = said_;
            for (const auto& [number, alone] : columns) {
                if (number == cell->column) values(title, alone && words_follow);
            }
            explains_ = explains_ && (begins_row || said_ == said);
            begins_row = cell->last || (begins_row && title.empty());
            if (columns.size() + named.size() < most_columns && names_tlp(in_one_line(title)))
                named.emplace_back(cell->column, is_tlp_alone(title));
            if (!cell->last) continue;
            for (const auto& one : named) {
                const bool known = std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.first == one.first; });
                if (cell->column > 0 && !known) columns.push_back(one);
            }
            named.clear();
        }
    }

    // Rows that begin with three labels or more, and each once: that is what TLP means, and no report.
    [[nodiscard]] bool is_legend() const { return explains_ && labels.size() >= 3 && said_ == labels.size(); }

    std::vector<MachineLabel> labels;

private:
    template <class See>
    void each(std::string_view word, const See& see) const {
        for (auto at = small_letters_.find(word); at != std::string::npos; at = small_letters_.find(word, at + word.size())) see(at);
    }
    [[nodiscard]] std::string_view near(std::size_t at) const { return text_.substr(std::min(at, text_.size()), longest_near); }

    // Behind what was read.
    std::size_t read_name(std::size_t at) {
        auto name = around(at, stands_in_titles);
        auto begin = static_cast<std::size_t>(name.data() - text_.data()), end = begin + name.size();
        const bool is_quoted = begin > 0 && end < text_.size() && text_[end] == text_[begin - 1] && in_set(text_[end], quotes);
        if (is_quoted) {
            if (!names_tlp(name)) return end;
            if (const auto value = behind(near(end + 1), ':')) return read_value(name, begin, *value);
            if (begin > 1 && text_[begin - 2] == '=' && is_in_tag(begin)) rest_of_tag(end + 1, name, false);  // meaning="tlp"
            if (ascii::trim(front(begin - 1, longest_near)).ends_with(':')) read_object_around(begin);
            return end;
        }
        name = around(at, stands_in_words);
        begin = static_cast<std::size_t>(name.data() - text_.data());
        end = begin + name.size();
        const auto rest = near(end);
        if (const auto value = behind(rest, '='); value && is_in_tag(begin)) {
            values(in_quotes(*value), is_tlp_alone(name));
        } else if (value && begins_line(begin)) {
            read_setting(name, *value);
        } else if (begin > 0 && text_[begin - 1] == '[' && begins_line(begin - 1) && rest.starts_with(']')) {
            read_section(rest);
        } else if (opens_tag(begin)) {
            rest_of_tag(end, name, true);
        } else if (rest.starts_with(':') && (rest.size() == 1 || ascii::is_blank(rest[1])) && begins_line(begin)) {
            return read_value(name, begin, rest.substr(1));
        }
        return end;
    }

    // tlp = red, of INI, TOML and properties
    void read_setting(std::string_view name, std::string_view text) {
        const auto line = ascii::trim(text.substr(0, text.find_first_of("\r\n")));
        const auto quoted = in_quotes(line);
        values(quoted.empty() ? line.substr(0, line.find_first_of("#;")) : quoted, is_tlp_alone(name));
    }

    // [tlp], and below it settings that say more of it
    void read_section(std::string_view text) {
        text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
        while (!text.empty()) {
            const auto line = ascii::trim(text.substr(0, text.find('\n')));
            if (line.starts_with('[')) return;
            const auto sign = line.find('=');
            const auto key = ascii::trim(line.substr(0, sign));
            if (sign != std::string_view::npos && names_value(key)) read_setting(key, line.substr(sign + 1));
            text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        }
    }

    // {"name": "TLP", "value": "RED"}: an object that says more of what its name is
    void read_object_around(std::size_t at) {
        const auto before = front(at, longest_near);
        const auto open = before.rfind('{');
        if (open != std::string_view::npos) read_group(near(at - before.size() + open));
    }

    // The value of a key, which begins in `text`. A list is one of labels if the name ends in TLP, as "allowed_tlp_levels" does not.
    std::size_t read_value(std::string_view name, std::size_t name_at, std::string_view text) {
        auto value = without_blanks_before(text);
        while (value.starts_with('!') || value.starts_with('&'))  // tags and anchors of YAML
            value = without_blanks_before(value.substr(std::min(value.find_first_of(all_blanks), value.size())));
        const auto begin = static_cast<std::size_t>(value.data() - text_.data());
        const bool is_below = text.substr(0, text.size() - value.size()).find_first_of("\r\n") != std::string_view::npos;
        if (value.starts_with('{') || value.starts_with('[')) {
            const auto small = ascii::lower(name);
            return begin + (small.ends_with(word_of_tlp) || small == "tlp_2_0" ? read_group(value) : 0);
        }
        if (!value.empty() && in_set(value[0], quotes))
            values(in_quotes(value), is_tlp_alone(name));
        else if (is_below || value.starts_with('>') || value.starts_with('|'))
            read_block(name_at, text);
        else
            values(value.substr(0, value.find_first_of(",}]\r\n#")), is_tlp_alone(name));
        return begin;
    }

    // A list, or an object that says more of it, at the start of `text`: the bytes that were read.
    std::size_t read_group(std::string_view text) {
        constexpr std::string_view ends_item = ",[]{}\"'\r\n";
        std::string_view key;
        int depth = 0;
        for (std::size_t i = 0; i < text.size();) {
            const char c = text[i];
            if (c == '{' || c == '[') ++depth;
            if ((c == '}' || c == ']') && --depth == 0) return i + 1;
            if (ascii::is_blank(c) || in_set(c, ",[]{}:")) {
                ++i;
                continue;
            }
            const bool is_quoted = in_set(c, quotes);
            auto size = is_quoted ? text.find(c, i + 1) - i : std::min(text.find_first_of(ends_item, i), text.find(": ", i)) - i;
            size = std::min(size, text.size() - i);
            const auto word = is_quoted ? text.substr(i + 1, size - std::min<std::size_t>(1, size)) : ascii::trim(text.substr(i, size));
            i += size + (is_quoted ? 1 : 0);
            if (behind(text.substr(std::min(i, text.size())), ':'))
                key = word;
            else if (key.empty() || names_value(key))
                values(word, false);
        }
        return text.size();
    }

    // YAML: what stands below a name, further in than it. `text` begins behind the colon.
    void read_block(std::size_t name_at, std::string_view text) {
        const auto column = column_of(name_at).value_or(0);
        text.remove_prefix(std::min(text.find('\n') + 1, text.size()));
        while (!text.empty()) {
            const auto line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            const auto indent = line.find_first_not_of(' ');
            auto item = ascii::trim(line);
            if (item.empty() || item.starts_with('#')) continue;
            const bool is_item = item.starts_with("- ");
            if (indent < column || (indent == column && !is_item)) return;
            if (is_item) item = ascii::trim(item.substr(2));
            const auto colon = item.find(": ");
            const auto key = colon == std::string_view::npos ? std::string_view() : without_quotes(item.substr(0, colon));
            if (key.empty() || names_value(key)) values(key.empty() ? item : item.substr(colon + 2), false);
        }
    }

    // The values that stand in a tag behind `from`, and the text behind it: of an element of that name all up to its end.
    void rest_of_tag(std::size_t from, std::string_view name, bool is_element) {
        auto rest = near(from);
        auto tag = rest.substr(0, rest.find('>'));
        const bool is_closed = tag.size() == rest.size() || tag.ends_with('/');
        rest.remove_prefix(std::min(tag.size() + 1, rest.size()));
        for (auto at = tag.find('='); at != std::string_view::npos; at = tag.find('=', at + 1))
            values(in_quotes(tag.substr(at + 1)), false);
        constexpr std::string_view literal = "<![CDATA[", literal_end = "]]>";
        for (bool is_inside = !is_closed; is_inside && !rest.empty();) {
            if (rest.starts_with(literal)) {
                rest.remove_prefix(literal.size());
                const auto text = rest.substr(0, rest.find(literal_end));
                values(text, is_tlp_alone(name));
                rest.remove_prefix(std::min(text.size() + literal_end.size(), rest.size()));
                continue;
            }
            const auto text = rest.substr(0, rest.find('<'));
            values(text, is_tlp_alone(name));
            rest.remove_prefix(text.size());
            const auto next = rest.substr(0, rest.find('>'));
            rest.remove_prefix(std::min(next.size() + 1, rest.size()));
            is_inside = is_element && next.find(name) == std::string_view::npos;
        }
    }

    static bool in_set(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

    // What stands around `at` of such characters; not longer than a name.
    [[nodiscard]] std::string_view around(std::size_t at, bool (*belongs)(char)) const {
        auto begin = at, end = at;
        while (begin > 0 && at - begin < longest_name && belongs(text_[begin - 1])) --begin;
        while (end < text_.size() && end - at < longest_name && belongs(text_[end])) ++end;
        return text_.substr(begin, end - begin);
    }
    [[nodiscard]] std::string_view front(std::size_t at, std::size_t most) const {
        return text_.substr(at - std::min(at, most), std::min(at, most));
    }
    [[nodiscard]] bool is_in_tag(std::size_t at) const {
        const auto before = front(at, longest_near);
        const auto last = before.find_last_of("<>");
        return last != std::string_view::npos && before[last] == '<';
    }
    // "<tlp", "<x:tlp"
    [[nodiscard]] bool opens_tag(std::size_t at) const {
        auto before = front(at, longest_name);
        if (before.ends_with(':')) before.remove_suffix(1);
        while (!before.empty() && stands_in_words(before.back())) before.remove_suffix(1);
        return before.ends_with('<');
    }
    [[nodiscard]] std::optional<std::size_t> column_of(std::size_t at) const {
        const auto before = front(at, longest_near);
        const auto line_end = before.rfind('\n');
        if (line_end == std::string_view::npos && before.size() < at) return std::nullopt;
        return line_end == std::string_view::npos ? at : before.size() - line_end - 1;
    }
    [[nodiscard]] bool begins_line(std::size_t at) const {
        const auto column = column_of(at);
        return column && text_.substr(at - *column, *column).find_first_not_of(" -") == std::string_view::npos;
    }

    void add(Tlp label, std::string_view text, bool is_doubtful = false) {
        ++said_;
        const auto same = [&](const MachineLabel& one) { return one.label == label && one.is_doubtful == is_doubtful; };
        if (std::none_of(labels.begin(), labels.end(), same)) labels.push_back({label, text, is_doubtful});
    }
    void add(std::string_view value, Fit fit) {
        if (value.empty() || value.size() > longest_label) return;
        const auto seen = as_seen(value);
        const auto hit = LabelLexer(seen).header();
        if (!hit || !hit->label) return;
        const auto rest = std::string_view(seen).substr(hit->end);
        const auto next = rest.find_first_not_of(all_blanks);
        const bool is_whole = next == std::string_view::npos || decoration(rest.substr(next)) != 0;
        if (fit == Fit::begins || is_whole) add(*hit->label, value);
    }
    // One label or several; of a name that is TLP alone also with words behind it, or as the number that TheHive has for it: 3 was RED
    // before its version 5.1, and is AMBER+STRICT since.
    void values(std::string_view text, bool of_tlp_alone) {
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
    std::string_view text_;
    std::string small_letters_;
    std::size_t said_ = 0;  // labels, also those that are in `labels` already
    bool explains_ = true;  // each of them begins its row
};

}  // namespace

std::vector<MachineLabel> machine_labels(std::string_view text) {
    Reading reading(text);
    reading.references();
    reading.names();
    reading.restrictions();
    reading.distributions();
    reading.structures();
    reading.tags();
    reading.listed_tags();
    reading.tables();
    return std::move(reading.labels);
}

// Rows that stand one below the other and have as many cells as each other.
std::vector<MachineLabel> labels_of_pasted_tables(std::string_view text) {
    std::vector<MachineLabel> all;
    const auto read = [&all](std::string_view rows, char separator) {
        const auto small_letters = ascii::lower(rows);
        if (small_letters.find(word_of_tlp) == std::string::npos && small_letters.find("traffic") == std::string::npos) return;
        Reading reading(rows);
        reading.table(separator, false);
        if (reading.is_legend()) return;
        all.insert(all.end(), reading.labels.begin(), reading.labels.end());
    };
    for (const char separator : {',', ';', '\t', '|'}) {
        std::size_t begin = 0, cells = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto line = text.substr(at, text.find('\n', at) - at);
            const auto count = static_cast<std::size_t>(std::count(line.begin(), line.end(), separator));
            if (count != cells || count == 0) {
                if (cells != 0) read(text.substr(begin, at - begin), separator);
                begin = at;
                cells = count;
            }
            at += line.size() + 1;
        }
        if (cells != 0) read(text.substr(begin), separator);
    }
    return all;
}

}  // namespace caveat::mail

#include "machine_labels.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "ascii.hpp"
#include "foreign.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::size_t longest_label = 40;        // bytes of a label
constexpr std::size_t longest_near = 512;        // bytes of an object or a tag
constexpr std::size_t longest_column_name = 40;  // bytes of the name of a column
constexpr std::size_t most_columns = 8;          // of one file
constexpr std::string_view blanks = " \t\r\n";

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

// With a blank for whatever parts words in them.
constexpr std::array<std::string_view, 12> columns_of_tlp{"tlp",         "tlp label",  "tlp level",     "tlp marking",
                                                          "tlp color",   "tlp colour", "tlp rating",    "tlp code",
                                                          "marking tlp", "tlp 2 0",    "indicator tlp", "traffic light protocol"};

std::string_view without_blanks_before(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
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

// A field ends at the next separator that is in no quotes (RFC 4180). `see` is told each with its number, until it says false.
template <class See>
void each_field(std::string_view record, char separator, const See& see) {
    bool quoted = false;
    std::size_t begin = 0, number = 0;
    for (std::size_t i = 0; i < record.size(); ++i) {
        if (record[i] == '"') quoted = !quoted;
        if (record[i] != separator || quoted) continue;
        if (!see(number++, record.substr(begin, i - begin))) return;
        begin = i + 1;
    }
    see(number, record.substr(begin));
}

// What may not give a file its structure.
bool stands_in_names(char c) {
    const char small = ascii::lower(c);
    return (small >= 'a' && small <= 'z') || ascii::is_digit(c) || std::string_view("+-_.: ").find(c) != std::string_view::npos;
}

// The character that an escape at the start of `text` stands for, and its bytes; or nothing.
std::optional<std::pair<char, std::size_t>> escape_at(std::string_view text) {
    struct Form {
        std::string_view begin;
        int base;
        std::size_t digits;  // none: up to the ";"
    };
    constexpr std::array<Form, 4> forms{{{"\\u", 16, 4}, {"\\x", 16, 2}, {"&#x", 16, 0}, {"&#", 10, 0}}};
    for (const auto& form : forms) {
        if (!ascii::starts_with(text, form.begin)) continue;
        const auto digits = text.substr(form.begin.size(), form.digits > 0 ? form.digits : 8);
        int code = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, form.base);
        auto size = static_cast<std::size_t>(read.ptr - digits.data());
        if (size == 0 || size < form.digits || code <= 0 || code > 0x7e) return std::nullopt;
        size += form.begin.size();
        if (form.digits == 0 && !text.substr(size).starts_with(';')) return std::nullopt;
        return std::pair(static_cast<char>(code), size + (form.digits == 0 ? 1 : 0));
    }
    return std::nullopt;
}

// A line, and those that follow it in a value in quotes.
std::string_view take_record(std::string_view& text) {
    constexpr int most_lines = 16;
    const auto line_end = std::min(text.find('\n'), text.size());
    auto end = line_end;
    auto quotes = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '"');
    for (int lines = 1; quotes % 2 != 0 && lines < most_lines && end < text.size(); ++lines) {
        const auto next = std::min(text.find('\n', end + 1), text.size());
        quotes += std::count(text.begin() + static_cast<std::ptrdiff_t>(end), text.begin() + static_cast<std::ptrdiff_t>(next), '"');
        end = next;
    }
    if (quotes % 2 != 0) end = line_end;
    const auto record = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return record;
}

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

    // "tlp": {"label": "RED"}, or the value alone
    void objects(std::string_view key) {
        constexpr std::string_view label = "\"label\"";
        each(key, [&](std::size_t at) {
            const auto colon = behind(near(at + key.size()), ':');
            if (!colon) return;
            const auto inside = behind(*colon, '{');
            if (!inside) return add(in_quotes(*colon));
            const auto object = inside->substr(0, inside->find('}'));
            const auto found = ascii::lower(object).find(label);
            const auto value = found == std::string::npos ? std::nullopt : behind(object.substr(found + label.size()), ':');
            if (value) add(in_quotes(*value));
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
            if (value) add(in_quotes(*value));
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
            if (std::all_of(value.begin(), value.end(), is_of_name)) add(value);
        });
    }

    // "name": "tlp:red", or in a list
    void quoted_tags() {
        constexpr std::string_view begin = "\"tlp:", before = ":[,";
        constexpr std::size_t widest_gap = 64;
        each(begin, [&](std::size_t at) {
            const auto front = ascii::trim(text_.substr(at - std::min(at, widest_gap), std::min(at, widest_gap)));
            if (!front.empty() && before.find(front.back()) != std::string_view::npos) add(in_quotes(near(at)));
        });
    }

    // The values below the name of a column. A later line may be the head of another table, or hold that name as a value.
    void tables() {
        std::vector<std::pair<char, std::size_t>> columns;  // and what separates them
        for (auto rest = text_; !rest.empty();) {
            const auto at = text_.size() - rest.size();
            const auto record = take_record(rest);
            const auto small_letters = std::string_view(small_letters_).substr(at, record.size());
            const bool may_name =
                small_letters.find("tlp") != std::string_view::npos || small_letters.find("traffic") != std::string_view::npos;
            for (const auto& [separator, column] : columns) {
                each_field(record, separator, [&, wanted = column](std::size_t number, std::string_view field) {
                    if (number == wanted) add(without_quotes(field));
                    return number < wanted;
                });
            }
            for (const char sign : {',', ';', '\t', '|'}) {
                if (!may_name || columns.size() == most_columns) break;
                for (const auto number : columns_in(small_letters, sign)) {
                    const bool known = std::find(columns.begin(), columns.end(), std::pair(sign, number)) != columns.end();
                    if (!known && columns.size() < most_columns) columns.emplace_back(sign, number);
                }
            }
        }
    }

    std::vector<MachineLabel> labels;

private:
    template <class See>
    void each(std::string_view word, const See& see) const {
        for (auto at = small_letters_.find(word); at != std::string::npos; at = small_letters_.find(word, at + word.size())) see(at);
    }
    [[nodiscard]] std::string_view near(std::size_t at) const { return text_.substr(std::min(at, text_.size()), longest_near); }

    static bool is_of_tlp(std::string_view field) {
        field = without_quotes(field);
        if (field.starts_with('#')) field = without_quotes(field.substr(1));
        if (field.size() > longest_column_name) return false;
        std::string name(field);
        std::replace_if(
            name.begin(), name.end(), [](char c) { return c == '_' || c == '-' || c == '.' || c == ':'; }, ' ');
        return std::find(columns_of_tlp.begin(), columns_of_tlp.end(), name) != columns_of_tlp.end();
    }
    // `record` in small letters.
    static std::vector<std::size_t> columns_in(std::string_view record, char separator) {
        std::vector<std::size_t> found;
        if (record.find(separator) == std::string_view::npos) return found;
        each_field(record, separator, [&](std::size_t number, std::string_view field) {
            if (is_of_tlp(field)) found.push_back(number);
            return found.size() < most_columns;
        });
        return found;
    }

    void add(Tlp label, std::string_view text) {
        if (std::none_of(labels.begin(), labels.end(), [&](const MachineLabel& one) { return one.label == label; }))
            labels.push_back({label, text});
    }
    void add(std::string_view value) {
        if (value.empty() || value.size() > longest_label) return;
        const auto seen = as_seen(value);
        if (const auto hit = LabelLexer(seen).header(); hit && hit->label) add(*hit->label, value);
    }

    std::string_view text_;
    std::string small_letters_;
};

}  // namespace

std::string without_character_escapes(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const auto next = std::min(text.find_first_of("\\&"), text.size());
        plain += text.substr(0, next);
        text.remove_prefix(next);
        const auto one = escape_at(text);
        const bool is_name = one && stands_in_names(one->first);
        plain += is_name ? std::string_view(&one->first, 1) : text.substr(0, 1);
        text.remove_prefix(is_name ? one->second : std::min<std::size_t>(1, text.size()));
    }
    return plain;
}

std::vector<MachineLabel> machine_labels(std::string_view text) {
    Reading reading(text);
    reading.references();
    for (const auto* key : {"\"tlp\"", "\"tlp_2_0\""}) reading.objects(key);
    reading.structures();
    reading.tags();
    reading.quoted_tags();
    reading.tables();
    return std::move(reading.labels);
}

}  // namespace caveat::mail

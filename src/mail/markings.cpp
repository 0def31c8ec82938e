// Fields by which mail systems say how sensitive a message is, read by a table of the rule book. Linear in the header times the table,
// which is small.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "caveat/mail/label.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t longest_marking = 80;  // bytes of a text that is shown
constexpr std::size_t longest_value =
    16 * 1024;  // bytes of a field that are searched; msip_labels of several houses has two or three thousand
constexpr std::size_t most_searched = 128 * 1024;  // bytes of all of them
constexpr std::size_t most_markings = 100;

bool is_word_sign(char c) { return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || !ascii::is_plain(c); }

// "non-confidential", "not confidential", "no sensitive data", "keine vertraulichen Daten".
bool is_denied(std::string_view before) {
    if (before.empty() || (before.back() != ' ' && before.back() != '-')) return false;
    before.remove_suffix(1);
    const auto word = before.substr(before.find_last_of(" -_,;:/([\t") + 1);  // npos + 1 is 0
    constexpr std::array<std::string_view, 5> denials{"non", "not", "no", "kein", "keine"};
    return std::find(denials.begin(), denials.end(), word) != denials.end();
}

// Where `word` stands in `value` as a word of its own; both in small letters.
std::size_t find_word(std::string_view value, std::string_view word) {
    for (auto at = value.find(word); at != std::string_view::npos; at = value.find(word, at + 1)) {
        const bool begins = at == 0 || !is_word_sign(value[at - 1]) || !is_word_sign(word.front());
        const auto end = at + word.size();
        const bool ends = end == value.size() || !is_word_sign(value[end]) || !is_word_sign(word.back());
        if (begins && ends && !is_denied(value.substr(0, at))) return at;
    }
    return std::string_view::npos;
}

std::string shown(std::string_view name, std::string_view text) {
    auto whole = fmt::format("{}: {}", name, text);
    if (whole.size() <= longest_marking) return whole;
    std::size_t end = longest_marking;
    while (end > 0 && (whole[end] & 0xC0) == 0x80) --end;
    whole.resize(end);
    return whole;
}

bool speaks_of(const community::Sensitivity& row, std::string_view field) {
    return std::any_of(row.fields.begin(), row.fields.end(), [&](const auto& name) { return ascii::equal(name, field); });
}

// Fields that readers show as categories or remarks, and fields that are called after TLP, whoever invented them.
enum class Told { by_table, by_label, by_value, not_at_all };

Told told_by(std::string_view name, const std::vector<community::Sensitivity>& table) {
    if (std::any_of(table.begin(), table.end(), [&](const auto& row) { return speaks_of(row, name); })) return Told::by_table;
    if (ascii::equal(name, "Keywords") || ascii::equal(name, "Comments")) return Told::by_label;
    const auto small_letters = ascii::lower(name);
    const bool read_elsewhere = small_letters == "tlp" || small_letters == "x-tlp" || small_letters == "x-tlp-conflict";
    const bool is_called_after_it = find_word(small_letters, "tlp") != std::string_view::npos ||
                                    find_word(small_letters, "traffic-light-protocol") != std::string_view::npos;
    return !read_elsewhere && is_called_after_it ? Told::by_value : Told::not_at_all;
}

void add_labels(std::vector<Marking>& found, std::string_view name, std::string_view value, Told told) {
    LabelLexer lexer(value);
    auto hits = lexer.everywhere();
    if (const auto whole = hits.empty() && told == Told::by_value ? lexer.header() : std::nullopt; whole && whole->label)
        hits.push_back(*whole);
    for (const auto& hit : hits) {
        if (hit.spelling == Spelling::no_attribution || (!hit.label && told == Told::by_value)) continue;
        // One that holds is recorded and told, so that it quotes nothing of the mail.
        const auto words = hit.label ? value.substr(hit.begin, hit.end - hit.begin) : "a word that looks like a label and is not one";
        found.push_back({shown(name, words), hit.label});
    }
}

// Of several headers, which together are searched as far as one is.
class Searching {
public:
    explicit Searching(const std::vector<community::Sensitivity>& table) : table_(table) {}

    void header(const HeaderBlock& headers) {
        for (const auto& field : headers.fields) {
            if (beyond_) return;
            const auto told = told_by(field.name, table_);
            if (told == Told::not_at_all) continue;
            beyond_ =
                field.value.size() > longest_value || (searched_ += field.value.size()) > most_searched || found.size() > most_markings;
            if (beyond_)
                found.push_back({shown(field.name, "too long to be read"), std::nullopt});
            else
                read(field, told);
        }
    }

    std::vector<Marking> found;

private:
    void read(const Field& field, Told told) {
        const auto value = as_seen(decode_words(unfold(field.value)));
        add_labels(found, field.name, value, told);
        const auto small_letters = ascii::lower(value);
        for (const auto& row : table_) {
            if (!speaks_of(row, field.name)) continue;
            const auto said = std::find_if(row.says.begin(), row.says.end(), [&](const std::string& word) {
                return find_word(small_letters, ascii::lower(word)) != std::string_view::npos;
            });
            if (said != row.says.end()) found.push_back({shown(field.name, *said), row.at_least});
        }
    }

    const std::vector<community::Sensitivity>& table_;
    std::size_t searched_ = 0;
    bool beyond_ = false;
};

}  // namespace

std::vector<Marking> markings(const HeaderBlock& headers, const std::vector<community::Sensitivity>& table) {
    Searching searching(table);
    searching.header(headers);
    return std::move(searching.found);
}

std::vector<Marking> markings(const std::vector<PartHeader>& beside, const std::vector<community::Sensitivity>& table) {
    Searching searching(table);
    for (const auto& header : beside) {
        if (!header.enclosed) searching.header(other_fields(header));
    }
    return std::move(searching.found);
}

}  // namespace caveat::mail

#include "iep.hpp"

#include <algorithm>
#include <vector>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// A scalar is enough: what is asked for is one.
std::vector<std::string_view> values_of(std::string_view json, std::string_view key) {
    std::vector<std::string_view> values;
    for (const auto& value : iep_values(json, key)) values.push_back(value.text);
    return values;
}

// "2026-03-02T09:15:00Z". Null and absent set no bound; what cannot be read is one that is not kept.
bool holds(std::string_view written, Instant now, bool from) {
    if (written == "null" || written.empty()) return true;
    const auto bound = parse_instant(written);
    return bound && (from ? *bound <= now : now < *bound);
}

// Whether a text is one JSON object (RFC 8259).
class JsonForm {
public:
    explicit JsonForm(std::string_view text) : text_(text) {}
    [[nodiscard]] bool is_object() { return next() == '{' && value(0) && next() == '\0' && at_ >= text_.size(); }

private:
    static constexpr int most_levels = 32;

    // The next character that is no blank; NUL at the end.
    char next() {
        at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size());
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char c) {
        if (next() != c || c == '\0') return false;
        ++at_;
        return true;
    }
    bool value(int level) {
        if (level == most_levels) return false;
        const char c = next();
        if (c == '"') return string();
        if (c == '{') return all('}', [&] { return string() && take(':') && value(level + 1); });
        if (c == '[') return all(']', [&] { return value(level + 1); });
        return word();
    }
    template <class Member>
    bool all(char end, Member member) {
        ++at_;
        if (take(end)) return true;
        do {
            if (!member()) return false;
        } while (take(','));
        return take(end);
    }
    bool string() {
        if (!take('"')) return false;
        for (; at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20; ++at_) {
            if (text_[at_] == '"') break;
            if (text_[at_] == '\\') ++at_;
        }
        const bool closed = at_ < text_.size() && text_[at_] == '"';
        if (closed) ++at_;
        return closed;
    }
    // A number or one of three names. More than a number's characters are not asked of it: its value is not.
    bool word() {
        const auto end = std::min(text_.find_first_of(" \t\r\n,]}", at_), text_.size());
        const auto it = text_.substr(at_, end - at_);
        at_ = end;
        if (it == "true" || it == "false" || it == "null") return true;
        const bool starts = !it.empty() && (ascii::is_digit(it.front()) || (it.front() == '-' && it.size() > 1));
        return starts && it.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// U+0020 to U+007E, but for the two that a string cannot hold as they are.
std::optional<char> escaped_letter(std::string_view four) {
    if (!four.starts_with("00") || four.size() != 4) return std::nullopt;
    const int high = ascii::hex(four[2]), low = ascii::hex(four[3]);
    const int c = high * 16 + low;
    if (high < 0 || low < 0 || c < 0x20 || c > 0x7E || c == '"' || c == '\\') return std::nullopt;
    return static_cast<char>(c);
}

std::string without_escapes(std::string_view json) {
    std::string out;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const bool escaped = json[i] == '\\' && i + 1 < json.size();
        const auto letter = escaped && json[i + 1] == 'u' ? escaped_letter(json.substr(i + 2, 4)) : std::nullopt;
        if (letter) {
            out += *letter;
            i += 5;
        } else {
            if (escaped) out += json[i++];
            out += json[i];
        }
    }
    return out;
}

std::string in_utf8(std::string_view bytes) {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    const bool little = bytes.starts_with("\xFF\xFE"), big = bytes.starts_with("\xFE\xFF");
    if (little || big) return to_utf8(bytes.substr(2), little ? "utf-16le" : "utf-16be");
    if (bytes.size() < 2 || (bytes[0] != '\0' && bytes[1] != '\0')) return std::string(bytes);
    return to_utf8(bytes, bytes[0] == '\0' ? "utf-16be" : "utf-16le");
}

}  // namespace

std::vector<IepValue> iep_values(std::string_view json, std::string_view key) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto quoted = '"' + std::string(key) + '"';
    std::vector<IepValue> values;
    for (auto at = json.find(quoted); at != std::string_view::npos; at = json.find(quoted, at + 1)) {
        auto i = json.find_first_not_of(blanks, at + quoted.size());
        if (i == std::string_view::npos || json[i] != ':') continue;
        i = std::min(json.find_first_not_of(blanks, i + 1), json.size());
        if (i < json.size() && json[i] == '"')
            values.push_back({json.substr(i + 1, std::min(json.find('"', i + 1), json.size()) - i - 1), true});
        else
            values.push_back({ascii::trim(json.substr(i, std::min(json.find_first_of(",}", i), json.size()) - i)), false});
    }
    return values;
}

std::optional<std::string> iep_text(std::string_view bytes, std::string_view charset) {
    for (const auto& text : {in_utf8(bytes), to_utf8(bytes, charset)}) {
        if (JsonForm(text).is_object()) return without_escapes(text);
    }
    return std::nullopt;
}

Iep read_iep(std::string_view json, const std::optional<Instant>& now) {
    Iep iep;
    if (const auto ids = values_of(json, "id_ref"); !ids.empty()) {
        const bool one = std::all_of(ids.begin(), ids.end(), [&](auto id) { return id == ids.front(); });
        iep.refers_to = one ? ids.front() : std::string_view();  // to none that there is
    }
    iep.is_policy = !values_of(json, "iep_version").empty() || !values_of(json, "id").empty();
    if (!iep.is_policy) return iep;
    // A key that stands there twice with two values is not clear.
    const auto says = [&](std::string_view key, std::string_view mild, std::string_view also) {
        const auto values = values_of(json, key);
        return !values.empty() && std::all_of(values.begin(), values.end(),
                                              [&](auto value) { return ascii::equal(value, mild) || ascii::equal(value, also); });
    };
    const auto bounds_hold = [&](std::string_view key, bool from) {
        const auto values = values_of(json, key);
        return !now || std::all_of(values.begin(), values.end(), [&](auto value) { return holds(value, *now, from); });
    };
    iep.names_label = !values_of(json, "tlp").empty();
    iep.must_seal = !says("encrypt_in_transit", "may", "may");
    iep.must_not_name = !says("attribution", "may", "must");
    iep.in_force = bounds_hold("start_date", true) && bounds_hold("end_date", false);
    return iep;
}

}  // namespace caveat::mail

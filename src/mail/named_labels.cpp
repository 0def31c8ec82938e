// A name with the word TLP in it, and what stands there as its value: in JSON, YAML, XML, INI, TOML and properties. The format of the file
// is not asked: each place is read as what it looks like.
#include <algorithm>
#include <string>
#include <utility>

#include "ascii.hpp"
#include "found_labels.hpp"
#include "tlp_names.hpp"

namespace caveat::mail::machine {
namespace {

class NamedLabels {
public:
    NamedLabels(const Text& file, FoundLabels& found) : file_(file), text_(file.all()), found_(found) {}

    void find() {
        std::size_t done = 0;
        file_.each(word_of_tlp, [&](std::size_t at) {
            if (at >= done && is_word_of_tlp(text_, at)) done = read_name(at);
        });
        file_.each(joined_name, [&](std::size_t at) { read_name(at); });
    }

private:
    // Behind what was read.
    std::size_t read_name(std::size_t at) {
        auto name = file_.around(at, stands_in_titles);
        auto begin = static_cast<std::size_t>(name.data() - text_.data()), end = begin + name.size();
        const bool is_quoted = begin > 0 && end < text_.size() && text_[end] == text_[begin - 1] && in_set(text_[end], quotes);
        if (is_quoted) {
            if (!names_tlp(name)) return end;
            if (const auto value = behind(file_.near(end + 1), ':')) return read_value(name, begin, *value);
            if (begin > 1 && text_[begin - 2] == '=' && file_.is_in_tag(begin)) rest_of_tag(end + 1, name, false);  // meaning="tlp"
            if (ascii::trim(file_.front(begin - 1, longest_near)).ends_with(':')) read_object_around(begin);
            return end;
        }
        name = file_.around(at, stands_in_words);
        begin = static_cast<std::size_t>(name.data() - text_.data());
        end = begin + name.size();
        const auto rest = file_.near(end);
        if (const auto value = behind(rest, '='); value && file_.is_in_tag(begin)) {
            found_.add_values(in_quotes(*value), is_tlp_alone(name));
        } else if (value && file_.begins_line(begin)) {
            read_setting(name, *value);
        } else if (value && is_tlp_alone(name) && begin > 0 && ascii::is_blank(text_[begin - 1])) {
            read_pair(*value);
        } else if (begin > 0 && text_[begin - 1] == '[' && file_.begins_line(begin - 1) && rest.starts_with(']')) {
            read_section(rest);
        } else if (file_.opens_tag(begin)) {
            rest_of_tag(end, name, true);
        } else if (rest.starts_with(':') && (rest.size() == 1 || ascii::is_blank(rest[1])) && file_.begins_line(begin)) {
            return read_value(name, begin, rest.substr(1));
        }
        return end;
    }

    // tlp = red, of INI, TOML and properties
    void read_setting(std::string_view name, std::string_view text) {
        const auto line = ascii::trim(text.substr(0, text.find_first_of("\r\n")));
        const auto quoted = in_quotes(line);
        found_.add_values(quoted.empty() ? line.substr(0, line.find_first_of("#;")) : quoted, is_tlp_alone(name));
    }

    // ... tlp=red ..., of a log, of a comment, or of the metadata of a rule on one line
    void read_pair(std::string_view text) {
        const auto line = ascii::trim(text.substr(0, text.find_first_of("\r\n")));
        const auto quoted = in_quotes(line);
        found_.add(quoted.empty() ? line.substr(0, line.find_first_of(" \t,;|)}]")) : quoted, Fit::whole);
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

    // {"name": "TLP", "value": "RED"}: an object that says more of what its name is. It is read once.
    void read_object_around(std::size_t at) {
        const auto before = file_.front(at, longest_near);
        const auto open = before.rfind('{');
        if (open == std::string_view::npos) return;
        const auto begin = at - before.size() + open;
        if (std::exchange(object_read_, begin) != begin) read_group(file_.near(begin));
    }

    // The value of a key, which begins in `text`. A list is one of labels if the name ends in TLP, as "allowed_tlp_levels" does not, and so
    // is an object, or it is called "tlpLevel".
    std::size_t read_value(std::string_view name, std::size_t name_at, std::string_view text) {
        auto value = without_blanks_before(text);
        while (value.starts_with('!') || value.starts_with('&'))  // tags and anchors of YAML
            value = without_blanks_before(value.substr(std::min(value.find_first_of(all_blanks), value.size())));
        const auto begin = static_cast<std::size_t>(value.data() - text_.data());
        const bool is_below = text.substr(0, text.size() - value.size()).find_first_of("\r\n") != std::string_view::npos;
        if (value.starts_with('{') || value.starts_with('[')) {
            const auto small = ascii::lower(name);
            const bool is_object_of_one = value.starts_with('{') && small == "tlplevel";
            return begin + (small.ends_with(word_of_tlp) || small == "tlp_2_0" || is_object_of_one ? read_group(value) : 0);
        }
        if (!value.empty() && in_set(value[0], quotes))
            found_.add_values(in_quotes(value), is_tlp_alone(name));
        else if (is_below || value.starts_with('>') || value.starts_with('|'))
            read_block(name_at, text);
        else
            found_.add_values(value.substr(0, value.find_first_of(",}]\r\n#")), is_tlp_alone(name));
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
                found_.add_values(word, false);
        }
        return text.size();
    }

    // YAML: what stands below a name, further in than it. `text` begins behind the colon.
    void read_block(std::size_t name_at, std::string_view text) {
        const auto column = file_.column_of(name_at).value_or(0);
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
            if (key.empty() || names_value(key)) found_.add_values(key.empty() ? item : item.substr(colon + 2), false);
        }
    }

    // The values that stand in a tag behind `from`, and the text behind it: of an element of that name all up to its end. Other names in
    // the same tag do not read it again.
    void rest_of_tag(std::size_t from, std::string_view name, bool is_element) {
        if (from < tag_read_ && (is_read_alone_ || !is_tlp_alone(name))) return;
        is_read_alone_ = is_tlp_alone(name);
        auto rest = file_.near(from);
        auto tag = rest.substr(0, rest.find('>'));
        const bool is_closed = tag.size() == rest.size() || tag.ends_with('/');
        tag_read_ = from + tag.size();
        rest.remove_prefix(std::min(tag.size() + 1, rest.size()));
        for (auto at = tag.find('='); at != std::string_view::npos; at = tag.find('=', at + 1))
            found_.add_values(in_quotes(tag.substr(at + 1)), false);
        constexpr std::string_view literal = "<![CDATA[", literal_end = "]]>";
        for (bool is_inside = !is_closed; is_inside && !rest.empty();) {
            if (rest.starts_with(literal)) {
                rest.remove_prefix(literal.size());
                const auto text = rest.substr(0, rest.find(literal_end));
                found_.add_values(text, is_tlp_alone(name));
                rest.remove_prefix(std::min(text.size() + literal_end.size(), rest.size()));
                continue;
            }
            const auto text = rest.substr(0, rest.find('<'));
            found_.add_values(text, is_tlp_alone(name));
            rest.remove_prefix(text.size());
            const auto next = rest.substr(0, rest.find('>'));
            rest.remove_prefix(std::min(next.size() + 1, rest.size()));
            is_inside = is_element && next.find(name) == std::string_view::npos;
        }
    }

    const Text& file_;
    std::string_view text_;  // all of it
    FoundLabels& found_;
    std::size_t object_read_ = std::string_view::npos, tag_read_ = 0;  // where it begins, and where its signs end
    bool is_read_alone_ = false;
};

}  // namespace

void find_named_labels(const Text& text, FoundLabels& found) { NamedLabels(text, found).find(); }

}  // namespace caveat::mail::machine

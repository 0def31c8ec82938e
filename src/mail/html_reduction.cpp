#include "html_reduction.hpp"

#include <algorithm>
#include <utility>

#include "ascii.hpp"
#include "character_escapes.hpp"
#include "plain_look.hpp"
#include "text.hpp"

namespace caveat::mail::html {
namespace {

constexpr char32_t turn_mark = 0x202E, turn_end = 0x202C;

}  // namespace

std::string Reduction::run() {
    const bool to_doubt = left_out_ == LeftOut::doubtful;
    while (at_ < html_.size() && !(to_doubt && odd_)) step();
    if (!line_.empty() && !(to_doubt && odd_)) end_line();
    return std::move(out_);
}

void Reduction::step() {
    const char c = html_[at_];
    const char next = at_ + 1 < html_.size() ? html_[at_ + 1] : '\0';
    if (c == '<' && is_letter(next)) return tag();
    if (c == '<' && next == '/') return at_ + 2 < html_.size() && is_letter(html_[at_ + 2]) ? tag() : no_tag();
    if (c == '<' && (next == '!' || next == '?')) return go_on(behind_markup(html_, at_, strange_ > 0, left_out_ == LeftOut::doubtful));
    if (c == '&') return entity();
    ++at_;
    put(c);
}

// Source line ends are blanks, and blanks collapse, unless the text is preformatted.
void Reduction::put(char c) {
    if (is_left_out()) return;
    const bool blank = is_blank(c);
    if (blank && pre_ > 0) {
        if (c == '\n' || c == '\f') end_line();
        if (c == ' ' || c == '\t') line_ += c;
    } else if (!blank) {
        line_ += c;
    } else if (!line_.empty() && line_.back() != ' ') {
        line_ += ' ';
    }
}

// A blockquote is how HTML mail quotes; one ">" whatever the depth, or nesting would make the text quadratic.
void Reduction::end_line() {
    if (is_left_out()) return;
    while (!line_.empty() && line_.back() == ' ') line_.pop_back();
    if (quote_ > 0 && !line_.empty()) out_ += "> ";
    set_labels_apart();
    out_ += line_;
    out_ += '\n';
    line_.clear();
    if (turned_.depth > 0) append_utf8(line_, turn_mark);
}

void Reduction::set_labels_apart() {
    std::string apart;
    std::size_t done = 0;
    for (const auto joint : joints_) {
        if (!ascii::starts_with(std::string_view(line_).substr(std::min(joint, line_.size())), "tlp")) continue;
        apart.append(line_, done, joint - done).append(" | ");
        done = joint;
    }
    joints_.clear();
    if (done != 0) set_apart_.append(apart).append(line_, done).append("\n");
}

// Text goes on behind a tag without a blank.
void Reduction::note_joint() {
    const bool is_word = !line_.empty() && (is_letter(line_.back()) || ascii::is_digit(line_.back()) || !ascii::is_plain(line_.back()));
    if (is_word && (joints_.empty() || joints_.back() != line_.size())) joints_.push_back(line_.size());
}

void Reduction::tag() {
    constexpr std::size_t longest = 32;  // of the names that matter
    const bool closing = html_[at_ + 1] == '/';
    std::size_t i = at_ + (closing ? 2 : 1);
    std::string element;
    for (; i < html_.size() && !is_blank(html_[i]) && html_[i] != '/' && html_[i] != '>'; ++i) {
        odd_ = odd_ || html_[i] == '<' || html_[i] == '"' || html_[i] == '\'' || html_[i] == '=';
        if (element.size() < longest) element += ascii::lower(html_[i]);
    }
    go_on(attributes_.read(html_, i));
    if (left_out_ == LeftOut::doubtful && !closing) odd_ = odd_ || !is_plain(element, attributes_);
    follow(element, closing);
    has_boxes_ = has_boxes_ || is_in(boxes, element) || is_in(keeping_lines, element);
    const auto in_front = looks_ == nullptr ? std::string() : lay_out(element, closing);
    if (!closing && left_out_ != LeftOut::doubtful) shown_attributes(element);
    if (std::exchange(alone_, false) && !line_.empty()) end_line();
    if (!closing && left_out_ == LeftOut::nothing && looks_ == nullptr) attributes_that_name(element);
    if (!closing) styled_attributes();
    if (element == "svg" || element == "math" || element == "select" || element == "noscript")
        strange_ = std::max(0, strange_ + (closing ? -1 : 1));
    const bool raw = element == "script" || element == "style";
    if (!closing && (raw || is_in(text_only, element))) {
        odd_ = odd_ || strange_ > 0;  // in there it may be an element like others
        return raw ? skip_raw(element) : left_out_ == LeftOut::doubtful ? (void)until_end(element) : text_until_end(element);
    }
    if (element == "plaintext") odd_ = true;
    if (element == "td" || element == "th") cell(closing);
    if (!ends_line(element)) {
        note_joint();
        line_ += in_front;
        return;
    }
    if (!line_.empty() || element == "br") end_line();
    const int change = closing ? -1 : 1;
    if (element == "pre") pre_ = std::max(0, pre_ + change);
    if (element == "blockquote") quote_ = std::max(0, quote_ + change);
    line_ += in_front;
}

// Elements that are not shown, and those whose letters stand in reverse order.
void Reduction::follow(std::string_view element, bool closing) {
    hidden_.pass(element, closing);
    if (turned_.pass(element, closing) && turned_.depth == 0) append_utf8(line_, turn_end);
    if (closing || element == "style") return;  // which is never shown, and programs write so in its style
    auto style = ascii::lower(attributes_.value("style"));
    std::erase_if(style, is_blank);
    const auto has = [&style](std::string_view what) { return style.find(what) != std::string::npos; };
    const bool hidden =
        has("display:none") || has("visibility:hidden") || has("font-size:0") || has("opacity:0;") || style.ends_with("opacity:0");
    const auto& all = attributes_.all();
    if (hidden || std::any_of(all.begin(), all.end(), [](const Attribute& a) { return ascii::equal(a.name, "hidden"); })) {
        hides_ = true;
        hidden_.begin(element);
    }
    const bool to_left = ascii::equal(attributes_.value("dir"), "rtl") || has("direction:rtl");
    if (turned_.depth == 0 && to_left && (element == "bdo" || has("bidi-override"))) {
        if (ends_line(element) && !line_.empty()) end_line();
        turned_.begin(element);
        if (turned_.depth > 0) append_utf8(line_, turn_mark);
    }
}

// An element with a look of its own, until its end, which is found by counting those of its name within. Returns what stands in front
// of its text.
std::string Reduction::lay_out(const std::string& element, bool closing) {
    auto& open = laid_out_[element];
    if (closing) {
        if (!open.empty() && --open.back().depth == 0) end_of(open);
        return {};
    }
    auto look = looks_->of(element, attributes_.value("class"), attributes_.value("id"));
    look.add(look_of(decoded(attributes_.value("style"))));
    look.breaks = look.breaks || is_in(boxes, element);
    look.lines = look.lines || is_in(keeping_lines, element);
    if (look.breaks && !line_.empty()) end_line();
    const bool ends = !is_in(without_end, element) && !is_in(text_only, element);
    alone_ = look.breaks && is_in(without_end, element);
    if (ends && !look.empty()) {
        open.push_back({1, look.breaks, look.lines, generated(look.after)});
        if (look.lines) ++pre_;
    } else if (ends && !open.empty()) {
        ++open.back().depth;
    }
    return generated(look.before);
}

void Reduction::end_of(std::vector<LaidOut>& open) {
    const auto look = std::move(open.back());
    open.pop_back();
    line_ += look.after;
    if (look.lines) pre_ = std::max(0, pre_ - 1);
    if (look.breaks && !line_.empty()) end_line();
}

// What a style sheet writes there. Only what may be a part of a label: longer words stand for themselves (generated_text).
std::string Reduction::generated(const std::vector<CssPiece>& pieces) {
    constexpr std::size_t longest = 40, most = 4U << 20;  // bytes
    std::string text;
    for (const auto& piece : pieces) {
        if (piece.kind == CssPiece::Kind::text) text += piece.text.substr(0, longest);
        if (piece.kind == CssPiece::Kind::attribute) text += decoded(attributes_.value(piece.text).substr(0, longest));
        if (text.size() > longest) return {};
    }
    generated_ += text.size();
    return generated_ > most ? std::string() : text;
}

// A bar parts a cell from what stands before it in its row, so that a label that is alone in its cell is seen to be.
void Reduction::cell(bool closing) {
    if (is_left_out()) return;
    if (closing) return put(' ');
    const auto last = line_.find_last_not_of(' ');
    line_.erase(last == std::string::npos ? 0 : last + 1);
    if (!line_.empty()) line_ += " | ";
}

// Attributes whose value is seen: the text that stands for a picture, in a field, on a button, in a list.
void Reduction::shown_attributes(std::string_view element) {
    const bool field = element == "input";
    if (element == "img" || element == "area" || field) attribute_text(attributes_.value("alt"));
    if (field && !ascii::equal(attributes_.value("type"), "hidden")) attribute_text(attributes_.value("value"));
    if (field || element == "textarea") attribute_text(attributes_.value("placeholder"));
    if (element == "option" || element == "optgroup") attribute_text(attributes_.value("label"));
    if (element.ends_with(":textpath")) attribute_text(attributes_.value("string"));
    if (element != "iframe") return;
    documents_ += decoded(attributes_.value("srcdoc")) + '\n';
}

// A tip, what a page says of itself, and the file name of a picture without its ending: not the text, but what it is called.
void Reduction::attributes_that_name(std::string_view element) {
    const auto add = [this](std::string_view name) {
        if (!name.empty()) (set_apart_ += name) += '\n';
    };
    add(decoded(attributes_.value("title")));
    if (element == "meta" && ascii::equal(attributes_.value("name"), "classification")) add(decoded(attributes_.value("content")));
    for (const std::string_view address : {attributes_.value("src"), attributes_.value("background")}) {
        if (element != "img" && element != "td" && element != "table" && element != "body") break;
        if (ascii::starts_with(address, "data:")) continue;
        auto file = address.substr(0, address.find_first_of("?#"));
        file.remove_prefix(file.find_last_of("/\\:") + 1);
        add(decoded(file.substr(0, file.rfind('.'))));
    }
}

// What style sheets may show of it.
void Reduction::styled_attributes() {
    if (const auto style = attributes_.value("style"); !style.empty()) inline_styles_ += decoded(style) + "}\n";
    if (wanted_ == nullptr) return;
    for (const auto& one : attributes_.all()) {
        const auto found = wanted_->find(ascii::lower(one.name));
        if (found != wanted_->end() && !one.value.empty()) found->second.push_back(decoded(one.value));
    }
}

void Reduction::attribute_text(std::string_view value) {
    if (value.data() == nullptr) return;  // there is none; an empty one parts what stands around it
    put(' ');
    for (std::size_t i = 0; i < value.size();) {
        const auto decoded = value[i] == '&' ? entity_at(value, i) : Decoded{};
        if (decoded.code)
            put_character(*decoded.code);
        else
            put(value[i]);
        i = decoded.code ? decoded.end : i + 1;
    }
    put(' ');
}

// "</" before what is no letter: nobody shows it, but not everybody sees its end in the same place.
void Reduction::no_tag() {
    odd_ = true;
    at_ = std::min(html_.find('>', at_), html_.size() - 1) + 1;
}

void Reduction::go_on(Behind there) {
    at_ = there.at;
    odd_ = odd_ || there.odd;
}

// Behind the end tag of an element of text; without one the rest of the document belongs to it. Returns what stands before the end tag.
std::string_view Reduction::until_end(std::string_view element) {
    const auto begin = at_;
    for (auto close = html_.find("</", at_); close != std::string_view::npos; close = html_.find("</", at_)) {
        at_ = close + 2;
        if (!ascii::equal(html_.substr(at_, element.size()), element)) continue;
        const auto behind = at_ + element.size();
        if (behind < html_.size() && !is_blank(html_[behind]) && html_[behind] != '/' && html_[behind] != '>') {
            odd_ = true;
            continue;
        }
        go_on(attributes_.read(html_, behind));
        return html_.substr(begin, close - begin);
    }
    odd_ = true;
    at_ = html_.size();
    return html_.substr(begin);
}

void Reduction::skip_raw(std::string_view element) {
    const auto raw = until_end(element);
    if (element == "style") (styles_ += raw) += '\n';
}

// On lines of its own. What looks like a tag in it is left out, because old programs take it for one.
void Reduction::text_until_end(std::string_view element) {
    if (!line_.empty()) end_line();
    for (const char c : nothing_hidden(until_end(element), looks_ != nullptr && is_in(keeping_lines, element))) {
        if (c != '\n')
            put(c);
        else if (!line_.empty())
            end_line();
    }
    if (!line_.empty()) end_line();
}

void Reduction::put_character(char32_t code) {
    if (is_left_out()) return;
    if (code != 0 && code < 0x20) return put(code == '\n' ? '\n' : ' ');
    append_utf8(line_, code);
}

void Reduction::entity() {
    const auto decoded = entity_at(html_, at_);
    at_ = decoded.code ? decoded.end : at_ + 1;
    put_character(decoded.code.value_or('&'));
}

}  // namespace caveat::mail::html

// HTML reduced to the lines a reader sees. Where programs differ, the text is read a second time with nothing hidden but plain tags, so
// that no label is missed; and again as style sheets may have it.
#include <algorithm>
#include <utility>

#include "ascii.hpp"
#include "html_reduction.hpp"
#include "html_tags.hpp"
#include "plain_look.hpp"
#include "style_sheet.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// The lines in reverse order of their letters, as a style sheet may ask for.
std::string all_turned(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        append_utf8(out, 0x202E);
        (out += text.substr(0, end)) += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Values that a style sheet may show stand for themselves as well: where they are cut, or too many to be tried.
void add_generated_text(std::string_view html, const std::string& styles, HtmlText& read) {
    constexpr std::size_t most = 5U << 20;  // bytes; a text of that size is not read to its end, and held
    const auto sheet = read_style_sheet(styles);
    ShownValues attributes;
    for (const auto& declaration : sheet) {
        for (const auto& piece : declaration.pieces) {
            if (piece.kind == CssPiece::Kind::attribute) attributes[piece.text];
        }
    }
    if (!attributes.empty()) (void)html::Reduction(html, attributes).run();
    for (const auto& [name, values] : attributes) {
        for (const auto& value : values) read.doubts += value + '\n';
    }
    std::erase_if(attributes, [](const auto& one) { return one.second.empty(); });
    read.doubts += generated_text(sheet, attributes, most);
}

}  // namespace

HtmlText read_html(std::string_view html_utf8) {
    html::Reduction reduction(html_utf8, html::LeftOut::nothing);
    HtmlText read{reduction.run(), {}};
    read.doubts += reduction.set_apart();
    if (reduction.odd()) read.doubts += html::nothing_hidden(html_utf8) + '\n';
    if (reduction.hides()) read.doubts += html::Reduction(html_utf8, html::LeftOut::hidden).run();
    add_generated_text(html_utf8, reduction.styles() + reduction.inline_styles(), read);
    const Looks looks(reduction.styles());
    if (reduction.has_boxes() || !looks.empty() || !look_of(reduction.inline_styles()).empty())
        read.doubts += html::Reduction(html_utf8, looks).run();
    if (!reduction.documents().empty())
        read.doubts +=
            html::Reduction(reduction.documents(), html::LeftOut::nothing).run() + html::nothing_hidden(reduction.documents()) + '\n';
    if (ascii::lower(reduction.styles()).find("bidi-override") != std::string::npos) read.doubts += all_turned(read.text);
    return read;
}

std::string html_to_text(std::string_view html_utf8) { return html::Reduction(html_utf8, html::LeftOut::nothing).run(); }

std::optional<std::string> surely_shown(std::string_view html_utf8) {
    if (!html::has_plain_sheets(html_utf8)) return std::nullopt;
    return html::Reduction(html_utf8, html::LeftOut::doubtful).run();
}

std::string both_readings(std::string_view html) {
    auto read = read_html(html);
    return std::move(read.text) + '\n' + read.doubts;
}

}  // namespace caveat::mail

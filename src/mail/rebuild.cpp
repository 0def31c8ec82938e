#include "caveat/mail/rebuild.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "long_lines.hpp"

namespace caveat::mail {
namespace {

bool is_of_shape(std::string_view name) { return ascii::starts_with(name, "Content-") || ascii::equal(name, "MIME-Version"); }

bool is_mark(std::string_view parameter) {
    constexpr std::array marks{"hp", "protected-headers", "hp-legacy-display"};
    const auto name = ascii::trim(parameter.substr(0, std::min(parameter.find('='), parameter.size())));
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return ascii::equal(mark, name); });
}

// Where the parameter ends that begins at `at`: at the next ";" that is in no quotes (RFC 2045 §5.1).
std::size_t end_of_parameter(std::string_view value, std::size_t at) {
    bool quoted = false;
    for (; at < value.size(); ++at) {
        if (value[at] == '\\' && quoted) {
            ++at;
        } else if (value[at] == '"') {
            quoted = !quoted;
        } else if (value[at] == ';' && !quoted) {
            break;
        }
    }
    return std::min(at, value.size());
}

std::string without_marks(std::string_view value) {
    std::string kept;
    for (std::size_t at = 0; at < value.size();) {
        const auto end = end_of_parameter(value, at);
        const auto parameter = value.substr(at, end - at);
        if (at == 0 || !is_mark(parameter)) kept.append(at == 0 ? "" : ";").append(parameter);
        at = end + 1;
    }
    return kept;
}

void add_shape(std::string& out, const HeaderBlock& inside) {
    for (const auto& field : inside.fields) {
        if (!ascii::starts_with(field.name, "Content-")) continue;
        if (ascii::equal(field.name, "Content-Type")) {
            append_short(out, "Content-Type: " + without_marks(ascii::trim(unfold(field.value))) + "\r\n");
        } else {
            append_short(out, field.raw);
        }
    }
}

}  // namespace

Result<std::string> rebuilt(const Layers& layers, const Limits& limits) {
    const auto entity = ascii::with_cr_before_lf(layers.inside);
    const auto outside = read_headers(layers.outside, limits);
    if (!outside) return tl::unexpected<Error>(outside.error());
    const auto inside = read_headers(entity, limits);
    if (!inside) return tl::unexpected<Error>(inside.error());
    std::string out;
    out.reserve(outside->body_at + entity.size());
    for (const auto& field : outside->fields) {
        const bool other_subject = layers.protects_subject && ascii::equal(field.name, "Subject");
        if (!is_of_shape(field.name) && !other_subject) out += field.raw;
    }
    const auto* subject = layers.protects_subject ? inside->find("Subject") : nullptr;
    if (subject != nullptr) append_short(out, subject->raw);
    out += "MIME-Version: 1.0\r\n";
    add_shape(out, *inside);
    out += "\r\n";
    out += std::string_view(entity).substr(inside->body_at);
    return out;
}

}  // namespace caveat::mail

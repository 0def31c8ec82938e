#include "exchange.hpp"

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"

namespace caveat::http {
namespace {

constexpr std::size_t longest_target = 4096;
constexpr std::size_t most_fields = 64;

Result<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == '%') {
            const int octet = ascii::octet(text.substr(i + 1));
            if (octet < 0) return fail(errc::invalid, "'%' must be followed by two hexadecimal digits");
            c = static_cast<char>(octet);
            i += 2;
        }
        if (c == '\0') return fail(errc::invalid, "a NUL in a path or query");
        out += c;
    }
    return out;
}

template <class Visit>
Result<void> split(std::string_view text, char separator, Visit visit) {
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        if (auto done = visit(text.substr(begin, end - begin)); !done) return done;
        begin = end + 1;
    }
    return {};
}

std::string_view trimmed(std::string_view text) { return ascii::trim(text, ascii::is_wsp); }

}  // namespace

std::string_view name(Method method) {
    constexpr std::array names{"GET", "POST", "PUT", "PATCH", "DELETE", "?"};
    return names[static_cast<std::size_t>(method)];
}

std::string_view Request::header(std::string_view lower_case_name) const {
    const auto found = headers.find(std::string(lower_case_name));
    return found == headers.end() ? std::string_view{} : std::string_view(found->second);
}

std::optional<std::string> Request::cookie(std::string_view wanted) const {
    std::optional<std::string> value;
    (void)split(header("cookie"), ';', [&](std::string_view pair) -> Result<void> {
        pair = trimmed(pair);
        const auto equals = pair.find('=');
        if (!value && equals != std::string_view::npos && pair.substr(0, equals) == wanted) value = std::string(pair.substr(equals + 1));
        return {};
    });
    return value;
}

Result<FormFields> parse_form(std::string_view text) {
    FormFields fields;
    if (text.empty()) return fields;
    const auto done = split(text, '&', [&](std::string_view pair) -> Result<void> {
        if (pair.empty()) return {};
        if (fields.size() == most_fields) return fail(errc::limit, "more than {} fields", most_fields);
        const auto equals = std::min(pair.find('='), pair.size());
        auto key = decode(pair.substr(0, equals), true);
        if (!key) return tl::unexpected(key.error());
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!value) return tl::unexpected(value.error());
        fields.emplace_back(std::move(*key), std::move(*value));
        return {};
    });
    if (!done) return tl::unexpected(done.error());
    return fields;
}

Result<Target> parse_target(std::string_view target) {
    if (target.size() > longest_target) return fail(errc::limit, "a target of more than {} bytes", longest_target);
    if (target.empty() || target.front() != '/') return fail(errc::invalid, "the target must be a path that begins with '/'");
    const auto question = std::min(target.find('?'), target.size());
    Target parsed;
    const auto path = target.substr(1, question - 1);
    if (!path.empty()) {
        const auto done = split(path, '/', [&](std::string_view segment) -> Result<void> {
            auto text = decode(segment, false);
            if (!text) return tl::unexpected(text.error());
            parsed.segments.push_back(std::move(*text));
            return {};
        });
        if (!done) return tl::unexpected(done.error());
    }
    if (question < target.size()) {
        auto query = parse_form(target.substr(question + 1));
        if (!query) return tl::unexpected(query.error());
        parsed.query = std::move(*query);
    }
    return parsed;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out += c;
        } else {
            out += '%';
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    return out;
}

std::string_view media_type(std::string_view field) { return trimmed(field.substr(0, field.find(';'))); }

bool accepts(const Request& request, std::string_view type) {
    bool found = false;
    (void)split(request.header("accept"), ',', [&](std::string_view range) -> Result<void> {
        found = found || ascii::equal(media_type(range), type);
        return {};
    });
    return found;
}

std::string_view credentials(std::string_view authorization, std::string_view scheme) {
    const auto word = authorization.substr(0, authorization.find(' '));
    return ascii::equal(word, scheme) ? trimmed(authorization.substr(word.size())) : std::string_view();
}

bool lists_tag(std::string_view field, std::string_view tag, Comparison comparison) {
    if (trimmed(field) == "*") return true;
    while (true) {
        const auto begin = field.find_first_not_of(" \t,");
        if (begin == std::string_view::npos) return false;
        field.remove_prefix(begin);
        const bool weak = field.starts_with("W/");
        if (weak) field.remove_prefix(2);
        // A comma may stand between the quotes, a quote may not (§8.8.3), so that nothing within a tag passes for another one.
        const auto end = field.starts_with('"') ? field.find('"', 1) : std::string_view::npos;
        if (end == std::string_view::npos) return false;
        if (field.substr(0, end + 1) == tag && (!weak || comparison == Comparison::weak)) return true;
        field.remove_prefix(end + 1);
    }
}

}  // namespace caveat::http

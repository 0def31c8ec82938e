#include "multipart.hpp"

#include <fmt/format.h>
#include <mimetic/mimeentity.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "ascii.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

bool fits_seven_bits(std::string_view text) {
    std::size_t line = 0;
    for (const char c : text) {
        line = c == '\n' ? 0 : line + 1;
        if (!ascii::is_plain(c) || c == '\0' || line > 990) return false;
    }
    return true;
}

std::string with_crlf(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        if (c != '\r') out += c;
    }
    return out.ends_with("\r\n") || out.empty() ? out : out + "\r\n";
}

// "=_" is what quoted-printable never writes; lengthened as long as a part in 7 bits holds it all the same. At most 70 characters.
std::string boundary_for(std::string_view seed, const std::vector<BodyPart>& parts) {
    std::string boundary = "=_";
    for (const char c : seed.substr(0, 50)) boundary += c == '-' || ascii::is_alnum(c) ? c : '_';
    const auto holds = [&](const BodyPart& part) { return part.body.find(boundary) != std::string::npos; };
    while (std::any_of(parts.begin(), parts.end(), holds)) boundary += "_";
    if (boundary.size() > 70) throw std::invalid_argument("no boundary fits between these parts");
    return boundary;
}

void add(mimetic::MimeEntity& entity, const std::string& name, const std::string& value) {
    if (!value.empty()) entity.header().push_back(mimetic::Field(name, value));
}

std::unique_ptr<mimetic::MimeEntity> entity_of(const BodyPart& part) {
    auto entity = std::make_unique<mimetic::MimeEntity>();
    add(*entity, "Content-Type", part.type);
    add(*entity, "Content-Transfer-Encoding", part.encoding);
    add(*entity, "Content-Disposition", part.disposition);
    entity->body().set(part.body);
    return entity;
}

// mimetic writes what it takes for a message or a multipart from its parts only and drops its text: that must not pass for an empty part.
void check_whole(std::string_view composed, const std::vector<BodyPart>& parts) {
    std::size_t at = 0;
    for (const auto& part : parts) {
        const auto body = "\r\n\r\n" + part.body + "\r\n--";
        at = composed.find(body, at);
        if (at == std::string_view::npos) throw std::logic_error(fmt::format("a part of type {} was not composed whole", part.type));
        at += body.size() - 2;
    }
}

}  // namespace

BodyPart text_part(std::string_view text, std::string_view file_name, std::string_view parameters) {
    const bool plain = fits_seven_bits(text);
    return {fmt::format("text/plain; charset=utf-8{}", parameters), plain ? "7bit" : "quoted-printable",
            file_name.empty() ? "" : fmt::format("attachment; filename=\"{}\"", file_name),
            plain ? with_crlf(text) : encode_quoted_printable(text)};
}

std::string compose(const BodyPart& part) {
    return fmt::format("Content-Type: {}\r\nContent-Transfer-Encoding: {}\r\n\r\n{}", part.type, part.encoding, part.body);
}

std::string compose_multipart(std::string_view subtype, const std::vector<BodyPart>& parts, std::string_view seed,
                              std::string_view parameters) {
    mimetic::MimeEntity whole;
    add(whole, "Content-Type", fmt::format("multipart/{}; boundary=\"{}\"{}", subtype, boundary_for(seed, parts), parameters));
    for (const auto& part : parts) whole.body().parts().push_back(entity_of(part).release());  // the list owns them
    std::ostringstream out;
    out << whole;
    auto text = std::move(out).str();
    check_whole(text, parts);
    return text;
}

}  // namespace caveat::mail

#include "part_fields.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "fields.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

// Many writers put encoded words into the quotes; RFC 2047 forbids it, readers decode it.
std::string shown_name(std::string_view name) {
    auto shown = decode_words(name);
    std::erase_if(shown, ascii::is_control);
    return shown;
}

}  // namespace

Parameters parameters_of(const HeaderBlock& headers, std::string_view name) {
    const auto* field = headers.find(name);
    return field ? read_parameters(unfold(field->value)) : Parameters{};
}

bool is_type(std::string_view type) {
    const auto slash = type.find('/');
    if (slash == 0 || slash == std::string_view::npos || slash + 1 == type.size()) return false;
    return std::all_of(
               type.begin(), type.end(),
               [](char c) { return c > ' ' && c < 0x7F && std::string_view("()<>@,:\\\"[]?=").find(c) == std::string_view::npos; }) &&
           type.find('/', slash + 1) == std::string_view::npos;
}

bool says_otherwise(const HeaderBlock& headers, std::string_view name) {
    const auto* first = headers.find(name);
    if (first == nullptr) return false;
    const auto said = unfold(first->value);
    return std::any_of(headers.fields.begin(), headers.fields.end(),
                       [&](const Field& field) { return ascii::equal(field.name, name) && !ascii::equal(unfold(field.value), said); });
}

bool says_otherwise(const Parameters& type) {
    const auto differs = [&type](std::string_view name) {
        const auto first = type.get(name);
        return std::any_of(type.all.begin(), type.all.end(),
                           [&](const auto& p) { return p.first == name && !ascii::equal(p.second, first); });
    };
    return differs("boundary") || differs("charset");
}

std::string encoding_of(const HeaderBlock& headers) {
    const auto* field = headers.find("Content-Transfer-Encoding");
    return field ? ascii::lower(read_parameters(unfold(field->value)).head) : std::string();
}

bool is_coded(std::string_view encoding) { return ascii::equal(encoding, "base64") || ascii::equal(encoding, "quoted-printable"); }

bool is_doubtful_encoding(std::string_view encoding) {
    constexpr std::array<std::string_view, 5> known{"base64", "quoted-printable", "x-uuencode", "uuencode", "x-uue"};
    constexpr std::array<std::string_view, 4> like{"base", "b64", "printable", "uu"};
    if (std::find(known.begin(), known.end(), encoding) != known.end()) return false;
    return std::any_of(like.begin(), like.end(), [&](std::string_view part) { return encoding.find(part) != std::string_view::npos; });
}

void name_part(Part& part, const HeaderBlock& headers, const Parameters& disposition, const Parameters& type) {
    part.filename = shown_name(disposition.get("filename"));
    const auto name = shown_name(type.get("name"));
    if (part.filename.empty()) part.filename = name;
    if (name != part.filename) part.also_called = name;
    // Names that stand there raw, or in words of an unknown charset, as programs of their language show them.
    for (const auto& raw : {disposition.get("filename"), type.get("name")}) {
        for (const auto& reading : words_in_guessed_charsets(raw))
            (part.also_called += part.also_called.empty() ? "" : "\n") += shown_name(reading);
    }
    const auto also = [&part](std::string_view called) {
        if (!part.also_called.empty()) part.also_called += '\n';
        part.also_called += called;
    };
    if (const auto* field = headers.find("Content-Description")) also(shown_name(unfold(field->value)));
    // Programs that put a picture into a page often name it only there (RFC 2392, RFC 2557).
    if (const auto* field = headers.find("Content-Location")) {
        const auto address = shown_name(unfold(field->value));
        also(std::string_view(address).substr(address.find_last_of('/') + 1));
    }
    if (const auto* field = headers.find("Content-ID")) {
        const auto id = shown_name(unfold(field->value));
        also(std::string_view(id).substr(0, id.find('@')).substr(id.starts_with('<') ? 1 : 0));
    }
}

PartHeader part_header(const HeaderBlock& headers) {
    PartHeader header;
    for (const auto& field : headers.fields) {
        if (is_of_shape(field.name)) continue;
        if (ascii::equal(field.name, "TLP") || ascii::equal(field.name, "X-TLP")) {
            header.tlp_headers.push_back(unfold(field.value));
            continue;
        }
        if (!ascii::equal(field.name, "Subject")) {
            header.fields += field.raw;
            if (!field.raw.ends_with('\n')) header.fields += "\r\n";
            continue;
        }
        const auto subject = unfold(field.value);
        if (header.subject.empty())
            header.subject = decode_words(subject);
        else
            (header.subject_doubts += '\n') += decode_words(subject);  // programs differ in which of several they show
        header.subject_doubts += other_readings(subject, false);
    }
    if (header.empty()) return header;
    const auto type = parameters_of(headers, "Content-Type");
    header.is_protected = !type.get("hp").empty() || !type.get("protected-headers").empty();
    return header;
}

}  // namespace caveat::mail

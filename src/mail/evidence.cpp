#include "evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "fields.hpp"
#include "iep.hpp"
#include "json_lines.hpp"
#include "label_reader.hpp"
#include "mails_within.hpp"
#include "part_text.hpp"
#include "sealed.hpp"
#include "text.hpp"
#include "text_lines.hpp"
#include "words.hpp"
#include "xml_lines.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::size_t body_cap = 4 * 1024 * 1024;  // bytes of text, per part; what lies beyond holds the post
constexpr std::size_t enclosed_cap = 64 * 1024;    // bytes of the header of an enclosed message
constexpr std::size_t iep_cap = 16 * 1024;         // rules.md §4

void read_enclosed_header(LabelReader& reader, std::string_view mail, const Part& part, Where where, bool counts) {
    Limits limits;
    limits.header_block = enclosed_cap;
    const auto fields = cut_fields(mail, 0, limits);
    if (!fields) return reader.unread(fmt::format("the header of part {} beyond {} bytes", part.path, enclosed_cap));
    for (const auto& field : fields->fields) {
        if (ascii::equal(field.name, "Subject")) {
            const auto written = unfold(cut(field.value, 4 * subject_cap));
            reader.subject(decode_words(written), where, counts);
            reader.doubts(other_readings(written, false), where, counts);
        }
        if (ascii::equal(field.name, "TLP") || ascii::equal(field.name, "X-TLP")) reader.header(field.value, where, false);
    }
}

void read_names(LabelReader& reader, const Part& part) {
    if (!part.filename.empty()) reader.file_name(part.filename, !part.enclosed);
    for (std::string_view names = part.also_called; !names.empty();) reader.file_name(take_line(names), !part.enclosed);
}

// What only some programs show of a part: its labels can only raise.
void read_doubts(LabelReader& reader, const Part& part, std::string_view doubts, Where where) {
    if (doubts.size() > body_cap) reader.unread(fmt::format("what some programs show of part {} beyond {} bytes", part.path, body_cap));
    const auto whole = cut_before(doubts, body_cap, "\r\n\f");
    if (whole.find("\xE2\x80\xAE") != std::string_view::npos) reader.turned(whole, where, false);
    reader.all_travelling(as_seen(whole), where);
    if (const auto otherwise = otherwise_seen(whole)) reader.all_travelling(as_seen(*otherwise), where);
}

// Of a file its first and its last page are read (rules.md §3.2, position F): what lies between holds nothing up.
std::array<std::string_view, 2> first_and_last(std::string_view text) {
    const auto first = cut_before(text, page_cap, "\r\n\f");
    const auto rest = text.substr(first.size());
    return {first, rest.size() <= page_cap ? rest : rest.substr(rest.size() - page_cap)};
}

using IsPgp = bool (*)(std::string_view content);

// OpenPGP of a kind that is told by a block of it in a text, or by its packets; these are looked at by the name that the part has.
bool is_pgp_of(const Part& part, const std::optional<PartText>& text, IsPgp holds_block, IsPgp holds_packets) {
    if (text) return holds_block(text->text);
    const auto name = ascii::lower(part.filename);
    const bool is_pgp = part.type.starts_with("application/pgp") || name.ends_with(".gpg") || name.ends_with(".pgp") ||
                        name.ends_with(".asc") || name.ends_with(".sig");
    return is_pgp && (holds_packets(part.content) || holds_block(part.content));
}

// An empty object, or one with a name and a colon in it. People write "{Spam?}".
bool begins_as_object(std::string_view text) {
    if (!text.starts_with('{')) return false;
    const auto inside = text.substr(1, text.find('}') - 1);
    return ascii::trim(inside).empty() || inside.find(':') != std::string_view::npos;
}

// As a program writes it.
bool begins_as_data(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    text = ascii::trim(text);
    if (text.starts_with(byte_order_mark)) text = ascii::trim(text.substr(byte_order_mark.size()));
    return begins_as_object(text) || (is_json_data(text) && !text.starts_with('{')) || text.starts_with("<?xml");
}

// The walk through the parts of a message, and through what is found in them.
struct PartReader : LabelReader {
    bool has_text = false;                 // of the message itself
    int files_read = 0;                    // that stood in texts and invitations, with something in them
    std::set<std::string> other_readings;  // the paths of mails that are read as other programs read them
};

void read_all(PartReader& reader, const Message& message, const LabelRequest& request);

// As a part of that type.
void read_as_part(PartReader& reader, const Part& around, std::string_view type, const FileWithin& file, const LabelRequest& request) {
    const auto mail = fmt::format("Content-Type: {}\r\nContent-Disposition: attachment\r\n\r\n{}", type, file.content);
    Limits limits;
    limits.message = std::max(limits.message, mail.size());
    auto message = parse(mail, limits);
    if (!message) return reader.unread(fmt::format("a mail in part {}", around.path));
    auto names = std::string_view(file.name);
    message->parts.front().filename = take_line(names);
    message->parts.front().also_called = names;
    const auto in_here = [&around](std::string& path) {
        if (!path.empty()) path = around.path + path.substr(1);
    };
    for (auto& part : message->parts) {
        in_here(part.path);
        part.enclosed = part.enclosed || around.enclosed;
    }
    in_here(message->uncertain);
    read_all(reader, *message, request);
}

// What stands in clear beside it is the label of no more than itself (K3).
void read_sealed_beside(PartReader& reader, const Part& part) {
    reader.unread(
        fmt::format("part {} is encrypted, and is not opened since not all of the mail is: encrypt all of it, or nothing", part.path));
}

// As if it were attached. Of one with nothing in it there is the name.
void read_file_within(PartReader& reader, const Part& around, const FileWithin& within, const LabelRequest& request) {
    if (within.content.empty()) {
        for (std::string_view names = within.name; !names.empty();) reader.file_name(take_line(names), !around.enclosed);
        return;
    }
    if (reader.files_read == most_files_within)
        return reader.unread(fmt::format("the files in part {} beyond {}", around.path, most_files_within));
    ++reader.files_read;
    read_as_part(reader, around, "application/octet-stream", within, request);
}

// The mail at `path`, or one around it, is read in another way already.
bool is_read_otherwise(const PartReader& reader, std::string_view path) {
    for (auto end = path.size(); end != std::string_view::npos && end > 0; end = path.rfind('.', end - 1)) {
        if (reader.other_readings.count(std::string(path.substr(0, end))) != 0) return true;
    }
    return false;
}

// An attached mail as other programs read it than the one here (read_otherwise). One within that is such a mail as well holds, so that no
// byte is read more than twice.
void read_in_other_way(PartReader& reader, const Part& part, std::string_view mail, const LabelRequest& request) {
    auto other = read_otherwise(mail);
    if (!other) return;
    if (is_read_otherwise(reader, part.path)) return reader.unread(fmt::format("a mail in part {}", part.path));
    reader.other_readings.insert(part.path);
    read_as_part(reader, part, "message/rfc822", {.name = {}, .content = std::move(*other)}, request);
}

// Its parts are parts of the message.
void read_mail(PartReader& reader, const Part& part, std::string_view mail, const LabelRequest& request) {
    read_enclosed_header(reader, mail_within(mail), part, Where::quote, false);
    read_in_other_way(reader, part, mail, request);
}

// A file of one mail or of several: the paths are those of the parts that were found in each.
void read_mails_of_file(PartReader& reader, const Part& file, const LabelRequest& request) {
    const auto mails = mails_of_file(file);
    if (file.cut_short) {
        reader.unread(fmt::format("the mails in part {} beyond what one mail may have", file.path));
        for (const auto mail : mails) read_enclosed_header(reader, mail, file, Where::quote, false);
        return;
    }
    for (std::size_t i = 0; i < mails.size(); ++i) {
        Part one;
        one.path = mails.size() == 1 ? file.path : fmt::format("{}.{}", file.path, i + 1);
        one.enclosed = file.enclosed;
        read_mail(reader, one, mails[i], request);
    }
}

Where place_of(const Part& part) {
    return part.enclosed ? Where::quote : part.disposition == "attachment" ? Where::attachment : Where::body;
}

bool is_page(const Part& part) { return part.type.find("html") != std::string::npos; }
bool is_named_or_attached(const Part& part) { return part.disposition == "attachment" || !part.filename.empty(); }

// A file of a type that says nothing of text.
void read_pages(LabelReader& reader, const Part& part, const PartText& read) {
    const auto place = part.enclosed ? Where::quote : Where::attachment;
    for (const auto page : first_and_last(read.text)) {
        reader.data(as_seen(page), place);
        if (const auto otherwise = otherwise_seen(page)) reader.data(as_seen(*otherwise), place);
    }
    for (const auto charset : read.other_charsets) {
        const auto other = text_in(part, read, charset);
        for (const auto page : first_and_last(other)) reader.in_other_charset(as_seen(page), place, false);
    }
}

// As its charset has it, before any other way to read it: what makes too much work holds, with the labels that were found.
void read_text(PartReader& reader, const Part& part, const PartText& read, const LabelRequest& request) {
    if (!read.whole || read.text.size() > body_cap) reader.unread(fmt::format("the text of part {} beyond {} bytes", part.path, body_cap));
    const auto text = as_seen(cut_before(read.text, body_cap, "\r\n\f"));
    const auto where = place_of(part);
    const bool has_values = is_named_or_attached(part) && !is_page(part);
    if (where != Where::body) return reader.all_travelling(text, where, has_values);
    if (has_values && read.prose) reader.whole_values(text, Where::attachment);
    for (const auto& summary : read.summaries) reader.subject(summary, Where::body, true, false);
    if (!read.prose) return reader.data(text, Where::body);
    reader.body(text);
    for (const auto& file : std::exchange(reader.files, {})) read_file_within(reader, part, file, request);
}

// What programs tell each other, and tables: what people wrote to be read has tables alone, unless it begins as data, and then both.
void read_for_programs(LabelReader& reader, const Part& part, const PartText& read) {
    const bool is_file = !read.prose || is_named_or_attached(part);
    const bool is_data = part.type == "text/plain" && begins_as_data(part.content);  // a program may send a file as its whole text
    const auto content = std::string_view(part.content).substr(0, body_cap);
    if (is_file || is_data) {
        const auto wide = wide_charset(content);
        reader.machine(to_utf8(content, wide.empty() ? part.charset : wide), part.enclosed ? Where::quote : Where::attachment,
                       is_page(part));
    }
    if (is_file) return;
    if (is_page(part))
        reader.pasted(html_rows(to_utf8(content, part.charset)), Where::body);
    else
        reader.pasted(read.text.substr(0, body_cap), part.enclosed ? Where::quote : Where::body);
}

// Turned round, without characters that only some programs show, and in other charsets.
void read_otherwise_shown(LabelReader& reader, const Part& part, const PartText& read) {
    const auto whole = cut_before(read.text, body_cap, "\r\n\f");
    const auto where = place_of(part);
    if (whole.find("\xE2\x80\xAE") != std::string_view::npos) reader.turned(whole, where, where == Where::body);
    if (const auto otherwise = otherwise_seen(whole)) reader.all_travelling(as_seen(*otherwise), where);
    read_doubts(reader, part, read.doubts, where);
    for (const auto charset : read.other_charsets) {
        if (reader.is_spent()) return;
        const auto other = text_in(part, read, charset);
        reader.in_other_charset(as_seen(cut_before(other, body_cap, "\r\n\f")), where, where == Where::body);
    }
}

void read_part(PartReader& reader, const Part& part, const LabelRequest& request) {
    read_names(reader, part);
    if (is_message(part.type)) return read_mail(reader, part, part.content, request);
    if (part.type == "text/rfc822-headers") {
        // The first part of a body is the legacy display of protected headers; at the end of a report it is somebody's returned mail.
        const bool ours = !part.enclosed && part.path.ends_with(".1");
        return read_enclosed_header(reader, part.content, part, ours ? Where::protected_header : Where::quote, ours);
    }
    if (part.type == "application/vnd.first.iep+json") {
        if (part.content.size() > iep_cap) reader.unread(fmt::format("part {} beyond {} bytes", part.path, iep_cap));
        const auto bytes = std::string_view(part.content).substr(0, iep_cap);
        const auto json = iep_text(bytes, part.charset);
        if (!json && !part.enclosed) reader.unread(fmt::format("the policy in part {}", part.path));
        if (json && !part.enclosed) reader.policy(*json, request);
        return reader.iep(json ? std::string_view(*json) : bytes, !part.enclosed);
    }
    read_mails_of_file(reader, part, request);
    if (part.type == "message/partial") reader.unread(fmt::format("part {} is a piece of a mail (message/partial)", part.path));
    if (part.type == "message/external-body")
        reader.unread(fmt::format("the text of part {} is elsewhere (message/external-body)", part.path));
    const auto found = text_of_part(part);
    // Everybody's program reads it, and nobody here: OpenPGP that is only signed or compressed.
    if (is_pgp_of(part, found, holds_open_block, holds_open_packets)) reader.evidence.opaque = true;
    if (request.opens_whole && is_pgp_of(part, found, holds_sealed_block, is_sealed_to_keys)) read_sealed_beside(reader, part);
    if (!found) return;
    found->file ? read_pages(reader, part, *found) : read_text(reader, part, *found, request);
    read_for_programs(reader, part, *found);
    for (const auto& file : found->files) read_file_within(reader, part, file, request);
    if (!found->file) read_otherwise_shown(reader, part, *found);
}

// IEP-Ref: <address>#<id>. The address is never asked.
void read_references(LabelReader& reader, const HeaderBlock& headers, const LabelRequest& request) {
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "IEP-Ref")) continue;
        const auto value = unfold(field.value);
        const auto mark = value.rfind('#');
        reader.policy_called(ascii::trim(mark == std::string::npos ? std::string_view() : std::string_view(value).substr(mark + 1)),
                             request);
    }
}

void read_beside(LabelReader& reader, const std::vector<PartHeader>& headers, Where where, const LabelRequest& request) {
    for (const auto& header : headers) {
        reader.header_beside(header, where);
        if (header.enclosed) continue;
        const auto fields = other_fields(header);
        reader.shown_beside(fields, where);
        read_references(reader, fields, request);
    }
}

// Of ciphertext only its names and the headers of its armour can be read, and they can only raise.
void read_sealed(LabelReader& reader, const Part& part) {
    read_names(reader, part);
    const auto words = part.type == "application/pgp-encrypted" ? std::string(cut(part.content, iep_cap)) : words_of_block(part.content);
    reader.all_travelling(as_seen(to_utf8(words, part.charset)), Where::quote);
    if (holds_open_block(part.content) || holds_open_packets(part.content)) reader.evidence.opaque = true;
}

// What RFC 3156 has as ciphertext: after a part that says so.
bool follows_control_part(const Message& message, std::size_t i) {
    return i > 0 && message.parts[i].type == "application/octet-stream" && message.parts[i - 1].type == "application/pgp-encrypted";
}

void read_sealed_or_clear(PartReader& reader, const Part& part, const LabelRequest& request) {
    if (is_sealed_part(part.content)) {
        if (request.opens_whole) read_sealed_beside(reader, part);
        return read_sealed(reader, part);
    }
    if (holds_open_packets(part.content)) reader.evidence.opaque = true;
    Part clear = part;
    clear.type = "text/plain";
    clear.disposition.clear();
    read_part(reader, clear, request);
}

bool has_text(const Message& message) {
    return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
        return !part.enclosed && part.type.starts_with("text/") && !ascii::trim(part.content).empty();
    });
}

// A part that was opened is followed by what was in it. Of Outlook's own format the text is not read; mostly it is there once more as text.
bool is_unopened(const Message& message, std::size_t i, bool has_text) {
    const auto& part = message.parts[i];
    if (part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef") return !has_text;
    const bool signed_or_sealed =
        part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime" || ascii::lower(part.filename).ends_with(".p7m");
    if (!signed_or_sealed) return false;
    return i + 1 == message.parts.size() || !message.parts[i + 1].path.starts_with(part.path + ".");
}

// What is read of a part where the work is spent: a label mostly stands there, and who sees the held post goes by it.
Part first_page(LabelReader& reader, const Part& part) {
    reader.allow_page();
    Part first = part;
    first.content.resize(std::min(first.content.size(), page_cap));
    return first;
}

// What is in it, whoever's message it is.
void read_all(PartReader& reader, const Message& message, const LabelRequest& request) {
    read_beside(reader, message.part_headers, Where::protected_header, request);
    if (!message.uncertain.empty()) reader.unread(fmt::format("part {} does not say for certain what it is", message.uncertain));
    if (message.encrypted) {  // opaque: only header and subject speak
        for (const auto& part : message.parts) read_sealed(reader, part);
        return;
    }
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        const auto cut = reader.is_spent() ? std::optional(first_page(reader, message.parts[i])) : std::nullopt;
        const auto& part = cut ? *cut : message.parts[i];
        if (follows_control_part(message, i))
            read_sealed_or_clear(reader, part, request);
        else
            read_part(reader, part, request);
        if (is_unopened(message, i, reader.has_text)) reader.evidence.opaque = true;
    }
}

LabelSet all(const std::array<LabelSet, places>& sets) {
    LabelSet sum;
    for (const auto& set : sets) sum.add(set);
    return sum;
}

}  // namespace

Tlp LabelSet::strictest() const { return static_cast<Tlp>(std::bit_width(bits_) - 1); }
LabelSet Evidence::all_own() const { return all(own); }
LabelSet Evidence::all_hints() const { return all(hints); }

Evidence gather(const Message& message, const std::vector<std::string>& tlp_headers, bool header_counts, const LabelRequest& request) {
    PartReader reader;
    reader.has_text = has_text(message);
    if (request.headers != nullptr) read_references(reader, *request.headers, request);
    for (const auto& marking : request.markings) reader.marking(marking);
    for (const auto& value : tlp_headers) reader.header(decode_words(unfold(value)), Where::header, header_counts);
    reader.subject(message.subject, Where::subject, true);
    reader.pap(as_seen(cut(message.subject, subject_cap)));
    reader.doubts(message.subject_doubts, Where::subject, true);
    if (const auto* covered = request.signed_alone) {
        reader.subject(covered->subject, Where::protected_header, true);
        reader.pap(as_seen(cut(covered->subject, subject_cap)));
        reader.doubts(covered->subject_doubts, Where::protected_header, true);
        for (const auto& value : covered->tlp_headers) reader.header(decode_words(unfold(value)), Where::protected_header, true);
    }
    if (request.headers != nullptr) {
        reader.shown_beside(*request.headers, Where::header);
    } else {
        for (const auto& author : message.from) reader.subject(author.name, Where::header, false);
    }
    if (request.outside != nullptr) read_beside(reader, *request.outside, Where::outside, request);
    read_all(reader, message, request);
    return std::move(reader.evidence);
}

}  // namespace caveat::mail

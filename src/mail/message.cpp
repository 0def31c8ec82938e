#include "caveat/mail/message.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "fields.hpp"
#include "part_fields.hpp"
#include "sealed.hpp"
#include "structure.hpp"
#include "text.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

std::string line_of(const HeaderBlock& headers, std::string_view name) {
    const auto* field = headers.find(name);
    return field ? unfold(field->value) : std::string();
}

// Several To or Cc fields are against RFC 5322 and yet common; all of them name readers.
std::vector<Mailbox> mailboxes_of(const HeaderBlock& headers, std::string_view name) {
    std::vector<Mailbox> all;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, name)) continue;
        for (auto& box : read_mailboxes(unfold(field.value))) all.push_back(std::move(box));
    }
    return all;
}

// Hosts are compared without regard to case (RFC 5322 §3.6.4 makes the right side a domain), so they are kept in small letters.
std::string with_lower_host(std::string id) {
    if (const auto at = id.rfind('@'); at != std::string::npos) id.replace(at, std::string::npos, ascii::lower(id.substr(at)));
    return to_utf8(id, {});
}

// "<id>" as RFC 5322 has it, with or without its brackets; one without "@" only if it is all there is.
std::vector<std::string> ids_in(std::string_view value) {
    auto ids = read_message_ids(value);
    const auto word = ascii::trim(value);
    if (ids.empty() && !word.empty() && word.find_first_of("<> \t") == std::string_view::npos) ids.emplace_back(word);
    return ids;
}

// Of all fields of that name: some writers begin a new one instead of folding. Posts of earlier versions are kept under the id as their
// writer had it, so one with capitals in its host is named in both forms.
std::vector<std::string> ids_of(const HeaderBlock& headers, std::string_view name) {
    std::vector<std::string> all;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, name)) continue;
        for (auto& written : ids_in(unfold(field.value))) {
            all.push_back(with_lower_host(written));
            if (auto as_written = to_utf8(written, {}); as_written != all.back()) all.push_back(std::move(as_written));
        }
    }
    return all;
}

// K3: exactly one armoured block and nothing around it, or what RFC 3156 makes of it. Words between the lines of a block, and readable
// parts under that name, are clear text.
bool is_encrypted(const Structure& structure) {
    // RFC 3156 §4: two parts of these types, nothing else.
    if (structure.top.head == "multipart/encrypted") {
        return structure.top_children == 2 && structure.parts.size() == 2 && structure.parts[0].type == "application/pgp-encrypted" &&
               structure.parts[1].type == "application/octet-stream" && is_sealed_part(structure.parts[1].content);
    }
    return structure.parts.size() == 1 && structure.parts.front().type.starts_with("text/") &&
           is_sealed_block(structure.parts.front().content);
}

}  // namespace

std::vector<std::string> thread_ids(const HeaderBlock& headers) {
    std::vector<std::string> all;
    for (const auto* name : {"References", "In-Reply-To"}) {
        for (const auto& field : headers.fields) {
            if (!ascii::equal(field.name, name)) continue;
            for (auto& id : ids_in(unfold(field.value))) all.push_back(std::move(id));
        }
    }
    return all;
}

std::string message_id_of(const HeaderBlock& headers) {
    const auto ids = ids_in(line_of(headers, "Message-ID"));
    return ids.empty() ? std::string() : with_lower_host(ids.front());
}

Result<PartHeader> header_of_entity(std::string_view entity, const Limits& limits) {
    const auto headers = read_top(entity, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    return part_header(*headers);
}

HeaderBlock other_fields(const PartHeader& header) {
    auto cut = cut_fields(header.fields, 0, no_limits);  // limits were applied when it was read
    return cut ? std::move(*cut) : HeaderBlock{};
}

std::vector<std::string> authors_of(const PartHeader& header) {
    std::vector<std::string> authors;
    for (auto& box : mailboxes_of(other_fields(header), "From")) authors.push_back(std::move(box.address));
    return authors;
}

Result<Message> parse(std::string_view bytes, const Limits& limits) {
    const auto headers = read_top(bytes, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    return parse(bytes, *headers, limits);
}

Result<Message> parse(std::string_view bytes, const HeaderBlock& headers, const Limits& limits) {
    auto structure = read_structure(bytes, headers, limits);
    if (!structure) return tl::unexpected<Error>(structure.error());

    Message message;
    message.from = mailboxes_of(headers, "From");
    message.to = mailboxes_of(headers, "To");
    message.cc = mailboxes_of(headers, "Cc");
    if (const auto sender = read_mailboxes(line_of(headers, "Sender")); !sender.empty()) message.sender = sender.front().address;
    const auto written = line_of(headers, "Subject");
    const auto subject = raw_as_in_text(written, charset_of_text(structure->parts));
    message.subject = decode_words(subject);
    message.subject_doubts = other_readings(written, false);
    // Octets of the text's charset may be UTF-8 by chance.
    if (!ascii::is_plain(written)) message.subject_doubts += '\n' + to_utf8(written, charset_of_text(structure->parts));
    if (message.subject != subject) message.subject_doubts += other_readings(message.subject, true);
    message.date = to_utf8(line_of(headers, "Date"), {});
    message.message_id = message_id_of(headers);
    message.in_reply_to = ids_of(headers, "In-Reply-To");
    message.references = ids_of(headers, "References");
    message.encrypted = is_encrypted(*structure);
    message.uncertain = std::move(structure->uncertain);
    message.parts = std::move(structure->parts);
    message.part_headers = std::move(structure->part_headers);
    return message;
}

std::string Message::text() const {
    const auto first = [this](std::string_view type, bool attachments) {
        return std::find_if(parts.begin(), parts.end(), [&](const Part& p) {
            return p.type.starts_with(type) && !p.enclosed && (attachments || p.disposition != "attachment");
        });
    };
    // Text in the body is preferred to an attachment; an attached text is better than nothing.
    for (const bool attachments : {false, true}) {
        for (const std::string_view type : {"text/plain", "text/html", "text/"}) {
            const auto part = first(type, attachments);
            if (part == parts.end()) continue;
            auto text = to_utf8(part->content, part->charset);
            return part->type == "text/html" ? html_to_text(text) : text;
        }
    }
    return {};
}

}  // namespace caveat::mail

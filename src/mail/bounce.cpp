#include "caveat/mail/bounce.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "caveat/mail/authentication.hpp"
#include "fields.hpp"
#include "structure.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t most_recipients = 1000;
constexpr std::size_t longest_diagnostic = 500;
constexpr std::size_t longest_token = 64;  // RFC 5321 §4.5.3.1.1: the whole local part

std::string value_of(const HeaderBlock& block, std::string_view name) {
    const auto* field = block.find(name);
    return field ? unfold(field->value) : std::string();
}

// RFC 6533 §3: "\x{1F600}" in utf-8-addr-xtext and -unitext.
std::string without_embedded_unicode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto end = text.substr(i, 3) == "\\x{" ? text.substr(i, 10).find('}') : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += text[i];
            continue;
        }
        std::uint32_t code = 0;
        for (const char c : text.substr(i + 3, end - 3)) code = code * 16 + static_cast<std::uint32_t>(std::max(ascii::hex(c), 0));
        std::string utf32;
        for (int shift = 24; shift >= 0; shift -= 8) utf32 += static_cast<char>((code >> shift) & 0xFF);
        out += to_utf8(utf32, "utf-32be");
        i += end;
    }
    return out;
}

// "rfc822; user@example.org" (RFC 3464 §2.3.2): the type goes, brackets that some writers add too.
std::string address_of(std::string_view value) {
    const auto semicolon = value.find(';');
    const auto type = ascii::lower(ascii::trim(value.substr(0, semicolon == std::string_view::npos ? 0 : semicolon)));
    auto address = ascii::trim(semicolon == std::string_view::npos ? value : value.substr(semicolon + 1));
    if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
    return type == "utf-8" ? without_embedded_unicode(address) : to_utf8(address, {});
}

// At most `most` bytes, and never half a character.
std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.resize(most);
    return text;
}

// "5.1.1 (bad mailbox)": digits and dots only.
std::string status_of(std::string_view value) {
    const auto end = value.find_first_not_of("0123456789.");
    return shortened(std::string(value.substr(0, end)), 11);
}

BouncedRecipient recipient_of(const HeaderBlock& block) {
    BouncedRecipient recipient;
    recipient.address = address_of(value_of(block, "Final-Recipient"));
    if (recipient.address.empty()) recipient.address = address_of(value_of(block, "Original-Recipient"));
    const auto action = value_of(block, "Action");
    recipient.action = ascii::lower(ascii::trim(std::string_view(action).substr(0, action.find_first_of(" (;"))));
    recipient.status = status_of(value_of(block, "Status"));
    recipient.diagnostic = shortened(to_utf8(value_of(block, "Diagnostic-Code"), {}), longest_diagnostic);
    return recipient;
}

// RFC 3464 §2.1: blocks of fields with empty lines between; the first is about the message, each other about one recipient. Some writers
// forget the first block or join it to the recipient's; a field that only a recipient has shows that.
Result<std::vector<BouncedRecipient>> recipients_of(std::string_view report, const Limits& limits) {
    std::vector<BouncedRecipient> recipients;
    for (std::size_t pos = 0; pos < report.size() && recipients.size() < most_recipients;) {
        const auto block = cut_fields(report, pos, limits);
        if (!block) return tl::unexpected<Error>(block.error());
        if (block->find("Final-Recipient") || block->find("Original-Recipient")) recipients.push_back(recipient_of(*block));
        // A line that is no field is skipped; otherwise the loop would never get past it.
        pos = block->body_at > pos ? block->body_at : line_at(report, pos).next;
    }
    return recipients;
}

// "failed" outweighs "delayed"; only these two change anything (M3).
BounceKind kind_of(const std::vector<BouncedRecipient>& recipients) {
    const auto any = [&](std::string_view action) {
        return std::any_of(recipients.begin(), recipients.end(), [&](const auto& r) { return r.action == action; });
    };
    return any("failed") ? BounceKind::failed : any("delayed") ? BounceKind::delayed : BounceKind::none;
}

std::string token_of(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos || !ascii::starts_with(address, "b.")) return {};
    const auto token = address.substr(2, at - 2);
    const bool plain = std::all_of(token.begin(), token.end(), [](char c) {
        return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '-' || c == '_' || c == '.';
    });
    return plain && token.size() <= longest_token ? std::string(token) : std::string();
}

std::string return_path_id(const HeaderBlock& headers) {
    constexpr std::array<std::string_view, 4> places{"To", "Delivered-To", "X-Original-To", "Original-Recipient"};
    for (const auto place : places) {
        for (const auto& field : headers.fields) {
            if (!ascii::equal(field.name, place)) continue;
            const auto value = unfold(field.value);
            if (place == "Original-Recipient") {
                if (auto token = token_of(address_of(value)); !token.empty()) return token;
                continue;
            }
            for (const auto& box : read_mailboxes(value)) {
                if (auto token = token_of(box.address); !token.empty()) return token;
            }
        }
    }
    return {};
}

const Part* report_part(const Structure& structure, std::initializer_list<std::string_view> types) {
    const auto found = std::find_if(structure.parts.begin(), structure.parts.end(), [&](const Part& p) {
        return !p.enclosed && std::find(types.begin(), types.end(), p.type) != types.end();
    });
    return found == structure.parts.end() ? nullptr : &*found;
}

// RFC 5965 §3: who complained stands in Original-Rcpt-To, the return path in Original-Mail-From.
Result<void> read_feedback(std::string_view report, const Limits& limits, Bounce& bounce) {
    const auto block = cut_fields(report, 0, limits);
    if (!block) return tl::unexpected<Error>(block.error());
    bounce.kind = BounceKind::feedback;
    for (const auto& field : block->fields) {
        if (bounce.recipients.size() >= most_recipients) break;
        if (ascii::equal(field.name, "Original-Rcpt-To")) bounce.recipients.push_back({address_of(unfold(field.value)), {}, {}, {}});
    }
    if (bounce.return_path_id.empty()) bounce.return_path_id = token_of(address_of(value_of(*block, "Original-Mail-From")));
    return {};
}

}  // namespace

std::string_view name(BounceKind kind) {
    switch (kind) {
        case BounceKind::failed:
            return "failed";
        case BounceKind::delayed:
            return "delayed";
        case BounceKind::auto_reply:
            return "auto-reply";
        case BounceKind::feedback:
            return "feedback";
        case BounceKind::none:
            return "none";
    }
    return "none";
}

Result<Bounce> read_bounce(std::string_view message, const Limits& limits) {
    const auto headers = read_top(message, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto structure = read_structure(message, *headers, limits);
    if (!structure) return tl::unexpected<Error>(structure.error());
    Bounce bounce;
    bounce.return_path_id = return_path_id(*headers);

    // Only a report at the top counts: somebody who forwards one as an attachment has not bounced.
    if (structure->top.head == "multipart/report") {
        if (const auto* part = report_part(*structure, {"message/feedback-report"})) {
            if (auto read = read_feedback(part->content, limits, bounce); !read) return tl::unexpected<Error>(read.error());
            return bounce;
        }
        if (const auto* part = report_part(*structure, {"message/delivery-status", "message/global-delivery-status"})) {
            auto recipients = recipients_of(part->content, limits);
            if (!recipients) return tl::unexpected<Error>(recipients.error());
            bounce.recipients = std::move(*recipients);
            bounce.kind = kind_of(bounce.recipients);
            return bounce;
        }
    }
    if (is_by_robot(*headers)) bounce.kind = BounceKind::auto_reply;
    return bounce;
}

}  // namespace caveat::mail

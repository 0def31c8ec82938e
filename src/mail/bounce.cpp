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

// `"Two" <two@example.org>`, "two@example.org (Two)": some writers add what a person may read.
std::string bare_address(std::string_view address) {
    if (address.find_first_of("<>()\",;: \t") == std::string_view::npos) return std::string(address);
    for (auto& box : read_mailboxes(address)) {
        if (box.address.find('@') != std::string::npos) return std::move(box.address);
    }
    if (address.starts_with('<') && address.ends_with('>')) address = address.substr(1, address.size() - 2);
    return std::string(address);
}

// "rfc822; user@example.org" (RFC 3464 §2.3.2): the type goes, decoration too.
std::string address_of(std::string_view value) {
    const auto semicolon = value.find(';');
    const auto before = ascii::lower(ascii::trim(value.substr(0, semicolon == std::string_view::npos ? 0 : semicolon)));
    // Another ";" may stand in a comment or in quotes.
    const bool typed = semicolon != std::string_view::npos && before.find_first_of("\"<>()@ ") == std::string::npos;
    auto address = ascii::trim(typed ? value.substr(semicolon + 1) : value);
    if (address.size() > 1 && address.starts_with('\'') && address.ends_with('\'')) address = address.substr(1, address.size() - 2);
    auto bare = bare_address(address);
    if (bare.ends_with('.')) bare.pop_back();  // a domain as DNS has it
    bare = before == "utf-8" ? without_embedded_unicode(bare) : to_utf8(bare, {});
    return unfit_address(bare).empty() ? canonical_address(bare) : bare;
}

// At most `most` bytes, and never half a character.
std::string shortened(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
    text.resize(most);
    return text;
}

// "5.1.1 (bad mailbox)", "#5.1.1": digits and dots only.
std::string status_of(std::string_view value) {
    if (value.starts_with('#') || value.starts_with('(')) value.remove_prefix(1);
    const auto end = value.find_first_not_of("0123456789.");
    return shortened(std::string(value.substr(0, end)), 11);
}

// RFC 3464 §2.3.3 in lower case. Some writers say "failure" or another word for it; some leave it out or write it in their own language,
// and then the class of the status tells (RFC 3463 §3.1).
std::string action_of(std::string_view value, std::string_view status) {
    constexpr std::array<std::string_view, 9> failures{"failure", "fail",  "bounced", "undeliverable",    "rejected",
                                                       "error",   "fatal", "dropped", "permanent-failure"};
    constexpr std::array<std::string_view, 3> delays{"delay", "deferred", "warning"};
    value = ascii::trim(value);
    if (value.starts_with('"')) value.remove_prefix(1);
    auto action = ascii::lower(ascii::trim(value.substr(0, value.find_first_of(" (;.,\""))));
    if (std::find(failures.begin(), failures.end(), action) != failures.end()) return "failed";
    if (std::find(delays.begin(), delays.end(), action) != delays.end()) return "delayed";
    constexpr std::array<std::string_view, 5> known{"failed", "delayed", "delivered", "relayed", "expanded"};
    if (status.empty() || std::find(known.begin(), known.end(), action) != known.end()) return action;
    return status.front() == '5' ? "failed" : status.front() == '4' ? "delayed" : action;
}

BouncedRecipient recipient_of(const HeaderBlock& block) {
    BouncedRecipient recipient;
    recipient.address = address_of(value_of(block, "Final-Recipient"));
    if (recipient.address.empty()) recipient.address = address_of(value_of(block, "Original-Recipient"));
    recipient.status = status_of(value_of(block, "Status"));
    recipient.action = action_of(value_of(block, "Action"), recipient.status);
    recipient.diagnostic = shortened(to_utf8(value_of(block, "Diagnostic-Code"), {}), longest_diagnostic);
    return recipient;
}

// A report says that it is one by its type; in a text, a block must also say what happened.
enum class Written { as_report, as_text };

bool is_about_recipient(const HeaderBlock& block, Written written) {
    if (!block.find("Final-Recipient") && !block.find("Original-Recipient")) return false;
    return written == Written::as_report || block.find("Action") || block.find("Status");
}

// RFC 3464 §2.1: blocks of fields with empty lines between; the first is about the message, each other about one recipient. Some writers
// forget the first block or join it to the recipient's; a field that only a recipient has shows that.
Result<std::vector<BouncedRecipient>> recipients_of(std::string_view report, const Limits& limits, Written written) {
    std::vector<BouncedRecipient> recipients;
    for (std::size_t pos = 0; pos < report.size() && recipients.size() < most_recipients;) {
        const auto block = cut_fields(report, pos, limits);
        if (!block) return tl::unexpected<Error>(block.error());
        if (is_about_recipient(*block, written)) recipients.push_back(recipient_of(*block));
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

bool is_status_report(const Part& part) {
    return !part.enclosed && (part.type == "message/delivery-status" || part.type == "message/global-delivery-status");
}

// A gateway that knows no message/delivery-status made a text of it. The headers of the message that came back are no report.
bool may_be_status_report(const Part& part) {
    if (part.enclosed || part.type == "text/html" || part.type == "text/rfc822-headers") return false;
    return part.type.starts_with("text/") || part.type == "application/octet-stream" || part.type == "message/x-delivery-status";
}

// Exim and some others name in the top header whom their free text is about. Such a letter may also be a warning, and only its subject
// says so, in the language of who runs the server; "delayed" changes nothing (M3), so in doubt it is that.
bool may_be_warning(std::string_view subject) {
    constexpr std::array<std::string_view, 9> of_failures{"fail",   "return", "undeliver", "nondeliver",  "not deliver",
                                                          "reject", "bounce", "could not", "unzustellbar"};
    const auto says = [&](std::string_view word) { return subject.find(word) != std::string_view::npos; };
    if (says("delay") || says("warning")) return true;
    return !subject.empty() && std::none_of(of_failures.begin(), of_failures.end(), says);
}

std::vector<BouncedRecipient> failed_recipients(const HeaderBlock& headers) {
    const bool warning = may_be_warning(ascii::lower(decode_words(value_of(headers, "Subject"))));
    std::vector<BouncedRecipient> recipients;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "X-Failed-Recipients")) continue;
        for (const auto& box : read_mailboxes(unfold(field.value))) {
            if (recipients.size() >= most_recipients) return recipients;
            if (is_address(box.address)) recipients.push_back({box.address, warning ? "delayed" : "failed", {}, {}});
        }
    }
    return recipients;
}

// Whom the message reports on: by its own report; else by what a gateway left of one; else by the top header. Whether it has come to a
// return path of ours, whose token proves which copy it is about, the mailroom asks.
Result<std::vector<BouncedRecipient>> reported(const Structure& structure, const HeaderBlock& headers, const Limits& limits) {
    for (const auto& part : structure.parts) {
        if (!is_status_report(part)) continue;
        auto recipients = recipients_of(part.content, limits, Written::as_report);
        if (!recipients || !recipients->empty()) return recipients;
    }
    for (const auto& part : structure.parts) {
        if (!structure.report || !may_be_status_report(part)) continue;
        auto recipients = recipients_of(part.content, limits, Written::as_text);
        if (recipients && !recipients->empty()) return recipients;  // a text beyond the limits is no report
    }
    return failed_recipients(headers);
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

    // A report in an enclosed message does not count: who forwards one has not bounced. One in another multipart does: somebody put a
    // disclaimer around it.
    for (const auto& part : structure->parts) {
        if (part.enclosed || part.type != "message/feedback-report") continue;
        if (auto read = read_feedback(part.content, limits, bounce); !read) return tl::unexpected<Error>(read.error());
        return bounce;
    }
    auto recipients = reported(*structure, *headers, limits);
    if (!recipients) return tl::unexpected<Error>(recipients.error());
    bounce.recipients = std::move(*recipients);
    bounce.kind = kind_of(bounce.recipients);
    if (!bounce.recipients.empty()) return bounce;
    if (is_by_robot(*headers)) bounce.kind = BounceKind::auto_reply;
    return bounce;
}

}  // namespace caveat::mail

#include "caveat/mail/enclose.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "fields.hpp"
#include "long_lines.hpp"
#include "parameters.hpp"

namespace caveat::mail {
namespace {

using community::OuterSubject;

constexpr std::array<std::string_view, 15> outside_names{"From",
                                                         "Sender",
                                                         "Reply-To",
                                                         "To",
                                                         "Cc",
                                                         "Date",
                                                         "Message-ID",
                                                         "References",
                                                         "In-Reply-To",
                                                         "Received",
                                                         "Precedence",
                                                         "TLP",
                                                         "Auto-Submitted",
                                                         "X-TLP-Conflict",
                                                         "X-Auto-Response-Suppress"};
// Who and whom.
constexpr std::array<std::string_view, 5> whom_names{"From", "Sender", "Reply-To", "To", "Cc"};
// Of the way it came: nobody shows them, and inside they would be long.
constexpr std::array<std::string_view, 3> outside_only{"Received", "Precedence", "TLP"};

bool is_outside(std::string_view name) { return ascii::starts_with(name, "List-") || ascii::is_one_of(name, outside_names); }
bool is_whom(std::string_view name) { return ascii::is_one_of(name, whom_names); }

// What the reader's program compares with what came, or what a reader never sees.
bool stays_out(std::string_view name) { return ascii::starts_with(name, "List-") || ascii::is_one_of(name, outside_only); }

OuterSubject shown_subject(const OuterLook& look) {
    if (look.label == community::Tlp::red) return OuterSubject::neutral;
    if (look.label == community::Tlp::amber_strict && look.subject == OuterSubject::full) return OuterSubject::label;
    return look.subject;
}

std::string outer_subject(const Field* subject, const OuterLook& look) {
    const auto wish = shown_subject(look);
    if (wish == OuterSubject::full && subject != nullptr) return std::string(subject->raw);
    const auto words = wish == OuterSubject::neutral ? fmt::format("Message {}", look.number) : std::string();
    const auto decoded = subject == nullptr ? std::string() : decode_words(unfold(subject->value));
    const SubjectWish as{.instead = &words, .marks = wish != OuterSubject::neutral};
    return fmt::format("Subject: {}\r\n", encode_header("Subject", subject_with_label(decoded, look.label, as)));
}

std::string list_address(const HeaderBlock& copy) {
    constexpr std::string_view begin = "<mailto:";
    const auto* post = copy.find("List-Post");
    const auto value = post == nullptr ? std::string() : unfold(post->value);
    const auto at = value.find(begin);
    if (at == std::string::npos) return {};
    const auto rest = value.substr(at + begin.size());
    return normalise_address(rest.substr(0, rest.find('>')));
}

// What of the fields that say who, whom and when may be seen by whoever cannot open the copy: what could be as it came, and the list.
class SeenOutside {
public:
    SeenOutside(const HeaderBlock& copy, const HeaderBlock& came) : came_(came), list_(list_address(copy)), known_{list_} {
        for (const auto& field : came.fields) {
            if (!is_whom(field.name)) continue;
            for (const auto& mailbox : read_mailboxes(unfold(field.value))) known_.insert(normalise_address(mailbox.address));
        }
    }

    [[nodiscard]] std::string text_of(const Field& field) const {
        if (ascii::equal(field.name, "Date")) {
            const auto* date = came_.find("Date");
            return date == nullptr ? std::string(field.raw) : fmt::format("Date: {}\r\n", unfold(date->value));
        }
        if (!is_whom(field.name) || stood(field)) return std::string(field.raw);
        const auto mailboxes = read_mailboxes(unfold(field.value));
        const bool is_list_as_author = ascii::equal(field.name, "From") && mailboxes.size() == 1 && is_list(mailboxes.front());
        if (is_list_as_author) return std::string(field.raw);
        const auto text = bare(field.name, mailboxes);
        return text.empty() && ascii::equal(field.name, "From") ? from_outside() : text;
    }

private:
    [[nodiscard]] bool stood(const Field& field) const {
        return std::any_of(came_.fields.begin(), came_.fields.end(), [&](const Field& other) {
            return ascii::equal(other.name, field.name) && unfold(other.value) == unfold(field.value);
        });
    }
    [[nodiscard]] bool is_list(const Mailbox& mailbox) const { return normalise_address(mailbox.address) == list_; }
    // No mail goes without one (RFC 5322 §3.6).
    [[nodiscard]] std::string from_outside() const {
        const auto* from = came_.find("From");
        const auto value = from == nullptr ? list_ : unfold(from->value);
        return value.empty() ? value : fmt::format("From: {}\r\n", value);
    }
    // The addresses that are known, without the names beside them; nothing where none is.
    [[nodiscard]] std::string bare(std::string_view name, const std::vector<Mailbox>& mailboxes) const {
        std::string text;
        for (const auto& mailbox : mailboxes) {
            if (!known_.contains(normalise_address(mailbox.address))) continue;
            text.append(text.empty() ? fmt::format("{}: ", name) : ",\r\n ").append(mailbox.address);
        }
        return text.empty() ? text : text + "\r\n";
    }

    const HeaderBlock& came_;
    std::string list_;
    std::set<std::string> known_;  // as they are compared
};

// hp="cipher" is the standard; programs older than it know the other parameter.
constexpr std::string_view protection = "; hp=\"cipher\"; protected-headers=\"v1\"";

// The fields of the body's shape, the first with the mark that the header in front of them is protected. A body whose own Content-Type says
// something of that already, or cannot be marked, goes into a multipart of one part.
struct Shape {
    std::string fields;
    std::string before_body, behind_body;
};

Shape shape_of(const HeaderBlock& headers) {
    std::string own;
    for (const auto& field : headers.fields) {
        if (ascii::starts_with(field.name, "Content-") && !ascii::equal(field.name, "Content-Type")) append_short(own, field.raw);
    }
    const auto* type = headers.find("Content-Type");
    if (type == nullptr) return {fmt::format("Content-Type: text/plain{}\r\n{}", protection, own), "\r\n", ""};
    const auto parameters = read_parameters(unfold(type->value));
    const bool told = !parameters.get("hp").empty() || !parameters.get("protected-headers").empty();
    const auto value = ascii::trim(type->value);
    const bool plain =
        headers.count("Content-Type") == 1 && !value.empty() && value.find('(') == std::string_view::npos && value.back() != ';';
    if (!told && plain)
        return {fmt::format("Content-Type: {}\r\n {}\r\n{}", std::string(value) + ";", protection.substr(2), own), "\r\n", ""};
    constexpr std::string_view boundary = "=_protected";
    std::string inner;
    for (const auto& field : headers.fields) {
        if (ascii::equal(field.name, "Content-Type")) append_short(inner, field.raw);
    }
    return {fmt::format("Content-Type: multipart/mixed; boundary=\"{}\"{}\r\n", boundary, protection),
            fmt::format("\r\n--{}\r\n{}{}\r\n", boundary, inner, own), fmt::format("\r\n--{}--\r\n", boundary)};
}

}  // namespace

Result<EnclosedCopy> enclose_copy(std::string_view copy, const OuterLook& look) {
    const auto headers = read_headers(copy, no_limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto came = look.came.empty() ? headers : read_headers(look.came, no_limits);
    if (!came) return tl::unexpected<Error>(came.error());
    const SeenOutside seen(*headers, *came);
    EnclosedCopy made;
    std::string record;  // of what stands outside, so that the reader's program can compare (RFC 9788 §2.2)
    const auto subject = outer_subject(headers->find("Subject"), look);
    for (const auto& field : headers->fields) {
        if (is_of_shape(field.name)) continue;
        const bool is_subject = ascii::equal(field.name, "Subject");
        const auto out = is_subject ? subject : is_outside(field.name) ? seen.text_of(field) : std::string();
        made.outside += out;
        if (stays_out(field.name)) continue;
        made.inside += field.raw;
        if (!out.empty()) append_short(record, fmt::format("HP-Outer: {}", out));
    }
    if (headers->find("Subject") == nullptr) made.outside += subject;
    made.outside += "MIME-Version: 1.0\r\n";
    const auto shape = shape_of(*headers);
    made.inside += record;
    made.inside += shape.fields;
    made.inside += shape.before_body;
    made.inside += copy.substr(headers->body_at);
    if (!shape.behind_body.empty()) made.inside += shape.behind_body;
    return made;
}

}  // namespace caveat::mail

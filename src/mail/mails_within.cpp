#include "mails_within.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "fields.hpp"

namespace caveat::mail {
namespace {

// Two fields of a mail before anything else, behind the line in front of each mail of an mbox.
bool begins_as_mail(std::string_view text) {
    constexpr std::array<std::string_view, 14> of_mail{"From",
                                                       "To",
                                                       "Cc",
                                                       "Subject",
                                                       "Date",
                                                       "Message-ID",
                                                       "Received",
                                                       "Return-Path",
                                                       "Reply-To",
                                                       "Delivered-To",
                                                       "MIME-Version",
                                                       "Content-Type",
                                                       "Content-Transfer-Encoding",
                                                       "DKIM-Signature"};
    constexpr int most_lines = 200;
    int count = 0;
    for (std::size_t at = 0, lines = 0; at < text.size() && count < 2 && lines < most_lines; ++lines) {
        const auto line = line_at(text, at);
        at = line.next;
        if (!line.text.empty() && ascii::is_wsp(line.text.front()) && count > 0) continue;
        const auto name = ascii::trim(line.text.substr(0, line.text.find(':')));
        if (name.size() == line.text.size() || name.empty() || name.find_first_of(" \t") != std::string_view::npos) return false;
        count += ascii::is_one_of(name, of_mail) ? 1 : 0;
    }
    return count == 2;
}

// Behind empty lines and the line of an mbox, whichever stands first.
std::string_view behind_front(std::string_view mail) {
    const auto behind_empty = [](std::string_view text) { return text.substr(std::min(text.find_first_not_of("\r\n"), text.size())); };
    mail = behind_empty(mail);
    if (!mail.starts_with("From ") && !mail.starts_with(">From ")) return mail;
    return behind_empty(mail.substr(line_at(mail, 0).next));
}

struct FieldsBehind {
    std::string fields;   // without lines that are none
    std::size_t end = 0;  // of the header: where its empty line stands
    bool tells = false;   // one of them says what the mail is
};

// The fields of `mail` from `at` on, up to its empty line.
FieldsBehind fields_behind(std::string_view mail, std::size_t at) {
    constexpr std::array<std::string_view, 3> telling{"Subject", "TLP", "X-TLP"};
    FieldsBehind out;
    bool in_field = false;
    while (at < mail.size()) {
        auto line = line_at(mail, at);
        if (line.text.empty()) break;
        const bool is_fold = ascii::is_wsp(line.text.front());
        const auto name = is_fold ? std::string_view() : name_of_field(line.text);
        in_field = is_fold ? in_field : !name.empty();
        if (in_field) (out.fields += line.text) += "\r\n";
        const auto is_it = [name](std::string_view one) { return ascii::equal(name, one); };
        out.tells = out.tells || ascii::starts_with(name, "Content-") || std::any_of(telling.begin(), telling.end(), is_it);
        at = line.next;
    }
    out.end = at;
    return out;
}

}  // namespace

bool is_message(std::string_view type) { return type == "message/rfc822" || type == "message/global" || type == "message/news"; }

std::string_view mail_within(std::string_view content) {
    const auto first = line_at(content, 0);
    if (!first.text.starts_with("From ") && !first.text.starts_with(">From ")) return content;
    const auto mail = content.substr(first.next);
    return begins_as_mail(mail) ? mail : content;
}

std::optional<std::string> read_otherwise(std::string_view content) {
    const auto strict = mail_within(content), mail = behind_front(content);
    std::size_t read = 0;  // bytes of the header on which all agree
    if (mail.size() == strict.size()) {
        const auto headers = cut_fields(strict, 0, Limits{});
        if (!headers || ends_in_empty_line(strict.substr(0, headers->body_at))) return std::nullopt;
        read = headers->body_at;
    }
    const auto behind = fields_behind(mail, read);
    if (!behind.tells) return std::nullopt;
    return std::string(mail.substr(0, read)) + behind.fields + std::string(mail.substr(behind.end));
}

std::vector<std::string_view> mails_of_file(const Part& part) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", between = "From ";
    const bool is_shown = part.type.starts_with("text/") && part.disposition != "attachment" && part.filename.empty();
    if (is_shown || is_message(part.type) || part.type == "text/rfc822-headers" || part.type == "message/global-headers") return {};
    std::string_view rest = part.content;
    if (rest.starts_with(byte_order_mark)) rest.remove_prefix(byte_order_mark.size());
    rest.remove_prefix(std::min(rest.find_first_not_of("\r\n"), rest.size()));
    if (rest.starts_with('>')) rest.remove_prefix(1);
    // Apple's Mail saves one below its size.
    if (const auto first = line_at(rest, 0); !first.text.empty() && first.text.find_first_not_of("0123456789 ") == std::string_view::npos)
        rest.remove_prefix(first.next);
    if (!rest.starts_with(between)) return begins_as_mail(rest) ? std::vector{rest} : std::vector<std::string_view>{};
    rest.remove_prefix(line_at(rest, 0).next);
    std::vector<std::string_view> mails;
    if (!begins_as_mail(rest)) return mails;
    for (auto at = rest.find("\nFrom "); at != std::string_view::npos; at = rest.find("\nFrom ", at + 1)) {
        const auto next = line_at(rest, at + 1).next;
        if (!begins_as_mail(rest.substr(next))) continue;
        mails.push_back(rest.substr(0, at + 1));
        rest.remove_prefix(next);
        at = 0;
    }
    mails.push_back(rest);
    return mails;
}

}  // namespace caveat::mail

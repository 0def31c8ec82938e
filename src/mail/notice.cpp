#include "caveat/mail/notice.hpp"

#include <algorithm>
#include <cctype>
#include <kainjow/mustache.hpp>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/message.hpp"
#include "text.hpp"
#include "transfer.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

using Context = kainjow::mustache::context<std::string>;

// mustache renders a missing field as nothing; a notice with a hole in it must not leave, so the lookups are watched.
class WatchedContext final : public Context {
public:
    using Context::Context;

    const kainjow::mustache::data* get(const std::string& name) const override {
        const auto* found = Context::get(name);
        if (found == nullptr && missing_.empty()) missing_ = name;
        return found;
    }
    [[nodiscard]] const std::string& missing() const { return missing_; }

private:
    mutable std::string missing_;
};

// Line breaks are all a field may bring along; other controls could fool a terminal.
std::string field_text(std::string_view value) {
    auto text = to_utf8(value, {});
    std::erase_if(text, [](char c) { return ascii::is_control(c) && c != '\n' && c != '\t'; });
    return text;
}

Result<std::string> filled(std::string_view template_text, const std::map<std::string, std::string>& fields, bool header) {
    kainjow::mustache::data data;
    for (const auto& [name, value] : fields) {
        auto text = header ? one_line(value) : field_text(value);
        // An empty field closes its section: {{#parent}}…{{/parent}} is the only logic our templates have.
        if (text.empty())
            data.set(name, kainjow::mustache::data(false));
        else
            data.set(name, std::move(text));
    }
    kainjow::mustache::mustache form{std::string(template_text)};
    if (!form.is_valid()) return fail(errc::invalid, "the template: {}", form.error_message());
    form.set_custom_escape([](const std::string& text) { return text; });  // this is text, not HTML
    WatchedContext context(&data);
    auto out = form.render(context);
    if (!context.missing().empty()) return fail(errc::invalid, "the template needs the field {}", context.missing());
    if (!form.is_valid()) return fail(errc::invalid, "the template: {}", form.error_message());
    return out;
}

bool fits_seven_bits(std::string_view text) {
    std::size_t line = 0;
    for (const char c : text) {
        line = c == '\n' ? 0 : line + 1;
        if (!ascii::is_plain(c) || line > 990) return false;
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

// Without angle brackets, blanks and controls it cannot break out of "<…>".
bool is_message_id(std::string_view id) {
    return !id.empty() && id.size() <= 900 && id.find_first_of("<> \t\r\n") == std::string_view::npos &&
           std::none_of(id.begin(), id.end(), ascii::is_control);
}

Result<void> check(const NoticeHead& head) {
    if (!is_address(head.from)) return fail(errc::invalid, "the sender of a notice is no address");
    if (!is_address(head.to)) return fail(errc::invalid, "the recipient of a notice is no address");
    if (!is_message_id(head.message_id)) return fail(errc::invalid, "a notice needs a Message-ID without angle brackets");
    return {};
}

void add(std::string& out, std::string_view name, std::string_view value) { out.append(name).append(": ").append(value).append("\r\n"); }

bool is_file_name(std::string_view name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= 100 && name.front() != '.' && std::all_of(name.begin(), name.end(), fits);
}

// A body part with its own header: the text of a notice, or what goes along with it.
std::string part_of(std::string_view text, std::string_view file_name = {}, std::string_view parameters = {}) {
    const bool plain = fits_seven_bits(text);
    std::string out;
    add(out, "Content-Type", fmt::format("text/plain; charset=utf-8{}", parameters));
    add(out, "Content-Transfer-Encoding", plain ? "7bit" : "quoted-printable");
    if (!file_name.empty()) add(out, "Content-Disposition", fmt::format("attachment; filename=\"{}\"", file_name));
    return out + "\r\n" + (plain ? with_crlf(text) : encode_quoted_printable(text));
}

// Of the Message-ID, which no text knows beforehand; lengthened as long as one holds it all the same.
std::string boundary_for(const NoticeHead& head, const std::vector<std::string>& parts) {
    std::string boundary = "=_";
    for (const char c : head.message_id.substr(0, 50)) boundary += c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    const auto holds = [&](const std::string& part) { return part.find(boundary) != std::string::npos; };
    while (std::any_of(parts.begin(), parts.end(), holds)) boundary += "_";
    return boundary;
}

constexpr std::string_view mime_version = "MIME-Version: 1.0\r\n";

std::string header_of(const NoticeHead& head, std::string_view subject) {
    std::string out;
    const auto add = [&](std::string_view name, std::string_view value) { mail::add(out, name, value); };
    const auto phrase = encode_phrase("From", head.from_name);
    add("From", fmt::format("{}{}<{}>", phrase, phrase.empty() ? "" : " ", head.from));
    add("To", fmt::format("<{}>", head.to));
    add("Subject", encode_header("Subject", subject));
    add("Date", rfc5322_date(head.date));
    add("Message-ID", fmt::format("<{}>", head.message_id));
    // The id of a stranger's mail: one that is none is left out rather than quoted.
    if (is_message_id(head.in_reply_to)) {
        add("In-Reply-To", fmt::format("<{}>", head.in_reply_to));
        add("References", fmt::format("<{}>", head.in_reply_to));
    }
    add("Auto-Submitted", "auto-replied");
    add("X-Auto-Response-Suppress", "All");  // Exchange heeds this one
    return out;
}

struct Filled {
    std::string subject;
    std::string text;
};

Result<Filled> filled_in(std::string_view template_text, const NoticeHead& head, const std::map<std::string, std::string>& fields) {
    if (auto fine = check(head); !fine) return tl::unexpected<Error>(fine.error());
    const auto first_end = template_text.find('\n');
    auto first = ascii::trim(template_text.substr(0, first_end));
    if (!first.starts_with("Subject:") || first_end == std::string_view::npos)
        return fail(errc::invalid, "the template does not begin with \"Subject: …\"");
    auto rest = template_text.substr(first_end + 1);
    const auto second_end = rest.find('\n');
    if (!ascii::trim(rest.substr(0, second_end)).empty()) return fail(errc::invalid, "the template has no empty line behind its subject");
    rest.remove_prefix(second_end == std::string_view::npos ? rest.size() : second_end + 1);

    // Filled in apart, so that no field of the subject can reach the header as more than one line.
    const auto subject = filled(ascii::trim(first.substr(8)), fields, true);
    if (!subject) return tl::unexpected(subject.error());
    if (ascii::trim(*subject).empty()) return fail(errc::invalid, "the subject of the notice is empty");
    const auto text = filled(rest, fields, false);
    if (!text) return tl::unexpected(text.error());
    return Filled{*subject, *text};
}

// What stood outside, for the reader's program to compare. Folded lines stay as they are.
std::string outer_record(std::string_view header) {
    std::string out;
    while (!header.empty()) {
        const auto end = header.find('\n') + 1;
        const auto line = header.substr(0, end);
        if (line.front() != ' ' && line.front() != '\t') out += "HP-Outer: ";
        out += line;
        header.remove_prefix(end);
    }
    return out;
}

}  // namespace

Result<std::string> render_notice(std::string_view template_text, const NoticeHead& head, const std::map<std::string, std::string>& fields,
                                  const std::vector<Attachment>& attached) {
    const auto notice = filled_in(template_text, head, fields);
    if (!notice) return tl::unexpected(notice.error());
    std::vector<std::string> parts{part_of(notice->text)};
    for (const auto& attachment : attached) {
        if (!is_file_name(attachment.file_name)) return fail(errc::invalid, "'{}' is no name of an attachment", attachment.file_name);
        parts.push_back(part_of(field_text(attachment.text), attachment.file_name));
    }
    auto mail = header_of(head, notice->subject).append(mime_version);
    if (attached.empty()) return mail + parts.front();
    const auto boundary = boundary_for(head, parts);
    add(mail, "Content-Type", fmt::format("multipart/mixed; boundary=\"{}\"", boundary));
    mail += "\r\n";
    for (const auto& part : parts) {
        mail.append("--").append(boundary).append("\r\n").append(part);
        if (!mail.ends_with("\r\n")) mail += "\r\n";  // quoted-printable ends where its text does
    }
    return mail.append("--").append(boundary).append("--\r\n");
}

Result<EnclosedNotice> enclose_notice(std::string_view template_text, const NoticeHead& head,
                                      const std::map<std::string, std::string>& fields) {
    constexpr std::string_view neutral = "[...]";  // hcp_baseline of RFC 9788
    const auto notice = filled_in(template_text, head, fields);
    if (!notice) return tl::unexpected(notice.error());
    const auto outside = header_of(head, neutral);
    auto inside = header_of(head, notice->subject) + outer_record(outside);
    // hp="cipher" is the standard; programs older than it know the other parameter.
    inside += part_of(notice->text, {}, "; hp=\"cipher\"; protected-headers=\"v1\"");
    return EnclosedNotice{outside + std::string(mime_version), std::move(inside)};
}

}  // namespace caveat::mail

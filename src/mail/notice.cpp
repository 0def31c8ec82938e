#include "caveat/mail/notice.hpp"

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "ascii.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/printable.hpp"
#include "fields.hpp"
#include "multipart.hpp"
#include "paragraphs.hpp"
#include "text.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

using Context = kainjow::mustache::context<std::string>;

// mustache renders a missing field as nothing. A notice with a gap must not be sent, so every failed lookup is recorded.
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

// A field may contain line breaks; other controls and what is not seen could mislead its reader.
std::string field_text(std::string_view value) {
    auto text = to_utf8(value, {});
    std::erase_if(text, [](char c) { return ascii::is_control(c) && c != '\n' && c != '\t'; });
    return printable_lines(text);
}

Result<std::string> filled(std::string_view template_text, const std::map<std::string, std::string>& fields, bool header) {
    kainjow::mustache::data data;
    for (const auto& [name, value] : fields) {
        auto text = header ? printable(one_line(value)) : field_text(value);
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

// Without angle brackets, blanks and controls it cannot break out of "<…>".
bool is_message_id(std::string_view id) {
    return !id.empty() && id.size() <= 900 && id.find_first_of("<> \t\r\n") == std::string_view::npos &&
           std::none_of(id.begin(), id.end(), ascii::is_control);
}

Result<void> check(const NoticeHead& head) {
    if (!is_address(head.from)) return fail(errc::invalid, "the sender of a notice is not an address");
    if (!is_address(head.to)) return fail(errc::invalid, "the recipient of a notice is not an address");
    if (!is_message_id(head.message_id)) return fail(errc::invalid, "a notice needs a Message-ID without angle brackets");
    return {};
}

bool is_file_name(std::string_view name) {
    const auto fits = [](char c) { return ascii::is_alnum(c) || c == '.' || c == '_' || c == '-'; };
    return !name.empty() && name.size() <= 100 && name.front() != '.' && std::all_of(name.begin(), name.end(), fits);
}

// The text of a notice and what goes along with it, as one entity. `parameters` are those of the whole.
Result<std::string> body_of(std::string_view text, const std::vector<Attachment>& attached, const NoticeHead& head,
                            std::string_view parameters = {}) {
    if (attached.empty()) return compose(text_part(text, {}, parameters));
    std::vector<BodyPart> parts{text_part(text)};
    for (const auto& attachment : attached) {
        if (!is_file_name(attachment.file_name)) return fail(errc::invalid, "'{}' is not a name of an attachment", attachment.file_name);
        parts.push_back(text_part(field_text(attachment.text), attachment.file_name));
    }
    return compose_multipart("mixed", parts, head.message_id, parameters);
}

constexpr std::string_view mime_version = "MIME-Version: 1.0\r\n";

std::string header_of(const NoticeHead& head, std::string_view subject) {
    std::string out;
    const auto add = [&](std::string_view name, std::string_view value) { append_field(out, name, value); };
    const auto phrase = encode_phrase("From", head.from_name);
    add("From", fmt::format("{}{}<{}>", phrase, phrase.empty() ? "" : " ", head.from));
    add("To", fmt::format("<{}>", head.to));
    add("Subject", encode_header("Subject", subject));
    add("Date", rfc5322_date(head.date));
    add("Message-ID", fmt::format("<{}>", head.message_id));
    // The id comes from a stranger's mail: one that is malformed is left out rather than quoted.
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

    // The subject is filled in by itself, so that none of its fields can add a line to the header.
    const auto subject = filled(ascii::trim(first.substr(8)), fields, true);
    if (!subject) return tl::unexpected(subject.error());
    if (ascii::trim(*subject).empty()) return fail(errc::invalid, "the subject of the notice is empty");
    const auto text = filled(rest, fields, false);
    if (!text) return tl::unexpected(text.error());
    return Filled{*subject, refilled(*text)};
}

// Repeats the outer fields, so that the reader's program can compare them. Folded lines stay as they are.
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
    const auto body = body_of(notice->text, attached, head);
    if (!body) return tl::unexpected(body.error());
    return header_of(head, notice->subject).append(mime_version).append(*body);
}

Result<EnclosedNotice> enclose_notice(std::string_view template_text, const NoticeHead& head,
                                      const std::map<std::string, std::string>& fields, const std::vector<Attachment>& attached) {
    constexpr std::string_view neutral = "[...]";  // hcp_baseline of RFC 9788
    const auto notice = filled_in(template_text, head, fields);
    if (!notice) return tl::unexpected(notice.error());
    // hp="cipher" is the standard; programs older than it know the other parameter.
    const auto body = body_of(notice->text, attached, head, "; hp=\"cipher\"; protected-headers=\"v1\"");
    if (!body) return tl::unexpected(body.error());
    const auto outside = header_of(head, neutral);
    auto inside = header_of(head, notice->subject) + outer_record(outside) + *body;
    return EnclosedNotice{outside + std::string(mime_version), std::move(inside)};
}

}  // namespace caveat::mail

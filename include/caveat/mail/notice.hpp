#pragma once
// Mail that caveat writes itself: a mustache template of templates/ with its fields filled in. Fields are escaped as mail text needs it.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::mail {

struct NoticeHead {
    std::string from;  // list+owner@domain, or the community's own address
    std::string from_name;
    std::string to;
    std::string message_id;
    std::string in_reply_to;  // or empty
    Instant date{};
};

// A text that goes along as it is, in a part of its own (multipart/mixed).
struct Attachment {
    std::string file_name;  // "appeal-rules.txt": letters, digits, '.', '_' and '-'
    std::string text;       // UTF-8; line breaks are all the controls it keeps
};

// The template's first line is "Subject: …"; an empty line; the text. Auto-Submitted: auto-replied (RFC 3834) is always set.
// errc::invalid: a field the template names is missing, the template has no subject, or an attachment has no name one could save it by.
[[nodiscard]] Result<std::string> render_notice(std::string_view template_text, const NoticeHead& head,
                                                const std::map<std::string, std::string>& fields,
                                                const std::vector<Attachment>& attached = {});

// The same notice for a reader who has a key, before it is sealed: a header block that says nothing of it, without Content-Type and not
// ended, and the MIME entity to seal, with the real subject in it (K10; RFC 9788).
struct EnclosedNotice {
    std::string outside;
    std::string inside;
};
[[nodiscard]] Result<EnclosedNotice> enclose_notice(std::string_view template_text, const NoticeHead& head,
                                                    const std::map<std::string, std::string>& fields,
                                                    const std::vector<Attachment>& attached = {});

}  // namespace caveat::mail

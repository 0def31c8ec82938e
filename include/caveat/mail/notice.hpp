#pragma once
// Mail that caveat writes itself: a mustache template of templates/ with its fields filled in. Fields are escaped as mail text needs it.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

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

// The template's first line is "Subject: …"; an empty line; the text. Auto-Submitted: auto-replied (RFC 3834) is always set.
// errc::invalid: a field the template names is missing, or the template has no subject.
[[nodiscard]] Result<std::string> render_notice(std::string_view template_text, const NoticeHead& head,
                                                const std::map<std::string, std::string>& fields);

}  // namespace caveat::mail

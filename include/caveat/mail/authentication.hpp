#pragma once
// How sure it is who posted (A5), from envelope and header only. Also what marks a robot or a loop (RFC 3834, M2). Pure.
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/list.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {

// RFC 8601 §2.2: one Authentication-Results field, as far as DMARC and the envelope matter.
struct AuthenticationResults {
    std::string authserv_id;       // lower case
    bool dmarc_given = false;      // it has a result of DMARC, whichever
    bool dmarc_pass = false;       // and no other than pass
    std::string header_from;       // header.from of the dmarc result, lower case; empty if not given
    std::string envelope_passed;   // the domain of the envelope for which SPF gives pass, lower case; empty if there is none
    bool envelope_denied = false;  // SPF gives the domain of the envelope fail or softfail (of a HELO alone it says nothing of that)
};
[[nodiscard]] Result<AuthenticationResults> read_authentication_results(std::string_view value);

// All fields of `trusted` authserv-ids count together (ruling hh), since a border may write one for each method (RFC 8601 §1.2): at least
// one pass of DMARC and no other result of it. This rests on the border removing fields that bear its own id (§5). A pass is one if its
// header.from, where given, is the domain of `from` (or that lies below it); any other counts against it.
[[nodiscard]] bool dmarc_passed(const HeaderBlock& headers, std::string_view from, const std::vector<std::string>& trusted);

// A field of a trusted authserv-id gives DMARC another result than pass, or cannot be read.
[[nodiscard]] bool dmarc_denied(const HeaderBlock& headers, const std::vector<std::string>& trusted);

// A field of a trusted authserv-id says that SPF fails for the envelope: somebody else wrote it. Where none speaks of SPF, nobody says so.
[[nodiscard]] bool envelope_denied(const HeaderBlock& headers, const std::vector<std::string>& trusted);

// A field of a trusted authserv-id says that SPF passes for an envelope of this domain, and none that it fails: it is of there.
[[nodiscard]] bool envelope_passed(const HeaderBlock& headers, std::string_view domain, const std::vector<std::string>& trusted);

// What comes from an MTA in front that adds a field of its own, its mark, to all it hands over, with a value that nobody else knows. A
// message that did not come through it may bear anybody's Authentication-Results.
struct Bordered {
    std::string message;    // without its mark and whatever passes for it; without any Authentication-Results if nobody vouches for it
    std::size_t marks = 0;  // fields of that name
    bool vouched = false;   // there is one, and its value is the secret
};
// `headers` are those of `message`. `is_secret` is asked at most once, of the unfolded value.
[[nodiscard]] Bordered take_mark(std::string_view message, const HeaderBlock& headers, std::string_view name,
                                 const std::function<bool(std::string_view)>& is_secret);

// A robot's own signs (RFC 3834 §5 and what vacation programs write): Auto-Submitted other than "no", X-Autoreply and its like,
// Precedence: auto_reply, multipart/report. Nothing that programs put on what people write.
[[nodiscard]] bool is_by_robot(const HeaderBlock& headers);
// Its only such sign is "auto-generated": it answers nothing, and may be what a program writes for whoever pressed a button (RFC 3834 §2).
[[nodiscard]] bool is_generated(const HeaderBlock& headers, std::string_view mail_from);
// A robot's sign, or an envelope of the null sender or of mailer-daemon.
[[nodiscard]] bool is_automatic(const HeaderBlock& headers, std::string_view mail_from);
// People write it, but it is not to be answered automatically: Precedence bulk|junk|list, X-Auto-Response-Suppress, List-Id of anybody
// (RFC 3834 §2). Ticket systems and mail programs set these on what analysts write.
[[nodiscard]] bool wants_no_answer(const HeaderBlock& headers);
// A List-Id whose identifier is in `domain`: it went through us before.
[[nodiscard]] bool is_loop(const HeaderBlock& headers, std::string_view domain);

}  // namespace caveat::mail

#pragma once
// Reading what comes back: delivery status notifications (RFC 3464, 6533), feedback reports (RFC 5965), auto-replies (RFC 3834). Pure.
// A report counts also where a gateway put a multipart around it or made a text of it, and X-Failed-Recipients counts where there is none.
// No guessing from prose: what is none of these is `none` and changes nothing.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

enum class BounceKind { none, failed, delayed, auto_reply, feedback };
[[nodiscard]] std::string_view name(BounceKind kind);  // failed | delayed | auto-reply | feedback | none

struct BouncedRecipient {
    std::string address;     // of Final-Recipient or Original-Recipient, without its type and decoration
    std::string action;      // failed | delayed | delivered | relayed | expanded, lower case; from the status where it is left out
    std::string status;      // "5.1.1" (RFC 3463)
    std::string diagnostic;  // unfolded, at most 500 bytes
};

struct Bounce {
    BounceKind kind = BounceKind::none;
    std::vector<BouncedRecipient> recipients;
    std::string return_path_id;  // TOKEN of a b.TOKEN@ address among To, Delivered-To, X-Original-To and Original-Recipient; unverified
};

[[nodiscard]] Result<Bounce> read_bounce(std::string_view message, const Limits& limits);

}  // namespace caveat::mail

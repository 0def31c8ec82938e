#include "caveat/mailroom/bounces.hpp"

#include <fmt/ranges.h>

#include "caveat/detail.hpp"
#include "caveat/mail/bounce.hpp"

namespace caveat::mailroom {

std::map<PersonId, std::string> returned_copies(storage::Store& store, const PostId& post) {
    std::map<PersonId, std::string> returned;
    storage::Journal::Filter reports;
    reports.act = "delivery.bounced";
    reports.subject = post.value;
    store.journal().each(reports, [&](const storage::Entry& entry) {
        if (text_in(entry.detail, "kind") != mail::name(mail::BounceKind::failed)) return;
        const auto codes = texts_in(entry.detail, "status");
        returned[PersonId(text_in(entry.detail, "person"))] = codes.empty() ? "not delivered" : fmt::format("{}", fmt::join(codes, "; "));
    });
    return returned;
}

}  // namespace caveat::mailroom

#include "caveat/mailroom/bounces.hpp"

#include <fmt/ranges.h>

#include "caveat/detail.hpp"
#include "caveat/mail/bounce.hpp"

namespace caveat::mailroom {
namespace {

// `reader`: reports that do not name them are not looked into; empty: of all.
std::map<PersonId, std::string> returned_to(storage::Store& store, const PostId& post, const PersonId& reader) {
    std::map<PersonId, std::string> returned;
    storage::Journal::Filter reports;
    reports.act = "delivery.bounced";
    reports.subject = post.value;
    store.journal().each(reports, [&](const storage::Entry& entry) {
        if (entry.detail.find(reader.value) == std::string::npos) return;
        if (text_in(entry.detail, "kind") != mail::name(mail::BounceKind::failed)) return;
        const auto codes = texts_in(entry.detail, "status");
        returned[PersonId(text_in(entry.detail, "person"))] = codes.empty() ? "not delivered" : fmt::format("{}", fmt::join(codes, "; "));
    });
    return returned;
}

}  // namespace

std::map<PersonId, std::string> returned_copies(storage::Store& store, const PostId& post) { return returned_to(store, post, {}); }

std::string returned_copy(storage::Store& store, const PostId& post, const PersonId& reader) {
    const auto returned = returned_to(store, post, reader);
    const auto found = returned.find(reader);
    return found == returned.end() ? std::string() : found->second;
}

}  // namespace caveat::mailroom

#include "returned.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "notices.hpp"
#include "replies.hpp"

namespace caveat::mailroom {
namespace {

// What a report adds to the journal: its codes with words of ours, of the first few. Its own words are a stranger's and may quote the post,
// which can be forgotten, and the journal cannot (J2, R4).
Detail reported(const std::string& reader, const mail::Bounce& bounce) {
    constexpr std::size_t most_statuses = 10;
    std::vector<std::string> statuses;
    for (const auto& recipient : bounce.recipients) {
        auto status = kept_of_diagnostic(recipient.status, recipient.diagnostic);
        const bool known = std::find(statuses.begin(), statuses.end(), status) != statuses.end();
        if (!status.empty() && !known && statuses.size() < most_statuses) statuses.push_back(std::move(status));
    }
    Detail detail;
    detail.add("person", reader).add("kind", mail::name(bounce.kind)).add("recipients", bounce.recipients.size());
    return detail.add("status", statuses);
}

}  // namespace

void read_returned(Verdicts& verdicts, storage::Post& post, const Prepared& bytes) {
    using community::Code;
    using policy::Verdict;
    const auto& room = verdicts.room();
    const auto returned = read_return_path(room, post.rcpt_to);
    if (!returned || bytes.unopened) return verdicts.conclude(post, Verdict::drop, {{Code::bounce, "not readable"}});
    const auto& bounce = bytes.report;
    const auto about = room.store.posts().get(returned->post);
    const auto row = about ? room.store.deliveries().row(returned->post, returned->seq) : std::nullopt;
    if (!bounce || !row) return verdicts.conclude(post, Verdict::drop, {{Code::bounce, "about a copy that is not on record"}});
    const auto detail = reported(reader_in_journal(*about, row->person), *bounce);
    room.store.journal().append(verdicts.now(), "system", "delivery.bounced", about->id.value, detail.text());
    verdicts.conclude(post, Verdict::drop, {{Code::bounce, fmt::format("{} of a copy of {}", mail::name(bounce->kind), about->id)}});
}

}  // namespace caveat::mailroom

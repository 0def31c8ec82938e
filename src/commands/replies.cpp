#include "replies.hpp"

#include "caveat/detail.hpp"
#include "caveat/moment.hpp"

namespace caveat::commands {
namespace {

Result<PostId> written(Offices& offices, const storage::Post& about, const PersonId& id, Reply reply, Instant now) {
    const auto person = offices.room.store.directory().person(id);
    if (!person || person->addresses.empty()) return fail(errc::not_found, "the person has left the register");
    const auto& letterhead = offices.postage.letterhead;
    auto form = read_form(letterhead, reply.form);
    if (!form) return tl::unexpected(form.error());
    const auto& settings = offices.room.settings;
    reply.fields["list"] = about.list.value;
    reply.fields["received"] = moment(about.received);
    const letters::Letter letter{
        .purpose = storage::Purpose::to_request,
        .form = std::move(*form),
        .from = reply.from.empty() ? mailroom::service_address(about.list, "owner", settings) : std::move(reply.from),
        .fields = std::move(reply.fields),
        .attached = std::move(reply.attached),
        .in_reply_to = about.message_id,
        .until = reply.until};
    return letters::Writer(offices.room.vault, letterhead).send(offices.room.store, letter, *person, now);
}

}  // namespace

bool may_reply(const Offices& offices, const PersonId& person, bool proven, Instant now) {
    return mailroom::may_reply(offices.room, person, proven, now);
}

void send_reply(Offices& offices, const storage::Post& about, const PersonId& person, bool proven, Reply reply, Instant now) {
    mailroom::count_reply(offices.room, person, proven, now);
    const auto form = std::string(reply.form);
    const auto sent = written(offices, about, person, std::move(reply), now);
    offices.room.store.journal().append(
        now, "system", sent ? "notice.queued" : "notice.failed", about.id.value,
        Detail().add("to", person.value).add("notice", form).add("detail", sent ? sent->value : sent.error().detail).text());
}

}  // namespace caveat::commands

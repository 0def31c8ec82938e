#include "notices.hpp"

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/printable.hpp"
#include "conclusion.hpp"

namespace caveat::mailroom {
namespace {

Result<PostId> send(const Room& room, std::string_view name, const community::Person& reader, const storage::Post& about, Fields fields,
                    Answers answers, From from, bool unnamed, Instant now) {
    const letters::Letterhead letterhead{room.settings.community_name, room.settings.domain, room.settings.templates};
    auto form = read_form(letterhead, name);
    if (!form) return tl::unexpected(form.error());
    const auto address = from == From::postmaster ? "postmaster@" + room.settings.domain : owner_address(about.list, room.settings);
    fields.try_emplace("list", about.list.value);
    fields["message_id"] = about.message_id;
    fields["received"] = moment(about.received);
    const letters::Letter letter{.purpose = storage::Purpose::about_post,
                                 .form = std::move(*form),
                                 .from = address,
                                 .fields = std::move(fields),
                                 .in_reply_to = answers == Answers::the_post ? about.message_id : std::string(),
                                 .unnamed = unnamed};
    return letters::Writer(room.vault, letterhead).send(room.store, letter, reader, now);
}

}  // namespace

void send_notice(const Room& room, std::string_view name, const PersonId& to, const storage::Post& about, Fields fields, Answers answers,
                 From from) {
    const Instant now = room.clock.now();
    // Who asked not to be named is not named by the letter to them either, nor by what leads to it. One of those that go to each reader of
    // a copy would single them out if it did not.
    const bool unnamed = about.caveats.author_withheld && about.sender == to && answers == Answers::the_post;
    const auto record = [&](std::string_view act, std::string_view detail) {
        Detail line;
        line.add("to", unnamed ? std::string_view("its author") : std::string_view(to.value)).add("notice", name);
        if (!unnamed) line.add("detail", detail);
        room.store.journal().append(now, "system", act, about.id.value, line.text());
    };
    const auto person = room.store.directory().person(to);
    if (!person || person->addresses.empty()) return record("notice.failed", "the person has left the register");
    const auto sent = send(room, name, *person, about, std::move(fields), answers, from, unnamed, now);
    if (!sent) return record("notice.failed", sent.error().detail);
    record("notice.queued", sent->value);
}

void tell_of_no_list(const Room& room, const PersonId& to, const storage::Post& about, const std::vector<community::Reason>& because,
                     std::span<const storage::Post> beside, bool by_another) {
    Fields fields{{"label", ""}, {"because", as_lines(because) + as_beside(beside, !by_another)}};
    if (by_another) fields["list"] = "an address here";
    send_notice(room, "refused", to, about, std::move(fields), Answers::the_post, by_another ? From::postmaster : From::its_owners);
}

std::string reader_in_journal(const storage::Post& mail, const PersonId& reader) {
    const bool unnamed = mail.kind == storage::PostKind::notice && mail.caveats.author_withheld;
    return unnamed ? "its reader" : reader.value;
}

bool is_proven(const Room& room, const storage::Post& post) {
    const auto list = room.store.rosters().list(post.list);
    return list && post.sender && post.strength >= list->authentication;
}

bool may_be_told(const Room& room, const storage::Post& post) {
    const auto list = room.store.rosters().list(post.list);
    return list && post.sender && post.strength >= policy::enough_to_answer(*list);
}

std::string line_of(const storage::Post& post) {
    const auto label = post.label ? fmt::format(" as {}", community::name(*post.label)) : std::string();
    const auto why = post.because.empty() ? std::string() : "; " + community::line(post.because.front());
    return fmt::format("post {} to {}: {}{}{}", post.id, printable(post.list.value), storage::name(post.state), label, printable(why));
}

std::string as_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += "- " + line + "\n";
    return text;
}

std::string as_lines(const std::vector<community::Reason>& reasons) {
    std::vector<std::string> lines;
    for (const auto& reason : reasons) lines.push_back(reason.words.empty() ? community::line(reason) : reason.words);
    return as_lines(lines);
}

}  // namespace caveat::mailroom

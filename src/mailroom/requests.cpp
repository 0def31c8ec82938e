#include "caveat/mailroom/requests.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/unknown_list.hpp"
#include "conclusion.hpp"
#include "notices.hpp"
#include "sender.hpp"
#include "sent_again.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::string_view confirmation_purpose = "command confirmation";
constexpr std::size_t random_of_confirmation = 8;
constexpr std::chrono::hours a_day{24};

// Not to be met by what signing in counts.
Digest counted_as(const Room& room, const PersonId& person, bool proven) {
    return room.vault.mac("replies to commands", fmt::format("{} {}", proven ? "all" : "unproven", person));
}

Result<PostId> written_to_confirm(const Room& room, const storage::Post& about, const PersonId& id, Fields fields, std::string from,
                                  Instant now) {
    const auto person = room.store.directory().person(id);
    if (!person || person->addresses.empty()) return fail(errc::not_found, "the person has left the register");
    const letters::Letterhead letterhead{room.settings.community_name, room.settings.domain, room.settings.templates};
    auto form = read_form(letterhead, "command-confirm");
    if (!form) return tl::unexpected(form.error());
    fields["list"] = about.list.value;
    fields["received"] = moment(about.received);
    const letters::Letter letter{.purpose = storage::Purpose::to_request,
                                 .form = std::move(*form),
                                 .from = std::move(from),
                                 .fields = std::move(fields),
                                 .in_reply_to = about.message_id};
    return letters::Writer(room.vault, letterhead).send(room.store, letter, *person, now);
}

}  // namespace

std::optional<storage::Post> next_request(const Room& room, PostKey after, std::optional<bool> proven) {
    auto posts = room.store.posts().requests(after, 1, proven);
    return posts.empty() ? std::nullopt : std::optional(std::move(posts.front()));
}

Result<std::string> request_bytes(const Room& room, const storage::Post& post) {
    return room.vault.open(room.store.posts().body(post.key), post.sealed_as.value);
}

Asker asker_of(const Room& room, const storage::Post& post, const mail::HeaderBlock& headers, Instant now) {
    const auto sender = identify(room, headers, post.mail_from);
    Asker asker{.person = sender.person, .strength = sender.strength};
    asker.seldom_told = is_seldom_told(room, post, headers, sender);
    const auto list = room.store.rosters().list(post.list);
    asker.knows = sender.person && list && may_know(room, *sender.person, *list, now);
    asker.by_robot = mail::is_automatic(headers, post.mail_from) || mail::is_loop(headers, room.settings.domain);
    asker.answerable = sender.person && !asker.by_robot && !mail::wants_no_answer(headers);
    return asker;
}

std::string settle_request(const Room& room, storage::Post post, policy::Verdict verdict, const community::Reason& because, Instant now) {
    if (post.message_id.empty()) post.message_id = given_message_id(post, room.settings);
    settle(room, post, verdict, {because}, now);
    record_verdict(room, post, verdict, {}, now);
    return line_of(post);
}

std::vector<std::string> refuse_unknown(const Room& room, storage::Post post, const Asker& asker, Instant now) {
    if (post.message_id.empty()) post.message_id = given_message_id(post, room.settings);
    const std::vector<community::Reason> because{policy::no_such_list(room.rules)};
    const bool told = asker.answerable && asker.strength >= community::Strength::dmarc &&
                      tells_of_no_list(room, post, *asker.person, asker.seldom_told, now);
    const auto beside = refuse_beside(room, post, because, now);  // known by the bytes that they share, as long as these are there
    settle(room, post, policy::Verdict::refuse, because, now);
    record_verdict(room, post, policy::Verdict::refuse, ids_of(beside), now);
    if (told) tell_of_no_list(room, *asker.person, post, because, beside, asker.seldom_told);
    std::vector<std::string> lines{line_of(post)};
    for (const auto& other : beside) lines.push_back(line_of(other));
    return lines;
}

bool may_reply(const Room& room, const PersonId& person, bool proven, Instant now) {
    auto& rows = room.store.credentials();
    if (rows.asks(counted_as(room, person, true), now - a_day, now) >= most_replies_a_day) return false;
    return proven || rows.asks(counted_as(room, person, false), now - a_day, now) < most_unproven_a_day;
}

void count_reply(const Room& room, const PersonId& person, bool proven, Instant now) {
    auto& rows = room.store.credentials();
    rows.note_ask(counted_as(room, person, true), now);
    if (!proven) rows.note_ask(counted_as(room, person, false), now);
}

bool tells_author(const Room& room, const PersonId& person, bool seldom_told, Instant now) {
    if (!seldom_told) return true;
    if (!may_reply(room, person, false, now)) return false;
    count_reply(room, person, false, now);
    return true;
}

bool tells_of_no_list(const Room& room, const storage::Post& post, const PersonId& person, bool seldom_told, Instant now) {
    storage::Posts::Filter before;
    before.state = storage::PostState::refused;
    before.message_id = post.message_id;
    before.sender = person;
    before.limit = 1;
    return (!seldom_told || room.store.posts().select(before).empty()) && tells_author(room, person, seldom_told, now);
}

void ask_to_confirm(const Room& room, const storage::Post& about, const PersonId& person, bool proven, const std::string& commands,
                    Instant now) {
    const auto token = new_confirmation(room.vault);
    const auto hash = confirmation_hash(room.vault, token);
    auto& rows = room.store.credentials();
    rows.forget_ended(now, now - a_day);
    rows.put(storage::ChallengeRow{hash, person, about.list, room.vault.seal(commands, vault::hex(hash)), now + confirmed_within});
    count_reply(room, person, proven, now);
    Fields fields{{"commands", commands}, {"life", to_string(std::chrono::duration_cast<std::chrono::seconds>(confirmed_within))}};
    const auto sent =
        written_to_confirm(room, about, person, std::move(fields), service_address(about.list, "confirm." + token, room.settings), now);
    room.store.journal().append(
        now, "system", sent ? "notice.queued" : "notice.failed", about.id.value,
        Detail().add("to", person.value).add("notice", "command-confirm").add("detail", sent ? sent->value : sent.error().detail).text());
}

std::string service_address(const ListId& list, std::string_view service, const Settings& settings) {
    return fmt::format("{}{}{}@{}", list, settings.separator, service, settings.domain);
}

std::string new_confirmation(const vault::Vault& vault) {
    return vault.token(confirmation_purpose, vault::random_bytes(random_of_confirmation));
}

// One hash for every token, known or not.
Digest confirmation_hash(const vault::Vault& vault, std::string_view token) { return vault.mac(confirmation_purpose, token); }

std::optional<Digest> confirmation_of(const storage::Post& post) {
    const auto local = std::string_view(post.rcpt_to).substr(0, post.rcpt_to.rfind('@'));
    const auto bytes = vault::unhex(local.substr(local.rfind('.') + 1));
    Digest hash{};
    if (post.target != storage::Target::confirm || bytes.size() != hash.size()) return std::nullopt;
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

}  // namespace caveat::mailroom

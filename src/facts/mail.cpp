#include "caveat/facts/mail.hpp"

#include <algorithm>

#include "caveat/mailroom/mailroom.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::facts {
namespace {

constexpr std::array post_fields{
    Field{.name = "id", .required = true, .about = "UUIDv7, given when the post was accepted"},
    Field{.name = "list", .required = true, .about = "the list it was for"},
    Field{.name = "message_id", .required = true, .about = "without angle brackets; empty where its author is not to be named yet"},
    Field{.name = "from",
          .required = true,
          .about = "address of the From header; the list's where the author is not to be named, or nobody knows yet"},
    Field{.name = "received", .type = Type::instant, .required = true, .about = "when it was accepted"},
    Field{.name = "label", .type = Type::word, .required = true, .about = "null until judged", .nullable = true, .words = label_words},
    Field{.name = "caveats",
          .type = Type::texts,
          .required = true,
          .about = "what it asks for besides: PAP, embargo, restrictions, in words"},
    Field{.name = "verdict", .type = Type::word, .required = true, .about = "what became of it", .words = verdict_words},
    Field{.name = "because", .type = Type::texts, .required = true, .about = "code: words; first the one that decided"},
    Field{.name = "releasable",
          .type = Type::boolean,
          .required = true,
          .about = "it is held, and a moderator can let it go; what only its author can settle cannot be released"},
    Field{.name = "until",
          .type = Type::instant,
          .about = "where held posts are listed: it goes back to its author then, or is given up; none: it waits until people decide"},
};

constexpr std::array delivery_fields{
    Field{.name = "person", .required = true, .about = "whose copy it is"},
    Field{.name = "address", .required = true, .about = "where it went; null if it did not", .nullable = true},
    Field{.name = "state", .required = true, .about = "queued, leased, sent, deferred, failed, withheld or cancelled"},
    Field{.name = "because", .required = true, .about = "code: words", .nullable = true},
    Field{.name = "attempts", .type = Type::integer, .required = true, .about = "made so far"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "of the last change", .nullable = true},
    Field{.name = "next", .type = Type::instant, .required = true, .about = "of the next attempt, if deferred", .nullable = true},
    Field{.name = "reply", .required = true, .about = "the relay's codes, with words of ours for them", .nullable = true},
    Field{.name = "bounced", .about = "the codes of a report that it could not be delivered after all, with words of ours for them"},
};

constexpr std::array entry_fields{
    Field{.name = "number", .type = Type::integer, .required = true, .about = "from 1, without a gap; for the operator", .nullable = true},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when"},
    Field{.name = "actor", .required = true, .about = "who: system, operator root, person kikyo-rep"},
    Field{.name = "act", .required = true, .about = "noun.verb"},
    Field{.name = "subject", .required = true, .about = "id of what it is about"},
    Field{.name = "detail", .type = Type::anything, .required = true, .about = "an object; never content"},
    Field{.name = "hash", .required = true, .about = "covers this entry and the one before"},
};

template <class State, std::size_t n>
std::optional<State> state_from(const std::array<std::string_view, n>& words, std::string_view word) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) return std::nullopt;
    return static_cast<State>(found - words.begin());
}

}  // namespace

const Schema post_schema{"Post", post_fields, true};
const Schema delivery_schema{"Delivery", delivery_fields, true};
const Schema entry_schema{"JournalEntry", entry_fields, true};

BookName book_named(std::string_view identity) {
    constexpr std::size_t digits = 64;
    const bool known = identity.size() > digits && identity[identity.size() - digits - 1] == ' ' &&
                       identity.find_first_not_of("0123456789abcdef", identity.size() - digits) == std::string_view::npos;
    if (!known) return {std::string(identity), ""};
    return {std::string(identity.substr(0, identity.size() - digits - 1)), std::string(identity.substr(identity.size() - digits))};
}

std::string_view verdict(storage::PostState state) { return verdict_words.at(static_cast<std::size_t>(state)); }

std::optional<storage::PostState> verdict_from(std::string_view word) { return state_from<storage::PostState>(verdict_words, word); }

std::optional<storage::DeliveryState> delivery_from(std::string_view word) {
    return state_from<storage::DeliveryState>(copy_state_words, word);
}

Json label_of(const storage::Post& post) { return post.label ? Json(community::name(*post.label)) : Json(); }

Json sender_of(const storage::Post& post) { return post.sender && !post.caveats.author_withheld ? Json(post.sender->value) : Json(); }

namespace {

// What was refused as an address that does not exist looks like any other, whatever an earlier version wrote in its row (A7).
bool is_to_nobody(const storage::Post& post) { return !post.because.empty() && post.because.front().code == community::Code::unknown_list; }

}  // namespace

Json fact(const storage::Post& post) {
    const bool to_nobody = is_to_nobody(post);
    static const std::vector<community::Reason> no_list{{community::Code::unknown_list, "no such list for this sender"}};
    return {{"id", post.id.value},
            {"list", post.list.value},
            {"message_id", post.message_id},
            {"from", post.caveats.author_withheld ? post.rcpt_to : post.from},
            {"received", to_string(post.received)},
            {"label", to_nobody ? Json() : label_of(post)},
            {"caveats", community::in_words(to_nobody ? community::Caveats{} : post.caveats)},
            {"verdict", verdict(to_nobody ? storage::PostState::refused : post.state)},
            {"because", to_nobody ? no_list : post.because},
            {"releasable", post.state == storage::PostState::held && !mailroom::only_its_author_settles(post)}};
}

Json fact(const storage::DeliveryRow& row) {
    const bool deferred = storage::traits(row.state).waits;
    return {{"person", row.person.value},
            {"address", maybe(row.address)},
            {"state", row.leased ? "leased" : storage::name(row.state)},
            {"because", maybe(row.because)},
            {"attempts", row.attempts},
            {"at", row.at == Instant{} ? Json() : Json(to_string(row.at))},
            {"next", deferred ? Json(to_string(row.next)) : Json()},
            {"reply", maybe(row.reply)}};
}

Json fact(const storage::DeliveryRow& row, const std::map<PersonId, std::string>& returned) {
    auto json = fact(row);
    if (const auto found = returned.find(row.person); found != returned.end()) json["bounced"] = found->second;
    return json;
}

Json fact(const storage::Entry& entry) {
    auto detail = Json::parse(entry.detail, nullptr, false);
    return {{"number", entry.number},        {"at", to_string(entry.at)},
            {"actor", entry.actor},          {"act", entry.act},
            {"subject", entry.subject},      {"detail", detail.is_discarded() ? Json(entry.detail) : std::move(detail)},
            {"hash", vault::hex(entry.hash)}};
}

}  // namespace caveat::facts

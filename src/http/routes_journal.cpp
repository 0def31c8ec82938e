// /v1/journal: what was decided and done, in a chain that shows every change (J1).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "caveat/committee/kept_from.hpp"
#include "caveat/facts/mail.hpp"
#include "caveat/storage/row_words.hpp"
#include "caveat/vault/vault.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_journal {

using access::Kind;
using access::Noun;

constexpr std::int64_t at_once = most_items_a_page + 1;  // entries of one query

// Numbers and what counts them are the operator's: with each entry that is kept from a person one is missing, and they would count by that
// what the committee does about their own team (item 27).
bool sees_numbers(const Context& context) { return !context.actor().person; }

// What is closed for a person to come back with: the number behind which a page goes on, and a head. Each opens as what it is alone: asked
// as the other it would tell by the answer what it says.
constexpr auto as_cursor = "place in the journal";
constexpr auto as_head = "head of the journal";

// It is another text each time.
std::string closed(const Context& context, const char* as, const std::string& text) {
    const auto sealed = context.offices.room.vault.seal(text, as);
    return static_cast<char>(sealed.key.size()) + sealed.key + sealed.bytes;
}

std::optional<std::string> opened(const Context& context, const char* as, const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto key = std::min(static_cast<std::size_t>(static_cast<unsigned char>(text.front())), text.size() - 1);
    const auto open = context.offices.room.vault.open({text.substr(1, key), text.substr(1 + key)}, as);
    return open ? std::optional(*open) : std::nullopt;
}

// The first entry that was written then or later; by clocks that were set back meanwhile about so.
std::int64_t first_since(storage::Journal& journal, Instant at) {
    std::int64_t first = 1;
    for (auto behind = journal.head().number + 1; first < behind;) {
        const auto middle = first + (behind - first) / 2;
        bool before = false;
        journal.show({.from = middle, .limit = 1, .act = {}, .subject = {}}, [&](const storage::Entry& entry) { before = entry.at < at; });
        before ? first = middle + 1 : behind = middle;
    }
    return first;
}

Result<storage::Journal::Filter> filter_of(const Context& context) {
    storage::Journal::Filter filter;
    filter.limit = at_once;
    if (const auto act = context.asked("act"); !act.empty()) filter.act = act;
    if (const auto subject = context.asked("subject"); !subject.empty()) filter.subject = subject;
    if (const auto since = context.asked("since"); !since.empty())
        filter.from = first_since(context.store().journal(), *parse_instant(since));
    if (const auto from = context.query.find("from"); from != context.query.end()) {
        if (!sees_numbers(context)) return fail(errc::invalid, "numbers of the journal are the operator's; ask with since=INSTANT");
        filter.from = std::max(filter.from, from->get<std::int64_t>());
    }
    return filter;
}

Json shown(const storage::Entry& entry, bool with_number) {
    auto json = fact(entry);
    if (!with_number) json["number"] = nullptr;
    return json;
}

// A case and what is decided on a team are not there for anybody of it, here as at their own doors.
committee::KeptFrom kept_from(storage::Store& store, const access::Caller& caller) {
    if (!caller.actor.person) return {};
    return {store, caller.team, caller.lent_team};
}

// Of the whole house: a token bound to lists has no part in it.
Result<Answer> list_journal(const Context& context) {
    if (!context.all()) return nothing_here();
    auto asked = filter_of(context);
    if (!asked) return tl::unexpected(asked.error());
    auto& filter = *asked;
    if (context.ndjson) {
        return Answer{.stream = [&store = context.store(), filter, caller = context.caller,
                                 with_number = sees_numbers(context)](std::string& chunk) mutable {
            // A case may be opened while its reader is slow: what is kept, and what there is, are of one moment.
            const storage::Store::Reading reading(store);
            const auto kept = kept_from(store, caller);
            // As many lines each time, whatever is left out between them: else the length of a chunk would say how much is.
            std::int64_t lines = 0;
            for (std::int64_t seen = at_once; lines < at_once && seen == at_once;) {
                seen = 0;
                store.journal().show(filter, [&](const storage::Entry& entry) {
                    ++seen;
                    if (lines == at_once) return;
                    filter.from = entry.number + 1;
                    if (kept.hides(entry)) return;
                    chunk += dumped(shown(entry, with_number)) + '\n';
                    ++lines;
                });
            }
            return lines == at_once;
        }};
    }
    const bool with_number = sees_numbers(context);
    return page_of(context, [&](const std::string& cursor, const Emit& emit) {
        const auto after = with_number ? cursor : opened(context, as_cursor, cursor).value_or("");
        std::int64_t last = 0;
        std::from_chars(after.data(), after.data() + after.size(), last);
        filter.from = std::max(filter.from, last + 1);
        const auto kept = kept_from(context.store(), context.caller);
        bool more = true;
        for (std::int64_t seen = at_once; more && seen == at_once;) {
            seen = 0;
            context.store().journal().show(filter, [&](const storage::Entry& entry) {
                filter.from = entry.number + 1;
                ++seen;
                if (!more || kept.hides(entry)) return;
                const auto number = std::to_string(entry.number);
                more = emit(with_number ? number : closed(context, as_cursor, number), shown(entry, with_number));
            });
        }
    });
}

// "128:4fe1…": number and hash, as an earlier answer gave them.
Result<storage::Journal::Head> read_head(const std::string& text) {
    storage::Journal::Head head;
    const auto bad = [] { return fail(errc::invalid, "this is not a head; write it as an earlier verification returned it"); };
    const auto colon = text.find(':');
    if (colon == std::string::npos || text.size() != colon + 1 + 2 * head.hash.size()) return bad();
    const auto number = std::from_chars(text.data(), text.data() + colon, head.number);
    if (number.ec != std::errc{} || number.ptr != text.data() + colon || head.number < 0) return bad();
    for (std::size_t i = 0; i < head.hash.size(); ++i) {
        const char* at = text.data() + colon + 1 + 2 * i;
        const auto byte = std::from_chars(at, at + 2, head.hash[i], 16);
        if (byte.ec != std::errc{} || byte.ptr != at + 2) return bad();
    }
    return head;
}

// A broken chain is an answer and not an error, because that was the question.
Result<Answer> verify(const Context& context) {
    if (!context.all()) return nothing_here();
    std::optional<storage::Journal::Head> known;
    const bool with_number = sees_numbers(context);
    if (const auto text = context.asked("head"); !text.empty()) {
        // One that a person writes themself would ask for a number: whether there is such an entry is in the answer.
        const auto noted = opened(context, as_head, vault::unhex(text));
        const auto head = read_head(noted.value_or(with_number ? text : std::string()));
        if (!head) return tl::unexpected(head.error());
        known = *head;
    }
    const auto head = context.store().journal().verify(known);
    if (!head && head.error().code != errc::corrupt) return tl::unexpected(head.error());
    // Which entry it is, and whose row, the operator is told: who reads the journal may be of the team that a case is about.
    const auto said = [&](const std::string& why) {
        if (with_number) return storage::with_row_named(context.store(), why);
        return std::string("the chain does not hold; where, the operator is told");
    };
    auto noted = head ? fmt::format("{}:{}", head->number, vault::hex(head->hash)) : std::string();
    if (head && !with_number) noted = vault::hex(closed(context, as_head, noted));
    return Answer{.body = {{"holds", head.has_value()},
                           {"entries", head && with_number ? Json(head->number) : Json()},
                           {"head", maybe(noted)},
                           {"verdict", head ? std::string("the chain holds") : said(head.error().detail)},
                           {"at", to_string(context.now())}}};
}

constexpr std::array journal_query{
    Field{.name = "act", .about = "acts that begin so: post.", .most = 64},
    Field{.name = "subject", .about = "about this id; of a person also an address"},
    Field{.name = "since", .type = Type::instant, .about = "written at or after this instant"},
    Field{.name = "from", .type = Type::integer, .about = "first number; for the operator", .least = 1},
    limit_field,
    cursor_field,
};
constexpr std::array entries_fields{items_of(entry_schema), next_field()};
constexpr Schema entries_schema{"Journal", entries_fields, true};

constexpr std::array verify_query{
    Field{.name = "head", .about = "as noted earlier, elsewhere: must still be on the chain", .most = 500}};
constexpr std::array verified_fields{
    Field{.name = "holds", .type = Type::boolean, .required = true, .about = "nothing was changed, removed or cut off"},
    Field{.name = "entries", .type = Type::integer, .required = true, .about = "how many; for the operator", .nullable = true},
    Field{.name = "head",
          .required = true,
          .about = "note it elsewhere and ask with it later; for the operator NUMBER:HASH",
          .nullable = true},
    Field{.name = "verdict", .required = true, .about = "in words; to the operator, with the first entry or row that does not hold"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when it was asked"},
};
constexpr Schema verified_schema{"Verification", verified_fields, true};

const std::array<Route, 2> table{{
    {.path = "/v1/journal",
     .id = "listJournal",
     .about = "Entries, oldest first",
     .right = {Noun::journal, Kind::read},
     .run = Run::slow,
     .handler = list_journal,
     .query = journal_query,
     .answer = &entries_schema,
     .lines = true},
    {.path = "/v1/journal/verification",
     .id = "verifyJournal",
     .about = "The chain computed again, and the rows it covers held against it",
     .right = {Noun::journal, Kind::read},
     .run = Run::slow,
     .handler = verify,
     .query = verify_query,
     .answer = &verified_schema},
}};

}  // namespace routes_journal

std::span<const Route> journal_routes() { return routes_journal::table; }

}  // namespace caveat::http

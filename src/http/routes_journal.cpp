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

storage::Journal::Filter filter_of(const Context& context) {
    storage::Journal::Filter filter;
    filter.limit = at_once;
    if (const auto act = context.asked("act"); !act.empty()) filter.act = act;
    if (const auto subject = context.asked("subject"); !subject.empty()) filter.subject = subject;
    if (const auto from = context.query.find("from"); from != context.query.end()) filter.from = from->get<std::int64_t>();
    return filter;
}

// A case and what is decided on a team are not there for anybody of it, here as at their own doors.
committee::KeptFrom kept_from(const Context& context) {
    if (!context.actor().person) return {};
    return {context.store(), context.caller.team, context.caller.lent_team};
}

// Of the whole house: a token bound to lists has no part in it.
Result<Answer> list_journal(const Context& context) {
    if (!context.all()) return nothing_here();
    auto filter = filter_of(context);
    if (context.ndjson) {
        return Answer{.stream = [&store = context.store(), filter, kept = kept_from(context)](std::string& chunk) mutable {
            std::int64_t seen = 0;
            store.journal().each(filter, [&](const storage::Entry& entry) {
                if (!kept.hides(entry)) chunk += dumped(fact(entry)) + '\n';
                filter.from = entry.number + 1;
                ++seen;
            });
            return seen == at_once;
        }};
    }
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        std::int64_t last = 0;
        std::from_chars(after.data(), after.data() + after.size(), last);
        filter.from = std::max(filter.from, last + 1);
        const auto kept = kept_from(context);
        bool more = true;
        for (std::int64_t seen = at_once; more && seen == at_once;) {
            seen = 0;
            context.store().journal().each(filter, [&](const storage::Entry& entry) {
                filter.from = entry.number + 1;
                ++seen;
                if (more && !kept.hides(entry)) more = emit(std::to_string(entry.number), fact(entry));
            });
        }
    });
}

// "128:4fe1…": number and hash, as an earlier answer gave them.
Result<storage::Journal::Head> read_head(const std::string& text) {
    storage::Journal::Head head;
    const auto bad = [&] {
        return fail(errc::invalid, "'{}' is not a head; write NUMBER:HASH as an earlier verification returned it", text);
    };
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
    if (const auto text = context.asked("head"); !text.empty()) {
        const auto head = read_head(text);
        if (!head) return tl::unexpected(head.error());
        known = *head;
    }
    const auto head = context.store().journal().verify(known);
    if (!head && head.error().code != errc::corrupt) return tl::unexpected(head.error());
    // Whose row it is the operator is told: who reads the journal may be of the team that a case is about.
    const auto said = [&](const std::string& why) {
        return context.actor().person ? storage::with_row_in_words(why) : storage::with_row_named(context.store(), why);
    };
    return Answer{.body = {{"holds", head.has_value()},
                           {"entries", head ? Json(head->number) : Json()},
                           {"head", head ? Json(fmt::format("{}:{}", head->number, vault::hex(head->hash))) : Json()},
                           {"verdict", head ? std::string("the chain holds") : said(head.error().detail)},
                           {"at", to_string(context.now())}}};
}

constexpr std::array journal_query{
    Field{.name = "act", .about = "acts that begin so: post.", .most = 64},
    Field{.name = "subject", .about = "about this id; of a person also an address"},
    Field{.name = "from", .type = Type::integer, .about = "first number", .least = 1},
    limit_field,
    cursor_field,
};
constexpr std::array entries_fields{items_of(entry_schema), next_field()};
constexpr Schema entries_schema{"Journal", entries_fields, true};

constexpr std::array verify_query{
    Field{.name = "head", .about = "NUMBER:HASH noted earlier, elsewhere: must still be on the chain", .most = 100}};
constexpr std::array verified_fields{
    Field{.name = "holds", .type = Type::boolean, .required = true, .about = "nothing was changed, removed or cut off"},
    Field{.name = "entries", .type = Type::integer, .required = true, .about = "how many", .nullable = true},
    Field{.name = "head", .required = true, .about = "NUMBER:HASH; note it elsewhere and ask with it later", .nullable = true},
    Field{.name = "verdict", .required = true, .about = "in words; names the first entry or row that does not hold"},
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

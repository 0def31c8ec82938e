// Tokens: made with less than their maker has, looked up by keyed hash, narrowed to what their holder may at that moment.
#include <algorithm>
#include <limits>

#include "caveat/access/access.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "secrets.hpp"
#include "who.hpp"

namespace caveat::access {
namespace {

constexpr std::chrono::hours usual_life{24 * 90};
constexpr std::chrono::hours longest_life{24 * 366};  // a year, leap or not
constexpr std::size_t longest_name = 80;
constexpr std::size_t most_lists = 100;
constexpr std::ptrdiff_t most_tokens = 100;  // live ones of one holder
constexpr std::chrono::minutes use_grain{1};
constexpr std::string_view by_token = "token ";
constexpr std::string_view of_person = "person ";
constexpr std::string_view by_which_token = "by_token";  // in the entry of one that was made with another: which

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        if (end > at) all.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

std::string rights_text(const std::vector<Right>& rights) {
    std::string text;
    for (const auto& right : rights) text += (text.empty() ? "" : " ") + name(right);
    return text;
}

Token token_from(const storage::TokenRow& row) {
    Token token{row.id, row.name, row.holder, {}, {}, row.created_by, row.created, row.expires, row.last_used, row.revoked};
    for (const auto& word : words(row.rights)) {
        if (const auto right = right_from(word)) token.rights.push_back(*right);
    }
    for (auto& list : words(row.lists)) token.lists.emplace_back(std::move(list));
    return token;
}

// The person who made it for somebody else; empty: its holder did, or the operator.
PersonId lender_of(const storage::TokenRow& row) {
    if (!row.holder || !row.created_by.starts_with(of_person)) return {};
    PersonId maker{row.created_by.substr(of_person.size())};
    return maker == *row.holder ? PersonId{} : maker;
}

bool had_factor(storage::Store& store, const PersonId& holder, std::int64_t before) {
    bool had = false;
    store.journal().each({.from = 1, .limit = -1, .act = {}, .subject = holder.value}, [&](const storage::Entry& entry) {
        if (before <= entry.number) return;
        if (entry.act == "factor.enrolled") had = true;
        if (entry.act == "factor.forgotten" || entry.act == "hold.placed" || entry.act == "person.remove") had = false;
    });
    return had;
}

struct Making {
    std::int64_t number = 0;  // 0: nothing says it
    std::string actor, holder, lender, with;
    [[nodiscard]] bool lent() const { return lender.starts_with(of_person); }
};

// How it was made, and then each token that made the one before it, by the journal. In its order: an instant is that of a clock that may
// have stood ahead.
std::vector<Making> makings_of(storage::Store& store, std::string id) {
    std::vector<Making> all;
    auto before = std::numeric_limits<std::int64_t>::max();
    while (!id.empty()) {
        Making one;
        store.journal().each({.from = 1, .limit = -1, .act = "token.created", .subject = id}, [&](const storage::Entry& entry) {
            if (before <= entry.number) return;
            const auto& detail = entry.detail;
            one = {entry.number, entry.actor, text_in(detail, "holder"), text_in(detail, "token_of"), text_in(detail, by_which_token)};
        });
        before = one.number;
        id = one.with;
        all.push_back(std::move(one));
    }
    return all;
}

// Its holder had a second factor when they made it, and so had shown its code, or made it with a token of which the same is true.
bool made_with_factor(storage::Store& store, const PersonId& holder, const std::vector<Making>& makings) {
    return std::all_of(makings.begin(), makings.end(),
                       [&](const Making& one) { return one.number != 0 && had_factor(store, holder, one.number); });
}

// With a token that somebody lent, for another than it was lent to: whoever lent it, and whoever had it, would act by other hands.
bool went_on_to_others(const std::vector<Making>& makings) {
    return std::any_of(makings.begin(), makings.end(),
                       [](const Making& one) { return one.lent() && one.actor != std::string(of_person) + one.holder; });
}

// It reaches what its holder may, as far as whoever made it may reach all of that: else a token in another's name would open more than
// their own.
void keep_within(Caller& caller, const Caller& lender) {
    for (std::size_t noun = 0; noun < noun_count; ++noun) {
        for (std::size_t kind = 0; kind < 2; ++kind) {
            if (lender.reaches[noun][kind] != Reach::all) caller.reaches[noun][kind] = Reach::none;
        }
    }
    caller.lent_team = lender.team;
}

bool made_by_holder(const Token& token) { return token.holder && token.created_by == std::string(of_person) + token.holder->value; }

void narrow(Caller& caller, const Token& token) {
    Reaches narrowed{};
    for (const auto& right : token.rights) {
        // One that was made before tokens were held to their lists keeps no more than that either.
        if (!token.lists.empty() && !is_of_lists(right.noun)) continue;
        if (right.noun == Noun::archive && !made_by_holder(token)) continue;
        narrowed[static_cast<std::size_t>(right.noun)][static_cast<std::size_t>(right.kind)] = caller.reach(right);
    }
    caller.reaches = narrowed;
    caller.only = token.lists;
    caller.credential = std::string(by_token) + token.id;
}

Result<void> well_formed(const TokenRequest& request) {
    const auto& name = request.name;
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (name.empty() || name.size() > longest_name || std::any_of(name.begin(), name.end(), control)) {
        return fail(errc::invalid, "name: write one line of at most {} bytes that says what the token is for", longest_name);
    }
    if (request.rights.empty()) return fail(errc::invalid, "scopes: name at least one, such as teams:read");
    if (request.lists.size() > most_lists) return fail(errc::limit, "lists: at most {}", most_lists);
    for (const auto& right : request.rights) {
        if (request.lists.empty() || is_of_lists(right.noun)) continue;
        return fail(errc::invalid,
                    "scopes: {} is not of a list, and a token bound to lists does nothing else; write lists, subscriptions, posts, held, "
                    "policy or archive",
                    caveat::access::name(right));
    }
    return {};
}

// Only with rights that the maker has. A maker that is bound to lists makes no tokens.
Result<void> within(const Caller& by, const TokenRequest& request) {
    for (const auto& right : request.rights) {
        if (by.reach(right) != Reach::none) continue;
        return fail(errc::denied, "scopes: {} is not among the maker's own rights, and a token carries no more than those", name(right));
    }
    return {};
}

// What is read with it is content, and a milder label is its source's word: nobody makes a key to somebody else's, the operator least (A9).
Result<void> own_reading(const Caller& by, const std::optional<PersonId>& holder, const TokenRequest& request) {
    const bool own = by.actor.person && holder == by.actor.person;
    for (const auto& right : request.rights) {
        if (own || right.noun != Noun::archive) continue;
        return fail(errc::denied, "scopes: {} is given to nobody but by themself: a person makes such a token on the pages or over the API",
                    name(right));
    }
    return {};
}

// A token made with another token ends no later than that one.
Result<Instant> expiry(const Caller& by, const TokenRequest& request, storage::Store& store, Instant now) {
    Instant latest = Instant::max();
    if (by.credential.starts_with(by_token)) {
        const auto maker = store.credentials().token(by.credential.substr(by_token.size()));
        latest = maker ? maker->expires : now;
    }
    const Instant expires = request.expires.value_or(std::min(now + usual_life, latest));
    if (expires > latest) return fail(errc::denied, "expires: a token makes none that outlives it; write an earlier time");
    if (expires <= now) return fail(errc::invalid, "expires: {} is over; write a time to come", to_string(expires));
    if (expires > now + longest_life) return fail(errc::limit, "expires: {} is more than a year away", to_string(expires));
    return expires;
}

// Whose hand it comes from. For themself, a person has that of whoever lent them the token; for others it is their own doing.
std::string made_by(const Caller& by, const std::optional<PersonId>& holder) {
    const auto& lender = by.actor.lent_by;
    return lender.empty() || holder != by.actor.person ? by.actor.name : lender;
}

// With a token that another person made nobody makes one for others, them least: it would have hands that are not told apart (item 54).
Result<void> stays_with_its_holder(const Caller& by, const std::optional<PersonId>& holder) {
    if (community::has_own_hand(by.actor) || holder == by.actor.person) return {};
    return fail(errc::denied,
                "item 54: {} made this token, and with it none is made for others than {}: needs a session, or a token of one's own or of "
                "the operator",
                by.actor.lent_by, by.actor.name);
}

Object of(const std::optional<PersonId>& holder) {
    Object object;
    object.person = holder;
    return object;
}

std::string new_id(storage::Credentials& rows) {
    for (;;) {
        auto id = vault::hex(vault::random_bytes(4));
        if (!rows.token(id)) return id;
    }
}

}  // namespace

Result<NewToken> Access::create(const Caller& by, const TokenRequest& request) {
    if (auto ok = well_formed(request); !ok) return tl::unexpected(ok.error());
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    // A person who names no holder makes the token for themself: only the operator's tokens have no holder.
    const auto holder = request.holder ? request.holder : by.actor.person;
    if (!may(by, {Noun::tokens, Kind::write}, of(holder))) {
        return fail(errc::denied, "tokens are made for oneself; for others by the operator and the secretariat");
    }
    if (holder && !store_.directory().person(*holder)) return fail(errc::not_found, "there is no such person; see: caveat person list");
    if (auto ok = stays_with_its_holder(by, holder); !ok) return tl::unexpected(ok.error());
    if (auto ok = own_reading(by, holder, request); !ok) return tl::unexpected(ok.error());
    const auto expires = expiry(by, request, store_, now);
    if (!expires) return tl::unexpected(expires.error());
    if (auto ok = within(by, request); !ok) return tl::unexpected(ok.error());
    for (const auto& list : request.lists) {
        if (!store_.rosters().list(list)) return fail(errc::not_found, "lists: there is no such list; see: caveat list list");
    }
    auto& rows = store_.credentials();
    const auto all = rows.tokens();
    const auto live =
        std::count_if(all.begin(), all.end(), [&](const auto& row) { return row.holder == holder && !row.revoked && row.expires > now; });
    if (live >= most_tokens) return fail(errc::limit, "there are {} live tokens of this holder already; revoke some", live);

    const auto secret = new_secret(vault_, Use::token);
    std::string lists;
    for (const auto& list : request.lists) lists += (lists.empty() ? "" : " ") + list.value;
    const storage::TokenRow row{new_id(rows),
                                hashed(vault_, Use::token, secret),
                                request.name,
                                holder,
                                rights_text(request.rights),
                                lists,
                                made_by(by, holder),
                                now,
                                *expires,
                                {},
                                {}};
    rows.put(row);
    Detail detail;
    detail.add("holder", holder ? holder->value : "")
        .add("rights", row.rights)
        .add("lists", row.lists)
        .add("expires", to_string(row.expires));
    if (by.credential.starts_with(by_token)) detail.add(by_which_token, by.credential.substr(by_token.size()));
    community::add_maker(detail, by.actor);
    store_.journal().append(now, by.actor.name, "token.created", row.id, detail.text());
    transaction.commit();
    return NewToken{token_from(row), secret};
}

std::vector<Token> Access::tokens() {
    std::vector<Token> all;
    for (const auto& row : store_.credentials().tokens()) all.push_back(token_from(row));
    return all;
}

std::optional<Token> Access::token(std::string_view id) {
    const auto row = store_.credentials().token(id);
    return row ? std::optional{token_from(*row)} : std::nullopt;
}

Result<void> Access::revoke(const Caller& by, std::string_view id) {
    storage::Store::Transaction transaction(store_);
    auto row = store_.credentials().token(id);
    // A caller who may not revoke the token does not learn that it exists.
    if (!row || !may(by, {Noun::tokens, Kind::write}, of(row->holder))) {
        return fail(errc::not_found, "there is no such token; see: caveat token list");
    }
    if (row->revoked) return {};
    row->revoked = clock_.now();
    store_.credentials().put(*row);
    Detail detail;
    store_.journal().append(*row->revoked, by.actor.name, "token.revoked", row->id, community::add_maker(detail, by.actor).text());
    transaction.commit();
    return {};
}

std::optional<Caller> Access::bearer(std::string_view secret) {
    const auto hash = hashed(vault_, Use::token, secret);
    storage::Store::Reading reading(store_);
    return opens(store_.credentials().token_of(hash));
}

std::optional<Caller> Access::opens(const std::optional<storage::TokenRow>& row) {
    const Instant now = clock_.now();
    // A person is looked up even if there is no token, so that the time taken tells nothing.
    const auto who = who_is(store_, rules_, row && row->holder ? *row->holder : PersonId{}, now);
    const auto lender_id = row ? lender_of(*row) : PersonId{};
    const auto lender = who_is(store_, rules_, lender_id, now);
    if (!row || row->revoked || row->expires <= now) return std::nullopt;
    if (row->holder && !who) return std::nullopt;
    // It ends with the right of whoever made it to make it: their office, their place in the register, and while they are held (A10).
    if (!lender_id.empty() && (!lender || lender->caller.reach({Noun::tokens, Kind::write}) != Reach::all)) return std::nullopt;
    const auto makings = row->created_by.starts_with(of_person) ? makings_of(store_, row->id) : std::vector<Making>{};
    if (went_on_to_others(makings)) return std::nullopt;
    Caller caller = row->holder ? who->caller : local_operator("");
    if (!row->holder) caller.actor.name = std::string(by_token) + row->id;
    if (row->holder && row->created_by != caller.actor.name) caller.actor.lent_by = row->created_by;
    if (lender) {
        // Who sits on a panel its maker would learn by that, who may be of the party (items 27 and 38).
        caller.reaches[static_cast<std::size_t>(Noun::cases)] = who->beside_panels;
        keep_within(caller, lender->caller);
    }
    const auto token = token_from(*row);
    narrow(caller, token);
    // One of before the office asks for no code: with the office it opens as little as a session does without one (H5).
    if (who && who->asks_factor && made_by_holder(token) && !made_with_factor(store_, *row->holder, makings)) {
        caller.second_factor = false;
        caller.reaches = Reaches{};
    }
    return caller;
}

std::optional<Caller> Access::again(const Caller& caller) {
    storage::Store::Reading reading(store_);
    auto& rows = store_.credentials();
    // Looked up by its secret as at the door, so that a row which somebody put back by hand opens nothing here either.
    if (caller.credential.starts_with(by_token)) {
        const auto row = rows.token(caller.credential.substr(by_token.size()));
        return opens(row ? rows.token_of(row->secret) : row);
    }
    if (!caller.actor.person) return caller;  // the operator at the socket
    for (const auto& row : rows.sessions(*caller.actor.person)) {
        if (credential_of(row) != caller.credential) continue;
        const auto session = opens(rows.session_of(row.secret));
        return session ? std::optional(session->caller) : std::nullopt;
    }
    return std::nullopt;
}

std::optional<Caller> Access::correspondent(const PersonId& person) {
    auto who = who_is(store_, rules_, person, clock_.now());
    if (!who) return std::nullopt;
    who->caller.credential = "mail";
    return std::move(who->caller);
}

void Access::note_use(std::string_view token_id) {
    const auto row = store_.credentials().token(token_id);
    const Instant now = clock_.now();
    if (!row || (row->last_used && now - *row->last_used < use_grain)) return;
    storage::Store::Transaction transaction(store_);
    store_.credentials().use_token(token_id, now);
    transaction.commit();
}

Caller Access::local_operator(std::string_view user) {
    Caller caller;
    caller.actor = {fmt::format("operator {}", user), std::nullopt};
    caller.credential = "socket";
    caller.reaches = operator_reaches();
    return caller;
}

}  // namespace caveat::access

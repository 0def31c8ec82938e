// Sessions of the pages and the second factor: what a cookie opens now, and the codes of RFC 6238 that some roles need on top of it.
#include "caveat/access/access.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/vault/totp.hpp"
#include "secrets.hpp"
#include "who.hpp"

namespace caveat::access {
namespace {

constexpr int most_wrong_codes = 5;
constexpr std::chrono::minutes seen_grain{1};

std::string sealed_for(const PersonId& person) { return "second factor " + person.value; }

// One that began in the future is over: the clock stood ahead then, and the session would be good until there.
Instant end_of(const storage::SessionRow& row, const Settings& settings, Instant now) {
    if (now + clock_slack < row.began) return now;
    return std::min<Instant>(row.expires, row.seen + settings.session_idle);
}

std::optional<storage::SessionRow> live(storage::Store& store, const policy::Rulebook& rules, const Settings& settings, const Digest& hash,
                                        Instant now) {
    auto row = store.credentials().session_of(hash);
    if (row && now < end_of(*row, settings, now) && who_is(store, rules, row->person, now)) return row;
    return std::nullopt;
}

tl::unexpected<Error> signed_out() { return fail(errc::denied, "there is no such session; sign in again"); }

void end(storage::Store& store, const storage::SessionRow& row, const community::Actor& by, std::string_view why, Instant now) {
    store.credentials().end_session(row.id);
    auto detail = Detail().add("session", row.id).add("why", why);
    store.journal().append(now, by.name, "session.ended", row.person.value, community::add_maker(detail, by).text());
}

constexpr std::string_view wrong_code = "session.wrong_code";
constexpr std::string_view right_code = "session.right_code";  // after wrong ones

// Since the last right one, as the journal has it: a row of before, put back with its seal, gives no more tries.
int wrong_codes_on_record(storage::Store& store, const storage::SessionRow& session, const std::string& about) {
    int wrong = 0;
    store.journal().each({.from = 1, .limit = -1, .act = "session.", .subject = session.person.value}, [&](const storage::Entry& entry) {
        if (entry.detail != about) return;
        if (entry.act == wrong_code) ++wrong;
        if (entry.act == right_code) wrong = 0;
    });
    return wrong;
}

// A correct code is recorded so that it is not taken twice, a wrong one so that it is counted. The caller commits in both cases.
Result<void> take(storage::Store& store, const vault::Vault& vault, storage::SessionRow session, storage::FactorRow factor,
                  std::string_view code, Instant now) {
    auto& rows = store.credentials();
    const auto actor = "person " + session.person.value;
    const auto about = Detail().add("session", session.id).text();
    const auto before = std::max(session.wrong_codes, wrong_codes_on_record(store, session, about));
    const auto secret = vault.open(factor.secret, sealed_for(factor.person));
    if (!secret) throw storage::Broken(fmt::format("the second factor of {}: {}", factor.person, secret.error().detail));
    if (const auto step = vault::totp_step(*secret, code, now, factor.step)) {
        factor.step = *step;
        factor.confirmed = true;
        rows.put(factor);
        session.code_shown = true;
        session.wrong_codes = 0;
        rows.put(session);
        if (before > 0) store.journal().append(now, actor, right_code, session.person.value, about);
        return {};
    }
    session.wrong_codes = before + 1;
    if (session.wrong_codes < most_wrong_codes) {
        rows.put(session);
        store.journal().append(now, actor, wrong_code, session.person.value, about);
        return fail(errc::denied, "not the code of this moment; wait for the next one");
    }
    end(store, session, {actor, session.person}, "wrong codes", now);
    return fail(errc::denied, "the {}th wrong code ended the session; sign in again", most_wrong_codes);
}

}  // namespace

std::string credential_of(const storage::SessionRow& row) { return fmt::format("session {}", row.id); }

bool Access::is_ours(std::string_view cookie) const { return is_marked(vault_, cookie); }

std::optional<Session> Access::session(std::string_view cookie) {
    // Nobody learns from this how the database stands: it takes the key, not a row.
    if (!is_ours(cookie)) return std::nullopt;
    const auto hash = hashed(vault_, Use::session, cookie);
    storage::Store::Reading reading(store_);
    return opens(store_.credentials().session_of(hash));
}

std::optional<Session> Access::opens(const std::optional<storage::SessionRow>& row) {
    const Instant now = clock_.now();
    // The same look-ups and hashes where there is no session.
    const auto id = row ? row->person : PersonId{};
    auto who = who_is(store_, rules_, id, now);
    const auto factor = store_.credentials().factor(id);
    const auto credential = credential_of(row.value_or(storage::SessionRow{}));
    auto csrf = csrf_mark(vault_, credential, id.value);
    if (!row || !who || end_of(*row, settings_, now) <= now) return std::nullopt;

    Session session{std::move(who->caller), std::move(csrf), false, false, end_of(*row, settings_, now)};
    const bool enrolled = factor && factor->confirmed;
    session.needs_code = enrolled && !row->code_shown;
    session.must_enrol = who->asks_factor && !enrolled;
    session.caller.credential = credential;
    session.caller.second_factor = !session.needs_code && !session.must_enrol;
    if (!session.caller.second_factor) session.caller.reaches = Reaches{};
    return session;
}

void Access::note_use_of_session(std::string_view cookie) {
    const auto hash = hashed(vault_, Use::session, cookie);
    const Instant now = clock_.now();
    const auto seen = live(store_, rules_, settings_, hash, now);
    if (!seen || now - seen->seen < seen_grain) return;
    storage::Store::Transaction transaction(store_);
    auto row = live(store_, rules_, settings_, hash, now);  // it may have ended, or counted a wrong code, meanwhile
    if (!row) return;
    row->seen = now;
    store_.credentials().put(*row);
    transaction.commit();
}

bool Access::csrf_holds(const Session& session, std::string_view given) const {
    const auto& person = session.caller.actor.person;
    return person && same(csrf_mark(vault_, session.caller.credential, person->value), given);
}

void Access::sign_out(std::string_view cookie) {
    const auto hash = hashed(vault_, Use::session, cookie);
    storage::Store::Transaction transaction(store_);
    const auto row = store_.credentials().session_of(hash);
    if (!row) return;
    end(store_, *row, {"person " + row->person.value, row->person}, "signed out", clock_.now());
    transaction.commit();
}

Result<void> Access::show_code(std::string_view cookie, std::string_view code) {
    const auto hash = hashed(vault_, Use::session, cookie);
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto row = live(store_, rules_, settings_, hash, now);
    if (!row) return signed_out();
    const auto factor = store_.credentials().factor(row->person);
    if (!factor || !factor->confirmed) return fail(errc::conflict, "no second factor is enrolled; enrol one first");
    const auto taken = take(store_, vault_, *row, *factor, code, now);
    transaction.commit();
    return taken;
}

Result<std::string> Access::enrol(std::string_view cookie) {
    const auto hash = hashed(vault_, Use::session, cookie);
    storage::Store::Transaction transaction(store_);
    const auto row = live(store_, rules_, settings_, hash, clock_.now());
    if (!row) return signed_out();
    const auto factor = store_.credentials().factor(row->person);
    // A stolen session must not be enough to replace its owner's telephone by the thief's.
    if (factor && factor->confirmed) {
        return fail(errc::conflict, "a second factor is enrolled; the operator or the secretariat can have it forgotten");
    }
    const auto secret = vault::new_totp_secret();
    store_.credentials().put(storage::FactorRow{row->person, vault_.seal(secret, sealed_for(row->person)), false, 0});
    transaction.commit();
    return vault::totp_text(secret);
}

Result<void> Access::confirm(std::string_view cookie, std::string_view code) {
    const auto hash = hashed(vault_, Use::session, cookie);
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto row = live(store_, rules_, settings_, hash, now);
    if (!row) return signed_out();
    const auto factor = store_.credentials().factor(row->person);
    if (!factor || factor->confirmed) return fail(errc::conflict, "nothing waits to be confirmed; enrol a second factor first");
    const auto taken = take(store_, vault_, *row, *factor, code, now);
    if (taken) {
        store_.journal().append(now, "person " + row->person.value, "factor.enrolled", row->person.value,
                                Detail().add("session", row->id).text());
    }
    transaction.commit();
    return taken;
}

Result<void> Access::forget_factor(const Caller& by, const PersonId& person) {
    if (!by.second_factor || by.reach({Noun::tokens, Kind::write}) != Reach::all) {
        return fail(errc::denied, "a second factor is forgotten by the operator or the secretariat");
    }
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (!store_.credentials().remove_factor(person)) return fail(errc::not_found, "this person has no second factor");
    // The sessions it opened end with it.
    for (const auto& row : store_.credentials().sessions(person)) end(store_, row, by.actor, "second factor forgotten", now);
    Detail detail;
    store_.journal().append(now, by.actor.name, "factor.forgotten", person.value, community::add_maker(detail, by.actor).text());
    transaction.commit();
    return {};
}

std::vector<std::string> Access::unreadable_factors() {
    std::vector<std::string> all;
    for (const auto& factor : store_.credentials().factors()) {
        if (!vault_.open(factor.secret, sealed_for(factor.person)))
            all.push_back(fmt::format("the second factor of {} does not open: it was changed; forget it and enrol again", factor.person));
    }
    return all;
}

}  // namespace caveat::access

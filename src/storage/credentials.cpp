#include "caveat/storage/credentials.hpp"

#include <algorithm>

#include "connection.hpp"
#include "statement.hpp"
#include "used_up.hpp"

namespace caveat::storage {
namespace {

Blob blob(const Digest& digest) { return {{reinterpret_cast<const char*>(digest.data()), digest.size()}}; }

Digest digest_in(const Rows& rows, int column) {
    const auto bytes = rows.text(column);
    Digest digest;
    if (bytes.size() != digest.size()) throw Broken("a keyed hash has the wrong length");
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

TokenRow token_from(const Rows& rows) {
    TokenRow t;
    t.id = rows.text(0);
    t.secret = digest_in(rows, 1);
    t.name = rows.text(2);
    if (!rows.null(3)) t.holder = PersonId{rows.text(3)};
    t.rights = rows.text(4);
    t.lists = rows.text(5);
    t.created_by = rows.text(6);
    t.created = rows.at(7);
    t.expires = rows.at(8);
    t.revoked = rows.maybe_at(9);
    t.last_used = rows.maybe_at(10);
    return t;
}

SessionRow session_from(const Rows& rows) {
    return {rows.number(0), digest_in(rows, 1), PersonId{rows.text(2)}, rows.at(3), rows.at(4), rows.at(5), rows.flag(6), rows.small(7)};
}

}  // namespace

struct Credentials::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    // What opens something is found only if it holds, and was not used or ended before.
    std::string token_of_sql =
        fmt::format("SELECT * FROM token_row WHERE id = (SELECT id FROM token WHERE secret = ?1 AND {})", row_holds("token"));
    std::string link_sql = fmt::format("SELECT person, expires FROM sign_in_link WHERE secret = ?1 AND {} AND {}",
                                       row_holds("sign_in_link"), not_used_up);
    std::string challenge_sql =
        fmt::format("SELECT person, list, key, bytes, expires FROM challenge WHERE secret = ?1 AND {} AND {}", row_holds("challenge"),
                    not_used_up);
    std::string session_sql =
        fmt::format("SELECT id, secret, person, began, expires, seen, code_shown, wrong_codes FROM session WHERE secret = ?1 "
                    "AND {} AND {}",
                    row_holds("session"), not_used_up);
    std::string factor_sql =
        fmt::format("SELECT key, bytes, confirmed, step, {} FROM second_factor WHERE person = ?1", row_holds("second_factor"));

    Statement put_token{c, R"sql(
INSERT INTO token (id, secret, name, holder, rights, lists, created_by, created, expires, revoked)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO UPDATE SET revoked = ?10)sql"};
    Statement token{c, "SELECT * FROM token_row WHERE id = ?1"};
    Statement token_of{c, token_of_sql.c_str()};
    Statement tokens{c, "SELECT * FROM token_row ORDER BY created, id"};
    Statement use_token{c, "INSERT INTO token_use (token, at) VALUES (?1, ?2) ON CONFLICT (token) DO UPDATE SET at = ?2"};

    Statement put_link{c, "INSERT INTO sign_in_link (secret, person, expires) VALUES (?1, ?2, ?3)"};
    Statement link{c, link_sql.c_str()};
    Statement use_up_link{c, R"sql(
INSERT OR IGNORE INTO used_signature (digest, first_seen, kind)
SELECT hex(secret), expires, 'used up' FROM sign_in_link WHERE secret = ?1)sql"};
    Statement take_link{c, "DELETE FROM sign_in_link WHERE secret = ?1"};
    Statement put_challenge{c, "INSERT INTO challenge (secret, person, list, key, bytes, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"};
    Statement challenge{c, challenge_sql.c_str()};
    Statement use_up_challenge{c, R"sql(
INSERT OR IGNORE INTO used_signature (digest, first_seen, kind)
SELECT hex(secret), expires, 'used up' FROM challenge WHERE secret = ?1)sql"};
    Statement take_challenge{c, "DELETE FROM challenge WHERE secret = ?1"};
    Statement note_ask{c, "INSERT INTO link_ask (address, at) VALUES (?1, ?2)"};
    Statement asks{c, "SELECT count(*) FROM link_ask WHERE address = ?1 AND at >= ?2 AND at <= ?3"};

    Statement add_session{c, R"sql(
INSERT INTO session (secret, person, began, expires, seen, code_shown, wrong_codes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
RETURNING id)sql"};
    Statement change_session{c, "UPDATE session SET seen = ?2, code_shown = ?3, wrong_codes = ?4 WHERE id = ?1"};
    Statement session{c, session_sql.c_str()};
    Statement sessions{c, R"sql(
SELECT id, secret, person, began, expires, seen, code_shown, wrong_codes FROM session WHERE person = ?1 ORDER BY id)sql"};
    Statement use_up_session{c, R"sql(
INSERT OR IGNORE INTO used_signature (digest, first_seen, kind)
SELECT hex(secret), expires, 'used up' FROM session WHERE id = ?1)sql"};
    Statement end_session{c, "DELETE FROM session WHERE id = ?1"};

    Statement put_factor{c, R"sql(
INSERT INTO second_factor (person, key, bytes, confirmed, step) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (person) DO UPDATE SET key = ?2, bytes = ?3, confirmed = ?4, step = ?5)sql"};
    Statement factor{c, factor_sql.c_str()};
    Statement factors{c, "SELECT key, bytes, confirmed, step, person FROM second_factor ORDER BY person"};
    Statement remove_factor{c, "DELETE FROM second_factor WHERE person = ?1"};

    Statement put_reply{c, "INSERT INTO reply (caller, key, fingerprint, status, headers, body, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    Statement reply{c, "SELECT fingerprint, status, headers, body, at FROM reply WHERE caller = ?1 AND key = ?2"};
    Statement forget_replies{c, "DELETE FROM reply WHERE at < ?1"};

    Statement forget_links{c, "DELETE FROM sign_in_link WHERE expires <= ?1"};
    Statement forget_challenges{c, "DELETE FROM challenge WHERE expires <= ?1"};
    Statement forget_sessions{c, "DELETE FROM session WHERE expires <= ?1"};
    Statement forget_asks{c, "DELETE FROM link_ask WHERE at < ?1"};
};

Credentials::Credentials(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Credentials::~Credentials() = default;

void Credentials::put(const TokenRow& t) {
    s_->put_token.run(t.id, blob(t.secret), t.name, t.holder, t.rights, t.lists, t.created_by, t.created, t.expires, t.revoked);
}

std::optional<TokenRow> Credentials::token(std::string_view id) {
    auto rows = s_->token.select(id);
    return rows.next() ? std::optional{token_from(rows)} : std::nullopt;
}

std::optional<TokenRow> Credentials::token_of(const Digest& secret) {
    auto rows = s_->token_of.select(blob(secret));
    return rows.next() ? std::optional{token_from(rows)} : std::nullopt;
}

std::vector<TokenRow> Credentials::tokens() {
    std::vector<TokenRow> all;
    auto rows = s_->tokens.select();
    while (rows.next()) all.push_back(token_from(rows));
    return all;
}

void Credentials::use_token(std::string_view id, Instant at) { s_->use_token.run(id, at); }

void Credentials::put(const LinkRow& link) { s_->put_link.run(blob(link.secret), link.person, link.expires); }

std::optional<LinkRow> Credentials::take_link(const Digest& secret) {
    std::optional<LinkRow> found;
    {
        auto rows = s_->link.select(blob(secret));
        if (rows.next()) found = LinkRow{secret, PersonId{rows.text(0)}, rows.at(1)};
    }
    if (found) s_->use_up_link.run(blob(secret));
    s_->take_link.run(blob(secret));
    return found;
}

void Credentials::note_ask(const Digest& address, Instant at) { s_->note_ask.run(blob(address), at); }

int Credentials::asks(const Digest& address, Instant since, Instant now) {
    auto rows = s_->asks.select(blob(address), since, now);
    return rows.next() ? rows.small(0) : 0;
}

void Credentials::put(const ChallengeRow& c) {
    s_->put_challenge.run(blob(c.secret), c.person, c.list, Blob{c.commands.key}, Blob{c.commands.bytes}, c.expires);
}

std::optional<ChallengeRow> Credentials::take_challenge(const Digest& secret) {
    std::optional<ChallengeRow> found;
    {
        auto rows = s_->challenge.select(blob(secret));
        if (rows.next())
            found = ChallengeRow{secret, PersonId{rows.text(0)}, ListId{rows.text(1)}, {rows.text(2), rows.text(3)}, rows.at(4)};
    }
    if (found) s_->use_up_challenge.run(blob(secret));
    s_->take_challenge.run(blob(secret));
    return found;
}

std::int64_t Credentials::put(const SessionRow& s) {
    if (s.id == 0) {
        auto rows = s_->add_session.select(blob(s.secret), s.person, s.began, s.expires, s.seen, s.code_shown, s.wrong_codes);
        if (!rows.next()) throw Broken("a session was not kept");
        return rows.number(0);
    }
    if (s_->change_session.run(s.id, s.seen, s.code_shown, s.wrong_codes) != 1) throw Broken(fmt::format("no session {}", s.id));
    return s.id;
}

std::optional<SessionRow> Credentials::session_of(const Digest& secret) {
    auto rows = s_->session.select(blob(secret));
    return rows.next() ? std::optional{session_from(rows)} : std::nullopt;
}

std::vector<SessionRow> Credentials::sessions(const PersonId& person) {
    std::vector<SessionRow> all;
    auto rows = s_->sessions.select(person);
    while (rows.next()) all.push_back(session_from(rows));
    return all;
}

void Credentials::end_session(std::int64_t id) {
    s_->use_up_session.run(id);
    s_->end_session.run(id);
}

void Credentials::put(const FactorRow& f) { s_->put_factor.run(f.person, Blob{f.secret.key}, Blob{f.secret.bytes}, f.confirmed, f.step); }

std::optional<FactorRow> Credentials::factor(const PersonId& person) {
    auto rows = s_->factor.select(person);
    if (!rows.next()) return std::nullopt;
    // Not none, which would let a session in without a code: one that no code opens.
    if (!rows.flag(4)) return FactorRow{person, {}, true, 0};
    return FactorRow{person, {rows.text(0), rows.text(1)}, rows.flag(2), rows.number(3)};
}

std::vector<FactorRow> Credentials::factors() {
    std::vector<FactorRow> all;
    auto rows = s_->factors.select();
    while (rows.next()) all.push_back({PersonId(rows.text(4)), {rows.text(0), rows.text(1)}, rows.flag(2), rows.number(3)});
    return all;
}

bool Credentials::remove_factor(const PersonId& person) { return s_->remove_factor.run(person) > 0; }

void Credentials::put(const StoredReply& r) {
    s_->put_reply.run(r.caller, r.key, blob(r.fingerprint), r.status, Blob{r.headers}, Blob{r.body}, r.at);
}

std::optional<StoredReply> Credentials::find(std::string_view caller, std::string_view key) {
    auto rows = s_->reply.select(caller, key);
    if (!rows.next()) return std::nullopt;
    return StoredReply{std::string(caller), std::string(key), digest_in(rows, 0), rows.small(1), rows.text(2), rows.text(3), rows.at(4)};
}

int Credentials::forget_older_than(Instant at) { return s_->forget_replies.run(at); }

void Credentials::forget_ended(Instant now, Instant asked_before) {
    s_->forget_links.run(now);
    s_->forget_challenges.run(now);
    s_->forget_sessions.run(now);
    s_->forget_asks.run(asked_before);
}

}  // namespace caveat::storage

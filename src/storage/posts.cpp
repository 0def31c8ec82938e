#include "caveat/storage/posts.hpp"

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <utility>

#include "connection.hpp"
#include "import_words.hpp"
#include "statement.hpp"
#include "used_up.hpp"

namespace caveat::storage {
namespace {

// Reasons rest as lines of one text, each a code, a tab and words.
std::string joined(const std::vector<community::Reason>& reasons) {
    std::string text;
    for (const auto& reason : reasons) {
        auto words = reason.words;
        std::replace(words.begin(), words.end(), '\n', ' ');
        text += fmt::format("{}\t{}\n", community::name(reason.code), words);
    }
    return text;
}

std::vector<community::Reason> reasons_of(std::string_view text) {
    std::vector<community::Reason> reasons;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        const auto line = text.substr(0, end);
        const auto tab = line.find('\t');
        reasons.push_back(
            community::reason_from(line.substr(0, std::min(tab, line.size())), tab < line.size() ? line.substr(tab + 1) : ""));
        text.remove_prefix(end + 1);
    }
    return reasons;
}

// The ids of lists are short names: nothing in them needs escaping.
std::string json_of(const std::vector<ListId>& lists) {
    std::string json = "[";
    for (const auto& list : lists) json += (json.size() > 1 ? ",\"" : "\"") + list.value + '"';
    return json + "]";
}

// The columns of the view post_row, and whether its seal holds.
const std::string& select_post() {
    static const auto sql = fmt::format("SELECT *, {} FROM post_row", row_holds("post"));
    return sql;
}

// Of a row of post_row; SQLite tells the length without reading the bytes.
constexpr std::string_view body_size =
    "coalesce((SELECT length(b.bytes) FROM body b WHERE b.post = (SELECT p.body FROM post p WHERE p.key = post_row.key)), 0)";

Post post_from(const Rows& rows) {
    Post post;
    post.key = rows.number(0);
    post.id = PostId(rows.text(1));
    post.kind = rows.as<PostKind>(2);
    post.state = rows.as<PostState>(3);
    post.list = ListId(rows.text(4));
    post.mail_from = rows.text(5);
    post.rcpt_to = rows.text(6);
    post.from = rows.text(7);
    if (!rows.null(8)) post.sender = PersonId(rows.text(8));
    post.team = TeamId(rows.text(9));
    post.message_id = rows.text(10);
    post.received = rows.at(11);
    post.decided = rows.at(12);
    post.strength = rows.as<community::Strength>(13);
    post.label = rows.maybe<community::Tlp>(14);
    post.because = reasons_of(rows.text(15));
    post.rules = rows.text(16);
    post.released_by = rows.text(17);
    post.conflict_note = rows.text(18);
    post.red_to_roster = rows.flag(19);
    post.deliveries = rows.small(20);
    post.open = rows.small(21);
    post.sealed_as = PostId(rows.text(22));
    post.target = rows.as<Target>(23);
    post.purpose = rows.maybe<Purpose>(24);
    post.caveats = community::caveats_from(rows.text(27));
    post.forged = !rows.flag(28);
    return post;
}

constexpr std::int64_t numbers_near = 1'000'000;

std::optional<Post> one(Rows rows) { return rows.next() ? std::optional{post_from(rows)} : std::nullopt; }

}  // namespace

std::vector<community::Reason> reason_of_import() { return {{community::Code::none, std::string(import_words)}}; }

bool is_imported(const std::vector<community::Reason>& because) {
    return because.size() == 1 && because[0].code == community::Code::none && because[0].words == import_words;
}

struct Posts::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    std::string get_sql = select_post() + " WHERE key = ?1";
    std::string find_sql = select_post() + " WHERE id = ?1";
    std::string spooled_sql = fmt::format(
        "SELECT *, {0}, {1} FROM post_row WHERE state = 0 AND target < 7 AND key > ?1 AND ({1} <= ?2 OR sealed_as = ?3) AND {0} "
        "ORDER BY key LIMIT ?4",
        row_holds("post"), body_size);
    std::string big_sql = fmt::format(
        "SELECT key FROM post_row WHERE state = 0 AND target < 7 AND {0} > ?1 "
        "ORDER BY strength < ?3 AND released_by = '', {0} > ?2, key",
        body_size);
    std::string requests_sql = fmt::format(
        "{} WHERE state = 0 AND target BETWEEN 7 AND 9 AND key > ?1 AND (?3 IS NULL OR (strength >= 2) = ?3) "
        "AND {} ORDER BY key LIMIT ?2",
        select_post(), row_holds("post"));
    // A Message-ID is of a post or two. With a plus SQLite leaves the other conditions out when it chooses an index: else it takes the one
    // of kind and state, reads every post that was distributed, and is spared to sort the two.
    std::string spooled_parent_sql = fmt::format(
        "SELECT key, list FROM post WHERE message_id = ?1 AND +state = 0 AND +kind = 0 AND target IN (1, 2) AND +key < ?2 "
        "AND strength >= min(2, coalesce((SELECT authentication FROM list WHERE list.id = post.list), 2)) AND {} ORDER BY key",
        row_holds("post"));
    std::string namesakes_sql = fmt::format(
        "SELECT key, list, label, team, caveats, {} FROM post WHERE message_id = ?1 AND +kind = 0 AND (+state = 1 OR +state = 2 "
        "AND target IN (1, 2) "
        "AND label IS NOT NULL AND strength >= min(2, coalesce((SELECT authentication FROM list WHERE list.id = post.list), 2))) "
        "ORDER BY state, key",
        row_holds("post"));
    // The posts of one submission are received together: their keys follow each other, at most as many as it may have recipients.
    std::string at_rest_sql = select_post() + R"sql( WHERE key <> ?1 AND key IN (
    SELECT other.key FROM post p JOIN post first ON first.id = p.sealed_as JOIN post other
        ON other.key BETWEEN first.key AND first.key + 10000 AND other.sealed_as = p.sealed_as
    WHERE p.key = ?1 AND (other.body IS NOT NULL OR ?2 AND other.key IN (SELECT post FROM opened))) ORDER BY key)sql";
    std::string beside_sql = select_post() + R"sql( WHERE state = 0 AND key <> ?1
    AND key IN (SELECT key FROM post WHERE body = (SELECT body FROM post WHERE key = ?1) AND body <> key) ORDER BY key)sql";

    // The key that SQLite would give it, so that its own body stands in the row from the beginning: the row is sealed once.
    // Of the numbers that are in use without a seal, or that SQLite notes as given, those count that lie near: by one that somebody wrote,
    // far above, the keys of copies (delivery_statements.hpp) would run over into those of other posts.
    std::string add_sql = fmt::format(R"sql(
INSERT INTO post (key, id, kind, state, list, mail_from, rcpt_to, header_from, sender, team, message_id, received, decided, strength, label,
    because, rules, released_by, conflict_note, red_to_roster, sealed_as, target, purpose, caveats, body)
SELECT fresh, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
    coalesce(?24, fresh)
FROM (SELECT 1 + max(sealed,
    coalesce((SELECT key FROM post WHERE key <= sealed + {1} ORDER BY key DESC LIMIT 1), 0),
    coalesce((SELECT key >> 32 FROM delivery WHERE key < (sealed + {1} + 1) << 32 ORDER BY key DESC LIMIT 1), 0),
    coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = 'post' AND typeof(seq) = 'integer' AND seq <= sealed + {1}), 0)) AS fresh
    FROM (SELECT coalesce((SELECT key FROM post WHERE {0} ORDER BY key DESC LIMIT 1), 0) AS sealed)))sql",
                                      row_holds("post"), numbers_near);
    Statement add{c, add_sql.c_str()};
    Statement update{c, R"sql(
UPDATE post SET state = ?2, list = ?3, mail_from = ?4, rcpt_to = ?5, header_from = ?6, sender = ?7, team = ?8, message_id = ?9,
    decided = ?10, strength = ?11, label = ?12, because = ?13, rules = ?14, released_by = ?15, conflict_note = ?16, red_to_roster = ?17,
    caveats = ?18
WHERE key = ?1)sql"};
    Statement get{c, get_sql.c_str()};
    Statement find{c, find_sql.c_str()};
    Statement spooled{c, spooled_sql.c_str()};
    Statement big{c, big_sql.c_str()};
    Statement requests{c, requests_sql.c_str()};
    Statement spooled_parent{c, spooled_parent_sql.c_str()};
    Statement count{c, "SELECT count(*) FROM post WHERE state = ?1"};
    Statement namesakes{c, namesakes_sql.c_str()};
    Statement waiting{c, R"sql(
SELECT sender, sent_again, sum(posts), sum(bytes) FROM (
    SELECT p.sender, substr(p.because, 1, instr(p.because, char(9)) - 1) IN ('replayed', 'authentication') AS sent_again,
        count(*) AS posts, coalesce(max(length(b.bytes)), 0) AS bytes
    FROM post p LEFT JOIN body b ON b.post = p.body
    WHERE p.state = 2 AND p.kind = 0 AND p.target <> 5
        AND (p.strength >= 2 OR substr(p.because, 1, 15) <> 'authentication' || char(9))
    GROUP BY p.sender, sent_again, coalesce(p.body, -p.key))
GROUP BY sender, sent_again)sql"};
    // Keys grow in the order of receipt: only what is younger is looked at. What was given up (dropped, because of its authentication)
    // counts no more.
    Statement claims{c, R"sql(
SELECT p.sealed_as, max(p.sender), max(p.received), max(coalesce(length(b.bytes), 0)), max(p.strength)
FROM post p LEFT JOIN body b ON b.post = p.body
WHERE p.key > coalesce((SELECT key FROM post WHERE received < ?1 ORDER BY key DESC LIMIT 1), 0) AND +p.kind = 0 AND p.released_by = ''
    AND (p.target = 5 AND p.state = 2 OR p.sender IS NOT NULL AND p.strength < 2
        AND substr(p.because, 1, instr(p.because, char(9)) - 1) IN ('authentication', 'unknown_list', 'discarded'))
GROUP BY p.sealed_as HAVING NOT max(p.state = 4 AND substr(p.because, 1, 15) = 'authentication' || char(9)) ORDER BY max(p.key) DESC)sql"};
    Statement beside{c, beside_sql.c_str()};
    Statement at_rest{c, at_rest_sql.c_str()};
    Statement name{c, "INSERT OR IGNORE INTO named (post, person) VALUES (?1, ?2)"};
    Statement put_body{c, "INSERT INTO body (post, key, bytes) VALUES (?1, ?2, ?3)"};
    Statement body{c, "SELECT b.key, b.bytes, b.post FROM post p JOIN body b ON b.post = p.body WHERE p.key = ?1"};
    Statement bytes_at_rest{c, R"sql(
SELECT coalesce((SELECT length(b.bytes) FROM body b WHERE b.post = p.body), (SELECT length(o.bytes) FROM opened o WHERE o.post = p.key), 0)
FROM post p WHERE p.key = ?1)sql"};
    Statement put_opened{c,
                         "INSERT INTO opened (post, key, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (post) DO UPDATE SET key = ?2, bytes = ?3"};
    Statement opened{c, "SELECT key, bytes FROM opened WHERE post = ?1"};
    Statement forget_opened{c, "DELETE FROM opened WHERE post = ?1"};
    Statement signature_used{c, "SELECT kind FROM used_signature WHERE digest = ?1"};
    Statement use_signature{c, "INSERT OR IGNORE INTO used_signature (digest, first_seen, kind) VALUES (?1, ?2, ?3)"};
    Statement any_signature{c, "SELECT 1 FROM used_signature WHERE kind <> ?1 LIMIT 1"};
    Statement let_go{c, "UPDATE post SET body = NULL WHERE key = ?1"};
    Statement forget{c, R"sql(
DELETE FROM body WHERE post = ?1 AND NOT EXISTS (SELECT 1 FROM post WHERE key = ?1 AND body = ?1)
    AND NOT EXISTS (SELECT 1 FROM post WHERE body = ?1 AND body <> key))sql"};

    // By their text: few combinations of conditions are asked for, and to prepare one takes ten times as long as to run it.
    std::unordered_map<std::string, std::unique_ptr<Statement>> selects;
    Statement& selecting(const std::string& sql) {
        const auto [kept, fresh] = selects.try_emplace(sql);
        if (fresh) kept->second = std::make_unique<Statement>(c, kept->first.c_str());
        return *kept->second;
    }

    PostKey insert(const Post& p, std::optional<PostKey> same_body_as) {
        add.run(p.id, p.kind, p.state, p.list, p.mail_from, p.rcpt_to, p.from, p.sender, p.team, p.message_id, p.received, p.decided,
                p.strength, p.label, joined(p.because), p.rules, p.released_by, p.conflict_note, p.red_to_roster,
                p.sealed_as.empty() ? p.id : p.sealed_as, p.target, p.purpose, community::to_text(p.caveats), same_body_as);
        return c.db.getLastInsertRowid();
    }
};

Posts::Posts(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Posts::~Posts() = default;

PostKey Posts::add(const Post& post, const Sealed& body) {
    const PostKey key = s_->insert(post, std::nullopt);
    s_->put_body.run(key, Blob{body.key}, Blob{body.bytes});
    return key;
}

PostKey Posts::add(const Post& post, PostKey same_body_as) { return s_->insert(post, same_body_as); }

void Posts::update(const Post& p) {
    const int changed =
        s_->update.run(p.key, p.state, p.list, p.mail_from, p.rcpt_to, p.from, p.sender, p.team, p.message_id, p.decided, p.strength,
                       p.label, joined(p.because), p.rules, p.released_by, p.conflict_note, p.red_to_roster, community::to_text(p.caveats));
    if (changed != 1) throw Broken(fmt::format("no post with key {}", p.key));
}

std::optional<Post> Posts::get(PostKey key) { return one(s_->get.select(key)); }
std::optional<Post> Posts::find(const PostId& id) { return one(s_->find.select(id)); }
std::optional<Post> Posts::next_big(std::uint64_t largest, const std::function<bool(PostKey)>& waits) {
    constexpr std::int64_t read_soon = 2 << 20;  // bytes
    std::vector<PostKey> keys;
    for (auto rows = s_->big.select(static_cast<std::int64_t>(largest), read_soon, community::Strength::dmarc); rows.next();) keys.push_back(rows.number(0));
    for (const auto key : keys) {
        if (waits && waits(key)) continue;
        if (auto post = get(key); post && !post->forged) return post;
    }
    return std::nullopt;
}

std::vector<Posts::Spooled> Posts::spooled(PostKey after, std::uint64_t largest, const PostId& or_body, std::size_t most) {
    std::vector<Spooled> posts;
    auto rows = s_->spooled.select(after, static_cast<std::int64_t>(largest), or_body, static_cast<std::int64_t>(most));
    while (rows.next()) posts.push_back({post_from(rows), static_cast<std::uint64_t>(rows.number(29))});
    return posts;
}

std::vector<Post> Posts::requests(PostKey after, std::size_t most, std::optional<bool> proven) {
    std::vector<Post> posts;
    auto rows = s_->requests.select(after, static_cast<std::int64_t>(most), proven);
    while (rows.next()) posts.push_back(post_from(rows));
    return posts;
}

std::optional<PostKey> Posts::spooled_parent(std::string_view message_id, PostKey before, const Counts& counts) {
    auto rows = s_->spooled_parent.select(message_id, before);
    while (rows.next()) {
        if (!counts || counts(ListId(rows.text(1)), rows.number(0))) return rows.number(0);
    }
    return std::nullopt;
}

std::int64_t Posts::count(PostState state) {
    auto rows = s_->count.select(state);
    return rows.next() ? rows.number(0) : 0;
}

// Only the conditions that are asked for let SQLite choose their index, and beside a Message-ID no other does. Keys
// grow in the order of receipt.
std::vector<Post> Posts::select(const Filter& filter) {
    std::string sql = select_post() + " WHERE (?1 OR kind = 0)";
    const auto* other = filter.message_id ? "+" : "";
    if (filter.state) sql += fmt::format(" AND {}state = ?2", other);
    if (filter.list) sql += fmt::format(" AND {}list = ?3", other);
    if (filter.message_id) sql += " AND message_id = ?4";
    if (filter.sender) sql += fmt::format(" AND {}sender = ?5", other);
    if (filter.of_lists) sql += " AND (list IN (SELECT value FROM json_each(?6)) OR sender = ?7)";
    if (filter.before != 0) sql += fmt::format(" AND {}key < ?8", other);
    sql += " ORDER BY key DESC LIMIT ?9";  // the highest: whatever else is asked for, all nine can be bound
    auto& statement = s_->selecting(sql);
    std::vector<Post> posts;
    const auto lists = filter.of_lists ? std::optional(json_of(*filter.of_lists)) : std::nullopt;
    auto rows = statement.select(filter.notices, filter.state, filter.list, filter.message_id, filter.sender, lists, filter.or_sender,
                                 filter.before, filter.limit);
    while (rows.next()) posts.push_back(post_from(rows));
    std::reverse(posts.begin(), posts.end());
    return posts;
}

std::optional<Posts::Parent> Posts::parent(std::string_view message_id, const Counts& counts) {
    std::optional<Parent> parent;
    auto rows = s_->namesakes.select(message_id);
    while (rows.next()) {
        const bool holds = rows.flag(5);
        if (holds && counts && !counts(ListId(rows.text(1)), rows.number(0))) continue;
        const bool proven = holds && !community::caveats_from(rows.text(4)).author_unproven;
        if (!parent) parent = Parent{{}, proven ? TeamId(rows.text(3)) : TeamId{}};
        const auto label = holds ? rows.maybe<community::Tlp>(2) : community::Tlp::red;
        parent->label = std::max(parent->label, label);
    }
    return parent;
}

std::vector<Posts::Waiting> Posts::waiting() {
    std::vector<Waiting> waiting;
    auto rows = s_->waiting.select();
    while (rows.next()) {
        auto& one = waiting.emplace_back();
        if (!rows.null(0)) one.sender = PersonId(rows.text(0));
        one.sent_again = rows.number(1) != 0;
        one.posts = rows.number(2);
        one.bytes = rows.number(3);
    }
    return waiting;
}

std::vector<Posts::Claim> Posts::claims(Instant since) {
    std::vector<Claim> claims;
    auto rows = s_->claims.select(since);
    while (rows.next()) {
        auto& one = claims.emplace_back();
        one.sealed_as = PostId(rows.text(0));
        if (!rows.null(1)) one.sender = PersonId(rows.text(1));
        one.received = rows.at(2);
        one.bytes = rows.number(3);
        one.strength = static_cast<community::Strength>(rows.number(4));
    }
    return claims;
}

std::vector<Post> Posts::spooled_beside(PostKey key) {
    std::vector<Post> posts;
    auto rows = s_->beside.select(key);
    while (rows.next()) posts.push_back(post_from(rows));
    return posts;
}

std::vector<Post> Posts::at_rest_beside(PostKey key, Resting resting) {
    std::vector<Post> posts;
    auto rows = s_->at_rest.select(key, resting == Resting::anyhow);
    while (rows.next()) posts.push_back(post_from(rows));
    return posts;
}

void Posts::name_persons(PostKey post, const std::vector<PersonKey>& people) {
    for (const auto person : people) s_->name.run(post, person);
}

Sealed Posts::body(PostKey key) {
    auto rows = s_->body.select(key);
    return rows.next() ? Sealed{rows.text(0), rows.text(1)} : Sealed{};
}

std::uint64_t Posts::at_rest(PostKey key) {
    auto rows = s_->bytes_at_rest.select(key);
    return rows.next() ? static_cast<std::uint64_t>(rows.number(0)) : 0;
}

void Posts::put_opened(PostKey key, const Sealed& inside) { s_->put_opened.run(key, Blob{inside.key}, Blob{inside.bytes}); }

std::optional<Sealed> Posts::opened(PostKey key) {
    auto rows = s_->opened.select(key);
    if (!rows.next()) return std::nullopt;
    return Sealed{rows.text(0), rows.text(1)};
}

std::optional<std::string> Posts::signature_used(std::string_view digest) {
    auto rows = s_->signature_used.select(digest);
    if (rows.next()) return rows.text(0);
    auto& used = s_->c.used;
    const auto known = used ? used->known.find(std::string(digest)) : decltype(used->known.end()){};
    if (!used || known == used->known.end()) return std::nullopt;
    if (!std::exchange(used->told, true) && s_->c.options.warn)
        s_->c.options.warn("a signature that counted is missing in the database, and does not count again: run caveat journal verify");
    return known->second;
}

void Posts::use_signature(std::string_view digest, Instant now, std::string_view kind) {
    s_->use_signature.run(digest, now, kind);
    if (s_->c.used) s_->c.used->fresh.emplace_back(digest);
    ++used_here_;
}

bool Posts::any_signature_used() { return s_->any_signature.select(used_up_kind).next(); }

void Posts::forget_body(PostKey key) {
    std::optional<PostKey> body;
    {
        auto rows = s_->body.select(key);
        if (rows.next()) body = rows.number(2);
    }
    s_->forget_opened.run(key);
    if (body) {
        s_->let_go.run(key);
        s_->forget.run(*body);
    }
    s_->c.forgotten = true;
}

}  // namespace caveat::storage

#include "caveat/storage/archive.hpp"

#include <map>

#include "caveat/community/caveats.hpp"
#include "connection.hpp"
#include "endings.hpp"
#include "import_words.hpp"
#include "sealed.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

// Only where both rows hold.
std::string select_archived(std::string_view where) {
    return fmt::format(R"sql(
SELECT a.post, p.id, a.list, a.label, a.posted, p.decided, a.keep_until, a.ended, a.forgotten, p.sender, p.team, p.red_to_roster, p.caveats,
    a.key, a.bytes, p.because = char(9) || '{}' || char(10)
FROM archived a JOIN post p ON p.key = a.post WHERE {} AND {} AND {})sql",
                       import_words, where, row_holds("archived", "a."), row_holds("post", "p."));
}

ArchivedPost archived_from(const Rows& rows) {
    ArchivedPost post;
    post.post = rows.number(0);
    post.id = PostId(rows.text(1));
    post.list = ListId(rows.text(2));
    post.label = rows.as<community::Tlp>(3);
    post.posted = rows.at(4);
    post.distributed = rows.at(5);
    post.keep_until = rows.maybe_at(6);
    post.ended = rows.maybe_at(7);
    post.forgotten = rows.maybe_at(8);
    const auto caveats = community::caveats_from(rows.text(12));
    if (!rows.null(9) && !caveats.author_unproven) post.author = PersonId(rows.text(9));
    if (!caveats.author_unproven) post.team = TeamId(rows.text(10));
    post.red_to_roster = rows.flag(11);
    post.sealed_only = caveats.sealed_only;
    post.imported = rows.flag(15);
    return post;
}

}  // namespace

struct Archive::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    std::string find_sql = select_archived("p.id = ?1");
    std::string get_sql = select_archived("a.post = ?1");
    std::string of_list_sql = select_archived("a.list = ?1") + " ORDER BY a.posted, p.id";
    std::string over_sql = select_archived(R"sql(a.keep_until <= ?1 AND a.forgotten IS NULL AND NOT EXISTS
    (SELECT 1 FROM preserved k WHERE k.lifted IS NULL AND k.list = a.list AND (k.post = '' OR k.post = p.id)))sql") +
                           " ORDER BY a.keep_until LIMIT ?2";
    std::string all_sql = select_archived("true") + " ORDER BY a.posted, p.id";
    std::string named_sql = "SELECT 1 FROM named WHERE post = ?1 AND person = ?2 AND " + row_holds("named");

    Statement add{c, "INSERT INTO archived (post, list, label, posted, keep_until, key, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
    Statement forget{c, "UPDATE archived SET forgotten = ?2, key = x'', bytes = x'' WHERE post = ?1 AND forgotten IS NULL"};
    Statement relabel{c, "UPDATE archived SET label = ?2, keep_until = ?3 WHERE post = ?1 AND forgotten IS NULL"};
    Statement relabel_post{c, "UPDATE post SET label = ?2 WHERE key = ?1"};
    Statement change_register{c, "UPDATE meta SET register_version = register_version + 1"};
    Statement card{c, "SELECT key, bytes FROM archived WHERE post = ?1"};
    Statement find{c, find_sql.c_str()};
    Statement get{c, get_sql.c_str()};
    Statement over{c, over_sql.c_str()};
    Statement preserve{c, "INSERT INTO preserved (list, post, reason, actor, placed, decision) VALUES (?1, ?2, ?3, ?4, ?5, '')"};
    Statement let_go{c, "UPDATE preserved SET lifted = ?2, decision = ?3 WHERE number = ?1 AND lifted IS NULL"};
    Statement preserved{c, "SELECT number, list, post, reason, actor, placed, lifted, decision FROM preserved ORDER BY number"};
    // What the journal says was preserved, and no act that it vouches for let go: the hash it binds is keyed, so that nobody else writes a
    // `lifted` that counts, nor takes the row away. Another revision of the table (migrations.cpp) needs another line here.
    Statement placed{c, R"sql(
SELECT json_extract(e.detail, '$.number'), e.at FROM entry e
WHERE e.subject = ?1 AND e.act = 'archive.preserved' AND NOT EXISTS (
    SELECT 1 FROM preserved k JOIN entry l ON l.subject = e.subject AND l.act = 'archive.let_go'
        JOIN bound b ON b.entry = l.number AND b.table_name = 'preserved' AND b.key = row_key(k.number)
    WHERE k.number = json_extract(e.detail, '$.number') AND k.lifted IS NOT NULL
        AND b.now = row_hash('preserved', k.number, k.list, k.post, k.reason, k.actor, k.placed, k.lifted, k.decision))
ORDER BY e.number LIMIT 1)sql"};
    Statement of_list{c, of_list_sql.c_str()};
    Statement all{c, all_sql.c_str()};
    Statement named{c, named_sql.c_str()};
};

Archive::Archive(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
Archive::~Archive() = default;

void Archive::add(const Entry& entry, const Sealed& card) {
    s_->add.run(entry.post, entry.list, entry.label, entry.posted, entry.keep_until, Blob{card.key}, Blob{card.bytes});
}

void Archive::forget(PostKey post, Instant now) {
    s_->forget.run(post, now);
    s_->change_register.run();
    s_->c.forgotten = true;
}

std::string Archive::relabel(PostKey post, community::Tlp label, std::optional<Instant> keep_until) {
    Endings endings(s_->c);
    const bool held = endings.holds_for(post);
    if (s_->relabel.run(post, label, keep_until) != 1) throw Broken(fmt::format("no post with key {} in the archive", post));
    s_->relabel_post.run(post, label);
    s_->change_register.run();
    return held ? endings.of(post) : std::string();
}

std::optional<ArchivedPost> Archive::find(const PostId& id) {
    auto rows = s_->find.select(id);
    return rows.next() ? std::optional{archived_from(rows)} : std::nullopt;
}

std::optional<Archive::Shelved> Archive::get(PostKey post) {
    auto rows = s_->get.select(post);
    if (!rows.next()) return std::nullopt;
    return Shelved{archived_from(rows), {rows.text(13), rows.text(14)}};
}

void Archive::each(const std::optional<ListId>& list, const std::function<bool(ArchivedPost, Sealed card)>& visit) {
    auto rows = list ? s_->of_list.select(*list) : s_->all.select();
    while (rows.next()) {
        if (!visit(archived_from(rows), {rows.text(13), rows.text(14)})) return;
    }
}

std::vector<ArchivedPost> Archive::over(Instant at, std::size_t most) {
    std::vector<ArchivedPost> posts;
    {
        auto rows = s_->over.select(at, static_cast<std::int64_t>(most));
        while (rows.next()) posts.push_back(archived_from(rows));
    }
    std::map<std::string, bool> placed;
    const auto still = [&](const std::string& subject) {
        const auto [known, first] = placed.try_emplace(subject, false);
        if (first) known->second = still_preserved(subject).has_value();
        return known->second;
    };
    std::erase_if(posts, [&](const ArchivedPost& post) { return still(post.list.value) || still(post.id.value); });
    return posts;
}

std::int64_t Archive::preserve(const Preserved& what) {
    s_->preserve.run(what.list, what.post, what.reason, what.actor, what.placed);
    return s_->c.db.getLastInsertRowid();
}

void Archive::let_go(std::int64_t number, Instant now, const std::string& decision) { s_->let_go.run(number, now, decision); }

std::vector<Preserved> Archive::preserved() {
    std::vector<Preserved> all;
    auto rows = s_->preserved.select();
    while (rows.next()) {
        auto& one = all.emplace_back();
        one.number = rows.number(0);
        one.list = ListId(rows.text(1));
        one.post = PostId(rows.text(2));
        one.reason = rows.text(3);
        one.actor = rows.text(4);
        one.placed = rows.at(5);
        one.lifted = rows.maybe_at(6);
        one.decision = rows.text(7);
    }
    return all;
}

std::optional<Preserved> Archive::preserved_by(const ArchivedPost& post) {
    for (auto& one : preserved()) {
        if (!one.lifted && one.list == post.list && (one.post.empty() || one.post == post.id)) return std::move(one);
    }
    auto edited = still_preserved(post.list.value);
    return edited ? std::move(edited) : still_preserved(post.id.value);
}

std::optional<Preserved> Archive::still_preserved(const std::string& subject) {
    auto rows = s_->placed.select(subject);
    if (!rows.next()) return std::nullopt;
    Preserved one;
    one.number = rows.number(0);
    one.placed = rows.at(1);
    one.reason = "somebody changed its row past this program: see `caveat journal verify`";
    return one;
}

Sealed Archive::card(PostKey post) {
    auto rows = s_->card.select(post);
    return rows.next() ? Sealed{rows.text(0), rows.text(1)} : Sealed{};
}

bool Archive::is_named(PostKey post, PersonKey person) {
    auto rows = s_->named.select(post, person);
    return rows.next();
}

}  // namespace caveat::storage

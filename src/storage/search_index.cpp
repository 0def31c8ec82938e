#include "caveat/storage/search_index.hpp"

#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

constexpr std::int64_t most_blocks = 1 << 20;  // of a segment

std::int64_t block_number(std::int64_t segment, std::int64_t place) { return segment * most_blocks + place; }

std::vector<PostKey> numbers_of(Rows rows) {
    std::vector<PostKey> all;
    while (rows.next()) all.push_back(rows.number(0));
    return all;
}

std::vector<SearchIndex::Segment> segments_of(Rows rows) {
    std::vector<SearchIndex::Segment> all;
    while (rows.next()) all.push_back({rows.number(0), rows.text(1), ListId(rows.text(2)), rows.number(3)});
    return all;
}

}  // namespace

struct SearchIndex::Statements {
    explicit Statements(SqlConnection& connection) : c(connection) {}

    SqlConnection& c;
    Statement all{c, "SELECT number, key_name, list, posts FROM search_segment WHERE posts > 0 ORDER BY number"};
    Statement of_list{c, "SELECT number, key_name, list, posts FROM search_segment WHERE list = ?1 AND posts > 0 ORDER BY number"};
    Statement block{c, "SELECT key, bytes FROM search_block WHERE number = ?1"};
    Statement due{c, "SELECT post FROM search_due ORDER BY post LIMIT ?1"};
    Statement due_by_key{c, "SELECT d.post, a.list, a.posted FROM search_due d JOIN archived a ON a.post = d.post ORDER BY d.post"};
    Statement is_due{c, "SELECT 1 FROM search_due WHERE post = ?1"};
    Statement count{c, R"sql(
SELECT (SELECT count(*) FROM searched), (SELECT count(*) FROM search_due), (SELECT count(*) FROM archived
    WHERE post NOT IN (SELECT post FROM searched) AND post NOT IN (SELECT post FROM search_due)))sql"};
    Statement segment_of{c, "SELECT segment FROM searched WHERE post = ?1 AND segment <> 0"};
    Statement posts_of{c, "SELECT post FROM searched WHERE segment = ?1 ORDER BY post"};
    Statement linked{c, "SELECT post FROM archive_link WHERE link = ?1"};
    Statement add{c, "INSERT INTO search_segment (key_name, list, posts) VALUES (?1, ?2, ?3)"};
    Statement put_block{c, "INSERT INTO search_block (number, key, bytes) VALUES (?1, ?2, ?3)"};
    Statement add_former{c, R"sql(
INSERT INTO search_segment (key_name, list, posts) SELECT ?1, ?2, 0
    WHERE NOT EXISTS (SELECT 1 FROM search_segment WHERE key_name = ?1 AND list = ?2 AND posts = 0))sql"};
    Statement former{c, "SELECT key_name FROM search_segment WHERE list = ?1 AND posts = 0 ORDER BY number"};
    Statement remove_former{c, "DELETE FROM search_segment WHERE list = ?1 AND posts = 0"};
    Statement remove{c, "DELETE FROM search_segment WHERE number = ?1"};
    Statement remove_blocks{c, "DELETE FROM search_block WHERE number BETWEEN ?1 AND ?2"};
    Statement place{c, "INSERT INTO searched (post, segment) VALUES (?1, ?2) ON CONFLICT (post) DO UPDATE SET segment = ?2"};
    Statement unlink{c, "DELETE FROM archive_link WHERE post = ?1"};
    Statement link{c, "INSERT OR IGNORE INTO archive_link (link, post) VALUES (?1, ?2)"};
    Statement done{c, "DELETE FROM search_due WHERE post = ?1"};
    Statement make_due{c, "INSERT OR IGNORE INTO search_due (post) VALUES (?1)"};
};

SearchIndex::SearchIndex(SqlConnection& connection) : s_(std::make_unique<Statements>(connection)) {}
SearchIndex::~SearchIndex() = default;

std::vector<SearchIndex::Segment> SearchIndex::segments() { return segments_of(s_->all.select()); }
std::vector<SearchIndex::Segment> SearchIndex::segments(const ListId& list) { return segments_of(s_->of_list.select(list)); }

std::optional<Sealed> SearchIndex::block(std::int64_t segment, std::int64_t place) {
    auto rows = s_->block.select(block_number(segment, place));
    if (!rows.next()) return std::nullopt;
    return Sealed{rows.text(0), rows.text(1)};
}

std::vector<PostKey> SearchIndex::due(std::size_t most) { return numbers_of(s_->due.select(static_cast<std::int64_t>(most))); }

std::vector<SearchIndex::Due> SearchIndex::due_by_key() {
    std::vector<Due> all;
    auto rows = s_->due_by_key.select();
    while (rows.next()) all.push_back({rows.number(0), ListId(rows.text(1)), rows.at(2)});
    return all;
}

bool SearchIndex::is_due(PostKey post) {
    auto rows = s_->is_due.select(post);
    return rows.next();
}

SearchIndex::Count SearchIndex::count() {
    auto rows = s_->count.select();
    return rows.next() ? Count{rows.number(0), rows.number(1), rows.number(2)} : Count{};
}

std::optional<std::int64_t> SearchIndex::segment_of(PostKey post) {
    auto rows = s_->segment_of.select(post);
    return rows.next() ? std::optional(rows.number(0)) : std::nullopt;
}

std::vector<PostKey> SearchIndex::posts_of(std::int64_t segment) { return numbers_of(s_->posts_of.select(segment)); }
std::vector<PostKey> SearchIndex::linked(std::int64_t link) { return numbers_of(s_->linked.select(link)); }

std::int64_t SearchIndex::add(const Segment& segment) {
    s_->add.run(segment.key_name, segment.list, segment.posts);
    return s_->c.db.getLastInsertRowid();
}

void SearchIndex::put_block(std::int64_t segment, std::int64_t place, const Sealed& block) {
    s_->put_block.run(block_number(segment, place), Blob{block.key}, Blob{block.bytes});
}

void SearchIndex::remove(std::int64_t segment) {
    s_->remove_blocks.run(block_number(segment, 0), block_number(segment, most_blocks - 1));
    s_->remove.run(segment);
}

void SearchIndex::add_former_key(const ListId& list, const std::string& key_name) { s_->add_former.run(key_name, list); }

std::vector<std::string> SearchIndex::take_former_keys(const ListId& list) {
    std::vector<std::string> all;
    {
        auto rows = s_->former.select(list);
        while (rows.next()) all.push_back(rows.text(0));
    }
    s_->remove_former.run(list);
    return all;
}

void SearchIndex::place(PostKey post, std::int64_t segment) { s_->place.run(post, segment); }

void SearchIndex::done(PostKey post, const std::vector<std::int64_t>& links) {
    s_->unlink.run(post);
    for (const auto link : links) s_->link.run(link, post);
    s_->done.run(post);
}

void SearchIndex::make_due(PostKey post) { s_->make_due.run(post); }

void SearchIndex::remove_all() {
    for (const auto& one : segments()) {
        add_former_key(one.list, one.key_name);
        s_->remove.run(one.number);
    }
    for (const auto* sql : {"DELETE FROM search_block", "DELETE FROM searched", "DELETE FROM archive_link",
                            "INSERT OR IGNORE INTO search_due (post) SELECT post FROM archived"})
        s_->c.run(sql);
}

void SearchIndex::overwrite() { s_->c.forgotten = true; }

}  // namespace caveat::storage

#include "caveat/storage/damage.hpp"

#include <algorithm>
#include <array>

#include "connection.hpp"
#include "sealed.hpp"
#include "statement.hpp"
#include "unended.hpp"

namespace caveat::storage {
namespace {

using Findings = std::vector<std::string>;

constexpr std::size_t most_findings = 1000;

void find(Findings& found, std::string finding) {
    if (found.size() < most_findings) found.push_back(std::move(finding));
}

// One damaged table does not hide the next.
template <class Look>
void looked(Findings& found, std::string_view at, Look look) {
    try {
        look();
    } catch (const Broken& trouble) {
        found.push_back(fmt::format("{} cannot be read: {}", at, trouble.what()));
    }
}

// UTF-8 (RFC 3629) without control characters: what ids, addresses and codes are.
bool is_word(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
        const unsigned first = byte(i);
        if (first < 0x20 || first == 0x7f) return false;
        if ((first >= 0x80 && first < 0xc2) || first > 0xf4) return false;
        const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        for (std::size_t next = 1; next < length; ++next) {
            if ((byte(i + next) & 0xc0U) != 0x80U) return false;
        }
        i += length;
    }
    return true;
}

// Of the tables that no entry of the journal binds: columns that hold words of this program's own. Not what is quoted from mail, which may
// be anything.
struct Words {
    const char *table, *key, *columns;
    int count;
};
constexpr std::array words_of_ours{
    Words{"post", "key", "id, sender, team, rules, released_by, sealed_as", 6},
    Words{"delivery", "key", "address, code", 2},
    Words{"reminder", "about", "about", 1},
    Words{"session", "id", "person", 1},
    Words{"sign_in_link", "person", "person", 1},
    Words{"challenge", "person", "person, list", 2},
    Words{"second_factor", "person", "person", 1},
    Words{"reply", "key", "caller, key", 2},
    Words{"token_use", "token", "token", 1},
};

void words_of(SqlConnection& connection, const Words& of, Findings& found) {
    const auto sql = fmt::format("SELECT {}, {} FROM {}", of.key, of.columns, of.table);
    Statement statement(connection, sql.c_str());
    auto rows = statement.select();
    std::int64_t row = 0;
    while (rows.next()) {
        ++row;
        for (int column = 1; column <= of.count; ++column) {
            if (!rows.null(column) && !is_word(rows.text(column)))
                find(found, fmt::format("{}: what row {} names is damaged", of.table, row));
        }
    }
}

// Rows that contradict each other, or themselves; each statement selects what to call them.
struct Contradiction {
    const char *what, *sql;
};
constexpr std::array contradictions{
    Contradiction{"no such kind, state, strength or label: post",
                  "SELECT id FROM post WHERE kind NOT BETWEEN 0 AND 2 OR state NOT BETWEEN 0 AND 4 OR strength NOT BETWEEN 0 AND 3 "
                  "OR label NOT BETWEEN 0 AND 4 OR red_to_roster NOT IN (0, 1)"},
    Contradiction{"a body that belongs to no post: number",
                  "SELECT post FROM body WHERE post NOT IN (SELECT body FROM post WHERE body IS NOT NULL)"},
    Contradiction{"the body is lost: post", lost_bodies},
    Contradiction{
        "copies are lost or too many: post",
        "SELECT id FROM post WHERE deliveries <> "
        "(SELECT count(*) FROM delivery WHERE delivery.key BETWEEN post.key * 4294967296 AND post.key * 4294967296 + 4294967295)"},
    Contradiction{"a copy for nobody: number",
                  "SELECT key FROM delivery WHERE person NOT IN (SELECT key FROM person) AND person NOT IN (0, -1)"},
    Contradiction{"no such state of a copy: number", "SELECT key FROM delivery WHERE state NOT BETWEEN 0 AND 5 OR named NOT IN (0, 1)"},
    Contradiction{"it is not said right how many copies are open: post", miscounted_posts},
    Contradiction{"a place on a roster of no mode: list number", "SELECT list FROM subscription WHERE delivery NOT BETWEEN 0 AND 2"},
};

void contradicting(SqlConnection& connection, const Contradiction& rule, Findings& found) {
    Statement statement(connection, rule.sql);
    auto rows = statement.select();
    while (rows.next()) find(found, fmt::format("{} {}", rule.what, rows.text(0)));
}

void structure(SqlConnection& connection, Findings& found) {
    Statement integrity(connection, "PRAGMA integrity_check(1000)");
    auto rows = integrity.select();
    while (rows.next()) {
        if (const auto line = rows.text(0); line != "ok") found.push_back(line);
    }
}

void orphans(SqlConnection& connection, Findings& found) {
    Statement foreign(connection, "PRAGMA foreign_key_check");
    auto rows = foreign.select();
    while (rows.next()) find(found, fmt::format("a row of {} names a row of {} that does not exist", rows.text(0), rows.text(2)));
}

}  // namespace

std::vector<std::string> damage(Store& store) {
    auto& connection = store.connection();
    const Store::Reading reading(store);
    Findings found;
    looked(found, "the file", [&] { structure(connection, found); });
    looked(found, "the file", [&] { orphans(connection, found); });
    for (const auto& of : words_of_ours) looked(found, of.table, [&] { words_of(connection, of, found); });
    for (const auto& rule : contradictions) looked(found, rule.what, [&] { contradicting(connection, rule, found); });
    return found;
}

namespace {

// A table of sealed bytes: the SQL of its rows' numbers and posts, and of one row.
struct SealedBytes {
    const char *what, *all, *one;
    std::string (*sealed_as)(const PostId& post);
};
const std::array sealed_bytes{
    SealedBytes{"the body of", "SELECT body, min(sealed_as) FROM post WHERE body IS NOT NULL GROUP BY body",
                "SELECT key, bytes FROM body WHERE post = ?1", [](const PostId& post) { return post.value; }},
    SealedBytes{"what was inside", "SELECT o.post, p.id FROM opened o JOIN post p ON p.key = o.post",
                "SELECT key, bytes FROM opened WHERE post = ?1", sealed_inside_as},
};

// By number, so that one page that cannot be read hides no other row.
void look_at_sealed(SqlConnection& connection, const SealedBytes& of, const Opens& opens, Findings& found) {
    std::vector<std::pair<std::int64_t, std::string>> posts;
    looked(found, "the posts", [&] {
        Statement all(connection, of.all);
        for (auto rows = all.select(); rows.next();) posts.emplace_back(rows.number(0), rows.text(1));
    });
    Statement one(connection, of.one);
    for (const auto& [number, post] : posts) {
        looked(found, fmt::format("{} post {}", of.what, post), [&] {
            auto rows = one.select(number);
            if (rows.next() && !opens({rows.text(0), rows.text(1)}, of.sealed_as(PostId(post))))
                find(found, fmt::format("{} post {} does not open: it was changed", of.what, post));
        });
    }
}

}  // namespace

std::vector<std::string> damaged_bodies(Store& store, const Opens& opens) {
    const Store::Reading reading(store);
    Findings found;
    for (const auto& of : sealed_bytes) look_at_sealed(store.connection(), of, opens, found);
    return found;
}

}  // namespace caveat::storage

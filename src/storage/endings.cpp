#include "endings.hpp"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <vector>

#include "chained.hpp"
#include "connection.hpp"

namespace caveat::storage {

Endings::Endings(SqlConnection& connection)
    : connection_(connection),
      // Not what changes after the end of the last copy, such as the body, which is forgotten one day.
      about_(connection, R"sql(
SELECT row_hash('outcomes', id, kind, list, sender, team, label, rules, sealed_as, target, purpose, deliveries) FROM post
WHERE key = ?1)sql"),
      rows_(connection, R"sql(
SELECT row_hash('outcome', key, person, named, state, attempts, at, address, because, reply, code) FROM delivery
WHERE key BETWEEN ?1 << 32 AND ((?1 + 1) << 32) - 1 ORDER BY key)sql"),
      ended_(connection, "SELECT id, key FROM post WHERE deliveries > 0 AND key NOT IN (SELECT post FROM unfinished) ORDER BY key"),
      ended_of_(connection,
                "SELECT id, key FROM post WHERE list = ?1 AND deliveries > 0 AND key NOT IN (SELECT post FROM unfinished) ORDER BY key"),
      rename_(connection, "UPDATE post SET list = ?2 WHERE list = ?1"),
      entered_(connection, R"sql(
SELECT number, subject, json_extract(detail, '$.outcomes') FROM entry
WHERE act IN ('post.finished', 'post.relabelled') AND json_type(detail, '$.outcomes') = 'text'
UNION ALL SELECT e.number, j.key, j.value FROM entry e, json_each(e.detail, '$.outcomes') j WHERE e.act = 'outcomes.bound'
ORDER BY 1)sql"),
      latest_(connection, R"sql(
SELECT e.number, json_extract(e.detail, '$.outcomes') FROM post p JOIN entry e ON e.subject = p.id
WHERE p.key = ?1 AND e.act IN ('post.finished', 'post.relabelled') AND json_type(e.detail, '$.outcomes') = 'text'
UNION ALL SELECT e.number, j.value FROM post p JOIN entry e ON e.subject = '' JOIN json_each(e.detail, '$.outcomes') j ON j.key = p.id
WHERE p.key = ?1 AND e.act = 'outcomes.bound'
ORDER BY 1 DESC LIMIT 1)sql"),
      key_(connection, "SELECT key FROM post WHERE id = ?1"),
      missing_(connection, R"sql(
SELECT id FROM post WHERE deliveries <>
    (SELECT count(*) FROM delivery WHERE delivery.key BETWEEN post.key << 32 AND ((post.key + 1) << 32) - 1) LIMIT 1)sql") {}

std::string Endings::of(PostKey post) {
    Chained all("outcomes");
    {
        auto rows = about_.select(post);
        all.add(rows.next() ? rows.text(0) : std::string());
    }
    auto rows = rows_.select(post);
    while (rows.next()) all.add(rows.text(0));
    std::string digits;
    for (const auto byte : connection_.options.chain(all.bytes())) digits += fmt::format("{:02x}", byte);
    return digits;
}

bool Endings::holds_for(PostKey post) {
    auto rows = latest_.select(post);
    return rows.next() && rows.text(1) == of(post);
}

Endings::Ended Endings::ended() {
    Ended posts;
    auto rows = ended_.select();
    while (rows.next()) posts.emplace_back(rows.text(0), rows.number(1));
    return posts;
}

void Endings::enter_all(Journal& to) {
    enter(to, ended(), std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
}

void Endings::enter(Journal& to, const Ended& posts, Instant now) {
    constexpr std::size_t in_one_entry = 500;
    std::string hashes;
    for (std::size_t i = 0; i < posts.size(); ++i) {
        hashes += fmt::format("{}\"{}\":\"{}\"", hashes.empty() ? "" : ",", posts[i].first, of(posts[i].second));
        if ((i + 1) % in_one_entry != 0 && i + 1 < posts.size()) continue;
        to.append(now, "system", "outcomes.bound", "", fmt::format(R"({{"outcomes":{{{}}}}})", hashes));
        hashes.clear();
    }
}

std::map<std::string, std::string> Endings::entered() {
    std::map<std::string, std::string> hashes;
    auto rows = entered_.select();
    while (rows.next()) hashes.insert_or_assign(rows.text(1), rows.text(2));
    return hashes;
}

void Endings::rename_list(Journal& to, const ListId& from, const ListId& name, Instant now) {
    const auto hashes = entered();
    Ended sound;
    {
        auto rows = ended_of_.select(from);
        while (rows.next()) sound.emplace_back(rows.text(0), rows.number(1));
    }
    std::erase_if(sound, [&](const auto& post) {
        const auto known = hashes.find(post.first);
        return known == hashes.end() || of(post.second) != known->second;
    });
    rename_.run(from, name);
    enter(to, sound, now);
}

std::string Endings::changed() {
    auto hashes = entered();
    for (const auto& [post, key] : ended()) hashes.try_emplace(post);  // one that ended without an entry: nothing hashes to this
    for (const auto& [post, hash] : hashes) {
        auto rows = key_.select(post);
        if (!rows.next() || of(rows.number(0)) != hash) return fmt::format("the outcomes of post {} were", post);
    }
    auto rows = missing_.select();
    return rows.next() ? fmt::format("a copy of post {} was added or", rows.text(0)) : std::string();
}

std::string outcomes_changed(SqlConnection& connection) {
    return connection.schema.steps.size() < seals_step ? std::string() : Endings(connection).changed();
}

}  // namespace caveat::storage

#pragma once
// Posts whose copies may not all have an outcome: the courier's row of it says so, or a copy waits for another try, or, of the ?2 posts
// next below the key ?1, no entry of the journal says that it has ended (endings.hpp). A copy of no post is nobody's.
namespace caveat::storage {

inline constexpr const char* unended_posts = R"sql(
SELECT post FROM unfinished UNION
SELECT key >> 32 FROM delivery WHERE state = 2 AND EXISTS (SELECT 1 FROM post p WHERE p.key = delivery.key >> 32) UNION
SELECT key FROM (SELECT key, id, deliveries FROM post WHERE key < ?1 ORDER BY key DESC LIMIT ?2) p
WHERE deliveries > 0 AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.subject = p.id AND e.act = 'post.finished'))sql";

// The ids of those of which `unfinished` says something else than their rows. Reads all copies.
inline constexpr const char* miscounted_posts = R"sql(
SELECT p.id FROM post p LEFT JOIN unfinished u ON u.post = p.key
WHERE p.key IN (SELECT post FROM unfinished UNION SELECT key >> 32 FROM delivery WHERE state IN (0, 2))
    AND (coalesce(u.queued, 0), coalesce(u.open, 0)) <> (
        SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state IN (0, 2)) FROM delivery d
        WHERE d.key BETWEEN p.key << 32 AND ((p.key + 1) << 32) - 1))sql";

}  // namespace caveat::storage

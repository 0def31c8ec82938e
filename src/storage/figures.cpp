#include "caveat/storage/figures.hpp"

#include "caveat/community/panel_list.hpp"
#include "connection.hpp"
#include "statement.hpp"

namespace caveat::storage {

QueueDepth queue_depth(Store& store) {
    QueueDepth depth;
    // Nothing was decided about a notice: it has been waiting since it was written.
    Statement open(store.connection(), R"sql(
SELECT coalesce(sum(u.queued), 0), coalesce(sum(u.open - u.queued), 0),
    min(CASE WHEN u.queued > 0 THEN max(p.decided, p.received) END), min(CASE WHEN u.open > u.queued THEN max(p.decided, p.received) END)
FROM unfinished u JOIN post p ON p.key = u.post)sql");
    auto rows = open.select();
    if (rows.next()) depth = {rows.number(0), rows.number(1), rows.maybe_at(2), rows.maybe_at(3), 0};
    Statement newest(store.connection(), "SELECT coalesce(max(key), 0) FROM post");
    auto last = newest.select();
    if (last.next()) depth.taken_in = last.number(0);
    return depth;
}

MailCount mail_count(Store& store) {
    MailCount count;
    Statement by_kind(store.connection(), "SELECT kind, state, count(*) FROM post GROUP BY kind, state");
    auto rows = by_kind.select();
    while (rows.next()) {
        switch (rows.as<PostKind>(0)) {
            case PostKind::post:
                count.posts[rows.as<PostState>(1)] = rows.number(2);
                break;
            case PostKind::bounce:
                count.bounces += rows.number(2);
                break;
            case PostKind::notice:
                count.notices += rows.number(2);
                break;
        }
    }
    return count;
}

std::int64_t keyless_on_encrypting_lists(Store& store) {
    Statement keyless(store.connection(), R"sql(
SELECT count(DISTINCT s.person) FROM list l JOIN subscription s ON s.list = l.key AND s.ends = 9223372036854775807
LEFT JOIN person_key k ON k.person = s.person
WHERE l.encryption <> 0 AND l.removed IS NULL AND coalesce(k.armour, '') = '' AND l.charter NOT LIKE ?1 || '%')sql");
    auto rows = keyless.select(community::of_a_panel);
    return rows.next() ? rows.number(0) : 0;
}

}  // namespace caveat::storage

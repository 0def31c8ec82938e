#include "caveat/storage/uses.hpp"

#include <utility>

#include "connection.hpp"
#include "statement.hpp"
#include "used_up.hpp"

namespace caveat::storage {
namespace {

// Sums of keyed hashes: whoever lacks the key makes no row that stands for another one.
void count_in(Digest& mark, const SqlConnection& connection, const std::string& digest, const std::string& kind) {
    const auto hash = connection.options.chain(fmt::format("used signature {} {}", digest, kind));
    for (std::size_t i = 0; i < hash.size(); ++i) mark.at(i) ^= hash.at(i);
}

void remember(SqlConnection& connection, const std::string& digest, const std::string& kind) {
    auto& used = *connection.used;
    if (!used.known.emplace(digest, kind).second) return;
    ++used.count;
    count_in(used.mark, connection, digest, kind);
}

}  // namespace

void remember_uses(Store& store) {
    auto& connection = store.connection();
    connection.used.emplace();
    Statement statement(connection, "SELECT digest, kind FROM used_signature WHERE kind <> ?1");
    auto rows = statement.select(used_up_kind);
    while (rows.next()) remember(connection, rows.text(0), rows.text(1));
}

Uses remembered_uses(Store& store) {
    auto& connection = store.connection();
    if (!connection.used) return {};
    Statement statement(connection, "SELECT kind FROM used_signature WHERE digest = ?1");
    for (const auto& digest : std::exchange(connection.used->fresh, {})) {
        auto rows = statement.select(digest);
        if (rows.next()) remember(connection, digest, rows.text(0));  // else its transaction was taken back
    }
    return {connection.used->count, connection.used->mark};
}

Uses uses_until(Store& store, std::int64_t entry) {
    auto& connection = store.connection();
    Uses uses;
    Statement statement(connection,
                        "SELECT digest, kind FROM used_signature WHERE kind <> ?2 AND digest IN "
                        "(SELECT key FROM bound WHERE table_name = 'used_signature' AND entry <= ?1)");
    auto rows = statement.select(entry, used_up_kind);
    for (; rows.next(); ++uses.count) count_in(uses.mark, connection, rows.text(0), rows.text(1));
    return uses;
}

}  // namespace caveat::storage

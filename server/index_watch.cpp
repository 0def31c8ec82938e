#include "index_watch.hpp"

#include "caveat/archive/indexing.hpp"
#include "caveat/storage/damage.hpp"

namespace caveat::server {
namespace {

constexpr std::size_t index_slice = 128;                       // posts: some tens of milliseconds, of which the writing is a few
constexpr std::chrono::milliseconds between_index_slices{20};  // for others who write
constexpr std::chrono::milliseconds between_index_passes{1'000};
constexpr std::chrono::seconds rest_after_index_trouble{30};

}  // namespace

bool IndexWatch::pass() {
    archive::Indexing indexing(house_.room(store_));
    const auto done = indexing.pass(
        index_slice, [&](const std::vector<std::string>& keys) { return vault::Vault::forget(house_.config().key_file, keys); });
    tell(done ? std::string() : done.error().detail);
    return done && *done > 0;
}

void IndexWatch::tell(const std::string& trouble) {
    if (!trouble.empty() && trouble != told_) log_("index of the archive: " + trouble + "; searches look at the posts themselves");
    told_ = trouble;
}

void IndexWatch::run() {
    bool more = true;
    std::chrono::milliseconds pause = between_index_slices;
    do {
        try {
            if (!store_.changed_elsewhere() && !more) continue;
            more = pass();
            pause = more ? between_index_slices : told_.empty() ? between_index_passes : rest_after_index_trouble;
        } catch (const storage::Unavailable&) {
            more = true;
            pause = rest_after_index_trouble;  // the database is busy or the disk full
        } catch (const storage::Damaged& trouble) {
            tell(trouble.what());
            more = true;
            pause = rest_after_index_trouble;
        }
    } while (stop_.rest(pause));
}

}  // namespace caveat::server

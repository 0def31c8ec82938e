#include "caveat/storage/damage.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <map>
#include <random>

#include "scratch_store.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;

namespace {

constexpr std::size_t size_of_page = 4096, sector_size = 512;

// Stands in for the vault: a key that only these bytes and this context fit.
std::string toy_key(std::string_view bytes, const std::string& context) {
    const auto digest = toy_chain(context + ' ' + std::string(bytes));
    return {digest.begin(), digest.end()};
}
bool toy_opens(const Sealed& sealed, const std::string& context) { return sealed.key == toy_key(sealed.bytes, context); }

// Something on many pages, bodies that go on over several among them.
void fill_pages(Store& store) {
    populate(store, 120);
    for (int i = 0; i < 12; ++i) {
        const auto id = "post-" + std::to_string(i);
        commit(store, [&] {
            auto post = a_post(id);
            post.mail_from = post.from = "p1@orchid.example";
            post.sender = PersonId("p1");
            post.sealed_as = post.id;
            const std::string bytes(3000 + static_cast<std::size_t>(i) * 900, static_cast<char>('a' + i));
            const auto key = store.posts().add(post, {toy_key(bytes, id), bytes});
            const auto inside = sealed_inside_as(post.id);
            if (i % 4 == 0) store.posts().put_opened(key, {toy_key(bytes, inside), bytes});
            static_cast<void>(store.deliveries().fan_out(key, ListId("teams"), noon));
            store.journal().append(noon, "system", "post.distributed", id, R"({"verdict": "distribute"})");
        });
    }
    record(store, [&] {
        auto& minutes = store.minutes();
        for (int i = 0; i < 20; ++i) {
            const auto id = "C-2026-0" + std::to_string(10 + i);
            minutes.add(CaseRow{id, TeamId("orchid"), noon, "notices=2"});
            for (int act = 0; act < 6; ++act)
                minutes.append(id, {noon + std::chrono::seconds(act), "sc", "D-2026-001", std::string(120, 'x')});
        }
    });
}

// What each page is: the table or index it belongs to, or the list of free pages; and where its content lies: from the end of a page of
// cells, from the beginning of one that goes on with a long row.
struct PageUse {
    std::string owner;
    std::size_t sector_at = size_of_page - sector_size;
    bool empty = false;  // without cells: only its header says something
};
std::map<std::int64_t, PageUse> pages_of(const Scratch& scratch) {
    SQLite::Database db(scratch.options.path.string());
    std::map<std::int64_t, PageUse> pages;
    SQLite::Statement uses(db, "SELECT pageno, name, pagetype, ncell FROM dbstat");
    while (uses.executeStep()) {
        const bool goes_on = uses.getColumn(2).getString() == "overflow";
        pages[uses.getColumn(0).getInt64()] = {uses.getColumn(1).getString(), goes_on ? 0 : size_of_page - sector_size,
                                               !goes_on && uses.getColumn(3).getInt() == 0};
    }
    return pages;
}

enum class Harm { zeros, sector };

void harm(const std::filesystem::path& file, std::int64_t page, const PageUse& use, Harm how) {
    std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
    const auto begin = (page - 1) * static_cast<std::int64_t>(size_of_page);
    // The first hundred octets of the file are its header; a file without it is no database, and another test's.
    const std::size_t first = page == 1 ? sector_size : 0;
    std::string wrong(size_of_page - first, '\0');
    std::size_t at = first;
    if (how == Harm::sector) {
        std::mt19937 random(static_cast<unsigned>(page));
        wrong.resize(sector_size);
        at = use.sector_at;
        for (char& c : wrong) c = static_cast<char>(random());
    }
    bytes.seekp(begin + static_cast<std::int64_t>(at));
    bytes << wrong;
}

// All that the check of the file, the seals and the journal say; empty if nobody sees anything.
std::string all_that_is_seen(const Options& options) {
    try {
        auto store = Store::open(options);
        if (!store) return store.error().detail;
        for (const auto& found : {damage(*store), damaged_bodies(*store, toy_opens)}) {
            if (!found.empty()) return found.front();
        }
        const auto verified = store->journal().verify();
        return verified ? "" : verified.error().detail;
    } catch (const Broken& trouble) {
        return trouble.what();
    }
}

}  // namespace

TEST_CASE("every page that is damaged, in part or whole, is seen by the check, by a seal or by the journal", "[A4]") {
    const Scratch sound;
    {
        auto store = sound.make();
        fill_pages(store);
    }
    sound.tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK(all_that_is_seen(sound.options).empty());
    sound.tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    const auto pages = pages_of(sound);
    REQUIRE(pages.size() >= 60);
    const auto how = GENERATE(Harm::zeros, Harm::sector);
    CAPTURE(static_cast<int>(how));
    const Scratch damaged;
    std::vector<std::string> unseen;
    for (const auto& [page, use] : pages) {
        if (how == Harm::sector && use.empty) continue;
        for (const auto* tail : {"-wal", "-shm"}) std::filesystem::remove(damaged.options.path.string() + tail);
        std::filesystem::copy_file(sound.options.path, damaged.options.path, std::filesystem::copy_options::overwrite_existing);
        harm(damaged.options.path, page, use, how);
        if (all_that_is_seen(damaged.options).empty()) unseen.push_back(fmt::format("{} of {}", page, use.owner));
    }
    CHECK(unseen == std::vector<std::string>{});
}

TEST_CASE("all bodies that do not open are named, each with its post", "[A4]") {
    const Scratch scratch;
    auto store = scratch.make();
    fill_pages(store);
    CHECK(damaged_bodies(store, toy_opens).empty());
    scratch.tamper("UPDATE body SET bytes = x'00' WHERE post IN (SELECT key FROM post WHERE id IN ('post-3', 'post-7'))");
    scratch.tamper("UPDATE opened SET bytes = x'00' WHERE post = (SELECT key FROM post WHERE id = 'post-4')");
    const auto found = damaged_bodies(store, toy_opens);
    REQUIRE(found.size() == 3);
    CHECK_THAT(found[0], Catch::Contains("post-3 does not open"));
    CHECK_THAT(found[1], Catch::Contains("post-7 does not open"));
    CHECK_THAT(found[2], Catch::Contains("what was inside post post-4 does not open"));
}

TEST_CASE("rows that no entry of the journal vouches for are held against each other", "[A4]") {
    struct Edit {
        const char *sql, *said;
    };
    const auto [sql, said] = GENERATE(values<Edit>({
        {"UPDATE post SET team = CAST(x'74ff' AS TEXT) WHERE id = 'post-3'", "post: what row 4 names is damaged"},
        {"UPDATE post SET state = 9 WHERE id = 'post-3'", "no such kind, state, strength or label: post post-3"},
        {"DELETE FROM body WHERE post = (SELECT key FROM post WHERE id = 'post-3')", "the body is lost: post post-3"},
        {"UPDATE post SET body = NULL WHERE id = 'post-3'", "a body that belongs to no post"},
        {"DELETE FROM delivery WHERE key = (SELECT max(key) FROM delivery)", "copies are lost or too many: post post-11"},
        {"UPDATE delivery SET person = 4711 WHERE key = (SELECT max(key) FROM delivery)", "a copy for nobody"},
        {"UPDATE delivery SET state = 77 WHERE key = (SELECT max(key) FROM delivery)", "no such state of a copy"},
        {"UPDATE subscription SET delivery = 9 WHERE person = 1", "a place on a roster of no mode"},
    }));
    CAPTURE(sql);
    const Scratch scratch;
    auto store = scratch.make();
    fill_pages(store);
    scratch.tamper(sql);
    const auto found = damage(store);
    REQUIRE_FALSE(found.empty());
    CHECK_THAT(found[0], Catch::Contains(said));
    CHECK_THAT(store.check().error().detail, Catch::Contains(said));
}

TEST_CASE("mail for the operator and a letter to outside are copies for somebody", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    commit(store, [&] {
        for (const auto& [id, reader] : {std::pair{"one", PersonKey{0}}, {"two", PersonKey{-1}}}) {
            store.deliveries().add(store.posts().add(a_post(id), {"key", "bytes"}), reader);
        }
    });
    CHECK(damage(store) == std::vector<std::string>{});
}

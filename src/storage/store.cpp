#include "caveat/storage/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "caveat/storage/backup.hpp"
#include "caveat/storage/damage.hpp"
#include "caveat/storage/reserve.hpp"
#include "caveat/storage/standstill.hpp"
#include "connection.hpp"
#include "private_file.hpp"
#include "statement.hpp"
#include "upgrade.hpp"

namespace caveat::storage {
namespace {

// Refuses a file that is not ours before anything is written to it.
Result<std::unique_ptr<SqlConnection>> connect(const Options& options) {
    const auto& path = options.path;
    try {
        auto connection = std::make_unique<SqlConnection>(options, schema_of_this_program());
        if (connection->number("PRAGMA application_id") != application_id) {
            return fail(errc::corrupt, "{} is not a database of caveat", path.string());
        }
        const auto version = schema_of_file(*connection);
        const auto known = connection->schema.steps.size();
        if (version > known) {
            return fail(errc::conflict, "{} has schema {}, this program knows {}: a newer caveat wrote it", path.string(), version, known);
        }
        if (version < 1) return fail(errc::corrupt, "{} has no schema", path.string());
        return connection;
    } catch (const Broken& e) {
        return fail(errc::corrupt, "{} cannot be read: {}", path.string(), e.what());
    }
}

}  // namespace

Result<void> Store::create(const Options& options) {
    if (auto made = make_private_file(options.path); !made) return made;
    try {
        auto connection = std::make_unique<SqlConnection>(options, schema_of_this_program());
        connection->keep_log(true);
        Store store(std::move(connection));
        Transaction transaction(store);
        run_missing_steps(store.connection());
        store.journal().begin();
        transaction.commit();
        sync_folder_of(options.path);
    } catch (...) {
        for (const auto* tail : {"", "-wal", "-shm"}) ::unlink((options.path.string() + tail).c_str());
        throw;
    }
    return {};
}

Result<Store> Store::open(const Options& options) {
    if (!std::filesystem::exists(options.path)) return fail(errc::not_found, "no database {}", options.path.string());
    auto connection = connect(options);
    if (!connection) return tl::unexpected(connection.error());
    Store store(std::move(*connection));
    constexpr std::size_t journals_bind = 7;  // the first schema whose journal can be asked
    if (schema_of_file(store.connection()) >= journals_bind && !store.journal().is_of_this_key()) {
        return fail(
            errc::invalid,
            "{}: its journal was written under another key than the one of this key file: put the key file back that belongs to this "
            "database; nothing was written",
            options.path.string());
    }
    try {
        make_ready(store.connection(), store.journal());
    } catch (const ForeignPart& part) {
        return fail(errc::corrupt, "{}: {}", options.path.string(), part.what());
    }
    store.connection().schema_cookie = store.connection().number("PRAGMA schema_version");
    if (const auto part = foreign_part_of_schema(store.connection()); !part.empty()) {
        return fail(errc::corrupt, "{}: {}", options.path.string(), foreign_part_in_words(part));
    }
    store.connection().seen_elsewhere = store.connection().number("PRAGMA data_version");
    return store;
}

struct StoreStatements {
    explicit StoreStatements(SqlConnection& c)
        : version(c, "SELECT (SELECT register_version FROM meta), (SELECT substr(tally, 1, 32) FROM head)"),
          run_out(c, R"sql(
SELECT 1 FROM meta WHERE register_version > ?1 UNION ALL SELECT 1 FROM sqlite_sequence WHERE typeof(seq) <> 'integer' OR seq > ?1)sql"),
          count_anew(c, "UPDATE meta SET register_version = 0 WHERE register_version > ?1"),
          number_anew(c, "DELETE FROM sqlite_sequence WHERE typeof(seq) <> 'integer' OR seq > ?1"),
          elsewhere(c, "PRAGMA data_version"),
          schema(c, "PRAGMA user_version"),
          cookie(c, "PRAGMA schema_version"),
          known(static_cast<std::int64_t>(c.schema.steps.size())) {}
    Statement version, run_out, count_anew, number_anew, elsewhere, schema, cookie;
    std::int64_t known;

    // The command line of a newer caveat may bring the file to its schema while an older daemon runs. What that one then wrote and bound
    // would have the form of before, and the rows would look forged.
    bool is_as_known() {
        auto rows = schema.select();
        return rows.next() && rows.number(0) == known;
    }

    // Nobody vouches for what SQLite and the triggers count, and behind the highest number there is none: nothing of its kind could be
    // written any more. What is counted anew is counted from the rows; of the register's changes the mark tells as well (RegisterVersion).
    void set_counters_right(SqlConnection& c) {
        constexpr std::int64_t never_come_to = std::int64_t{1} << 62;
        if (!run_out.select(never_come_to).next()) return;
        count_anew.run(never_come_to);
        number_anew.run(never_come_to);
        if (c.options.warn) c.options.warn("a counter of the database was set to where it never comes by itself: it was set right");
    }

    // Anything that changes the schema changes the cookie, and so does VACUUM; only then are all parts compared again.
    void check_schema(SqlConnection& c) {
        auto rows = cookie.select();
        const auto now = rows.next() ? rows.number(0) : 0;
        if (now == c.schema_cookie) return;
        if (const auto part = foreign_part_of_schema(c); !part.empty()) throw ForeignPart(foreign_part_in_words(part));
        c.schema_cookie = now;
    }
};

struct Store::Parts {
    explicit Parts(std::unique_ptr<SqlConnection> opened) : connection(std::move(opened)) {}

    std::unique_ptr<SqlConnection> connection;
    Register register_rows{*connection};
    Posts posts{*connection};
    Deliveries deliveries{*connection};
    Journal journal{*connection, connection->options.chain};
    Minutes minutes{*connection};
    Applications applications{*connection};
    Papers papers{*connection};
    Matters matters{*connection};
    Credentials credentials{*connection};
    Books books{*connection};
    Waiting waiting{*connection};
    Keys keys{*connection};
    Archive archive{*connection};
    SearchIndex search_index{*connection};
    StoreStatements statements{*connection};
};

Store::Store(std::unique_ptr<SqlConnection> connection) : parts_(std::make_unique<Parts>(std::move(connection))) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Register& Store::register_rows() { return parts_->register_rows; }
Posts& Store::posts() { return parts_->posts; }
Deliveries& Store::deliveries() { return parts_->deliveries; }
Journal& Store::journal() { return parts_->journal; }
Minutes& Store::minutes() { return parts_->minutes; }
Applications& Store::applications() { return parts_->applications; }
Papers& Store::papers() { return parts_->papers; }
Matters& Store::matters() { return parts_->matters; }
Credentials& Store::credentials() { return parts_->credentials; }
Books& Store::books() { return parts_->books; }
Waiting& Store::waiting() { return parts_->waiting; }
Keys& Store::keys() { return parts_->keys; }
Archive& Store::archive() { return parts_->archive; }
SearchIndex& Store::search_index() { return parts_->search_index; }
SqlConnection& Store::connection() { return *parts_->connection; }

RegisterVersion Store::register_version() {
    auto rows = parts_->statements.version.select();
    if (!rows.next()) return {};
    constexpr std::uint64_t more_than_writes = std::uint64_t{1} << 40;
    const auto& standstill = parts_->connection->options.standstill;
    const auto times = standstill ? static_cast<std::uint64_t>(standstill->times()) : 0;  // any number may stand in the row
    return {static_cast<std::int64_t>(static_cast<std::uint64_t>(rows.number(0)) + times * more_than_writes), rows.text(1)};
}

namespace {

using Lock = KnownCommits::Lock;

// Where one thread looks for all stores and nothing is known to be wrong; else null.
Standstill* all_well(const SqlConnection& connection) {
    auto* standstill = connection.options.standstill.get();
    return standstill != nullptr && standstill->is_looked_after() && !standstill->is_here() ? standstill : nullptr;
}

// A snapshot whose commits are known, if they do not move each time that one begins.
class ViewOfCommits {
public:
    explicit ViewOfCommits(SqlConnection& connection) : connection_(connection) {
        if (connection.in_transaction()) {
            commits_ = connection.open ? connection.commits_in_file() : connection.viewed;
            lock_ = connection.open ? Lock::held : Lock::free;
            return;
        }
        if (!connection.options.standstill) {
            view_.emplace(connection);
            return;
        }
        constexpr int tries = 4;
        for (int i = 0; i < tries && !commits_; ++i) {
            const auto before = connection.commits_in_file();
            view_.reset();
            view_.emplace(connection);
            static_cast<void>(schema_of_file(connection));  // the snapshot is of the first read
            if (const auto after = connection.commits_in_file(); after == before) commits_ = after;
        }
        connection.viewed = commits_;
    }
    ~ViewOfCommits() {
        if (view_) connection_.viewed.reset();
    }
    ViewOfCommits(const ViewOfCommits&) = delete;
    ViewOfCommits& operator=(const ViewOfCommits&) = delete;

    [[nodiscard]] std::optional<std::uint32_t> commits() const { return commits_; }
    [[nodiscard]] Lock lock() const { return lock_; }

private:
    SqlConnection& connection_;
    std::optional<Snapshot> view_;
    std::optional<std::uint32_t> commits_;
    Lock lock_ = Lock::free;
};

// Of this moment, after a commit that was not this process's.
void look_after_others(const ViewOfCommits& view, Journal& journal, Standstill& standstill) {
    if (standstill.commits().has(view.commits())) return;
    if (const auto what = journal.altered(); !what.empty()) {
        standstill.meet(what);
    } else if (const auto commits = view.commits()) {
        standstill.commits().learn(*commits, view.lock());
    }
}

constexpr std::chrono::steady_clock::duration shortest_walk = std::chrono::milliseconds{10};

std::string met_entry_altered(Journal& journal, Standstill& standstill) {
    for (const auto number : standstill.met_entries()) {
        if (auto what = journal.entry_altered(number); !what.empty()) return what;
        standstill.forget_entry(number);
    }
    return {};
}

}  // namespace

std::string Store::stands_still() {
    auto* well = all_well(*parts_->connection);
    const bool unbound = parts_->connection->open && !parts_->connection->noted.empty();  // was asked when the transaction began
    const bool known =
        well == nullptr || unbound || (!parts_->connection->in_transaction() && well->commits().has(parts_->connection->commits_in_file()));
    if (!known) look_after_others(ViewOfCommits(*parts_->connection), parts_->journal, *well);
    const auto& standstill = parts_->connection->options.standstill;
    return standstill && standstill->is_here() ? standstill->what() : std::string();
}

Place Store::place() const { return parts_->connection->place(); }

std::string Store::look_at_rows() {
    const auto began = std::chrono::steady_clock::now();
    const ViewOfCommits view(*parts_->connection);
    auto what = parts_->journal.altered();
    const auto& standstill = parts_->connection->options.standstill;
    if (what.empty() && standstill && view.commits()) standstill->commits().learn(*view.commits(), view.lock());
    if (what.empty() && standstill) what = met_entry_altered(parts_->journal, *standstill);
    if (what.empty()) what = parts_->journal.look_along(std::max(shortest_walk, std::chrono::steady_clock::now() - began));
    return what;
}

bool Store::others_committed() {
    const auto& standstill = parts_->connection->options.standstill;
    return standstill && !standstill->commits().has(parts_->connection->commits_in_file());
}

PostKey letter_about_standstill(Store& store) {
    const auto& standstill = store.connection().options.standstill;
    return standstill ? standstill->letter() : 0;
}

std::string standstill_in_words(const std::string& what) {
    return fmt::format(
        "the database was changed by somebody who has no key: {}; until it is as it was nothing is decided, changed or sent. "
        "`caveat journal verify` and `caveat doctor` tell more; a copy of the database that is put back ends it",
        what);
}

bool Store::changed_elsewhere() {
    auto rows = parts_->statements.elsewhere.select();
    const auto now = rows.next() ? rows.number(0) : 0;
    return std::exchange(parts_->connection->seen_elsewhere, now) != now;
}

bool Store::has_room() { return parts_->connection->has_room(); }

bool Store::take_queued() { return std::exchange(parts_->connection->queued, false); }

Result<void> Store::check() {
    const auto found = damage(*this);
    if (found.empty()) return {};
    return fail(errc::corrupt, "{}: {}", parts_->connection->options.path.string(), fmt::join(found, "; "));
}

namespace {

// First before the write lock is asked for: it takes a while in a large community, and whoever edits the file asks for no lock either.
// Where others are looked after, again with the lock, for who committed in between.
void demand_vouched_rows(Store& store) {
    auto& connection = store.connection();
    auto& journal = store.journal();
    if (!connection.up_to_date) return;
    const auto& standstill = connection.options.standstill;
    const bool others_look = standstill && standstill->is_looked_after();
    if (others_look) {
        if (const auto what = store.stands_still(); !what.empty()) throw Altered(standstill_in_words(what));
    }
    if (others_look || connection.vouched) return;
    auto what = journal.altered();
    if (what.empty()) what = journal.look_along(shortest_walk);
    if (!what.empty()) throw Altered(standstill_in_words(what));
    connection.vouched = true;
}

}  // namespace

Store::Transaction::Transaction(Store& store, Disk disk, Needs needs) : store_(store), inner_(store.connection().open) {
    auto& connection = store_.connection();
    if (!inner_ && needs == Needs::vouched_rows) demand_vouched_rows(store_);
    if (disk == Disk::room && !connection.has_room()) throw Full("disk almost full");
    if (disk == Disk::spare && connection.spends_reserve) connection.spend_reserve();
    if (inner_) {
        told("SAVEPOINT", [&] { connection.inner.emplace_back(connection); });
        return;
    }
    if (connection.in_transaction()) throw std::logic_error("a reading is open already");
    if (connection.up_to_date && !connection.watched) {
        if (!store_.parts_->statements.is_as_known()) throw Broken(changed_by_newer);
        watch_bound_tables(connection);
        watch_sealed_tables(connection);
    }
    connection.begin_to_write();
    if (!connection.watched) return;
    try {
        if (!store_.parts_->statements.is_as_known()) throw Broken(changed_by_newer);
        store_.parts_->statements.check_schema(connection);
        store_.parts_->statements.set_counters_right(connection);
        // What is written from here on waits for its entry, so that nobody can add up later.
        if (needs == Needs::vouched_rows)
            demand_vouched_rows(store_);
        else
            static_cast<void>(store_.stands_still());
    } catch (...) {
        connection.open.reset();
        throw;
    }
}

Store::Transaction::~Transaction() {
    if (!open_) return;
    auto& connection = store_.connection();
    ++connection.roll_backs;
    if (!inner_) {
        connection.open.reset();
        return;
    }
    // An entry of the inner one has taken what was noted before, and goes.
    connection.noted = std::move(connection.inner.back().noted_before);
    connection.inner.pop_back();
}

namespace {

// When the letters are of that the transaction has queued, put off or taken up since its last entry; none: there are none, or other rows,
// too, which want an entry of their own.
std::optional<Instant> letters_alone(SqlConnection& connection) {
    if (connection.noted.empty()) return std::nullopt;
    Statement post(connection, "SELECT decided FROM post WHERE key = ?1 AND kind = 1");
    Statement waiting(connection, "SELECT written FROM waiting_letter WHERE number = ?1");
    Statement newest(connection, "SELECT at FROM entry ORDER BY number DESC LIMIT 1");
    std::optional<Instant> at;
    for (const auto& [name, row] : connection.noted) {
        if (row.was == row.now) continue;
        const bool waits = name.first == "waiting_letter";
        if (!waits && name.first != "post") return std::nullopt;
        auto rows = (waits ? waiting : post).select(std::stoll(name.second));
        const bool there = rows.next();
        if (!there && !waits) return std::nullopt;
        if (there) at = std::max(at, std::optional(rows.at(0)));
        if (at) continue;
        auto last = newest.select();
        if (last.next()) at = last.at(0);
    }
    return at;
}

}  // namespace

void Store::Transaction::commit() {
    auto& connection = store_.connection();
    if (inner_) {  // may leave the entry to the one around it
        told("RELEASE", [&] { connection.inner.back().savepoint.release(); });
        connection.inner.pop_back();
        open_ = false;
        return;
    }
    // Letters follow the entry of the act that they tell of: an entry of their own vouches for them.
    if (const auto at = letters_alone(connection))
        store_.journal().append(*at, "system", "letters.bound", "", fmt::format(R"({{"rows":{}}})", connection.noted.size()));
    if (const auto unbound = taken(connection.noted); !unbound.empty()) {
        const auto& [table, key] = unbound.begin()->first;
        throw std::logic_error(fmt::format("an act without its journal entry: {} {}", table, key));
    }
    connection.commit();
    open_ = false;
    if (connection.forgotten) connection.empty_the_log();
}

void spend_reserve(Store& store) { store.connection().spend_reserve(); }
void spend_reserve_for_acts(Store& store) { store.connection().spends_reserve = true; }

struct Store::Reading::View {
    explicit View(SqlConnection& connection) : view(connection) {}
    ViewOfCommits view;
};
Store::Reading::Reading(Store& store) : view_(std::make_unique<View>(store.connection())) {
    auto* well = all_well(store.connection());
    if (well == nullptr) return;
    look_after_others(view_->view, store.journal(), *well);
    if (well->is_here()) throw Altered(standstill_in_words(well->what()));
}
Store::Reading::~Reading() = default;

}  // namespace caveat::storage

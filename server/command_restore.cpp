// restore: a backup becomes the database again, after all of it was checked, and nothing of after it is taken for done.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "backup_file.hpp"
#include "caveat/detail.hpp"
#include "caveat/mailroom/outbox.hpp"
#include "caveat/storage/figures.hpp"
#include "command.hpp"
#include "one_daemon.hpp"

namespace caveat::server {
namespace command_restore {

namespace fs = std::filesystem;
using storage::DeliveryState;

constexpr std::string_view about =
    "put a backup in the place of the database, with the daemon stopped: checked before, made safe, and the committee is told";

constexpr std::string_view more =
    "Needs the key file of [vault] in its place, and takes FILE only if that opens it and file, journal, rows and bodies are as they were "
    "written. What was forgotten since stays forgotten: use the key file of now, not an older one. Everything after the backup is lost: "
    "security holds, sanctions, removals, keys, votes and posts of after it have to be entered again, and posts that were labelled anew or "
    "put under preservation have the label and the end of before; do that before the daemon starts, since the command line does not need "
    "it. Posts and commands signed before the restore do not count and their senders are told so; "
    "links, sessions and tokens end. Committee and secretariat get a letter. Secret keys of lists that are missing in [openpgp] home are "
    "put back. Run it as the daemon's user, or as root: then what it writes gets the owner of the key file.";

struct Wish {
    std::string file, head, waiting;
    bool replace = false, yes = false;
};

// What is on its way in the backup and may have left after it.
struct Waiting {
    std::vector<std::pair<PostKey, std::int32_t>> open;  // posts and letters, and how many copies of each
    std::int64_t copies = 0;
    std::int64_t unjudged = 0;
};

Waiting waiting_in(storage::Store& store) {
    constexpr std::int64_t a_page = 500;
    Waiting found;
    found.unjudged = store.posts().count(storage::PostState::spooled);
    storage::Posts::Filter filter;
    filter.state = storage::PostState::distributed;
    filter.notices = true;
    filter.limit = a_page;
    for (;;) {
        const auto page = store.posts().select(filter);
        for (const auto& post : page) {
            filter.before = filter.before == 0 ? post.key : std::min(filter.before, post.key);
            if (post.open == 0) continue;
            found.open.emplace_back(post.key, post.open);
            found.copies += post.open;
        }
        if (page.size() < static_cast<std::size_t>(a_page)) return found;
    }
}

Result<void> take_copy(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::is_regular_file(from, error)) return fail(errc::invalid, "{} is no file that can be read", from.string());
    const auto space = fs::space(to.parent_path(), error);
    if (!error && space.available < fs::file_size(from, error))
        return fail(errc::temporary, "{} has no room for another database", to.parent_path().string());
    const int made = ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (made < 0) return fail(errc::invalid, "{}: {}", to.string(), std::strerror(errno));
    ::close(made);
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error) return fail(errc::invalid, "{}: {}", from.string(), error.message());
    fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, error);
    return {};
}

// Root restores for the daemon's user, whose the key file is.
void give_to_daemon(const Config& config, const std::vector<fs::path>& files) {
    struct stat key {};
    if (::geteuid() != 0 || ::stat(config.key_file.c_str(), &key) != 0) return;
    for (const auto& file : files) {
        if (::lchown(file.c_str(), key.st_uid, key.st_gid) != 0) warn(fmt::format("{}: {}", file.string(), std::strerror(errno)));
    }
}

// The folders and files of [openpgp] that came into being on the way, with whose names nobody here keeps up. What is anybody else's stays
// so.
void give_home_to_daemon(const Config& config) {
    if (config.gnupg_home.empty() || ::geteuid() != 0) return;
    std::vector<fs::path> made;
    const auto add = [&](const fs::path& path) {
        struct stat facts {};
        const bool ours = ::lstat(path.c_str(), &facts) == 0 && facts.st_uid == 0;
        if (ours && (S_ISDIR(facts.st_mode) || (S_ISREG(facts.st_mode) && facts.st_nlink == 1))) made.push_back(path);
    };
    add(config.gnupg_home);
    std::error_code error;
    for (fs::recursive_directory_iterator at(config.gnupg_home, error), end; !error && at != end; at.increment(error)) add(at->path());
    give_to_daemon(config, made);
}

// However it ends: a lock or a folder of root's, left behind by one that was refused, would keep the daemon from starting.
class ForTheDaemon {
public:
    explicit ForTheDaemon(const Config& config) : config_(config) {}
    ForTheDaemon(const ForTheDaemon&) = delete;
    ForTheDaemon& operator=(const ForTheDaemon&) = delete;
    ~ForTheDaemon() {
        std::error_code error;
        if (const fs::path lock = config_.database.string() + ".lock"; fs::exists(lock, error)) give_to_daemon(config_, {lock});
        give_home_to_daemon(config_);
    }

private:
    const Config& config_;
};

Result<void> give_up_copies(House& house, const Waiting& waiting) {
    mailroom::Outbox outbox(house.room());
    const Instant now = house.clock().now();
    for (const auto& [key, count] : waiting.open) {
        std::vector<storage::Outcome> done;
        for (const auto& row : house.store().deliveries().rows(key)) {
            if (storage::traits(row.state).is_final) continue;
            storage::Outcome outcome{key, row.seq, DeliveryState::cancelled, row.attempts, {}, {}, {}, now, {}};
            outcome.because = {community::Code::discarded, "ended by the operator: it waited when a backup was put back"};
            done.push_back(std::move(outcome));
        }
        static_cast<void>(outbox.exchange(done, 0));
    }
    return {};
}

// Whoever lost one after the backup revoked it, and the backup does not know.
Result<std::int64_t> end_tokens(House& house, const access::Caller& by) {
    std::int64_t ended = 0;
    for (const auto& token : house.access().tokens()) {
        if (token.revoked || token.expires <= house.clock().now()) continue;
        if (auto revoked = house.access().revoke(by, token.id); !revoked) return tl::unexpected(revoked.error());
        ++ended;
    }
    return ended;
}

Result<void> decided_on(const Waiting& waiting, const Wish& wish) {
    if (!wish.waiting.empty() && wish.waiting != "send" && wish.waiting != "end")
        return fail(errc::invalid, "--waiting: '{}'; write send or end", wish.waiting);
    if (waiting.copies == 0 || !wish.waiting.empty()) return {};
    return fail(errc::invalid,
                "{} copies of {} posts and letters waited to be handed over when the backup was made, and may have left since: write "
                "--waiting send, and readers may get some of them twice, or --waiting end, and who had not got theirs does not get it",
                waiting.copies, waiting.open.size());
}

std::string lost_since(const BackupFacts& facts, const storage::Journal::Head& head) {
    return fmt::format(
        "the register goes back to {} (entry {} of the journal); holds, sanctions, removals, decisions, keys, labels given anew, "
        "preservations and posts of after that are lost and must be entered again",
        facts.made, head.number);
}

struct Restored {
    BackupFacts facts;
    storage::Journal::Head head;
    Waiting waiting;
    std::int64_t tokens = 0;
    std::size_t secrets = 0;
};

// Everything is done to a file that nobody else knows: what fails leaves the place as it was.
Result<Restored> made_ready(const Invocation& invocation, const Config& config, const fs::path& fresh, const Wish& wish) {
    std::optional<storage::Journal::Head> known;
    if (!wish.head.empty()) {
        const auto head = read_head(wish.head);
        if (!head) return tl::unexpected(head.error());
        known = *head;
    }
    storage::Options options;
    options.path = fresh;
    const auto parts = storage::take_parts(options);
    if (!parts) return tl::unexpected(Error{parts.error().code, fmt::format("{}: {}", wish.file, parts.error().detail)});
    auto there = config;
    there.database = fresh;
    auto house = House::open(there);
    if (!house) return tl::unexpected(house.error());
    const auto refused = [&](const Error& why) {
        return tl::unexpected(Error{why.code, fmt::format("{} is not put back: {}", wish.file, why.detail)});
    };
    auto facts = opened_parts(*parts, house->vault());
    if (!facts) return refused(facts.error());
    if (auto whole = sound(house->store(), house->vault(), parts->head); !whole) return refused(whole.error());
    if (known) {
        if (auto noted = house->store().journal().verify(known); !noted) return refused(noted.error());
    }
    Restored done{std::move(*facts), parts->head, waiting_in(house->store()), 0, 0};
    if (auto decided = decided_on(done.waiting, wish); !decided) return tl::unexpected(decided.error());
    if (auto sure = confirmed(lost_since(done.facts, done.head), wish.yes); !sure) return tl::unexpected(sure.error());

    if (!config.gnupg_home.empty()) {
        auto put = openpgp::put_secrets(config.gnupg_home, done.facts.secrets);
        if (!put) return tl::unexpected(put.error());
        done.secrets = static_cast<std::size_t>(
            std::count_if(put->begin(), put->end(), [](const auto& path) { return path.extension() == ".key"; }));
        give_to_daemon(config, *put);
    }
    if (wish.waiting == "end") {
        if (auto ended = give_up_copies(*house, done.waiting); !ended) return tl::unexpected(ended.error());
    }
    auto tokens = end_tokens(*house, invocation.caller());
    if (!tokens) return tl::unexpected(tokens.error());
    done.tokens = *tokens;
    house->put_back(invocation.actor().name, done.facts.made, parts->head);
    return done;
}

Result<void> close(const fs::path& database) {
    std::error_code error;
    if (!fs::exists(database, error)) return {};
    storage::Options options;
    options.path = database;
    return storage::close_for_good(options);
}

// The name of no file: what an earlier restore kept stays.
std::string name_for_old(const fs::path& database) {
    const auto now = to_string(std::chrono::floor<std::chrono::seconds>(SystemClock().now()));
    auto name = database.string() + "-before-";
    std::copy_if(now.begin(), now.end(), std::back_inserter(name), [](char c) { return c != '-' && c != ':'; });
    std::error_code error;
    auto free = name;
    for (int n = 2; fs::exists(fs::symlink_status(free, error)); ++n) free = fmt::format("{}-{}", name, n);
    return free;
}

// The old one under a name that says until when it was in use.
Result<std::string> take_its_place(const Config& config, const fs::path& fresh) {
    if (auto closed = close(fresh); !closed) return tl::unexpected(closed.error());
    std::string kept;
    std::error_code error;
    if (fs::exists(config.database, error)) {
        if (auto closed = close(config.database); !closed) return tl::unexpected(closed.error());
        kept = name_for_old(config.database);
        for (const auto* tail : {"-wal", "-shm", ""}) {
            const auto old = config.database.string() + tail;
            if (!fs::exists(old, error)) continue;
            if (::rename(old.c_str(), (kept + tail).c_str()) != 0) return fail(errc::temporary, "{}: {}", old, std::strerror(errno));
        }
    }
    storage::sync_file(fresh);
    if (::rename(fresh.c_str(), config.database.c_str()) != 0)
        return fail(errc::temporary, "{}: {}", config.database.string(), std::strerror(errno));
    storage::sync_folder_of(config.database);
    return kept;
}

Result<void> put_back(const Invocation& invocation, const Wish& wish) {
    const auto config = invocation.config();
    if (!config) return tl::unexpected(config.error());
    std::error_code error;
    if (fs::exists(config->database, error) && !wish.replace) {
        return fail(errc::conflict, "{} exists; with --replace it is kept beside under another name, and the backup takes its place",
                    config->database.string());
    }
    const ForTheDaemon afterwards(*config);
    const auto alone = OneDaemon::on(config->database);
    if (!alone) {
        return tl::unexpected(Error{alone.error().code, alone.error().detail + (alone.error().code == errc::temporary
                                                                                    ? ": stop it first; nothing was changed"
                                                                                    : "")});
    }
    if (auto closed = close(config->database); !closed) return closed;
    if (const auto made = make_gnupg_home(config->gnupg_home); !made) return made;
    const OnItsWay fresh(config->database.string() + "-restoring");
    fresh.remove();  // of one that was interrupted
    if (auto copied = take_copy(fs::path(wish.file), fresh.file()); !copied) return copied;
    auto done = made_ready(invocation, *config, fresh.file(), wish);
    if (!done) return tl::unexpected(done.error());
    give_to_daemon(*config, {fresh.file()});
    const auto kept = take_its_place(*config, fresh.file());
    if (!kept) return tl::unexpected(kept.error());
    Json told{{"database", config->database.string()},
              {"state_of", done->facts.made},
              {"head", head_text(done->head)},
              {"posts", done->facts.posts},
              {"waiting", done->waiting.copies},
              {"not_judged", done->waiting.unjudged},
              {"tokens_ended", done->tokens},
              {"list_keys_put_back", done->secrets},
              {"before_it", *kept}};
    told["next"] = "enter again what was done after " + done->facts.made +
                   ", security holds first; then caveat doctor, then start the daemon";
    invocation.print(told);
    return {};
}

}  // namespace command_restore

void add_restore_command(CLI::App& app, Invocation& invocation) {
    using namespace command_restore;
    const auto wish = std::make_shared<Wish>();
    auto* sub = app.add_subcommand("restore", std::string(about));
    sub->add_option("FILE", wish->file, "what `caveat backup` wrote")->required();
    sub->add_option("--head", wish->head, "NUMBER:HASH that `backup` printed or `journal witness` noted: must be on its journal");
    sub->add_option("--waiting", wish->waiting,
                    "copies that waited when the backup was made and may have left since: send (some come twice) or end (some never come)");
    sub->add_flag("--replace", wish->replace, "there is a database: keep it beside under another name");
    sub->add_flag("--yes", wish->yes, "do not ask whether what was done after the backup may be lost");
    sub->footer(std::string(more));
    on(sub, invocation, [&invocation, wish] { return put_back(invocation, *wish); });
}

}  // namespace caveat::server

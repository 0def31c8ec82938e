// backup: the database of this moment, while the daemon goes on, with the secret keys of lists, as one file.
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "backup_file.hpp"
#include "caveat/detail.hpp"
#include "caveat/storage/figures.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_backup {

namespace fs = std::filesystem;

constexpr std::string_view about =
    "the database of this moment and the secret keys of lists, checked, as one file; the daemon may run. Without the key file it opens "
    "nothing that is sealed";

constexpr std::string_view more =
    "FILE is new, mode 0600, and there only when it is whole and was checked. In it are the whole database and, sealed by the vault, the "
    "secret keys of lists and of the community's own mail. Not in it, and to be kept elsewhere, apart from it: the key file of [vault] "
    "(with it a backup opens; without it neither bodies nor keys nor second factors do), the configuration with its secret_file, the rule "
    "book and the certificates of the proxy. Addresses, names and who got what stand in it as in the database, in clear: keep it as you "
    "keep that. Copy the key file anew after `archive forget` and destroy its older copies, or they open what was forgotten. Note "
    "the head that is printed where whoever keeps the backups does not reach, and give it to `restore --head`.";

// What is copied is as big as the database with its log; below the spare room of the disk mail would be refused.
Result<void> room_for(const Config& config, const fs::path& file) {
    std::error_code error, no_log;
    const auto database = fs::file_size(config.database, error);
    const auto log = fs::file_size(config.database.string() + "-wal", no_log);
    const auto folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    const auto space = fs::space(folder, error);
    if (error) return fail(errc::invalid, "{}: {}; name a file in a folder that is there", folder.string(), error.message());
    const auto needed = database + (no_log ? 0 : log) + config.spare_disk;
    if (space.available >= needed) return {};
    return fail(errc::temporary, "{} has {} MiB free, and {} are needed", folder.string(), space.available >> 20, needed >> 20);
}

// Looks at the copy and makes it a backup; the database of the daemon is not touched.
Result<storage::Journal::Head> complete(House& house, const fs::path& copy, BackupFacts& facts) {
    auto options = house.storage_options();
    options.path = copy;
    std::optional<storage::Journal::Head> head;
    {
        auto store = storage::Store::open(options);
        if (!store) return tl::unexpected(store.error());
        auto found = sound(*store, house.vault(), std::nullopt);
        if (!found) return found;
        for (const auto& [state, count] : storage::mail_count(*store).posts) facts.posts += count;
        head = *found;
    }
    // After the database was copied, so that no list of it is without its key.
    if (!house.config().gnupg_home.empty()) {
        auto secrets = openpgp::secrets_of_lists(house.config().gnupg_home);
        if (!secrets) return tl::unexpected(secrets.error());
        facts.secrets = std::move(*secrets);
    }
    storage::put_parts(options, sealed_parts(facts, *head, house.vault()));
    return *head;
}

Result<void> enter(House& house, const std::string& by, const fs::path& file, const storage::Journal::Head& head) {
    storage::Store::Transaction transaction(house.store());
    house.store().journal().append(house.clock().now(), by, "backup.made", "",
                                   Detail().add("file", file.filename().string()).add("head", head_text(head)).text());
    transaction.commit();
    return {};
}

Result<void> back_up(const Invocation& invocation, const std::string& to) {
    const fs::path file(to);
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    std::error_code error;
    if (fs::exists(fs::symlink_status(file, error)))
        return fail(errc::conflict, "{} exists; a backup is never overwritten: name a new file", to);
    if (auto room = room_for(house->config(), file); !room) return room;
    const OnItsWay part(fmt::format("{}.part-{}", to, ::getpid()));
    const bool shown = ::isatty(STDERR_FILENO) != 0 && !invocation.json;
    BackupFacts facts{to_string(house->clock().now()), invocation.actor().name, CAVEAT_VERSION, 0, {}};
    auto copied = storage::copy_database(house->store(), part.file(), [&](int left, int of) {
        if (shown) fmt::print(stderr, "\r{} % copied", of == 0 ? 100 : 100 - 100LL * left / of);
    });
    if (!copied) return copied;
    if (shown) fmt::print(stderr, ", and looked at\n");
    const auto head = complete(*house, part.file(), facts);
    if (!head) return tl::unexpected(Error{head.error().code, "no backup was made: " + head.error().detail});
    // A link takes nobody's place, unlike a new name.
    if (::link(part.file().c_str(), file.c_str()) != 0) return fail(errc::conflict, "{}: {}", to, std::strerror(errno));
    storage::sync_folder_of(file);
    if (auto entered = enter(*house, facts.by, file, *head); !entered) return entered;
    invocation.print({{"backup", fs::absolute(file).string()},
                      {"bytes", fs::file_size(file)},
                      {"made", facts.made},
                      {"head", head_text(*head)},
                      {"posts", facts.posts},
                      {"key_file", house->config().key_file.string()}});
    return {};
}

}  // namespace command_backup

void add_backup_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_backup;
    const auto file = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("backup", std::string(about));
    sub->add_option("FILE", *file, "a new file")->required();
    sub->footer(std::string(more));
    on(sub, invocation, [&invocation, file] { return back_up(invocation, *file); });
    add_restore_command(app, invocation);
}

}  // namespace caveat::server

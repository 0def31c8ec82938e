#pragma once
// The command line: one file of commands per noun, each adding its subcommands to the tree. A command returns a Result; main turns it into
// the exit codes: 0 done, 1 refused by a rule, 2 wrong usage or bad input, 75 try again.
#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "caveat/community/field.hpp"
#include "caveat/facts/json.hpp"
#include "house.hpp"

namespace caveat::server {

using facts::Json;

// What the options before the command say, and what the command left behind.
struct Invocation {
    std::filesystem::path config_file = "/etc/caveat/caveat.toml";
    bool json = false;
    std::function<Result<void>()> chosen;  // set by the parser: the command to run

    [[nodiscard]] Result<Config> config() const { return read_config(config_file); }
    [[nodiscard]] Result<House> house() const;
    [[nodiscard]] community::Actor actor() const;  // the local operator, by user name
    [[nodiscard]] access::Caller caller() const;   // the same

    // One fact: a JSON line with --json, else "key: value" lines.
    void print(const Json& fact) const;
    // Many facts of one shape: JSON lines with --json, else a table of these columns.
    void print(const std::vector<Json>& facts, const std::vector<std::string>& columns) const;
};

// A head of the journal, "128:4fe1…", as it is noted elsewhere. errc::invalid, with how it is written.
[[nodiscard]] std::string head_text(const storage::Journal::Head& head);
[[nodiscard]] Result<storage::Journal::Head> read_head(const std::string& text);

void warn(std::string_view warning);  // on standard error

// Whom an id or an address names; a text that is neither stays as it is, and is then refused as an id that is not there.
[[nodiscard]] PersonId person_named(storage::Store& store, const std::string& text);

// Of what a command found nothing about: that there is such a list, or team. What was removed may have left a past, so it is asked only
// then. Empty: nothing was named. errc::not_found, with where to look.
[[nodiscard]] Result<void> is_there(House& house, const ListId& list);
[[nodiscard]] Result<void> is_there(House& house, const TeamId& team);

// The folder of [openpgp], mode 0700, where it is not there yet. None is wished: does nothing.
[[nodiscard]] Result<void> make_gnupg_home(const std::filesystem::path& home);

// After an act that may have brought a key or a list that encrypts: each gets its key, and keys are looked at. What cannot be done now, or
// nothing can be sealed to, is warned of; the daemon does it later.
void look_after_keys(House& house, const community::Actor& by);

// Before something goes that no command brings back: on a terminal the person is asked, elsewhere --yes has to have been said.
// errc::invalid without it; errc::denied where the answer was no.
[[nodiscard]] Result<void> confirmed(std::string_view what, bool yes);

// The command line has always said "" of a text that is not there, where the API says null.
template <class Row, std::size_t n>
[[nodiscard]] Json with_empty_texts(const std::array<community::Field<Row>, n>& fields, Json fact) {
    for (const auto& field : fields) {
        auto& value = fact[std::string(field.name)];
        if (field.type == community::FieldType::text && value.is_null()) value = "";
    }
    return fact;
}

// Sets `command` to run when `sub` was chosen; it may ask for the house.
template <class Command>
void on(CLI::App* sub, Invocation& invocation, Command command) {
    if constexpr (std::is_invocable_v<Command, House&>) {
        on(sub, invocation, [&invocation, command]() -> Result<void> {
            auto house = invocation.house();
            if (!house) return tl::unexpected(house.error());
            return command(*house);
        });
    } else {
        sub->callback([&invocation, command] { invocation.chosen = command; });
    }
}

void add_house_commands(CLI::App& app, Invocation& invocation);      // init serve doctor version
void add_community_commands(CLI::App& app, Invocation& invocation);  // load export
void add_register_commands(CLI::App& app, Invocation& invocation);   // team person list subscription
void add_contact_commands(CLI::App& app, Invocation& invocation);    // contact
void add_post_commands(CLI::App& app, Invocation& invocation);       // post posts held
void add_archive_commands(CLI::App& app, Invocation& invocation);    // archive
void add_import_commands(CLI::App& app, Invocation& invocation);     // import
void add_roster_imports(CLI::App& import, Invocation& invocation);   // import mailman, import sympa
void add_policy_commands(CLI::App& app, Invocation& invocation);     // policy
void add_inspect_commands(CLI::App& app, Invocation& invocation);    // inspect
void add_journal_commands(CLI::App& app, Invocation& invocation);    // journal
void add_committee_commands(CLI::App& app, Invocation& invocation);  // decision case hold application review declaration duty acceptance
void add_backup_commands(CLI::App& app, Invocation& invocation);     // backup, restore
void add_restore_command(CLI::App& app, Invocation& invocation);     // restore
void add_token_commands(CLI::App& app, Invocation& invocation);      // token
void add_key_commands(CLI::App& app, Invocation& invocation);        // key
void add_manual_commands(CLI::App& app, Invocation& invocation);     // manual completion

}  // namespace caveat::server

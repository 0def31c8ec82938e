// import mailman, import sympa: who of another list manager's roster gets a place here. People who are not on record are told, not made,
// and what no load may do is not done.
#include <set>

#include "command.hpp"
#include "roster_file.hpp"

namespace caveat::server {
namespace command_import {

struct Wish {
    std::string file, list;
    bool dry_run = false;
};

constexpr std::size_t most_bytes = 64U << 20;  // of a roster

using Parse = Result<ForeignRoster> (*)(std::string_view text);

Result<ForeignRoster> read_roster(const std::string& file, Parse parse) {
    const auto text = read_file(file, most_bytes);
    if (!text) return tl::unexpected(text.error());
    auto roster = parse(*text);
    if (!roster) return tl::unexpected(Error{roster.error().code, file + ": " + roster.error().detail});
    if (roster->members.empty() && roster->description.empty()) return fail(errc::invalid, "{}: there is no member in it", file);
    return roster;
}

Json row(std::string_view change, std::string id, std::string detail) {
    return {{"change", change}, {"what", "subscription"}, {"id", std::move(id)}, {"detail", std::move(detail)}};
}

// Whoever is on record gets a place, each tried alone first so that one who may not have one keeps nobody else out.
Result<std::vector<Json>> enter(House& house, const community::Actor& by, const ForeignRoster& roster, const Wish& wish) {
    std::vector<Json> rows;
    registry::Census census;
    std::set<PersonId> here;
    for (const auto& one : roster.members) {
        const auto person = person_named(house.store(), one.address);
        if (!house.store().directory().key_of(person)) {
            rows.push_back(row("unknown", one.address, "nobody on record has this address: `caveat person add` first"));
            continue;
        }
        if (!here.insert(person).second) continue;
        registry::Census alone;
        alone.subscriptions = {{ListId{wish.list}, person, one.delivery}};
        const auto tried = house.registry().load(by, alone, {.dry_run = true});
        if (!tried) {
            rows.push_back(row("refused", wish.list + " " + person.value, tried.error().detail));
        } else if (!tried->changes.empty() && tried->changes.front().kind == registry::Change::Kind::add) {
            census.subscriptions.push_back(alone.subscriptions.front());
            rows.push_back(row("add", wish.list + " " + person.value, one.address));
            for (const auto& warning : tried->warnings) warn(warning);
        }
    }
    if (census.subscriptions.empty() || wish.dry_run) return rows;
    if (const auto loaded = house.registry().load(by, census, {}); !loaded) return tl::unexpected(loaded.error());
    return rows;
}

Result<void> import_roster(const Invocation& invocation, const Wish& wish, Parse parse) {
    const auto roster = read_roster(wish.file, parse);
    if (!roster) return tl::unexpected(roster.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto list = house->store().rosters().list(ListId{wish.list});
    if (!list) return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", wish.list);
    auto rows = enter(*house, invocation.actor(), *roster, wish);
    if (!rows) return tl::unexpected(rows.error());
    if (!roster->description.empty() && roster->description != list->charter) {
        rows->push_back({{"change", "told"},
                         {"what", "list"},
                         {"id", wish.list},
                         {"detail", fmt::format("charter: {} -> {}: set it by `caveat list change`", list->charter, roster->description)}});
    }
    invocation.print(*rows, {"change", "what", "id", "detail"});
    return {};
}

}  // namespace command_import

void add_roster_imports(CLI::App& import, Invocation& invocation) {
    using namespace command_import;
    const auto wish = std::make_shared<Wish>();
    const auto add = [&](const char* name, const char* help, Parse parse) {
        auto* made = import.add_subcommand(name, help);
        made->add_option("FILE", wish->file, "what the other list manager printed")->required();
        made->add_option("--list", wish->list, "the list here")->required();
        made->add_flag("--dry-run", wish->dry_run, "tell what would be added, change nothing");
        on(made, invocation, [&invocation, wish, parse] { return import_roster(invocation, *wish, parse); });
    };
    add("mailman", "a roster as `list_members`, `config_list -o -` or `mailman members` print it", mailman_roster);
    add("sympa", "a roster as `sympa.pl --dump` writes it, or a list's config", sympa_roster);
}

}  // namespace caveat::server

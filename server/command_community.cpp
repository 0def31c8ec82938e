// load, export.
#include <algorithm>

#include "command.hpp"
#include "community_file.hpp"
#include "private_file.hpp"

namespace caveat::server {
namespace command_community {

std::string_view sign(registry::Change::Kind kind) {
    switch (kind) {
        case registry::Change::Kind::add:
            return "add";
        case registry::Change::Kind::change:
            return "change";
        case registry::Change::Kind::remove:
            return "remove";
    }
    return "";
}

struct Options {
    std::filesystem::path file;
    registry::Manner manner;
    bool yes = false;
    std::string out;
};

Error located(const Error& error, const std::filesystem::path& file) {
    return error.code == errc::invalid || error.code == errc::denied ? with_lines(error, file) : error;
}

// "12 teams, 140 people": what a pruning load takes out; empty if nothing.
std::string removals_of(const registry::Loaded& loaded) {
    std::vector<std::pair<std::string, std::size_t>> counts;
    for (const auto& c : loaded.changes) {
        if (c.kind != registry::Change::Kind::remove) continue;
        const auto found = std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == c.what; });
        if (found == counts.end()) {
            counts.emplace_back(c.what, 1);
        } else {
            ++found->second;
        }
    }
    std::string text;
    for (const auto& [what, count] : counts) {
        const auto many = what == "person" ? std::string("people") : what + "s";
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, count == 1 ? what : many);
    }
    return text;
}

// How much goes is said before it goes.
Result<void> may_prune(const Invocation& invocation, registry::Registry office, const registry::Census& census, const Options& options) {
    if (!options.manner.prune || options.manner.dry_run) return {};
    const auto ahead = office.load(invocation.actor(), census, {.dry_run = true, .prune = true});
    if (!ahead) return tl::unexpected(located(ahead.error(), options.file));
    const auto going = removals_of(*ahead);
    if (going.empty()) return {};
    return confirmed(fmt::format("{} does not describe {}, and --prune removes them", options.file.string(), going), options.yes);
}

Result<void> load(const Invocation& invocation, const Options& options) {
    const bool dry_run = options.manner.dry_run;
    const auto census = read_community(options.file);
    if (!census) return tl::unexpected(census.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    if (auto ok = may_prune(invocation, house->registry(), *census, options); !ok) return ok;
    const auto loaded = house->registry().load(invocation.actor(), *census, options.manner);
    if (!loaded) return tl::unexpected(located(loaded.error(), options.file));
    std::vector<Json> facts;
    for (const auto& c : loaded->changes) facts.push_back({{"change", sign(c.kind)}, {"what", c.what}, {"id", c.id}, {"detail", c.detail}});
    if (!facts.empty() || invocation.json) invocation.print(facts, {"change", "what", "id", "detail"});
    for (const auto& warning : loaded->warnings) warn(warning);
    for (const auto& line : loaded->undecided) warn(line + "; loaded without a decision, and the journal says so");
    if (!dry_run) look_after_keys(*house, invocation.actor());
    if (!invocation.json) {
        fmt::print("{} {}\n", facts.size(), dry_run ? "changes would be made" : facts.size() == 1 ? "change made" : "changes made");
    }
    return {};
}

Result<void> export_to(const Invocation& invocation, const std::string& file) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto text = write_community(house->registry().census());
    if (file.empty()) {
        std::fwrite(text.data(), 1, text.size(), stdout);
        return {};
    }
    return write_private(file, text);
}

}  // namespace command_community

void add_community_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_community;
    const auto options = std::make_shared<Options>();
    auto* load_command = app.add_subcommand(
        "load", "add and change what a file describes; prints the difference. What it does not describe stays, unless --prune is said");
    load_command->add_option("FILE", options->file, "community file (TOML)")->required();
    load_command->add_flag("--dry-run", options->manner.dry_run, "print the difference, change nothing");
    load_command->add_flag("--prune", options->manner.prune, "remove what the file does not describe, after saying how much");
    load_command->add_flag("--yes", options->yes, "with --prune: do not ask");
    on(load_command, invocation, [&invocation, options] { return load(invocation, *options); });
    auto* export_command = app.add_subcommand("export", "the community as a file; loading it changes nothing");
    export_command->add_option("--out", options->out, "write to this file instead of standard output");
    on(export_command, invocation, [&invocation, options] { return export_to(invocation, options->out); });
}

}  // namespace caveat::server

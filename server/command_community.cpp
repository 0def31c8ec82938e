// load, export.
#include <fstream>

#include "command.hpp"
#include "community_file.hpp"

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

Result<void> load(const Invocation& invocation, const std::filesystem::path& file, bool dry_run) {
    const auto census = read_community(file);
    if (!census) return tl::unexpected(census.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto loaded = house->registry().load(invocation.actor(), *census, dry_run);
    if (!loaded) return tl::unexpected(loaded.error().code == errc::invalid ? with_lines(loaded.error(), file) : loaded.error());
    std::vector<Json> facts;
    for (const auto& c : loaded->changes) facts.push_back({{"change", sign(c.kind)}, {"what", c.what}, {"id", c.id}, {"detail", c.detail}});
    if (!facts.empty() || invocation.json) invocation.print(facts, {"change", "what", "id", "detail"});
    for (const auto& warning : loaded->warnings) warn(warning);
    for (const auto& line : loaded->undecided) warn(line + "; loaded without a decision, and the journal says so");
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
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return fail(errc::invalid, "{}: cannot be written", file);
    return {};
}

}  // namespace command_community

void add_community_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_community;
    struct Options {
        std::filesystem::path file;
        bool dry_run = false;
        std::string out;
    };
    const auto options = std::make_shared<Options>();
    auto* load_command = app.add_subcommand("load", "bring the community to the state a file describes; prints the difference");
    load_command->add_option("FILE", options->file, "community file (TOML)")->required();
    load_command->add_flag("--dry-run", options->dry_run, "print the difference, change nothing");
    on(load_command, invocation, [&invocation, options] { return load(invocation, options->file, options->dry_run); });
    auto* export_command = app.add_subcommand("export", "the community as a file; loading it changes nothing");
    export_command->add_option("--out", options->out, "write to this file instead of standard output");
    on(export_command, invocation, [&invocation, options] { return export_to(invocation, options->out); });
}

}  // namespace caveat::server

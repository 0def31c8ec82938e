#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <span>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "caveat/printable.hpp"
#include "command.hpp"
#include "supervisor.hpp"

namespace {

using namespace caveat;

int exit_code(errc code) {
    switch (code) {
        case errc::denied:
        case errc::conflict:
        case errc::corrupt:
            return 1;
        case errc::temporary:
            return 75;  // EX_TEMPFAIL
        case errc::invalid:
        case errc::not_found:
        case errc::limit:
            return 2;
    }
    return 2;
}

int report(errc code, const std::string& detail) {
    std::fputs(fmt::format("caveat: {}: {}\n", name(code), printable_lines(detail)).c_str(), stderr);
    return exit_code(code);
}

// What was typed is quoted there.
int explain(const CLI::App& app, const CLI::ParseError& error) {
    std::ostringstream out, trouble;
    const auto left = app.remaining(true);
    const bool named = !left.empty() && !left.front().starts_with('-');
    if (named && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && std::string_view(error.what()).starts_with("A subcommand")) {
        std::fputs(
            printable_lines(fmt::format("caveat: bad input: there is no command {}; --help lists those there are\n", left.front())).c_str(),
            stderr);
        return 2;
    }
    const int code = app.exit(error, out, trouble);
    std::fputs(printable_lines(out.str()).c_str(), stdout);
    std::fputs(printable_lines(trouble.str()).c_str(), stderr);
    return code == 0 ? 0 : 2;  // --help is no error
}

struct Commands {
    std::string_view words;
    void (*add)(CLI::App&, server::Invocation&);
};

constexpr Commands all_commands[] = {
    {"init serve doctor version", server::add_house_commands},
    {"load export", server::add_community_commands},
    {"team person list subscription", server::add_register_commands},
    {"contact", server::add_contact_commands},
    {"post posts held", server::add_post_commands},
    {"archive", server::add_archive_commands},
    {"import", server::add_import_commands},
    {"policy", server::add_policy_commands},
    {"inspect", server::add_inspect_commands},
    {"journal", server::add_journal_commands},
    {"waiting decision case hold term application review declaration duty acceptance", server::add_committee_commands},
    {"backup restore", server::add_backup_commands},
    {"token", server::add_token_commands},
    {"key", server::add_key_commands},
};

bool has_word(std::string_view words, std::string_view one) {
    for (std::size_t at = 0; at < words.size(); at = std::min(words.find(' ', at), words.size() - 1) + 1) {
        if (words.substr(at, words.find(' ', at) - at) == one) return true;
    }
    return false;
}

// Those that what was typed can mean: to make all of them is a fifth of what a short command costs. All where it names none, or asks what
// there is.
void add_commands(CLI::App& app, server::Invocation& invocation, std::span<char*> typed) {
    const auto is_typed = [&](std::string_view words) {
        return std::any_of(typed.begin(), typed.end(), [&](std::string_view one) { return has_word(words, one); });
    };
    const bool some = !is_typed("-h --help manual completion") &&
                      std::any_of(std::begin(all_commands), std::end(all_commands), [&](const Commands& c) { return is_typed(c.words); });
    for (const auto& commands : all_commands) {
        if (!some || is_typed(commands.words)) commands.add(app, invocation);
    }
    if (some) return;
    for (const auto* one : app.get_subcommands([](const CLI::App*) { return true; })) {
        const auto is_listed = [&](const Commands& c) { return has_word(c.words, one->get_name()); };
        if (std::none_of(std::begin(all_commands), std::end(all_commands), is_listed))
            throw std::logic_error(one->get_name() + " is not listed");
    }
    server::add_manual_commands(app, invocation);
}

}  // namespace

int main(int argc, char** argv) {
    caveat::server::forbid_core_files();  // every command may open mail
    // A mail of many MiB is given back as soon as it is read: with a limit that moves, glibc keeps what such mails took.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 20);
    CLI::App app("Mailing lists and confidential sharing for trust communities", "caveat");
    server::Invocation invocation;
    app.add_option("--config", invocation.config_file, "configuration file")->capture_default_str();
    app.add_flag("--json", invocation.json, "facts as JSON, one object a line");
    app.require_subcommand(1);
    app.fallthrough();
    add_commands(app, invocation, {argv, static_cast<std::size_t>(argc)});
    try {
        app.parse(argc, argv);
        if (!invocation.chosen) return 2;
        const auto done = invocation.chosen();
        return done ? 0 : report(done.error().code, done.error().detail);
    } catch (const CLI::ParseError& error) {
        return explain(app, error);
    } catch (const storage::Unavailable& trouble) {
        return report(errc::temporary, trouble.what());
    } catch (const std::system_error& trouble) {  // of the key file
        return report(trouble.code() == std::errc::no_space_on_device ? errc::temporary : errc::corrupt, trouble.what());
    } catch (const std::exception& trouble) {
        return report(errc::corrupt, trouble.what());
    }
}

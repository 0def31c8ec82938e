#include <malloc.h>

#include <cstdio>
#include <sstream>
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
    server::add_house_commands(app, invocation);
    server::add_community_commands(app, invocation);
    server::add_register_commands(app, invocation);
    server::add_contact_commands(app, invocation);
    server::add_post_commands(app, invocation);
    server::add_archive_commands(app, invocation);
    server::add_import_commands(app, invocation);
    server::add_policy_commands(app, invocation);
    server::add_inspect_commands(app, invocation);
    server::add_journal_commands(app, invocation);
    server::add_committee_commands(app, invocation);
    server::add_backup_commands(app, invocation);
    server::add_token_commands(app, invocation);
    server::add_key_commands(app, invocation);
    server::add_manual_commands(app, invocation);
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

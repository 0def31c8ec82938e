// init, serve, doctor, version.
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "application.hpp"
#include "caveat/fault.hpp"
#include "caveat/printable.hpp"
#include "command.hpp"
#include "doctor.hpp"

namespace caveat::server {
Result<void> make_gnupg_home(const std::filesystem::path& home) {
    if (home.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(home, error);
    if (!error) std::filesystem::permissions(home, std::filesystem::perms::owner_all, error);
    if (error) return fail(errc::invalid, "{}: {}; write another home in [openpgp]", home.string(), error.message());
    return {};
}

namespace command_house {

// No default credential: each house begins with a token of its own that can do everything but read, for the usual 90 days.
Result<access::NewToken> first_token(const Invocation& invocation) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    access::TokenRequest request;
    request.name = "first operator token";
    for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
        for (const auto kind : {access::Kind::read, access::Kind::write}) {
            const access::Right right{static_cast<access::Noun>(noun), kind};
            if (invocation.caller().reach(right) != access::Reach::none) request.rights.push_back(right);
        }
    }
    return house->access().create(invocation.caller(), request);
}

Result<void> initialise(const Invocation& invocation) {
    const auto config = invocation.config();
    if (!config) return tl::unexpected(config.error());
    // Everything is checked before anything is created, so that a second init changes nothing.
    for (const auto& file : {config->key_file, config->database}) {
        if (std::filesystem::exists(file))
            return fail(errc::conflict, "{} exists; init makes a new community and overwrites nothing", file.string());
    }
    if (const auto rules = read_rulebook(config->policy); !rules) return tl::unexpected(rules.error());
    if (const auto made = make_gnupg_home(config->gnupg_home); !made) return made;
    if (const auto made = vault::Vault::create(config->key_file); !made) return made;
    const auto vault = vault::Vault::open(config->key_file);
    if (!vault) return tl::unexpected(vault.error());
    if (const auto made = storage::Store::create(storage_options(*config, *vault)); !made) return made;
    const auto token = first_token(invocation);
    if (!token) return tl::unexpected(token.error());
    invocation.print({{"database", config->database.string()},
                      {"master_key", config->key_file.string()},
                      {"rule_book", config->policy.string()},
                      {"token", token->token.id},
                      {"token_secret", token->secret}});
    return {};
}

// A line of the log is one line, whatever it quotes.
class PlainLines final : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
        const auto text = printable(std::string_view(message.payload.data(), message.payload.size()));
        auto plain = message;
        plain.payload = text;
        lines_.format(plain, to);
    }
    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<PlainLines>(); }

private:
    spdlog::pattern_formatter lines_;
};

Result<void> run_daemon(const Invocation& invocation) {
    const auto config = invocation.config();
    if (!config) return tl::unexpected(config.error());
    spdlog::set_default_logger(spdlog::stderr_logger_mt("caveat"));
    spdlog::set_formatter(std::make_unique<PlainLines>());
    spdlog::set_level(spdlog::level::from_str(config->log_level));
    return serve(*config);
}

Result<void> examine(const Invocation& invocation) {
    const auto findings = doctor(invocation.config_file);
    bool bad = false;
    std::vector<Json> facts;
    for (const auto& f : findings) {
        bad = bad || f.grade == Grade::bad;
        facts.push_back({{"check", f.check}, {"result", name(f.grade)}, {"detail", f.detail}});
    }
    invocation.print(facts, {"result", "check", "detail"});
    if (bad) return fail(errc::denied, "something needs mending before mail can be trusted to this machine");
    return {};
}

}  // namespace command_house

void add_house_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_house;
    on(app.add_subcommand("init", "database, master key, GnuPG home, first operator token; refuses to overwrite"), invocation,
       [&] { return initialise(invocation); });
    on(app.add_subcommand("serve", "run the daemon in the foreground"), invocation, [&] { return run_daemon(invocation); });
    on(app.add_subcommand("doctor", "look for what would hurt: files, database, rules, relay, the MTA in front, disk, swap"), invocation,
       [&] { return examine(invocation); });
    on(app.add_subcommand("version", "print the version"), invocation, [&]() -> Result<void> {
        Json fact{{"version", CAVEAT_VERSION}};
        if (const auto points = fault_points(); !points.empty()) fact["fault_points"] = points;
        invocation.print(fact);
        return {};
    });
}

}  // namespace caveat::server

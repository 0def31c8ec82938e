#include "house.hpp"

#include <fstream>
#include <iterator>

#include "community_file.hpp"

namespace caveat::server {

Result<std::string> read_file(const std::filesystem::path& file, std::size_t most) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", file.string());
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > most) return fail(errc::limit, "{}: {} bytes; at most {} are read", file.string(), size, most);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<policy::Rulebook> read_rulebook(const std::filesystem::path& file) {
    const auto text = read_file(file, 1U << 20);
    if (!text) return tl::unexpected(text.error());
    auto loading = policy::load(*text, file.string());
    if (loading.book) return *loading.book;
    std::string findings;
    for (const auto& f : loading.findings) findings += fmt::format("{}:{}: {}; {}\n", f.file, f.line, f.what, f.remedy);
    if (!findings.empty()) findings.pop_back();
    return fail(errc::invalid, "{}", findings);
}

storage::Options storage_options(const Config& config, const vault::Vault& vault) {
    storage::Options options;
    options.path = config.database;
    options.chain = [vault](std::string_view bytes) { return vault.mac("journal", bytes); };
    options.spare_disk = config.spare_disk;
    return options;
}

namespace {

letters::Letterhead letterhead(const Config& config) { return {config.community_name, config.domain, config.templates}; }

}  // namespace

access::Settings access_settings(const Config& config) {
    return {letterhead(config), config.base_url, config.link_life, config.session_life, config.session_idle, config.links_per_hour};
}

storage::Options House::storage_options() const { return server::storage_options(parts_->config, parts_->vault); }

http::Offices House::offices(storage::Store& store) {
    static const std::string source = "community";
    return {room(store),
            access_settings(parts_->config),
            postage(),
            {[](std::string_view text) { return read_community_text(text, source); },
             [](Error error, std::string_view text) { return with_lines(std::move(error), text, source); }}};
}

committee::Postage House::postage() const {
    const auto& settings = parts_->settings;
    return {parts_->vault,
            letterhead(parts_->config),
            "sc" + settings.separator + "owner@" + settings.domain,
            parts_->config.appeal_rules,
            settings.verified_transport,
            parts_->config.base_url};
}

Result<House> House::open(const Config& config, std::function<void(std::string_view)> log) {
    // Before the master key and the database: this forks.
    auto sealing = config.gnupg_home.empty() ? nullptr : openpgp::gnupg(config.gnupg_home, openpgp::gnupg_deadline, std::move(log));
    auto vault = vault::Vault::open(config.key_file);
    if (!vault) return tl::unexpected(vault.error());
    auto rules = read_rulebook(config.policy);
    if (!rules) return tl::unexpected(rules.error());
    auto store = storage::Store::open(server::storage_options(config, *vault));
    if (!store) return tl::unexpected(store.error());
    mailroom::Settings settings;
    settings.community_name = config.community_name;
    settings.domain = config.domain;
    settings.separator = config.separator;
    settings.trusted_authserv_ids = config.trusted_authserv_ids;
    settings.front_mark = config.front_mark;
    settings.limits = config.mail_limits;
    settings.verified_transport = delivery::is_verified(config.relay);
    settings.templates = config.templates;
    settings.quotas = config.quotas;
    settings.operator_address = config.operator_address;
    return House(std::make_unique<Parts>(Parts{config, *vault, *rules, std::move(*store), {}, std::move(settings), std::move(sealing)}));
}

}  // namespace caveat::server

#include "config.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

#include "caveat/ascii.hpp"
#include "toml_fields.hpp"

namespace caveat::server {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using namespace std::chrono_literals;

constexpr std::uintmax_t longest_config = 1 << 20;
constexpr std::string_view unix_socket = "unix:";
const fs::path installed = CAVEAT_SHARE;  // of the prefix that was configured

// RFC 5321 §4.1.2: labels of letters, digits and inner hyphens; at most 255 octets (RFC 1035 §2.3.4).
bool is_domain(std::string_view text) {
    if (text.empty() || text.size() > 255 || text.back() == '.') return false;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('.', at), text.size());
        const auto label = text.substr(at, end - at);
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        const auto fits = [](char c) { return ascii::is_small(c) || ascii::is_digit(c) || c == '-'; };
        if (!std::all_of(label.begin(), label.end(), fits)) return false;
        at = end + 1;
    }
    return true;
}

// "127.0.0.1:8024", "[::1]:8024" and "mx.arc.example:25".
bool is_endpoint(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto host = text.substr(0, colon);
    if (host.find(':') != std::string_view::npos && !(host.front() == '[' && host.back() == ']')) return false;
    const auto port = text.substr(colon + 1);
    unsigned number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    return error == std::errc{} && end == port.data() + port.size() && number <= 65'535;
}

// No name: a listener resolves none.
bool is_literal_endpoint(std::string_view text) {
    if (!is_endpoint(text)) return false;
    auto host = text.substr(0, text.rfind(':'));
    if (host.front() == '[') host = host.substr(1, host.size() - 2);
    return sockets::read_address(host).has_value();
}

struct ConfigReading {
    Config config;
    Findings findings;
    fs::path folder;
};

fs::path beside(const ConfigReading& to, const std::string& path) {
    return path.empty() ? fs::path{} : (to.folder / path).lexically_normal();
}

std::string door(TableReader& fields, std::string_view key, const ConfigReading& to) {
    const auto written = fields.text(key);
    if (written.empty() || is_literal_endpoint(written)) return written;
    if (written.starts_with(unix_socket) && written.size() > unix_socket.size()) {
        return std::string(unix_socket) + beside(to, written.substr(unix_socket.size())).string();
    }
    fields.complain(key, "'{}' is not an address to listen on; write \"127.0.0.1:8024\", \"[::1]:8024\" or \"unix:name.sock\"", written);
    return {};
}

// Where what comes with caveat may lie: beside the program's bin (an installation under any prefix), in the tree it was built in, or
// installed.
std::vector<fs::path> shares() {
    std::error_code ignored;
    std::vector<fs::path> found;
    const auto program = fs::read_symlink("/proc/self/exe", ignored);
    if (!program.empty()) {
        const auto prefix = program.parent_path().parent_path();
        found = {prefix / "share" / "caveat", prefix};
    }
    found.push_back(installed);
    return found;
}

// The rule book: as written, else of that name among those that come with caveat.
fs::path rule_book(TableReader& fields, const std::string& name, const ConfigReading& to) {
    const auto own = beside(to, name);
    std::error_code ignored;
    if (own.empty() || fs::exists(own, ignored)) return own;
    if (fs::path(name).is_relative()) {
        for (const auto& share : shares()) {
            if (fs::exists(share / "policies" / name, ignored)) return share / "policies" / name;
        }
    }
    fields.complain("policy", "there is no {}, and none of that name in {}; write the path of a rule book", own.string(),
                    (installed / "policies").string());
    return own;
}

// Notices belong to a rule book's words, so the folder beside its folder comes before the installed one. Whether any is there, doctor says.
fs::path default_templates(const ConfigReading& to) {
    std::vector<fs::path> candidates{to.folder / "templates", to.config.policy.parent_path().parent_path() / "templates"};
    for (const auto& share : shares()) candidates.push_back(share / "templates");
    std::error_code ignored;
    for (const auto& folder : candidates) {
        if (fs::is_directory(folder, ignored)) return folder;
    }
    return candidates.back();
}

// Not one of our own: what it gets it would send to itself.
void read_operator(TableReader& fields, Config& config) {
    config.operator_address = fields.text("operator");
    const auto& address = config.operator_address;
    if (address.empty()) return;
    const auto at = address.rfind('@');
    const auto local = address.substr(0, std::min(at, address.size()));
    const auto strange = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '@'; };
    const auto domain = at == std::string::npos ? std::string{} : ascii::lower(address.substr(at + 1));
    if (local.empty() || local.size() > 64 || std::any_of(local.begin(), local.end(), strange) || !is_domain(domain)) {
        fields.complain("operator", "'{}' is not a mail address; write \"postmaster@arc.example\"", address);
    } else if (domain == config.domain) {
        fields.complain("operator", "'{}' is an address of this server's own domain; write one that another server delivers", address);
    }
}

void read_iep_policies(TableReader& fields, ConfigReading& to) {
    constexpr std::uintmax_t most_bytes = 16 * 1024;
    const auto written = fields.text("iep_policies");
    if (written.empty()) return;
    const auto folder = beside(to, written);
    std::error_code trouble;
    for (const auto& entry : fs::directory_iterator(folder, trouble)) {
        if (entry.path().extension() != ".json") continue;
        std::ifstream file(entry.path(), std::ios::binary);
        std::error_code unknown;
        if (!file || fs::file_size(entry.path(), unknown) > most_bytes) {
            fields.complain("iep_policies", "{} cannot be read, or is larger than {} bytes", entry.path().string(), most_bytes);
            continue;
        }
        to.config.iep_policies.emplace(entry.path().stem().string(), std::string(std::istreambuf_iterator<char>(file), {}));
    }
    if (trouble) fields.complain("iep_policies", "{} cannot be read: {}", folder.string(), trouble.message());
}

void read_community(TableReader& fields, ConfigReading& to) {
    Config& config = to.config;
    config.community_name = fields.required("name", "Southern Arc CSIRT Forum");
    // It is put into headers and notices.
    const auto& name = config.community_name;
    if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
        fields.complain("name", "holds a control character; write one line of text");
    }
    config.domain = ascii::lower(fields.required("domain", "lists.arc.example"));
    if (!config.domain.empty() && !is_domain(config.domain)) {
        fields.complain("domain", "'{}' is not a domain; write \"lists.arc.example\"", config.domain);
    }
    config.policy = rule_book(fields, fields.required("policy", "apcert.toml"), to);
    const auto templates = fields.text("templates");
    config.templates = templates.empty() ? default_templates(to) : beside(to, templates);
    const auto appeals = fields.text("appeal_rules");
    config.appeal_rules = appeals.empty() ? config.templates / "appeal-rules.txt" : beside(to, appeals);
    read_iep_policies(fields, to);
    config.separator = fields.text("separator", config.separator);
    constexpr std::string_view separators = "+-=_";
    if (config.separator.size() != 1 || separators.find(config.separator) == std::string_view::npos) {
        fields.complain("separator", "'{}' cannot be one; write one of + - = _", config.separator);
    }
    read_operator(fields, config);
}

void read_storage(TableReader& fields, ConfigReading& to) {
    to.config.database = beside(to, fields.required("path", "caveat.db"));
    to.config.spare_disk = fields.number("spare_disk", to.config.spare_disk, 0, 1ULL << 62);
}

void read_vault(TableReader& fields, ConfigReading& to) { to.config.key_file = beside(to, fields.required("key_file", "vault.key")); }

// A range that no site is, wider than the /8 of IPv4 or the /16 of IPv6. IPv4 lies behind ::ffff: (RFC 4291 §2.5.5.2).
bool is_nearly_everybody(const sockets::Network& network) {
    const auto& address = network.address;
    const bool v4 = address[0] == 0 && address[10] == 0xff && address[11] == 0xff;
    return network.bits < (v4 ? 96U + 8 : 16U);
}

void read_smtp(TableReader& fields, ConfigReading& to) {
    to.config.lmtp = door(fields, "lmtp", to);
    to.config.smtp = door(fields, "smtp", to);
    for (const auto& text : fields.texts("peers")) {
        const auto network = sockets::read_network(text);
        if (!network || network->is_unix) {
            fields.complain("peers", "'{}' is not an address; write \"192.0.2.25\", \"10.0.0.0/8\" or \"2001:db8::/32\"", text);
        } else if (is_nearly_everybody(*network)) {
            fields.complain("peers", "'{}' is nearly everybody; name the MTA that has looked at the mail", text);
        } else {
            to.config.mail_peers.push_back(*network);
        }
    }
}

void read_relay(TableReader& fields, ConfigReading& to) {
    auto& relay = to.config.relay;
    auto& courier = to.config.courier;
    auto& schedule = courier.schedule;
    relay.url = fields.text("url", relay.url);
    if (relay.url.starts_with(unix_socket)) {
        relay.url = std::string(unix_socket) + beside(to, relay.url.substr(unix_socket.size())).string();
    } else if (!relay.url.starts_with("smtp://") && !relay.url.starts_with("smtps://")) {
        // Not shown: it may hold a password.
        fields.complain("url", "must begin with smtp://, smtps:// or unix:; write \"smtp://127.0.0.1:25\"");
    }
    relay.helo = fields.text("helo");
    relay.require_tls = fields.flag("require_tls", relay.require_tls);
    relay.ca_file = beside(to, fields.text("ca_file")).string();
    relay.connect_timeout = fields.duration("connect_timeout", std::chrono::floor<seconds>(relay.connect_timeout), 1s);
    relay.transfer_timeout = fields.duration("transfer_timeout", std::chrono::floor<seconds>(relay.transfer_timeout), 1s);
    courier.connections = fields.number("connections", courier.connections, 1, 1'000);
    schedule.first_retry = fields.duration("first_retry", schedule.first_retry, 1s);
    schedule.max_retry = fields.duration("max_retry", schedule.max_retry, 1s);
    schedule.give_up = fields.duration("give_up", schedule.give_up, 1s);
    if (schedule.max_retry < schedule.first_retry) {
        fields.complain("max_retry", "{} is shorter than first_retry {}; write at least that", to_string(schedule.max_retry),
                        to_string(schedule.first_retry));
    }
}

// RFC 5322 §3.6.8, and a name of its own: a field that mail has anyway would be taken out of every message.
bool is_name_of_mark(std::string_view name) {
    constexpr std::size_t longest = 64;
    const auto fits = [](char c) { return ascii::is_small(c) || ascii::is_digit(c) || c == '-'; };
    const auto small = ascii::lower(std::string(name));
    const auto means_something = [&](std::string_view known) { return small.starts_with(known); };
    constexpr std::array known{"x-tlp", "x-loop", "x-auto", "x-precedence", "x-failed"};
    return small.starts_with("x-") && small.size() > 2 && small.size() <= longest && std::all_of(small.begin(), small.end(), fits) &&
           std::none_of(known.begin(), known.end(), means_something);
}

// Whoever reads it can write what the MTA writes, so it is guarded like the key file. What is wrong with it, empty if nothing is.
std::string read_mark(const fs::path& file, std::string& secret) {
    constexpr std::size_t shortest = 16, longest = 128;
    std::error_code error;
    const auto found = fs::status(file, error);
    if (error || !fs::is_regular_file(found)) return fmt::format("there is no file {}; write the secret into it, mode 0600", file.string());
    if ((found.permissions() & (fs::perms::others_all | fs::perms::group_write)) != fs::perms::none)
        return fmt::format("others can read or change {}; chmod 0640 it", file.string());
    const auto text = read_text(file, 4096);
    if (!text) return text.error().detail;
    const auto end = text->find_last_not_of("\r\n");
    secret = text->substr(0, end == std::string::npos ? 0 : end + 1);
    const bool plain = std::all_of(secret.begin(), secret.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (plain && secret.size() >= shortest && secret.size() <= longest) return {};
    secret.clear();
    return fmt::format("{} must hold one line of {} to {} letters, digits and signs without a blank, and nothing else", file.string(),
                       shortest, longest);
}

void read_front_mark(TableReader& fields, ConfigReading& to) {
    auto& mark = to.config.front_mark;
    mark.field = fields.text("secret_field");
    const auto file = fields.text("secret_file");
    if (mark.field.empty() && file.empty()) return;
    if (!is_name_of_mark(mark.field)) {
        fields.complain(
            "secret_field",
            "'{}' is no name for it; write one of letters, digits and hyphens that begins with X- and means nothing yet: \"X-Arc-Border\"",
            mark.field);
    }
    if (file.empty()) return fields.complain("secret_file", "is missing; write the file whose one line is the value of {}", mark.field);
    const auto wrong = read_mark(beside(to, file), mark.secret);
    if (!wrong.empty()) fields.complain("secret_file", "{}", wrong);
}

void read_authentication(TableReader& fields, ConfigReading& to) {
    for (auto& id : fields.texts("trusted_authserv_ids")) {
        if (id.empty()) fields.complain("trusted_authserv_ids", "an empty id would trust headers of anybody; write the name of your MTA");
        to.config.trusted_authserv_ids.push_back(ascii::lower(std::move(id)));
    }
    read_front_mark(fields, to);
}

void read_openpgp(TableReader& fields, ConfigReading& to) {
    to.config.gnupg_home = beside(to, fields.text("home"));
    to.config.gnupg_deadline = fields.duration("deadline", to.config.gnupg_deadline, std::chrono::seconds{1});
    to.config.gnupg_again = fields.duration("again", to.config.gnupg_again, std::chrono::seconds{1});
    to.config.list_key_life = fields.duration("list_key_life", to.config.list_key_life, std::chrono::hours{24});
    to.config.list_key_overlap = fields.duration("list_key_overlap", to.config.list_key_overlap, std::chrono::seconds{0});
}

// What mailed links begin with: scheme, host and perhaps a folder, nothing that a link could be hidden behind.
bool is_base_url(std::string_view text) {
    const auto loopback = [&](std::string_view name) {
        if (!text.starts_with(name)) return false;
        const auto rest = text.substr(name.size());
        return rest.empty() || rest.front() == ':' || rest.front() == '/';
    };
    const bool plain = loopback("http://127.0.0.1") || loopback("http://[::1]") || loopback("http://localhost");
    if (!text.starts_with("https://") && !plain) return false;
    const auto host = text.substr(text.find("://") + 3);
    constexpr std::string_view others = ".-_:/[]";
    const auto fits = [&](char c) { return ascii::is_alnum(c) || others.find(c) != std::string_view::npos; };
    return !host.empty() && host.front() != '/' && host.back() != '/' && std::all_of(host.begin(), host.end(), fits);
}

void read_http(TableReader& fields, ConfigReading& to) {
    Config& config = to.config;
    config.http_listen = door(fields, "listen", to);
    config.base_url = fields.text("base_url");
    if (!config.base_url.empty() && !is_base_url(config.base_url)) {
        fields.complain("base_url", "'{}' is not an address of pages; write \"https://console.arc.example\" (http:// only on loopback)",
                        config.base_url);
    }
    config.http_max_body = fields.number("max_body", config.http_max_body, 1U << 10, 64U << 20);
    config.http_rate = static_cast<double>(fields.number("rate", static_cast<std::size_t>(config.http_rate), 1, 1'000'000));
    config.http_burst = static_cast<double>(fields.number("burst", static_cast<std::size_t>(config.http_burst), 1, 1'000'000));
    for (const auto& text : fields.texts("trusted_proxies")) {
        if (const auto network = sockets::read_network(text)) {
            config.http_trusted_proxies.push_back(*network);
        } else {
            fields.complain("trusted_proxies", "'{}' is no address; write \"127.0.0.1\", \"10.0.0.0/8\", or \"unix\" for a Unix socket",
                            text);
        }
    }
    config.link_life = fields.duration("link_life", config.link_life, 60s);
    config.session_life = fields.duration("session_life", config.session_life, 60s);
    config.session_idle = fields.duration("session_idle", config.session_idle, 60s);
    config.links_per_hour = static_cast<int>(fields.number("links_per_hour", static_cast<std::size_t>(config.links_per_hour), 1, 1'000));
    if (config.link_life > 1h)
        fields.complain("link_life", "{} is too long for a link in a letter; write at most 1h", to_string(config.link_life));
    if (config.session_life > 7 * 24h) {
        fields.complain("session_life", "{} is too long; write at most 7d", to_string(config.session_life));
    }
}

void read_limits(TableReader& fields, ConfigReading& to) {
    Config& config = to.config;
    auto& mail = config.mail_limits;
    mail.message = fields.number("message", mail.message, 1 << 10, 1 << 30);
    mail.header_block = fields.number("header_block", mail.header_block, 1 << 10, 16 << 20);
    mail.headers = fields.number("headers", mail.headers, 10, 100'000);
    mail.depth = fields.number("depth", mail.depth, 1, 100);
    mail.parts = fields.number("parts", mail.parts, 1, 100'000);
    config.max_recipients = fields.number("recipients", config.max_recipients, 1, 100'000);  // RFC 5321 §4.5.3.1.8 asks for 100
    config.max_connections = fields.number("connections", config.max_connections, 1, 100'000);
    config.max_intake = fields.number("intake", std::max(config.max_intake, mail.message), 1 << 10, 1ULL << 40);
    if (config.max_intake < mail.message) {
        fields.complain("intake", "{} is less than one message may have, {}; write at least that", config.max_intake, mail.message);
    }
    config.max_command_line = fields.number("command_line", config.max_command_line, 512, 65'536);  // RFC 5321 §4.5.3.1.4
    config.command_timeout = fields.duration("command_timeout", config.command_timeout, 1s);
    config.data_timeout = fields.duration("data_timeout", config.data_timeout, 1s);
    config.message_timeout = fields.duration("message_timeout", std::max(config.message_timeout, config.data_timeout), 1s);
    if (config.message_timeout < config.data_timeout) {
        fields.complain("message_timeout", "{} is shorter than data_timeout {}; write at least that", to_string(config.message_timeout),
                        to_string(config.data_timeout));
    }
}

// A quota that no message fits into would put off what comes again and again.
void read_quota(TableReader& fields, std::string_view number, std::string_view bytes, std::size_t message, mailroom::Quota& quota) {
    quota.number = fields.number(number, quota.number, 1, 100'000);
    quota.bytes = fields.number(bytes, std::max<std::size_t>(quota.bytes, message), 1 << 10, 1ULL << 50);
    if (quota.bytes < message) {
        fields.complain(bytes, "{} is less than limits.message, {}; write at least that", quota.bytes, message);
    }
}

void read_held(TableReader& fields, ConfigReading& to) {
    auto& quotas = to.config.quotas;
    const auto message = to.config.mail_limits.message;  // its section is read before
    read_quota(fields, "posts", "bytes", message, quotas.held);
    read_quota(fields, "all_posts", "all_bytes", message, quotas.all_held);
    read_quota(fields, "unproven", "unproven_bytes", message, quotas.unproven);
    read_quota(fields, "all_unproven", "all_unproven_bytes", message, quotas.all_unproven);
    quotas.unproven_life = fields.duration("unproven_life", quotas.unproven_life, 1h);
}

void read_log(TableReader& fields, ConfigReading& to) {
    constexpr std::array<std::string_view, 4> levels{"debug", "info", "warning", "error"};
    to.config.log_level = fields.text("level", to.config.log_level);
    if (std::find(levels.begin(), levels.end(), to.config.log_level) == levels.end()) {
        fields.complain("level", "'{}' is not a level; write one of: {}", to.config.log_level, fmt::join(levels, ", "));
    }
}

// Not one of our doors: the probe would prove nothing.
void read_doctor(TableReader& fields, ConfigReading& to) {
    to.config.backup_every = fields.duration("backup_every", to.config.backup_every, std::chrono::seconds{0});
    auto& front = to.config.front;
    front = fields.text("front");
    if (front.empty()) return;
    if (!is_endpoint(front)) {
        fields.complain("front", "'{}' is not where a mail server listens; write \"mx.arc.example:25\" or \"192.0.2.25:25\"", front);
    } else if (front == to.config.lmtp || front == to.config.smtp) {
        fields.complain("front", "'{}' is caveat's own door; write where the MTA in front of it listens", front);
    }
}

struct ConfigSection {
    std::string_view name;
    void (*read)(TableReader&, ConfigReading&);
};
constexpr std::array<ConfigSection, 12> config_sections{{{"community", read_community},
                                                         {"storage", read_storage},
                                                         {"vault", read_vault},
                                                         {"smtp", read_smtp},
                                                         {"relay", read_relay},
                                                         {"authentication", read_authentication},
                                                         {"openpgp", read_openpgp},
                                                         {"http", read_http},
                                                         {"limits", read_limits},
                                                         {"held", read_held},
                                                         {"doctor", read_doctor},
                                                         {"log", read_log}}};

// A section that is left out is read as an empty one: its defaults hold, and its required keys are missed.
void read_config_section(const toml::table& file, const ConfigSection& section, ConfigReading& to) {
    static const toml::table empty;
    const auto* node = file.get(section.name);
    const auto* table = node == nullptr ? &empty : node->as_table();
    if (table == nullptr) return to.findings.add(node->source(), "{}: must be a section; write [{}]", section.name, section.name);
    TableReader fields(*table, std::string(section.name), to.findings);
    section.read(fields, to);
    fields.done();
}

void refuse_unknown_config_sections(const toml::table& file, Findings& findings) {
    std::vector<std::string_view> names;
    for (const auto& section : config_sections) names.push_back(section.name);
    for (const auto& [key, node] : file) {
        if (std::find(names.begin(), names.end(), key.str()) != names.end()) continue;
        findings.add(key.source(), "{}: unknown; the sections are {}", key.str(), fmt::join(names, ", "));
    }
}

}  // namespace

Result<Config> read_config(const fs::path& file) {
    const auto text = read_text(file, longest_config);
    if (!text) return tl::unexpected(text.error());
    const auto parsed = parse_toml(*text, file);
    if (!parsed) return tl::unexpected(parsed.error());
    ConfigReading to{{}, Findings{file}, fs::absolute(file).parent_path()};
    to.config.file = file;
    refuse_unknown_config_sections(*parsed, to.findings);
    for (const auto& section : config_sections) read_config_section(*parsed, section, to);
    if (!to.findings.none()) return tl::unexpected(to.findings.error());
    if (to.config.relay.helo.empty()) to.config.relay.helo = to.config.domain;
    return std::move(to.config);
}

}  // namespace caveat::server

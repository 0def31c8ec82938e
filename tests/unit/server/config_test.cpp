#include "config.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "scratch.hpp"

namespace fs = std::filesystem;
using namespace caveat;
using namespace std::chrono_literals;

namespace {

constexpr auto least = R"([community]
name   = "Southern Arc CSIRT Forum"
domain = "Lists.Arc.Example"
policy = "apcert.toml"
[storage]
path = "caveat.db"
[vault]
key_file = "vault.key"
)";

// Reads a configuration that lies in a folder with a rule book.
struct Folder : Scratch {
    Folder() { write("apcert.toml", ""); }
    [[nodiscard]] Result<server::Config> read(const std::string& text) const { return server::read_config(write("caveat.toml", text)); }
};

std::string slurp(const fs::path& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the least configuration runs with the defaults of the modules", "[O1]") {
    const Folder folder;
    const auto config = folder.read(least);
    REQUIRE(config);
    CHECK(config->domain == "lists.arc.example");
    CHECK(config->database == folder.path / "caveat.db");
    CHECK(config->key_file == folder.path / "vault.key");
    CHECK(config->policy == folder.path / "apcert.toml");
    CHECK(config->lmtp.empty());
    CHECK(config->relay.url == "smtp://127.0.0.1:25");
    CHECK(config->relay.helo == "lists.arc.example");
    CHECK(config->courier.schedule.first_retry == 60s);
    CHECK(config->courier.schedule.give_up == 120h);
    CHECK(config->mail_limits.message == 25 * 1024 * 1024);
    CHECK(config->separator == "+");
}

TEST_CASE("the example that is installed parses and shows every default", "[O1]") {
    const Folder folder;
    const auto example = folder.read(slurp(fs::path(SOURCE_DIR) / "deploy/example.toml"));
    REQUIRE(example);
    const server::Config plain;
    CHECK(example->separator == plain.separator);
    CHECK(example->spare_disk == plain.spare_disk);
    CHECK(example->relay.url == plain.relay.url);
    CHECK(example->relay.connect_timeout == plain.relay.connect_timeout);
    CHECK(example->relay.transfer_timeout == plain.relay.transfer_timeout);
    CHECK(example->relay.require_tls == plain.relay.require_tls);
    CHECK(example->relay.ca_file == plain.relay.ca_file);
    CHECK(example->courier.connections == plain.courier.connections);
    CHECK(example->courier.schedule.first_retry == plain.courier.schedule.first_retry);
    CHECK(example->courier.schedule.max_retry == plain.courier.schedule.max_retry);
    CHECK(example->courier.schedule.give_up == plain.courier.schedule.give_up);
    CHECK(example->mail_limits.message == plain.mail_limits.message);
    CHECK(example->mail_limits.header_block == plain.mail_limits.header_block);
    CHECK(example->mail_limits.headers == plain.mail_limits.headers);
    CHECK(example->mail_limits.depth == plain.mail_limits.depth);
    CHECK(example->mail_limits.parts == plain.mail_limits.parts);
    CHECK(example->max_recipients == plain.max_recipients);
    CHECK(example->max_connections == plain.max_connections);
    CHECK(example->max_intake == plain.max_intake);
    CHECK(example->max_command_line == plain.max_command_line);
    CHECK(example->command_timeout == plain.command_timeout);
    CHECK(example->quotas == plain.quotas);
    CHECK(example->data_timeout == plain.data_timeout);
    CHECK(example->message_timeout == plain.message_timeout);
    CHECK(example->log_level == plain.log_level);
    CHECK(example->backup_every == plain.backup_every);
    CHECK(example->link_life == plain.link_life);
    CHECK(example->session_life == plain.session_life);
    CHECK(example->session_idle == plain.session_idle);
    CHECK(example->links_per_hour == plain.links_per_hour);
}

TEST_CASE("the example names every key that a section knows", "[O1]") {
    const Folder folder;
    const auto example = slurp(fs::path(SOURCE_DIR) / "deploy/example.toml");
    const auto section = GENERATE(as<std::string>{}, "community", "storage", "vault", "smtp", "relay", "authentication", "openpgp", "http",
                                  "limits", "held", "doctor", "log");
    CAPTURE(section);
    const auto text = std::string(least).find("[" + section + "]") == std::string::npos
                          ? std::string(least) + "[" + section + "]\nno_such_key = 1\n"
                          : std::string(least).replace(std::string(least).find("[" + section + "]"), section.size() + 2,
                                                       "[" + section + "]\nno_such_key = 1");
    const auto config = folder.read(text);
    REQUIRE_FALSE(config);
    const auto& detail = config.error().detail;
    const auto from = detail.find("known here: ");
    REQUIRE(from != std::string::npos);
    std::stringstream keys(detail.substr(from + 12, detail.find('\n', from) - from - 12));
    for (std::string key; std::getline(keys >> std::ws, key, ',');) {
        CAPTURE(key);
        const auto begin = example.find("[" + section + "]");
        const auto end = example.find("\n[", begin);
        CHECK(example.substr(begin, end - begin).find("\n" + key + " ") != std::string::npos);
    }
}

TEST_CASE("the rules on appeals are those of the templates unless the operator has others", "[item 28]") {
    const Folder folder;
    const auto plain = folder.read(std::string(least));
    REQUIRE(plain);
    CHECK(plain->appeal_rules == plain->templates / "appeal-rules.txt");
    auto text = std::string(least);
    text.insert(text.find("[community]") + 12, "appeal_rules = \"ours.txt\"\n");
    const auto own = folder.read(text);
    REQUIRE(own);
    CHECK(own->appeal_rules == folder.path / "ours.txt");
}

TEST_CASE("the policies to which posts may refer are those of a folder, by the names of their files", "[O1]") {
    const Folder folder;
    auto text = std::string(least);
    text.insert(text.find("[community]") + 12, "iep_policies = \"policies\"\n");
    CHECK_THAT(folder.read(text).error().detail, Catch::Contains("cannot be read"));
    fs::create_directory(folder.path / "policies");
    std::ofstream(folder.path / "policies/one.json") << std::string(16 * 1024, ' ');
    std::ofstream(folder.path / "policies/notes.txt") << "not one";
    const auto config = folder.read(text);
    REQUIRE(config);
    REQUIRE(config->iep_policies.size() == 1);
    CHECK(config->iep_policies.at("one").size() == 16 * 1024);
    std::ofstream(folder.path / "policies/two.json") << std::string(16 * 1024 + 1, ' ');
    CHECK_THAT(folder.read(text).error().detail, Catch::Contains("two.json cannot be read, or is larger than 16384 bytes"));
    CHECK(folder.read(std::string(least))->iep_policies.empty());
}

TEST_CASE("paths and sockets are relative to the file", "[O1]") {
    const Folder folder;
    const auto config = folder.read(
        std::string(least) +
        "[smtp]\nlmtp = \"unix:run/lmtp.sock\"\nsmtp = \"[::1]:8025\"\n"
        "[openpgp]\nhome = \"gnupg\"\ndeadline = \"7s\"\n[relay]\nurl = \"unix:relay.sock\"\nfirst_retry = \"2m\"\n");
    REQUIRE(config);
    CHECK(config->lmtp == "unix:" + (folder.path / "run/lmtp.sock").string());
    CHECK(config->smtp == "[::1]:8025");
    CHECK(config->gnupg_home == folder.path / "gnupg");
    CHECK(config->gnupg_deadline == std::chrono::seconds{7});
    CHECK(config->relay.url == "unix:" + (folder.path / "relay.sock").string());
    CHECK(config->courier.schedule.first_retry == 120s);
}

TEST_CASE("who may hand in mail over TCP is named by address or range", "[O1]") {
    const Folder folder;
    CHECK(folder.read(least).value().mail_peers.empty());
    const auto config = folder.read(std::string(least) + "[smtp]\npeers = [\"192.0.2.25\", \"10.0.0.0/8\", \"2001:db8::/32\"]\n");
    INFO((config ? "" : config.error().detail));
    REQUIRE(config);
    REQUIRE(config->mail_peers.size() == 3);
    CHECK(sockets::holds(config->mail_peers[0], "192.0.2.25"));
    CHECK(sockets::holds(config->mail_peers[1], "10.9.8.7"));
    CHECK(sockets::holds(config->mail_peers[2], "2001:db8::25"));
}

TEST_CASE("the pages' address may be a folder behind a proxy, or plain on loopback", "[O1][H1]") {
    const Folder folder;
    const auto url = GENERATE(as<std::string>{}, "https://console.arc.example", "https://arc.example:8443/caveat", "http://127.0.0.1:8080",
                              "http://localhost:8080", "http://[::1]:8080");
    const auto config = folder.read(std::string(least) + "[http]\nbase_url = \"" + url + "\"\n");
    INFO((config ? "" : config.error().detail));
    REQUIRE(config);
    CHECK(config->base_url == url);
}

TEST_CASE("a broken configuration is refused with file, line and what to write instead", "[O1]") {
    const Folder folder;
    struct Row {
        std::string line;
        std::string says;
    };
    const auto row = GENERATE(values<Row>({
        {"[smtp]\nport = 25", "caveat.toml:10: smtp.port: unknown key; known here: lmtp, smtp"},
        {"[smpt]\nlmtp = 1", "caveat.toml:9: smpt: unknown; the sections are community"},
        {"[smtp]\nlmtp = \"8024\"", "caveat.toml:10: smtp.lmtp: '8024' is not an address to listen on; write \"127.0.0.1:8024\""},
        {"[smtp]\nlmtp = \"127.0.0.1:99999\"", "is not an address to listen on"},
        {"[smtp]\nlmtp = \"::1:25\"", "is not an address to listen on"},
        {"[smtp]\nlmtp = \"localhost:8024\"", "caveat.toml:10: smtp.lmtp: 'localhost:8024' is not an address to listen on"},
        {"[relay]\nfirst_retry = 60", "caveat.toml:10: relay.first_retry: must be text; write first_retry = \""},
        {"[relay]\nfirst_retry = \"1 minute\"", "write a whole number and s, m, h or d"},
        {"[relay]\nfirst_retry = \"0s\"", "0s is too short; write at least \"1s\""},
        {"[relay]\nmax_retry = \"10s\"", "10s is shorter than first_retry 1m"},
        {"[limits]\nmessage_timeout = \"5m\"", "5m is shorter than data_timeout 10m"},
        {"[limits]\nintake = 1000000", "1000000 is less than one message may have, 26214400"},
        {"[held]\nunproven_bytes = 1000000", "1000000 is less than limits.message, 26214400"},
        {"[held]\nposts = 0", "must be a whole number from 1 to 100000"},
        {"[held]\nunproven_life = \"5m\"", "5m is too short; write at least \"1h\""},
        {"[relay]\nconnections = 0", "must be a whole number from 1 to 1000"},
        {"[relay]\nconnections = -1", "must be a whole number from 1 to 1000"},
        {"[relay]\nconnections = \"10\"", "must be a whole number from 1 to 1000, without quotes"},
        {"[relay]\nrequire_tls = \"yes\"", "must be true or false"},
        {"[relay]\nurl = \"http://relay\"", "must begin with smtp://, smtps:// or unix:"},
        {"[authentication]\ntrusted_authserv_ids = \"mx\"", "must be a list of texts"},
        {"[authentication]\ntrusted_authserv_ids = [1]", "must be a list of texts"},
        {"[authentication]\ntrusted_authserv_ids = [\"\"]", "an empty id would trust headers of anybody"},
        {"[log]\nlevel = \"loud\"", "'loud' is not a level; write one of: debug, info, warning, error"},
        {"[http]\nbase_url = \"http://console.arc.example\"", "is not an address of pages; write \"https://console.arc.example\""},
        {"[http]\nbase_url = \"http://127.0.0.1.evil.example\"", "is not an address of pages"},
        {"[http]\nbase_url = \"https://console.arc.example/\"", "is not an address of pages"},
        {"[http]\nbase_url = \"https://a.example/?next=\"", "is not an address of pages"},
        {"[http]\nbase_url = \"https://user@a.example\"", "is not an address of pages"},
        {"[http]\nbase_url = \"https://a.example\\r\\nBcc: x\"", "is not an address of pages"},
        {"[http]\nbase_url = \"https://\"", "is not an address of pages"},
        {"[smtp]\npeers = \"127.0.0.1\"", "must be a list of texts"},
        {"[smtp]\npeers = [\"mx.arc.example\"]", "'mx.arc.example' is not an address; write \"192.0.2.25\""},
        {"[smtp]\npeers = [\"unix\"]", "'unix' is not an address"},
        {"[smtp]\npeers = [\"10.0.0.0/33\"]", "'10.0.0.0/33' is not an address"},
        {"[smtp]\npeers = [\"0.0.0.0/0\"]", "'0.0.0.0/0' is nearly everybody"},
        {"[smtp]\npeers = [\"::/0\"]", "'::/0' is nearly everybody"},
        {"[smtp]\npeers = [\"::ffff:0.0.0.0/96\"]", "is nearly everybody"},
        {"[http]\ntrusted_proxies = \"127.0.0.1\"", "must be a list of texts"},
        {"[http]\ntrusted_proxies = [\"proxy.arc.example\"]", "'proxy.arc.example' is no address; write \"127.0.0.1\""},
        {"[http]\ntrusted_proxies = [\"10.0.0.0/33\"]", "'10.0.0.0/33' is no address"},
        {"[http]\nlink_life = \"2h\"", "2h is too long for a link in a letter; write at most 1h"},
        {"[http]\nlink_life = \"1s\"", "is too short"},
        {"[http]\nsession_life = \"8d\"", "8d is too long; write at most 7d"},
        {"[http]\nlinks_per_hour = 0", "must be a whole number from 1 to 1000"},
        {"log = 3", "vault.log: unknown key"},
        {"[limits", "caveat.toml:9: is not TOML"},
        {"[[limits]]", "limits: must be a section; write [limits]"},
    }));
    CAPTURE(row.line);
    const auto config = folder.read(std::string(least) + row.line + "\n");
    REQUIRE_FALSE(config);
    CHECK(config.error().code == errc::invalid);
    CHECK_THAT(config.error().detail, Catch::Contains(row.says));
}

TEST_CASE("all findings come at once, in the order of the file", "[O1]") {
    const Folder folder;
    const auto config = folder.read("[community]\nname = 3\ndomain = \"no domain\"\npolicy = \"other.toml\"\nseparator = \"@\"\n");
    REQUIRE_FALSE(config);
    const auto& detail = config.error().detail;
    for (const auto* part : {"caveat.toml:2: community.name: must be text", "caveat.toml:3: community.domain: 'no domain' is not a domain",
                             "caveat.toml:4: community.policy: there is no ", "caveat.toml:5: community.separator: '@' cannot be one",
                             "caveat.toml:1: storage.path: is missing; write path = \"caveat.db\"", "vault.key_file: is missing"}) {
        CHECK_THAT(detail, Catch::Contains(part));
    }
    CHECK(detail.find(":2:") < detail.find(":3:"));
}

TEST_CASE("a configuration that is not there is said so", "[O1]") {
    const Folder folder;
    CHECK(server::read_config(folder.path / "none.toml").error().code == errc::not_found);
    CHECK(server::read_config(folder.path).error().code == errc::invalid);
}

TEST_CASE("a password in the relay's address is never repeated", "[O5]") {
    const Folder folder;
    const auto config = folder.read(std::string(least) + "[relay]\nurl = \"ftp://user:hunter2@relay\"\n");
    REQUIRE_FALSE(config);
    CHECK_THAT(config.error().detail, !Catch::Contains("hunter2"));
}

TEST_CASE("the operator's address is another server's", "[O1][M2]") {
    const Folder folder;
    const auto with = [](const std::string& address) {
        auto text = std::string(least);
        return text.insert(text.find("[community]\n") + 12, "operator = \"" + address + "\"\n");
    };
    CHECK(folder.read(with("root@arc.example"))->operator_address == "root@arc.example");
    CHECK(folder.read(least)->operator_address.empty());
    const auto own = folder.read(with("postmaster@LISTS.arc.example"));
    REQUIRE_FALSE(own);
    CHECK_THAT(own.error().detail, Catch::Contains("is an address of this server's own domain"));
    const auto wrong =
        GENERATE(as<std::string>{}, "root", "@arc.example", "root@", "a b@arc.example", "<a@arc.example>", "a@b@arc.example");
    CAPTURE(wrong);
    const auto config = folder.read(with(wrong));
    REQUIRE_FALSE(config);
    CHECK_THAT(config.error().detail, Catch::Contains("community.operator: '" + wrong + "' is not a mail address"));
}

TEST_CASE("the mark of the MTA in front is a field of its own name, and a secret in a file that others cannot read", "[O1][A5]") {
    const Folder folder;
    const auto with = [&](const std::string& lines) { return folder.read(std::string(least) + "[authentication]\n" + lines); };
    const std::string both = "secret_field = \"X-Arc-Border\"\nsecret_file = \"front.secret\"\n";
    const auto write = [&](std::string_view secret, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
        fs::permissions(folder.write("front.secret", secret), mode);
    };
    CHECK_FALSE(with(both));  // there is no such file
    write("0123456789abcdef\n");
    const auto good = with(both);
    REQUIRE(good);
    CHECK(good->front_mark.field == "X-Arc-Border");
    CHECK(good->front_mark.secret == "0123456789abcdef");
    CHECK(with("secret_field = \"\"\nsecret_file = \"\"\n")->front_mark.field.empty());
    CHECK_FALSE(with("secret_field = \"X-Arc-Border\"\n"));
    CHECK_FALSE(with("secret_file = \"front.secret\"\n"));
    for (const std::string name : {"From", "Received", "X-", "X-TLP", "X-Arc Border", "X-Arc:", "X-Auto-Response-Suppress", "X-Loop"}) {
        CAPTURE(name);
        CHECK_FALSE(with("secret_field = \"" + name + "\"\nsecret_file = \"front.secret\"\n"));
    }
    for (const auto& secret : {std::string("0123456789abcde"), std::string("0123456789 abcdef"), std::string("0123456789abcdef\nmore"),
                               std::string(129, 'x'), std::string("0123456789abcd\xC3\xA9"), std::string()}) {
        CAPTURE(secret);
        write(secret);
        const auto wrong = with(both);
        REQUIRE_FALSE(wrong);
        CHECK((secret.empty() || wrong.error().detail.find(secret) == std::string::npos));
    }
    write("0123456789abcdef", fs::perms::owner_all | fs::perms::others_read);
    CHECK_FALSE(with(both));
    write("0123456789abcdef", fs::perms::owner_all | fs::perms::group_read);
    CHECK(with(both));
}

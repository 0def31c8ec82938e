#include "doctor.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "backup_file.hpp"
#include "caveat/facts/json.hpp"
#include "caveat/mailroom/probe.hpp"
#include "caveat/openpgp/nobody.hpp"
#include "caveat/storage/damage.hpp"
#include "caveat/storage/row_words.hpp"
#include "caveat/storage/standstill.hpp"
#include "house.hpp"
#include "peers.hpp"
#include "swap.hpp"

namespace caveat::server {
namespace {

constexpr std::array<std::string_view, 48> notices{
    "sign-in",         "key-unusable",    "held",            "refused",         "rejected",         "returned",         "label",
    "relabelled",      "address-left",    "report",          "unsubscribed",    "post-waits",       "case-compliance",  "case-sanction",
    "case-members",    "case-news",       "case-members-news",
    "case-told",       "panel-seated",    "ballot-opened",  "ballot-ends",     "meeting-convened", "application-step", "data-changed",
    "contact-changed", "reminder",        "hold-told",      "together",        "no-key",           "no-key-report",    "matter",
    "token-made",      "token-ended",     "vote-recorded",  "key-ends",        "key-ends-report",  "list-key-ends",    "list-key-new",
    "own-key-new",     "command-done",    "command-refused", "command-confirm", "confirm-change",  "ballot-over",      "committee-told",
    "database-altered", "factor-changed",  "roster-changed"};

using Checks = std::vector<Check>;

void files(Checks& checks, const Config& config) {
    for (auto& why : missing_forms(config)) checks.push_back({"templates", Grade::bad, std::move(why)});
    std::error_code error;
    const auto rules = std::filesystem::file_size(config.appeal_rules, error);
    if (error || rules == 0) {
        checks.push_back({"appeal rules", Grade::bad, config.appeal_rules.string() + " is missing or empty; no notice could be issued"});
    }
    const auto space = std::filesystem::space(config.database.parent_path(), error);
    if (error) return checks.push_back({"disk", Grade::bad, error.message()});
    const auto grade = space.available < config.spare_disk       ? Grade::bad
                       : space.available < 8 * config.spare_disk ? Grade::warning
                                                                 : Grade::good;
    checks.push_back(
        {"disk", grade, fmt::format("{} MiB free; below {} posts are answered 452", space.available >> 20, config.spare_disk >> 20)});
}

std::string named(const delivery::RelayTrial& relay) {
    if (relay.size == 0) return "any size";
    return fmt::format("up to {} octets", relay.size);
}

// Up to MAIL, as a copy would go: what the relay holds against us is seen before a post waits for it.
void relay(Checks& checks, const Config& config) {
    auto options = config.relay;
    constexpr std::chrono::milliseconds patience{10'000};  // somebody waits for the answer
    options.connect_timeout = std::min(options.connect_timeout, patience);
    options.transfer_timeout = std::min(options.transfer_timeout, patience);
    delivery::RelayTrial tried;
    try {
        tried = delivery::try_relay(options, "owner@" + config.domain);
    } catch (const std::invalid_argument& impossible) {
        tried.words = impossible.what();
    }
    if (!tried.reached) {
        checks.push_back({"relay", Grade::bad, fmt::format("{}; copies would wait", tried.words)});
    } else if (!tried.takes_mail) {
        checks.push_back({"relay", Grade::bad, fmt::format("takes no mail from us: {}; copies would wait", tried.words)});
    } else {
        checks.push_back({"relay", Grade::good, fmt::format("takes mail from us, {}", named(tried))});
    }
    if (tried.reached && !tried.eight_bits)
        checks.push_back({"relay", Grade::warning, "does not offer 8BITMIME: copies are converted, and signed mail in eight bits fails"});
    if (tried.reached && !tried.utf8)
        checks.push_back({"relay", Grade::warning, "does not offer SMTPUTF8: nobody is reached whose address is not ASCII before its @"});
    if (tried.reached && tried.size > 0 && tried.size < config.mail_limits.message)
        checks.push_back({"relay", Grade::warning,
                          fmt::format("takes {}, and posts may have {}: larger ones fail", named(tried), config.mail_limits.message)});
    if (!delivery::is_verified(config.relay)) {
        checks.push_back({"relay", Grade::warning,
                          "neither loopback nor verified TLS: AMBER and stricter go to nobody without a key; set relay.require_tls"});
    }
}

// Letters go to the disk sealed, but memory does as it is.
void swap(Checks& checks, const Config& config) {
    auto news = swap_news(config.database.string() + ".lock");
    checks.push_back({"swap", news.safe ? Grade::good : Grade::warning, std::move(news.words)});
}

// A mail server that hands in mail over TCP from elsewhere reads 554 unless it is named. Bounces come in the same way.
void peers(Checks& checks, const Config& config) {
    const auto takes_tcp = [](const std::string& door) { return !door.empty() && !door.starts_with("unix:"); };
    if (!takes_tcp(config.lmtp) && !takes_tcp(config.smtp)) return;
    const bool known = !config.front.empty();
    const auto host = host_of(known ? config.front : config.relay.url);
    const auto unnamed = host.empty() ? std::vector<std::string>{} : unnamed_addresses(host, config.mail_peers);
    if (unnamed.empty()) return;
    checks.push_back({"peers", Grade::warning,
                      fmt::format("{} ({}) is another machine, and peers in [smtp] does not name it: {} would be answered 554", host,
                                  fmt::join(unnamed, ", "), known ? "what it hands in" : "mail and bounces, if they come in from there,")});
}

// Sealing needs a folder for GnuPG that nobody else can read, and a GnuPG that runs.
void gnupg(Checks& checks, const Config& config) {
    const auto& home = config.gnupg_home;
    if (home.empty()) {
        return checks.push_back({"openpgp", Grade::warning,
                                 "no home: nothing can be sealed, so people with a key get no link to sign in; set home in [openpgp]"});
    }
    std::error_code error;
    const auto found = std::filesystem::status(home, error);
    if (!std::filesystem::is_directory(found)) {
        return checks.push_back({"openpgp", Grade::bad, home.string() + " is not a folder; mkdir -m 0700 it as the daemon's user"});
    }
    if (found.permissions() != std::filesystem::perms::owner_all) {
        return checks.push_back({"openpgp", Grade::bad, home.string() + " must be of the daemon's user alone; chmod 0700 it"});
    }
    const openpgp::Key nobody{openpgp::Fitness::usable, std::string(openpgp::nobodys_key()), {}};
    const auto sealed = openpgp::gnupg(home)->seal("Content-Type: text/plain\r\n\r\nIs it well?\r\n", nobody);
    if (!sealed) return checks.push_back({"openpgp", Grade::bad, sealed.error().detail});
    checks.push_back({"openpgp", Grade::good, "GnuPG runs in " + home.string()});
}

// Whom a label lets know besides the reader's own organisation.
std::string_view beyond(community::Tlp label) {
    if (label == community::Tlp::clear) return "everybody";
    return label == community::Tlp::green ? "the whole community" : "clients of the readers' organisations";
}

void lists(Checks& checks, House& house) {
    const Instant now = house.clock().now();
    if (house.config().operator_address.empty()) {
        checks.push_back(
            {"operator", Grade::warning,
             "mail to postmaster@ and abuse@ is held and reaches nobody (RFC 5321, section 4.5.1); set operator in [community]"});
    }
    for (const auto& list : house.store().rosters().lists()) {
        if (list.authentication == community::Strength::envelope) {
            checks.push_back(
                {"lists", Grade::warning, fmt::format("{} settles for the envelope: whoever can forge MAIL FROM can post", list.id)});
        }
        if (list.encryption == community::Encryption::required && house.config().gnupg_home.empty()) {
            checks.push_back({"lists", Grade::warning,
                              fmt::format("{} asks for encryption, and nothing can be sealed, so nobody receives its posts; set home in "
                                          "[openpgp]",
                                          list.id)});
        }
        const auto advised = house.rules().class_default(list.klass);
        const auto chosen = list.default_tlp.value_or(house.rules().default_label());
        if (advised && chosen < *advised) {
            checks.push_back({"lists", Grade::warning,
                              fmt::format("{} is a list of members, and a post without a label is {} there, which lets {} know; set "
                                          "default_tlp to {}",
                                          list.id, community::name(chosen), beyond(chosen), community::name(*advised))});
        }
        if (list.expires && *list.expires <= now) checks.push_back({"lists", Grade::warning, fmt::format("{} has expired", list.id)});
    }
    if (house.config().trusted_authserv_ids.empty()) {
        checks.push_back({"authentication", Grade::warning,
                          "no trusted authserv-id: no post can reach strength dmarc; set authentication.trusted_authserv_ids"});
    }
}

// Each page that is damaged is named here, or what lies on it is; what the journal vouches for it finds itself.
void database(Checks& checks, House& house) {
    auto found = storage::damage(house.store());
    if (found.empty()) checks.push_back({"database", Grade::good, "sound"});
    for (auto& line : found) checks.push_back({"database", Grade::bad, std::move(line)});
}

void sealed(Checks& checks, House& house) {
    auto found = storage::damaged_bodies(house.store(), [&](const Sealed& bytes, const std::string& sealed_for) {
        return opens_or_is_forgotten(house.vault(), bytes, sealed_for);
    });
    for (auto& line : found) checks.push_back({"sealed", Grade::bad, std::move(line)});
    const auto factors = house.access().unreadable_factors();
    for (const auto& line : factors) checks.push_back({"sealed", Grade::bad, line});
    if (found.empty() && factors.empty()) checks.push_back({"sealed", Grade::good, "every body and every second factor opens"});
}

void journal(Checks& checks, House& house) {
    const auto head = house.store().journal().verify();
    checks.push_back({"journal", head ? Grade::good : Grade::bad,
                      head ? fmt::format("{} entries, the chain holds", head->number)
                           : storage::with_row_named(house.store(), head.error().detail)});
}

void held(Checks& checks, House& house) {
    const auto held = house.store().posts().count(storage::PostState::held);
    if (held > 0) checks.push_back({"held", Grade::warning, fmt::format("{} posts wait for a moderator", held)});
}

void index(Checks& checks, House& house) {
    constexpr std::int64_t many = 1000;
    const auto count = house.store().search_index().count();
    if (count.missing > 0) {
        checks.push_back(
            {"index", Grade::bad,
             fmt::format("{} posts of the archive are found by no search; `caveat archive reindex` makes its index anew", count.missing)});
    }
    if (count.due > many) {
        checks.push_back(
            {"index", Grade::warning,
             fmt::format("{} posts are not in the index of the archive yet: searches look at each; the daemon takes them in", count.due)});
    }
}

void marked(Checks& checks, const Config& config, const facts::Json& seen) {
    const auto mark = seen.value("mark", std::string());
    if (mark.empty()) return;
    const auto& field = config.front_mark.field;
    if (mark == "right") return checks.push_back({"front", Grade::good, fmt::format("the MTA in front adds {} with the secret", field)});
    const auto what = mark == "missing" ? "does not add " + field
                      : mark == "twice" ? "adds " + field + " more than once"
                                        : "adds " + field + " with another value";
    checks.push_back(
        {"front", Grade::bad, fmt::format("the MTA in front {}: no post reaches strength dmarc; see deploy/postfix/main.cf.sample", what)});
}

std::optional<facts::Json> awaited(House& house, const mailroom::Probe& probe) {
    constexpr auto patience = std::chrono::seconds{20};
    for (const auto until = std::chrono::steady_clock::now() + patience; std::chrono::steady_clock::now() < until;) {
        if (const auto seen = mailroom::arrival_of(house.room(), probe)) return facts::Json::parse(*seen);
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
    return std::nullopt;
}

// Whether what the MTA in front says of a sender can be said by anybody: a forged field is sent the way that everybody's mail takes.
void front(Checks& checks, House& house) {
    const auto& config = house.config();
    const auto say = [&](Grade grade, std::string text) { checks.push_back({"front", grade, std::move(text)}); };
    if (config.trusted_authserv_ids.empty()) return;  // nobody's are believed
    if (config.front.empty())
        return say(Grade::warning,
                   "it could not be tried whether the MTA in front removes forged Authentication-Results; set front in [doctor]");
    delivery::RelayOptions way;
    way.url = "smtp://" + config.front;
    way.helo = config.relay.helo;
    way.connect_timeout = way.transfer_timeout = std::chrono::seconds{10};
    const auto probe = mailroom::make_probe(house.room());
    const auto given = delivery::smtp_transport(way)(delivery::on_this_thread())->hand_over(probe.address, probe.address, mailroom::Shipment(probe.message),
                                                                  std::chrono::steady_clock::now(), {});
    if (given.kind != delivery::TransportOutcome::Kind::sent)
        return say(Grade::warning,
                   fmt::format("it could not be tried whether {} removes forged Authentication-Results, it did not take the probe: {}",
                               config.front, given.text));
    const auto seen = awaited(house, probe);
    if (!seen)
        return say(
            Grade::warning,
            fmt::format("{} took the probe, and within 20 s it did not come back; is the daemon running, and is mail for {} handed to it?",
                        config.front, config.domain));
    const auto forged = seen->value("forged", std::vector<std::string>());
    marked(checks, config, *seen);
    if (forged.empty()) return say(Grade::good, fmt::format("{} removes forged Authentication-Results", config.front));
    say(Grade::bad,
        fmt::format("a forged Authentication-Results of {} came through {}: anybody can claim to be anybody; have the MTA remove what "
                    "comes in under that name (deploy/postfix/main.cf.sample, \"what caveat believes\")",
                    fmt::join(forged, ", "), config.front));
}

// Who came into an office by a load, from before it was asked whether their team is a member.
void offices(Checks& checks, House& house) {
    for (auto& line : registry::worthless_offices(house.store(), house.rules(), house.clock().now()))
        checks.push_back({"offices", Grade::warning, std::move(line)});
}

// A record that cannot be read stops nobody else, and so nothing but this and one line of the log would say it.
void records(Checks& checks, House& house) {
    const auto bad = [&](const std::string& why) { checks.push_back({"records", Grade::bad, why}); };
    const auto all = committee::local_operator({"doctor", std::nullopt});
    for (const auto& view : house.cases().all(all)) {
        for (const auto& why : view.warnings) bad(why);
    }
    for (const auto& decision : house.committee().decisions(all)) {
        if (decision.unreadable) bad(decision.tally.why);
    }
    for (const auto& file : house.applications().all()) {
        if (!file.unreadable.empty()) bad(file.unreadable);
    }
}

// With a key that has ended nothing leaves a list sealed.
void list_keys(Checks& checks, House& house) {
    constexpr std::chrono::days soon{30};
    const Instant now = house.clock().now();
    const auto made_ahead = [&](const std::string& whose, Instant made, const std::string& what_to_do) {
        if (!registry::is_made_ahead(made, now)) return;
        checks.push_back({"list keys", Grade::bad,
                          fmt::format("the key of {} was made on {}, in the future by this clock: it signs nothing until then; {}", whose,
                                      to_string(date_of(made)), what_to_do)});
    };
    const auto own = house.store().keys().communitys();
    if (own) made_ahead("the community's own mail", own->made, "set the clock right; else the daemon goes on with the key before it");
    for (const auto& key : house.store().keys().of_lists()) {
        made_ahead(fmt::format("list {}", key.list), key.made,
                   fmt::format("set the clock right; else the daemon replaces it in an hour, and so does caveat key rollover {}", key.list));
        if (!key.usable_until || *key.usable_until - now > soon) continue;
        const bool over = *key.usable_until <= now;
        checks.push_back({"list keys", over ? Grade::bad : Grade::warning,
                          fmt::format("the key of list {} {} on {}; caveat key rollover {}", key.list, over ? "ended" : "ends",
                                      to_string(date_of(*key.usable_until)), key.list)});
    }
    if (!house.keys().own_ends_soon()) return;
    const auto end = *own->usable_until;
    checks.push_back({"list keys", end <= now ? Grade::bad : Grade::warning,
                      fmt::format("the key of the community's own mail {} on {}; the daemon replaces it, and so does caveat key rollover "
                                  "--community",
                                  end <= now ? "ended" : "ends", to_string(date_of(end)))});
}

// The newest entries were written by clocks of this machine.
void clock(Checks& checks, House& house) {
    std::optional<Instant> newest;
    auto& journal = house.store().journal();
    storage::Journal::Filter last;
    last.from = journal.head().number;
    journal.show(last, [&](const storage::Entry& entry) { newest = entry.at; });
    const Instant now = house.clock().now();
    if (const auto back = dated_back(journal); !back.empty())
        checks.push_back({"clock", Grade::warning, back + ": a clock was set wrong, or back; look at what was recorded around that"});
    if (!newest || *newest <= now + std::chrono::minutes{1}) return;
    checks.push_back({"clock", Grade::warning,
                      fmt::format("{} stands before the newest entry of the journal, {}: one of the two was written by a clock set wrong",
                                  to_string(now), to_string(*newest))});
}

// A database that was put back does not know of the backup it came from: then another one is due.
void backups(Checks& checks, House& house) {
    const auto& every = house.config().backup_every;
    if (every.count() == 0) return;
    std::optional<Instant> last;
    house.store().journal().show({1, -1, "backup.made", std::nullopt}, [&](const storage::Entry& entry) { last = entry.at; });
    const bool due = !last || house.clock().now() - *last > every;
    checks.push_back({"backup", due ? Grade::warning : Grade::good,
                      last ? fmt::format("the last one was made at {}{}", to_string(*last), due ? ": caveat backup FILE" : "")
                           : "none was made yet of this database: caveat backup FILE"});
}

// A damaged page, or an edited entry, in one look does not spare the operator the next.
void look(Checks& checks, House& house, std::string_view check, void (*at)(Checks&, House&)) try {
    at(checks, house);
} catch (const storage::Broken& trouble) {
    checks.push_back({std::string(check), Grade::bad, trouble.what()});
} catch (const storage::Altered& trouble) {
    checks.push_back({std::string(check), Grade::bad, trouble.what()});
}

Result<House> opened(const Config& config) {
    try {
        return House::open(config);
    } catch (const storage::Broken& trouble) {
        return fail(errc::corrupt, "{}", trouble.what());
    }
}

}  // namespace

std::string dated_back(storage::Journal& journal) {
    const auto back = journal.steps_back(std::chrono::minutes{10});
    if (back.empty()) return {};
    const auto& last = back.back();
    return fmt::format("{} dated before the one in front, the last of them number {}, {}, at {} after {}",
                       back.size() == 1 ? "one entry of the journal is" : fmt::format("{} entries of the journal are", back.size()),
                       last.number, last.act, to_string(last.at), to_string(last.before));
}

std::vector<std::string> missing_forms(const Config& config) {
    std::vector<std::string> missing;
    for (const auto notice : notices) {
        const auto file = config.templates / fmt::format("{}.mustache", notice);
        if (!std::filesystem::exists(file)) missing.push_back(file.string() + " is missing; people would not be told");
    }
    return missing;
}

std::string_view name(Grade grade) {
    constexpr std::array<std::string_view, 3> names{"good", "warning", "bad"};
    return names.at(static_cast<std::size_t>(grade));
}

std::vector<Check> doctor(const std::filesystem::path& config_file) {
    Checks checks;
    const auto config = read_config(config_file);
    if (!config) return {{"configuration", Grade::bad, config.error().detail}};
    checks.push_back({"configuration", Grade::good, config_file.string()});
    files(checks, *config);
    swap(checks, *config);
    peers(checks, *config);
    relay(checks, *config);
    gnupg(checks, *config);
    auto house = opened(*config);
    if (!house) {
        checks.push_back({"house", Grade::bad, house.error().detail});
        return checks;
    }
    const auto& rules = house->rules();
    checks.push_back({"rule book", Grade::good, fmt::format("{} {} (SHA-256 {})", rules.name(), rules.version(), rules.sha256())});
    for (const auto& change : house->undecided()) {
        checks.push_back({"rule book", Grade::bad,
                          fmt::format("{}: {}; a start with it is refused until `caveat policy adopt` cites the decision (item 48)",
                                      config->policy.string(), change)});
    }
    look(checks, *house, "lists", lists);
    look(checks, *house, "database", database);
    look(checks, *house, "sealed", sealed);
    look(checks, *house, "journal", journal);
    look(checks, *house, "held", held);
    look(checks, *house, "index", index);
    look(checks, *house, "records", records);
    look(checks, *house, "offices", offices);
    look(checks, *house, "front", front);
    look(checks, *house, "list keys", list_keys);
    look(checks, *house, "backup", backups);
    // A clock before the build of this program is wrong, and every right would be judged by it.
    if (house->clock().now() < start_of(std::chrono::year{2026} / 1 / 1))
        checks.push_back({"clock", Grade::bad, to_string(house->clock().now())});
    look(checks, *house, "clock", clock);
    return checks;
}

}  // namespace caveat::server

#include "house.hpp"

#include <fstream>
#include <iterator>
#include <limits>

#include "caveat/mail/message.hpp"
#include "caveat/storage/standstill.hpp"
#include "command.hpp"
#include "community_file.hpp"
#include "last_use.hpp"

namespace caveat::server {

Result<std::string> read_file(const std::filesystem::path& file, std::size_t most) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return fail(errc::invalid, "{}: is a folder; name a file", file.string());
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", file.string());
    const auto size = std::filesystem::file_size(file, error);
    if (!error && size > most) return fail(errc::limit, "{}: {} bytes; at most {} are read", file.string(), size, most);
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<std::string> read_key_file(const std::filesystem::path& file) {
    auto key = read_file(file, 1U << 20);
    // A person without a key is another wish: remove says it.
    if (key && key->empty()) return fail(errc::invalid, "{}: is empty; name a file with an OpenPGP public key", file.string());
    return key;
}

Result<committee::BookFile> read_book(const std::filesystem::path& file) {
    auto text = read_file(file, 1U << 20);
    if (!text) return tl::unexpected(text.error());
    auto loading = policy::load(*text, file.string(), vault::hex(vault::sha256(*text)));
    if (loading.book) return committee::BookFile{*loading.book, std::move(*text)};
    std::string findings;
    for (const auto& f : loading.findings) findings += fmt::format("{}:{}: {}; {}\n", f.file, f.line, f.what, f.remedy);
    if (!findings.empty()) findings.pop_back();
    return fail(errc::invalid, "{}", findings);
}

Result<policy::Rulebook> read_rulebook(const std::filesystem::path& file) {
    return read_book(file).map([](committee::BookFile book) { return std::move(book.rules); });
}

storage::Options storage_options(const Config& config, const vault::Vault& vault, std::function<void(std::string_view)> warn) {
    storage::Options options;
    options.warn = std::move(warn);
    options.path = config.database;
    options.chain = vault.mac("journal");
    options.spare_disk = config.spare_disk;
    return options;
}

namespace {

letters::Letterhead letterhead(const Config& config) { return {config.community_name, config.domain, config.templates}; }
std::filesystem::path last_use_in(const Config& config) { return config.gnupg_home / "lists" / "last-use"; }

}  // namespace

access::Settings access_settings(const Config& config) {
    return {letterhead(config), config.base_url, config.link_life, config.session_life, config.session_idle, config.links_per_hour};
}

storage::Options House::storage_options() const {
    auto options = server::storage_options(parts_->config, parts_->vault, parts_->warn);
    options.standstill = parts_->standstill;
    return options;
}

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
    return {parts_->vault,          letterhead(parts_->config), {}, parts_->config.appeal_rules, settings.verified_transport,
            parts_->config.base_url};
}

namespace {

// Whether the journal has this entry.
bool is_on(storage::Journal& journal, const storage::Journal::Head& entry) {
    bool there = entry.number == 0;
    journal.show({entry.number, 1, std::nullopt, std::nullopt},
                 [&](const storage::Entry& one) { there = one.number == entry.number && one.hash == entry.hash; });
    return there;
}

// From then on signatures count, and what DMARC proves; the beginning of time: it never was.
Instant last_put_back(storage::Journal& journal) {
    Instant at{};
    journal.each({1, -1, "database.put_back", ""}, [&](const storage::Entry& entry) { at = entry.at; });
    return at;
}

}  // namespace

// Damage that is in the way may hide anything: then nothing of before counts, until it can be looked again.
void House::look_for_a_copy() {
    const Instant now = clock().now();
    auto& from = parts_->settings.signed_from;
    std::string trouble;
    try {
        if (parts_->config.gnupg_home.empty()) {
            from = std::min(last_put_back(parts_->store.journal()), now);
            return;
        }
        const auto file = last_use_in(parts_->config);
        const auto last = read_last_use(file);
        from = last ? std::min(last->signed_from, now) : Instant{};  // a clock that stood ahead is set right by now
        storage::remember_uses(parts_->store);
        if (last && is_on(parts_->store.journal(), last->at)) {
            if (last->uses && *last->uses == storage::uses_until(parts_->store, last->at.number)) return;
            if (last->uses) found_a_copy(now);
        } else {
            std::error_code ignored;
            const bool was_there = std::filesystem::exists(std::filesystem::symlink_status(file, ignored));
            if (was_there || parts_->store.posts().any_signature_used() || last_put_back(parts_->store.journal()) != Instant{})
                found_a_copy(now);
        }
        parts_->noted_uses = std::numeric_limits<std::uint64_t>::max();
        note_uses();
    } catch (const storage::Broken& damage) {
        trouble = damage.what();
    } catch (const storage::Altered& entry) {
        trouble = entry.what();
    }
    if (trouble.empty()) return;
    from = now;
    parts_->warn(fmt::format("what was signed before {} does not count: {}", to_string(now), trouble));
}

void House::count_only_from(Instant now, std::string_view by, Detail detail) {
    constexpr std::chrono::days for_ever{36'500};
    parts_->settings.signed_from = now;
    auto& store = parts_->store;
    storage::Store::Transaction transaction(store);
    store.credentials().forget_ended(now + for_ever, now);
    store.journal().append(now, by, "database.put_back", "", detail.add("signed_from", to_string(now)).text());
    transaction.commit();
}

void House::found_a_copy(Instant now) {
    count_only_from(now, "system", {});
    parts_->warn(
        fmt::format("the database or {} was put back from a copy, that file is missing, or rows of the database are: what was signed "
                    "before {} does not count, and "
                    "who is signed in signs in again",
                    last_use_in(parts_->config).string(), to_string(now)));
}

void House::put_back(const std::string& by, const std::string& made, const storage::Journal::Head& head) {
    count_only_from(clock().now(), by, Detail().add("state_of", made).add("head", head_text(head)));
    if (parts_->config.gnupg_home.empty()) return;
    storage::remember_uses(parts_->store);
    parts_->noted_uses = std::numeric_limits<std::uint64_t>::max();
    note_uses();
}

void House::note_uses() {
    const auto here = parts_->store.posts().signatures_used_here();
    if (here == parts_->noted_uses || parts_->config.gnupg_home.empty()) return;
    try {
        const auto uses = storage::remembered_uses(parts_->store);
        const auto noted =
            write_last_use(last_use_in(parts_->config), {parts_->store.journal().head(), parts_->settings.signed_from, uses});
        if (noted) parts_->noted_uses = here;
        if (!noted) parts_->warn(noted.error().detail);
    } catch (const storage::Unavailable& trouble) {
        parts_->warn(fmt::format("the last use of a signature is noted later: {}", trouble.what()));
    } catch (const storage::Broken& damage) {
        parts_->warn(fmt::format("the last use of a signature cannot be noted: {}", damage.what()));
    }
}

void House::know_own_key(storage::Store& store) {
    if (parts_->signing == nullptr) return;
    if (auto key = store.keys().communitys()) parts_->signing->sign_with({std::move(key->fingerprint), std::move(key->armour)});
}

registry::KeyLetters House::key_letters(storage::Store& store) const {
    const auto& settings = parts_->settings;
    return {store, parts_->vault, parts_->rules, {letterhead(parts_->config), settings.separator, settings.operator_address}};
}

// Nothing rests on a book before something was decided under it or the daemon was started with it.
Result<void> House::settle_book() try {
    auto office = books();
    parts_->undecided = office.undecided(parts_->book.rules);
    if (parts_->undecided.empty()) return parts_->store.books().are_in_use() ? take_book() : Result<void>{};
    parts_->rules = office.in_force().value();
    return {};
} catch (const storage::Broken& trouble) {  // a damaged page, which keeps nobody from looking at the others
    parts_->warn(fmt::format("which rule book is adopted cannot be read: {}", trouble.what()));
    return {};
} catch (const storage::Altered& standstill) {  // who only reads may
    parts_->warn(standstill.what());
    return {};
}

Result<void> House::take_book() {
    const auto before = parts_->store.books().in_force();
    const auto& rules = parts_->book.rules;
    if (before && before->sha256 == rules.sha256()) return {};
    auto taken = books().take({"system", std::nullopt}, parts_->book);
    if (taken && before && before->name == rules.name() && before->version == rules.version()) {
        parts_->warn(
            fmt::format("the rule book {} {} is another text (SHA-256 {}) than the one of that version that was in force (SHA-256 "
                        "{}): it is in force from now on, and the committee is told; raise the version with every change",
                        rules.name(), rules.version(), rules.sha256(), before->sha256));
    }
    return taken;
}

namespace {

// GnuPG has the user ids of a key as their maker wrote them, with either form of a domain beyond ASCII.
class WithBothLabels final : public openpgp::Engine {
public:
    explicit WithBothLabels(std::unique_ptr<openpgp::Engine> gnupg) : gnupg_(std::move(gnupg)) {}
    Result<openpgp::Key> examine(std::string_view armour, std::span<const std::string> addresses) override {
        return gnupg_->examine(armour, mail::in_both_labels(addresses));
    }
    Result<std::string> seal(std::string_view entity, const openpgp::Key& to) override { return gnupg_->seal(entity, to); }

private:
    std::unique_ptr<openpgp::Engine> gnupg_;
};

}  // namespace

Result<House> House::open(const Config& config, std::function<void(std::string_view)> log) {
    const auto warn_of_rows = log ? log : [](std::string_view line) { warn(line); };
    // Before the master key and the database: these fork.
    const bool seals = !config.gnupg_home.empty();
    auto sealing = seals ? std::make_unique<WithBothLabels>(openpgp::gnupg(config.gnupg_home, config.gnupg_deadline, log)) : nullptr;
    auto own_keys = seals ? openpgp::own_keys(config.gnupg_home, config.gnupg_deadline, log) : nullptr;
    auto opener = seals ? openpgp::opener(config.gnupg_home, config.gnupg_deadline, std::move(log)) : nullptr;
    auto signing = seals ? std::make_unique<openpgp::Signed>(*sealing, *own_keys) : nullptr;
    auto vault = vault::Vault::open(config.key_file);
    if (!vault) return tl::unexpected(vault.error());
    auto book = read_book(config.policy);
    if (!book) return tl::unexpected(book.error());
    auto options = server::storage_options(config, *vault, warn_of_rows);
    const auto standstill = options.standstill = std::make_shared<storage::Standstill>();
    auto store = storage::Store::open(options);
    if (!store) return tl::unexpected(store.error());
    mailroom::Settings settings;
    settings.community_name = config.community_name;
    settings.domain = config.domain;
    settings.separator = config.separator;
    settings.trusted_authserv_ids = config.trusted_authserv_ids;
    settings.front_mark = config.front_mark;
    settings.limits = config.mail_limits;
    settings.seals = seals;
    settings.verified_transport = delivery::is_verified(config.relay);
    settings.templates = config.templates;
    settings.quotas = config.quotas;
    settings.operator_address = config.operator_address;
    settings.policies = config.iep_policies;
    settings.pages = config.base_url;
    settings.gnupg_again = std::min<std::chrono::milliseconds>(settings.gnupg_again, config.gnupg_again);
    if (const auto last = seals ? read_last_use(last_use_in(config)) : std::nullopt) settings.signed_from = last->signed_from;
    auto rules = book->rules;
    House house(std::make_unique<Parts>(Parts{config,
                                              *vault,
                                              std::move(rules),
                                              std::move(*store),
                                              {},
                                              std::move(settings),
                                              std::move(sealing),
                                              std::move(own_keys),
                                              std::move(signing),
                                              std::move(opener),
                                              warn_of_rows,
                                              std::move(*book)}));
    house.parts_->standstill = standstill;
    house.know_own_key(house.store());
    if (auto settled = house.settle_book(); !settled) return tl::unexpected(settled.error());
    return house;
}

}  // namespace caveat::server

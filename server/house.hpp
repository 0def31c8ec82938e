#pragma once
// What the daemon and every command need: configuration, master key, rule book, store; opened together, owned here.
#include <functional>
#include <memory>

#include "caveat/access/access.hpp"
#include "caveat/committee/applications.hpp"
#include "caveat/committee/books.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/committee/letters.hpp"
#include "caveat/detail.hpp"
#include "caveat/http/server.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/openpgp/opener.hpp"
#include "caveat/openpgp/signed.hpp"
#include "caveat/registry/key_letters.hpp"
#include "caveat/registry/keys.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/storage/standstill.hpp"
#include "caveat/vault/vault.hpp"
#include "config.hpp"

namespace caveat::server {

[[nodiscard]] access::Settings access_settings(const Config& config);

class House {
public:
    // Errors name the file and the command that mends it. `log`: of the daemon, for what GnuPG says (openpgp/engine.hpp) and
    // for rows that are not used because nobody with the key wrote them; else those are warned of on standard error.
    [[nodiscard]] static Result<House> open(const Config& config, std::function<void(std::string_view)> log = {});

    [[nodiscard]] const Config& config() const { return parts_->config; }
    [[nodiscard]] storage::Store& store() { return parts_->store; }
    [[nodiscard]] const vault::Vault& vault() const { return parts_->vault; }
    // The configuration's rule book; the adopted one as long as that one changes hard numbers without a decision (ruling pp).
    [[nodiscard]] const policy::Rulebook& rules() const { return parts_->rules; }
    // Those hard numbers, a sentence each: whoever serves refuses such a book.
    [[nodiscard]] const std::vector<std::string>& undecided() const { return parts_->undecided; }
    [[nodiscard]] Result<void> take_book();  // the configuration's is in force from now on; errc::denied, as in committee/books.hpp
    [[nodiscard]] committee::Books books() { return {parts_->store, parts_->vault, parts_->clock}; }
    [[nodiscard]] const Clock& clock() const { return parts_->clock; }
    [[nodiscard]] mailroom::Room room() { return room(parts_->store); }
    [[nodiscard]] mailroom::Room room(storage::Store& store) {
        return {store, parts_->vault, parts_->rules, parts_->clock, parts_->settings, parts_->opener.get()};
    }
    // Offices do not include each other: this connects the citations of the registry with the committee.
    [[nodiscard]] registry::Registry registry() {
        return {parts_->store,
                parts_->rules,
                parts_->clock,
                [parts = parts_.get()](const std::string& decision, const community::Deed& deed) {
                    return committee::Committee(parts->store, parts->vault, parts->rules, parts->clock).carry(decision, deed);
                },
                sealing(),
                parts_->settings.domain,
                [parts = parts_.get()](const TeamId& team) {
                    return committee::Committee(parts->store, parts->vault, parts->rules, parts->clock).in_a_case(team);
                },
                [parts = parts_.get()] { return committee::awaited(parts->store); }};
    }
    // What the HTTP door works with, over a store of the thread that is to use it.
    [[nodiscard]] http::Offices offices(storage::Store& store);
    [[nodiscard]] committee::Committee committee() { return {parts_->store, parts_->vault, parts_->rules, parts_->clock}; }
    [[nodiscard]] committee::Applications applications() { return applications(parts_->store); }
    [[nodiscard]] committee::Applications applications(storage::Store& store) {
        return {store, parts_->vault, parts_->rules, parts_->clock, parts_->settings.domain};
    }
    [[nodiscard]] committee::Cases cases() { return {parts_->store, parts_->vault, parts_->rules, parts_->clock, postage()}; }
    [[nodiscard]] committee::Postage postage() const;  // of the committee's letters
    [[nodiscard]] access::Access access() { return access(parts_->store); }
    [[nodiscard]] access::Access access(storage::Store& store) {
        return {store, parts_->vault, parts_->rules, parts_->clock, access_settings(parts_->config)};
    }
    // Any thread, but never the desk: it takes as long as GnuPG does. None without [openpgp] home.
    [[nodiscard]] openpgp::Engine* sealing() { return parts_->sealing.get(); }
    [[nodiscard]] openpgp::OwnKeys* own_keys() { return parts_->own_keys.get(); }  // the same
    [[nodiscard]] openpgp::Opener* opener() { return parts_->opener.get(); }       // the same
    // The same with letters signed by the key of the community's own mail, once that is known.
    [[nodiscard]] openpgp::Engine* letter_engine() { return parts_->signing.get(); }
    void know_own_key(storage::Store& store);
    // For whoever serves alone. First: is the database an older one than was here when a signature last counted, then what came by mail and
    // was signed or asked for before now does not count (K7). Later, whenever something was committed.
    void look_for_a_copy();
    void note_uses();
    // This database was a backup and will take the place of the one that was served: what came by mail and was signed or asked for before
    // now does not count, and nobody is signed in. `made`, `head`: of the backup, for the journal and the committee.
    void put_back(const std::string& by, const std::string& made, const storage::Journal::Head& head);
    [[nodiscard]] registry::Keys keys() { return keys(parts_->store); }
    [[nodiscard]] registry::Keys keys(storage::Store& store) {
        const auto& config = parts_->config;
        return {store, parts_->clock, {config.domain, config.list_key_life, config.list_key_overlap}, sealing(), own_keys()};
    }
    [[nodiscard]] registry::KeyLetters key_letters(storage::Store& store) const;
    [[nodiscard]] storage::Options storage_options() const;
    [[nodiscard]] storage::Standstill& standstill() { return *parts_->standstill; }  // of all stores with those options

private:
    struct Parts {
        Config config;
        vault::Vault vault;
        policy::Rulebook rules;
        storage::Store store;
        SystemClock clock;
        mailroom::Settings settings;
        std::unique_ptr<openpgp::Engine> sealing;
        std::unique_ptr<openpgp::OwnKeys> own_keys;
        std::unique_ptr<openpgp::Signed> signing;  // by those two
        std::unique_ptr<openpgp::Opener> opener;
        std::function<void(std::string_view)> warn;  // of rows that nobody with the key wrote
        committee::BookFile book;                    // the configuration's
        std::vector<std::string> undecided = {};     // what it would change without a decision
        std::uint64_t noted_uses = 0;                // of signatures, by the store
        std::shared_ptr<storage::Standstill> standstill = {};
    };
    [[nodiscard]] Result<void> settle_book();
    void count_only_from(Instant now, std::string_view by, Detail detail);
    void found_a_copy(Instant now);
    explicit House(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
    std::unique_ptr<Parts> parts_;
};

[[nodiscard]] Result<committee::BookFile> read_book(const std::filesystem::path& file);
[[nodiscard]] Result<policy::Rulebook> read_rulebook(const std::filesystem::path& file);
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file, std::size_t most = 64U << 20);
// At most 1 MiB; refuses an empty file.
[[nodiscard]] Result<std::string> read_key_file(const std::filesystem::path& file);
[[nodiscard]] storage::Options storage_options(const Config& config, const vault::Vault& vault,
                                               std::function<void(std::string_view)> warn = {});

}  // namespace caveat::server

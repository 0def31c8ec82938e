#pragma once
// A small community in a scratch folder: the real rule book, a real store and vault, a clock that tests set. For unit tests of the offices.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/leaving.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/outbox.hpp"
#include "new_folder.hpp"
#include "prepared.hpp"

namespace caveat::test {

class SetClock final : public Clock {
public:
    Instant time = *parse_instant("2026-11-22T12:00:00Z");
    [[nodiscard]] Instant now() const override { return time; }
};

inline std::string read_text(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline policy::Rulebook the_rule_book() {
    static const auto loading = policy::load(read_text(SOURCE_DIR "/policies/apcert.toml"), "apcert.toml");
    for (const auto& finding : loading.findings) FAIL(finding.line << ": " << finding.what);
    return *loading.book;
}

class AHouse {
public:
    AHouse() : AHouse([](AHouse& /*house*/) {}) {}
    // With what `furnish` adds, which is done once a process, too.
    template <class Furnish>
    explicit AHouse(Furnish furnish) {
        options.path = folder / "caveat.db";
        options.chain = [this](std::string_view bytes) { return vault_->mac("journal", bytes); };
        options.spare_disk = 0;
        fill_once(folder, [&] {
            make();
            furnish(*this);
            store_.reset();
        });
        vault_.emplace(*vault::Vault::open(key_file()));
        store_.emplace(*storage::Store::open(options));
        settings.community_name = letterhead.community_name;
        settings.domain = letterhead.domain;
        settings.trusted_authserv_ids = {"mx.arc.example"};
        settings.verified_transport = true;
        settings.templates = letterhead.templates;
    }
    ~AHouse() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    AHouse(const AHouse&) = delete;
    AHouse& operator=(const AHouse&) = delete;

    [[nodiscard]] storage::Store& store() { return *store_; }
    [[nodiscard]] const vault::Vault& vault() const { return *vault_; }
    [[nodiscard]] mailroom::Room room() { return {*store_, *vault_, rules, clock, settings}; }
    [[nodiscard]] mailroom::Room room(storage::Store& other) { return {other, *vault_, rules, clock, settings}; }

    // One transaction around what a test does to the register.
    template <class Change>
    void change(Change change) {
        storage::Store::Transaction transaction(*store_);
        change(store_->register_rows());
        store_->journal().append(clock.now(), "system", "test.change", "", "{}");
        transaction.commit();
    }

    void add_person(const std::string& id, const std::string& team, const std::string& address) {
        community::Person person;
        person.id = PersonId{id};
        person.name = id;
        person.team = TeamId{team};
        person.addresses = {address};
        change([&](storage::Register& r) { r.put(person); });
    }

    void subscribe(const std::string& list, const std::string& person, community::DeliveryMode mode = community::DeliveryMode::each) {
        change([&](storage::Register& r) { r.subscribe({ListId{list}, PersonId{person}, mode}, clock.now()); });
    }

    std::filesystem::path folder = new_folder("caveat-unit");
    storage::Options options;
    mailroom::Settings settings;
    letters::Letterhead letterhead{"Southern Arc CSIRT Forum", "lists.arc.example", SOURCE_DIR "/templates"};
    SetClock clock;
    policy::Rulebook rules = the_rule_book();

private:
    [[nodiscard]] std::filesystem::path key_file() const { return folder / "vault.key"; }

    void make() {
        REQUIRE(vault::Vault::create(key_file()));
        vault_.emplace(*vault::Vault::open(key_file()));
        REQUIRE(storage::Store::create(options));
        store_.emplace(*storage::Store::open(options));
        populate();
    }
    void populate() {
        const auto team = [](const char* id, const char* category, const char* since, const char* mou) {
            community::Team t;
            t.id = TeamId{id};
            t.name = id;
            t.category = category;
            t.economy = "SG";
            if (since != nullptr) t.since = *parse_date(since);
            if (mou != nullptr) t.mou = *parse_date(mou);
            return t;
        };
        community::List teams;
        teams.id = ListId{"teams"};
        teams.klass = "teams";
        teams.charter = "threat exchange between all teams";
        teams.default_tlp = community::Tlp::amber;
        teams.max_tlp = community::Tlp::amber_strict;
        change([&](storage::Register& r) {
            r.put(team("orchid", "operational", "2020-01-01", nullptr));
            r.put(team("banksia", "operational", "2019-01-01", nullptr));
            r.put(team("quokka", "corporate", "2021-01-01", "2021-02-01"));
            r.put(teams);
        });
        add_person("mei", "orchid", "mei@orchid.example");
        add_person("ana", "banksia", "ana@banksia.example");
        add_person("quentin", "quokka", "quentin@quokka.example");
        for (const auto* person : {"mei", "ana", "quentin"}) subscribe("teams", person);
    }

    std::optional<vault::Vault> vault_;
    std::optional<storage::Store> store_;
};

// A post as an MTA in front hands it over, each with a Date of its own: the same mail once more would be one that somebody sent again.
// `extra` goes into the header.
inline mailroom::Submission a_post(const std::string& from, const std::string& subject, const std::string& extra = {}) {
    static int count = 0;
    const auto of_the_hour = fmt::format("{:02}:{:02}", count / 60 % 60, count % 60);
    ++count;
    mailroom::Submission s;
    s.mail_from = from;
    s.rcpt_to = {"teams@lists.arc.example"};
    s.bytes = "Authentication-Results: mx.arc.example; dmarc=pass header.from=" + from.substr(from.find('@') + 1) + "\r\n" + extra +
              "From: <" + from + ">\r\nTo: teams@lists.arc.example\r\nSubject: " + subject +
              "\r\nMessage-ID: <one@example>\r\nDate: Sun, 22 Nov 2026 11:" + of_the_hour + " +0000\r\n\r\nThe words of the post.\r\n";
    return s;
}

// As a mail program writes it for the List-Unsubscribe of their copy of a post to teams.
inline mailroom::Submission a_wish_to_leave(AHouse& house, const std::string& from, const std::string& extra = {}) {
    const auto list = *house.store().rosters().list(ListId{"teams"});
    const auto who = *house.store().standing(PersonId{from.substr(0, from.find('@'))}, list.id, house.clock.now());
    const auto pages = std::exchange(house.settings.pages, "https://console.arc.example");
    const auto link = mailroom::LeavingLinks(house.room()).of(list, who);
    house.settings.pages = pages;
    auto s = a_post(from, "unsubscribe " + link.substr(link.rfind('/') + 1), extra);
    s.rcpt_to = {"teams+unsubscribe@lists.arc.example"};
    s.bytes.replace(s.bytes.find("To: teams@"), 10, "To: <teams+unsubscribe@");
    s.bytes.replace(s.bytes.find(".example\r\nSubject"), 8, ".example>");
    s.bytes.replace(s.bytes.find("<one@example>"), 13, "<leave@example>");
    return s;
}

}  // namespace caveat::test

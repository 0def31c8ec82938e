#pragma once
// The committee's desk, and the letters that a pass of its clock writes.
#include <memory>

#include "a_desk.hpp"
#include "caveat/committee/reminders.hpp"
#include "caveat/detail.hpp"
#include "caveat/registry/registry.hpp"

namespace caveat::test {

struct APost : ADesk {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true, "https://console.arc.example"};

    APost() {
        for (int i = 1; i <= 7; ++i) static_cast<void>(told());
    }
    // A ballot of the members at a meeting in thirty days.
    std::string convened() {
        committee::Proposal p;
        p.kind = "framework";
        p.rule = conduct::Rule::two_thirds;
        p.question = "Change article 3?";
        p.meeting = clock.now() + std::chrono::hours{24} * 30;
        return desk.propose(secretariat, p).value().id;
    }
    // Runs a pass; who got a letter in it, sorted, and the last letter's text in `last`.
    std::vector<std::string> told() {
        clock.time += committee::Reminders::soon;
        begin_hours();  // that letters of one hour are one is seen in unit_letters
        const auto pass = watch.tell_who_must_act();
        for (const auto& trouble : pass.troubles) FAIL_CHECK(trouble);
        storage::Posts::Filter filter;
        filter.notices = true;
        std::vector<std::string> all;
        texts.clear();
        for (const auto& post : store().posts().select(filter)) {
            if (post.key <= seen) continue;
            newest = std::max(newest, post.key);
            const auto text = seal->open(store().posts().body(post.key), post.id.value).value();
            if (text.find("Subject:") != std::string::npos) last = text;
            texts += text;
            all.push_back(store().deliveries().rows(post.key).front().person.value);
        }
        seen = newest;
        std::sort(all.begin(), all.end());
        CHECK(all.size() == pass.letters);
        return all;
    }
    void begin_hours() {
        storage::Store::Transaction transaction(store());
        store().waiting().forget(Instant::max());
        transaction.commit();
    }
    // Of the last pass.
    const std::string& all_letters() const { return texts; }
    // Runs a pass; whether one of its letters goes to this address.
    bool reaches(const std::string& address) {
        static_cast<void>(told());
        return texts.find("To: <" + address + ">") != std::string::npos;
    }
    bool last_says(std::string_view words) const { return in_one_line(last).find(words) != std::string::npos; }

    // As the registry does it.
    registry::Registry members() { return {store(), rules, clock, {}, nullptr, letterhead.domain}; }
    static community::Actor actor(const std::string& name) {
        constexpr std::string_view of_person = "person ";
        if (!name.starts_with(of_person)) return {name, std::nullopt};
        return {name, PersonId{name.substr(of_person.size())}};
    }
    // Keeps the register.
    community::Actor ana_of_the_secretariat() {
        change([&](storage::Register& r) {
            r.put(community::Term{"secretariat", PersonId{"ana"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
        });
        static_cast<void>(told());
        return person("ana");
    }
    // With a token that somebody else made.
    community::Actor lent(const std::string& id, const std::string& maker) const {
        auto actor = person(id);
        actor.lent_by = maker;
        return actor;
    }
    template <class Make>
    void changes(const community::Actor& by, const std::string& id, Make make) {
        auto person = *store().directory().person(PersonId{id});
        make(person);
        const auto done = members().change(by, person);
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
    }
    void changes(const std::string& by, const std::string& id, const std::string& address) {
        storage::Store::Transaction transaction(store());
        auto person = *store().directory().person(PersonId{id});
        const std::vector<std::string> fields{"addresses"}, before = person.addresses, after{address};
        person.addresses = after;
        store().membership_writer().put(person);
        store().journal().append(clock.now(), by, "person.change", id,
                                 Detail().add("fields", fields).add("addresses_before", before).add("addresses_after", after).text());
        transaction.commit();
    }

    void restart() {
        std::destroy_at(&watch);
        std::construct_at(&watch, store(), rules, clock, postage);
    }

    committee::Reminders watch{store(), rules, clock, postage};
    PostKey seen = 0, newest = 0;
    std::string last, texts;
};

}  // namespace caveat::test

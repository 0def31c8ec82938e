#pragma once
// Rows in every table that the journal vouches for.
#include <set>
#include <string>
#include <vector>

#include "migrations.hpp"
#include "scratch_store.hpp"

namespace caveat::storage::test {

inline std::vector<std::string> bound_names(const Schema& schema) {
    std::set<std::string> names;
    for (const auto& table : schema.bound) {
        if (table.since <= schema.steps.size()) names.insert(table.name);
    }
    return {names.begin(), names.end()};
}

// Two rows in each bound table, and in each sealed one, through the store. No copy has left yet.
inline void fill_posts(Store& store) {
    for (const auto* id : {"post-1", "post-2"}) {
        auto post = a_post(id);
        post.sealed_as = post.id;
        post.key = store.posts().add(post, {"key", "bytes"});
        store.posts().name_persons(post.key, {1});
        CHECK(store.deliveries().fan_out(post.key, ListId("teams"), noon) == 2);
        post.state = PostState::distributed;
        post.label = Tlp::amber;
        store.posts().update(post);
        store.archive().add({post.key, ListId("teams"), Tlp::amber, noon, noon + 24h}, {"a wrapped key", "a sealed card"});
    }
    for (const auto* id : {"post-1", "post-2"})
        store.archive().preserve({0, ListId("teams"), PostId(id), "order 7", "operator root", noon, {}, {}});
    auto letter = a_post("letter");
    letter.kind = PostKind::notice;
    letter.state = PostState::distributed;
    letter.list = {};
    store.deliveries().add(store.posts().add(letter, {"key", "bytes"}), 1);
    for (const auto* id : {"p1", "p2"}) {
        auto& rows = store.credentials();
        rows.put(LinkRow{toy_chain(id), PersonId(id), noon + 1h});
        rows.put(ChallengeRow{toy_chain(id), PersonId(id), ListId("teams"), {"key", "bytes"}, noon + 1h});
        rows.put(SessionRow{0, toy_chain(id), PersonId(id), noon, noon + 8h, noon, false, 0});
        rows.put(FactorRow{PersonId(id), {"key", "bytes"}, true, 7});
        store.waiting().add({PostId(id), PersonId(id), noon, Purpose::reminder, Tlp::amber}, {"key", "bytes"});
        store.books().put({std::string(64, 'a'), "apcert", id, noon, "", "[book]"});
        CHECK(store.minutes().add(ReminderRow{id, noon, noon}));
    }
}

inline void fill(Store& store) {
    populate(store, 2);
    record(store, [&] {
        for (const auto* signature : {"one", "two"}) store.posts().use_signature(signature, noon, fmt::format("post {}", signature));
        auto& people = store.register_rows();
        auto keyed = a_person("p1", "orchid");
        keyed.key = "armour";
        people.put(keyed);
        for (const auto* id : {"q1", "q2"}) {
            people.put(a_person(id, "orchid"));
            people.remove(PersonId(id), noon);
        }
        const auto usable = community::Code::key_usable;
        CHECK(store.keys().put({PersonId("p1"), std::string(40, 'A'), usable, noon + 24h, "cv25519", noon}, "armour"));
        for (const auto* list : {"teams", "ews"}) {
            if (!people.list(ListId(list))) people.put(a_list(list));
            const ListKeyRow key{ListId(list), std::string(40, 'B'), "armour", noon, std::nullopt};
            store.keys().put(key);
            auto former = key;
            former.fingerprint = fmt::format("FORMER-{}", list);
            store.keys().put_former({former, noon + 1h, noon + 24h});
            store.keys().put_communitys({fmt::format("OURS-{}", list), "armour", noon});
        }
        for (const auto what : {community::Unconfirmed::What::addresses, community::Unconfirmed::What::key})
            people.put(PersonId("p1"), community::Unconfirmed{what, noon, {"operator root"}, {"before"}, "armour"});
        people.remember(PersonId("p1"), TeamId("orchid"), {"address p1@before.example", "key before"}, noon);
        auto camphor = a_team("camphor");
        camphor.clearances = {{ListId("teams"), Tlp::amber, "D-1"}, {ListId("ews"), Tlp::green, "D-2"}};
        people.put(camphor);
        people.put(community::Term{"sc-member", PersonId("p1"), ListId(""), {noon, noon + 24h}});
        people.put(community::Term{"sc-chair", PersonId("p2"), ListId(""), {noon, {}}});
        for (const auto* whom : {"orchid", "camphor"}) {
            people.put(
                community::Denial{0, whom, true, "teams", community::bit(community::Verb::receive), {noon, noon + 1h}, "C-1", "D-1"});
        }
        auto& minutes = store.minutes();
        for (const auto* id : {"D-1", "D-2"}) {
            minutes.add(Motion{id, "case.notice", "approval", "Shall we?", "C-1", "operator root", noon, noon + 24h, {}, "n", {}, "", ""});
            minutes.say(id, {noon, "operator root", "vote", TeamId("orchid"), "yes"});
            minutes.say(id, {noon, "operator root", "vote", TeamId("camphor"), "", {"a wrapped key", "a sealed vote"}});
        }
        for (const auto* id : {"C-1", "C-2"}) {
            minutes.add(CaseRow{id, TeamId("camphor"), noon, "n"});
            minutes.append(id, {noon, "operator root", "D-1", "open"});
            minutes.add_letter(id, {1, PostId(id)});
        }
        minutes.link_denial("C-1", 1);
        minutes.link_denial("C-2", 2);
        for (const auto* person : {"p1", "p2"}) {
            HoldRow hold;
            hold.person = PersonId(person);
            hold.placed = noon;
            hold.until = noon + 72h;
            hold.extensions = {{noon + 1h, noon + 80h, "D-2"}};
            minutes.put(hold);
        }
        for (const auto* id : {"A-1", "A-2"}) {
            store.applications().add({id, TeamId("nimbus"), noon, "n"});
            store.applications().append(id, {noon, "operator root", "", "submit"});
            store.papers().add({id, "5891b5b5", "report", "report.pdf", 6, noon, "operator root"}, {"a wrapped key", "a sealed paper"});
        }
        for (const auto* id : {"DU-1", "DU-2"}) {
            community::Matter duty;
            duty.id = id;
            duty.kind = community::MatterKind::duty;
            duty.team = TeamId("orchid");
            duty.what = "drill";
            duty.at = noon;
            duty.due = noon + 24h;
            duty.actor = "operator root";
            store.matters().add(duty);
        }
        for (const auto* id : {"T-1", "T-2"}) {
            store.credentials().put(
                {id, toy_chain(id), "script", PersonId("p1"), "posts:read", "teams", "operator root", noon, noon + 24h, {}, {}});
        }
        fill_posts(store);
    });
}

// Then one post is at the end of all its copies, one is not yet, and the letter has arrived.
inline void end_posts(Store& store) {
    const auto sent = [&](PostKey key, std::int32_t seq) {
        Outcome outcome;
        outcome.post = key;
        outcome.seq = seq;
        outcome.state = DeliveryState::sent;
        outcome.attempts = 1;
        outcome.address = "p1@orchid.example";
        outcome.reply = "250 2.0.0";
        outcome.at = noon + 2s;
        return outcome;
    };
    const auto letter = store.posts().find(PostId("letter"))->key;
    commit(store, [&] {
        store.deliveries().record(std::vector{sent(1, 1), sent(1, 2), sent(letter, 1)});
        for (const auto& [id, post] : {std::pair{"post-1", PostKey{1}}, {"letter", letter}}) {
            store.journal().append(noon, "system", "post.finished", id, Detail().add("outcomes", store.deliveries().outcomes(post)).text());
        }
    });
}

}  // namespace caveat::storage::test

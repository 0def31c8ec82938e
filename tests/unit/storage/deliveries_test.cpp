#include "caveat/storage/deliveries.hpp"

#include <map>
#include <set>

#include "scratch_store.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;

namespace {

std::optional<Slice> leased(Store& store, Instant now, std::size_t most, PostKey after = 0) {
    std::optional<Slice> slice;
    commit(store, [&] { slice = store.deliveries().lease(now, most, after); });
    return slice;
}

Outcome an_outcome(PostKey post, const Due& due, DeliveryState state, Instant at = noon) {
    Outcome o;
    o.post = post;
    o.seq = due.seq;
    o.state = state;
    o.attempts = due.attempts + 1;
    o.at = at;
    if (state == DeliveryState::sent) o.address = "p@orchid.example";
    if (state == DeliveryState::sent) o.reply = "250 2.0.0 queued as 4F2A";
    if (state == DeliveryState::deferred) o.next = at + 60s;
    return o;
}

void record_as(Store& store, const Slice& slice, DeliveryState state, Instant at = noon) {
    std::vector<Outcome> outcomes;
    for (const auto& due : slice.due) outcomes.push_back(an_outcome(slice.post, due, state, at));
    test::record(store, [&] { store.deliveries().record(outcomes); });
}

std::map<DeliveryState, std::int64_t> tally(Store& store, PostKey post) {
    const auto counts = store.deliveries().tally(post);
    return {counts.begin(), counts.end()};
}

}  // namespace

TEST_CASE("a fan-out has one row for everybody on the roster, also for those who want no mail", "[D3]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 5);
    test::record(store, [&] {
        store.register_rows().subscribe({ListId("teams"), PersonId("p2"), DeliveryMode::none}, noon);
        store.register_rows().unsubscribe(ListId("teams"), PersonId("p3"), noon + 1s);
    });
    std::int32_t count = 0;
    PostKey key = 0;
    commit(store, [&] {
        key = store.posts().add(a_post("one"), {"k", "b"});
        store.posts().name_persons(key, {*store.register_rows().key_of(PersonId("p4"))});
        count = store.deliveries().fan_out(key, ListId("teams"), noon + 2s);
    });
    CHECK(count == 4);
    CHECK(store.posts().get(key)->deliveries == 4);
    CHECK(store.posts().get(key)->open == 4);
    std::set<std::string> people;
    for (const auto& row : store.deliveries().rows(key)) {
        people.insert(row.person.value);
        CHECK(row.state == DeliveryState::queued);
        CHECK_FALSE(row.leased);
        CHECK(row.at == noon + 2s);
    }
    CHECK(people == std::set<std::string>{"p1", "p2", "p4", "p5"});
    const auto slice = leased(store, noon, 10);
    REQUIRE(slice);
    for (const auto& due : slice->due) CHECK(due.named == (store.register_rows().id_of(due.person) == PersonId("p4")));
}

TEST_CASE("no row is asked for of one post, and none comes", "[D3][D5]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    PostKey key = 0;
    commit(store, [&] {
        key = store.posts().add(a_post("one"), {"k", "b"});
        REQUIRE(store.deliveries().fan_out(key, ListId("teams"), noon) == 3);
    });
    const auto leased_of = [&](std::size_t most) {
        std::optional<Slice> slice;
        commit(store, [&] { slice = store.deliveries().lease_of(key, noon, most); });
        return slice;
    };
    CHECK_FALSE(leased_of(0));
    const auto slice = leased_of(10);
    REQUIRE(slice);
    CHECK(slice->due.size() == 3);
}

TEST_CASE("a list without a roster, or no list at all, fans out to nobody") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 0);
    const auto name = GENERATE("teams", "no-such-list");
    commit(store, [&] {
        const auto key = store.posts().add(a_post("one"), {"k", "b"});
        CHECK(store.deliveries().fan_out(key, ListId(name), noon) == 0);
        CHECK(store.posts().get(key)->open == 0);
    });
    CHECK_FALSE(leased(store, noon, 10));
}

TEST_CASE("each row is leased once, in slices, and done when its outcome is recorded", "[D3]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 25);
    const auto key = fanned_out(store, "one");
    std::set<std::int32_t> seen;
    while (const auto slice = leased(store, noon, 10)) {
        CHECK(slice->post == key);
        for (const auto& due : slice->due) CHECK(seen.insert(due.seq).second);
        CHECK(store.deliveries().row(key, slice->due.front().seq)->leased);
        record_as(store, *slice, DeliveryState::sent);
    }
    CHECK(seen.size() == 25);
    CHECK(tally(store, key) == std::map<DeliveryState, std::int64_t>{{DeliveryState::sent, 25}});
    const auto post = store.posts().get(key);
    CHECK(post->open == 0);
    CHECK(post->deliveries == 25);
    const auto row = store.deliveries().row(key, 7);
    REQUIRE(row);
    CHECK(row->address == "p@orchid.example");
    CHECK(row->reply == "250 2.0.0 queued as 4F2A");
    CHECK(row->attempts == 1);
    CHECK_FALSE(row->leased);
    CHECK_FALSE(store.deliveries().row(key, 26));
}

TEST_CASE("what a dead process had leased is leased again at once, and nothing else is", "[D3]") {
    const Scratch scratch;
    PostKey key = 0;
    std::set<std::int32_t> done;
    {
        auto store = scratch.make();
        populate(store, 30);
        key = fanned_out(store, "one");
        const auto first = leased(store, noon, 10);
        const auto second = leased(store, noon, 10);
        // Outcomes come in any order: the later slice is done, of the first only two rows.
        record_as(store, *second, DeliveryState::sent);
        record_as(store, {key, {first->due[3], first->due[7]}}, DeliveryState::sent);
        for (const auto& due : second->due) done.insert(due.seq);
        done.insert({first->due[3].seq, first->due[7].seq});
    }
    auto store = scratch.open();
    CHECK_FALSE(leased(store, noon, 100)->due.empty());
    commit(store, [&] { store.deliveries().recover(); });
    std::set<std::int32_t> again;
    while (const auto slice = leased(store, noon, 7)) {
        for (const auto& due : slice->due) CHECK(again.insert(due.seq).second);
    }
    CHECK(again.size() == 18);
    for (const auto seq : done) CHECK(again.count(seq) == 0);
}

TEST_CASE("how far a post has come is what its copies say, whatever else somebody wrote", "[D3][J1]") {
    const auto* sql =
        GENERATE("UPDATE unfinished SET cursor = last + 1, queued = 0, open = 0", "UPDATE unfinished SET queued = 1, open = 1",
                 "UPDATE unfinished SET cursor = 1, open = 99", "DELETE FROM unfinished");
    CAPTURE(sql);
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 6);
    const auto post = fanned_out(store, "post");
    record_as(store, *leased(store, noon, 2), DeliveryState::sent);
    record_as(store, *leased(store, noon, 1), DeliveryState::deferred, noon - 60s);
    scratch.tamper(sql);
    CHECK_FALSE(store.journal().verify());
    SECTION("at a start") {
        commit(store, [&] { CHECK(store.deliveries().recover().size() == 1); });
    }
    SECTION("while nothing is in hand") {
        CHECK(store.deliveries().are_behind());
        commit(store, [&] { CHECK(store.deliveries().take_up_again().size() == 1); });
    }
    CHECK_FALSE(store.deliveries().are_behind());
    CHECK(store.posts().get(post)->open == 4);
    std::size_t left = 0;
    while (const auto slice = leased(store, noon, 10)) {
        left += slice->due.size();
        record_as(store, *slice, DeliveryState::sent);
        CHECK(store.posts().get(post)->open == 4 - static_cast<int>(left));
    }
    CHECK(left == 4);
}

TEST_CASE("a copy of no post is nobody's and ends nothing", "[D3][D4][J1]") {
    const auto* next = GENERATE("0", "9223372036854775807");
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    fanned_out(store, "post");
    scratch.tamper("INSERT INTO delivery (key, person, named, state, attempts, at, next) VALUES ((999 << 32) + 1, 1, 0, 2, 0, 0, " +
                   std::string(next) + ")");
    CHECK(store.deliveries().leased().empty());
    CHECK_FALSE(store.deliveries().are_behind());
    commit(store, [&] {
        CHECK(store.deliveries().take_up_again().empty());
        CHECK(store.deliveries().recover().empty());
    });
    CHECK(leased(store, noon, 10)->due.size() == 2);
    CHECK_FALSE(leased(store, noon, 10));
}

TEST_CASE("a copy that somebody wrote as if it were under way is not", "[D3][J1]") {
    const auto* sql = GENERATE("UPDATE delivery SET seal = x''", "UPDATE delivery SET state = 2, next = 9223372036854775807");
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 1);
    fanned_out(store, "post");
    REQUIRE(leased(store, noon, 1));
    CHECK(store.deliveries().leased().size() == 1);
    scratch.tamper(sql);
    CHECK(store.deliveries().leased().empty());
}

TEST_CASE("posts that nothing is said of are looked at some at a time, the newest first", "[D3][J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 1);
    const auto old = fanned_out(store, "old");
    scratch.tamper(R"sql(
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
INSERT INTO post (key, id, kind, state, list, mail_from, rcpt_to, header_from, team, message_id, received, decided, strength, because,
    rules, released_by, conflict_note, red_to_roster, sealed_as)
SELECT 100 + i, 'p' || i, 0, 2, '', '', '', '', '', '', 0, 0, 0, '', '', '', '', 0, '' FROM n)sql");
    const auto fresh = fanned_out(store, "new");
    scratch.tamper("DELETE FROM unfinished");
    commit(store, [&] {
        const auto found = store.deliveries().recover();
        REQUIRE(found.size() == 1);
        CHECK(found.front().post == fresh);
    });
    int looks = 0;
    while (!store.deliveries().are_behind()) REQUIRE(++looks < 4);
    CHECK(looks == 2);
    commit(store, [&] {
        const auto found = store.deliveries().take_up_again();
        REQUIRE(found.size() == 1);
        CHECK(found.front().post == old);
    });
    for (int i = 0; i < 4; ++i) CHECK_FALSE(store.deliveries().are_behind());
}

TEST_CASE("a post has not ended before its last copy has", "[D3][J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    const auto post = fanned_out(store, "post");
    const auto first = leased(store, noon, 1);
    scratch.tamper(GENERATE("UPDATE unfinished SET queued = 1, open = 1", "DELETE FROM unfinished"));
    record_as(store, *first, DeliveryState::sent);
    CHECK(store.posts().get(post)->open == 2);
    commit(store, [&] { static_cast<void>(store.deliveries().take_up_again()); });
    CHECK(leased(store, noon, 10)->due.size() == 2);
}

TEST_CASE("a retry that somebody made to look under way is due again while nothing is", "[D6][J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 1);
    fanned_out(store, "post");
    record_as(store, *leased(store, noon, 1), DeliveryState::deferred, noon);
    CHECK_FALSE(store.deliveries().are_behind());
    scratch.tamper("UPDATE delivery SET next = 9223372036854775807");
    CHECK(store.deliveries().are_behind());
    commit(store, [&] { CHECK(store.deliveries().take_up_again().empty()); });
    CHECK(leased(store, noon, 1)->due.size() == 1);
}

TEST_CASE("deferred rows come back when their time has come, once, with their attempts", "[D6]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    const auto key = fanned_out(store, "one");
    CHECK_FALSE(store.deliveries().next_due());
    const auto slice = leased(store, noon, 3);
    record_as(store, {key, {slice->due[0], slice->due[1]}}, DeliveryState::deferred);
    record_as(store, {key, {slice->due[2]}}, DeliveryState::sent);
    CHECK(store.deliveries().next_due() == noon + 60s);
    CHECK(store.deliveries().row(key, 1)->next == noon + 60s);
    CHECK(store.posts().get(key)->open == 2);
    CHECK_FALSE(leased(store, noon + 60s - 1us, 10));

    const auto again = leased(store, noon + 60s, 10);
    REQUIRE(again);
    REQUIRE(again->due.size() == 2);
    CHECK(again->due[0].attempts == 1);
    CHECK_FALSE(leased(store, noon + 24h, 10));
    CHECK_FALSE(store.deliveries().next_due());
    const auto row = store.deliveries().row(key, 1);
    CHECK(row->state == DeliveryState::queued);
    CHECK(row->leased);
    CHECK(tally(store, key)[DeliveryState::queued] == 2);

    record_as(store, {key, {again->due[0]}}, DeliveryState::failed);
    record_as(store, {key, {again->due[1]}}, DeliveryState::deferred, noon + 2h);
    CHECK(store.deliveries().row(key, again->due[1].seq)->attempts == 2);
    CHECK(store.posts().get(key)->open == 1);
    CHECK(store.deliveries().next_due() == noon + 2h + 60s);
}

TEST_CASE("a retry that was in flight when the process died is due at once, and only once", "[D3]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        populate(store, 4);
        fanned_out(store, "one");
        auto slice = leased(store, noon, 2);
        record_as(store, *slice, DeliveryState::deferred);
        static_cast<void>(leased(store, noon, 1));       // a first attempt in flight
        static_cast<void>(leased(store, noon + 1h, 1));  // a retry in flight
    }
    auto store = scratch.open();
    commit(store, [&] { store.deliveries().recover(); });
    std::multiset<std::int32_t> seqs;
    while (const auto slice = leased(store, noon, 1)) seqs.insert(slice->due[0].seq);
    CHECK(seqs == std::multiset<std::int32_t>{1, 3, 4});  // 2 waits for its time
    CHECK(store.deliveries().next_due() == noon + 60s);
    CHECK(leased(store, noon + 60s, 5)->due.size() == 1);
    commit(store, [&] { store.deliveries().recover(); });
    commit(store, [&] { store.deliveries().recover(); });
    seqs.clear();
    while (const auto slice = leased(store, noon, 1)) seqs.insert(slice->due[0].seq);
    CHECK(seqs == std::multiset<std::int32_t>{1, 2, 3, 4});
}

TEST_CASE("posts take turns", "[D5]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 4);
    const std::vector<PostKey> posts{fanned_out(store, "a"), fanned_out(store, "b"), fanned_out(store, "c")};
    std::vector<PostKey> order;
    PostKey last = 0;
    while (const auto slice = leased(store, noon, 2, last)) order.push_back(last = slice->post);
    CHECK(order == std::vector<PostKey>{posts[0], posts[1], posts[2], posts[0], posts[1], posts[2]});
}

TEST_CASE("a slice is of one post, also when retries of many posts are due together") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    for (const auto* id : {"a", "b", "c"}) fanned_out(store, id);
    std::vector<Slice> slices;
    while (const auto slice = leased(store, noon, 1)) slices.push_back(*slice);
    REQUIRE(slices.size() == 9);
    for (const auto& slice : slices) record_as(store, slice, DeliveryState::deferred);
    std::size_t rows = 0;
    while (const auto slice = leased(store, noon + 1h, 2)) {
        CHECK(slice->due.size() <= 2);
        rows += slice->due.size();
        record_as(store, *slice, DeliveryState::sent);
    }
    CHECK(rows == 9);
}

TEST_CASE("an outcome told twice counts once, and a final state stays", "[D3]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    const auto key = fanned_out(store, "one");
    const auto slice = leased(store, noon, 2);
    record_as(store, {key, {slice->due[0]}}, DeliveryState::sent);
    record_as(store, {key, {slice->due[0]}}, DeliveryState::failed);
    CHECK(store.posts().get(key)->open == 1);
    CHECK(store.deliveries().row(key, slice->due[0].seq)->state == DeliveryState::sent);
}

TEST_CASE("a cancelled row is not leased, and a reply longer than 512 bytes is cut") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    const auto key = fanned_out(store, "one");
    Outcome cancelled = an_outcome(key, {2, 0, false, 0}, DeliveryState::cancelled);
    cancelled.because = {community::Code::wants_none, "by its own wish"};
    cancelled.reply = std::string(600, 'x');
    test::record(store, [&] { store.deliveries().record(std::vector{cancelled}); });
    CHECK(store.deliveries().row(key, 2)->because == community::Reason{community::Code::wants_none, "by its own wish"});
    CHECK(store.deliveries().row(key, 2)->reply.size() == 512);
    std::multiset<std::int32_t> seqs;
    while (const auto slice = leased(store, noon, 1)) seqs.insert(slice->due[0].seq);
    CHECK(seqs == std::multiset<std::int32_t>{1, 3});
}

TEST_CASE("a notice is one row of its own") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    PostKey key = 0;
    commit(store, [&] {
        auto notice = a_post("notice");
        notice.kind = PostKind::notice;
        notice.list = ListId();
        key = store.posts().add(notice, {"k", "b"});
        store.deliveries().add(key, *store.register_rows().key_of(PersonId("p2")));
    });
    const auto slice = leased(store, noon, 10);
    REQUIRE(slice);
    REQUIRE(slice->due.size() == 1);
    const auto standings = store.deliveries().standings(slice->due, ListId(), noon);
    REQUIRE(standings.size() == 1);
    CHECK(standings[0].person == PersonId("p2"));
    CHECK(standings[0].address == "p2@orchid.example");
    CHECK_FALSE(standings[0].roster);
    record_as(store, *slice, DeliveryState::sent);
    CHECK(store.posts().get(key)->open == 0);
}

TEST_CASE("standings are of this moment and in the order asked", "[A2]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 4);
    const auto key = fanned_out(store, "one");
    const auto slice = leased(store, noon, 4);
    test::record(store, [&] {
        store.register_rows().remove(PersonId("p2"), noon + 1s);
        store.register_rows().unsubscribe(ListId("teams"), PersonId("p3"), noon + 1s);
        store.register_rows().put(
            community::Denial{0, "p4", false, "teams", community::bit(community::Verb::receive), {noon, {}}, "hold", "D1"});
    });
    auto backwards = slice->due;
    std::reverse(backwards.begin(), backwards.end());
    const auto standings = store.deliveries().standings(backwards, ListId("teams"), noon + 2s);
    REQUIRE(standings.size() == 4);
    CHECK(standings[0].person == PersonId("p4"));
    CHECK(standings[0].denials.size() == 1);
    CHECK(standings[1].person == PersonId("p3"));
    CHECK_FALSE(standings[1].roster);
    CHECK(standings[2].removed);
    CHECK(standings[2].address.empty());
    CHECK_FALSE(standings[2].roster);
    CHECK(standings[3].roster);
    CHECK(standings[3].denials.empty());
    CHECK(store.deliveries().rows(key).at(1).person == PersonId("p2"));
}

TEST_CASE("delivery states have names") {
    const auto [state, text] = GENERATE(table<DeliveryState, std::string>({{DeliveryState::queued, "queued"},
                                                                           {DeliveryState::sent, "sent"},
                                                                           {DeliveryState::deferred, "deferred"},
                                                                           {DeliveryState::failed, "failed"},
                                                                           {DeliveryState::withheld, "withheld"},
                                                                           {DeliveryState::cancelled, "cancelled"}}));
    CHECK(name(state) == text);
}

TEST_CASE("what did not reach a person is told, the newest first; what arrived or was withheld is not") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 3);
    const auto p1 = PersonId("p1");
    std::vector<PostKey> posts;
    const std::array fates{DeliveryState::failed, DeliveryState::sent, DeliveryState::withheld, DeliveryState::deferred};
    for (std::size_t i = 0; i < fates.size(); ++i) {
        const auto at = noon + std::chrono::hours(i);
        commit(store, [&] {
            posts.push_back(store.posts().add(a_post("post" + std::to_string(i)), {"k", "b"}));
            store.deliveries().fan_out(posts.back(), ListId("teams"), noon);
        });
        record_as(store, *leased(store, at, 10), fates[i], at);
    }
    const auto found = store.deliveries().undelivered(p1, noon, 10);
    REQUIRE(found.size() == 2);
    CHECK(found[0].post == PostId{"post3"});
    CHECK(found[0].state == DeliveryState::deferred);
    CHECK(found[0].attempts == 1);
    CHECK(found[1].state == DeliveryState::failed);
    CHECK(found[1].list == ListId("teams"));
    CHECK(store.deliveries().count_undelivered(p1, noon) == 2);
    CHECK(store.deliveries().count_undelivered(p1, noon + 1h) == 1);  // the failure was before that
    CHECK(store.deliveries().undelivered(p1, noon, 1).size() == 1);
    CHECK(store.deliveries().count_undelivered(PersonId("nobody"), noon) == 0);
    // What became of every copy, the withheld and those that arrived included.
    const auto copies = store.deliveries().copies_of(p1, noon, 10);
    REQUIRE(copies.size() == 4);
    for (std::size_t i = 0; i < fates.size(); ++i) {
        CHECK(copies[i].post == PostId{"post" + std::to_string(3 - i)});
        CHECK(copies[i].state == fates[3 - i]);
    }
    CHECK(store.deliveries().copies_of(p1, noon, 2).size() == 2);
    CHECK(store.deliveries().copies_of(PersonId("nobody"), noon, 10).empty());
}

TEST_CASE("retries that a clock put off come earlier, the others keep their time", "[D6]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 4);
    const auto key = fanned_out(store, "one");
    const auto slice = leased(store, noon, 4);
    static constexpr auto year = 365 * 24h;
    record_as(store, {key, {slice->due[0]}}, DeliveryState::deferred, noon - 60s);
    record_as(store, {key, {slice->due[1], slice->due[2]}}, DeliveryState::deferred, noon + year);
    const auto due = [&](int seq) { return store.deliveries().row(key, seq)->next; };
    const auto bring = [&](std::chrono::microseconds set_back) {
        std::int64_t moved = 0;
        commit(store, [&] { moved = store.deliveries().bring_forward(set_back, noon + 5h, noon + 1s); });
        return moved;
    };
    const auto set_back = GENERATE(as<std::chrono::hours>{}, 0h, 1h, year, 2 * year);
    // By how much is not known, or it leaves them too late: now. Else as much earlier, but not before now.
    const auto expected = set_back == year ? noon + 60s : noon + 1s;
    CHECK(bring(set_back) == 2);
    CHECK(due(1) == noon);
    CHECK(due(2) == expected);
    CHECK(due(3) == expected);
    CHECK(store.deliveries().row(key, 4)->leased);  // is in flight and stays so
    CHECK(bring(0h) == 0);
}

#include "caveat/storage/posts.hpp"

#include <SQLiteCpp/Statement.h>

#include "caveat/storage/uses.hpp"
#include "connection.hpp"
#include "other_program.hpp"
#include "scratch_store.hpp"
#include "shell.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;
using community::Code;

namespace {

PostKey add(Store& store, const Post& post, const Sealed& body = {"key", "bytes"}) {
    PostKey key = 0;
    record(store, [&] { key = store.posts().add(post, body); });
    return key;
}

std::vector<std::string> ids(const std::vector<Post>& posts) {
    std::vector<std::string> all;
    for (const auto& post : posts) all.push_back(post.id.value);
    return all;
}

}  // namespace

TEST_CASE("a post comes back as it was put, and as it was updated", "[D2]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto post = a_post("one");
    post.mail_from = "a@b.example";
    post.rcpt_to = "teams@lists.example";
    post.from = "A@b.example";
    post.key = add(store, post);
    auto read = store.posts().get(post.key);
    REQUIRE(read);
    CHECK(read->id == post.id);
    CHECK(read->list == post.list);
    CHECK(read->mail_from == "a@b.example");
    CHECK(read->received == noon);
    CHECK_FALSE(read->sender);
    CHECK_FALSE(read->label);
    CHECK(read->because.empty());
    CHECK(store.posts().spooled(0, 100, {}, 1).front().post.key == post.key);
    CHECK(store.posts().requests(0, 1).empty());

    post.state = PostState::distributed;
    post.sender = PersonId("p1");
    post.team = TeamId("orchid");
    post.label = Tlp::clear;
    post.strength = community::Strength::dmarc;
    post.decided = noon + 5s;
    post.because = {{Code::granted, "reps\tmay post"}, {}, {Code::parent, "two\nlines"}, {Code::none, "of_tomorrow: why"}};
    post.rules = "apcert 1";
    post.released_by = "p2";
    post.conflict_note = "two labels";
    post.caveats = {.pap = community::Pap::red, .restricted = true, .sections = {community::Tlp::green}};
    post.red_to_roster = true;
    record(store, [&] { store.posts().update(post); });
    read = store.posts().find(PostId("one"));
    REQUIRE(read);
    CHECK(read->state == PostState::distributed);
    CHECK(read->sender == PersonId("p1"));
    CHECK(read->team == TeamId("orchid"));
    CHECK(read->label == Tlp::clear);
    CHECK(read->strength == community::Strength::dmarc);
    CHECK(read->decided == noon + 5s);
    // A code of another program rests among the words, and is shown as it was.
    const std::vector<community::Reason> kept{
        {Code::granted, "reps\tmay post"}, {}, {Code::parent, "two lines"}, {Code::none, "of_tomorrow: why"}};
    CHECK(read->because == kept);
    CHECK(read->rules == "apcert 1");
    CHECK(read->released_by == "p2");
    CHECK(read->conflict_note == "two labels");
    CHECK(read->caveats == post.caveats);
    CHECK(read->red_to_roster);
    CHECK(store.posts().spooled(0, 100, {}, 1).empty());
    CHECK(store.posts().count(PostState::distributed) == 1);
    CHECK(store.posts().count(PostState::spooled) == 0);
}

TEST_CASE("the spool gives the oldest first, small and big bodies apart") {
    const Scratch scratch;
    auto store = scratch.make();
    constexpr std::uint64_t largest = 5;
    PostKey big = 0;
    record(store, [&] {
        auto& posts = store.posts();
        posts.add(a_post("z"), {"key", "small"});
        auto parent = a_post("a");
        parent.message_id = "a@orchid.example";
        parent.target = Target::list;
        parent.strength = community::Strength::dmarc;
        big = posts.add(parent, {"key", "bigger"});
        auto beside = a_post("m");
        beside.sealed_as = PostId("a");
        posts.add(beside, big);
        posts.add(a_post("b"), {"key", "small"});
    });
    const auto ids = [&](PostKey after, const PostId& or_body, std::size_t most) {
        std::string found;
        for (const auto& [post, bytes] : store.posts().spooled(after, largest, or_body, most))
            found += fmt::format("{} {}, ", post.id, bytes);
        return found;
    };
    CHECK(ids(0, {}, 9) == "z 5, b 5, ");
    CHECK(ids(0, PostId("a"), 9) == "z 5, a 6, m 6, b 5, ");
    CHECK(ids(big, PostId("a"), 1) == "m 6, ");
    CHECK(store.posts().spooled_parent("a@orchid.example", big + 1) == big);
    CHECK_FALSE(store.posts().spooled_parent("a@orchid.example", big));
    CHECK(store.posts().next_big(largest, [&](PostKey key) { return key == big; })->id == PostId("m"));
    std::string order;
    while (auto post = store.posts().next_big(largest)) {
        order += post->id.value;
        post->state = PostState::dropped;
        record(store, [&] { store.posts().update(*post); });
    }
    CHECK(order == "am");
    CHECK_FALSE(store.posts().spooled_parent("a@orchid.example", big + 1));
}

TEST_CASE("of big posts those that are proven come first, then those that are not very big", "[S5]") {
    const Scratch scratch;
    auto store = scratch.make();
    using community::Strength;
    const std::string large(3 << 20, 'x');
    const auto add = [&](const char* id, Strength strength, const std::string& bytes, const char* released_by = "") {
        auto post = a_post(id);
        post.strength = strength;
        post.released_by = released_by;
        store.posts().add(post, {"key", bytes});
    };
    record(store, [&] {
        add("a", Strength::envelope, large);
        add("b", Strength::envelope, "small");
        add("c", Strength::dmarc, large);
        add("d", Strength::dmarc, "small");
        add("e", Strength::envelope, "small", "mei");
        add("f", Strength::dmarc, "small");
    });
    std::string order;
    while (auto post = store.posts().next_big(1)) {
        order += post->id.value;
        post->state = PostState::dropped;
        record(store, [&] { store.posts().update(*post); });
    }
    CHECK(order == "defcba");
}

TEST_CASE("a claim and a command are no parent that others wait for", "[L4][D2]") {
    const Scratch scratch;
    auto store = scratch.make();
    using community::Strength;
    const auto [target, strength, is_parent] = GENERATE(table<Target, Strength, bool>({{Target::list, Strength::none, false},
                                                                                       {Target::request, Strength::dmarc, false},
                                                                                       {Target::owner, Strength::dmarc, true},
                                                                                       {Target::list, Strength::envelope, false},
                                                                                       {Target::list, Strength::dmarc, true}}));
    PostKey key = 0;
    record(store, [&] {
        auto post = a_post("a");
        post.message_id = "a@orchid.example";
        post.target = target;
        post.strength = strength;
        key = store.posts().add(post, {"key", "small"});
    });
    CHECK(store.posts().spooled_parent("a@orchid.example", key + 1).has_value() == is_parent);
    CHECK(store.posts().requests(0, 1, true).empty() == (target != Target::request));  // a request, and proven
    CHECK(store.posts().requests(0, 1, false).empty());
}

TEST_CASE("posts are selected by what is asked for") {
    const Scratch scratch;
    auto store = scratch.make();
    for (const auto* id : {"a", "b", "c", "d"}) {
        auto post = a_post(id);
        if (*id == 'b') post.state = PostState::held;
        if (*id == 'c') post.list = ListId("other");
        if (*id == 'd') post.kind = PostKind::notice;
        if (*id == 'a') post.message_id = "' OR 1=1 --";
        add(store, post);
    }
    auto& posts = store.posts();
    CHECK(ids(posts.select({})) == std::vector<std::string>{"a", "b", "c"});
    CHECK(ids(posts.select({{}, {}, {}, true, -1})) == std::vector<std::string>{"a", "b", "c", "d"});
    CHECK(ids(posts.select({PostState::held, {}, {}, false, -1})) == std::vector<std::string>{"b"});
    CHECK(ids(posts.select({{}, ListId("other"), {}, false, -1})) == std::vector<std::string>{"c"});
    CHECK(ids(posts.select({{}, {}, "b@orchid.example", false, -1})) == std::vector<std::string>{"b"});
    CHECK(ids(posts.select({{}, {}, "' OR 1=1 --", false, -1})) == std::vector<std::string>{"a"});
    CHECK(ids(posts.select({PostState::held, ListId("other"), {}, false, -1})).empty());
    CHECK(ids(posts.select({{}, {}, {}, false, 2})) == std::vector<std::string>{"b", "c"});
}

TEST_CASE("the parent of a reply is a distributed post of any list: of namesakes the strictest label and the first team", "[L4][D8]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto put = [&](const char* id, const char* message_id, Tlp label, PostState state, const char* team) {
        auto post = a_post(id);
        post.message_id = message_id;
        post.label = label;
        post.state = state;
        post.team = TeamId(team);
        add(store, post);
    };
    put("first", "m1", Tlp::amber, PostState::distributed, "orchid");
    put("milder", "m1", Tlp::clear, PostState::distributed, "banksia");
    put("as-strict", "m1", Tlp::amber, PostState::distributed, "banksia");
    put("held", "m2", Tlp::green, PostState::held, "orchid");
    CHECK(store.posts().parent("m1")->label == Tlp::amber);
    CHECK(store.posts().parent("m1")->team == TeamId("orchid"));
    put("stricter", "m1", Tlp::red, PostState::distributed, "banksia");
    CHECK(store.posts().parent("m1")->label == Tlp::red);
    CHECK(store.posts().parent("m1")->team == TeamId("orchid"));
    CHECK_FALSE(store.posts().parent("m2"));
    CHECK_FALSE(store.posts().parent(""));
    // Of those that count, for whoever asks.
    std::vector<ListId> asked;
    const auto later = [&](const ListId& list, PostKey post) {
        asked.push_back(list);
        return post == store.posts().find(PostId("milder"))->key || post == store.posts().find(PostId("as-strict"))->key;
    };
    CHECK(store.posts().parent("m1", later)->label == Tlp::amber);
    CHECK(store.posts().parent("m1", later)->team == TeamId("banksia"));
    CHECK(asked == std::vector<ListId>(8, a_post("x").list));
    CHECK_FALSE(store.posts().parent("m1", [](const ListId&, PostKey) { return false; }));
}

TEST_CASE("what a Message-ID names is found by it, and not by reading every post that was distributed", "[D8]") {
    const Scratch scratch;
    auto store = scratch.make();
    CHECK_FALSE(store.posts().parent("a@b.example"));
    CHECK_FALSE(store.posts().spooled_parent("a@b.example", 10));
    auto& db = store.connection().db;
    std::vector<std::string> asked;
    for (auto* one = sqlite3_next_stmt(db.getHandle(), nullptr); one != nullptr; one = sqlite3_next_stmt(db.getHandle(), one)) {
        const std::string sql = sqlite3_sql(one);
        if (sql.find("WHERE message_id = ?1") != std::string::npos) asked.push_back(sql);
    }
    CHECK(asked.size() == 2);
    for (const auto& sql : asked) {
        CAPTURE(sql);
        SQLite::Statement plan(db, "EXPLAIN QUERY PLAN " + sql);
        std::string steps;
        while (plan.executeStep()) steps += plan.getColumn(3).getString();
        CHECK(steps.find("post_message_id (message_id=?)") != std::string::npos);
        CHECK(steps.find("SCAN") == std::string::npos);
    }
}

TEST_CASE("bodies come back byte for byte") {
    const Scratch scratch;
    auto store = scratch.make();
    std::string bytes(300'000, '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31);
    const auto key = add(store, a_post("one"), {std::string("\0k\xff", 3), bytes});
    CHECK((store.posts().body(key).bytes == bytes));
    CHECK(store.posts().body(key).key == std::string("\0k\xff", 3));
    CHECK(store.posts().body(12345).key.empty());
}

TEST_CASE("a shared body rests once and stays until the last post forgets it") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto first = add(store, a_post("one"), {"key", "bytes"});
    PostKey second = 0;
    auto sharing = a_post("two");
    sharing.sealed_as = PostId("one");
    commit(store, [&] { second = store.posts().add(sharing, first); });
    CHECK(store.posts().get(second)->sealed_as == PostId("one"));
    CHECK(store.posts().get(first)->sealed_as == PostId("one"));
    CHECK(store.posts().body(second).bytes == "bytes");
    commit(store, [&] { store.posts().forget_body(first); });
    CHECK(store.posts().body(first).key.empty());
    CHECK(store.posts().body(second).bytes == "bytes");
    commit(store, [&] { store.posts().forget_body(second); });
    CHECK(store.posts().body(second).key.empty());
}

TEST_CASE("a forgotten body is in no file", "[R4][K13]") {
    const Scratch scratch;
    auto store = scratch.make();
    const std::string canary_key = "canary-key-4711";
    std::string bytes;
    for (int i = 0; i < 5000; ++i) bytes += "canary-bytes-4711/";
    const auto key = add(store, a_post("one"), {canary_key, bytes});
    const auto small = add(store, a_post("two"), {canary_key, "canary-bytes-4711/"});
    commit(store, [&] { store.posts().put_opened(small, {canary_key, "canary-bytes-4711/inside"}); });
    CHECK(store.posts().opened(small)->bytes == "canary-bytes-4711/inside");
    CHECK_FALSE(store.posts().opened(key));
    const auto kept = add(store, a_post("three"), {"kept", "kept-bytes"});
    CHECK(scratch.all_bytes().find(canary_key) != std::string::npos);
    commit(store, [&] {
        store.posts().forget_body(key);
        store.posts().forget_body(small);
    });
    CHECK(store.posts().body(key).key.empty());
    CHECK_FALSE(store.posts().opened(small));
    CHECK(store.posts().body(kept).bytes == "kept-bytes");
    CHECK(store.posts().get(key));
    const auto all = scratch.all_bytes();
    CHECK(all.find(canary_key) == std::string::npos);
    CHECK(all.find("canary-bytes") == std::string::npos);
    CHECK(store.check());
}

TEST_CASE("a signature counts once, also after a restart, and no later use takes the place of the first", "[K7]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        record(store, [&] {
            CHECK_FALSE(store.posts().signature_used("aa"));
            store.posts().use_signature("aa", noon, "post one");
            store.posts().use_signature("aa", noon + 24h, "post two");
        });
    }
    auto store = scratch.open();
    CHECK(store.posts().signature_used("aa") == "post one");
    CHECK_FALSE(store.posts().signature_used("bb"));
}

TEST_CASE("a body that is forgotten while somebody reads goes with a later commit", "[R4]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto reader = scratch.open();
    const auto key = add(store, a_post("one"), {"canary-key-4711", "b"});
    {
        const Store::Reading reading(reader);
        CHECK(reader.posts().body(key).key == "canary-key-4711");
        const auto begun = std::chrono::steady_clock::now();
        commit(store, [&] { store.posts().forget_body(key); });
        CHECK(std::chrono::steady_clock::now() - begun < scratch.options.busy);  // nobody waits for the reader
        CHECK(reader.posts().body(key).key == "canary-key-4711");
    }
    const auto until = std::chrono::steady_clock::now() + 10s;
    while (scratch.all_bytes().find("canary-key-4711") != std::string::npos && std::chrono::steady_clock::now() < until) {
        usleep(200'000);
        commit(store, [&] { store.journal().append(noon, "system", "a.b", "s", "{}"); });
    }
    CHECK(scratch.all_bytes().find("canary-key-4711") == std::string::npos);
}

TEST_CASE("posts are picked by sender, by what may be seen at all, and from a point on", "[H2]") {
    const Scratch scratch;
    auto store = scratch.make();
    std::vector<PostKey> keys;
    const std::vector<std::array<std::string, 3>> rows{
        {"one", "teams", "mei"}, {"two", "members", "mei"}, {"three", "teams", "ana"}, {"four", "members", "ana"}};
    for (const auto& [id, list, sender] : rows) {
        auto post = a_post(id);
        post.list = ListId{list};
        post.sender = PersonId{sender};
        keys.push_back(add(store, post));
    }
    Posts::Filter filter;
    filter.sender = PersonId{"mei"};
    CHECK(ids(store.posts().select(filter)) == std::vector<std::string>{"one", "two"});
    filter = {};
    filter.of_lists = {ListId{"teams"}};
    CHECK(ids(store.posts().select(filter)) == std::vector<std::string>{"one", "three"});
    filter.or_sender = PersonId{"ana"};
    CHECK(ids(store.posts().select(filter)) == std::vector<std::string>{"one", "three", "four"});
    filter.before = keys[3];
    filter.limit = 1;
    CHECK(ids(store.posts().select(filter)) == std::vector<std::string>{"three"});
    filter = {};
    filter.of_lists.emplace();  // none, and nobody: nothing, not everything
    CHECK(store.posts().select(filter).empty());
}

TEST_CASE("what an address meant is kept, and read once more for posts of an older file", "[O2]") {
    {
        const Scratch present;
        auto store = present.make();
        auto post = a_post("new");
        post.target = Target::owner;
        CHECK(store.posts().get(add(store, post))->target == Target::owner);
    }
    const auto steps = schema_of_this_program().steps;
    const auto step =
        std::find_if(steps.begin(), steps.end(), [](std::string_view sql) { return sql.find("ADD COLUMN target") != sql.npos; });
    REQUIRE(step != steps.end());
    const Scratch scratch;
    make_file(scratch, schema_of(static_cast<std::size_t>(step - steps.begin())));
    const auto insert = [&](const char* id, int kind, const char* list, const char* rcpt_to) {
        scratch.tamper(fmt::format(
            "INSERT INTO post (id, kind, state, list, mail_from, rcpt_to, header_from, team, message_id, received, decided, strength, "
            "because, rules, released_by, conflict_note, red_to_roster, sealed_as) "
            "VALUES ('{0}', {1}, 0, '{2}', '', '{3}', '', '', '', 0, 0, 0, '', '', '', '', 0, '{0}')",
            id, kind, list, rcpt_to));
    };
    insert("list", 0, "teams", "Teams@lists.example");
    insert("owner", 0, "teams", "teams+Owner@lists.example");
    insert("unsubscribe", 0, "teams", "TEAMS+unsubscribe@lists.example");
    insert("other-separator", 0, "wg-malware", "wg-malware-owner@lists.example");
    insert("a-list-of-that-name", 0, "ship-owner", "ship-owner@lists.example");
    insert("return-path", 2, "b.token", "b.token@lists.example");
    insert("notice", 1, "", "");
    auto store = scratch.open();
    const auto target = [&](const char* id) { return store.posts().find(PostId{id})->target; };
    CHECK(target("list") == Target::list);
    CHECK(target("owner") == Target::owner);
    CHECK(target("unsubscribe") == Target::unsubscribe);
    CHECK(target("other-separator") == Target::owner);
    CHECK(target("a-list-of-that-name") == Target::list);
    CHECK(target("return-path") == Target::return_path);
    CHECK(target("notice") == Target::none);
}

TEST_CASE("signatures that counted are known although their rows are gone, and the note tells that they are", "[K7]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto use = [&](const std::string& digest) {
        record(store, [&] { store.posts().use_signature(digest, noon, "post " + digest); });
    };
    use("one");
    remember_uses(store);
    const auto first = remembered_uses(store);
    CHECK(first.count == 1);
    CHECK(first == uses_until(store, store.journal().head().number));
    use("two");
    {
        Store::Transaction taken_back(store);
        store.posts().use_signature("three", noon, "post three");
    }
    CHECK_FALSE(store.posts().signature_used("three"));
    const auto noted = remembered_uses(store);
    const auto head = store.journal().head().number;
    CHECK(noted.count == 2);
    CHECK_FALSE(noted == first);
    use("four");  // after the note: it is not missed
    CHECK(noted == uses_until(store, head));
    CHECK_FALSE(store.posts().signature_used("three"));
    CHECK(remembered_uses(store).count == 3);

    Shell(scratch).edit("DELETE FROM used_signature WHERE digest = 'two'");
    CHECK(store.posts().signature_used("two") == "post two");
    auto again = scratch.open();
    CHECK_FALSE(again.posts().signature_used("two"));
    CHECK_FALSE(noted == uses_until(again, head));
    Shell(scratch).edit("INSERT INTO used_signature SELECT 'two', first_seen, 'post other' FROM used_signature WHERE digest = 'one'");
    CHECK_FALSE(noted == uses_until(again, head));
    Shell(scratch).edit("DELETE FROM bound WHERE table_name = 'used_signature'");
    CHECK_FALSE(noted == uses_until(again, head));
}

TEST_CASE("no number that somebody wrote far above makes the copies of one post run over into those of another", "[J1][D2]") {
    const auto* sql = GENERATE("UPDATE sqlite_sequence SET seq = 4294967296 WHERE name = 'post'",
                               "INSERT INTO sqlite_sequence VALUES ('post', 4294967296)",
                               "INSERT INTO delivery (key, person, named, state, attempts, at) VALUES (4294967296 << 30, 1, 0, 1, 0, 0)");
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    fanned_out(store, "one");
    scratch.tamper(sql);
    CHECK(fanned_out(store, "two") == 2);
}

TEST_CASE("a number that copies have already is given to no other post", "[J1][D2]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    const auto key = fanned_out(store, "one");
    scratch.tamper(
        fmt::format("INSERT INTO delivery (key, person, named, state, attempts, at) VALUES (({} << 32) + 1, 1, 0, 1, 0, 0)", key + 1));
    CHECK(fanned_out(store, "two") == key + 2);
}

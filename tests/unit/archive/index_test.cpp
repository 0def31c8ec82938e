// The index of the archive: its blocks, what labels keep out of it, and what becomes of it when posts are relabelled or forgotten.
#include <SQLiteCpp/Database.h>

#include <fstream>
#include <iterator>
#include <set>

#include "a_house.hpp"
#include "caveat/archive/archive.hpp"
#include "caveat/archive/keeping.hpp"
#include "index_blocks.hpp"
#include "terms.hpp"

namespace caveat::test {
namespace {

using archive::Indexed;

// As they go in: in the order of their keys, with terms in order.
std::vector<Indexed> many_posts(std::size_t n) {
    std::vector<Indexed> posts;
    for (std::size_t i = 0; i < n; ++i) {
        Indexed post;
        post.post = static_cast<PostKey>(3 + i * i % 7 + i * 7);
        post.posted = Instant{std::chrono::seconds(static_cast<std::int64_t>(i * 7919 % 5000) - 100)};
        post.label = static_cast<community::Tlp>(i % 4);
        post.attachment = i % 3 == 0;
        post.inexact = i % 11 == 0;
        post.distributed = post.posted + std::chrono::seconds(static_cast<std::int64_t>(i % 13) - 6);
        post.sealed_only = i % 17 == 0;
        post.author = {"author " + std::to_string(i % 5), PersonId{i % 2 == 0 ? "mei" : ""}};
        post.terms = {7};  // everywhere
        if (i % 2 == 0) post.terms.push_back(8);
        // So many posts have these that one block does not hold them.
        for (std::size_t pair = 0; pair < 40; ++pair) {
            if ((i * (pair + 3) + pair) % 5 < 2) post.terms.push_back((1ULL << 40) + pair);
        }
        for (std::size_t word = 0; word < 20; ++word) post.terms.push_back((1ULL << 39) + (i * 20 + word) * 12345 % 9973 * 99991);
        std::sort(post.terms.begin(), post.terms.end());
        post.terms.erase(std::unique(post.terms.begin(), post.terms.end()), post.terms.end());
        posts.push_back(std::move(post));
    }
    return posts;
}

archive::Segment read_back(const std::vector<std::string>& blocks) {
    return archive::Segment([&blocks](std::int64_t place) {
        if (place >= static_cast<std::int64_t>(blocks.size())) throw archive::Unreadable("none");
        return blocks[static_cast<std::size_t>(place)];
    });
}

struct AnIndex : AHouse {
    mailroom::Mailroom mailroom{room()};
    archive::Indexing indexing{room()};
    std::vector<std::string> destroyed;

    PostId put(const std::string& subject, const std::string& text = "") {
        auto submission = a_post("mei@orchid.example", subject);
        submission.bytes += text;
        const auto id = mailroom.receive(std::vector{submission}).front().front().id;
        while (mailroom.process(10) > 0) {
        }
        return id;
    }
    archive::Destruction destroying() {
        return [this](const std::vector<std::string>& names) -> Result<void> {
            destroyed.insert(destroyed.end(), names.begin(), names.end());
            return {};
        };
    }
    void take_in() {
        while (*indexing.pass(100, destroying()) > 0) {
        }
    }
    std::size_t found(const std::string& query) {
        std::size_t n = 0;
        const auto done =
            archive::Archive(room()).search(PersonId{"ana"}, *archive::Query::from_text(query), {}, [&](const auto&) { return ++n > 0; });
        CHECK(done);
        return n;
    }
    // How many posts of the index have this word.
    std::size_t indexed(const std::string& word) {
        std::size_t n = 0;
        const archive::Terms terms(vault(), ListId{"teams"});
        const auto here = room();
        for (const auto& one : store().search_index().segments()) {
            archive::open_segment(here, one).with(terms.term(word)).each([&](std::size_t) { ++n; });
        }
        return n;
    }
    void raw(const std::string& sql) { SQLite::Database(options.path.string(), SQLite::OPEN_READWRITE).exec(sql); }
};

}  // namespace

TEST_CASE("a segment of the index gives back what went into it", "[archive]") {
    const auto n = GENERATE(std::size_t{1}, std::size_t{1024}, std::size_t{3000});
    const auto posts = many_posts(n);
    const auto blocks = archive::blocks_of(posts);
    auto segment = read_back(blocks);
    REQUIRE(segment.posts() == n);
    const auto whole = segment.whole();
    for (std::size_t i = 0; i < n; ++i) {
        const bool same =
            whole[i].post == posts[i].post && whole[i].posted == posts[i].posted && whole[i].distributed == posts[i].distributed &&
            whole[i].label == posts[i].label && whole[i].attachment == posts[i].attachment && whole[i].inexact == posts[i].inexact &&
            whole[i].sealed_only == posts[i].sealed_only && whole[i].author == posts[i].author && whole[i].terms == posts[i].terms;
        if (!same) FAIL("post " << i);
    }
    const auto count = [&](archive::Term term) {
        std::size_t with = 0;
        segment.with(term).each([&](std::size_t at) {
            ++with;
            CHECK(std::binary_search(posts[at].terms.begin(), posts[at].terms.end(), term));
        });
        return with;
    };
    const auto earlier = [](const Indexed& a, const Indexed& b) { return a.distributed < b.distributed; };
    CHECK(segment.first_distributed() == std::min_element(posts.begin(), posts.end(), earlier)->distributed);
    CHECK(segment.last_distributed() == std::max_element(posts.begin(), posts.end(), earlier)->distributed);
    CHECK(segment.kinds().size() == (n == 1 ? 1 : 8));  // four labels
    CHECK(segment.kinds().front() == std::pair(community::Tlp::clear, n > 1 ? false : true));
    CHECK(count(7) == n);
    CHECK(count(8) == (n + 1) / 2);
    CHECK(count(posts[n / 2].terms.back()) > 0);
    CHECK(count(9) == 0);
    for (archive::Term term = 1ULL << 40; term < (1ULL << 40) + 40; ++term) {
        const auto has = [&](const Indexed& post) { return std::binary_search(post.terms.begin(), post.terms.end(), term); };
        CHECK(count(term) == static_cast<std::size_t>(std::count_if(posts.begin(), posts.end(), has)));
    }
    for (const auto& block : blocks) CHECK((&block - blocks.data() < 3 || block.size() <= 3943));  // a page of the database, with its seal
    CHECK((n < 3000 || blocks.size() < 3 + 24 + 50));
    std::size_t by = 0;
    const auto third = segment.authors_who([](const archive::Author& author) { return author.from.find("hor 3") != std::string::npos; });
    segment.by(archive::Bits(n, true), third).each([&](std::size_t at) { by += posts[at].author.from == "author 3" ? 1 : n; });
    CHECK(by == (n + 1) / 5);
    archive::Bits one(n);
    one.set(n - 1);
    std::vector<std::size_t> where;
    segment.where(one, [](const auto&) { return true; }).each([&](std::size_t at) { where.push_back(at); });
    CHECK(where == std::vector<std::size_t>{n - 1});
    for (const auto cut : {std::size_t{1}, std::size_t{2}, std::size_t{3}, blocks.size() - 1}) {
        auto broken = blocks;
        broken[cut].pop_back();
        CHECK_THROWS_AS(read_back(broken).whole(), archive::Unreadable);
    }
}

TEST_CASE("labels say what the index has, and nothing of it is readable at rest", "[R5][K13][archive]") {
    AnIndex index;
    index.put("TLP:GREEN wombat-burrow", "numbat");
    index.put("TLP:AMBER+STRICT wombat-burrow", "numbat");
    CHECK(index.found("numbat") == 1);
    index.take_in();
    CHECK(index.found("numbat") == 1);
    CHECK(index.found("NOT numbat") == 1);
    CHECK(index.found("from:mei") == 2);
    CHECK(index.indexed("numbat") == 1);
    CHECK(index.indexed("wombat") == 1);
    CHECK(index.destroyed.empty());
    // Two words in a row are one more term.
    const archive::Terms terms(index.vault(), ListId{"teams"});
    const std::vector<std::string> words{"\xE6\x94\xBB", "\xE6\x92\x83", "ab", "\xE8\x80\x85"};
    const auto of_words = terms.terms(words);
    const auto pairs = archive::pairs_of(words, of_words);
    CHECK(pairs.of_signs == std::vector{archive::pair_of_signs(of_words[0], of_words[1])});
    CHECK(pairs.of_words ==
          std::vector{archive::pair_of_words(of_words[1], of_words[2]), archive::pair_of_words(of_words[2], of_words[3])});
    CHECK(archive::pair_of_signs(of_words[0], of_words[1]) != archive::pair_of_signs(of_words[1], of_words[0]));
    std::set<archive::Term> places;
    for (const auto one : of_words) {
        for (const auto next : of_words) places.insert({archive::pair_of_signs(one, next), archive::pair_of_words(one, next)});
    }
    CHECK(places.size() > 24);
    CHECK(*places.begin() >= archive::Term{1} << 40);
    CHECK(*places.rbegin() < archive::Term{1} << 41);
    const archive::Terms other(index.vault(), ListId{"members"});
    CHECK(other.term("numbat") != archive::Terms(index.vault(), ListId{"teams"}).term("numbat"));
    for (const auto* end : {"", "-wal"}) {
        std::ifstream in(index.options.path.string() + end, std::ios::binary);
        const std::string rests{std::istreambuf_iterator<char>(in), {}};
        for (const auto* word : {"numbat", "wombat"}) CHECK(rests.find(word) == std::string::npos);
    }
}

TEST_CASE("a post that is relabelled or forgotten leaves the index, and takes the key that it shared", "[R4][R5][archive]") {
    AnIndex index;
    std::vector<PostId> ids;
    for (const auto* word : {"alpha", "beta", "gamma", "delta"}) ids.push_back(index.put(fmt::format("TLP:GREEN {}", word), "numbat"));
    index.take_in();
    REQUIRE(index.store().search_index().segments().size() == 1);
    const auto before = index.store().search_index().segments().front();
    SECTION("changed") {
        {
            storage::Store::Transaction transaction(index.store());
            index.store().search_index().make_due(index.store().posts().find(ids[1])->key);
            transaction.commit();
        }
        CHECK(index.found("numbat") == 4);
        index.take_in();
        CHECK(index.indexed("numbat") == 4);
        CHECK(index.indexed("beta") == 1);
        CHECK(index.destroyed.empty());
        // An older copy of the database has it under the key of before.
        const auto now = index.store().search_index().segments().front();
        CHECK(now.key_name != before.key_name);
        index.change(
            [&](storage::Register&) { index.store().archive().forget(index.store().posts().find(ids[0])->key, index.clock.now()); });
        index.take_in();
        CHECK(std::set<std::string>(index.destroyed.begin(), index.destroyed.end()) ==
              std::set<std::string>{before.key_name, now.key_name});
    }
    SECTION("forgotten by an act") {
        archive::Keeping keeping(
            index.room(), [](const auto&, const auto&) -> Result<void> { return {}; }, index.destroying());
        REQUIRE(keeping.forget({"operator root", std::nullopt}, ids[1], "D-2026-001"));
        CHECK(index.destroyed.back() == before.key_name);
        CHECK(index.indexed("beta") == 0);
        CHECK(index.indexed("numbat") == 3);
        CHECK(index.store().search_index().count().due == 0);
        CHECK(index.store().search_index().segments().front().key_name != before.key_name);
    }
    SECTION("forgotten by whoever else writes rows: the next pass does it") {
        index.change([&](storage::Register&) {
            for (const auto at : {0, 1})
                index.store().archive().forget(index.store().posts().find(ids[static_cast<std::size_t>(at)])->key, index.clock.now());
        });
        CHECK(index.found("numbat") == 2);
        index.take_in();
        CHECK(index.destroyed == std::vector<std::string>{before.key_name});
        CHECK(index.indexed("numbat") == 2);
        CHECK(index.found("numbat") == 2);
    }
    SECTION("broken: it is made anew, and meanwhile posts are looked at") {
        index.raw("UPDATE search_block SET bytes = CAST(x'00' || bytes AS BLOB)");
        CHECK(index.found("numbat") == 4);
        index.put("TLP:GREEN more", "numbat");
        index.take_in();
        CHECK(index.indexed("numbat") == 5);
        CHECK(index.found("numbat") == 5);
    }
    SECTION("rebuilt") {
        index.indexing.rebuild();
        CHECK(index.store().search_index().count().due == 4);
        index.take_in();
        CHECK(index.indexed("numbat") == 4);
        CHECK(index.store().search_index().count().indexed == 4);
        CHECK(index.destroyed.empty());
        index.change(
            [&](storage::Register&) { index.store().archive().forget(index.store().posts().find(ids[0])->key, index.clock.now()); });
        index.take_in();
        CHECK(std::find(index.destroyed.begin(), index.destroyed.end(), before.key_name) != index.destroyed.end());
    }
    SECTION("of an earlier program: it is made anew, and meanwhile posts are looked at") {
        index.raw("UPDATE search_segment SET key_name = 'index-' || substr(key_name, 8)");
        CHECK(index.found("numbat") == 4);
        index.take_in();
        CHECK(index.indexed("numbat") == 4);
        CHECK(index.found("numbat") == 4);
    }
    SECTION("its key cannot be destroyed: nothing was done") {
        index.change(
            [&](storage::Register&) { index.store().archive().forget(index.store().posts().find(ids[0])->key, index.clock.now()); });
        const auto refused = index.indexing.pass(10, [](const auto&) -> Result<void> { return fail(errc::invalid, "no disk"); });
        CHECK(refused.error().code == errc::invalid);
        CHECK(index.indexed("alpha") == 1);
        index.take_in();
        CHECK(index.indexed("alpha") == 0);
    }
}

TEST_CASE("a phrase in a script without blanks opens few posts", "[archive]") {
    AnIndex index;
    const std::string attack = "\xE6\x94\xBB\xE6\x92\x83", backwards = "\xE6\x92\x83\xE6\x94\xBB";
    for (int i = 0; i < 5; ++i) index.put(fmt::format("TLP:GREEN {}", i), backwards);
    const auto last = index.put("TLP:GREEN it", "\xE3\x81\x93" + attack + "\xE8\x80\x85");
    index.take_in();
    CHECK(index.found(attack) == 1);
    CHECK(index.found(backwards) == 5);
    CHECK(index.found("NOT " + attack) == 5);
    archive::Archive archive(index.room());
    const auto one_copy = archive.open(PersonId{"ana"}, last)->bytes.size();
    CHECK(archive.search(PersonId{"ana"}, *archive::Query::from_text(attack), {.most = 2 * one_copy}, [](const auto&) { return true; }));
}

TEST_CASE("what is posted one by one lies in a handful of segments", "[archive]") {
    AnIndex index;
    for (int i = 0; i < 40; ++i) {
        index.put(fmt::format("TLP:GREEN {}", i), "numbat");
        REQUIRE(*index.indexing.pass(10, index.destroying()) == 1);
    }
    const auto segments = index.store().search_index().segments();
    CHECK(segments.size() <= 4);
    for (const auto& one : segments) CHECK(one.key_name == segments.front().key_name);
    CHECK(index.indexed("numbat") == 40);
    CHECK(index.found("numbat") == 40);
}

}  // namespace caveat::test

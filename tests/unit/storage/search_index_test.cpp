// The index of the archive as rows: what comes to be due, and what goes with a segment.
#include "scratch_store.hpp"

namespace caveat::storage::test {

TEST_CASE("what comes into the archive, or changes there, is due in its index, whoever wrote it", "[R4][R5]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 1);
    auto& index = store.search_index();
    const auto key = fanned_out(store, "a");
    record(store, [&] { store.archive().add({key, ListId("teams"), Tlp::amber, noon, noon + 24h}, {"key", "card"}); });
    CHECK(index.due(10) == std::vector<PostKey>{key});
    commit(store, [&] { index.done(key, {5, 7}); });
    CHECK(index.count().due == 0);
    CHECK(index.count().missing == 1);  // nobody placed it
    CHECK(index.linked(7) == std::vector<PostKey>{key});
    scratch.tamper(GENERATE("UPDATE archived SET label = 3", "UPDATE archived SET forgotten = 1", "UPDATE archived SET ended = 1"));
    CHECK(index.is_due(key));
    commit(store, [&] { index.done(key, {5}); });
    CHECK(index.linked(7).empty());
    CHECK(index.linked(5) == std::vector<PostKey>{key});
}

TEST_CASE("a segment goes with its blocks, and its number is never another's", "[R4]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto& index = store.search_index();
    std::int64_t first = 0, second = 0;
    commit(store, [&] {
        first = index.add({0, "name", ListId("teams"), 1});
        index.put_block(first, 0, {"key", "bytes"});
        index.place(9, first);
        second = index.add({0, "name", ListId("other"), 1});
        index.put_block(second, 0, {"key", "others"});
    });
    CHECK(index.segments(ListId("teams")).size() == 1);
    CHECK(index.segment_of(9) == first);
    CHECK(index.posts_of(first) == std::vector<PostKey>{9});
    commit(store, [&] { index.remove(second); });
    CHECK(index.block(second, 0) == std::nullopt);
    CHECK(index.block(first, 0) == Sealed{"key", "bytes"});
    commit(store, [&] { CHECK(index.add({0, "name", ListId("teams"), 1}) > second); });
    commit(store, [&] { index.remove_all(); });
    CHECK(index.segments().empty());
    CHECK(index.segments(ListId("teams")).empty());
    CHECK(index.segment_of(9) == std::nullopt);
    commit(store, [&] {
        index.add_former_key(ListId("teams"), "earlier");
        CHECK(index.take_former_keys(ListId("other")).empty());
        CHECK(index.take_former_keys(ListId("teams")) == std::vector<std::string>{"name", "earlier"});
        CHECK(index.take_former_keys(ListId("teams")).empty());
    });
}

}  // namespace caveat::storage::test

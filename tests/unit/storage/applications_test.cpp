// Applications and what was done in them come back in their order, and stay.
#include "caveat/storage/applications.hpp"

#include "scratch_store.hpp"

namespace caveat::storage::test {

TEST_CASE("applications come back in the order submitted, also those of one team", "[item 23]") {
    Scratch scratch;
    auto store = scratch.make();
    const ApplicationRow first{"A-2", TeamId("nimbus"), noon, "om.sponsors\t1\n"};
    const ApplicationRow other{"A-1", TeamId("cirrus"), noon, ""};
    const ApplicationRow second{"A-0", TeamId("nimbus"), noon + 1h, ""};
    record(store, [&] {
        for (const auto& row : {first, other, second}) store.applications().add(row);
    });
    CHECK(store.applications().all() == std::vector{first, other, second});
    CHECK(store.applications().of(TeamId("nimbus")) == std::vector{first, second});
    CHECK(store.applications().of(TeamId("stratus")).empty());
    CHECK(store.applications().find("A-1") == other);
    CHECK_FALSE(store.applications().find("A-3"));
}

TEST_CASE("the acts of an application are kept as they were and cannot be edited or taken away", "[J1]") {
    Scratch scratch;
    auto store = scratch.make();
    const ApplicationAct submit{noon, "operator root", "", "submit\tNimbus\\n\xc3\xa9"};
    const ApplicationAct admit{noon + 1h, "operator root", "D-1", "admit\t0"};
    record(store, [&] {
        store.applications().add({"A-1", TeamId("nimbus"), noon, ""});
        store.applications().append("A-1", submit);
        store.applications().append("A-1", admit);
    });
    CHECK(store.applications().acts("A-1") == std::vector{submit, admit});
    CHECK(store.applications().acts("A-2").empty());
    {
        Store::Transaction transaction(store);
        CHECK_THROWS_AS(store.applications().append("A-2", submit), Broken);
    }
    CHECK_THROWS(scratch.tamper("UPDATE application_act SET decision = 'D-9'"));
    CHECK_THROWS(scratch.tamper("DELETE FROM application_act"));
    CHECK(store.applications().acts("A-1") == std::vector{submit, admit});
}

}  // namespace caveat::storage::test

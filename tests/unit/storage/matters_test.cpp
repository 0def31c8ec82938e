// The small records of teams as rows: entered, ended once, and then they stay.
#include "scratch_store.hpp"

namespace caveat::storage::test {
namespace {

community::Matter a_declaration(const std::string& id) {
    community::Matter matter;
    matter.id = id;
    matter.kind = community::MatterKind::declaration;
    matter.team = TeamId("orchid");
    matter.what = "3.1 iii";
    matter.text = "funding";
    matter.at = noon;
    matter.actor = "operator root";
    matter.cause = "R-1";
    return matter;
}

}  // namespace

TEST_CASE("what was entered is read back, and ended once", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.matters();
    auto one = a_declaration("DC-1");
    record(store, [&] {
        rows.add(one);
        rows.add(a_declaration("DC-2"));
    });
    CHECK(rows.find(community::MatterKind::declaration, "DC-1") == one);
    CHECK_FALSE(rows.find(community::MatterKind::review, "DC-1"));
    one.closed = noon + 1h;
    one.closed_by = "person p1";
    one.outcome = "withdrawn";
    one.note = "funded again";
    record(store, [&] { rows.close(one); });
    CHECK(rows.find(community::MatterKind::declaration, "DC-1") == one);
    CHECK(rows.all(community::MatterKind::declaration).size() == 2);
    CHECK(rows.alive(noon + 1h).size() == 2);
    CHECK(rows.alive(noon + 1h + 1us).size() == 1);
    CHECK_THROWS_AS(record(store, [&] { rows.close(one); }), Broken);
    CHECK_THROWS_AS(record(store, [&] { rows.add(one); }), Broken);
    CHECK(store.journal().verify());
}

TEST_CASE("nobody changes or removes what was entered, or ends it twice", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto over = a_declaration("DC-1");
    over.closed = noon + 1h;
    record(store, [&] {
        store.matters().add(a_declaration("DC-2"));
        store.matters().add(over);
    });
    for (const auto* sql : {"UPDATE matter SET text = 'x' WHERE id = 'DC-2'", "UPDATE matter SET due = 7 WHERE id = 'DC-2'",
                            "DELETE FROM matter", "UPDATE matter SET outcome = 'reviewed' WHERE id = 'DC-1'"}) {
        CAPTURE(sql);
        CHECK_THROWS(scratch.tamper(sql));
    }
}

}  // namespace caveat::storage::test

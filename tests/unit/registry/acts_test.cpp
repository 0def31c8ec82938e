#include "a_fake_engine.hpp"
#include "caveat/community/panel_list.hpp"
#include "forum.hpp"

using namespace forum;

namespace {

std::string said_lines(const std::vector<std::string>& lines) { return fmt::format("{}", fmt::join(lines, "\n")); }

struct Loaded : Desk {
    std::size_t before = 0;  // entries so far
    Loaded() {
        load(small());
        before = journal().size();
    }

    // The act was refused so, and left no trace.
    template <class Answer>
    void refused(const Answer& answer, errc code, const std::string& says) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == code);
        CHECK_THAT(answer.error().detail, Catch::Contains(says));
        CHECK(journal().size() == before);
    }
    // It was done, with one entry.
    template <class Answer>
    void done(const Answer& answer, const std::string& entry) {
        INFO((answer ? "" : answer.error().detail));
        REQUIRE(answer);
        const auto entries = journal();
        REQUIRE(entries.size() == before + 1);
        CHECK_THAT(entries.back(), Catch::StartsWith(entry));
        before = entries.size();
    }
};

}  // namespace

TEST_CASE("teams are added, changed and removed, each with its entry", "[J1]") {
    Loaded desk;
    auto& office = *desk.office;
    desk.done(office.add(desk.by, team("wattle", "applicant")), "team.add wattle {\"what\":\"applicant, SG\"}");
    desk.refused(office.add(desk.by, team("wattle", "applicant")), errc::conflict, "team wattle exists");
    desk.refused(office.add(desk.by, team("x", "y"), "SC-1"), errc::invalid, "write one of: operational");
    CHECK(desk.cited.empty());
    auto renamed = team("wattle", "applicant");
    renamed.name = "Wattle-CSIRT";
    desk.done(office.change(desk.by, renamed, ""),
              "team.change wattle {\"what\":\"name: wattle team -> Wattle-CSIRT\",\"fields\":[\"name\"]}");
    CHECK(office.change(desk.by, renamed, ""));
    CHECK(desk.journal().size() == desk.before);
    desk.refused(office.change(desk.by, team("nobody"), ""), errc::not_found, "team nobody is not there");
    desk.refused(office.remove_team(desk.by, TeamId{"orchid"}), errc::conflict, "team orchid still has 2 people");
    desk.refused(office.remove_team(desk.by, TeamId{"nobody"}), errc::not_found, "team nobody is not there");
    desk.done(office.remove_team(desk.by, TeamId{"wattle"}), "team.remove wattle");
    CHECK_FALSE(desk.store->directory().team(TeamId{"wattle"}));
}

TEST_CASE("what a team of the community is, no act on its row changes", "[C5][A11][items 6, 17, 18, 23, 25, 54][ruling ii]") {
    struct Row {
        std::string before;  // "strategic lea"; "-": not there
        std::string after;
        std::string says;  // empty: it is the secretariat's own
    };
    const auto row = GENERATE(values<Row>({
        {"-", "applicant", ""},
        {"-", "operational", "the admission of a team (items 17, 18 and 54) rests on its application (ruling ii)"},
        {"-", "corporate", "has no date of admission and no MoU; its application records them"},
        {"applicant", "operational", "its application records them"},
        {"former", "operational", "the admission of a team"},
        {"applicant", "-", ""},
        {"former", "-", ""},
        {"operational", "corporate", "the category of a team (items 23 and 54) is changed by an application of desk"},
        {"strategic lea", "strategic registry", "the subtype of a team"},
        {"operational", "former", "(items 25 and 54) ends by its revocation"},
        {"corporate", "applicant", "the category of a team"},
        {"operational", "-", "the category of a team"},
        {"liaison", "-", "see: caveat application revoke desk"},
    }));
    CAPTURE(row.before, row.after);
    Loaded desk;
    auto& office = *desk.office;
    const auto of = [](const std::string& words) {
        const auto blank = words.find(' ');
        auto made = team("desk", words.substr(0, blank).c_str(), blank == std::string::npos ? "" : words.substr(blank + 1).c_str());
        if (words == "operational") made.since.reset();
        return made;
    };
    if (row.before != "-") {
        storage::Store::Transaction transaction(*desk.store);
        auto was = of(row.before);
        if (row.before == "former" && row.after == "operational") was.since.reset(), was.mou.reset();
        desk.store->register_rows().put(was);
        desk.store->journal().append(desk.clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
        ++desk.before;
    }
    const auto act = [&](const std::string& decision) {
        if (row.before == "-") return office.add(desk.by, of(row.after), decision);
        if (row.after == "-") return office.remove_team(desk.by, TeamId{"desk"}, decision);
        auto is = of(row.after);
        if (row.before == "applicant") is.since = parse_date("2020-01-01").value();
        return office.change(desk.by, is, decision);
    };
    if (!row.says.empty()) {
        for (const auto* decision : {"", "D-7", "SC-1"}) desk.refused(act(decision), errc::denied, row.says);
    } else {
        desk.refused(act("SC-1"), errc::invalid, "leave decision SC-1 out");
        desk.done(act(""), "team.");
    }
    CHECK(desk.cited.empty());
}

TEST_CASE("a clearance is the committee's to give, and the date of admission nobody's", "[C5][A11][rulings y, ii][item 6]") {
    Loaded desk;
    auto& office = *desk.office;
    auto changed = desk.store->directory().team(TeamId{"orchid"}).value();
    changed.clearances = {{ListId{"ews"}, Tlp::red, "SC-old"}};
    desk.refused(office.change(desk.by, changed, ""), errc::denied,
                 "the clearance of a team (ruling y) is changed by a decision of the committee");
    auto both = changed;
    both.category = "corporate";
    desk.refused(office.change(desk.by, both, "SC-2"), errc::denied, "is changed by an application");
    auto several = changed;
    several.clearances.push_back({ListId{"teams"}, Tlp::red, ""});
    desk.refused(office.change(desk.by, several, "SC-2"), errc::denied, "here are 2 changes");
    desk.refused(office.change(desk.by, changed, "D-7"), errc::denied, "decision D-7: not by its rule");
    desk.cited.clear();
    desk.done(office.change(desk.by, changed, "SC-2"), "team.change orchid");
    CHECK(desk.cited == std::vector<std::string>{"clearance orchid SC-2: list = ews, label = RED"});
    CHECK(desk.store->directory().team(TeamId{"orchid"})->clearances.front().decision == "SC-2");

    changed = desk.store->directory().team(TeamId{"orchid"}).value();
    changed.since = parse_date("2010-01-01").value();
    for (const auto* decision : {"", "SC-3"})
        desk.refused(office.change(desk.by, changed, decision), errc::denied, "the date of admission");
    changed = desk.store->directory().team(TeamId{"orchid"}).value();
    changed.clearances.clear();
    desk.done(office.change(desk.by, changed, "SC-4"), "team.change orchid");
    CHECK(desk.cited.back() == "clearance orchid SC-4: list = ews, removed = true");
}

TEST_CASE("what is decided leaves nobody the running of a list that their team can read no more", "[A11][A12][rulings y, ll]") {
    Desk desk;
    auto census = small();
    census.lists.push_back(list("poc", "poc"));
    census.teams.push_back(team("arin", "strategic", "registry"));
    census.teams.back().clearances = {{ListId{"poc"}, Tlp::amber, "SC-1"}};
    census.people.push_back(person("arin-rep", "arin"));
    census.terms.push_back({"owner", PersonId{"arin-rep"}, ListId{"poc"}, {at("2026-01-01"), {}}});
    desk.load(census);
    auto& office = *desk.office;
    const auto refused = [&](const Result<void>& answer, const char* says) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == errc::denied);
        CHECK_THAT(answer.error().detail, Catch::Contains(says));
    };
    auto without = desk.store->directory().team(TeamId{"arin"}).value();
    without.clearances.clear();
    auto members = *desk.store->rosters().list(ListId{"poc"});
    members.klass = "members";
    const auto entries = desk.journal().size();
    refused(office.change(desk.by, without, "SC-4"), "end it first: caveat term end owner arin-rep --list poc --reason");
    refused(office.change(desk.by, members, "SC-6"), "no column of the access matrix lets such a team read poc");
    CHECK(desk.journal().size() == entries);
    census.terms.back().during.until = at("2026-02-01");
    desk.load(census);
    CHECK(office.change(desk.by, without, "SC-4"));
}

TEST_CASE("a role that counts for nothing already stands in the way of nothing else that is decided", "[A11][A12][ruling ll]") {
    Desk desk;
    auto census = small();
    census.lists.push_back(list("poc", "poc"));
    census.lists.push_back(list("wg-malware", "wg"));
    census.teams.push_back(team("arin", "strategic", "registry"));
    census.people.push_back(person("arin-rep", "arin"));
    desk.load(census);
    {
        storage::Store::Transaction transaction(*desk.store);
        desk.store->register_rows().put({"owner", PersonId{"arin-rep"}, ListId{"poc"}, {at("2026-01-01"), {}}});
        desk.store->journal().append(desk.clock.now(), "operator root", "term.begun", "arin-rep", "{}");
        transaction.commit();
    }
    auto& office = *desk.office;
    auto cleared = desk.store->directory().team(TeamId{"arin"}).value();
    cleared.clearances = {{ListId{"wg-malware"}, Tlp::green, ""}};
    CHECK(office.change(desk.by, cleared, "SC-1"));
    auto poc = *desk.store->rosters().list(ListId{"poc"});
    poc.charter = "who is to be called";
    CHECK(office.change(desk.by, poc, "SC-2"));
    // What it gives the right to, and takes away again, does.
    cleared = desk.store->directory().team(TeamId{"arin"}).value();
    cleared.clearances.push_back({ListId{"poc"}, Tlp::green, ""});
    REQUIRE(office.change(desk.by, cleared, "SC-3"));
    cleared = desk.store->directory().team(TeamId{"arin"}).value();
    std::erase_if(cleared.clearances, [](const auto& one) { return one.list.value == "poc"; });
    const auto refused = office.change(desk.by, cleared, "SC-4");
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().detail, Catch::Contains("end it first: caveat term end owner arin-rep --list poc --reason"));
}

TEST_CASE("a wall of a list falls by a decision and by nothing else", "[C5][ruling jj][item 70]") {
    struct Row {
        std::string does;
        void (*make)(List&);
        std::string says;
        void (*before)(List&) = [](List&) {};
    };
    const auto preferred = [](List& l) { l.encryption = Encryption::preferred; };
    const auto unset = [](List& l) { l.outer_subject.reset(); };
    const auto row = GENERATE_COPY(values<Row>({
        {"class = members", [](List& l) { l.klass = "members"; }, "the class of a list"},
        {"max_tlp = AMBER+STRICT", [](List& l) { l.max_tlp = Tlp::amber_strict; }, "the maximum of a list"},
        {"default_tlp = GREEN, max_tlp = GREEN", [](List& l) { l.max_tlp = l.default_tlp.emplace(Tlp::green); }, "the maximum of a list"},
        {"charter = chat", [](List& l) { l.charter = "chat"; }, "the charter of a list"},
        {"encryption = none", [](List& l) { l.encryption = Encryption::none; }, "less encryption of a list (ruling jj)"},
        {"encryption = preferred", [](List& l) { l.encryption = Encryption::preferred; }, "less encryption of a list (ruling jj)"},
        {"authentication = envelope", [](List& l) { l.authentication = Strength::envelope; }, "less authentication of a list's posts"},
        {"posting = matrix", [](List& l) { l.posting = Posting::matrix; }, "a laxer posting rule of a list (ruling jj)"},
        {"posting = owners", [](List& l) { l.posting = Posting::owners; }, "a laxer posting rule of a list (ruling jj)"},
        {"retention = 90 days", [](List& l) { l.retention = "90 days"; }, "how long a list keeps what is posted (ruling jj)"},
        {"default_tlp = CLEAR", [](List& l) { l.default_tlp = Tlp::clear; }, "a lower default label of a list (ruling jj)"},
        {"outer_subject = label", [](List& l) { l.outer_subject = OuterSubject::label; }, "more of a confidential subject on the wire"},
        {"outer_subject = full", [](List& l) { l.outer_subject = OuterSubject::full; }, "more of a confidential subject on the wire"},
        {"outer_subject = none", [](List& l) { l.outer_subject.reset(); }, "more of a confidential subject on the wire", preferred},
        {"outer_subject = label", [](List& l) { l.outer_subject = OuterSubject::label; }, "more of a confidential subject on the wire",
         unset},
        {"outer_subject = full", [](List& l) { l.outer_subject = OuterSubject::full; }, "more of a confidential subject on the wire",
         unset},
        {"hide_key_ids = false", [](List& l) { l.hide_key_ids = false; }, "copies that name their reader's key (ruling jj)"},
    }));
    CAPTURE(row.does);
    Desk desk;
    auto census = small();
    census.lists[0].encryption = Encryption::required;
    census.lists[0].posting = Posting::moderated;
    census.lists[0].outer_subject = OuterSubject::neutral;
    census.lists[0].hide_key_ids = true;
    row.before(census.lists[0]);
    desk.load(census);
    auto& office = *desk.office;
    const auto was = desk.store->rosters().list(ListId{"teams"}).value();
    auto changed = was;
    row.make(changed);
    const auto version = desk.store->register_version();
    for (const auto& [decision, says] : {std::pair<std::string, std::string>{"", row.says}, {"D-7", "decision D-7: not by its rule"}}) {
        const auto refused = office.change(desk.by, changed, decision);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
        CHECK_THAT(refused.error().detail, Catch::Contains(says));
    }
    CHECK(desk.store->rosters().list(ListId{"teams"}).value() == was);
    CHECK(desk.store->register_version() == version);
    REQUIRE(office.change(desk.by, changed, "SC-3"));
    CHECK(desk.store->rosters().list(ListId{"teams"}).value() == changed);
    CHECK_THAT(desk.journal().back(), Catch::Contains("\"decision\":\"SC-3\""));
    CHECK(desk.cited.back() == "list teams SC-3: " + row.does);
}

TEST_CASE("what protects a list more needs no decision, and takes none", "[C5][ruling jj]") {
    Loaded desk;
    auto& office = *desk.office;
    auto list = desk.store->rosters().list(ListId{"teams"}).value();
    const auto more = [&](const char* words) {
        desk.refused(office.change(desk.by, list, "SC-1"), errc::invalid, "leave decision SC-1 out");
        desk.done(office.change(desk.by, list, ""), std::string("list.change teams {\"what\":\"") + words);
    };
    list.posting = Posting::owners;
    more("posting: matrix -> owners");
    list.posting = Posting::moderated;
    more("posting: owners -> moderated");
    list.encryption = Encryption::required;
    more("encryption: none -> required");
    list.authentication = Strength::signature;
    more("authentication: dmarc -> signature");
    list.default_tlp.reset();  // the rule book's, which is AMBER as it was
    more("default_tlp: AMBER -> none");
    list.outer_subject = OuterSubject::neutral;  // as it was for want of another word
    more("outer_subject: none -> neutral");
    list.outer_subject.reset();
    more("outer_subject: neutral -> none");
    list.hide_key_ids = true;
    more("hide_key_ids: no -> yes");
    CHECK(desk.cited.empty());
}

TEST_CASE("a list is made and removed by decision, and a removed one takes its roster with it", "[A2][ruling jj]") {
    Loaded desk;
    auto& office = *desk.office;
    desk.refused(office.add(desk.by, list("drill", "drill"), ""), errc::denied,
                 "a new list (ruling jj) is changed by a decision of the committee");
    desk.refused(office.add(desk.by, list("Drill", "drill"), "SC-1"), errc::invalid, "has no capitals");
    CHECK(desk.cited.empty());
    desk.refused(office.add(desk.by, list("drill", "drill"), "D-7"), errc::denied, "decision D-7: not by its rule");
    desk.done(office.add(desk.by, list("drill", "drill"), "SC-1"), "list.add drill");
    CHECK(desk.cited.back() == "list drill SC-1: created = true, class = drill, charter = information exchange");
    desk.refused(office.add(desk.by, list("drill", "drill"), "SC-1"), errc::conflict, "list drill exists");
    desk.refused(office.remove_list(desk.by, ListId{"teams"}, ""), errc::denied, "the removal of a list (ruling jj)");
    desk.done(office.remove_list(desk.by, ListId{"teams"}, "SC-2"), "list.remove teams");
    CHECK(desk.cited.back() == "list teams SC-2: removed = true");
    CHECK_THAT(desk.journal().back(), Catch::Contains("2 subscriptions end") && Catch::Contains("SC-2"));
    desk.refused(office.remove_list(desk.by, ListId{"teams"}, "SC-2"), errc::not_found, "list teams is not there");
    CHECK(desk.office->census().subscriptions.size() == 1);
    CHECK(desk.load(desk.office->census()).changes.empty());
    // Its name is free again by decision only, and the roster is empty.
    desk.refused(office.add(desk.by, list("teams", "members"), ""), errc::denied, "a new list");
    auto again = desk.office->census();
    again.lists.push_back(list("teams", "members"));
    const auto loaded = office.load(desk.by, again, {});
    REQUIRE_FALSE(loaded);
    CHECK_THAT(loaded.error().detail, Catch::StartsWith("list teams: a new list (ruling jj) is the committee's to decide"));
    // What was posted to the one before is not of the new one.
    storage::Post old;
    old.id = PostId{"old"};
    old.list = ListId{"teams"};
    {
        storage::Store::Transaction transaction(*desk.store);
        desk.store->posts().add(old, {"key", "bytes"});
        transaction.commit();
    }
    desk.done(office.add(desk.by, list("teams", "members"), "SC-3"), "list.add teams");
    CHECK_THAT(desk.journal().back(), Catch::Contains("what was posted to the list before of that name stands under teams~1"));
    CHECK(desk.store->posts().find(PostId{"old"})->list == ListId{"teams~1"});
    CHECK(desk.store->rosters().subscribers(ListId{"teams"}) == 0);
}

TEST_CASE("an address belongs to one person, and a team has one representative", "[A6]") {
    Loaded desk;
    auto& office = *desk.office;
    auto fresh = person("orchid-new", "orchid");
    desk.done(office.add(desk.by, fresh), "person.add orchid-new");
    desk.refused(office.add(desk.by, fresh), errc::conflict, "person orchid-new exists");
    fresh.addresses = {"Orchid-Duty@ORCHID.example"};
    desk.refused(office.change(desk.by, fresh), errc::conflict, "is an address of orchid-duty; an address belongs to one person");
    fresh.addresses = {"a@b.example", "A@B.example"};
    desk.refused(office.change(desk.by, fresh), errc::invalid, "is there twice");
    fresh.addresses = {"px@bücher.example"};
    desk.done(office.change(desk.by, fresh), "person.change orchid-new");
    auto another = person("orchid-other", "orchid");
    for (const auto* spelled : {"px@xn--bcher-kva.example", "PX@BÜCHER.example", "px@bu\u0308cher.example", "\"px\"@bücher.example"}) {
        CAPTURE(spelled);
        another.addresses = {spelled};
        desk.refused(office.add(desk.by, another), errc::conflict, "is an address of orchid-new");
    }
    another.addresses = {"px@x.example\u200B"};
    desk.refused(office.add(desk.by, another), errc::invalid, "holds U+200B (ZERO WIDTH SPACE)");
    another.addresses = {"teams@lists.arc.example"};
    desk.refused(office.add(desk.by, another), errc::invalid, "our own domain");
    fresh.addresses = {"a@b.example"};
    fresh.representative = true;
    desk.refused(office.change(desk.by, fresh), errc::conflict, "orchid-rep is representative of orchid");
    fresh.representative = false;
    fresh.team = TeamId{"nowhere"};
    desk.refused(office.change(desk.by, fresh), errc::not_found, "team nowhere is not there");
    desk.refused(office.change(desk.by, person("ghost", "kikyo")), errc::not_found, "person ghost is not there");
}

TEST_CASE("an economy has one primary contact: a second is refused with the first one's name, and one load hands it over", "[item 14]") {
    Loaded desk;
    auto& office = *desk.office;
    auto orchid = *desk.store->directory().team(TeamId{"orchid"});
    auto kikyo = *desk.store->directory().team(TeamId{"kikyo"});
    REQUIRE(orchid.economy == kikyo.economy);
    orchid.primary_contact = kikyo.primary_contact = true;
    desk.done(office.change(desk.by, orchid, ""), "team.change orchid");
    CHECK(desk.journal().back().find("primary_contact: ") != std::string::npos);
    desk.refused(office.change(desk.by, kikyo, ""), errc::denied,
                 "item 14: orchid team (orchid) is the primary contact of SG, and an economy has one");
    auto census = small();
    census.teams[1].primary_contact = true;
    CHECK(desk.load(census, {}).changes.size() == 2);
    CHECK(desk.store->directory().team(TeamId{"kikyo"})->primary_contact);
    CHECK_FALSE(desk.store->directory().team(TeamId{"orchid"})->primary_contact);
}

TEST_CASE("an alternate is of the team, and gone with the person", "[item 15]") {
    Loaded desk;
    auto& office = *desk.office;
    auto duty = *desk.store->directory().person(PersonId{"orchid-duty"});
    duty.alternate = true;
    desk.done(office.change(desk.by, duty), "person.change orchid-duty");
    CHECK(desk.store->directory().person(duty.id)->alternate);
    duty.representative = true;
    desk.refused(office.change(desk.by, duty), errc::invalid, "nobody is an alternate of themselves");
    desk.done(office.remove_person(desk.by, duty.id), "person.remove orchid-duty");
    duty = person("orchid-duty", "orchid");
    desk.done(office.add(desk.by, duty, ""), "person.add orchid-duty");
    CHECK_FALSE(desk.store->directory().person(duty.id)->alternate);
}

TEST_CASE("nobody is moved between teams", "[C5][ruling kk][A2]") {
    Loaded desk;
    auto& office = *desk.office;
    auto analyst = desk.store->directory().person(PersonId{"basalt-rep"}).value();
    desk.done(office.add(desk.by, on("ews", "basalt-rep")), "subscription.add");
    analyst.team = TeamId{"orchid"};
    const auto version = desk.store->register_version();
    desk.refused(office.change(desk.by, analyst), errc::denied,
                 "basalt-rep is of basalt, and nobody is moved between teams: remove the person, which ends roles and rosters; then the "
                 "representative of orchid enters them, or a decision of kind person does");
    auto census = desk.office->census();
    for (auto& person : census.people) {
        if (person.id == analyst.id) person.team = TeamId{"orchid"};
    }
    for (const bool dry : {true, false}) {
        const auto loaded = office.load(desk.by, census, {.dry_run = dry});
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == errc::denied);
        CHECK_THAT(loaded.error().detail, Catch::StartsWith("person basalt-rep: is of basalt, and nobody is moved between teams"));
    }
    CHECK(desk.store->register_version() == version);
    desk.done(office.remove_person(desk.by, analyst.id), "person.remove basalt-rep");
    CHECK_FALSE(desk.store->standing(analyst.id, ListId{"ews"}, desk.clock.t)->roster);

    SECTION("the secretariat cannot enter them anew, nor the representative of another team, nor a load") {
        const char* words = "the team of somebody who left another (ruling kk), unless the representative of the new one enters them";
        desk.refused(office.add(desk.by, analyst), errc::denied, words);
        desk.refused(office.add({"person kikyo-rep", PersonId{"kikyo-rep"}}, analyst), errc::denied, words);
        desk.refused(office.add({"person orchid-duty", PersonId{"orchid-duty"}}, analyst), errc::denied, words);
        // Nor whoever made a token in the representative's name.
        desk.refused(office.add({"person orchid-rep", PersonId{"orchid-rep"}, "person kikyo-rep"}, analyst), errc::denied, words);
        const auto loaded = office.load(desk.by, census, {});
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == errc::denied);
        CHECK_THAT(loaded.error().detail, Catch::StartsWith("person basalt-rep: was of basalt"));
        CHECK_FALSE(desk.store->directory().person(analyst.id));
    }
    SECTION("the representative does") {
        desk.done(office.add({"person orchid-rep", PersonId{"orchid-rep"}}, analyst), "person.add basalt-rep");
        CHECK(desk.cited.empty());
        CHECK(desk.store->rosters().subscriptions(ListId{"ews"}).size() == 1);  // orchid-rep; what they were on is over
    }
    SECTION("a decision does") {
        desk.done(office.add(desk.by, analyst, "SC-4"), "person.add basalt-rep");
        CHECK(desk.cited == std::vector<std::string>{"person basalt-rep SC-4: team = orchid"});
        CHECK_THAT(desk.journal().back(), Catch::Contains("SC-4"));
    }
    SECTION("back to where they were they come as anybody") {
        analyst.team = TeamId{"basalt"};
        desk.refused(office.add(desk.by, analyst, "SC-4"), errc::invalid, "leave decision SC-4 out");
        desk.done(office.add(desk.by, analyst), "person.add basalt-rep");
    }
}

TEST_CASE("a representative finds out nothing about who left another team", "[A7][A12][ruling kk]") {
    Loaded desk;
    auto& office = *desk.office;
    const Actor representative{"person orchid-rep", PersonId{"orchid-rep"}};
    desk.done(office.remove_person(desk.by, PersonId{"basalt-rep"}), "person.remove basalt-rep");
    const auto enter = [&](const char* id, std::vector<std::string> addresses) {
        auto comes = person(id, "orchid");
        comes.addresses = std::move(addresses);
        return office.add(representative, comes);
    };
    const auto words = [](const Result<void>& answer) {
        REQUIRE_FALSE(answer);
        CHECK(answer.error().code == errc::conflict);
        return answer.error().detail;
    };
    const auto unknown = words(enter("basalt-never", {"new@orchid.example"}));
    CHECK_THAT(unknown, Catch::StartsWith("this cannot be entered by a representative as it stands"));
    CHECK(words(enter("basalt-rep", {"new@orchid.example"})) == unknown);  // left
    CHECK(words(enter("basalt-rep", {"other@basalt.example"})) == unknown);
    CHECK(words(enter("basalt-rep", {"basalt-rep@basalt.example", "other@basalt.example"})) == unknown);
    CHECK(words(enter("kikyo-rep", {"new@orchid.example"})) == unknown);  // is there
    CHECK(words(enter("kikyo-rep", {"basalt-rep@basalt.example"})) == unknown);
    // Whoever knows the person knows an address of theirs.
    desk.done(enter("basalt-rep", {"new@orchid.example", "Basalt-Rep@BASALT.example"}), "person.add basalt-rep");
}

TEST_CASE("who left a team is known again under another id, by address and by key", "[C5][ruling kk]") {
    Loaded desk;
    auto& office = *desk.office;
    const Actor representative{"person orchid-rep", PersonId{"orchid-rep"}};
    const std::string address = "basalt-rep@basalt.example";
    const std::string key = a_key_of(2048, 19);
    auto leaves = desk.store->directory().person(PersonId{"basalt-rep"}).value();
    leaves.key = key;
    desk.done(office.change(desk.by, leaves), "person.change basalt-rep");
    auto comes = person("newcomer", "orchid");
    const auto [by_address, spelled, given_up] = GENERATE(table<bool, const char*, bool>({
        {true, "basalt-rep@basalt.example", false},
        {true, "basalt-rep@BASALT.example", true},  // an address is given up first, and the person removed afterwards, or never
        {false, "", false},
        {false, "", true},
    }));
    CAPTURE(by_address, given_up);
    if (by_address) {
        comes.addresses = {spelled};
    } else {
        comes.key = key;
    }
    auto census = desk.office->census();
    if (given_up) {
        leaves.addresses = {"other@basalt.example"};
        leaves.key.clear();
        desk.done(office.change(desk.by, leaves), "person.change basalt-rep");
        census = desk.office->census();
    } else {
        std::erase_if(census.people, [](const auto& one) { return one.id == PersonId{"basalt-rep"}; });
        census.people.push_back(comes);
        const auto exchanged = office.load(desk.by, census, {.dry_run = true, .prune = true});  // out and in by one file
        REQUIRE_FALSE(exchanged);
        CHECK_THAT(exchanged.error().detail, Catch::StartsWith("person newcomer: has an address or a key of somebody who was of another"));
        census.people.pop_back();
        desk.done(office.remove_person(desk.by, PersonId{"basalt-rep"}), "person.remove basalt-rep");
    }

    SECTION("no one pair of hands enters them, over whatever door") {
        const char* words = "is changed by a decision of the committee, which the secretariat records";
        desk.refused(office.add(desk.by, comes), errc::denied, words);
        desk.refused(office.add({"person kikyo-rep", PersonId{"kikyo-rep"}}, comes), errc::conflict, "by a representative");
        census.people.push_back(comes);
        for (const bool dry : {true, false}) desk.refused(office.load(desk.by, census, {.dry_run = dry}), errc::denied, "ruling kk");
        auto becomes = desk.store->directory().person(PersonId{"orchid-duty"}).value();
        (by_address ? becomes.addresses.front() : becomes.key) = by_address ? address : key;
        desk.refused(office.change(desk.by, becomes), errc::denied, "the representative of orchid enters it; or orchid-duty is removed");
        if (!by_address) {  // what is outside the domains of orchid its representative does not enter either
            desk.done(office.change(representative, becomes), "person.change orchid-duty");
            CHECK(desk.load(desk.office->census()).changes.empty());  // what is there stays
        }
    }
    SECTION("the representative does, or a decision") {
        desk.done(office.add(desk.by, comes, "SC-4"), "person.add newcomer");
        CHECK(desk.cited == std::vector<std::string>{"person newcomer SC-4: team = orchid"});
        desk.done(office.remove_person(desk.by, comes.id), "person.remove newcomer");
        comes.id = PersonId{"another"};  // known in this team, too, from now on
        desk.done(office.add(desk.by, comes), "person.add another");
        CHECK(desk.store->journal().verify());
    }
    SECTION("in their own team they come as anybody, but not out of a security hold") {
        comes.team = TeamId{"basalt"};
        storage::Store::Transaction transaction(*desk.store);
        const auto until = desk.clock.t + std::chrono::hours{1};
        desk.store->register_rows().put(Denial{0, "basalt-rep", false, "*", bit(Verb::post), {desk.clock.t, until}, "hold", ""});
        desk.store->journal().append(desk.clock.t, "operator test", "hold.placed", "basalt-rep", "{}");
        transaction.commit();
        desk.before += 1;
        desk.refused(office.add(desk.by, comes), errc::denied, "under a security hold, which goes on; it ends 2026-06-01T13:00:00Z");
        desk.clock.t = until;
        desk.done(office.add(desk.by, comes), "person.add newcomer");
    }
    SECTION("a clock that stands years ahead for a moment, while somebody leaves, makes nobody unknown") {
        const auto now = desk.clock.t;
        desk.clock.t = at("2030-07-11T00:00:00Z");
        desk.done(office.remove_person(desk.by, PersonId{"orchid-duty"}), "person.remove orchid-duty");
        desk.clock.t = now;
        desk.refused(office.add(desk.by, comes), errc::denied, "ruling kk");
    }
    SECTION("three years later nobody remembers") {
        desk.clock.t = at("2029-05-31T00:00:00Z");
        desk.refused(office.add(desk.by, comes), errc::denied, "ruling kk");
        desk.clock.t = at("2029-06-03T00:00:00Z");
        desk.done(office.add(desk.by, comes), "person.add newcomer");
    }
}

TEST_CASE("who is of another team is known by the key on record there", "[C5][ruling kk]") {
    Loaded desk;
    auto& office = *desk.office;
    const Actor representative{"person orchid-rep", PersonId{"orchid-rep"}};
    const std::string key = a_key_of(2048, 19);
    auto there = desk.store->directory().person(PersonId{"basalt-rep"}).value();
    there.key = key;
    desk.done(office.change(desk.by, there), "person.change basalt-rep");
    auto comes = person("newcomer", "orchid");
    comes.key = key;
    auto becomes = desk.store->directory().person(PersonId{"orchid-duty"}).value();
    becomes.key = key;
    desk.refused(office.add(desk.by, comes), errc::denied, "whose key is on record for a person of another team (ruling kk)");
    desk.refused(office.change(desk.by, becomes), errc::denied, "the key of somebody of another team");
    auto census = office.census();
    census.people.push_back(comes);
    for (const bool dry : {true, false}) desk.refused(office.load(desk.by, census, {.dry_run = dry}), errc::denied, "ruling kk");
    SECTION("their own team has it as often as it likes") {
        comes.team = TeamId{"basalt"};
        desk.done(office.add(desk.by, comes), "person.add newcomer");
    }
    SECTION("by a decision") { desk.done(office.add(desk.by, comes, "SC-4"), "person.add newcomer"); }
    SECTION("by the representative; what is there then stays") {
        desk.done(office.change(representative, becomes), "person.change orchid-duty");
        CHECK(desk.load(office.census()).changes.empty());
        desk.done(office.add(desk.by, comes), "person.add newcomer");
    }
}

TEST_CASE("key material never reaches the journal", "[J2]") {
    Loaded desk;
    auto& office = *desk.office;
    auto changed = desk.store->directory().person(PersonId{"orchid-duty"}).value();
    changed.key = a_key;
    desk.done(office.change(desk.by, changed), "person.change orchid-duty {\"what\":\"key: added\",\"fields\":[\"key\"]");
    changed.key = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n";
    desk.refused(office.change(desk.by, changed), errc::invalid, "secret key");
    for (const auto& entry : desk.journal()) CHECK_THAT(entry, !Catch::Contains("mDMEZ"));
}

TEST_CASE("a new key that nothing could be sealed to is refused, a lapsed one is not", "[K8]") {
    Loaded desk;
    caveat::test::AFakeEngine engine;
    registry::Registry office(*desk.store, rules(), desk.clock, {}, &engine);
    auto changed = desk.store->directory().person(PersonId{"orchid-duty"}).value();
    auto fresh = changed;
    fresh.id = PersonId{"orchid-new"};
    fresh.addresses = {"new@orchid.example"};
    const auto like = [](openpgp::Fitness fitness) {
        return fmt::format("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ{}\n-----END PGP PUBLIC KEY BLOCK-----\n", openpgp::name(fitness));
    };
    for (const auto fitness : {openpgp::Fitness::unreadable, openpgp::Fitness::secret, openpgp::Fitness::unsuitable,
                               openpgp::Fitness::foreign, openpgp::Fitness::no_encryption}) {
        const auto code = fitness == openpgp::Fitness::unreadable ? errc::invalid : errc::denied;
        changed.key = fresh.key = like(fitness);
        desk.refused(office.change(desk.by, changed), code, std::string(openpgp::sentence(fitness)));
        desk.refused(office.add(desk.by, fresh), code, "the key of orchid-new cannot be used");
    }
    for (const auto fitness : {openpgp::Fitness::expired, openpgp::Fitness::revoked, openpgp::Fitness::usable}) {
        changed.key = like(fitness);
        desk.done(office.change(desk.by, changed), "person.change orchid-duty");
    }
    engine.down = true;
    changed.name = "Somebody Else";  // what is on record is not looked at again
    desk.done(office.change(desk.by, changed), "person.change orchid-duty");
    changed.key = like(openpgp::Fitness::expired);
    desk.refused(office.change(desk.by, changed), errc::temporary, "down");
    changed.key.clear();
    desk.done(office.change(desk.by, changed), "person.change orchid-duty");
}

TEST_CASE("nobody waits for the database while GnuPG looks at a key", "[K8][D4]") {
    Loaded desk;
    caveat::test::AFakeEngine engine;
    registry::Registry office(*desk.store, rules(), desk.clock, {}, &engine);
    engine.meanwhile = [&] {
        auto other = storage::Store::open(desk.options).value();
        storage::Store::Transaction transaction(other);
        other.journal().append(desk.clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
        ++desk.before;
    };
    auto changed = desk.store->directory().person(PersonId{"orchid-duty"}).value();
    changed.key = a_key;
    desk.done(office.change(desk.by, changed), "person.change orchid-duty");
    auto fresh = changed;
    fresh.id = PersonId{"orchid-new"};
    fresh.addresses = {"new@orchid.example"};
    desk.done(office.add(desk.by, fresh), "person.add orchid-new");
    CHECK(engine.examined == 2);
}

TEST_CASE("who is removed loses subscriptions and terms at once", "[A2][A10]") {
    Loaded desk;
    REQUIRE(desk.office->remove_person(desk.by, PersonId{"orchid-rep"}));
    const auto entries = desk.journal();
    desk.before += 2;
    REQUIRE(entries.size() == desk.before);
    CHECK_THAT(entries[desk.before - 2], Catch::StartsWith("term.ended orchid-rep") && Catch::Contains("they left the register"));
    CHECK_THAT(entries.back(), Catch::StartsWith("person.remove orchid-rep"));
    desk.refused(desk.office->remove_person(desk.by, PersonId{"orchid-rep"}), errc::not_found, "person orchid-rep is not there");
    const auto census = desk.office->census();
    CHECK(census.people.size() == 3);
    CHECK(census.subscriptions.size() == 1);
    CHECK(census.terms.size() == 1);
    CHECK(desk.load(census).changes.empty());
}

TEST_CASE("subscriptions begin, change their mode and end") {
    Loaded desk;
    auto& office = *desk.office;
    auto subscription = on("teams", "kikyo-rep");
    desk.done(office.add(desk.by, subscription), "subscription.add teams kikyo-rep {\"what\":\"delivery each\"}");
    desk.refused(office.add(desk.by, subscription), errc::conflict, "kikyo-rep is on teams already, with delivery = each");
    subscription.delivery = DeliveryMode::digest;
    desk.done(office.add(desk.by, subscription),
              "subscription.change teams kikyo-rep {\"what\":\"delivery: each -> digest\",\"fields\":[\"delivery\"]}");
    desk.refused(office.add(desk.by, on("none", "kikyo-rep")), errc::not_found, "list none is not there");
    desk.refused(office.add(desk.by, on("teams", "nobody")), errc::not_found, "person nobody is not there");
    desk.done(office.remove_subscription(desk.by, ListId{"teams"}, PersonId{"kikyo-rep"}), "subscription.remove teams kikyo-rep");
    desk.refused(office.remove_subscription(desk.by, ListId{"teams"}, PersonId{"kikyo-rep"}), errc::not_found, "kikyo-rep is not on teams");
    desk.clock.t += std::chrono::hours{1};
    desk.done(office.add(desk.by, subscription), "subscription.add");
}

TEST_CASE("nobody is subscribed to a list that is closed") {
    Loaded desk;
    auto closed = desk.store->rosters().list(ListId{"teams"}).value();
    closed.expires = at("2026-05-01");
    desk.refused(desk.office->change(desk.by, closed, ""), errc::denied, "an end of a list, or an earlier one (ruling jj)");
    desk.done(desk.office->change(desk.by, closed, "SC-1"), "list.change teams {\"what\":\"expires: none -> 2026-05-01T00:00:00Z\"");
    CHECK(desk.cited.back() == "list teams SC-1: expires = 2026-05-01T00:00:00Z");
    const auto later = [&](const char* when) {
        auto list = closed;
        list.expires = at(when);
        return desk.office->change(desk.by, list, "");
    };
    desk.refused(later("2026-04-30"), errc::denied, "an end of a list, or an earlier one (ruling jj)");
    closed.expires = at("2026-05-01");
    desk.refused(desk.office->add(desk.by, on("teams", "kikyo-rep")), errc::invalid, "list teams is closed since 2026-05-01");
}

TEST_CASE("who runs a list renews it; opening it again, or taking its end away, is the committee's", "[A11][item 66][ruling jj]") {
    Loaded desk;
    auto list = desk.store->rosters().list(ListId{"teams"}).value();
    const auto until = [&](std::optional<Instant> when, const char* decision) {
        list.expires = when;
        return desk.office->change(desk.by, list, decision);
    };
    const auto begun = desk.clock.t;
    const auto in = [&](int days) { return begun + std::chrono::days{days}; };
    desk.done(until(in(10), "SC-1"), "list.change teams");
    CHECK_THAT(desk.journal().back(), Catch::Contains("\"brought_forward\":\"yes\""));
    desk.done(until(in(90), ""), "list.change teams");
    CHECK_THAT(desk.journal().back(), Catch::Contains("\"put_off\":\"yes\""));
    desk.refused(until(std::nullopt, ""), errc::denied, "a list that was to end and ends no more (item 66, ruling jj)");
    desk.done(until(in(91), ""), "list.change teams");
    desk.clock.t = in(91);
    desk.refused(until(in(92), ""), errc::denied, "a list that is open again after its end (item 66, ruling jj)");
    desk.refused(until(std::nullopt, ""), errc::denied, "ends no more");
    desk.done(until(in(92), "SC-1"), "list.change teams");
}

TEST_CASE("nobody is put on a list that could never serve them", "[A4][ruling ll][item 61]") {
    struct Row {
        const char* party;  // "strategic lea"
        const char* klass;
        const char* says;   // of the refusal; empty: it is given
        const char* waits;  // of the warning; empty: none
    };
    const auto row = GENERATE(values<Row>({
        {"corporate", "members", "orchid-duty is of a team that is corporate, and no column of the access matrix lets such a team read",
         ""},
        {"corporate", "poc", "no column of the access matrix", ""},
        {"corporate", "sc", "no column of the access matrix", ""},
        {"liaison", "members", "class members (ruling ll; rule book apcert", ""},
        {"liaison", "sec", "no column of the access matrix", ""},  // it writes there and reads nothing
        {"strategic lea", "teams", "a team that is strategic (lea)", ""},
        {"strategic policy", "wg", "no column of the access matrix", ""},
        {"legacy_supporting", "teams", "no column of the access matrix", ""},
        {"applicant", "teams", "no column of the access matrix", ""},
        {"former", "announce", "no column of the access matrix", ""},
        {"strategic registry", "poc", "takes such a team only by a decision of the committee: a clearance of orchid on", ""},
        {"strategic lea", "poc", "(item 61, ruling ll; rule book apcert", ""},
        {"liaison", "poc", "", ""},
        {"corporate", "wg", "", ""},
        {"strategic lea", "wg", "", ""},
        {"operational", "sc", "", "can receive nothing today: no_cell"},  // until elected
        {"operational", "members", "", ""},
    }));
    CAPTURE(row.party, row.klass);
    const std::string party = row.party;
    const auto blank = std::min(party.find(' '), party.size());
    Desk desk;
    auto census = small();
    census.terms.clear();
    census.teams[0] = team("orchid", party.substr(0, blank).c_str(), party.substr(std::min(blank + 1, party.size())).c_str());
    census.people[0].representative = false;
    census.lists = {list("here", row.klass, std::min(Tlp::amber_strict, rules().class_maximum(row.klass).value()))};
    if (census.lists[0].max_tlp > Tlp::green) census.lists[0].default_tlp = Tlp::amber;
    census.subscriptions.clear();
    desk.load(census);
    const auto version = desk.store->register_version();
    census.subscriptions = {on("here", "orchid-duty")};
    const auto load = desk.office->load(desk.by, census, {.dry_run = true});
    census.subscriptions.clear();
    census.terms = {{"owner", PersonId{"orchid-duty"}, ListId{"here"}, {desk.clock.t, {}}}};
    const auto owned = desk.office->load(desk.by, census, {.dry_run = true});  // who runs a list sees its roster
    CHECK(owned.has_value() == (*row.says == 0));
    if (!owned)
        CHECK_THAT(owned.error().detail,
                   Catch::StartsWith("term owner here orchid-duty") && Catch::Contains("who is owner of a list sees its roster"));
    const auto single = desk.office->add(desk.by, on("here", "orchid-duty"));
    if (*row.says != 0) {
        REQUIRE_FALSE(single);
        CHECK(single.error().code == errc::denied);
        CHECK_THAT(single.error().detail, Catch::Contains(row.says));
        REQUIRE_FALSE(load);
        CHECK(load.error().code == errc::denied);
        CHECK_THAT(load.error().detail, Catch::StartsWith("subscription here orchid-duty: ") && Catch::Contains(row.says));
        CHECK(desk.store->register_version() == version);
        return;
    }
    REQUIRE(single);
    REQUIRE(load);
    CHECK(single->size() == (*row.waits == 0 ? 0 : 1));
    CHECK(load->warnings == *single);
    if (!single->empty()) CHECK_THAT(single->front(), Catch::StartsWith("orchid-duty on here ") && Catch::Contains(row.waits));
}

TEST_CASE("a place that waits is given, and what it waits for is said", "[A4][ruling ll]") {
    Desk desk;
    auto census = small();
    census.teams[2].mou.reset();
    census.lists.push_back(list("sealed", "teams"));
    census.lists.back().encryption = Encryption::required;
    census.lists.push_back(list("poc", "poc"));
    census.teams.push_back(team("arin", "strategic", "registry"));
    census.teams.back().clearances = {{ListId{"poc"}, Tlp::amber, "SC-1"}};
    census.people.push_back(person("arin-rep", "arin"));
    desk.load(census);
    const auto waits = [&](const char* on_list, const char* who) {
        const auto given = desk.office->add(desk.by, on(on_list, who));
        REQUIRE(given);
        return said_lines(*given);
    };
    CHECK_THAT(waits("teams", "basalt-rep"), Catch::StartsWith("basalt-rep on teams can receive nothing today: no_mou"));
    CHECK_THAT(waits("sealed", "kikyo-rep"), Catch::StartsWith("kikyo-rep on sealed can receive nothing today: no_key"));
    CHECK(waits("sealed", "orchid-rep").empty());
    CHECK(waits("poc", "arin-rep").empty());
    // Another delivery mode is nobody's new place.
    auto quiet = on("teams", "basalt-rep");
    quiet.delivery = DeliveryMode::none;
    CHECK(desk.office->add(desk.by, quiet).value().empty());
}

TEST_CASE("the list of an Appeal Panel is entered, changed, removed and made by no act of the secretariat", "[item 38][ruling l]") {
    Loaded desk;
    auto& office = *desk.office;
    auto room = community::new_list(ListId{"panel-c-2026-001"});
    room.klass = "panel";
    room.charter = community::room_charter("C-2026-001", 2);
    desk.refused(office.add(desk.by, room, ""), errc::denied, "is the list of an Appeal Panel");
    auto rows = desk.store->membership_writer();
    {
        storage::Store::Transaction seating(*desk.store);
        rows.put(room);
        rows.subscribe(on("panel-c-2026-001", "orchid-rep"), desk.clock.t);
        desk.store->journal().append(desk.clock.t, "system", "test.seat", "", "{}");
        seating.commit();
    }
    ++desk.before;
    desk.refused(office.add(desk.by, on("panel-c-2026-001", "kikyo-rep")), errc::denied, "nobody else enters");
    desk.refused(office.remove_subscription(desk.by, room.id, PersonId{"orchid-rep"}), errc::denied, "nobody else enters");
    auto wider = room;
    wider.charter = "a list as any other";
    desk.refused(office.change(desk.by, wider, "SC-1"), errc::denied, "nobody else enters");
    wider = room;
    wider.encryption = Encryption::preferred;
    desk.refused(office.change(desk.by, wider, "SC-1"), errc::denied, "nobody else enters");
    desk.refused(office.remove_list(desk.by, room.id, ""), errc::denied, "nobody else enters");
    auto teams = *desk.store->rosters().list(ListId{"teams"});
    teams.charter = room.charter;
    desk.refused(office.change(desk.by, teams, "SC-1"), errc::denied, "is the list of an Appeal Panel");

    // A load neither sees it nor names it.
    auto census = office.census();
    CHECK(std::none_of(census.lists.begin(), census.lists.end(), [&](const auto& list) { return list.id == room.id; }));
    CHECK(desk.load(census).changes.empty());
    CHECK(desk.store->rosters().subscriptions(room.id).size() == 1);
    census.lists.push_back(wider);
    census.subscriptions.push_back(on("panel-c-2026-001", "kikyo-rep"));
    for (const bool dry_run : {true, false}) {
        const auto refused = office.load(desk.by, census, {.dry_run = dry_run});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
        CHECK_THAT(refused.error().detail, Catch::Contains("is the list of an Appeal Panel"));
    }
    CHECK(desk.store->rosters().subscriptions(room.id).size() == 1);
}

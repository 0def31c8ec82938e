// A case through the API, from its opening to its appeal, by everybody who has a part in it.
#include <SQLiteCpp/Database.h>

#include "a_committee_room.hpp"
#include "caveat/community/panel_list.hpp"

namespace caveat::test {

TEST_CASE_METHOD(ACommitteeRoom, "a case goes its whole way over HTTP, and every answer is as documented", "[C1][C2][item 28]") {
    opened();
    auto file = checked(get(of("seat1-rep"), the_case), "showCase");
    CHECK(file["phase"] == "investigating");
    CHECK(file["seen_as"] == "committee");
    const auto noticed = checked(notices(), "issueNotice");
    REQUIRE(noticed["mailed"].size() == 1);
    CHECK(noticed["mailed"][0]["to"] == "hibiscus-rep");
    CHECK(noticed["notices"][0]["served"].is_null());
    CHECK(letters().size() == 1);
    checked(post(the_operator(), the_case + "/services", {{"notice", 1}, {"channel", "relay"}}), "recordService");
    CHECK(json(get(the_operator(), the_case))["notices"][0]["served"].is_null());
    checked(post(the_operator(), the_case + "/services", {{"notice", 1}, {"channel", "acknowledgement"}}), "recordService");
    checked(post(of("hibiscus-rep"), the_case + "/replies", {{"notice", 1}, {"reference", "letter 7"}}), "recordReply");
    clock.time += 24h * 15;
    checked(
        post(the_operator(), the_case + "/findings", with_decision({{"finding", "continues"}, {"evidence", "sha256:1"}}, "case.finding")),
        "recordFinding");
    checked(notices(), "issueNotice");
    checked(ask(of("hibiscus-rep"), Method::post, the_case + "/notices/2:open"), "openNotice");
    clock.time += 24h * 15;
    const auto sanctioned =
        checked(post(the_operator(), the_case + "/sanction-notice", with_decision(the_sanction(), "case.sanction")), "issueSanction");
    CHECK(sanctioned["phase"] == "sanction_noticed");
    checked(ask(of("hibiscus-rep"), Method::post, the_case + "/notices/3:open"), "openNotice");
    clock.time += 24h * 32;
    file = checked(get(the_operator(), the_case), "showCase");
    CHECK(file["phase"] == "effective");
    CHECK(file["in_force"] == true);
    CHECK(file["denied"][0]["verbs"] == Json{"receive", "post"});
    checked(post(the_operator(), the_case + ":lift", with_decision({{"only", {"teams:post"}}}, "case.lift")), "liftSanction");
    checked(post(the_operator(), the_case + ":lift", with_decision(Json::object(), "case.lift")), "liftSanction");
    file = checked(get(the_operator(), the_case), "showCase");
    CHECK(file["in_force"] == false);
    CHECK(store().journal().verify());

    const auto listed = checked(get(of("seat1-rep"), "/v1/cases?team=hibiscus"), "listCases");
    REQUIRE(listed["items"].size() == 1);
    CHECK(checked(get(of("seat1-rep"), "/v1/cases?team=takin"), "listCases")["items"].empty());
}

namespace {

// Two of the secretariat, one of them of the accused team.
struct ASecretariat : ACommitteeRoom {
    ASecretariat() {
        change([&](storage::Register& r) {
            for (const auto* person : {"sleeper", "takin-rep"}) {
                r.put(community::Term{"secretariat", PersonId{person}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
            }
        });
    }
    std::string keeper(const char* person) {
        return made(root, "journal:read lists:read subscriptions:read posts:read held:read", person).secret;
    }
};

}  // namespace

TEST_CASE_METHOD(ASecretariat, "the journal says nothing of a case to whoever is of its team, whatever office they hold", "[A1][item 27]") {
    const auto of_other = decided("case.open", "kowhai");
    opened();
    const auto names_it = [&](const std::string& text) { return text.find(case_id) != std::string::npos; };
    const auto party = keeper("sleeper");
    const auto seen = get(party, "/v1/journal?limit=200");
    CHECK(seen.status == 200);
    CHECK_FALSE(names_it(seen.body));
    CHECK(seen.body.find(of_other) != std::string::npos);
    CHECK(json(get(party, "/v1/journal?subject=" + case_id))["items"].empty());
    auto lines = get(party, "/v1/journal", {{"accept", "application/x-ndjson"}});
    std::string streamed;
    REQUIRE(lines.more);
    while (lines.more(streamed)) {
    }
    CHECK(streamed.find(of_other) != std::string::npos);
    CHECK_FALSE(names_it(streamed));
    CHECK(names_it(get(keeper("takin-rep"), "/v1/journal?limit=200").body));
    // What is left out makes no page end early.
    const auto first = json(get(party, "/v1/journal?limit=1&act=decision."));
    CHECK(first["items"].size() == 1);
}

TEST_CASE_METHOD(ASecretariat, "a stream of the journal that was begun before a case says nothing of it to whoever is of its team",
                 "[A1][A12][items 27, 38]") {
    {
        storage::Store::Transaction transaction(store());
        for (int i = 0; i < 500; ++i) store().journal().append(clock.now(), "operator root", "test.noted", "teams", "{}");
        transaction.commit();
    }
    const auto [reader, hears] = GENERATE(table<const char*, bool>({{"sleeper", false}, {"takin-rep", true}}));
    auto lines = get(keeper(reader), "/v1/journal", {{"accept", "application/x-ndjson"}});
    REQUIRE(lines.more);
    std::string streamed;
    REQUIRE(lines.more(streamed));
    opened();
    while (lines.more(streamed)) {
    }
    CHECK((streamed.find(case_id) != std::string::npos) == hears);
}

TEST_CASE_METHOD(ASecretariat, "nobody counts by the journal what is kept from them", "[A1][A12][J1][item 27]") {
    opened();
    const auto token = keeper("sleeper"), whole = made(root, "journal:read").secret;
    std::string first;
    const auto in_pages = [&](const std::string& by, int limit) {
        Json seen = Json::array();
        std::string cursor;
        do {
            const auto page = checked(get(by, fmt::format("/v1/journal?limit={}{}", limit, cursor)), "listJournal");
            for (const auto& item : page["items"]) seen.push_back(item);
            cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
            if (first.empty()) first = cursor;
        } while (!cursor.empty());
        return seen;
    };
    const auto seen = in_pages(token, 3);
    const auto all = in_pages(token, 200);
    REQUIRE(all.size() > 4);
    CHECK(all.size() < in_pages(whole, 200).size());
    CHECK(seen == all);
    // The cursor is another one each time.
    CHECK("&cursor=" + json(get(token, "/v1/journal?limit=3"))["next"].get<std::string>() != first);
    auto lines = get(token, "/v1/journal", {{"accept", "application/x-ndjson"}});
    std::string streamed;
    while (lines.more(streamed)) {
    }
    CHECK(streamed.find("\"number\":null") != std::string::npos);
    for (const auto& item : all) CHECK(item["number"].is_null());
    CHECK(get(token, "/v1/journal?from=2").status == 422);
    const auto newest = checked(get(token, "/v1/journal?since=" + all.back()["at"].get<std::string>()), "listJournal")["items"];
    REQUIRE_FALSE(newest.empty());
    CHECK(newest.size() < all.size());
    CHECK(newest.back() == all.back());
    CHECK(json(get(whole, "/v1/journal?since=2036-01-01T00:00:00Z"))["items"].empty());
    // A head to note, which says no number.
    const auto verified = checked(get(token, "/v1/journal/verification"), "verifyJournal");
    CHECK(verified["entries"].is_null());
    const auto head = verified["head"].get<std::string>();
    CHECK(head.find(':') == std::string::npos);
    CHECK(head != checked(get(token, "/v1/journal/verification"), "verifyJournal")["head"]);
    CHECK(checked(get(token, "/v1/journal/verification?head=" + head), "verifyJournal")["holds"] == true);
    auto forged = head;
    forged.back() = forged.back() == '0' ? '1' : '0';
    CHECK(get(token, "/v1/journal/verification?head=" + forged).status == 422);
    // Where a page goes on is no head, and what it says is not answered: a cursor is that and sixteen digits of its own.
    auto place = first.substr(std::string("&cursor=").size());
    place.resize(place.size() - 16);
    const auto refused = get(token, "/v1/journal/verification?head=" + place);
    CHECK(refused.status == 422);
    CHECK(json(refused)["detail"] == json(get(token, "/v1/journal/verification?head=seven"))["detail"]);
    const auto noted = checked(get(whole, "/v1/journal/verification"), "verifyJournal")["head"].get<std::string>();
    CHECK(noted.find(':') != std::string::npos);
    // Whether an entry is there nobody asks by its number.
    CHECK(get(token, "/v1/journal/verification?head=" + noted).status == 422);
    CHECK(checked(get(whole, "/v1/journal/verification?head=" + head), "verifyJournal")["holds"] == true);
    const auto counts = [&](const std::string& by) { return get(by, "/metrics").body.find("caveat_journal_entries") != std::string::npos; };
    gives("ana", "auditor");
    const auto auditor = made(root, "metrics:read", "ana").secret;
    CHECK_FALSE(counts(auditor));
    CHECK(json(get(auditor, "/v1/operations"))["journal_head"].is_null());
    CHECK(counts(made(root, "metrics:read").secret));
}

TEST_CASE_METHOD(ASecretariat, "no chunk of the journal says by its length what was left out of it", "[A1][J1][item 27]") {
    {
        storage::Store::Transaction transaction(store());
        for (int i = 0; i < 1'000; ++i)
            store().journal().append(clock.now(), "operator root", i % 3 == 0 ? "letter.mailed" : "test.noted", "teams", "{}");
        transaction.commit();
    }
    auto lines = get(keeper("sleeper"), "/v1/journal", {{"accept", "application/x-ndjson"}});
    std::ptrdiff_t all = 0;
    for (bool more = true; more;) {
        std::string chunk;
        more = lines.more(chunk);
        const auto in_it = std::count(chunk.begin(), chunk.end(), '\n');
        CHECK((!more || in_it == 201));
        all += in_it;
    }
    CHECK(all > 666);
}

TEST_CASE_METHOD(ASecretariat, "where the chain does not hold the operator alone is told", "[A1][J1][item 27]") {
    const auto token = keeper("sleeper"), whole = made(root, "journal:read").secret;
    SQLite::Database file(options.path.string(), SQLite::OPEN_READWRITE);
    file.exec("DROP TRIGGER entry_stays; UPDATE entry SET detail = 'another' WHERE number = 2");
    const auto verified = checked(get(token, "/v1/journal/verification"), "verifyJournal");
    CHECK(verified["holds"] == false);
    CHECK(verified["verdict"] == "the chain does not hold; where, the operator is told");
    CHECK(json(get(whole, "/v1/journal/verification"))["verdict"].get<std::string>().starts_with("entry 2 "));
}

TEST_CASE_METHOD(ASecretariat, "the journal names to the accused's team no panelist by what they post, and to nobody who had a letter",
                 "[A1][A12][item 27][ruling l]") {
    opened();
    const auto add = [&](storage::PostKind kind, const std::string& list, const std::string& id) {
        storage::Post post;
        post.id = PostId{id};
        post.kind = kind;
        post.state = storage::PostState::distributed;
        post.list = ListId{list};
        post.sender = PersonId{"ana"};
        post.received = post.decided = clock.now();
        storage::Store::Transaction transaction(store());
        const auto key = store().posts().add(post, Sealed{});
        if (kind == storage::PostKind::notice) store().deliveries().add(key, *store().directory().key_of(PersonId{"ana"}));
        for (const auto* act : {"notice.queued", "delivery.outcomes", "post.finished"})
            store().journal().append(clock.now(), "system", act, id, Detail().add("to", "ana").text());
        transaction.commit();
    };
    community::List room;
    room.id = ListId{community::panel_list(case_id) + "-2"};
    room.klass = rules.panel_class();
    room.charter = community::room_charter(case_id, 2);
    room.max_tlp = community::Tlp::red;
    change([&](storage::Register& r) { r.put(room); });
    add(storage::PostKind::post, room.id.value, "post-of-the-panel");
    add(storage::PostKind::post, "teams", "post-of-all");
    add(storage::PostKind::notice, "", "letter-of-ours");
    {
        storage::Store::Transaction transaction(store());
        for (const auto* act : {"letter.mailed", "reminder.mailed"})
            store().journal().append(clock.now(), "system", act, std::string("told-by-a-") + act, Detail().add("to", "ana").text());
        transaction.commit();
    }
    const auto seen = [&](const std::string& token, const char* id) {
        return get(token, "/v1/journal?limit=200").body.find(id) != std::string::npos;
    };
    for (const auto* person : {"sleeper", "takin-rep"}) {
        CAPTURE(person);
        const auto token = keeper(person);
        CHECK(seen(token, "post-of-all"));
        CHECK(seen(token, "post-of-the-panel") == (std::string(person) == "takin-rep"));
        for (const auto* id : {"letter-of-ours", "told-by-a-letter.mailed", "told-by-a-reminder.mailed"}) CHECK_FALSE(seen(token, id));
    }
    const auto whole = made(root, "journal:read").secret;
    for (const auto* id : {"post-of-all", "post-of-the-panel", "letter-of-ours", "told-by-a-letter.mailed"}) CHECK(seen(whole, id));
    // Nor by the number of copies that did not arrive.
    change([&](storage::Register&) {
        storage::Outcome outcome;
        outcome.post = store().posts().find(PostId{"post-of-the-panel"})->key;
        store().deliveries().add(outcome.post, *store().directory().key_of(PersonId{"ana"}));
        outcome.seq = store().deliveries().rows(outcome.post).front().seq;
        outcome.state = storage::DeliveryState::failed;
        outcome.because = {community::Code::removed, "said"};
        outcome.at = clock.now();
        store().deliveries().record(std::vector{outcome});
    });
    const auto undelivered = [&](const char* person) {
        const auto token = person == nullptr ? made(root, "people:read posts:read") : made(root, "people:read posts:read", person);
        const auto people = checked(get(token.secret, "/v1/people?limit=200"), "listPeople");
        for (const auto& item : people["items"]) {
            if (item["id"] == "ana") return item.value("undelivered", 0);
        }
        return -1;
    };
    CHECK(undelivered("sleeper") == 0);
    CHECK(undelivered("takin-rep") == 1);
    CHECK(undelivered(nullptr) == 1);
    const auto mail = [&](const char* person) {
        const auto token = person == nullptr ? made(root, "people:read posts:read") : made(root, "people:read posts:read", person);
        return checked(get(token.secret, "/v1/people/ana/mail"), "showMail");
    };
    CHECK(mail("sleeper")["queued"] == 0);
    CHECK(mail("takin-rep")["queued"] == 0);
    CHECK(mail(nullptr)["queued"] == 1);
    // Of a letter that came back whoever helps hears.
    change([&](storage::Register&) {
        storage::Outcome outcome;
        outcome.post = store().posts().find(PostId{"letter-of-ours"})->key;
        outcome.seq = store().deliveries().rows(outcome.post).front().seq;
        outcome.state = storage::DeliveryState::sent;
        outcome.at = clock.now();
        store().deliveries().record(std::vector{outcome});
    });
    const auto not_arrived = mail("takin-rep")["items"].size();
    CHECK(mail("takin-rep")["sent"] == 0);
    change([&](storage::Register&) {
        store().journal().append(clock.now(), "system", "delivery.bounced", "letter-of-ours",
                                 R"({"person":"ana","kind":"failed","status":["550 5.1.1: refused, no such mailbox"]})");
    });
    const auto back = mail("takin-rep");
    CHECK(back["sent"] == 1);
    REQUIRE(back["items"].size() == not_arrived + 1);
    const auto is_it = [](const auto& item) { return item.value("bounced", "") == "550 5.1.1: refused, no such mailbox"; };
    CHECK(std::count_if(back["items"].begin(), back["items"].end(), is_it) == 1);
}

TEST_CASE_METHOD(ASecretariat, "the list of a panel is not there for whoever is of the accused team", "[A1][item 27][ruling l]") {
    opened();
    community::List room;
    room.id = ListId{community::panel_list(case_id)};
    room.klass = rules.panel_class();
    room.charter = community::room_charter(case_id, 1);
    room.max_tlp = community::Tlp::red;
    change([&](storage::Register& r) { r.put(room); });
    const auto path = "/v1/lists/" + room.id.value;
    const auto party = keeper("sleeper");
    for (const auto& of_it : {path, path + "/subscriptions"}) {
        CHECK(get(party, of_it).status == 404);
        CHECK(get(keeper("takin-rep"), of_it).status == 200);
    }
    CHECK(get(party, "/v1/lists").body.find(room.id.value) == std::string::npos);
    CHECK(get(keeper("takin-rep"), "/v1/lists").body.find(room.id.value) != std::string::npos);
    change([&](storage::Register& r) { r.subscribe({room.id, PersonId{"kowhai-rep"}, community::DeliveryMode::each}, clock.now()); });
    const auto reads = [&](const char* person) {
        return made(root, "people:read posts:read policy:read", person).secret;
    };
    for (const auto* about : {"/v1/people/kowhai-rep/mail", "/v1/policy:simulate?team=kowhai&left=true"}) {
        CAPTURE(about);
        const auto seen = get(reads("sleeper"), about);
        CHECK(seen.status == 200);
        CHECK(seen.body.find(room.id.value) == std::string::npos);
        CHECK(get(reads("takin-rep"), about).body.find(room.id.value) != std::string::npos);
    }
    // Nor does a token that a panelist bound to it tell of it.
    access::TokenRequest bound;
    bound.name = "the panel";
    bound.holder = PersonId{"kowhai-rep"};
    bound.rights = {right("lists:read")};
    bound.lists = {room.id};
    const auto id = office.create(root, bound).value().token.id;
    const auto keeps_tokens = [&](const char* person) { return made(root, "tokens:read tokens:write", person).secret; };
    for (const auto& of_it : {"/v1/tokens/" + id, std::string("/v1/tokens?limit=200")}) {
        CAPTURE(of_it);
        CHECK(get(keeps_tokens("sleeper"), of_it).body.find(room.id.value) == std::string::npos);
        CHECK(get(keeps_tokens("takin-rep"), of_it).body.find(room.id.value) != std::string::npos);
    }
    CHECK(get(keeps_tokens("sleeper"), "/v1/tokens/" + id).status == 404);
    CHECK(ask(keeps_tokens("sleeper"), Method::post, "/v1/tokens/" + id + ":revoke").status == 404);
}

TEST_CASE_METHOD(ACommitteeRoom, "opening a notice is its service, and looking at a case is none", "[C1][ruling d]") {
    opened();
    REQUIRE(notices().status == 200);
    const auto party = of("hibiscus-rep");
    const auto before = all_rows();
    const auto seen = get(party, the_case);
    CHECK(checked(seen, "showCase")["seen_as"] == "party");
    check_rule(get(party, the_case + "/notices/1"), before, "ruling (d)");
    check_rule(ask(of("seat1-rep"), Method::post, the_case + "/notices/1:open"), before, "ruling (d)");
    check_rule(ask(the_operator(), Method::post, the_case + "/notices/1:open"), before, "ruling (d)");
    checked(get(of("seat1-rep"), the_case + "/notices/1"), "showNotice");
    const auto tried = ask(party, Method::post, the_case + "/notices/1:open?dry_run=true");
    check_rule(tried, before, "ruling (d)");
    CHECK(tried.body.find("leaked AMBER") == std::string::npos);
    check_rule(post(party, the_case + "/replies?dry_run=true", {{"notice", 1}, {"reference", "letter 9"}}), before, "ruling (d)");

    clock.time += 24h;
    const auto read = checked(ask(party, Method::post, the_case + "/notices/1:open"), "openNotice");
    CHECK(read["contents"]["breach"] == "leaked AMBER\nof the list");
    CHECK(read["served"] == to_string(clock.now()));
    CHECK(read["services"][0]["channel"] == "page");
    clock.time += 24h;
    const auto again = checked(ask(party, Method::post, the_case + "/notices/1:open"), "openNotice");
    CHECK(again["served"] == read["served"]);
    CHECK(again["services"].size() == 1);
    checked(get(party, the_case + "/notices/1"), "showNotice");
    for (const auto* none : {"/notices/2:open", "/notices/0:open", "/notices/x:open", "/notices/99999999999:open"}) {
        CHECK(ask(party, Method::post, the_case + none).status == 404);
    }
}

TEST_CASE_METHOD(ACommitteeRoom, "what an unopened sanction says, its party does not read elsewhere", "[ruling d]") {
    unheeded();
    REQUIRE(post(the_operator(), the_case + "/sanction-notice", with_decision(the_sanction(), "case.sanction")).status == 200);
    const auto party = get(of("hibiscus-rep"), the_case);
    CHECK(party.body.find("\"denies\"") == std::string::npos);
    CHECK(party.body.find("receive post") == std::string::npos);
    CHECK(get(of("seat1-rep"), the_case).body.find("\"denies\"") != std::string::npos);
    const auto opened_now = checked(ask(of("hibiscus-rep"), Method::post, the_case + "/notices/3:open"), "openNotice");
    CHECK(opened_now["denies"][0]["resource"] == "teams");
    CHECK(opened_now["length"] == "6mo");
    CHECK(get(of("hibiscus-rep"), the_case).body.find("\"denies\"") != std::string::npos);
}

TEST_CASE_METHOD(ACommitteeRoom, "a case is the committee's and its party's; to everybody else there is none", "[A7][item 27]") {
    opened("seat7");
    const auto nothing = get(of("takin-rep"), "/v1/cases/C-none");
    REQUIRE(nothing.status == 404);
    for (const auto* stranger : {"takin-rep", "hibiscus-rep"}) {
        CAPTURE(stranger);
        CHECK(get(of(stranger), the_case).body == nothing.body);
        CHECK(checked(get(of(stranger), "/v1/cases"), "listCases")["items"].empty());
        for (const auto* act : {"/replies", "/appeals"}) {
            CHECK(post(of(stranger), the_case + act, {{"notice", 1}, {"reference", "x"}}).body == nothing.body);
        }
        CHECK(post(of(stranger), the_case + ":close", {{"reason", "x"}}).body == nothing.body);
        CHECK(post(of(stranger), "/v1/cases", {{"team", "seat7"}, {"clause", "3"}}).body == nothing.body);
    }
    CHECK(get(of("sleeper"), the_case).status == 404);  // speaks for nobody
    CHECK(get(of("seat6-rep"), the_case).status == 200);
}

TEST_CASE_METHOD(ACommitteeRoom, "the accused team's seat is its party: it cannot act for the committee nor see how it votes",
                 "[item 27]") {
    opened("seat7");
    const auto ballot = proposed("case.notice", case_id);
    const auto accused = of("seat7-rep");
    CHECK(json(get(accused, the_case))["seen_as"] == "party");
    CHECK(get(accused, "/v1/decisions/" + ballot).status == 404);
    CHECK(get(accused, "/v1/decisions").body.find(ballot) == std::string::npos);
    CHECK(get(of("seat6-rep"), "/v1/decisions/" + ballot).status == 200);
    const auto decision = decided("case.close", case_id);
    const auto before = all_rows();
    CHECK(post(accused, "/v1/decisions", {{"kind", "case.close"}, {"subject", case_id}, {"question", "?"}}).status == 404);
    CHECK(post(accused, "/v1/decisions/" + ballot + "/votes", {{"choice", "no"}}).status == 404);
    check_rule(post(accused, the_case + ":close", {{"reason", "nothing"}, {"decision", decision}}), before, "item 27");
    check_rule(post(accused, the_case + "/services", {{"notice", 1}, {"channel", "page"}}), before, "item 27");
    check_rule(post(accused, the_case + "/notices", seven_contents()), before, "item 27");
    check_rule(post(accused, "/v1/cases", {{"team", "seat7"}, {"clause", "1"}}), before, "item 27");
    CHECK(post(of("seat6-rep"), the_case + ":close", {{"reason", "nothing"}, {"decision", decision}}).status == 200);
}

TEST_CASE_METHOD(ACommitteeRoom, "the party appeals, its panel rules, and every panelist votes for themself", "[item 37][item 38]") {
    unheeded();
    REQUIRE(post(the_operator(), the_case + "/sanction-notice", with_decision(the_sanction(), "case.sanction")).status == 200);
    const auto party = of("hibiscus-rep");
    CHECK(get(of("takin-rep"), the_case).status == 404);
    const auto appealed = checked(post(party, the_case + "/appeals", {{"notice", 3}, {"reference", "letter 9"}}), "fileAppeal");
    CHECK(appealed["appeals"][0]["notice"] == 3);
    CHECK(appealed["notices"][2]["served"].is_string());
    const Json five{{"notice", 3}, {"chair", "takin-rep"}, {"members", {"seat1-rep", "seat2-rep", "kowhai-rep", "saiga-rep"}}};
    checked(post(the_operator(), the_case + "/panel", with_decision(five, "case.panel")), "seatPanel");
    CHECK(json(get(of("takin-rep"), the_case))["seen_as"] == "panel");

    const auto before = all_rows();
    check_rule(post(of("kowhai-rep"), the_case + "/panel-votes", {{"notice", 3}, {"person", "saiga-rep"}, {"outcome", "suspended"}}),
               before, "item 38");
    check_rule(post(party, the_case + "/panel-votes", {{"notice", 3}, {"outcome", "suspended"}}), before, "item 38");
    check_rule(post(of("takin-rep"), the_case + ":close", {{"reason", "x"}}), before, "item 54");
    check_rule(post(of("saiga-rep"), the_case + "/panel-votes?dry_run=true", {{"notice", 3}, {"outcome", "suspended"}}), before, "item 38");
    for (const auto* panelist : {"takin-rep", "seat1-rep", "kowhai-rep"}) {
        checked(post(of(panelist), the_case + "/panel-votes", {{"notice", 3}, {"outcome", "suspended"}}), "castPanelVote");
    }
    const auto ended = json(get(party, the_case));
    CHECK(ended["appeals"][0]["result"] == "suspended");
    CHECK(ended["phase"] == "suspended");
    check_rule(post(party, the_case + ":withdraw", {{"notice", 3}}), all_rows(), "item");
}

TEST_CASE_METHOD(ACommitteeRoom, "a step out of order is refused by its rule and changes nothing", "[C1][items 26-36]") {
    opened();
    const auto notice = decided("case.notice", case_id);
    const auto sanction = decided("case.sanction", case_id);
    const auto before = all_rows();
    auto lacking = seven_contents();
    lacking["decision"] = notice;
    lacking.erase("remedy");
    check_rule(post(the_operator(), the_case + "/notices", lacking), before, "iv");
    check_rule(post(the_operator(), the_case + "/notices", seven_contents()), before, "item 54");
    auto others = seven_contents();
    others["decision"] = sanction;
    check_rule(post(the_operator(), the_case + "/notices", others), before, "case.sanction");
    auto soon = the_sanction();
    soon["decision"] = sanction;
    check_rule(post(the_operator(), the_case + "/sanction-notice", soon), before, "item 30");
    check_rule(post(of("hibiscus-rep"), the_case + "/notices", seven_contents()), before, "item 27");
    CHECK(post(of("hibiscus-rep"), the_case + "/appeals", {{"notice", 1}, {"reference", "x"}}).status == 403);  // there is none
    CHECK(all_rows() == before);
}

TEST_CASE_METHOD(ACommitteeRoom, "a dry run says what a notice would do, sends no letter and spends no decision", "[A8]") {
    unheeded();
    const auto body = with_decision(the_sanction(), "case.sanction");
    const auto before = all_rows();
    for (int i = 0; i < 2; ++i) {
        const auto tried = post(the_operator(), the_case + "/sanction-notice?dry_run=true", body);
        const auto would = checked(tried, "issueSanction");
        CHECK(header(tried, "Dry-Run") == "true");
        CHECK(would["phase"] == "sanction_noticed");
        CHECK(would["mailed"].size() == 1);
        CHECK(all_rows() == before);
    }
    CHECK(all_rows() == before);
    CHECK(post(the_operator(), the_case + "/sanction-notice", body).status == 200);
}

TEST_CASE_METHOD(ACommitteeRoom, "hostile bodies are complained about where they are wrong, and change nothing", "[H3]") {
    opened();
    const auto before = all_rows();
    const auto deep = std::string(200, '[') + std::string(200, ']');
    for (const auto& text : {std::string("{"), std::string("[]"), std::string("\"x\""), std::string("{\"notice\":1e999}"), deep,
                             std::string("{\"reference\":\"\xff\xfe\"}"), std::string("null")}) {
        CAPTURE(text);
        const auto reply = ask(of("hibiscus-rep"), Method::post, the_case + "/appeals", text);
        CHECK((reply.status == 400 || reply.status == 422));
    }
    struct Case {
        std::string path;
        Json body;
        std::string pointer;
    };
    for (const auto& [path, body, pointer] :
         std::vector<Case>{{"/appeals", {{"notice", "1"}, {"reference", "x"}}, "/notice"},
                           {"/appeals", {{"notice", 18446744073709551615ULL}, {"reference", "x"}}, "/notice"},
                           {"/appeals", {{"notice", 1}}, "/reference"},
                           {"/appeals", {{"notice", 1}, {"reference", "a\r\nBcc: all"}}, "/reference"},
                           {"/appeals", {{"notice", 1}, {"reference", "x"}, {"by", "root"}}, "/by"},
                           {"/services", {{"notice", 1}, {"channel", "pigeon"}}, "/channel"},
                           {"/services", {{"notice", 1}, {"channel", "page"}, {"at", "yesterday"}}, "/at"},
                           {"/findings", {{"finding", "maybe"}}, "/finding"},
                           {"/sanction-notice", {{"denies", Json::array()}}, "/denies"},
                           {"/sanction-notice", {{"denies", "teams:post"}}, "/denies"},
                           {"/sanction-notice", {{"denies", {1}}}, "/denies/0"},
                           {"/panel", {{"notice", 1}, {"chair", "x"}, {"members", Json(std::vector<std::string>(17, "y"))}}, "/members"},
                           {"/panel-votes", {{"notice", 1}, {"outcome", "guilty"}}, "/outcome"},
                           {"/notices", {{"breach", std::string(20'001, 'x')}}, "/breach"},
                           {":close", Json::object(), "/reason"}}) {
        CAPTURE(path, body.dump().substr(0, 200));
        const auto reply = post(the_operator(), the_case + path, body);
        CHECK(reply.status == 422);
        CHECK(pointers(reply) == std::vector{pointer});
    }
    for (const auto* denied : {"teams", ":post", "teams:", "teams:sing", "teams:post,", "none:post"}) {
        CAPTURE(denied);
        auto body = the_sanction();
        body["denies"] = {denied};
        body["decision"] = "D-none";
        const auto status = post(the_operator(), the_case + "/sanction-notice", body).status;
        CHECK((status == 422 || status == 403));
    }
    CHECK(all_rows() == before);
}

TEST_CASE_METHOD(ACommitteeRoom, "a hold is placed, told, extended by a decision and lifted over HTTP", "[C6][item 42]") {
    const auto sc = of("seat1-rep");
    check_rule(post(sc, "/v1/holds", {{"person", "hibiscus-rep"}, {"reason", "spite"}}), all_rows(), "");  // a seat alone
    change([&](storage::Register& r) { r.put(community::Term{"secretariat", PersonId{"seat1-rep"}, {}, {clock.now() - 1h, {}}}); });
    const auto placed =
        checked(post(sc, "/v1/holds", {{"person", "hibiscus-rep"}, {"reason", "mailbox stolen"}, {"length", "24h"}}), "placeHold");
    const auto path = "/v1/holds/" + std::to_string(placed["id"].get<int>());
    CHECK(placed["in_force"] == true);
    checked(ask(sc, Method::post, path + ":told"), "tellOfHold");
    check_rule(post(sc, path + ":extend", Json::object()), all_rows(), "");
    checked(post(sc, path + ":extend", {{"decision", decided("hold.extend", "hibiscus-rep")}, {"length", "24h"}}), "extendHold");
    CHECK(checked(get(sc, "/v1/holds?in_force=true"), "listHolds")["items"].size() == 1);
    checked(ask(sc, Method::post, path + ":lift"), "liftHold");
    CHECK(checked(get(sc, "/v1/holds?in_force=true"), "listHolds")["items"].empty());
    check_rule(ask(sc, Method::post, path + ":lift"), all_rows(), "");
    CHECK(get(of("hibiscus-rep"), "/v1/holds").status == 404);
    for (const auto* none : {"/v1/holds/99:lift", "/v1/holds/x:lift", "/v1/holds/-1:lift"})
        CHECK(ask(sc, Method::post, none).status == 404);
    CHECK(post(sc, "/v1/holds", {{"person", "hibiscus-rep"}, {"reason", "x"}, {"length", "fortnight"}}).status == 422);
}

}  // namespace caveat::test

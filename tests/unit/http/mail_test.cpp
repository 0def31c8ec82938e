// Posts, held posts, explanations and the journal over HTTP: who may know what of whose mail.
#include <algorithm>

#include "a_console.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/outbox.hpp"
#include "page_table.hpp"
#include "pages.hpp"

namespace caveat::test {
namespace {

constexpr std::string_view secret_subject = "Sugarloaf breach at dawn";
constexpr std::string_view secret_words = "The words of the post.";

struct AMailConsole : AConsole {
    mailroom::Mailroom mailroom{room()};

    // Judged; returns the id of the newest post.
    std::string post_of(const std::string& from, const std::string& subject, const std::string& extra = {}) {
        const auto taken = mailroom.receive(std::vector{a_post(from, subject, extra)});
        REQUIRE(taken.front().front().receipt == mailroom::Receipt::accepted);
        judge();
        return taken.front().front().id.value;
    }
    void judge() {
        while (mailroom.process(10) > 0) {
        }
    }
    // Everything due is handed over and taken.
    void hand_over(mailroom::HandedOver* counts = nullptr) {
        mailroom::Outbox outbox(room(), counts);
        outbox.recover();
        std::vector<storage::Outcome> done;
        for (;;) {
            const auto copies = outbox.exchange(done, 10);
            done.clear();
            for (const auto& copy : copies) {
                storage::Outcome sent;
                sent.post = copy.post;
                sent.seq = copy.seq;
                sent.state = storage::DeliveryState::sent;
                sent.attempts = 1;
                sent.reply = "250 taken";
                sent.at = clock.now();
                done.push_back(sent);
            }
            if (copies.empty()) return;
        }
    }
    void moderated() {
        change([](storage::Register& r) {
            auto list = *r.list(ListId{"teams"});
            list.posting = community::Posting::moderated;
            r.put(list);
        });
    }
    std::string held_post(const std::string& subject = "Held") {
        moderated();
        const auto id = post_of("mei@orchid.example", "[TLP:GREEN] " + subject);
        REQUIRE(store().posts().find(PostId{id})->state == storage::PostState::held);
        return id;
    }
    std::vector<std::string> ids(const Json& page) {
        std::vector<std::string> all;
        for (const auto& item : page["items"]) all.push_back(item["id"].get<std::string>());
        return all;
    }
    std::string streamed(http::Reply reply) {
        CHECK(reply.type == "application/x-ndjson");
        REQUIRE(reply.more);
        std::string all;
        while (reply.more(all)) {
        }
        return all;
    }
};

}  // namespace

TEST_CASE_METHOD(AMailConsole, "posts are listed newest first, page by page, and filtered", "[H2]") {
    const auto full = operator_token();
    std::vector<std::string> posted;
    for (int i = 0; i < 5; ++i) posted.push_back(post_of("mei@orchid.example", "[TLP:GREEN] one"));
    posted.push_back(post_of("ana@banksia.example", "[TLP:GREEN] two"));
    std::reverse(posted.begin(), posted.end());
    std::vector<std::string> seen;
    std::string cursor;
    do {
        const auto page = checked(get(full, "/v1/posts?limit=2" + cursor), "listPosts");
        CHECK(page["items"].size() <= 2);
        for (const auto& id : ids(page)) seen.push_back(id);
        // Nothing in it counts what there is besides.
        if (page["next"].is_string()) CHECK(vault::unhex(page["next"].get<std::string>()).substr(0, 36) == seen.back());
        cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
    } while (!cursor.empty());
    CHECK(seen == posted);
    CHECK(ids(checked(get(full, "/v1/posts?state=distributed&list=teams&message_id=one%40example"), "listPosts")) == posted);
    CHECK(ids(checked(get(full, "/v1/posts?state=held"), "listPosts")).empty());
    CHECK(ids(checked(get(full, "/v1/posts?list=members"), "listPosts")).empty());
    CHECK(get(full, "/v1/posts?state=lost").status == 422);
    const auto mei = token("posts:read", "mei");
    CHECK(ids(checked(get(mei, "/v1/posts"), "listPosts")).size() == 5);  // her own, and no other
    CHECK(ids(checked(get(token("posts:read", "ana"), "/v1/posts?mine=true"), "listPosts")) == std::vector{posted.front()});
    gives("mei", "owner", "teams");
    CHECK(ids(checked(get(mei, "/v1/posts"), "listPosts")).size() == 6);
    CHECK(ids(checked(get(mei, "/v1/posts?mine=true"), "listPosts")).size() == 5);
}

TEST_CASE_METHOD(AMailConsole, "what was refused as an address that does not exist looks like any other to its author", "[A7][R3]") {
    const auto id = PostId{post_of("mei@orchid.example", "[TLP:GREEN] one")};
    const auto shown = [&](storage::PostState state, std::optional<community::Tlp> label, const std::string& words) {
        change([&](storage::Register&) {
            auto post = *store().posts().find(id);
            post.state = state;
            post.label = label;
            post.because = {{community::Code::unknown_list, words}};
            store().posts().update(post);
        });
        return get(token("posts:read", "mei"), "/v1/posts?mine=true").body;
    };
    // As rows of before say it of a list that exists, and of none.
    const auto none = shown(storage::PostState::refused, std::nullopt, "no such list for this sender (apcert 2)");
    CHECK(shown(storage::PostState::refused, community::Tlp::green, "no such list (rule book apcert, version 2)") == none);
    CHECK(shown(storage::PostState::dropped, community::Tlp::green, "there is no such address") == none);
    CHECK(none.find(R"("label":null)") != std::string::npos);
}

TEST_CASE_METHOD(AMailConsole, "an author sees outcomes in numbers, never who; a stranger sees nothing", "[L5][A7][D6]") {
    change([](storage::Register& r) {  // quentin's party may have less than the others
        auto list = *r.list(ListId{"teams"});
        list.max_tlp = community::Tlp::red;
        r.put(list);
    });
    const auto id = post_of("mei@orchid.example", "[TLP:AMBER] numbers");
    hand_over();
    const auto mine = get(token("posts:read", "mei"), "/v1/posts/" + id);
    const auto whole = checked(mine, "showPost");
    CHECK(whole["verdict"] == "distributed");
    CHECK(whole["recipients"] == 3);
    CHECK(whole["outcomes"]["sent"].get<int>() + whole["outcomes"]["withheld"].get<int>() == 3);
    CHECK(whole["reasons"].empty());
    CHECK(whole["deliveries"].is_null());
    CHECK(mine.body.find("ana") == std::string::npos);
    CHECK(mine.body.find("quentin") == std::string::npos);

    const auto nothing = get(operator_token(), "/v1/posts/01900000-0000-7000-8000-000000000000");
    REQUIRE(nothing.status == 404);
    for (const auto& [who, path] :
         std::vector<std::pair<std::string, std::string>>{{token("posts:read", "mei"), "/v1/posts/" + id + "/deliveries"},  // its author
                                                          {token("posts:read", "ana"), "/v1/posts/" + id},  // who received it
                                                          {token("posts:read", "ana"), "/v1/posts/" + id + "/deliveries"},
                                                          {token("teams:read"), "/v1/posts/" + id},  // another scope
                                                          {token("held:read"), "/v1/held/" + id},    // not held
                                                          {"", "/v1/posts/" + id}}) {
        CAPTURE(path);
        const auto reply = get(who, path);
        CHECK(reply.status == 404);
        CHECK(reply.body == nothing.body);
    }
    gives("ana", "moderator", "teams");
    CHECK(get(token("posts:read", "ana"), "/v1/posts/" + id).status == 200);
    CHECK(get(token("posts:read", "ana"), "/v1/posts/" + id + "/deliveries").status == 404);
}

TEST_CASE_METHOD(AMailConsole, "owner, secretariat and auditor see who received a post and who did not, as pages and as lines") {
    const auto id = post_of("mei@orchid.example", "[TLP:GREEN] who");
    hand_over();
    for (const auto* role : {"owner", "secretariat", "auditor"}) {
        CAPTURE(role);
        AMailConsole other;
        const auto there = other.post_of("mei@orchid.example", "[TLP:GREEN] who");
        other.hand_over();
        other.gives("ana", role, std::string(role) == "owner" ? "teams" : "");
        CHECK(
            checked(other.get(other.token("posts:read", "ana"), "/v1/posts/" + there + "/deliveries"), "listDeliveries")["items"].size() ==
            3);
    }
    const auto full = operator_token();
    const auto path = "/v1/posts/" + id + "/deliveries";
    const auto first = checked(get(full, path + "?limit=2"), "listDeliveries");
    REQUIRE(first["items"].size() == 2);
    CHECK(first["items"][0]["state"] == "sent");
    CHECK(first["items"][0]["reply"] == "250: taken");
    const auto second = checked(get(full, path + "?limit=2&cursor=" + first["next"].get<std::string>()), "listDeliveries");
    CHECK(second["items"].size() == 1);
    CHECK(second["next"].is_null());
    CHECK(checked(get(full, path + "?state=withheld"), "listDeliveries")["items"].empty());
    const auto lines = streamed(get(full, path, {{"accept", "application/x-ndjson"}}));
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
    CHECK(get(full, "/v1/posts/" + id + "/deliveries").notes.empty());  // GREEN
}

TEST_CASE_METHOD(AMailConsole, "who reads deliveries of AMBER+STRICT and above is written down", "[J2]") {
    const auto id = post_of("mei@orchid.example", "[TLP:AMBER+STRICT] strict");
    const auto full = operator_token();
    auto read = get(full, "/v1/posts/" + id + "/deliveries");
    REQUIRE(read.status == 200);
    REQUIRE(read.notes.size() == 1);
    service.write_down(read.notes);
    CHECK(acts().back() == "delivery.read " + id);
    CHECK(store().journal().verify());
    gives("ana", "secretariat");
    gives("mei", "secretariat");
    const auto own = made(office.bearer(made(root, "tokens:write posts:read", "mei").secret).value(), "posts:read", "ana").secret;
    const auto lent = get(own, "/v1/posts/" + id + "/deliveries");
    REQUIRE(lent.notes.size() == 1);
    CHECK(lent.notes[0].detail.ends_with(R"("token_of":"person mei"})"));
    read = get(full, "/v1/policy:explain?post=" + id + "&person=ana");
    REQUIRE(read.notes.size() == 1);
    CHECK(read.notes[0].act == "delivery.explained");
    CHECK(get(token("policy:read", "ana"), "/v1/policy:explain?post=" + id + "&person=ana").notes.empty());  // about oneself
    CHECK(get(full, "/v1/posts/" + id).notes.empty());                                                       // numbers only
}

TEST_CASE_METHOD(AMailConsole, "a moderator releases, rejects or discards; the second one is told it is over", "[D7][H2]") {
    const auto id = held_post();
    const auto letters_then = letters().size();
    gives("ana", "moderator", "teams");
    const auto ana = token("held:read held:write", "ana");
    const auto full = operator_token();
    CHECK(get(token("held:read", "mei"), "/v1/held/" + id).status == 404);
    CHECK(ids(checked(get(ana, "/v1/held"), "listHeld")) == std::vector{id});
    CHECK(checked(get(ana, "/v1/held/" + id), "showHeld")["verdict"] == "held");
    CHECK(json(get(ana, "/v1/held/" + id))["releasable"] == true);
    CHECK_FALSE(json(get(ana, "/v1/held/" + id)).contains("until"));  // a moderator decides, however long that takes
    CHECK(ask(ana, Method::post, "/v1/held/" + id + ":release?dry_run=true", "{}").status == 200);
    CHECK(get(ana, "/v1/held/" + id).status == 200);
    SECTION("released") {
        CHECK(checked(post(ana, "/v1/held/" + id + ":release", Json::object()), "releaseHeld")["verdict"] == "spooled");
        judge();
        CHECK(checked(get(full, "/v1/posts/" + id), "showPost")["verdict"] == "distributed");
        CHECK(json(get(full, "/v1/posts/" + id))["released_by"] == "person ana");
        CHECK(json(get(token("posts:read", "mei"), "/v1/posts/" + id))["released_by"].is_null());
    }
    SECTION("rejected") {
        CHECK(post(ana, "/v1/held/" + id + ":reject", Json::object()).status == 422);
        CHECK(checked(post(ana, "/v1/held/" + id + ":reject", {{"reason", "off topic"}}), "rejectHeld")["verdict"] == "refused");
        CHECK(letters().size() == letters_then + 1);
    }
    SECTION("discarded") {
        CHECK(checked(post(ana, "/v1/held/" + id + ":discard", {{"reason", "spam"}}), "discardHeld")["verdict"] == "dropped");
        CHECK(letters().size() == letters_then);
    }
    CHECK(get(ana, "/v1/held/" + id).status == 404);
    const auto late = post(full, "/v1/held/" + id + ":reject", {{"reason", "too late"}});
    CHECK(late.status == 409);
    CHECK(post(token("held:write", "mei"), "/v1/held/" + id + ":release", Json::object()).status == 404);
}

TEST_CASE_METHOD(AMailConsole, "what only its author can settle is not offered for release", "[L3]") {
    const auto id = post_of("mei@orchid.example", "TLP:ORANGE x");
    const auto full = operator_token();
    CHECK(checked(get(full, "/v1/held/" + id), "showHeld")["releasable"] == false);
    const auto refused = post(full, "/v1/held/" + id + ":release", Json::object());
    CHECK(refused.status == 403);
    CHECK(refused.body.find("only its author can settle") != std::string::npos);
    CHECK(json(get(full, "/v1/held/" + id))["verdict"] == "held");
}

TEST_CASE_METHOD(AMailConsole, "of a post that is not read yet its author, the committee and the operator alone know who wrote it",
                 "[A7]") {
    auto submission = a_post("mei@orchid.example", "TLP:GREEN x");
    const auto id = mailroom.receive(std::vector{submission}).front().front().id.value;
    const auto path = "/v1/posts/" + id;
    gives("ana", "owner", "teams");
    const auto owner = token("posts:read", "ana");
    for (const auto& where : {path, std::string("/v1/posts?list=teams")}) {
        CHECK(get(owner, where).body.find("orchid") == std::string::npos);
        CHECK(get(token("posts:read", "mei"), where).body.find("mei@orchid.example") != std::string::npos);
        CHECK(get(operator_token(), where).body.find("mei@orchid.example") != std::string::npos);
    }
    CHECK(checked(get(owner, path), "showPost")["sender"].is_null());
    judge();
    CHECK(json(get(owner, path))["from"] == "mei@orchid.example");
    CHECK(json(get(owner, path))["sender"] == "mei");
}

TEST_CASE_METHOD(AMailConsole, "a post shows what it asks for, and names an author who may not be named to them and the committee only",
                 "[L7][A7]") {
    auto submission =
        a_post("mei@orchid.example", "TLP:GREEN PAP:AMBER x", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n");
    submission.bytes = submission.bytes.substr(0, submission.bytes.find("\r\n\r\n") + 4) +
                       "--b\r\n\r\nTLP:GREEN\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
                       R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
                       "\r\n--b--\r\n";
    const auto id = mailroom.receive(std::vector{submission}).front().front().id.value;
    judge();
    const auto path = "/v1/posts/" + id;
    const auto seen = checked(get(operator_token(), path), "showPost");
    CHECK(seen["caveats"] == Json::array({"PAP:AMBER", "its author is not named"}));
    CHECK(seen["from"] == "teams@lists.arc.example");
    CHECK(seen["sender"].is_null());
    CHECK(json(get(token("posts:read", "mei"), path))["sender"] == "mei");
    gives("ana", "owner", "teams");
    CHECK(json(get(token("posts:read", "ana"), path))["sender"].is_null());
    gives("ana", "sc");
    CHECK(json(get(token("posts:read", "ana"), path))["from"] == "mei@orchid.example");
    CHECK(get(operator_token(), "/v1/posts").body.find("mei@orchid.example") == std::string::npos);
    change([](storage::Register& r) {
        auto team = *r.team(TeamId{"banksia"});
        team.category = "liaison";  // whose seat counts for nothing (items 7 and 12)
        r.put(team);
    });
    CHECK(json(get(token("posts:read", "ana"), path))["sender"].is_null());
}

TEST_CASE_METHOD(AMailConsole, "why somebody did or did not get a post: for oneself without a right, for others with one", "[A8][A7]") {
    add_person("bo", "banksia", "bo@banksia.example");  // on no roster
    const auto id = post_of("mei@orchid.example", "[TLP:GREEN] why");
    hand_over();
    const auto path = "/v1/policy:explain?post=" + id + "&person=";
    const auto ana = token("policy:read", "ana");
    const auto own = checked(get(ana, path + "ana"), "explain");
    CHECK(own["state"] == "sent");
    CHECK(own["would_receive_now"] == true);
    CHECK(own["judged"].empty());
    CHECK(json(get(ana, path + "ana%40banksia.example"))["person"] == "ana");
    {
        storage::Store::Transaction transaction(store());
        store().journal().append(clock.now(), "system", "test.change", "ana", "{}");
        transaction.commit();
    }
    for (const auto* filter : {"/v1/journal?subject=", "/v1/tokens?holder="}) {  // there, too, an address serves as well as an id
        CAPTURE(filter);
        const auto by_id = json(get(operator_token(), std::string(filter) + "ana"))["items"];
        CHECK_FALSE(by_id.empty());
        CHECK(json(get(operator_token(), std::string(filter) + "ana%40banksia.example"))["items"] == by_id);
    }
    CHECK_FALSE(checked(get(token("policy:read", "mei"), path + "mei"), "explain")["rules_now"].empty());
    const auto nothing = get(ana, "/v1/policy:explain?post=none&person=ana");
    REQUIRE(nothing.status == 404);
    CHECK(get(ana, path + "mei").body == nothing.body);
    CHECK(get(ana, path + "nobody").body == nothing.body);
    CHECK(get(token("policy:read", "bo"), path + "bo").body == nothing.body);  // no row: would tell what exists
    CHECK(checked(get(operator_token(), path + "bo"), "explain")["state"] == "not on the roster when the post was judged");
    CHECK(get(ana, "/v1/policy:explain?post=" + id).status == 422);
}

TEST_CASE_METHOD(AMailConsole, "who may not know of a list any more hears of their copy, and neither list nor label", "[A7]") {
    const auto id = post_of("mei@orchid.example", "[TLP:AMBER] once yours");
    hand_over();
    const auto path = "/v1/policy:explain?post=" + id + "&person=";
    const auto ana = token("policy:read", "ana");
    CHECK(checked(get(ana, path + "ana"), "explain")["list"] == "teams");
    auto banksia = *store().directory().team(TeamId{"banksia"});
    banksia.category = "applicant";  // which reads no member list
    change([&](storage::Register& r) { r.put(banksia); });
    const auto reply = get(ana, path + "ana");
    const auto own = checked(reply, "explain");
    CHECK(own["state"] == "sent");
    CHECK(own["would_receive_now"] == false);
    CHECK(own["list"].is_null());
    CHECK(own["label"].is_null());
    CHECK(reply.body.find("teams") == std::string::npos);
    CHECK(reply.body.find("AMBER") == std::string::npos);
    CHECK(checked(get(operator_token(), path + "ana"), "explain")["list"] == "teams");
}

TEST_CASE_METHOD(AMailConsole, "a sanction is named to the person concerned and to who may read the case, to nobody else",
                 "[C2][item 27]") {
    const auto id = post_of("mei@orchid.example", "[TLP:GREEN] denied");
    community::Denial denial;
    denial.whom = "banksia";
    denial.resource = "teams";
    denial.verbs = community::bit(community::Verb::receive);
    denial.during = {clock.now(), clock.now() + 24h};
    denial.source = "sanction";
    denial.decision = "D-2026-009";
    change([&](storage::Register& r) { r.put(denial); });
    hand_over();
    const auto path = "/v1/policy:explain?post=" + id + "&person=ana";
    const auto own = checked(get(token("policy:read", "ana"), path), "explain");
    CHECK(own["state"] == "withheld");
    CHECK(own["would_receive_now"] == false);
    REQUIRE(own["denied"].is_object());
    CHECK(own["denied"]["decision"] == "D-2026-009");
    CHECK(own["denied"]["source"] == "sanction");
    // A token of policy alone does not read cases.
    const auto narrow = get(token("policy:read"), path);
    CHECK(checked(narrow, "explain")["denied"].is_null());
    CHECK(narrow.body.find("D-2026-009") == std::string::npos);
    CHECK(checked(get(operator_token(), path), "explain")["denied"]["decision"] == "D-2026-009");
    // A seat of the accused team reads the case as the party only.
    add_person("bo", "banksia", "bo@banksia.example");
    gives("bo", "sc");
    CHECK(checked(get(token("policy:read cases:read", "bo"), path), "explain")["denied"].is_null());
}

TEST_CASE_METHOD(AMailConsole, "what a sanction would change is told to whom policy is open, and changes nothing", "[C4]") {
    const auto id = post_of("mei@orchid.example", "[TLP:GREEN] waiting");
    const auto full = operator_token();
    const auto before = entries();
    const auto seen = checked(get(full, "/v1/policy:simulate?team=banksia&sanction=teams:receive,post"), "simulate");
    CHECK(seen["people"] == Json::array({"ana"}));
    CHECK(seen["copies_changed"] == 1);
    CHECK(seen["copies"][0]["post"] == id);
    CHECK(seen["copies"][0]["would"] == "be withheld");
    CHECK(entries() == before);
    for (const auto* query : {"team=banksia", "team=banksia&sanction=teams", "team=narra&left=true", "left=true",
                              "team=banksia&person=ana&left=true", "team=banksia&sanction=:receive", "team=banksia&left=yes"}) {
        CAPTURE(query);
        CHECK(get(full, std::string("/v1/policy:simulate?") + query).status == 422);
    }
    CHECK(get(token("policy:read", "mei"), "/v1/policy:simulate?team=banksia&left=true").status == 404);
}

TEST_CASE_METHOD(AMailConsole, "the journal is read in pages and lines, filtered, and its chain is computed again", "[J1][H2]") {
    const auto full = operator_token();
    const auto id = post_of("mei@orchid.example", "[TLP:GREEN] journal");
    const auto all = static_cast<std::size_t>(store().journal().head().number);
    std::size_t seen = 0;
    std::string cursor;
    do {
        const auto page = checked(get(full, "/v1/journal?limit=3" + cursor), "listJournal");
        for (const auto& item : page["items"]) CHECK(item["number"] == ++seen);
        cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
    } while (!cursor.empty());
    CHECK(seen == all);
    const auto about = checked(get(full, "/v1/journal?act=post.&subject=" + id), "listJournal");  // outlives the loop
    for (const auto& item : about["items"]) {
        CHECK(item["subject"] == id);
        CHECK(item["act"].get<std::string>().starts_with("post."));
    }
    CHECK(checked(get(full, "/v1/journal?from=" + std::to_string(all)), "listJournal")["items"].size() == 1);
    const auto lines = streamed(get(full, "/v1/journal", {{"accept", "application/x-ndjson"}}));
    CHECK(static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n')) == all);

    const auto held = checked(get(full, "/v1/journal/verification"), "verifyJournal");
    CHECK(held["holds"] == true);
    const auto head = held["head"].get<std::string>();
    CHECK(checked(get(full, "/v1/journal/verification?head=" + head), "verifyJournal")["holds"] == true);
    auto forged = head;
    forged.back() = forged.back() == '0' ? '1' : '0';
    CHECK(checked(get(full, "/v1/journal/verification?head=" + forged), "verifyJournal")["holds"] == false);
    CHECK(get(full, "/v1/journal/verification?head=seven").status == 422);
    CHECK(get(token("journal:read", "mei"), "/v1/journal").status == 404);
}

TEST_CASE_METHOD(AMailConsole, "nobody reads the content or the subject of a RED post anywhere", "[J2][L6]") {
    change([](storage::Register& r) {
        auto list = *r.list(ListId{"teams"});
        list.max_tlp = community::Tlp::red;
        r.put(list);
    });
    const auto id = post_of("mei@orchid.example", "[TLP:RED] " + std::string(secret_subject));
    hand_over();
    const http::PageFiles files(SOURCE_DIR "/templates/pages");
    gives("ana", "secretariat");
    const auto cookie = with_factor("ana@banksia.example");
    http::Pages pages(service, files, false);
    std::vector<std::string> answers;
    for (const auto& target : {std::string("/v1/posts"), "/v1/posts/" + id, "/v1/posts/" + id + "/deliveries", std::string("/v1/held"),
                               std::string("/v1/journal"), "/v1/policy:explain?post=" + id + "&person=ana", std::string("/metrics"),
                               std::string("/v1/operations")}) {
        CAPTURE(target);
        const auto reply = get(operator_token(), target);
        CHECK(reply.status == 200);
        answers.push_back(reply.body);
    }
    for (const auto& target : {std::string("/posts"), "/posts/" + id, "/explain?post=" + id + "&person=mei", std::string("/held"),
                               std::string("/journal"), std::string("/journal/verification")}) {
        CAPTURE(target);
        http::Request request;
        request.target = target;
        request.headers["cookie"] = "caveat=" + cookie;
        const auto reply = pages.answer(request);
        CHECK(reply.status == 200);
        CHECK(reply.body.find(target.starts_with("/posts/") || target.starts_with("/explain") ? id : "<h1>") != std::string::npos);
        answers.push_back(reply.body);
    }
    for (const auto& body : answers) {
        CHECK(body.find(secret_subject) == std::string::npos);
        CHECK(body.find(secret_words) == std::string::npos);
    }
}

TEST_CASE_METHOD(AMailConsole, "the page of held posts decides on one with one form", "[H5]") {
    const auto id = held_post();
    const http::PageFiles files(SOURCE_DIR "/templates/pages");
    gives("ana", "moderator", "teams");
    const auto cookie = with_factor("ana@banksia.example");
    http::Pages pages(service, files, false);
    http::Request request;
    request.target = "/held";
    request.headers["cookie"] = "caveat=" + cookie;
    const auto shown = pages.answer(request);
    REQUIRE(shown.status == 200);
    CHECK(shown.body.find("/act/releaseHeld") != std::string::npos);
    request.method = Method::post;
    request.target = "/act/releaseHeld";
    request.body = "csrf=" + office.session(cookie)->csrf + "&next=%2Fheld&post=" + id;
    const auto done = pages.answer(request);
    CHECK(done.status == 303);
    CHECK(store().posts().find(PostId{id})->state == storage::PostState::spooled);
    CHECK(pages.answer(request).status == 409);
}

}  // namespace caveat::test

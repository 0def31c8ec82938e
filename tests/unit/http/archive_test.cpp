// The archive over HTTP: lists, threads, a post, its parts, the whole; what is not for the one who asks is what does not exist.
#include <algorithm>
#include <map>

#include "a_console.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/reading.hpp"
#include "page_table.hpp"
#include "pages.hpp"

namespace caveat::test {
namespace {

struct AnArchive : AConsole {
    mailroom::Mailroom mailroom{room()};

    std::string put(const std::string& from, const std::string& subject, const std::string& extra = {}, const std::string& body = {}) {
        auto submission = a_post(from, subject, extra);
        if (!body.empty()) submission.bytes.replace(submission.bytes.find("\r\n\r\n") + 4, std::string::npos, body);
        const auto taken = mailroom.receive(std::vector{submission});
        REQUIRE(taken.front().front().receipt == mailroom::Receipt::accepted);
        while (mailroom.process(10) > 0) {
        }
        clock.time += 1s;
        return taken.front().front().id.value;
    }

    std::map<std::string, std::string> cookies;
    const std::string& cookie(const std::string& address) {
        auto& known = cookies[address];
        if (known.empty()) known = signed_in(address);
        return known;
    }

    // Made by the person themself, as on the pages.
    std::string reading(const std::string& address, const std::string& list = {}, const std::string& scopes = "archive:read") {
        access::TokenRequest request;
        request.name = "reading";
        std::istringstream in(scopes);
        for (std::string scope; in >> scope;) request.rights.push_back(right(scope.c_str()));
        if (!list.empty()) request.lists = {ListId{list}};
        return office.create(office.session(cookie(address)).value().caller, request).value().secret;
    }

    std::vector<std::string> ids(const std::string& token, const std::string& query = {}) {
        std::vector<std::string> all;
        const auto answer = checked(get(token, "/v1/archive/posts" + query), "listArchive");
        for (const auto& item : answer["items"]) all.push_back(item["post"].get<std::string>());
        return all;
    }

    [[nodiscard]] http::Reply page(const std::string& address, const std::string& target) {
        static const http::PageFiles files(SOURCE_DIR "/templates/pages");
        http::Pages pages(service, files, false);
        http::Request request;
        request.target = target;
        request.headers["cookie"] = "caveat=" + cookie(address);
        return pages.answer(request);
    }
};

// Without what differs from one answer to the next anyhow.
std::string bytes_of(const http::Reply& reply) { return fmt::format("{} {} {}", reply.status, reply.type, reply.body); }

}  // namespace

TEST_CASE("a person reads what they may, and only with a token of their own making", "[R1][R2][A9][archive]") {
    AnArchive c;
    const auto green = c.put("mei@orchid.example", "TLP:GREEN first");
    const auto amber = c.put("mei@orchid.example", "TLP:AMBER second");
    const auto strict = c.put("mei@orchid.example", "TLP:AMBER+STRICT third");
    const auto ana = c.reading("ana@banksia.example");
    CHECK(c.ids(ana) == std::vector{green, amber, strict});
    CHECK(c.ids(ana, "?newest=true") == std::vector{strict, amber, green});
    CHECK(c.ids(ana, "?list=teams&limit=2") == std::vector{green, amber});
    CHECK(c.ids(ana, "?list=elsewhere").empty());
    CHECK(c.json(c.get(ana, "/v1/archive/posts/" + green))["text"] == "The words of the post.\n");
    // Corporate: no cell of the class reads the archive.
    CHECK(c.ids(c.reading("quentin@quokka.example")).empty());
    const auto nothing = bytes_of(c.get(ana, "/v1/archive/posts/nothing"));
    for (const auto& id : {green, amber, strict}) {
        CHECK(c.get(ana, "/v1/archive/posts/" + id).status == 200);
        CHECK(bytes_of(c.get(c.reading("quentin@quokka.example"), "/v1/archive/posts/" + id)) == nothing);
        for (const auto& other : {c.operator_token(), c.token("posts:read", "ana"), std::string("cvt_none"), std::string()})
            CHECK(bytes_of(c.get(other, "/v1/archive/posts/" + id)) == nothing);
    }
    for (const auto* path : {"/v1/archive/posts", "/v1/archive/threads"}) CHECK(c.get(c.operator_token(), path).status == 404);
    // Bound to a list: nothing of others.
    CHECK(c.ids(c.reading("ana@banksia.example", "teams")).size() == 3);
}

TEST_CASE("a post gets another label by whose it is, and for others there is nothing to label", "[L7][A7][archive]") {
    AnArchive c;
    c.add_person("rep", "orchid", "rep@orchid.example");
    c.add_person("runner", "banksia", "runner@banksia.example");
    for (const auto* person : {"rep", "runner"}) c.subscribe("teams", person);
    const auto id = c.put("mei@orchid.example", "TLP:AMBER x");
    c.change([&](storage::Register& r) {
        auto rep = *r.person(PersonId{"rep"});
        rep.representative = true;
        r.put(rep);
        r.put(community::Term{"owner", PersonId{"runner"}, ListId{"teams"}, {c.clock.now(), {}}});
    });
    const auto own = [&](const std::string& address) { return c.reading(address, {}, "archive:read archive:write"); };
    const auto give = [&](const std::string& token, const char* label, const std::string& post) {
        return c.post(token, "/v1/archive/posts/" + post + ":relabel", Json{{"label", label}});
    };
    const auto mei = own("mei@orchid.example"), ana = own("ana@banksia.example");
    const auto nothing = bytes_of(give(ana, "GREEN", "nothing"));
    for (const auto& other : {ana, own("quentin@quokka.example"), c.reading("mei@orchid.example"), c.operator_token(), std::string()})
        CHECK(bytes_of(give(other, "GREEN", id)) == nothing);
    CHECK(c.json(c.get(ana, "/v1/archive/posts/" + id))["labels"].empty());
    CHECK(c.json(c.get(mei, "/v1/archive/posts/" + id))["labels"] == Json{"CLEAR", "GREEN", "AMBER+STRICT"});
    const auto done = c.checked(give(mei, "GREEN", id), "relabelArchived");
    CHECK((done["before"] == "AMBER" && done["label"] == "GREEN"));
    CHECK(c.json(c.get(c.operator_token(), "/v1/posts/" + id))["label"] == "GREEN");
    CHECK(give(mei, "GREEN", id).status == 409);
    CHECK(give(own("runner@banksia.example"), "AMBER", id).status == 200);
    CHECK(give(own("runner@banksia.example"), "CLEAR", id).status == 403);
    CHECK(give(own("rep@orchid.example"), "CLEAR", id).status == 200);
    CHECK(c.page("mei@orchid.example", "/archive/" + id).body.find("Make it TLP:AMBER; whoever has a copy is told") != std::string::npos);
    CHECK(c.page("ana@banksia.example", "/archive/" + id).body.find("Make it") == std::string::npos);
    CHECK(c.page("runner@banksia.example", "/posts/" + id).body.find("Make it TLP:AMBER+STRICT") != std::string::npos);
}

TEST_CASE("the page of a post leads to what became of its copies whoever may know that, and nobody else", "[L5][R2][archive]") {
    AnArchive c;
    const auto id = c.put("mei@orchid.example", "TLP:AMBER x");
    const auto leads = [&](const char* who) {
        return c.page(who, "/archive/" + id).body.find("<a href=\"/posts/" + id + "\">Who received this") != std::string::npos;
    };
    CHECK((leads("mei@orchid.example") && !leads("ana@banksia.example")));
    CHECK(c.page("mei@orchid.example", "/posts/" + id).status == 200);
    CHECK(c.page("ana@banksia.example", "/posts/" + id).status == 404);
    CHECK(c.json(c.get(c.reading("mei@orchid.example"), "/v1/archive/posts/" + id))["outcomes"].is_null());  // with a token for that alone
}

TEST_CASE("pages of the list go on where the last one ended", "[H2][archive]") {
    AnArchive c;
    std::vector<std::string> all;
    for (int i = 0; i < 5; ++i) all.push_back(c.put("mei@orchid.example", fmt::format("TLP:GREEN n{}", i)));
    const auto token = c.reading("ana@banksia.example");
    for (const std::string newest : {"", "&newest=true"}) {
        for (const std::string path : {"/v1/archive/posts", "/v1/archive/threads"}) {
            std::vector<std::string> seen;
            std::string cursor;
            do {
                const auto answer = AConsole::json(c.get(token, path + "?limit=2" + newest + cursor));
                for (const auto& item : answer["items"]) seen.push_back(item["thread"].get<std::string>());
                cursor = answer["next"].is_null() ? "" : "&cursor=" + answer["next"].get<std::string>();
            } while (!cursor.empty());
            if (!newest.empty()) std::reverse(seen.begin(), seen.end());
            CHECK(seen == all);
        }
    }
}

TEST_CASE("pages of the list have each post once, be it of before 1970", "[H2][archive]") {
    AnArchive c;
    std::vector<std::string> all;
    for (const auto hours : {-70'000, -50'000, -9, -8, 8}) {
        c.change([&](storage::Register&) {
            storage::Post post;
            post.id = PostId{fmt::format("post-{}", all.size())};
            post.state = storage::PostState::distributed;
            post.target = storage::Target::list;
            post.list = ListId{"teams"};
            post.message_id = post.id.value + "@example";
            post.received = post.decided = Instant{} + std::chrono::hours{hours};
            post.label = community::Tlp::clear;
            post.because = storage::reason_of_import();
            const auto key = c.store().posts().add(post, {"key", "bytes"});
            const auto card = mailroom::seal_card(c.vault(), {post.id.value, "", post.message_id, {}, {}, {}}, post.id);
            c.store().archive().add({key, post.list, *post.label, post.received, {}}, card);
            all.push_back(post.id.value);
        });
    }
    const auto token = c.reading("ana@banksia.example");
    for (const std::string newest : {"", "&newest=true"}) {
        std::vector<std::string> seen;
        std::string cursor;
        do {
            const auto answer = AConsole::json(c.get(token, "/v1/archive/posts?limit=2" + newest + cursor));
            for (const auto& item : answer["items"]) seen.push_back(item["post"].get<std::string>());
            cursor = answer["next"].is_null() ? "" : "&cursor=" + answer["next"].get<std::string>();
        } while (!cursor.empty() && seen.size() < 20);
        if (!newest.empty()) std::reverse(seen.begin(), seen.end());
        CHECK(seen == all);
    }
}

TEST_CASE("lines of lists are what the command line tells, and subjects are asked for", "[A9][archive]") {
    AnArchive c;
    const auto id = c.put("mei@orchid.example", "TLP:GREEN first");
    c.put("mei@orchid.example", "TLP:AMBER+STRICT third");
    const auto token = c.reading("ana@banksia.example");
    const auto line = c.json(c.get(token, "/v1/archive/posts"))["items"][0];
    CHECK(line.dump() ==
          fmt::format(R"({{"post":"{0}","list":"teams","label":"GREEN","posted":"2026-11-22T12:00:00Z","thread":"{0}"}})", id));
    const auto subjects = c.json(c.get(token, "/v1/archive/posts?subjects=true"))["items"];
    CHECK(subjects[0]["subject"] == "TLP:GREEN first");
    CHECK(subjects[1]["subject"].is_null());
    // And who wrote it, where the subject is, and they may be named.
    CHECK(subjects[0]["author"] == "mei (orchid)");
    CHECK(subjects[1]["author"].is_null());
    CHECK(c.page("ana@banksia.example", "/archive").body.find(subjects[0]["author"].get<std::string>()) != std::string::npos);
    const auto thread = c.checked(c.get(token, "/v1/archive/threads?list=teams"), "listArchiveThreads")["items"][0];
    CHECK(thread["posts"] == Json::array({id}));
    CHECK(thread["depth"] == Json::array({0}));
    CHECK_FALSE(thread.contains("items"));
    CHECK(c.checked(c.get(token, "/v1/archive/threads?subjects=true"), "listArchiveThreads")["items"][0]["items"][0]["subject"] ==
          "TLP:GREEN first");
    c.put("mei@orchid.example", "fourth");  // the label that counts is in the subject of each copy, and of its line
    CHECK(c.json(c.get(token, "/v1/archive/posts?subjects=true"))["items"][2]["subject"] == "TLP:AMBER fourth");
    const auto unnamed = c.put("mei@orchid.example", "TLP:GREEN fifth",
                               "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n",
                               "--b\r\n\r\nTLP:GREEN\r\n--b\r\nContent-Type: application/vnd.first.iep+json\r\n\r\n"
                               R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})"
                               "\r\n--b--\r\n");
    const auto fifth = c.checked(c.get(token, "/v1/archive/posts?subjects=true"), "listArchive")["items"][3];
    CHECK(fifth["post"] == unnamed);
    CHECK(fifth["subject"] == "TLP:GREEN fifth");
    CHECK(fifth["author"].is_null());
    // The team is that of then, as on the copy, wherever they are now.
    c.change([&](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.team = TeamId{"banksia"};
        r.put(mei);
    });
    CHECK(c.json(c.get(token, "/v1/archive/posts?subjects=true"))["items"][0]["author"] == "mei (orchid)");
}

TEST_CASE("a post is shown as its copy has it, in parts and whole", "[R2][L7][A12][archive]") {
    AnArchive c;
    const auto id =
        c.put("mei@orchid.example", "TLP:GREEN kit", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n",
              "--x\r\nContent-Type: text/plain\r\n\r\nwords <script>\r\n--x\r\nContent-Type: text/html; name=\"../a\\\"b.html\"\r\n"
              "Content-Disposition: attachment\r\n\r\n<script>alert(1)</script>\r\n--x--\r\n");
    const auto token = c.reading("ana@banksia.example");
    const auto target = "/v1/archive/posts/" + id;
    const auto post = c.checked(c.get(token, target), "showArchived");
    CHECK(post["subject"] == "TLP:GREEN kit");
    CHECK(post["from"][0]["address"] == "mei@orchid.example");
    CHECK(post["text"] == "words <script>");
    REQUIRE(post["parts"].size() == 2);
    CHECK(post["parts"][1]["filename"] == "ab.html");
    const auto part = c.get(token, target + "?part=" + post["parts"][1]["path"].get<std::string>());
    CHECK(part.status == 200);
    CHECK(part.body == "<script>alert(1)</script>");
    CHECK(part.type == "application/octet-stream");
    CHECK(c.header(part, "Content-Disposition") == "attachment; filename=\"ab.html\"; filename*=UTF-8''ab.html");
    CHECK(bytes_of(c.get(token, target + "?part=9")) == bytes_of(c.get(token, "/v1/archive/posts/nothing")));
    const auto whole = c.get(token, target, {{"accept", "message/rfc822"}});
    CHECK(whole.type == "message/rfc822");
    CHECK(whole.body.find("\r\nTLP: GREEN\r\n") != std::string::npos);
    CHECK(whole.body.find("List-Id: ") != std::string::npos);
    const auto shown = c.page("ana@banksia.example", "/archive/" + id);
    CHECK(shown.status == 200);
    CHECK(shown.body.find("words &lt;script&gt;") != std::string::npos);
    CHECK(shown.body.find(R"(<span class="tlp" data-tlp="GREEN">TLP:GREEN</span>)") != std::string::npos);
    CHECK(c.page("ana@banksia.example", "/archive").body.find("TLP:GREEN kit") != std::string::npos);
    const auto file = c.page("ana@banksia.example", "/archive/" + id + "/file?part=2");
    CHECK(file.body == part.body);
    CHECK(c.header(file, "Content-Disposition").starts_with("attachment"));
    CHECK(c.page("ana@banksia.example", "/archive/" + id + "/file").body == whole.body);
}

TEST_CASE("a page for whoever has no right is the page of what does not exist", "[R3][A7][archive]") {
    AnArchive c;
    const auto id = c.put("mei@orchid.example", "TLP:AMBER secret words");
    const auto seen = [&](const std::string& target) {
        auto reply = c.page("quentin@quokka.example", target);
        // The token against forgery is of each session.
        for (auto at = reply.body.find("name=\"csrf\" value=\""); at != std::string::npos;
             at = reply.body.find("name=\"csrf\" value=\"", at + 1))
            reply.body.replace(at + 19, reply.body.find('"', at + 19) - at - 19, "");
        return bytes_of(reply);
    };
    const auto nothing = seen("/archive/nothing");
    CHECK(nothing.starts_with("404 "));
    CHECK(seen("/archive/" + id) == nothing);
    CHECK(seen("/archive/" + id + "/file") == seen("/archive/nothing/file"));
    CHECK(seen("/archive").find("secret words") == std::string::npos);
}

TEST_CASE("the journal notes who read what is of AMBER+STRICT, and nothing of it", "[J2][archive]") {
    AnArchive c;
    const auto amber = c.put("mei@orchid.example", "TLP:AMBER second");
    const auto strict = c.put("mei@orchid.example", "TLP:AMBER+STRICT third");
    const auto token = c.reading("ana@banksia.example");
    CHECK(c.get(token, "/v1/archive/posts").notes.empty());
    CHECK(c.get(token, "/v1/archive/posts/" + amber).notes.empty());
    const auto read = c.get(token, "/v1/archive/posts/" + strict);
    REQUIRE(read.notes.size() == 1);
    CHECK(read.notes[0].actor == "person ana");
    CHECK(read.notes[0].act == "archive.read");
    CHECK(read.notes[0].subject == strict);
    CHECK(read.notes[0].detail.find("third") == std::string::npos);
    CHECK(c.page("ana@banksia.example", "/archive/" + strict).notes.size() == 1);
    CHECK(c.page("ana@banksia.example", "/archive/" + strict + "/file").notes.size() == 1);
    CHECK(c.get(c.reading("quentin@quokka.example"), "/v1/archive/posts/" + strict).notes.empty());
}

TEST_CASE("who reads the same again within the hour is in the journal once, with the first instant", "[J2][O3][archive]") {
    AnArchive c;
    const auto one = c.put("mei@orchid.example", "TLP:AMBER+STRICT one"), two = c.put("mei@orchid.example", "TLP:AMBER+STRICT two");
    const auto ana = c.reading("ana@banksia.example"), again = c.reading("ana@banksia.example"), mei = c.reading("mei@orchid.example");
    storage::Journal::Filter of_archive;
    of_archive.act = "archive.";
    const auto entries = [&] {
        std::vector<std::string> all;
        c.store().journal().each(of_archive, [&](const storage::Entry& entry) {
            all.push_back(fmt::format("{} {} {}", to_string(entry.at), entry.actor, entry.subject));
        });
        return all;
    };
    const auto read = [&](const std::string& token, const std::string& target) {
        c.service.write_down(c.get(token, "/v1/archive/" + target).notes);
        const auto at = to_string(c.clock.now());
        c.clock.time += 19min;
        return at;
    };
    const auto first = read(ana, "posts/" + one);
    const std::vector<std::string> once{first + " person ana " + one};
    CHECK(entries() == once);
    read(again, "posts/" + one);
    read(ana, "posts/" + one + "?part=1");
    CHECK(entries() == once);
    // Others, other posts, and an hour later.
    read(mei, "posts/" + one);
    read(ana, "posts/" + two);
    read(ana, "posts/" + one);
    CHECK(entries().size() == 4);
    c.clock.time -= 48h;
    read(ana, "posts/" + one);
    CHECK(entries().size() == 5);
    // What leaves as a file is told apart by its span.
    c.put("mei@orchid.example", "TLP:GREEN three");
    read(ana, "export?list=teams");
    read(again, "export?list=teams");
    read(ana, "export?list=teams&until=2030-01-01T00:00:00Z");
    CHECK(entries().size() == 7);
}

TEST_CASE("a removed, held or sanctioned person reads nothing at the moment of asking", "[A2][archive]") {
    AnArchive c;
    const auto id = c.put("mei@orchid.example", "TLP:AMBER second");
    const auto token = c.reading("ana@banksia.example");
    CHECK(c.get(token, "/v1/archive/posts/" + id).status == 200);
    SECTION("sanctioned") {
        community::Denial denial;
        denial.whom = "banksia";
        denial.resource = "teams";
        denial.verbs = community::bit(community::Verb::archive);
        denial.during = {c.clock.now(), c.clock.now() + 1h};
        denial.source = "sanction";
        c.change([&](storage::Register& r) { r.put(denial); });
        CHECK(c.ids(token).empty());
    }
    SECTION("held") { c.hold("ana", c.clock.now() + 1h); }
    SECTION("gone") {
        c.change([&](storage::Register& r) { r.remove(PersonId{"ana"}, c.clock.now()); });
    }
    CHECK(c.get(token, "/v1/archive/posts/" + id).status == 404);
}

TEST_CASE("a stream ends with the credential and with what its reader's rights rested on", "[H1][A2][A10][archive]") {
    AnArchive c;
    for (int i = 0; i < 4; ++i) (void)c.put("mei@orchid.example", "TLP:GREEN " + std::to_string(i));
    const auto ana = c.reading("ana@banksia.example");
    const auto is_cut = [](const std::function<bool(std::string&)>& more) {
        std::string chunk;
        try {
            (void)more(chunk);
        } catch (const std::runtime_error&) {
            return chunk.empty();
        }
        return false;
    };
    const auto mbox = c.get(ana, "/v1/archive/export?list=teams").more;
    REQUIRE(mbox);
    for (int i = 0; i < 2; ++i) {
        std::string chunk;
        CHECK(mbox(chunk));
        CHECK_FALSE(chunk.empty());
    }
    SECTION("revoked") { REQUIRE(c.office.revoke(c.root, c.office.tokens().front().id)); }
    SECTION("expired") { c.clock.time += std::chrono::hours{24 * 100}; }
    SECTION("held") {
        community::Denial hold;
        hold.whom = "ana";
        hold.whole_team = false;
        hold.resource = "*";
        hold.verbs = 7;
        hold.during = {c.clock.now(), c.clock.now() + std::chrono::hours{72}};
        hold.source = "hold";
        c.change([&](storage::Register& r) { r.put(hold); });
    }
    CHECK(is_cut(mbox));
}

TEST_CASE("the journal ends for whose office ends while they read it", "[H1][A10][archive]") {
    AnArchive c;
    const auto auditor = [&](std::optional<Instant> until) {
        c.change([&](storage::Register& r) { r.put(community::Term{"auditor", PersonId{"ana"}, {}, {c.clock.now(), until}}); });
    };
    auditor(c.clock.now() + std::chrono::hours{1});
    const auto secret = c.token("journal:read", "ana");
    for (int i = 0; i < 500; ++i)
        c.change([&](storage::Register&) { c.store().journal().append(c.clock.now(), "system", "x.y", "z", "{}"); });
    auto stream = c.get(secret, "/v1/journal", {{"accept", "application/x-ndjson"}});
    REQUIRE(stream.more);
    std::string first, second;
    REQUIRE(stream.more(first));
    c.clock.time += std::chrono::hours{2};
    CHECK_THROWS_AS(stream.more(second), std::runtime_error);
    CHECK(second.empty());
}

}  // namespace caveat::test

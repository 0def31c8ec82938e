#include "shared_commit.hpp"

#include <deque>

#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

namespace {

// A desk that takes its work when the test says so, and the service behind it.
struct Sharing : ARegister {
    http::Reply answer(const http::Request& request) {
        ++answered;
        if (request.target == breaks_at) throw storage::Unavailable("the disk is full");
        return service.answer(request);
    }
    http::SharedCommit together{store(), [this](std::function<void()> work) { desk.push_back(std::move(work)); },
                                [this](const http::Request& request) { return answer(request); },
                                [this](const http::Request& request) {
                                    try {
                                        return answer(request);
                                    } catch (const storage::Unavailable&) {
                                        http::Reply busy;
                                        busy.status = 503;
                                        return busy;
                                    }
                                }};

    std::size_t take(const std::string& target, const Json& body, const std::string& key = {}) {
        auto& request = requests.emplace_back();
        request.method = Method::post;
        request.target = target;
        request.body = body.dump();
        request.headers = {{"content-type", "application/json"}, {"authorization", "Bearer " + boss}};
        if (!key.empty()) request.headers["idempotency-key"] = key;
        const auto n = requests.size() - 1;
        replies.emplace_back();
        together.take(request, replies.back(), [this, n] { done.push_back(n); });
        return n;
    }
    void work_off() {
        while (!desk.empty()) the_desk_turns();
    }
    static Json person(const std::string& id) {
        return {{"id", id}, {"name", id}, {"team", "orchid"}, {"addresses", {id + "@orchid.example"}}};
    }

    std::deque<http::Request> requests;
    std::deque<http::Reply> replies;
    std::vector<std::size_t> done;
    std::string breaks_at;
    int answered = 0;
};

}  // namespace

TEST_CASE_METHOD(Sharing, "acts that wait together are done in one commit, each with its own reply and in order", "[D1]") {
    for (const auto* id : {"p1", "p2", "p1", "p3"}) take("/v1/people", person(id));
    CHECK(done.empty());
    work_off();
    CHECK(done == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(replies[0].status == 201);
    CHECK(replies[1].status == 201);
    CHECK(replies[2].status == 409);  // refused alone; the others stand
    CHECK(replies[3].status == 201);
    CHECK(answered == 4);
    auto other = *storage::Store::open(options);  // committed, not only done
    for (const auto* id : {"p1", "p2", "p3"}) CHECK(other.register_rows().person(PersonId{id}));
    CHECK(other.journal().verify());
}

TEST_CASE_METHOD(Sharing, "an act that breaks takes no other with it, and none is done twice", "[D4]") {
    breaks_at = "/v1/lists";
    take("/v1/people", person("p1"), "k1");
    take("/v1/lists", Json::object());
    take("/v1/people", person("p2"), "k2");
    const auto before = entries();
    work_off();
    CHECK(replies[0].status == 201);
    CHECK(replies[1].status == 503);
    CHECK(replies[2].status == 201);
    CHECK(entries() == before + 2);
}

TEST_CASE_METHOD(Sharing, "one commit has a bounded number of acts") {
    const auto count = http::SharedCommit::most + 3;
    for (std::size_t n = 0; n < count; ++n) take("/v1/people", person("p" + std::to_string(n)));
    work_off();
    CHECK(done.size() == count);
    for (const auto& reply : replies) CHECK(reply.status == 201);
}

TEST_CASE_METHOD(Sharing, "what follows an act begins once its commit is durable, and not after a dry run") {
    std::string people;
    for (int n = 0; n < 3; ++n) CHECK(post(boss, "/v1/people", person("p" + std::to_string(n))).status == 201);
    const Json many{{"people", {"p0", "p1", "p2"}}};
    take("/v1/lists/teams/subscriptions:bulk?async=true", many);
    take("/v1/lists/teams/subscriptions:bulk?async=true&dry_run=true", many);
    work_off();
    CHECK(replies[0].status == 202);
    CHECK(replies[1].status == 200);
    CHECK(roster("teams").size() == 6);  // three of the house, and the job's three
}

#pragma once
// The console with somebody of every kind in it, a list that few may know, and jobs that go on when a test says so.
#include <algorithm>

#include "a_console.hpp"
#include "jobs.hpp"

namespace caveat::test {

struct ARegister : AConsole {
    ARegister() {
        community::List panel;
        panel.id = ListId{"panel"};
        panel.klass = "panel";
        panel.charter = "the appeal panel";
        panel.max_tlp = community::Tlp::amber;
        change([&](storage::Register& r) { r.put(panel); });
        add_person("noor", "orchid", "noor@orchid.example");
        gives("ana", "owner", "teams");
        offices.jobs = std::make_shared<http::Jobs>([this](std::function<void()> work) { desk.push_back(std::move(work)); });
    }

    // One slice of whatever waits.
    void the_desk_turns() {
        REQUIRE_FALSE(desk.empty());
        const auto work = std::move(desk.front());
        desk.erase(desk.begin());
        work();
    }

    std::int64_t entries() { return store().journal().head().number; }

    // Nothing here: the very words of what does not exist, and no trace.
    void is_nothing(const http::Reply& reply) {
        const auto other = get(boss, "/v1/people/nobody-at-all");
        CHECK(reply.status == 404);
        CHECK(reply.body == other.body);
    }
    static std::vector<std::string> column(const Json& items, const std::string& field) {
        std::vector<std::string> all;
        for (const auto& item : items) all.push_back(item[field].get<std::string>());
        return all;
    }
    std::vector<storage::Reader> roster(const std::string& list) {
        std::vector<storage::Reader> all;
        store().rosters().each_reader(ListId{list}, PersonId{}, [&](const storage::Reader& r) { return all.push_back(r), true; });
        return all;
    }

    std::vector<std::function<void()>> desk;
    std::string boss = operator_token();
    std::string owner = token("lists:read lists:write subscriptions:read subscriptions:write", "ana");
    std::string member = token("people:read lists:read subscriptions:read subscriptions:write", "mei");
};

}  // namespace caveat::test

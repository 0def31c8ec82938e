// What the monitor reads: well-formed, complete, and what the dashboard asks for.
#include <cmath>
#include <set>

#include "a_console.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "openmetrics.hpp"
#include "pattern.hpp"

namespace caveat::test {
namespace {

// The parts of OpenMetrics 1.0 that we use, strictly: metadata before samples, suffixes by type, no family twice, buckets that only grow,
// numbers that parse, # EOF and nothing after it. Returns the sample names.
std::set<std::string> strictly_parsed(const std::string& text) {
    static const Pattern sample(R"re(^([a-z_][a-z0-9_]*)(\{([a-z_]+="[^"\]*"(,[a-z_]+="[^"\]*")*)\})? (-?[0-9.e+-]+|\+Inf)$)re");
    std::set<std::string> names, families, series;
    std::string family, type, unit;
    double before = -1;
    std::size_t at = 0;
    bool ended = false;
    while (at < text.size()) {
        const auto end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        const auto line = text.substr(at, end - at);
        at = end + 1;
        CAPTURE(line);
        REQUIRE_FALSE(ended);
        if (line == "# EOF") {
            ended = true;
        } else if (line.starts_with("# TYPE ")) {
            const auto space = line.find(' ', 7);
            family = line.substr(7, space - 7);
            type = line.substr(space + 1);
            unit.clear();
            before = -1;
            REQUIRE((type == "gauge" || type == "counter" || type == "histogram"));
            REQUIRE(families.insert(family).second);
            REQUIRE_FALSE(family.ends_with("_total"));
        } else if (line.starts_with("# UNIT ")) {
            unit = line.substr(line.rfind(' ') + 1);
            REQUIRE(line == "# UNIT " + family + " " + unit);
            REQUIRE(family.ends_with("_" + unit));
        } else if (line.starts_with("# HELP ")) {
            REQUIRE(line.starts_with("# HELP " + family + " "));
        } else {
            std::size_t from = 0;
            const auto parts = sample.next(line, from);
            REQUIRE_FALSE(parts.empty());
            const auto& name = parts[1];
            REQUIRE(series.insert(name + parts[2]).second);
            REQUIRE(name.starts_with(family));
            const auto suffix = name.substr(family.size());
            if (type == "gauge") CHECK(suffix.empty());
            if (type == "counter") CHECK(suffix == "_total");
            const double value = std::stod(parts[5]);
            CHECK(std::isfinite(value));
            if (type != "gauge") CHECK(value >= 0);
            if (type == "histogram") {
                CHECK((suffix == "_bucket" || suffix == "_count" || suffix == "_sum"));
                CHECK((suffix == "_bucket") == (parts[3].find("le=\"") != std::string::npos));
                if (suffix == "_bucket") CHECK(value >= before);
                if (suffix == "_count") CHECK(value == before);  // as the last bucket, which is +Inf
                before = suffix == "_bucket" ? value : -1;
                if (suffix == "_count") before = -1;
            }
            names.insert(name);
        }
    }
    CHECK(ended);
    return names;
}

struct AMeteredConsole : AConsole {
    mailroom::HandedOver courier;
    http::Meters meters{clock.now() - 1h, folder / "caveat.db", &courier};
    AMeteredConsole() { offices.meters = &meters; }
};

}  // namespace

TEST_CASE("numbers become OpenMetrics text, buckets cumulated") {
    http::OpenMetrics out;
    out.family("caveat_x_seconds", http::OpenMetrics::Kind::histogram, "Help.", "seconds");
    out.histogram({{"route", "a"}}, std::vector<double>{0.5, 2}, std::vector<std::uint64_t>{1, 2, 3}, 9.5);
    out.family("caveat_y", http::OpenMetrics::Kind::counter, "Help.");
    out.sample({}, 1e12);
    CHECK(out.text() ==
          "# TYPE caveat_x_seconds histogram\n# UNIT caveat_x_seconds seconds\n# HELP caveat_x_seconds Help.\n"
          "caveat_x_seconds_bucket{route=\"a\",le=\"0.5\"} 1\ncaveat_x_seconds_bucket{route=\"a\",le=\"2.0\"} 3\n"
          "caveat_x_seconds_bucket{route=\"a\",le=\"+Inf\"} 6\ncaveat_x_seconds_count{route=\"a\"} 6\n"
          "caveat_x_seconds_sum{route=\"a\"} 9.5\n# TYPE caveat_y counter\n# HELP caveat_y Help.\ncaveat_y_total 1000000000000\n# EOF\n");
}

TEST_CASE_METHOD(AMeteredConsole, "metrics parse strictly, count what happened, and are for who may read them", "[O4][O5]") {
    mailroom::Mailroom mailroom(room());
    REQUIRE(mailroom.receive(std::vector{a_post("mei@orchid.example", "[TLP:GREEN] wombat")}).front().front().receipt ==
            mailroom::Receipt::accepted);
    while (mailroom.process(10) > 0) {
    }
    courier.note(storage::DeliveryState::sent, 7);
    courier.note_sent_after(3s);
    meters.note(0, 200, 30ms);
    meters.note(http::Meters::pages(), 404, 3us);
    clock.time += 90s;
    const auto reply = get(token("metrics:read"), "/metrics");
    REQUIRE(reply.status == 200);
    CHECK(reply.type == "application/openmetrics-text; version=1.0.0; charset=utf-8");
    (void)strictly_parsed(reply.body);
    for (const auto* line : {"caveat_queue_copies{state=\"queued\"} 3\n", "caveat_queue_age_seconds{state=\"queued\"} 90\n",
                             "caveat_posts{verdict=\"distributed\"} 1\n", "caveat_deliveries_total{outcome=\"sent\"} 7\n",
                             "caveat_handoff_seconds_bucket{le=\"1.0\"} 0\n", "caveat_handoff_seconds_bucket{le=\"5.0\"} 1\n",
                             "caveat_http_requests_total{route=\"page\",status=\"4xx\"} 1\n",
                             "caveat_http_request_seconds_bucket{route=\"alive\",le=\"0.1\"} 1\n", "caveat_people_without_key 0\n"}) {
        CAPTURE(line);
        CHECK(reply.body.find(line) != std::string::npos);
    }
    CHECK(reply.body.find('@') == std::string::npos);
    CHECK(reply.body.find("orchid") == std::string::npos);
    for (const auto* path : {"/metrics", "/healthz", "/readyz"}) {
        const auto told = get(token("metrics:read"), path);
        CHECK(told.status == 200);
        CHECK(told.body.find("wombat") == std::string::npos);  // the subject of what was posted
    }
    CHECK(get(token("teams:read"), "/metrics").status == 404);
    CHECK(get("", "/metrics").status == 404);
    CHECK(get(token("metrics:read", "mei"), "/metrics").status == 404);
}

TEST_CASE_METHOD(AMeteredConsole, "the count of cases is the operator's: to a person it would tell of one against their team",
                 "[item 27][A12]") {
    change([&](storage::Register& r) {
        r.put(community::Term{"auditor", PersonId{"mei"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
    });
    CHECK(get(token("metrics:read"), "/metrics").body.find("caveat_cases_open 0\n") != std::string::npos);
    const auto seen = get(token("metrics:read", "mei"), "/metrics");
    CHECK(seen.status == 200);
    CHECK(seen.body.find("caveat_cases_open") == std::string::npos);
    CHECK(seen.body.find("caveat_decisions_open 0\n") != std::string::npos);
}

TEST_CASE_METHOD(AMeteredConsole, "requests are counted by operation for the operator alone: a person would learn what the committee does",
                 "[item 27][A12]") {
    change([&](storage::Register& r) {
        r.put(community::Term{"auditor", PersonId{"mei"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}});
    });
    for (std::size_t place = 0; place <= http::Meters::nowhere(); ++place) meters.note(place, 200, 30ms);
    CHECK(get(token("metrics:read"), "/metrics").body.find("caveat_http_requests_total{route=\"openCase\",status=\"2xx\"} 1\n") !=
          std::string::npos);
    const auto seen = get(token("metrics:read", "mei"), "/metrics");
    REQUIRE(seen.status == 200);
    (void)strictly_parsed(seen.body);
    std::set<std::string> routes;
    static const Pattern word("route=\"([A-Za-z]+)\"");
    std::size_t at = 0;
    for (auto found = word.next(seen.body, at); !found.empty(); found = word.next(seen.body, at)) routes.insert(found[1]);
    CHECK(routes == std::set<std::string>{"api", "page", "none"});
    const auto all = fmt::format("caveat_http_requests_total{{route=\"api\",status=\"2xx\"}} {}\n", http::Meters::pages());
    CHECK(seen.body.find(all) != std::string::npos);
}

TEST_CASE_METHOD(AMeteredConsole, "the dashboard asks for names that exist, and no number goes unseen") {
    meters.note(0, 200, 30ms);
    const auto names = strictly_parsed(get(token("metrics:read"), "/metrics").body);
    const auto dashboard = Json::parse(read_text(SOURCE_DIR "/deploy/grafana/caveat.json"));
    std::set<std::string> asked;
    for (const auto& panel : dashboard["panels"]) {
        for (const auto& target : panel["targets"]) {
            const auto text = target["expr"].get<std::string>();
            static const Pattern word("caveat_[a-z_]+");
            std::size_t at = 0;
            for (auto found = word.next(text, at); !found.empty(); found = word.next(text, at)) asked.insert(found.front());
        }
    }
    CHECK(asked == names);
}

TEST_CASE_METHOD(AMeteredConsole, "people without a key count once, and only on lists that encrypt", "[K1]") {
    for (const auto* id : {"sealed", "sealed-too"}) {
        community::List list;
        list.id = ListId{id};
        list.klass = "teams";
        list.charter = "sealed";
        list.max_tlp = community::Tlp::amber;
        list.encryption = community::Encryption::required;
        change([&](storage::Register& r) { r.put(list); });
        for (const auto* person : {"mei", "ana"}) subscribe(id, person);
    }
    // That a panel came to be would be told by its five.
    add_person("kim", "banksia", "kim@banksia.example");
    auto room = community::new_list(ListId{community::panel_list("C-2026-123456")});
    room.klass = rules.panel_class();
    room.charter = community::room_charter("C-2026-123456", 1);
    room.encryption = community::Encryption::required;
    change([&](storage::Register& r) { r.put(room); });
    subscribe(room.id.value, "kim");
    CHECK(get(token("metrics:read"), "/metrics").body.find("caveat_people_without_key 2\n") != std::string::npos);
}

TEST_CASE_METHOD(AMeteredConsole, "operations show the last hour in minutes, measured for the chart") {
    for (int i = 0; i < 400; ++i) {
        courier.note(storage::DeliveryState::sent, i < 390 ? 1 : 5);
        meters.sample(store(), clock.now());
        clock.time += 10s;
    }
    CHECK(meters.samples().size() == http::Meters::samples_kept);
    courier.unreachable = 5;
    const auto whole = checked(get(token("metrics:read"), "/v1/operations"), "showOperations");
    CHECK(whole["relay"] == "unreachable");
    const auto& sent = whole["charts"][1];
    CHECK(sent["name"] == "copies sent");
    REQUIRE(sent["bars"].size() == 60);
    CHECK(sent["bars"][59]["value"] == 5 * 5);  // the running minute: samples 10 to 50 s ago
    CHECK(sent["most"] == 5 * 5 + 1);
    CHECK(sent["bars"][58]["height"] == 100);
    CHECK(sent["bars"][58]["y"] == 0);
    CHECK(sent["bars"][10]["value"] == 6);
    CHECK(sent["bars"][10]["height"] == 23);
    CHECK(get(token("metrics:read", "mei"), "/v1/operations").status == 404);
}

}  // namespace caveat::test

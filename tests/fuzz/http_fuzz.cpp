// What strangers and clients send to the HTTP door. Input: a letter, then for T a target, for F a form, else the method's letter, a target
// up to the line end, and the body. Requests are those of the operator, as dry runs: whatever they say is a reply that is no server error,
// an error is a problem, an answer fits its schema, and the database stays as it was.
// promise: H2 H3
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "service.hpp"

using namespace caveat;

namespace {

void require(bool kept, const char* promise) {
    if (kept) return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

struct StoppedClock final : Clock {
    [[nodiscard]] Instant now() const override { return *parse_instant("2026-11-22T12:00:00Z"); }
};

policy::Rulebook the_book() {
    std::ifstream in(SOURCE_DIR "/policies/apcert.toml", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    return *policy::load(text, "apcert.toml").book;
}

// A community of one team in a scratch folder, which goes with the process.
struct House {
    House() {
        char name[] = "/tmp/caveat-fuzz-XXXXXX";
        folder = ::mkdtemp(name);
        require(vault::Vault::create(folder / "vault.key").has_value(), "there is a vault");
        seal.emplace(*vault::Vault::open(folder / "vault.key"));
        storage::Options options;
        options.path = folder / "caveat.db";
        options.chain = [this](std::string_view bytes) { return seal->mac("journal", bytes); };
        options.spare_disk = 0;
        require(storage::Store::create(options).has_value(), "there is a store");
        store.emplace(*storage::Store::open(options));
        settings.community_name = letterhead.community_name;
        settings.domain = letterhead.domain;
        settings.templates = letterhead.templates;
        storage::Store::Transaction transaction(*store);
        community::Team team;
        team.id = TeamId{"orchid"};
        team.name = "Orchid";
        team.category = "operational";
        store->register_rows().put(team);
        community::Person person;
        person.id = PersonId{"mei"};
        person.team = team.id;
        person.addresses = {"mei@orchid.example"};
        store->register_rows().put(person);
        community::List list;
        list.id = ListId{"teams"};
        list.klass = "teams";
        store->register_rows().put(list);
        store->journal().append(clock.now(), "system", "fuzz.begun", "", "{}");
        transaction.commit();
    }
    ~House() {
        store.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder, ignored);
    }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    http::Offices offices() {
        return {{*store, *seal, rules, clock, settings},
                {letterhead, "https://console.arc.example"},
                {*seal, letterhead, "sc+owner@lists.arc.example", {}, true}};
    }

    std::filesystem::path folder;
    std::optional<vault::Vault> seal;
    std::optional<storage::Store> store;
    policy::Rulebook rules = the_book();
    StoppedClock clock;
    mailroom::Settings settings;
    letters::Letterhead letterhead{"Arc", "lists.arc.example", SOURCE_DIR "/templates"};
};

http::Method method_from(char letter) {
    switch (letter) {
        case 'P':
            return http::Method::post;
        case 'C':
            return http::Method::patch;
        case 'D':
            return http::Method::del;
        case 'U':
            return http::Method::put;
        default:
            return http::Method::get;
    }
}

void parse(char what, std::string_view text) {
    if (what == 'F') {
        const auto form = http::parse_form(text);
        require(!form || form->size() <= 64, "fields are bounded");
        return;
    }
    const auto target = http::parse_target(text);
    if (!target) return;
    std::string again;
    for (const auto& segment : target->segments) again += '/' + http::percent_encode(segment);
    const auto second = http::parse_target(again.empty() ? "/" : again);
    // Encoding may take more room than the limit allows.
    if (again.size() <= 4096) require(second && second->segments == target->segments, "what was decoded comes back");
}

void hold_against_the_table(const http::Request& request, const http::Reply& reply) {
    require(reply.status < 500, "no server error");
    if (reply.status == 204 || reply.status == 304 || reply.more) return;
    const auto body = http::Json::parse(reply.body, nullptr, false);
    if (reply.status >= 400) {
        require(reply.type == "application/problem+json" && http::check(http::problem_schema, body).empty(), "an error is a problem");
        return;
    }
    const auto target = http::parse_target(request.target);
    const auto found = http::match(request.method, target->segments);
    if (found.route->answer != nullptr && reply.status == found.route->status) {
        require(http::check(*found.route->answer, body).empty(), "an answer fits its schema");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const char what = static_cast<char>(data[0]);
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (what == 'T' || what == 'F') {
        parse(what, text);
        return 0;
    }
    static House house;
    static http::Offices offices = house.offices();
    static http::Service service(offices);
    const auto end = std::min(text.find('\n'), text.size());
    http::Request request;
    request.method = method_from(what);
    request.target = text.substr(0, end);
    request.body = text.substr(std::min(end + 1, text.size()));
    if (request.method != http::Method::get) {
        request.target += request.target.find('?') == std::string::npos ? "?dry_run=true" : "&dry_run=true";
        request.headers["if-match"] = "*";
    }
    if (!request.body.empty()) request.headers["content-type"] = "application/json";
    request.local_user = "fuzz";
    request.peer = "unix";
    const auto version = house.store->register_version();
    hold_against_the_table(request, service.answer(request));
    require(house.store->register_version() == version, "a dry run changes nothing");
    return 0;
}

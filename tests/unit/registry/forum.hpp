#pragma once
// A small community, a store for it and the rule book that comes with caveat.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "a_certificate.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/vault/vault.hpp"
#include "prepared.hpp"
#include "scratch.hpp"

namespace forum {

using namespace caveat;
using namespace caveat::community;
using registry::Census;
using registry::Change;

inline Instant at(const char* text) { return parse_instant(text).value(); }

inline const policy::Rulebook& rules() {
    static const auto loading = [] {
        std::ifstream in(SOURCE_DIR "/policies/apcert.toml");
        std::stringstream text;
        text << in.rdbuf();
        return policy::load(text.str(), "apcert.toml");
    }();
    REQUIRE(loading.book);
    return *loading.book;
}

struct FixedClock final : Clock {
    Instant t = at("2026-06-01T12:00:00Z");
    [[nodiscard]] Instant now() const override { return t; }
};

struct Desk {
    Scratch scratch;
    FixedClock clock;
    storage::Options options;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<registry::Registry> office;
    Actor by{"operator test", {}};
    std::vector<std::string>
        cited;  // "clearance wattle SC-1: list = ews, label = RED": what was asked of the committee, which agrees to every SC-...

    Desk() {
        options.path = scratch.path / "caveat.db";
        options.chain = [](std::string_view bytes) { return vault::sha256(bytes); };
        fill_once(scratch.path, [this] { REQUIRE(storage::Store::create(options)); });
        store = std::make_unique<storage::Store>(std::move(storage::Store::open(options).value()));
        const auto cite = [this](const std::string& decision, const Deed& deed) -> Result<void> {
            cited.push_back(fmt::format("{} {} {}: {}", deed.kind, deed.subject, decision, in_words(deed.does)));
            if (decision.starts_with("SC-")) return {};
            return fail(errc::denied, "decision {}: not by its rule", decision);
        };
        office = std::make_unique<registry::Registry>(*store, rules(), clock, cite, nullptr, "lists.arc.example");
    }

    [[nodiscard]] std::vector<std::string> journal(const std::string& prefix = "") const {
        std::vector<std::string> lines;
        storage::Journal::Filter filter;
        if (!prefix.empty()) filter.act = prefix;
        store->journal().each(filter,
                              [&](const storage::Entry& entry) { lines.push_back(entry.act + " " + entry.subject + " " + entry.detail); });
        return lines;
    }

    // So that the register is as the census says, and nothing beside it.
    registry::Loaded load(const Census& census, bool dry_run = false) { return load(census, {.dry_run = dry_run, .prune = true}); }
    registry::Loaded load(const Census& census, const registry::Manner& manner) {
        auto loaded = office->load(by, census, manner);
        INFO((loaded ? "" : loaded.error().detail));
        REQUIRE(loaded);
        return std::move(*loaded);
    }
};

inline std::string a_key_of(unsigned modulus, unsigned exponent) {
    return caveat::test::armoured(caveat::test::a_packet(6, caveat::test::an_rsa_key(modulus, exponent)));
}
inline const std::string a_key = a_key_of(2048, 17);

inline Team team(const char* id, const char* category = "operational", const char* subtype = "") {
    Team made{TeamId{id}, std::string(id) + " team", category, subtype, "SG", {}, {}, {}};
    if (made.category == "applicant") return made;  // neither admitted nor under an MoU
    made.since = parse_date("2020-01-01").value();
    if (made.category != "operational") made.mou = parse_date("2021-05-01").value();
    return made;
}

inline Person person(const char* id, const char* of) {
    return {PersonId{id}, id, TeamId{of}, {std::string(id) + "@" + of + ".example"}, "", false};
}

inline List list(const char* id, const char* klass, Tlp most = Tlp::amber) {
    List made;
    made.id = ListId{id};
    made.klass = klass;
    made.charter = "information exchange";
    made.default_tlp = most < Tlp::amber ? most : Tlp::amber;
    made.max_tlp = most;
    return made;
}

inline Subscription on(const char* list_id, const char* person_id) { return {ListId{list_id}, PersonId{person_id}, DeliveryMode::each}; }

inline Census small() {
    Census census;
    census.teams = {team("orchid"), team("kikyo"), team("basalt", "corporate")};
    census.people = {person("orchid-rep", "orchid"), person("orchid-duty", "orchid"), person("kikyo-rep", "kikyo"),
                     person("basalt-rep", "basalt")};
    census.people[0].representative = true;
    census.people[0].key = a_key;
    census.lists = {list("teams", "teams"), list("ews", "ews")};
    census.terms = {{"sc", PersonId{"orchid-rep"}, {}, {at("2026-01-01"), at("2028-01-01")}},
                    {"owner", PersonId{"kikyo-rep"}, ListId{"ews"}, {at("2026-01-01"), {}}}};
    census.subscriptions = {on("teams", "orchid-rep"), on("teams", "orchid-duty"), on("ews", "orchid-rep")};
    return census;
}

}  // namespace forum

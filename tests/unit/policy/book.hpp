#pragma once
// The project's own rule book and its files, and small builders, for the tests of policy.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>
#include <string>

#include "caveat/policy/decide.hpp"

namespace caveat::policy::testing {

inline std::string slurp(const std::string& path) {
    std::ifstream file(std::string(SOURCE_DIR) + "/" + path);
    REQUIRE(file.good());
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

inline const std::string& apcert_text() {
    static const std::string text = slurp("policies/apcert.toml");
    return text;
}

inline const Rulebook& apcert() {
    static const Loading loading = load(apcert_text(), "apcert.toml");
    REQUIRE(loading.book);
    return *loading.book;
}

// The text with the first `from` behind `after` replaced: a book that is wrong in one place.
inline std::string with(std::string text, std::string_view after, std::string_view from, std::string_view to) {
    const auto start = text.find(after);
    REQUIRE(start != std::string::npos);
    const auto at = text.find(from, start);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

inline Instant at(std::string_view text) { return parse_instant(text).value(); }
inline Date day(std::string_view text) { return parse_date(text).value(); }

inline const Instant now = at("2026-11-02T00:00:00Z");

inline community::Standing a_member() {
    community::Standing who;
    who.person = PersonId("orchid-rep");
    who.team = TeamId("orchid");
    who.category = "operational";
    who.since = day("2020-01-01");
    who.representative = true;
    who.valid_key = true;
    who.roster = community::Roster{{at("2020-01-01"), std::nullopt}, community::DeliveryMode::each};
    return who;
}

inline community::List a_list(const std::string& klass) {
    community::List list;
    list.id = ListId(klass);
    list.klass = klass;
    list.max_tlp = apcert().class_maximum(klass).value();
    list.encryption = list.max_tlp == community::Tlp::red ? community::Encryption::required : community::Encryption::none;
    return list;
}

inline community::Denial a_sanction(const std::string& resource, community::Verbs verbs) {
    return {1, "orchid", true, resource, verbs, {at("2026-04-03"), at("2027-04-03")}, "sanction", "SC-2026-17"};
}

inline World a_world() { return {.now = now, .verified_transport = true, .can_seal = true}; }

}  // namespace caveat::policy::testing

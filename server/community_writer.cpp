// A census as the text of a community file. Written by hand: the order of keys is part of what people read and diff.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

#include "community_file.hpp"

namespace caveat::server {
namespace {

using namespace community;  // NOLINT: this file is about its words only

// One table, key by key. Empty optional values are left out.
class Rows {
public:
    void begin(std::string_view section) { fmt::format_to(std::back_inserter(text_), "[[{}]]\n", section); }
    void end() { text_ += '\n'; }

    void text(std::string_view key, std::string_view value) {
        start(key);
        quote(value);
        text_ += '\n';
    }
    void text_if(std::string_view key, std::string_view value) {
        if (!value.empty()) text(key, value);
    }
    void texts(std::string_view key, const auto& values) {
        start(key);
        text_ += '[';
        bool first = true;
        for (const auto& value : values) {
            if (!first) text_ += ", ";
            quote(value);
            first = false;
        }
        text_ += "]\n";
    }
    void date(std::string_view key, const std::optional<Date>& value) {
        if (value) bare(key, to_string(*value));
    }
    // Midnight is written as a day: that is how people write terms.
    void instant(std::string_view key, const std::optional<Instant>& value) {
        if (value) bare(key, start_of(date_of(*value)) == *value ? to_string(date_of(*value)) : to_string(*value));
    }
    void bare(std::string_view key, std::string_view value) { fmt::format_to(std::back_inserter(text_), "{} = {}\n", key, value); }

    void armour(std::string_view key, std::string_view value) {
        if (value.empty()) return;
        start(key);
        text_ += "\"\"\"\n";  // the line end behind the quotes is no part of the value
        escape(value, true);
        text_ += "\"\"\"\n";
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    void start(std::string_view key) { text_.append(key).append(" = "); }
    void quote(std::string_view value) {
        text_ += '"';
        escape(value, false);
        text_ += '"';
    }
    void escape(std::string_view value, bool lines) {
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (c == '"' || c == '\\') {
                text_ += '\\';
                text_ += c;
            } else if ((byte < 0x20 && !(lines && c == '\n')) || byte == 0x7f) {
                fmt::format_to(std::back_inserter(text_), "\\u{:04X}", byte);
            } else {
                text_ += c;
            }
        }
    }
    std::string text_;
};

void write_team(Rows& to, const Team& team) {
    to.begin("team");
    to.text("id", team.id.value);
    to.text("name", team.name);
    to.text("category", team.category);
    to.text_if("subtype", team.subtype);
    to.text_if("economy", team.economy);
    to.date("since", team.since);
    to.date("mou", team.mou);
    to.end();
    for (const auto& clearance : team.clearances) {
        to.begin("clearance");
        to.text("team", team.id.value);
        to.text("list", clearance.list.value);
        to.text("label", name(clearance.label));
        to.text("decision", clearance.decision);
        to.end();
    }
}

void write_list(Rows& to, const List& list) {
    to.begin("list");
    to.text("name", list.id.value);
    to.text("class", list.klass);
    to.text("charter", list.charter);
    if (list.default_tlp) to.text("default_tlp", name(*list.default_tlp));
    to.text("max_tlp", name(list.max_tlp));
    to.text("encryption", name(list.encryption));
    to.text("authentication", name(list.authentication));
    to.text("posting", name(list.posting));
    to.instant("expires", list.expires);
    to.end();
}

void write_person(Rows& to, const Person& person) {
    to.begin("person");
    to.text("id", person.id.value);
    to.text("name", person.name);
    to.text("team", person.team.value);
    to.texts("addresses", person.addresses);
    if (person.representative) to.bare("representative", "true");
    to.armour("key_armor", person.key);
    to.end();
}

void write_interval(Rows& to, const Interval& during) {
    to.instant("from", during.from);
    to.instant("until", during.until);
}

void write_term(Rows& to, const Term& term) {
    to.begin("term");
    to.text("role", term.role);
    to.text("person", term.person.value);
    to.text_if("list", term.list.value);
    write_interval(to, term.during);
    to.end();
}

void write_denial(Rows& to, const Denial& denial) {
    std::vector<std::string_view> verbs;
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        if ((denial.verbs & bit(verb)) != 0) verbs.push_back(name(verb));
    }
    to.begin("denial");
    to.text(denial.whole_team ? "team" : "person", denial.whom);
    to.text("resource", denial.resource);
    to.texts("verbs", verbs);
    write_interval(to, denial.during);
    to.text("source", denial.source);
    to.text_if("decision", denial.decision);
    to.end();
}

}  // namespace

std::string write_community(const registry::Census& census) {
    Rows rows;
    for (const auto& team : census.teams) write_team(rows, team);
    for (const auto& list : census.lists) write_list(rows, list);
    for (const auto& person : census.people) write_person(rows, person);
    for (const auto& term : census.terms) write_term(rows, term);
    for (const auto& subscription : census.subscriptions) {
        rows.begin("subscription");
        rows.text("list", subscription.list.value);
        rows.text("person", subscription.person.value);
        rows.text("delivery", name(subscription.delivery));
        rows.end();
    }
    for (const auto& denial : census.denials) write_denial(rows, denial);
    return rows.take();
}

}  // namespace caveat::server

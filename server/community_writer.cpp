// A census as the text of a community file. Written by hand: the order of keys is part of what people read and diff.
#include <fmt/format.h>

#include "caveat/community/list_fields.hpp"
#include "caveat/community/people_fields.hpp"
#include "caveat/printable.hpp"
#include "community_file.hpp"

namespace caveat::server {
namespace {

using namespace community;  // NOLINT: this file is about its words only

// One table, key by key. Empty optional values are left out.
class Rows {
public:
    void begin(std::string_view section) { text_ += fmt::format("[[{}]]\n", section); }
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
    void bare(std::string_view key, std::string_view value) { text_ += fmt::format("{} = {}\n", key, value); }

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
        std::string quoted;
        for (const char c : value) {
            if (c == '\n' && !lines) {
                quoted += "\\n";
                continue;
            }
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        text_ += printable_toml(quoted);
    }
    std::string text_;
};

// A field of a table as its line. What is nothing, and a flag that is not set, is left out.
struct WriteField {
    Rows& to;
    const FieldTraits& field;

    void operator()(std::monostate) const {
        if (field.required) to.text(field.name, "");
    }
    void operator()(const std::string& text) const { to.text(field.name, text); }
    void operator()(const Word& word) const { to.text(field.name, word.text); }
    void operator()(bool flag) const {
        if (flag) to.bare(field.name, "true");
    }
    void operator()(Instant at) const { to.instant(field.name, at); }
    void operator()(Date date) const { to.date(field.name, date); }
    void operator()(const std::vector<std::string>& texts) const { to.texts(field.name, texts); }
};

template <class Row, std::size_t n>
void write_row(Rows& to, const std::array<Field<Row>, n>& fields, const Row& row) {
    for (const auto& field : fields) std::visit(WriteField{to, field}, field.get(row));
}

template <class Row, std::size_t n>
void write(Rows& to, std::string_view section, const std::array<Field<Row>, n>& fields, const Row& row) {
    to.begin(section);
    write_row(to, fields, row);
    to.end();
}

void write_team(Rows& to, const Team& team) {
    write(to, "team", team_fields, team);
    for (const auto& clearance : team.clearances) {
        to.begin("clearance");
        to.text("team", team.id.value);
        write_row(to, clearance_fields, clearance);
        to.end();
    }
}

void write_person(Rows& to, const Person& person) {
    to.begin("person");
    write_row(to, person_fields, person);
    to.armour("key_armor", person.key);
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
    to.instant("from", denial.during.from);
    to.instant("until", denial.during.until);
    to.text("source", denial.source);
    to.text_if("decision", denial.decision);
    to.end();
}

}  // namespace

std::string write_community(const registry::Census& census) {
    Rows rows;
    for (const auto& team : census.teams) write_team(rows, team);
    for (const auto& list : census.lists) write(rows, "list", list_fields, list);
    for (const auto& person : census.people) write_person(rows, person);
    for (const auto& term : census.terms) write(rows, "term", term_fields, term);
    for (const auto& subscription : census.subscriptions) write(rows, "subscription", subscription_fields, subscription);
    for (const auto& denial : census.denials) write_denial(rows, denial);
    return rows.take();
}

}  // namespace caveat::server

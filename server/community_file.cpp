#include "community_file.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "caveat/community/list_fields.hpp"
#include "caveat/community/people_fields.hpp"
#include "toml_fields.hpp"

namespace caveat::server {
namespace {

namespace fs = std::filesystem;
using namespace community;  // NOLINT: this file is about its words only

constexpr std::uintmax_t most_file = 1ULL << 30;
constexpr std::uintmax_t most_key_file = 256 * 1024;

struct Reading {
    registry::Census census;
    Findings findings;
    std::unordered_map<std::string, std::size_t> teams;  // id -> index, for clearances
    std::optional<fs::path> folder;                      // of key files; none: they are not read
};

void read_team(TableReader& fields, Reading& to) {
    Team team;
    read_row(fields, team_fields, team);
    to.teams.emplace(team.id.value, to.census.teams.size());
    to.census.teams.push_back(std::move(team));
}

void read_clearance(TableReader& fields, Reading& to) {
    const auto team = fields.required("team", "orchid");
    Clearance clearance;
    read_row(fields, clearance_fields, clearance);
    const auto found = to.teams.find(team);
    if (found == to.teams.end()) return fields.complain("team", "there is no team '{}'; write the id of a team of this file", team);
    to.census.teams[found->second].clearances.push_back(std::move(clearance));
}

std::string read_key(TableReader& fields, const Reading& to) {
    const auto path = fields.text("key");
    auto armour = fields.text("key_armor");
    if (path.empty()) return armour;
    if (!armour.empty()) fields.complain("key", "stands beside key_armor; write one of them");
    if (!to.folder) {
        fields.complain("key", "names a file, and no files are read here; write the key itself as key_armor");
        return {};
    }
    auto text = read_text(*to.folder / path, most_key_file);
    if (text && !text->empty()) return std::move(*text);
    fields.complain("key", "{}; write the path of an armoured public key, relative to this file",
                    text ? path + " is empty" : text.error().detail);
    return {};
}

void read_person(TableReader& fields, Reading& to) {
    Person person;
    read_row(fields, person_fields, person);
    person.key = read_key(fields, to);
    to.census.people.push_back(std::move(person));
}

Interval read_interval(TableReader& fields) {
    Interval during;
    const auto from = fields.instant("from");
    if (!fields.has("from")) fields.complain("from", "is missing; write from = 2026-01-01");
    if (from) during.from = *from;
    during.until = fields.instant("until");
    return during;
}

void read_term(TableReader& fields, Reading& to) {
    Term term;
    read_row(fields, term_fields, term);
    to.census.terms.push_back(std::move(term));
}

void read_list(TableReader& fields, Reading& to) {
    List list;
    read_row(fields, list_fields, list);
    // A maximum that is left out is the default label, because nobody asked for more.
    if (!fields.has("max_tlp")) list.max_tlp = list.default_tlp.value_or(Tlp::amber);
    to.census.lists.push_back(std::move(list));
}

void read_subscription(TableReader& fields, Reading& to) {
    Subscription subscription;
    read_row(fields, subscription_fields, subscription);
    to.census.subscriptions.push_back(std::move(subscription));
}

void read_denial(TableReader& fields, Reading& to) {
    Denial denial;
    const auto team = fields.text("team");
    const auto person = fields.text("person");
    if (team.empty() == person.empty())
        fields.complain("team", "a denial is for one team or one person; write team = \"...\" or person = \"...\"");
    denial.whole_team = !team.empty();
    denial.whom = denial.whole_team ? team : person;
    denial.resource = fields.required("resource", "*");
    for (const auto& word : fields.texts("verbs")) {
        const auto verb = verb_from(word);
        if (!verb) fields.complain("verbs", "'{}' is not a verb; write some of: post, receive, archive, manage", word);
        if (verb) denial.verbs = static_cast<Verbs>(denial.verbs | bit(*verb));
    }
    denial.during = read_interval(fields);
    denial.source = fields.text("source", "sanction");
    denial.decision = fields.text("decision");
    to.census.denials.push_back(std::move(denial));
}

struct Section {
    std::string_view name;
    void (*read)(TableReader&, Reading&);
};
// Clearances are read after the teams, because they are stored in them.
constexpr std::array<Section, 7> sections{{{"team", read_team},
                                           {"clearance", read_clearance},
                                           {"list", read_list},
                                           {"person", read_person},
                                           {"term", read_term},
                                           {"subscription", read_subscription},
                                           {"denial", read_denial}}};

void read_section(const toml::table& file, const Section& section, Reading& to) {
    const auto* node = file.get(section.name);
    if (node == nullptr) return;
    const auto* rows = node->as_array();
    if (rows == nullptr) return to.findings.add(node->source(), "{}: there are many of them; write [[{}]]", section.name, section.name);
    for (const auto& row : *rows) {
        const auto* table = row.as_table();
        if (table == nullptr) {
            to.findings.add(row.source(), "{}: is not a table; write [[{}]] and its keys below", section.name, section.name);
            continue;
        }
        TableReader fields(*table, std::string(section.name), to.findings);
        section.read(fields, to);
        fields.done();
    }
}

void refuse_unknown_sections(const toml::table& file, Findings& findings) {
    for (const auto& [key, node] : file) {
        const auto known = std::any_of(sections.begin(), sections.end(), [&](const Section& s) { return s.name == key.str(); });
        if (known) continue;
        findings.add(key.source(),
                     "{}: unknown; a community file has [[team]], [[clearance]], [[person]], [[term]], [[list]], "
                     "[[subscription]] and [[denial]]",
                     key.str());
    }
}

// The words by which registry's problems begin, as rows are named there.
std::string row_name(std::string_view kind, const toml::table& row) {
    const auto value = [&](std::string_view key) { return row[key].value_or(std::string{}); };
    if (kind == "list") return "list " + value("name");
    if (kind == "team" || kind == "person") return fmt::format("{} {}", kind, value("id"));
    if (kind == "subscription") return fmt::format("subscription {} {}", value("list"), value("person"));
    if (kind == "term")
        return fmt::format("term {} {}{}", value("role"), value("list").empty() ? "" : value("list") + " ", value("person"));
    if (kind == "denial") return fmt::format("denial {} {}", value("team") + value("person"), value("resource"));
    return {};
}

}  // namespace

namespace {

Result<registry::Census> read(std::string_view text, const fs::path& source, std::optional<fs::path> folder) {
    const auto parsed = parse_toml(text, source);
    if (!parsed) return tl::unexpected(parsed.error());
    Reading to{{}, Findings{source}, {}, std::move(folder)};
    refuse_unknown_sections(*parsed, to.findings);
    for (const auto& section : sections) read_section(*parsed, section, to);
    if (!to.findings.none()) return tl::unexpected(to.findings.error());
    if (parsed->empty()) return fail(errc::invalid, "{}: describes nothing; write [[team]], [[person]] or another table", source.string());
    return std::move(to.census);
}

}  // namespace

Result<registry::Census> read_community(const fs::path& file) {
    const auto text = read_text(file, most_file);
    if (!text) return tl::unexpected(text.error());
    return read(*text, file, file.parent_path());
}

Result<registry::Census> read_community_text(std::string_view text, const std::string& source) { return read(text, source, std::nullopt); }

Error with_lines(Error error, const fs::path& file) {
    const auto text = read_text(file, most_file);
    return text ? with_lines(std::move(error), *text, file.string()) : error;
}

Error with_lines(Error error, std::string_view text, const std::string& source) {
    const auto parsed = parse_toml(text, source);
    if (!parsed) return error;
    std::unordered_map<std::string, std::uint32_t> lines;
    for (const auto& section : sections) {
        const auto* rows = (*parsed)[section.name].as_array();
        if (rows == nullptr) continue;
        for (const auto& row : *rows) {
            const auto* table = row.as_table();
            if (table != nullptr) lines[row_name(section.name, *table)] = table->source().begin.line;  // the last: where a doublet stands
        }
    }
    std::string located;
    for (std::size_t at = 0; at <= error.detail.size();) {
        const auto end = std::min(error.detail.find('\n', at), error.detail.size());
        const std::string line = error.detail.substr(at, end - at);
        auto named = line.substr(0, line.find(": "));
        // Terms and denials differ by their beginning, which a file may write in several ways. The line of the row without it is near
        // enough.
        auto found = lines.find(named);
        if (found == lines.end()) found = lines.find(named.substr(0, named.rfind(' ')));
        located += at == 0 ? "" : "\n";
        located += found == lines.end() ? fmt::format("{}: {}", source, line) : fmt::format("{}:{}: {}", source, found->second, line);
        at = end + 1;
    }
    error.detail = std::move(located);
    return error;
}

}  // namespace caveat::server

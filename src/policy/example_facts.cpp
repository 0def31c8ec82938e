#include "example_facts.hpp"

#include "cell.hpp"

namespace caveat::policy {
namespace {

using namespace std::chrono_literals;
using community::Tlp;

constexpr Instant long_ago = std::chrono::sys_days{std::chrono::year{2020} / 1 / 1};

community::Verbs read_verbs(Page& page, std::string_view key) {
    const std::string text = page.text(key);
    const auto cell = parse_cell(text);
    if (const auto* good = std::get_if<Cell>(&cell)) return good->verbs;
    page.complain(key, std::get<std::string>(cell), "write the letters of the matrix: \"R P A\"");
    return 0;
}

Interval read_interval(Page& page) {
    Interval during{page.instant_if("from").value_or(long_ago), page.instant_if("until")};
    return during;
}

void read_denial(std::string_view, const toml::table& row, Findings& findings, community::Standing& who) {
    Page page(row, "denied", findings);
    community::Denial denial;
    denial.id = static_cast<std::int64_t>(who.denials.size()) + 1;
    denial.whom = who.team.value;
    denial.source = page.text_if("source").value_or("sanction");
    denial.resource = page.text("resource");
    denial.verbs = read_verbs(page, "verbs");
    denial.during = read_interval(page);
    denial.decision = page.text_if("decision").value_or("");
    page.close("source, resource, verbs, from, until, decision");
    who.denials.push_back(std::move(denial));
}

void add_term(Page& page, std::string_view key, const std::string& role, Interval during, const ListId& on, const Cast& cast,
              community::Standing& who) {
    if (!cast.rules.knows_role(role))
        return page.complain(key, fmt::format("there is no role '{}'", role), "write some of: " + listed(cast.rules.roles()));
    who.terms.push_back({role, who.person, cast.rules.role_of_list(role) ? on : ListId(), during});
    // Where an example says that somebody presides, somebody of their team has a seat.
    who.of_team.push_back({cast.rules.role_of(community::Office::seat), PersonId("colleague"), {}, during});
}

// roles = ["sc"] hold all the time and on the list at hand; roles = [{ role = "sc", until = 2026-10-06 }] as written.
void read_roles(Page& page, const Cast& cast, const community::List& list, community::Standing& who) {
    const toml::node* roles = page.node("roles");
    if (!roles) return;
    who.terms.clear();
    who.of_team.clear();
    if (!roles->is_array()) return page.complain("roles", "is not an array", "write roles = [\"sc\"]");
    for (const auto& item : *roles->as_array()) {
        if (const auto role = item.value_exact<std::string>()) {
            add_term(page, "roles", *role, {long_ago, std::nullopt}, list.id, cast, who);
        } else if (const auto* table = item.as_table()) {
            Page term(*table, "role of a person", page.findings());
            const std::string named = term.text("role");
            const std::string on = term.text_if("list").value_or(list.id.value);
            add_term(term, "role", named, read_interval(term), ListId(on), cast, who);
            term.close("role, list, from, until");
        } else {
            page.complain("roles", "holds something that is not a role", "write roles = [\"sc\"]");
        }
    }
}

void read_roster(Page& page, community::Standing& who) {
    const auto mode = page.choice_if<community::DeliveryMode>("delivery", community::delivery_mode_from, "each, digest, none");
    if (const toml::node* roster = page.node("roster")) {
        if (const auto* table = roster->as_table()) {
            Page interval(*table, "roster", page.findings());
            who.roster = community::Roster{read_interval(interval), community::DeliveryMode::each};
            interval.close("from, until");
        } else if (const auto on = page.flag_if("roster")) {
            who.roster.reset();
            if (*on) who.roster = community::Roster{{long_ago, std::nullopt}, community::DeliveryMode::each};
        }
    }
    if (mode && who.roster) who.roster->delivery = *mode;
    page.each("stays", [&](std::string_view, const toml::table& row) {
        Page stay(row, "stays", page.findings());
        who.stays.push_back(read_interval(stay));
        stay.close("from, until");
    });
}

// The facts of one table, on top of what `who` says already.
void read_facts(Page& page, const Cast& cast, const community::List& list, community::Standing& who) {
    if (const auto category = page.text_if("category")) who.category = *category;
    if (const auto subtype = page.text_if("subtype")) who.subtype = *subtype;
    if (const auto since = page.date_if("since")) who.since = since;
    if (const auto mou = page.date_if("mou")) who.mou = mou;
    if (const auto value = page.flag_if("representative")) who.representative = *value;
    if (const auto value = page.flag_if("key")) who.valid_key = *value;
    if (const auto value = page.flag_if("key_waits")) who.key_waits = *value;
    if (const auto value = page.flag_if("address_waits")) who.address_waits = *value;
    if (who.address_waits) who.key_waits = true;
    if (who.key_waits) who.valid_key = false;
    if (const auto value = page.flag_if("removed")) who.removed = *value;
    if (const auto label = page.label_if("clearance")) who.clearance = label;
    read_roster(page, who);
    read_roles(page, cast, list, who);
    page.each("denied", [&](std::string_view name, const toml::table& row) { read_denial(name, row, page.findings(), who); });
    page.close(
        "category, subtype, since, mou, representative, key, key_waits, address_waits, removed, clearance, roster, delivery, stays, roles, "
        "denied");
}

void read_list_settings(Page& page, const Cast& cast, community::List& list) {
    if (const auto klass = page.text_if("class")) {
        list.klass = *klass;
        // An unknown class is allowed here, because that it is denied is worth an example.
        list.max_tlp = cast.rules.class_maximum(*klass).value_or(Tlp::red);
        list.encryption = list.max_tlp == Tlp::red ? community::Encryption::required : community::Encryption::none;
    }
    list.max_tlp = page.label_if("max").value_or(list.max_tlp);
    list.encryption = page.choice_if<community::Encryption>("encryption", community::encryption_from, "none, preferred, required")
                          .value_or(list.encryption);
    list.authentication = page.choice_if<community::Strength>("authentication", community::strength_from, "envelope, dmarc, signature")
                              .value_or(list.authentication);
    list.posting =
        page.choice_if<community::Posting>("posting", community::posting_from, "matrix, moderated, owners").value_or(list.posting);
    if (const auto expires = page.instant_if("expires")) list.expires = expires;
    page.close("class, max, encryption, authentication, posting, expires");
}

}  // namespace

Cast read_cast(Page& root, const Rulebook& rules, Findings& findings) {
    Cast cast{rules, findings, {}, {}, {}};
    const auto now = root.instant_if("now");
    if (!now && !root.has("now"))
        findings.add(root.line(), "now is missing", "begin with now = 2026-11-02T00:00:00Z; cases never read the clock");
    cast.now = now.value_or(long_ago);
    root.each("who", [&](std::string_view name, const toml::table& row) { cast.people.emplace(name, &row); });
    root.each("list", [&](std::string_view name, const toml::table& row) { cast.lists.emplace(name, &row); });
    return cast;
}

community::Standing standing_of(Page& page, std::string_view key, std::string_view name, const Cast& cast, const community::List& list) {
    community::Standing who;
    who.person = PersonId(std::string(name));
    who.team = TeamId("team-of-" + std::string(name));
    who.address = "someone@example.org";
    who.valid_key = true;
    who.roster = community::Roster{{long_ago, std::nullopt}, community::DeliveryMode::each};
    const auto found = cast.people.find(name);
    if (found == cast.people.end()) {
        page.complain(key, fmt::format("there is nobody called '{}'", name), fmt::format("add [who.{}]", name.empty() ? "NAME" : name));
        return who;
    }
    Page facts(*found->second, fmt::format("who {}", name), page.findings());
    read_facts(facts, cast, list, who);
    return who;
}

community::List list_of(Page& page, std::string_view key, std::string_view name, const Cast& cast) {
    community::List list;
    list.id = ListId(std::string(name));
    list.charter = "an example";
    const auto found = cast.lists.find(name);
    const toml::table by_class{{"class", std::string(name)}};
    if (found == cast.lists.end() && !cast.rules.knows_class(name)) {
        page.complain(key, fmt::format("'{}' is neither a list of this file nor a class", name),
                      "add [list.NAME], or write one of: " + listed(cast.rules.classes()));
        return list;
    }
    Page settings(found == cast.lists.end() ? by_class : *found->second, fmt::format("list {}", name), page.findings());
    read_list_settings(settings, cast, list);
    return list;
}

Example read_example(Page& page, const Cast& cast) {
    Example example;
    example.list = list_of(page, "list", page.text("list"), cast);
    if (const auto* on = page.table_if("on")) {
        Page settings(*on, "on", page.findings());
        read_list_settings(settings, cast, example.list);
    }
    example.who = standing_of(page, "who", page.text("who"), cast, example.list);
    if (const auto* with = page.table_if("with")) {
        Page facts(*with, "with", page.findings());
        read_facts(facts, cast, example.list, example.who);
    }
    example.world = {page.instant_if("now").value_or(cast.now), page.flag_if("verified_transport").value_or(true),
                     page.flag_if("can_seal").value_or(true), page.flag_if("sealing_waits").value_or(false)};
    if (example.world.sealing_waits) example.world.can_seal = false;
    example.item.label = page.label_if("label").value_or(Tlp::clear);
    example.item.posted = page.instant_if("posted").value_or(example.world.now);
    example.item.named = page.flag_if("named").value_or(false);
    example.item.own = page.flag_if("own").value_or(false);
    example.item.anyone_named = page.flag_if("anyone_named").value_or(example.item.named);
    return example;
}

std::string_view name(Answer a) {
    switch (a) {
        case Answer::no:
            return "no";
        case Answer::yes:
            return "yes";
        case Answer::moderated:
            return "moderated";
        case Answer::not_now:
            return "not_now";
    }
    return "?";
}

}  // namespace caveat::policy

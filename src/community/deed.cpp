#include "caveat/community/deed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "caveat/community/list_fields.hpp"
#include "caveat/community/matter.hpp"
#include "caveat/community/people_fields.hpp"

namespace caveat::community {
namespace {

using Names = std::span<const std::string_view>;

// What the acts of a kind do. A setting that may be left open binds only where the decision names it.
struct Scope {
    std::string_view kind;
    std::string_view named;  // in words; empty: nothing has to be
    Names settings;
    bool may_be_open = false;
};

constexpr std::array<std::string_view, 4> of_application{"application", "category", "subtype", "economy"};
constexpr std::array<std::string_view, 6> of_category{"application", "category", "subtype", "economy", "review", "finding"};
constexpr std::array<std::string_view, 3> of_clearance{"list", "label", "removed"};
constexpr std::array<std::string_view, 1> of_notice{"draft"};
constexpr std::array<std::string_view, 3> of_revocation{"clause", "review", "finding"};
constexpr std::array<std::string_view, 1> of_person{"team"};
constexpr std::array<std::string_view, 1> of_review{"outcome"};
constexpr std::array<std::string_view, 1> of_relabelling{"label"};
constexpr std::array<std::string_view, 1> of_letting_go{"number"};
constexpr std::array<std::string_view, 2> of_finding{"outcome", "evidence"};
constexpr std::array<std::string_view, 3> of_panel{"notice", "chair", "members"};
constexpr std::array<std::string_view, 2> of_lifting{"only", "whole"};
constexpr std::array<std::string_view, 1> of_case{"clause"};
constexpr std::array<std::string_view, 1> of_hold{"length"};
constexpr std::array<std::string_view, 3> of_election{"person", "from", "until"};
constexpr std::array<std::string_view, 2> findings{"complied", "continues"};

constexpr std::array<Scope, 19> scopes{{
    {"admission", "application", of_application},
    {"category", "application", of_category},
    {"clearance", "list and label", of_clearance},
    {"person", "team", of_person},
    {"review", "outcome", of_review},
    {"archive.relabel", "label", of_relabelling},
    {"archive.let_go", "number", of_letting_go},
    {"list", "setting", {}},  // the fields of a list
    {"case.notice", "", of_notice, true},
    {"case.sanction", "", of_notice, true},
    {"case.renew", "", of_notice, true},
    {"revocation", "", of_revocation, true},
    {"case.open", "", of_case, true},
    {"case.finding", "", of_finding, true},
    {"case.panel", "", of_panel, true},
    {"case.lift", "", of_lifting, true},
    {"hold.place", "", of_hold, true},
    {"hold.extend", "", of_hold, true},
    {"election", "", of_election, true},
}};

const Scope* scope_of(std::string_view kind) {
    const auto found = std::find_if(scopes.begin(), scopes.end(), [&](const Scope& scope) { return scope.kind == kind; });
    return found == scopes.end() ? nullptr : &*found;
}

struct Spelled {
    std::string operator()(std::monostate) const { return {}; }
    std::string operator()(const std::string& text) const { return text; }
    std::string operator()(const Word& word) const { return std::string(word.text); }
    std::string operator()(bool yes) const { return yes ? "true" : "false"; }
    std::string operator()(Instant at) const { return to_string(at); }
    std::string operator()(Date date) const { return to_string(date); }
    std::string operator()(const std::vector<std::string>& texts) const { return fmt::format("{}", fmt::join(texts, ", ")); }
};
std::string spelled_value(const Value& value) { return std::visit(Spelled{}, value); }

constexpr auto settings_of_lists = std::span(list_fields).subspan(1);  // without the name: that is the subject

Result<Setting> spelled_for(const FieldTraits& field, const Setting& given) {
    if (given.value.empty()) {
        if (field.nullable) return Setting{given.name, ""};
        return fail(errc::invalid, "{} needs a value", given.name);
    }
    const auto value = read_value(field, given.value);
    if (!value) return fail(errc::invalid, "{}: {}", given.name, value.error().detail);
    return Setting{given.name, spelled_value(*value)};
}

std::string_view only_true(std::string_view name) {
    return name == "created" || name == "removed" || name == "whole" ? "true" : "";
}

Result<Setting> list_setting(const Setting& given) {
    if (!only_true(given.name).empty()) return given;
    const auto field =
        std::find_if(settings_of_lists.begin(), settings_of_lists.end(), [&](const auto& f) { return f.name == given.name; });
    if (field != settings_of_lists.end()) return spelled_for(*field, given);
    std::string names = "created, removed";
    for (const auto& one : settings_of_lists) names.append(", ").append(one.name);
    return fail(errc::invalid, "a list has no setting '{}'; write one of {}", given.name.substr(0, 64), names);
}

Result<Setting> setting_of(const Scope& scope, const Setting& given) {
    if (scope.kind == "list") return list_setting(given);
    if (std::find(scope.settings.begin(), scope.settings.end(), given.name) == scope.settings.end()) {
        return fail(errc::invalid, "a decision on {} has no setting '{}'; write {}", scope.kind, given.name.substr(0, 64),
                    fmt::join(scope.settings, ", "));
    }
    if (given.name == "draft") return Setting{given.name, given.value.substr(given.value.starts_with("sha256:") ? 7 : 0)};
    return given.name == "label" ? spelled_for(clearance_fields[1], given) : Result<Setting>(given);
}

Result<void> whole(const Scope& scope, const Settings& settings) {
    if (settings.empty()) return {};  // it decides nothing then, which `carries_out` says
    const auto has = [&](std::string_view name) { return value_of(settings, name) != nullptr; };
    if (scope.kind == "clearance" && (!has("list") || has("label") == has("removed"))) {
        return fail(errc::invalid, "ruling (ii): a clearance is of one list; write list and label, or list and removed=true");
    }
    if (scope.kind == "person" && !has("team"))
        return fail(errc::invalid, "ruling (kk): a decision on a person names the team that they enter; write team=orchid");
    if (const auto* outcome = scope.kind == "review" ? value_of(settings, "outcome") : nullptr) {
        if (std::find(review_outcomes.begin(), review_outcomes.end(), *outcome) == review_outcomes.end())
            return fail(errc::invalid, "a review ends with {}; '{}' is none of them", fmt::join(review_outcomes, ", "),
                        outcome->substr(0, 64));
    }
    if (const auto* found = scope.kind == "case.finding" ? value_of(settings, "outcome") : nullptr) {
        if (std::find(findings.begin(), findings.end(), *found) == findings.end())
            return fail(errc::invalid, "what is found is {}; '{}' is neither", fmt::join(findings, " or "), found->substr(0, 64));
    }
    if (scope.kind == "case.panel" && has("chair") != has("members"))
        return fail(errc::invalid, "item 38: a panel is named whole; write its chair and its four members, or leave both out");
    if (scope.kind == "case.lift" && has("only") && has("whole"))
        return fail(errc::invalid, "what is lifted is a part or the whole; write only=LIST:VERB or whole=true");
    if (scope.kind != "list") return {};
    if (has("removed") && settings.size() > 1) return fail(errc::invalid, "a list that is removed has no settings; leave the rest out");
    return {};
}

}  // namespace

Result<Settings> sound(std::string_view kind, const Settings& given) {
    const Scope* scope = scope_of(kind);
    if (scope == nullptr) {
        if (given.empty()) return Settings{};
        return fail(errc::invalid, "a decision on {} has no settings; what it decides is its subject", kind);
    }
    Settings kept;
    for (const Setting& one : given) {
        if (value_of(kept, one.name) != nullptr) return fail(errc::invalid, "{} is there twice; write it once", one.name.substr(0, 64));
        if (const auto only = only_true(one.name); !only.empty() && one.value != only)
            return fail(errc::invalid, "{} is true, or is left out", one.name);
        auto spelled = setting_of(*scope, one);
        if (!spelled) return tl::unexpected(spelled.error());
        kept.push_back(std::move(*spelled));
    }
    if (auto ok = whole(*scope, kept); !ok) return tl::unexpected(ok.error());
    return kept;
}

Result<void> carries_out(const Settings& decided, const Deed& act) {
    const Scope* scope = scope_of(act.kind);
    if (scope == nullptr || (decided.empty() && act.recorded)) return {};
    if (decided.empty() && !scope->named.empty())
        return fail(errc::denied, "ruling (ii): it names no {} and so decides nothing; propose one that does", scope->named);
    for (const Setting& one : without_grounds(decided)) {
        const auto* done = value_of(act.does, one.name);
        if (done == nullptr) done = value_of(act.leaves, one.name);
        if (done != nullptr && *done == one.value) continue;
        return fail(errc::denied, "ruling (ii): it decides {}, and the act has {}; an act may differ in nothing from what was decided",
                    in_words({one}), done == nullptr ? "nothing of it" : in_words({{one.name, *done}}));
    }
    if (scope->may_be_open) return {};
    for (const Setting& one : act.does) {
        if (value_of(decided, one.name) != nullptr) continue;
        return fail(errc::denied, "ruling (ii): the act has {}, which was not decided; it decides {} and no more", in_words({one}),
                    in_words(decided));
    }
    return {};
}

std::string_view left_open(std::string_view kind, const Settings& decided) {
    const Scope* scope = scope_of(kind);
    return scope == nullptr || !decided.empty() ? std::string_view{} : scope->named;
}

bool is_ground(std::string_view name) { return name == "review" || name == "finding"; }

Settings without_grounds(const Settings& decided) {
    Settings rest = decided;
    std::erase_if(rest, [](const Setting& one) { return is_ground(one.name); });
    return rest;
}

std::string in_words(const Settings& settings) {
    std::string text;
    for (const Setting& one : settings) {
        text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", one.name, one.value.empty() ? "none" : one.value.substr(0, 200));
    }
    return text;
}

const std::string* value_of(const Settings& settings, std::string_view name) {
    const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& one) { return one.name == name; });
    return found == settings.end() ? nullptr : &found->value;
}

Result<Setting> setting_from(std::string_view text) {
    const auto sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0)
        return fail(errc::invalid, "'{}' is no setting; write NAME=VALUE: label=AMBER", text.substr(0, 64));
    return Setting{std::string(text.substr(0, sign)), std::string(text.substr(sign + 1))};
}

Deed creation_of(const List& list) {
    Deed deed{"list", list.id.value, {{"created", "true"}}};
    const List usual = new_list(list.id);
    for (const auto& field : settings_of_lists) {
        auto& where = field.get(list) == field.get(usual) ? deed.leaves : deed.does;
        where.push_back({std::string(field.name), spelled_value(field.get(list))});
    }
    return deed;
}

Deed change_of(const List& before, const List& after) {
    Deed deed{"list", after.id.value, {}};
    for (const auto& field : settings_of_lists) {
        auto& where = field.get(after) == field.get(before) ? deed.leaves : deed.does;
        where.push_back({std::string(field.name), spelled_value(field.get(after))});
    }
    return deed;
}

Deed removal_of(const List& list) { return {"list", list.id.value, {{"removed", "true"}}}; }

}  // namespace caveat::community

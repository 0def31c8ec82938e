#include "caveat/policy/rulebook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "caveat/policy/prospect.hpp"
#include "compiled.hpp"

namespace caveat::policy {

const Party* find_party(const Compiled& book, std::string_view category, std::string_view subtype) {
    for (const Party& party : book.parties) {
        if (party.category == category && party.subtype == subtype) return &party;
    }
    return nullptr;
}

Rulebook::Rulebook(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

const std::string& Rulebook::name() const { return compiled_->name; }
const std::string& Rulebook::version() const { return compiled_->version; }
const std::string& Rulebook::sha256() const { return compiled_->sha256; }
std::string Rulebook::identity() const { return compiled_->stamp + (compiled_->sha256.empty() ? "" : " " + compiled_->sha256); }
bool Rulebook::amended_by(std::string_view decision) const { return compiled_->amended_by.count(decision) > 0; }

bool Rulebook::knows_category(std::string_view category, std::string_view subtype) const {
    return find_party(*compiled_, category, subtype) != nullptr;
}
bool Rulebook::knows_class(std::string_view list_class) const { return class_index(*compiled_, list_class) >= 0; }
bool Rulebook::knows_role(std::string_view role) const { return role_index(*compiled_, role) >= 0; }

bool Rulebook::role_of_list(std::string_view role) const {
    const int index = role_index(*compiled_, role);
    return index >= 0 && compiled_->roles[static_cast<std::size_t>(index)].of_list;
}

std::vector<std::string> Rulebook::categories() const {
    std::vector<std::string> found;
    for (const Category& category : compiled_->categories) found.push_back(category.name);
    return found;
}

community::CategoryTraits Rulebook::category(std::string_view category) const {
    const int index = category_index(*compiled_, category);
    return index < 0 ? community::CategoryTraits{} : compiled_->categories[static_cast<std::size_t>(index)].is;
}

bool Rulebook::is_member(std::string_view category) const { return this->category(category).is_member(); }
bool Rulebook::is_outside(std::string_view category) const { return this->category(category).is_outside(); }

const std::string& Rulebook::category_of(community::Status status) const {
    const auto& rows = compiled_->categories;
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Category& row) { return row.is.status == status; });
    if (found == rows.end()) throw std::logic_error("a loaded book has this category");
    return found->name;
}

std::vector<std::string> Rulebook::to_apply_for() const {
    std::vector<std::string> found;
    for (const Category& row : compiled_->categories) {
        if ((row.is.is_member() || row.is.is_partner()) && !row.is.closed) found.push_back(row.name);
    }
    return found;
}

bool Rulebook::role_has(std::string_view role, Trait trait) const {
    const int index = role_index(*compiled_, role);
    return index >= 0 && compiled_->roles[static_cast<std::size_t>(index)].is.traits.has(trait);
}

community::Office Rulebook::office_of(std::string_view role) const {
    const int index = role_index(*compiled_, role);
    return index < 0 ? community::Office::none : compiled_->roles[static_cast<std::size_t>(index)].is.office;
}

std::string Rulebook::role_of(community::Office office) const {
    const auto& rows = compiled_->roles;
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Role& row) { return row.is.office == office; });
    return found == rows.end() ? std::string() : found->name;
}

bool Rulebook::counts(std::string_view role, std::string_view category) const {
    return knows_role(role) && (office_of(role) == community::Office::none || is_member(category));
}

bool Rulebook::counts(const community::HeldTerm& held) const {
    if (!counts(held.term.role, held.category) || prospect(*this, held) != Prospect::some) return false;
    const int index = role_index(*compiled_, held.term.role);
    const auto is_seat = [&](const auto& role) { return office_of(role) == community::Office::seat; };
    return !needs_seat(*compiled_, static_cast<std::size_t>(index)) || std::any_of(held.of_team.begin(), held.of_team.end(), is_seat);
}

std::vector<community::Term> Rulebook::in_force(std::vector<community::HeldTerm> held) const {
    std::vector<community::Term> terms;
    for (auto& one : held) {
        if (counts(one)) terms.push_back(std::move(one.term));
    }
    return terms;
}

bool Rulebook::serves(const community::Term& term, Trait trait, const ListId& list, Instant now) const {
    if (!term.during.contains(now) || !role_has(term.role, trait)) return false;
    return !role_of_list(term.role) || term.list == list;
}

std::vector<std::string> Rulebook::subtypes(std::string_view category) const {
    std::vector<std::string> found;
    for (const Party& party : compiled_->parties) {
        if (party.category == category && !party.subtype.empty()) found.push_back(party.subtype);
    }
    return found;
}

std::vector<std::string> Rulebook::classes() const {
    std::vector<std::string> found;
    for (const ListClass& row : compiled_->classes) found.push_back(row.name);
    return found;
}

std::vector<std::string> Rulebook::roles() const {
    std::vector<std::string> found;
    for (const Role& role : compiled_->roles) found.push_back(role.name);
    return found;
}

bool Rulebook::may_apply(std::string_view category, std::string_view economy, Date day) const {
    const auto& parties = compiled_->parties;
    const bool asked = std::any_of(parties.begin(), parties.end(), [&](const Party& p) { return p.category == category && p.of_region; });
    const auto& rows = compiled_->region;
    return !asked || std::any_of(rows.begin(), rows.end(), [&](const RegionRow& row) {
        return row.from <= day && (!row.until || day < *row.until) &&
               std::find(row.economies.begin(), row.economies.end(), economy) != row.economies.end();
    });
}

namespace {

bool covers(const Compiled& book, std::string_view source, std::string_view list_class, Mask DenialKind::*classes) {
    const int kind = index_of(book.denials, source, &DenialKind::source);
    const int at = class_index(book, list_class);
    return kind >= 0 && at >= 0 && (book.denials[static_cast<std::size_t>(kind)].*classes & mask_of(static_cast<std::size_t>(at))) != 0;
}

}  // namespace

bool Rulebook::never_reached(std::string_view source, std::string_view list_class) const {
    return covers(*compiled_, source, list_class, &DenialKind::never);
}

bool Rulebook::reached_by_star(std::string_view source, std::string_view list_class) const {
    return covers(*compiled_, source, list_class, &DenialKind::everywhere);
}

std::string Rulebook::panel_class() const {
    const auto& rows = compiled_->columns;
    const auto found = std::find_if(rows.begin(), rows.end(), [](const Column& row) { return row.seat >= 0; });
    return found == rows.end() ? std::string() : compiled_->classes[static_cast<std::size_t>(found->seat)].name;
}

std::optional<community::Tlp> Rulebook::class_maximum(std::string_view list_class) const {
    const int index = class_index(*compiled_, list_class);
    if (index < 0) return std::nullopt;
    return compiled_->classes[static_cast<std::size_t>(index)].max;
}

std::optional<community::Tlp> Rulebook::class_default(std::string_view list_class) const {
    const int index = class_index(*compiled_, list_class);
    if (index < 0) return std::nullopt;
    return compiled_->classes[static_cast<std::size_t>(index)].default_label;
}

const Handling& Rulebook::handling(community::Tlp label) const { return compiled_->handling.at(static_cast<std::size_t>(label)); }

bool Rulebook::archives(community::Tlp label, std::string_view list_class) const {
    const int at = class_index(*compiled_, list_class);
    return handling(label).archive || (at >= 0 && compiled_->classes[static_cast<std::size_t>(at)].archives_red);
}

std::optional<Length> retention_from(std::string_view text) {
    constexpr NumberRow row{.key = "retention", .type = NumberType::length, .least = 1, .seed = "1 year"};
    const auto value = text.empty() ? std::nullopt : number_from(row, text);
    return value && in_range(row, *value) ? std::optional(std::get<Length>(*value)) : std::nullopt;
}

std::optional<Instant> Rulebook::kept_until(community::Tlp label, const community::List& list, Instant posted) const {
    const auto behind = [&](const Length& length) {
        const Date day = date_of(posted);
        return start_of(add_months(day, length.months, Rounding::later)) + (posted - start_of(day)) + length.time;
    };
    const Handling& row = handling(label);
    const bool with_the_seats = !row.archive && archives(label, list.klass);
    auto until = row.retention && !with_the_seats ? std::optional(behind(*row.retention)) : std::nullopt;
    if (const auto own = retention_from(list.retention)) until = std::min(until.value_or(behind(*own)), behind(*own));
    return until;
}

community::Tlp Rulebook::default_label() const { return compiled_->number<community::Tlp>(Number::default_label); }
community::Strength Rulebook::lowering_strength() const { return compiled_->number<community::Strength>(Number::lowering); }
std::chrono::seconds Rulebook::hold_for_correction() const { return compiled_->number<std::chrono::seconds>(Number::correction); }
std::chrono::seconds Rulebook::longest_signature() const { return compiled_->number<std::chrono::seconds>(Number::signature_age); }
std::chrono::seconds Rulebook::wait_for_transport() const { return compiled_->number<std::chrono::seconds>(Number::transport_wait); }

const std::vector<community::Sensitivity>& Rulebook::sensitivities() const { return compiled_->sensitivities; }

const NumberValue& Rulebook::value(Number number) const { return compiled_->values[static_cast<std::size_t>(number)]; }

std::optional<std::string> Rulebook::setting(std::string_view key) const {
    const auto found = compiled_->numbers.find(key);
    if (found == compiled_->numbers.end()) return std::nullopt;
    return found->second;
}

std::vector<std::string> hard_changes(const Rulebook& adopted, const Rulebook& other) {
    std::vector<std::string> changes;
    for (const NumberRow& row : number_rows) {
        const bool hard = adopted.compiled().hard.count(row.key) + other.compiled().hard.count(row.key) > 0;
        if (!hard || adopted.value(row.number) == other.value(row.number)) continue;
        const auto words = [&](const Rulebook& book) { return book.setting(row.key).value_or(std::string(row.seed)); };
        changes.push_back(fmt::format("{} is '{}' instead of '{}'", row.key, words(other), words(adopted)));
    }
    return changes;
}

}  // namespace caveat::policy

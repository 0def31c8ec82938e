#include "caveat/policy/traits.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace caveat::policy {
namespace {

using community::CategoryTraits;
using community::Office;
using community::Status;

constexpr std::array<std::string_view, trait_count> trait_names{"committee",  "administers", "audits",       "records",
                                                                "runs_lists", "moderates",   "second_factor"};
constexpr std::array<std::string_view, 5> status_names{"none", "member", "partner", "applicant", "former"};
constexpr std::array<std::string_view, 5> office_names{"none", "seat", "chair", "deputy", "secretariat"};

constexpr std::array<std::pair<std::string_view, bool CategoryTraits::*>, 3> flags{
    {{"closed", &CategoryTraits::closed},
     {"states_reason", &CategoryTraits::states_reason},
     {"engagement_policy", &CategoryTraits::engagement_policy}}};

constexpr std::array<std::pair<std::string_view, CategoryTraits>, 7> old_categories{
    {{"operational", {.status = Status::member}},
     {"liaison", {.status = Status::partner, .states_reason = true}},
     {"strategic", {.status = Status::partner}},
     {"corporate", {.status = Status::partner, .engagement_policy = true}},
     {"legacy_supporting", {.status = Status::partner, .closed = true}},
     {"applicant", {.status = Status::applicant}},
     {"former", {.status = Status::former}}}};

constexpr Traits seated{Trait::committee, Trait::records, Trait::second_factor};
constexpr std::array<std::pair<std::string_view, RoleTraits>, 7> old_roles{
    {{"sc", {Office::seat, seated}},
     {"chair", {Office::chair, seated}},
     {"deputy_chair", {Office::deputy, seated}},
     {"secretariat",
      {Office::secretariat, {Trait::administers, Trait::records, Trait::runs_lists, Trait::moderates, Trait::second_factor}}},
     {"auditor", {Office::none, {Trait::audits, Trait::second_factor}}},
     {"owner", {Office::none, {Trait::runs_lists, Trait::moderates}}},
     {"moderator", {Office::none, {Trait::moderates}}}}};

template <class Value, class Rows>
std::optional<Value> found_in(const Rows& rows, std::string_view word) {
    for (const auto& [name, value] : rows) {
        if (name == word) return value;
    }
    return std::nullopt;
}

// The first spelling is that of "nothing said" where `from` is 1.
template <class Enum, class Names>
std::optional<Enum> named(const Names& names, std::string_view text, std::size_t from) {
    const auto found = std::find(names.begin() + static_cast<std::ptrdiff_t>(from), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view name(Trait trait) { return trait_names.at(static_cast<std::size_t>(trait)); }
std::optional<Trait> trait_from(std::string_view text) { return named<Trait>(trait_names, text, 0); }
std::string_view name(Status status) { return status_names.at(static_cast<std::size_t>(status)); }
std::optional<Status> status_from(std::string_view text) { return named<Status>(status_names, text, 1); }
std::string_view name(Office office) { return office_names.at(static_cast<std::size_t>(office)); }
std::optional<Office> office_from(std::string_view text) { return named<Office>(office_names, text, 1); }

std::optional<CategoryTraits> category_by_word(std::string_view category) { return found_in<CategoryTraits>(old_categories, category); }
std::optional<RoleTraits> role_by_word(std::string_view role) { return found_in<RoleTraits>(old_roles, role); }

std::string text_of(const CategoryTraits& traits) {
    std::string text(name(traits.status));
    for (const auto& [word, flag] : flags) {
        if (traits.*flag) text += ' ' + std::string(word);
    }
    return text;
}

std::optional<CategoryTraits> category_traits_from(std::string_view text) {
    const auto status = status_from(text.substr(0, text.find(' ')));
    if (!status) return std::nullopt;
    CategoryTraits traits{.status = *status};
    while (text.find(' ') != std::string_view::npos) {
        text.remove_prefix(text.find(' ') + 1);
        const auto word = text.substr(0, text.find(' '));
        const auto flag = std::find_if(flags.begin(), flags.end(), [&](const auto& f) { return f.first == word; });
        if (flag == flags.end()) return std::nullopt;
        traits.*(flag->second) = true;
    }
    return traits;
}

}  // namespace caveat::policy

// The traits of categories and roles, and those that every community needs: members, somebody to record decisions, and so on.
#include <fmt/format.h>

#include <algorithm>

#include "cell.hpp"
#include "compile.hpp"

namespace caveat::policy {
namespace {

using community::CategoryTraits;
using community::Office;
using community::Status;

std::string trait_words() {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < trait_count; ++i) words.emplace_back(name(static_cast<Trait>(i)));
    return listed(words);
}

// Powers over the whole community come with no list, and never without a second factor.
void check_role(Page& page, const Role& role, Draft& draft) {
    const auto& traits = role.is.traits;
    const bool wide = traits.has(Trait::committee) || traits.has(Trait::administers) || traits.has(Trait::audits);
    if (role.of_list && (wide || traits.has(Trait::records) || role.is.office != Office::none)) {
        draft.findings.add(page.line(), fmt::format("{} is of one list and has powers over the community", page.where()),
                           "a role of a list has at most the traits runs_lists, moderates and second_factor, and no office");
    }
    if (wide && !traits.has(Trait::second_factor)) {
        draft.findings.add(page.line(), fmt::format("{} reads what is confidential without a second factor", page.where()),
                           "add \"second_factor\" to its traits");
    }
    // Item 27: the seat of an accused team is known as one by this trait.
    const bool sits = role.is.office != Office::none && role.is.office != Office::secretariat;
    if (sits && !traits.has(Trait::committee)) {
        draft.findings.add(page.line(), fmt::format("{} has an office of the committee and not the trait", page.where()),
                           "add \"committee\" to its traits");
    }
}

void check_offices(Page& root, Draft& draft) {
    for (const Office office : {Office::seat, Office::chair, Office::deputy, Office::secretariat}) {
        const auto& roles = draft.book.roles;
        const auto held = std::count_if(roles.begin(), roles.end(), [&](const Role& role) { return role.is.office == office; });
        if (held > 1 || (held == 0 && office == Office::seat)) {
            draft.findings.add(root.line("role"), fmt::format("{} roles have office = \"{}\"", held, name(office)),
                               held == 0 ? "write it in the one role that is a seat of the committee" : "keep it in one of them");
        }
    }
}

}  // namespace

CategoryTraits read_category_traits(Page& page, std::string_view category) {
    CategoryTraits traits = category_by_word(category).value_or(CategoryTraits{});
    if (const auto status = page.choice_if<Status>("status", status_from, "member, partner, applicant, former")) {
        traits = CategoryTraits{.status = *status};
    } else if (!page.has("status") && traits.status == Status::none) {
        page.findings().add(page.line(), page.where() + ": status is missing",
                            "add status = \"member\", \"partner\", \"applicant\" or \"former\"");
    }
    if (const auto closed = page.flag_if("closed")) traits.closed = *closed;
    if (const auto reason = page.flag_if("states_reason")) traits.states_reason = *reason;
    if (const auto policy = page.flag_if("engagement_policy")) traits.engagement_policy = *policy;
    return traits;
}

RoleTraits read_role_traits(Page& page, std::string_view role) {
    if (!page.has("office") && !page.has("traits")) return role_by_word(role).value_or(RoleTraits{});
    RoleTraits read;
    read.office = page.choice_if<Office>("office", office_from, "seat, chair, deputy, secretariat").value_or(Office::none);
    for (const auto& word : page.words_if("traits")) {
        if (const auto trait = trait_from(word))
            read.traits.add(*trait);
        else
            page.complain("traits", fmt::format("'{}' is not a trait", word.substr(0, 64)), "write some of: " + trait_words());
    }
    return read;
}

void read_roles(Page& root, Draft& draft) {
    const auto of_list_from = [](std::string_view text) -> std::optional<bool> {
        if (text == "list") return true;
        return text == "community" ? std::optional(false) : std::nullopt;
    };
    root.each("role", [&](std::string_view name, const toml::table& row) {
        Page page(row, fmt::format("role {}", name), draft.findings);
        Role role;
        role.name = name;
        page.text("title");
        page.text("of");
        role.of_list = page.choice_if<bool>("of", of_list_from, "community, list").value_or(false);
        role.is = read_role_traits(page, name);
        page.close("title, of, office, traits");
        check_role(page, role, draft);
        if (draft.book.roles.size() < most_of_a_kind)
            draft.book.roles.push_back(std::move(role));
        else
            draft.findings.add(page.line(), "too many roles", fmt::format("a book holds {}", most_of_a_kind));
    });
}

void check_traits(Page& root, Draft& draft) {
    const auto& categories = draft.book.categories;
    for (const Status status : {Status::member, Status::applicant, Status::former}) {
        const auto with = std::count_if(categories.begin(), categories.end(), [&](const Category& c) { return c.is.status == status; });
        if (with == 1 || (with > 1 && status == Status::member)) continue;
        draft.findings.add(root.line("category"), fmt::format("{} categories have status = \"{}\"", with, name(status)),
                           with == 0 ? "write it in the category that is meant" : "keep it in one of them: teams are put there");
    }
    check_offices(root, draft);
    for (const Trait trait : {Trait::administers, Trait::records, Trait::moderates}) {
        const auto& roles = draft.book.roles;
        if (std::any_of(roles.begin(), roles.end(), [&](const Role& role) { return role.is.traits.has(trait); })) continue;
        draft.findings.add(root.line("role"), fmt::format("no role has the trait {}", name(trait)),
                           fmt::format("add traits = [\"{}\"] to the role that is meant", name(trait)));
    }
}

}  // namespace caveat::policy

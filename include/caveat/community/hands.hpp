#pragma once
// Whose doing an act is. What is done with a token that another person made is that person's, in the name of its holder (item 54): it opens
// nothing that only the holder's own hand opens, and whoever hears of what others do hears of it. With one that the operator made it is the
// holder's own. Values, any thread.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/detail.hpp"
#include "caveat/result.hpp"

namespace caveat::community {

// "person kim", as actors are written: kim. None: the operator, or the program itself.
[[nodiscard]] inline std::optional<PersonId> person_named_by(std::string_view actor) {
    constexpr std::string_view of_person = "person ";
    if (!actor.starts_with(of_person)) return std::nullopt;
    return PersonId{std::string(actor.substr(of_person.size()))};
}

[[nodiscard]] inline bool has_own_hand(const Actor& by) { return !person_named_by(by.lent_by); }

// A token that another person made is not its holder's word (item 54): errc::denied. One that the operator made is.
[[nodiscard]] inline Result<void> is_own_word(const Actor& by) {
    if (has_own_hand(by)) return {};
    return fail(
        errc::denied,
        "item 54: this token was made by {}, so that what is said with it is not the word of {}; needs a token of their own, or that "
        "they sign in",
        by.lent_by, by.name);
}

constexpr std::string_view in_the_name_of = " in the name of ";

// Those by whose hands it may have come, a text for each; none of them is a second pair of hands. With a token that another person made it
// is one text, "person kim in the name of person mei": mei counts as well, as she may have been given the token, but it is not her word.
[[nodiscard]] inline std::vector<std::string> hands_of(const Actor& by) {
    if (!has_own_hand(by)) return {by.lent_by + std::string(in_the_name_of) + by.name};
    return by.lent_by.empty() ? std::vector{by.name} : std::vector{by.name, by.lent_by};
}

// Such a text, read: whose doing it is, and whose name was used for it, if that is another's.
struct Doing {
    std::string_view actor;
    std::string_view in_name;
};
[[nodiscard]] inline Doing doing_of(std::string_view hand) {
    const auto at = hand.find(in_the_name_of);
    if (at == std::string_view::npos) return {hand, {}};
    return {hand.substr(0, at), hand.substr(at + in_the_name_of.size())};
}

// In an entry of the journal, beside the actor.
inline Detail& add_maker(Detail& detail, const Actor& by) { return by.lent_by.empty() ? detail : detail.add("token_of", by.lent_by); }

}  // namespace caveat::community

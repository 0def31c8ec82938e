#pragma once
// What an act does, in the words a decision is proposed in, and the one comparison of the two (ruling ii): a decision binds what it
// decides, and the act may differ in nothing. The office that proposes checks the words (`sound`), the office that acts says what it does
// (a Deed), and the committee compares (`carries_out`). Pure, any thread. Errors: errc::denied naming what differs; `sound`: errc::invalid.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/list.hpp"
#include "caveat/result.hpp"

namespace caveat::community {

// "label" = "AMBER". Values are spelled as in the load file; a setting that has no value is empty.
struct Setting {
    std::string name;
    std::string value;
    bool operator==(const Setting&) const = default;
};
using Settings = std::vector<Setting>;

struct Deed {
    std::string kind;       // of the decision it needs: "clearance"
    std::string subject;    // "quokka"
    Settings does = {};     // what it sets: each of it must have been decided
    Settings leaves = {};   // what stays as it is: may have been decided
    bool recorded = false;  // what it carries out names the decision itself, as an application its ballot
};

// The settings a proposal gives, in the spelling that is kept: what is named is named whole, and is what an act of the kind can do. A
// clearance or list without any is a ballot that no act can rest on; a finding, a panel, a lift, a hold, an election or a notice without any
// leaves that to who acts. For admission and category the office names the application itself
// (committee.hpp).
[[nodiscard]] Result<Settings> sound(std::string_view kind, const Settings& given);
// What a decision of this kind should name and does not: "list and label"; empty if nothing is left open.
[[nodiscard]] std::string_view left_open(std::string_view kind, const Settings& decided);
[[nodiscard]] Result<void> carries_out(const Settings& decided, const Deed& act);

// What a decision rests on and no act does: the review whose recommendation it puts to the vote, and the SHA-256 of what that found
// (item 24). It binds which review serves for which decision; an act is not compared with it.
[[nodiscard]] bool is_ground(std::string_view name);
[[nodiscard]] Settings without_grounds(const Settings& decided);

// "list = teams, label = AMBER".
[[nodiscard]] std::string in_words(const Settings& settings);
[[nodiscard]] const std::string* value_of(const Settings& settings, std::string_view name);  // null: not there

// "max_tlp=AMBER" as options and forms have it. errc::invalid where there is no "=".
[[nodiscard]] Result<Setting> setting_from(std::string_view text);

// ---- of lists, whose settings are their fields and `created` or `removed`

[[nodiscard]] Deed creation_of(const List& list);
[[nodiscard]] Deed change_of(const List& before, const List& after);
[[nodiscard]] Deed removal_of(const List& list);

}  // namespace caveat::community

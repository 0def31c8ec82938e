#pragma once
// An appeal against one notice: its panel, the panel's votes, its result, which is final (items 37-39, rulings f and g).
// Pure values, any thread; a panel or vote that breaks a rule is errc::denied with the rule and what would be needed.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/conduct/notice.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

// A member of the panel with the facts as of the seating, looked up by the office.
struct Panelist {
    PersonId person;
    TeamId team;
    bool operational = false;   // an Operational Member
    bool on_committee = false;  // holds a seat of the steering committee
    bool operator==(const Panelist&) const = default;
};

struct Panel {
    Panelist chair;
    std::vector<Panelist> members;
    bool operator==(const Panel&) const = default;
};

[[nodiscard]] bool sits_on(const Panel& panel, const PersonId& person);

// Chair: an OM outside the SC; two of the SC, two OMs outside; no team twice, never the appellant's.
[[nodiscard]] Result<void> check_panel(const Panel& panel, const TeamId& appellant, const Numbers& numbers);

enum class Outcome { upheld, partially_suspended, suspended };
[[nodiscard]] std::string_view name(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from(std::string_view text);

struct Ruling {
    Outcome outcome{};
    DeniedSet suspended;  // what a partial suspension takes away; otherwise empty
    bool operator==(const Ruling&) const = default;
};

struct PanelVote {
    PersonId person;
    Ruling ruling;
    Instant at{};
    bool operator==(const PanelVote&) const = default;
};

struct Appeal {
    int notice = 0;
    Instant filed{};
    std::string reference;  // where its text is kept
    std::optional<Panel> panel;
    std::optional<Instant> seated;
    std::vector<PanelVote> votes;  // one per panelist, the last one said
    std::optional<Instant> ended;  // the third agreeing vote, or the withdrawal
    bool withdrawn = false;        // counts as upheld
    Ruling ruling;                 // once ended
    bool late = false;             // ended after the sanction took effect: binds the committee to lift, takes nothing away by itself
    bool moot = false;             // its notice fell with an earlier one: ended without a result of its own

    [[nodiscard]] bool open_at(Instant t) const { return filed <= t && (!ended || t < *ended); }
    bool operator==(const Appeal&) const = default;
};

// The ruling on which enough panelists agree, if there is one yet.
[[nodiscard]] std::optional<Ruling> agreed(const Appeal& appeal, const Numbers& numbers);

}  // namespace caveat::conduct

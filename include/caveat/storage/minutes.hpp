#pragma once
// The record of the steering committee: decisions with everything that was said in them, cases as the list of their acts, security holds.
// Rows only: conduct computes tallies and the state of a case, so that nothing stored here can contradict the acts. What was said in a
// decision and what was done in a case is append-only, which triggers enforce. Writing needs a Store::Transaction and a journal entry after
// it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct Motion {
    std::string id;
    std::string kind;
    std::string rule;  // in conduct's word
    std::string question;
    std::string subject;
    std::string proposed_by;
    Instant opens{};
    Instant closes{};
    std::optional<Instant> meeting;
    std::string numbers;  // of the rule book it began under
    std::optional<Instant> closed;
    std::string outcome;
    std::string used_by;  // the one act that cites it
    bool operator==(const Motion&) const = default;
};

// One thing said in a decision: a vote, a proxy, who was present. Only the office knows the meaning of the words.
struct Remark {
    Instant at{};
    std::string actor;
    std::string what;
    TeamId team;
    std::string word;
    Sealed sealed = {};  // of a vote in a secret ballot: in place of the word
    bool operator==(const Remark&) const = default;
};

struct CaseRow {
    std::string id;
    TeamId team;
    Instant opened{};
    std::string numbers;  // of the rule book it began under
    bool operator==(const CaseRow&) const = default;
};

struct CaseAct {
    Instant at{};
    std::string actor;
    std::string decision;
    std::string act;  // in the office's text
    bool operator==(const CaseAct&) const = default;
};

// A notice of a case that was mailed, as the post it became.
struct LetterRow {
    int notice = 0;
    PostId post;
    std::string purpose = "notice";  // or "members": what was told to all of them
    bool operator==(const LetterRow&) const = default;
};

struct HoldRow {
    struct Extension {
        Instant at{};
        Instant until{};
        std::string decision;
        bool operator==(const Extension&) const = default;
    };
    std::int64_t id = 0;
    PersonId person;
    std::string reason;
    std::string actor;
    std::string decision;
    Instant placed{};
    Instant until{};
    std::optional<Instant> lifted;
    std::optional<Instant> told;
    std::int64_t denial = 0;  // its row in the register
    std::vector<Extension> extensions;
    bool operator==(const HoldRow&) const = default;
};

// Something that fell due and was mailed: what, and for which instant. Kept so that it is mailed once, whatever happens in between.
struct ReminderRow {
    std::string about;  // "case C-2026-001 3 sanction-ends"
    Instant due{};
    Instant sent{};
    bool operator==(const ReminderRow&) const = default;
};

class Minutes {
public:
    explicit Minutes(SqlConnection& connection);
    ~Minutes();

    void add(const Motion& motion);
    void update(const Motion& motion);  // closed, outcome and used_by; the rest stays as proposed
    [[nodiscard]] std::optional<Motion> motion(std::string_view id);
    [[nodiscard]] std::vector<Motion> motions();  // in the order proposed
    void say(std::string_view motion, const Remark& remark);
    [[nodiscard]] std::vector<Remark> remarks(std::string_view motion);  // in the order said

    void add(const CaseRow& row);
    [[nodiscard]] std::optional<CaseRow> find_case(std::string_view id);
    [[nodiscard]] std::vector<CaseRow> cases();  // in the order opened
    void append(std::string_view case_id, const CaseAct& act);
    [[nodiscard]] std::vector<CaseAct> acts(std::string_view case_id);  // in the order done
    // Which denials of the register a case set, oldest first.
    [[nodiscard]] std::vector<std::int64_t> denials_of(std::string_view case_id);
    void link_denial(std::string_view case_id, std::int64_t denial);
    void unlink_denial(std::int64_t denial);
    [[nodiscard]] std::optional<std::string> case_of(std::int64_t denial);

    void add_letter(std::string_view case_id, const LetterRow& letter);
    [[nodiscard]] std::vector<LetterRow> letters(std::string_view case_id);  // in the order sent

    // False if this one is there already: then it was mailed.
    [[nodiscard]] bool add(const ReminderRow& reminder);
    [[nodiscard]] bool reminded(std::string_view about, Instant due);
    [[nodiscard]] std::vector<ReminderRow> reminders_after(Instant at);  // sent later than this: by a clock that stood ahead
    void forget(const ReminderRow& reminder);

    std::int64_t put(const HoldRow& hold);  // new with id 0, else updated; extensions are only ever added. Returns the id
    [[nodiscard]] std::optional<HoldRow> hold(std::int64_t id);
    [[nodiscard]] std::vector<HoldRow> holds();
    [[nodiscard]] std::vector<HoldRow> holds_of(const PersonId& person);  // in the order placed

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

#pragma once
// The whole of a case, for the office itself: nothing here checks who is looking. The doors use Cases (caveat/committee/cases.hpp), which
// does.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "caveat/committee/cases.hpp"

namespace caveat::committee {

struct Docket;

struct CaseFile {
    conduct::Case as_is;
    conduct::State state;
    std::vector<Event> happened;
    std::vector<conduct::Possible> next;       // by whom, from when until when, and what it needs first
    std::vector<conduct::CaseDenial> denials;  // all that follow, past and to come
    std::vector<std::string> warnings;         // about the act just done: allowed, but worth a warning
    std::string unreadable;                    // why its record cannot be read as a case; then only id, team and opened are known
};

// The notice of the case that set this denial: with a renewal issued ahead it need not be the latest. 0: none of them.
[[nodiscard]] int notice_behind(const CaseFile& file, const community::Denial& denial);

class CaseOffice {
public:
    CaseOffice(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock)
        : store_(store), vault_(vault), rules_(rules), clock_(clock) {}

    [[nodiscard]] Result<CaseFile> open(const community::Actor& by, const std::string& decision, const TeamId& team,
                                        const std::string& clause, const std::string& id = {});  // empty id: drawn, "C-2026-407182"
    // Any act but the opening. `decision` is empty for service, replies, appeals, withdrawals and the votes of a panel. Of a panel only the
    // persons are read; their facts are looked up here. `along` runs when everything is written and before the commit; if it refuses, the
    // act is undone. So a notice and its letters are made together or not at all.
    using Along = std::function<Result<void>(const CaseFile&)>;
    [[nodiscard]] Result<CaseFile> act(const community::Actor& by, const std::string& id, const conduct::Act& act,
                                       const std::string& decision = {}, const Along& along = {});
    // That the party has a notice, as it says itself now; the caller has proof that `by` says so (ruling d: a signed mail).
    [[nodiscard]] Result<CaseFile> acknowledge(const community::Actor& by, const std::string& id, int notice);
    [[nodiscard]] Result<CaseFile> show(const std::string& id);  // errc::corrupt where its record makes no case
    [[nodiscard]] std::vector<CaseFile> cases(const std::optional<TeamId>& team = std::nullopt);
    // The case whose act set this denial; none if it was not set by a case.
    [[nodiscard]] std::optional<CaseFile> case_of_denial(std::int64_t denial);

private:
    // In the caller's transaction, of somebody who may bring the act.
    [[nodiscard]] Result<CaseFile> carry_out(const community::Actor& by, const std::string& id, Docket& docket, const conduct::Act& act,
                                             const std::string& decision, const Along& along);

    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
};

// Whether somebody sits on the panel of this appeal and can, by the facts of `now` (item 38, ruling uu). When the appeal has ended, a seat
// that they sat for is asked about no more.
[[nodiscard]] bool can_sit(storage::Store& store, const policy::Rulebook& rules, const conduct::Appeal& appeal, const PersonId& person,
                           Instant now);

[[nodiscard]] bool is_notice(const conduct::Act& act);

// Performs an act that is a notice and queues its letters in one transaction. A notice that can be sent to nobody is not issued, and
// neither is one that should be told to the members and cannot (Sanction::tell_members). Acts that are not notices are refused.
struct Issued {
    CaseFile file;
    std::vector<Letter> letters;
};
[[nodiscard]] Result<Issued> issue(CaseOffice& office, storage::Store& store, const policy::Rulebook& rules, const Postage& postage,
                                   const Clock& clock, const community::Actor& by, const std::string& case_id, const conduct::Act& act,
                                   const std::string& decision);

// Sends the letters of a notice once more, in one transaction with its journal entry; the members are not told twice.
[[nodiscard]] Result<std::vector<Letter>> mail_notice(storage::Store& store, const policy::Rulebook& rules, const Postage& postage,
                                                      const Clock& clock, const community::Actor& by, const std::string& case_id,
                                                      int notice);
[[nodiscard]] std::vector<Letter> letters(storage::Store& store, const std::string& case_id);  // in the order sent

}  // namespace caveat::committee

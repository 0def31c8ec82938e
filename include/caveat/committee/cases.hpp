#pragma once
// The cases of suspected breaches as the doors see them (items 26-41): the caller says who is looking, and gets what that viewer may see
// and nothing else. The committee, the party and the panelists of the appeals may see a case; whoever is of the accused team counts as the
// party. A notice is closed to its party until it is served, and opening it here serves it (ruling d); before, its text is not in the view.
// A notice is sent as letters with the act that issues it, in one transaction. For everybody else the case does not exist: errc::not_found,
// in the same words. The rules are in conduct and in the office; a refused act changes nothing. Lives on the desk, or in the command line's
// process; not for two threads. Errors: errc::denied with the rule and what would be needed, invalid, not_found, conflict, corrupt where
// the record makes no case.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "caveat/committee/letters.hpp"
#include "caveat/committee/papers.hpp"
#include "caveat/committee/viewer.hpp"
#include "caveat/conduct/case.hpp"

namespace caveat::committee {

// How the viewer is related to a case.
enum class Eyes { committee, party, panel };
[[nodiscard]] std::string_view name(Eyes eyes);

// A notice without its words.
struct NoticeBrief {
    int number = 0;
    conduct::NoticeKind kind{};
    bool renewal = false;
    Instant issued{};
    std::string decision;
    bool fallen = false;
    std::optional<Instant> served;
    std::optional<Instant> appeal_until;
    std::optional<Instant> reply_until;  // of a compliance notice
    struct Effect {
        conduct::DeniedSet denied;
        std::optional<Instant> from;  // as far as known
        std::optional<Instant> until;
    };
    std::optional<Effect> effect;  // of a sanction, if it is open to the viewer
};

struct AppealBrief {
    int notice = 0;
    Instant filed{};
    std::optional<Instant> seated;
    std::size_t votes = 0;
    std::optional<Instant> ended;
    std::string_view result;  // once ended: an outcome, or "withdrawn"
};

struct CaseView {
    Eyes seen_as{};
    std::string id;
    TeamId team;
    std::string clause;
    Instant opened{};
    std::string_view phase;  // conduct's word, or "unreadable": then only id, team, opened and a warning are there
    int notice = 0;          // the latest that counts; 0: none
    bool in_force = false;
    bool must_lift = false;
    std::vector<int> open_appeals;
    std::optional<Instant> ends;
    std::optional<Instant> closed;
    std::string closing;
    std::vector<NoticeBrief> notices;
    std::vector<AppealBrief> appeals;
    std::vector<Event> happened;
    std::vector<conduct::Possible> next;
    std::vector<conduct::CaseDenial> denials;
    std::vector<std::string> warnings;           // about the act just done: allowed, but worth a warning
    std::optional<std::vector<Letter>> letters;  // so far; none in a list
    std::vector<Letter> mailed;                  // by the act just done
};

// A notice with every word it says.
struct NoticeView {
    std::string case_id;
    TeamId team;
    std::string clause;
    NoticeBrief brief;
    conduct::Contents contents;  // of a compliance notice
    conduct::Period reply_time;
    conduct::Sanction sanction;  // as asked for
    int appeal_days = 0;
    std::vector<conduct::Service> services;
};

// The text of a notice before it is issued, and the hash by which a decision names it.
struct Draft {
    std::string hash;  // SHA-256, hexadecimal
    std::string kind;  // of the decision it is for: "case.notice"
    Instant at{};
    std::string by;
    conduct::Act act;
};

// Whether a notice goes out by mail with its act. It does, unless the caller says that it is served otherwise.
enum class Mailing { letters, served_otherwise };

class Cases {
public:
    Cases(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock, Postage postage);

    [[nodiscard]] std::vector<CaseView> all(const Viewer& viewer, const std::optional<TeamId>& team = std::nullopt);  // as opened
    [[nodiscard]] Result<CaseView> show(const Viewer& viewer, const std::string& id);
    // To the party only once it is served.
    [[nodiscard]] Result<NoticeView> notice(const Viewer& viewer, const std::string& id, int number);
    // The party reads a notice, and thereby it is served. A separate act, so that looking at a case changes nothing.
    [[nodiscard]] Result<NoticeView> open_notice(const Viewer& viewer, const std::string& id, int number);

    // The party says by signed mail that it has a notice, which serves it (ruling d). The door has verified the signature.
    [[nodiscard]] Result<CaseView> acknowledge(const Viewer& viewer, const std::string& id, int number);

    [[nodiscard]] Result<CaseView> open(const Viewer& viewer, const std::string& decision, const TeamId& team, const std::string& clause,
                                        const std::string& id = {});
    // Any act but the opening. `decision` is empty for service, replies, appeals, withdrawals and the votes of a panel. Of a panel only the
    // persons are read. A notice that cannot be mailed is not issued. The text of a reply or an appeal is kept, and its hash stands in the
    // act.
    [[nodiscard]] Result<CaseView> act(const Viewer& viewer, const std::string& id, const conduct::Act& act,
                                       const std::string& decision = {}, Mailing mailing = Mailing::letters, const Paper& text = {});
    [[nodiscard]] Result<CaseView> mail(const Viewer& viewer, const std::string& id, int notice);  // its letters once more

    // ---- texts of replies and appeals: for the committee, the party and the panel
    [[nodiscard]] Result<std::vector<PaperFacts>> papers(const Viewer& viewer, const std::string& id);  // in the order handed in
    [[nodiscard]] Result<std::pair<PaperFacts, Paper>> paper(const Viewer& viewer, const std::string& id, const std::string& hash);

    // ---- drafts of notices (ruling ii): the committee's alone. A decision that names a draft lets nothing else be issued.
    [[nodiscard]] Result<Draft> draft(const Viewer& viewer, const std::string& id, const conduct::Act& act);
    [[nodiscard]] Result<std::vector<Draft>> drafts(const Viewer& viewer, const std::string& id);  // in the order written
    [[nodiscard]] Result<conduct::Act> drafted(const Viewer& viewer, const std::string& id, const std::string& hash);

    [[nodiscard]] std::size_t not_over();  // how many cases are

private:
    [[nodiscard]] Result<void> is_committee(const Viewer& viewer, const std::string& id, std::string_view what);
    [[nodiscard]] Result<Eyes> may_act(const Viewer& viewer, const std::string& id, const conduct::Act& act);

    storage::Store& store_;
    const vault::Vault& vault_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    Postage postage_;
};

}  // namespace caveat::committee

// The cases as the doors use them: who is looking, what they may do in a case, and what they see of it.
#include "caveat/committee/cases.hpp"

#include <algorithm>

#include "case_views.hpp"
#include "papers.hpp"

namespace caveat::committee {
namespace {

struct Seen {
    CaseFile file;
    Eyes eyes{};
};

// Who looks, with the register that says whether a panelist can still sit.
struct Looking {
    storage::Store& store;
    const policy::Rulebook& rules;
    const Clock& clock;

    [[nodiscard]] std::optional<Eyes> eyes(const Viewer& viewer, const conduct::Case& c) const {
        return eyes_on(viewer, c, [&] {
            const Instant now = clock.now();
            return std::any_of(c.appeals.begin(), c.appeals.end(),
                               [&](const auto& appeal) { return can_sit(store, rules, appeal, *viewer.actor.person, now); });
        });
    }
};

tl::unexpected<Error> no_such_case(const std::string& id) {
    return fail(errc::not_found, "case {} is not there; see: caveat case list", id.substr(0, 64));
}

Result<Seen> look(CaseOffice& office, const Looking& looking, const Viewer& viewer, const std::string& id) {
    auto file = office.show(id);
    if (!file && file.error().code == errc::not_found) return no_such_case(id);
    if (!file) return tl::unexpected(file.error());
    const auto eyes = looking.eyes(viewer, file->as_is);
    if (!eyes) return no_such_case(id);
    return Seen{std::move(*file), *eyes};
}

Result<const conduct::Notice*> notice_of(const Seen& seen, int number) {
    const auto& notices = seen.file.as_is.notices;
    const auto found = std::find_if(notices.begin(), notices.end(), [&](const auto& n) { return n.number == number; });
    if (found == notices.end()) return fail(errc::not_found, "case {} has no notice {}", seen.file.as_is.id, number);
    return &*found;
}

// What the party wrote, which is kept with the act.
struct Words {
    std::string* reference = nullptr;
    std::string_view kind;
};
Words words_of(conduct::Act& act) {
    if (auto* reply = std::get_if<conduct::RecordReply>(&act)) return {&reply->reference, "reply"};
    if (auto* appeal = std::get_if<conduct::FileAppeal>(&act)) return {&appeal->reference, "appeal"};
    return {};
}
bool is_of_party(const storage::PaperRow& row) { return row.kind == "reply" || row.kind == "appeal"; }

bool tells_members(const conduct::Act& act) {
    if (const auto* issue = std::get_if<conduct::IssueSanction>(&act)) return issue->sanction.tell_members;
    if (const auto* renew = std::get_if<conduct::Renew>(&act)) return renew->sanction.tell_members;
    return false;
}

// After an act the actor may see the case, unless the act itself ended that right.
Result<CaseView> shown(const Looking& looking, const Viewer& viewer, const CaseFile& file, std::vector<Letter> mailed = {}) {
    const auto eyes = looking.eyes(viewer, file.as_is);
    if (!eyes) return no_such_case(file.as_is.id);
    auto view = view_of(file, *eyes);
    view.letters = open_to(*eyes, letters(looking.store, file.as_is.id));
    view.mailed = open_to(*eyes, std::move(mailed));
    return view;
}

}  // namespace

Cases::Cases(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock, Postage postage)
    : store_(store), vault_(vault), rules_(rules), clock_(clock), postage_(std::move(postage)) {}

std::vector<CaseView> Cases::all(const Viewer& viewer, const std::optional<TeamId>& team) {
    std::vector<CaseView> views;
    for (const auto& file : CaseOffice(store_, vault_, rules_, clock_).cases(team)) {
        if (const auto eyes = Looking{store_, rules_, clock_}.eyes(viewer, file.as_is)) views.push_back(view_of(file, *eyes));
    }
    return views;
}

Result<CaseView> Cases::show(const Viewer& viewer, const std::string& id) {
    storage::Store::Reading reading(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    return shown({store_, rules_, clock_}, viewer, seen->file);
}

Result<NoticeView> Cases::notice(const Viewer& viewer, const std::string& id, int number) {
    storage::Store::Reading reading(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    const auto found = notice_of(*seen, number);
    if (!found) return tl::unexpected(found.error());
    if (closed_to(seen->eyes, **found)) {
        return fail(errc::denied, "ruling (d): notice {} is not served yet; open it, which counts as its service", number);
    }
    return view_of(seen->file.as_is, **found, seen->eyes);
}

Result<CaseView> Cases::acknowledge(const Viewer& viewer, const std::string& id, int number) {
    storage::Store::Transaction transaction(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    if (const auto found = notice_of(*seen, number); !found) return tl::unexpected(found.error());
    if (seen->eyes != Eyes::party) {
        return fail(errc::denied, "ruling (d): only a representative of {} acknowledges its notices", seen->file.as_is.team);
    }
    auto done = office.acknowledge(viewer.actor, id, number);
    if (!done) return tl::unexpected(done.error());
    transaction.commit();
    return shown({store_, rules_, clock_}, viewer, *done);
}

Result<NoticeView> Cases::open_notice(const Viewer& viewer, const std::string& id, int number) {
    storage::Store::Transaction transaction(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    auto found = notice_of(*seen, number);
    if (!found) return tl::unexpected(found.error());
    if (seen->eyes != Eyes::party) {
        return fail(errc::denied, "ruling (d): only a representative of {} opens its notices; others read them with GET",
                    seen->file.as_is.team);
    }
    if (!conduct::served(**found)) {
        auto opened = office.act(viewer.actor, id, conduct::RecordService{number, conduct::Channel::page_read, clock_.now()});
        if (!opened) return tl::unexpected(opened.error());
        seen->file = std::move(*opened);
        found = notice_of(*seen, number);
        if (!found) return tl::unexpected(found.error());
    }
    transaction.commit();
    return view_of(seen->file.as_is, **found, seen->eyes);
}

Result<CaseView> Cases::open(const Viewer& viewer, const std::string& decision, const TeamId& team, const std::string& clause,
                             const std::string& id) {
    const bool own = viewer.representative && viewer.team == team && viewer.reach != Viewer::Reach::nothing;
    if (viewer.reach_towards(team) != Viewer::Reach::everything && !own) {
        return tl::unexpected(Error{errc::not_found, {}});  // no word of the team: who may is asked before what is there
    }
    if (viewer.is_of(team) && (viewer.seat || viewer.reach == Viewer::Reach::everything)) {
        return fail(errc::denied, "item 27: {} is the party here; needs another seat, or the secretariat", team);
    }
    storage::Store::Transaction transaction(store_);
    auto file = CaseOffice(store_, vault_, rules_, clock_).open(viewer.actor, decision, team, clause, id);
    if (!file) return tl::unexpected(file.error());
    auto view = shown({store_, rules_, clock_}, viewer, *file);
    if (view) transaction.commit();
    return view;
}

Result<CaseView> Cases::act(const Viewer& viewer, const std::string& id, const conduct::Act& given, const std::string& decision,
                            Mailing mailing, const Paper& text) {
    storage::Store::Transaction transaction(store_);
    auto act = given;
    if (auto eyes = may_act(viewer, id, act); !eyes) return tl::unexpected(eyes.error());
    if (!text.bytes.empty()) {
        const auto [reference, kind] = words_of(act);
        if (reference == nullptr) return fail(errc::invalid, "'{}' has no text of its own; only a reply or an appeal has", name(act));
        const auto row = keep_paper(store_, vault_, {id, std::string(kind), text, viewer.actor.name, clock_.now()});
        if (!row) return tl::unexpected(row.error());
        *reference += fmt::format("{}sha256:{}", reference->empty() ? "" : ", ", row->hash);
    }
    if (mailing == Mailing::served_otherwise && tells_members(act)) {
        return fail(errc::invalid, "item 32: what all members are told is mail; needs the letters of the notice, too");
    }
    CaseOffice office(store_, vault_, rules_, clock_);
    Result<Issued> done;
    if (is_notice(act) && mailing == Mailing::letters) {
        done = issue(office, store_, rules_, postage_, clock_, viewer.actor, id, act, decision);
    } else {
        auto file = office.act(viewer.actor, id, act, decision);
        if (!file) return tl::unexpected(file.error());
        done = Issued{std::move(*file), {}};
    }
    if (!done) return tl::unexpected(done.error());
    auto view = shown({store_, rules_, clock_}, viewer, done->file, std::move(done->letters));
    if (view) transaction.commit();
    return view;
}

Result<CaseView> Cases::mail(const Viewer& viewer, const std::string& id, int notice) {
    storage::Store::Transaction transaction(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    if (auto found = notice_of(*seen, notice); !found) return tl::unexpected(found.error());
    if (auto ok = is_committee(viewer, id, "the letters of a case are"); !ok) return tl::unexpected(ok.error());
    auto sent = mail_notice(store_, rules_, postage_, clock_, viewer.actor, id, notice);
    if (!sent) return tl::unexpected(sent.error());
    auto view = shown({store_, rules_, clock_}, viewer, seen->file, std::move(*sent));
    if (view) transaction.commit();
    return view;
}

namespace {

bool is_not_over(const CaseFile& file) {
    using conduct::Phase;
    const auto phase = file.state.phase;
    return phase != Phase::expired && phase != Phase::lifted && phase != Phase::closed;
}

}  // namespace

std::size_t Cases::not_over() {
    const auto all = CaseOffice(store_, vault_, rules_, clock_).cases();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), is_not_over));
}

bool Committee::in_a_case(const TeamId& team) {
    const auto all = CaseOffice(store_, vault_, rules_, clock_).cases(team);
    return std::any_of(all.begin(), all.end(), is_not_over);
}

Result<std::vector<PaperFacts>> Cases::papers(const Viewer& viewer, const std::string& id) {
    storage::Store::Reading reading(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    if (auto seen = look(office, {store_, rules_, clock_}, viewer, id); !seen) return tl::unexpected(seen.error());
    std::vector<PaperFacts> all;
    for (const auto& row : store_.papers().of(id)) {
        if (is_of_party(row)) all.push_back(facts_of(row));
    }
    return all;
}

Result<std::pair<PaperFacts, Paper>> Cases::paper(const Viewer& viewer, const std::string& id, const std::string& hash) {
    storage::Store::Reading reading(store_);
    CaseOffice office(store_, vault_, rules_, clock_);
    if (auto seen = look(office, {store_, rules_, clock_}, viewer, id); !seen) return tl::unexpected(seen.error());
    const auto row = store_.papers().find(id, digits_of(hash));
    if (!row || !is_of_party(*row)) return fail(errc::not_found, "case {} has no document {}", id, hash.substr(0, 80));
    auto paper = open_paper(store_, vault_, id, row->hash);
    if (!paper) return tl::unexpected(paper.error());
    return std::pair{facts_of(*row), std::move(*paper)};
}

// For the panel and the party, who know of the case.
Result<void> Cases::is_committee(const Viewer& viewer, const std::string& id, std::string_view what) {
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    if (seen->eyes == Eyes::committee) return {};
    return fail(errc::denied, "item 27: {} the committee's; needs one of it, or the secretariat", what);
}

// The actor must be allowed to know of the case, and the party may not perform the committee's acts, whatever seat it holds (item 27).
Result<Eyes> Cases::may_act(const Viewer& viewer, const std::string& id, const conduct::Act& act) {
    CaseOffice office(store_, vault_, rules_, clock_);
    const auto seen = look(office, {store_, rules_, clock_}, viewer, id);
    if (!seen) return tl::unexpected(seen.error());
    if (seen->eyes == Eyes::party && traits(act).whose == conduct::Whose::committee) {
        return fail(errc::denied, "item 27: {} is the party here; needs the committee without it, or the secretariat",
                    seen->file.as_is.team);
    }
    return seen->eyes;
}

}  // namespace caveat::committee

// Drafts of notices: written down and read before the vote, so that what was voted on is what is issued (ruling ii).
#include <algorithm>

#include "act_text.hpp"
#include "case_office.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/detail.hpp"
#include "electors.hpp"
#include "papers.hpp"

namespace caveat::committee {
namespace {

Result<Draft> read_draft(storage::Store& store, const vault::Vault& vault, const std::string& id, const storage::PaperRow& row) {
    const auto paper = open_paper(store, vault, id, row.hash);
    if (!paper) return tl::unexpected(paper.error());
    auto act = act_from(paper->bytes);
    if (!act || !is_notice(*act)) return fail(errc::corrupt, "draft {} of case {} cannot be read", row.hash, id);
    return Draft{row.hash, std::string(traits(*act).decision), row.at, row.actor, std::move(*act)};
}

bool is_draft(const storage::PaperRow& row) { return row.kind.starts_with("case."); }

}  // namespace

Result<Draft> Cases::draft(const Viewer& viewer, const std::string& id, const conduct::Act& act) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto eyes = may_act(viewer, id, act); !eyes) return tl::unexpected(eyes.error());
    if (auto ok = may_record(store_, rules_, viewer.actor, now); !ok) return tl::unexpected(ok.error());
    if (!is_notice(act)) return fail(errc::invalid, "'{}' is no notice; only the text of a notice is drafted", name(act));
    const Paper text{std::string(name(act)), text_of(act)};
    const auto row = keep_paper(store_, vault_, {id, std::string(traits(act).decision), text, viewer.actor.name, now});
    if (!row) return tl::unexpected(row.error());
    auto detail = Detail().add("kind", row->kind).add("draft", row->hash);
    store_.journal().append(now, viewer.actor.name, "case.drafted", id, community::add_maker(detail, viewer.actor).text());
    auto made = read_draft(store_, vault_, id, *row);
    if (made) transaction.commit();
    return made;
}

Result<std::vector<Draft>> Cases::drafts(const Viewer& viewer, const std::string& id) {
    storage::Store::Reading reading(store_);
    if (auto ok = is_committee(viewer, id, "the drafts of a case are"); !ok) return tl::unexpected(ok.error());
    std::vector<Draft> all;
    for (const auto& row : store_.papers().of(id)) {
        if (!is_draft(row)) continue;
        auto one = read_draft(store_, vault_, id, row);
        if (!one) return tl::unexpected(one.error());
        all.push_back(std::move(*one));
    }
    return all;
}

Result<conduct::Act> Cases::drafted(const Viewer& viewer, const std::string& id, const std::string& hash) {
    storage::Store::Reading reading(store_);
    if (auto ok = is_committee(viewer, id, "the drafts of a case are"); !ok) return tl::unexpected(ok.error());
    const auto row = store_.papers().find(id, digits_of(hash));
    if (!row || !is_draft(*row))
        return fail(errc::not_found, "case {} has no draft {}; see: caveat case drafts {}", id, hash.substr(0, 80), id);
    auto one = read_draft(store_, vault_, id, *row);
    if (!one) return tl::unexpected(one.error());
    return std::move(one->act);
}

}  // namespace caveat::committee

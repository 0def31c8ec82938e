#include "docket.hpp"

#include <algorithm>

#include "act_text.hpp"
#include "book_numbers.hpp"
#include "changes.hpp"
#include "silences.hpp"

namespace caveat::committee {
namespace {

void keep(storage::PowersWriter& rows, const community::Denial& denial, const std::vector<community::Denial>& kept) {
    const auto same = std::find(kept.begin(), kept.end(), denial);
    if (same == kept.end()) static_cast<void>(rows.put(denial));  // writing an unchanged row would only make every door ask again
}

Result<Docket> replayed(storage::Store& store, const storage::CaseRow& row, const std::vector<Interval>& silences) try {
    Docket docket;
    for (auto& kept : store.minutes().acts(row.id)) {
        auto act = act_from(kept.act);
        if (!act) return fail(errc::corrupt, "case {} cannot be read: step {} is not understood", row.id, docket.steps.size() + 1);
        docket.steps.push_back({kept.at, std::move(kept.actor), std::move(kept.decision), std::move(*act)});
    }
    const auto numbers = numbers_from(row.numbers);
    if (!numbers) return fail(errc::corrupt, "case {} cannot be read: {}", row.id, numbers.error().detail);
    auto c = conduct::replay(docket.steps, *numbers, silences);
    if (!c) return fail(errc::corrupt, "case {} cannot be read: {}", row.id, c.error().detail);
    docket.as_is = std::move(*c);
    return docket;
} catch (const storage::Broken& trouble) {  // a page of the database: that of this case alone, maybe
    return fail(errc::corrupt, "case {} cannot be read: {}", row.id, trouble.what());
}

}  // namespace

void keep_clocks_of(storage::Store& store, const TeamId& team, const std::vector<Interval>& silences) {
    for (const auto& row : store.minutes().cases()) {
        if (row.team != team) continue;
        if (const auto docket = replayed(store, row, silences)) update_denials(store, docket->as_is);
    }
}

Result<Docket> read_docket(storage::Store& store, const storage::CaseRow& row) try {
    return replayed(store, row, silences_of(store, row.team));
} catch (const storage::Broken& trouble) {
    return fail(errc::corrupt, "case {} cannot be read: {}", row.id, trouble.what());
}

Result<Docket> find_docket(storage::Store& store, const std::string& id) {
    const auto row = store.minutes().find_case(id);
    if (!row) return fail(errc::not_found, "case {} is not there; see: caveat case list", id.substr(0, 64));
    return read_docket(store, *row);
}

void append(storage::Store& store, const std::string& id, const conduct::Step& step) {
    store.minutes().append(id, {step.at, step.actor, step.decision, text_of(step.act)});
}

void update_denials(storage::Store& store, const conduct::Case& c) {
    auto rows = store.powers_writer();
    const auto wanted = conduct::denials(c);
    const auto linked = store.minutes().denials_of(c.id);
    const auto kept = rows.denials();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        auto denial = conduct::as_denial(c, wanted[i]);
        if (i < linked.size()) {
            denial.id = linked[i];
            keep(rows, denial, kept);
        } else {
            store.minutes().link_denial(c.id, rows.put(denial));
        }
    }
    for (std::size_t i = wanted.size(); i < linked.size(); ++i) {
        store.minutes().unlink_denial(linked[i]);
        rows.remove_denial(linked[i]);
    }
}

int notice_behind(const CaseFile& file, const community::Denial& denial) {
    const auto set = std::find_if(file.denials.begin(), file.denials.end(), [&](const conduct::CaseDenial& d) {
        auto row = conduct::as_denial(file.as_is, d);
        row.id = denial.id;
        return row == denial;
    });
    return set == file.denials.end() ? 0 : set->notice;
}

CaseFile as_file(storage::Store& store, const Docket& docket, Instant now) {
    CaseFile file;
    file.as_is = docket.as_is;
    file.state = conduct::state_at(docket.as_is, now);
    const Doers doers(store, docket.as_is.id);
    for (const auto& step : docket.steps) {
        const auto* vote = std::get_if<conduct::CastPanelVote>(&step.act);
        file.happened.push_back({step.at, std::string(name(step.act)), doers.on_record(step.actor, step.at), step.decision, told(step),
                                 vote == nullptr ? 0 : vote->notice});
    }
    file.next = conduct::what_next(docket.as_is, now);
    file.denials = conduct::denials(docket.as_is);
    return file;
}

CaseFile read_file(storage::Store& store, const storage::CaseRow& row, Instant now) {
    const auto docket = read_docket(store, row);
    if (docket) return as_file(store, *docket, now);
    CaseFile file;
    file.as_is.id = row.id;
    file.as_is.team = row.team;
    file.as_is.opened = row.opened;
    file.unreadable = docket.error().detail;
    file.warnings.push_back(file.unreadable);
    return file;
}

}  // namespace caveat::committee

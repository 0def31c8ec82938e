#include "matter_rows.hpp"

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

// Letters of the ids: "R-2026-001".
std::string_view id_prefix(MatterKind kind) {
    switch (kind) {
        case MatterKind::review:
            return "R";
        case MatterKind::declaration:
            return "DC";
        case MatterKind::duty:
            return "DU";
        case MatterKind::document:
            return "DOC";
        case MatterKind::acceptance:
            return "AC";
        case MatterKind::confirmation:
            return "CD";
    }
    return "";
}

}  // namespace

Matter new_matter(storage::Store& store, MatterKind kind, const community::Actor& by, Instant now) {
    auto& rows = store.matters();
    Matter matter;
    matter.kind = kind;
    matter.id = next_id(id_prefix(kind), now, rows.all(kind).size(), [&](const auto& id) { return rows.find(kind, id).has_value(); });
    matter.at = now;
    matter.actor = by.name;
    return matter;
}

Result<void> is_text(std::string_view what, const std::string& text, std::size_t most, bool needed) {
    if (text.empty() && needed) return fail(errc::invalid, "{} is missing; write it in words", what);
    if (text.size() > most) return fail(errc::invalid, "{} has {} bytes; write at most {}", what, text.size(), most);
    const auto control = [&](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && (c != '\n' || most <= Matters::longest_name)) || c == 0x7f;
    };
    if (std::any_of(text.begin(), text.end(), control)) return fail(errc::invalid, "{} holds a control character; write plain text", what);
    return {};
}

Result<community::Team> party(storage::Store& store, const policy::Rulebook& rules, const TeamId& id) {
    auto team = store.directory().team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", id.value.substr(0, 64));
    if (rules.is_outside(team->category)) {
        return fail(errc::denied, "items 5 and 24: {} is {}; criteria are those of a member or a partner", id, team->category);
    }
    return std::move(*team);
}

void write_down(storage::Store& store, const community::Actor& by, const Matter& matter, std::string_view act) {
    matter.closed ? store.matters().close(matter) : store.matters().add(matter);
    Detail detail;
    if (!matter.team.empty()) detail.add("team", matter.team.value);
    if (!matter.what.empty()) detail.add("what", matter.what);
    if (!matter.version.empty()) detail.add("version", matter.version);
    if (matter.kind == MatterKind::document && !matter.hash.empty()) detail.add("hash", matter.hash);
    if (!matter.outcome.empty()) detail.add("outcome", matter.outcome);
    if (!matter.decision.empty()) detail.add("decision", matter.decision);
    if (matter.kind == MatterKind::acceptance && !matter.note.empty()) detail.add("by", matter.note);
    community::add_maker(detail, by);
    store.journal().append(matter.closed.value_or(matter.at), by.name, act, matter.id, detail.text());
}

std::optional<storage::PaperRow> kept_text_of(storage::Store& store, const Matter& document) {
    return store.papers().find(document.id, document.hash);
}

}  // namespace caveat::committee

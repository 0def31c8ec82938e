// Applications as lines for reading.
#include "command_committee.hpp"

namespace caveat::server {
namespace {

using committee::ApplicationFile;
std::string standing_of(const ApplicationFile& file) {
    const auto& a = file.as_is;
    std::string text(conduct::name(file.phase));
    if (file.phase == conduct::ApplicationPhase::sc_ballot) text += ", decision " + a.ballots.back();
    if (file.phase == conduct::ApplicationPhase::approved_pending_mou) text += ": no access before its MoU is on record";
    if (file.phase == conduct::ApplicationPhase::admitted) text += fmt::format(" on {}", to_string(*a.admitted));
    return a.ending.empty() ? text : text + ": " + a.ending;
}

}  // namespace

Json timeline(const ApplicationFile& file) {
    const auto& a = file.as_is;
    Json happened = Json::array();
    for (const auto& e : file.happened) {
        const auto decision = e.decision.empty() ? std::string{} : ", by decision " + e.decision;
        happened.push_back(fmt::format("{}  {:<8}  {}  [{}{}]", to_string(e.at), e.act, e.what, e.actor, decision));
    }
    Json next = Json::array();
    for (const auto& p : file.next) {
        next.push_back(fmt::format("{}, by the {}{}", p.act, p.by, p.needs.empty() ? std::string{} : fmt::format(" (needs {})", p.needs)));
    }
    Json mentors = Json::array();
    for (const auto& m : file.mentors) mentors.push_back(fmt::format("{} until {}", m.mentor, to_string(m.until)));
    Json json{{"application", a.id}, {"team", a.team.value}};
    json["category"] = a.subtype.empty() ? a.category : fmt::format("{} ({})", a.category, a.subtype);
    if (!a.before.empty()) json["until now"] = a.before;
    json["happened"] = happened;
    json["now"] = standing_of(file);
    json["missing"] = file.missing;
    if (!file.lapsed.empty()) json["void sponsors"] = file.lapsed;
    if (!file.known.empty()) json["known from another team"] = file.known;
    json["next"] = next;
    if (!mentors.empty()) json["mentors"] = mentors;
    return json;
}

}  // namespace caveat::server

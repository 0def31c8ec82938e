// Applications as JSON, and as lines for reading.
#include "command_committee.hpp"

namespace caveat::server {
namespace {

using committee::ApplicationFile;
using conduct::Application;

Json maybe(const std::string& text) { return text.empty() ? Json() : Json(text); }
Json maybe(const std::optional<Date>& day) { return day ? Json(to_string(*day)) : Json(); }
Json document_json(const conduct::Document& d) { return d.empty() ? Json() : Json{{"reference", d.reference}, {"hash", d.hash}}; }

// Each field says who may read it (item 21): what is not open is the committee's alone.
Json form_json(const conduct::Form& form) {
    Json json = Json::object();
    for (const auto& field : conduct::form_fields()) {
        const auto& value = form.*field.value;
        if (!value.empty()) json[std::string(field.name)] = {{"value", value}, {"visible", field.open ? "public" : "sc"}};
    }
    return json;
}

Json contacts_json(const conduct::Form& form) {
    Json all = Json::array();
    for (const auto& c : form.contacts) {
        all.push_back({{"id", c.id.value}, {"name", c.name}, {"address", c.address}, {"representative", c.representative}});
    }
    return all;
}

Json sponsors_json(const Application& a) {
    Json all = Json::array();
    for (const auto& s : a.sponsors) {
        all.push_back({{"team", s.team.value}, {"at", to_string(s.at)}, {"report", document_json(s.report)}, {"stands", s.stands}});
    }
    return all;
}

Json documents_json(const Application& a) {
    Json all = Json::array();
    for (const auto& d : a.documents) {
        all.push_back({{"kind", conduct::name(d.kind)}, {"reference", d.document.reference}, {"hash", d.document.hash}});
    }
    return all;
}

Json history_json(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& e : file.happened) {
        all.push_back({{"at", to_string(e.at)}, {"act", e.act}, {"actor", e.actor}, {"decision", maybe(e.decision)}, {"what", e.what}});
    }
    return all;
}

Json next_json(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& p : file.next) all.push_back({{"act", p.act}, {"by", p.by}, {"needs", p.needs}});
    return all;
}

Json mentors_json(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& m : file.mentors)
        all.push_back({{"team", m.mentor.value}, {"from", to_string(m.from)}, {"until", to_string(m.until)}});
    return all;
}

std::string standing_of(const ApplicationFile& file) {
    const auto& a = file.as_is;
    std::string text(conduct::name(file.phase));
    if (file.phase == conduct::ApplicationPhase::sc_ballot) text += ", decision " + a.ballots.back();
    if (file.phase == conduct::ApplicationPhase::approved_pending_mou) text += ": no access before its MoU is on record";
    if (file.phase == conduct::ApplicationPhase::admitted) text += fmt::format(" on {}", to_string(*a.admitted));
    return a.ending.empty() ? text : text + ": " + a.ending;
}

}  // namespace

Json fact(const ApplicationFile& file) {
    const auto& a = file.as_is;
    return {{"id", a.id},
            {"team", a.team.value},
            {"category", a.category},
            {"subtype", maybe(a.subtype)},
            {"before", maybe(a.before)},
            {"submitted", to_string(a.submitted)},
            {"phase", conduct::name(file.phase)},
            {"missing", file.missing},
            {"sponsors", sponsors_json(a)},
            {"sponsors_needed", a.sponsors_needed()},
            {"lapsed", file.lapsed},
            {"visitor", maybe(a.visitor.value)},
            {"documents", documents_json(a)},
            {"ballots", a.ballots},
            {"admitted", maybe(a.admitted)},
            {"mou", maybe(a.mou)},
            {"ending", maybe(a.ending)},
            {"mentors", mentors_json(file)},
            {"form", form_json(a.form)},
            {"site_visit", a.form.site_visit},
            {"contacts", contacts_json(a.form)},
            {"happened", history_json(file)},
            {"next", next_json(file)}};
}

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
    json["next"] = next;
    if (!mentors.empty()) json["mentors"] = mentors;
    return json;
}

}  // namespace caveat::server

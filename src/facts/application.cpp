#include "caveat/facts/committee.hpp"

namespace caveat::facts {
namespace {

using committee::ApplicationFile;
using conduct::Application;

Json document_fact(const conduct::Document& d) { return d.empty() ? Json() : Json{{"reference", d.reference}, {"hash", d.hash}}; }

// Each field says who may read it (item 21): what is not open is the committee's alone.
Json form_fact(const conduct::Form& form) {
    Json json = Json::object();
    for (const auto& field : conduct::form_fields()) {
        const auto& value = form.*field.value;
        if (!value.empty()) json[std::string(field.name)] = {{"value", value}, {"visible", field.open ? "public" : "sc"}};
    }
    return json;
}

Json contacts_fact(const conduct::Form& form) {
    Json all = Json::array();
    for (const auto& c : form.contacts) {
        all.push_back({{"id", c.id.value}, {"name", c.name}, {"address", c.address}, {"representative", c.representative}});
    }
    return all;
}

Json sponsors_fact(const Application& a) {
    Json all = Json::array();
    for (const auto& s : a.sponsors) {
        all.push_back({{"team", s.team.value}, {"at", to_string(s.at)}, {"report", document_fact(s.report)}, {"stands", s.stands}});
    }
    return all;
}

// A signature over what the form says no more counts for nothing.
std::string signature_of(const conduct::AttachDocument& d) {
    if (d.outdated) return "does not count: the form was changed after this was handed in";
    return d.signature;
}

Json documents_fact(const Application& a) {
    Json all = Json::array();
    for (const auto& d : a.documents) {
        all.push_back({{"kind", conduct::name(d.kind)},
                       {"reference", d.document.reference},
                       {"hash", d.document.hash},
                       {"signature", maybe(signature_of(d))}});
    }
    return all;
}

Json happened(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& e : file.happened) {
        all.push_back(fact(e));
        all.back()["decision"] = maybe(e.decision);
    }
    return all;
}

Json next(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& p : file.next) all.push_back({{"act", p.act}, {"by", p.by}, {"needs", p.needs}});
    return all;
}

Json mentors(const ApplicationFile& file) {
    Json all = Json::array();
    for (const auto& m : file.mentors)
        all.push_back({{"team", m.mentor.value}, {"from", to_string(m.from)}, {"until", to_string(m.until)}});
    return all;
}

// ---- shapes

constexpr std::array document_fields{
    Field{.name = "kind", .about = "form, report, checklist, engagement_policy, handling_policy, key or other"},
    Field{.name = "signature", .about = "of a form, with the key handed in: what was found; null: nobody looked yet", .nullable = true},
    Field{.name = "reference", .required = true, .about = "where it is kept"},
    Field{.name = "hash", .required = true, .about = "by which it is known again"},
};
constexpr Schema document_schema{"Document", document_fields, true};

constexpr std::array sponsor_fields{
    Field{.name = "team", .required = true},
    Field{.name = "at", .type = Type::instant, .required = true},
    Field{.name = "report", .type = Type::object, .required = true, .about = "may follow", .nullable = true, .of = &document_schema},
    Field{.name = "stands", .type = Type::boolean, .required = true},
};
constexpr Schema sponsor_schema{"Sponsor", sponsor_fields, true};

constexpr std::array mentor_fields{
    Field{.name = "team", .required = true},
    Field{.name = "from", .type = Type::date, .required = true},
    Field{.name = "until", .type = Type::date, .required = true},
};
constexpr Schema mentor_schema{"Mentor", mentor_fields, true};

constexpr std::array contact_fields{
    Field{.name = "id", .required = true},
    Field{.name = "name", .required = true},
    Field{.name = "address", .required = true},
    Field{.name = "representative", .type = Type::boolean, .required = true},
};
constexpr Schema contact_schema{"Contact", contact_fields, true};

constexpr std::array past_fields{
    Field{.name = "at", .type = Type::instant, .required = true},
    Field{.name = "act", .required = true},
    Field{.name = "actor", .required = true, .about = "who recorded it"},
    Field{.name = "decision", .required = true, .about = "that it rests on", .nullable = true},
    Field{.name = "what", .required = true, .about = "in words"},
};
constexpr Schema past_schema{"ApplicationEvent", past_fields, true};

constexpr std::array<std::string_view, 3> sides{"desk", "applicant", "member"};

constexpr std::array application_fields{
    Field{.name = "id", .required = true, .about = "A-2026-001"},
    Field{.name = "team", .required = true, .about = "the applicant"},
    Field{.name = "category", .required = true, .about = "that it asks for"},
    Field{.name = "subtype", .required = true, .nullable = true},
    Field{.name = "before", .required = true, .about = "what it was until then", .nullable = true},
    Field{.name = "submitted", .type = Type::instant, .required = true},
    Field{.name = "phase", .required = true, .about = "draft, submitted, ..., admitted, declined, withdrawn, revoked"},
    Field{.name = "missing", .type = Type::texts, .required = true, .about = "before its ballot"},
    Field{.name = "sponsors", .type = Type::objects, .required = true, .of = &sponsor_schema},
    Field{.name = "sponsors_needed", .type = Type::integer, .required = true},
    Field{.name = "lapsed", .type = Type::texts, .required = true, .about = "sponsorships that are void, and why"},
    Field{.name = "known",
          .type = Type::texts,
          .about = "contacts who were of another team (ruling kk); left out where there are none, and for whoever is not of the committee"},
    Field{.name = "visitor", .required = true, .about = "the member that visits the site", .nullable = true},
    Field{.name = "documents", .type = Type::objects, .required = true, .of = &document_schema},
    Field{.name = "ballots", .type = Type::texts, .required = true, .about = "its decisions; the last one counts"},
    Field{.name = "admitted", .type = Type::date, .required = true, .nullable = true},
    Field{.name = "mou", .type = Type::date, .required = true, .nullable = true},
    Field{.name = "ending", .required = true, .about = "why it ended", .nullable = true},
    Field{.name = "mentors",
          .type = Type::objects,
          .required = true,
          .about = "who helps it in its first year (item 19)",
          .of = &mentor_schema},
    Field{.name = "form",
          .type = Type::anything,
          .required = true,
          .about = "each field {value, visible}; visible is public or sc (item 21)"},
    Field{.name = "site_visit", .type = Type::boolean, .required = true, .about = "it consents to one"},
    Field{.name = "contacts", .type = Type::objects, .required = true, .of = &contact_schema},
    Field{.name = "happened", .type = Type::objects, .required = true, .about = "in order", .of = &past_schema},
    Field{.name = "next",
          .type = Type::objects,
          .required = true,
          .about = "what may come, by whom, and what it needs",
          .of = &possible_schema},
    Field{.name = "seen_as", .type = Type::word, .about = "what the caller is to it; to a member only its open part", .words = sides},
};

}  // namespace

const Schema application_schema{"Application", application_fields, true};

Json fact(const ApplicationFile& file) {
    const auto& a = file.as_is;
    Json json{{"id", a.id},
              {"team", a.team.value},
              {"category", a.category},
              {"subtype", maybe(a.subtype)},
              {"before", maybe(a.before)},
              {"submitted", to_string(a.submitted)},
              {"phase", file.unreadable.empty() ? conduct::name(file.phase) : std::string_view("unreadable")},
              {"missing", file.missing},
              {"sponsors", sponsors_fact(a)},
              {"sponsors_needed", a.sponsors_needed()},
              {"lapsed", file.lapsed},
              {"visitor", maybe(a.visitor.value)},
              {"documents", documents_fact(a)},
              {"ballots", a.ballots},
              {"admitted", maybe(a.admitted)},
              {"mou", maybe(a.mou)},
              {"ending", maybe(a.ending)},
              {"mentors", mentors(file)},
              {"form", form_fact(a.form)},
              {"site_visit", a.form.site_visit},
              {"contacts", contacts_fact(a.form)},
              {"happened", happened(file)},
              {"next", next(file)}};
    if (!file.known.empty()) json["known"] = file.known;
    return json;
}

}  // namespace caveat::facts

#include "application_text.hpp"

#include "fields.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// A date that does not exist is written as an empty field, which fails when it is read back.
void put(Writer& w, const Date& d) { w.add(to_string(d)); }
void put(Writer& w, const Document& d) { w.add(d.reference).add(d.hash); }
void put(Writer& w, const SponsorStanding& s) { w.add(s.team.value).add(s.operational).add(s.sanctioned); }

// The number of texts comes first, so that a form written before a field was added can still be read.
void put(Writer& w, const Form& form) {
    w.add(form_fields().size());
    for (const FormField& field : form_fields()) w.add(form.*field.value);
    w.add(form.contacts.size());
    for (const Contact& c : form.contacts) w.add(c.id.value).add(c.name).add(c.address).add(c.representative);
    w.add(form.site_visit);
}

void put(Writer& w, const SubmitApplication& a) {
    w.add(a.id).add(a.team.value).add(a.category).add(a.subtype).add(a.before);
    put(w, a.form);
}
void put(Writer& w, const AmendForm& a) { put(w, a.form); }
void put(Writer& w, const SponsorTeam& a) {
    put(w, a.sponsor);
    put(w, a.report);
    w.add(a.anew);
}
void put(Writer& w, const AttachDocument& a) {
    w.add(name(a.kind)).add(a.sponsor.value);
    put(w, a.document);
    w.add(a.signature);
}
void put(Writer& w, const AgreeVisit& a) { w.add(a.visitor.value).add(a.operational); }
void put(Writer& w, const OpenBallot& a) {
    w.add(a.sponsors.size());
    for (const SponsorStanding& s : a.sponsors) put(w, s);
    w.add(a.earlier_failed);
}
void put(Writer& w, const Admit& a) { w.add(a.effect); }
void put(Writer& w, const Decline& a) { w.add(a.why); }
void put(Writer& w, const RecordMou& a) {
    put(w, a.signed_on);
    put(w, a.mou);
}
void put(Writer& w, const WithdrawApplication& a) { w.add(a.reason); }
void put(Writer& w, const RevokeStatus& a) { w.add(name(a.rule)).add(a.clause).add(a.reason); }

Document document(Reader& r) {
    Document d;
    d.reference = r.text();
    d.hash = r.text();
    return d;
}

SponsorStanding standing(Reader& r) {
    SponsorStanding s;
    s.team = TeamId{r.text()};
    s.operational = r.flag();
    s.sanctioned = r.flag();
    return s;
}

Form form(Reader& r) {
    Form form;
    auto left = r.number();
    for (const FormField& field : form_fields()) {
        if (left-- > 0)
            form.*field.value = r.text();
        else if (field.value == &Form::activity)
            form.asks_activity = false;
    }
    for (auto contacts = r.number(); contacts > 0 && r.good(); --contacts) {
        Contact c;
        c.id = PersonId{r.text()};
        c.name = r.text();
        c.address = r.text();
        c.representative = r.flag();
        form.contacts.push_back(std::move(c));
    }
    form.site_visit = r.flag();
    return form;
}

SubmitApplication submitted(Reader& r) {
    SubmitApplication a;
    a.id = r.text();
    a.team = TeamId{r.text()};
    a.category = r.text();
    a.subtype = r.text();
    a.before = r.text();
    a.form = form(r);
    return a;
}

AttachDocument attached(Reader& r) {
    AttachDocument a;
    a.kind = r.word(document_kind_from);
    a.sponsor = TeamId{r.text()};
    a.document = document(r);
    if (!r.at_end()) a.signature = r.text();  // not there: written before signatures were looked at
    return a;
}

OpenBallot ballot(Reader& r) {
    OpenBallot a;
    for (auto left = r.number(); left > 0 && r.good(); --left) a.sponsors.push_back(standing(r));
    a.earlier_failed = r.flag();
    return a;
}

RecordMou mou(Reader& r) {
    RecordMou a;
    a.signed_on = r.word(+[](std::string_view text) -> std::optional<Date> {
        const auto day = parse_date(text);
        return day ? std::optional{*day} : std::nullopt;
    });
    a.mou = document(r);
    return a;
}

std::optional<ApplicationAct> read_application_act(std::string_view what, Reader& r) {
    if (what == "submit") return submitted(r);
    if (what == "amend") return AmendForm{form(r)};
    // Inside braces the fields are read from left to right.
    if (what == "sponsor") return SponsorTeam{standing(r), document(r), r.flag()};
    if (what == "document") return attached(r);
    if (what == "visit") return AgreeVisit{TeamId{r.text()}, r.flag()};
    if (what == "ballot") return ballot(r);
    if (what == "admit") return Admit{r.at()};
    if (what == "decline") return Decline{r.text()};
    if (what == "mou") return mou(r);
    if (what == "withdraw") return WithdrawApplication{r.text()};
    if (what == "revoke") return RevokeStatus{r.word(rule_from), r.text(), r.text()};
    return std::nullopt;
}

}  // namespace

std::string text_of(const ApplicationAct& act) {
    Writer writer;
    writer.add(name(act));
    std::visit([&](const auto& a) { put(writer, a); }, act);
    return writer.take();
}

std::optional<ApplicationAct> application_act_from(std::string_view text) {
    Reader reader(text);
    const auto what = reader.text();
    auto act = read_application_act(what, reader);
    return reader.good() && reader.at_end() ? act : std::nullopt;
}

}  // namespace caveat::committee

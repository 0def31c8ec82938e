#include "act_text.hpp"

#include "caveat/vault/vault.hpp"
#include "fields.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

void put(Writer& w, const Period& p) { w.add(p.months).add(p.time.count()); }

void put(Writer& w, const DeniedSet& set) {
    w.add(set.size());
    for (const Denied& d : set) w.add(d.resource).add(d.verbs);
}

void put(Writer& w, const Sanction& s) {
    put(w, s.denied);
    w.add(s.effect).add(s.length.has_value());
    if (s.length) put(w, *s.length);
    w.add(s.end).add(s.tell_members);
}

void put(Writer& w, const Panelist& p) { w.add(p.person.value).add(p.team.value).add(p.operational).add(p.on_committee); }

void put(Writer& w, const OpenCase& a) { w.add(a.id).add(a.team.value).add(a.clause); }
void put(Writer& w, const IssueNotice& a) {
    for (const auto& field : contents_fields) w.add(a.contents.*field.value);
    w.add(a.reply_time.has_value());
    if (a.reply_time) put(w, *a.reply_time);
}
void put(Writer& w, const RecordService& a) { w.add(a.notice).add(name(a.channel)).add(a.stamp); }
void put(Writer& w, const RecordReply& a) {
    w.add(a.notice).add(a.reference);
    if (a.hearsay) w.add(a.hearsay);  // else as it was written before there was a difference
}
void put(Writer& w, const FindComplied& a) { w.add(a.evidence).add(a.dated); }
void put(Writer& w, const FindContinues& a) { w.add(a.evidence).add(a.dated); }
void put(Writer& w, const IssueSanction& a) { put(w, a.sanction); }
void put(Writer& w, const Renew& a) { put(w, a.sanction); }
void put(Writer& w, const FileAppeal& a) { w.add(a.notice).add(a.reference); }
void put(Writer& w, const WithdrawAppeal& a) { w.add(a.notice); }
void put(Writer& w, const SeatPanel& a) {
    w.add(a.notice);
    put(w, a.panel.chair);
    w.add(a.panel.members.size());
    for (const Panelist& p : a.panel.members) put(w, p);
}
void put(Writer& w, const CastPanelVote& a) {
    w.add(a.notice).add(a.person.value).add(name(a.ruling.outcome));
    put(w, a.ruling.suspended);
}
void put(Writer& w, const Lift& a) { put(w, a.denied); }
void put(Writer& w, const CloseCase& a) { w.add(a.reason); }

Period period(Reader& r) {
    const int months = r.small();
    return {months, std::chrono::seconds{r.number()}};
}

DeniedSet denied(Reader& r) {
    DeniedSet set;
    for (auto left = r.number(); left > 0 && r.good(); --left) {
        auto resource = r.text();
        set.push_back({std::move(resource), static_cast<community::Verbs>(r.small())});
    }
    return set;
}

Sanction sanction(Reader& r) {
    Sanction s;
    s.denied = denied(r);
    s.effect = r.maybe_at();
    if (r.flag()) s.length = period(r);
    s.end = r.maybe_at();
    s.tell_members = r.flag();
    return s;
}

Panelist panelist(Reader& r) {
    Panelist p;
    p.person = PersonId{r.text()};
    p.team = TeamId{r.text()};
    p.operational = r.flag();
    p.on_committee = r.flag();
    return p;
}

IssueNotice notice(Reader& r) {
    IssueNotice a;
    for (const auto& field : contents_fields) a.contents.*field.value = r.text();
    if (r.flag()) a.reply_time = period(r);
    return a;
}

RecordService service(Reader& r) {
    RecordService a;
    a.notice = r.small();
    a.channel = r.word(channel_from);
    a.stamp = r.at();
    return a;
}

SeatPanel panel(Reader& r) {
    SeatPanel a;
    a.notice = r.small();
    a.panel.chair = panelist(r);
    for (auto left = r.number(); left > 0 && r.good(); --left) a.panel.members.push_back(panelist(r));
    return a;
}

CastPanelVote panel_vote(Reader& r) {
    CastPanelVote a;
    a.notice = r.small();
    a.person = PersonId{r.text()};
    a.ruling.outcome = r.word(outcome_from);
    a.ruling.suspended = denied(r);
    return a;
}

std::optional<Act> read_act(std::string_view what, Reader& r) {
    if (what == "open") {
        OpenCase a;
        a.id = r.text();
        a.team = TeamId{r.text()};
        a.clause = r.text();
        return a;
    }
    if (what == "issue") return notice(r);
    if (what == "serve") return service(r);
    // Inside braces the fields are read from left to right.
    if (what == "reply") {
        RecordReply a{r.small(), r.text()};
        a.hearsay = !r.at_end() && r.flag();
        return a;
    }
    if (what == "comply") return FindComplied{r.text(), r.at()};
    if (what == "continue") return FindContinues{r.text(), r.at()};
    if (what == "sanction") return IssueSanction{sanction(r)};
    if (what == "renew") return Renew{sanction(r)};
    if (what == "appeal") return FileAppeal{r.small(), r.text()};
    if (what == "withdraw") return WithdrawAppeal{r.small()};
    if (what == "seat") return panel(r);
    if (what == "vote") return panel_vote(r);
    if (what == "lift") return Lift{denied(r)};
    if (what == "close") return CloseCase{r.text()};
    return std::nullopt;
}

}  // namespace

std::string text_of(const Act& act) {
    Writer writer;
    writer.add(name(act));
    std::visit([&](const auto& a) { put(writer, a); }, act);
    return writer.take();
}

std::string hash_of(const Act& act) { return vault::hex(vault::sha256(text_of(act))); }

std::optional<Act> act_from(std::string_view text) {
    Reader reader(text);
    const auto what = reader.text();
    auto act = read_act(what, reader);
    return reader.good() && reader.at_end() ? act : std::nullopt;
}

}  // namespace caveat::committee

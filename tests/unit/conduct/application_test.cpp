// Applications: what each step asks for, and that nothing is skipped.
#include "caveat/conduct/application.hpp"

#include <catch2/catch.hpp>
#include <functional>

namespace caveat::conduct::testing {
namespace {

using Stage = ApplicationPhase;
using Catch::Matchers::Contains;

Instant at(std::string_view text) { return *parse_instant(text); }
constexpr auto day = std::chrono::hours{24};

Form whole_form() {
    Form form;
    form.official_name = "Nimbus Computer Emergency Response Team";
    form.short_name = "Nimbus-CERT";
    form.hosts = "Ministry of Weather";
    form.economy = "NZ";
    form.established = "2019";
    form.funding = "government";
    form.constituency = "the economy";
    form.mission = "coordination";
    form.activity = "incident_response, coordination";
    form.reason = "not_yet_eligible";
    form.contacts = {{PersonId{"nimbus-rep"}, "Ngaio", "rep@nimbus.example", true}};
    form.site_visit = true;
    return form;
}

SponsorTeam by(const char* team) { return {{TeamId{team}, true, false}, {team, "sha256:01"}, false}; }
AttachDocument document(DocumentKind kind) { return {kind, {}, {"registry folder 7", "sha256:02"}}; }

// As the project's own rule book has them.
community::CategoryTraits traits_of(std::string_view category) {
    using community::Status;
    if (category == "operational") return {.status = Status::member};
    if (category == "liaison") return {.status = Status::partner, .states_reason = true};
    if (category == "strategic") return {.status = Status::partner};
    if (category == "corporate") return {.status = Status::partner, .engagement_policy = true};
    if (category == "legacy_supporting") return {.status = Status::partner, .closed = true};
    if (category == "applicant") return {.status = Status::applicant};
    return category == "former" ? community::CategoryTraits{.status = Status::former} : community::CategoryTraits{};
}

// One application that goes on; a copy is a second future of it.
struct File {
    Application a;
    Instant now = at("2026-06-01T10:00:00Z");

    explicit File(const char* category = "operational", const Form& form = whole_form(), const Numbers& numbers = {}) {
        const auto subtype = std::string_view(category) == "strategic" ? "registry" : "";
        const auto first = open_application({now, "operator", "", SubmitApplication{"A-1", TeamId{"nimbus"}, category, subtype, "", form}},
                                            numbers, traits_of(category));
        REQUIRE(first);
        a = *first;
    }
    Result<Application> try_to(ApplicationAct act, const std::string& decision = "D-1") const {
        return next(a, {now, "operator", decision, std::move(act)});
    }
    File& does(const ApplicationAct& act, const std::string& decision = "D-1") {
        auto after = try_to(act, decision);
        INFO(name(act) << ": " << (after ? "" : after.error().detail));
        REQUIRE(after);
        a = *after;
        return *this;
    }
    std::string refusal(ApplicationAct act, const std::string& decision = "D-1") const {
        const auto after = try_to(std::move(act), decision);
        return after ? "allowed" : after.error().detail;
    }
    File& papers() {
        does(document(DocumentKind::form));
        return a.of_partner() ? does(document(DocumentKind::handling_policy)) : *this;
    }
    File& visited() { return does(AgreeVisit{TeamId{"takin"}, true}); }
    File& ready() {
        does(by("orchid")).papers();
        if (!a.of_partner()) return visited();
        if (a.category == "corporate") does(document(DocumentKind::engagement_policy));
        return does(by("banksia")).does(by("saiga"));
    }
    File& approved() { return ready().does(OpenBallot{}).does(Admit{now}); }
    Stage stage() const { return phase_of(a); }
};

}  // namespace

TEST_CASE("a member's application goes from draft to admission in its order [item 17]", "[conduct]") {
    auto form = whole_form();
    form.mission.clear();
    File f("operational", form);
    CHECK(f.stage() == Stage::draft);
    CHECK_THAT(f.refusal(by("orchid")), Contains("item 21: mission"));
    f.does(AmendForm{whole_form()});
    CHECK(f.stage() == Stage::submitted);
    f.does(by("orchid"));
    CHECK(f.stage() == Stage::sponsored);
    f.visited();
    CHECK(f.stage() == Stage::site_visit_agreed);
    f.papers().does(OpenBallot{});
    CHECK(f.stage() == Stage::sc_ballot);
    f.does(Admit{f.now});
    CHECK(f.stage() == Stage::admitted);
    CHECK(f.a.admitted == date_of(f.now));
    CHECK(missing(f.a).empty());
}

TEST_CASE("without consent to a site visit there is no ballot [item 17]", "[conduct]") {
    auto form = whole_form();
    form.site_visit = false;
    File f("operational", form);
    f.does(by("orchid")).papers();
    CHECK_THAT(f.refusal(AgreeVisit{TeamId{"takin"}, true}), Contains("item 17") && Contains("consent"));
    CHECK_THAT(f.refusal(OpenBallot{}), Contains("consent to a site visit"));
    f.does(AmendForm{whole_form()});
    CHECK_THAT(f.refusal(OpenBallot{}), Contains("item 17: a member that visits"));
    CHECK_THAT(f.refusal(AgreeVisit{TeamId{"nimbus"}, true}), Contains("itself"));
    CHECK_THAT(f.refusal(AgreeVisit{TeamId{"camphor"}, false}), Contains("not an Operational Member"));
    f.visited();
    File regret = f;
    regret.does(AmendForm{form});
    CHECK_THAT(regret.refusal(OpenBallot{}), Contains("consent"));
    f.does(OpenBallot{});
    CHECK_THAT(File("liaison").refusal(AgreeVisit{TeamId{"takin"}, true}), Contains("item 18"));
}

TEST_CASE("a partner needs three distinct sponsors; X, Y, X is blocked at 2/3 [item 18]", "[conduct]") {
    File f("liaison");
    f.papers().does(by("orchid")).does(by("banksia"));
    CHECK_THAT(f.refusal(by("orchid")), Contains("item 18") && Contains("2/3"));
    CHECK_THAT(f.refusal(OpenBallot{}), Contains("item 18: sponsors 2/3"));
    f.does(by("saiga")).does(OpenBallot{});
    CHECK(f.stage() == Stage::sc_ballot);

    Numbers two;
    two.partner_sponsors = 2;  // the book's number, not ours
    File fewer("liaison", whole_form(), two);
    fewer.papers().does(by("orchid")).does(by("banksia")).does(OpenBallot{});
}

TEST_CASE("a partner the committee approved waits for its MoU [item 18]", "[conduct]") {
    File f("strategic");
    f.approved();
    CHECK(f.stage() == Stage::approved_pending_mou);
    CHECK_FALSE(f.a.mou);
    const Date today = date_of(f.now);
    const Date yesterday = date_of(f.now - day);
    CHECK_THAT(f.refusal(RecordMou{today, {}}), Contains("hash"));
    CHECK_THAT(f.refusal(RecordMou{date_of(f.now + day), {"folder", "sha256:03"}}), Contains("after today"));
    CHECK_THAT(f.refusal(RecordMou{yesterday, {"folder", "sha256:03"}}), Contains("after the approval"));
    f.does(RecordMou{today, {"folder", "sha256:03"}});
    CHECK(f.stage() == Stage::admitted);
    CHECK(f.a.mou == today);
    CHECK_THAT(f.refusal(RecordMou{today, {"folder", "sha256:03"}}), Contains("item 18"));
    File member;
    member.approved();
    CHECK_THAT(member.refusal(RecordMou{today, {"folder", "sha256:03"}}), Contains("item 18"));
}

TEST_CASE("a sponsor is another member that is under no sanction, until the ballot opens [item 19]", "[conduct]") {
    File f;
    CHECK_THAT(f.refusal(SponsorTeam{{TeamId{"camphor"}, false, false}, {}, false}),
               Contains("item 19") && Contains("not an Operational Member"));
    CHECK_THAT(f.refusal(SponsorTeam{{TeamId{"orchid"}, true, true}, {}, false}), Contains("sanction"));
    CHECK_THAT(f.refusal(SponsorTeam{{TeamId{"nimbus"}, true, false}, {}, false}), Contains("itself"));
    f.ready();

    const auto [operational, sanctioned] = GENERATE(table<bool, bool>({{false, false}, {true, true}, {false, true}}));
    CAPTURE(operational, sanctioned);
    const std::vector<SponsorStanding> lost{{TeamId{"orchid"}, operational, sanctioned}};
    CHECK(phase_of(f.a, lost) == Stage::submitted);
    CHECK_THAT(f.refusal(OpenBallot{lost, false}), Contains("item 17: sponsors 0/1"));
    auto again = by("orchid");
    CHECK_THAT(f.refusal(again), Contains("sponsors already"));
    again.anew = true;
    f.does(again).does(OpenBallot{{{TeamId{"orchid"}, true, false}}, false});
    CHECK(phase_of(f.a, lost) == Stage::sc_ballot);  // too late to void it
}

TEST_CASE("a void sponsor neither counts nor mentors while enough others do [item 19]", "[conduct]") {
    File f("liaison");
    f.ready().does(by("wattle"));
    f.does(OpenBallot{{{TeamId{"banksia"}, false, false}}, false}).does(Admit{f.now});
    std::vector<TeamId> mentors;
    for (const auto& m : mentorships(f.a)) mentors.push_back(m.mentor);
    CHECK(mentors == std::vector{TeamId{"orchid"}, TeamId{"saiga"}, TeamId{"wattle"}});
}

TEST_CASE("sponsors mentor for a year from the admission, a leap day rounded later [item 19]", "[conduct]") {
    const auto [admitted, until] =
        GENERATE(table<const char*, const char*>({{"2026-06-01T10:00:00Z", "2027-06-01"}, {"2028-02-29T09:00:00Z", "2029-03-01"}}));
    File f;
    f.now = at(admitted);
    CHECK(mentorships(f.a).empty());
    f.approved();
    const auto all = mentorships(f.a);
    REQUIRE(all.size() == 1);
    CHECK(to_string(all.front().until) == until);
    CHECK(all.front().from == date_of(at(admitted)));
}

TEST_CASE("the ballot is blocked while a document of the category is missing, and every one is named [item 20]", "[conduct]") {
    File f("corporate");
    f.does({SponsorTeam{{TeamId{"orchid"}, true, false}, {}, false}}).does(by("banksia")).does(by("saiga"));
    const std::vector<std::string> all{"item 19: the Sponsor Report of orchid", "item 20: the document 'form'",
                                       "item 20: the document 'engagement_policy'"};
    CHECK(missing(f.a) == all);
    for (const auto& line : all) CHECK_THAT(f.refusal(OpenBallot{}), Contains(line));
    CHECK_THAT(f.refusal(AttachDocument{DocumentKind::form, {}, {"folder", ""}}), Contains("hash"));
    CHECK_THAT(f.refusal(AttachDocument{DocumentKind::report, TeamId{"takin"}, {"folder", "sha256:4"}}),
               Contains("not one of application"));
    f.does(AttachDocument{DocumentKind::report, TeamId{"orchid"}, {"folder", "sha256:4"}}).papers();
    CHECK(missing(f.a).size() == 1);
    f.does(document(DocumentKind::engagement_policy)).does(OpenBallot{});
    CHECK_THAT(f.refusal(document(DocumentKind::other)), Contains("before the ballot"));
}

TEST_CASE("a form is whole or a draft, and senseless words are refused [item 21]", "[conduct]") {
    for (const auto& field : form_fields()) {
        CAPTURE(field.name);
        auto form = whole_form();
        (form.*field.value).clear();
        CHECK((File("operational", form).stage() == Stage::draft) == field.required);
        form.*field.value = std::string(4'001, 'x');
        CHECK_FALSE(sound(form));
        form.*field.value = "bell \a";
        CHECK_FALSE(sound(form));
    }
    auto form = whole_form();
    form.reason.clear();
    CHECK(File("liaison", form).stage() == Stage::draft);  // item 9: outside the region, or not yet eligible
    form.contacts.front().representative = false;
    CHECK_THAT(missing(File("strategic", form).a).front(), Contains("representative"));
    const auto spoil = GENERATE(
        as<std::function<void(Form&)>>(), [](Form& f) { f.economy = "nz"; }, [](Form& f) { f.funding = "gold"; },
        [](Form& f) { f.reason = "why not"; }, [](Form& f) { f.contacts.push_back(f.contacts.front()); },
        [](Form& f) { f.contacts.front().id = PersonId{"../etc"}; },
        [](Form& f) {
            f.contacts.push_back({PersonId{"second"}, "Two", "", true});
        });
    auto spoilt = whole_form();
    spoil(spoilt);
    CHECK_FALSE(sound(spoilt));
    CHECK_FALSE(File().try_to(AmendForm{spoilt}));
}

TEST_CASE("only the ballot that was opened decides, and a failed one may be held again [item 22]", "[conduct]") {
    File f;
    f.ready();
    CHECK_THAT(f.refusal(Admit{f.now}), Contains("needs a ballot"));
    f.does(OpenBallot{}, "D-1");
    CHECK_THAT(f.refusal(Admit{f.now}, "D-2"), Contains("D-2 is not the ballot"));
    CHECK_THAT(f.refusal(Decline{"no"}, "D-2"), Contains("D-2 is not the ballot"));
    CHECK_THAT(f.refusal(Admit{f.now}, ""), Contains("item 54"));
    CHECK_THAT(f.refusal(Admit{f.now + day}), Contains("takes effect"));
    CHECK_THAT(f.refusal(OpenBallot{}, "D-2"), Contains("is the ballot"));
    File again = f;
    again.does(OpenBallot{{}, true}, "D-2");
    CHECK_THAT(again.refusal(Admit{f.now}, "D-1"), Contains("D-1 is not the ballot"));
    again.does(Admit{f.now}, "D-2");
    f.does(Decline{"6 of 7"}, "D-1");
    CHECK(f.stage() == Stage::declined);
    CHECK_THAT(f.refusal(Admit{f.now}), Contains("declined"));
}

TEST_CASE("what is over stays over, and another category is another application [item 23]", "[conduct]") {
    File withdrawn;
    withdrawn.does(WithdrawApplication{"changed our mind"});
    File declined;
    declined.ready().does(OpenBallot{}).does(Decline{"no"});
    File admitted;
    admitted.approved();
    File revoked = admitted;
    revoked.does(RevokeStatus{Rule::two_thirds, "", "criteria"});
    CHECK(revoked.stage() == Stage::revoked);
    const std::vector<ApplicationAct> acts{SubmitApplication{"A-2", TeamId{"nimbus"}, "liaison", "", "", whole_form()},
                                           AmendForm{whole_form()},
                                           by("saiga"),
                                           document(DocumentKind::other),
                                           AgreeVisit{TeamId{"takin"}, true},
                                           OpenBallot{{}, true},
                                           Admit{admitted.now},
                                           Decline{"no"},
                                           RecordMou{date_of(admitted.now), {"a", "b"}},
                                           WithdrawApplication{"again"}};
    for (const auto* over : {&withdrawn, &declined, &admitted, &revoked}) {
        for (const auto& act : acts) {
            CAPTURE(name(over->stage()), name(act));
            CHECK_THAT(over->refusal(act), Contains("item ") || Contains("ruling "));
        }
    }
    for (const auto* over : {&withdrawn, &declined, &revoked}) {
        CHECK_THAT(over->refusal(RevokeStatus{Rule::two_thirds, "4", "x"}), Contains("no status to revoke"));
    }
}

TEST_CASE("a membership is revoked by the General Meeting, a partnership by the committee under its MoU [item 25]", "[conduct]") {
    const auto [category, rule, clause, refusal] =
        GENERATE(table<const char*, Rule, const char*, const char*>({{"operational", Rule::approval, "4", "General Meeting"},
                                                                     {"operational", Rule::unanimity, "4", "General Meeting"},
                                                                     {"operational", Rule::majority, "4", "General Meeting"},
                                                                     {"operational", Rule::two_thirds, "", ""},
                                                                     {"liaison", Rule::approval, "4.2", ""},
                                                                     {"liaison", Rule::approval, "", "clause"},
                                                                     {"corporate", Rule::two_thirds, "4.2", "committee revokes"},
                                                                     {"legacy_supporting", Rule::approval, "4.2", ""},
                                                                     {"applicant", Rule::two_thirds, "4.2", "no status"},
                                                                     {"former", Rule::two_thirds, "4.2", "no status"},
                                                                     {"", Rule::two_thirds, "4.2", "no status"}}));
    CAPTURE(category, name(rule), clause);
    const auto answer = may_revoke(traits_of(category), rule, clause);
    CHECK(answer.has_value() == std::string_view(refusal).empty());
    if (!answer) CHECK_THAT(answer.error().detail, Contains("item 25") && Contains(refusal));
}

TEST_CASE("what may come next says by whom and what it needs, and only what is allowed needs nothing", "[conduct]") {
    File f("liaison");
    const auto needs_of = [&](std::string_view act) -> std::string {
        for (const auto& p : what_next(f.a)) {
            if (p.act == act) return p.needs;
        }
        return "impossible";
    };
    CHECK_THAT(needs_of("ballot"), Contains("sponsors 0/3") && Contains("the document 'form'") && !Contains("checklist"));
    CHECK(needs_of("sponsor").empty());
    CHECK(needs_of("visit") == "impossible");
    f.ready();
    CHECK(needs_of("ballot").empty());
    CHECK(needs_of("sponsor") == "impossible");
    f.does(OpenBallot{}, "D-9");
    CHECK_THAT(needs_of("admit"), Contains("D-9"));
    f.does(Admit{f.now}, "D-9");
    CHECK_THAT(needs_of("mou"), Contains("MoU"));
    CHECK(needs_of("withdraw").empty());
    f.does(WithdrawApplication{"budget"});
    CHECK(what_next(f.a).empty());
}

TEST_CASE("an application begins with its form, and its steps replay to the same", "[conduct]") {
    const Instant now = at("2026-06-01T10:00:00Z");
    const SubmitApplication first{"A-1", TeamId{"nimbus"}, "operational", "", "", whole_form()};
    CHECK_FALSE(replay_application({}, {}, {}));
    CHECK_FALSE(open_application({now, "operator", "", by("orchid")}, {}, traits_of("operational")));
    CHECK_FALSE(open_application({now, "", "", first}, {}, traits_of("operational")));
    for (const auto* category : {"applicant", "former", "legacy_supporting", "king", ""}) {
        auto other = first;
        other.category = category;
        CHECK_FALSE(open_application({now, "operator", "", other}, {}, traits_of(category)));
    }
    auto nameless = first;
    nameless.team = TeamId{"two words"};
    CHECK_FALSE(open_application({now, "operator", "", nameless}, {}, traits_of("operational")));
    const std::vector<ApplicationStep> steps{{now, "operator", "", first}, {now + day, "operator", "", by("orchid")}};
    const auto a = replay_application(steps, {}, traits_of("operational"));
    REQUIRE(a);
    CHECK(a->sponsors.size() == 1);
    CHECK(a->last == now + day);
    CHECK_FALSE(next(*a, {now, "operator", "", WithdrawApplication{"back in time"}}));
}

TEST_CASE("an application on record is not judged again when the rules are tightened", "[C7][conduct]") {
    const Instant now = at("2026-06-01T10:00:00Z");
    Numbers tight;
    tight.member_sponsors = 3;
    // Today: a form that is not whole, a sponsor that is no member, a visit nobody consents to, no papers, a decision of another ballot.
    const SponsorTeam stranger{{TeamId{"orchid"}, false, true}, {}, false};
    const std::vector<ApplicationStep> steps{{now, "operator", "", SubmitApplication{"A-1", TeamId{"nimbus"}, "operational", "", "", {}}},
                                             {now, "operator", "", stranger},
                                             {now, "operator", "", AgreeVisit{TeamId{"nimbus"}, false}},
                                             {now, "operator", "D-1", OpenBallot{}},
                                             {now - day, "operator", "D-2", Admit{now}}};
    const auto a = replay_application(steps, tight, traits_of("operational"));
    REQUIRE(a);
    CHECK(phase_of(*a) == Stage::admitted);
    CHECK(a->sponsors.size() == 1);
    CHECK(a->ballots == std::vector<std::string>{"D-1"});
    CHECK(a->last == now);
    auto judged = open_application(steps.front(), tight, traits_of("operational"));
    REQUIRE(judged);
    for (std::size_t i = 1; i < steps.size(); ++i) CHECK_FALSE(next(*judged, steps[i]));
}

TEST_CASE("a record that makes no application is refused, naming the step", "[conduct]") {
    const Instant now = at("2026-06-01T10:00:00Z");
    const ApplicationStep first{now, "operator", "", SubmitApplication{"A-1", TeamId{"nimbus"}, "operational", "", "", whole_form()}};
    const auto report = AttachDocument{DocumentKind::report, TeamId{"orchid"}, {"registry folder 7", "sha256:02"}};
    for (const std::vector<ApplicationStep>& steps : {std::vector<ApplicationStep>{first, first}, {first, {now, "operator", "", report}}}) {
        const auto a = replay_application(steps, {}, traits_of("operational"));
        REQUIRE_FALSE(a);
        CHECK(a.error().code == errc::invalid);
        CHECK_THAT(a.error().detail, Contains("step 2"));
    }
}

TEST_CASE("every applicant says what it does, in the words of the FAQ [item 3]", "[conduct]") {
    const auto [activity, says] = GENERATE(table<std::string, std::string>({{"incident_response", ""},
                                                                            {"research, coordination", ""},
                                                                            {"research coordination\nincident_response", ""},
                                                                            {"", "item 21: activity of the form"},
                                                                            {"selling", "activity 'selling'"},
                                                                            {"research, selling", "one or more of incident_response"}}));
    CAPTURE(activity);
    auto form = whole_form();
    form.activity = activity;
    const bool is_sound = sound(form).has_value();
    CHECK(is_sound == (says.empty() || activity.empty()));
    if (!is_sound) CHECK_THAT(sound(form).error().detail, Contains(says));
    if (activity.empty()) CHECK_THAT(File("operational", form).refusal(by("orchid")), Contains(says));
}

TEST_CASE("a partner has no access before it accepted the policies, and may accept them until then [ruling nn][item 11]", "[conduct]") {
    const auto [category, kinds] = GENERATE(table<const char*, std::vector<DocumentKind>>(
        {{"liaison", {DocumentKind::handling_policy}}, {"corporate", {DocumentKind::handling_policy}}, {"operational", {}}}));
    CAPTURE(category);
    File f(category);
    f.does(by("orchid")).does(document(DocumentKind::form));
    if (!f.a.of_partner()) {
        CHECK(acceptances_due(f.a).empty());
        return;
    }
    f.does(by("banksia")).does(by("saiga"));
    if (f.a.traits.engagement_policy) f.does(document(DocumentKind::engagement_policy));
    f.does(OpenBallot{}).does(Admit{f.now});
    const RecordMou mou{date_of(f.now), {"folder", "sha256:03"}};
    CHECK(acceptances_due(f.a) == kinds);
    CHECK_THAT(f.refusal(mou), Contains("ruling (nn): nimbus accepts the policies before access; missing: the document 'handling_policy'"));
    CHECK_THAT(f.refusal(document(DocumentKind::other)), Contains("belongs before the ballot"));
    f.does(document(DocumentKind::handling_policy)).does(mou);
    CHECK(f.stage() == Stage::admitted);
    CHECK_THAT(f.refusal(document(DocumentKind::handling_policy)), Contains("belongs before the ballot"));
}

TEST_CASE("the checklist is the sponsor's aid and blocks nothing [ruling nn]", "[conduct]") {
    File f;
    f.does(by("orchid")).does(document(DocumentKind::form)).visited();
    CHECK(missing(f.a).empty());
    f.does(document(DocumentKind::checklist)).does(OpenBallot{});
}

}  // namespace caveat::conduct::testing

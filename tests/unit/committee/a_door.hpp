#pragma once
// The house with its committee and its applications, and shorthand for the way of one from its form to its ballot.
#include "a_desk.hpp"
#include "caveat/committee/applications.hpp"

namespace caveat::test {

using conduct::ApplicationPhase;

inline conduct::Form a_form(const std::string& team) {
    conduct::Form form;
    form.official_name = team + " Emergency Response Team";
    form.short_name = team + "-CERT";
    form.hosts = "a ministry";
    form.economy = "NZ";
    form.established = "2019";
    form.funding = "government";
    form.constituency = "the economy";
    form.mission = "coordination\tand\nhelp";
    form.activity = "research";
    form.reason = "not_yet_eligible";
    form.contacts = {{PersonId{team + "-rep"}, "Ngaio", "rep@" + team + ".example", true}};
    form.site_visit = true;
    return form;
}

struct ADoor : ADesk {
    committee::Applications door{store(), vault(), rules, clock};
    std::string id;

    Result<committee::ApplicationFile> try_submit(const std::string& team, const std::string& category, const std::string& subtype = {}) {
        return door.submit(secretariat, {{}, TeamId{team}, category, subtype, {}, a_form(team)});
    }
    committee::ApplicationFile done(const Result<committee::ApplicationFile>& file) {
        INFO((file ? "" : file.error().detail));
        REQUIRE(file);
        return *file;
    }
    void submit(const std::string& team, const std::string& category) { id = done(try_submit(team, category)).as_is.id; }
    // With the document it hands in, where it does.
    Result<committee::ApplicationFile> tried(const conduct::ApplicationAct& act) {
        const bool hands_in = std::holds_alternative<conduct::SponsorTeam>(act) || std::holds_alternative<conduct::AttachDocument>(act) ||
                              std::holds_alternative<conduct::RecordMou>(act);
        return door.act(secretariat, id, act,
                        hands_in ? committee::Paper{"letter.txt", std::string(name(act)) + ", signed"} : committee::Paper{});
    }
    committee::ApplicationFile does(const conduct::ApplicationAct& act) { return done(tried(act)); }
    static conduct::SponsorTeam by(const std::string& team) { return {{TeamId{team}, false, true}, {"folder", ""}, false}; }
    static conduct::AttachDocument paper(conduct::DocumentKind kind) { return {kind, {}, {"folder", ""}}; }
    conduct::RecordMou mou() { return {date_of(clock.now()), {"registry", ""}}; }
    void papers() {
        does(paper(conduct::DocumentKind::form));
        if (door.show(id)->as_is.of_partner()) does(paper(conduct::DocumentKind::handling_policy));
    }
    void ready(const std::string& team, const std::string& category) {
        submit(team, category);
        papers();
        does(by("takin"));
        if (category == "operational")
            does(conduct::AgreeVisit{TeamId{"kowhai"}, false});
        else
            does(by("kowhai")), does(by("saiga"));
    }
    committee::ApplicationFile admitted(const std::string& team, const std::string& category) {
        ready(team, category);
        return done(door.admit(secretariat, id, decided("admission", team)));
    }
    std::string rows() {
        auto text = all_rows();
        for (const auto& row : store().applications().all())
            text += fmt::format("{}:{} ", row.id, store().applications().acts(row.id).size());
        for (const auto& team : store().directory().teams()) {
            text += fmt::format("{}:{}:{} ", team.id, team.category, team.mou ? to_string(*team.mou) : "-");
        }
        return text;
    }
    template <class Act>
    void refused(errc code, const std::string& words, Act act) {
        const auto before = rows();
        const auto answer = act();
        REQUIRE_FALSE(answer);
        INFO("'" << answer.error().detail << "' should say '" << words << "'");
        CHECK(answer.error().code == code);
        CHECK(answer.error().detail.find(words) != std::string::npos);
        CHECK(rows() == before);
    }
    std::optional<community::Team> team(const char* name) { return store().directory().team(TeamId{name}); }
};

}  // namespace caveat::test

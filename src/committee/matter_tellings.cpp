// Letters about reviews, declarations, duties and documents: to the committee without the team, and to who speaks for the team. What was
// said and found stays on the page (ruling ss).
#include <algorithm>

#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "matters.hpp"

namespace caveat::committee {
namespace {

using namespace std::chrono_literals;

constexpr auto matters_are_news_for = 24h * 7;
constexpr auto duty_ahead = 24h * 14;     // the reminder before a duty is due
constexpr auto told_late_for = 24h * 30;  // later than that nobody is reminded by mail

struct Circle {
    storage::Store& store;
    const policy::Rulebook& rules;
    const std::string& pages;
    Instant now;
    std::vector<community::Person> people;
    std::vector<community::Term> terms;  // those that count now
    std::vector<community::Denial> denials;

    [[nodiscard]] std::string called(const TeamId& id) const {
        const auto team = store.directory().team(id);
        return team && !team->name.empty() ? team->name : id.value;
    }
    [[nodiscard]] std::vector<community::Person> committee_without(const TeamId& party) const {
        std::vector<community::Person> some;
        for (const auto& person : people) {
            const bool keeps_record = std::any_of(terms.begin(), terms.end(), [&](const auto& term) {
                return term.person == person.id && rules.role_has(term.role, policy::Trait::records);
            });
            if (keeps_record && person.team != party && !person.addresses.empty()) some.push_back(person);
        }
        return some;
    }
    // Not into a mailbox that is held: their letter has no label to wait by.
    [[nodiscard]] std::vector<community::Person> who_speaks_for(const TeamId& team) const {
        std::vector<community::Person> some;
        for (const auto& person : people) {
            if (person.team == team && !person.addresses.empty() && community::speaks_for_team(person, people, denials, now))
                some.push_back(person);
        }
        return some;
    }
};

struct MatterNews {
    std::string key;
    Instant at;
    std::string subject;  // of the journal entry
    std::string about;    // of the letter's subject line, without names
    std::string text;     // a sentence without its full stop
    std::string page = "/duties";
};

class MatterLetters {
public:
    MatterLetters(const Circle& circle, std::vector<Telling>& all) : circle_(circle), all_(all) {}

    void to_committee(const TeamId& party, const MatterNews& news) {
        add(news.key + " committee", news, circle_.committee_without(party), community::Tlp::amber_strict);
    }
    void to_team(const TeamId& team, const MatterNews& news) { add(news.key + " team", news, circle_.who_speaks_for(team), std::nullopt); }

private:
    void add(const std::string& key, const MatterNews& news, std::vector<community::Person> readers, std::optional<community::Tlp> label) {
        if (readers.empty() || circle_.store.minutes().reminded(key, news.at)) return;
        letters::Fields fields{{"about", news.about},
                               {"text", news.text},
                               {"confidential", label ? "yes" : ""},
                               {"link", circle_.pages.empty() ? "" : circle_.pages + news.page}};
        all_.push_back({{{key, news.at}}, news.subject, "matter", std::move(fields), std::move(readers), {}, {}, label});
    }

    const Circle& circle_;
    std::vector<Telling>& all_;
};

// One person may record that a team meets its criteria, or is excused: the committee hears who did.
std::string without_a_decision(const Circle& circle, const Matter& m) {
    return fmt::format("{} recorded it, without a decision; if it is not what you found, say so",
                       who_did(circle.store, m.id, m.closed_by, *m.closed));
}

std::string outcome_in_words(const Matter& review) {
    if (review.outcome == "meets") return "found that it meets its criteria";
    if (review.outcome == "category") return "recommends another category; that is decided by a ballot of its own, which is not held yet";
    return "recommends to revoke its status; that is decided by a ballot of its own, which is not held yet";
}

void tell_of_review(const Circle& circle, const Matter& m, MatterLetters& letters) {
    const auto name = circle.called(m.team);
    if (m.at + matters_are_news_for > circle.now && m.cause.empty()) {
        letters.to_committee(m.team,
                             {"review " + m.id + " opened", m.at, m.id, "Review " + m.id,
                              fmt::format("a review of the eligibility of {} was opened, and waits for the Steering Committee", name)});
    }
    if (!m.closed || *m.closed + matters_are_news_for <= circle.now) return;
    const MatterNews over{
        "review " + m.id + " closed", *m.closed, m.id, "Review " + m.id,
        fmt::format("the review of the eligibility of {} is closed: the Steering Committee {}", name, outcome_in_words(m))};
    auto to_committee = over;
    if (m.decision.empty()) to_committee.text += ". " + without_a_decision(circle, m);
    letters.to_committee(m.team, to_committee);
    letters.to_team(m.team, over);
}

// What somebody else put on record as the word of a team: the team hears of it at once (ruling ss).
struct SaidForTeam {
    std::string key;
    Instant at;
    std::string actor;
    std::string what;  // "your team declares ..."
};
void tell_whose_word_it_is(const Circle& circle, const Matter& m, const SaidForTeam& said, MatterLetters& letters) {
    if (said.at + matters_are_news_for <= circle.now || is_own_act(circle.store, circle.rules, said.actor, m.team, said.at)) return;
    letters.to_team(m.team, {fmt::format("{} recorded", said.key), said.at, m.id, "Something was recorded for your team",
                             fmt::format("{} recorded on {} that {}. If this is not so, tell the committee at once",
                                         who_did(circle.store, m.id, said.actor, said.at), moment(said.at), said.what)});
}

std::string recorded_by(const Circle& circle, const Matter& m, const std::string& actor, Instant at) {
    if (is_own_act(circle.store, circle.rules, actor, m.team, at)) return {};
    return fmt::format(". {} recorded it for the team, which is told", who_did(circle.store, m.id, actor, at));
}

void tell_of_declaration(const Circle& circle, const Matter& m, MatterLetters& letters) {
    const auto name = circle.called(m.team);
    const auto made = "declaration " + m.id + " made", withdrawn = "declaration " + m.id + " withdrawn";
    if (m.at + matters_are_news_for > circle.now) {
        letters.to_committee(m.team, {made, m.at, m.id, "Declaration " + m.id,
                                      fmt::format("{} declares that criterion {} no longer holds. It is before you as review {}{}", name,
                                                  m.what, m.cause, recorded_by(circle, m, m.actor, m.at))});
    }
    tell_whose_word_it_is(circle, m, {made, m.at, m.actor, fmt::format("your team declares that criterion {} no longer holds", m.what)},
                          letters);
    if (!m.closed || m.outcome != "withdrawn" || *m.closed + matters_are_news_for <= circle.now) return;
    letters.to_committee(m.team, {withdrawn, *m.closed, m.id, "Declaration " + m.id,
                                  fmt::format("{} takes back its declaration about criterion {}. Review {} goes on until you close it{}",
                                              name, m.what, m.cause, recorded_by(circle, m, m.closed_by, *m.closed))});
    tell_whose_word_it_is(
        circle, m, {withdrawn, *m.closed, m.closed_by, fmt::format("your team takes back its declaration about criterion {}", m.what)},
        letters);
}

// One that came with an application the team handed in itself.
void tell_of_acceptance(const Circle& circle, const Matter& m, MatterLetters& letters) {
    if (!m.note.empty()) return;
    tell_whose_word_it_is(
        circle, m,
        {"acceptance " + m.id, m.at, m.actor, fmt::format("your team accepts the document \"{}\" in version {}", m.what, m.version)},
        letters);
}

void tell_of_confirmation(const Circle& circle, const Matter& m, MatterLetters& letters) {
    tell_whose_word_it_is(circle, m, {"confirmation " + m.id, m.at, m.actor, "your team confirms that its contact data is right"}, letters);
}

// Done is what the team said. What the committee found of it, or granted it, it hears.
void tell_how_it_ended(const Circle& circle, const Matter& m, MatterLetters& letters) {
    if (m.outcome == "done" || *m.closed + matters_are_news_for <= circle.now) return;
    const auto by = fmt::format("{} recorded on {}", who_did(circle.store, m.id, m.closed_by, *m.closed), moment(*m.closed));
    const auto what = fmt::format("{}, due {}", community::duty_name(m.what), moment(*m.due));
    letters.to_team(m.team, {fmt::format("duty {} {}", m.id, m.outcome), *m.closed, m.id, "A duty of your team",
                             m.outcome == "excused"
                                 ? fmt::format("{} that your team is excused from {}", by, what)
                                 : fmt::format("{} that your team missed {}. Nothing ends by itself because of it; if that is not so, "
                                               "reply to this letter",
                                               by, what)});
}

void tell_of_duty(const Circle& circle, const Matter& m, MatterLetters& letters) {
    const auto what = community::duty_name(m.what);
    if (m.closed) tell_how_it_ended(circle, m, letters);
    if (m.closed && m.outcome == "excused" && circle.now < *m.closed + matters_are_news_for) {
        letters.to_committee(m.team, {"duty " + m.id + " excused", *m.closed, m.id, "A duty of " + circle.called(m.team),
                                      fmt::format("{} is excused from {}, due {}. {}", circle.called(m.team), what, moment(*m.due),
                                                  without_a_decision(circle, m))});
    }
    if (m.closed) return;
    const Instant ahead = std::max(m.at, *m.due - duty_ahead);
    if (circle.now < *m.due && ahead <= circle.now) {
        letters.to_team(m.team, {"duty " + m.id + " ahead", ahead, m.id, "A duty of your team",
                                 fmt::format("{} of your team is due {}. When it is done, or if it cannot be, reply to this letter: the "
                                             "secretariat records what became of it",
                                             what, moment(*m.due))});
    }
    if (circle.now < *m.due || *m.due + told_late_for <= circle.now) return;
    letters.to_team(m.team, {"duty " + m.id + " overdue", *m.due, m.id, "A duty of your team",
                             fmt::format("{} of your team was due {} and is not on record as done. Nothing ends by itself because of it; "
                                         "please tell the secretariat what became of it",
                                         what, moment(*m.due))});
}

// Who was asked, or admitted, long ago is told no more; then nothing more is read.
bool asks_somebody_new(storage::Store& store, const std::vector<Matter>& alive, Instant now) {
    const Instant long_ago = now - told_late_for;
    bool documents = false;
    for (const auto& matter : alive) {
        if (matter.kind != MatterKind::document) continue;
        documents = true;
        if (matter.at > long_ago) return true;
    }
    const auto teams = documents ? store.directory().teams() : std::vector<community::Team>{};
    return std::any_of(teams.begin(), teams.end(), [&](const auto& team) { return team.since && start_of(*team.since) > long_ago; });
}

void tell_of_documents(const Circle& circle, MatterLetters& letters) {
    for (const auto& pair : acceptances_of(circle.store, circle.rules)) {
        if (pair.accepted || pair.asked + told_late_for <= circle.now || circle.now < pair.asked) continue;
        const auto name = fmt::format("{} {}", pair.document, pair.version);
        letters.to_team(
            pair.team,
            {fmt::format("document {} of {}", name, pair.team), pair.asked, pair.team.value, "A document to accept",
             fmt::format("your team is asked to accept the document \"{}\" in version {}. Whoever speaks for your team accepts it "
                         "on the page{}, or by a reply to this letter, which the secretariat records",
                         pair.document, pair.version, pair.kept ? ", where it can be read" : "")});
    }
}

// Item 60. Once before the day and once when it is overdue, however long ago that was: a team that nobody told before is told now.
void tell_of_contacts(const Circle& circle, const ContactCheck& check, MatterLetters& letters) {
    const Instant ahead = std::max(check.due - duty_ahead, check.since + (check.due - check.since) / 2);
    const bool late = check.late <= circle.now;
    if (circle.now < ahead || (check.due <= circle.now && !late)) return;
    const auto asked = late ? fmt::format("your team was to confirm its contact data by {} and has not: that", moment(check.due))
                            : fmt::format("please confirm the contact data of your team by {}: that", moment(check.due));
    const auto before = check.confirmed ? fmt::format("It was last confirmed {}", moment(*check.confirmed))
                                        : std::string("It has not been confirmed here before");
    letters.to_team(check.team,
                    {fmt::format("contacts {} {}", check.team, late ? "overdue" : "ahead"), late ? check.late : ahead, check.team.value,
                     "Is your contact data right?",
                     fmt::format("{} its people, their addresses and keys, and its constituency are on record as they are today. {}. "
                                 "Whoever speaks for your team puts right what is wrong and confirms it{}a reply to this letter, which "
                                 "the secretariat records. Nothing ends by itself if nobody does, but in an incident others write to "
                                 "whoever is on record",
                                 asked, before, circle.pages.empty() ? " by " : " on the page, or by "),
                     "/duties#contacts"});
}

}  // namespace

void add_matters(storage::Store& store, const policy::Rulebook& rules, const std::string& pages, Instant now, std::vector<Telling>& all) {
    const auto alive = store.matters().alive(now - matters_are_news_for);
    const auto checks = contact_checks_of(store, rules, now);
    if (alive.empty() && checks.empty()) return;
    const Circle circle{
        store, rules, pages, now, store.directory().people(), rules.in_force(store.powers().held_terms(now)), store.powers().denials()};
    MatterLetters letters(circle, all);
    for (const auto& matter : alive) {
        if (matter.kind == MatterKind::review) tell_of_review(circle, matter, letters);
        if (matter.kind == MatterKind::declaration) tell_of_declaration(circle, matter, letters);
        if (matter.kind == MatterKind::duty) tell_of_duty(circle, matter, letters);
        if (matter.kind == MatterKind::acceptance) tell_of_acceptance(circle, matter, letters);
        if (matter.kind == MatterKind::confirmation) tell_of_confirmation(circle, matter, letters);
    }
    for (const auto& check : checks) tell_of_contacts(circle, check, letters);
    if (asks_somebody_new(store, alive, now)) tell_of_documents(circle, letters);
}

}  // namespace caveat::committee

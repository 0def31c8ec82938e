#include "caveat/facts/committee.hpp"
#include "caveat/facts/mail.hpp"

namespace caveat::facts {
namespace {

Json fact(const conduct::Tally& t) {
    return {{"yes", t.yes},
            {"no", t.no},
            {"abstained", t.abstained},
            {"sealed", t.sealed},
            {"silent", t.silent},
            {"recused", t.recused},
            {"proxies", t.proxies},
            {"eligible", t.eligible},
            {"needed", t.needed},
            {"quorum", conduct::name(t.quorum)},
            {"present", t.present},
            {"quorum_needed", t.quorum_needed}};
}

Json fact(const conduct::Attendance& sitting) {
    Json proxies = Json::array();
    for (const auto& p : sitting.proxies) proxies.push_back({{"giver", p.giver.value}, {"holder", p.holder.value}});
    return {{"at", to_string(sitting.at)}, {"present", ids(sitting.present)}, {"proxies", proxies}, {"face_to_face", sitting.face_to_face}};
}

void add_choice(Json& json, const committee::HostChoice& host) {
    // One for one the votes that are there already, which say that a team took part and not for whom.
    for (std::size_t i = 0; i < host.votes.size(); ++i) {
        const auto& candidate = host.votes[i].candidate;
        json["votes"].at(i)["choice"] = candidate.empty() ? "abstain" : candidate.value;
    }
    json["candidates"] = ids(host.ballot.candidates);
    json["chair"] = host.ballot.chair.value;
    json["chairs_word"] = ids(host.ballot.chairs_word);
    json["choice"] = conduct::name(host.tally.verdict);
    json["tied"] = host.tally.tied;
    json["host"] = host.tally.host.empty() ? Json() : Json(host.tally.host.value);
    json["leading"] = ids(host.tally.leading);
}

// ---- shapes

constexpr std::array vote_fields{
    Field{.name = "team", .required = true, .about = "whose vote it is"},
    Field{.name = "choice", .required = true, .about = "yes, no or abstain; for a host the candidate; sealed in a secret ballot"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when it was recorded"},
    Field{.name = "by", .required = true, .about = "who recorded it: a person of the team, or somebody else for it"},
};
constexpr Schema vote_schema{"Vote", vote_fields, true};

constexpr std::array proxy_fields{
    Field{.name = "giver", .required = true, .about = "the team that is away"},
    Field{.name = "holder", .required = true, .about = "the team that votes for it"},
};
constexpr Schema proxy_schema{"Proxy", proxy_fields, true};

constexpr std::array meeting_fields{
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when it sat"},
    Field{.name = "present", .type = Type::texts, .required = true, .about = "the teams that were there"},
    Field{.name = "proxies", .type = Type::objects, .required = true, .about = "votes lent (item 45)", .of = &proxy_schema},
    Field{.name = "face_to_face", .type = Type::boolean, .required = true, .about = "no teleconference (item 50)"},
};
constexpr Schema meeting_schema{"Meeting", meeting_fields, true};

constexpr std::array tally_fields{
    Field{.name = "yes", .type = Type::integer, .required = true},
    Field{.name = "no", .type = Type::integer, .required = true},
    Field{.name = "abstained", .type = Type::integer, .required = true},
    Field{.name = "sealed", .type = Type::integer, .required = true, .about = "cast in a secret ballot that is not counted yet"},
    Field{.name = "silent", .type = Type::integer, .required = true, .about = "could have voted and did not"},
    Field{.name = "recused", .type = Type::integer, .required = true},
    Field{.name = "proxies", .type = Type::integer, .required = true, .about = "of the eligible votes"},
    Field{.name = "eligible", .type = Type::integer, .required = true, .about = "what `needed` is a part of"},
    Field{.name = "needed", .type = Type::integer, .required = true, .about = "yes votes"},
    Field{.name = "quorum", .required = true, .about = "none, reduced, full or unneeded"},
    Field{.name = "present", .type = Type::integer, .required = true, .about = "with a vote and not recused"},
    Field{.name = "quorum_needed", .type = Type::integer, .required = true, .about = "0: none is asked for"},
};
constexpr Schema tally_schema{"Tally", tally_fields, true};

constexpr std::array signature_fields{
    Field{.name = "team", .required = true},
    Field{.name = "at", .type = Type::instant, .required = true},
    Field{.name = "by", .required = true, .about = "who recorded it: somebody of the team, or another for it"},
};
constexpr Schema signature_schema{"Signature", signature_fields, true};

constexpr std::array petition_fields{
    Field{.name = "signatures", .type = Type::integer, .required = true},
    Field{.name = "needed", .type = Type::integer, .required = true},
    Field{.name = "fate", .required = true, .about = "waiting, stands or disallowed"},
    Field{.name = "why", .required = true},
    Field{.name = "signed", .type = Type::objects, .required = true, .about = "who has signed, in that order", .of = &signature_schema},
    Field{.name = "may_take_back", .type = Type::boolean, .about = "somebody else recorded one for the caller's team"},
};
constexpr Schema petition_schema{"Petition", petition_fields, true};

constexpr std::array own_vote_fields{
    Field{.name = "team", .required = true, .about = "the caller's"},
    Field{.name = "open", .type = Type::boolean, .required = true, .about = "it may still vote"},
    Field{.name = "choice", .required = true, .about = "what counts now; sealed in a secret ballot", .nullable = true},
};
constexpr Schema own_vote_schema{"OwnVote", own_vote_fields, true};

constexpr std::array elector_fields{
    Field{.name = "team", .required = true},
    Field{.name = "right", .required = true, .about = "the person and the term of the seat, or since when it is a member"},
};
constexpr Schema elector_schema{"Elector", elector_fields, true};

constexpr std::array grounds_fields{
    Field{.name = "id", .required = true, .about = "of the review"},
    Field{.name = "recommends", .required = true, .about = "category or revocation"},
    Field{.name = "decision", .required = true, .about = "of the committee, that recommends it"},
    Field{.name = "closed", .type = Type::instant, .required = true, .about = "when"},
    Field{.name = "finding", .type = Type::prose, .required = true, .about = "what was found, in words"},
    Field{.name = "sha256", .required = true, .about = "of the finding, which the motion binds"},
};
constexpr Schema grounds_schema{"Grounds", grounds_fields, true};

constexpr std::array decision_fields{
    Field{.name = "id", .required = true, .about = "D-2026-004"},
    Field{.name = "kind", .required = true, .about = "what it is for: case.notice"},
    Field{.name = "subject", .required = true, .about = "what it is about: a team, a case, a person, a list"},
    Field{.name = "question", .required = true, .about = "what is voted on"},
    Field{.name = "rule", .type = Type::word, .required = true, .about = "what decides it", .words = rule_words},
    Field{.name = "set",
          .type = Type::settings,
          .required = true,
          .about = "what it binds beside its subject: the act may differ in nothing"},
    Field{.name = "decides", .required = true, .about = "the same in words", .nullable = true},
    Field{.name = "applicant", .about = "of an application: its contacts, who changed them, and whether it was signed before that"},
    Field{.name = "review",
          .type = Type::object,
          .about = "the review of eligibility whose recommendation it puts to the vote (item 24)",
          .of = &grounds_schema},
    Field{.name = "secret", .type = Type::boolean, .required = true, .about = "who voted is seen, what they chose is not (item 48)"},
    Field{.name = "proposed_by", .required = true},
    Field{.name = "rules", .required = true, .about = "name and version of the rule book whose numbers decide it", .nullable = true},
    Field{.name = "rules_sha256", .required = true, .about = "of that book", .nullable = true},
    Field{.name = "opens", .type = Type::instant, .required = true},
    Field{.name = "closes", .type = Type::instant, .required = true, .about = "votes of that instant do not count", .nullable = true},
    Field{.name = "electorate", .type = Type::texts, .required = true, .about = "fixed when it was opened"},
    Field{.name = "electors", .type = Type::objects, .required = true, .about = "who votes, and by which right", .of = &elector_schema},
    Field{.name = "enrolled",
          .type = Type::boolean,
          .required = true,
          .about = "they were written down, at the opening; before, as things stand"},
    Field{.name = "recused", .type = Type::texts, .required = true},
    Field{.name = "meeting", .type = Type::object, .about = "of a vote that is not held electronically", .of = &meeting_schema},
    Field{.name = "votes", .type = Type::objects, .required = true, .about = "all, in the order recorded", .of = &vote_schema},
    Field{.name = "closed", .type = Type::instant, .required = true, .about = "by whoever presided", .nullable = true},
    Field{.name = "verdict", .required = true, .about = "open, passed, failed or no_quorum"},
    Field{.name = "effective", .type = Type::instant, .required = true, .about = "if passed", .nullable = true},
    Field{.name = "tally", .type = Type::object, .required = true, .of = &tally_schema},
    Field{.name = "why", .required = true, .about = "the tally in a sentence"},
    Field{.name = "petition", .type = Type::object, .about = "against what passed with reduced quorum", .of = &petition_schema},
    Field{.name = "used_by", .required = true, .about = "the one act that rests on it", .nullable = true},
    Field{.name = "candidates", .type = Type::texts, .about = "of a host"},
    Field{.name = "chair", .about = "of a host: who presides"},
    Field{.name = "chairs_word", .type = Type::texts, .about = "of a host: for a tie, in the order preferred"},
    Field{.name = "choice", .about = "of a host: open, no_quorum, failed, chosen, second_ballot or chair_to_decide"},
    Field{.name = "tied", .type = Type::boolean, .about = "of a host"},
    Field{.name = "host", .about = "chosen", .nullable = true},
    Field{.name = "leading", .type = Type::texts, .about = "of a host without a majority"},
    Field{.name = "mine", .type = Type::object, .about = "of the caller's team, if it has a vote here", .of = &own_vote_schema},
    Field{.name = "receipt",
          .about = "of the vote just cast in a secret ballot: said once, to who cast it; kept nowhere but for an Idempotency-Key, sealed"},
};

constexpr std::array receipt_fields{
    Field{.name = "decision", .required = true},
    Field{.name = "team", .required = true, .about = "whose vote it was given for"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when that was cast"},
    Field{.name = "counts", .type = Type::boolean, .required = true, .about = "it is in the tally, or will be"},
    Field{.name = "choice", .type = Type::word, .required = true, .about = "as it is counted", .nullable = true, .words = choice_words},
    Field{.name = "replaced", .type = Type::instant, .required = true, .about = "when a later vote took its place", .nullable = true},
    Field{.name = "why", .required = true, .about = "the same in a sentence"},
};

}  // namespace

const Schema decision_schema{"Decision", decision_fields, true};
const Schema receipt_schema{"VoteReceipt", receipt_fields, true};

community::Settings settings_of(const Json& set) {
    community::Settings all;
    for (const auto& [key, value] : set.items())
        all.push_back({key, value.is_boolean() ? (value.get<bool>() ? "true" : "false") : value.get<std::string>()});
    return all;
}

Json ids(const std::vector<TeamId>& teams) {
    Json all = Json::array();
    for (const auto& team : teams) all.push_back(team.value);
    return all;
}

Json fact(const committee::Decision& d) {
    Json votes = Json::array();
    for (std::size_t i = 0; i < d.votes.size(); ++i) {
        const auto& v = d.votes[i];
        votes.push_back({{"team", v.team.value}, {"choice", conduct::name(v.choice)}, {"at", to_string(v.at)}, {"by", d.recorders.at(i)}});
    }
    Json electors = Json::array();
    for (const auto& e : d.electors) electors.push_back({{"team", e.team.value}, {"right", e.right}});
    Json json{{"id", d.id},
              {"kind", d.kind},
              {"subject", d.subject},
              {"question", d.question},
              {"rule", conduct::name(d.ballot.rule)},
              {"secret", d.secret},
              {"proposed_by", d.proposed_by},
              {"rules", maybe(book_named(d.book).words)},
              {"rules_sha256", maybe(book_named(d.book).sha256)},
              {"opens", to_string(d.ballot.open.from)},
              {"closes", maybe(d.ballot.open.until)},
              {"electorate", ids(d.ballot.electorate)},
              {"electors", electors},
              {"enrolled", d.enrolled},
              {"recused", ids(d.ballot.recused)}};
    json["set"] = Json::object();
    for (const auto& one : d.set) json["set"][one.name] = one.value;
    json["decides"] = maybe(in_words(without_grounds(d.set)));
    if (const auto* hash = community::value_of(d.set, "finding"); hash != nullptr && d.review) {
        json["review"] = {{"id", d.review->id},
                          {"recommends", d.review->outcome},
                          {"decision", d.review->decision},
                          {"closed", maybe(d.review->closed)},
                          {"finding", d.review->note},
                          {"sha256", *hash}};
    }
    if (!d.applicant.empty()) json["applicant"] = d.applicant;
    if (d.ballot.attendance) json["meeting"] = fact(*d.ballot.attendance);
    json["votes"] = votes;
    json["closed"] = maybe(d.closed);
    json["verdict"] = conduct::name(d.tally.verdict);
    json["effective"] = maybe(d.tally.effective);
    json["tally"] = fact(d.tally);
    json["why"] = d.outcome.empty() || d.unreadable ? d.tally.why : d.outcome;
    if (d.petition) {
        Json names = Json::array();
        for (std::size_t i = 0; i < d.signatures.size(); ++i) {
            const auto& s = d.signatures[i];
            names.push_back({{"team", s.team.value}, {"at", to_string(s.at)}, {"by", d.signers.at(i)}});
        }
        json["petition"] = {{"signatures", d.petition->valid},
                            {"needed", d.petition->needed},
                            {"fate", conduct::name(d.petition->fate)},
                            {"why", d.petition->why},
                            {"signed", names}};
    }
    json["used_by"] = maybe(d.used_by);
    if (d.host) add_choice(json, *d.host);
    if (!d.receipt.empty()) json["receipt"] = d.receipt;
    return json;
}

Json fact(const committee::Receipt& r) {
    return {{"decision", r.decision},
            {"team", r.team.value},
            {"at", to_string(r.at)},
            {"counts", r.counts},
            {"choice", r.choice ? Json(conduct::name(*r.choice)) : Json()},
            {"replaced", maybe(r.replaced)},
            {"why", r.why}};
}

}  // namespace caveat::facts

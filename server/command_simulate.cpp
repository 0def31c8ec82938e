// policy simulate: what would change if a team or a person were under a sanction, had left, or were of another category.
#include <array>

#include "caveat/mailroom/preview.hpp"
#include "command_committee.hpp"
#include "command_policy.hpp"

namespace caveat::server {
namespace command_simulate {

struct Options {
    std::string team, person, category, subtype, from, until;
    std::vector<std::string> sanction;
    bool left = false;
};

std::string_view name(policy::Answer answer) {
    constexpr std::array<std::string_view, 4> names{"no", "yes", "moderated", "not_now"};
    return names.at(static_cast<std::size_t>(answer));
}

Result<mailroom::Supposition> read(const Options& o) {
    const auto denied = read_denied(o.sanction);
    const auto from = read_time(o.from);
    const auto until = read_time(o.until);
    if (!denied) return tl::unexpected(denied.error());
    if (!from) return tl::unexpected(from.error());
    if (!until) return tl::unexpected(until.error());
    mailroom::Supposition supposed{TeamId{o.team}, PersonId{o.person}, {}, o.left, o.category, o.subtype, *from, *until};
    for (const auto& row : *denied) {
        community::Denial denial;
        denial.resource = row.resource;
        denial.verbs = row.verbs;
        supposed.denials.push_back(denial);
    }
    return supposed;
}

Json fact(const mailroom::ChangedRight& right) {
    return {{"person", right.person.value}, {"list", right.list.value},   {"verb", community::name(right.verb)},
            {"before", name(right.before)}, {"after", name(right.after)}, {"because", right.because}};
}

Json fact(const mailroom::ChangedCopy& copy) {
    return {{"post", copy.post.value},
            {"list", copy.list.value},
            {"person", copy.person.value},
            {"state", storage::name(copy.state)},
            {"would", copy.withheld ? "be withheld" : "go"},
            {"because", copy.because}};
}

Json fact(const mailroom::ChangedPost& post) {
    return {{"post", post.post.value},
            {"list", post.list.value},
            {"author", post.author.value},
            {"would", post.refused ? "be refused" : "pass"},
            {"because", post.because}};
}

template <class Change>
std::vector<Json> facts(const std::vector<Change>& changes) {
    std::vector<Json> all;
    for (const auto& change : changes) all.push_back(fact(change));
    return all;
}

Result<void> simulate(const Invocation& invocation, const Options& options) {
    const auto supposed = read(options);
    if (!supposed) return tl::unexpected(supposed.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto seen = mailroom::preview(house->room(), *supposed);
    if (!seen) return tl::unexpected(seen.error());

    std::vector<std::string> people;
    for (const auto& person : seen->people) people.push_back(person.value);
    Json whole{{"as_of", to_string(seen->at)},
               {"people", people},
               {"rights_changed", seen->rights.size()},
               {"copies_changed", seen->copies.size()},
               {"held_changed", seen->held.size()}};
    if (invocation.json) {
        whole["rights"] = facts(seen->rights);
        whole["copies"] = facts(seen->copies);
        whole["held"] = facts(seen->held);
        invocation.print(whole);
        return {};
    }
    invocation.print(whole);
    if (!seen->rights.empty()) invocation.print(facts(seen->rights), {"person", "list", "verb", "before", "after", "because"});
    if (!seen->copies.empty()) invocation.print(facts(seen->copies), {"post", "list", "person", "state", "would", "because"});
    if (!seen->held.empty()) invocation.print(facts(seen->held), {"post", "list", "author", "would", "because"});
    return {};
}

}  // namespace command_simulate

void add_simulate(CLI::App& policy, Invocation& invocation) {
    using namespace command_simulate;
    const auto o = std::make_shared<Options>();
    auto* sub =
        policy.add_subcommand("simulate", "what would change: which lists, how many queued copies, which held posts; writes nothing");
    auto* team = sub->add_option("--team", o->team, "of all people of this team");
    sub->add_option("--person", o->person, "of this person alone")->excludes(team);
    sub->add_option("--sanction", o->sanction, "LIST:VERB[,VERB], '*' for the member lists: teams:receive,post; repeat for more")
        ->allow_extra_args(false);
    sub->add_flag("--left", o->left, "as if they had left the register");
    auto* category = sub->add_option("--category", o->category, "as if the team were of this category");
    sub->add_option("--subtype", o->subtype, "of that category")->needs(category);
    sub->add_option("--from", o->from, "ask as of this instant; now if left out");
    sub->add_option("--until", o->until, "when the sanction ends");
    on(sub, invocation, [&invocation, o] { return simulate(invocation, *o); });
}

}  // namespace caveat::server

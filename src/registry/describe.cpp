// Rows and their differences in words. Key material is never shown: that a key changed is what the journal needs (J2, O5).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "caveat/community/list_fields.hpp"
#include "caveat/community/people_fields.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/openpgp/look.hpp"
#include "diff.hpp"
#include "problems.hpp"

namespace caveat::registry {
namespace {

struct InWords {
    std::string operator()(std::monostate) const { return "none"; }
    std::string operator()(const std::string& text) const { return shown(text); }
    std::string operator()(const community::Word& word) const { return std::string(word.text); }
    std::string operator()(bool yes) const { return yes ? "yes" : "no"; }
    std::string operator()(Instant at) const { return to_string(at); }
    std::string operator()(Date date) const { return to_string(date); }
    std::string operator()(const std::vector<std::string>& texts) const {
        return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", "));
    }
};
std::string words(const community::Value& value) { return std::visit(InWords{}, value); }
std::string words(const std::optional<Instant>& at) { return at ? to_string(*at) : "none"; }

std::string words(const std::vector<community::Clearance>& clearances) {
    std::vector<std::string> each;
    for (const auto& c : clearances) each.push_back(fmt::format("{} on {} by {}", name(c.label), c.list, shown(c.decision)));
    return each.empty() ? "none" : fmt::format("{}", fmt::join(each, ", "));
}

std::string verbs_in_words(community::Verbs verbs) {
    using community::Verb;
    std::vector<std::string_view> each;
    for (const Verb verb : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) {
        if ((verbs & bit(verb)) != 0) each.push_back(name(verb));
    }
    return fmt::format("{}", fmt::join(each, ", "));
}

class Told {
public:
    template <class Value>
    Told& field(std::string_view key, const Value& before, const Value& after) {
        if (before == after) return *this;
        note(fmt::format("{}: {} -> {}", key, words(before), words(after)));
        keys.emplace_back(key);
        return *this;
    }
    template <class Row, std::size_t n>
    Told& fields(const std::array<community::Field<Row>, n>& table, const Row& before, const Row& after) {
        for (const auto& one : table) field(one.name, one.get(before), one.get(after));
        return *this;
    }
    void note(const std::string& what) { text += (text.empty() ? "" : "; ") + what; }
    std::string text;
    std::vector<std::string> keys;
};

Told told_of(const community::Team& before, const community::Team& after) {
    return Told().fields(community::team_fields, before, after).field("clearances", before.clearances, after.clearances);
}

Told told_of(const community::Person& before, const community::Person& after) {
    Told told;
    told.fields(community::person_fields, before, after);
    if (before.key == after.key) return told;
    told.note(before.key.empty() ? "key: added" : after.key.empty() ? "key: removed" : "key: replaced");
    told.keys.emplace_back("key");
    return told;
}

}  // namespace

std::string difference(const community::Team& before, const community::Team& after) { return told_of(before, after).text; }

std::string difference(const community::Person& before, const community::Person& after) { return told_of(before, after).text; }

std::string difference(const community::Term& before, const community::Term& after) {
    return Told().fields(community::term_fields, before, after).text;
}

std::string difference(const community::List& before, const community::List& after) {
    return Told().fields(community::list_fields, before, after).text;
}

std::string difference(const community::Subscription& before, const community::Subscription& after) {
    return Told().fields(community::subscription_fields, before, after).text;
}

std::string difference(const community::Denial& before, const community::Denial& after) {
    return Told()
        .field("verbs", community::Value{verbs_in_words(before.verbs)}, community::Value{verbs_in_words(after.verbs)})
        .field("until", before.during.until, after.during.until)
        .text;
}

Facts facts_of(const community::Team& before, const community::Team& after) { return {.fields = told_of(before, after).keys}; }

Facts facts_of(const community::Person& before, const community::Person& after) {
    Facts facts{.fields = told_of(before, after).keys, .team = after.team};
    if (before.addresses != after.addresses) {
        facts.before = before.addresses;
        facts.after = after.addresses;
    }
    if (before.key != after.key) {
        facts.key_before = openpgp::fingerprint_in(before.key);
        facts.key_after = openpgp::fingerprint_in(after.key);
    }
    // An alternate stands in; a representative who becomes one speaks for the team no more, once there is another.
    facts.spoke = !after.representative && (before.representative || (before.alternate && !after.alternate));
    return facts;
}

Facts facts_of(const community::List& before, const community::List& after) {
    const auto no_end = Instant::max();
    const auto was = before.expires.value_or(no_end), is = after.expires.value_or(no_end);
    return {.put_off = after.expires && was < is, .brought_forward = is < was};
}

Facts facts_of(const community::Subscription& before, const community::Subscription& after) {
    return {.fields = Told().fields(community::subscription_fields, before, after).keys};
}

Facts facts_of(const community::Term& before, const community::Term& after) {
    const bool ended = after.during.until && !before.during.over_at(*after.during.until);
    return {.fields = Told().fields(community::term_fields, before, after).keys, .term = after, .ended = ended};
}

Facts facts_of_entry(const community::Term& term) { return {.term = term}; }

Facts facts_of_leaving(const community::Term& term, Instant now) { return {.term = community::ended(term, now), .ended = true}; }

Facts facts_of_entry(const community::Person& person) { return {.after = person.addresses, .team = person.team}; }

Facts facts_of_leaving(const community::Person& person, Instant) {
    return {.before = person.addresses,
            .team = person.team,
            .name = person.name,
            .spoke = person.representative || person.alternate,
            .voice = person.representative ? "representative"
                     : person.alternate    ? "alternate"
                                           : "neither"};
}

Detail& add_facts(Detail& detail, const Facts& facts) {
    const auto add = [&](std::string_view key, const std::vector<std::string>& texts) {
        if (!texts.empty()) detail.add(key, texts);
    };
    add("fields", facts.fields);
    add("addresses_before", facts.before);
    add("addresses_after", facts.after);
    if (!facts.team.empty()) detail.add("team", facts.team.value);
    if (!facts.name.empty()) detail.add("name", facts.name);
    if (facts.spoke) detail.add("spoke", "yes");
    if (!facts.voice.empty()) detail.add("voice", facts.voice);
    if (facts.own) detail.add("own", "yes");
    if (facts.put_off) detail.add("put_off", "yes");
    if (facts.brought_forward) detail.add("brought_forward", "yes");
    if (facts.ended) detail.add("reason", "by a file that was loaded");
    if (facts.term) community::add_term(detail, *facts.term);
    add("in_place_of", facts.in_place_of);
    if (!facts.key_before.empty()) detail.add("key_before", facts.key_before);
    if (!facts.key_after.empty()) detail.add("key_after", facts.key_after);
    add("confirmed", facts.confirmed);
    return detail;
}

std::string summary(const community::Team& team) {
    return team.category + (team.subtype.empty() ? "" : " " + team.subtype) + (team.economy.empty() ? "" : ", " + team.economy);
}

std::string summary(const community::Person& person) {
    return fmt::format("{} of {}{}{}", InWords{}(person.addresses), person.team,
                       person.representative ? ", representative"
                       : person.alternate    ? ", alternate"
                                             : "",
                       person.key.empty() ? "" : ", with key");
}

std::string summary(const community::Term& term) { return "until " + words(term.during.until); }

std::string summary(const community::List& list) {
    return fmt::format("class {}, default {}, at most {}, encryption {}", list.klass, list.default_tlp ? name(*list.default_tlp) : "none",
                       name(list.max_tlp), name(list.encryption));
}

std::string summary(const community::Subscription& subscription) { return fmt::format("delivery {}", name(subscription.delivery)); }

std::string summary(const community::Denial& denial) {
    return fmt::format("{} until {}, {} {}", verbs_in_words(denial.verbs), words(denial.during.until), denial.source,
                       shown(denial.decision));
}

}  // namespace caveat::registry

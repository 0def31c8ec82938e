// Rows and their differences in words. Key material is never shown: that a key changed is what the journal needs (J2, O5).
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "diff.hpp"
#include "problems.hpp"

namespace caveat::registry {
namespace {

std::string words(const std::string& text) { return text.empty() ? "none" : shown(text); }
std::string words(const std::optional<Date>& date) { return date ? to_string(*date) : "none"; }
std::string words(const std::optional<Instant>& at) { return at ? to_string(*at) : "none"; }
std::string words(const std::optional<community::Tlp>& label) { return std::string(label ? name(*label) : "none"); }
std::string words(bool yes) { return yes ? "yes" : "no"; }
template <class Enum>
requires std::is_enum_v<Enum> std::string words(Enum value) { return std::string(name(value)); }

std::string words(const std::vector<community::Clearance>& clearances) {
    std::vector<std::string> each;
    for (const auto& c : clearances) each.push_back(fmt::format("{} on {} by {}", name(c.label), c.list, shown(c.decision)));
    return each.empty() ? "none" : fmt::format("{}", fmt::join(each, ", "));
}

std::string words(const std::vector<std::string>& texts) { return texts.empty() ? "none" : fmt::format("{}", fmt::join(texts, ", ")); }

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
        if (!(before == after)) note(fmt::format("{}: {} -> {}", key, words(before), words(after)));
        return *this;
    }
    void note(const std::string& what) { text += (text.empty() ? "" : "; ") + what; }
    std::string text;
};

}  // namespace

std::string difference(const community::Team& before, const community::Team& after) {
    Told told;
    told.field("name", before.name, after.name)
        .field("category", before.category, after.category)
        .field("subtype", before.subtype, after.subtype);
    told.field("economy", before.economy, after.economy).field("since", before.since, after.since).field("mou", before.mou, after.mou);
    told.field("clearances", before.clearances, after.clearances);
    return told.text;
}

std::string difference(const community::Person& before, const community::Person& after) {
    Told told;
    told.field("name", before.name, after.name).field("team", before.team.value, after.team.value);
    told.field("addresses", before.addresses, after.addresses).field("representative", before.representative, after.representative);
    if (before.key != after.key) told.note(before.key.empty() ? "key: added" : after.key.empty() ? "key: removed" : "key: replaced");
    return told.text;
}

std::string difference(const community::Term& before, const community::Term& after) {
    Told told;
    told.field("until", before.during.until, after.during.until);
    return told.text;
}

std::string difference(const community::List& before, const community::List& after) {
    Told told;
    told.field("class", before.klass, after.klass).field("charter", before.charter, after.charter);
    told.field("default_tlp", before.default_tlp, after.default_tlp).field("max_tlp", before.max_tlp, after.max_tlp);
    told.field("encryption", before.encryption, after.encryption).field("authentication", before.authentication, after.authentication);
    told.field("posting", before.posting, after.posting).field("expires", before.expires, after.expires);
    return told.text;
}

std::string difference(const community::Subscription& before, const community::Subscription& after) {
    Told told;
    told.field("delivery", before.delivery, after.delivery);
    return told.text;
}

std::string difference(const community::Denial& before, const community::Denial& after) {
    Told told;
    told.field("verbs", verbs_in_words(before.verbs), verbs_in_words(after.verbs)).field("until", before.during.until, after.during.until);
    return told.text;
}

std::string summary(const community::Team& team) {
    return team.category + (team.subtype.empty() ? "" : " " + team.subtype) + (team.economy.empty() ? "" : ", " + team.economy);
}

std::string summary(const community::Person& person) {
    return fmt::format("{} of {}{}{}", words(person.addresses), person.team, person.representative ? ", representative" : "",
                       person.key.empty() ? "" : ", with key");
}

std::string summary(const community::Term& term) { return "until " + words(term.during.until); }

std::string summary(const community::List& list) {
    return fmt::format("class {}, default {}, at most {}, encryption {}", list.klass, words(list.default_tlp), name(list.max_tlp),
                       name(list.encryption));
}

std::string summary(const community::Subscription& subscription) { return fmt::format("delivery {}", name(subscription.delivery)); }

std::string summary(const community::Denial& denial) {
    return fmt::format("{} until {}, {} {}", verbs_in_words(denial.verbs), words(denial.during.until), denial.source,
                       shown(denial.decision));
}

}  // namespace caveat::registry

#include "caveat/registry/key_letters.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "caveat/detail.hpp"
#include "caveat/policy/decide.hpp"

namespace caveat::registry {

using community::Person;

namespace {

using std::chrono::days;

// The last moment until now at which somebody had to hear of the end; none: it is too early. `over_too`: the end is such a moment, and
// after it as well; else nothing is said any more then.
std::optional<Instant> last_moment(Instant end, Instant now, bool over_too) {
    if (now >= end) return over_too ? std::optional(end) : std::nullopt;
    std::optional<Instant> last;
    for (const auto ahead : warned_ahead) {
        if (end - ahead <= now) last = end - ahead;
    }
    return last;
}

constexpr std::string_view act_of_warning = "key.warned";

// By the journal, so that no row says so that anybody may have written. What a clock said that stood ahead is said again when it is time.
bool is_to_be_told(storage::Journal& journal, const std::string& whose, std::string_view fingerprint, const std::optional<Instant>& moment,
                   Instant now) {
    if (!moment) return false;
    bool told = false;
    journal.each({.from = 1, .limit = -1, .act = std::string(act_of_warning), .subject = whose}, [&](const storage::Entry& entry) {
        told = told || (*moment <= entry.at && entry.at <= now && entry.detail.find(fingerprint) != std::string::npos);
    });
    return !told;
}

std::string left_until(Instant end, Instant now) {
    const auto left = std::chrono::ceil<days>(end - now).count();
    if (left <= 0) return "since then";
    return left == 1 ? "within a day" : fmt::format("in {} days", left);
}

void attach(letters::Letter& about, const std::string& name, const std::string& armour, const std::string& signature) {
    about.attached = {{name, armour}};
    if (!signature.empty()) about.attached.push_back({name + ".sig", signature});
}

std::string as_lines(const std::vector<std::string>& all) {
    std::string text;
    for (const auto& one : all) text += fmt::format("- {}\n", one);
    return text;
}

}  // namespace

// What is to be told now, and of what the list is to hear.
struct KeyLetters::Ends {
    struct One {
        PersonId person;
        std::string fingerprint;
        Instant end;
        std::vector<std::string> lists = {};  // that reach nobody without a key
    };
    std::vector<One> people;
    std::map<ListId, std::vector<std::string>> of_list;  // lines about people who were told
    std::vector<storage::ListKeyRow> list_keys;
};

void KeyLetters::gather(Ends& ends, Instant now) {
    auto& keys = store_.keys();
    auto& journal = store_.journal();
    for (const auto& held : keys.held()) {
        const auto& fact = held.fact;
        if (!fact || fact->fitness != community::Code::key_usable || !fact->usable_until) continue;
        if (is_to_be_told(journal, held.person.value, fact->fingerprint, last_moment(*fact->usable_until, now, false), now))
            ends.people.push_back({held.person, fact->fingerprint, *fact->usable_until});
    }
    for (auto& key : keys.of_lists()) {
        if (!key.usable_until) continue;
        if (is_to_be_told(journal, key.list.value, key.fingerprint, last_moment(*key.usable_until, now, true), now))
            ends.list_keys.push_back(std::move(key));
    }
    if (ends.people.empty()) return;
    for (const auto& list : store_.rosters().lists()) {
        if (list.encryption != community::Encryption::required) continue;
        for (auto& one : ends.people) {
            const auto reader = store_.rosters().reader(list.id, one.person);
            const bool gets_mail = reader && reader->delivery != community::DeliveryMode::none;
            if (gets_mail && may_know(one.person, list, now)) one.lists.push_back(list.id.value);
        }
    }
}

// To whom the list is not there, its name is not written, though they stand on its roster (item 65).
bool KeyLetters::may_know(const PersonId& person, const community::List& list, Instant now) {
    const auto who = store_.standing(person, list.id, now);
    return who && policy::may_know(rules_, *who, list, now);
}

std::string KeyLetters::owner_address(const ListId& list) const {
    return fmt::format("{}{}owner@{}", list, settings_.separator, settings_.letterhead.domain);
}

Result<letters::Letter> KeyLetters::letter(std::string_view form, std::string from, letters::Fields fields) const {
    auto read = read_form(settings_.letterhead, form);
    if (!read) return tl::unexpected(read.error());
    return letters::Letter{
        .purpose = storage::Purpose::reminder, .form = std::move(*read), .from = std::move(from), .fields = std::move(fields)};
}

// Those whose term is for this list, or else those whose terms are for all.
std::vector<Person> KeyLetters::who_runs(const ListId& list, Instant now) {
    std::set<PersonId> of_list, of_all;
    for (const auto& term : rules_.in_force(store_.powers().held_terms(now))) {
        if (rules_.serves(term, policy::Trait::runs_lists, list, now)) (term.list == list ? of_list : of_all).insert(term.person);
    }
    std::vector<Person> people;
    for (const auto& id : of_list.empty() ? of_all : of_list) {
        auto person = store_.directory().person(id);
        if (person && !person->addresses.empty()) people.push_back(std::move(*person));
    }
    return people;
}

void KeyLetters::tell_people(Ends& ends, Pass& pass, Instant now) {
    const letters::Writer writer(vault_, settings_.letterhead);
    const auto from = "postmaster@" + settings_.letterhead.domain;
    for (const auto& one : ends.people) {
        const auto person = store_.directory().person(one.person);
        if (!person) continue;
        const auto until = to_string(date_of(one.end)), left = left_until(one.end, now);
        auto about =
            letter("key-ends", from, {{"fingerprint", one.fingerprint}, {"until", until}, {"left", left}, {"lists", as_lines(one.lists)}});
        if (about) about->until = one.end;
        const auto sent = !about                      ? Result<PostId>(tl::unexpected(about.error()))
                          : person->addresses.empty() ? Result<PostId>(PostId{})
                                                      : writer.send(store_, *about, *person, now);
        if (!sent) {
            pass.troubles.push_back(fmt::format("the end of the key of {}: {}", one.person, sent.error().detail));
            continue;
        }
        ++pass.letters;
        store_.journal().append(now, "system", act_of_warning, one.person.value,
                                Detail().add("fingerprint", one.fingerprint).add("until", until).text());
        for (const auto& list : one.lists) ends.of_list[ListId(list)].push_back(fmt::format("{}: on {}, {}", one.person, until, left));
    }
}

void KeyLetters::tell_owners(const Ends& ends, Pass& pass, Instant now) {
    const letters::Writer writer(vault_, settings_.letterhead);
    for (const auto& [list, lines] : ends.of_list) {
        const auto about = letter("key-ends-report", owner_address(list), {{"list", list.value}, {"people", as_lines(lines)}});
        for (const auto& owner : who_runs(list, now)) {
            const auto sent = about ? writer.send(store_, *about, owner, now) : Result<PostId>(tl::unexpected(about.error()));
            if (sent) ++pass.letters;
            if (!sent) pass.troubles.push_back(fmt::format("{} of keys of {} that end: {}", owner.id, list, sent.error().detail));
        }
    }
}

// The one who runs the server can give the list another one.
void KeyLetters::tell_of_list(const storage::ListKeyRow& key, Pass& pass, Instant now) {
    const letters::Writer writer(vault_, settings_.letterhead);
    const auto until = to_string(date_of(*key.usable_until)), left = left_until(*key.usable_until, now);
    const bool over = now >= *key.usable_until;
    auto about =
        letter("list-key-ends", owner_address(key.list),
               {{"list", key.list.value}, {"fingerprint", key.fingerprint}, {"until", until}, {"left", left}, {"over", over ? "yes" : ""}});
    if (!about) return pass.troubles.push_back(fmt::format("the end of the key of {}: {}", key.list, about.error().detail));
    if (!over) about->until = key.usable_until;
    std::vector<std::string> told;
    for (const auto& owner : who_runs(key.list, now)) {
        if (writer.send(store_, *about, owner, now)) told.push_back(owner.id.value);
    }
    if (!settings_.operator_address.empty()) {
        Person operator_here;
        operator_here.name = "operator";
        operator_here.addresses = {settings_.operator_address};
        if (writer.send_outside(store_, *about, operator_here, now)) told.emplace_back("the operator");
    }
    pass.letters += told.size();
    pass.to_operator.push_back(
        fmt::format("the key of list {} {} on {}: caveat key rollover {}", key.list, over ? "ended" : "ends", until, key.list));
    store_.journal().append(now, "system", act_of_warning, key.list.value,
                            Detail().add("fingerprint", key.fingerprint).add("until", until).add("to", told).text());
}

KeyLetters::Pass KeyLetters::warn(Instant now) {
    {
        const storage::Store::Reading reading(store_);
        Ends ends;
        gather(ends, now);
        if (ends.people.empty() && ends.list_keys.empty()) return {};
    }
    Pass pass;
    storage::Store::Transaction transaction(store_);
    Ends ends;
    gather(ends, now);
    tell_people(ends, pass, now);
    tell_owners(ends, pass, now);
    for (const auto& key : ends.list_keys) tell_of_list(key, pass, now);
    transaction.commit();
    return pass;
}

void KeyLetters::tell_of(const NewKey& key, Instant now) {
    const auto& list = key.key.list;
    auto about = letter("list-key-new", owner_address(list),
                        {{"list", list.value},
                         {"fingerprint", key.key.fingerprint},
                         {"before", key.before.key.fingerprint},
                         {"until", to_string(date_of(key.before.opens_until))},
                         {"signed", key.signature.empty() ? "" : "yes"}});
    if (about) attach(*about, fmt::format("{}-key.asc", list), key.key.armour, key.signature);
    std::vector<PersonId> readers;
    const auto row = store_.rosters().list(list);
    for (const auto& subscription : store_.rosters().subscriptions(list)) {
        if (row && may_know(subscription.person, *row, now)) readers.push_back(subscription.person);
    }
    send_to(readers, about, "list-key-new", list.value, now);
}

void KeyLetters::tell_of(const NewOwnKey& key, Instant now) {
    auto about =
        letter("own-key-new", "postmaster@" + settings_.letterhead.domain,
               {{"fingerprint", key.key.fingerprint}, {"before", key.before.fingerprint}, {"signed", key.signature.empty() ? "" : "yes"}});
    if (about) attach(*about, "community-key.asc", key.key.armour, key.signature);
    std::vector<PersonId> readers;
    for (const auto& one : store_.keys().usable()) readers.push_back(one.person);
    send_to(readers, about, "own-key-new", "", now);
}

// Who was told stands in the journal, and who could not be.
void KeyLetters::send_to(const std::vector<PersonId>& readers, const Result<letters::Letter>& about, std::string_view form,
                         const std::string& subject, Instant now) {
    const letters::Writer writer(vault_, settings_.letterhead);
    std::vector<std::string> told, not_told;
    for (const auto& reader : readers) {
        const auto person = store_.directory().person(reader);
        const bool sent = about && person && !person->addresses.empty() && writer.send(store_, *about, *person, now).has_value();
        (sent ? told : not_told).push_back(reader.value);
    }
    Detail detail;
    detail.add("form", form).add("to", told);
    if (!not_told.empty()) detail.add("not_told", not_told);
    store_.journal().append(now, "system", "letter.mailed", subject, detail.text());
}

}  // namespace caveat::registry

#include "caveat/committee/reminders.hpp"

#include <algorithm>

#include "bindings.hpp"
#include "caveat/community/subject.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "due.hpp"
#include "electors.hpp"
#include "notices.hpp"
#include "register.hpp"
#include "rolls.hpp"
#include "rooms.hpp"
#include "set_back.hpp"
#include "silences.hpp"
#include "tellings.hpp"

namespace caveat::committee {
namespace {

constexpr auto in_time = std::chrono::minutes{15};  // a pass comes every minute; later than this is said to be late

std::vector<Due> unsent(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, Instant now) {
    auto all = all_due(store, vault, rules, now);
    for (auto& due : all) std::erase_if(due.instants, [&](Instant at) { return store.minutes().reminded(due.key, at); });
    std::erase_if(all, [](const Due& due) { return due.instants.empty(); });
    return all;
}

std::vector<community::Person> readers_of(storage::Store& store, const policy::Rulebook& rules, const Due& due, Instant now) {
    std::set<PersonId> at_desk;
    for (const auto& term : due.of_list ? std::vector<community::Term>{} : rules.in_force(store.powers().held_terms(now))) {
        const bool wanted =
            due.seats ? rules.office_of(term.role) == community::Office::seat : rules.role_has(term.role, policy::Trait::records);
        if (wanted) at_desk.insert(term.person);
    }
    std::vector<community::Person> readers;
    for (auto& person : store.directory().people()) {
        const bool asked = due.also.contains(person.id);
        if ((!asked && !at_desk.contains(person.id)) || person.addresses.empty() || person.team == due.not_to) continue;
        if ((!asked && due.seats && !due.seats->contains(person.team)) || letters::is_held(store, person.id, now)) continue;
        readers.push_back(std::move(person));
    }
    return readers;
}

std::string when_of(const Due& due) {
    std::string when;
    for (const Instant at : due.instants) when += (when.empty() ? "" : " and ") + moment(at);
    return when;
}

std::string readers_in_words(const Due& due) {
    if (due.seats) return "the seats that have not voted";
    if (due.of_list) return "whoever runs the list";
    return due.also.empty() ? "the Steering Committee and the Secretariat" : "the panel, the Steering Committee and the Secretariat";
}

letters::Letter letter_of(const Due& due, const Postage& postage, const letters::Form& form, Instant now) {
    const bool late = due.instants.back() + in_time <= now;
    return {.purpose = storage::Purpose::reminder,
            .form = form,
            .from = postage.from,
            .fields = {{"about", due.about},
                       {"text", due.text},
                       {"due", when_of(due)},
                       {"late", late ? moment(now) : ""},
                       {"readers", readers_in_words(due)},
                       {"link", due.page.empty() || postage.pages.empty() ? "" : postage.pages + due.page}}};
}

letters::Letter letter_of(storage::Store& store, const HoldFile& file, const Postage& postage, const letters::Form& form) {
    const auto& held = file.hold.person;
    const auto person = store.directory().person(held);
    const auto team = team_of_whom(store, held).value_or(TeamId{});  // of who left, too: the hold goes on
    const auto contact = postage.from.empty() ? letters::reply_address(store, postage.letterhead.domain) : postage.from;
    return {.purpose = storage::Purpose::of_hold,
            .form = form,
            .from = postage.from,
            .fields = {{"person", person ? person->name : held.value},
                       {"held", held.value},
                       {"team", letters::called(store, team)},
                       {"reason", file.hold.reason},
                       {"placed", moment(file.hold.placed)},
                       {"waits", what_waits(store, held)},
                       {"ends", file.in_force ? moment(file.ends) : ""},
                       {"over", file.in_force ? "" : moment(file.ends)},
                       {"extended", file.hold.extensions.empty() ? "" : moment(file.hold.extensions.back().at)},
                       {"contact", contact}}};
}

// From here on it is not told again.
void keep(storage::Store& store, const Due& due, std::string_view act, const Detail& detail, Instant now) {
    for (const Instant at : due.instants) static_cast<void>(store.minutes().add(storage::ReminderRow{due.key, at, now}));
    store.journal().append(now, by_itself.name, act, due.subject, detail.text());
}

}  // namespace

Reminders::Reminders(storage::Store& store, const policy::Rulebook& rules, const Clock& clock, const Postage& postage)
    : store_(store),
      rules_(rules),
      clock_(clock),
      postage_(postage),
      known_(store_.journal().newest_until(Instant::max()), clock_.now(), std::chrono::steady_clock::now(), before_a_key_is_replaced) {}

Reminders::Pass Reminders::send_due() {
    Pass pass;
    {
        // Read first without the write lock, because nearly always there is nothing to write.
        storage::Store::Reading reading(store_);
        if (unsent(store_, postage_.vault, rules_, clock_.now()).empty()) return pass;
    }
    const auto form = read_form(postage_.letterhead, "reminder");
    if (!form) {
        pass.troubles.push_back(form.error().detail);
        return pass;
    }
    const letters::Writer writer(postage_.vault, postage_.letterhead);
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    for (const auto& due : unsent(store_, postage_.vault, rules_, now)) {
        if (due.to_operator) {
            keep(store_, due, "reminder.logged", Detail().add("about", due.key).add("text", due.text), now);
            pass.to_operator.push_back(due.text);
            continue;
        }
        const auto letter = letter_of(due, postage_, *form, now);
        std::vector<std::string> told;
        for (const auto& person : readers_of(store_, rules_, due, now)) {
            const auto post = writer.send(store_, letter, person, now);
            post ? told.push_back(person.id.value)
                 : pass.troubles.push_back(fmt::format("{} to {}: {}", due.key, person.id, post.error().detail));
        }
        if (told.empty()) continue;  // there is nobody to tell yet; the next holder of a seat is told late
        keep(store_, due, "reminder.mailed", Detail().add("about", due.key).add("due", when_of(due)).add("to", told), now);
        pass.letters += told.size();
    }
    transaction.commit();
    return pass;
}

namespace {

constexpr std::string_view says_heard = "heard";  // in the record of a letter: whoever wrote it had heard all before it

// Each reader their letter, and the record that it was told. Nobody is told whose mailbox is held and whose letter has no label to wait by.
std::size_t tell(storage::Store& store, const Postage& postage, const Telling& telling, Reminders::Pass& pass, Instant now) {
    const auto form = read_form(postage.letterhead, telling.form);
    if (!form) {
        pass.troubles.push_back(form.error().detail);
        return 0;
    }
    const letters::Writer writer(postage.vault, postage.letterhead);
    const letters::Letter letter{.purpose = telling.purpose,
                                 .form = *form,
                                 .from = postage.from,
                                 .fields = telling.fields,
                                 .label = telling.label,
                                 .until = telling.until};
    std::vector<std::string> told;
    for (const auto& person : telling.readers) {
        const auto post = writer.send(store, letter, person, now);
        post ? told.push_back(person.id.value)
             : pass.troubles.push_back(fmt::format("{} to {}: {}", telling.keys.front().first, person.id, post.error().detail));
        if (post && telling.purpose == storage::Purpose::to_party)
            store.minutes().add_letter(telling.subject, {0, *post, std::string(news_to_party) + telling.keys.front().first});
    }
    for (const auto& contact : telling.outside) {
        const auto post = writer.send_outside(store, letter, contact, now);
        post ? told.push_back("contact " + contact.id.value)
             : pass.troubles.push_back(fmt::format("{} to contact {}: {}", telling.keys.front().first, contact.id, post.error().detail));
    }
    if (told.empty()) return 0;
    std::vector<std::string> keys;
    for (const auto& [key, at] : telling.keys) {
        static_cast<void>(store.minutes().add(storage::ReminderRow{key, at, now}));
        keys.push_back(key);
    }
    Detail detail;
    detail.add("form", telling.form).add("about", keys).add("to", told).add(says_heard, "all before");
    store.journal().append(now, by_itself.name, "letter.mailed", telling.subject, detail.text());
    return told.size();
}

}  // namespace

namespace {

// The last entry behind this one that a daemon wrote when it had told somebody; none: none has. Others mail letters, too, who heard nothing.
std::optional<std::int64_t> last_told(storage::Store& store, std::int64_t from) {
    std::optional<std::int64_t> last;
    store.journal().each({.from = from + 1, .limit = -1, .act = "letter.mailed", .subject = {}}, [&](const storage::Entry& entry) {
        if (!text_in(entry.detail, says_heard).empty()) last = entry.number;
    });
    return last;
}

// The same of programs that did not say so: it is as near as one can come to it.
std::optional<std::int64_t> last_mailed(storage::Store& store) {
    std::optional<std::int64_t> last;
    store.journal().each({.from = 1, .limit = -1, .act = "letter.mailed", .subject = {}}, [&](const storage::Entry& entry) {
        if (entry.actor == by_itself.name) last = entry.number;
    });
    return last;
}

// A term that was to come, so that nobody held it.
bool never_ran(const Changed& term) {
    const auto during = community::span_in(term.during);
    return !during || during->until == during->from;
}

}  // namespace

void Reminders::listen(Instant now) {
    constexpr std::int64_t look_back = 5000;  // entries, at the first look: what a daemon that did not run may have missed
    std::erase_if(changed_, [&](const Changed& entry) { return is_told_no_more(store_, entry, now); });
    const auto head = store_.journal().head().number;
    std::optional<std::int64_t> ran;  // what came behind it, nobody was there to tell
    if (heard_ < 0) {
        const auto before = [&](std::int64_t entries) { return std::max<std::int64_t>(0, head - entries); };
        // However much that is: one load may be more than all that is usually looked at.
        for (auto back = look_back; !(ran = last_told(store_, before(back))) && back < head;) back *= 4;
        if (!ran) ran = last_mailed(store_);
        heard_ = std::min(before(look_back), ran.value_or(head));
    }
    if (head <= heard_) return;
    // A load enters hundreds at its instant, and is the operator's: the community was there before this program was. What a person loads is
    // told as what they do one by one.
    std::set<Instant> loads;
    store_.journal().each({.from = std::max<std::int64_t>(1, heard_ + 1 - look_back), .limit = -1, .act = "community.load", .subject = {}},
                          [&](const storage::Entry& entry) {
                              if (!entry.actor.starts_with("person ")) loads.insert(entry.at);
                          });
    const auto hear = [&](const char* act) {
        store_.journal().each({.from = heard_ + 1, .limit = -1, .act = act, .subject = {}}, [&](const storage::Entry& entry) {
            if (entry.number > head) return;
            auto changed = what_changed(entry);
            if (ran && *ran < entry.number) changed.heard = now;
            if (entry.act == "person.waits" && changed.fields.empty()) return;
            changed.entered = entry.act == "person.add";
            changed.gone = entry.act == "person.remove";
            if (changed.entered || changed.gone) {
                if (loads.contains(entry.at)) return;
                changed.person = PersonId{entry.subject};
            }
            if (loads.contains(entry.at)) changed.spoke = false;  // as who comes and goes in a load: the operator tells it
            if (entry.act.starts_with("team.")) changed.team = TeamId{entry.subject};
            if (entry.act == "team.revoked") changed.put_out = text_in(entry.detail, "decision");
            if (entry.act.starts_with("subscription.")) {
                const auto place = community::former(entry.subject);  // "teams orchid-rep"
                if (!place || loads.contains(entry.at)) return;
                // Who leaves a list, or has it sent otherwise, is told of nothing; who put themself on it may be news to those on it.
                changed.onto = entry.act == "subscription.add";
                if (!changed.onto && changed.actor == fmt::format("person {}", place->person)) return;
                changed.list = ListId{std::string(place->subject)};
                changed.person = PersonId{std::string(place->person)};
            }
            if (entry.act.starts_with("person.")) changed.person = PersonId{entry.subject};
            if (entry.act == "token.created") changed.token = entry.subject;
            if (entry.act == "token.revoked") changed.ended_token = entry.subject;
            if (entry.act.starts_with("factor.")) {
                changed.person = PersonId{entry.subject};
                if (changed.actor == "person " + entry.subject && !follows_a_lost_factor(store_, entry)) return;
                changed.factor = entry.act;
            }
            if (entry.act == "community.load.undecided") changed.loaded = text_in(entry.detail, "what");
            if (entry.act == "database.put_back") changed.state_of = text_in(entry.detail, "state_of");
            if (entry.act.starts_with("hold.")) {
                changed.hold = entry.act;
                changed.person = PersonId{entry.subject};
                changed.against = text_in(entry.detail, "decision");
                changed.longer = entry.act == "hold.extended" ? text_in(entry.detail, "until") : std::string();
                if (!changed.longer.empty() && binds(store_, changed.against, "length")) return;  // then it is what was decided
            }
            if (entry.act.starts_with("policy.")) changed.book = text_in(entry.detail, "sha256");
            if (entry.act.starts_with("term.")) {
                changed.list = ListId{text_in(entry.detail, "list")};
                changed.person = PersonId{entry.subject};
                changed.role = text_in(entry.detail, "role");
                changed.during = text_in(entry.detail, "during");
                changed.reason = text_in(entry.detail, "reason");
                changed.less = text_in(entry.detail, "less");
                changed.onto = entry.act == "term.begun" && !changed.list.empty();
                const bool left_out = entry.act == "term.remove";
                changed.moved = !changed.fields.empty() || left_out;
                if (entry.act == "term.change" || left_out) changed.person = PersonId{text_in(entry.detail, "person")};
                if (left_out && never_ran(changed)) return;
                if (entry.act == "term.begun" && changed.less.empty() && !changed.onto) return;  // as the electors know it
            }
            if (!is_told_no_more(store_, changed, now)) changed_.push_back(std::move(changed));
        });
    };
    for (const auto* act : {"person.add", "person.remove", "person.change", "person.waits", "person.confirm", "team.revoked"}) hear(act);
    for (const auto* act :
         {"team.change", "token.created", "token.revoked", "factor.forgotten", "factor.enrolled", "term.begun", "term.ended",
          "term.deputised", "term.change", "term.remove", "hold.extended", "policy.taken", "policy.adopted", "community.load.undecided",
          "database.put_back", "subscription.add", "subscription.change", "subscription.remove", "hold.lifted"})
        hear(act);
    heard_ = head;
}

Reminders::Look Reminders::look_at_clock() {
    Look look{clock_.now(), {}};
    look.rather = known_.instead_of(look.now, std::chrono::steady_clock::now());
    if (!last_pass_ || look.now + KnownTime::slack < *last_pass_) set_back_to_ = std::min(set_back_to_.value_or(look.now), look.now);
    return look;
}

bool Reminders::keep_record(const Look& look, bool only_look) {
    if (look.is_behind()) return false;
    const bool back = set_back_to_ && take_back_what_is_to_come(store_, *set_back_to_, look.now, only_look);
    if (only_look && back) return true;
    const bool rolls = keep_rolls(store_, rules_, postage_.vault, look.now, only_look);
    return keep_silences(store_, look.now, only_look) || rolls || back;
}

Reminders::Pass Reminders::tell_who_must_act() {
    Pass pass;
    bool rooms = false;
    const auto of_people = [&](Instant now) { return of_changes(store_, rules_, postage_.pages, changed_, last_news_, now); };
    {
        storage::Store::Reading reading(store_);
        const auto look = look_at_clock();
        const Instant now = look.now, rather = look.rather.value_or(now);
        // What was heard is not thrown away as old because a clock jumps ahead for a moment. When nobody has looked before, it may have.
        listen(last_pass_ ? rather : std::max(now, rather));
        rooms = !look.rather && (empty_rooms(store_, now, true) || follow_who_can_sit(store_, rules_, now, true));
        if (!keep_record(look, true) && of_people(now).empty() && of_tokens(store_, postage_.pages, changed_).empty() &&
            of_factors(store_, postage_.pages, changed_).empty() && of_rosters(store_, rules_, postage_.pages, changed_, now).empty() &&
            of_addresses(store_, changed_, now).empty() && of_people_of_teams(store_, rules_, postage_.pages, changed_, now).empty() &&
            of_offices_and_books(store_, rules_, postage_.pages, changed_, now).empty() && !rooms && notices_to_send(store_, now).empty() &&
            untold(store_, postage_.vault, rules_, postage_.pages, postage_.letterhead.domain, now).empty()) {
            last_pass_ = now;
            if (!look.is_behind()) set_back_to_.reset();
            return pass;
        }
    }
    storage::Store::Transaction transaction(store_);
    const auto look = look_at_clock();
    const Instant now = look.now;
    last_pass_ = now;
    keep_record(look, false);
    if (rooms) {
        empty_rooms(store_, now, false);
        follow_who_can_sit(store_, rules_, now, false);
    }
    const auto write = [&](const Telling& telling) { return tell(store_, postage_, telling, pass, now); };
    for (const auto& telling : untold(store_, postage_.vault, rules_, postage_.pages, postage_.letterhead.domain, now)) {
        pass.letters += write(telling);
    }
    for (const auto& notice : notices_to_send(store_, now)) {
        const auto sent = send(store_, postage_, notice, now);
        pass.letters += sent.value_or(0);
        if (!sent) pass.troubles.push_back(fmt::format("case {}, notice {}: {}", notice.of.id, notice.notice.number, sent.error().detail));
    }
    for (const auto& telling : of_tokens(store_, postage_.pages, changed_)) pass.letters += write(telling);
    for (const auto& telling : of_factors(store_, postage_.pages, changed_)) pass.letters += write(telling);
    for (const auto& telling : of_rosters(store_, rules_, postage_.pages, changed_, now)) pass.letters += write(telling);
    for (const auto& telling : of_people_of_teams(store_, rules_, postage_.pages, changed_, now)) pass.letters += write(telling);
    for (const auto& telling : of_offices_and_books(store_, rules_, postage_.pages, changed_, now)) pass.letters += write(telling);
    for (const auto& telling : of_addresses(store_, changed_, now)) pass.letters += write(telling);
    for (const auto& telling : of_people(now)) {
        const auto told = write(telling);
        pass.letters += told;
        if (told > 0) last_news_[telling.readers.front().id] = now;
    }
    transaction.commit();
    if (!look.is_behind()) set_back_to_.reset();
    return pass;
}

Reminders::Pass Reminders::tell_of_holds() {
    Pass pass;
    auto untold = holds_without_letter(store_, clock_.now());
    std::erase_if(untold, [&](const auto& row) { return colleagues(store_, row.person, clock_.now()).empty(); });
    if (untold.empty()) return pass;
    const auto form = read_form(postage_.letterhead, "hold-told");
    if (!form) {
        pass.troubles.push_back(form.error().detail);
        return pass;
    }
    const letters::Writer writer(postage_.vault, postage_.letterhead);
    Committee committee(store_, postage_.vault, rules_, clock_);
    for (const auto& row : untold) {
        const auto id = row.id;
        std::size_t written = 0;
        const auto tell = [&](const HoldFile& file) -> Result<void> {
            const Instant now = clock_.now();
            const auto readers = colleagues(store_, file.hold.person, now);
            if (readers.empty()) return fail(errc::not_found, "nobody to tell");
            const auto letter = letter_of(store_, file, postage_, *form);
            for (const auto& person : readers) {
                const auto post = writer.send(store_, letter, person, now);
                if (!post) return tl::unexpected(post.error());
                ++written;
            }
            return {};
        };
        const auto told = committee.told(by_itself, id, tell);
        if (told) {
            pass.letters += written;
        } else if (told.error().code == errc::invalid) {
            pass.troubles.push_back(fmt::format("hold {}: {}", id, told.error().detail));
        }
    }
    return pass;
}

}  // namespace caveat::committee

#include "caveat/committee/letters.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "caveat/community/representation.hpp"
#include "caveat/detail.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "docket.hpp"
#include "due.hpp"
#include "electors.hpp"
#include "notices.hpp"

namespace caveat::committee {
namespace {

constexpr std::string_view to_party = "notice";
constexpr std::string_view to_members = "members";
constexpr std::uintmax_t longest_rules = 256U << 10;

// Item 28 vii.
Result<mail::Attachment> appeal_rules(const Postage& postage) {
    const auto path = postage.appeal_rules.empty() ? postage.letterhead.templates / "appeal-rules.txt" : postage.appeal_rules;
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (!error && size <= longest_rules && file) text.assign(std::istreambuf_iterator<char>(file), {});
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
        return fail(errc::not_found, "item 28 vii: the rules on appeals go along, and there is no text in {}; set community.appeal_rules",
                    path.string());
    }
    return mail::Attachment{"appeal-rules.txt", std::move(text)};
}

std::string joined_with_and(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
    return text;
}

// "on the list teams: receiving posts and posting". A list that its reader may not know is not named.
template <class IsKnown>
std::string rights_in_words(const conduct::DeniedSet& denied, IsKnown is_known) {
    using community::Verb;
    constexpr std::array<std::pair<Verb, std::string_view>, 4> rights{{{Verb::receive, "receiving posts"},
                                                                       {Verb::post, "posting"},
                                                                       {Verb::archive, "reading the archive"},
                                                                       {Verb::manage, "running the list"}}};
    std::string text;
    for (const auto& row : denied) {
        std::vector<std::string> words;
        for (const auto& [verb, word] : rights) {
            if ((row.verbs & community::bit(verb)) != 0) words.emplace_back(word);
        }
        if (!text.empty()) text += "\n";
        const auto where = row.resource == "*"      ? std::string("every list of members")
                           : is_known(row.resource) ? "the list " + row.resource
                                                    : std::string("a list that you are not on");
        text += fmt::format("  on {}: {}", where, joined_with_and(words));
    }
    return text;
}

// Ruling (mm): names of lists stay inside, also in what members are told of another team.
std::string rights_for(storage::Store& store, const policy::Rulebook& rules, const PersonId& reader, const conduct::DeniedSet& denied,
                       Instant now) {
    return rights_in_words(denied, [&](const std::string& name) {
        const auto list = store.rosters().list(ListId{name});
        const auto standing = list ? store.standing(reader, list->id, now) : std::nullopt;
        return standing && policy::may_know(rules, *standing, *list, now);
    });
}

// "30 days", "3 months".
std::string in_words(const conduct::Period& period) {
    using namespace std::chrono_literals;
    if (period.months != 0 || period.time % 24h != 0s) return words(period);
    return fmt::format("{} days", period.time / 24h);
}

// If it is served on the day of issue: whatever comes later moves it, except an end that is a date (ruling b).
conduct::Span first_effect(const conduct::Case& c, const conduct::Notice& n) {
    Instant from = c.numbers.sanction_delay.after(n.issued, Rounding::later);
    if (n.sanction.effect) from = std::max(from, *n.sanction.effect);
    if (n.renewal) from = std::max(from, n.not_before);
    if (c.numbers.effect_after_appeal_window && !n.sanction.effect && !n.renewal)
        from = std::max<Instant>(from, std::chrono::floor<std::chrono::days>(n.issued) + std::chrono::days{c.numbers.appeal_days + 1});
    const auto length = n.sanction.length.value_or(c.numbers.sanction_default);
    return {from, n.sanction.end ? *n.sanction.end : length.after(from, Rounding::earlier)};
}

letters::Fields fields_of(storage::Store& store, const Postage& postage, const conduct::Case& c, const conduct::Notice& n) {
    const auto& t = n.contents;
    const bool waits = c.numbers.effect_after_appeal_window && !n.sanction.effect && !n.renewal;
    const auto team = store.directory().team(c.team);
    const bool sanctions = n.kind == conduct::NoticeKind::sanction;
    const auto span = sanctions ? first_effect(c, n) : conduct::Span{};
    return {{"case", c.id},
            {"team", team && team->name != c.team.value ? fmt::format("{} ({})", team->name, c.team) : c.team.value},
            {"rights", sanctions ? rights_in_words(n.sanction.denied, [](const auto&) { return true; }) : ""},
            {"earliest", sanctions ? moment(span.from) : ""},
            {"ends", sanctions ? moment(span.until) : ""},
            {"link", postage.pages.empty() ? "" : fmt::format("{}/cases/{}", postage.pages, c.id)},
            {"clause", c.clause},
            {"notice", std::to_string(n.number)},
            {"issued", moment(n.issued)},
            {"decision", n.decision},
            {"channels", t.channels},
            {"breach", t.breach},
            {"opinion", t.opinion},
            {"remedy", t.remedy},
            {"consequences", t.consequences},
            {"reply", t.reply},
            {"reply_time", in_words(n.reply_time)},
            {"appeal_rules", t.appeal_rules},
            {"appeal_days", std::to_string(c.numbers.appeal_days)},
            {"sanction", words(n.sanction)},
            {"delay", in_words(c.numbers.sanction_delay)},
            {"window", waits ? ", and not before the time for an appeal is over" : ""}};
}

Letter letter_of(storage::Store& store, const storage::LetterRow& row) {
    Letter letter{row.notice, row.purpose, row.post, {}, {}, {}, {}};
    const auto post = store.posts().find(row.post);
    const auto copies = post ? store.deliveries().rows(post->key) : std::vector<storage::DeliveryRow>{};
    if (copies.empty()) throw storage::Broken(fmt::format("letter {} has no copy", row.post));
    const auto& copy = copies.front();
    letter.to = copy.person;
    letter.state = copy.state;
    letter.at = copy.at;
    letter.reply = copy.reply;
    return letter;
}

// One kind of letter about one notice, to whom it goes.
struct Round {
    std::string case_id;
    int notice = 0;
    std::string_view purpose;
    std::string_view journal;
    std::string by;
    Instant now{};
};

Result<void> send(storage::Store& store, const Postage& postage, const letters::Letter& letter, const Round& round,
                  const community::Person& person, std::vector<Letter>& sent) {
    const auto post = letters::Writer(postage.vault, postage.letterhead).send(store, letter, person, round.now);
    if (!post) return tl::unexpected(post.error());
    const storage::LetterRow row{round.notice, *post, std::string(round.purpose)};
    store.minutes().add_letter(round.case_id, row);
    sent.push_back(letter_of(store, row));
    Detail detail;
    detail.add("notice", round.notice).add("to", person.id.value).add("post", post->value);
    for (const auto& file : letter.attached) detail.add(file.file_name, "sha256:" + vault::hex(vault::sha256(file.text)));
    store.journal().append(round.now, round.by, round.journal, round.case_id, detail.text());
    return {};
}

// Nothing keeps a notice from its representative; whoever stands in meanwhile has to act (item 15).
std::vector<community::Person> representatives_of(storage::Store& store, const TeamId& team, Instant now) {
    const auto people = store.directory().people();
    const auto denials = store.powers().denials();
    std::vector<community::Person> some;
    for (const auto& person : people) {
        const bool theirs = person.representative || community::speaks_for_team(person, people, denials, now);
        if (person.team == team && theirs && !person.addresses.empty()) some.push_back(person);
    }
    return some;
}

// In the caller's transaction.
Result<std::vector<Letter>> to_the_party(storage::Store& store, const Postage& postage, const conduct::Case& c, const conduct::Notice& n,
                                         const std::vector<community::Person>& readers, const std::string& by, Instant now) {
    const auto form = read_form(postage.letterhead, n.kind == conduct::NoticeKind::sanction ? "case-sanction" : "case-compliance");
    if (!form) return tl::unexpected(form.error());
    const auto rules = appeal_rules(postage);
    if (!rules) return tl::unexpected(rules.error());
    const letters::Letter letter{.purpose = storage::Purpose::to_party,
                                 .form = *form,
                                 .from = postage.from,
                                 .fields = fields_of(store, postage, c, n),
                                 .attached = {*rules}};
    std::vector<Letter> sent;
    for (const auto& person : readers) {
        const Round round{c.id, n.number, to_party, "case.notice_mailed", by, now};
        if (auto ok = send(store, postage, letter, round, person, sent); !ok) return tl::unexpected(ok.error());
    }
    if (sent.empty()) {
        return fail(
            errc::not_found,
            "team {} has no representative with an address; needs one (caveat person change), or --no-mail if it is served otherwise",
            c.team);
    }
    return sent;
}

// Item 32: to who speaks for the other Operational Members, never to a partner, and not into a mailbox that is held.
Result<void> to_the_members(storage::Store& store, const policy::Rulebook& rules, const Postage& postage, const conduct::Case& c,
                            const conduct::Notice& n, const std::string& by, std::vector<Letter>& sent, Instant now) {
    if (!postage.verified_transport) {
        return fail(errc::denied,
                    "item 32: what members are told is TLP:AMBER+STRICT, and the relay's identity is not verified; needs "
                    "relay.require_tls, or the sanction without --tell-members");
    }
    const auto form = read_form(postage.letterhead, "case-members");
    if (!form) return tl::unexpected(form.error());
    letters::Letter letter{.purpose = storage::Purpose::to_members,
                           .form = *form,
                           .from = postage.from,
                           .fields = fields_of(store, postage, c, n),
                           .label = community::Tlp::amber_strict};
    const auto people = store.directory().people();
    const auto denials = store.powers().denials();
    for (const auto& person : people) {
        if (person.addresses.empty() || person.team == c.team || !community::speaks_for_team(person, people, denials, now)) continue;
        const auto team = store.directory().team(person.team);
        if (!team || !rules.is_member(team->category)) continue;
        const Round round{c.id, n.number, to_members, "case.members_told", by, now};
        letter.fields["rights"] = rights_for(store, rules, person.id, n.sanction.denied, now);
        if (auto ok = send(store, postage, letter, round, person, sent); !ok) return ok;
    }
    return {};
}

// Who represents the team now and has no letter with this notice, where another's came too late and none was written after it. What an
// appeal suspended says nothing any more.
std::vector<community::Person> still_to_hear(storage::Store& store, const conduct::Case& c, const conduct::Notice& n, Instant now) {
    if (conduct::fallen(c, n)) return {};
    auto rows = store.minutes().letters(c.id);
    std::erase_if(rows, [&](const auto& row) { return row.notice != n.number || row.purpose != to_party; });
    const auto late = std::stable_partition(rows.begin(), rows.end(), [&](const auto& row) { return !came_too_late(store, row.post); });
    if (late == rows.end()) return {};
    const auto last = store.posts().find(rows.back().post)->received;
    const auto is_later = [&](const auto& row) {
        const auto post = store.posts().find(row.post);
        return post && last < post->received;
    };
    if (std::any_of(rows.begin(), late, is_later)) return {};
    auto readers = representatives_of(store, c.team, now);
    std::erase_if(readers, [&](const auto& person) {
        return std::any_of(rows.begin(), late, [&](const auto& row) { return letter_of(store, row).to == person.id; });
    });
    return readers;
}

}  // namespace

bool came_too_late(storage::Store& store, const PostId& letter) {
    const auto post = store.posts().find(letter);
    const auto copies = post ? store.deliveries().rows(post->key) : std::vector<storage::DeliveryRow>{};
    return !copies.empty() && copies.front().state == storage::DeliveryState::withheld &&
           copies.front().because.code == community::Code::removed;
}

std::vector<NoticeToSend> notices_to_send(storage::Store& store, Instant now) {
    std::vector<NoticeToSend> all;
    for (const auto& row : store.minutes().cases()) {
        const auto docket = read_docket(store, row);
        if (!docket || docket->as_is.closed) continue;
        for (const auto& notice : docket->as_is.notices) {
            if (auto readers = still_to_hear(store, docket->as_is, notice, now); !readers.empty())
                all.push_back({docket->as_is, notice, std::move(readers)});
        }
    }
    return all;
}

Result<std::size_t> send(storage::Store& store, const Postage& postage, const NoticeToSend& notice, Instant now) {
    const auto sent = to_the_party(store, postage, notice.of, notice.notice, notice.readers, by_itself.name, now);
    if (!sent) return tl::unexpected(sent.error());
    return sent->size();
}

bool is_notice(const conduct::Act& act) {
    return std::holds_alternative<conduct::IssueNotice>(act) || std::holds_alternative<conduct::IssueSanction>(act) ||
           std::holds_alternative<conduct::Renew>(act);
}

Result<Issued> issue(CaseOffice& office, storage::Store& store, const policy::Rulebook& rules, const Postage& postage, const Clock& clock,
                     const community::Actor& by, const std::string& case_id, const conduct::Act& act, const std::string& decision) {
    if (!is_notice(act)) return fail(errc::invalid, "'{}' is not a notice that could be mailed", name(act));
    std::vector<Letter> sent;
    const auto mail = [&](const CaseFile& file) -> Result<void> {
        const auto& notice = file.as_is.notices.back();
        const Instant now = clock.now();
        auto letters = to_the_party(store, postage, file.as_is, notice, representatives_of(store, file.as_is.team, now), by.name, now);
        if (!letters) return tl::unexpected(letters.error());
        sent = std::move(*letters);
        if (!notice.sanction.tell_members) return {};
        return to_the_members(store, rules, postage, file.as_is, notice, by.name, sent, now);
    };
    auto file = office.act(by, case_id, act, decision, mail);
    if (!file) return tl::unexpected(file.error());
    return Issued{std::move(*file), std::move(sent)};
}

Result<std::vector<Letter>> mail_notice(storage::Store& store, const policy::Rulebook& rules, const Postage& postage, const Clock& clock,
                                        const community::Actor& by, const std::string& case_id, int notice) {
    storage::Store::Transaction transaction(store);
    const Instant now = clock.now();
    if (auto ok = may_record(store, rules, by, now); !ok) return tl::unexpected(ok.error());
    const auto docket = find_docket(store, case_id);
    if (!docket) return tl::unexpected(docket.error());
    const auto& c = docket->as_is;
    const auto found = std::find_if(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.number == notice; });
    if (found == c.notices.end()) return fail(errc::not_found, "case {} has no notice {}", case_id, notice);
    auto sent = to_the_party(store, postage, c, *found, representatives_of(store, c.team, now), by.name, now);
    if (sent) transaction.commit();
    return sent;
}

std::vector<Letter> letters(storage::Store& store, const std::string& case_id) {
    storage::Store::Reading reading(store);
    std::vector<Letter> all;
    for (const auto& row : store.minutes().letters(case_id)) {
        if (!row.purpose.starts_with(news_to_party)) all.push_back(letter_of(store, row));
    }
    return all;
}

}  // namespace caveat::committee

#include "post_question.hpp"

#include <algorithm>
#include <set>

#include "address.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/reading.hpp"
#include "world.hpp"

namespace caveat::mailroom {
namespace {

std::vector<std::string> each_once(std::vector<std::string> addresses) {
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
    return addresses;
}

std::vector<std::string> all_named(const mail::Message& message) {
    std::vector<std::string> addresses;
    for (const auto* side : {&message.to, &message.cc}) {
        for (const auto& mailbox : *side) addresses.push_back(mailbox.address);
    }
    return each_once(std::move(addresses));
}

// Whom of the roster the post is to: where To and Cc came protected, these, and the ones outside, which every relay can change, are
// nothing. Else all, if the mail came the way of its author's; if somebody else brought it, those that the author's server signed, since
// whoever has the mail can put others above them or beside.
// Its author, by whichever of their addresses, is no reader whom they chose: programs put it there by themselves.
void look_at_names(const Room& room, const Arrived& post, const community::List& list, Instant now, PostQuestion& question) {
    const auto roster = [&](const std::vector<std::string>& addresses) {
        return room.store.rosters().on_roster(list.id, addresses, now, mail::normalise_address);
    };
    const auto names_another = [author = question.standing.key](const std::vector<PersonKey>& people) {
        return std::any_of(people.begin(), people.end(), [&](PersonKey person) { return person != author; });
    };
    auto& facts = question.facts;
    const bool is_protected = post.named != nullptr && *post.named;
    const bool by_author = is_brought_by_author(room, question.sender, post.headers, post.mail_from);
    const auto is_signed = by_author ? std::nullopt : mail::addresses_signed(post.headers, question.sender.from);
    const bool nobody_says = question.carried && (!is_signed || is_signed->empty());
    facts.names_unproven = !is_protected && (question.header_unproven || nobody_says);
    if (facts.names_unproven) return;
    question.named = roster(is_protected ? each_once(**post.named) : is_signed ? each_once(*is_signed) : all_named(post.message));
    facts.anyone_named = names_another(question.named);
    facts.names_unproven = !is_protected && !facts.anyone_named && names_another(roster(all_named(post.message)));
}

// Only what is signed or sealed comes from its author: the header outside is whatever the way the mail took made of it.
bool is_header_unproven(const Arrived& post, const community::List& list) {
    const bool in_an_envelope = post.encrypted || post.signature == policy::Signature::author;
    return in_an_envelope && post.came < policy::enough_to_answer(list);
}

// A6: programs show From of a header that came protected in the place of the one outside.
bool is_of_other_author(const Room& room, const mail::Message& message, const Sender& sender) {
    const auto is_other = [&](const std::string& address) {
        const auto normal = mail::normalise_address(address);
        if (normal == mail::normalise_address(sender.from)) return false;
        const auto person = room.store.directory().person_of(address, mail::normalise_address);
        return !person || person != sender.person;
    };
    return std::any_of(message.part_headers.begin(), message.part_headers.end(), [&](const mail::PartHeader& header) {
        if (header.enclosed || !header.is_protected) return false;
        const auto authors = mail::authors_of(header);
        return std::any_of(authors.begin(), authors.end(), is_other);
    });
}

constexpr std::string_view some_word = "a word of the mail";

std::string quote_of(const mail::Labelling& labelling) { return '"' + labelling.unknown + '"'; }

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

void look_at_label(const mail::Labelling& labelling, PostQuestion& question) {
    question.labelling = labelling;
    question.facts.label = question.labelling.label;
    question.facts.label_held = question.labelling.hold;
    question.facts.label_why = replaced(question.labelling.why, quote_of(question.labelling), some_word);
}

// The strictest of those that it answers, or else the nearest known ancestor, that is not of the sender's own team: a post of one's own
// between a reply and somebody else's post does not take that one's floor away (L4).
void look_at_parent(const Room& room, const mail::Message& message, const community::List& list, Instant now, PostQuestion& question) {
    auto& facts = question.facts;
    KnownToAuthor known(room, question.sender.person, question.sender.strength >= list.authentication, now);
    // What is not proven to be theirs, or comes from an address that nobody confirmed, makes nobody the originator, whoever releases it.
    const bool confirmed = !question.sender.address_waits || question.sender.strength == community::Strength::signature;
    const bool known_here = confirmed && question.sender.strength >= list.authentication && !facts.other_author;
    auto direct = direct_parents(message.in_reply_to, message.references);
    TeamId nearest;
    for (const auto& id : parents_of(message)) {
        const bool found = facts.parent && !facts.from_parent_team;
        if (found && direct == 0) {
            facts.parent =
                std::max(facts.parent, known.label_given_to(id, known_here ? question.standing.team : TeamId{}, {facts.parent, nearest}));
            continue;
        }
        if (direct > 0) --direct;
        const auto parent = known.parent(id);
        if (!parent) continue;
        const bool own = known_here && !parent->team.empty() && parent->team == question.standing.team;
        if (own && facts.parent) continue;
        facts.parent = found ? std::max(facts.parent, parent->label) : parent->label;
        facts.from_parent_team = own;
        nearest = parent->team;
    }
}

// The author as a trial supposes: authenticated as strongly as the list asks for, even if the bytes prove less.
Sender supposed_sender(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from, const std::string& from,
                       const community::List& list) {
    auto sender = identify(room, headers, mail_from);
    if (!from.empty()) {
        sender = {};
        sender.from = from;
        sender.person = room.store.directory().person_of(from, mail::normalise_address);
    }
    if (sender.person) sender.strength = std::max(sender.strength, list.authentication);
    return sender;
}

// What the file itself proves. An envelope that it does not name is supposed as well.
community::Strength proven_by(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from, const Trial& trial) {
    if (!trial.from.empty()) return community::Strength::none;
    return identify(room, headers, headers.find("Return-Path") == nullptr ? std::string_view() : mail_from).strength;
}

// The envelope as far as a file knows it: the last MTA wrote it into Return-Path (RFC 5321 §4.4). Without one it is taken to be the
// author's.
std::string supposed_mail_from(const mail::HeaderBlock& headers, const Trial& trial) {
    if (const auto* path = headers.find("Return-Path"); path != nullptr && trial.from.empty()) {
        const auto mailboxes = mail::read_mailboxes(path->value);
        return mailboxes.size() == 1 ? mailboxes.front().address : std::string();
    }
    if (!trial.from.empty()) return trial.from;
    const auto* from = headers.find("From");
    const auto authors = from == nullptr ? std::vector<mail::Mailbox>{} : mail::read_mailboxes(from->value);
    return authors.empty() ? "unknown@invalid" : authors.front().address;  // not the null sender: nothing says that it is a robot's
}

std::vector<TriedCopy> try_copies(const Room& room, const PostQuestion& question, const policy::Judgement& judgement,
                                  const community::List& list, Instant now) {
    storage::Post post;
    post.target = storage::Target::list;
    post.list = list.id;
    post.label = judgement.label;
    post.decided = now;
    post.red_to_roster = is_red_to_roster(question, judgement);
    post.caveats = question.labelling.caveats;
    std::vector<TriedCopy> copies;
    for (const auto& subscription : room.store.rosters().subscriptions(list.id)) {
        auto who = room.store.standing(subscription.person, list.id, now);
        if (!who) continue;
        const bool named = std::find(question.named.begin(), question.named.end(), who->key) != question.named.end();
        CopyQuestion copy{post, list, std::move(*who), {}};
        copy.answer = ask_copy(room, {post, &list}, copy.who, named, now);
        copies.push_back({copy.who.person, copy.answer.goes(), copy.reasons(room, true)});
    }
    return copies;
}

}  // namespace

std::string with_quote(const std::string& words, const mail::Labelling& labelling) {
    return labelling.unknown.empty() ? words : replaced(words, some_word, quote_of(labelling));
}

namespace {

constexpr std::size_t most_parents = 100;

}  // namespace

std::size_t direct_parents(const std::vector<std::string>& in_reply_to, const std::vector<std::string>& references) {
    return std::min(most_parents, in_reply_to.size() + std::min<std::size_t>(references.size(), 1));
}

// References lists the thread from its beginning (RFC 5322 §3.6.4), and may name thousands of ancestors; only the nearest count.
std::vector<std::string> parents_of(std::vector<std::string> in_reply_to, const std::vector<std::string>& references) {
    auto parents = std::move(in_reply_to);
    parents.insert(parents.end(), references.rbegin(), references.rend());
    if (parents.size() > most_parents) parents.resize(most_parents);
    return parents;
}

std::vector<std::string> parents_of(const mail::Message& message) { return parents_of(message.in_reply_to, message.references); }

bool KnownToAuthor::may_know(const ListId& id) {
    const auto [known, first] = lists_.try_emplace(id, false);
    if (first) {
        const auto list = room_.store.rosters().list(id);
        known->second = list && mailroom::may_know(room_, *author_, *list, now_);
    }
    return known->second;
}

bool KnownToAuthor::counts(const ListId& list, PostKey post) {
    const auto key = author_ && proven_ ? room_.store.directory().key_of(*author_) : std::nullopt;
    if (!key || may_know(list)) return true;
    const auto copy = room_.store.deliveries().row_of(post, *key);
    return copy && copy->state == storage::DeliveryState::sent;
}

namespace {

// Nobody knows its id who has not read it.
std::optional<storage::Posts::Parent> labelled_letter(const Room& room, const std::string& message_id) {
    if (!message_id.ends_with("@" + room.settings.domain)) return std::nullopt;
    storage::Posts::Filter filter;
    filter.message_id = message_id;
    filter.notices = true;
    std::optional<storage::Posts::Parent> parent;
    for (const auto& one : room.store.posts().select(filter)) {
        if (one.kind == storage::PostKind::notice && one.label && !one.forged) parent = {*one.label, {}};
    }
    return parent;
}

}  // namespace

std::optional<storage::Posts::Parent> KnownToAuthor::parent(const std::string& message_id) {
    const auto counting = [this](const ListId& list, PostKey post) { return counts(list, post); };
    auto found = room_.store.posts().parent(message_id, counting);
    // A post whose author is not named is kept under another id than it came with, and whoever has that one answers it too.
    for (auto& other : {room_.store.posts().parent(id_without_author(room_, message_id), counting), labelled_letter(room_, message_id)}) {
        if (other && (!found || found->label < other->label)) found = other;
    }
    return found;
}

std::optional<community::Tlp> KnownToAuthor::label_given_to(const std::string& message_id, const TeamId& own, const Nearest& nearest) {
    const auto ancestor = parent(message_id);
    if (!ancestor || ancestor->label <= nearest.label) return std::nullopt;
    if (!ancestor->team.empty() && (ancestor->team == own || ancestor->team == nearest.team)) return std::nullopt;
    return std::min(label_given(room_, under_id(room_, message_id)), ancestor->label);
}

std::optional<PostKey> KnownToAuthor::spooled_parent(const std::string& message_id, PostKey before) {
    return room_.store.posts().spooled_parent(message_id, before, [this](const ListId& list, PostKey post) { return counts(list, post); });
}

// Posts of one submission stand one behind the other.
std::vector<community::List> StrictestDefault::lists_of(const storage::Post& post, const std::vector<std::string>& named) const {
    std::vector<community::List> lists;
    std::set<ListId> seen;
    const auto look = [&](const auto& one) {
        if (one.target != storage::Target::list || !seen.insert(one.list).second) return;
        if (const auto list = room_.store.rosters().list(one.list)) lists.push_back(*list);
    };
    look(post);
    for (const auto& address : named) {
        if (is_ours(room_, address)) look(read_address(room_, address));
    }
    for (const PostKey step : {-1, 1}) {
        for (auto key = post.key + step;; key += step) {
            const auto beside = room_.store.posts().get(key);
            if (!beside || beside->sealed_as != post.sealed_as) break;
            look(*beside);
        }
    }
    const auto label = [&](const community::List& list) { return list.default_tlp.value_or(room_.rules.default_label()); };
    std::stable_sort(lists.begin(), lists.end(), [&](const auto& a, const auto& b) { return label(a) > label(b); });
    return lists;
}

std::optional<community::Tlp> StrictestDefault::of(const storage::Post& post, const std::optional<PersonId>& author,
                                                   const std::vector<std::string>& named) {
    const auto [found, first] = found_.try_emplace(std::pair{post.sealed_as, author});
    if (!first) return found->second;
    const auto lists = lists_of(post, named);
    const auto known = std::find_if(lists.begin(), lists.end(),
                                    [&](const community::List& list) { return !author || mailroom::may_know(room_, *author, list, now_); });
    if (known != lists.end()) found->second = known->default_tlp.value_or(room_.rules.default_label());
    return found->second;
}

PostQuestion gather(const Room& room, const Arrived& post, Sender sender, const community::List& list, Instant now) {
    PostQuestion question;
    question.sender = std::move(sender);
    const auto& person = question.sender.person;
    if (person) question.standing = room.store.standing(*person, list.id, now).value_or(community::Standing{});
    auto& facts = question.facts;
    facts.loop = mail::is_loop(post.headers, room.settings.domain);
    facts.automatic = mail::is_automatic(post.headers, post.mail_from);
    facts.unanswered = mail::wants_no_answer(post.headers);
    facts.known_sender = person.has_value();
    facts.may_know_list = facts.known_sender && policy::may_know(room.rules, question.standing, list, now);
    facts.strength = question.sender.strength;
    facts.surely_brought = is_surely_brought_by_author(room, question.sender, post.headers, post.mail_from);
    facts.released = post.released;
    facts.signature = post.signature;
    const bool encrypts = list.encryption != community::Encryption::none;
    facts.encrypted = post.encrypted || (!encrypts && post.message.encrypted && room.store.keys().has_list(list.id));
    facts.unopened = post.unopened;
    facts.anothers_data = post.anothers_data;
    facts.other_author = is_of_other_author(room, post.message, question.sender);
    look_at_label(post.labelling, question);
    // What its author sent encrypted leaves encrypted. A list that requires it needs no word of that now, but in the row: it may not later.
    if (post.encrypted && list.encryption != community::Encryption::required) question.labelling.caveats.sealed_only = true;
    if (question.labelling.caveats.author_withheld) question.still_shows = post.still_shows;
    look_at_parent(room, post.message, list, now, question);
    question.header_unproven = is_header_unproven(post, list);
    question.carried =
        post.came == community::Strength::dmarc && !is_brought_by_author(room, question.sender, post.headers, post.mail_from);
    look_at_names(room, post, list, now, question);
    return question;
}

std::optional<community::Reason> unsealable(const Room& room, const PostQuestion& question, const community::List& list, Instant now) {
    if (!question.labelling.caveats.sealed_only) return std::nullopt;
    if (list.encryption == community::Encryption::none) {
        const auto words = fmt::format(
            "it is to leave encrypted or not at all, and {} does not encrypt what it sends: post it to a list that does, or without that "
            "wish",
            list.id);
        return community::Reason{community::Code::list_not_encrypting, words};
    }
    const auto world = world_of(room, list, now);
    if (world.can_seal || world.sealing_waits) return std::nullopt;
    const auto words = fmt::format("it is to leave encrypted or not at all, and for {} nothing can be encrypted here now", list.id);
    return community::Reason{community::Code::no_sealing, words};
}

bool tells_sender(const PostQuestion& question, const community::List& list) {
    const auto& facts = question.facts;
    const bool reaches_them = facts.strength >= policy::enough_to_answer(list) || facts.surely_brought;
    return reaches_them && !facts.automatic && !facts.unanswered;
}

namespace {

// It would reach nobody of a list that cannot encrypt, whoever has a key, and nobody would be told. Released, it meets the same answer.
void refuse_unsealable(const Room& room, policy::Judgement& judgement, const PostQuestion& question, const community::List& list,
                       Instant now) {
    auto why = unsealable(room, question, list, now);
    if (!why) return;
    const auto& facts = question.facts;
    const bool never = why->code == community::Code::list_not_encrypting;
    const bool heard = facts.strength >= policy::enough_to_answer(list);
    const bool lost = facts.unanswered && heard && !facts.released;  // its author would never hear of it: a moderator writes to them
    judgement.verdict = never && !lost ? policy::Verdict::refuse : policy::Verdict::hold;
    judgement.tell_sender = tells_sender(question, list);
    judgement.because = {std::move(*why)};
}

}  // namespace

policy::Judgement ask_post(const Room& room, const PostQuestion& question, const community::List& list, Instant now) {
    const auto world = world_of(room, list, now);
    auto judgement = policy::judge(room.rules, question.facts, question.standing, list, world);
    if (question.sender.address_waits && judgement.because.front().code == community::Code::authentication) {
        constexpr auto why = "somebody else entered the address in From for its person, and nobody has confirmed it yet";
        judgement.because.push_back({community::Code::address_waits, why});
    }
    if (judgement.verdict == policy::Verdict::distribute) refuse_unsealable(room, judgement, question, list, now);
    if (judgement.verdict != policy::Verdict::distribute || question.still_shows.empty()) return judgement;
    // Whoever releases it settles nothing: only its author can send it without what names them.
    judgement.verdict = policy::Verdict::hold;
    judgement.because = {{community::Code::author_shown, "its policy asks that its author be not named, and " + question.still_shows}};
    judgement.tell_sender = tells_sender(question, list);
    return judgement;
}

bool is_red_to_roster(const PostQuestion& question, const policy::Judgement& judgement) {
    return judgement.label == community::Tlp::red && !question.facts.anyone_named;
}

namespace {

// What a trial needs of the rows before the bytes are read, which may ask GnuPG.
struct TrialBegun {
    community::List list;
    Sender sender;
    ToRead what;
};

Result<TrialBegun> begin_trial(const Room& room, const Trial& trial, std::string_view mail_from, const mail::HeaderBlock& headers) {
    storage::Store::Reading reading(room.store);
    const auto list = room.store.rosters().list(trial.list);
    if (!list) return fail(errc::not_found, "there is no list {}", trial.list);
    TrialBegun begun{*list, supposed_sender(room, headers, mail_from, trial.from, *list), {}};
    begun.what.extent = Extent::whole;
    begun.what.now = room.clock.now();
    begun.what.author = known_as(room, begun.sender.person);
    const bool own = is_own_envelope(room, begun.sender, mail_from);
    storage::Post post;
    post.target = storage::Target::list;
    post.list = list->id;
    const auto named = mail::house_addresses_beside(headers, room.settings.domain);
    const auto beside = StrictestDefault(room, begun.what.now).of(post, begun.sender.person, named);
    for (const bool is_signed : {false, true})
        begun.what.labels.push_back(label_facts(room.rules, *list, {begun.sender.strength, own, is_signed}, beside));
    if (room.opener == nullptr) return begun;
    begun.what.post = PostId{"trial"};
    begun.what.keys = known_keys(room.store, list->id, begun.sender.person, begun.what.now);
    return begun;
}

}  // namespace

Result<Tried> try_post(const Room& room, const Trial& trial) {
    const auto headers = mail::read_headers(trial.bytes, room.settings.limits);
    if (!headers) return tl::unexpected(headers.error());
    const auto mail_from = supposed_mail_from(*headers, trial);
    auto begun = begin_trial(room, trial, mail_from, *headers);
    if (!begun) return tl::unexpected(begun.error());
    const auto bytes = prepare_bytes(room, std::string(trial.bytes), begun->what);
    if (bytes->unreadable) return tl::unexpected(*bytes->unreadable);
    if (bytes->later) return fail(errc::temporary, "GnuPG cannot be asked now");

    storage::Store::Reading reading(room.store);
    auto& [list, sender, what] = *begun;
    const auto signature = signature_of(room, bytes->behind, sender.person, {storage::Target::list, list.id, what.now}, {});
    const bool is_signed = signature == policy::Signature::author;
    const auto& labelling = *bytes->labelling(what.labels[is_signed ? 1 : 0]);
    const auto came = sender.strength;
    if (is_signed) sender.strength = community::Strength::signature;
    const bool supposes = sender.person && !is_signed && proven_by(room, *headers, mail_from, trial) < list.authentication;
    const Arrived arrived{bytes->headers,
                          bytes->message,
                          labelling,
                          mail_from,
                          false,
                          signature,
                          bytes->behind.encrypted,
                          bytes->behind.unopened,
                          bytes->still_shows,
                          &bytes->behind.named,
                          came,
                          is_anothers_data(room, bytes->behind.data, sender.person, {})};
    const auto question = gather(room, arrived, std::move(sender), list, what.now);
    Tried tried{ask_post(room, question, list, what.now), {}, {}};
    if (supposes) tried.supposed = list.authentication;
    if (tried.judgement.verdict == policy::Verdict::distribute) tried.copies = try_copies(room, question, tried.judgement, list, what.now);
    return tried;
}

}  // namespace caveat::mailroom

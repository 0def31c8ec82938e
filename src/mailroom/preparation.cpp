#include "preparation.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/fault.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/pgp_shape.hpp"
#include "caveat/mail/rebuild.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mailroom/question.hpp"

namespace caveat::mailroom {
namespace {

bool read_header(const Room& room, const std::string& bytes, Prepared& into) {
    const auto whole = mail::read_headers(bytes, room.settings.limits);
    if (!whole) {
        into.unreadable = whole.error();
        return false;
    }
    into.head = bytes.substr(0, whole->body_at);
    into.headers = *whole;
    const auto moved = [&](std::string_view part) {
        return std::string_view(into.head).substr(static_cast<std::size_t>(part.data() - bytes.data()), part.size());
    };
    for (auto& field : into.headers.fields) field = {moved(field.name), moved(field.value), moved(field.raw)};
    return true;
}

// Of one that is signed and lies open: its copies have the header that is under the signature. It is read as it came.
void seal_signed(const Room& room, const mail::Layers& layers, const ToRead& what, Prepared& into) {
    if (into.behind.is_signed != Signed::valid || !layers.protects_subject) return;
    const auto copied = mail::with_header_inside(layers, room.settings.limits);
    if (copied && *copied) into.inside = room.vault.seal_to_forget(**copied, storage::sealed_inside_as(what.post));
}

// The headers around what was encrypted of which the message that is read has nothing.
std::vector<mail::PartHeader> headers_outside(const Opened& mail, const mail::Message& came) {
    auto outside = mail.between;
    if (mail.protects_subject) outside.push_back({came.subject, came.subject_doubts, {}, false});
    return outside;
}

// Of the header of what was encrypted what `mail::rebuilt` does not take over: it raises and restricts as one in front of a part. Whom its
// From names nobody is shown.
mail::PartHeader header_inside(const Opened& mail, const mail::Limits& limits) {
    auto header = mail::header_of_entity(mail.inside, limits).value_or(mail::PartHeader{});
    header.is_protected = false;
    if (!mail.protects_subject) return header;
    header.subject.clear();
    header.subject_doubts.clear();
    header.tlp_headers.clear();
    return header;
}

// Gives back the message that was inside, of the header outside and typed parts (K5); none: it is read as it came.
std::optional<std::string> ask_gnupg(const Room& room, const std::string& bytes, const mail::Message& came, const ToRead& what,
                                     Prepared& into) {
    auto& behind = into.behind;
    into.post = what.post;
    into.with_list_keys = what.with_list_keys;
    const auto proven = open_mail(*room.opener, *what.keys, bytes, room.settings.limits);
    if (!proven) {
        into.later = proven.error().code == errc::temporary;
        behind.unopened = came.encrypted;
        behind.is_signed = Signed::partial;
        return std::nullopt;
    }
    const auto& mail = proven->mail;
    const bool fits = !what.keys->own.empty();  // to a list that does not encrypt ciphertext goes as it is
    behind = {mail.encrypted && fits, mail.encrypted && fits && !mail.error.empty(), mail.is_signed, proven->signer, mail.made, mail.uses};
    if (fits) behind.data = mail.data;
    behind.named = mail.named;
    behind.protects_header = mail.protects_header;
    if (mail.ended) behind.ended = mail.error;
    if (mail.is_signed == Signed::valid) {
        if (auto covered = mail::under_signature(mail.inside, mail.protects_subject, room.settings.limits))
            behind.covered = std::move(*covered);
    }
    const mail::Layers layers{bytes, mail.inside, mail.protects_subject, mail.protects_header};
    if (!behind.encrypted) seal_signed(room, layers, what, into);
    if (!behind.encrypted || behind.unopened) return std::nullopt;
    behind.outside = headers_outside(mail, came);
    behind.inside = header_inside(mail, room.settings.limits);
    auto inside = mail::rebuilt(layers, room.settings.limits);
    const auto copied = mail::rebuilt_for_copies(layers, room.settings.limits);
    behind.unopened = !inside || !copied || !mail::parse(*inside, room.settings.limits);
    if (behind.unopened) return std::nullopt;
    into.inside = room.vault.seal_to_forget(*copied, storage::sealed_inside_as(what.post));
    return std::move(*inside);
}

// What it answers counts as it was signed, first; beside it also what stands outside, which can only raise (L4).
void take_signed_parents(const Behind& behind, mail::Message& message) {
    if (!behind.covered) return;
    const auto& [in_reply_to, references] = std::tie(behind.covered->in_reply_to, behind.covered->references);
    message.in_reply_to.insert(message.in_reply_to.begin(), in_reply_to.begin(), in_reply_to.end());
    message.references.insert(message.references.end(), references.begin(), references.end());
}

// By the sender's mail system, wherever it put them.
std::vector<mail::Marking> markings_of(const Room& room, const Prepared& bytes, const mail::Message& message) {
    const auto& table = room.rules.sensitivities();
    auto all = mail::markings(bytes.headers, table);
    for (const auto* beside : {&message.part_headers, &bytes.behind.outside}) {
        for (auto& marking : mail::markings(*beside, table)) all.push_back(std::move(marking));
    }
    return all;
}

// Of a mail that its author is known by, and that somebody else may have brought.
mail::Uncovered uncovered_of(const Room& room, const mail::HeaderBlock& headers, const mail::Message& message, const LabelFacts& facts) {
    const bool own_way = facts.own_envelope && !mail::envelope_denied(headers, room.settings.trusted_authserv_ids);
    if (!facts.by_mail || own_way) return {};
    const std::string from = message.from.empty() ? std::string() : message.from.front().address;
    const auto is_signed = [&](std::string_view name) { return mail::is_signed(headers, from, name); };
    const auto may_be_put = [&](std::string_view name) { return headers.find(name) != nullptr && !is_signed(name); };
    // Content-Type and Content-Transfer-Encoding say what of the signed octets is text.
    const bool read_otherwise = may_be_put("Content-Type") || may_be_put("Content-Transfer-Encoding");
    return {.text = !is_signed("Subject") || !mail::is_text_signed(headers, from) || read_otherwise,
            .tlp = may_be_put("TLP") || may_be_put("X-TLP"),
            .parents = !is_signed("In-Reply-To")};
}

mail::Labelling labelling_of(const Room& room, const Prepared& bytes, const mail::Message& message, const LabelFacts& facts, Instant now) {
    static const mail::UnderSignature nothing;
    const auto* covered = bytes.behind.covered ? &*bytes.behind.covered : &nothing;
    const auto uncovered = uncovered_of(room, bytes.headers, message, facts);
    const bool signed_alone = facts.by_signature && (!facts.by_mail || uncovered.text || uncovered.parents);
    return mail::find_label(message, mail::label_headers(bytes.headers),
                            {.list_default = facts.list_default,
                             .authenticated = facts.by_mail || facts.by_signature,
                             .fallback = room.rules.default_label(),
                             .markings = markings_of(room, bytes, message),
                             .headers = &bytes.headers,
                             .now = now,
                             .policies = &room.settings.policies,
                             .signed_alone = signed_alone ? covered : nullptr,
                             .uncovered = uncovered,
                             .outside = &bytes.behind.outside,
                             .default_beside = facts.default_beside,
                             .opens_whole = facts.opens_whole});
}

// To and Cc name an address of ours besides those that it came to. Which lists there are, and whose, say the rows.
bool names_another_of_ours(const Room& room, const ToRead& what, const Prepared& bytes) {
    const auto is_another = [&](const std::string& address) {
        const auto same = mail::normalise_address(address);
        return is_ours(room, address) && std::find(what.addressed.begin(), what.addressed.end(), same) == what.addressed.end();
    };
    const auto is_in = [&](const std::vector<std::string>& named) { return std::any_of(named.begin(), named.end(), is_another); };
    return is_in(mail::house_addresses_beside(bytes.headers, room.settings.domain)) || (bytes.behind.named && is_in(*bytes.behind.named));
}

void find_labels(const Room& room, const mail::Message& message, const ToRead& what, Prepared& into) {
    using community::Tlp;
    const auto find = [&](const LabelFacts& facts) {
        if (into.labelling(facts) != nullptr) return;
        into.labellings.emplace_back(facts, labelling_of(room, into, message, facts, what.now));
    };
    std::for_each(what.labels.begin(), what.labels.end(), find);
    if (!names_another_of_ours(room, what, into)) return;
    // By any default that is stricter, so that it need not be read a second time for the one that counts.
    for (auto facts : what.labels) {
        for (const auto beside : {Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
            facts.default_beside = beside;
            if (beside > facts.list_default.value_or(room.rules.default_label())) find(facts);
        }
    }
}

// Of a post whose author is not to be named: whether a signature would name them all the same.
void look_for_author(const Room& room, const std::string& bytes, Prepared& into) {
    const bool unnamed =
        std::any_of(into.labellings.begin(), into.labellings.end(), [](const auto& one) { return one.second.caveats.author_withheld; });
    if (!unnamed) return;
    const auto without = mail::without_signatures(bytes, room.settings.limits, into.author);
    into.shows_author = !without || !without->whole;
    if (!without)
        into.still_shows = "what is signed in it cannot be taken apart";
    else
        into.still_shows = without->stays;
}

void read_message(const Room& room, const std::string& bytes, const ToRead& what, Prepared& into) {
    auto message = mail::parse(bytes, into.headers, room.settings.limits);
    if (message && !what.post.empty() && into.post.empty() && mail::speaks_of_pgp(into.headers, *message)) {
        into.wants_gnupg = !what.keys;
        if (into.wants_gnupg) return;
        const auto inside = ask_gnupg(room, bytes, *message, what, into);
        if (into.later) return;
        if (inside && read_header(room, *inside, into)) return read_message(room, *inside, what, into);
    }
    if (!message) {
        into.unreadable = message.error();
        return;
    }
    take_signed_parents(into.behind, *message);
    if (!into.behind.inside.empty()) message->part_headers.push_back(into.behind.inside);
    find_labels(room, *message, what, into);
    look_for_author(room, bytes, into);
    into.message = std::move(*message);
    into.message.parts = {};
}

void read_bytes(const Room& room, const std::string& bytes, const ToRead& what, Prepared& into) {
    const auto& limits = room.settings.limits;
    if (what.extent == Extent::report) {
        if (auto report = mail::read_bounce(bytes, limits)) into.report = std::move(*report);
        return;
    }
    if (read_header(room, bytes, into) && what.extent == Extent::whole) read_message(room, bytes, what, into);
}

}  // namespace

Extent extent_of(storage::Target target) {
    if (target == storage::Target::return_path) return Extent::report;
    return target == storage::Target::to_operator ? Extent::header : Extent::whole;
}

policy::Signature signature_of(const Room& room, const Behind& behind, const std::optional<PersonId>& author, const Came& came,
                               std::string_view kind) {
    using policy::Signature;
    if (behind.is_signed == Signed::none) return Signature::none;
    if (behind.is_signed == Signed::partial) return Signature::partial;
    if (behind.is_signed != Signed::valid || !behind.signer) return Signature::unknown;
    if (behind.signer != author) return Signature::other;
    if (behind.named && !names(room, *behind.named, Address{came.target, came.list})) return Signature::elsewhere;
    const bool came_before = std::any_of(behind.uses.begin(), behind.uses.end(), [&](const Digest& use) {
        const auto before = room.store.posts().signature_used(name_of_use(room.vault, use));
        return before && *before != kind;
    });
    if (came_before) return Signature::replayed;
    if (behind.made < room.settings.signed_from) return Signature::unsure;
    // One that is dated ahead would count for longer than its time, and once more where an older database was put back.
    const bool in_time = behind.made >= came.at - room.rules.longest_signature() && behind.made < came.at + clock_skew;
    return in_time ? Signature::author : Signature::old;
}

void use_signature(const Room& room, const Behind& behind, const std::optional<PersonId>& author, const Came& came, std::string_view kind) {
    if ((behind.signer && behind.signer != author) || (behind.named && !names(room, *behind.named, Address{came.target, came.list})))
        return;
    for (const auto& use : behind.uses) room.store.posts().use_signature(name_of_use(room.vault, use), room.clock.now(), kind);
}

namespace {

std::string name_of(const vault::Vault& vault, std::string_view what, const Digest& digest) {
    return vault::hex(vault.mac(what, {reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

}  // namespace

std::string name_of_use(const vault::Vault& vault, const Digest& use) { return name_of(vault, "signature", use); }

bool is_anothers_data(const Room& room, const std::vector<Digest>& data, const std::optional<PersonId>& author, const PostId& mail) {
    auto& posts = room.store.posts();
    return std::any_of(data.begin(), data.end(), [&](const Digest& one) {
        const auto before = posts.signature_used(name_of(room.vault, "encrypted data", one));
        if (!before || *before == mail.value) return false;
        const auto post = posts.find(PostId{*before});
        return !post || post->sender != author;
    });
}

void remember_data(const Room& room, const std::vector<Digest>& data, const PostId& mail) {
    for (const auto& one : data) room.store.posts().use_signature(name_of(room.vault, "encrypted data", one), room.clock.now(), mail.value);
}

Result<std::string> bytes_for_copies(const Room& room, const storage::Post& post) {
    auto& posts = room.store.posts();
    if (const auto inside = posts.opened(post.key)) return room.vault.open(*inside, storage::sealed_inside_as(post.id));
    return room.vault.open(posts.body(post.key), post.sealed_as.value);
}

mail::KnownAs known_as(const Room& room, const std::optional<PersonId>& author) {
    const auto person = author ? room.store.directory().person(*author) : std::nullopt;
    return person ? mail::KnownAs{person->addresses, {person->name}} : mail::KnownAs{};
}

bool is_list_of(const Room& room, const storage::Post& post, Instant now) {
    const auto list = room.store.rosters().list(post.list);
    return list && post.sender && may_know(room, *post.sender, *list, now);
}

LabelFacts label_facts(const policy::Rulebook& rules, const community::List& list, const Known& author,
                       std::optional<community::Tlp> default_beside) {
    const bool by_mail = author.came >= rules.lowering_strength();
    const bool by_signature = author.is_signed && community::Strength::signature >= rules.lowering_strength();
    const bool stricter = default_beside > std::optional(list.default_tlp.value_or(rules.default_label()));
    return {list.default_tlp,
            by_mail,
            by_signature,
            by_mail && author.own_envelope,
            stricter ? default_beside : std::nullopt,
            list.encryption != community::Encryption::none};
}

const mail::Labelling* Prepared::labelling(const LabelFacts& facts) const {
    const auto found = std::find_if(labellings.begin(), labellings.end(), [&](const auto& one) {
        auto same = facts;
        if (!one.second.unlabelled) same.default_beside = one.first.default_beside;
        return one.first == same;
    });
    return found == labellings.end() ? nullptr : &found->second;
}

std::shared_ptr<const Prepared> prepare_bytes(const Room& room, const std::string& bytes, const ToRead& what) {
    const auto prepared = std::make_shared<Prepared>();
    prepared->extent = what.extent;
    prepared->author = what.author;
    read_bytes(room, bytes, what, *prepared);
    return prepared;
}

std::shared_ptr<const Prepared> prepare(const Room& room, const ToRead& what) noexcept {
    const auto prepared = std::make_shared<Prepared>();
    prepared->sealed_as = what.sealed_as;
    prepared->extent = what.extent;
    prepared->author = what.author;
    prepared->for_list = what.for_list;
    try {
        const auto bytes = room.vault.open(what.body, what.sealed_as.value);
        fault_point("judge.opened");
        if (bytes) {
            read_bytes(room, *bytes, what, *prepared);
        } else {
            prepared->unopened = bytes.error();
        }
    } catch (const std::exception& bug) {
        prepared->trouble = bug.what();
    }
    return prepared;
}

}  // namespace caveat::mailroom

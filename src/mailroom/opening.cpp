#include "caveat/mailroom/opening.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "caveat/mail/pgp_shape.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/openpgp/message.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::mailroom {
namespace {

using Kind = mail::PgpShape::Kind;

constexpr int most_layers = 3;  // signed, encrypted, signed inside

// What a signature of this text covers however it travels: a clear-signed text loses blanks at the end of its lines and its last line end,
// and line ends are whatever the sender's program has (RFC 9580 §5.2.1, §7.2).
std::string signed_text(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    for (const char c : bytes) {
        if (c == '\n') text.erase(text.find_last_not_of(" \t\r") + 1);
        text += c;
    }
    text.erase(text.find_last_not_of(" \t\r\n") + 1);
    return text;
}

// The numbers of a signature can be changed without breaking it (those of ECDSA), so it is known by who, when and what. Who is the key
// where it is on record, and always what the signature says of it: its key may come on record later, when the mail is sent once more.
void add_uses(const openpgp::SeenSignature& signature, const Digest& covered, std::vector<Digest>& uses) {
    const auto made = std::chrono::floor<std::chrono::seconds>(signature.made.time_since_epoch()).count();
    for (const auto& who : {signature.signer, signature.key_id}) {
        if (!who.empty()) uses.push_back(vault::sha256(fmt::format("{} {} {}", who, made, vault::hex(covered))));
    }
}

class Opening {
public:
    Opening(openpgp::Reader& reader, const mail::Limits& limits) : reader_(reader), limits_(limits) {}

    Result<Opened> of(std::string_view bytes) {
        if (auto read = entity(bytes, 0); !read) return tl::unexpected(read.error());
        conclude();
        if (!opened_.error.empty()) {
            opened_.text.clear();
            opened_.inside.clear();
        }
        return std::move(opened_);
    }

private:
    Result<void> entity(std::string_view bytes, int depth);
    Result<void> layer(const mail::PgpShape& shape, int depth);
    Result<void> take(const Result<openpgp::Read>& read, bool whole, std::string_view covered);
    void conclude();

    openpgp::Reader& reader_;
    const mail::Limits& limits_;
    Opened opened_;
    std::vector<openpgp::SeenSignature> signatures_;
    bool partly_ = false;
    bool two_in_one_ = false;
};

Result<void> Opening::entity(std::string_view bytes, int depth) {
    const auto shape = mail::pgp_shape(bytes, limits_);
    if (!shape) return tl::unexpected(shape.error());
    const auto what = mail::shown(bytes, limits_);
    if (!what) return tl::unexpected(what.error());
    if (depth == 0 || what->protects_subject) opened_.subject = what->subject;
    if (depth > 0 && what->named) opened_.named = what->named;
    if (shape->kind == Kind::none || shape->kind == Kind::partial) {
        if (shape->kind == Kind::partial) partly_ = true;
        opened_.text = what->text;
        opened_.inside = bytes;
        opened_.protects_subject = depth > 0 && what->protects_subject;
        opened_.protects_header = depth > 0 && what->protects_header;
        return {};
    }
    if (depth > 0) {
        if (auto header = mail::header_of_entity(bytes, limits_); header && !header->empty()) opened_.between.push_back(std::move(*header));
    }
    if (depth == most_layers) return fail(errc::limit, "signed or encrypted more than {} times over", most_layers);
    return layer(*shape, depth);
}

Result<void> Opening::layer(const mail::PgpShape& shape, int depth) {
    const auto most = limits_.message;
    if (shape.kind == Kind::signed_parts) {
        const auto read = reader_.verify(shape.content, shape.signature);
        if (auto taken = take(read, true, shape.content); !taken) return taken;
        return entity(shape.content, depth + 1);
    }
    const bool sealed = shape.kind == Kind::encrypted;
    if (sealed) opened_.encrypted = true;
    const auto read = sealed ? reader_.open(shape.content, most) : reader_.verify_block(shape.content, most);
    if (auto taken = take(read, !sealed, read ? std::string_view(read->plain) : std::string_view()); !taken) return taken;
    if (!read) return {};
    if (sealed) opened_.data.push_back(vault::sha256(openpgp::encrypted_data_of(shape.content)));
    if (shape.entity) return entity(read->plain, depth + 1);
    // A text is looked at as the body of a message of one part, so that a block in it is found.
    const auto inside = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + read->plain;
    return entity(inside, depth + 1);
}

// What GnuPG saw in one layer. `whole`: there must be a signature. `covered`: what it is of.
Result<void> Opening::take(const Result<openpgp::Read>& read, bool whole, std::string_view covered) {
    if (!read) {
        if (read.error().code == errc::temporary) return tl::unexpected(read.error());
        opened_.error = read.error().detail;
        opened_.ended = read.error().code == errc::denied;
        if (whole) signatures_.emplace_back();
        return {};
    }
    if (read->signatures.size() > 1) two_in_one_ = true;
    if (whole && read->signatures.empty()) signatures_.emplace_back();
    const auto digest = read->signatures.empty() ? Digest{} : vault::sha256(signed_text(covered));
    for (const auto& one : read->signatures) {
        add_uses(one, digest, opened_.uses);
        signatures_.push_back(one);
    }
    return {};
}

// K4: all of it by one. Two layers of the same signer are one.
void Opening::conclude() {
    if (signatures_.empty()) {
        opened_.is_signed = partly_ && !opened_.encrypted ? Signed::partial : Signed::none;
        return;
    }
    const auto& first = signatures_.front();
    for (const auto& one : signatures_) {
        if (one.valid != first.valid || one.signer != first.signer || one.unknown != first.unknown) two_in_one_ = true;
    }
    if (two_in_one_) {
        opened_.is_signed = Signed::partial;
    } else if (!first.valid) {
        opened_.is_signed = Signed::invalid;
        opened_.unknown = first.unknown;
    } else {
        opened_.is_signed = Signed::valid;
        opened_.signer = first.signer;
        opened_.made = first.made;
    }
}

}  // namespace

std::string_view name(Signed what) {
    constexpr std::array<std::string_view, 4> names{"none", "valid", "invalid", "partial"};
    return names.at(static_cast<std::size_t>(what));
}

Result<Opened> open_mail(openpgp::Reader& reader, std::string_view bytes, const mail::Limits& limits) {
    return Opening(reader, limits).of(bytes);
}

KnownKeys known_keys(storage::Store& store, const ListId& list, const std::optional<PersonId>& author, Instant now) {
    KnownKeys known;
    const auto row = store.rosters().list(list);
    if (row && row->encryption != community::Encryption::none) {
        for (auto& own : store.keys().that_open(list, now)) known.own.push_back({std::move(own.fingerprint), std::move(own.armour)});
    }
    for (auto& one : store.keys().usable()) {
        auto& side = author == one.person ? known.authors : known.others;
        side.push_back({std::move(one.person), {std::move(one.key.fingerprint), std::move(one.key.armour)}});
    }
    return known;
}

namespace {

std::optional<PersonId> whose(const std::vector<PersonsKey>& keys, std::string_view fingerprint) {
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const PersonsKey& one) { return one.key.fingerprint == fingerprint; });
    return found == keys.end() ? std::nullopt : std::optional(found->person);
}

Result<Proven> read_with(openpgp::Opener& opener, const std::vector<openpgp::OwnKey>& own, const std::vector<PersonsKey>& people,
                         std::string_view bytes, const mail::Limits& limits) {
    openpgp::ReadingKeys keys{own, {}};
    for (const auto& one : people) keys.people.push_back(one.key);
    const auto reader = opener.with(std::move(keys));
    auto opened = open_mail(*reader, bytes, limits);
    if (!opened) return tl::unexpected(opened.error());
    Proven proven{std::move(*opened), {}};
    if (proven.mail.is_signed == Signed::valid) proven.signer = whose(people, proven.mail.signer);
    return proven;
}

}  // namespace

// Mostly it is the author's. Who else it could be is looked for by the id that the signature names, and believed when it is verified.
Result<Proven> open_mail(openpgp::Opener& opener, const KnownKeys& keys, std::string_view bytes, const mail::Limits& limits) {
    auto proven = read_with(opener, keys.own, keys.authors, bytes, limits);
    if (!proven || proven->mail.unknown.empty()) return proven;
    const auto named = [&](const PersonsKey& one) { return openpgp::is_named(one.key.armour, proven->mail.unknown); };
    const auto other = std::find_if(keys.others.begin(), keys.others.end(), named);
    if (other == keys.others.end()) return proven;
    auto people = keys.authors;
    people.push_back(*other);
    return read_with(opener, keys.own, people, bytes, limits);
}

}  // namespace caveat::mailroom

#pragma once
// What a mail is behind its OpenPGP: encrypted as a whole or not (K3), signed as a whole by one or not (K4), and what was inside. Each
// layer is read within the limits of a message. Asks GnuPG, so never in a transaction nor on the desk.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/ids.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"
#include "caveat/openpgp/opener.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::mailroom {

enum class Signed {
    none,
    valid,    // all of it, by one
    invalid,  // all of it, by a signature that is bad, or of a key that is unknown, expired or revoked
    partial,  // a part of it, or by two
};
[[nodiscard]] std::string_view name(Signed what);

struct Opened {
    bool encrypted = false;  // as a whole; beside anything in clear it is not, and is not opened
    Signed is_signed = Signed::none;
    std::string signer;   // fingerprint of the primary key; only beside `valid`
    Instant made{};       // the signature
    std::string subject;  // what may be shown: that inside where it is protected, else that outside
    std::string text;     // the first text part of what was inside
    std::string error;    // it is encrypted or signed, and cannot be read; then text is empty
    bool ended = false;   // that is because GnuPG was ended over it (openpgp::Reader); `error` says so

    std::string unknown;            // beside `invalid`: what names the key of a signature that is not known, as SeenSignature has it
    std::vector<Digest> uses;       // of each signature that is not bad, what it is known by in any shape and any sealing (K7)
    std::vector<Digest> data;       // of each layer that was encrypted, what it is known by in any armour, to whomever it is sealed
    std::string inside;             // the MIME entity behind all layers; empty beside an error
    bool protects_subject = false;  // as mail::Layers has it
    bool protects_header = false;   // likewise
    std::vector<mail::PartHeader> between;  // headers of the layers around `inside`, but for the outermost
    std::optional<std::vector<std::string>>
        named;  // whom To and Cc name in the innermost header that is protected, which a signature covers
};
// errc::limit and errc::invalid: no message. errc::temporary: GnuPG could not be run.
[[nodiscard]] Result<Opened> open_mail(openpgp::Reader& reader, std::string_view bytes, const mail::Limits& limits);

// ---- with the keys of the register

struct PersonsKey {
    PersonId person;
    openpgp::ReaderKey key;
};

// By what a mail that came to a list is opened and verified: the keys of the list that open now (its own, and
// for a while those before it) and no other, and keys of people that are good.
struct KnownKeys {
    std::vector<openpgp::OwnKey> own;  // none: nothing is opened
    std::vector<PersonsKey> authors;   // of whoever the mail says wrote it
    std::vector<PersonsKey> others;    // of everybody else: whose a signature is that is not the author's
};
// Nothing that came to a list that does not encrypt is opened. On the thread of the store.
[[nodiscard]] KnownKeys known_keys(storage::Store& store, const ListId& list, const std::optional<PersonId>& author, Instant now);

struct Proven {
    Opened mail;
    std::optional<PersonId> signer;  // beside Signed::valid: whose key it was. They need not be the author.
};
// As open_mail.
[[nodiscard]] Result<Proven> open_mail(openpgp::Opener& opener, const KnownKeys& keys, std::string_view bytes, const mail::Limits& limits);

// What a post's copies are made of: of one that came encrypted and was opened, what was inside. Errors as Vault::open. On the thread of the
// store.
[[nodiscard]] Result<std::string> bytes_for_copies(const Room& room, const storage::Post& post);

inline constexpr std::chrono::minutes clock_skew{10};  // so far ahead of ours may a signer's clock be; a later signature does not count

// By what one of Opened::uses is remembered (storage::Posts::use_signature): at rest it does not tell what was signed.
[[nodiscard]] std::string name_of_use(const vault::Vault& vault, const Digest& use);

// One of Opened::data came before, in another mail, by somebody else: then nobody knows that this author made it, and whoever catches what
// is sealed to a list could read it as what they wrote (K6). On the thread of the store.
[[nodiscard]] bool is_anothers_data(const Room& room, const std::vector<Digest>& data, const std::optional<PersonId>& author,
                                    const PostId& mail);
// From now on they are known as that mail's, which is one submission whatever it was sent to; in a transaction.
void remember_data(const Room& room, const std::vector<Digest>& data, const PostId& mail);

}  // namespace caveat::mailroom

// A mail as it is read before anything is done.
#include <algorithm>

#include "caveat/commands/door.hpp"
#include "caveat/mailroom/opening.hpp"

namespace caveat::commands {
namespace {

constexpr std::string_view armour_begins = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

// The first that comes attached, if it is armoured and not too long to be looked at.
std::string attached_key(const mail::Message& message) {
    for (const auto& part : message.parts) {
        const bool named = part.filename.ends_with(".asc") || part.filename.ends_with(".pgp") || part.filename.ends_with(".gpg");
        const bool is_key = part.type == "application/pgp-keys" || (named && !part.type.starts_with("multipart/"));
        const auto begins = is_key && !part.enclosed ? part.content.find(armour_begins) : std::string::npos;
        if (begins != std::string::npos && part.content.size() - begins <= longest_key) return part.content.substr(begins);
    }
    return {};
}

void read_clear(Mail& mail, const mail::Limits& limits) {
    const auto message = mail::parse(mail.bytes, limits);
    if (!message) {
        mail.unreadable = message.error().detail;
        return;
    }
    mail.subject = message->subject;
    mail.text = message->text();
    mail.key = attached_key(*message);
}

// Of a mail that is signed or was encrypted counts what is inside, and nothing around it (K5).
void take_inside(Mail& mail, const mail::Limits& limits) {
    mail.subject.clear();
    mail.text = mail.proof.text;
    const auto inside = mail::parse(mail.proof.inside, limits);
    mail.key = inside ? attached_key(*inside) : std::string();
}

}  // namespace

Prove prove_with(const mailroom::Room& room) {
    if (room.opener == nullptr) return {};
    return [room](const ListId& list, const std::optional<PersonId>& author, std::string_view bytes) -> Result<Proof> {
        auto opened = mailroom::open_mail(*room.opener, mailroom::known_keys(room.store, list, author, room.clock.now()), bytes,
                                          room.settings.limits);
        if (!opened) return tl::unexpected(opened.error());
        auto& mail = opened->mail;
        Proof proof{.present = mail.encrypted || mail.is_signed != mailroom::Signed::none || !mail.error.empty(),
                    .ended = mail.ended ? mail.error : std::string(),
                    .uses = mail.uses,
                    .data = mail.data,
                    .text = std::move(mail.text),
                    .inside = std::move(mail.inside)};
        if (mail.is_signed != mailroom::Signed::valid || !opened->signer || !mail.error.empty()) return proof;
        proof.signer = opened->signer;
        proof.fingerprint = mail.signer;
        proof.made = mail.made;
        proof.named = mail.named;
        return proof;
    };
}

Result<Mail> Door::read(const mailroom::Room& room, const Prove& prove, storage::Post request) {
    Mail mail{.post = std::move(request)};
    auto bytes = mailroom::request_bytes(room, mail.post);
    if (!bytes) {
        mail.unreadable = bytes.error().detail;
        return mail;
    }
    mail.bytes = std::move(*bytes);
    read_clear(mail, room.settings.limits);
    if (!mail.unreadable.empty() || !prove || mail.post.target != storage::Target::request) return mail;
    auto proof = prove(mail.post.list, mail.post.sender, mail.bytes);
    if (!proof && proof.error().code == errc::temporary) return tl::unexpected(proof.error());
    mail.proof = proof ? std::move(*proof) : Proof{.present = true};
    if (mail.proof.present) take_inside(mail, room.settings.limits);
    return mail;
}

}  // namespace caveat::commands

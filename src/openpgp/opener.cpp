#include "caveat/openpgp/opener.hpp"

#include "agent_home.hpp"
#include "caveat/openpgp/message.hpp"
#include "caveat/openpgp/nobody.hpp"
#include "certificate.hpp"
#include "errands.hpp"
#include "parcel.hpp"
#include "reading.hpp"

namespace caveat::openpgp {
namespace {

namespace fs = std::filesystem;

// ---- in the runner (keeper.hpp)

constexpr std::string_view look_at_yourself = "control";  // in place of "open" and the others: nothing of a mail is read

// A request is what `reading_request` makes, then the fingerprint of a key of ours (empty: there is none), then the keys for the keyring.
class OpeningRoom {
public:
    OpeningRoom(std::string folder, const fs::path& lists) : home_(std::move(folder), lists) {}

    Result<std::string> read(const std::vector<std::string_view>& texts);

private:
    bool control(gpgme_ctx_t context, const std::string& own, const std::string& keys);

    AgentHome home_;
};

// Does GnuPG do its work now, and is the secret key there? Something of ours is sealed to it and opened; without a key of ours the keyring
// is made anew.
bool OpeningRoom::control(gpgme_ctx_t context, const std::string& own, const std::string& keys) {
    if (own.empty()) {
        home_.forget_keyring();
        return home_.hold(keys).has_value();
    }
    constexpr std::string_view word = "open me";
    const auto plain = data_over(word);
    auto cipher = empty_data();
    auto opened = empty_data();
    if (!plain || !cipher || !opened) return false;
    const auto flags = static_cast<gpgme_encrypt_flags_t>(GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO);
    const auto reader = own + "\n";
    if (gpgme_op_encrypt_ext(context, nullptr, reader.c_str(), flags, plain->get(), cipher->get())) return false;
    if (gpgme_data_seek(cipher->get(), 0, SEEK_SET) != 0) return false;
    return gpgme_op_decrypt(context, cipher->get(), opened->get()) == 0 && bytes_of(std::move(*opened)) == word;
}

// What is said to be signed and has no signature at all was read by a gpg that came to an end.
bool went_well(const std::string& reply, bool is_signed) {
    const auto said = unpacked(reply);
    return said && said->size() > (is_signed ? 3U : 2U) && said->at(1) == was_read;
}

// That something cannot be opened is believed after a look at ourselves: what GnuPG says is the same whether a message is not for us, the
// secret key is away, or somebody killed gpg.
Result<std::string> OpeningRoom::read(const std::vector<std::string_view>& texts) {
    const auto context = home_.ready();
    if (!context) return tl::unexpected(context.error());
    const std::string own(texts.at(reading_texts));
    std::string keys;
    for (std::size_t i = reading_texts + 1; i < texts.size(); ++i) keys += texts[i];
    if (const auto held = home_.hold(keys); !held) {
        home_.doubt_agent();
        return tl::unexpected(held.error());
    }
    auto reply = texts.front() == look_at_yourself ? std::string() : do_reading(*context, texts);
    if (went_well(reply, texts.front() != "open")) return reply;
    if (!control(*context, own, keys)) {
        home_.doubt_agent();
        return fail(errc::temporary, "GnuPG does not do its work, or the secret key is away");
    }
    return texts.front() == look_at_yourself ? packed({well, was_read}) : do_reading(*context, texts);
}

Begin begin_opening(const fs::path& lists) {
    return [lists](const std::string& folder) -> Work {
        return [room = std::make_shared<OpeningRoom>(folder, lists)](std::string_view request) {
            const auto texts = unpacked(request);
            if (!texts || texts->size() <= reading_texts) return std::string();
            const auto done = room->read(*texts);
            return done ? *done : packed({unwell, done.error().detail});
        };
    };
}

// ---- in our process

class GnuOpener final : public Opener {
public:
    GnuOpener(const fs::path& home, std::chrono::milliseconds deadline, Errands::Log log)
        : deadline_(deadline), errands_(home, deadline, begin_opening(home / "lists"), std::move(log)) {}

    std::unique_ptr<Reader> with(ReadingKeys keys) override;

private:
    std::chrono::milliseconds deadline_;
    Errands errands_;
};

class KeyedReader final : public Reader {
public:
    KeyedReader(Errands& errands, std::chrono::milliseconds deadline, const ReadingKeys& keys);

    Result<Read> open(std::string_view ciphertext, std::size_t most) override;
    Result<Read> verify(std::string_view signed_bytes, std::string_view signature) override;
    Result<Read> verify_block(std::string_view block, std::size_t most) override;

private:
    Result<Read> ask(std::string_view what, std::size_t most, std::string_view bytes, std::string_view signature);
    bool works();
    bool add(const std::string& fingerprint, const std::string& armour);

    Errands& errands_;
    std::chrono::milliseconds deadline_;
    std::string own_;
    std::vector<std::string> keys_;
};

KeyedReader::KeyedReader(Errands& errands, std::chrono::milliseconds deadline, const ReadingKeys& keys)
    : errands_(errands), deadline_(deadline) {
    for (const auto& key : keys.own) {
        if (add(key.fingerprint, key.armour) && own_.empty()) own_ = key.fingerprint;
    }
    for (const auto& key : keys.people) (void)add(key.fingerprint, key.armour);
}

// As packets that were looked at; another key than was said is left out.
bool KeyedReader::add(const std::string& fingerprint, const std::string& armour) {
    auto looked = look_at_armour(armour);
    if (looked.fitness != Fitness::usable || looked.certificate.primary.fingerprint != fingerprint) return false;
    keys_.push_back(std::move(looked.certificate.bytes));
    return true;
}

tl::unexpected<Error> not_whole() { return fail(errc::invalid, "it cannot be opened, or is not whole"); }

Result<Read> KeyedReader::open(std::string_view ciphertext, std::size_t most) {
    const auto message = own_.empty() ? std::nullopt : message_for_gnupg(ciphertext);
    return message ? ask("open", most, *message, {}) : not_whole();
}

Result<Read> KeyedReader::verify(std::string_view signed_bytes, std::string_view signature) {
    const auto packets = signature_for_gnupg(signature);
    return packets ? ask("verify", 0, signed_bytes, *packets) : not_whole();
}

Result<Read> KeyedReader::verify_block(std::string_view block, std::size_t most) {
    const auto looked_at = block_for_gnupg(block);
    return looked_at ? ask("block", most, *looked_at, {}) : not_whole();
}

// A bomb must not be asked about for ever, and a host that was busy for a moment must not cost anybody a mail.
Result<Read> KeyedReader::ask(std::string_view what, std::size_t most, std::string_view bytes, std::string_view signature) {
    const auto bound = std::to_string(most);
    auto request = reading_request(what, bound, bytes, signature);
    request.push_back(own_);
    request.insert(request.end(), keys_.begin(), keys_.end());
    bool ended = false;
    auto said = errands_.ask(request, 1, &ended);
    if (ended) said = errands_.ask(request, 1, &ended);
    if (ended && works()) {
        return fail(errc::denied, "GnuPG could not be done with it in {} s, and was ended twice",
                    std::chrono::ceil<std::chrono::seconds>(deadline_).count());
    }
    return read_reply(said);
}

// Who is to blame if GnuPG was ended: it may be that it does nothing at all now.
bool KeyedReader::works() {
    const std::string nothing = "0";  // a request is views of what outlives it
    auto request = reading_request(look_at_yourself, nothing, {}, {});
    request.push_back(own_);
    request.insert(request.end(), keys_.begin(), keys_.end());
    const auto anybodys = keys_.empty() ? look_at_armour(nobodys_key()).certificate.bytes : std::string();
    if (keys_.empty()) request.push_back(anybodys);
    return errands_.ask(request, 1).has_value();
}

std::unique_ptr<Reader> GnuOpener::with(ReadingKeys keys) { return std::make_unique<KeyedReader>(errands_, deadline_, keys); }

}  // namespace

std::unique_ptr<Opener> opener(fs::path home, std::chrono::milliseconds deadline, std::function<void(std::string_view)> log) {
    return std::make_unique<GnuOpener>(home, deadline, std::move(log));
}

}  // namespace caveat::openpgp

// Letters that only their reader can read. "Sealed, or in clear, or not at all" is decided here and nowhere else.
//
// They are sealed when they are written, not at hand-off: sealing runs GnuPG, some 6 ms a call and seconds when it hangs, while the courier
// asks about copies with the database locked. A letter that was sealed to a key which is replaced before hand-off
// can then be opened with the old key only; for the one use there is, a link that is good for minutes, that does not matter.
#include "caveat/openpgp/nobody.hpp"
#include "writing.hpp"

namespace caveat::letters {
namespace {

using community::Code;

// The letter's bytes in both shapes; both are made for every reader, so that the work is the same.
struct Rendered {
    std::string clear;
    mail::EnclosedNotice enclosed;
};

Result<Rendered> render(const Letter& letter, const mail::NoticeHead& head, const Fields& fields) {
    auto clear = mail::render_notice(letter.form.text, head, fields, letter.attached);
    if (!clear) return tl::unexpected(clear.error());
    auto enclosed = mail::enclose_notice(letter.form.text, head, fields, letter.attached);
    if (!enclosed) return tl::unexpected(enclosed.error());
    return Rendered{std::move(*clear), std::move(*enclosed)};
}

struct Chosen {
    std::string bytes;  // empty: there is nothing to say
    Code withheld{};    // why the intended letter was not written
};

}  // namespace

Result<Confidential> Writer::write_confidential(openpgp::Engine* engine, const Letter& letter, const Letter& without,
                                                const community::Person& reader, Instant now) const {
    const auto post = blank_post(letterhead_, letter, now);
    const auto head = head_of(letterhead_, letter, reader, post);
    const auto rendered = render(letter, head, fields_for(letterhead_, letter, reader));
    if (!rendered) return tl::unexpected(rendered.error());

    const auto choose = [&]() -> Result<Chosen> {
        const bool keyed = !reader.key.empty();
        if (engine == nullptr) return keyed ? Chosen{{}, Code::openpgp_unset} : Chosen{rendered->clear, {}};
        const auto key = engine->examine(keyed ? reader.key : openpgp::nobodys_key(), reader.addresses);
        const bool usable = keyed && key && key->fitness == openpgp::Fitness::usable;
        const openpgp::Key decoy{openpgp::Fitness::usable, std::string(openpgp::nobodys_key()), {}};
        const auto sealed = engine->seal(rendered->enclosed.inside, usable ? *key : decoy);
        if (!keyed) return Chosen{rendered->clear, {}};
        if (usable && sealed) return Chosen{rendered->enclosed.outside + *sealed, {}};
        if (usable || !key) return Chosen{{}, Code::openpgp_failed};
        auto fields = fields_for(letterhead_, without, reader);
        fields["why"] = openpgp::explain(*key);
        const auto told = mail::render_notice(without.form.text, head, fields);
        if (!told) return tl::unexpected(told.error());
        return Chosen{*told, openpgp::code(key->fitness)};
    };
    const auto chosen = choose();
    if (!chosen) return tl::unexpected(chosen.error());
    Written written{post, vault_.seal(chosen->bytes, post.id.value)};
    if (chosen->bytes.empty()) return Confidential{std::nullopt, chosen->withheld};
    return Confidential{std::move(written), chosen->withheld};
}

}  // namespace caveat::letters

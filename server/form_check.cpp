#include "form_check.hpp"

#include "caveat/mailroom/opening.hpp"

namespace caveat::server {
namespace {

using committee::Applications;

// A form is a clear-signed text, or a mail that is signed as a whole.
std::string as_mail(const std::string& form) {
    const bool is_text = form.starts_with("-----BEGIN PGP SIGNED MESSAGE-----");
    return is_text ? "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + form : form;
}

std::string finding_of(const mailroom::Opened& form, const std::string& fingerprint) {
    switch (form.is_signed) {
        case mailroom::Signed::valid:
            return fmt::format("valid: all of it was signed with {} on {}", form.signer, to_string(date_of(form.made)));
        case mailroom::Signed::partial:
            return "not valid: a part of it is signed, or it is signed by two";
        case mailroom::Signed::invalid:
            return fmt::format("not valid: it is not good, or not of the key that was handed in, {}", fingerprint);
        default:
            return "there is none";
    }
}

// errc::temporary: GnuPG could not be asked.
Result<std::string> finding_of(House& house, const Applications::SignedForm& form) {
    if (form.addresses.empty()) return std::string("not verified: the form names no representative whose key it would be");
    const auto key = house.sealing()->examine(form.key, form.addresses);
    if (!key && key.error().code == errc::temporary) return tl::unexpected(key.error());
    if (!key) return fmt::format("not verified: the key that was handed in: {}", key.error().detail);
    if (key->fitness != openpgp::Fitness::usable)
        return fmt::format("not verified: the key that was handed in: {}", openpgp::explain(*key));
    const mailroom::KnownKeys keys{{}, {{PersonId{"representative"}, {key->fingerprint, key->armour}}}, {}};
    const auto proven = mailroom::open_mail(*house.opener(), keys, as_mail(form.bytes), house.config().mail_limits);
    if (!proven && proven.error().code == errc::temporary) return tl::unexpected(proven.error());
    return proven ? finding_of(proven->mail, key->fingerprint) : std::string("there is none");
}

}  // namespace

void look_at_forms(House& house, storage::Store& store, const std::function<void(std::string_view)>& tell) {
    if (house.opener() == nullptr || house.sealing() == nullptr) return;
    auto applications = house.applications(store);
    std::string last;
    while (const auto form = applications.form_to_verify()) {
        const auto this_one = form->application + form->form.hash;
        if (this_one == last) return;  // it could not be written down
        last = this_one;
        const auto finding = finding_of(house, *form);
        if (!finding) return tell(fmt::format("the form of application {}: {}", form->application, finding.error().detail));
        applications.form_was_verified(*form, *finding);
    }
}

}  // namespace caveat::server

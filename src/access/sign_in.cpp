// Links to sign in: asked for by anybody, mailed to people of the register only, good once and for minutes.
#include "caveat/access/access.hpp"
#include "caveat/community/confirming.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "secrets.hpp"
#include "who.hpp"

namespace caveat::access {
namespace {

constexpr std::size_t longest_address = 320;  // RFC 5321 §4.5.3.1: 64, an @, 255
constexpr std::chrono::hours window{1};
constexpr std::chrono::hours told_for{24};  // people are told at most once in this time why they get no link

// The recipient of a letter that nobody will get. It is written so that asking for a stranger takes the same work (A7).
community::Person nobody() {
    community::Person person;
    person.name = "Nobody at all";
    person.addresses = {"nobody@nowhere.invalid"};
    return person;
}

}  // namespace

Result<std::optional<LinkWish>> Access::ask_link(std::string_view address) {
    if (settings_.base_url.empty()) {
        return fail(errc::invalid, "links cannot be made: set base_url in [http], such as \"https://console.arc.example\"");
    }
    const auto normal = mail::normalise_address(address.substr(0, longest_address + 1));
    const auto about = hashed_address(vault_, normal);
    storage::Store::Transaction transaction(store_, storage::Disk::room);  // anybody may ask
    auto& rows = store_.credentials();
    const Instant now = clock_.now();
    // Whoever uses the hour up with somebody's address keeps them out no longer than they have a link that is good: then there is another.
    const bool often = rows.asks(about, now - window, now) >= settings_.links_per_hour;
    const bool alive = rows.asks(about, now - settings_.link_life + std::chrono::microseconds(1), now) > 0;
    if (often && alive) return std::nullopt;
    rows.note_ask(about, now);
    const auto id = store_.directory().person_of(normal, mail::normalise_address).value_or(PersonId{});
    const auto person = store_.directory().person(id);
    const bool known = who_is(store_, rules_, id, now) && person && !person->addresses.empty();
    transaction.commit();
    // The letter goes to the address in the register, never to the address that was typed in.
    return LinkWish{known ? id : PersonId{}, known ? *person : nobody(), new_secret(vault_, Use::link), now};
}

Result<letters::Confidential> Access::write_link(const LinkWish& wish) const {
    const auto form = read_form(settings_.letterhead, "sign-in");
    if (!form) return tl::unexpected(form.error());
    const auto form_without = read_form(settings_.letterhead, "key-unusable");
    if (!form_without) return tl::unexpected(form_without.error());
    const auto from = "postmaster@" + settings_.letterhead.domain;
    // H1 forbids secrets in an address; this link is the one exception, because a letter can carry nothing else. So it is good once, for
    // minutes, and the page behind it acts only on a button: what fetches links out of letters ahead of their reader uses nothing up.
    const letters::Letter letter{.purpose = storage::Purpose::sign_in,
                                 .form = *form,
                                 .from = from,
                                 .fields = {{"link", settings_.base_url + "/sign-in/" + wish.secret},
                                            {"life", to_string(settings_.link_life)},
                                            {"asked", moment(wish.asked)}}};
    // The link is not among its fields, so that no template can put it there.
    const letters::Letter without{.purpose = storage::Purpose::sign_in, .form = *form_without, .from = from, .fields = {}};
    return letters::Writer(vault_, settings_.letterhead).write_confidential(settings_.sealing, letter, without, wish.to, wish.asked);
}

Result<void> Access::send_link(const LinkWish& wish, const letters::Confidential& written) {
    const auto& id = wish.person;
    const auto hash = hashed(vault_, Use::link, wish.secret);
    storage::Store::Transaction transaction(store_, storage::Disk::room);
    auto& rows = store_.credentials();
    const Instant now = clock_.now();
    const auto standing = store_.directory().key_of(id);
    // A key may have been set meanwhile; then a letter made without one is not sent.
    const auto still = store_.directory().person(id);
    const bool as_it_was = standing && still && still->key == wish.to.key && !still->addresses.empty() &&
                           still->addresses.front() == wish.to.addresses.front();
    // Somebody else put the address there, or took the key away: whoever did may be waiting for this.
    const bool waits = as_it_was && community::withholds_links(*still, store_.directory().unconfirmed(id));
    const bool linked = as_it_was && !waits && written.withheld == community::Code::none;
    const auto why = waits ? std::string_view("unconfirmed") : community::name(written.withheld);
    const auto told = vault_.mac("link withheld", fmt::format("{} {}", id.value, why));
    const bool refused = as_it_was && !linked && rows.asks(told, now - told_for, now) == 0;
    rows.put(storage::LinkRow{hash, linked ? id : PersonId{}, now + settings_.link_life});
    if (refused) {
        rows.note_ask(told, now);
        store_.journal().append(now, "system", "link.withheld", id.value, Detail().add("because", why).text());
    }
    if ((linked || (refused && !waits)) && written.letter) letters::queue(store_, *written.letter, *standing);
    rows.forget_ended(now, now - told_for);
    transaction.commit();
    return {};
}

Result<SignedIn> Access::follow_link(std::string_view secret) {
    const auto hash = hashed(vault_, Use::link, secret);
    SignedIn done;
    done.cookie = new_secret(vault_, Use::session);
    const auto cookie_hash = hashed(vault_, Use::session, done.cookie);
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto& rows = store_.credentials();
    const auto link = rows.take_link(hash);
    // One that is good for longer than any was sent while the clock stood ahead.
    const bool ahead = link && now + settings_.link_life + clock_slack < link->expires;
    const auto id = link && now < link->expires && !ahead ? link->person : PersonId{};
    const auto who = who_is(store_, rules_, id, now);
    if (!who) return fail(errc::denied, "this link was used or is over; ask for another");
    const auto factor = rows.factor(id);
    done.expires = now + settings_.session_life;
    done.needs_code = factor && factor->confirmed;
    const auto number = rows.put(storage::SessionRow{0, cookie_hash, id, now, done.expires, now, false, 0});
    store_.journal().append(now, who->caller.actor.name, "session.opened", id.value, Detail().add("session", number).text());
    transaction.commit();
    return done;
}

}  // namespace caveat::access

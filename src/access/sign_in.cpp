// Links to sign in: asked for by anybody, mailed to people of the register only, good once and for minutes.
#include <fstream>
#include <iterator>
#include <map>

#include "caveat/access/access.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mail/notice.hpp"
#include "nobody.hpp"
#include "secrets.hpp"
#include "who.hpp"

namespace caveat::access {
namespace {

constexpr std::size_t longest_address = 320;  // RFC 5321 §4.5.3.1: 64, an @, 255
constexpr std::chrono::hours window{1};
constexpr std::chrono::hours told_for{24};  // so long nobody is told again why they get no link

using Fields = std::map<std::string, std::string>;

Result<std::string> read_template(const std::filesystem::path& folder, std::string_view name) {
    const auto path = folder / fmt::format("{}.mustache", name);
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(errc::not_found, "no template {}", path.string());
    return std::string(std::istreambuf_iterator<char>(file), {});
}

storage::Post new_post(const Settings& settings, Instant now) {
    storage::Post post;
    post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count())};
    post.kind = storage::PostKind::notice;
    post.state = storage::PostState::distributed;
    post.message_id = post.id.value + "@" + settings.domain;
    post.received = post.decided = now;
    return post;
}

struct Letter {
    std::string bytes;     // empty: there is nothing to say to them
    std::string withheld;  // why the link is not in it; empty: it is
};

// Who has a key on record gets the link sealed to it or not at all (K1). Signed it is not: there is no key of ours yet. Whoever asks for
// whom, one key is looked at and one letter sealed: the desk's next visitor must not see by the clock who has a key (A7).
Result<Letter> write_letter(const Settings& settings, const community::Person& to, const mail::NoticeHead& head, const std::string& link,
                            Instant now) {
    const auto form = read_template(settings.templates, "sign-in");
    if (!form) return tl::unexpected(form.error());
    const auto form_without = read_template(settings.templates, "key-unusable");
    if (!form_without) return tl::unexpected(form_without.error());
    const Fields fields{{"community", settings.community_name},
                        {"name", to.name},
                        {"link", link},
                        {"life", to_string(settings.link_life)},
                        {"asked", to_string(std::chrono::floor<std::chrono::seconds>(now))}};
    const auto clear = mail::render_notice(*form, head, fields);
    if (!clear) return tl::unexpected(clear.error());
    const auto enclosed = mail::enclose_notice(*form, head, fields);
    if (!enclosed) return tl::unexpected(enclosed.error());
    const bool keyed = !to.key.empty();
    if (settings.sealing == nullptr) return keyed ? Letter{{}, "openpgp_unset"} : Letter{*clear, {}};

    const auto key = settings.sealing->examine(keyed ? to.key : nobodys_key(), to.addresses);
    const bool usable = keyed && key && key->fitness == openpgp::Fitness::usable;
    const openpgp::Key decoy{openpgp::Fitness::usable, std::string(nobodys_key()), {}};
    const auto sealed = settings.sealing->seal(enclosed->inside, usable ? *key : decoy);
    if (!keyed) return Letter{*clear, {}};
    if (usable && sealed) return Letter{enclosed->outside + *sealed, {}};
    if (usable || !key) return Letter{{}, "openpgp_failed"};
    // The link is not among its fields, so that no template can put it there.
    const auto without = mail::render_notice(
        *form_without, head,
        {{"community", settings.community_name}, {"name", to.name}, {"why", std::string(openpgp::sentence(key->fitness))}});
    if (!without) return tl::unexpected(without.error());
    return Letter{*without, std::string(openpgp::name(key->fitness))};
}

}  // namespace

Result<void> Access::ask_link(std::string_view address) {
    if (settings_.base_url.empty()) {
        return fail(errc::invalid, "links cannot be made: set base_url in [http], such as \"https://console.arc.example\"");
    }
    const auto normal = mail::normalise_address(address.substr(0, longest_address + 1));
    const auto about = hashed_address(vault_, normal);
    const auto secret = new_secret(Use::link);
    const auto hash = hashed(vault_, Use::link, secret);
    const Instant now = clock_.now();
    const auto id = store_.directory().person_of(normal).value_or(PersonId{});
    const auto person = store_.directory().person(id);
    const bool known = who_is(store_, rules_, id, now) && person && !person->addresses.empty();
    const auto to = known ? *person : nobody();
    const auto post = new_post(settings_, now);
    // To the address of the register that mail goes to, never to one only because it was asked for.
    const mail::NoticeHead head{.from = "postmaster@" + settings_.domain,
                                .from_name = settings_.community_name,
                                .to = to.addresses.front(),
                                .message_id = post.message_id,
                                .in_reply_to = {},
                                .date = now};
    // H1 forbids secrets in an address; this link is the one exception, because a letter can carry nothing else. So it is good once, for
    // minutes, and the page behind it acts only on a button: what fetches links out of letters ahead of their reader uses nothing up.
    const auto letter = write_letter(settings_, to, head, settings_.base_url + "/sign-in/" + secret, now);
    if (!letter) return tl::unexpected(letter.error());
    const auto body = vault_.seal(letter->bytes, post.id.value);
    const auto told = vault_.mac("link withheld", id.value + " " + letter->withheld);

    // GnuPG's time is over before others wait for this lock.
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.credentials();
    const auto standing = store_.directory().key_of(id);
    const bool too_often = rows.asks(about, now - window) >= settings_.links_per_hour;
    const bool heard = known && standing && !too_often;
    // Somebody may have set a key meanwhile: what was made for no key does not go out any more.
    const auto still = store_.directory().person(id);
    const bool as_it_was = still && still->key == to.key && !still->addresses.empty() && still->addresses.front() == to.addresses.front();
    const bool linked = heard && as_it_was && letter->withheld.empty();
    const bool refused = heard && as_it_was && !linked && rows.asks(told, now - told_for) == 0;
    rows.put(storage::LinkRow{hash, linked ? id : PersonId{}, now + settings_.link_life});
    if (!too_often) rows.note_ask(about, now);
    if (refused) {
        rows.note_ask(told, now);
        store_.journal().append(now, "system", "link.withheld", id.value, Detail().add("because", letter->withheld).text());
    }
    if ((linked || refused) && !letter->bytes.empty()) store_.deliveries().add(store_.posts().add(post, body), *standing);
    rows.forget_ended(now, now - told_for);
    transaction.commit();
    return {};
}

Result<SignedIn> Access::follow_link(std::string_view secret) {
    const auto hash = hashed(vault_, Use::link, secret);
    SignedIn done;
    done.cookie = new_secret(Use::session);
    const auto cookie_hash = hashed(vault_, Use::session, done.cookie);
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto& rows = store_.credentials();
    const auto link = rows.take_link(hash);
    const auto id = link && now < link->expires ? link->person : PersonId{};
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

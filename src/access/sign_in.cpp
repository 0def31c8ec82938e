// Links to sign in: asked for by anybody, mailed to people of the register only, good once and for minutes.
#include <fstream>
#include <iterator>

#include "caveat/access/access.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mail/notice.hpp"
#include "secrets.hpp"
#include "who.hpp"

namespace caveat::access {
namespace {

constexpr std::size_t longest_address = 320;  // RFC 5321 §4.5.3.1: 64, an @, 255
constexpr std::chrono::hours window{1};

Result<std::string> read_template(const std::filesystem::path& folder) {
    const auto path = folder / "sign-in.mustache";
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(errc::not_found, "no template {}", path.string());
    return std::string(std::istreambuf_iterator<char>(file), {});
}

struct Letter {
    storage::Post post;
    Sealed body;
};

// H1 forbids secrets in an address; this link is the one exception, because a letter can carry nothing else. So it is good once, for
// minutes, and the page behind it acts only on a button: what fetches links out of letters ahead of their reader uses nothing up.
Result<Letter> write_letter(const Settings& settings, const vault::Vault& vault, const community::Person& to, const std::string& secret,
                            Instant now) {
    const auto text = read_template(settings.templates);
    if (!text) return tl::unexpected(text.error());
    Letter letter;
    auto& post = letter.post;
    post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count())};
    post.kind = storage::PostKind::notice;
    post.state = storage::PostState::distributed;
    post.message_id = post.id.value + "@" + settings.domain;
    post.received = post.decided = now;
    const mail::NoticeHead head{.from = "postmaster@" + settings.domain,
                                .from_name = settings.community_name,
                                .to = to.addresses.front(),
                                .message_id = post.message_id,
                                .in_reply_to = {},
                                .date = now};
    const auto bytes = mail::render_notice(*text, head,
                                           {{"community", settings.community_name},
                                            {"name", to.name},
                                            {"link", settings.base_url + "/sign-in/" + secret},
                                            {"life", to_string(settings.link_life)},
                                            {"asked", to_string(std::chrono::floor<std::chrono::seconds>(now))}});
    if (!bytes) return tl::unexpected(bytes.error());
    letter.body = vault.seal(*bytes, post.id.value);
    return letter;
}

// Whom a letter is written to that nobody will get, so that asking for a stranger takes the same work.
community::Person nobody() {
    community::Person person;
    person.name = "Nobody at all";
    person.addresses = {"nobody@nowhere.invalid"};
    return person;
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
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto& rows = store_.credentials();
    const bool too_often = rows.asks(about, now - window) >= settings_.links_per_hour;
    const auto id = store_.people().person_of(normal).value_or(PersonId{});
    const auto person = store_.people().person(id);
    const bool known = who_is(store_, rules_, id, now) && person && !person->addresses.empty();
    // To the address of the register that mail goes to, never to one only because it was asked for.
    const auto letter = write_letter(settings_, vault_, known ? *person : nobody(), secret, now);
    if (!letter) return tl::unexpected(letter.error());
    const bool mailed = known && !too_often;
    rows.put(storage::LinkRow{hash, mailed ? id : PersonId{}, now + settings_.link_life});
    if (!too_often) rows.note_ask(about, now);
    if (mailed) store_.deliveries().add(store_.posts().add(letter->post, letter->body), store_.people().key_of(id).value());
    rows.forget_ended(now, now - window);
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

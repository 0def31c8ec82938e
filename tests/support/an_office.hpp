#pragma once
// The house with the access office in it, and eyes on what it mails.
#include <catch2/catch.hpp>

#include "a_house.hpp"
#include "caveat/access/access.hpp"
#include "caveat/vault/totp.hpp"

namespace caveat::test {

using namespace std::chrono_literals;
using access::Caller;
using access::Kind;
using access::Noun;
using access::Reach;
using access::Right;

inline Right right(const char* text) { return access::right_from(text).value(); }

// A link as it is asked for, written and sent, at once.
inline Result<void> asked(access::Access& door, std::string_view address) {
    const auto wish = door.ask_link(address);
    if (!wish) return tl::unexpected(wish.error());
    if (!*wish) return {};
    const auto written = door.write_link(**wish);
    return written ? door.send_link(**wish, *written) : tl::unexpected(written.error());
}

struct AnOffice : AHouse {
    std::optional<vault::Vault> seal{*vault::Vault::open(folder / "vault.key")};
    access::Settings how{letterhead, "https://console.arc.example"};
    access::Access office{store(), *seal, rules, clock, how};
    Caller root = access::Access::local_operator("root");

    void gives(const std::string& person, const std::string& role, const std::string& list = {},
               std::optional<Instant> until = std::nullopt) {
        change([&](storage::Register& r) { r.put(community::Term{role, PersonId{person}, ListId{list}, {clock.now() - 1h, until}}); });
    }
    void hold(const std::string& person, Instant until) {
        community::Denial denial;
        denial.whom = person;
        denial.whole_team = false;
        denial.resource = "*";
        denial.verbs = 7;
        denial.during = {clock.now(), until};
        denial.source = "hold";
        change([&](storage::Register& r) { r.put(denial); });
    }

    access::NewToken made(const Caller& by, const std::string& scopes, const char* holder = nullptr) {
        access::TokenRequest request;
        request.name = "a token";
        for (std::size_t at = 0; at < scopes.size();) {
            const auto end = std::min(scopes.find(' ', at), scopes.size());
            request.rights.push_back(access::right_from(scopes.substr(at, end - at)).value());
            at = end + 1;
        }
        if (holder != nullptr) request.holder = PersonId{holder};
        const auto done = office.create(by, request);
        INFO((done ? "" : done.error().detail));
        REQUIRE(done);
        return *done;
    }

    // All letters queued so far, as texts, oldest first.
    std::vector<std::string> letters() {
        std::vector<std::string> all;
        storage::Posts::Filter filter;
        filter.notices = true;
        for (const auto& post : store().posts().select(filter)) {
            if (post.kind == storage::PostKind::notice) all.push_back(seal->open(store().posts().body(post.key), post.id.value).value());
        }
        return all;
    }
    // The secret in the newest letter.
    std::string mailed_secret() {
        const auto all = letters();
        REQUIRE_FALSE(all.empty());
        const auto& text = all.back();
        const std::string before = how.base_url + "/sign-in/";
        const auto at = text.find(before);
        REQUIRE(at != std::string::npos);
        return text.substr(at + before.size(), 64);
    }
    std::string signed_in(const std::string& address) {
        REQUIRE(asked(office, address));
        const auto done = office.follow_link(mailed_secret());
        REQUIRE(done);
        return done->cookie;
    }
    // Enrolled and shown: a session that reaches what its person may.
    std::string with_factor(const std::string& address) {
        const auto cookie = signed_in(address);
        const auto text = office.enrol(cookie);
        REQUIRE(text);
        secret = secret_from(*text);
        REQUIRE(office.confirm(cookie, code()));
        return cookie;
    }
    std::string code() const { return vault::totp(secret, clock.now()); }
    static std::string secret_from(std::string_view base32) {
        std::string out;
        unsigned pending = 0, bits = 0;
        for (const char c : base32) {
            pending = pending << 5 | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
            if ((bits += 5) >= 8) out += static_cast<char>(static_cast<unsigned char>(pending >> (bits -= 8)));
        }
        return out;
    }
    std::size_t entries() { return acts().size(); }
    std::vector<std::string> acts() {
        std::vector<std::string> all;
        store().journal().each({}, [&](const storage::Entry& e) {
            if (!e.act.starts_with("test.")) all.push_back(e.act + " " + e.subject);  // what the office did, not what the test set up
        });
        return all;
    }

    std::string secret;  // of the second factor enrolled last
};

}  // namespace caveat::test

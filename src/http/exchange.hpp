#pragma once
// One request and its reply as values, without sockets (RFC 9110).
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caveat/openpgp/beforehand.hpp"
#include "caveat/result.hpp"

namespace caveat::http {

enum class Method { get, post, put, patch, del, other };  // HEAD is GET whose body is not sent
[[nodiscard]] std::string_view name(Method method);

// The key that an act puts, and what GnuPG says about it. An act finds here what it asks for, or leaves its question and is done again.
struct KeyLook {
    openpgp::Beforehand engine;
    std::string party;  // the caller's team, or who they are: of each one key at a time is looked at
};

struct Request {
    Method method = Method::get;
    std::string target;                          // path and query as sent
    std::map<std::string, std::string> headers;  // names in lower case; repeated ones joined with ", " (cookies with "; ")
    std::string body;
    std::string peer;                       // address without port, or "unix"
    std::optional<std::string> local_user;  // behind the Unix socket, with no proxy between: this very user or root, by name
    std::shared_ptr<KeyLook> key_look = std::make_shared<KeyLook>();

    [[nodiscard]] std::string_view header(std::string_view lower_case_name) const;
    [[nodiscard]] std::optional<std::string> cookie(std::string_view name) const;
};

inline constexpr std::size_t longest_cookies = 4096;  // bytes of all that a request brings (RFC 6265 §6.1 asks for one of this size); 431

// A read that must be recorded in the journal (J2).
struct Note {
    std::string actor;
    std::string act;
    std::string subject;
    std::string detail;      // a JSON object
    std::string apart = {};  // what makes it a read of its own, besides who read what
};

struct Reply {
    int status = 200;
    std::string type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    const std::string* lasting = nullptr;  // the body, where it is the same for everybody and for good; `body` is then empty
    // A stream: fills the next chunk, false at the end; body is then unused. Throws where it must not go on (H1, A10).
    std::function<bool(std::string&)> more;
    std::string credential;                            // with what they asked, for the note of use
    std::string party;                                 // who asked, for rates: a person whatever they show, else the credential
    bool stranger = false;                             // no valid credential was shown
    std::optional<std::string> link_for;               // an address that asked for a link to sign in: seen to after the reply was sent (A7)
    std::vector<Note> notes;                           // written down before the reply leaves
    std::function<void(std::function<void()>)> aside;  // where `more` is called; none: on the door's thread
    std::shared_ptr<const void> seat;                  // of a slow read, while it is under way
    bool acted = false;                                // something was committed: there may be posts to judge and copies to hand over
    std::function<void()> once_durable;                // of an act: called by the committer right after the commit; must not throw

    void add(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

using FormFields = std::vector<std::pair<std::string, std::string>>;

// Path and query of a target. errc::invalid: not a path, bad percent-encoding, NUL, or more than the limits.
struct Target {
    std::vector<std::string> segments;  // decoded; "/v1/teams" is two
    FormFields query;
};
[[nodiscard]] Result<Target> parse_target(std::string_view target);
[[nodiscard]] Result<FormFields> parse_form(std::string_view text);  // application/x-www-form-urlencoded
[[nodiscard]] std::string percent_encode(std::string_view text);

// Media types and schemes are the same in any case (RFC 9110 §8.3.1, §11.1).
[[nodiscard]] std::string_view media_type(std::string_view field);  // of Content-Type, without its parameters and as written

// RFC 9110 §12.5.1, as far as it is needed: does the client prefer this type to JSON?
[[nodiscard]] bool accepts(const Request& request, std::string_view type);

// What an Authorization field says behind this scheme; empty if it is of another.
[[nodiscard]] std::string_view credentials(std::string_view authorization, std::string_view scheme);

// Is `tag`, a strong one, in a field of If-Match or If-None-Match, or does that say "*" (RFC 9110 §13.1)? What follows a member that is
// none is not read. Linear.
enum class Comparison {
    strong,  // If-Match: a weak tag never matches (§8.8.3.2), because who weakened it does not promise every byte
    weak,    // If-None-Match: W/ makes no difference
};
[[nodiscard]] bool lists_tag(std::string_view field, std::string_view tag, Comparison comparison);

}  // namespace caveat::http

#pragma once
// The route table: one row per operation of the API, with the right it asks for and the shapes of what goes in and comes out. Matching,
// authorisation, checking, the OpenAPI document and the pages' forms all read this table.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/access/access.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/http/server.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/registry/registry.hpp"
#include "exchange.hpp"
#include "facts.hpp"

namespace caveat::http {

struct Context;

// What a handler returns; errors are Error. not_found of a handler means "not found, or not known to the caller".
struct Answer {
    Json body = {};
    int status = 200;
    std::string location = {};                      // of what was made
    std::function<bool(std::string&)> stream = {};  // NDJSON instead of body, or what `type` says
    std::string type = {};                          // of `text`, which is sent instead of body: metrics, the document
    std::string text = {};
    const std::string* lasting = nullptr;                           // instead of `text`, what lives as long as the program
    std::vector<std::pair<std::string, std::string>> headers = {};  // of a text: how it is to be kept
    std::vector<Note> notes = {};                                   // of a read that the journal must know of
    std::function<void()> afterwards = {};  // of an act, once it is durable: where a job begins; not after a dry run
};

enum class Run : std::uint8_t {
    read,    // on the door's thread, from a snapshot
    slow,    // a read that takes longer than a slice: on the clerk's thread
    search,  // one that may take a second and more: on a thread of its own, so that the clerk is free
    act,     // on the desk, in one transaction with its journal entry and its idempotency key
};

[[nodiscard]] constexpr bool is_slow(Run run) { return run == Run::slow || run == Run::search; }

struct Route {
    Method method = Method::get;
    std::string_view path;  // "/v1/lists/{list}/subscriptions", "/v1/held/{post}:release"
    std::string_view id;    // operationId: "listSubscriptions"
    std::string_view about;
    access::Right right = {};
    Run run = Run::read;
    // Of every act, and of nothing else: the spare for what makes room, or ends what must not go on (holds, revocations, removals); the
    // rest waits while the disk is almost full.
    std::optional<storage::Disk> disk = {};
    Result<Answer> (*handler)(const Context&) = nullptr;
    std::span<const Field> query = {};
    const Schema* body = nullptr;                 // none: no body is read
    const Schema* answer = nullptr;               // none: 204, or text
    std::string_view text = {};                   // the type of an answer that is a text: metrics, the document
    bool changes = false;                         // If-Match is asked for, with the tag of a GET on the same path
    int status = 200;                             // of success
    const Schema* later = nullptr;                // of a 202: the work goes on as a job
    bool open = false;                            // needs no credential: health and the OpenAPI document
    bool refuses = false;                         // a read that a rule may refuse to those who know of the thing: 403
    bool lines = false;                           // its items are also sent as NDJSON, one a line, if the client asks for that type
    std::span<const std::string_view> also = {};  // types of a text that it may answer instead, if the client asks for that
};

struct Context {
    const Route& route;
    Offices& offices;  // of this thread
    const access::Caller& caller;
    std::vector<std::string> params;  // of the path, in its order
    Json query = Json::object();      // checked
    Json body = Json::object();       // checked
    bool ndjson = false;              // the client asks for a stream of lines instead of a page
    bool rfc822 = false;              // for a message as it is instead of what it is made of
    bool as_file = false;             // for the bytes of a document instead of what is known of it
    bool dry_run = false;             // an act that will be taken back
    Json written = {};                // the body as it came, before addresses of people became ids; of a body that names people
    openpgp::Engine* keys = nullptr;  // what is known of the key that an act puts; never GnuPG itself

    [[nodiscard]] const std::string& param(std::size_t i) const { return params.at(i); }
    [[nodiscard]] bool may(const access::Object& object) const { return access::may(caller, route.right, object); }
    [[nodiscard]] bool all() const { return caller.reach(route.right) == access::Reach::all && caller.only.empty(); }
    [[nodiscard]] const community::Actor& actor() const { return caller.actor; }
    [[nodiscard]] Instant now() const { return offices.room.clock.now(); }
    [[nodiscard]] storage::Store& store() const { return offices.room.store; }

    [[nodiscard]] registry::Registry registry() const;
    [[nodiscard]] committee::Committee committee() const;
    [[nodiscard]] committee::Cases cases() const;
    [[nodiscard]] committee::Viewer viewer() const;  // the caller, by this route's right, as the committee knows them
    [[nodiscard]] mailroom::Mailroom mailroom() const { return mailroom::Mailroom(offices.room); }
    [[nodiscard]] access::Access access() const;

    // Of body or query; a field that is not there is empty.
    [[nodiscard]] bool has(std::string_view field) const { return body.contains(field) && !body[std::string(field)].is_null(); }
    [[nodiscard]] std::string text(std::string_view field) const;
    [[nodiscard]] std::optional<Instant> instant(std::string_view field) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view field) const;
    [[nodiscard]] std::string asked(std::string_view field) const;  // a text of the query
};

// The value of Content-Disposition for a file of this name (RFC 6266).
[[nodiscard]] std::string as_attachment(const std::string& name);
// Bytes as a file that no browser shows: it may be anything.
[[nodiscard]] Answer as_download(std::string type, std::string bytes, const std::string& name);

// For what does not exist, and for what the caller may not know about: the same answer.
[[nodiscard]] tl::unexpected<Error> nothing_here();

// Every table of routes_*.cpp.
[[nodiscard]] std::span<const Route* const> routes();
[[nodiscard]] const Route* find_route(std::string_view operation_id);

struct Match {
    const Route* route = nullptr;
    std::vector<std::string> params;
    bool path_exists = false;  // with another method
};
[[nodiscard]] Match match(Method method, const std::vector<std::string>& segments);

// ---- pages of long lists: `limit` and an opaque `cursor`; the answer is {"items": [...], "next": cursor or null}
inline constexpr std::int64_t most_items_a_page = 200;
inline constexpr Field limit_field{
    .name = "limit", .type = Type::integer, .about = "items of one answer; 100 if left out", .least = 1, .most = most_items_a_page};
inline constexpr Field cursor_field{.name = "cursor", .about = "`next` of the answer before", .least = 1, .most = 400};
extern const std::span<const Field> paging;  // the query fields of a plain list

// Items in the order of their key. `visit_from(key, emit)` calls emit(key, fact) for everything after `key`, until emit says false.
using Emit = std::function<bool(std::string key, Json fact)>;
// `cut_short`: whether there is more than was visited; then the page ends early, and the next one goes on behind its last item.
[[nodiscard]] Result<Answer> page_of(const Context& context, const std::function<void(const std::string& after, const Emit&)>& visit_from,
                                     const bool& cut_short = false);

}  // namespace caveat::http

#pragma once
// What the committee's things are to a caller (access::Object), and the lists of them: newest first.
#include "facts_committee.hpp"
#include "route.hpp"

namespace caveat::http {

// A decision is open to who may vote in it; one about a party never to that party's own seat (item 27).
[[nodiscard]] access::Object object_of(const Context& context, const committee::Decision& decision);
[[nodiscard]] std::optional<TeamId> party_of(const Context& context, std::string_view kind, const std::string& subject);

// A case is the committee's, its party's, and of the panelists of its appeals.
enum class Eyes { committee, party, panel };
[[nodiscard]] access::Object object_of(const Context& context, const conduct::Case& c);
[[nodiscard]] Eyes eyes_on(const Context& context, const conduct::Case& c);
// The case of the path, for who may know of it.
[[nodiscard]] Result<committee::CaseFile> case_here(const Context& context);

// One page of things, the newest first; `shown(thing)` is its fact, or nothing if it is not for the caller.
template <class Thing, class Key, class Shown>
[[nodiscard]] Result<Answer> newest_first(const Context& context, const std::vector<Thing>& things, Key key_of, Shown shown) {
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        bool begun = after.empty();
        for (auto thing = things.rbegin(); thing != things.rend(); ++thing) {
            const std::string key = key_of(*thing);
            if (!begun) {
                begun = key == after;
                continue;
            }
            if (const std::optional<Json> json = shown(*thing); json && !emit(key, *json)) return;
        }
    });
}

// What an office answered, as this route's answer.
template <class Thing>
[[nodiscard]] Result<Answer> told(const Result<Thing>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = fact(*done)};
}

}  // namespace caveat::http

#pragma once
// What the routes of the committee's things share: the case of the path, lists that begin with the newest, an office's answer.
#include "caveat/facts/committee.hpp"
#include "caveat/facts/matters.hpp"
#include "caveat/facts/words.hpp"
#include "route.hpp"

namespace caveat::http {

// The case in the path, for a caller who may know of it.
[[nodiscard]] Result<committee::CaseView> case_here(const Context& context);
[[nodiscard]] Result<Answer> answered(const Result<committee::CaseView>& done);
// {notice} of the path; 0, which no notice has, if it is no number.
[[nodiscard]] int notice_number(const Context& context);

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

// A document that is handed in, as bodies have it; facts::read_paper reads them.
inline constexpr Field paper_text_field{
    .name = "text", .type = Type::prose, .about = "the document, where it is a text: it is kept, sealed", .most = 20'000};
inline constexpr Field content_field{.name = "content",
                                     .type = Type::prose,
                                     .about = "the document in base64, at most 524,288 bytes of it: it is kept, sealed",
                                     .most = 800'000};
inline constexpr Field file_name_field{.name = "file_name", .about = "of the file it comes in"};

// Turns what an office returned into this route's answer.
template <class Thing>
[[nodiscard]] Result<Answer> told(const Result<Thing>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = fact(*done)};
}

}  // namespace caveat::http

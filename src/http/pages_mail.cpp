// Pages of mail: what became of it, why, what waits; the journal; the operator's numbers.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_mail {

using access::Kind;
using access::Noun;

constexpr std::array posts{Source{"posts", "/v1/posts*", true}};
constexpr std::array post{Source{"post", "/v1/posts/{0}", true}, Source{"deliveries", "/v1/posts/{0}/deliveries*"}};
constexpr std::array why{Source{"why", "/v1/policy:explain*"}};
constexpr std::array held{Source{"held", "/v1/held?limit=200", true}};
constexpr std::array journal{Source{"journal", "/v1/journal*", true}};
constexpr std::array verification{Source{"verification", "/v1/journal/verification*", true}};
constexpr std::array operations{Source{"operations", "/v1/operations", true}};

constexpr std::array<PageRow, 7> rows{{
    {"/posts", "posts", "Posts", posts, access::Right{Noun::posts, Kind::read}},
    {"/posts/{post}", "post", "Post", post},
    {"/explain", "explain", "Why", why, access::Right{Noun::policy, Kind::read}},
    {"/held", "held", "Held", held, access::Right{Noun::held, Kind::read}},
    {"/journal", "journal", "Journal", journal, access::Right{Noun::journal, Kind::read}},
    {"/journal/verification", "journal-verification", "Journal verified", verification},
    {"/operations", "operations", "Operations", operations, access::Right{Noun::metrics, Kind::read}},
}};

}  // namespace pages_mail

std::span<const PageRow> mail_pages() { return pages_mail::rows; }

}  // namespace caveat::http

// Pages of the register: the overview, oneself, people, lists and their rosters, and the import of a community.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_register {

using access::Kind;
using access::Noun;

// Data that a role may not read is missing, and so is its part of the page.
constexpr std::array home{Source{"waiting", "/v1/waiting"}, Source{"my", "/v1/me"}, Source{"held", "/v1/held?limit=200"},
                          Source{"decisions", "/v1/decisions?open=true&limit=200"}, Source{"cases", "/v1/cases?limit=200"}};
constexpr std::array me{Source{"my", "/v1/me", true}, Source{"posts", "/v1/posts?mine=true&limit=20"}};
constexpr std::array people{Source{"people", "/v1/people*", true}};
constexpr std::array person{Source{"person", "/v1/people/{0}", true}, Source{"key", "/v1/people/{0}/key"},
                            Source{"mail", "/v1/people/{0}/mail"}};
constexpr std::array lists{Source{"lists", "/v1/lists*", true}};
constexpr std::array list{Source{"list", "/v1/lists/{0}", true}, Source{"roster", "/v1/lists/{0}/subscriptions*"}};
constexpr std::array terms{Source{"terms", "/v1/terms*", true}};
constexpr std::array contacts{Source{"found", "/v1/contacts*"}};
constexpr std::array job{Source{"job", "/v1/jobs/{0}", true}};

constexpr std::array<std::string_view, 1> lists_forms{"addList"};
constexpr std::array<std::string_view, 1> list_forms{"changeList"};

constexpr std::array<PageRow, 10> rows{{
    {"/", "home", "Overview", home},
    {"/me", "me", "Yourself", me},
    {"/lists", "lists", "Lists", lists, access::Right{Noun::lists, Kind::read}, lists_forms},
    {"/lists/{list}", "list", "List", list, {}, list_forms},
    {"/people", "people", "People", people, access::Right{Noun::people, Kind::read}},
    {"/people/{person}", "person", "Person", person},
    {"/contacts", "contacts", "Contacts", contacts, access::Right{Noun::people, Kind::read}},
    {"/terms", "terms", "Terms", terms, access::Right{Noun::people, Kind::read}},
    {"/import", "import", "Import", {}, access::Right{Noun::teams, Kind::write}},
    {"/jobs/{job}", "job", "Long work", job},
}};

}  // namespace pages_register

std::span<const PageRow> register_pages() { return pages_register::rows; }

}  // namespace caveat::http

// Pages of the archive: what was posted, for who may read it.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_archive {

using access::Kind;
using access::Noun;

constexpr std::array threads{Source{"archive", "/v1/archive/threads?subjects=true&newest=true*", true}};
constexpr std::array found{Source{"found", "/v1/archive/search?subjects=true*"}};
constexpr std::array archived{Source{"archived", "/v1/archive/posts/{0}", true}};
constexpr std::array file{Source{"file", "/v1/archive/posts/{0}*", true}};

constexpr std::array<PageRow, 4> rows{{
    {"/archive", "archive", "Archive", threads, access::Right{Noun::archive, Kind::read}},
    {"/archive/search", "archive-found", "Search the archive", found},
    {"/archive/{post}", "archived", "What was posted", archived},
    {"/archive/{post}/file", "", "", file},
}};

}  // namespace pages_archive

std::span<const PageRow> archive_pages() { return pages_archive::rows; }

}  // namespace caveat::http

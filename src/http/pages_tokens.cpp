// The page of one's tokens.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_tokens {

using access::Kind;
using access::Noun;

constexpr std::array tokens{Source{"tokens", "/v1/tokens*", true}};

constexpr std::array<PageRow, 1> rows{{
    {"/tokens", "tokens", "Tokens", tokens, access::Right{Noun::tokens, Kind::read}},
}};

}  // namespace pages_tokens

std::span<const PageRow> token_pages() { return pages_tokens::rows; }

}  // namespace caveat::http

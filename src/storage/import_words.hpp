#pragma once
// How a row of `post` says that it was imported: its only reason, which has no code (posts.cpp).
#include <string_view>

namespace caveat::storage {

inline constexpr std::string_view import_words = "imported";

}  // namespace caveat::storage

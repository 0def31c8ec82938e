#pragma once
// What HTML may have for its text to be surely shown as the author's own. Styles hide, cover, shrink and indent in more ways than can be
// listed, and every program marks a quote in another; so here is what ordinary programs write around ordinary text, and nothing else is
// plain. Pure; linear.
#include <string_view>

#include "html_tags.hpp"

namespace caveat::mail::html {

[[nodiscard]] bool is_plain(std::string_view element, const Attributes& attributes);

// No style sheet in the document, wherever it stands, says anything that is not plain, and none is elsewhere.
[[nodiscard]] bool has_plain_sheets(std::string_view html);

}  // namespace caveat::mail::html

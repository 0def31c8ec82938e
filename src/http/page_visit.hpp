#pragma once
// One visit of a person who is signed in, and what its pages share: fields of forms, and ways on.
#include <string>
#include <string_view>

#include "pages.hpp"

namespace caveat::http {

inline constexpr std::string_view cookie_name = "caveat";  // of the session

struct Pages::Visit {
    const Request& request;
    const Target& target;
    const access::Session& session;
    std::string cookie;
};

// Of a form or a query; empty: it has none of that name.
[[nodiscard]] std::string form_value(const FormFields& fields, std::string_view name);

// Only to a page of ours: "//elsewhere" and "https://elsewhere" are none. Browsers leave out tabs and line ends, and read '\' as '/'.
[[nodiscard]] std::string own_page(const std::string& next);

[[nodiscard]] Reply redirect(const std::string& where);

}  // namespace caveat::http

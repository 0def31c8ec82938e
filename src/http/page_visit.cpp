#include "page_visit.hpp"

#include <algorithm>

namespace caveat::http {

std::string form_value(const FormFields& fields, std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
    return found == fields.end() ? std::string() : found->second;
}

std::string own_page(const std::string& next) {
    const auto odd = [](char c) { return c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    const bool ours = next.starts_with('/') && !next.starts_with("//") && std::none_of(next.begin(), next.end(), odd);
    return ours ? next : "/";
}

Reply redirect(const std::string& where) {
    Reply made;
    made.status = 303;
    made.type = "text/plain";
    made.add("Location", where);
    return made;
}

}  // namespace caveat::http

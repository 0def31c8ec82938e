#include "pap.hpp"

#include "ascii.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view pap_sign = "pap:";

std::optional<community::Pap> colour(std::string_view text) {
    std::size_t end = 0;
    while (end < text.size() && ascii::is_alnum(text[end])) ++end;
    const auto word = text.substr(0, end);
    if (ascii::equal(word, "WHITE")) return community::Pap::clear;
    for (const auto pap : {community::Pap::clear, community::Pap::green, community::Pap::amber, community::Pap::red}) {
        if (ascii::equal(word, community::name(pap))) return pap;
    }
    return std::nullopt;
}

}  // namespace

std::optional<community::Pap> strictest_pap(std::string_view text) {
    std::optional<community::Pap> strictest;
    for (std::size_t at = 0; at + pap_sign.size() < text.size(); ++at) {
        if (!ascii::starts_with(text.substr(at), pap_sign) || (at > 0 && ascii::is_alnum(text[at - 1]))) continue;
        auto rest = text.substr(at + pap_sign.size());
        if (rest.starts_with(' ')) rest.remove_prefix(1);
        const auto said = colour(rest);
        if (said && (!strictest || *said > *strictest)) strictest = said;
    }
    return strictest;
}

std::optional<community::Pap> pap_field(std::string_view value) {
    value = ascii::trim(value);
    return ascii::starts_with(value, pap_sign) ? strictest_pap(value) : colour(value);
}

bool begins_with_pap(std::string_view line) { return ascii::starts_with(line, pap_sign); }

}  // namespace caveat::mail

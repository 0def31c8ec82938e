#include "caveat/community/standing.hpp"

#include <array>

namespace caveat::community {
namespace {
constexpr std::array verbs{Verb::receive, Verb::post, Verb::archive, Verb::manage};
}

std::string_view name(Verb v) {
    switch (v) {
        case Verb::receive:
            return "receive";
        case Verb::post:
            return "post";
        case Verb::archive:
            return "archive";
        case Verb::manage:
            return "manage";
    }
    return "?";
}

std::optional<Verb> verb_from(std::string_view text) {
    for (const Verb v : verbs) {
        if (name(v) == text) return v;
    }
    return std::nullopt;
}

}  // namespace caveat::community

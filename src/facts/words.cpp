#include "caveat/facts/words.hpp"

#include <algorithm>
#include <charconv>

namespace caveat::facts {

Result<std::optional<conduct::Period>> read_period(const std::string& text) {
    if (text.empty()) return std::nullopt;
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr int most = 1'200;  // months in a century: no rule knows a longer time
    if (error == std::errc{} && count > 0 && count <= most) {
        if (unit == "mo") return conduct::months(count);
        if (unit == "y" && count <= most / 12) return conduct::years(count);
    }
    const auto time = parse_duration(text);
    if (!time) return fail(errc::invalid, "'{}' is not a period; write a whole number and h, d, mo or y: 72h, 14d, 6mo, 1y", text);
    return conduct::Period{0, *time};
}

Result<conduct::DeniedSet> read_denied(const std::vector<std::string>& texts) {
    conduct::DeniedSet set;
    for (const auto& text : texts) {
        const auto colon = text.rfind(':');
        const auto bad = [&] {
            return fail(errc::invalid,
                        "'{}' denies nothing; write RESOURCE:VERB[,VERB] with receive, post, archive or manage: teams:receive,post", text);
        };
        if (colon == std::string::npos || colon == 0) return bad();
        conduct::Denied row{text.substr(0, colon), 0};
        for (std::size_t at = colon + 1; at <= text.size();) {
            const auto comma = std::min(text.find(',', at), text.size());
            const auto verb = community::verb_from(std::string_view(text).substr(at, comma - at));
            if (!verb) return bad();
            row.verbs = static_cast<community::Verbs>(row.verbs | bit(*verb));
            at = comma + 1;
        }
        set.push_back(std::move(row));
    }
    return set;
}

std::vector<TeamId> teams_of(const std::vector<std::string>& ids) {
    std::vector<TeamId> teams;
    for (const auto& id : ids) teams.emplace_back(id);
    return teams;
}

}  // namespace caveat::facts

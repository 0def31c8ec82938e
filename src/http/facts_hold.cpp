// Holds in JSON, and the words in which committees write periods and denials.
#include <algorithm>
#include <charconv>

#include "facts_committee.hpp"

namespace caveat::http {
namespace {

constexpr std::array hold_fields{
    Field{.name = "id", .type = Type::integer, .required = true},
    Field{.name = "person", .required = true},
    Field{.name = "reason", .required = true},
    Field{.name = "in_force", .type = Type::boolean, .required = true},
    Field{.name = "placed", .type = Type::instant, .required = true},
    Field{.name = "ends", .type = Type::instant, .required = true},
    Field{.name = "by", .required = true, .about = "who placed it"},
    Field{.name = "decision", .required = true, .about = "the first within 30 days needs none", .nullable = true},
    Field{.name = "extensions", .type = Type::integer, .required = true},
    Field{.name = "lifted", .type = Type::instant, .required = true, .nullable = true},
    Field{.name = "told", .type = Type::instant, .required = true, .about = "the team: due at once", .nullable = true},
};

}  // namespace

const Schema hold_schema{"Hold", hold_fields, true};

Json fact(const committee::HoldFile& file) {
    const auto& h = file.hold;
    return {{"id", file.id},
            {"person", h.person.value},
            {"reason", h.reason},
            {"in_force", file.in_force},
            {"placed", to_string(h.placed)},
            {"ends", to_string(file.ends)},
            {"by", h.actor},
            {"decision", maybe(h.decision)},
            {"extensions", h.extensions.size()},
            {"lifted", maybe(h.lifted)},
            {"told", maybe(h.told)}};
}

std::string fact_text(const committee::HoldFile& file) { return dumped(fact(file)); }

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
    if (!time) return fail(errc::invalid, "'{}' is no period; write a whole number and h, d, mo or y: 72h, 14d, 6mo, 1y", text);
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

}  // namespace caveat::http

#include "caveat/facts/committee.hpp"

namespace caveat::facts {
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
            {"by", file.by},
            {"decision", maybe(h.decision)},
            {"extensions", h.extensions.size()},
            {"lifted", maybe(h.lifted)},
            {"told", maybe(h.told)}};
}

}  // namespace caveat::facts

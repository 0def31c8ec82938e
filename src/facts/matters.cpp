#include "caveat/facts/matters.hpp"

#include <stdexcept>

namespace caveat::facts {
namespace {

using committee::Acceptance;
using committee::ContactCheck;
using community::MatterKind;

constexpr auto review_matter_shape = answer_shape(community::review_fields);
constexpr auto declaration_matter_shape = answer_shape(community::declaration_fields);
constexpr auto duty_matter_shape =
    joined(answer_shape(community::duty_fields),
           std::array{Field{.name = "year", .type = Type::integer, .required = true, .about = "of the day it is due"},
                      Field{.name = "name", .required = true, .about = "the duty in words"}});
constexpr auto document_matter_shape = answer_shape(community::document_fields);
constexpr Schema review_matter_schema{"Review", review_matter_shape, true};
constexpr Schema declaration_matter_schema{"Declaration", declaration_matter_shape, true};
constexpr Schema duty_matter_schema{"Duty", duty_matter_shape, true};
constexpr Schema document_matter_schema{"AskedDocument", document_matter_shape, true};

constexpr std::array acceptance_fields{
    community::field<&Acceptance::document>({.name = "document", .title = "Document", .about = "its name", .required = true}),
    community::field<&Acceptance::version>({.name = "version", .title = "Version", .about = "of the document", .required = true}),
    community::field<&Acceptance::hash>({.name = "hash", .title = "SHA-256", .about = "of its bytes"}),
    community::field<&Acceptance::team>({.name = "team", .title = "Team", .about = "that is asked", .required = true}),
    community::field<&Acceptance::asked>({.name = "asked", .title = "Asked", .about = "since when", .required = true}),
    community::field<&Acceptance::accepted>({.name = "accepted", .title = "Accepted", .about = "when; null: not yet"}),
    community::field<&Acceptance::by>({.name = "by", .title = "By", .about = "who accepted it for the team"}),
    community::field<&Acceptance::current>(
        {.name = "current", .title = "Current", .about = "the version that is in force", .required = true}),
    community::field<&Acceptance::id>({.name = "id", .title = "Id", .about = "of the document", .required = true}),
    community::field<&Acceptance::kept>({.name = "kept", .title = "Kept", .about = "it is kept here, to be read", .required = true}),
};
constexpr auto acceptance_shape = answer_shape(acceptance_fields);

constexpr std::array contact_check_fields{
    community::field<&ContactCheck::team>({.name = "team", .title = "Team", .about = "a member or partner", .required = true}),
    community::field<&ContactCheck::confirmed>({.name = "confirmed", .title = "Confirmed", .about = "the last time; null: never"}),
    community::field<&ContactCheck::by>({.name = "by", .title = "By", .about = "who entered that"}),
    community::field<&ContactCheck::due>({.name = "due", .title = "Due", .about = "the next time", .required = true}),
    community::field<&ContactCheck::state>({.name = "state", .title = "State", .about = "current, due or overdue", .required = true}),
};
constexpr auto contact_check_shape = answer_shape(contact_check_fields);

}  // namespace

const Schema acceptance_schema{"Acceptance", acceptance_shape, true};
const Schema contact_check_schema{"ContactCheck", contact_check_shape, true};

const Schema& matter_schema(MatterKind kind) {
    switch (kind) {
        case MatterKind::review:
            return review_matter_schema;
        case MatterKind::declaration:
            return declaration_matter_schema;
        case MatterKind::duty:
            return duty_matter_schema;
        case MatterKind::document:
            return document_matter_schema;
        case MatterKind::acceptance:
        case MatterKind::confirmation:
            break;
    }
    throw std::logic_error("an acceptance is shown with what was asked, a confirmation with when the next is due");
}

Json fact(const community::Matter& matter) {
    switch (matter.kind) {
        case MatterKind::review:
            return fact_of(community::review_fields, matter);
        case MatterKind::declaration:
            return fact_of(community::declaration_fields, matter);
        case MatterKind::document:
            return fact_of(community::document_fields, matter);
        default:
            break;
    }
    auto json = fact_of(community::duty_fields, matter);
    json["year"] = static_cast<int>(date_of(matter.due.value_or(matter.at)).year());
    json["name"] = community::duty_name(matter.what);
    return json;
}

Json fact(const Acceptance& acceptance) { return fact_of(acceptance_fields, acceptance); }
Json fact(const ContactCheck& check) { return fact_of(contact_check_fields, check); }

}  // namespace caveat::facts

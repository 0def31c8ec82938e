#include "caveat/facts/agenda.hpp"

#include "caveat/facts/viewer.hpp"

namespace caveat::facts {
namespace {

constexpr std::array waiting_fields{
    Field{.name = "what", .required = true, .about = "in words"},
    Field{.name = "about", .required = true, .about = "the id of the thing"},
    Field{.name = "page", .required = true, .about = "where it is seen and done"},
    Field{.name = "until", .type = Type::instant, .required = true, .about = "null: no day is set", .nullable = true},
    Field{.name = "yours", .type = Type::boolean, .required = true, .about = "nobody else does it for you: your vote, your team's own"},
};
constexpr Schema waiting_schema{"Waiting", waiting_fields, true};

constexpr std::array agenda_fields{
    Field{.name = "as_of", .type = Type::instant, .required = true},
    Field{.name = "items",
          .type = Type::objects,
          .required = true,
          .about = "what ends first comes first; then what has no day",
          .of = &waiting_schema},
};

committee::Viewer reader_of(const access::Caller& caller, access::Noun noun) { return viewer_of(caller, {noun, access::Kind::read}); }

}  // namespace

const Schema agenda_schema{"Agenda", agenda_fields, true};

committee::Asker asker_of(const access::Caller& caller) {
    using access::Noun;
    return {reader_of(caller, Noun::decisions), reader_of(caller, Noun::cases), reader_of(caller, Noun::applications),
            reader_of(caller, Noun::holds), reader_of(caller, Noun::people)};
}

Json fact(const std::vector<committee::Waiting>& all, Instant now) {
    Json items = Json::array();
    for (const auto& one : all) {
        items.push_back({{"what", one.what}, {"about", one.about}, {"page", one.page}, {"until", maybe(one.until)}, {"yours", one.theirs}});
    }
    return {{"as_of", to_string(now)}, {"items", std::move(items)}};
}

}  // namespace caveat::facts

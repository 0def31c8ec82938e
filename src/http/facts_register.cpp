#include <array>

#include "facts.hpp"
#include "jobs.hpp"

namespace caveat::http {
namespace {

constexpr std::array clearance_fields{
    Field{.name = "list", .required = true, .about = "the list it is for"},
    Field{.name = "label", .type = Type::word, .required = true, .about = "the strictest label it lets through", .words = label_words},
    Field{.name = "decision", .required = true, .about = "of the steering committee"},
};
constexpr Schema clearance_schema{"Clearance", clearance_fields, true};

constexpr std::array team_fields{
    Field{.name = "id", .required = true, .about = "short name, stable"},
    Field{.name = "name", .required = true, .about = "official name"},
    Field{.name = "category", .required = true, .about = "a category of the rule book"},
    Field{.name = "subtype", .required = true, .about = "of a Strategic Partner", .nullable = true},
    Field{.name = "economy", .required = true, .about = "ISO 3166-1 alpha-2", .nullable = true},
    Field{.name = "since", .type = Type::date, .required = true, .about = "date of admission", .nullable = true},
    Field{.name = "mou", .type = Type::date, .required = true, .about = "date of the memorandum", .nullable = true},
    Field{.name = "clearances", .type = Type::objects, .required = true, .about = "by decision of the SC", .of = &clearance_schema},
};

constexpr std::array person_fields{
    Field{.name = "id", .required = true, .about = "short name, stable"},
    Field{.name = "name", .required = true, .about = "name"},
    Field{.name = "team", .required = true, .about = "id of the team"},
    Field{.name = "addresses", .type = Type::texts, .required = true, .about = "copies go to the first"},
    Field{.name = "representative", .type = Type::boolean, .required = true, .about = "speaks for the team (item 15)"},
    Field{.name = "has_key", .type = Type::boolean, .required = true, .about = "an OpenPGP key is recorded"},
    Field{.name = "undelivered",
          .type = Type::integer,
          .about = "in lists, for whoever reads all posts: copies of the last 30 days that failed or wait for another try, if any"},
};

constexpr std::array list_fields{
    Field{.name = "name", .required = true, .about = "the local part of its posting address"},
    Field{.name = "class", .required = true, .about = "a row of the access matrix"},
    Field{.name = "charter", .required = true, .about = "what it is for"},
    Field{.name = "default_tlp",
          .type = Type::word,
          .required = true,
          .about = "of a post without one",
          .nullable = true,
          .words = label_words},
    Field{.name = "max_tlp", .type = Type::word, .required = true, .about = "the strictest label it takes", .words = label_words},
    Field{.name = "encryption", .type = Type::word, .required = true, .about = "of copies", .words = encryption_words},
    Field{.name = "authentication", .required = true, .about = "what a post needs"},
    Field{.name = "posting", .type = Type::word, .required = true, .about = "who posts without a moderator", .words = posting_words},
    Field{.name = "expires", .type = Type::instant, .required = true, .about = "closed from then on", .nullable = true},
};

constexpr std::array subscription_fields{
    Field{.name = "list", .required = true, .about = "name of the list"},
    Field{.name = "person", .required = true, .about = "id of the person"},
    Field{.name = "name", .required = true, .about = "of the person"},
    Field{.name = "team", .required = true, .about = "of the person"},
    Field{.name = "has_key", .type = Type::boolean, .required = true, .about = "an OpenPGP key is recorded"},
    Field{.name = "delivery", .type = Type::word, .required = true, .about = "what the person wishes", .words = delivery_words},
    Field{.name = "since", .type = Type::instant, .required = true, .about = "on the roster from then on"},
};

constexpr std::array term_fields{
    Field{.name = "role", .required = true, .about = "sc, chair, deputy_chair, secretariat, auditor, owner, moderator"},
    Field{.name = "person", .required = true, .about = "who holds it"},
    Field{.name = "list", .required = true, .about = "of an owner or moderator", .nullable = true},
    Field{.name = "from", .type = Type::instant, .required = true, .about = "its first instant"},
    Field{.name = "until", .type = Type::instant, .required = true, .about = "its end", .nullable = true},
};

constexpr std::array<std::string_view, 3> change_words{"add", "change", "remove"};
constexpr std::array load_change_fields{
    Field{.name = "change", .type = Type::word, .required = true, .about = "what happens to it", .words = change_words},
    Field{.name = "what", .required = true, .about = "team, person, term, list, subscription, denial"},
    Field{.name = "id", .required = true, .about = "which one"},
    Field{.name = "detail", .required = true, .about = "category: liaison -> operational"},
};
constexpr Schema load_change_schema{"LoadChange", load_change_fields, true};
constexpr std::array loaded_fields{
    Field{.name = "changes", .type = Type::objects, .required = true, .about = "none: it is so already", .of = &load_change_schema},
    Field{.name = "warnings", .type = Type::texts, .required = true, .about = "allowed, but said"},
};

constexpr std::array<std::string_view, 4> state_words{"queued", "running", "done", "failed"};
constexpr std::array job_fields{
    Field{.name = "id", .required = true, .about = "of /v1/jobs/{job}"},
    Field{.name = "what", .required = true, .about = "the operation that began it"},
    Field{.name = "state", .type = Type::word, .required = true, .about = "where it stands", .words = state_words},
    Field{.name = "done", .type = Type::integer, .required = true, .about = "items"},
    Field{.name = "total", .type = Type::integer, .required = true, .about = "items"},
    Field{.name = "began", .type = Type::instant, .required = true, .about = "when it was promised"},
    Field{.name = "ended", .type = Type::instant, .required = true, .about = "an hour later it is forgotten", .nullable = true},
    Field{.name = "result", .type = Type::anything, .required = true, .about = "what the operation answers, so far", .nullable = true},
    Field{.name = "because", .type = Type::prose, .required = true, .about = "of a failed one", .nullable = true},
};

}  // namespace

const Schema person_schema{"Person", person_fields, true};
const Schema list_schema{"List", list_fields, true};
const Schema subscription_schema{"Subscription", subscription_fields, true};
const Schema term_schema{"Term", term_fields, true};
const Schema loaded_schema{"Loaded", loaded_fields, true};
const Schema job_schema{"Job", job_fields, true};
const Schema team_schema{"Team", team_fields, true};

Json fact(const community::Team& team) {
    Json clearances = Json::array();
    for (const auto& c : team.clearances) {
        clearances.push_back({{"list", c.list.value}, {"label", community::name(c.label)}, {"decision", c.decision}});
    }
    return {{"id", team.id.value},
            {"name", team.name},
            {"category", team.category},
            {"subtype", maybe(team.subtype)},
            {"economy", maybe(team.economy)},
            {"since", maybe(team.since)},
            {"mou", maybe(team.mou)},
            {"clearances", clearances}};
}

Json fact(const community::Person& person, bool has_key) {
    return {{"id", person.id.value},
            {"name", person.name},
            {"team", person.team.value},
            {"addresses", person.addresses},
            {"representative", person.representative},
            {"has_key", has_key}};
}

Json fact(const community::List& list) {
    return {{"name", list.id.value},
            {"class", list.klass},
            {"charter", list.charter},
            {"default_tlp", list.default_tlp ? Json(community::name(*list.default_tlp)) : Json()},
            {"max_tlp", community::name(list.max_tlp)},
            {"encryption", community::name(list.encryption)},
            {"authentication", community::name(list.authentication)},
            {"posting", community::name(list.posting)},
            {"expires", maybe(list.expires)}};
}

Json fact(const ListId& list, const storage::Reader& reader) {
    return {{"list", list.value},
            {"person", reader.person.value},
            {"name", reader.name},
            {"team", reader.team.value},
            {"has_key", reader.has_key},
            {"delivery", community::name(reader.delivery)},
            {"since", to_string(reader.since)}};
}

Json fact(const community::Term& term) {
    return {{"role", term.role},
            {"person", term.person.value},
            {"list", maybe(term.list.value)},
            {"from", to_string(term.during.from)},
            {"until", maybe(term.during.until)}};
}

Json fact(const registry::Loaded& loaded) {
    Json changes = Json::array();
    for (const auto& change : loaded.changes) {
        changes.push_back({{"change", change_words.at(static_cast<std::size_t>(change.kind))},
                           {"what", change.what},
                           {"id", change.id},
                           {"detail", change.detail}});
    }
    return {{"changes", changes}, {"warnings", loaded.warnings}};
}

Json fact(const Job& job) {
    return {{"id", job.id},
            {"what", job.what},
            {"state", job.state},
            {"done", job.done},
            {"total", job.total},
            {"began", to_string(job.began)},
            {"ended", maybe(job.ended)},
            {"result", job.result},
            {"because", maybe(job.because)}};
}

}  // namespace caveat::http

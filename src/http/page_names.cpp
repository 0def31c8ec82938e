#include "page_names.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "caveat/community/hands.hpp"
#include "standing.hpp"

namespace caveat::http {
namespace {

constexpr std::array<std::string_view, 5> of_teams{"team", "sponsor", "visitor", "before_team", "chair"};
constexpr std::array<std::string_view, 7> of_people{"person", "holder", "by", "closed_by", "actor", "proposed_by", "created_by"};
constexpr access::Right people_read{access::Noun::people, access::Kind::read};

bool is_among(const auto& keys, std::string_view key) { return std::find(keys.begin(), keys.end(), key) != keys.end(); }

class Names {
public:
    Names(storage::Store& store, const access::Caller& caller) : store_(store), caller_(caller) {}

    void add_to(Json& json) {
        if (json.is_array()) {
            for (auto& item : json) add_to(item);
        }
        if (!json.is_object()) return;
        std::vector<std::pair<std::string, std::string>> named;
        for (auto& [key, value] : json.items()) {
            if (!value.is_string()) {
                add_to(value);
            } else if (is_among(of_teams, key)) {
                named.emplace_back(key, known(teams_, value.get<std::string>(), [&](const auto& id) { return of_team(TeamId{id}); }));
            } else if (key == "phase") {
                auto words = value.get<std::string>();
                std::replace(words.begin(), words.end(), '_', ' ');
                named.emplace_back(key, std::move(words));
            } else if (is_among(of_people, key)) {
                named.emplace_back(key, known(people_, value.get<std::string>(), [&](const auto& who) { return of_actor(who); }));
            }
        }
        for (auto& [key, name] : named) json[key + "_name"] = std::move(name);
    }

private:
    using Known = std::map<std::string, std::string>;

    std::string known(Known& all, const std::string& id, const auto& look_up) {
        const auto found = all.find(id);
        return found != all.end() ? found->second : all.emplace(id, look_up(id)).first->second;
    }

    std::string of_team(const TeamId& id) {
        const auto team = store_.directory().team(id);
        return team && !team->name.empty() ? team->name : id.value;
    }

    // "person orchid-rep" as the record has it, or the id alone.
    std::string of_actor(std::string_view who) {
        constexpr std::string_view of_person = "person ", of_operator = "operator ", of_token = "token ";
        if (const auto [doer, name] = community::doing_of(who); !name.empty())
            return fmt::format("{} (with a token in the name of {})", of_actor(doer), of_actor(name));
        if (who == "system") return "the server by itself";
        if (who.starts_with(of_operator)) return fmt::format("the operator of the server ({})", who.substr(of_operator.size()));
        if (who.starts_with(of_token)) return fmt::format("whoever holds token {}", who.substr(of_token.size()));
        const std::string id(who.substr(who.starts_with(of_person) ? of_person.size() : 0));
        const auto person = store_.directory().person(PersonId{id});
        if (!person) return id;
        const auto team = of_team(person->team);
        if (!access::may(caller_, people_read, object_of(*person))) return "somebody of " + team;
        return person->name.empty() ? id : fmt::format("{} ({})", person->name, team);
    }

    storage::Store& store_;
    const access::Caller& caller_;
    Known teams_;
    Known people_;
};

}  // namespace

void add_names(storage::Store& store, const access::Caller& caller, Json& answer) { Names(store, caller).add_to(answer); }

}  // namespace caveat::http

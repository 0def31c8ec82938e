// team, list: add, show, list, change, remove. Those of people and of rosters are in command_person.cpp and command_subscription.cpp.
#include "command_register.hpp"

namespace caveat::server {
namespace command_register {

Json told(const Team& team) {
    auto json = with_empty_texts(community::team_fields, fact(team));
    auto clearances = Json::array();
    for (const auto& c : team.clearances) clearances.push_back(fmt::format("{}={} ({})", c.list, community::name(c.label), c.decision));
    json["clearances"] = std::move(clearances);
    return json;
}

Json told(const List& list) { return fact(list); }

struct TeamOptions {
    std::string id, decision;
    FieldOptions<Team, community::team_fields.size()> fields{community::team_fields};
    std::vector<std::string> clearances;  // LIST=LABEL

    Result<void> apply(Team& team) const {
        if (auto applied = fields.apply(team); !applied) return applied;
        const auto& label_field = community::clearance_fields[1];
        for (const auto& text : clearances) {
            const auto equals = text.find('=');
            const auto label = equals == std::string::npos ? std::nullopt : community::tlp_from(text.substr(equals + 1));
            const bool ends = equals != std::string::npos && text.substr(equals + 1) == "none";
            if (!label && !ends)
                return fail(errc::invalid, "'{}' is not a clearance; write LIST=LABEL with one of {}, or LIST=none", text,
                            choices(label_field, ", "));
            const ListId list{text.substr(0, equals)};
            std::erase_if(team.clearances, [&](const auto& c) { return c.list == list; });
            if (label) team.clearances.push_back({list, *label, decision});
        }
        return {};
    }
};

struct ListOptions {
    std::string id, decision;
    bool yes = false;
    FieldOptions<List, community::list_fields.size()> fields{community::list_fields};

    Result<void> apply(List& list) const { return fields.apply(list); }
};

void add_team(CLI::App& app, Invocation& invocation) {
    add_noun<Team, TeamOptions>(app, invocation, "teams and partners",
                                {.name = "team",
                                 .id_label = "ID",
                                 .columns = columns_of(community::team_fields),
                                 .get = [](storage::Store& s, const std::string& id) { return s.directory().team(TeamId{id}); },
                                 .all = [](storage::Store& s) { return s.directory().teams(); },
                                 .fresh =
                                     [](const std::string& id) {
                                         Team t;
                                         t.id = TeamId{id};
                                         return t;
                                     },
                                 .add = [](registry::Registry& r, const community::Actor& by, const Team& t,
                                           const TeamOptions& o) { return r.add(by, t, o.decision); },
                                 .change = [](registry::Registry& r, const community::Actor& by, const Team& t,
                                              const TeamOptions& o) { return r.change(by, t, o.decision); },
                                 .remove = [](registry::Registry& r, const community::Actor& by,
                                              const TeamOptions& o) { return r.remove_team(by, TeamId{o.id}, o.decision); },
                                 .options =
                                     [](CLI::App* sub, TeamOptions& o) {
                                         o.fields.add_to(sub);
                                         sub->add_option("--clearance", o.clearances,
                                                         "LIST=LABEL, or LIST=none, by decision of the SC; one at a time");
                                         sub->add_option("--decision", o.decision, "of a clearance: the decision this carries out");
                                     },
                                 .removing =
                                     [](CLI::App* sub, TeamOptions& o) {
                                         sub->add_option("--decision", o.decision,
                                                         "none: a status ends by its revocation (application revoke) before the row goes");
                                     }});
}

void add_list(CLI::App& app, Invocation& invocation) {
    add_noun<List, ListOptions>(
        app, invocation, "lists",
        {.name = "list",
         .id_label = "NAME",
         .columns = columns_of(community::list_fields),
         .get = [](storage::Store& s, const std::string& id) { return s.rosters().list(ListId{id}); },
         .all = [](storage::Store& s) { return s.rosters().lists(); },
         .fresh = [](const std::string& id) { return community::new_list(ListId{id}); },
         .add = [](registry::Registry& r, const community::Actor& by, const List& l,
                   const ListOptions& o) { return r.add(by, l, o.decision); },
         .change = [](registry::Registry& r, const community::Actor& by, const List& l,
                      const ListOptions& o) { return r.change(by, l, o.decision); },
         .remove = [](registry::Registry& r, const community::Actor& by,
                      const ListOptions& o) { return r.remove_list(by, ListId{o.id}, o.decision); },
         .options =
             [](CLI::App* sub, ListOptions& o) {
                 o.fields.add_to(sub);
                 sub->add_option("--decision", o.decision,
                                 "the decision this carries out: of a new list, its class, charter and maximum, and less of anything");
             },
         .removing =
             [](CLI::App* sub, ListOptions& o) {
                 add_yes(sub, o.yes);
                 sub->add_option("--decision", o.decision, "the decision this carries out");
             },
         .sure =
             [](storage::Store& s, const List& l, const ListOptions& o) {
                 return confirmed(fmt::format("{} goes, with its roster of {} and its terms", l.id, s.rosters().subscribers(l.id)), o.yes);
             },
         .keyed = true});
}

}  // namespace command_register

void add_register_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_register;
    add_team(app, invocation);
    add_person(app, invocation);
    add_list(app, invocation);
    add_subscription(app, invocation);
}

}  // namespace caveat::server

#pragma once
// What the nouns of the register share: options for the fields of a row, and the five acts on one kind of thing.
#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caveat/facts/register.hpp"
#include "command.hpp"

namespace caveat::server::command_register {

using community::List;
using community::Person;
using community::Subscription;
using community::Team;
using facts::fact;

// The options of add and change, one for each field of the table; an option not given leaves its field as it is.
template <class Row, std::size_t n>
class FieldOptions {
public:
    explicit FieldOptions(const std::array<community::Field<Row>, n>& fields) : fields_(fields) {}

    // The id, the first, is no option.
    void add_to(CLI::App* sub) {
        for (std::size_t i = 1; i < n; ++i) {
            const auto& field = fields_[i];
            auto name = std::string(field.option.empty() ? field.name : field.option);
            std::replace(name.begin(), name.end(), '_', '-');
            auto about = std::string(field.about);
            if (field.type == community::FieldType::word) about += ": " + choices(field, " | ");
            auto& given = given_[i];
            if (field.type == community::FieldType::flag) {
                // Not into the optional itself: CLI11 would take it for a counter and begin with "not set" as a value.
                const auto set = [&given](std::int64_t count) { given.flag = count > 0; };
                sub->add_flag_function(fmt::format("--{0},!--no-{0}", name), set, about);
            } else if (field.type == community::FieldType::texts) {
                sub->add_option("--" + name, given.texts, about);
            } else {
                sub->add_option("--" + name, given.text, about);
            }
        }
    }
    [[nodiscard]] Result<void> apply(Row& row) const {
        for (std::size_t i = 1; i < n; ++i) {
            const auto value = read(fields_[i], given_[i]);
            if (!value) return tl::unexpected(value.error());
            if (*value) fields_[i].set(row, **value);
        }
        return {};
    }

private:
    struct Given {
        std::optional<bool> flag;
        std::optional<std::string> text;
        std::vector<std::string> texts;
    };
    static Result<std::optional<community::Value>> read(const community::FieldTraits& field, const Given& given) {
        if (given.flag) return community::Value{*given.flag};
        if (!given.texts.empty()) return community::Value{given.texts};
        if (!given.text) return std::nullopt;
        auto value = community::read_value(field, *given.text);
        if (!value) return tl::unexpected(value.error());
        return std::move(*value);
    }

    const std::array<community::Field<Row>, n>& fields_;
    std::array<Given, n> given_;
};

// In the order of the table, long text last.
template <class Row, std::size_t n>
std::vector<std::string> columns_of(const std::array<community::Field<Row>, n>& fields) {
    constexpr std::size_t most_in_a_column = 200;
    std::vector<std::string> names;
    for (const bool wide : {false, true}) {
        for (const auto& field : fields) {
            if ((field.type == community::FieldType::text && field.most > most_in_a_column) == wide) names.emplace_back(field.name);
        }
    }
    return names;
}

// As these commands have always said it.
[[nodiscard]] Json told(const Team& team);
[[nodiscard]] Json told(const Person& person);
[[nodiscard]] Json told(const List& list);

inline void add_yes(CLI::App* sub, bool& yes) { sub->add_flag("--yes", yes, "do not ask; needed where nobody can be asked"); }

// The five acts on one kind of thing. `get` returns one row, `all` every row.
template <class Thing, class Options>
struct Noun {
    const char* name;
    const char* id_label;
    std::vector<std::string> columns;
    std::function<std::optional<Thing>(storage::Store&, const std::string&)> get;
    std::function<std::vector<Thing>(storage::Store&)> all;
    std::function<Thing(const std::string&)> fresh;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Thing&, const Options&)> add;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Thing&, const Options&)> change;
    std::function<Result<void>(registry::Registry&, const community::Actor&, const Options&)> remove;
    std::function<void(CLI::App*, Options&)> options;
    std::function<void(CLI::App*, Options&)> removing = {};
    // Before it is taken out: what goes with it has to be meant.
    std::function<Result<void>(storage::Store&, const Thing&, const Options&)> sure = {};
    std::function<std::string(storage::Store&, const std::string&)> id_of = {};  // what else than an id names one: an address
    std::function<void(House&, const Thing&, Json&)> more = {};                  // to be shown of one
    std::function<void(House&, const Thing&)> changed = {};                      // to be said of one that was
    bool keyed = false;                                                          // what is added or changed may bring a key, or want one
};

template <class Thing, class Options>
void add_noun(CLI::App& app, Invocation& invocation, const char* help, Noun<Thing, Options> noun) {
    const auto options = std::make_shared<Options>();
    const auto n = std::make_shared<Noun<Thing, Options>>(std::move(noun));
    auto* top = app.add_subcommand(n->name, help);
    top->require_subcommand(1);
    const auto with_id = [&](const char* name, const char* what) {
        auto* sub = top->add_subcommand(name, what);
        sub->add_option(n->id_label, options->id, "id")->required();
        return sub;
    };
    auto* adding = with_id("add", "a new one");
    n->options(adding, *options);
    on(adding, invocation, [&invocation, n, options](House& house) -> Result<void> {
        Thing thing = n->fresh(options->id);
        if (auto applied = options->apply(thing); !applied) return applied;
        auto registry = house.registry();
        if (auto added = n->add(registry, invocation.actor(), thing, *options); !added) return added;
        if (n->keyed) look_after_keys(house, invocation.actor());
        return {};
    });
    auto* changing = with_id("change", "what the options say; the rest stays");
    n->options(changing, *options);
    on(changing, invocation, [&invocation, n, options](House& house) -> Result<void> {
        if (n->id_of) options->id = n->id_of(house.store(), options->id);
        auto thing = n->get(house.store(), options->id);
        if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
        if (auto applied = options->apply(*thing); !applied) return applied;
        auto registry = house.registry();
        if (auto changed = n->change(registry, invocation.actor(), *thing, *options); !changed) return changed;
        if (n->keyed) look_after_keys(house, invocation.actor());
        if (n->changed) n->changed(house, *thing);
        return {};
    });
    auto* removing = with_id("remove", "take it out; from then on it receives nothing, queued copies included");
    if (n->removing) n->removing(removing, *options);
    on(removing, invocation, [&invocation, n, options](House& house) -> Result<void> {
        if (n->id_of) options->id = n->id_of(house.store(), options->id);
        const auto thing = n->get(house.store(), options->id);
        if (thing && n->sure) {
            if (auto ok = n->sure(house.store(), *thing, *options); !ok) return ok;
        }
        auto registry = house.registry();
        return n->remove(registry, invocation.actor(), *options);
    });
    on(with_id("show", "all that is recorded"), invocation, [&invocation, n, options](House& house) -> Result<void> {
        if (n->id_of) options->id = n->id_of(house.store(), options->id);
        const auto thing = n->get(house.store(), options->id);
        if (!thing) return fail(errc::not_found, "there is no {} {}", n->name, options->id);
        auto json = told(*thing);
        if (n->more) n->more(house, *thing, json);
        invocation.print(json);
        return {};
    });
    on(top->add_subcommand("list", "all of them"), invocation, [&invocation, n](House& house) -> Result<void> {
        std::vector<Json> all;
        for (const auto& thing : n->all(house.store())) all.push_back(told(thing));
        invocation.print(all, n->columns);
        return {};
    });
}

void add_team(CLI::App& app, Invocation& invocation);
void add_person(CLI::App& app, Invocation& invocation);
void add_list(CLI::App& app, Invocation& invocation);
void add_subscription(CLI::App& app, Invocation& invocation);

}  // namespace caveat::server::command_register

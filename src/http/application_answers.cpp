#include "application_answers.hpp"

#include <algorithm>

namespace caveat::http {
namespace {

using committee::ApplicationFile;

enum class Side { desk, applicant, member };
constexpr std::array<std::string_view, 3> declared_sides{"desk", "applicant", "member"};

Side side_of(const Context& context, const ApplicationFile& file) {
    if (context.caller.reach(context.route.right) == access::Reach::all) return Side::desk;
    return context.caller.team == file.as_is.team ? Side::applicant : Side::member;
}

bool sponsors(const ApplicationFile& file, const TeamId& team) {
    const auto& all = file.as_is.sponsors;
    return std::any_of(all.begin(), all.end(), [&](const auto& s) { return s.team == team; });
}

// A sponsorship may be void because of a sanction, which the applicant must not learn.
void keep_reasons_back(Json& json) {
    for (auto& line : json["lapsed"]) {
        const auto& words = line.get_ref<const std::string&>();
        line = fmt::format("{} does not stand as a sponsor any more; needs another", words.substr(0, words.find(' ')));
    }
}

// As it was recorded: what became of sponsors since then would show in its phase and in what it lacks.
Json as_recorded(ApplicationFile file) {
    file.phase = conduct::phase_of(file.as_is);
    file.missing = conduct::missing(file.as_is);
    file.next = conduct::what_next(file.as_is);
    file.lapsed.clear();
    file.known.clear();
    return fact(file);
}

// Names, economy, constituency and contacts are for everybody (item 21); the rest of the form, the papers and the ballot are not.
Json open_part(const ApplicationFile& file, const TeamId& team) {
    auto json = as_recorded(file);
    auto& form = json["form"];
    for (auto field = form.begin(); field != form.end();) field = (*field)["visible"] == "public" ? std::next(field) : form.erase(field);
    for (const auto* list : {"documents", "ballots", "happened"}) json[list] = Json::array();
    json["ending"] = nullptr;
    const auto of_others = [&](const Json& row) { return row["team"] != team.value; };
    auto& all = json["sponsors"];
    auto& next = json["next"];
    // After the ballot was opened it also stands there which sponsorship was void by then.
    if (!conduct::takes_sponsors(file.phase)) all.erase(std::remove_if(all.begin(), all.end(), of_others), all.end());
    for (auto& sponsor : all) {
        if (of_others(sponsor)) sponsor["report"] = nullptr;
    }
    auto& mentors = json["mentors"];
    mentors.erase(std::remove_if(mentors.begin(), mentors.end(), of_others), mentors.end());
    next.erase(std::remove_if(next.begin(), next.end(), [](const Json& row) { return row["by"] != "member"; }), next.end());
    return json;
}

}  // namespace

access::Object object_of(const Context& context, const ApplicationFile& file) {
    access::Object object{.team = file.as_is.team};
    const auto team = context.store().directory().team(context.caller.team);
    if (!team || team->id == file.as_is.team || !context.offices.room.rules.is_member(team->category)) return object;
    object.known = conduct::takes_sponsors(file.phase) || sponsors(file, team->id);
    return object;
}

Json shown(const Context& context, const ApplicationFile& file) {
    const auto side = side_of(context, file);
    auto json = side == Side::member ? open_part(file, context.caller.team) : fact(file);
    if (side == Side::applicant) {
        keep_reasons_back(json);
        json.erase("known");  // what is remembered of whom is not for others
    }
    json["seen_as"] = declared_sides.at(static_cast<std::size_t>(side));
    return json;
}

Result<Answer> answered(const Context& context, const Result<ApplicationFile>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = shown(context, *done)};
}

}  // namespace caveat::http

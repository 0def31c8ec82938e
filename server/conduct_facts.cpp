// Decisions and cases as lines for reading.

#include <fmt/format.h>

#include "command_committee.hpp"
#include "private_file.hpp"

namespace caveat::server {
namespace {

std::string when(const conduct::Possible& possible) {
    if (possible.from && possible.until) return fmt::format("from {} until {}", to_string(*possible.from), to_string(*possible.until));
    if (possible.from) return fmt::format("from {}", to_string(*possible.from));
    if (possible.until) return fmt::format("until {}", to_string(*possible.until));
    return {};
}

// "appeal notice 3, by the party, until 2026-04-03T00:00:00Z"
std::string line_of(const conduct::Possible& possible) {
    std::string line = possible.act;
    if (possible.notice != 0) line += fmt::format(" on notice {}", possible.notice);
    line += fmt::format(", by the {}", possible.by);
    if (const auto times = when(possible); !times.empty()) line += ", " + times;
    if (!possible.needs.empty()) line += fmt::format(" (needs {})", possible.needs);
    return line;
}

std::string line_of(const committee::Event& event) {
    std::string line = fmt::format("{}  {:<8}  {}", to_string(event.at), event.act, event.what);
    line += fmt::format("  [{}", event.actor);
    if (!event.decision.empty()) line += ", by decision " + event.decision;
    return line + "]";
}

std::string line_of(const conduct::CaseDenial& denial) {
    const std::string until = denial.during.until ? to_string(*denial.during.until) : "further notice";
    return fmt::format("{} until {}: {} on {} (notice {}, decision {})", to_string(denial.during.from), until,
                       fmt::join(facts::words_of(denial.denied.verbs), ", "), denial.denied.resource, denial.notice, denial.decision);
}

std::string standing_of(const committee::CaseView& view) {
    std::string text(view.phase);
    if (view.notice != 0) text += fmt::format(", notice {}", view.notice);
    text += view.in_force ? "; access is denied" : "; nothing is denied at this moment";
    if (view.in_force && view.ends) text += fmt::format(" until {}", to_string(*view.ends));
    for (const int notice : view.open_appeals) text += fmt::format("; an appeal against notice {} is open", notice);
    if (view.must_lift) text += "; the panel's ruling binds the committee to lift";
    return text;
}

}  // namespace

Result<committee::Paper> read_paper(const std::filesystem::path& file) {
    if (file.empty()) return committee::Paper{};
    auto bytes = read_file(file);
    if (!bytes) return tl::unexpected(bytes.error());
    if (bytes->empty()) return fail(errc::invalid, "{} is empty; hand in the document itself", file.string());
    return committee::Paper{file.filename().string(), std::move(*bytes)};
}

Result<void> put_paper(const Invocation& invocation, const std::pair<committee::PaperFacts, committee::Paper>& found,
                       const std::filesystem::path& out) {
    const auto& [facts, paper] = found;
    if (!out.empty()) return write_private(out, paper.bytes);
    if (invocation.json)
        invocation.print(facts::fact(facts, paper));
    else
        std::fwrite(paper.bytes.data(), 1, paper.bytes.size(), stdout);
    return {};
}

Json minutes(const committee::Decision& d) {
    auto json = fact(d);
    Json votes = Json::array();
    for (const auto& v : json["votes"])
        votes.push_back(fmt::format("{}  {}: {}, recorded by {}", v["at"].get<std::string>(), v["team"].get<std::string>(),
                                    v["choice"].get<std::string>(), v["by"].get<std::string>()));
    json["votes"] = votes;
    if (d.ballot.attendance)
        json["meeting"] =
            fmt::format("{}{}, present: {}", to_string(d.ballot.attendance->at), d.ballot.attendance->face_to_face ? ", face to face" : "",
                        fmt::join(d.ballot.attendance->present, ", "));
    if (d.petition) json["petition"] = d.petition->why;
    json.erase("tally");  // the sentence says it
    json.erase("set");    // and so does `decides`
    if (json["decides"].is_null()) json.erase("decides");
    return json;
}

Json timeline(const committee::CaseView& view) {
    const auto lines = [](const auto& all) {
        Json texts = Json::array();
        for (const auto& one : all) texts.push_back(line_of(one));
        return texts;
    };
    Json json{{"case", view.id}, {"team", view.team.value}, {"clause", view.clause}};
    json["happened"] = lines(view.happened);
    json["now"] = standing_of(view) + (view.closing.empty() ? "" : ": " + view.closing);
    json["next"] = lines(view.next);
    json["denied"] = lines(view.denials);
    return json;
}

Result<std::optional<Instant>> read_time(const std::string& text) {
    if (text.empty()) return std::nullopt;
    const auto at = parse_instant(text);
    if (!at) return tl::unexpected(at.error());
    return *at;
}

}  // namespace caveat::server

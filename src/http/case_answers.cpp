#include "case_answers.hpp"

#include <algorithm>
#include <charconv>

namespace caveat::http {
namespace {

constexpr std::string_view name(Eyes eyes) { return eyes == Eyes::committee ? "committee" : eyes == Eyes::party ? "party" : "panel"; }

// Opening a notice is service (ruling d). Until then its party learns that there is one, and not what it says.
void close_unopened(Json& json, const conduct::Case& c) {
    for (const auto& notice : c.notices) {
        if (conduct::served(notice)) continue;
        for (auto& brief : json["notices"]) {
            if (brief["number"] != notice.number) continue;
            for (const auto* said : {"denies", "effect_from", "effect_until"}) brief.erase(said);
        }
        for (auto& event : json["happened"]) {
            const auto& act = event["act"];
            const bool issued = act == "issue" || act == "sanction" || act == "renew";
            if (issued && event["at"] == to_string(notice.issued))
                event["what"] = fmt::format("notice {}; open it to read it", notice.number);
        }
    }
}

}  // namespace

Json shown_in_list(const Context& context, const committee::CaseFile& file) {
    const auto eyes = eyes_on(context, file.as_is);
    auto json = fact(file);
    json["seen_as"] = name(eyes);
    if (eyes == Eyes::party) close_unopened(json, file.as_is);
    return json;
}

Json shown(const Context& context, const committee::CaseFile& file) {
    auto json = shown_in_list(context, file);
    auto letters = committee::letters(context.store(), file.as_is.id);
    // What was told to all members, and what their relays said, is no business of the party.
    if (eyes_on(context, file.as_is) != Eyes::committee) {
        std::erase_if(letters, [](const committee::Letter& letter) { return letter.purpose != "notice"; });
    }
    json["letters"] = facts(letters);
    return json;
}

Result<Answer> answered(const Context& context, const Result<committee::CaseFile>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = shown(context, *done), .location = "/v1/cases/" + done->as_is.id};
}

const conduct::Notice* notice_here(const Context& context, const conduct::Case& c) {
    const auto& text = context.param(1);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return nullptr;
    const auto found = std::find_if(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.number == number; });
    return found == c.notices.end() ? nullptr : &*found;
}

}  // namespace caveat::http

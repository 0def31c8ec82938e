#include "caveat/community/caveats.hpp"

#include <fmt/format.h>

namespace caveat::community {
namespace {

struct Flag {
    bool Caveats::*set;
    std::string_view stored;
    std::string_view said;
};
constexpr std::array flags{
    Flag{&Caveats::sealed_only, "sealed_only", "only to be sent encrypted to its reader"},
    Flag{&Caveats::author_withheld, "author_withheld", "its author is not named"},
    Flag{&Caveats::no_attribution, "no_attribution", "no attribution"},
    Flag{&Caveats::restricted, "restricted", "further restrictions stand behind its label"},
    Flag{&Caveats::author_unproven, "author_unproven", "nothing proved that its author wrote it"},
    Flag{&Caveats::sending_unproven, "sending_unproven", "nothing proved that its author sent it here"},
};

void take(Caveats& caveats, std::string_view word) {
    const auto equals = std::min(word.find('='), word.size());
    const auto key = word.substr(0, equals);
    const auto value = word.substr(std::min(equals + 1, word.size()));
    if (key == "pap") caveats.pap = spelled<Pap>(value);
    if (key == "section") {
        if (const auto label = tlp_from(value)) caveats.sections.push_back(*label);
    }
    if (key == "embargo") {
        if (const auto until = parse_instant(value)) caveats.embargo = *until;
    }
    for (const auto& flag : flags) {
        if (word == flag.stored) caveats.*flag.set = true;
    }
}

}  // namespace

std::vector<std::string> in_words(const Caveats& caveats) {
    std::vector<std::string> words;
    if (caveats.pap) words.push_back(fmt::format("PAP:{}", name(*caveats.pap)));
    if (caveats.embargo) words.push_back("under embargo until " + to_string(*caveats.embargo));
    for (const auto& flag : flags) {
        if (caveats.*flag.set) words.emplace_back(flag.said);
    }
    std::string sections;
    for (const auto label : caveats.sections) sections.append(sections.empty() ? "sections of " : ", ").append(name(label));
    if (!sections.empty()) words.push_back(std::move(sections));
    return words;
}

std::string to_text(const Caveats& caveats) {
    std::string text;
    const auto add = [&](std::string_view word) { text.append(text.empty() ? "" : " ").append(word); };
    if (caveats.pap) add(fmt::format("pap={}", name(*caveats.pap)));
    if (caveats.embargo) add("embargo=" + to_string(*caveats.embargo));
    for (const auto& flag : flags) {
        if (caveats.*flag.set) add(flag.stored);
    }
    for (const auto label : caveats.sections) add(fmt::format("section={}", name(label)));
    return text;
}

Caveats caveats_from(std::string_view text) {
    Caveats caveats;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        take(caveats, text.substr(at, end - at));
        at = end + 1;
    }
    return caveats;
}

}  // namespace caveat::community

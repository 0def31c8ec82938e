// What a reply says that may confirm. Robots often bear no mark of one, and who never asked answers "no" before they read on, in whatever
// language: so what is not understood confirms nothing.
#include <algorithm>
#include <array>
#include <string>

#include "caveat/ascii.hpp"
#include "caveat/commands/words.hpp"
#include "caveat/mail/as_meant.hpp"

namespace caveat::commands {
namespace {

// As the letter asks for it. "ok" and "yes" are what people begin any answer with, and "please confirm" asks.
constexpr auto confirming = std::to_array<std::string_view>({"confirm", "confirmed", "i confirm"});

constexpr auto of_robots = std::to_array<std::string_view>({"automatic reply",
                                                            "automatic response",
                                                            "autoreply",
                                                            "auto-reply",
                                                            "auto reply",
                                                            "auto:",
                                                            "autoresponse",
                                                            "auto response",
                                                            "autosvar",
                                                            "out of office",
                                                            "out-of-office",
                                                            "out of the office",
                                                            "ooo:",
                                                            "vacation",
                                                            "on leave",
                                                            "abwesend",
                                                            "automatische",
                                                            "réponse automatique",
                                                            "respuesta automática",
                                                            "risposta automatica",
                                                            "自动",
                                                            "自動",
                                                            "자동",
                                                            "ตอบกลับอัตโนมัติ"});

std::string_view bare(std::string_view text) {
    constexpr std::string_view around = " \t\r\n.,;:!*_()\"";
    const auto first = text.find_first_not_of(around);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(around) + 1 - first);
}

// In small letters, the first line that is neither blank nor quoted.
std::string first_own_line(std::string_view text) {
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = bare(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.front() != '>') return ascii::lower(line);
    }
    return {};
}

bool begins_like_a_robots(std::string_view subject) {
    const auto small = ascii::lower(bare(subject));
    return std::any_of(of_robots.begin(), of_robots.end(), [&](auto one) { return small.starts_with(one); });
}

}  // namespace

bool says_so(std::string_view text) {
    const auto line = first_own_line(mail::with_plain_signs(text));
    return std::find(confirming.begin(), confirming.end(), line) != confirming.end();
}

Said said_in(std::string_view subject, std::string_view text) {
    if (says_so(text)) return Said::yes;
    return begins_like_a_robots(subject) ? Said::robot : Said::unclear;
}

}  // namespace caveat::commands

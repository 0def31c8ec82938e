#include "command.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "caveat/ascii.hpp"
#include "replies.hpp"

namespace caveat::smtp {
namespace {

struct Word {
    std::string_view spelling;
    Verb verb;
};
constexpr std::array words{
    Word{"HELO", Verb::helo},      Word{"EHLO", Verb::ehlo},       Word{"LHLO", Verb::lhlo},       Word{"MAIL", Verb::mail},
    Word{"RCPT", Verb::rcpt},      Word{"DATA", Verb::data},       Word{"RSET", Verb::rset},       Word{"NOOP", Verb::noop},
    Word{"QUIT", Verb::quit},      Word{"VRFY", Verb::vrfy},       Word{"HELP", Verb::help},       Word{"EXPN", Verb::known},
    Word{"STARTTLS", Verb::known}, Word{"AUTH", Verb::known},      Word{"BDAT", Verb::known},      Word{"ETRN", Verb::known},
    Word{"TURN", Verb::known},     Word{"GET", Verb::foreign},     Word{"POST", Verb::foreign},    Word{"PUT", Verb::foreign},
    Word{"HEAD", Verb::foreign},   Word{"OPTIONS", Verb::foreign}, Word{"CONNECT", Verb::foreign},
};

std::string_view trim(std::string_view text) {
    return ascii::trim(text, [](char c) { return c == ' '; });
}

// Takes "FROM:" off the front. Blanks behind the colon are wrong and common; they cannot be misread.
bool take_keyword(std::string_view& rest, std::string_view keyword) {
    if (!ascii::starts_with(rest, keyword)) return false;
    rest = trim(rest.substr(keyword.size()));
    return true;
}

struct Parameter {
    std::string_view keyword;
    std::string_view value;
    bool has_value = false;
};

Parameter take_parameter(std::string_view& rest) {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto text = rest.substr(0, end);
    rest = trim(rest.substr(end));
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return {text, {}, false};
    return {text.substr(0, equals), text.substr(equals + 1), true};
}

std::optional<std::uint64_t> declared_size(const Parameter& parameter) {
    std::uint64_t size = 0;
    const char* end = parameter.value.data() + parameter.value.size();
    const auto [stop, trouble] = std::from_chars(parameter.value.data(), end, size);
    if (parameter.value.empty() || stop != end) return std::nullopt;
    // RFC 1870 allows 20 digits, more than 64 bits hold: too big for us in any case.
    if (trouble == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
    if (trouble != std::errc()) return std::nullopt;
    return size;
}

// The first complaint about the parameters of MAIL, or an empty one.
Complaint read_parameters(std::string_view rest, Mail& mail) {
    bool sized = false, bodied = false;
    while (!rest.empty()) {
        const auto parameter = take_parameter(rest);
        if (ascii::equal(parameter.keyword, "SIZE")) {
            const auto size = declared_size(parameter);
            if (!size || std::exchange(sized, true)) return reply::bad_parameter;
            mail.size = *size;
        } else if (ascii::equal(parameter.keyword, "BODY")) {
            const bool known = ascii::equal(parameter.value, "7BIT") || ascii::equal(parameter.value, "8BITMIME");
            if (!known || std::exchange(bodied, true)) return reply::bad_parameter;
        } else if (ascii::equal(parameter.keyword, "SMTPUTF8")) {
            if (parameter.has_value || std::exchange(mail.smtputf8, true)) return reply::bad_parameter;
        } else {
            return reply::unknown_parameter;
        }
    }
    return {};
}

}  // namespace

Command read_command(std::string_view line) {
    const auto end = std::min(line.find(' '), line.size());
    const auto spelling = line.substr(0, end);
    const auto word = std::find_if(words.begin(), words.end(), [&](const Word& w) { return ascii::equal(w.spelling, spelling); });
    return {word == words.end() ? Verb::unknown : word->verb, trim(line.substr(end))};
}

std::variant<Mail, Complaint> read_mail(std::string_view argument, bool extended) {
    if (!take_keyword(argument, "FROM:")) return reply::mail_form;
    auto from = take_path(argument);
    if (!from || (from->domain.empty() && !from->null())) return reply::bad_sender;
    if (!argument.empty() && !argument.starts_with(' ')) return reply::bad_sender;
    Mail mail{std::move(*from)};
    argument = trim(argument);
    if (!argument.empty() && !extended) return reply::unknown_parameter;
    if (const auto complaint = read_parameters(argument, mail); !complaint.empty()) return complaint;
    if (!mail.smtputf8 && !mail.from.is_ascii()) return reply::needs_smtputf8;
    return mail;
}

std::variant<Rcpt, Complaint> read_rcpt(std::string_view argument) {
    if (!take_keyword(argument, "TO:")) return reply::rcpt_form;
    auto to = take_path(argument);
    if (!to || to->null()) return reply::bad_recipient;
    // Every host has a postmaster (RFC 5321 §4.5.1); any other address needs its domain.
    if (to->domain.empty() && !ascii::equal(to->local, "postmaster")) return reply::bad_recipient;
    if (!argument.empty() && !argument.starts_with(' ')) return reply::bad_recipient;
    if (!trim(argument).empty()) return reply::unknown_parameter;
    return Rcpt{std::move(*to)};
}

bool is_client_name(std::string_view argument) {
    return !argument.empty() && argument.size() <= 255 &&
           std::all_of(argument.begin(), argument.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace caveat::smtp

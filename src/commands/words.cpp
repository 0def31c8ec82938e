#include "caveat/commands/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "caveat/ascii.hpp"
#include "caveat/mail/as_meant.hpp"

namespace caveat::commands {
namespace {

constexpr std::string_view key_begins = "-----BEGIN PGP PUBLIC KEY BLOCK-----", key_ends = "-----END PGP PUBLIC KEY BLOCK-----";
constexpr std::size_t most_words = 5;

struct Spelled {
    Verb verb;
    std::array<std::string_view, 2> words;  // the second may be empty
    std::string_view form;                  // how it is written
};
// The first of a verb is how we write it.
constexpr std::array<Spelled, 15> spellings{{
    {Verb::help, {"help"}, "help"},
    {Verb::lists, {"lists"}, "lists"},
    {Verb::lists, {"which"}, "lists"},
    {Verb::lists, {"subscriptions"}, "lists"},
    {Verb::subscribe, {"subscribe"}, "subscribe [LIST] [each|digest|none]"},
    {Verb::subscribe, {"join"}, "subscribe [LIST] [each|digest|none]"},
    {Verb::unsubscribe, {"unsubscribe"}, "unsubscribe [LIST]"},
    {Verb::unsubscribe, {"leave"}, "unsubscribe [LIST]"},
    {Verb::unsubscribe, {"signoff"}, "unsubscribe [LIST]"},
    {Verb::get_key, {"get", "key"}, "get key"},
    {Verb::get_key, {"sendkey"}, "get key"},
    {Verb::set_key, {"set", "key"}, "set key"},
    {Verb::vote, {"vote"}, "vote DECISION yes|no|abstain"},
    {Verb::acknowledge, {"acknowledge"}, "acknowledge CASE NOTICE"},
    {Verb::acknowledge, {"ack"}, "acknowledge CASE NOTICE"},
}};
constexpr std::array<std::string_view, 3> endings{"end", "quit", "stop"};

std::string_view trimmed(std::string_view text) {
    return ascii::trim(text, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

// At most one more than any command has.
std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (line = trimmed(line); !line.empty() && words.size() <= most_words; line = trimmed(line)) {
        const auto end = std::min(line.find_first_of(" \t"), line.size());
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
    return words;
}

const Spelled& spelling_of(Verb verb) {
    return *std::find_if(spellings.begin(), spellings.end(), [&](const Spelled& one) { return one.verb == verb; });
}

// The verb with which the words begin, and how many of them it takes.
const Spelled* verb_in(const std::vector<std::string_view>& words, std::size_t& taken) {
    for (const auto& one : spellings) {
        const std::size_t count = one.words[1].empty() ? 1 : 2;
        if (words.size() < count) continue;
        const auto is = [&](std::size_t at) { return ascii::lower(words[at]) == one.words[at]; };
        if (!is(0) || (count == 2 && !is(1))) continue;
        taken = count;
        return &one;
    }
    return nullptr;
}

bool take_lists_arguments(Command& command, const std::vector<std::string_view>& rest, bool with_delivery) {
    if (rest.size() > (with_delivery ? 2U : 1U)) return false;
    for (const auto word : rest) {
        const auto small = ascii::lower(word);
        const auto delivery = with_delivery ? community::delivery_mode_from(small) : std::nullopt;
        if (delivery && !command.delivery) {
            command.delivery = delivery;
        } else if (!delivery && command.list.value.empty() && !command.delivery && is_short_name(word)) {
            command.list = ListId{small};
        } else {
            return false;
        }
    }
    return true;
}

bool take_arguments(Command& command, const std::vector<std::string_view>& rest) {
    switch (command.verb) {
        case Verb::help:
        case Verb::lists:
        case Verb::get_key:
        case Verb::set_key:
            return rest.empty();
        case Verb::subscribe:
        case Verb::unsubscribe:
            return take_lists_arguments(command, rest, command.verb == Verb::subscribe);
        case Verb::vote:
            if (rest.size() != 2 || !is_short_name(rest[0])) return false;
            command.subject = rest[0];
            command.choice = conduct::choice_from(ascii::lower(rest[1]));
            return command.choice.has_value();
        case Verb::acknowledge: {
            if (rest.size() != 2 || !is_short_name(rest[0])) return false;
            command.subject = rest[0];
            const auto [end, error] = std::from_chars(rest[1].data(), rest[1].data() + rest[1].size(), command.notice);
            return error == std::errc{} && end == rest[1].data() + rest[1].size() && command.notice > 0 && command.notice < 1000;
        }
    }
    return false;
}

class Lines {
public:
    explicit Lines(std::string_view text) : left_(text) {}
    // Without its end; none: there are no more.
    std::optional<std::string_view> next() {
        if (left_.empty()) return std::nullopt;
        const auto end = std::min(left_.find('\n'), left_.size());
        auto line = left_.substr(0, end);
        left_.remove_prefix(std::min(end + 1, left_.size()));
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        ++number_;
        return line;
    }
    [[nodiscard]] std::size_t number() const { return number_; }

private:
    std::string_view left_;
    std::size_t number_ = 0;
};

// The lines of a key behind its first one.
Result<std::string> read_key(Lines& lines) {
    std::string armour = std::string(key_begins) + "\n";
    while (const auto line = lines.next()) {
        armour.append(trimmed(*line)).append("\n");
        if (armour.size() > longest_key) return fail(errc::limit, "the key has more than {} bytes", longest_key);
        if (trimmed(*line) == key_ends) return armour;
    }
    return fail(errc::invalid, "the key has no end: its last line is {}", key_ends);
}

Result<Command> read_command(std::string_view line, std::size_t number) {
    const auto not_one = [&](std::string_view form) {
        if (!form.empty()) return fail(errc::invalid, "line {} is no command; write: {}", number, form);
        return fail(
            errc::invalid,
            "line {} is no command; begin the text with your commands, one a line, and where something is put below them write \"end\" "
            "in a line behind the last one",
            number);
    };
    if (line.size() > longest_command) return not_one("");
    const auto words = words_of(line);
    std::size_t taken = 0;
    const auto* spelled = verb_in(words, taken);
    if (spelled == nullptr) return not_one("");
    Command command{.verb = spelled->verb};
    const std::vector rest(words.begin() + static_cast<std::ptrdiff_t>(taken), words.end());
    if (!take_arguments(command, rest)) return not_one(spelled->form);
    return command;
}

bool sets_key(const std::vector<Command>& commands) {
    return std::any_of(commands.begin(), commands.end(), [](const Command& one) { return one.verb == Verb::set_key; });
}

// A key belongs to the "set key" above it.
Result<void> take_key(std::vector<Command>& commands, Lines& lines) {
    const auto number = lines.number();
    auto armour = read_key(lines);
    if (!armour) return tl::unexpected(armour.error());
    if (commands.empty() || commands.back().verb != Verb::set_key || !commands.back().armour.empty()) {
        return fail(errc::invalid, "in line {} a key begins; write \"set key\" in a line above it", number);
    }
    commands.back().armour = std::move(*armour);
    return {};
}

}  // namespace

Result<std::vector<Command>> read_commands(std::string_view text) {
    std::vector<Command> commands;
    Lines lines(text);
    std::size_t read = 0;
    while (const auto line = lines.next()) {
        if (++read > most_lines_of_commands) {
            return fail(errc::limit, "more than {} lines; write \"end\" in a line below the commands", most_lines_of_commands);
        }
        // An HTML-only line ends with a no-break space; in Japanese one types full-width letters.
        const auto plain = mail::with_plain_signs(*line);
        const auto said = trimmed(plain);
        // "-- " without its blank is what many programs make of it.
        if (said == "--" || std::find(endings.begin(), endings.end(), ascii::lower(said)) != endings.end()) break;
        if (said.empty() || said.front() == '>') continue;
        if (said == key_begins) {
            if (auto taken = take_key(commands, lines); !taken) return tl::unexpected(taken.error());
            continue;
        }
        auto command = read_command(said, lines.number());
        if (!command) return tl::unexpected(command.error());
        if (command->verb == Verb::set_key && sets_key(commands)) return fail(errc::limit, "more than one key in one mail");
        if (commands.size() == most_commands) return fail(errc::limit, "more than {} commands in one mail", most_commands);
        commands.push_back(std::move(*command));
    }
    if (commands.empty()) return fail(errc::not_found, "there is no command in it");
    return commands;
}

std::string text_of(const Command& command) {
    const auto& spelled = spelling_of(command.verb);
    std::string text(spelled.words[0]);
    if (!spelled.words[1].empty()) text += fmt::format(" {}", spelled.words[1]);
    if (!command.list.value.empty()) text += " " + command.list.value;
    if (command.delivery) text += fmt::format(" {}", name(*command.delivery));
    if (!command.subject.empty()) text += " " + command.subject;
    if (command.choice) text += fmt::format(" {}", name(*command.choice));
    if (command.notice > 0) text += fmt::format(" {}", command.notice);
    text += "\n";
    return text + command.armour;
}

std::string text_of(const std::vector<Command>& commands) {
    std::string text;
    for (const auto& command : commands) text += text_of(command);
    return text;
}

bool needs_proof(Verb verb) { return verb != Verb::help && verb != Verb::get_key; }

bool needs_signature(Verb verb) { return verb == Verb::vote || verb == Verb::acknowledge || verb == Verb::set_key; }

}  // namespace caveat::commands

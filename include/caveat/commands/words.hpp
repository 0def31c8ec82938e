#pragma once
// What somebody writes to list+request@: commands, one a line, in plain text. Pure, linear, any thread; the text is anybody's. Source:
// interface "Mail addresses of list"; the verbs are those of the field (Mailman, Schleuder), and few.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/list.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::commands {

enum class Verb : std::uint8_t {
    help,
    lists,        // those the sender is on
    subscribe,    // or another delivery mode
    unsubscribe,  // off the roster
    get_key,      // the list's public key
    set_key,      // the sender's own, which stands below it or comes attached
    vote,         // the team's, in a ballot
    acknowledge,  // a notice of a case was received (ruling d)
};

struct Command {
    Verb verb{};
    ListId list = {};                                      // empty: the one whose address it was sent to
    std::optional<community::DeliveryMode> delivery = {};  // of subscribe
    std::string subject = {};                              // of vote: the decision; of acknowledge: the case
    std::optional<conduct::Choice> choice = {};            // of vote
    int notice = 0;                                        // of acknowledge
    std::string armour = {};                               // of set_key; empty: it comes attached
    bool operator==(const Command&) const = default;
};

inline constexpr std::size_t most_commands = 10;
inline constexpr std::size_t longest_command = 200;         // bytes of a line
inline constexpr std::size_t longest_key = 64U << 10;       // bytes of an armoured key
inline constexpr std::size_t most_lines_of_commands = 200;  // blank and quoted ones counted, those of a key not

// Full-width letters are as the ASCII ones, and a no-break space is a blank. Up to a line "end" or the delimiter of a signature ("-- ");
// blank lines and quoted ones (">") say nothing. All or nothing: one line that is no command, and there is none. errc::invalid,
// errc::limit: which line, and what to write instead; it quotes nothing of the mail. No command at all is errc::not_found.
[[nodiscard]] Result<std::vector<Command>> read_commands(std::string_view text);

// The command as it is written; a key in lines of its own. read_commands reads the same from it.
[[nodiscard]] std::string text_of(const Command& command);
[[nodiscard]] std::string text_of(const std::vector<Command>& commands);

// Whether it changes anything, or tells what only the sender may know.
[[nodiscard]] bool needs_proof(Verb verb);
// Whether only a signature will do: what speaks for a team, and a key.
[[nodiscard]] bool needs_signature(Verb verb);

// What a reply to "confirm what you asked for" says, by its subject and the first line of its text that is neither blank nor quoted.
enum class Said : std::uint8_t {
    yes,      // the line is "confirm" or "I confirm", and nothing else
    unclear,  // whatever else, in whatever language, be it nothing: only its author knows what they meant
    robot,    // the same, and its subject begins like that of an automatic reply
};
[[nodiscard]] Said said_in(std::string_view subject, std::string_view text);
// Whether it is a yes: no robot writes that.
[[nodiscard]] bool says_so(std::string_view text);

}  // namespace caveat::commands

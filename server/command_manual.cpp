// manual and completion: the page caveat(1) and what bash offers behind a word, both made of the commands themselves, so that they are
// true. `cmake --install` puts both where they are looked for.
#include "command.hpp"

namespace caveat::server {
namespace command_manual {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

// Every command with the words that lead to it: "person", "person add".
void each_command(const CLI::App& app, const std::string& path, const std::function<void(const CLI::App&, const std::string&)>& see) {
    for (const auto* sub : commands_of(app)) {
        const auto own = path.empty() ? sub->get_name() : path + ' ' + sub->get_name();
        see(*sub, own);
        each_command(*sub, own, see);
    }
}

// A text within roff: no sign of it is a command, and a "-" is one that can be searched for and copied.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else if (c == '\n')
            out += "\n.br\n";
        else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n'))
            out += std::string("\\&") + c;
        else
            out += c;
    }
    return out;
}

std::string options_of(const CLI::App& app) {
    std::string out;
    for (const auto* option : app.get_options()) {
        const bool positional = option->get_positional();
        if (!positional && option->check_lname("help")) continue;
        const auto name = positional ? option->get_name(true) : "--" + option->get_lnames().front();
        const auto value = !positional && option->get_items_expected_max() > 0 ? " VALUE" : "";
        out += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(name), value, roff(option->get_description()));
    }
    return out;
}

std::string usage_of(const CLI::App& app, const std::string& path) {
    auto usage = "caveat " + path;
    for (const auto* option : app.get_options()) {
        if (option->get_positional()) usage += option->get_required() ? " " + option->get_name(true) : " [" + option->get_name(true) + "]";
    }
    return usage;
}

std::string page(const CLI::App& app) {
    auto out = fmt::format(".TH CAVEAT 1 \"\" \"caveat {}\" \"User Commands\"\n.SH NAME\ncaveat \\- {}\n", CAVEAT_VERSION,
                           roff("mailing lists and confidential sharing for trust communities"));
    out += ".SH SYNOPSIS\n.B caveat\n[\\-\\-config FILE] [\\-\\-json] COMMAND [ARGUMENTS]\n.SH OPTIONS\n" + options_of(app);
    out += ".SH COMMANDS\n";
    each_command(app, {}, [&out](const CLI::App& sub, const std::string& path) {
        if (!commands_of(sub).empty()) {
            out += fmt::format(".SS {}\n{}\n", roff(path), roff(sub.get_description()));
            return;
        }
        out += fmt::format(".SS {}\n{}\n{}", roff(usage_of(sub, path)), roff(sub.get_description()), options_of(sub));
        if (!sub.get_footer().empty()) out += fmt::format(".PP\n{}\n", roff(sub.get_footer()));
    });
    out += ".SH EXIT STATUS\n0: done. 1: refused by a rule, and the reason is printed. 2: wrong usage or bad input. 75: try again.\n";
    out +=
        ".SH FILES\n.TP\n/etc/caveat/caveat.toml\nthe configuration; example.toml in the folder of the documentation has every key with "
        "its default\n";
    return out;
}

// The words that may follow those of `path`: commands, and options.
std::string words_behind(const CLI::App& app) {
    std::string words;
    for (const auto* sub : commands_of(app)) words += sub->get_name() + ' ';
    for (const auto* option : app.get_options()) {
        for (const auto& name : option->get_lnames()) words += "--" + name + ' ';
    }
    if (!words.empty()) words.pop_back();
    return words;
}

std::string completion(const CLI::App& app) {
    std::string paths, words = fmt::format("    '') words='{}' ;;\n", words_behind(app));
    each_command(app, {}, [&](const CLI::App& sub, const std::string& path) {
        paths += fmt::format("{}' {}'", paths.empty() ? "" : "|", path);
        words += fmt::format("    ' {}') words='{} --json' ;;\n", path, words_behind(sub));
    });
    return fmt::format(R"(# bash completion for caveat; made by `caveat completion`
_caveat() {{
  local path= word words= i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    [[ $word == --config ]] && {{ ((i++)); continue; }}
    case "$path $word" in {}) path="$path $word" ;; esac
  done
  case $path in
{}  esac
  [[ ${{COMP_WORDS[COMP_CWORD - 1]}} == --config ]] && words=
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}")
}}
complete -o default -F _caveat caveat
)",
                       paths, words);
}

}  // namespace command_manual

void add_manual_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_manual;
    const auto print = [&](const char* name, const char* about, std::string (*made)(const CLI::App&)) {
        on(app.add_subcommand(name, about), invocation, [&app, made]() -> Result<void> {
            const auto text = made(app);
            std::fwrite(text.data(), 1, text.size(), stdout);
            return {};
        });
    };
    print("manual", "this as a page for man: caveat manual | man -l -", page);
    print("completion", "for bash: source <(caveat completion)", completion);
}

}  // namespace caveat::server

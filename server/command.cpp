#include "command.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdio>

#include "caveat/mail/message.hpp"
#include "caveat/printable.hpp"
#include "caveat/storage/reserve.hpp"

namespace caveat::server {
namespace {

std::string as_text(const Json& value) {
    if (value.is_null()) return "-";
    if (value.is_string()) return value.get<std::string>();
    if (value.is_array()) {
        std::string text;
        for (const auto& item : value) text += (text.empty() ? "" : "; ") + as_text(item);
        return text.empty() ? "-" : text;
    }
    return facts::dumped(value);
}

// "sent: 3, failed: 0"
std::string as_words(const Json& object) {
    std::string text;
    for (const auto& [key, part] : object.items()) text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", key, as_text(part));
    return text.empty() ? "-" : text;
}

std::size_t width(std::string_view utf8) {
    std::size_t n = 0;
    for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    return n;
}

void line(const std::string& text) { std::fputs((text + "\n").c_str(), stdout); }

}  // namespace

Result<House> Invocation::house() const {
    const auto read = config();
    if (!read) return tl::unexpected(read.error());
    auto house = House::open(*read);
    if (house) storage::spend_reserve_for_acts(house->store());
    if (house && !house->undecided().empty()) {
        warn(fmt::format("{} changes hard numbers without a decision, and the adopted book stays in force: {}", read->policy.string(),
                         fmt::join(house->undecided(), "; ")));
    }
    return house;
}

access::Caller Invocation::caller() const {
    const passwd* user = ::getpwuid(::getuid());
    return access::Access::local_operator(user != nullptr ? user->pw_name : std::to_string(::getuid()));
}

community::Actor Invocation::actor() const { return caller().actor; }

PersonId person_named(storage::Store& store, const std::string& text) {
    if (text.find('@') == std::string::npos) return PersonId{text};
    return store.directory().person_of(text, mail::normalise_address).value_or(PersonId{text});
}

Result<void> is_there(House& house, const ListId& list) {
    if (list.empty() || house.store().rosters().list(list)) return {};
    return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", list);
}

Result<void> is_there(House& house, const TeamId& team) {
    if (team.empty() || house.store().directory().team(team)) return {};
    return fail(errc::not_found, "there is no team {}; `caveat team list` lists them", team);
}

Result<void> confirmed(std::string_view what, bool yes) {
    if (yes) return {};
    if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0)
        return fail(errc::invalid, "{}: nobody can be asked here; write --yes if it is meant", what);
    fmt::print(stderr, "{}. Sure? [y/N] ", printable_lines(what));
    std::string answer;
    for (int c = std::getchar(); c != EOF && c != '\n'; c = std::getchar()) answer += static_cast<char>(c);
    if (answer == "y" || answer == "yes") return {};
    return fail(errc::denied, "nothing was changed");
}

std::string head_text(const storage::Journal::Head& head) { return fmt::format("{}:{}", head.number, vault::hex(head.hash)); }

Result<storage::Journal::Head> read_head(const std::string& text) {
    const auto colon = text.find(':');
    storage::Journal::Head head;
    const auto bad = [&] {
        return fail(errc::invalid, "'{}' is not a head; write NUMBER:HASH as an earlier `journal verify` printed it", text);
    };
    if (colon == std::string::npos || text.size() != colon + 1 + 2 * head.hash.size()) return bad();
    try {
        head.number = std::stoll(text.substr(0, colon));
        for (std::size_t i = 0; i < head.hash.size(); ++i) {
            head.hash[i] = static_cast<unsigned char>(std::stoi(text.substr(colon + 1 + 2 * i, 2), nullptr, 16));
        }
    } catch (const std::exception&) {
        return bad();
    }
    return head;
}

void warn(std::string_view warning) { fmt::print(stderr, "caveat: warning: {}\n", printable_lines(warning)); }

void Invocation::print(const Json& fact) const {
    // Bytes that are not UTF-8 are replaced: output must not fail on what came in by mail.
    if (json) return line(facts::dumped(fact));
    for (const auto& [key, value] : fact.items()) {
        if (value.is_array() && !value.empty()) {
            line(key + ":");
            for (const auto& item : value) line("  " + printable(as_text(item)));
        } else {
            line(key + ": " + printable(value.is_object() ? as_words(value) : as_text(value)));
        }
    }
}

void Invocation::print(const std::vector<Json>& facts, const std::vector<std::string>& columns) const {
    if (json) {
        for (const auto& fact : facts) print(fact);
        return;
    }
    std::vector<std::vector<std::string>> rows{columns};
    for (const auto& fact : facts) {
        auto& row = rows.emplace_back();
        for (const auto& column : columns) row.push_back(printable(as_text(fact.value(column, Json()))));
    }
    std::vector<std::size_t> widths(columns.size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    for (const auto& row : rows) {
        std::string text;
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text.append(widths[i] - width(row[i]) + 2, ' ');
        }
        line(text);
    }
}

}  // namespace caveat::server

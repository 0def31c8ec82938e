#include "caveat/storage/row_words.hpp"

#include <algorithm>
#include <array>

#include "connection.hpp"

namespace caveat::storage {
namespace {

// A bound table as people call what is in it, and which one it is: asked with the first part of the row's key, or the second.
struct TableWords {
    std::string_view table;
    std::string_view row;  // "a step of a case"
    const char* whose = nullptr;
    std::size_t part = 0;
};

constexpr const char* of_person = "SELECT name || ' (' || id || ')' FROM person WHERE key = ?1";
constexpr const char* of_person_id = "SELECT name || ' (' || id || ')' FROM person WHERE id = ?1";
constexpr const char* of_team = "SELECT name || ' (' || id || ')' FROM team WHERE key = ?1";
constexpr const char* of_list = "SELECT id FROM list WHERE key = ?1";
constexpr const char* of_motion = "SELECT id FROM motion WHERE key = ?1";
constexpr const char* of_case = "SELECT id FROM case_file WHERE key = ?1";
constexpr const char* of_application = "SELECT id FROM application WHERE key = ?1";
constexpr const char* of_hold = "SELECT p.name || ' (' || p.id || ')' FROM hold h JOIN person p ON p.id = h.person WHERE h.id = ?1";
constexpr const char* of_address =
    "SELECT p.name || ' (' || p.id || ')' FROM address a JOIN person p ON p.key = a.person WHERE a.address = ?1";
constexpr const char* of_post = "SELECT id FROM post WHERE key = ?1";

constexpr std::array<TableWords, 37> words{{
    {"motion", "a decision", of_motion},
    {"remark", "a vote, an elector or another word in a decision", of_motion},
    {"sealed_vote", "a secret vote in a decision", of_motion},
    {"case_file", "a case", of_case},
    {"case_act", "a step of a case", of_case},
    {"case_denial", "what a case denies", "SELECT f.id FROM case_denial d JOIN case_file f ON f.key = d.case_file WHERE d.denial = ?1"},
    {"case_letter", "a letter of a case", "SELECT f.id FROM case_letter l JOIN case_file f ON f.key = l.case_file WHERE l.key = ?1"},
    {"hold", "a security hold on somebody", of_hold},
    {"hold_extension", "how long a security hold on somebody lasts", of_hold},
    {"denial", "what is denied to somebody", "SELECT whom FROM denial WHERE id = ?1"},
    {"team", "a team", of_team},
    {"mentor", "a mentor of a team"},
    {"clearance", "a clearance of a team", of_team, 1},
    {"person", "a person", of_person},
    {"person_key", "the OpenPGP key of a person", of_person},
    {"address", "an address of a person", of_address},
    {"list", "a list", of_list},
    {"term", "an office, or a role on a list, of a person", of_person},
    {"application", "an application", of_application},
    {"application_act", "a step of an application", of_application},
    {"token", "a token", "SELECT name FROM token WHERE id = ?1"},
    {"paper", "a document that is kept with something", "SELECT about FROM paper WHERE number = ?1"},
    {"subscription", "the place of a person on a roster", of_person, 1},
    {"post", "a post or a letter", of_post},
    {"book", "a rule book", "SELECT name || ' ' || version FROM book WHERE number = ?1"},
    {"second_factor", "the second factor of a person", of_person_id},
    {"list_key", "the key of a list", of_list},
    {"former_key", "a former key of a list"},
    {"community_key", "a key of the community's own"},
    {"matter", "a review, declaration, duty, document or confirmation", "SELECT id FROM matter WHERE key = ?1"},
    {"used_signature", "a signature that counted, or what signed somebody in and is over"},
    {"archived", "what the archive keeps of a post", of_post},
    {"preserved", "what keeps posts from being forgotten"},
    {"unconfirmed", "what waits to be confirmed of a person", of_person},
    {"waiting_letter", "a letter that waits for its reader's hour"},
    {"departed", "by what somebody who left is known again"},
    {"left_team", "which team a person left", of_person},
}};

std::string_view part_of(std::string_view key, std::size_t part) {
    for (; part > 0; --part) {
        const auto slash = key.find('/');
        key.remove_prefix(slash == std::string_view::npos ? key.size() : slash + 1);
    }
    return key.substr(0, key.find('/'));
}

std::string whose(Store& store, const TableWords& table, std::string_view key) {
    if (table.whose == nullptr) return {};
    Statement statement(store.connection(), table.whose);
    auto rows = statement.select(part_of(key, table.part));
    return rows.next() ? rows.text(0) : std::string();
}

template <class Name>
std::string worded(std::string_view finding, Name name_of) {
    const auto table_ends = finding.find(' ');
    const auto key_ends = finding.find(" was ");
    const auto named = [&](const TableWords& one) { return one.table == finding.substr(0, table_ends); };
    const auto table = std::find_if(words.begin(), words.end(), named);
    if (table == words.end() || key_ends == std::string_view::npos || key_ends <= table_ends) return std::string(finding);
    const auto name = name_of(*table, finding.substr(table_ends + 1, key_ends - table_ends - 1));
    return fmt::format("{} ({}{}{}){}", finding.substr(0, key_ends), table->row, name.empty() ? "" : ": ", name, finding.substr(key_ends));
}

}  // namespace

std::string with_row_named(Store& store, std::string_view finding) {
    return worded(finding, [&](const TableWords& table, std::string_view key) { return whose(store, table, key); });
}

std::string with_row_in_words(std::string_view finding) {
    return worded(finding, [](const TableWords&, std::string_view) { return std::string(); });
}

}  // namespace caveat::storage

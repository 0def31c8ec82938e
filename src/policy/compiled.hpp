#pragma once
// The rule book as deciding reads it: small tables, indices and bit sets, built once by load() and never changed.
// A community has a dozen columns and classes, so a linear search over short strings beats any map and never allocates.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/sensitivity.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/policy/numbers.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/policy/traits.hpp"

namespace caveat::policy {

using Mask = std::uint64_t;  // a set of columns, classes or roles
constexpr std::size_t most_of_a_kind = 64;
[[nodiscard]] constexpr Mask mask_of(std::size_t index) { return Mask{1} << index; }

// One field of the access matrix: what a column may do on a class of lists.
struct Cell {
    community::Verbs verbs = 0;
    bool moderated = false;                      // `m`: posting goes through a moderator
    bool own = false;                            // only while on the roster
    bool decision = false;                       // only with a decision of the SC about this team and list: a clearance
    bool representative = false;                 // only for the team's representative
    community::Tlp limit = community::Tlp::red;  // the bracket; RED where there is none
};

enum class Tenure : std::uint8_t { any, at_least, below };
enum class Mou : std::uint8_t { any, in_force, missing };

// Facts that must all hold for a person to stand in a column. Category and subtype are in Party::columns.
struct Column {
    std::string id;
    std::string title;
    Tenure tenure = Tenure::any;
    int months = 0;
    Mou mou = Mou::any;
    Mask roles = 0;  // any of them, now; none: no role needed
    int seat = -1;   // on the roster of a list of this class
    bool representative = false;
};

struct Party {
    std::string category;
    std::string subtype;
    bool of_region = false;  // who asks to be of it is of an economy of the region on that day
    community::Tlp ceiling = community::Tlp::clear;
    std::vector<community::Tlp> ceiling_on;  // by class: the override, or `ceiling`
    Mask columns = 0;
};

// These economies are of the region from a day on, until (not at) another.
struct RegionRow {
    Date from{};
    std::optional<Date> until;
    std::vector<std::string> economies;
};

struct Category {
    std::string name;
    community::CategoryTraits is;
};

struct Role {
    std::string name;
    bool of_list = false;  // its term names a list and counts there only
    RoleTraits is;
};

// Who receives a RED post whose To and Cc name nobody (ruling w).
enum class UnnamedRed : std::uint8_t { hold, roster, columns };

struct ListClass {
    std::string name;
    community::Tlp max = community::Tlp::clear;
    std::optional<community::Tlp> default_label;  // what its lists should take at least (rr)
    std::vector<Cell> cells;                      // by column
    Mask speaking = 0;                            // columns whose cell grants anything
    UnnamedRed unnamed_red = UnnamedRed::hold;
    Mask red_columns = 0;
    bool archives_red = false;
};

// How far a kind of denial reaches (ruling i).
struct DenialKind {
    std::string source;
    Mask everywhere = 0;  // classes that "*" covers
    community::Verbs everywhere_verbs = 0;
    Mask never = 0;              // classes it does not reach even by name
    bool receive_later = false;  // mail waits instead of being withheld for good (ruling k)
};

struct Compiled {
    std::string name;
    std::string version;
    std::string stamp;                              // "apcert 1"
    std::string in_words;                           // "rule book apcert, version 1", at the end of every explanation
    std::string sha256;                             // of the file's bytes, as hexadecimal digits
    std::set<std::string, std::less<>> hard;        // keys of numbers that only a decision changes
    std::set<std::string, std::less<>> amended_by;  // the decisions it names
    std::vector<Category> categories;
    std::vector<Party> parties;
    std::vector<RegionRow> region;
    std::vector<Role> roles;
    std::vector<Column> columns;
    std::vector<ListClass> classes;
    std::vector<DenialKind> denials;
    std::array<Handling, 5> handling{};
    std::vector<community::Sensitivity> sensitivities;
    std::map<std::string, std::string, std::less<>> numbers;  // as the book writes them
    std::array<NumberValue, number_rows.size()> values{};     // as they are read; the seed's where the book leaves one out

    template <class T>
    [[nodiscard]] const T& number(Number number) const {
        return std::get<T>(values[static_cast<std::size_t>(number)]);
    }
};

template <class Rows, class Name>
[[nodiscard]] int index_of(const Rows& rows, std::string_view wanted, Name name) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].*name == wanted) return static_cast<int>(i);
    }
    return -1;
}

[[nodiscard]] inline int class_index(const Compiled& book, std::string_view name) { return index_of(book.classes, name, &ListClass::name); }
[[nodiscard]] inline int column_index(const Compiled& book, std::string_view id) { return index_of(book.columns, id, &Column::id); }
// Item 53: who presides is of the committee's seats.
[[nodiscard]] inline bool needs_seat(const Compiled& book, std::size_t role) {
    const auto office = book.roles[role].is.office;
    return office == community::Office::chair || office == community::Office::deputy;
}

[[nodiscard]] inline int role_index(const Compiled& book, std::string_view name) { return index_of(book.roles, name, &Role::name); }
[[nodiscard]] inline int category_index(const Compiled& book, std::string_view name) {
    return index_of(book.categories, name, &Category::name);
}
[[nodiscard]] const Party* find_party(const Compiled& book, std::string_view category, std::string_view subtype);

}  // namespace caveat::policy

#pragma once
// The shapes of bodies, queries and answers, as data: one description checks the input and becomes the OpenAPI document, so that the two
// cannot differ. Unknown fields are refused; every complaint has a JSON pointer (RFC 6901) and says what to write instead.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/facts/json.hpp"

namespace caveat::facts {

enum class Type : std::uint8_t {
    text,   // one line, no control characters
    prose,  // several lines
    integer,
    boolean,
    instant,   // RFC 3339
    date,      // 2026-03-02
    period,    // "14d", "6mo"
    word,      // one of `words`
    texts,     // an array of text
    object,    // of `of`
    objects,   // an array of `of`
    settings,  // an object of texts, true and false by any name; in a form a line NAME=VALUE each
    anything,
};

struct Schema;

struct Field {
    std::string_view name;
    Type type = Type::text;
    bool required = false;
    std::string_view about = {};
    std::int64_t least = 0;  // of an integer; of a text its characters, of an array its items
    std::int64_t most = 0;   // 0: 200 for text, 20,000 for prose, 1,000 items, no bound for an integer, 50 settings
    bool nullable = false;   // in a merge patch: null takes the value away
    std::span<const std::string_view> words = {};
    const Schema* of = nullptr;
    std::string_view title = {};    // on the pages
    std::string_view nothing = {};  // what null means there
    bool decided = false;           // changed by a decision of the committee
    std::string_view option = {};   // of the command line: "--deny", "NOTICE"; by its name if left out
};

// What an act of the committee cites, in many bodies.
inline constexpr Field decision_field{.name = "decision", .about = "the decision this carries out: D-2026-004", .most = 64};

struct Schema {
    std::string_view name;  // "Team": its name in the OpenAPI document
    std::span<const Field> fields;
    bool answer = false;  // written by us: no limits of length, and null where a fact is missing
};

struct Complaint {
    std::string pointer;  // "/addresses/0"
    std::string detail;
};

// In the order of the body; at most twenty.
[[nodiscard]] std::vector<Complaint> check(const Schema& schema, const Json& value);

// One field of a query or form, from its text. Adds to `value` what it read, or to `complaints`.
void read_text(const Field& field, std::string_view text, Json& value, std::vector<Complaint>& complaints);

[[nodiscard]] Json to_openapi(const Schema& schema);
[[nodiscard]] Json to_openapi(const Field& field, bool answer = false);
// Every schema that these refer to, each once, these included.
void collect(const Schema& schema, std::vector<const Schema*>& into);

}  // namespace caveat::facts

#pragma once
// Problem details (RFC 9457), the only shape of an error. What does not exist and what the caller may not know about get the same answer,
// byte for byte (A7). Types are documented in README.md's API section and never change their meaning.
#include <string>
#include <string_view>
#include <vector>

#include "exchange.hpp"
#include "facts.hpp"

namespace caveat::http {

struct Problem {
    int status = 500;
    std::string_view type;   // "rule": becomes "urn:caveat:problem:rule"
    std::string_view title;  // the same for every problem of the type
    std::string detail = {};
    std::vector<Complaint> errors = {};
};

[[nodiscard]] Reply reply(const Problem& problem);
[[nodiscard]] Problem nothing();                             // 404
[[nodiscard]] Problem wrong(std::vector<Complaint> errors);  // 422, with pointers
[[nodiscard]] Problem malformed(std::string detail);         // 400
[[nodiscard]] Problem of(const Error& error, bool act);      // errc -> status; the only place where an office's error becomes a status

extern const Schema problem_schema;

}  // namespace caveat::http

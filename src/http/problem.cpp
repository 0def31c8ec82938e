#include "problem.hpp"

#include <array>

namespace caveat::http {
namespace {

constexpr std::array error_fields{
    Field{.name = "pointer", .required = true, .about = "JSON pointer (RFC 6901) into the body, or /NAME of a query field"},
    Field{.name = "detail", .required = true, .about = "what it must be instead"},
};
constexpr Schema error_schema{"ProblemError", error_fields, true};

constexpr std::array problem_fields{
    Field{.name = "type", .required = true, .about = "urn:caveat:problem:NAME; its meaning never changes"},
    Field{.name = "title", .required = true, .about = "the same for every problem of a type"},
    Field{.name = "status", .type = Type::integer, .required = true, .about = "of the answer"},
    Field{.name = "detail", .type = Type::prose, .about = "this time: the rule and what would be needed, or what to write instead"},
    Field{.name = "errors", .type = Type::objects, .about = "each with where it is", .of = &error_schema},
};

}  // namespace

const Schema problem_schema{"Problem", problem_fields, true};

Reply reply(const Problem& problem) {
    Json body{{"type", "urn:caveat:problem:" + std::string(problem.type)}, {"title", problem.title}, {"status", problem.status}};
    if (!problem.detail.empty()) body["detail"] = problem.detail;
    for (const auto& error : problem.errors) body["errors"].push_back({{"pointer", error.pointer}, {"detail", error.detail}});
    Reply reply;
    reply.status = problem.status;
    reply.type = "application/problem+json";
    reply.body = dumped(body);
    if (problem.status == 503) reply.add("Retry-After", "1");
    return reply;
}

Problem nothing() { return {404, "nothing-here", "There is nothing here for you", "no such thing, or no credential that may know of it"}; }

Problem wrong(std::vector<Complaint> errors) {
    return {422, "invalid", "The request says something that cannot be", {}, std::move(errors)};
}

Problem malformed(std::string detail) { return {400, "malformed", "The request cannot be read", std::move(detail)}; }

Problem of(const Error& error, bool act) {
    switch (error.code) {
        case errc::denied:
            return {403, "rule", "A rule says no", error.detail};
        case errc::invalid:
        case errc::limit:
            return {422, "invalid", "The request says something that cannot be", error.detail};
        case errc::not_found:
            // Of an act whose subject is there: something the body names is not.
            if (!act || error.detail.empty()) return nothing();
            return {422, "invalid", "The request says something that cannot be", error.detail};
        case errc::conflict:
            return {409, "conflict", "Somebody was faster, or it exists already", error.detail};
        case errc::temporary:
            return {503, "try-again", "Not now", error.detail};
        case errc::corrupt:
            return {500, "corrupt", "Stored bytes do not verify", error.detail};
    }
    return {500, "broken", "Something is broken here", {}};
}

}  // namespace caveat::http

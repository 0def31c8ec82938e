// Documents that are handed in and given out.
#include <algorithm>

#include "caveat/facts/committee.hpp"
#include "caveat/vault/base64.hpp"

namespace caveat::facts {
namespace {

constexpr std::array paper_fields{
    Field{.name = "hash", .required = true, .about = "SHA-256 of its bytes, hexadecimal"},
    Field{.name = "kind", .required = true, .about = "form, report, mou, reply, ..."},
    Field{.name = "name", .required = true, .about = "of the file it came in", .nullable = true},
    Field{.name = "size", .type = Type::integer, .required = true, .about = "bytes"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when it was handed in"},
    Field{.name = "by", .required = true, .about = "who recorded it"},
    Field{.name = "content", .type = Type::prose, .required = true, .about = "its bytes in base64"},
};

}  // namespace

const Schema paper_schema{"Paper", paper_fields, true};
const Schema paper_facts_schema{"PaperFacts", std::span(paper_fields).first(paper_fields.size() - 1), true};

Json fact(const committee::PaperFacts& facts) {
    return {{"hash", facts.hash}, {"kind", facts.kind},        {"name", facts.name.empty() ? Json() : Json(facts.name)},
            {"size", facts.size}, {"at", to_string(facts.at)}, {"by", facts.by}};
}

Json fact(const committee::PaperFacts& facts, const committee::Paper& paper) {
    auto json = fact(facts);
    json["content"] = vault::base64(paper.bytes);
    return json;
}

Result<committee::Paper> read_paper(const Json& body) {
    const auto text = body.value("text", std::string{});
    const auto content = body.value("content", std::string{});
    if (!text.empty() && !content.empty()) return fail(errc::invalid, "content: the document comes as text or as content, not as both");
    committee::Paper paper{body.value("file_name", std::string{}), text};
    if (content.empty()) return paper;
    auto bytes = vault::unbase64(content);
    if (!bytes) return fail(errc::invalid, "content: is no base64 (RFC 4648)");
    paper.bytes = std::move(*bytes);
    return paper;
}

}  // namespace caveat::facts

// One description checks what comes in and becomes the document: the two must not disagree.
#include "caveat/facts/schema.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <set>

namespace caveat::test {
namespace {

using facts::Field;
using facts::Json;
using facts::Schema;
using facts::Type;

constexpr std::array<std::string_view, 2> words{"each", "digest"};
constexpr std::array inner_fields{Field{.name = "list", .required = true, .about = "which", .least = 1, .most = 8}};
constexpr Schema inner{"Inner", inner_fields};
constexpr auto all_fields = std::to_array<Field>({
    {.name = "text", .required = true, .about = "t", .least = 2, .most = 5},
    {.name = "prose", .type = Type::prose, .about = "p", .most = 50},
    {.name = "integer", .type = Type::integer, .about = "i", .least = 1, .most = 9},
    {.name = "open", .type = Type::integer, .about = "i"},
    {.name = "boolean", .type = Type::boolean, .about = "b"},
    {.name = "instant", .type = Type::instant, .about = "at"},
    {.name = "date", .type = Type::date, .about = "on", .nullable = true},
    {.name = "word", .type = Type::word, .about = "w", .words = words},
    {.name = "texts", .type = Type::texts, .about = "ts", .least = 1, .most = 2},
    {.name = "choices", .type = Type::texts, .about = "cs", .words = words},
    {.name = "object", .type = Type::object, .about = "o", .of = &inner},
    {.name = "objects", .type = Type::objects, .about = "os", .most = 2, .of = &inner},
    {.name = "anything", .type = Type::anything, .about = "a"},
});
constexpr Schema everything{"Everything", all_fields};

Json with(const char* field, const Json& value) {
    Json body{{"text", "abc"}};
    body[field] = value;
    return body;
}

// The patterns of the document are all of the form ^[^\uA-\uB\uC]*$ (ECMA-262): characters that are not to be there.
bool fits_pattern(std::string_view pattern, std::string_view text) {
    REQUIRE((pattern.starts_with("^[^") && pattern.ends_with("]*$")));
    auto left = pattern.substr(3, pattern.size() - 6);
    const auto next = [&left] {
        REQUIRE((left.starts_with("\\u00") && left.size() >= 6));
        const auto code = static_cast<char>(std::stoi(std::string(left.substr(2, 4)), nullptr, 16));
        left.remove_prefix(6);
        return code;
    };
    while (!left.empty()) {
        const char first = next();
        const bool range = left.starts_with('-');
        if (range) left.remove_prefix(1);
        const char last = range ? next() : first;
        if (std::any_of(text.begin(), text.end(), [&](char c) { return c >= first && c <= last; })) return false;
    }
    return true;
}

// Just enough of JSON Schema to hold the document against the check: a second opinion written for this test.
bool fits(const Json& schema, const Json& value) {
    if (schema.contains("$ref")) return fits(facts::to_openapi(inner), value);
    if (schema.contains("type")) {
        const auto is = [&](const std::string& type) {
            if (type == "null") return value.is_null();
            if (type == "string") return value.is_string();
            if (type == "integer") return value.is_number_integer();
            if (type == "boolean") return value.is_boolean();
            if (type == "array") return value.is_array();
            return value.is_object();
        };
        const auto& type = schema["type"];
        const auto is_one = [&](const Json& one) { return is(one.get<std::string>()); };
        if (type.is_string() ? !is_one(type) : std::none_of(type.begin(), type.end(), is_one)) return false;
    }
    if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) return false;
    if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        const auto size = std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
        if (schema.contains("minLength") && size < schema["minLength"]) return false;
        if (schema.contains("maxLength") && size > schema["maxLength"]) return false;
        if (schema.contains("pattern") && !fits_pattern(schema["pattern"].get<std::string>(), text)) return false;
    }
    if (value.is_number_integer()) {
        if (schema.contains("minimum") && value < schema["minimum"]) return false;
        if (schema.contains("maximum") && value > schema["maximum"]) return false;
    }
    if (value.is_array()) {
        if (schema.contains("minItems") && value.size() < schema["minItems"]) return false;
        if (schema.contains("maxItems") && value.size() > schema["maxItems"]) return false;
        for (const auto& item : value) {
            if (schema.contains("items") && !fits(schema["items"], item)) return false;
        }
    }
    if (value.is_object() && schema.contains("properties")) {
        for (const auto& name : schema.value("required", Json::array())) {
            if (!value.contains(name.get<std::string>())) return false;
        }
        for (const auto& [key, inside] : value.items()) {
            if (!schema["properties"].contains(key) || !fits(schema["properties"][key], inside)) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("the check and the document say the same of every body", "[H2][H3]") {
    const auto document = facts::to_openapi(everything);
    const std::vector<Json> values{nullptr,
                                   true,
                                   false,
                                   0,
                                   1,
                                   9,
                                   10,
                                   -1,
                                   std::int64_t{1} << 60,
                                   1.5,
                                   "",
                                   "a",
                                   "ab",
                                   "abcde",
                                   "abcdef",
                                   "each",
                                   "digest",
                                   "Each",
                                   "a\tb",
                                   "a\nb",
                                   "a\x7f"
                                   "b",
                                   "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa9\xc3\xa8",
                                   Json::array(),
                                   Json{"a"},
                                   Json{"a", "b"},
                                   Json{"a", "b", "c"},
                                   Json{"each"},
                                   Json{7},
                                   Json{nullptr},
                                   Json::object(),
                                   Json{{"list", "teams"}},
                                   Json{{"list", ""}},
                                   Json{{"list", "teams"}, {"x", 1}},
                                   Json::array({Json{{"list", "a"}}}),
                                   Json::array({Json{{"list", "a"}}, Json{{"list", "b"}}, Json{{"list", "c"}}}),
                                   Json::array({Json::object()}),
                                   Json::array({std::string(254, 'x')}),
                                   Json::array({std::string(255, 'x')}),
                                   std::string(51, 'p'),
                                   std::string(300, 'x')};
    for (const auto& field : all_fields) {
        if (field.type == Type::instant || field.type == Type::date) continue;  // their form is said by "format"
        for (const auto& value : values) {
            const auto body = with(std::string(field.name).c_str(), value);
            CAPTURE(body.dump());
            CHECK(facts::check(everything, body).empty() == fits(document, body));
        }
    }
    CHECK_FALSE(facts::check(everything, Json::object()).empty());
    CHECK_FALSE(fits(document, Json::object()));
    CHECK_FALSE(facts::check(everything, Json::array()).empty());
}

TEST_CASE("instants and dates are those of the clock's words") {
    for (const auto* good : {"2026-03-02T09:15:00Z"}) CHECK(facts::check(everything, with("instant", good)).empty());
    for (const auto* bad : {"2026-02-30T00:00:00Z", "now", "", "2026-03-02T25:00:00Z"}) {
        CAPTURE(bad);
        CHECK_FALSE(facts::check(everything, with("instant", bad)).empty());
    }
    CHECK(facts::check(everything, with("date", "2024-02-29")).empty());
    CHECK(facts::check(everything, with("date", nullptr)).empty());
    for (const auto* bad : {"2026-02-29", "2026-3-2", "", "0000-00-00"}) CHECK_FALSE(facts::check(everything, with("date", bad)).empty());
}

TEST_CASE("no more than twenty complaints, each with its pointer", "[H2][H4]") {
    Json body{{"text", "abc"}};
    for (int i = 0; i < 1000; ++i) body["unknown" + std::to_string(i)] = i;
    const auto complaints = facts::check(everything, body);
    CHECK(complaints.size() == 20);
    for (const auto& complaint : complaints) CHECK(complaint.pointer.starts_with("/unknown"));
    const auto deep = facts::check(everything, with("objects", Json::array({Json{{"list", "a"}}, Json{{"list", 7}}})));
    REQUIRE(deep.size() == 1);
    CHECK(deep[0].pointer == "/objects/1/list");
}

TEST_CASE("a number beyond the signed range is none that a field takes") {
    CHECK_FALSE(facts::check(everything, with("open", 18446744073709551615ULL)).empty());
    CHECK_FALSE(facts::check(everything, with("integer", 18446744073709551615ULL)).empty());
}

TEST_CASE("fields of a form are read like a body's") {
    Json read = Json::object();
    std::vector<facts::Complaint> complaints;
    const auto from = [&](std::string_view name, std::string_view text) {
        for (const auto& field : all_fields) {
            if (field.name == name) facts::read_text(field, text, read, complaints);
        }
    };
    from("text", "abc");
    from("integer", "7");
    from("boolean", "on");
    from("texts", "a");
    from("texts", "b");
    CHECK(complaints.empty());
    CHECK(read == Json{{"text", "abc"}, {"integer", 7}, {"boolean", true}, {"texts", {"a", "b"}}});
    from("integer", "7x");
    from("boolean", "yes");
    from("word", "weekly");
    CHECK(complaints.size() == 3);
    from("texts", "c");  // more than there may be, and one with a line end in it
    from("choices", "weekly");
    from("choices", "each");
    CHECK(complaints.size() >= 4);
}

TEST_CASE("of the settings of a form no more are kept than are taken", "[H4]") {
    Json read = Json::object();
    std::vector<facts::Complaint> complaints;
    const Field settings{.name = "settings", .type = Type::settings, .about = "s", .most = 2};
    const auto add = [&](std::string_view text) { facts::read_text(settings, text, read, complaints); };
    add("label=AMBER");
    add("open=a=b");
    CHECK(complaints.empty());
    CHECK(read == Json{{"settings", {{"label", "AMBER"}, {"open", "a=b"}}}});
    add("label=RED");
    REQUIRE(complaints.size() == 1);
    CHECK(complaints[0].detail == "label is there twice; write it once");
    for (int i = 0; i < 1000; ++i) add("more" + std::to_string(i) + "=x");
    CHECK(read["settings"].size() == 2);
    CHECK(complaints.size() == 20);
    CHECK(complaints[1].detail == "must have at most 2 settings");
}

}  // namespace caveat::test

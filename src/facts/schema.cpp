#include "caveat/facts/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "caveat/clock.hpp"

namespace caveat::facts {
namespace {

constexpr std::size_t most_complaints = 20;
constexpr std::int64_t longest_text = 200;
constexpr std::int64_t longest_item = 254;  // an address (RFC 5321 §4.5.3.1.3), as every other face takes it
constexpr std::int64_t longest_prose = 20'000;
constexpr std::int64_t most_items = 1'000;
constexpr std::int64_t most_settings = 50;
constexpr std::int64_t longest_setting = 1'000;

std::int64_t most_of(const Field& field) {
    if (field.most != 0) return field.most;
    switch (field.type) {
        case Type::prose:
            return longest_prose;
        case Type::texts:
        case Type::objects:
            return most_items;
        case Type::settings:
            return most_settings;
        default:
            return longest_text;
    }
}

std::int64_t characters(std::string_view utf8) {
    return std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
}

constexpr std::string_view one_line = "^[^\\u0000-\\u001f\\u007f]*$";
constexpr std::string_view lines = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$";

class Checking {
public:
    [[nodiscard]] std::vector<Complaint> take() { return std::move(complaints_); }

    void object(const Schema& schema, const Json& value, const std::string& at) {
        if (!value.is_object()) return complain(at, "must be an object");
        limited_ = !schema.answer;
        for (const auto& [key, inner] : value.items()) {
            const auto known = std::any_of(schema.fields.begin(), schema.fields.end(), [&](const Field& f) { return f.name == key; });
            if (!known) complain(at + "/" + escaped(key), fmt::format("is not known; known are {}", names(schema)));
        }
        for (const Field& f : schema.fields) {
            const auto found = value.find(std::string(f.name));
            if (found != value.end()) {
                field(f, *found, at + "/" + std::string(f.name));
            } else if (f.required) {
                complain(at + "/" + std::string(f.name), fmt::format("is missing: {}", f.about));
            }
        }
    }

    void field(const Field& f, const Json& value, const std::string& at) {
        if (value.is_null()) {
            if (!f.nullable && f.type != Type::anything) complain(at, "must not be null");
            return;
        }
        switch (f.type) {
            case Type::integer:
                return integer(f, value, at);
            case Type::boolean:
                if (!value.is_boolean()) complain(at, "must be true or false");
                return;
            case Type::texts:
            case Type::objects:
                return array(f, value, at);
            case Type::object:
                return object(*f.of, value, at);
            case Type::settings:
                return settings(f, value, at);
            case Type::anything:
                return;
            default:
                return text(f, value, at);
        }
    }

private:
    void complain(std::string at, std::string what) {
        if (complaints_.size() < most_complaints) complaints_.push_back({std::move(at), std::move(what)});
    }

    static std::string escaped(const std::string& key) {  // RFC 6901 §3
        std::string out;
        for (const char c : key.substr(0, 64)) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
        return out;
    }

    static std::string names(const Schema& schema) {
        std::string all;
        for (const auto& f : schema.fields) all += (all.empty() ? "" : ", ") + std::string(f.name);
        return all.empty() ? "none" : all;
    }

    void integer(const Field& f, const Json& value, const std::string& at) {
        if (!value.is_number_integer()) return complain(at, "must be a whole number");
        // An unsigned beyond the signed range reads as negative; no field takes one.
        const auto number = value.get<std::int64_t>();
        if (number < f.least || (f.most != 0 && number > f.most)) {
            complain(at, f.most == 0 ? fmt::format("must be at least {}", f.least) : fmt::format("must be from {} to {}", f.least, f.most));
        }
    }

    void array(const Field& f, const Json& value, const std::string& at) {
        if (!value.is_array()) return complain(at, "must be an array");
        const auto size = static_cast<std::int64_t>(value.size());
        if (limited_ && (size < f.least || size > most_of(f)))
            return complain(at, fmt::format("must have {} to {} items", f.least, most_of(f)));
        for (std::size_t i = 0; i < value.size(); ++i) {
            const auto item_at = fmt::format("{}/{}", at, i);
            if (f.type == Type::objects) {
                object(*f.of, value[i], item_at);
            } else {
                const auto type = f.words.empty() ? Type::text : Type::word;
                text({.name = f.name, .type = type, .about = f.about, .most = longest_item, .words = f.words}, value[i], item_at);
            }
        }
    }

    void settings(const Field& f, const Json& value, const std::string& at) {
        if (!value.is_object()) return complain(at, "must be an object: {\"label\": \"AMBER\"}");
        if (limited_ && static_cast<std::int64_t>(value.size()) > most_of(f))
            return complain(at, fmt::format("must have at most {} settings", most_of(f)));
        for (const auto& [key, inner] : value.items()) {
            if (inner.is_boolean()) continue;
            text({.name = f.name, .type = Type::prose, .most = longest_setting}, inner, at + "/" + escaped(key));
        }
    }

    void text(const Field& f, const Json& value, const std::string& at) {
        if (!value.is_string()) return complain(at, "must be a string");
        const auto& words = value.get_ref<const std::string&>();
        if (f.type == Type::word) {
            if (std::find(f.words.begin(), f.words.end(), words) == f.words.end()) complain(at, "must be one of " + joined(f.words));
            return;
        }
        if (f.type == Type::instant) {
            if (!parse_instant(words)) complain(at, "must be an instant (RFC 3339): 2026-03-02T09:15:00Z");
            return;
        }
        if (f.type == Type::date) {
            if (!parse_date(words)) complain(at, "must be a date: 2026-03-02");
            return;
        }
        if (!limited_) return;
        const auto size = characters(words);
        if (size < f.least || size > most_of(f)) complain(at, fmt::format("must have {} to {} characters", f.least, most_of(f)));
        const bool several = f.type == Type::prose;
        const bool odd = std::any_of(words.begin(), words.end(), [&](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return (byte < 0x20 && !(several && (c == '\n' || c == '\r' || c == '\t'))) || byte == 0x7f;
        });
        if (odd) complain(at, "must not have control characters");
    }

    static std::string joined(std::span<const std::string_view> words) {
        std::string all;
        for (const auto word : words) all += (all.empty() ? "" : ", ") + std::string(word);
        return all;
    }

    std::vector<Complaint> complaints_;
    bool limited_ = true;
};

}  // namespace

std::vector<Complaint> check(const Schema& schema, const Json& value) {
    Checking checking;
    checking.object(schema, value, "");
    return checking.take();
}

namespace {

// "label=AMBER": one of many, which come one after the other. No more are kept than are taken, however many there are.
void read_setting(const Field& field, std::string_view text, Json& all, std::vector<Complaint>& complaints) {
    if (complaints.size() >= most_complaints) return;
    const auto at = "/" + std::string(field.name);
    const auto sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0)
        return complaints.push_back({at, fmt::format("'{}' is no setting; write NAME=VALUE: label=AMBER", text.substr(0, 64))});
    if (!all.is_object()) all = Json::object();
    const std::string name(text.substr(0, sign));
    if (all.contains(name)) return complaints.push_back({at, fmt::format("{} is there twice; write it once", name.substr(0, 64))});
    if (static_cast<std::int64_t>(all.size()) == most_of(field))
        return complaints.push_back({at, fmt::format("must have at most {} settings", most_of(field))});
    Checking checking;
    checking.field(field, Json{{name, std::string(text.substr(sign + 1))}}, at);
    for (auto& complaint : checking.take()) complaints.push_back(std::move(complaint));
    all[name] = std::string(text.substr(sign + 1));
}

}  // namespace

void read_text(const Field& field, std::string_view text, Json& value, std::vector<Complaint>& complaints) {
    const std::string key(field.name);
    if (field.type == Type::settings) return read_setting(field, text, value[key], complaints);
    Json read = std::string(text);
    if (field.type == Type::integer) {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error == std::errc{} && end == text.data() + text.size() && !text.empty()) read = number;
    } else if (field.type == Type::boolean) {
        if (text == "true" || text == "on") read = true;
        if (text == "false") read = false;
    } else if (field.type == Type::texts) {
        read = Json::array({std::string(text)});
        if (const auto before = value.find(key); before != value.end()) {
            before->push_back(std::string(text));
            return;
        }
    }
    Checking checking;
    checking.field(field, read, "/" + key);
    for (auto& complaint : checking.take()) complaints.push_back(std::move(complaint));
    value[key] = std::move(read);
}

void collect(const Schema& schema, std::vector<const Schema*>& into) {
    if (std::find(into.begin(), into.end(), &schema) != into.end()) return;
    into.push_back(&schema);
    for (const auto& field : schema.fields) {
        if (field.of != nullptr) collect(*field.of, into);
    }
}

Json to_openapi(const Field& field, bool answer) {
    Json json = Json::object();
    const auto type = [&](const char* word) { json["type"] = field.nullable ? Json::array({word, "null"}) : Json(word); };
    switch (field.type) {
        case Type::integer:
            type("integer");
            if (!answer) json["minimum"] = field.least;
            if (field.most != 0 && !answer) json["maximum"] = field.most;
            break;
        case Type::boolean:
            type("boolean");
            break;
        case Type::texts:
        case Type::objects:
            type("array");
            if (field.least != 0 && !answer) json["minItems"] = field.least;
            if (!answer) json["maxItems"] = most_of(field);
            json["items"] = field.of != nullptr    ? Json{{"$ref", fmt::format("#/components/schemas/{}", field.of->name)}}
                            : !field.words.empty() ? Json{{"type", "string"}, {"enum", field.words}}
                            : answer               ? Json{{"type", "string"}}
                                                   : Json{{"type", "string"}, {"maxLength", longest_item}, {"pattern", one_line}};
            break;
        case Type::object: {
            const Json ref{{"$ref", fmt::format("#/components/schemas/{}", field.of->name)}};
            json = field.nullable ? Json{{"anyOf", Json::array({ref, Json{{"type", "null"}}})}} : ref;
            break;
        }
        case Type::settings: {
            Json one{{"type", "string"}};
            if (!answer) {
                one["maxLength"] = longest_setting;
                one["pattern"] = lines;
                json["maxProperties"] = most_of(field);
            }
            type("object");
            json["additionalProperties"] = Json{{"anyOf", Json::array({one, Json{{"type", "boolean"}}})}};
            break;
        }
        case Type::anything:
            break;
        default:
            type("string");
            if (field.type == Type::word) {
                json["enum"] = field.words;
                if (field.nullable) json["enum"].push_back(nullptr);
            } else if (field.type == Type::instant) {
                json["format"] = "date-time";
            } else if (field.type == Type::date) {
                json["format"] = "date";
            } else if (!answer) {
                if (field.least != 0) json["minLength"] = field.least;
                json["maxLength"] = most_of(field);
                json["pattern"] = field.type == Type::prose ? lines : one_line;
            }
    }
    if (!field.about.empty()) json["description"] = field.about;
    return json;
}

Json to_openapi(const Schema& schema) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const auto& field : schema.fields) {
        properties[std::string(field.name)] = to_openapi(field, schema.answer);
        if (field.required) required.push_back(field.name);
    }
    Json json{{"type", "object"}, {"properties", properties}};
    if (!required.empty()) json["required"] = required;
    json["additionalProperties"] = false;
    return json;
}

}  // namespace caveat::facts

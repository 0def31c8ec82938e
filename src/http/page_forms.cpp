#include "page_forms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "caveat/facts/register.hpp"

namespace caveat::http {
namespace {

bool is_label(const Field& field) { return std::equal(field.words.begin(), field.words.end(), label_words.begin(), label_words.end()); }

Json choices_of(const Field& field) {
    Json all = Json::array();
    for (const auto word : field.words) all.push_back({{"choice", word}});
    return all;
}

// A line of text; an instant is made readable where it is shown.
Json as_line(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    if (!value.is_array()) return value;
    std::string all;
    for (const auto& item : value) all += (all.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : item.dump());
    return all;
}

}  // namespace

Json lines_of(const Schema& schema, const Json& fact) {
    Json lines = Json::array();
    for (const auto& field : schema.fields) {
        const auto value = fact.find(std::string(field.name));
        if (field.title.empty() || value == fact.end()) continue;
        lines.push_back({{"title", field.title},
                         {"value", as_line(*value)},
                         {"tlp", is_label(field) && !value->is_null()},
                         {"nothing", field.nothing.empty() ? "–" : field.nothing}});
    }
    return lines;
}

Json inputs_of(const Route& route) {
    Json inputs = Json::array();
    if (route.body == nullptr) return inputs;
    const bool change = route.method == Method::patch;
    for (const auto& field : route.body->fields) {
        if (field.title.empty()) continue;
        inputs.push_back({{"id", fmt::format("{}-{}", route.id, field.name)},
                          {"name", field.name},
                          {"title", field.title},
                          {"about", field.about},
                          {"decided", change && field.decided},
                          {"required", field.required},
                          {"untouched", change ? "as it is" : "as usual"},
                          {"word", field.type == Type::word},
                          {"choices", choices_of(field)}});
    }
    return inputs;
}

}  // namespace caveat::http

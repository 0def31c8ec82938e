#include "caveat/facts/fields.hpp"

#include <stdexcept>

namespace caveat::facts {
namespace {

struct ToJson {
    Json operator()(std::monostate) const { return {}; }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const community::Word& word) const { return word.text; }
    Json operator()(bool flag) const { return flag; }
    Json operator()(Instant at) const { return to_string(at); }
    Json operator()(Date date) const { return to_string(date); }
    Json operator()(const std::vector<std::string>& texts) const { return texts; }
};

}  // namespace

Json json_of(const community::Value& value) { return std::visit(ToJson{}, value); }

community::Value value_of(const community::FieldTraits& field, const Json& json) {
    if (json.is_null()) return {};
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_array()) return json.get<std::vector<std::string>>();
    auto value = community::read_value(field, json.get_ref<const std::string&>());
    if (!value) throw std::logic_error(fmt::format("{} was not checked: {}", field.name, value.error().detail));
    return std::move(*value);
}

}  // namespace caveat::facts

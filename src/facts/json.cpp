#include "caveat/facts/json.hpp"

#include <set>
#include <vector>

#include "caveat/printable.hpp"

template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace caveat::facts {
namespace {

// Goes along the text before anything is made of it, and stops at the first fault.
class Shape : public nlohmann::json_sax<Json> {
public:
    [[nodiscard]] const std::string& fault() const { return fault_; }

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override {
        constexpr std::size_t most_shown = 64;
        auto& keys = keys_.back();
        if (keys.size() == most_keys) return wrong(fmt::format("an object of the body has more than {} keys", most_keys));
        if (keys.insert(name).second) return true;
        return wrong(fmt::format("an object of the body has the key '{}' twice", printable(name.substr(0, most_shown))));
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
        return wrong("the body is not JSON text (RFC 8259) in UTF-8");
    }

private:
    bool wrong(std::string fault) {
        fault_ = std::move(fault);
        return false;
    }

    bool open() {
        if (keys_.size() == deepest_json) return wrong("the body is nested too deeply");
        keys_.emplace_back();
        return true;
    }

    bool close() {
        keys_.pop_back();
        return true;
    }

    std::vector<std::set<std::string>> keys_;  // of each object that is open; of an array, none
    std::string fault_;
};

}  // namespace

std::string dumped(const Json& json) { return printable_json(json.dump(-1, ' ', false, Json::error_handler_t::replace)); }

Result<Json> read_json(std::string_view text) {
    Shape shape;
    if (!Json::sax_parse(text, &shape)) return fail(errc::invalid, "{}", shape.fault());
    return Json::parse(text);
}

}  // namespace caveat::facts

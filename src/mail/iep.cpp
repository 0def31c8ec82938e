#include "iep.hpp"

#include <algorithm>
#include <vector>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

// The values behind a key, at any depth, without quotes. A scalar is enough: what is asked for is one.
std::vector<std::string_view> values_of(std::string_view json, std::string_view key) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto quoted = '"' + std::string(key) + '"';
    std::vector<std::string_view> values;
    for (auto at = json.find(quoted); at != std::string_view::npos; at = json.find(quoted, at + 1)) {
        auto i = json.find_first_not_of(blanks, at + quoted.size());
        if (i == std::string_view::npos || json[i] != ':') continue;
        i = std::min(json.find_first_not_of(blanks, i + 1), json.size());
        if (i < json.size() && json[i] == '"')
            values.push_back(json.substr(i + 1, std::min(json.find('"', i + 1), json.size()) - i - 1));
        else
            values.push_back(ascii::trim(json.substr(i, std::min(json.find_first_of(",}", i), json.size()) - i)));
    }
    return values;
}

// "2026-03-02T09:15:00Z". Null and absent set no bound; what cannot be read is one that is not kept.
bool holds(std::string_view written, Instant now, bool from) {
    if (written == "null" || written.empty()) return true;
    const auto bound = parse_instant(written);
    return bound && (from ? *bound <= now : now < *bound);
}

}  // namespace

Iep read_iep(std::string_view json, const std::optional<Instant>& now) {
    Iep iep;
    if (const auto ids = values_of(json, "id_ref"); !ids.empty()) iep.refers_to = ids.front();
    iep.is_policy = !values_of(json, "iep_version").empty() || !values_of(json, "id").empty();
    if (!iep.is_policy) return iep;
    // A key that stands there twice with two values is not clear.
    const auto says = [&](std::string_view key, std::string_view mild, std::string_view also) {
        const auto values = values_of(json, key);
        return !values.empty() && std::all_of(values.begin(), values.end(),
                                              [&](auto value) { return ascii::equal(value, mild) || ascii::equal(value, also); });
    };
    const auto bounds_hold = [&](std::string_view key, bool from) {
        const auto values = values_of(json, key);
        return !now || std::all_of(values.begin(), values.end(), [&](auto value) { return holds(value, *now, from); });
    };
    iep.names_label = !values_of(json, "tlp").empty();
    iep.must_seal = !says("encrypt_in_transit", "may", "may");
    iep.must_not_name = !says("attribution", "may", "must");
    iep.in_force = bounds_hold("start_date", true) && bounds_hold("end_date", false);
    return iep;
}

}  // namespace caveat::mail

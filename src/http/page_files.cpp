// Templates and their data: a JSON value becomes what a template can show.
#include <algorithm>
#include <fstream>
#include <kainjow/mustache.hpp>
#include <sstream>

#include "caveat/clock.hpp"
#include "caveat/printable.hpp"
#include "pages.hpp"

namespace caveat::http {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error(path.string() + " cannot be read");
    return text.str();
}

bool is_word(const std::string& text) {
    return !text.empty() && text.size() <= 24 &&
           std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// "2 Mar 2026, 09:15 UTC" of an instant as the API writes it; empty for anything else.
std::string readable(const std::string& text) {
    if (text.size() < 20 || text[10] != 'T' || text.back() != 'Z') return {};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto at = parse_instant(text);
    if (!at) return {};
    const auto date = date_of(*at);
    const auto hours = text.substr(11, text.substr(17, 2) == "00" ? 5 : 8);
    return fmt::format("{} {} {}, {} UTC", static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), hours);
}

data converted(const Json& value);

// Mustache knows no comparisons: a word also makes `key_is_word` true, an instant has its readable form in `key_text`.
void add(data& object, const std::string& key, const Json& value) {
    object.set(key, converted(value));
    if (value.is_object()) object.set(key + "_json", data(dumped(value)));  // for what has no shape of its own
    if (!value.is_string()) return;
    const auto& text = value.get_ref<const std::string&>();
    if (is_word(text)) object.set(key + "_is_" + text, data(data::type::bool_true));
    if (auto words = readable(text); !words.empty()) object.set(key + "_text", data(std::move(words)));
}

data converted(const Json& value) {
    switch (value.type()) {
        case Json::value_t::object: {
            data object(data::type::object);
            for (const auto& [key, inner] : value.items()) add(object, key, inner);
            return object;
        }
        case Json::value_t::array: {
            data list(data::type::list);
            for (const auto& inner : value) list.push_back(converted(inner));
            return list;
        }
        case Json::value_t::string:
            // An empty text hides its section.
            if (value.get_ref<const std::string&>().empty()) return data(data::type::bool_false);
            // A direction mark must not let one value run into the words beside it.
            return data(printable_lines(value.get_ref<const std::string&>()));
        case Json::value_t::boolean:
            return data(value.get<bool>() ? data::type::bool_true : data::type::bool_false);
        case Json::value_t::null:
            return data(data::type::bool_false);
        default:
            return data(value.dump());
    }
}

}  // namespace

PageFiles::PageFiles(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto name = entry.path().stem().string();
        auto text = read(entry.path());
        if (entry.path().extension() != ".mustache") {
            files_[entry.path().filename().string()] = std::move(text);
            continue;
        }
        mustache parsed(text);
        if (!parsed.is_valid()) throw std::runtime_error(entry.path().string() + ": " + parsed.error_message());
        templates_[name] = std::move(text);
    }
    for (const auto* needed :
         {"layout", "home", "problem", "sign-in", "link-sent", "follow-link", "code", "second-factor", "leave", "left"}) {
        if (!has(needed)) throw std::runtime_error((folder / needed).string() + ".mustache is missing");
    }
}

bool PageFiles::has(std::string_view page) const { return templates_.find(page) != templates_.end(); }

const std::string* PageFiles::file(std::string_view name) const {
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : &found->second;
}

std::string PageFiles::render(std::string_view page, const Json& value) const {
    const auto found = templates_.find(page);
    if (found == templates_.end()) throw std::logic_error("no page " + std::string(page));
    auto values = converted(value);
    // Parts of pages: {{>label}} is label.mustache.
    for (const auto& [name, text] : templates_)
        values.set("part_" + name, data(kainjow::mustache::partial([&text = text] { return text; })));
    mustache inner(found->second);
    values.set("content", data(inner.render(values)));
    mustache layout(templates_.find("layout")->second);
    return layout.render(values);
}

}  // namespace caveat::http

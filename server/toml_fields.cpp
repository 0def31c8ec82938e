#include "toml_fields.hpp"

#include <algorithm>
#include <fstream>

namespace caveat::server {
namespace {

constexpr std::size_t most_lines = 200;  // of findings; a generated file can have as many mistakes as rows

std::optional<Date> as_date(const toml::date& written) {
    const Date date{std::chrono::year{written.year}, std::chrono::month{written.month}, std::chrono::day{written.day}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::optional<Instant> as_instant(const toml::date_time& written) {
    const auto date = as_date(written.date);
    if (!date || !written.offset) return std::nullopt;
    const auto& time = written.time;
    return start_of(*date) + std::chrono::hours{time.hour} + std::chrono::minutes{time.minute} + std::chrono::seconds{time.second} +
           std::chrono::microseconds{time.nanosecond / 1000} - std::chrono::minutes{written.offset->minutes};
}

}  // namespace

void Findings::note(std::uint32_t line, std::string text) {
    if (++count_ <= most_lines) lines_.push_back({line, std::move(text)});
}

Error Findings::error() const {
    auto sorted = lines_;
    std::stable_sort(sorted.begin(), sorted.end(), [](const Line& a, const Line& b) { return a.number < b.number; });
    std::string text;
    for (const auto& line : sorted) text += fmt::format("{}{}:{}: {}", text.empty() ? "" : "\n", file_.string(), line.number, line.text);
    if (count_ > lines_.size()) text += fmt::format("\nand {} more", count_ - lines_.size());
    return {errc::invalid, std::move(text)};
}

Result<std::string> read_text(const std::filesystem::path& file, std::uintmax_t most) {
    std::error_code trouble;
    const auto status = std::filesystem::status(file, trouble);
    if (!std::filesystem::exists(status)) return fail(errc::not_found, "{}: no such file", file.string());
    if (std::filesystem::is_directory(status)) return fail(errc::invalid, "{}: is a folder; name a file", file.string());
    std::ifstream in(file, std::ios::binary);
    std::string text;
    // Not file_size(): a pipe has none, and the file may grow while it is read.
    std::string block(1 << 16, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0) {
        text.append(block, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > most) return fail(errc::limit, "{}: has more than {} bytes", file.string(), most);
    }
    if (!in.eof()) return fail(errc::invalid, "{}: cannot be read; check its permissions", file.string());
    return text;
}

Result<toml::table> parse_toml(std::string_view text, const std::filesystem::path& file) {
    // toml++ with exceptions, as in policy: two ways of compiling its headers do not link into one program.
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        return fail(errc::invalid, "{}:{}: is not TOML: {}", file.string(), error.source().begin.line, error.description());
    }
}

TableReader::TableReader(const toml::table& table, std::string name, Findings& findings)
    : table_(table), name_(std::move(name)), findings_(findings) {}

const toml::node* TableReader::find(std::string_view key) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
    return table_.get(key);
}

std::string TableReader::text(std::string_view key, std::string_view otherwise) {
    const auto* node = find(key);
    if (node == nullptr) return std::string(otherwise);
    if (const auto* written = node->as_string()) return written->get();
    complain(key, "must be text; write {} = \"...\"", key);
    return std::string(otherwise);
}

std::string TableReader::required(std::string_view key, std::string_view example) {
    auto written = text(key);
    if (!written.empty() || (has(key) && wrong(key))) return written;
    complain(key, "is missing; write {} = \"{}\"", key, example);
    return written;
}

bool TableReader::flag(std::string_view key, bool otherwise) {
    const auto* node = find(key);
    if (node == nullptr) return otherwise;
    if (const auto* written = node->as_boolean()) return written->get();
    complain(key, "must be true or false, without quotes");
    return otherwise;
}

std::size_t TableReader::number(std::string_view key, std::size_t otherwise, std::size_t least, std::size_t most) {
    const auto* node = find(key);
    if (node == nullptr) return otherwise;
    const auto* written = node->as_integer();
    if (written != nullptr && written->get() >= 0) {
        const auto value = static_cast<std::size_t>(written->get());
        if (value >= least && value <= most) return value;
    }
    complain(key, "must be a whole number from {} to {}, without quotes", least, most);
    return otherwise;
}

std::chrono::seconds TableReader::duration(std::string_view key, std::chrono::seconds otherwise, std::chrono::seconds least) {
    const auto* node = find(key);
    if (node == nullptr) return otherwise;
    if (!node->is_string()) {
        complain(key, "must be text; write {} = \"{}\"", key, to_string(otherwise));
        return otherwise;
    }
    const auto written = text(key);
    const auto value = parse_duration(written);
    if (!value) {
        complain(key, "{}", value.error().detail);
    } else if (*value < least) {
        complain(key, "{} is too short; write at least \"{}\"", written, to_string(least));
    } else {
        return *value;
    }
    return otherwise;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) return {};
    std::vector<std::string> found;
    if (const auto* array = node->as_array()) {
        for (const auto& element : *array) {
            if (const auto* written = element.as_string()) found.push_back(written->get());
        }
        if (found.size() == array->size()) return found;
    }
    complain(key, "must be a list of texts; write {} = [\"...\", \"...\"]", key);
    return {};
}

std::optional<Date> TableReader::date(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* written = node->as_date()) {
        if (const auto value = as_date(written->get())) return value;
    } else if (const auto* text_written = node->as_string()) {
        if (const auto value = parse_date(text_written->get())) return *value;
    }
    complain(key, "is not a date; write {} = 2026-03-02", key);
    return std::nullopt;
}

std::optional<Instant> TableReader::instant(std::string_view key) {
    const auto* node = find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<Instant> value;
    if (const auto* day = node->as_date()) {
        if (const auto date = as_date(day->get())) value = start_of(*date);
    } else if (const auto* time = node->as_date_time()) {
        value = as_instant(time->get());
    } else if (const auto* written = node->as_string()) {
        if (const auto parsed = parse_instant(written->get())) value = *parsed;
    }
    // Refused without an offset: nobody could say which time zone is meant.
    if (!value) complain(key, "is not an instant; write {} = 2026-03-02 or 2026-03-02T09:15:00Z, with Z or an offset", key);
    return value;
}

std::optional<community::Value> TableReader::word(const community::FieldTraits& field, const std::string& written) {
    if (auto value = community::read_value(field, written)) return std::move(*value);
    complain(field.name, "'{}' is not one of its words; write one of: {}", written, community::choices(field, ", "));
    return std::nullopt;
}

std::optional<community::Value> TableReader::value(const community::FieldTraits& field) {
    using community::FieldType;
    using community::Value;
    const auto given = [](auto&& read) { return read ? std::optional<Value>(*read) : std::nullopt; };
    switch (field.type) {
        case FieldType::text:
        case FieldType::word: {
            const auto written = field.required ? required(field.name, field.example) : text(field.name);
            if (written.empty() && (field.required || !has(field.name))) return std::nullopt;
            if (wrong(field.name)) return std::nullopt;
            return field.type == FieldType::word ? word(field, written) : Value{written};
        }
        case FieldType::flag: {
            const bool set = flag(field.name, false);
            return has(field.name) ? std::optional<Value>(set) : std::nullopt;
        }
        case FieldType::instant:
            if (field.required && !has(field.name)) complain(field.name, "is missing; write {} = {}", field.name, field.example);
            return given(instant(field.name));
        case FieldType::date:
            return given(date(field.name));
        case FieldType::texts:
            return texts(field.name);
    }
    return std::nullopt;
}

void TableReader::done() {
    for (const auto& [key, node] : table_) {
        if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
        findings_.add(key.source(), "{}.{}: unknown key; known here: {}", name_, key.str(), fmt::join(known_, ", "));
    }
}

}  // namespace caveat::server

#include "fields.hpp"

#include <charconv>
#include <limits>

namespace caveat::committee {

Writer& Writer::add(std::string_view field) {
    if (!first_) text_ += '\t';
    first_ = false;
    for (const char c : field) {
        switch (c) {
            case '\t':
                text_ += "\\t";
                break;
            case '\n':
                text_ += "\\n";
                break;
            case '\\':
                text_ += "\\\\";
                break;
            default:
                text_ += c;
        }
    }
    return *this;
}

Reader::Reader(std::string_view text) : fields_(1) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\t') {
            fields_.emplace_back();
        } else if (text[i] == '\\' && i + 1 < text.size()) {
            const char c = text[++i];
            fields_.back() += c == 't' ? '\t' : c == 'n' ? '\n' : c;
        } else {
            fields_.back() += text[i];
        }
    }
}

std::string Reader::text() {
    if (next_ < fields_.size()) return fields_[next_++];
    good_ = false;
    return {};
}

std::int64_t Reader::number() {
    const auto field = text();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error == std::errc{} && end == field.data() + field.size()) return value;
    good_ = false;
    return 0;
}

int Reader::small() {
    const auto value = number();
    if (value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max()) return static_cast<int>(value);
    good_ = false;
    return 0;
}

std::optional<Instant> Reader::maybe_at() {
    if (next_ < fields_.size() && fields_[next_].empty()) {
        ++next_;
        return std::nullopt;
    }
    return at();
}

}  // namespace caveat::committee

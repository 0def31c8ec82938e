#include "problems.hpp"

namespace caveat::registry {

std::string shown(std::string_view text) {
    constexpr std::size_t most = 80;
    std::string line;
    for (const char c : text) {
        if (line.size() >= most) return line + "...";
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
            line += fmt::format("\\x{:02x}", byte);
        } else {
            line += c;
        }
    }
    return line;
}

void Problems::note(std::string_view kind, std::string_view id, std::string text) {
    if (++count_ <= most_lines) lines_.push_back(fmt::format("{} {}: {}", kind, shown(id), text));
}

Error Problems::error() const {
    std::string text = fmt::format("{}", fmt::join(lines_, "\n"));
    if (count_ > lines_.size()) text += fmt::format("\nand {} more", count_ - lines_.size());
    return {errc::invalid, std::move(text)};
}

}  // namespace caveat::registry

#include "problems.hpp"

#include "caveat/printable.hpp"

namespace caveat::registry {

std::string shown(std::string_view text) {
    constexpr std::size_t most = 80;
    // Not in the middle of a character.
    std::size_t end = std::min(most, text.size());
    while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
    return printable(text.substr(0, end)) + (end < text.size() ? "..." : "");
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

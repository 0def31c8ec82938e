// RFC 9580 §6, as far as a public key or a message needs it.
#include <algorithm>
#include <array>
#include <optional>

#include "certificate.hpp"

namespace caveat::openpgp {
namespace {

bool is_edge(std::string_view line, std::string_view which, std::string_view kind) {
    return line.starts_with("-----") && line.substr(5).starts_with(which) && line.substr(5 + which.size()).starts_with(kind) &&
           line.substr(5 + which.size() + kind.size()) == "-----";
}

// The next line without its end and the blanks around it; none behind the last.
std::optional<std::string_view> next_line(std::string_view& rest) {
    if (rest.empty()) return std::nullopt;
    const auto end = std::min(rest.find('\n'), rest.size());
    auto line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line;
}

constexpr std::array<signed char, 256> make_digits() {
    std::array<signed char, 256> digits{};
    for (auto& digit : digits) digit = -1;
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t i = 0; i < alphabet.size(); ++i) digits[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    return digits;
}
constexpr auto base64_digits = make_digits();

// Base64 over lines (RFC 4648 §4): nothing comes behind the padding.
class Decoder {
public:
    bool take(std::string_view line) {
        for (const char c : line) {
            if (c == '=') {
                ++padding_;
                continue;
            }
            const auto digit = base64_digits[static_cast<unsigned char>(c)];
            if (digit < 0 || padding_ > 0) return false;
            ++digits_;
            pending_ = (pending_ << 6U | static_cast<unsigned>(digit)) & 0xffffffU;
            if ((bits_ += 6) >= 8) bytes += static_cast<char>(pending_ >> (bits_ -= 8) & 0xffU);
        }
        return true;
    }
    [[nodiscard]] bool whole() const { return digits_ % 4 != 1 && padding_ <= 2 && (padding_ == 0 || (digits_ + padding_) % 4 == 0); }

    std::string bytes;

private:
    unsigned pending_ = 0;
    unsigned bits_ = 0;
    std::size_t digits_ = 0;
    std::size_t padding_ = 0;
};

// The block whose first line was read: fields ("Version: ..."), a blank line, base64, a checksum, the last line.
std::optional<std::string> read_block(std::string_view& rest, std::string_view kind) {
    Decoder decoder;
    bool inside = false;
    while (const auto line = next_line(rest)) {
        if (is_edge(*line, "END PGP ", kind)) return decoder.whole() ? std::optional(std::move(decoder.bytes)) : std::nullopt;
        if (!inside && (line->empty() || line->find(':') != std::string_view::npos)) continue;
        inside = true;
        const bool checksum = line->size() == 5 && line->front() == '=';
        if (!checksum && !decoder.take(*line)) return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::string without_armour(std::string_view text, std::string_view kind) {
    std::string all;
    while (const auto line = next_line(text)) {
        if (!is_edge(*line, "BEGIN PGP ", kind)) continue;
        const auto block = read_block(text, kind);
        if (!block) return {};
        all += *block;
    }
    return all;
}

}  // namespace caveat::openpgp

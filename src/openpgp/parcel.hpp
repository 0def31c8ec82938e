#pragma once
// Several texts as one, on their way between two processes of ours.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::openpgp {

inline std::string packed(const std::vector<std::string_view>& texts) {
    std::string all;
    for (const auto text : texts) {
        const std::uint64_t size = text.size();
        all.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
    }
    return all;
}

// Views into `parcel`; none if it is not one.
inline std::optional<std::vector<std::string_view>> unpacked(std::string_view parcel) {
    std::vector<std::string_view> texts;
    while (!parcel.empty()) {
        std::uint64_t size = 0;
        if (parcel.size() < sizeof size) return std::nullopt;
        std::memcpy(&size, parcel.data(), sizeof size);
        parcel.remove_prefix(sizeof size);
        if (parcel.size() < size) return std::nullopt;
        texts.push_back(parcel.substr(0, size));
        parcel.remove_prefix(size);
    }
    return texts;
}

}  // namespace caveat::openpgp

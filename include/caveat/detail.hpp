#pragma once
// The JSON object of a journal entry, written field by field in the order given. Only what the journal needs: everywhere else a library
// reads and writes JSON.
#include <concepts>
#include <span>
#include <string>
#include <string_view>

namespace caveat {

class Detail {
public:
    Detail& add(std::string_view key, std::string_view text);
    Detail& add(std::string_view key, std::integral auto number) { return raw(key, std::to_string(number)); }
    Detail& add(std::string_view key, std::span<const std::string> texts);

    [[nodiscard]] std::string text() const { return text_ + "}"; }

private:
    Detail& raw(std::string_view key, std::string_view json);
    std::string text_ = "{";
};

}  // namespace caveat

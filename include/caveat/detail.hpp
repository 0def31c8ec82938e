#pragma once
// The JSON object of a journal entry, written field by field in the order given, and read. Only what the journal needs: everywhere else a
// library reads and writes JSON.
#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

// ---- what such an object says, in which no text holds what looks like a field
// The text of this name; empty: it has none.
[[nodiscard]] std::string text_in(std::string_view detail, std::string_view name);
// The texts of this list; empty: it has none.
[[nodiscard]] std::vector<std::string> texts_in(std::string_view detail, std::string_view name);

}  // namespace caveat

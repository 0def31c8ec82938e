#pragma once
// What a style sheet may put on the page: strings, attributes of the element and the values of custom properties (CSS Content 3, Values 5).
// No selector is followed: what could be shown anywhere is told. Pure, linear.
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

struct CssPiece {
    enum class Kind : std::uint8_t { text, attribute, variable } kind{};
    std::string text;  // or the name
};
struct CssDeclaration {
    std::string name;  // of the property
    std::vector<CssPiece> pieces;
};

// Every string, whatever property it stands in: content, quotes, list markers, counter styles, custom properties. Not the addresses in
// url() and the values in selectors, which are never shown. Where there are remarks, once with and once without them.
[[nodiscard]] std::vector<CssDeclaration> read_style_sheet(std::string_view css);

using ShownValues = std::map<std::string, std::vector<std::string>, std::less<>>;  // by name

// The texts of each declaration, a line each. Which attribute or variable stands in it is not followed: some of the values that there are
// of its name are tried in turn. Ends beyond `most` bytes.
[[nodiscard]] std::string generated_text(const std::vector<CssDeclaration>& sheet, const ShownValues& attributes, std::size_t most);

}  // namespace caveat::mail

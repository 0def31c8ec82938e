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

// How style sheets and the styles of elements lay text out: which elements stand on lines of their own, in which the line ends of the
// source are seen, and what is written in front of an element's text and behind it.
struct Look {
    bool breaks = false;                  // display, float or position take it out of the line
    bool lines = false;                   // white-space keeps line ends
    std::vector<CssPiece> before, after;  // content of ::before and ::after
    [[nodiscard]] bool empty() const { return !breaks && !lines && before.empty() && after.empty(); }
    void add(const Look& other);
};
// Of declarations without a selector, as an element has them.
[[nodiscard]] Look look_of(std::string_view declarations);

// Rules by what they say last of the element: its class, its id or its name; what is around it is not asked, nor which rule wins, so that
// more may be laid out in this way than is. Linear.
class Looks {
public:
    explicit Looks(std::string_view css);
    [[nodiscard]] bool empty() const { return all_.empty(); }
    // `classes`: as the attribute has them.
    [[nodiscard]] Look of(std::string_view element, std::string_view classes, std::string_view id) const;

private:
    void rule(std::string_view selectors, std::string_view declarations);

    std::map<std::string, Look, std::less<>> all_;  // "p", ".label", "#label", "*"
};

}  // namespace caveat::mail

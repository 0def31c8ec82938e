#pragma once
// Tags and comments of HTML as browsers tell them (HTML 13.2.5), with a word on whether other programs may tell them otherwise; and the
// text between the tags that all programs tell alike. Pure; linear.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail::html {

struct Behind {
    std::size_t at = 0;  // bytes; the size of the document where it ends within
    bool odd = false;    // programs may differ in where that is, or in what they show of what was passed
};

struct Attribute {
    std::string_view name, value;
};

// Of the tag at hand, as they stand in the document.
class Attributes {
public:
    // Those behind the name of a tag, which ends at `i`, by the states of HTML 13.2.5.32 to 13.2.5.40. Returns where the tag ends.
    [[nodiscard]] Behind read(std::string_view html, std::size_t i);

    // The first counts. No data: there is none of that name.
    [[nodiscard]] std::string_view value(std::string_view name) const;
    [[nodiscard]] const std::vector<Attribute>& all() const { return all_; }

private:
    std::vector<Attribute> all_;
};

// Behind the "<!" or "<?" at `at`. Of what only some programs show, and of character data of XML, only the marks are passed. `is_strange`:
// it stands in a drawing or the like, where a comment may be none. `passes_all`: what only some programs show is passed whole.
[[nodiscard]] Behind behind_markup(std::string_view html, std::size_t at, bool is_strange, bool passes_all);

// Everything between the tags that are sure, with a line end where any other angle bracket stands; and, if asked, where the source has one.
[[nodiscard]] std::string nothing_hidden(std::string_view html, bool keeps_line_ends = false);

}  // namespace caveat::mail::html

#pragma once
// One pass over an HTML document that leaves the lines a reader sees, and notes what makes a second reading worth while. No tree is built:
// elements are followed to their ends by counting those of their name. Pure; linear.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "html_elements.hpp"
#include "html_tags.hpp"
#include "style_sheet.hpp"

namespace caveat::mail::html {

// An element that is followed to its end, by counting those of its name within.
struct Followed {
    std::string element;
    int depth = 0;

    void begin(std::string_view name) {
        if (depth == 0 && !is_in(without_end, name)) {
            element = name;
            depth = 1;
        }
    }
    // False: `name` does not change it.
    bool pass(std::string_view name, bool closing) {
        if (depth == 0 || element != name) return false;
        depth += closing ? -1 : 1;
        return true;
    }
};

// What is left out of the text: nothing; what is hidden by its style; that, and everything behind the first place that programs may read
// otherwise or that is not plain (plain_look.hpp).
enum class LeftOut : std::uint8_t { nothing, hidden, doubtful };

// What it is given outlives it. It runs once.
class Reduction {
public:
    Reduction(std::string_view html, LeftOut left_out) : html_(html), left_out_(left_out) {}
    // As these style sheets and the styles of elements lay it out.
    Reduction(std::string_view html, const Looks& looks) : html_(html), looks_(&looks) {}
    // Collects the values of these attributes as well.
    Reduction(std::string_view html, ShownValues& wanted) : html_(html), wanted_(&wanted) {}

    std::string run();

    // After run: programs may differ; something is hidden by its style; something is a box of its own; the style sheets; what stands in
    // attributes that are documents.
    [[nodiscard]] bool odd() const { return odd_; }
    [[nodiscard]] bool hides() const { return hides_; }
    [[nodiscard]] bool has_boxes() const { return has_boxes_; }
    [[nodiscard]] const std::string& styles() const { return styles_; }
    [[nodiscard]] const std::string& inline_styles() const { return inline_styles_; }
    [[nodiscard]] const std::string& documents() const { return documents_; }
    // Lines in which a label at the beginning of an element, or behind a picture, has no blank before it: nothing but their style parts
    // the two, and so does a bar here. And what attributes call an element: lines of their own.
    [[nodiscard]] const std::string& set_apart() const { return set_apart_; }

private:
    struct LaidOut {
        int depth = 0;
        bool breaks = false, lines = false;
        std::string after;
    };

    // The document, from its beginning to its end.
    void step();
    void tag();
    void no_tag();
    void entity();
    void go_on(Behind there);
    std::string_view until_end(std::string_view element);
    void skip_raw(std::string_view element);
    void text_until_end(std::string_view element);

    // What elements do to their text.
    void follow(std::string_view element, bool closing);
    std::string lay_out(const std::string& element, bool closing);
    void end_of(std::vector<LaidOut>& open);
    std::string generated(const std::vector<CssPiece>& pieces);
    void shown_attributes(std::string_view element);
    void attributes_that_name(std::string_view element);
    void styled_attributes();
    void attribute_text(std::string_view value);

    // The line at hand.
    [[nodiscard]] bool is_left_out() const { return left_out_ != LeftOut::nothing && hidden_.depth > 0; }
    void put(char c);
    void put_character(char32_t code);
    void cell(bool closing);
    void note_joint();
    void set_labels_apart();
    void end_line();

    std::string_view html_;
    LeftOut left_out_ = LeftOut::nothing;
    std::string out_, line_, styles_, inline_styles_, documents_, set_apart_;
    std::vector<std::size_t> joints_;  // in the line
    ShownValues* wanted_ = nullptr;
    const Looks* looks_ = nullptr;
    std::map<std::string, std::vector<LaidOut>, std::less<>> laid_out_;  // by the names of elements, innermost last
    std::size_t generated_ = 0;                                          // bytes
    Attributes attributes_;                                              // of the tag at hand
    std::size_t at_ = 0;
    int pre_ = 0, quote_ = 0;
    int strange_ = 0;  // drawings, formulas, lists and what is for programs without scripts, that are open
    Followed hidden_, turned_;
    bool odd_ = false, hides_ = false, has_boxes_ = false;
    bool alone_ = false;  // the element at hand has no text, and stands on a line of its own with what its attributes show
};

}  // namespace caveat::mail::html

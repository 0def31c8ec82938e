#pragma once
// The scanners of rules.md §3.2 over normalised text: which labels stand in it (label_spelling.hpp), and which of those in a line speak for
// it: BODYLN, ENDLN and rulings (aa) and (hh). The cost is linear whatever the text (L8). Pure.
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "caveat/community/tlp.hpp"
#include "label_spelling.hpp"

namespace caveat::mail {

struct LineReading {
    std::vector<Hit> all;                // at any place of it, as `everywhere`
    std::vector<Hit> hits;               // those that speak for the line, in their order
    std::optional<community::Tlp> ends;  // ENDLN: the section of this label ends here
    std::string_view restrictions;       // behind the label of a label line
};

class LabelLexer : public LabelSpelling {
public:
    using LabelSpelling::LabelSpelling;

    [[nodiscard]] std::vector<Hit> everywhere();  // CANON, LENIENT and TOKEN at any place: a subject
    [[nodiscard]] LineReading line();             // the text as one line of a body
    [[nodiscard]] std::optional<Hit> header();    // the text as the value of a TLP field: "AMBER", "TLP:AMBER", "amber"; nothing if blank

private:
    struct Heading {
        std::size_t end = 0;  // behind the colon and the decoration that follows
        bool narrow = false;  // short enough for a field of a forwarded header
    };
    struct Tail {
        std::size_t core_end = 0;  // behind the last letter or digit
        int signs = 0;             // that follow it
        bool question = false;     // one of them is a question mark
    };

    std::size_t line_start(bool& numbered);
    std::size_t behind_brackets(std::size_t i);
    std::optional<Heading> heading(std::size_t i);
    std::size_t behind_tag(std::size_t i);
    bool speaks_at_end(const Hit& hit) const;
    bool clause_ends(std::size_t end);
    bool is_said_here(const Hit& hit);
    bool names_all_colours(const Hit& first);
    bool restriction_follows(std::size_t end);
    bool alone_in_cell(const Hit& hit);
    Tail tail_of(std::size_t end);
    std::optional<community::Tlp> end_line();
    bool is_label_line(const Hit& hit, std::string_view& restrictions);
};

}  // namespace caveat::mail

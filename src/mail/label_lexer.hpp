#pragma once
// The scanners of rules.md §3.2 over normalised text: CANON, LENIENT, TOKEN, BODYLN, ENDLN and rulings (aa) and (hh). Each position is
// looked at a bounded number of times and nothing is tried twice, so the cost is linear whatever the text (L8). Pure.
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "caveat/community/tlp.hpp"

namespace caveat::mail {

enum class Spelling {
    canonical,       // CANON, at a place where a label may stand
    lenient,         // LENIENT, or canonical letters where they are a hint only (aa)
    unknown,         // TOKEN that neither CANON nor LENIENT explains
    no_attribution,  // MISP's ex:chr: a restriction, not a label
};

struct Hit {
    std::size_t begin = 0, end = 0;       // of the label itself, "TLP" included, in the scanned text
    std::optional<community::Tlp> label;  // none: unknown, or ex:chr
    Spelling spelling = Spelling::lenient;
    bool white = false;    // the obsolete name of CLEAR (ee)
    bool exact = false;    // letter for letter "TLP:" and a canonical name, whatever stands around it
    bool foreign = false;  // unknown: a colour in another language
    bool loud = false;     // a name in capitals behind a sign behind "TLP level" and the like
};

struct LineReading {
    std::vector<Hit> hits;               // those that speak for the line, in their order
    std::optional<community::Tlp> ends;  // ENDLN: the section of this label ends here
    std::string_view restrictions;       // behind the label of a label line
};

class LabelLexer {
public:
    explicit LabelLexer(std::string_view text) : text_(text) {}

    [[nodiscard]] std::vector<Hit> everywhere();  // CANON, LENIENT and TOKEN at any place: a subject
    [[nodiscard]] LineReading line();             // the text as one line of a body
    [[nodiscard]] std::optional<Hit> header();    // the text as the value of a TLP field: "AMBER", "TLP:AMBER", "amber"; nothing if blank

    [[nodiscard]] std::size_t examined() const { return examined_; }  // characters looked at so far; what the test of L8 counts

private:
    struct Name {
        community::Tlp label{};
        std::size_t end = 0;
        bool white = false, exact = false;
    };

    struct Heading {
        std::size_t end = 0;  // behind the colon and the decoration that follows
        bool narrow = false;  // short enough for a field of a forwarded header
    };
    struct Tail {
        std::size_t core_end = 0;  // behind the last letter or digit
        int signs = 0;             // that follow it
        bool question = false;     // one of them is a question mark
    };

    char at(std::size_t i);  // '\0' behind the end
    std::size_t skip_blanks(std::size_t i);
    std::size_t skip_set(std::size_t i, std::string_view set, std::size_t most);
    std::size_t sign_at(std::size_t i);  // bytes of the decoration there, or 0
    std::size_t sign_or_escape_at(std::size_t i);
    std::size_t skip_decoration(std::size_t i);
    bool word_at(std::size_t i, std::string_view lower_case);
    std::optional<std::size_t> gap(std::size_t i, std::string_view signs, bool optional);
    std::optional<Name> name_at(std::size_t i);
    std::optional<Hit> token_at(std::size_t i);
    std::optional<Hit> hit_at(std::size_t i);
    std::optional<std::size_t> tied_strict(std::size_t amber_end);
    std::optional<Name> loosely_named(std::size_t protocol_end, std::size_t gap_end, std::string_view announcing);
    bool is_written_as_name(std::size_t begin, std::size_t end, bool announced);
    bool is_quoted_value(std::size_t protocol_end, std::size_t begin, std::size_t end);
    std::size_t skip_signs(std::size_t i, int most);
    std::optional<Name> spaced_name(std::size_t i);
    std::optional<Hit> spaced_at(std::size_t i);
    std::optional<Hit> alternative_at(std::size_t i);
    std::size_t skip_boxes(std::size_t i, bool& boxed);
    bool is_option(const Name& name, std::size_t begin);
    std::optional<Hit> boxed_at(std::size_t i, std::size_t protocol_end);
    std::vector<Hit> row_behind(std::size_t end);
    std::size_t version_end(std::size_t i);
    std::size_t described(std::size_t i);
    std::size_t behind_pap(std::size_t i);
    std::optional<Hit> described_at(std::size_t i);
    std::optional<Hit> described_unknown(std::size_t i, std::size_t end, std::size_t begin);
    std::optional<Hit> foreign_at(std::size_t i, std::size_t protocol_end, std::size_t gap_end);
    std::optional<Hit> glued_colour(std::size_t i, std::size_t begin);
    std::optional<std::size_t> behind_signs(std::size_t i, bool& announced);
    std::optional<Hit> levelled_at(std::size_t i, std::size_t protocol_end, bool named);
    std::optional<Hit> foreign_protocol_at(std::size_t i);
    std::size_t line_start(bool& numbered);
    std::size_t behind_brackets(std::size_t i);
    std::optional<Heading> heading(std::size_t i);
    std::size_t behind_tag(std::size_t i);
    bool speaks_at_end(const Hit& hit) const;
    bool runs_on(const Hit& hit);
    bool restriction_follows(std::size_t end);
    bool alone_in_cell(const Hit& hit, bool in_short_line);
    Tail tail_of(std::size_t end);
    std::optional<community::Tlp> end_line();
    bool is_label_line(const Hit& hit, std::string_view& restrictions);

    std::string_view text_;
    std::size_t examined_ = 0;
};

}  // namespace caveat::mail

#pragma once
// How a label is spelled, from its "TLP" to the end of its colour, wherever it stands: CANON, LENIENT and TOKEN of rules.md §3.2, and what
// people write besides. Each position is looked at a bounded number of times and nothing is tried twice, so the cost is linear whatever the
// text (L8). Pure.
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "caveat/community/tlp.hpp"
#include "label_names.hpp"

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
    bool unnamed = false;  // "AMBER+STRICT" without "TLP", which means nothing else
};

class LabelSpelling : public NameScanner {
public:
    using NameScanner::NameScanner;

protected:
    std::optional<Hit> hit_at(std::size_t i);

    // Colours behind that of a label: label_row.cpp.
    std::optional<Hit> alternative_at(std::size_t i);
    std::vector<Hit> row_behind(std::size_t end);

private:
    std::optional<Name> loosely_named(std::size_t protocol_end, std::size_t gap_end, std::string_view announcing);
    bool is_quoted_value(std::size_t protocol_end, std::size_t begin, std::size_t end);
    std::optional<Hit> spaced_at(std::size_t i);
    std::optional<Hit> unnamed_at(std::size_t i);
    std::optional<Hit> abbreviated_at(std::size_t i);
    std::optional<Hit> token_at(std::size_t i);

    // Boxes to tick: label_row.cpp.
    std::size_t skip_boxes(std::size_t i, bool& boxed);
    bool is_option(const Name& name, std::size_t begin);
    std::optional<Hit> boxed_at(std::size_t i, std::size_t protocol_end);

    // Words between "TLP" and a colour: described_label.cpp.
    std::size_t version_end(std::size_t i);
    std::size_t protocol_end(std::size_t i);
    std::size_t described(std::size_t i);
    std::size_t behind_words(std::size_t i);
    std::optional<Hit> worded_at(std::size_t i);
    std::size_t behind_pap(std::size_t i);
    std::optional<Hit> described_unknown(std::size_t i, std::size_t end, std::size_t begin);
    std::optional<Hit> described_at(std::size_t i);

    // Other languages: foreign_label.cpp.
    std::optional<Hit> glued_colour(std::size_t i, std::size_t begin);
    bool enumerates_colours(std::size_t begin);
    std::optional<std::size_t> behind_signs(std::size_t i, bool& announced);
    std::optional<Hit> levelled_at(std::size_t i, std::size_t protocol_end, bool named);
    std::optional<Hit> foreign_protocol_at(std::size_t i);
    std::optional<Hit> foreign_at(std::size_t i, std::size_t protocol_end, std::size_t gap_end);
};

}  // namespace caveat::mail

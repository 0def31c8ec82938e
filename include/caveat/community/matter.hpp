#pragma once
// The small records between a team and the committee: reviews of eligibility (item 24), declarations that a criterion no longer holds (item
// 5, ruling nn), yearly duties (item 8), documents that parties are asked to accept and their acceptances (item 5), a team's word that its
// contact data is right (item 60). One row for all six; what a column means to each is said once, in the table of its fields, which feeds
// facts, schemas and the console. Values, any thread.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/community/field.hpp"

namespace caveat::community {

enum class MatterKind : std::uint8_t { review, declaration, duty, document, acceptance, confirmation };
template <>
struct Spelling<MatterKind> {
    static constexpr std::array<std::string_view, 6> words{"review", "declaration", "duty", "document", "acceptance", "confirmation"};
};

struct Matter {
    std::string id;  // "R-2026-001"
    MatterKind kind{};
    TeamId team;          // whom it is about; of a document nobody
    std::string what;     // the criterion, the duty's word, the document's name
    std::string version;  // of a document
    std::string hash;     // SHA-256 of a document, hexadecimal; may be empty
    std::string text;     // why, in words; of a document who is asked
    std::optional<Instant> due;
    Instant at{};
    std::string actor;
    std::string cause;  // of a review the declaration it came from; of a declaration its review
    std::optional<Instant> closed;
    std::string closed_by;
    std::string outcome;
    std::string decision;
    std::string note;
    // Not of the row itself, but of what was written beside it.
    std::string motion = {};  // of a review: the decision that was proposed on what it recommends
    bool kept = false;        // of a document: its bytes are kept here, sealed
    bool operator==(const Matter&) const = default;
};

inline constexpr std::array<std::string_view, 3> review_outcomes{"meets", "category", "revocation"};
inline constexpr std::array<std::string_view, 3> duty_outcomes{"done", "excused", "missed"};
inline constexpr std::array<std::string_view, 3> asked_words{"all", "members", "partners"};

// A yearly duty of an Operational Member (item 8; the attestation: item 15).
struct DutyWord {
    std::string_view word;
    std::string_view name;  // in a sentence
};
inline constexpr std::array<DutyWord, 4> duty_table{{{"annual_report", "the contribution to the annual report"},
                                                     {"general_meeting", "taking part in the General Meeting"},
                                                     {"drill", "taking part in the drill"},
                                                     {"attestation", "the yearly attestation of confidentiality"}}};
inline constexpr auto duty_words = [] {
    std::array<std::string_view, duty_table.size()> words{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = duty_table[i].word;
    return words;
}();
// The word itself where there is no such duty.
[[nodiscard]] constexpr std::string_view duty_name(std::string_view word) {
    for (const auto& duty : duty_table) {
        if (duty.word == word) return duty.name;
    }
    return word;
}

// ---- what its columns are to each; the first is the id

namespace made {

inline constexpr FieldTraits matter_id{.name = "id", .title = "Id", .about = "its id", .required = true};
inline constexpr FieldTraits matter_team{.name = "team", .title = "Team", .about = "whom it is about", .required = true};
inline constexpr FieldTraits matter_by{.name = "by", .title = "By", .about = "who entered it", .required = true};
inline constexpr FieldTraits matter_closed{.name = "closed", .title = "Closed", .about = "when it ended; null while it is open"};
inline constexpr FieldTraits matter_closed_by{.name = "closed_by", .title = "Closed by", .about = "who entered its end"};
inline constexpr FieldTraits matter_note{.name = "note", .title = "Note", .about = "what was found, in words", .most = 4'000};

}  // namespace made

inline constexpr std::array review_fields{
    field<&Matter::id>(made::matter_id),
    field<&Matter::team>(made::matter_team),
    field<&Matter::text>({.name = "reason", .title = "Reason", .about = "why it is held", .required = true, .most = 4'000}),
    field<&Matter::at>({.name = "opened", .title = "Opened", .about = "when", .required = true}),
    field<&Matter::actor>(made::matter_by),
    field<&Matter::cause>({.name = "declaration", .title = "Declaration", .about = "the declaration that it came from"}),
    field<&Matter::closed>(made::matter_closed),
    field<&Matter::closed_by>(made::matter_closed_by),
    field<&Matter::outcome>({.name = "outcome", .title = "Outcome", .about = "meets, or what is recommended: category, revocation"}),
    field<&Matter::decision>({.name = "decision", .title = "Decision", .about = "of the committee, that recommends it"}),
    field<&Matter::note>(made::matter_note),
    field<&Matter::motion>({.name = "motion", .title = "Motion", .about = "the decision that was proposed on what it recommends"}),
};

inline constexpr std::array declaration_fields{
    field<&Matter::id>(made::matter_id),
    field<&Matter::team>(made::matter_team),
    field<&Matter::what>({.name = "criterion", .title = "Criterion", .about = "which one no longer holds", .required = true}),
    field<&Matter::text>({.name = "text", .title = "What changed", .about = "what changed", .required = true, .most = 4'000}),
    field<&Matter::at>({.name = "declared", .title = "Declared", .about = "when", .required = true}),
    field<&Matter::actor>(made::matter_by),
    field<&Matter::cause>({.name = "review", .title = "Review", .about = "the review that it put before the committee", .required = true}),
    field<&Matter::closed>(made::matter_closed),
    field<&Matter::closed_by>(made::matter_closed_by),
    field<&Matter::outcome>({.name = "outcome", .title = "Outcome", .about = "withdrawn, or reviewed"}),
    field<&Matter::note>(made::matter_note),
};

inline constexpr std::array duty_fields{
    field<&Matter::id>(made::matter_id),
    field<&Matter::team>(made::matter_team),
    field<&Matter::what>({.name = "duty", .title = "Duty", .about = "what is due", .required = true}),
    field<&Matter::due>({.name = "due", .title = "Due", .about = "when"}),
    field<&Matter::at>({.name = "added", .title = "Added", .about = "when it was entered", .required = true}),
    field<&Matter::actor>(made::matter_by),
    field<&Matter::closed>(made::matter_closed),
    field<&Matter::closed_by>(made::matter_closed_by),
    field<&Matter::outcome>({.name = "outcome", .title = "Outcome", .about = "done, excused or missed"}),
    field<&Matter::note>(made::matter_note),
};

// A version of a document that was put before the parties.
inline constexpr std::array document_fields{
    field<&Matter::id>(made::matter_id),
    field<&Matter::what>({.name = "document", .title = "Document", .about = "its name", .required = true}),
    field<&Matter::version>({.name = "version", .title = "Version", .about = "as the document says it", .required = true}),
    field<&Matter::hash>({.name = "hash", .title = "SHA-256", .about = "of its bytes"}),
    field<&Matter::text>({.name = "of", .title = "Asked", .about = "who is asked: all, members or partners", .required = true}),
    field<&Matter::kept>({.name = "kept", .title = "Kept", .about = "it is kept here, to be read", .required = true}),
    field<&Matter::at>({.name = "asked", .title = "Since", .about = "since when", .required = true}),
    field<&Matter::actor>(made::matter_by),
};

}  // namespace caveat::community

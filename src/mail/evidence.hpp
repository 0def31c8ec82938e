#pragma once
// Every place of a post where a label may stand, read with the scanners (rules.md §3.2 "Positions"). No decision is made here. Pure.
#include <array>
#include <string>
#include <vector>

#include "caveat/mail/label.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {

// A set of labels.
class LabelSet {
public:
    void add(community::Tlp label) { bits_ |= bit(label); }
    void add(LabelSet other) { bits_ |= other.bits_; }
    [[nodiscard]] bool has(community::Tlp label) const { return (bits_ & bit(label)) != 0; }
    [[nodiscard]] bool empty() const { return bits_ == 0; }
    [[nodiscard]] bool several() const { return (bits_ & (bits_ - 1)) != 0; }
    [[nodiscard]] community::Tlp strictest() const;  // of a set that is not empty

private:
    static unsigned bit(community::Tlp label) { return 1U << static_cast<unsigned>(label); }
    unsigned bits_ = 0;
};

inline constexpr std::size_t places = 10;  // enumerators of Where

struct Evidence {
    std::array<LabelSet, places> own;    // by Where: labels that count as the post's own
    std::array<LabelSet, places> hints;  // by Where: what can only raise
    LabelSet body_texts;                 // the strictest own label of each text: both sides of an alternative must agree
    bool surely_own = false;             // one of them in a subject or header may lower (lowering.hpp); the text is not asked
    LabelSet disguised;                  // what look-alike letters pretend to be
    bool quotes = false;                 // the sender's text quotes a mail, or carries one forwarded
    bool nested_labels = false;          // a label line within the range of another label, of the same text
    std::string unknown;                 // the first unknown label or look-alike, or empty
    std::string unread;                  // what a limit cut off, or empty
    bool opaque = false;                 // a part in S/MIME or OpenPGP whose text could not be taken out
    std::string marked;                  // the first field of a mail system that holds, or empty
    std::string sloppy;                  // the first sloppy spelling, or empty
    bool white = false, no_attribution = false;
    LabelSet sections;  // of label lines in the sender's text
    std::vector<std::string> restrictions;
    std::optional<community::Pap> pap;
    bool sealed_only = false, author_withheld = false;  // by an attached policy
    bool out_of_force = false;                          // such a policy is not in force now
    std::vector<Found> found;

    [[nodiscard]] LabelSet all_own() const;
    [[nodiscard]] LabelSet all_hints() const;
};

// `header_counts`: the TLP field of this sender is more than a hint (cc).
[[nodiscard]] Evidence gather(const Message& message, const std::vector<std::string>& tlp_headers, bool header_counts,
                              const LabelRequest& request);

}  // namespace caveat::mail

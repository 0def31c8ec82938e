#pragma once
// Finding the TLP label of a post (rules.md §3.2-3.4, rulings aa-gg; promises L1-L4, L8). Hand-written scanners, linear in the text. Pure.
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/caveats.hpp"
#include "caveat/community/sensitivity.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {

enum class Where { subject, header, body, section, quote, filename, protected_header, iep, attachment, outside };
[[nodiscard]] std::string_view name(Where where);  // "subject" ... "protected", "iep", "attachment", "outside"

struct Found {
    Where where{};
    std::string text;                     // the label as it stands there after NFKC, at most 80 bytes, nothing of the text around it
    std::optional<community::Tlp> label;  // none: looks like a label and is none (UNKNOWN)
    bool canonical = false;               // the post's own, and may lower (lowering.hpp); everything else can only raise
};

// What a field of a mail system says about how sensitive the post is.
struct Marking {
    std::string text;                        // "Sensitivity: Company-Confidential", at most 80 bytes
    std::optional<community::Tlp> at_least;  // none: the post is held
};

// IEP 2.0 policies that the operator has put here, each as its JSON, by id (rules.md §4).
using Policies = std::map<std::string, std::string, std::less<>>;

// What of a post is under its author's signature, as far as it matters to a label. On its way anybody can rewrite the rest.
struct UnderSignature {
    std::string subject, subject_doubts;   // of a protected header (RFC 9788), as Message has them
    std::vector<std::string> tlp_headers;  // of it, as `label_headers`
    std::optional<community::Tlp> label;   // the strictest canonical one in text and protected header; none: it bears none that may lower
    std::vector<std::string> in_reply_to;  // of a protected header, as Message has them; with References alone its last id
    std::vector<std::string> references;
};
// `signed_entity`: the MIME entity that the signature covers, header and body; `protects_header`: its header is the message's (RFC 9788).
// Errors as `parse`.
[[nodiscard]] Result<UnderSignature> under_signature(std::string_view signed_entity, bool protects_header, const Limits& limits);

// What of a mail no DKIM signature of its author's domain covers, where nothing but that says that it is the author's: whoever brought it
// here can have put it there, or taken it out.
struct Uncovered {
    bool text = false;     // subject or text
    bool tlp = false;      // the TLP fields
    bool parents = false;  // In-Reply-To
};

struct LabelRequest {
    std::optional<community::Tlp> list_default;       // none: AMBER
    bool authenticated = false;                       // strong enough to label below the list's default (gg)
    community::Tlp fallback = community::Tlp::amber;  // for a list without a default
    std::vector<Marking> markings{};                  // they raise or hold
    const HeaderBlock* headers = nullptr;             // for PAP, X-PAP, Embargo-Until and IEP-Ref; those in front of parts are read besides
    std::optional<Instant> now{};                     // for the dates of a policy; none: it is in force
    const Policies* policies = nullptr;               // to which a post may refer; to any other, and it is held
    // Nothing but a signature authenticates the author: what it does not cover raises only, and of a reply (reply marks, quoted lines) it
    // must cover what it answers, or its label is not below the list's default. Beside `authenticated`.
    const UnderSignature* signed_alone = nullptr;
    // It raises only, and a reply whose parents it is has no label below the list's default. Beside `authenticated`, without
    // `signed_alone`.
    Uncovered uncovered = {};
    // Of a post that was opened: the headers around what was inside that are not the message's own any more. They raise, and what looks
    // like a label there is held (L1): who protects a subject may have labelled the other.
    const std::vector<PartHeader>* outside = nullptr;
    // What counts in the place of the default above where that is looser and the message bears no label of its own.
    std::optional<community::Tlp> default_beside = {};
    // What comes to this list encrypted as a whole is opened: what is encrypted to keys beside something in clear is not, and holds.
    bool opens_whole = false;
};

struct Labelling {
    community::Tlp label{};         // effective, before the parent's floor (that is policy's)
    bool hold = false;              // unknown label, look-alike letters, or a conflict that involves RED
    std::vector<Found> found;       // every hit, hints and WHITE included: header, subject, then the parts; the first 1000 are listed
    bool conflict = false;          // places disagree, or a hint is above the text's own label; the most restrictive won
    std::string conflict_note;      // "S=GREEN B=AMBER", for X-TLP-Conflict
    bool unlabelled = false;        // nothing canonical was found: the default, perhaps raised by hints
    std::vector<std::string> lint;  // what the sender should be told: sloppy spelling, WHITE
    std::string why;                // one sentence
    community::Caveats caveats;     // what it asks for besides
    std::vector<std::string> restrictions;  // the author's words behind the labels: at most 20, of 200 characters each
    std::string unknown;  // what looks like a label and is not one, in the mail's words as `why` quotes them; mostly empty
};

// `tlp_headers`: values of TLP: and X-TLP: of the top header.
[[nodiscard]] Labelling find_label(const Message& message, const std::vector<std::string>& tlp_headers, const LabelRequest& request);

// The strictest label of its text where that is milder than the one that counts, since a list, what it answers or people raised it:
// "B=GREEN", for X-TLP-Conflict. Empty: it bears none, or none that is milder.
[[nodiscard]] std::string milder_label_of_text(Message message, community::Tlp counts);

// The values of TLP: and X-TLP: in the top header, unfolded: what `find_label` wants beside the message.
[[nodiscard]] std::vector<std::string> label_headers(const HeaderBlock& headers);

// The markings in the top header, by the rule book's table; a label of TLP in a field that the table names, in
// Keywords, Comments or a field called after TLP is one too. A field of more than
// 16 KiB, or fields of more than 128 KiB together, cannot be read and hold. At most some 100 are told.
[[nodiscard]] std::vector<Marking> markings(const HeaderBlock& headers, const std::vector<community::Sensitivity>& table);
// The same of headers that stand beside it, but for those of enclosed mail.
[[nodiscard]] std::vector<Marking> markings(const std::vector<PartHeader>& beside, const std::vector<community::Sensitivity>& table);

// How much of the author's subject a copy shows, besides reply marks and tags.
struct SubjectWish {
    const std::vector<std::string>* hidden_tags = nullptr;  // small letters; left out
    const std::string* instead = nullptr;                   // of the author's words; empty: the rest alone
    bool marks = true;                                      // reply marks and tags stay
};

// The outgoing subject: reply prefixes kept, old labels dropped, "TLP:AMBER " put in front of the rest. UTF-8 in, UTF-8 out.
[[nodiscard]] std::string subject_with_label(std::string_view subject, community::Tlp label, const SubjectWish& wish = {});

// "Re:", "AW[2]:", "Fwd:", "回复：" among the marks and tags in front of a subject.
[[nodiscard]] bool has_reply_mark(std::string_view subject);

// The tags in front of a subject, "[teams]", in small letters and without brackets, also those behind what mail programs and gateways of
// any language put there ("回复：[teams]", "[外部] [teams]").
[[nodiscard]] std::vector<std::string> subject_tags(std::string_view subject);

}  // namespace caveat::mail

// The decision of rules.md §3.3, steps 1 to 6, over the evidence. The list's maximum and the parent's floor are applied by policy.
#include "caveat/mail/label.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "evidence.hpp"
#include "lowering.hpp"
#include "pap.hpp"
#include "structure.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

// Letters of X-TLP-Conflict, by Where; rules.md §3.2 "Positions".
constexpr std::string_view letters = "SHBBQFEIFO";
constexpr std::array<std::string_view, places> names{"subject",  "header",    "body", "section",    "quote",
                                                     "filename", "protected", "iep",  "attachment", "outside"};

LabelSet stricter_than(LabelSet set, Tlp floor) {
    LabelSet out;
    for (const Tlp label : {Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
        if (label > floor && set.has(label)) out.add(label);
    }
    return out;
}

// Places that disagree (bb): two labels in one subject, two places with labels of their own, or a hint above the text's own label.
// Hints over unlabelled text only raise. Sections that are properly closed belong to one text, which speaks by its strictest.
bool disagree(const Evidence& evidence) {
    LabelSet subject = evidence.own[static_cast<std::size_t>(Where::subject)];
    subject.add(evidence.hints[static_cast<std::size_t>(Where::subject)]);
    if (subject.several() || evidence.nested_labels) return true;
    const LabelSet own = evidence.all_own();
    if (own.empty()) return false;
    if (!stricter_than(evidence.all_hints(), own.strictest()).empty()) return true;
    LabelSet spoken = evidence.body_texts;
    for (std::size_t place = 0; place < places; ++place) {
        if (place != static_cast<std::size_t>(Where::body)) spoken.add(evidence.own[place]);
    }
    return spoken.several();
}

// "S=GREEN B=AMBER": labels that count, hints above them, and whatever else stands in the subject.
std::string note_of(const Evidence& evidence) {
    const LabelSet own = evidence.all_own();
    std::string note;
    for (std::size_t place = 0; place < places; ++place) {
        LabelSet said = evidence.own[place];
        const bool whole = own.empty() || place == static_cast<std::size_t>(Where::subject);
        said.add(whole ? evidence.hints[place] : stricter_than(evidence.hints[place], own.strictest()));
        for (const Tlp label : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
            const auto entry = fmt::format("{}={}", letters[place], community::name(label));
            if (said.has(label) && (" " + note + " ").find(" " + entry + " ") == std::string::npos)
                note += (note.empty() ? "" : " ") + entry;
        }
    }
    return note;
}

// Why a label below the list's default does not count, if it does not.
enum class InVain { no, stranger, elsewhere, label_unsigned, parent_unsigned, label_uncovered, parent_uncovered };

// Whether one of its labels surely is the author's own and of the whole post: a label that may be part of a sentence, or of what somebody
// else wrote, does not lower.
bool is_surely_own(const Message& message, const Evidence& evidence) { return evidence.surely_own || opens_with_label(message); }

// (gg): the author must be authenticated, and where a signature alone does that, theirs or their server's, what it does not cover proves
// nothing: a label in the header may be anybody's, and In-Reply-To may have been taken out, with which the label of what is answered counts
// (L4).
InVain in_vain(const Message& message, const Evidence& evidence, const LabelRequest& request) {
    if (!request.authenticated) return InVain::stranger;
    if (!is_surely_own(message, evidence)) return InVain::elsewhere;
    const auto* covered = request.signed_alone;
    const bool answers = evidence.quotes || has_reply_mark(message.subject) || (covered != nullptr && has_reply_mark(covered->subject));
    if (covered == nullptr && request.uncovered.text) return InVain::label_uncovered;
    if (covered == nullptr) return answers && request.uncovered.parents ? InVain::parent_uncovered : InVain::no;
    if (!covered->label) return InVain::label_unsigned;
    return answers && covered->in_reply_to.empty() ? InVain::parent_unsigned : InVain::no;
}

std::string_view lint_of(InVain why) {
    if (why == InVain::elsewhere)
        return "a label below the list's default counts alone at the start or the end of the subject, or by itself as the first line of "
               "the "
               "text (in plain HTML, and where plain text stands beside it in both): elsewhere it may be part of a sentence, or somebody "
               "else's";
    if (why == InVain::label_unsigned)
        return "a label below the list's default must be signed: write it as the first line of the text, for the signature does not cover "
               "the header";
    if (why == InVain::parent_unsigned)
        return "a reply labelled below the list's default must have what it answers signed, in a protected header (RFC 9788)";
    if (why == InVain::label_uncovered || why == InVain::parent_uncovered)
        return "somebody else may have sent it on, so that below the list's default counts only what your mail server signed (DKIM): post "
               "it to the list yourself, with an envelope of the domain in From";
    return "a label below the list's default needs an authenticated sender";
}

std::string_view words_of(InVain why) {
    if (why == InVain::elsewhere) return "where it may be part of a sentence, or somebody else's";
    if (why == InVain::label_unsigned) return "where the signature does not cover it";
    if (why == InVain::parent_unsigned) return "in a reply whose signature does not cover what it answers";
    if (why == InVain::label_uncovered) return "where its author's mail server did not sign it";
    if (why == InVain::parent_uncovered) return "in a reply of which its author's mail server did not sign what it answers";
    return "by a sender who is not authenticated";
}

std::vector<std::string> lint_of(const Evidence& evidence, InVain vain) {
    std::vector<std::string> lint;
    if (evidence.white) lint.emplace_back("TLP:WHITE is obsolete: write TLP:CLEAR");
    if (!evidence.sloppy.empty()) {
        lint.push_back(fmt::format(
            "\"{}\" is not a canonical label and can only raise: write TLP: and the label without a blank, in capitals", evidence.sloppy));
    }
    if (vain != InVain::no) lint.emplace_back(lint_of(vain));
    if (evidence.no_attribution) lint.emplace_back("tlp:ex:chr is a restriction (no attribution), not a label");
    if (evidence.out_of_force) lint.emplace_back("its policy is not in force now: the stricter of its label and the list's default counts");
    return lint;
}

// "S=GREEN B=AMBER", as X-TLP-Conflict has it: "GREEN in the subject, AMBER in the text".
std::string in_words(std::string_view note) {
    constexpr std::array<std::pair<char, std::string_view>, 8> all_places{{{'S', "the subject"},
                                                                           {'H', "a TLP field"},
                                                                           {'B', "the text"},
                                                                           {'Q', "what it quotes"},
                                                                           {'F', "an attached file"},
                                                                           {'E', "its protected header"},
                                                                           {'I', "its policy (IEP)"},
                                                                           {'O', "the header around what was encrypted"}}};
    std::string words;
    while (!note.empty()) {
        const auto one = note.substr(0, note.find(' '));
        note.remove_prefix(std::min(note.size(), one.size() + 1));
        const auto* place = std::find_if(all_places.begin(), all_places.end(), [&](const auto& p) { return one.starts_with(p.first); });
        const bool known = place != all_places.end() && one.substr(1, 1) == "=";
        words += (words.empty() ? "" : ", ") + (known ? fmt::format("{} in {}", one.substr(2), place->second) : std::string(one));
    }
    return words;
}

std::string why_of(const Evidence& evidence, const Labelling& out, Tlp own_default, InVain vain) {
    const auto label = community::name(out.label);
    if (!evidence.unknown.empty())
        return fmt::format("\"{}\" looks like a label and is not one: held for the sender's correction", evidence.unknown);
    if (!evidence.unread.empty()) return fmt::format("not all of it was read ({}): held, a label may stand there", evidence.unread);
    if (!evidence.marked.empty()) return fmt::format("the sender's mail system says \"{}\": held for a moderator", evidence.marked);
    if (evidence.opaque && out.hold) return "a part in S/MIME, OpenPGP or winmail.dat cannot be opened: held, a label may stand in it";
    if (out.conflict && out.hold) return fmt::format("labels disagree ({}) and RED is among them: held", in_words(out.conflict_note));
    if (out.conflict) return fmt::format("labels disagree ({}): the most restrictive counts, {}", in_words(out.conflict_note), label);
    if (out.unlabelled && out.label > own_default)
        return fmt::format("no label that could be read was found; a hint raises the list's default to {}", label);
    if (out.unlabelled) return fmt::format("no label that could be read was found: the list's default, {}", label);
    const Tlp own = evidence.all_own().strictest();
    if (out.label > own) return fmt::format("labelled {}, below the list's default, {}: {}", community::name(own), words_of(vain), label);
    return fmt::format("labelled {}", label);
}

// "Not for attribution", "no attribution please".
bool asks_for_no_attribution(std::string_view restriction) {
    const auto text = ascii::lower(restriction);
    return text.find("attribution") != std::string::npos &&
           (text.find("no ") != std::string::npos || text.find("not ") != std::string::npos);
}

community::Caveats caveats_of(const Evidence& evidence) {
    community::Caveats caveats{.pap = evidence.pap, .sealed_only = evidence.sealed_only, .author_withheld = evidence.author_withheld};
    caveats.restricted = !evidence.restrictions.empty();
    caveats.no_attribution =
        evidence.no_attribution || std::any_of(evidence.restrictions.begin(), evidence.restrictions.end(), asks_for_no_attribution);
    if (!evidence.sections.several()) return caveats;
    for (const Tlp label : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
        if (evidence.sections.has(label)) caveats.sections.push_back(label);
    }
    return caveats;
}

// "2026-12-01", "2026-12-01T00:00:00Z".
std::optional<Instant> embargo_of(std::string_view value) {
    const auto text = unfold(value);
    if (const auto instant = parse_instant(text)) return *instant;
    const auto date = parse_date(text);
    return date ? std::optional(start_of(*date)) : std::nullopt;
}

// Where a field is repeated, the strictest counts; whether its author is known does not matter, as these only restrict.
void read_fields(const HeaderBlock& headers, Labelling& out) {
    for (const auto& field : headers.fields) {
        if (ascii::equal(field.name, "PAP") || ascii::equal(field.name, "X-PAP")) {
            const auto said = pap_field(unfold(field.value));
            if (said && (!out.caveats.pap || *said > *out.caveats.pap)) out.caveats.pap = said;
        }
        if (!ascii::equal(field.name, "Embargo-Until")) continue;
        const auto until = embargo_of(field.value);
        if (!until) out.lint.emplace_back("Embargo-Until is no date: write 2026-12-01 or 2026-12-01T09:00:00Z");
        if (until && (!out.caveats.embargo || *until > *out.caveats.embargo)) out.caveats.embargo = until;
    }
}

// What is asked for beside the message's own header: in front of its parts, and around what was encrypted.
void read_fields(const std::vector<PartHeader>* beside, Labelling& out) {
    if (beside == nullptr) return;
    for (const auto& header : *beside) {
        if (!header.enclosed) read_fields(other_fields(header), out);
    }
}

}  // namespace

std::string_view name(Where where) { return names.at(static_cast<std::size_t>(where)); }

Labelling find_label(const Message& message, const std::vector<std::string>& tlp_headers, const LabelRequest& request) {
    const bool header_counts = request.authenticated && request.signed_alone == nullptr && !request.uncovered.tlp;
    Evidence evidence = gather(message, tlp_headers, header_counts, request);
    const LabelSet own = evidence.all_own();
    const Tlp of_list = request.list_default.value_or(request.fallback);
    const Tlp own_default = own.empty() ? std::max(of_list, request.default_beside.value_or(of_list)) : of_list;
    const LabelSet hints = evidence.all_hints();

    Labelling out;
    out.unlabelled = own.empty();
    out.label = own.empty() ? own_default : own.strictest();
    if (request.signed_alone != nullptr && request.signed_alone->label) out.label = std::max(out.label, *request.signed_alone->label);
    const auto vain = out.label < own_default ? in_vain(message, evidence, request) : InVain::no;
    if (vain != InVain::no) out.label = own_default;  // (gg)
    if (!hints.empty()) out.label = std::max(out.label, hints.strictest());
    if (evidence.out_of_force) out.label = std::max(out.label, own_default);  // (qq)

    out.conflict = disagree(evidence);
    if (out.conflict) out.conflict_note = note_of(evidence);
    const bool red = own.has(Tlp::red) || hints.has(Tlp::red);
    const bool marked = !evidence.marked.empty();
    const bool unseen = !evidence.unread.empty() || (evidence.opaque && own_default != Tlp::clear);
    out.hold = !evidence.unknown.empty() || (out.conflict && red) || unseen || marked;
    if (!evidence.unknown.empty()) {
        // Nobody knows what the sender meant. Until the sender says so, the post has at least the default and the label that the look-alike
        // imitates.
        out.label = std::max(out.label, own_default);
        if (!evidence.disguised.empty()) out.label = std::max(out.label, evidence.disguised.strictest());
    }
    out.caveats = caveats_of(evidence);
    if (request.headers != nullptr) read_fields(*request.headers, out);
    for (const auto* headers : {&message.part_headers, request.outside}) read_fields(headers, out);
    out.restrictions = std::move(evidence.restrictions);
    auto lint = lint_of(evidence, vain);
    out.lint.insert(out.lint.end(), std::make_move_iterator(lint.begin()), std::make_move_iterator(lint.end()));
    out.why = why_of(evidence, out, own_default, vain);
    out.found = std::move(evidence.found);
    out.unknown = std::move(evidence.unknown);
    return out;
}

std::string milder_label_of_text(Message message, Tlp counts) {
    std::erase_if(message.parts, [](const Part& part) {
        return part.enclosed || part.disposition == "attachment" || !part.filename.empty() || !part.type.starts_with("text/");
    });
    const auto found = find_label(message, {}, {}).found;
    LabelSet said;
    for (const auto& one : found) {
        if (one.label && (one.where == Where::body || one.where == Where::section)) said.add(*one.label);
    }
    if (said.empty() || said.strictest() >= counts) return {};
    return fmt::format("{}={}", letters[static_cast<std::size_t>(Where::body)], community::name(said.strictest()));
}

Result<UnderSignature> under_signature(std::string_view signed_entity, bool protects_header, const Limits& limits) {
    const auto headers = read_top(signed_entity, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    auto inside = parse(signed_entity, *headers, limits);
    if (!inside) return tl::unexpected<Error>(inside.error());
    UnderSignature covered;
    if (protects_header) {
        covered = {inside->subject, inside->subject_doubts, label_headers(*headers), {}, inside->in_reply_to, inside->references};
    } else {
        inside->subject.clear();
        inside->subject_doubts.clear();
    }
    const auto evidence = gather(*inside, covered.tlp_headers, true, {});
    const auto own = evidence.all_own();
    if (!own.empty() && is_surely_own(*inside, evidence)) covered.label = own.strictest();
    if (covered.in_reply_to.empty() && !covered.references.empty()) covered.in_reply_to.push_back(covered.references.back());
    return covered;
}

std::vector<std::string> label_headers(const HeaderBlock& headers) {
    std::vector<std::string> values;
    for (const auto& field : headers.fields) {
        if (ascii::equal(field.name, "TLP") || ascii::equal(field.name, "X-TLP")) values.push_back(unfold(field.value));
    }
    return values;
}

}  // namespace caveat::mail

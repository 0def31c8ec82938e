#include "caveat/policy/decide.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "caveat/policy/unknown_list.hpp"
#include "compiled.hpp"

namespace caveat::policy {
namespace {

using community::Code;
using community::name;
using community::Strength;
using community::Tlp;

constexpr std::array<std::string_view, 4> verdicts{"distributed", "held", "refused", "dropped"};
constexpr std::array<std::string_view, 9> signatures{"none",     "author", "other",  "unknown",  "partial",
                                                     "replayed", "old",    "unsure", "elsewhere"};

class Judgements {
public:
    Judgements(const Compiled& book, const PostFacts& facts) : stamp_(book.in_words), silent_(facts.automatic || facts.unanswered) {}

    [[nodiscard]] Judgement make(Verdict verdict, Tlp label, Code because, std::string_view words, bool tell) const {
        Judgement j{verdict, label, {}, tell && !silent_};
        j.because.push_back({because, fmt::format("{} ({})", words, stamp_)});
        return j;
    }
    [[nodiscard]] Judgement make(Verdict verdict, Tlp label, std::vector<community::Reason> reasons, bool tell) const {
        return Judgement{verdict, label, std::move(reasons), tell && !silent_};
    }

private:
    const std::string& stamp_;
    bool silent_;  // nobody is answered
};

// RED that names nobody: on lists whose class says who reads it then, nothing is missing (ruling w).
bool lacks_names(const Compiled& book, const PostFacts& facts, Tlp label, const community::List& list) {
    if (!book.handling[static_cast<std::size_t>(label)].named_only || facts.anyone_named) return false;
    if (facts.names_unproven) return true;  // to whom it is, be it to the roster, nothing says
    const int at = class_index(book, list.klass);
    return at < 0 || book.classes[static_cast<std::size_t>(at)].unnamed_red == UnnamedRed::hold;
}

std::string_view words_of(Signature signature) {
    switch (signature) {
        case Signature::unknown:
            return "; its signature is not good, or of a key that is not on record";
        case Signature::partial:
            return "; its signature is of a part of it, or it is signed by two, which counts as none";
        case Signature::other:
            return "; its signature is of somebody else than the person in From, which counts as none";
        case Signature::elsewhere:
            return "; its signature is of a mail to others: To and Cc, as they are signed, do not name the address it came to";
        default:
            return "";
    }
}

// For an author whose domain does not prove them; who forges their mail is told nothing.
std::string_view remedy_of(Strength needed) {
    return needed == Strength::signature
               ? "; all of it must be signed by its author's key"
               : "; the domain in From must publish a DMARC record that the mail passes, or its author sign all of it by their key";
}

// How it came, where that says something.
void add_manner(const PostFacts& facts, const community::List& list, const std::string& stamp, std::vector<community::Reason>& reasons) {
    const auto add = [&](Code code, std::string_view words) { reasons.push_back({code, fmt::format("{} ({})", words, stamp)}); };
    if (facts.signature == Signature::author) add(Code::author_signed, "all of it is signed by its author");
    if (facts.encrypted) {
        add(Code::came_sealed, "it came encrypted, and leaves encrypted or not at all");
    } else if (list.encryption == community::Encryption::required) {
        add(Code::came_in_clear, fmt::format("it came in clear, and {} encrypts: seal what you post to the list's key", list.id));
    }
}

}  // namespace

community::Reason no_such_list(const Rulebook& rules) {
    return {Code::unknown_list, fmt::format("no such list for this sender ({})", rules.compiled().in_words)};
}

std::string_view name(Verdict v) { return verdicts.at(static_cast<std::size_t>(v)); }

std::optional<Signature> signature_from(std::string_view name) {
    const auto found = std::find(signatures.begin(), signatures.end(), name);
    return found == signatures.end() ? std::nullopt : std::optional(static_cast<Signature>(found - signatures.begin()));
}

community::Strength enough_to_answer(const community::List& list) { return std::min(list.authentication, Strength::dmarc); }

constexpr std::string_view signed_by_another =
    "it is signed by somebody else than the person in From: sign it with your own key, or leave the signature away";

// A key that is nobody's here, and a signature of a part, count as no signature (K4).
std::optional<community::Reason> objection_of_openpgp(const PostFacts& facts, const community::List& list, const Rulebook& rules) {
    switch (facts.signature) {
        case Signature::other:
            // In clear, and where something else proves its author, a moderator can tell a key of the team or what is passed on from a
            // theft (A6). What somebody else sealed is not opened for whoever has it, and what nothing else proves is forged.
            if (!facts.encrypted && facts.strength >= enough_to_answer(list)) break;
            return community::Reason{Code::signer_other, std::string(signed_by_another)};
        case Signature::replayed:
            return community::Reason{Code::replayed,
                                     "its signature came here before: with another mail, or to another list in another transaction; "
                                     "sign anew what you send again, for each list"};
        case Signature::old:
            return community::Reason{Code::signature_old,
                                     fmt::format("it was signed more than {} hours ago, or is dated ahead: sign it anew",
                                                 std::chrono::floor<std::chrono::hours>(rules.longest_signature()).count())};
        case Signature::unsure:
            return community::Reason{
                Code::unsure,
                "it was signed before the database here was put back from a copy, so that nobody knows whether it came "
                "before; what is sent again is signed again"};
        default:
            break;
    }
    if (!facts.unopened) return std::nullopt;
    const auto words = fmt::format("it is not sealed to the key of {} as it is now, is not whole, or holds more than a mail may", list.id);
    return community::Reason{Code::not_opened, words};
}

std::optional<community::Reason> objection_of_author(const PostFacts& facts) {
    if (facts.other_author) {
        return community::Reason{
            Code::other_author,
            "a protected header inside it, which programs show, says that somebody else wrote it than the person in From"};
    }
    if (facts.signature == Signature::other) return community::Reason{Code::signer_other, std::string(signed_by_another)};
    return std::nullopt;
}

std::optional<community::Reason> objection_of_sealing(const PostFacts& facts, const community::List& list) {
    if (!facts.encrypted || list.encryption != community::Encryption::none) return std::nullopt;
    return community::Reason{Code::came_sealed, fmt::format("it came encrypted, and {} does not encrypt what it sends", list.id)};
}

Tlp with_floor(const PostFacts& facts) {
    const Tlp label = std::max(facts.label, facts.before.value_or(facts.label));
    return facts.parent && !facts.from_parent_team ? std::max(label, *facts.parent) : label;
}

std::optional<community::Reason> why_raised(const PostFacts& facts, const Rulebook& rules) {
    const Tlp label = with_floor(facts);
    if (label <= facts.label) return std::nullopt;
    const std::string_view by = label == facts.before ? "the same mail, which came here before" : "the post it answers";
    const auto words = fmt::format("raised from {} to {} by {} ({})", name(facts.label), name(label), by, rules.compiled().in_words);
    return community::Reason{Code::parent, words};
}

std::optional<community::Reason> objection_of_data(const PostFacts& facts) {
    if (!facts.anothers_data) return std::nullopt;
    return community::Reason{Code::anothers_data,
                             "what is encrypted in it came here before with a mail of somebody else, and is not opened for whoever has it: "
                             "who wrote it encrypts it anew"};
}

std::optional<community::Reason> objection_of_sending(const PostFacts& facts, std::string_view address) {
    switch (facts.again) {
        case Again::here:
            return community::Reason{
                Code::replayed, fmt::format("the same mail of this author went to {} before: who wants it sent again lets it go", address)};
        case Again::aside:
            return community::Reason{Code::replayed,
                                     fmt::format("the same mail of this author came here before, and To and Cc do not name {}", address)};
        case Again::carried:
            return community::Reason{Code::replayed,
                                     fmt::format("To and Cc, as far as they are its author's, do not name {}, nor did it come from its "
                                                 "author's address: whoever has a mail of theirs can send it on",
                                                 address)};
        case Again::unsure:
            return community::Reason{
                Code::replayed, fmt::format("it is dated before the database here was put back from a copy, so that nobody knows whether "
                                            "it came before: such a mail counts where To or Cc name {} and the envelope is its author's",
                                            address)};
        default:
            return std::nullopt;
    }
}

Judgement judge(const Rulebook& rules, const PostFacts& facts, const community::Standing& sender, const community::List& list,
                const World& world) {
    const Compiled& book = rules.compiled();
    const Judgements judgements(book, facts);
    const Tlp label = with_floor(facts);

    if (facts.loop) return judgements.make(Verdict::drop, label, Code::loop, "the post has been through this list before", false);
    if (facts.automatic)
        return judgements.make(Verdict::drop, label, Code::automatic, "automatic mail is neither distributed nor answered", false);
    if (!facts.known_sender)
        return judgements.make(Verdict::refuse, label, Code::unknown_sender, "From names nobody, or not one person, of the register",
                               false);
    if (!facts.may_know_list) return judgements.make(Verdict::refuse, label, {no_such_list(rules)}, facts.strength >= Strength::dmarc);
    if (facts.again == Again::twice)
        return judgements.make(Verdict::drop, label, Code::replayed, "the server in front handed it over twice: it is here already", false);
    // Whoever is not proven to be the person in From hears one thing, whatever the post is: nothing tells what could be opened (K6).
    const bool proven = facts.strength >= enough_to_answer(list);
    const auto objection = proven || facts.released ? objection_of_openpgp(facts, list, rules) : std::nullopt;
    if (objection) {
        const bool unheard = facts.unanswered && proven && !facts.released;  // a moderator writes to the author
        return judgements.make(unheard ? Verdict::hold : Verdict::refuse, label, objection->code, objection->words, proven);
    }
    if (facts.strength < list.authentication && !facts.released) {
        const auto words = fmt::format("authentication is {}, {} needs {}{}{}", name(facts.strength), list.id, name(list.authentication),
                                       proven || facts.signature != Signature::other ? words_of(facts.signature) : "",
                                       facts.surely_brought ? remedy_of(list.authentication) : "");
        return judgements.make(Verdict::hold, label, Code::authentication, words, proven || facts.surely_brought);
    }

    if (facts.again == Again::waits && !facts.released)
        return judgements.make(Verdict::drop, label, Code::replayed, "the same mail waits here for a moderator already", false);

    if (const auto anothers = objection_of_data(facts))
        return judgements.make(Verdict::hold, label, anothers->code, anothers->words, proven);

    // From here on the sender is the person in From, as surely as the list asks, or a moderator vouched for that: a notice goes to the
    // right person. A label above the maximum is refused even where the lexer would hold it: refusing beats holding (ruling bb).
    const Item item{.label = label, .posted = world.now, .named = false, .anyone_named = facts.anyone_named};
    const Permission right = may(rules, community::Verb::post, sender, list, item, world);
    auto reasons = explain(rules, right, sender, list);
    if (right.answer == Answer::no) {
        // The author would never hear of it: a moderator writes to them. Released, it meets the same answer.
        const bool lost = facts.unanswered && proven && !facts.released;
        return judgements.make(lost ? Verdict::hold : Verdict::refuse, label, std::move(reasons), proven);
    }

    if (const auto sealed = objection_of_sealing(facts, list); sealed && !facts.released)
        return judgements.make(Verdict::hold, label, sealed->code, sealed->words, proven);
    // A release settles the author and the moderation, but never what an unclear label meant (L3).
    if (facts.label_held) {
        return judgements.make(Verdict::hold, label, Code::label_held, facts.label_why.empty() ? "the label is unclear" : facts.label_why,
                               proven);
    }
    if (lacks_names(book, facts, label, list)) {
        const std::string_view lack =
            facts.names_unproven ? "these stand outside of what is signed or sealed: protect them with it" : "none is named";
        const auto words = fmt::format("{} on {} goes to the persons whom To or Cc names, and {}", name(label), list.id, lack);
        return judgements.make(Verdict::hold, label, Code::not_named, words, proven);
    }
    if (const auto other = objection_of_author(facts); other && !facts.released) {
        reasons.insert(reasons.begin(), *other);
        return judgements.make(Verdict::hold, label, std::move(reasons), proven);
    }
    if (auto sent = objection_of_sending(facts, list.id.value); sent && !facts.released) {
        reasons.insert(reasons.begin(), std::move(*sent));
        return judgements.make(Verdict::hold, label, std::move(reasons), proven);
    }
    if (right.answer != Answer::yes) {
        if (!facts.released) return judgements.make(Verdict::hold, label, std::move(reasons), proven);
        reasons.insert(reasons.begin(),
                       community::Reason{Code::released, fmt::format("a moderator released the post ({})", book.in_words)});
    }
    add_manner(facts, list, book.in_words, reasons);
    if (auto raised = why_raised(facts, rules)) reasons.push_back(std::move(*raised));
    return judgements.make(Verdict::distribute, label, std::move(reasons), false);
}

}  // namespace caveat::policy

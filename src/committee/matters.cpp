#include "matters.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "application_docket.hpp"
#include "caveat/detail.hpp"
#include "electors.hpp"
#include "papers.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

// Letters of the ids: "R-2026-001".
std::string_view id_prefix(MatterKind kind) {
    switch (kind) {
        case MatterKind::review:
            return "R";
        case MatterKind::declaration:
            return "DC";
        case MatterKind::duty:
            return "DU";
        case MatterKind::document:
            return "DOC";
        case MatterKind::acceptance:
            return "AC";
    }
    return "";
}

Matter new_matter(storage::Store& store, MatterKind kind, const community::Actor& by, Instant now) {
    auto& rows = store.matters();
    Matter matter;
    matter.kind = kind;
    matter.id = next_id(id_prefix(kind), now, rows.all(kind).size(), [&](const auto& id) { return rows.find(kind, id).has_value(); });
    matter.at = now;
    matter.actor = by.name;
    return matter;
}

Result<void> is_text(std::string_view what, const std::string& text, std::size_t most, bool needed = true) {
    if (text.empty() && needed) return fail(errc::invalid, "{} is missing; write it in words", what);
    if (text.size() > most) return fail(errc::invalid, "{} has {} bytes; write at most {}", what, text.size(), most);
    const auto control = [&](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && (c != '\n' || most <= Matters::longest_name)) || c == 0x7f;
    };
    if (std::any_of(text.begin(), text.end(), control)) return fail(errc::invalid, "{} holds a control character; write plain text", what);
    return {};
}

template <std::size_t n>
Result<void> is_one_of(std::string_view what, const std::string& word, const std::array<std::string_view, n>& words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return {};
    return fail(errc::invalid, "{} '{}' is not known; write one of {}", what, word.substr(0, 64), fmt::join(words, ", "));
}

Result<community::Team> party(storage::Store& store, const policy::Rulebook& rules, const TeamId& id) {
    auto team = store.directory().team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", id.value.substr(0, 64));
    if (rules.is_outside(team->category)) {
        return fail(errc::denied, "items 5 and 24: {} is {}; criteria are those of a member or a partner", id, team->category);
    }
    return std::move(*team);
}

// What is about a team is not its own seat's to record (item 27).
Result<void> may_judge(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team, Instant now) {
    if (auto ok = may_record(store, rules, by, now); !ok) return ok;
    if (!sits_for(store, rules, by, team, now)) return {};
    return fail(errc::denied, "item 27: {} sits for {}; what the committee finds about a team is recorded by somebody else", by.name, team);
}

std::optional<Matter> open_review_of(storage::Store& store, const TeamId& team) {
    for (auto& review : store.matters().all(MatterKind::review)) {
        if (review.team == team && !review.closed) return std::move(review);
    }
    return std::nullopt;
}

Result<Matter> open_one(storage::Store& store, MatterKind kind, const std::string& id) {
    auto matter = store.matters().find(kind, id);
    const auto word = community::name(kind);
    if (!matter) return fail(errc::not_found, "{} {} is not there; see: caveat {} list", word, id.substr(0, 64), word);
    if (matter->closed) {
        return fail(errc::denied, "{} {} has ended: {}, {}, by {}; what has ended stays as it is", word, id, matter->outcome,
                    to_string(*matter->closed), matter->closed_by);
    }
    return std::move(*matter);
}

void end(Matter& matter, const community::Actor& by, const Ending& ending, Instant now) {
    matter.closed = now;
    matter.closed_by = by.name;
    matter.outcome = ending.outcome;
    matter.note = ending.note;
    matter.decision = ending.decision;
}

// Item 64: notice that is accepted after the drill is none. Nobody has missed what is still to come.
Result<void> fits_the_day(const Matter& duty, const Ending& ending, Instant now) {
    if (ending.outcome == "missed" && now < *duty.due) {
        return fail(errc::denied, "item 8: {} of {} is due {}; it can be missed from then on", community::duty_name(duty.what), duty.team,
                    to_string(*duty.due));
    }
    if (ending.outcome != "excused" || duty.what != "drill" || now < *duty.due) return {};
    return fail(errc::denied,
                "item 64: a team is excused from a drill by notice that the committee accepts before it; this one began {}, so {} took "
                "part (done) or was absent (missed)",
                to_string(*duty.due), duty.team);
}

// Of each document the version that was asked for last.
std::map<std::string, Matter> current_documents(storage::Store& store) {
    std::map<std::string, Matter> last;
    for (auto& document : store.matters().all(MatterKind::document)) {
        auto name = document.what;
        last.insert_or_assign(std::move(name), std::move(document));
    }
    return last;
}

// A team that was admitted after a document was asked for is asked from its admission on.
Acceptance pair_of(const Matter& document, const community::Team& team, bool current) {
    const Instant since = team.since ? start_of(*team.since) : document.at;
    return {document.what, document.version, document.hash, team.id, std::max(document.at, since), {}, {}, current, document.id};
}

constexpr std::string_view kept_as = "document";

std::optional<storage::PaperRow> kept_text_of(storage::Store& store, const Matter& document) {
    return store.papers().find(document.id, document.hash);
}

// The row, and the entry that vouches for it and for what was kept with it.
void write_down(storage::Store& store, const std::string& by, const Matter& matter, std::string_view act) {
    matter.closed ? store.matters().close(matter) : store.matters().add(matter);
    Detail detail;
    if (!matter.team.empty()) detail.add("team", matter.team.value);
    if (!matter.what.empty()) detail.add("what", matter.what);
    if (!matter.version.empty()) detail.add("version", matter.version);
    if (matter.kind == MatterKind::document && !matter.hash.empty()) detail.add("hash", matter.hash);
    if (!matter.outcome.empty()) detail.add("outcome", matter.outcome);
    if (!matter.decision.empty()) detail.add("decision", matter.decision);
    if (matter.kind == MatterKind::acceptance && !matter.note.empty()) detail.add("by", matter.note);
    store.journal().append(matter.closed.value_or(matter.at), by, act, matter.id, detail.text());
}

bool has_accepted(storage::Store& store, const TeamId& team, const Matter& document) {
    const auto all = store.matters().all(MatterKind::acceptance);
    return std::any_of(all.begin(), all.end(), [&](const Matter& one) { return one.cause == document.id && one.team == team; });
}

Matter acceptance_of(const Matter& document, const TeamId& team, Matter fresh) {
    fresh.team = team;
    fresh.what = document.what;
    fresh.version = document.version;
    fresh.hash = document.hash;
    fresh.cause = document.id;
    return fresh;
}

// Kinds of an application's documents that are acceptances; "other" is, where it names what it accepts.
bool can_accept(conduct::DocumentKind kind) {
    return kind == conduct::DocumentKind::handling_policy || kind == conduct::DocumentKind::engagement_policy ||
           kind == conduct::DocumentKind::other;
}

bool accepts(const conduct::AttachDocument& handed, const Matter& document) {
    if (!can_accept(handed.kind)) return false;
    if (!document.hash.empty() && digits_of(handed.document.hash) == document.hash) return true;
    return handed.document.reference == fmt::format("{} {}", document.what, document.version);
}

// What the team asks to become, where an application of it is open.
std::optional<community::Team> as_it_would_be(storage::Store& store, const TeamId& id) {
    auto team = store.directory().team(id);
    const auto open = open_application_of(store, id);
    if (!team || !open || !*open) return std::nullopt;
    team->category = (*open)->as_is.category;
    return team;
}

}  // namespace

bool is_asked(const policy::Rulebook& rules, const community::Team& team, const Matter& document) {
    if (rules.is_outside(team.category)) return false;
    if (document.text == "all") return true;
    return rules.is_member(team.category) == (document.text == "members");
}

std::vector<Acceptance> acceptances_of(storage::Store& store, const policy::Rulebook& rules) {
    const auto current = current_documents(store);
    std::map<std::string, Matter> documents;
    for (auto& document : store.matters().all(MatterKind::document)) documents.emplace(document.id, document);
    std::map<std::tuple<std::string, std::string, TeamId>, Acceptance> all;
    for (const auto& accepted : store.matters().all(MatterKind::acceptance)) {
        const auto& document = documents.at(accepted.cause);
        community::Team team;  // it may have gone since
        team.id = accepted.team;
        auto pair = pair_of(document, store.directory().team(team.id).value_or(team), current.at(document.what).id == document.id);
        pair.accepted = accepted.at;
        pair.by = accepted.note.empty() ? accepted.actor : fmt::format("{}, with {}", accepted.actor, accepted.note);
        all.emplace(std::tuple{document.what, document.version, accepted.team}, std::move(pair));
    }
    for (const auto& team : store.directory().teams()) {
        for (const auto& [name, document] : current) {
            if (is_asked(rules, team, document)) all.try_emplace({name, document.version, team.id}, pair_of(document, team, true));
        }
    }
    std::set<std::string> kept;
    for (const auto& [id, document] : documents) {
        if (kept_text_of(store, document)) kept.insert(id);
    }
    std::vector<Acceptance> list;
    for (auto& [key, pair] : all) {
        pair.kept = kept.contains(pair.id);
        list.push_back(std::move(pair));
    }
    return list;
}

void accept_with_application(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                             const conduct::Application& a, Instant now) {
    const auto team = store.directory().team(a.team);
    if (!team) return;
    for (const auto& [name, document] : current_documents(store)) {
        const auto found = std::find_if(a.documents.begin(), a.documents.end(),
                                        [&, &asked = document](const auto& handed) { return accepts(handed, asked); });
        if (found == a.documents.end() || !is_asked(rules, *team, document) || has_accepted(store, a.team, document)) continue;
        auto accepted = acceptance_of(document, a.team, new_matter(store, MatterKind::acceptance, by, now));
        accepted.note = fmt::format("application {}, its document {}", a.id, digits_of(found->document.hash).substr(0, 12));
        write_down(store, by.name, accepted, "document.accepted");
    }
}

void Matters::keep(const community::Actor& by, const Matter& matter, std::string_view act) { write_down(store_, by.name, matter, act); }

Result<Matter> Matters::review(const community::Actor& by, const TeamId& team, const std::string& reason) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_judge(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    if (auto there = party(store_, rules_, team); !there) return tl::unexpected(there.error());
    if (auto ok = is_text("the reason of a review", reason, longest_text); !ok) return tl::unexpected(ok.error());
    if (const auto open = open_review_of(store_, team))
        return fail(errc::conflict, "review {} of {} is open; one at a time", open->id, team);
    auto review = new_matter(store_, MatterKind::review, by, now);
    review.team = team;
    review.text = reason;
    keep(by, review, "review.opened");
    transaction.commit();
    return review;
}

Result<Matter> Matters::declare(const community::Actor& by, const TeamId& team, const std::string& criterion, const std::string& text) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto there = party(store_, rules_, team); !there) return tl::unexpected(there.error());
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("the criterion", criterion, longest_name); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("what changed", text, longest_text); !ok) return tl::unexpected(ok.error());
    auto declared = new_matter(store_, MatterKind::declaration, by, now);
    declared.team = team;
    declared.what = criterion;
    declared.text = text;
    // Ruling (nn): it puts a matter before the committee.
    if (const auto open = open_review_of(store_, team)) {
        declared.cause = open->id;
    } else {
        auto review = new_matter(store_, MatterKind::review, by, now);
        review.team = team;
        review.text = fmt::format("{} declares that criterion {} no longer holds", team, criterion);
        review.cause = declared.id;
        declared.cause = review.id;
        keep(by, review, "review.opened");
    }
    keep(by, declared, "declaration.made");
    transaction.commit();
    return declared;
}

Result<std::vector<Matter>> Matters::owe(const community::Actor& by, const std::optional<TeamId>& team, const std::string& duty,
                                         Instant due) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_one_of("the duty", duty, community::duty_words); !ok) return tl::unexpected(ok.error());
    const auto members_now = members(store_, rules_);
    const auto is_member = [&](const TeamId& id) {
        return std::any_of(members_now.begin(), members_now.end(), [&](const auto& member) { return member.team == id; });
    };
    if (team && !store_.directory().team(*team))
        return fail(errc::not_found, "team {} is not there; see: caveat team list", team->value.substr(0, 64));
    if (team && !is_member(*team)) return fail(errc::denied, "item 8: {} is not an Operational Member; yearly duties are theirs", *team);
    const auto known = store_.matters().all(MatterKind::duty);
    std::vector<Matter> added;
    for (const auto& member : members_now) {
        if (team && member.team != *team) continue;
        const bool there = std::any_of(known.begin(), known.end(), [&](const Matter& other) {
            return other.team == member.team && other.what == duty && other.due == due;
        });
        if (there) continue;
        auto matter = new_matter(store_, MatterKind::duty, by, now);
        matter.team = member.team;
        matter.what = duty;
        matter.due = due;
        keep(by, matter, "duty.added");
        added.push_back(std::move(matter));
    }
    if (added.empty())
        return fail(errc::conflict, "{}, due {}, is on record already; see: caveat duty list", community::duty_name(duty), to_string(due));
    transaction.commit();
    return added;
}

namespace {

// The SHA-256 that a document is known by: of what is handed in, else the one stated, which may be none.
Result<std::string> hash_of_asked(const std::string& stated, const Paper& paper) {
    auto hash = stated.substr(stated.starts_with("sha256:") ? 7 : 0);
    const bool digits = hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hash.empty() && (hash.size() != 64 || !digits))
        return fail(errc::invalid, "'{}' is no SHA-256; write 64 hexadecimal digits, small letters", stated.substr(0, 80));
    if (paper.bytes.empty()) return hash;
    auto own = vault::hex(vault::sha256(paper.bytes));
    if (!hash.empty() && hash != own)
        return fail(errc::invalid, "the SHA-256 of the document is {}, not {}; leave the hash out, or hand in the document that was meant",
                    own, hash);
    return own;
}

}  // namespace

Result<Matter> Matters::ask(const community::Actor& by, const std::string& document, const std::string& version, const std::string& hash,
                            const std::string& of, const Paper& paper) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_administer(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("the name of the document", document, longest_name); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_text("its version", version, longest_name); !ok) return tl::unexpected(ok.error());
    if (auto ok = is_one_of("who is asked", of, community::asked_words); !ok) return tl::unexpected(ok.error());
    auto asked = new_matter(store_, MatterKind::document, by, now);
    asked.what = document;
    asked.version = version;
    asked.text = of;
    auto known_by = hash_of_asked(hash, paper);
    if (!known_by) return tl::unexpected(known_by.error());
    asked.hash = std::move(*known_by);
    for (const auto& other : store_.matters().all(MatterKind::document)) {
        if (other.what == document && other.version == version)
            return fail(errc::conflict, "{} {} was put before the parties {}; a new text has a new version", document, version,
                        to_string(other.at));
    }
    if (!paper.bytes.empty()) {
        const auto row = keep_paper(store_, vault_, {asked.id, std::string(kept_as), paper, by.name, now});
        if (!row) return tl::unexpected(row.error());
        asked.kept = true;
    }
    keep(by, asked, "document.asked");
    transaction.commit();
    return asked;
}

Result<Acceptance> Matters::accept(const community::Actor& by, const TeamId& team, const std::string& document,
                                   const std::string& version) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto whose = party(store_, rules_, team);
    if (!whose) return tl::unexpected(whose.error());
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto current = current_documents(store_);
    const auto found = current.find(document);
    if (found == current.end())
        return fail(errc::not_found, "no document '{}' waits to be accepted; see: caveat acceptance list", document.substr(0, 64));
    const auto& asked = found->second;
    if (!version.empty() && version != asked.version) {
        return fail(errc::denied, "item 5: {} is in force in version {}, and that is the one to accept; {} is not", document, asked.version,
                    version.substr(0, 64));
    }
    if (!is_asked(rules_, *whose, asked))
        return fail(errc::denied, "item 5: {} is for {}; {} is {}", document, asked.text, team, whose->category);
    for (const auto& other : store_.matters().all(MatterKind::acceptance)) {
        if (other.cause == asked.id && other.team == team)
            return fail(errc::conflict, "{} accepted {} {} on {}", team, document, asked.version, to_string(other.at));
    }
    const auto accepted = acceptance_of(asked, team, new_matter(store_, MatterKind::acceptance, by, now));
    keep(by, accepted, "document.accepted");
    transaction.commit();
    auto pair = pair_of(asked, *whose, true);
    pair.accepted = now;
    pair.by = by.name;
    pair.kept = kept_text_of(store_, asked).has_value();
    return pair;
}

Result<std::pair<PaperFacts, Paper>> Matters::read(const community::Actor& by, const std::string& id) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    const auto nothing = fail(errc::not_found, "no document {} is kept here, to be read; see: caveat acceptance list", id.substr(0, 64));
    const auto document = store_.matters().find(MatterKind::document, id);
    if (!document) return nothing;
    if (!may_record(store_, rules_, by, now) && !may_administer(store_, rules_, by, now)) {
        const auto reader = by.person ? store_.directory().person(*by.person) : std::nullopt;
        if (!reader) return nothing;
        const auto team = store_.directory().team(reader->team);
        const auto later = as_it_would_be(store_, reader->team);
        if (!(team && is_asked(rules_, *team, *document)) && !(later && is_asked(rules_, *later, *document))) return nothing;
    }
    const auto row = kept_text_of(store_, *document);
    if (!row) return nothing;
    auto paper = open_paper(store_, vault_, document->id, document->hash);
    if (!paper) return tl::unexpected(paper.error());
    return std::pair{facts_of(*row), std::move(*paper)};
}

// A recommendation is the committee's: by 4 of 7 about this review (item 51). What it recommends needs a ballot of its own after it.
Result<void> Matters::end_review(const community::Actor& by, const Matter& review, const Ending& ending, Instant now) {
    if (auto ok = may_judge(store_, rules_, by, review.team, now); !ok) return ok;
    if (auto ok = is_one_of("the outcome of a review", ending.outcome, community::review_outcomes); !ok) return ok;
    if (auto ok = is_text("what the review found", ending.note, longest_text); !ok) return ok;
    if (ending.outcome == "meets" && ending.decision.empty()) return {};
    if (auto ok = cite(store_, rules_, vault_, ending.decision, {"review", review.id, {{"outcome", ending.outcome}}}, now); !ok) return ok;
    spend(store_, ending.decision, "review", review.id);
    return {};
}

Result<Matter> Matters::close(const community::Actor& by, MatterKind kind, const std::string& id, const Ending& given) {
    if (kind == MatterKind::document || kind == MatterKind::acceptance)
        return fail(errc::invalid, "what was asked for and what was accepted has no end but a new version");
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    auto matter = open_one(store_, kind, id);
    if (!matter) return matter;
    auto ending = given;
    if (kind == MatterKind::review) {
        if (auto ok = end_review(by, *matter, ending, now); !ok) return tl::unexpected(ok.error());
    } else if (kind == MatterKind::declaration) {
        if (auto ok = may_speak_for(store_, rules_, by, matter->team, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_text("why it holds again", ending.note, longest_text); !ok) return tl::unexpected(ok.error());
        ending.outcome = "withdrawn";
    } else {
        if (auto ok = may_judge(store_, rules_, by, matter->team, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_one_of("what became of a duty", ending.outcome, community::duty_outcomes); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_text("the note", ending.note, longest_text, false); !ok) return tl::unexpected(ok.error());
        if (auto ok = fits_the_day(*matter, ending, now); !ok) return tl::unexpected(ok.error());
    }
    end(*matter, by, ending, now);
    keep(by, *matter, fmt::format("{}.closed", community::name(kind)));
    if (kind == MatterKind::review) {
        for (auto& declared : store_.matters().all(MatterKind::declaration)) {
            if (declared.cause != id || declared.closed) continue;
            end(declared, by, {"reviewed", ending.note, ending.decision}, now);
            keep(by, declared, "declaration.closed");
        }
    }
    transaction.commit();
    return matter;
}

namespace {

// What was written beside the row.
Matter whole(storage::Store& store, Matter matter) {
    const bool recommends = matter.kind == MatterKind::review && matter.closed && matter.outcome != "meets";
    if (recommends) matter.motion = motion_on(store, matter.id).value_or("");
    if (matter.kind == MatterKind::document) matter.kept = kept_text_of(store, matter).has_value();
    return matter;
}

}  // namespace

Result<Matter> Matters::find(MatterKind kind, const std::string& id) {
    storage::Store::Reading reading(store_);
    auto matter = store_.matters().find(kind, id);
    const auto word = community::name(kind);
    if (!matter) return fail(errc::not_found, "{} {} is not there; see: caveat {} list", word, id.substr(0, 64), word);
    return whole(store_, std::move(*matter));
}

std::vector<Matter> Matters::all(MatterKind kind) {
    storage::Store::Reading reading(store_);
    auto rows = store_.matters().all(kind);
    for (auto& row : rows) row = whole(store_, std::move(row));
    return rows;
}

std::vector<Acceptance> Matters::acceptances() {
    storage::Store::Reading reading(store_);
    return acceptances_of(store_, rules_);
}

}  // namespace caveat::committee

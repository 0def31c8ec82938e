// Documents that parties are asked to accept, each version anew, and their acceptances (item 5, ruling nn).
#include <algorithm>
#include <map>
#include <set>

#include "application_docket.hpp"
#include "electors.hpp"
#include "matter_rows.hpp"
#include "matters.hpp"
#include "papers.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

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

constexpr std::string_view kept_as = "document";  // among the papers

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
        write_down(store, by, accepted, "document.accepted");
    }
}

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
    }
    keep(by, asked, "document.asked");
    asked = on_record(store_, std::move(asked));
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

std::vector<Acceptance> Matters::acceptances() {
    storage::Store::Reading reading(store_);
    return acceptances_of(store_, rules_);
}

}  // namespace caveat::committee

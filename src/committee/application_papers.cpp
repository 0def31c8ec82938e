#include "application_papers.hpp"

#include <algorithm>

#include "application_docket.hpp"
#include "electors.hpp"
#include "papers.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// The document that an act hands in, and what it is.
struct HandedIn {
    Document* document = nullptr;
    std::string_view kind;
};
HandedIn document_of(ApplicationAct& act) {
    if (auto* sponsor = std::get_if<SponsorTeam>(&act)) return {&sponsor->report, name(DocumentKind::report)};
    if (auto* paper = std::get_if<AttachDocument>(&act)) return {&paper->document, name(paper->kind)};
    if (auto* mou = std::get_if<RecordMou>(&act)) return {&mou->mou, "mou"};
    return {};
}

// A document as it stands in the application. Whose it is to read, beside the office: the team that handed it in.
std::optional<TeamId> reader_of(const Application& a, std::string_view hash) {
    for (const Sponsorship& s : a.sponsors) {
        if (digits_of(s.report.hash) == hash) return s.team;
    }
    for (const AttachDocument& d : a.documents) {
        if (digits_of(d.document.hash) == hash) return d.kind == DocumentKind::checklist ? TeamId{} : a.team;
    }
    return TeamId{};
}

const AttachDocument* last_of(const Application& a, DocumentKind kind) {
    const auto found = std::find_if(a.documents.rbegin(), a.documents.rend(), [&](const AttachDocument& d) { return d.kind == kind; });
    return found == a.documents.rend() ? nullptr : &*found;
}

// The form that nobody looked at, and the key beside it; none: one of them is not there, or it was looked at, or it is too late.
std::optional<std::pair<AttachDocument, AttachDocument>> unverified(const Application& a) {
    if (phase_of(a) >= ApplicationPhase::sc_ballot) return std::nullopt;
    const auto* form = last_of(a, DocumentKind::form);
    const auto* key = last_of(a, DocumentKind::key);
    if (form == nullptr || key == nullptr || !form->signature.empty() || form->outdated) return std::nullopt;
    return std::pair(*form, *key);
}

}  // namespace

Result<void> keep_document(storage::Store& store, const vault::Vault& vault, const community::Actor& by, const std::string& id,
                           ApplicationAct& act, const Paper& paper, Instant now) {
    const auto [document, kind] = document_of(act);
    const bool given = !paper.bytes.empty();
    if (document == nullptr) return given ? Result<void>(fail(errc::invalid, "'{}' hands in no document", name(act))) : Result<void>{};
    if (!given && document->empty()) return {};
    if (!given) {
        const auto digits = digits_of(document->hash);
        if (!store.papers().find(id, digits))
            return fail(errc::denied, "item 20: no document {} is kept with {}; hand the document in, not its hash alone",
                        document->hash.substr(0, 80), id);
        document->hash = "sha256:" + digits;
        return {};
    }
    const auto row = keep_paper(store, vault, {id, std::string(kind), paper, by.name, now});
    if (!row) return tl::unexpected(row.error());
    if (!document->hash.empty() && digits_of(document->hash) != row->hash)
        return fail(errc::invalid, "item 20: the hash of the document is {}, not {}", row->hash, document->hash.substr(0, 80));
    document->hash = "sha256:" + row->hash;
    if (document->reference.empty()) document->reference = paper.name;
    return {};
}

std::optional<Applications::SignedForm> Applications::form_to_verify() {
    const storage::Store::Reading reading(store_);
    for (const auto& row : store_.applications().all()) {
        const auto docket = find_application(store_, row.id);
        const auto found = docket ? unverified(docket->as_is) : std::nullopt;
        if (!found) continue;
        const auto& [form, key] = *found;
        const auto bytes = open_paper(store_, vault_, row.id, form.document.hash);
        const auto armour = open_paper(store_, vault_, row.id, key.document.hash);
        if (!bytes || !armour) continue;  // `doctor` says what does not open
        SignedForm one{row.id, form.document, bytes->bytes, armour->bytes, {}};
        for (const auto& contact : docket->as_is.form.contacts) {
            if (contact.representative) one.addresses.push_back(contact.address);
        }
        return one;
    }
    return std::nullopt;
}

void Applications::form_was_verified(const SignedForm& form, const std::string& finding) {
    storage::Store::Transaction transaction(store_);
    auto docket = find_application(store_, form.application);
    const auto found = docket ? unverified(docket->as_is) : std::nullopt;
    if (!found || found->first.document != form.form) return;
    AttachDocument seen{DocumentKind::form, {}, form.form, finding};
    if (take_step(store_, *docket, {"system", std::nullopt}, {clock_.now(), "system", "", std::move(seen)})) transaction.commit();
}

Result<std::pair<PaperFacts, Paper>> Applications::read(const community::Actor& by, const std::string& id, const std::string& hash) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    const auto docket = find_application(store_, id);
    if (!docket) return tl::unexpected(docket.error());
    const auto digits = digits_of(hash);
    const auto nothing = fail(errc::not_found, "application {} has no document {}", id.substr(0, 64), hash.substr(0, 80));
    if (!records(store_, rules_, by, now)) {
        const auto reader = reader_of(docket->as_is, digits);
        if (!reader || reader->empty() || !may_speak_for(store_, rules_, by, *reader, now)) return nothing;
    }
    const auto row = store_.papers().find(docket->as_is.id, digits);
    if (!row) return nothing;
    auto paper = open_paper(store_, vault_, docket->as_is.id, digits);
    if (!paper) return tl::unexpected(paper.error());
    return std::pair{facts_of(*row), std::move(*paper)};
}

}  // namespace caveat::committee

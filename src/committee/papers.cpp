#include "papers.hpp"

#include <fmt/format.h>

#include "caveat/ascii.hpp"

namespace caveat::committee {
namespace {

// What the seal is bound to: a document cannot be exchanged with another, nor moved to another application.
std::string seal_context(const std::string& about, const std::string& hash) { return fmt::format("paper {} {}", about, hash); }

}  // namespace

std::string digits_of(std::string_view hash) {
    if (hash.starts_with("sha256:")) hash.remove_prefix(7);
    return ascii::lower(hash);
}

PaperFacts facts_of(const storage::PaperRow& row) { return {row.hash, row.kind, row.name, row.size, row.at, row.actor}; }

Result<storage::PaperRow> keep_paper(storage::Store& store, const vault::Vault& vault, const Handed& handed) {
    const auto& bytes = handed.paper.bytes;
    if (bytes.empty()) return fail(errc::invalid, "item 20: the document is empty; hand it in with its text");
    if (bytes.size() > longest_paper)
        return fail(errc::limit, "item 20: the document has {} bytes; {} is the most, so hand in a shorter one", bytes.size(),
                    longest_paper);
    const auto hash = vault::hex(vault::sha256(bytes));
    auto& papers = store.papers();
    if (auto known = papers.find(handed.about, hash)) return *known;
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (papers.bytes_of(handed.about) + size > most_papers) {
        return fail(errc::limit, "item 20: the documents of {} would be more than {} bytes; nothing more can be handed in", handed.about,
                    most_papers);
    }
    const storage::PaperRow row{handed.about, hash, handed.kind, handed.paper.name.substr(0, 200), size, handed.at, handed.actor};
    papers.add(row, vault.seal(bytes, seal_context(handed.about, hash)));
    return row;
}

Result<Paper> open_paper(storage::Store& store, const vault::Vault& vault, const std::string& about, const std::string& hash) {
    const auto digits = digits_of(hash);
    const auto row = store.papers().find(about, digits);
    const auto sealed = store.papers().sealed(about, digits);
    if (!row || !sealed) return fail(errc::not_found, "{} has no document {}", about, hash.substr(0, 80));
    auto bytes = vault.open(*sealed, seal_context(about, digits));
    if (!bytes || vault::hex(vault::sha256(*bytes)) != digits)
        return fail(errc::corrupt, "document {} of {} does not open: its row was changed, or the key file is another one", digits, about);
    return Paper{row->name, std::move(*bytes)};
}

}  // namespace caveat::committee

#pragma once
// Documents and drafts as the office keeps them: sealed at rest, known by their SHA-256, with limits.
#include <cstddef>

#include "caveat/committee/papers.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

// Seals it and adds its row, unless the same bytes are kept already. In the caller's transaction. errc::limit beyond longest_paper or
// most_papers, errc::invalid for no bytes.
struct Handed {
    std::string about;  // "A-2026-001"
    std::string kind;
    const Paper& paper;
    std::string actor;
    Instant at{};
};
[[nodiscard]] Result<storage::PaperRow> keep_paper(storage::Store& store, const vault::Vault& vault, const Handed& handed);

// errc::not_found, or errc::corrupt where what is kept does not open or is not what it was.
[[nodiscard]] Result<Paper> open_paper(storage::Store& store, const vault::Vault& vault, const std::string& about, const std::string& hash);

[[nodiscard]] PaperFacts facts_of(const storage::PaperRow& row);

// "sha256:ab12…" and "AB12…" name the same: the digits in small letters.
[[nodiscard]] std::string digits_of(std::string_view hash);

}  // namespace caveat::committee

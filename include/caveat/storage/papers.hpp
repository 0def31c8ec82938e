#pragma once
// Documents that were handed in or drafted, sealed: of applications and of cases. Known by what they are about and by the SHA-256 of their
// bytes. They stay as they are, which triggers enforce. Writing needs a Store::Transaction and a journal entry after it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct PaperRow {
    std::string about;      // "A-2026-001", "C-2026-001"
    std::string hash;       // SHA-256 of the bytes, hexadecimal
    std::string kind;       // in the office's word: "report", "case.notice"
    std::string name;       // of the file it came in; may be empty
    std::int64_t size = 0;  // bytes
    Instant at{};
    std::string actor;
    bool operator==(const PaperRow&) const = default;
};

class Papers {
public:
    explicit Papers(SqlConnection& connection);
    ~Papers();

    void add(const PaperRow& row, const Sealed& bytes);  // not twice about the same
    [[nodiscard]] std::optional<PaperRow> find(std::string_view about, std::string_view hash);
    [[nodiscard]] std::vector<PaperRow> of(std::string_view about);  // in the order added
    [[nodiscard]] std::int64_t bytes_of(std::string_view about);     // of all of them
    [[nodiscard]] std::optional<Sealed> sealed(std::string_view about, std::string_view hash);

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

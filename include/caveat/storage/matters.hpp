#pragma once
// The small records between a team and the committee (matter.hpp), as rows. One is entered, ended once, and then stays as it is, which
// triggers enforce. Writing needs a Store::Transaction and a journal entry after it.
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "caveat/community/matter.hpp"

namespace caveat::storage {

struct SqlConnection;

class Matters {
public:
    explicit Matters(SqlConnection& connection);
    ~Matters();

    void add(const community::Matter& matter);
    void close(const community::Matter& matter);  // its end; Broken if there is no such open one
    [[nodiscard]] std::optional<community::Matter> find(community::MatterKind kind, std::string_view id);
    [[nodiscard]] std::vector<community::Matter> all(community::MatterKind kind);  // in the order entered
    // Of every kind, in the order entered: what is open, and what ended since then.
    [[nodiscard]] std::vector<community::Matter> alive(Instant since);

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

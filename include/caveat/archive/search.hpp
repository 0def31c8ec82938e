#pragma once
// The language of a search: words and "phrases", AND (or nothing between two), OR, NOT or a minus, brackets, and from: list: label: before:
// after: has:attachment. Pure, any thread; linear in text and query.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::archive {

// What is asked of a post. Words and `from` are looked for only where a query asks for them.
struct Sought {
    ListId list;
    community::Tlp label{};
    Instant posted{};
    std::function<bool(const std::vector<std::string>&)> says;  // these words in a row, in subject or text; no of a post that no word finds
    std::function<const std::string&()> from;                   // names and addresses, folded
    std::function<bool()> has_attachment;
};

class Query {
public:
    static constexpr std::size_t longest = 1000;  // bytes
    static constexpr std::size_t most_terms = 50;
    static constexpr int deepest = 20;  // brackets and NOTs

    // errc::invalid and errc::limit say what to write instead.
    [[nodiscard]] static Result<Query> from_text(std::string_view text);
    [[nodiscard]] bool matches(const Sought& post) const;

    struct Asked;  // src/archive/asked.hpp
    [[nodiscard]] const Asked& asked() const { return *root_; }
    explicit Query(std::shared_ptr<const Asked> root) : root_(std::move(root)) {}

private:
    std::shared_ptr<const Asked> root_;
};

}  // namespace caveat::archive

#pragma once
// Letters that wait so that what one person gets within an hour is one letter, and when each person last had such a one. A letter is here or
// among the posts, never both. Writing needs a Store::Transaction.
#include <memory>
#include <optional>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/tlp.hpp"
#include "caveat/ids.hpp"
#include "caveat/storage/posts.hpp"

namespace caveat::storage {

struct SqlConnection;

struct WaitingLetter {
    PostId id;  // that it will have; its bytes were sealed for it
    PersonId reader;
    Instant written{};
    Purpose purpose{};
    std::optional<community::Tlp> label;
};

class Waiting {
public:
    explicit Waiting(SqlConnection& connection);
    ~Waiting();

    void add(const WaitingLetter& letter, const Sealed& body);
    // Readers with letters whose hour is over at `now`: they had nothing since `since`, or by a clock that was set back after `now`.
    [[nodiscard]] std::vector<PersonId> due(Instant since, Instant now);
    struct Kept {
        WaitingLetter letter;
        Sealed body;
    };
    // In the order written, and they are gone. Here and in `due` none that somebody wrote or changed without the key: such a row stays.
    [[nodiscard]] std::vector<Kept> take(const PersonId& reader);

    [[nodiscard]] std::optional<Instant> last(const PersonId& reader);  // when they last had a letter that could have waited
    void had(const PersonId& reader, Instant at);
    void forget(Instant before);  // who had none since then

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

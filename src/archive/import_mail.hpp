#pragma once
// One mail of an import, made ready: read, labelled and sealed, which needs no database, so that it is done on a thread of its own while
// others are written.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "caveat/archive/importing.hpp"
#include "caveat/mailroom/relabelling.hpp"

namespace caveat::archive {

// A mail as the row it will be, or why it is not taken.
struct ImportMail {
    std::string name;                     // its Message-ID, or "message 7"
    std::string why = {};                 // not empty: it is not taken
    std::vector<std::string> notes = {};  // of what is taken
    storage::Post post = {};
    Sealed body = {}, card = {};
    std::optional<Instant> until = {};
    std::size_t size = 0;  // bytes
    std::size_t number = 0;
    std::string id = {};                       // its Message-ID as it came
    std::optional<community::Tlp> label = {};  // its own, also where it is not taken, or the one that it was given here
    mailroom::Answered answered = {};
};

// Which labels this list's archive takes, and until when.
class Shelf {
public:
    Shelf(const mailroom::Room& room, const community::List& list) : room_(room), list_(list) {}

    [[nodiscard]] Result<void> takes(community::Tlp label) const;
    [[nodiscard]] std::optional<Instant> until(const storage::Post& post) const;

private:
    const mailroom::Room& room_;
    const community::List& list_;
};

struct FoundMail {
    const std::string& bytes;
    std::optional<Instant> kept;  // as the line in front of it says
    std::size_t number = 0;       // which of the file it is
};
[[nodiscard]] ImportMail import_mail(const mailroom::Room& room, const ImportWish& wish, const community::List& list, Instant now,
                                     const FoundMail& found);

}  // namespace caveat::archive

#pragma once
// How all copies of a post ended, as one hash (ruling oo): over who posted what under which label, and every row. The entry of the journal
// that says that a post has ended ("post.finished") has it as `outcomes` in its detail; of posts that ended before there was one, the
// entries of the upgrade have it ("outcomes.bound"); where the label was changed afterwards, the entry that says so ("post.relabelled").
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "caveat/ids.hpp"
#include "caveat/storage/journal.hpp"
#include "statement.hpp"

namespace caveat::storage {

class Endings {
public:
    explicit Endings(SqlConnection& connection);

    [[nodiscard]] std::string of(PostKey post);  // hexadecimal digits
    [[nodiscard]] bool holds_for(PostKey post);  // it has ended, and is as the journal has it. The chain holds: details are read
    void enter_all(Journal& journal);            // of every post that has copies and none that is open, some hundred an entry
    // The posts of a list stand under another name from now on: the hashes of those that have ended are entered anew. What is not as the
    // journal has it is not, and goes on to be found.
    void rename_list(Journal& journal, const ListId& from, const ListId& to, Instant now);
    // "the outcomes of post ID were" or "a copy of post ID was added or", if they are not as the journal has them, or not as many as its
    // row says; else empty. The chain holds: details are read.
    [[nodiscard]] std::string changed();

private:
    using Ended = std::vector<std::pair<std::string, PostKey>>;  // id and key
    [[nodiscard]] Ended ended();
    [[nodiscard]] std::map<std::string, std::string> entered();  // by id; the last entry counts
    void enter(Journal& journal, const Ended& posts, Instant now);

    SqlConnection& connection_;
    Statement about_, rows_, ended_, ended_of_, rename_, entered_, latest_, key_, missing_;
};

// The same of a file at the schema of the connection: nothing of one from before there were such entries.
[[nodiscard]] std::string outcomes_changed(SqlConnection& connection);

}  // namespace caveat::storage

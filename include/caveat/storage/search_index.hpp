#pragma once
// Where the index of the archive rests: pieces of bytes that it does not look into, sealed by who writes them (archive/indexing.hpp). A
// segment holds what is to be found of some posts of one list, as numbered blocks. A post that came, was relabelled, forgotten, or whose
// list went, is due by a trigger, whoever wrote its row, until `done` says that the index has it as the archive does. Links tie posts
// into threads: short keyed values of what a post is called and what it answers. The journal vouches for none of it: a post that is found
// is asked about like any other, and the index can be made anew.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

class SearchIndex {
public:
    explicit SearchIndex(SqlConnection& connection);
    ~SearchIndex();

    struct Segment {
        std::int64_t number = 0;
        std::string key_name;  // of the vault's key: several segments of a list may share one
        ListId list;
        std::int64_t posts = 0;
    };
    [[nodiscard]] std::vector<Segment> segments();
    [[nodiscard]] std::vector<Segment> segments(const ListId& list);
    [[nodiscard]] std::optional<Sealed> block(std::int64_t segment, std::int64_t place);

    [[nodiscard]] std::vector<PostKey> due(std::size_t most);
    struct Due {
        PostKey post = 0;
        ListId list;
        Instant posted{};
    };
    // All of them in the order of their keys, as their rows say, of which no seal is looked at: to be asked about (Archive::get).
    [[nodiscard]] std::vector<Due> due_by_key();
    [[nodiscard]] bool is_due(PostKey post);
    struct Count {
        std::int64_t indexed = 0, due = 0;
        std::int64_t missing = 0;  // neither: somebody removed rows
    };
    [[nodiscard]] Count count();
    [[nodiscard]] std::optional<std::int64_t> segment_of(PostKey post);
    [[nodiscard]] std::vector<PostKey> posts_of(std::int64_t segment);
    [[nodiscard]] std::vector<PostKey> linked(std::int64_t link);

    // ---- in a Transaction
    [[nodiscard]] std::int64_t add(const Segment& segment);  // `number` is given here
    void put_block(std::int64_t segment, std::int64_t place, const Sealed& block);
    void remove(std::int64_t segment);
    // Of what segments of a list were sealed under that are there no more: older copies of the database have them. It is kept until a post
    // of that list is forgotten, and then destroyed.
    void add_former_key(const ListId& list, const std::string& key_name);
    [[nodiscard]] std::vector<std::string> take_former_keys(const ListId& list);  // and keeps them no longer
    void place(PostKey post, std::int64_t segment);                               // it is found there; 0: by nothing
    void done(PostKey post, const std::vector<std::int64_t>& links);              // no longer due, and these are its links
    void make_due(PostKey post);
    void remove_all();  // with former keys for what there was; everything that is archived is due then
    void overwrite();   // the write-ahead log is to be emptied of what was removed, as after a body was forgotten

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

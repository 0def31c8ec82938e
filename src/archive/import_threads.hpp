#pragma once
// Labels along the threads of an import: a mail is kept at no less than what it answers (L4), whichever of the two comes first.
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "import_mail.hpp"
#include "terms.hpp"

namespace caveat::archive {

// Which label each mail of a file is kept at because of what it answers, in the file or in the archive. What answers a mail that is not
// there yet waits until all of the file was looked at, since that one may stand behind it.
class Floors {
public:
    explicit Floors(const mailroom::Room& room) : room_(room) {}

    // None: it waits. Each is asked for once.
    std::optional<community::Tlp> label_now(const ImportMail& mail);
    void know(const ImportMail& mail, community::Tlp label);
    // Of those that waited, by their number.
    std::map<std::size_t, community::Tlp> settled();

private:
    struct Waiting {
        std::size_t number, id;
        community::Tlp label;
        std::size_t direct;
        std::vector<std::size_t> answers;
        std::vector<std::optional<community::Tlp>> here;  // of each of them, what was known of it
    };

    [[nodiscard]] std::optional<community::Tlp> known(std::size_t id) const;
    void know(std::size_t id, community::Tlp label);
    bool rises(Waiting& one);

    const mailroom::Room& room_;
    std::unordered_map<std::size_t, community::Tlp> labels_;  // by the hash of a Message-ID
    std::vector<Waiting> waiting_;
};

// What is in the archive already and answers what comes in: raised to it, as it would have been had it come later (L4). By the links of the
// index, and by the cards of what was not in it yet when the import began.
class Followers {
public:
    Followers(const mailroom::Room& room, const community::Actor& by) : room_(room), by_{by.name, std::nullopt} {}

    // Those of this one that stay below, each with its reason.
    std::vector<Passed> raise(const std::string& message_id);
    // Before the first mail is there.
    void look_at_due();

private:
    [[nodiscard]] std::vector<PostKey> followers_of(const std::string& id) const;

    const mailroom::Room& room_;
    community::Actor by_;
    std::deque<Terms> lists_;
    std::unordered_map<std::size_t, std::vector<PostKey>> due_;  // by the hash of a Message-ID
};

}  // namespace caveat::archive

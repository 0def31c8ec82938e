#pragma once
// Mail of other archives in: an mbox file or a Maildir folder, into the archive of one list (L1, R2). A mail is readable when its row is
// there, and its row has its label. Nothing is sent. A mail that is there already, byte for byte, is not taken twice, so that an
// interrupted import is begun again with the same command. Nothing is posted later than the import. The index of the archive takes them in
// afterwards (indexing.hpp). A mail that answers another is kept at least as that one, in whichever order they stand and come (L4): what is
// in the archive already is raised with it, and who has it is told. On the thread that writes with the room's Store; a second one, which
// lives as long as the call, reads and seals what is next.
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::archive {

struct ImportWish {
    std::filesystem::path from;
    ListId list;
    std::optional<community::Tlp> label;  // for mails without a stricter one of their own; none: the list's default
    bool dry_run = false;
};

struct Passed {
    std::string message;  // its Message-ID, or "message 7"
    std::string why;
};

struct Imported {
    std::size_t imported = 0;
    std::size_t already = 0;  // there from an earlier run
    std::vector<Passed> skipped;
    // Taken, but: what has no Date that is understood, or one more than a day ahead, was posted when it first came, a reply is kept at least
    // as what it answers, what was relabelled here at least so, and nobody reads what is over by its retention already.
    std::vector<Passed> noted;
};

class Import {
public:
    explicit Import(const mailroom::Room& room, std::function<void(std::size_t)> progress = {})
        : room_(room), progress_(std::move(progress)) {}

    // errc::not_found: no such list or file; errc::invalid: neither mbox nor Maildir. What cannot be taken is told, each with its reason.
    [[nodiscard]] Result<Imported> run(const community::Actor& by, const ImportWish& wish);

private:
    mailroom::Room room_;
    std::function<void(std::size_t)> progress_;
};

}  // namespace caveat::archive

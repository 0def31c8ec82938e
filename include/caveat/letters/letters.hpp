#pragma once
// The only writer of caveat's own mail. An office decides what to tell whom; here it becomes a letter: its form is filled in, it gets id,
// head and Message-ID, is sealed at rest, and is queued for its one reader in the caller's transaction. Whether it may still leave is asked
// at hand-off, as for any post; purpose and label are stored with it for that. Any thread, each with a store of its own. Errors:
// errc::not_found, the form is missing; errc::invalid, it names a field that is not given, or an attachment has no usable name.
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/mail/notice.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::letters {

using Fields = std::map<std::string, std::string>;

// What all letters of a community have in common.
struct Letterhead {
    std::string community_name;
    std::string domain;
    std::filesystem::path templates;  // folder of the forms
};

// templates/<name>.mustache as it stands now. Read once for a round of letters, so that all say the same.
struct Form {
    std::string text;
};
[[nodiscard]] Result<Form> read_form(const Letterhead& letterhead, std::string_view name);

struct Letter {
    storage::Purpose purpose;
    Form form;
    std::string from;  // where replies go; sent with none, it is reply_address of names.hpp
    Fields fields;     // `community` and `name` (of the reader) are filled in
    std::vector<mail::Attachment> attached = {};
    std::string in_reply_to = {};              // a Message-ID without brackets, or empty
    std::optional<community::Tlp> label = {};  // none: it goes to its reader whatever happens
    bool unnamed = false;                      // nothing that leads to its reader is in the journal
    std::optional<Instant> until = {};         // when what it asks for is over: on its last day it waits for no other letter
};

// A letter as it will be stored. Nothing of it is in the database yet, so that slow work can be done before a transaction begins.
struct Written {
    storage::Post post;
    Sealed body;
};

// A letter that only its reader can read.
struct Confidential {
    std::optional<Written> letter;  // none: nothing can be sent
    community::Code withheld{};     // why the intended letter was not written: key_expired; none: it was
};

constexpr PersonKey outside_key = -1;  // no person has it

// Both arguments outlive it.
class Writer {
public:
    Writer(const vault::Vault& vault, const Letterhead& letterhead) : vault_(vault), letterhead_(letterhead) {}

    // `reader` has an address; the first one is written to.
    [[nodiscard]] Result<Written> write(const Letter& letter, const community::Person& reader, Instant now) const;

    // Sealed to the key that is on record for the reader, or not sent at all (K1). If the key cannot be used they get `without`, which
    // carries no secret and whose form has the field `why`. For every reader one key is read and one letter is sealed, so that the time
    // taken does not show who has a key (A7). Runs GnuPG, so never in a transaction.
    [[nodiscard]] Result<Confidential> write_confidential(openpgp::Engine* engine, const Letter& letter, const Letter& without,
                                                          const community::Person& reader, Instant now) const;

    // Written and queued, in the caller's transaction. If it is not urgent and its reader had such a one within the hour, it waits, and
    // goes with what else comes by then (send_waiting).
    [[nodiscard]] Result<PostId> send(storage::Store& store, const Letter& letter, const community::Person& reader, Instant now) const;
    // To an address that is nobody's in the register, such as the contact of an applicant: of `reader` name and address are used. At once,
    // and never with a label: errc::invalid.
    [[nodiscard]] Result<PostId> send_outside(storage::Store& store, const Letter& letter, const community::Person& reader,
                                              Instant now) const;

private:
    const vault::Vault& vault_;
    const Letterhead& letterhead_;
};

inline constexpr std::chrono::hours together_within{1};
inline constexpr std::chrono::hours last_day{24};

// What waited for its reader's hour to be over goes: several as one letter of the form "together", at most 50 in one, what cannot be joined
// by itself (also all of it, where there is no such form); what has a label apart from what has none. In a transaction of its own, so that
// each goes once; the entry "letter.joined" names them. For the desk, every minute. Returns how many letters were queued.
[[nodiscard]] std::size_t send_waiting(storage::Store& store, const vault::Vault& vault, const Letterhead& letterhead, Instant now);

// In the caller's transaction; one letter once, because its id is then taken.
void queue(storage::Store& store, const Written& letter, PersonKey reader);

// The security hold because of which a mailbox may be in other hands (item 42): nothing confidential goes there.
[[nodiscard]] const community::Denial* hold_on(std::span<const community::Denial> denials, const PersonId& person, Instant now);
[[nodiscard]] bool is_held(storage::Store& store, const PersonId& person, Instant now);

}  // namespace caveat::letters

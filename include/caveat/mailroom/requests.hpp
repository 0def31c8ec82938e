#pragma once
// Mail that asks for something: to list+request@, list+sendkey@ and list+confirm.TOKEN@. The door takes it like a post, so that a stranger
// sees no difference (A7); then it waits in the spool, not for the judge but for the door that does what it asks (caveat/commands). On the
// thread that owns the room's Store.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// The oldest behind the given one; if it is said, of those that are proven to be their author's, or of the others. None: there is none.
[[nodiscard]] std::optional<storage::Post> next_request(const Room& room, PostKey after, std::optional<bool> proven = {});
// Its bytes. errc::corrupt: they cannot be opened.
[[nodiscard]] Result<std::string> request_bytes(const Room& room, const storage::Post& post);

// Who asks, as From, envelope and the MTA in front have it, and the register at that instant. Nobody's claim is proven by this (A5).
struct Asker {
    std::optional<PersonId> person;
    community::Strength strength{};
    bool knows = false;        // the list, which therefore exists
    bool by_robot = false;     // a robot, the null sender, or a list of ours (RFC 3834, M2)
    bool answerable = false;   // written by a person, and does not wish for no answer
    bool seldom_told = false;  // as `is_seldom_told` has it: somebody else than its author may have brought it
    [[nodiscard]] bool is_known() const { return strength > community::Strength::none && !seldom_told; }
};
[[nodiscard]] Asker asker_of(const Room& room, const storage::Post& post, const mail::HeaderBlock& headers, Instant now);

// What became of it: the row, the journal's entry, a line for the log. Its bytes are forgotten. In the caller's transaction.
[[nodiscard]] std::string settle_request(const Room& room, storage::Post post, policy::Verdict verdict, const community::Reason& because,
                                         Instant now);
// The same for who may not know the list: as a post to it would be (A7), with the other requests of its submission, a line for each.
[[nodiscard]] std::vector<std::string> refuse_unknown(const Room& room, storage::Post post, const Asker& asker, Instant now);

// ---- letters about what was asked for: to the address on record, and few a day
inline constexpr int most_replies_a_day = 20;  // to one person
inline constexpr int most_unproven_a_day = 5;  // of them to mail that only claims to be theirs, or that somebody else brought
inline constexpr std::chrono::hours confirmed_within{24};

// Whether one more may go to them; each is counted by `count_reply`. What is not proven has a smaller count of its own.
[[nodiscard]] bool may_reply(const Room& room, const PersonId& person, bool proven, Instant now);
void count_reply(const Room& room, const PersonId& person, bool proven, Instant now);
// Whether one that tells an author what became of their mail may go to them. It is counted where they are `seldom_told`, and else always
// may: who posts hears of each post.
[[nodiscard]] bool tells_author(const Room& room, const PersonId& person, bool seldom_told, Instant now);
// Likewise of a mail that named no list: where they are `seldom_told`, once a mail, however often it is sent.
[[nodiscard]] bool tells_of_no_list(const Room& room, const storage::Post& post, const PersonId& person, bool seldom_told, Instant now);

// Asks the person in whose name it was asked for, who confirms it by a reply to this letter. `commands` as a mail to list+request@ has
// them. In the caller's transaction.
void ask_to_confirm(const Room& room, const storage::Post& about, const PersonId& person, bool proven, const std::string& commands,
                    Instant now);

// One of the addresses is the one that it came to.
[[nodiscard]] bool names(const Room& room, const std::vector<std::string>& addresses, const storage::Post& post);

// "teams+request@lists.arc.example"
[[nodiscard]] std::string service_address(const ListId& list, std::string_view service, const Settings& settings);

// ---- list+confirm.TOKEN@: 64 random bits and a mark of ours, at most 29 octets; what is kept of it is its hash
[[nodiscard]] std::string new_confirmation(const vault::Vault& vault);
[[nodiscard]] Digest confirmation_hash(const vault::Vault& vault, std::string_view token);
// Of a post to such an address, which is kept with the hash. None: no token of ours stood there.
[[nodiscard]] std::optional<Digest> confirmation_of(const storage::Post& post);

}  // namespace caveat::mailroom

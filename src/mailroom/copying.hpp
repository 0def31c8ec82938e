#pragma once
// The second part of the outbox: opens a post's bytes and makes the message that its readers get, outside the write lock. Plaintext lives
// in memory only, one message for all readers from whom the same names are hidden, and mostly that is all of them; no new one is begun
// while the messages that are alive, here or with a hand, have `most_bytes` or more.
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "caveat/mailroom/leaving.hpp"
#include "inside.hpp"
#include "outgoing.hpp"

namespace caveat::mailroom {

using Message = std::shared_ptr<const Shipment>;

// For the subject "Message 48213": of the random end of its id, since a count would tell how much is posted elsewhere (A7).
[[nodiscard]] std::string number_of(const PostId& id);

class Copying {
public:
    Copying(const Room& room, std::size_t most_bytes);

    // Null: no room now; some copies that are out must come back first. An error: the message can never be made, and why.
    [[nodiscard]] Result<Message> message(const Leased& copy);

    // The message, sealed or not, with the reader's own link that ends their subscription, where there is one.
    [[nodiscard]] Message with_way_out(const Leased& copy, Message message);

    // What the copy would be before it is sealed, with its whole subject; not kept. It is the same for everybody from whom the same is
    // hidden.
    struct ToSeal {
        std::string bytes;
        InsideLists inside;
        Hidden hidden = 0;
    };
    [[nodiscard]] Result<ToSeal> to_seal(const Leased& copy) const;
    // The message as it came, where copies are made of what was inside; else empty, and where its author is not named: then nothing of it
    // stands outside.
    [[nodiscard]] Result<std::string> as_it_came(const storage::Post& post) const;
    // The field with the list's key, where the list wants it and has one.
    [[nodiscard]] std::string autocrypt(const Leased& copy) const;
    // Bytes as a message that counts. Null: no room now. `beyond`: what they ask of a relay, looked at and set if it is not known.
    [[nodiscard]] Message with_room(const std::function<std::string()>& bytes, std::optional<mail::Beyond>& beyond);

private:
    static constexpr std::size_t longest_with_link = 64U << 10;
    static constexpr std::size_t most_recent = 8;  // kept for the next slice of a fan-out, and for retries between fan-outs

    struct Made {
        PostKey post = 0;
        std::optional<community::Tlp> label;
        InsideLists inside;
        std::map<Hidden, Result<Message>> messages;
    };

    // `autocrypt`: the field with the list's key, or empty.
    [[nodiscard]] Result<std::string> write(const Batch& batch, const std::string& bytes, const InsideLists& inside, Hidden hidden,
                                            std::string_view autocrypt) const;
    [[nodiscard]] Hidden hidden_from(const InsideLists& inside, const Leased& copy) const;
    [[nodiscard]] std::string archive_page(const storage::Post& post, const community::List& list) const;
    Made& begin(const Leased& copy, const Result<std::string>& bytes);
    // What only the labels in the text tell. To find them may take a second or two, so each post is asked once for all its slices.
    struct Said {
        PostKey post = 0;
        std::optional<community::Tlp> label;
        std::string conflict;
        std::vector<std::string> restrictions;
    };
    [[nodiscard]] const Said& said_in(const storage::Post& post, const std::string& bytes) const;
    [[nodiscard]] std::string conflict_of(const storage::Post& post, const std::string& bytes) const;
    [[nodiscard]] std::vector<std::string> restrictions_of(const storage::Post& post, const std::string& bytes) const;
    [[nodiscard]] Message counted(std::string bytes) const;
    [[nodiscard]] bool full();

    const Room& room_;
    LeavingLinks links_;
    std::size_t most_bytes_;
    std::shared_ptr<std::atomic<std::size_t>> alive_;  // bytes of all messages that somebody holds
    std::deque<Made> recent_;
    mutable std::deque<Said> said_;  // of as many
};

}  // namespace caveat::mailroom

#pragma once
// The reply to each recipient of a mail, and what of it is to be kept. Reads the rows and writes nothing: who asks commits what was
// admitted (reception.cpp).
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "address.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "held.hpp"
#include "probing.hpp"
#include "sender.hpp"

namespace caveat::mailroom {

// A post that will be committed, and the recipient whose reply depends on it.
struct Admitted {
    std::size_t submission = 0;
    storage::Post post;
    Sealed body;  // empty: it shares the body of its submission's first post
};

// A probe that came, and the entry of the journal that says what was seen.
struct CameBack {
    std::size_t submission = 0;
    std::string subject, detail;
};

// About its structure.
struct Inspected {
    std::string unsound;  // empty: nothing
    bool in_pgp = false;  // all of it is signed or encrypted (K3, K4)
};
// Touches nothing but the bytes.
[[nodiscard]] Inspected inspected(std::string_view bytes, const mail::Limits& limits);

// Of one commit: what was admitted before counts for what comes after it.
class Admission {
public:
    // `instead`: what time it rather is, where the clock is wrong.
    Admission(const Room& room, Instant now, std::optional<Instant> instead, HourlyLimit& to_operator, ReturnLimit& returned,
              Unproven& unproven)
        : room_(room), now_(now), instead_(instead), to_operator_(to_operator), returned_(returned), unproven_(unproven) {}

    [[nodiscard]] std::vector<Received> admit(const Submission& as_it_came, std::size_t index);

    [[nodiscard]] const std::vector<Admitted>& admitted() const { return admitted_; }
    [[nodiscard]] const std::vector<CameBack>& arrived() const { return arrived_; }
    [[nodiscard]] bool empty() const { return admitted_.empty() && arrived_.empty(); }

    // Nothing of this submission is kept.
    void drop(std::size_t index);

private:
    // A submission, and what is known of it before any list is looked at.
    struct Came {
        const Submission& submission;
        std::size_t index;
        const Sender& sender;
        std::vector<Address> addresses;  // in the order of its recipients
        bool bare_comma;
        bool unheard;
    };

    [[nodiscard]] std::optional<OpenProbe> probe_of(const Submission& submission) const;
    [[nodiscard]] std::vector<Address> addresses_of(const Submission& submission) const;
    [[nodiscard]] bool is_unheard(const Submission& submission, const mail::HeaderBlock& headers, const Sender& sender,
                                  bool own_envelope) const;
    [[nodiscard]] bool refused_for_clock(const Sender& sender, const ListId& list) const;

    Received answer(const Came& came, std::size_t i);
    Received for_operator(const Came& came, std::size_t recipient);
    Received take(const Came& came, std::size_t recipient);
    void one_reply_for_all(const Came& came, std::vector<Received>& answers);

    [[nodiscard]] bool is_claimed(const Sender& sender, const std::vector<Address>& addresses) const;
    bool is_over_quota(const Submission& submission, const Sender& sender, const std::vector<Address>& addresses, bool own_envelope);
    const Held& held();
    std::optional<Unproven::Mail> room_for_claim(const Submission& submission, const Sender& sender, bool for_gnupg);
    bool may_be_awaited(const Unproven::Mail& claim);
    void ask_what_became();
    void note(Unproven::Mail claim);

    const Room& room_;
    Instant now_;
    std::optional<Instant> instead_;
    HourlyLimit& to_operator_;
    ReturnLimit& returned_;
    Unproven& unproven_;
    std::optional<Held> held_;
    std::vector<Admitted> admitted_;
    std::vector<CameBack> arrived_;
    std::size_t begin_ = 0;   // of this submission's entries
    std::string message_id_;  // of this submission
};

}  // namespace caveat::mailroom

#pragma once
// Turns a request into a reply, without sockets: finds the caller and the row of the table, checks form and rights, calls the office. One
// Service per thread, over that thread's Offices. An act is one transaction: precondition, act, and the record of its idempotency key.
#include <optional>
#include <string>

#include "caveat/http/server.hpp"
#include "exchange.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace caveat::http {

class Service {
public:
    explicit Service(Offices& offices) : offices_(offices) {}

    [[nodiscard]] Reply answer(const Request& request);

    // The same for a caller who is known already; pages are made with it. `headers` of the request count (If-Match, Idempotency-Key).
    [[nodiscard]] Reply answer_as(const access::Caller& caller, const Request& request);

    [[nodiscard]] std::optional<access::Caller> who(const Request& request);
    [[nodiscard]] access::Access access() const;

    // On the desk: the notes of a reply into the journal, in one transaction.
    void write_down(const std::vector<Note>& notes);

private:
    struct Call;
    [[nodiscard]] Reply run(const Call& call);
    [[nodiscard]] Reply act(const Call& call);

    Offices& offices_;
};

// The thread that handles a request. Reads only the table.
[[nodiscard]] Run where(const Request& request);

[[nodiscard]] std::string entity_tag(const Offices& offices, std::string_view body);

}  // namespace caveat::http

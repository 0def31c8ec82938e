#pragma once
// Turns a request into a reply, without sockets: finds the caller and the row of the table, checks form and rights, calls the office. One
// Service per thread, over that thread's Offices. An act is one transaction: precondition, act, and the record of its idempotency key.
#include <array>
#include <functional>
#include <map>
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
    [[nodiscard]] const mailroom::Room& room() const { return offices_.room; }
    // For a page: what the people and teams of an answer are called, beside their ids (page_names.hpp).
    void name_parties(const access::Caller& caller, Json& answer) const;

    // On the desk: the notes of a reply into the journal, in one transaction. Who reads the same again within the hour is in it already,
    // with the first instant and what was read first: it cannot shrink, and nobody is to fill the disk by reading. What was written before
    // a restart is written once more.
    void write_down(const std::vector<Note>& notes);

private:
    using Read = std::array<std::string, 4>;  // who, how, what, and apart
    [[nodiscard]] std::map<Read, Instant> not_written_down(const std::vector<Note>& notes, Instant now);

    struct Call;
    [[nodiscard]] Reply run(const Call& call);
    using Stream = std::function<bool(std::string&)>;
    [[nodiscard]] Stream only_while_they_may(Stream stream, const access::Caller& caller, const Request& request);
    [[nodiscard]] Reply act(const Call& call);

    Offices& offices_;
    std::map<Read, Instant> written_;  // within the hour
    std::string lasting_tag_;          // of the one text that lasts, once it was asked for
};

// By whom rates and slow reads are counted: a person with all their tokens and sessions; where there is none, the credential.
[[nodiscard]] std::string party_of(const access::Caller& caller);

// The thread that handles a request. Reads only the table.
[[nodiscard]] Run where(const Request& request);

[[nodiscard]] std::string entity_tag(const Offices& offices, std::string_view body);

}  // namespace caveat::http

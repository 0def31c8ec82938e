#pragma once
// The words of a command line (RFC 5321 §4.1.1), without judging whether now is the time for them.
#include <cstdint>
#include <string_view>
#include <variant>

#include "address.hpp"

namespace caveat::smtp {

enum class Verb {
    helo,
    ehlo,
    lhlo,
    mail,
    rcpt,
    data,
    rset,
    noop,
    quit,
    vrfy,
    help,
    known,    // of some RFC, not offered here
    foreign,  // of another protocol: a program was tricked into connecting to us
    unknown,
};

struct Command {
    Verb verb;
    std::string_view argument;  // without the blanks around it
};

[[nodiscard]] Command read_command(std::string_view line);

struct Mail {
    Path from;
    std::uint64_t size = 0;  // SIZE= (RFC 1870); 0 when not announced
    bool smtputf8 = false;   // RFC 6531
};

struct Rcpt {
    Path to;
};

// A reply that says what is wrong, complete with its codes; it is one of a few constants and holds nothing of the input.
using Complaint = std::string_view;

// `extended`: EHLO or LHLO was said. After HELO there are no parameters.
[[nodiscard]] std::variant<Mail, Complaint> read_mail(std::string_view argument, bool extended);
[[nodiscard]] std::variant<Rcpt, Complaint> read_rcpt(std::string_view argument);

// What may stand behind HELO, EHLO and LHLO: a domain or an address literal, generously read.
[[nodiscard]] bool is_client_name(std::string_view argument);

}  // namespace caveat::smtp

#pragma once
// The replies of the door. None depends on an address, so that nobody learns which ones exist (A7).
#include <string_view>

namespace caveat::smtp::reply {

// After DATA
constexpr std::string_view accepted = "250 2.0.0 Accepted";
constexpr std::string_view refused = "550 5.7.1 Not accepted here";
constexpr std::string_view later = "451 4.3.0 Try again later";
constexpr std::string_view full = "452 4.3.1 No room at present";
constexpr std::string_view quota = "452 4.3.1 Enough mail of this author waits here for a decision";
constexpr std::string_view crowded = "452 4.3.1 Too much mail is coming in at present";
constexpr std::string_view too_big = "552 5.3.4 Message too big";
constexpr std::string_view data_line_too_long = "500 5.5.2 Line of the message too long";
constexpr std::string_view nul_in_data = "554 5.6.0 NUL in the message";  // RFC 5321 §4.5.2 and RFC 5322 §4: not to be sent
constexpr std::string_view bare_in_data = "554 5.6.11 Bare CR or LF in the message";

// To commands
constexpr std::string_view ok = "250 2.0.0 Ok";
constexpr std::string_view sender_ok = "250 2.1.0 Ok";
constexpr std::string_view recipient_ok = "250 2.1.5 Ok";
constexpr std::string_view go_ahead = "354 End data with <CR><LF>.<CR><LF>";
constexpr std::string_view goodbye = "221 2.0.0 Goodbye";
constexpr std::string_view perhaps = "252 2.5.2 Send it and see";
constexpr std::string_view help = "214 2.0.0 See RFC 5321 and RFC 2033";
constexpr std::string_view not_ours = "550 5.7.1 Not a domain of this server";
constexpr std::string_view too_many_recipients = "452 4.5.3 Too many recipients";
constexpr std::string_view line_too_long = "500 5.5.2 Line too long";
constexpr std::string_view control_characters = "500 5.5.2 Control characters in the command";
constexpr std::string_view unknown = "500 5.5.1 Command not known";
constexpr std::string_view not_offered = "502 5.5.1 Command not offered";
constexpr std::string_view wrong_hello_lmtp = "500 5.5.1 This is LMTP: say LHLO";
constexpr std::string_view wrong_hello_smtp = "500 5.5.1 This is SMTP: say EHLO";
constexpr std::string_view name_needed = "501 5.5.4 Say who you are";
constexpr std::string_view mail_form = "501 5.5.4 Say MAIL FROM:<address>";
constexpr std::string_view rcpt_form = "501 5.5.4 Say RCPT TO:<address>";
constexpr std::string_view bad_sender = "501 5.1.7 Sender address not understood";
constexpr std::string_view bad_recipient = "501 5.1.3 Recipient address not understood";
constexpr std::string_view bad_parameter = "501 5.5.4 Parameter not understood";
constexpr std::string_view unknown_parameter = "555 5.5.4 Parameter not known";
constexpr std::string_view needs_smtputf8 = "553 5.6.7 Address needs SMTPUTF8";
constexpr std::string_view argument_needed = "501 5.5.4 Argument needed";
constexpr std::string_view no_argument = "501 5.5.4 No argument here";
constexpr std::string_view hello_first = "503 5.5.1 Say hello first";
constexpr std::string_view mail_first = "503 5.5.1 MAIL first";
constexpr std::string_view recipient_first = "503 5.5.1 RCPT first";
constexpr std::string_view nested_mail = "503 5.5.1 A transaction is open";

// Last words
constexpr std::string_view bare_in_command = "521 5.5.2 Bare CR or LF";
constexpr std::string_view foreign = "421 4.7.0 This is a mail server";
constexpr std::string_view too_many_errors = "421 4.7.0 Too many errors";
constexpr std::string_view too_many_transactions = "421 4.7.0 Too many messages on one connection";
constexpr std::string_view timed_out = "421 4.4.2 Timeout";
constexpr std::string_view too_slow = "421 4.4.2 The message took too long";
constexpr std::string_view idle_when_full = "421 4.7.0 Too long without a message while others wait";
constexpr std::string_view shutting_down = "421 4.3.2 Shutting down";
constexpr std::string_view too_much_ahead = "421 4.7.0 Too much sent ahead";
constexpr std::string_view stranger_at_door = "554 5.7.1 No mail is taken from this address";  // RFC 5321 §3.1
constexpr std::string_view too_many_connections = "421 4.3.2 Too many connections";
constexpr std::string_view too_many_of_peer = "421 4.7.0 Too many connections from your address";

}  // namespace caveat::smtp::reply

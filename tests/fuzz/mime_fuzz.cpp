// What every post goes through: header, structure, authentication, copy. Checks what must hold whatever the input.
// promises: S4, S5
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "caveat/mail/authentication.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/seven_bit.hpp"

using namespace caveat;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

// S3, M5: what leaves can be read again, has one subject and one List-Id, and ends in the body as it came.
void check_copy(std::string_view raw, std::string_view copy) {
    const auto headers = mail::read_headers(copy, mail::Limits{});
    if (!headers) return require(headers.error().code == errc::limit);
    require(headers->count("List-Id") == 1 && headers->count("TLP") == 1 && headers->count("Subject") == 1);
    require(headers->count("Bcc") == 0 && headers->count("Return-Path") == 0);
    const auto before = mail::read_headers(raw, mail::Limits{});
    const bool crlf = raw.find('\n') != std::string_view::npos && raw.find('\n') > 0 && raw[raw.find('\n') - 1] == '\r';
    if (before && crlf) require(copy.substr(headers->body_at) == raw.substr(before->body_at));
}

// S4: in seven bits it has nothing else; and what had nothing else before is what it was.
void check_seven_bits(std::string_view raw, const mail::Limits& limits) {
    const auto is_ascii = [](std::string_view text) {
        return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
    };
    const auto made = mail::in_seven_bits(raw, limits);
    if (!made) return;
    require(is_ascii(*made));
    if (is_ascii(raw)) require(*made == raw);
    (void)mail::with_ascii_header(raw);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view raw(reinterpret_cast<const char*>(data), size);
    mail::Limits limits;
    limits.message = 1024 * 1024;
    limits.depth = 8;
    limits.parts = 50;
    if (const auto message = mail::parse(raw, limits)) {
        require(message->parts.size() <= limits.parts);
        (void)message->text();
    }
    if (const auto headers = mail::read_headers(raw, limits)) {
        (void)mail::dmarc_passed(*headers, "someone@orchid.example", {"mx.arc.example"});
        (void)mail::is_automatic(*headers, "someone@orchid.example");
        (void)mail::wants_no_answer(*headers);
        (void)mail::is_loop(*headers, "lists.arc.example");
    }
    community::List list;
    list.id = ListId("teams");
    mail::CopyRequest request;
    request.raw = raw;
    request.list = &list;
    request.community_name = "Southern Arc \"CSIRT\" Forum";
    request.domain = "lists.arc.example";
    request.label = community::Tlp::amber;
    request.message_id = "1@lists.arc.example";
    request.date = "Mon, 02 Mar 2026 09:15:00 +0000";
    if (const auto copy = mail::make_copy(request)) check_copy(raw, *copy);
    check_seven_bits(raw, limits);
    return 0;
}

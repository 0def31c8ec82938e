#include "wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>

#include "caveat/ascii.hpp"

namespace caveat::http {
namespace {

namespace bh = boost::beast::http;

Method method_of(bh::verb verb) {
    switch (verb) {
        case bh::verb::get:
        case bh::verb::head:
            return Method::get;
        case bh::verb::post:
            return Method::post;
        case bh::verb::put:
            return Method::put;
        case bh::verb::patch:
            return Method::patch;
        case bh::verb::delete_:
            return Method::del;
        default:
            return Method::other;
    }
}

// A field that proxies add, or that browsers send: those do not speak to a Unix socket, so that there is a proxy between.
bool tells_of_a_proxy(std::string_view lower_case_name) {
    constexpr std::array names{std::string_view("forwarded"), std::string_view("via"), std::string_view("x-real-ip"),
                               std::string_view("origin")};
    return lower_case_name.starts_with("x-forwarded-") || lower_case_name.starts_with("sec-fetch-") ||
           std::find(names.begin(), names.end(), lower_case_name) != names.end();
}

bool has_no_body(int status) { return status == 204 || status == 304; }

void add_field(std::string& text, std::string_view name, std::string_view value) { ((((text += name) += ": ") += value) += "\r\n"); }

// All but what says how long the body is, and the empty line.
std::string beginning(const Reply& made, const Manner& manner) {
    const auto reason = bh::obsolete_reason(bh::int_to_status(static_cast<unsigned>(made.status)));
    auto text =
        fmt::format("HTTP/1.{} {} {}\r\n", manner.version < 11 ? 0 : 1, made.status, std::string_view(reason.data(), reason.size()));
    if (!has_no_body(made.status)) add_field(text, "Content-Type", made.type);
    bool cached = false;
    for (const auto& [name, value] : made.headers) {
        add_field(text, name, value);
        cached = cached || ascii::equal(name, "Cache-Control");
    }
    if (!cached) add_field(text, "Cache-Control", "no-store");
    add_field(text, "X-Content-Type-Options", "nosniff");
    if (!manner.keep && manner.version >= 11) add_field(text, "Connection", "close");
    if (manner.keep && manner.version < 11) add_field(text, "Connection", "keep-alive");
    return text;
}

}  // namespace

bool is_framed(const bh::request<bh::string_body>& from) {
    const auto [first, last] = from.equal_range(bh::field::transfer_encoding);
    if (first == last) return true;
    const std::string_view coding(first->value().data(), first->value().size());
    return from.version() >= 11 && std::next(first) == last && ascii::equal(coding, "chunked");
}

Request taken_apart(bh::request<bh::string_body>&& from, const Peer& peer) {
    Request request;
    request.method = method_of(from.method());
    request.target = std::string(from.target());
    request.local_user = peer.local_user;
    for (const auto& field : from) {
        const auto key = ascii::lower(std::string_view(field.name_string().data(), field.name_string().size()));
        if (tells_of_a_proxy(key)) request.local_user.reset();
        auto& value = request.headers[key];
        if (!value.empty()) value += key == "cookie" ? "; " : ", ";
        value += std::string_view(field.value().data(), field.value().size());
    }
    request.body = std::move(from.body());
    request.peer = peer.address;
    return request;
}

std::string whole(const Reply& made, const Manner& manner) {
    auto text = beginning(made, manner);
    const auto& body = made.lasting != nullptr ? *made.lasting : made.body;
    if (!has_no_body(made.status)) add_field(text, "Content-Length", std::to_string(body.size()));
    text += "\r\n";
    if (!manner.head && !has_no_body(made.status)) text += made.body;
    return text;
}

std::string head_of_stream(const Reply& made, const Manner& manner) {
    auto text = beginning(made, manner);
    add_field(text, "Transfer-Encoding", "chunked");
    text += "\r\n";
    return text;
}

std::string chunk(std::string_view bytes) {
    if (bytes.empty()) return "0\r\n\r\n";
    auto text = fmt::format("{:x}\r\n", bytes.size());
    (text += bytes) += "\r\n";
    return text;
}

}  // namespace caveat::http

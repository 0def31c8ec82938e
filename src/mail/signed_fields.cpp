#include "caveat/mail/signed_fields.hpp"

#include <algorithm>
#include <functional>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

// How many of the lowest of each count.
struct Covered {
    std::size_t to = 0, cc = 0;
};

void add_addresses(const HeaderBlock& headers, std::string_view name, std::size_t lowest, std::vector<std::string>& to) {
    for (auto field = headers.fields.rbegin(); field != headers.fields.rend() && lowest > 0; ++field) {
        if (!ascii::equal(field->name, name)) continue;
        --lowest;
        for (auto& box : read_mailboxes(unfold(field->value))) to.push_back(std::move(box.address));
    }
}

std::vector<std::string> addresses(const HeaderBlock& headers, const Covered& covered) {
    std::vector<std::string> all;
    add_addresses(headers, "To", covered.to, all);
    add_addresses(headers, "Cc", covered.cc, all);
    return all;
}

// A tag of RFC 6376 §3.2, without its blanks.
std::string tag_of(std::string_view signature, std::string_view name) {
    while (!signature.empty()) {
        const auto end = std::min(signature.find(';'), signature.size());
        std::string tag(signature.substr(0, end));
        signature.remove_prefix(std::min(end + 1, signature.size()));
        std::erase_if(tag, [](char c) { return ascii::is_blank(c) || c == '\r' || c == '\n'; });
        if (tag.size() > name.size() && tag.starts_with(name) && tag[name.size()] == '=') return tag.substr(name.size() + 1);
    }
    return {};
}

// Whether DMARC may find the two aligned, which it does by the organisational domain of both (RFC 7489 §3.1.1): their last two names are
// the same. Below "co.uk" these are strangers as well, and a signature too many only takes away from what is covered.
bool may_be_aligned(const std::string& one, const std::string& other) {
    const auto organisation = [](std::string_view domain) {
        const auto last = domain.rfind('.');
        return last == std::string_view::npos ? std::string_view() : domain.substr(domain.rfind('.', last - 1) + 1);  // npos + 1 is 0
    };
    return !organisation(one).empty() && organisation(one) == organisation(other);
}

// How often a signature names that field.
std::size_t times_in(std::string_view names, std::string_view name) {
    std::size_t times = 0;
    while (!names.empty()) {
        const auto end = std::min(names.find(':'), names.size());
        if (ascii::equal(names.substr(0, end), name)) ++times;
        names.remove_prefix(std::min(end + 1, names.size()));
    }
    return times;
}

struct Signature {
    std::string names;  // of fields that it covers
    bool whole_text = false;
};

std::vector<Signature> signatures_of(const HeaderBlock& headers, std::string_view from) {
    const auto domain = normalise_domain(from.substr(from.rfind('@') + 1));  // npos + 1 is 0
    std::vector<Signature> signatures;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "DKIM-Signature")) continue;
        const auto signer = normalise_domain(tag_of(field.value, "d"));
        if (!may_be_aligned(domain, signer)) continue;
        signatures.push_back({tag_of(field.value, "h"), tag_of(field.value, "l").empty()});
    }
    return signatures;
}

bool each(const std::vector<Signature>& signatures, const std::function<bool(const Signature&)>& does) {
    return !signatures.empty() && std::all_of(signatures.begin(), signatures.end(), does);
}

}  // namespace

std::optional<std::string_view> lowest_value(const HeaderBlock& headers, std::string_view name) {
    const auto found =
        std::find_if(headers.fields.rbegin(), headers.fields.rend(), [&](const Field& field) { return ascii::equal(field.name, name); });
    return found == headers.fields.rend() ? std::nullopt : std::optional(found->value);
}

std::vector<std::string> addresses_named(const HeaderBlock& headers) {
    return addresses(headers, {headers.fields.size(), headers.fields.size()});
}

// Of several signatures what each of them covers: anybody puts another one there.
std::optional<std::vector<std::string>> addresses_signed(const HeaderBlock& headers, std::string_view from) {
    std::optional<Covered> covered;
    for (const auto& signature : signatures_of(headers, from)) {
        const Covered one{times_in(signature.names, "To"), times_in(signature.names, "Cc")};
        covered = covered ? Covered{std::min(covered->to, one.to), std::min(covered->cc, one.cc)} : one;
    }
    return covered && covered->to + covered->cc > 0 ? std::optional(addresses(headers, *covered)) : std::nullopt;
}

// One that names a field which is not there says so (RFC 6376 §5.4).
bool is_signed(const HeaderBlock& headers, std::string_view from, std::string_view name) {
    const auto fields = std::max<std::size_t>(headers.count(name), 1);
    return each(signatures_of(headers, from), [&](const Signature& signature) { return times_in(signature.names, name) >= fields; });
}

bool is_text_signed(const HeaderBlock& headers, std::string_view from) {
    return each(signatures_of(headers, from), [](const Signature& signature) { return signature.whole_text; });
}

}  // namespace caveat::mail

#include "caveat/mail/signed_fields.hpp"

#include <algorithm>

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

// How many of the lowest fields of each name, in small letters.
using Counts = std::map<std::string, std::size_t>;

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto end = std::min(text.find(':'), text.size());
        names.push_back(ascii::lower(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return names;
}

std::size_t count_in(const Counts& counts, const std::string& name) {
    const auto found = counts.find(name);
    return found == counts.end() ? 0 : found->second;
}

struct Signature {
    Counts covers;
    bool says_whom = false;  // it names To or Cc
    bool whole_text = false;
};

// What is beyond the limits covers nothing.
std::vector<Signature> signatures_of(const HeaderBlock& headers, std::string_view from) {
    const auto domain = normalise_domain(from.substr(from.rfind('@') + 1));  // npos + 1 is 0
    std::vector<Signature> signatures;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "DKIM-Signature")) continue;
        const auto signer = normalise_domain(tag_of(field.value, "d"));
        if (!may_be_aligned(domain, signer)) continue;
        const auto names = names_in(tag_of(field.value, "h"));
        Signature signature;
        signature.whole_text = tag_of(field.value, "l").empty();
        signature.says_whom = std::any_of(names.begin(), names.end(), [](const auto& name) { return name == "to" || name == "cc"; });
        if (signatures.size() < most_signatures && names.size() <= most_signed_names) {
            for (const auto& name : names) ++signature.covers[name];
        }
        signatures.push_back(std::move(signature));
    }
    return signatures;
}

// Anybody puts another one there.
Counts each_covers(const std::vector<Signature>& signatures) {
    if (signatures.empty()) return {};
    auto least = signatures.front().covers;
    for (const auto& signature : signatures) {
        for (auto& [name, count] : least) count = std::min(count, count_in(signature.covers, name));
        std::erase_if(least, [](const auto& one) { return one.second == 0; });
    }
    return least;
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

// One beside it that covers neither does not make the one that does count for nothing.
std::optional<std::vector<std::string>> addresses_signed(const HeaderBlock& headers, std::string_view from) {
    const auto signatures = signatures_of(headers, from);
    if (std::none_of(signatures.begin(), signatures.end(), [](const Signature& one) { return one.says_whom; })) return std::nullopt;
    const auto covered = each_covers(signatures);
    return addresses(headers, {count_in(covered, "to"), count_in(covered, "cc")});
}

std::map<std::string, std::size_t> fields_signed(const HeaderBlock& headers, std::string_view from) {
    return each_covers(signatures_of(headers, from));
}

// One that names a field which is not there says so (RFC 6376 §5.4).
bool is_signed(const HeaderBlock& headers, std::string_view from, std::string_view name) {
    return count_in(fields_signed(headers, from), ascii::lower(name)) >= std::max<std::size_t>(headers.count(name), 1);
}

bool is_text_signed(const HeaderBlock& headers, std::string_view from) {
    const auto signatures = signatures_of(headers, from);
    const auto covers_it = [](const Signature& signature) { return signature.whole_text; };
    return !signatures.empty() && std::all_of(signatures.begin(), signatures.end(), covers_it);
}

}  // namespace caveat::mail

#include "house_names.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "ascii.hpp"
#include "caveat/mail/as_meant.hpp"
#include "caveat/mail/label.hpp"
#include "hidden_parts.hpp"
#include "transfer.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

constexpr std::array<std::string_view, 13> fields_of_mailboxes{
    "To",           "Cc",          "From",          "Sender",          "Reply-To",         "Resent-To",
    "Resent-Cc",    "Resent-From", "Resent-Sender", "Resent-Reply-To", "Mail-Followup-To", "Mail-Reply-To",
    "Apparently-To"};

// Ids and signatures look like addresses and are none.
constexpr std::array<std::string_view, 5> without_addresses{"Message-ID", "DKIM-Signature", "ARC-Seal", "ARC-Message-Signature",
                                                            "Resent-Message-ID"};

constexpr std::string_view ends_word =
    " \t\r\n<>()\",;:[]{}'`?&/|@=";  // "@" as well, so that no byte is looked at for more than two of them

// They repeat the subject, or tell of it, with its tags.
constexpr std::array<std::string_view, 3> like_the_subject{"Thread-Topic", "X-Original-Subject", "Content-Description"};
constexpr std::array<std::string_view, 2> of_ids{"In-Reply-To", "References"};  // and people's words between them

bool holds_addresses(std::string_view field) {
    if (ascii::starts_with(field, "Content-")) return ascii::equal(field, "Content-Description");
    return !ascii::is_one_of(field, without_addresses);
}

// The local part of an address of `domain`, as addresses are compared; empty: it is another domain's, or no address.
std::string local_part(std::string_view address, std::string_view domain) {
    auto meant = address_as_meant(address);
    const auto at = meant.rfind('@');
    if (at == std::string::npos || at == 0 || std::string_view(meant).substr(at + 1) != normalise_domain(domain)) return {};
    meant.resize(at);
    return meant;
}

// What stands before an "@", in quotes or up to where a word begins.
std::string_view word_before(std::string_view text, std::size_t at) {
    if (at > 0 && text[at - 1] == '"') {
        const auto open = at > 1 ? text.rfind('"', at - 2) : std::string_view::npos;
        return open == std::string_view::npos ? std::string_view() : text.substr(open, at - open);
    }
    std::size_t begin = at;
    while (begin > 0 && ends_word.find(text[begin - 1]) == std::string_view::npos) --begin;
    return text.substr(begin, at - begin);
}

// Where the address before this "@" has one of `domain` wrapped in its local part, as relays of old (RFC 1123 §5.2.16) and return paths
// have: "sc%lists.arc.example", "bounces+sc=lists.arc.example". Empty: it has none.
std::string wrapped_before(std::string_view text, std::size_t at, std::string_view domain) {
    if (at <= domain.size() || !ascii::equal(text.substr(at - domain.size(), domain.size()), domain)) return {};
    const auto sign = at - domain.size() - 1;
    if (text[sign] != '%' && text[sign] != '=') return {};
    const auto word = word_before(text, sign);
    return ascii::lower(word.substr(word.rfind('+') + 1));  // npos + 1 is 0
}

// Every address in a text, whatever stands around it.
void addresses_in(std::string_view text, std::string_view domain, std::set<std::string>& found) {
    for (auto at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
        const auto end = std::min(text.find_first_of(ends_word, at + 1), text.size());
        const auto host = text.substr(at + 1, end - at - 1);
        auto local = local_part(fmt::format("{}@{}", word_before(text, at), host), domain);
        if (local.empty()) local = wrapped_before(text, at, domain);
        if (!local.empty()) found.insert(std::move(local));
    }
}

// "sc.lists.arc.example", as a List-Id writes it (RFC 2919 §2).
void list_ids_in(std::string_view text, std::string_view domain, std::set<std::string>& found) {
    const auto small = ascii::lower(text);
    const auto below = '.' + normalise_domain(domain);
    for (auto at = small.find(below); at != std::string::npos; at = small.find(below, at + 1)) {
        const auto end = at + below.size();
        if (end < small.size() && ends_word.find(small[end]) == std::string_view::npos && small[end] != '.') continue;
        auto begin = at;
        while (begin > 0 && small[begin - 1] != '.' && ends_word.find(small[begin - 1]) == std::string_view::npos) --begin;
        if (begin < at) found.insert(small.substr(begin, at - begin));
    }
}

// The ids of a field, in their brackets, and what stands between them.
struct Ids {
    std::string ids, between;
};
Ids apart(std::string_view value) {
    Ids out;
    while (!value.empty()) {
        const auto open = std::min(value.find('<'), value.size());
        const auto close = value.find('>', open);
        out.between += value.substr(0, close == std::string_view::npos ? value.size() : open);
        if (close == std::string_view::npos) break;
        out.ids += (out.ids.empty() ? "" : "\r\n ") + std::string(value.substr(open, close + 1 - open));
        value.remove_prefix(close + 1);
    }
    return out;
}

std::set<std::string> addresses_of(std::string_view value, std::string_view domain, bool of_addresses) {
    std::set<std::string> found;
    const bool may_name = !ascii::is_plain(value) || value.find_first_of("@.") != std::string_view::npos;
    if (!may_name && value.find("=?") == std::string_view::npos) return found;
    const auto text = unfold(value);
    auto readings = words_in_guessed_charsets(text);
    readings.push_back(decode_words(text));
    for (const auto& reading : readings) {
        const auto words = with_plain_signs(reading);
        addresses_in(words, domain, found);
        list_ids_in(words, domain, found);
    }
    if (!of_addresses) return found;
    for (const auto& box : read_mailboxes(text)) {
        if (auto local = local_part(box.address, domain); !local.empty()) found.insert(std::move(local));
    }
    return found;
}

std::set<std::string> tags_of(std::string_view value) {
    const auto tags = subject_tags(decode_words(unfold(value)));
    return {tags.begin(), tags.end()};
}

// "Received: … for <sc@lists.arc.example>; date" without the "for" (RFC 5321 §4.4). As it is: there is none.
std::string without_for(std::string field) {
    for (auto at = field.find("for"); at != std::string::npos; at = field.find("for", at + 1)) {
        if (at == 0 || !ascii::is_blank(field[at - 1]) || at + 3 >= field.size() || !ascii::is_blank(field[at + 3])) continue;
        const auto end = field.find(';', at);
        if (end != std::string::npos) field.erase(at, end - at);
        return field;
    }
    return field;
}

// RFC 6376 §3.5, "z=": fields as they stood when they were signed, each whole. None is read of one signature in another.
std::vector<std::pair<std::string, std::string>> copied_fields(std::string_view name, std::string_view value) {
    std::vector<std::pair<std::string, std::string>> all;
    constexpr std::array<std::string_view, 2> copying{"DKIM-Signature", "ARC-Message-Signature"};
    if (!ascii::is_one_of(name, copying)) return all;
    std::string text(value);
    std::erase_if(text, ascii::is_blank);
    const auto tag = text.starts_with("z=") ? 0 : text.find(";z=");
    if (tag == std::string::npos) return all;
    const auto begin = text.find('=', tag) + 1;
    auto rest = std::string_view(text).substr(begin, text.find(';', begin) - begin);
    while (!rest.empty()) {
        const auto one = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
        const auto field = decode_quoted_printable(one);
        const auto colon = std::min(field.find(':'), field.size());
        const auto of = ascii::trim(std::string_view(field).substr(0, colon));
        if (!ascii::is_one_of(of, copying)) all.emplace_back(of, field.substr(std::min(colon + 1, field.size())));
    }
    return all;
}

class Collecting {
public:
    explicit Collecting(std::string_view domain) : domain_(domain) {}

    void add(std::string_view name, std::string_view value) {
        for (const auto& [of, copied] : copied_fields(name, value)) add(of, copied);
        if (ascii::equal(name, "Subject") || ascii::is_one_of(name, like_the_subject)) tags_.merge(tags_of(value));
        if (!holds_addresses(name)) return;
        const auto words = ascii::is_one_of(name, of_ids) ? apart(value).between : std::string(value);
        addresses_.merge(addresses_of(words, domain_, ascii::is_one_of(name, fields_of_mailboxes)));
    }
    [[nodiscard]] HouseNames names() const { return {{addresses_.begin(), addresses_.end()}, {tags_.begin(), tags_.end()}}; }

private:
    std::string_view domain_;
    std::set<std::string> addresses_, tags_;
};

}  // namespace

Result<HouseNames> house_names(std::string_view raw, std::string_view domain) {
    const auto headers = read_headers(raw, no_limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    Collecting found(domain);
    for (const auto& field : headers->fields) found.add(field.name, field.value);
    return found.names();
}

Result<HouseNames> house_names_in_parts(std::string_view raw, std::string_view domain) {
    const auto headers = read_headers(raw, no_limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    Collecting found(domain);
    for (const auto& raw_field : fields_of_parts(raw, *headers)) {
        const auto colon = std::min(raw_field.find(':'), raw_field.size());
        const auto name = ascii::trim(std::string_view(raw_field).substr(0, colon));
        if (!ascii::equal(name, "From")) found.add(name, std::string_view(raw_field).substr(std::min(colon + 1, raw_field.size())));
    }
    return found.names();
}

std::vector<std::string> house_addresses_beside(const HeaderBlock& headers, std::string_view domain) {
    std::set<std::string> found;
    for (const auto& field : headers.fields) {
        if (ascii::equal(field.name, "To") || ascii::equal(field.name, "Cc")) found.merge(addresses_of(field.value, domain, true));
    }
    std::vector<std::string> addresses;
    for (const auto& local : found) addresses.push_back(fmt::format("{}@{}", local, domain));
    return addresses;
}

HouseNames house_names_of_subject(std::string_view subject, std::string_view domain) {
    std::set<std::string> found;
    const auto words = with_plain_signs(subject);
    if (words.find_first_of("@.") != std::string::npos) {
        addresses_in(words, domain, found);
        list_ids_in(words, domain, found);
    }
    auto tags = subject_tags(subject);
    std::sort(tags.begin(), tags.end());
    tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
    return {{found.begin(), found.end()}, std::move(tags)};
}

std::string subject_of_copy(const std::string& subject, community::Tlp label, const HouseNames& hidden, std::string_view domain) {
    CopyRequest request;
    request.domain = domain;
    request.hidden = hidden;
    return subject_with_label(InsideNames(request).words_shown(subject), label, {.hidden_tags = &hidden.tags});
}

bool InsideNames::is_hidden(std::string_view address) const {
    const auto local = local_part(address, request_.domain);
    const auto& hidden = request_.hidden.addresses;
    return !local.empty() && std::find(hidden.begin(), hidden.end(), local) != hidden.end();
}

bool InsideNames::names_hidden(std::string_view value, bool of_addresses) const {
    const auto found = addresses_of(value, request_.domain, of_addresses);
    const auto& hidden = request_.hidden.addresses;
    return std::any_of(hidden.begin(), hidden.end(), [&](const auto& local) { return found.contains(local); });
}

// The words between blanks in which a hidden address or List-Id stands are left out, with the signs around it.
std::string InsideNames::words_shown(const std::string& words) const {
    if (request_.hidden.addresses.empty() || !names_hidden_in(words)) return words;
    std::string out;
    for (std::size_t at = 0; at < words.size();) {
        const auto begin = std::min(words.find_first_not_of(' ', at), words.size());
        const auto end = std::min(words.find(' ', begin), words.size());
        if (!names_hidden_in(words.substr(begin, end - begin))) out += words.substr(at, end - at);
        at = end;
    }
    // Quoted local parts may hold blanks.
    return names_hidden_in(out) ? std::string() : out;
}

bool InsideNames::names_hidden_in(std::string_view text) const {
    std::set<std::string> found;
    const auto words = with_plain_signs(text);
    addresses_in(words, request_.domain, found);
    list_ids_in(words, request_.domain, found);
    const auto& hidden = request_.hidden.addresses;
    return std::any_of(hidden.begin(), hidden.end(), [&](const auto& local) { return found.contains(local); });
}

std::string InsideNames::to_the_list() const { return fmt::format("To: {}@{}\r\n", request_.list->id.value, request_.domain); }

// The field made anew of those mailboxes that may stand there. The author stays, whatever the address.
std::string InsideNames::mailboxes(std::string_view name, std::string_view value) const {
    std::string out;
    for (const auto& box : read_mailboxes(unfold(value))) {
        const bool hidden = is_hidden(box.address) || names_hidden(box.address, false);
        if (!is_address(box.address) || (hidden && !ascii::equal(name, "From"))) continue;
        const auto phrase = names_hidden(box.name, false) ? std::string() : encode_phrase(name, box.name);
        out += out.empty() ? fmt::format("{}: ", name) : std::string(",\r\n ");
        out += phrase.empty() ? box.address : fmt::format("{} <{}>", phrase, box.address);
    }
    return out.empty() ? out : out + "\r\n";
}

bool InsideNames::is_named_in(const Field& field) const {
    if (request_.hidden.empty() || ascii::equal(field.name, "From")) return false;
    if (ascii::equal(field.name, "Subject")) {
        const auto tags = tags_of(field.value);
        const auto& hidden = request_.hidden.tags;
        const bool tagged = std::any_of(hidden.begin(), hidden.end(), [&](const auto& tag) { return tags.contains(tag); });
        return tagged || names_hidden(field.value, false);
    }
    return shown(std::string(field.raw), false) != field.raw;
}

std::string InsideNames::shown(std::string field, bool first) const {
    if (request_.hidden.empty()) return field;
    const auto colon = std::min(field.find(':'), field.size());
    const auto name = ascii::trim(std::string_view(field).substr(0, colon));
    const auto value = std::string_view(field).substr(std::min(colon + 1, field.size()));
    if (ascii::is_one_of(name, like_the_subject)) {
        const auto tags = tags_of(value);
        const auto& hidden = request_.hidden.tags;
        if (std::any_of(hidden.begin(), hidden.end(), [&](const auto& tag) { return tags.contains(tag); })) return {};
    }
    for (const auto& [of, copied] : copied_fields(name, value)) {
        const auto raw = fmt::format("{}: {}\r\n", of, copied);
        if (is_named_in({of, std::string_view(raw).substr(of.size() + 1, raw.size() - of.size() - 3), raw})) return {};
    }
    if (ascii::is_one_of(name, of_ids)) {
        const auto [ids, between] = apart(value);
        if (!names_hidden(between, false)) return field;
        return ids.empty() ? std::string() : fmt::format("{}: {}\r\n", name, ids);
    }
    const bool of_addresses = ascii::is_one_of(name, fields_of_mailboxes);
    if (!holds_addresses(name) || !names_hidden(value, of_addresses)) return field;
    if (of_addresses) {
        auto left = mailboxes(name, value);
        return left.empty() && first && ascii::equal(name, "To") ? to_the_list() : left;
    }
    if (ascii::equal(name, "Date")) {  // in a comment of it
        const auto date = value.substr(0, value.find('('));
        return names_hidden(date, false) ? std::string() : fmt::format("{}: {}\r\n", name, ascii::trim(date));
    }
    if (!ascii::equal(name, "Received")) return {};
    const bool is_named = names_hidden(without_for(field).substr(colon + 1), false);
    return is_named ? std::string() : without_for(std::move(field));
}

}  // namespace caveat::mail

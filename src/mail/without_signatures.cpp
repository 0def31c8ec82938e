#include "caveat/mail/without_signatures.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "ascii.hpp"
#include "calendar.hpp"
#include "caveat/mail/rebuild.hpp"
#include "fields.hpp"
#include "part_text.hpp"
#include "part_tree.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view clear_signed = "-----BEGIN PGP SIGNED MESSAGE-----", armour_of_signature = "-----BEGIN PGP SIGNATURE-----",
                           end_of_signature = "-----END PGP SIGNATURE-----";

template <std::size_t N>
bool stands_among(std::string_view word, const std::array<std::string_view, N>& words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Nothing but a signature, or the key or certificate that mail programs send along of themselves.
bool is_signature_type(std::string_view type) {
    constexpr std::array<std::string_view, 6> types{"application/pgp-signature",    "application/pgp-keys",
                                                    "application/pkcs7-signature",  "application/x-pkcs7-signature",
                                                    "application/x-x509-user-cert", "application/x-x509-email-cert"};
    return stands_among(type, types);
}

bool is_opaque_type(std::string_view type) {
    constexpr std::array<std::string_view, 5> types{"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp",
                                                    "application/pgp-encrypted", "multipart/encrypted"};
    return stands_among(type, types);
}

bool ends_like(std::string_view name, const std::vector<std::string_view>& ends) {
    return std::any_of(ends.begin(), ends.end(), [&](std::string_view end) { return name.ends_with(end); });
}

// Octets of UTF-16 and UTF-32 as well: their ASCII has zeros between.
std::string without_zeros(std::string_view text) {
    std::string out(text);
    std::erase(out, '\0');
    return out;
}

// Armour in any form in which a reader may still know it: quoted, in HTML, escaped by dashes.
bool shows_armour(std::string_view text) {
    constexpr std::array<std::string_view, 4> marks{"BEGIN PGP ", "BEGIN SSH SIGNATURE", "BEGIN PKCS7", "BEGIN CMS"};
    const auto holds = [&](std::string_view where) {
        return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return where.find(mark) != std::string_view::npos; });
    };
    return holds(text) || (text.find('\0') != std::string_view::npos && holds(without_zeros(text)));
}

// The first octet of an OpenPGP signature, key or certificate that is not armoured (RFC 9580 §4.2, tags 2, 5 and 6).
bool begins_as_packet(std::string_view content) {
    if (content.empty()) return false;
    const auto first = static_cast<unsigned char>(content.front());
    if ((first & 0x80U) == 0) return false;
    const auto tag = (first & 0x40U) != 0 ? first & 0x3FU : (first & 0x3CU) >> 2U;
    return tag == 2 || tag == 5 || tag == 6;
}

// A file that is nothing but a signature or a key, whatever its type says.
bool is_signature_file(std::string_view name, std::string_view content) {
    if (ends_like(name, {".p7s"})) return true;
    const auto text = ascii::trim(content);
    if (text.starts_with(armour_of_signature) || text.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----")) return !name.empty();
    return ends_like(name, {".asc", ".sig", ".gpg", ".pgp"}) && begins_as_packet(content);
}

// RFC 9580 §7.2: what was signed, between its armour headers and its signature, without the dashes in front of lines that have their own.
std::string undashed(std::string_view lines, bool escaped) {
    std::string out;
    for (std::size_t at = 0; at < lines.size();) {
        const auto line = line_at(lines, at);
        auto whole = lines.substr(at, line.next - at);
        if (escaped && whole.starts_with("- ")) whole.remove_prefix(2);
        out += whole;
        at = line.next;
    }
    return out;
}

// The text without the one signature that is in it; what stands around that stays. None: there are several, or it is cut short.
std::optional<std::string> words_of_signed(std::string_view text) {
    const auto begin = text.find(clear_signed), signature = text.find(armour_of_signature), end = text.find(end_of_signature);
    const bool one = ascii::count_of(text, "BEGIN PGP ") == 2 && ascii::count_of(text, end_of_signature) == 1;
    if (!one || begin == std::string_view::npos || signature == std::string_view::npos) return std::nullopt;
    if (end == std::string_view::npos || !(begin < signature && signature < end)) return std::nullopt;
    auto at = line_at(text, begin).next;
    bool escaped = true;
    for (; at < signature; at = line_at(text, at).next) {
        const auto line = line_at(text, at).text;
        if (ascii::starts_with(line, "NotDashEscaped")) escaped = false;
        if (ascii::trim(line).empty()) break;
    }
    at = std::min(line_at(text, at).next, signature);
    std::string out(text.substr(0, begin));
    out += undashed(text.substr(at, signature - at), escaped);
    return out += text.substr(std::min(line_at(text, end).next, text.size()));
}

constexpr std::size_t wide_head = 64;  // bytes in which a calendar or a card in UTF-16 or UTF-32 says what it is

constexpr std::array<std::string_view, 6> known_encodings{"", "7bit", "8bit", "binary", "base64", "quoted-printable"};

// By what the author is known: what stands in the mail's own header, and what is on record of them.
KnownAs known_as(const HeaderBlock& headers, KnownAs known) {
    for (auto& address : known.addresses) address = ascii::lower(address);
    for (const auto& field : headers.fields) {
        constexpr std::array<std::string_view, 3> names{"From", "Sender", "Reply-To"};
        if (!ascii::is_one_of(field.name, names)) continue;
        for (const auto& box : read_mailboxes(unfold(field.value))) {
            if (is_address(box.address)) known.addresses.push_back(ascii::lower(box.address));
            known.names.push_back(box.name);
        }
    }
    return known;
}

bool names_any(std::string_view small_letters, const std::vector<std::string>& addresses) {
    return std::any_of(addresses.begin(), addresses.end(),
                       [&](const auto& address) { return small_letters.find(address) != std::string_view::npos; });
}

// In small letters, as far as ASCII has them.
std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        const char small = ascii::lower(c);
        if (!ascii::is_plain(c) || ascii::is_digit(c) || (small >= 'a' && small <= 'z'))
            words.back() += small;
        else if (!words.back().empty())
            words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

// "Mei Tan", "Tan, Mei", "TAN;Mei;;Dr.": all words of a name, in whatever order. One word of Latin letters is a name only where it stands
// by itself, since others have it as well.
bool calls_any(std::string_view line, const std::vector<std::string>& names) {
    const auto words = words_in(line);
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const auto all = words_in(name);
        if (all.size() == 1 && ascii::is_plain(all.front()) && words.size() > 2) return false;
        return !all.empty() && std::all_of(all.begin(), all.end(), [&](const std::string& word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        });
    });
}

bool is_authors(std::string_view card, const KnownAs& author) {
    if (names_any(ascii::lower(card), author.addresses)) return true;
    for (std::size_t at = 0; at < card.size();) {
        const auto line = line_at(card, at);
        if (calls_any(line.text, author.names)) return true;
        at = line.next;
    }
    return false;
}

// It says an address, and none where the author has one: somebody else's beyond doubt.
bool is_somebody_elses(std::string_view card, const KnownAs& author) {
    const auto text = ascii::lower(card);
    bool any = false;
    for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
        auto domain = text.substr(at, text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-", at + 1) - at);
        while (domain.ends_with('.')) domain.pop_back();
        const auto is_there = [&](const std::string& address) { return address.ends_with(domain); };
        if (domain.size() == 1) continue;
        if (std::any_of(author.addresses.begin(), author.addresses.end(), is_there)) return false;
        any = true;
    }
    return any;
}

std::string_view without_bom(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    return ascii::trim(text);
}

bool is_of_people(std::string_view property) { return property == "attendee" || property == "contact" || property.starts_with("x-"); }

// Whether it is whose invitation it is, or another property of people in which the author stands. Of its words none.
bool names_author(const std::string& property, const KnownAs& author) {
    const auto name = name_of_property(property);
    constexpr std::array<std::string_view, 6> words{"description", "summary", "comment", "location", "categories", "uid"};
    if (name == "organizer") return true;
    if (stands_among(name, words)) return false;
    return names_any(ascii::lower(property), author.addresses) || (is_of_people(name) && calls_any(property, author.names));
}

// RFC 5545 §3.8.4.
std::string without_organizer(std::string_view calendar, const KnownAs& author) {
    std::string out;
    each_property(calendar, [&](std::string_view lines, const std::string& property) {
        if (!names_author(property, author)) out += lines;
    });
    return out;
}

// What may name who sends it and cannot be looked into: cards and calendars in other forms, and Outlook's own.
bool is_closed_card(std::string_view type, std::string_view name) {
    constexpr std::array<std::string_view, 6> types{"application/vcard+json",   "application/vcard+xml", "application/calendar+json",
                                                    "application/calendar+xml", "application/ms-tnef",   "application/vnd.ms-tnef"};
    return stands_among(type, types) || ends_like(name, {"winmail.dat"});
}

// What becomes of one stretch of the message.
struct Fate {
    bool goes = false;                // it is left out
    bool only_first = false;          // a multipart/signed, of which its first part stands in its place
    std::optional<std::string> text;  // it has these words instead
};

class Cutting {
public:
    Cutting(std::string_view message, const Structure& structure, const Limits& limits, KnownAs author)
        : message_(message),
          structure_(structure),
          limits_(limits),
          tree_(message, structure, limits),
          author_(std::move(author)),
          fates_(tree_.size()) {}

    Result<WithoutSignatures> cut() {
        for (std::size_t i = fates_.size(); i-- > 0 && stays_.empty();) decide(i);
        if (!stays_.empty()) return WithoutSignatures{false, {}, stays_};
        if (!changed_ || fates_.empty()) return WithoutSignatures{true, {}, {}};
        std::string entity;
        if (fates_.front().goes)
            entity = "Content-Type: text/plain\r\n\r\n";
        else
            write(0, entity);
        auto made = rebuilt({message_, entity, false}, limits_);
        if (!made) return tl::unexpected<Error>(made.error());
        return WithoutSignatures{false, std::move(*made), {}};
    }

private:
    [[nodiscard]] const Stretch& at(std::size_t i) const { return tree_.at(i); }

    void decide(std::size_t i) {
        const auto& stretch = at(i);
        if (i > 0 && !tree_.inside_a_mail(i) && has_fields_of_message(i)) changed_ = true;  // `write` leaves them out
        if (is_opaque_type(stretch.type))
            return stay("a part of it is encrypted, or signed with its text inside, and cannot be looked into");
        if (stretch.type == "multipart/signed") return decide_signed(i);
        if (stretch.kind == Stretch::Kind::message) return;
        if (stretch.kind == Stretch::Kind::multipart) {
            const auto& parts = tree_.parts_of(i);
            fates_[i].goes = !parts.empty() && std::all_of(parts.begin(), parts.end(), [&](auto p) { return fates_[p].goes; });
            return;
        }
        decide_leaf(i);
    }

    void decide_signed(std::size_t i) {
        const auto& parts = tree_.parts_of(i);
        const bool whole = at(i).kind == Stretch::Kind::multipart && parts.size() == 2 && is_signature_type(at(parts[1]).type);
        if (!whole) return stay("what is signed in it cannot be told from its signature");
        if (tree_.inside_a_mail(i)) return stay("a mail attached to it is signed");
        fates_[i].only_first = changed_ = true;
    }

    void decide_leaf(std::size_t i) {
        const auto content = decode_transfer(tree_.body_of(i), at(i).encoding);
        const auto name = tree_.file_name(i);
        if (ends_like(name, {".p7m"})) return stay("a part of it is encrypted, or signed with its text inside, and cannot be looked into");
        if (is_signature_type(at(i).type) || is_signature_file(name, content)) return leave_out(i);
        // A copy of what was in front of a signed mail, From as well (RFC 9788 §2.1.2).
        if (at(i).type == "text/rfc822-headers" && !structure_.report && !tree_.inside_a_mail(i)) return leave_out(i);
        if (at(i).type.starts_with("message/") && (shows_armour(content) || tells_of_signature(content)))
            return stay("a mail attached to it is signed");
        if (ends_like(name, {".gpg", ".pgp"})) return stay("a file attached to it is encrypted or signed, and cannot be looked into");
        if (!tree_.inside_a_mail(i) && decide_card(i, content)) return;
        if (!shows_armour(content)) return;
        if (tree_.inside_a_mail(i)) return stay("a mail attached to it is signed");
        decide_armour(i, content);
    }

    // Mail programs write into an invitation who sends it, and send along the card of their owner. True: it is settled.
    bool decide_card(std::size_t i, std::string_view content) {
        const auto& type = at(i).type;
        const auto name = tree_.file_name(i);
        const auto wide = content.find('\0') == std::string_view::npos ? std::string() : without_zeros(content.substr(0, wide_head));
        const auto is = [&](std::string_view begin, const std::vector<std::string_view>& types, std::string_view end) {
            return ascii::starts_with(without_bom(content), begin) || wide.find(begin) != std::string::npos || name.ends_with(end) ||
                   std::find(types.begin(), types.end(), type) != types.end();
        };
        const bool calendar = is("BEGIN:VCALENDAR", {"text/calendar", "text/x-vcalendar", "application/ics"}, ".ics");
        const bool card = is("BEGIN:VCARD", {"text/vcard", "text/x-vcard", "text/directory"}, ".vcf");
        if (is_closed_card(type, name) || (!wide.empty() && (calendar || card)))
            return settled("an invitation or a card in it, which may name who sends it, cannot be looked into");
        if (!calendar && !card) return false;
        const auto read = values_in(i, content);
        if (card && (is_authors(content, author_) || is_authors(read, author_))) {
            leave_out(i);
            return true;
        }
        if (card && !is_somebody_elses(read, author_))
            return settled("a card in it may be its author's, or does not say by an address whose it is");
        if (shows_armour(content) || shows_armour(read)) return settled("an invitation or a card in it holds a signature or a key");
        return calendar && decide_calendar(i, content);
    }

    bool decide_calendar(std::size_t i, std::string_view content) {
        auto without = without_organizer(content, author_);
        if (without == content) return true;
        if (!stands_among(at(i).encoding, known_encodings))
            return settled("an invitation in it, which names who sends it, cannot be taken apart");
        fates_[i].text = std::move(without);
        changed_ = true;
        return true;
    }

    // What stands behind the properties, as programs read it: unfolded, decoded.
    [[nodiscard]] std::string values_in(std::size_t i, std::string_view content) const {
        Part part;
        part.type = "text/calendar";
        part.charset = ascii::lower(tree_.parameter(i, "Content-Type", "charset"));
        part.content = content;
        const auto read = text_of_part(part);
        return read ? read->text : std::string();
    }

    bool settled(std::string_view why) {
        stay(why);
        return true;
    }

    [[nodiscard]] bool has_fields_of_message(std::size_t i) const {
        const auto headers = tree_.header_of(i);
        return !headers || std::any_of(headers->fields.begin(), headers->fields.end(),
                                       [](const Field& field) { return !ascii::starts_with(field.name, "Content-"); });
    }

    static bool tells_of_signature(std::string_view mail) {
        const auto text = ascii::lower(mail);
        constexpr std::array<std::string_view, 4> words{"multipart/signed", "pgp-signature", "pkcs7-", "pgp-keys"};
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string::npos; });
    }

    void decide_armour(std::size_t i, std::string_view content) {
        const bool plain = at(i).kind == Stretch::Kind::leaf && at(i).type == "text/plain" && stands_among(at(i).encoding, known_encodings);
        auto words = plain ? words_of_signed(content) : std::nullopt;
        if (!words || shows_armour(*words))
            return stay(
                "a text in it holds a signature, a key or ciphertext that cannot be taken out of it; take it out and send it again");
        fates_[i].text = std::move(*words);
        changed_ = true;
    }

    void leave_out(std::size_t i) {
        if (tree_.inside_a_mail(i)) return stay("a mail attached to it is signed");
        fates_[i].goes = changed_ = true;
    }

    void stay(std::string_view why) {
        if (stays_.empty()) stays_ = why;
    }

    // Header and body. What stands before the first part and behind the last means nothing (RFC 2046 §5.1.1), and goes.
    void write(std::size_t i, std::string& out) const {
        const auto& fate = fates_[i];
        if (fate.only_first) return write(tree_.parts_of(i).front(), out);
        if (fate.text) return write_text(i, out);
        write_header(i, false, out);
        if (at(i).kind != Stretch::Kind::multipart || tree_.parts_of(i).empty()) {
            out += tree_.body_of(i);
            return;
        }
        const auto boundary = "--" + tree_.parameter(i, "Content-Type", "boundary");
        for (const auto part : tree_.parts_of(i)) {
            if (fates_[part].goes) continue;
            out += boundary + "\r\n";
            write(part, out);
            out += "\r\n";
        }
        out += boundary + "--\r\n";
    }

    // What describes the part; fields of a message that were signed with it name its author (RFC 9788). `anew`: its body is another.
    void write_header(std::size_t i, bool anew, std::string& out) const {
        const auto headers = tree_.header_of(i);
        for (const auto& field : headers ? headers->fields : std::vector<Field>{}) {
            const bool measures = ascii::equal(field.name, "Content-MD5") || ascii::equal(field.name, "Content-Length");
            const bool encodes = ascii::equal(field.name, "Content-Transfer-Encoding");
            if (!ascii::starts_with(field.name, "Content-") || (anew && (measures || encodes))) continue;
            out += field.raw;
        }
        const auto& encoding = at(i).encoding;
        if (anew && !encoding.empty()) out += "Content-Transfer-Encoding: " + std::string(is_coded(i) ? "base64" : encoding) + "\r\n";
        out += "\r\n";
    }

    [[nodiscard]] bool is_coded(std::size_t i) const {
        return at(i).encoding == "base64" || at(i).encoding == "quoted-printable" || is_uuencode(at(i).encoding);
    }

    void write_text(std::size_t i, std::string& out) const {
        write_header(i, true, out);
        out += is_coded(i) ? in_lines(encode_base64(*fates_[i].text)) : *fates_[i].text;
    }

    static std::string in_lines(std::string_view base64) {
        constexpr std::size_t per_line = 76;
        std::string out;
        for (std::size_t at = 0; at < base64.size(); at += per_line) out.append(base64.substr(at, per_line)).append("\r\n");
        return out;
    }

    std::string_view message_;
    const Structure& structure_;
    const Limits& limits_;
    PartTree tree_;
    KnownAs author_;
    std::vector<Fate> fates_;
    std::string stays_;
    bool changed_ = false;
};

}  // namespace

Result<WithoutSignatures> without_signatures(std::string_view message, const Limits& limits, const KnownAs& author) {
    const auto headers = read_top(message, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto structure = read_structure(message, *headers, limits);
    if (!structure) return tl::unexpected<Error>(structure.error());
    return Cutting(message, *structure, limits, known_as(*headers, author)).cut();
}

}  // namespace caveat::mail

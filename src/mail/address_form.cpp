// One address in its many spellings. RFC 5321 §4.1.2: a quoted local part that needs no quotes is the same without; RFC 5890: a domain has
// an A-label and a U-label; RFC 6532 §3.1: NFC. Case is nobody's difference: mail systems that tell Rep from rep are not known.
#include <fmt/format.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/uscript.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "ascii.hpp"
#include "caveat/mail/as_meant.hpp"
#include "caveat/mail/message.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// Longer ones are compared by their bytes: no address has so many, not even decomposed, and ICU sorts long runs of marks by insertion.
constexpr std::size_t longest_compared = 1024;
constexpr std::size_t longest_address = 254;  // RFC 5321 §4.5.3.1.3, without the brackets
constexpr std::size_t longest_local = 64;     // RFC 5321 §4.5.3.1.1
constexpr int most_wrappings = 4;             // SRS around BATV around SRS ...

const icu::Normalizer2* nfc_form() {
    static const icu::Normalizer2* const nfc = [] {
        UErrorCode status = U_ZERO_ERROR;
        return icu::Normalizer2::getNFCInstance(status);
    }();
    return nfc;
}

std::string nfc(const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* form = nfc_form();
    const icu::UnicodeString normal = form == nullptr ? text : form->normalize(text, status);
    std::string out;
    (U_SUCCESS(status) ? normal : text).toUTF8String(out);
    return out;
}

icu::UnicodeString utf16(std::string_view utf8) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
}

// Character by character, so that a sharp s stays one: "strauss" and "strauß" are two people.
std::string caseless(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return ascii::lower(utf8);
    const auto written = utf16(nfc(utf16(utf8)));
    icu::UnicodeString folded;
    for (std::int32_t i = 0; i < written.length(); i = written.moveIndex32(i, 1)) {
        const auto c = written.char32At(i);
        const auto small = static_cast<UChar32>(u_foldCase(c, U_FOLD_CASE_DEFAULT));
        folded.append(c >= 0x80 && small < 0x80 ? c : small);  // a long s is another letter than s
    }
    return nfc(folded);
}

using Mapping = decltype(&uidna_nameToASCII_UTF8);

// UTS #46, non-transitional ("ß" is not "ss", RFC 5895). Empty: no name. Hyphens are looked at by is_domain.
std::string mapped_domain(std::string_view utf8, Mapping mapping) {
    static const UIDNA* const names = [] {  // never closed: it lives as long as the process and is const for all threads
        UErrorCode status = U_ZERO_ERROR;
        const UIDNA* opened = uidna_openUTS46(
            UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE, &status);
        return U_SUCCESS(status) ? opened : nullptr;
    }();
    constexpr std::uint32_t harmless = UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
    std::array<char, 4 * longest_compared> room{};
    if (names == nullptr || utf8.size() > longest_compared) return {};
    UErrorCode status = U_ZERO_ERROR;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const auto size = mapping(names, utf8.data(), static_cast<std::int32_t>(utf8.size()), room.data(),
                              static_cast<std::int32_t>(room.size()), &info, &status);
    if (U_FAILURE(status) || (info.errors & ~harmless) != 0) return {};
    return {room.data(), static_cast<std::size_t>(size)};
}

bool is_atext(char c) { return !ascii::is_control(c) && c != ' ' && std::string_view("()<>@,;:\\\"[].").find(c) == std::string_view::npos; }

bool is_dot_string(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) return false;
    return std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || is_atext(c); });
}

// RFC 5321 §4.1.2 Quoted-string; control characters never.
bool is_quoted_string(std::string_view text) {
    if (text.size() < 3 || text.front() != '"' || text.back() != '"') return false;
    const auto inner = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (ascii::is_control(inner[i]) || inner[i] == '"') return false;
        if (inner[i] == '\\' && (++i == inner.size() || ascii::is_control(inner[i]))) return false;
    }
    return true;
}

// Quotes only where they are needed, and within them only the backslashes that are.
std::string fewest_quotes(std::string_view local) {
    if (!is_quoted_string(local)) return std::string(local);
    std::string said;
    std::string quoted;
    for (std::size_t i = 1; i + 1 < local.size(); ++i) {
        if (local[i] == '\\') ++i;
        if (local[i] == '"' || local[i] == '\\') quoted += '\\';
        quoted += local[i];
        said += local[i];
    }
    return is_dot_string(said) ? said : '"' + quoted + '"';
}

bool is_host(std::string_view text) {
    if (text.empty() || text.size() > 253) return false;
    if (text.front() == '[') {
        return text.size() > 3 && text.back() == ']' && std::all_of(text.begin() + 1, text.end() - 1, [](char c) {
                   return ascii::hex(c) >= 0 || c == '.' || c == ':' || ascii::lower(c) == 'i' || ascii::lower(c) == 'p' ||
                          ascii::lower(c) == 'v';
               });
    }
    std::size_t label = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            if (label == 0 || text[i - 1] == '-') return false;
            label = 0;
            continue;
        }
        const bool letter = ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '_' || !ascii::is_plain(c);
        if (!letter && !(c == '-' && label > 0)) return false;
        const bool continued = (static_cast<unsigned char>(c) & 0xC0) == 0x80;  // of one character: UTS #46 counts the octets of A-labels
        if (!continued && ++label > 63) return false;
    }
    return label > 0 && text.back() != '-';
}

// What passes for an ASCII sign or a blank: a full-width or small "@" or ".", an ellipsis, a blank with an accent.
bool passes_for_sign(UChar32 c) {
    static const icu::Normalizer2* const nfkc = [] {
        UErrorCode status = U_ZERO_ERROR;
        return icu::Normalizer2::getNFKCInstance(status);
    }();
    icu::UnicodeString parts;
    if (c == 0x3002 || nfkc == nullptr || nfkc->getDecomposition(c, parts) == 0) return c == 0x3002;
    for (std::int32_t i = 0; i < parts.length(); ++i) {
        if (parts[i] < 0x80 && u_isalnum(parts[i]) == 0) return true;
    }
    return false;
}

// Nobody sees it, nobody can type it, or it only looks like what was meant: full-width letters come from an input method.
bool is_unfit(UChar32 c) {
    if (c < 0x80) return c < 0x20 || c == 0x7F;
    constexpr std::uint32_t kinds = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK | U_GC_Z_MASK;
    constexpr UChar32 braille_blank = 0x2800;
    if ((U_GET_GC_MASK(c) & kinds) != 0 || U_IS_UNICODE_NONCHAR(c) || c == braille_blank) return true;
    if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0) return true;
    const auto width = u_getIntPropertyValue(c, UCHAR_DECOMPOSITION_TYPE);
    return width == U_DT_WIDE || width == U_DT_NARROW || passes_for_sign(c);
}

std::string called(UChar32 c) {
    std::array<char, 128> name{};
    UErrorCode status = U_ZERO_ERROR;
    const auto size = u_charName(c, U_UNICODE_CHAR_NAME, name.data(), static_cast<std::int32_t>(name.size()), &status);
    const auto code = fmt::format("U+{:04X}", static_cast<std::uint32_t>(c));
    return U_SUCCESS(status) && size > 0 ? fmt::format("{} ({})", code, name.data()) : code;
}

UChar32 code_point_at(std::string_view utf8, std::int32_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    UChar32 c = 0;
    U8_NEXT(bytes, at, static_cast<std::int32_t>(utf8.size()), c);
    return c;
}

// The next field of "a=b=c"; `rest` begins behind its "=".
std::string_view next_field(std::string_view& rest) {
    const auto end = rest.find('=');
    const auto field = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return field;
}

// draft-levine-smtp-batv: prvs=KDDDSSSSSS=local; older programs write prvs=local/KDDDSSSSSS. Barracuda: btv1==tag==local.
std::string without_batv(std::string_view local, std::string_view domain) {
    constexpr std::size_t longest_tag = 64;
    const auto is_tag = [](std::string_view text) {
        return !text.empty() && text.size() <= longest_tag && std::all_of(text.begin(), text.end(), [](char c) {
            return ascii::is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '-' || c == '_';
        });
    };
    const auto made = [&](std::string_view inner) { return inner.empty() ? std::string() : fmt::format("{}@{}", inner, domain); };
    if (ascii::starts_with(local, "btv1==")) {
        const auto end = local.find("==", 6);
        return end != std::string_view::npos && is_tag(local.substr(6, end - 6)) ? made(local.substr(end + 2)) : std::string();
    }
    if (!ascii::starts_with(local, "prvs=")) return {};
    local.remove_prefix(5);
    if (const auto end = local.find('='); end != std::string_view::npos) {
        return is_tag(local.substr(0, end)) ? made(local.substr(end + 1)) : std::string();
    }
    const auto slash = local.rfind('/');
    return slash != std::string_view::npos && is_tag(local.substr(slash + 1)) ? made(local.substr(0, slash)) : std::string();
}

// SRS0=hash=time=domain=local; SRS1=hash=first forwarder==hash=time=domain=local. The first sign may be "+" or "-".
std::string without_srs(std::string_view local) {
    const bool again = ascii::starts_with(local, "SRS1");
    if ((!again && !ascii::starts_with(local, "SRS0")) || local.size() < 6) return {};
    if (local[4] != '=' && local[4] != '+' && local[4] != '-') return {};
    local.remove_prefix(5);
    if (again) {
        next_field(local);
        next_field(local);
        if (local.empty() || (local[0] != '=' && local[0] != '+' && local[0] != '-')) return {};
        local.remove_prefix(1);
    }
    next_field(local);
    next_field(local);
    const auto domain = next_field(local);
    return domain.empty() || local.empty() ? std::string() : fmt::format("{}@{}", local, domain);
}

}  // namespace

bool is_address(std::string_view text) {
    const auto at = text.rfind('@');
    if (text.size() > longest_address || at == std::string_view::npos || at == 0) return false;
    const auto local = text.substr(0, at);
    if (!is_dot_string(local) && !is_quoted_string(local)) return false;
    // to_utf8 leaves valid UTF-8 alone, so a difference means it was none (RFC 6531 §3.3).
    return is_host(text.substr(at + 1)) && to_utf8(text, "utf-8") == text;
}

namespace {

// RFC 5321 §4.1.3, and what resolvers take for the same: the last label of a name is never a number (RFC 3696 §2).
bool is_ip_address(std::string_view domain) {
    if (domain.starts_with('[')) return true;
    const auto last = domain.substr(domain.rfind('.') + 1);  // npos + 1 is 0
    return !last.empty() && last.find_first_not_of("0123456789") == std::string_view::npos;
}

// Of the scripts whose letters look like Latin ones, and which nobody mixes with those in one word. 0: it does not.
UChar32 foreign_among_latin(std::string_view text) {
    bool latin = false;
    UChar32 foreign = 0;
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
        const auto c = code_point_at(text, at);
        UErrorCode trouble = U_ZERO_ERROR;
        const auto script = uscript_getScript(c, &trouble);
        const bool alike =
            script == USCRIPT_CYRILLIC || script == USCRIPT_GREEK || script == USCRIPT_ARMENIAN || script == USCRIPT_CHEROKEE;
        if (c == '.' || c == '@') latin = false, foreign = 0;
        if (script == USCRIPT_LATIN) latin = true;
        if (alike && foreign == 0) foreign = c;
        if (latin && foreign != 0) return foreign;
    }
    return 0;
}

}  // namespace

std::string unfit_address(std::string_view text) {
    if (text.size() > longest_compared)
        return fmt::format("has {} octets, more than an address may have ({})", text.size(), longest_address);
    if (!text.starts_with("\xEF\xBB\xBF") && to_utf8(text, "utf-8") != text) return "is not UTF-8 text; write name@host.example";
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(text.size());) {
        const auto c = code_point_at(text, at);
        if (is_unfit(c)) return fmt::format("holds {}, a character that no address may have; write it without", called(c));
    }
    if (text.size() > longest_address)
        return fmt::format("has {} octets, more than an address may have ({})", text.size(), longest_address);
    if (!is_address(text)) return "is not a mail address; write name@host.example, without angle brackets";
    const auto at = text.rfind('@');
    const auto local = text.substr(0, at);
    const auto domain = text.substr(at + 1);
    if (local.size() > longest_local)
        return fmt::format("has {} octets in front of the @, more than an address may have there ({})", local.size(), longest_local);
    if (is_ip_address(domain)) return "has an IP address where a domain belongs; write the name of the domain";
    if (const auto foreign = foreign_among_latin(text); foreign != 0)
        return fmt::format("mixes Latin letters with {}, which looks like one; write it in the letters of one script", called(foreign));
    std::int32_t begin = local.front() == '"' ? 1 : 0;
    const auto first = code_point_at(text, begin);
    if ((U_GET_GC_MASK(first) & U_GC_M_MASK) != 0) return fmt::format("begins with {}, a mark on nothing; write it without", called(first));
    if (!ascii::is_plain(domain) && mapped_domain(domain, &uidna_nameToASCII_UTF8).empty()) {
        return "has a domain that cannot be one (UTS #46, RFC 5891); write it as its owner does, or its A-label (xn--...)";
    }
    return {};
}

std::string normalise_domain(std::string_view domain) {
    if (ascii::is_plain(domain)) return ascii::lower(domain);
    // Nothing unfit is mapped away: a full-width dot, or a blank that nobody sees, makes another domain.
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(std::min(domain.size(), longest_compared));) {
        const auto c = code_point_at(domain, at);
        if (c < 0 || is_unfit(c)) return ascii::lower(domain);
    }
    auto name = mapped_domain(domain, &uidna_nameToASCII_UTF8);
    return name.empty() ? ascii::lower(domain) : name;
}

std::string normalise_address(std::string_view address) {
    address = ascii::trim(address);
    const bool simple = ascii::is_plain(address) && address.find('"') == std::string_view::npos;
    const auto at = address.rfind('@');
    if (simple || at == std::string_view::npos || address.size() > longest_compared) return ascii::lower(address);
    return caseless(fewest_quotes(address.substr(0, at))) + '@' + normalise_domain(address.substr(at + 1));
}

namespace {

// Quotation marks, brackets and the comma of other scripts, which stand around words and addresses as those of ASCII do. 0: none of them.
char sign_for(UChar32 c) {
    if ((c >= 0x2018 && c <= 0x201B) || c == 0x2039 || c == 0x203A) return '\'';
    if ((c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB) return '"';
    if (c == 0x3001) return ',';
    const bool is_bracket = c >= 0x3008 && c <= 0x301B && c != 0x3012 && c != 0x3013;
    return is_bracket ? ' ' : '\0';
}

}  // namespace

std::string with_plain_signs(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return std::string(utf8);
    static const icu::Normalizer2* const folding = [] {
        UErrorCode status = U_ZERO_ERROR;
        return icu::Normalizer2::getNFKCCasefoldInstance(status);
    }();
    constexpr UChar32 full_stop = 0x3002, sharp_s = 0xDF, capital_sharp_s = 0x1E9E;  // "ss" would be another name
    std::string out;
    for (std::int32_t at = 0; at < static_cast<std::int32_t>(utf8.size());) {
        const auto begin = static_cast<std::size_t>(at);
        const auto c = code_point_at(utf8, at);
        icu::UnicodeString as = c == full_stop ? icu::UnicodeString(c) : icu::UnicodeString();
        const bool folds = c == full_stop || (c >= 0x80 && c != sharp_s && c != capital_sharp_s && folding != nullptr &&
                                              folding->getDecomposition(c, as) != 0);
        as.findAndReplace(icu::UnicodeString(full_stop), icu::UnicodeString(u'.'));  // there is a narrow one as well
        if (const char sign = sign_for(as.countChar32() == 1 ? as.char32At(0) : c); sign != '\0') {
            out += sign;
            continue;
        }
        std::string plain;
        as.toUTF8String(plain);
        out += folds && ascii::is_plain(plain) ? plain : std::string(utf8.substr(begin, static_cast<std::size_t>(at) - begin));
    }
    return out;
}

std::string address_as_meant(std::string_view address) {
    auto meant = normalise_address(with_plain_signs(address));
    while (meant.ends_with('.')) meant.pop_back();
    return meant;
}

std::string canonical_address(std::string_view address) {
    const auto at = address.rfind('@');
    if (at == std::string_view::npos) return std::string(address);
    const auto local = address.substr(0, at);
    const auto domain = address.substr(at + 1);
    if (!unfit_address(address).empty()) return std::string(local) + '@' + ascii::lower(domain);
    const auto name = ascii::is_plain(domain) ? ascii::lower(domain) : mapped_domain(domain, &uidna_nameToUnicodeUTF8);
    return (ascii::is_plain(local) ? fewest_quotes(local) : nfc(utf16(fewest_quotes(local)))) + '@' + name;
}

std::vector<std::string> in_both_labels(std::span<const std::string> addresses) {
    std::vector<std::string> all(addresses.begin(), addresses.end());
    for (const auto& address : addresses) {
        const auto domain = address.rfind('@') + 1;  // npos + 1 is 0
        const auto ascii_name = normalise_domain(std::string_view(address).substr(domain));
        const auto shown = mapped_domain(ascii_name, &uidna_nameToUnicodeUTF8);
        if (domain == 0 || ascii_name == shown || shown.empty()) continue;
        for (const auto& name : {ascii_name, shown}) all.push_back(address.substr(0, domain) + name);
    }
    return all;
}

std::vector<std::string> envelope_authors(std::string_view mail_from) {
    std::vector<std::string> authors{std::string(mail_from)};
    while (authors.size() <= most_wrappings) {
        const std::string_view outer = authors.back();
        const auto at = outer.rfind('@');
        if (at == std::string_view::npos || outer.size() > longest_compared) break;
        auto inner = without_srs(outer.substr(0, at));
        if (inner.empty()) inner = without_batv(outer.substr(0, at), outer.substr(at + 1));
        if (inner.empty()) break;
        authors.push_back(std::move(inner));
    }
    return authors;
}

}  // namespace caveat::mail

#include "text.hpp"

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

#include "ascii.hpp"
#include "caveat/lazy_library.hpp"
#include "charsets.hpp"
#include "look_alikes.hpp"

namespace caveat::mail {
namespace {

using Converter = std::unique_ptr<UConverter, decltype(&ucnv_close)>;

// Longest run of combining marks that is kept: the number of UAX #15 "stream-safe text". ICU sorts such a run by insertion, so that
// without a limit 64 KiB of alternating marks would cost quadratic time (L8).
constexpr int combining_run = 30;

std::int32_t length_of(std::string_view bytes) {
    constexpr std::size_t most = 64 * 1024 * 1024;  // ICU counts in 32 bits; no message is that large (Limits::message)
    return static_cast<std::int32_t>(std::min(bytes.size(), most));
}

UChar32 next_code_point(std::string_view text, std::int32_t& at) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const std::int32_t size = length_of(text);
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    return c;
}

// Bytes 0x80 to 0x9F of windows-1252; the five that it leaves open stay controls, as browsers have it.
constexpr std::array<char16_t, 32> western{0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
                                           0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                           0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string from_windows_1252(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const unsigned code = byte >= 0x80 && byte < 0xA0 ? western.at(byte - 0x80U) : byte;
        if (code < 0x80) {
            out += c;
        } else if (code < 0x800) {
            out += static_cast<char>(0xC0 | (code >> 6));
            out += static_cast<char>(0x80 | (code & 0x3F));
        } else {
            out += static_cast<char>(0xE0 | (code >> 12));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
            out += static_cast<char>(0x80 | (code & 0x3F));
        }
    }
    return out;
}

// What calls itself UTF-16: a byte order mark tells its order, else its name, else on which side the zeros are (blanks, digits and Latin
// letters have one; in doubt the standard's answer, little). Text without any zero that is readable ASCII was never converted; below six
// bytes it may be three Chinese characters.
std::string_view order_of(std::string_view& bytes, std::string_view named) {
    if (bytes.starts_with("\xFE\xFF") || bytes.starts_with("\xFF\xFE")) {
        const auto order = bytes.front() == '\xFE' ? "utf-16be" : "utf-16le";
        bytes.remove_prefix(2);
        return order;
    }
    constexpr std::size_t enough = 4096, shortest = 6;
    std::array<std::size_t, 2> zeros{};
    bool readable = bytes.size() >= shortest || bytes.size() % 2 == 1;
    for (std::size_t i = 0; i < bytes.size() && (readable || i < enough); ++i) {
        if (bytes[i] == 0) ++zeros.at(i % 2);
        readable = readable && ascii::is_plain(bytes[i]) && (!ascii::is_control(bytes[i]) || ascii::is_blank(bytes[i]));
    }
    if (readable) return "utf-8";
    if (named != "utf-16") return named;
    return zeros[0] > zeros[1] ? "utf-16be" : "utf-16le";
}

// The one place where ICU hears the name of a charset; `encoding` is of the table of charsets.hpp. The last converter stays open, for text
// that comes in many small pieces. Null: this ICU was built without it.
UConverter* converter_of(const std::string& encoding) {
    static thread_local std::string unknown, known;
    static thread_local Converter last(nullptr, &ucnv_close);
    if (encoding.empty() || encoding == unknown) return nullptr;
    if (last && encoding == known) {
        ucnv_reset(last.get());
        return last.get();
    }
    UErrorCode status = U_ZERO_ERROR;
    Converter opened(ucnv_open(encoding.c_str(), &status), &ucnv_close);
    if (U_FAILURE(status)) {
        unknown = encoding;
        return nullptr;
    }
    known = encoding;
    last = std::move(opened);
    return last.get();
}

// UTF-16 without endless runs of combining marks.
icu::UnicodeString bounded(std::string_view utf8) {
    icu::UnicodeString out;
    int marks = 0;
    for (std::int32_t at = 0; at < length_of(utf8);) {
        UChar32 c = next_code_point(utf8, at);
        if (c < 0) c = 0xFFFD;
        marks = c >= 0x300 && u_getCombiningClass(c) != 0 ? marks + 1 : 0;
        if (marks <= combining_run) out.append(c);
    }
    return out;
}

// Scripts whose letters never pass for Latin ones. This cheap test excludes most of the world's text.
bool may_look_latin(UChar32 c) { return c < 0x2E80 || (c >= 0xA4D0 && c < 0xAC00) || c >= 0x10000; }

// Of ICU's second library only this is used, by mail with letters that are not ASCII, and it is a fifth of what a start of the program
// loads.
#define CAVEAT_TEXT(name) #name
#define CAVEAT_NAME(name) CAVEAT_TEXT(name)  // uspoof_open is uspoof_open_72: ICU puts its version behind each name
struct Confusables {
    LazyLibrary library{"libicui18n.so." U_ICU_VERSION_SHORT};
    decltype(&uspoof_open) open = library.named<decltype(uspoof_open)>(CAVEAT_NAME(uspoof_open));
    decltype(&uspoof_getSkeleton) skeleton = library.named<decltype(uspoof_getSkeleton)>(CAVEAT_NAME(uspoof_getSkeleton));
    const USpoofChecker* checker = nullptr;  // never closed: it lives as long as the process and is const for all threads

    Confusables() {
        UErrorCode status = U_ZERO_ERROR;
        if (library.whole()) checker = open(&status);
        // Without it a label in other letters would be none.
        if (!library.whole() || U_FAILURE(status)) throw std::runtime_error("libicui18n is not there, or without its data");
    }
};
#undef CAVEAT_NAME
#undef CAVEAT_TEXT

// The ASCII character that `c` passes for, or 0 (Unicode UTS #39 confusables).
char ascii_skeleton(UChar32 c) {
    static const Confusables known;
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString one(c);
    std::array<UChar, 32> skeleton;
    const auto length = known.skeleton(known.checker, 0, one.getBuffer(), one.length(), skeleton.data(), skeleton.size(), &status);
    if (U_FAILURE(status) || length != 1 || skeleton[0] >= 0x80) return 0;
    const char plain = static_cast<char>(skeleton[0]);
    return plain == 'l' && u_isupper(c) != 0 ? 'I' : plain;  // UTS #39 has one prototype, "l", for capital I as well
}

// The ASCII letter under the marks of `c`: "É" is an E. Or 0.
char without_accent(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(status);
    icu::UnicodeString apart;
    if (U_FAILURE(status) || !nfd->getDecomposition(c, apart) || apart.isEmpty() || apart[0] >= 0x80 || u_isalpha(apart[0]) == 0) return 0;
    return static_cast<char>(apart[0]);
}

// Letters that neither NFKC nor UTS #39 takes for the ASCII ones: small capitals, turned letters, white ones in black squares and circles,
// those that flags are made of. Or 0.
char letter_in_other_form(UChar32 c) {
    for (const UChar32 first : {0x1F130, 0x1F150, 0x1F170, 0x1F1E6}) {
        if (c >= first && c < first + 26) return static_cast<char>('A' + (c - first));
    }
    struct Form {
        char16_t shape;
        char letter;
    };
    static constexpr std::array forms = std::to_array<Form>({
        {u'\u0262', 'g'}, {u'\u026A', 'i'}, {u'\u0274', 'n'}, {u'\u0280', 'r'}, {u'\u028F', 'y'}, {u'\u0299', 'b'}, {u'\u029C', 'h'},
        {u'\u029F', 'l'}, {u'\u1D00', 'a'}, {u'\u1D04', 'c'}, {u'\u1D05', 'd'}, {u'\u1D07', 'e'}, {u'\u1D0A', 'j'}, {u'\u1D0B', 'k'},
        {u'\u1D0D', 'm'}, {u'\u1D0F', 'o'}, {u'\u1D18', 'p'}, {u'\u1D1B', 't'}, {u'\u1D1C', 'u'}, {u'\u1D20', 'v'}, {u'\u1D21', 'w'},
        {u'\u1D22', 'z'}, {u'\uA730', 'f'}, {u'\uA731', 's'}, {u'\uA7AF', 'q'}, {u'\u0287', 't'}, {u'\u01DD', 'e'}, {u'\u0279', 'r'},
        {u'\u0250', 'a'}, {u'\u1D09', 'i'}, {u'\u026F', 'm'}, {u'\uA781', 'l'}, {u'\u2C62', 'L'}, {u'\u023E', 'T'}, {u'\u0110', 'D'},
        {u'\u0111', 'd'}, {u'\u0142', 'l'}, {u'\u0141', 'L'},
    });
    const auto* const found =
        std::find_if(forms.begin(), forms.end(), [c](const Form& form) { return static_cast<UChar32>(form.shape) == c; });
    return found == forms.end() ? 0 : found->letter;
}

// The same, or that of its capital: Cyrillic small te is no Latin t, its capital is. Or 0.
char skeleton_or_capitals(UChar32 c) {
    if (const char letter = letter_in_other_form(c); letter != 0) return letter;
    if (const char letter = without_accent(c); letter != 0) return letter;
    const char plain = ascii_skeleton(c);
    return plain == 0 && u_toupper(c) != c ? ascii_skeleton(u_toupper(c)) : plain;
}

constexpr char not_asked = '\x7F';  // a control, for which nothing passes

// ICU takes some two hundred nanoseconds for each letter, and a text has few different ones: of those in two or three bytes, the answers
// are kept.
char passes_for(UChar32 c) {
    constexpr UChar32 kept = 0x10000;
    if (c < 0x80 || !may_look_latin(c)) return 0;
    if (c >= kept) return skeleton_or_capitals(c);
    static thread_local const auto answers = [] {
        auto none = std::make_unique<std::array<char, kept>>();
        none->fill(not_asked);
        return none;
    }();
    char& answer = (*answers)[static_cast<std::size_t>(c)];
    if (answer == not_asked) answer = skeleton_or_capitals(c);
    return answer;
}

}  // namespace

void append_utf8(std::string& out, char32_t c) {
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) c = 0xFFFD;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
        out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    } else {
        out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
                static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
}

bool is_utf8(std::string_view text) {
    text = text.substr(0, static_cast<std::size_t>(length_of(text)));
    for (std::int32_t at = 0; at < length_of(text);) {
        if (ascii::is_plain(text[static_cast<std::size_t>(at)])) {
            at += static_cast<std::int32_t>(ascii::plain_length(text.substr(static_cast<std::size_t>(at))));
        } else if (next_code_point(text, at) < 0) {
            return false;
        }
    }
    return true;
}

std::string to_utf8(std::string_view bytes, std::string_view charset) {
    auto encoding = encoding_named(charset);
    if (encoding.starts_with("utf-16")) encoding = order_of(bytes, encoding);
    const bool unsaid = encoding.empty() || encoding == "us-ascii";  // most of it is UTF-8
    if ((unsaid || encoding == "utf-8") && is_utf8(bytes)) return std::string(bytes.starts_with("\xEF\xBB\xBF") ? bytes.substr(3) : bytes);
    if (unsaid || encoding == "windows-1252") return from_windows_1252(bytes);
    auto* converter = converter_of(encoding);
    if (converter == nullptr) return is_utf8(bytes) ? std::string(bytes) : from_windows_1252(bytes);
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString text(bytes.data(), length_of(bytes), converter, status);
    if (U_FAILURE(status)) return from_windows_1252(bytes);
    std::string out;
    text.toUTF8String(out);
    return out;
}

bool knows_charset(std::string_view charset) {
    const auto encoding = encoding_named(charset);
    if (encoding == "us-ascii" || encoding == "utf-8" || encoding == "windows-1252" || encoding.starts_with("utf-16")) return true;
    return !encoding.empty() && converter_of(encoding) != nullptr;
}

std::vector<std::string_view> charsets_unsaid(std::string_view bytes, std::string_view charset) {
    if (ascii::is_plain(bytes) && bytes.find('\x1B') == std::string_view::npos && bytes.find("~{") == std::string_view::npos) return {};
    const auto said = encoding_named(charset);
    if (!said.empty() && said != "us-ascii" && said != "utf-8") return {};
    std::vector<std::string_view> names;
    if (!is_utf8(bytes)) {
        names = {"gb18030",      "shift_jis", "euc-jp",       "big5",       "euc-kr",
                 "windows-1251", "koi8-r",    "windows-1256", "windows-874"};
    }
    // Shifts within seven bits (ECMA-35, RFC 1843).
    if (bytes.find("\x1B$") != std::string_view::npos) names.insert(names.end(), {"iso-2022-jp-2", "iso-2022-kr"});
    if (bytes.find("~{") != std::string_view::npos) names.emplace_back("hz-gb-2312");
    return names;
}

std::vector<std::string> readings_unsaid(std::string_view bytes, std::string_view charset) {
    std::vector<std::string> readings;
    for (const auto name : charsets_unsaid(bytes, charset)) readings.push_back(to_utf8(bytes, name));
    return readings;
}

std::string normalise(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return std::string(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    const icu::UnicodeString seen = bounded(utf8);
    const icu::UnicodeString normal = U_SUCCESS(status) ? nfkc->normalize(seen, status) : seen;
    std::string out;
    (U_SUCCESS(status) ? normal : seen).toUTF8String(out);
    return out;
}

Unmasked unmask(std::string_view utf8) {
    Unmasked out;
    out.text.reserve(utf8.size());
    out.at.reserve(utf8.size() + 1);
    for (std::int32_t at = 0; at < length_of(utf8);) {
        const auto start = static_cast<std::size_t>(at);
        const UChar32 c = next_code_point(utf8, at);
        const char plain = passes_for(c);
        out.text += c >= 0 && c < 0x80 ? static_cast<char>(c) : plain != 0 ? plain : '\xFF';
        out.at.push_back(start);
    }
    out.at.push_back(utf8.size());
    return out;
}

}  // namespace caveat::mail

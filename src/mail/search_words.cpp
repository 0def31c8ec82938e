#include "caveat/mail/search_words.hpp"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <utility>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

void must(UErrorCode code, const char* what) {
    if (U_FAILURE(code)) throw std::runtime_error(std::string("ICU: ") + what + ": " + u_errorName(code));
}

icu::UnicodeString utf16(std::string_view utf8) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
}

// What analysts write so that nobody clicks on it, as what it stands for; of the same length each.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> defanged{
    {{"hxxp", "http"}, {"[dot]", "  .  "}, {"(dot)", "  .  "}, {"[at]", " @  "}, {"(at)", " @  "}}};

void refang(std::string& folded) {
    for (const auto& [written, meant] : defanged) {
        for (auto at = folded.find(written); at != std::string::npos; at = folded.find(written, at + written.size()))
            folded.replace(at, written.size(), meant);
    }
}

icu::UnicodeString folded_text(std::string_view searched) {
    UErrorCode code = U_ZERO_ERROR;
    const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(code);
    const auto* decompose = icu::Normalizer2::getNFDInstance(code);
    const auto* compose = icu::Normalizer2::getNFCInstance(code);
    must(code, "no normalisation");
    auto apart = decompose->normalize(fold->normalize(utf16(searched), code), code);
    must(code, "cannot fold a text");
    const auto size = apart.length();
    auto* units = apart.getBuffer(size);
    if (units == nullptr) throw std::bad_alloc();
    // Marks of other scripts are letters to those who write them.
    const auto* end = std::remove_if(units, units + size, [](char16_t c) { return c >= 0x300 && c <= 0x36f; });
    apart.releaseBuffer(static_cast<std::int32_t>(end - units));
    auto made = compose->normalize(apart, code);
    must(code, "cannot fold a text");
    return made;
}

// Thai to Burmese, Khmer, and all from the radicals of Chinese on: their words are not set apart, dictionaries cut the same word
// differently in different company, and Korean words carry their endings. Each sign is a word there, so that a phrase finds what stands
// within another word.
bool is_unspaced(UChar32 c) { return (c >= 0x0e00 && c <= 0x109f) || (c >= 0x1780 && c <= 0x17ff) || c >= 0x2e80; }

// Making one reads rules and dictionaries: once a thread.
icu::BreakIterator& breaker() {
    thread_local const std::unique_ptr<icu::BreakIterator> one = [] {
        UErrorCode code = U_ZERO_ERROR;
        std::unique_ptr<icu::BreakIterator> made(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), code));
        must(code, "no word breaking");
        return made;
    }();
    return *one;
}

// UAX 29 keeps host names whole, and ICU from 72 on addresses.
void add_names(const icu::UnicodeString& text, std::int32_t begin, std::int32_t end, std::vector<std::string>& all) {
    for (auto at = begin; begin < end; begin = at + 1) {
        for (at = begin; at < end && text[at] != u'.' && text[at] != u'@';) ++at;
        if (at > begin) text.tempSubStringBetween(begin, at).toUTF8String(all.emplace_back());
    }
}

std::vector<std::string> words_in(const icu::UnicodeString& text) {
    auto& words = breaker();
    words.setText(text);
    std::vector<std::string> all;
    for (auto begin = words.first(), end = words.next(); end != icu::BreakIterator::DONE; begin = end, end = words.next()) {
        if (words.getRuleStatus() < UBRK_WORD_NONE_LIMIT) continue;  // blanks and punctuation
        if (is_unspaced(text.char32At(begin))) {
            for (auto at = begin; at < end; at = text.moveIndex32(at, 1))
                icu::UnicodeString(text.char32At(at)).toUTF8String(all.emplace_back());
        } else {
            add_names(text, begin, end, all);
        }
    }
    words.setText(icu::UnicodeString());  // it must not keep what is gone
    return all;
}

// In time linear in both (Knuth, Morris, Pratt): "a a a ... b" in a text of "a" would else be a day's work.
bool stands_in(const std::vector<std::string>& words, const std::vector<std::string>& phrase) {
    std::vector<std::size_t> back(phrase.size() + 1, 0);  // behind so many words that fit: how many still do when the next does not
    for (std::size_t i = 1, fits = 0; i < phrase.size(); ++i) {
        while (fits > 0 && phrase[i] != phrase[fits]) fits = back[fits];
        if (phrase[i] == phrase[fits]) ++fits;
        back[i + 1] = fits;
    }
    std::size_t fits = 0;
    for (const auto& word : words) {
        if (fits == phrase.size()) break;
        while (fits > 0 && word != phrase[fits]) fits = back[fits];
        if (word == phrase[fits]) ++fits;
    }
    return fits == phrase.size();
}

bool stands_in_text(std::string_view folded, const std::vector<std::string>& phrase) { return stands_in(words_in(utf16(folded)), phrase); }

// At the beginning of this: a letter, digit or sign that always belongs to a word. There are others.
bool begins_in_word(std::string_view folded) {
    const auto byte = [&](std::size_t i) { return i < folded.size() ? static_cast<unsigned char>(folded[i]) : 0U; };
    const auto first = byte(0);
    if (first < 0x80) return (first >= 'a' && first <= 'z') || (first >= '0' && first <= '9');
    if (first < 0xe3 || first > 0xed) return false;
    const auto sign = (first & 0xfU) << 12U | (byte(1) & 0x3fU) << 6U | (byte(2) & 0x3fU);
    return (sign >= 0x3041 && sign <= 0x3096) || (sign >= 0x4e00 && sign <= 0x9fa5) || (sign >= 0xac00 && sign <= 0xd7a3);
}

// Where a word that may stand next ends, from `at` on; npos: nowhere. `steps` are what is left to be spent.
std::size_t behind_next(std::string_view folded, std::size_t at, const std::string& word, std::size_t& steps) {
    for (; at < folded.size() && steps > 0; ++at, --steps) {
        if (folded.substr(at).starts_with(word)) return at + word.size();
        if (begins_in_word(folded.substr(at))) break;
    }
    return std::string_view::npos;
}

}  // namespace

std::string search_folded(std::string_view utf8) {
    const auto searched = utf8.substr(0, longest_searched);
    std::string text;
    if (ascii::is_plain(searched)) {
        text = ascii::lower(searched);
    } else {
        folded_text(searched).toUTF8String(text);
    }
    refang(text);
    return text;
}

std::vector<std::string> search_words(std::string_view utf8) { return words_in(utf16(search_folded(utf8))); }

// No word goes on behind the end of a line (UAX 29, WB3a and WB3b), nor does it depend on what stands there.
bool holds_phrase(std::string_view folded, const std::vector<std::string>& phrase) {
    if (phrase.empty()) return true;
    // A text of few letters could be walked through for each of its signs.
    auto steps = 4 * folded.size() + 1;
    std::size_t seen = 0;  // up to here lines were looked at
    for (auto begin = folded.find(phrase[0]); begin != std::string_view::npos; begin = folded.find(phrase[0], begin + 1)) {
        auto at = begin + phrase[0].size();
        for (std::size_t i = 1; i < phrase.size() && at != std::string_view::npos; ++i) at = behind_next(folded, at, phrase[i], steps);
        if (steps == 0) return stands_in_text(folded, phrase);
        if (at == std::string_view::npos || at <= seen) continue;
        const auto from = folded.rfind('\n', begin) + 1;  // of the first line: 0
        seen = std::min(folded.find('\n', at), folded.size());
        // What it costs to look at the same long line again.
        steps -= std::min(steps - 1, begin - from);
        if (stands_in_text(folded.substr(from, seen - from), phrase)) return true;
    }
    return false;
}

}  // namespace caveat::mail

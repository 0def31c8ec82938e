#include "caveat/mail/search_words.hpp"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/ubrk.h>
#include <unicode/unistr.h>

#include <memory>
#include <stdexcept>

namespace caveat::mail {
namespace {

void must(UErrorCode code, const char* what) {
    if (U_FAILURE(code)) throw std::runtime_error(std::string("ICU: ") + what + ": " + u_errorName(code));
}

icu::UnicodeString folded_text(std::string_view utf8) {
    UErrorCode code = U_ZERO_ERROR;
    const auto* fold = icu::Normalizer2::getNFKCCasefoldInstance(code);
    const auto* decompose = icu::Normalizer2::getNFDInstance(code);
    const auto* compose = icu::Normalizer2::getNFCInstance(code);
    must(code, "no normalisation");
    const auto text =
        icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(std::min(utf8.size(), longest_searched))));
    const auto apart = decompose->normalize(fold->normalize(text, code), code);
    must(code, "cannot fold a text");
    icu::UnicodeString kept;
    for (std::int32_t i = 0; i < apart.length(); ++i) {
        const auto c = apart[i];
        if (c < 0x300 || c > 0x36f) kept.append(c);  // marks of other scripts are letters to those who write them
    }
    auto made = compose->normalize(kept, code);
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

}  // namespace

std::string search_folded(std::string_view utf8) {
    std::string text;
    folded_text(utf8).toUTF8String(text);
    return text;
}

std::vector<std::string> search_words(std::string_view utf8) {
    const auto text = folded_text(utf8);
    auto& words = breaker();
    words.setText(text);
    std::vector<std::string> all;
    for (auto begin = words.first(), end = words.next(); end != icu::BreakIterator::DONE; begin = end, end = words.next()) {
        if (words.getRuleStatus() < UBRK_WORD_NONE_LIMIT) continue;  // blanks and punctuation
        if (is_unspaced(text.char32At(begin))) {
            for (auto at = begin; at < end; at = text.moveIndex32(at, 1))
                icu::UnicodeString(text.char32At(at)).toUTF8String(all.emplace_back());
        } else {
            text.tempSubStringBetween(begin, end).toUTF8String(all.emplace_back());
        }
    }
    words.setText(icu::UnicodeString());  // it must not keep what is gone
    return all;
}

}  // namespace caveat::mail

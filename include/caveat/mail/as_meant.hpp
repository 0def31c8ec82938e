#pragma once
// What others write, as who typed it meant it: our own addresses and words are found in it. Nobody is known by it: a person's address is
// compared by normalise_address, which maps nothing away. Linear; any thread.
#include <string>
#include <string_view>

namespace caveat::mail {

// Full-width and other such letters and signs as the ASCII ones, the ideographic full stop as a dot, and what nobody sees left out, as mail
// programs and DNS take them (UTS #46 §4); quotation marks and the comma of other scripts as those of ASCII, their brackets as blanks.
[[nodiscard]] std::string with_plain_signs(std::string_view utf8);
// An address whose letters and signs are such, normalised, and without a dot at its end.
[[nodiscard]] std::string address_as_meant(std::string_view address);

}  // namespace caveat::mail

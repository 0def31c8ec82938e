#pragma once
// Labels as slips and programs write them: a line as it was meant, for a second reading that can only raise. Pure, linear.
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

// Behind each "TLP": without the version of the protocol in between ("TLP (2.0): RED", "TLP:v2:RED"), without brackets around a colour or
// cut in half ("TLP:[AMBER]+[STRICT]", "TLP:[RED"), with one sign between AMBER and STRICT ("AMBER --- STRICT", "AMBER=2BSTRICT"), and with
// what is said in a word ("TLP is RED", "TLPlevel:RED", "AMBER-S"). Nothing where that changes nothing.
[[nodiscard]] std::optional<std::string> mended_label(std::string_view line);

}  // namespace caveat::mail

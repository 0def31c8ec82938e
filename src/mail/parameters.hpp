#pragma once
// "value; name=value; …" of Content-Type and Content-Disposition: RFC 2045 §5.1 with comments, RFC 2231 continuations and charsets.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caveat::mail {

struct Parameters {
    std::string head;                                      // what stands before the first ";", lower case, without blanks and comments
    std::vector<std::pair<std::string, std::string>> all;  // lower-case name; of two of one name the first counts

    // RFC 2231 values are UTF-8, others the bytes as they stand.
    [[nodiscard]] std::string get(std::string_view name) const;
};

// Linear. At most 100 parameters are kept.
[[nodiscard]] Parameters read_parameters(std::string_view unfolded);

}  // namespace caveat::mail

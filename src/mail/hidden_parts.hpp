#pragma once
// Names of our own domain in front of the parts of a message, where programs repeat its header and sign it (protected headers, RFC 9788):
// found, and left out of a copy whose reader may not know them (ruling mm). Pure, linear.
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "house_names.hpp"

namespace caveat::mail {

// The fields of a message in front of parts, but for mails that are attached, each "Name: value" as it stands there.
[[nodiscard]] std::vector<std::string> fields_of_parts(std::string_view message, const HeaderBlock& headers);

// The message without those headers in front of parts that have such a field, and without the signatures over them, which would be
// broken; all other parts as they are. Nothing: there is none. errc::invalid: what is left is no message.
using IsHidden = std::function<bool(const Field&)>;
[[nodiscard]] Result<std::optional<std::string>> without_hidden_parts(std::string_view message, const HeaderBlock& headers,
                                                                      const IsHidden& is_hidden);

}  // namespace caveat::mail

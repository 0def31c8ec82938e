#pragma once
// The label of a message's bytes, as `inspect label` and the label vectors of `policy replay` ask for it.
#include <optional>
#include <string>

#include "caveat/mail/label.hpp"
#include "caveat/result.hpp"

namespace caveat::server {

[[nodiscard]] Result<mail::Labelling> label_of(const std::string& bytes, std::optional<community::Tlp> list_default, bool authenticated);

}  // namespace caveat::server

#pragma once
// What a reader asks of GnuPG, in a runner (keeper.hpp), and what it says; whatever home it has.
#include <gpgme.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/openpgp/reader.hpp"

namespace caveat::openpgp {

// A request is "open", "verify" or "block", how many bytes may come out, the bytes, and of "verify" the signature. Views of the arguments.
inline constexpr std::size_t reading_texts = 4;
[[nodiscard]] std::vector<std::string_view> reading_request(std::string_view what, const std::string& most, std::string_view bytes,
                                                            std::string_view signature);

// In the runner: the reply, packed. Its first text, behind `well`, is `was_read`, or says why not.
inline constexpr std::string_view was_read = "read";
[[nodiscard]] std::string do_reading(gpgme_ctx_t context, std::span<const std::string_view> request);

// In our process: what the reply says, of which there is at least one text.
[[nodiscard]] Result<Read> read_reply(const Result<std::vector<std::string>>& said);

}  // namespace caveat::openpgp

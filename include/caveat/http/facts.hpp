#pragma once
// What the committee's things look like in JSON, and the words in which its sanctions are written: one truth for the API and for the
// command line's --json. JSON is handed over as text, so that no parser's types stand here. Pure, any thread. Reading words is
// errc::invalid with what to write instead; whether an act is allowed is never judged here.
#include <optional>
#include <string>
#include <vector>

#include "caveat/committee/applications.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/committee/letters.hpp"

namespace caveat::http {

[[nodiscard]] std::string fact_text(const committee::Decision& decision);
[[nodiscard]] std::string fact_text(const committee::Receipt& receipt);
[[nodiscard]] std::string fact_text(const committee::CaseView& view);
[[nodiscard]] std::string fact_text(const committee::HoldFile& file);
[[nodiscard]] std::string fact_text(const committee::ApplicationFile& file);
[[nodiscard]] std::string fact_text(const committee::Letter& letter);

// What is not given stays empty.
[[nodiscard]] Result<std::optional<conduct::Period>> read_period(const std::string& text);    // "14d", "72h", "6mo", "1y"
[[nodiscard]] Result<conduct::DeniedSet> read_denied(const std::vector<std::string>& texts);  // "teams:receive,post"
[[nodiscard]] std::vector<TeamId> teams_of(const std::vector<std::string>& ids);

}  // namespace caveat::http

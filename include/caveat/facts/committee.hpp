#pragma once
// Decisions, cases, applications and holds in JSON, with their schemas. The same words as the command line's --json.
#include "caveat/committee/applications.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/committee/letters.hpp"
#include "caveat/facts/register.hpp"

namespace caveat::facts {

[[nodiscard]] Json fact(const committee::Decision& decision);
[[nodiscard]] Json fact(const committee::Receipt& receipt);
[[nodiscard]] Json fact(const committee::CaseView& view);
[[nodiscard]] Json fact(const committee::NoticeView& notice);  // with every word it says
[[nodiscard]] Json fact(const committee::Draft& draft);
[[nodiscard]] Json fact(const committee::HoldFile& file);
[[nodiscard]] Json fact(const committee::ApplicationFile& file);
[[nodiscard]] Json fact(const committee::Letter& letter);
[[nodiscard]] Json letter_facts(const std::vector<committee::Letter>& letters);

extern const Schema decision_schema;
extern const Schema receipt_schema;
extern const Schema case_schema;
extern const Schema notice_schema;
extern const Schema draft_schema;
extern const Schema hold_schema;
extern const Schema application_schema;
extern const Schema paper_schema;
extern const Schema paper_facts_schema;

// A document with its bytes in base64, and as a text where it is one.
[[nodiscard]] Json fact(const committee::PaperFacts& facts, const committee::Paper& paper);
[[nodiscard]] Json fact(const committee::PaperFacts& facts);  // without its bytes
// What is handed in: `text` as it stands, or `content`, the bytes in base64; empty where there is neither. errc::invalid for both.
[[nodiscard]] Result<committee::Paper> read_paper(const Json& body);

// Of a body that its schema has checked: texts as they are, true and false in words.
[[nodiscard]] community::Settings settings_of(const Json& set);

[[nodiscard]] Json ids(const std::vector<TeamId>& teams);
[[nodiscard]] std::vector<std::string_view> words_of(community::Verbs verbs);
[[nodiscard]] Json fact(const committee::Event& event);
[[nodiscard]] Json fact(const conduct::Possible& possible);
extern const Schema possible_schema;

inline constexpr std::array<std::string_view, 3> choice_words{"yes", "no", "abstain"};
inline constexpr std::array<std::string_view, 4> rule_words{"approval", "unanimity", "two_thirds", "majority"};
inline constexpr std::array<std::string_view, 6> channel_words{"page", "acknowledgement", "post", "exchanger", "relay", "sent"};
inline constexpr std::array<std::string_view, 3> outcome_words{"upheld", "partially_suspended", "suspended"};

}  // namespace caveat::facts

#pragma once
// What the committee's four nouns share: the words their options are written in, and the facts they print.
// Reading is errc::invalid with what to write instead; whether an act is allowed is never judged here.
#include <optional>
#include <string>
#include <vector>

#include "caveat/committee/applications.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/facts/committee.hpp"
#include "caveat/facts/words.hpp"
#include "command.hpp"

namespace caveat::server {

// As the API says it.
using facts::fact;
using facts::read_denied;
using facts::read_period;
using facts::teams_of;

// For people to read: what happened, where it stands, what may come next, what is denied. Keys and lines of text only.
[[nodiscard]] Json timeline(const committee::CaseView& view);
[[nodiscard]] Json timeline(const committee::ApplicationFile& file);
[[nodiscard]] Json minutes(const committee::Decision& decision);

// A document that is handed in; without a file an empty one. errc::invalid: the file cannot be read, or there is nothing in it.
[[nodiscard]] Result<committee::Paper> read_paper(const std::filesystem::path& file);
// The bytes of a document, to a file or as they are; with --json what is known of it, too.
[[nodiscard]] Result<void> put_paper(const Invocation& invocation, const std::pair<committee::PaperFacts, committee::Paper>& found,
                                     const std::filesystem::path& out);

// An option that was not given stays empty.
[[nodiscard]] Result<std::optional<Instant>> read_time(const std::string& text);

// The house, and the committee in it, for one act.
template <class Act>
[[nodiscard]] Result<void> with_committee(const Invocation& invocation, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto committee = house->committee();
    return act(committee);
}

// Who asks on the command line sees everything: the file and the key are theirs.
[[nodiscard]] inline committee::Viewer viewer(const Invocation& invocation) { return committee::local_operator(invocation.actor()); }

void add_decision(CLI::App& app, Invocation& invocation);
void add_case(CLI::App& app, Invocation& invocation);
void add_hold(CLI::App& app, Invocation& invocation);
void add_term(CLI::App& app, Invocation& invocation);
void add_application(CLI::App& app, Invocation& invocation);
void add_matters(CLI::App& app, Invocation& invocation);  // review declaration duty acceptance

}  // namespace caveat::server

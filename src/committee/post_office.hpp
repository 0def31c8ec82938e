#pragma once
// Letters of the committee's desk: a template filled in, sealed, and queued for one person, in the caller's transaction.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/committee/letters.hpp"
#include "caveat/mail/notice.hpp"

namespace caveat::committee {

using Fields = std::map<std::string, std::string>;

struct Envelope {
    std::string text;  // of the template
    Fields fields;     // `community` and `name` (of the reader) are filled in
    std::vector<mail::Attachment> attached;
    Instant now{};
    std::optional<community::Tlp> label;  // none: as any notice
};

[[nodiscard]] Result<std::string> read_template(const Postage& postage, std::string_view name);
[[nodiscard]] Result<mail::Attachment> appeal_rules(const Postage& postage);
[[nodiscard]] Result<PostId> post_to(storage::Store& store, const Postage& postage, const Envelope& envelope,
                                     const community::Person& person);

// Whose mailbox is not their own for the moment (item 42): nothing confidential goes there.
[[nodiscard]] bool is_held(storage::Store& store, const PersonId& person, Instant now);

}  // namespace caveat::committee

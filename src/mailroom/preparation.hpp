#pragma once
// What judging a post asks of its bytes. To read them is costly and touches nothing shared, so it is done before the transaction: on the
// desk's thread for a small post, on another one for a big one.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caveat/mail/bounce.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// How much of the bytes is asked for.
enum class Extent : std::uint8_t {
    header,  // mail for the operator, which is not read
    whole,   // a message, and its label
    report,  // what came to a return path
};
[[nodiscard]] Extent extent_of(storage::Target target);

// What the rows say that a label depends on besides the message.
struct LabelFacts {
    std::optional<community::Tlp> list_default;
    bool authenticated = false;
    bool operator==(const LabelFacts&) const = default;
};
[[nodiscard]] LabelFacts label_facts(const policy::Rulebook& rules, const community::List& list, community::Strength strength);
[[nodiscard]] mail::Labelling labelling_of(const Room& room, const mail::HeaderBlock& headers, const mail::Message& message,
                                           const LabelFacts& facts, Instant now);

// What is to be read, by whoever has time: nothing of it belongs to the database.
struct ToRead {
    PostId sealed_as;
    Extent extent{};
    Sealed body;
    Instant now{};                   // when it is looked at: a policy may be in force then or not
    std::vector<LabelFacts> labels;  // those that the post's lists need
};

// Not to be copied: `headers` are views of `head`.
struct Prepared {
    Prepared() = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    PostId sealed_as;
    Extent extent{};
    std::string trouble;              // a bug
    std::optional<Error> unopened;    // the seal is broken
    std::optional<Error> unreadable;  // it is no message
    std::string head;                 // the header block
    mail::HeaderBlock headers;
    mail::Message message;                                           // without its parts, which only the label needs
    std::vector<std::pair<LabelFacts, mail::Labelling>> labellings;  // whole
    std::optional<mail::Bounce> report;                              // none: not readable

    [[nodiscard]] bool is(const PostId& body, Extent of) const { return sealed_as == body && extent == of; }
    [[nodiscard]] const mail::Labelling* labelling(const LabelFacts& facts) const;  // null: not asked for
};

// Never throws. Any thread: of the room it takes what never changes, the vault, the rules and the settings.
[[nodiscard]] std::shared_ptr<const Prepared> prepare(const Room& room, const ToRead& what) noexcept;

}  // namespace caveat::mailroom

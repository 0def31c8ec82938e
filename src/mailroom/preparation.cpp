#include "preparation.hpp"

#include <algorithm>

#include "caveat/fault.hpp"

namespace caveat::mailroom {
namespace {

void read_message(const Room& room, const std::string& bytes, const ToRead& what, Prepared& into) {
    auto message = mail::parse(bytes, into.headers, room.settings.limits);
    if (!message) {
        into.unreadable = message.error();
        return;
    }
    for (const auto& facts : what.labels) {
        if (into.labelling(facts) != nullptr) continue;
        into.labellings.emplace_back(facts, labelling_of(room, into.headers, *message, facts, what.now));
    }
    into.message = std::move(*message);
    into.message.parts = {};
}

void read_bytes(const Room& room, const std::string& bytes, const ToRead& what, Prepared& into) {
    const auto& limits = room.settings.limits;
    if (what.extent == Extent::report) {
        if (auto report = mail::read_bounce(bytes, limits)) into.report = std::move(*report);
        return;
    }
    const auto whole = mail::read_headers(bytes, limits);
    if (!whole) {
        into.unreadable = whole.error();
        return;
    }
    into.head = bytes.substr(0, whole->body_at);
    into.headers = *whole;
    const auto moved = [&](std::string_view part) {
        return std::string_view(into.head).substr(static_cast<std::size_t>(part.data() - bytes.data()), part.size());
    };
    for (auto& field : into.headers.fields) field = {moved(field.name), moved(field.value), moved(field.raw)};
    if (what.extent == Extent::whole) read_message(room, bytes, what, into);
}

}  // namespace

Extent extent_of(storage::Target target) {
    if (target == storage::Target::return_path) return Extent::report;
    return target == storage::Target::to_operator ? Extent::header : Extent::whole;
}

LabelFacts label_facts(const policy::Rulebook& rules, const community::List& list, community::Strength strength) {
    return {list.default_tlp, strength >= rules.lowering_strength()};
}

mail::Labelling labelling_of(const Room& room, const mail::HeaderBlock& headers, const mail::Message& message, const LabelFacts& facts,
                             Instant now) {
    return mail::find_label(message, mail::label_headers(headers),
                            {.list_default = facts.list_default,
                             .authenticated = facts.authenticated,
                             .fallback = room.rules.default_label(),
                             .markings = mail::markings(headers, room.rules.sensitivities()),
                             .headers = &headers,
                             .now = now,
                             .policies = &room.settings.policies});
}

const mail::Labelling* Prepared::labelling(const LabelFacts& facts) const {
    const auto found = std::find_if(labellings.begin(), labellings.end(), [&](const auto& one) { return one.first == facts; });
    return found == labellings.end() ? nullptr : &found->second;
}

std::shared_ptr<const Prepared> prepare(const Room& room, const ToRead& what) noexcept {
    const auto prepared = std::make_shared<Prepared>();
    prepared->sealed_as = what.sealed_as;
    prepared->extent = what.extent;
    try {
        const auto bytes = room.vault.open(what.body, what.sealed_as.value);
        fault_point("judge.opened");
        if (bytes) {
            read_bytes(room, *bytes, what, *prepared);
        } else {
            prepared->unopened = bytes.error();
        }
    } catch (const std::exception& bug) {
        prepared->trouble = bug.what();
    }
    return prepared;
}

}  // namespace caveat::mailroom

#include "to_operator.hpp"

#include <algorithm>

#include "address.hpp"
#include "verdicts.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::size_t most_hops = 100;

std::string own_mark(const Settings& settings) { return "postmaster@" + settings.domain; }

}  // namespace

bool is_operators(std::string_view local_part) { return local_part == "postmaster" || local_part == "abuse"; }

community::Standing the_operator(const Settings& settings) {
    community::Standing who;
    who.key = operator_key;
    who.person = PersonId{"operator"};
    who.address = settings.operator_address;
    return who;
}

std::string forwarded(const std::string& bytes, const Settings& settings) { return "X-Loop: " + own_mark(settings) + "\r\n" + bytes; }

bool has_come_back(const mail::HeaderBlock& headers, const Settings& settings) {
    if (headers.count("Received") > most_hops) return true;
    const auto mark = own_mark(settings);
    // There may be others' fields of that name above.
    return std::any_of(headers.fields.begin(), headers.fields.end(), [&](const mail::Field& field) {
        return (field.name == "X-Loop" || field.name == "x-loop") && mail::unfold(field.value) == mark;
    });
}

void pass_to_operator(Verdicts& verdicts, storage::Post& post, const mail::HeaderBlock& headers) {
    using community::Code;
    using policy::Verdict;
    const auto& room = verdicts.room();
    const auto* id = headers.find("Message-ID");
    const auto ids = id == nullptr ? std::vector<std::string>{} : mail::read_message_ids(id->value);
    post.message_id = ids.empty() ? given_message_id(post, room.settings) : ids.front();
    if (has_come_back(headers, room.settings)) return verdicts.conclude(post, Verdict::drop, {{Code::loop, "forwarded from here before"}});
    if (room.settings.operator_address.empty()) {
        return verdicts.conclude(post, Verdict::hold,
                                 {{Code::owners, "nobody is set up to get it: write operator in [community], then release it"}});
    }
    room.store.deliveries().add(post.key, operator_key);
    verdicts.conclude(post, Verdict::distribute, {{Code::owners, "passed on to the operator"}});
}

}  // namespace caveat::mailroom

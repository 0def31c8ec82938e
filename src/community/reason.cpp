#include "caveat/community/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace caveat::community {
namespace {

struct CodeRow {
    Code code{};
    std::string_view name;
    Shortfall shortfall = Shortfall::none;
};

constexpr std::array<CodeRow, static_cast<std::size_t>(Code::last) + 1> rows{{
    {Code::none, ""},
    {Code::granted, "granted"},
    {Code::removed, "removed"},
    {Code::not_on_roster, "not_on_roster"},
    {Code::wants_none, "wants_none"},
    {Code::list_closed, "list_closed"},
    {Code::unknown_class, "unknown_class"},
    {Code::no_cell, "no_cell"},
    {Code::no_mou, "no_mou"},
    {Code::needs_decision, "needs_decision"},
    {Code::denied, "denied"},
    {Code::above_list, "above_list"},
    {Code::above_ceiling, "above_ceiling", Shortfall::ceiling},
    {Code::list_not_encrypting, "list_not_encrypting"},
    {Code::not_archived, "not_archived"},
    {Code::not_named, "not_named"},
    {Code::no_key, "no_key", Shortfall::unsafe},
    {Code::no_sealing, "no_sealing", Shortfall::unsafe},
    {Code::transport, "transport", Shortfall::unsafe},
    {Code::key_waits, "key_waits", Shortfall::unsafe},
    {Code::address_waits, "address_waits", Shortfall::unsafe},
    {Code::list_key_waits, "list_key_waits", Shortfall::unsafe},
    {Code::sealed, "sealed"},
    {Code::in_clear, "in_clear"},
    {Code::unknown_category, "unknown_category"},
    {Code::moderated, "moderated"},
    {Code::ceiling, "ceiling"},
    {Code::loop, "loop"},
    {Code::automatic, "automatic"},
    {Code::unknown_sender, "unknown_sender"},
    {Code::unknown_list, "unknown_list"},
    {Code::authentication, "authentication"},
    {Code::label_held, "label_held"},
    {Code::author_shown, "author_shown"},
    {Code::parent, "parent"},
    {Code::unreadable, "unreadable", Shortfall::unreached},
    {Code::not_opened, "not_opened"},
    {Code::signer_other, "signer_other"},
    {Code::other_author, "other_author"},
    {Code::anothers_data, "anothers_data"},
    {Code::replayed, "replayed"},
    {Code::signature_old, "signature_old"},
    {Code::unsure, "unsure"},
    {Code::author_signed, "author_signed"},
    {Code::came_sealed, "came_sealed"},
    {Code::came_in_clear, "came_in_clear"},
    {Code::trouble, "trouble"},
    {Code::owners, "owners"},
    {Code::sanction, "sanction"},
    {Code::unsubscribed, "unsubscribed"},
    {Code::command_done, "command_done"},
    {Code::command_unconfirmed, "command_unconfirmed"},
    {Code::command_refused, "command_refused"},
    {Code::bounce, "bounce"},
    {Code::released, "released"},
    {Code::rejected, "rejected"},
    {Code::discarded, "discarded"},
    {Code::returned, "returned"},
    {Code::retention_over, "retention_over"},
    {Code::forgotten, "forgotten"},
    {Code::refused_by_relay, "refused_by_relay", Shortfall::unreached},
    {Code::deferred_by_relay, "deferred_by_relay", Shortfall::unreached},
    {Code::relay_unreachable, "relay_unreachable", Shortfall::unreached},
    {Code::relay_refuses, "relay_refuses", Shortfall::unreached},
    {Code::address_not_taken, "address_not_taken", Shortfall::unreached},
    {Code::message_not_taken, "message_not_taken", Shortfall::unreached},
    {Code::given_up, "given_up", Shortfall::unreached},
    {Code::asked_again, "asked_again"},
    {Code::stopping, "stopping"},
    {Code::domain_waits, "domain_waits"},
    {Code::key_usable, "key_usable"},
    {Code::key_unreadable, "key_unreadable"},
    {Code::key_secret, "key_secret"},
    {Code::key_unsuitable, "key_unsuitable"},
    {Code::key_revoked, "key_revoked"},
    {Code::key_expired, "key_expired"},
    {Code::key_foreign, "key_foreign"},
    {Code::key_no_encryption, "key_no_encryption"},
    {Code::openpgp_unset, "openpgp_unset", Shortfall::unsafe},
    {Code::openpgp_failed, "openpgp_failed", Shortfall::unsafe},
}};
static_assert(
    [] {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].code != static_cast<Code>(i)) return false;
        }
        return true;
    }(),
    "the rows stand in the order of the codes");

const CodeRow& row_of(Code code) { return rows.at(static_cast<std::size_t>(code)); }

}  // namespace

std::string_view name(Code code) { return row_of(code).name; }

std::optional<Code> code_from(std::string_view name) {
    const auto found = std::find_if(rows.begin() + 1, rows.end(), [&](const CodeRow& row) { return row.name == name; });
    if (found == rows.end()) return std::nullopt;
    return found->code;
}

Shortfall shortfall(Code code) { return row_of(code).shortfall; }

std::string line(const Reason& reason) {
    if (reason.code == Code::none) return reason.words;
    return fmt::format("{}: {}", name(reason.code), reason.words);
}

std::vector<std::string> lines(const std::vector<Reason>& reasons) {
    std::vector<std::string> all;
    all.reserve(reasons.size());
    for (const Reason& reason : reasons) all.push_back(line(reason));
    return all;
}

Reason reason_from(std::string_view code, std::string_view words) {
    if (const auto known = code_from(code)) return {*known, std::string(words)};
    if (code.empty()) return {Code::none, std::string(words)};
    return {Code::none, fmt::format("{}: {}", code, words)};
}

}  // namespace caveat::community

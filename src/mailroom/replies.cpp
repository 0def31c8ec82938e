#include "replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"
#include "caveat/mailroom/unheard.hpp"
#include "caveat/printable.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::size_t longest_account = 200;

struct Meaning {
    std::string_view code, words;
};
// RFC 3463 §3: subject and detail; then subjects alone, for details that are rare or came later.
constexpr std::array<Meaning, 30> meanings{{{"1.1", "no such mailbox"},
                                            {"1.2", "no such mail system"},
                                            {"1.3", "not a valid address"},
                                            {"1.6", "the mailbox has moved"},
                                            {"1.8", "the sender's mail system is not known"},
                                            {"2.1", "the mailbox is disabled"},
                                            {"2.2", "the mailbox is full"},
                                            {"2.3", "longer than the mailbox takes"},
                                            {"3.1", "the mail system is full"},
                                            {"3.2", "the mail system takes no mail at present"},
                                            {"3.4", "longer than the mail system takes"},
                                            {"4.1", "no answer from the host"},
                                            {"4.2", "the connection failed"},
                                            {"4.3", "the directory does not answer"},
                                            {"4.4", "no way to the host"},
                                            {"4.5", "the mail system is congested"},
                                            {"4.6", "a loop of mail servers"},
                                            {"4.7", "it took too long"},
                                            {"5.3", "too many recipients"},
                                            {"7.1", "the other side's rules"},
                                            {"7.8", "wrong credentials"},
                                            {"7.26", "no authentication of the sender passed"},
                                            {"1", "something about the address"},
                                            {"2", "something about the mailbox"},
                                            {"3", "something about the mail system"},
                                            {"4", "something about the network"},
                                            {"5", "something about the protocol"},
                                            {"6", "something about the form of the message"},
                                            {"7", "security or the other side's rules"},
                                            {"0", ""}}};

// Where there is no status: RFC 5321 §4.2.3.
constexpr std::array<Meaning, 8> plain_codes{{{"421", "the mail system takes no mail at present"},
                                              {"450", "the mailbox is not available"},
                                              {"451", "an error over there"},
                                              {"452", "no room over there"},
                                              {"550", "the mailbox is not available"},
                                              {"551", "the mailbox is elsewhere"},
                                              {"552", "the mailbox is full"},
                                              {"553", "the name of the mailbox is not allowed"}}};

template <class Table>
std::string_view words_for(const Table& table, std::string_view code) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Meaning& m) { return m.code == code; });
    return found == table.end() ? std::string_view() : found->words;
}

// "550" at the beginning, alone or in front of a blank or hyphen.
std::string_view code_of(std::string_view text) {
    if (text.size() < 3 || !std::all_of(text.begin(), text.begin() + 3, ascii::is_digit) || text[0] < '2' || text[0] > '5') return {};
    return text.size() == 3 || text[3] == ' ' || text[3] == '-' ? text.substr(0, 3) : std::string_view();
}

// "5.1.1" at the beginning; empty if there is none.
std::string_view status_of_reply(std::string_view text) {
    if (text.size() < 5 || (text[0] != '2' && text[0] != '4' && text[0] != '5') || text[1] != '.') return {};
    std::size_t at = 2;
    for (const char behind : {'.', ' '}) {
        const auto begin = at;
        while (at < text.size() && ascii::is_digit(text[at]) && at - begin < 4) ++at;
        if (at == begin || at - begin > 3) return {};
        const bool ends = at == text.size() || !(ascii::is_digit(text[at]) || text[at] == '.');
        if (behind == '.' ? at == text.size() || text[at] != '.' : !ends) return {};
        if (behind == '.') ++at;
    }
    return text.substr(0, at);
}

std::string in_words(std::string_view code, std::string_view status) {
    const char kind = code.empty() ? status.front() : code.front();
    std::string text(code);
    if (!status.empty()) text += (text.empty() ? "" : " ") + std::string(status);
    text += kind == '2' ? ": taken" : kind == '3' ? ": go on" : kind == '4' ? ": not now" : ": refused";
    if (kind == '2') return text;
    auto words = words_for(plain_codes, code);
    if (!status.empty()) {
        const auto detail = status.substr(2);
        words = words_for(meanings, detail);
        if (words.empty()) words = words_for(meanings, detail.substr(0, detail.find('.')));
    }
    return words.empty() ? text : fmt::format("{}, {}", text, words);
}

std::string_view behind_blanks(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    return text;
}

}  // namespace

std::string kept_of_reply(std::string_view reply) {
    const auto code = code_of(reply);
    if (code.empty()) return printable(reply.substr(0, longest_account)).substr(0, longest_account);
    return in_words(code, status_of_reply(behind_blanks(reply.substr(std::min<std::size_t>(4, reply.size())))));
}

std::string kept_of_diagnostic(std::string_view status, std::string_view diagnostic) {
    const auto type = diagnostic.find(';');
    const auto words = behind_blanks(type == std::string_view::npos ? diagnostic : diagnostic.substr(type + 1));
    const auto code = code_of(words);
    const auto told = status_of_reply(code.empty() ? words : behind_blanks(words.substr(std::min<std::size_t>(4, words.size()))));
    const auto own = told.empty() ? status_of_reply(status) : told;
    return code.empty() && own.empty() ? std::string() : in_words(code, own);
}

bool may_be_there(storage::DeliveryState state, community::Code code, std::string_view reply) {
    if (state == storage::DeliveryState::sent || reply.ends_with(after_unheard)) return true;
    if (state == storage::DeliveryState::cancelled && code == community::Code::discarded) return true;
    const bool was_tried = code == community::Code::deferred_by_relay || code == community::Code::given_up;
    return was_tried && (reply.starts_with(unheard_after_message) || reply.starts_with(hand_over_broke_off));
}

bool may_be_there(const storage::DeliveryRow& row) { return may_be_there(row.state, row.because.code, row.reply); }

void note_unheard_before(storage::Outcome& outcome) {
    if (may_be_there(outcome.state, outcome.because.code, outcome.reply)) return;
    if (!outcome.reply.empty()) outcome.reply += "; ";
    outcome.reply += after_unheard;
}

void reduce_words(storage::Outcome& outcome) {
    auto kept = kept_of_reply(outcome.reply);
    auto& words = outcome.because.words;
    if (const auto at = outcome.reply.empty() ? std::string::npos : words.find(outcome.reply); at != std::string::npos) {
        words.replace(at, outcome.reply.size(), kept);
    }
    outcome.reply = std::move(kept);
}

}  // namespace caveat::mailroom

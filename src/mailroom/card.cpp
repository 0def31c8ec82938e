#include "card.hpp"

#include <algorithm>
#include <initializer_list>

#include "at_rest.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mailroom/opening.hpp"
#include "inside.hpp"

namespace caveat::mailroom {
namespace {

std::string card_context(const PostId& post) { return "archive " + card_key(post); }

// A line each: nothing in them has one.
std::string as_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return text + '\n';
}

std::string as_line(const std::vector<std::string>& ids) {
    std::string line;
    for (const auto& id : ids) {
        if (id.find_first_of(" \t\r\n") == std::string::npos) line += (line.empty() ? "" : " ") + id;
    }
    return line + '\n';
}

std::string next_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::vector<std::string> ids_in(const std::string& line) {
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < line.size();) {
        const auto end = std::min(line.find(' ', at), line.size());
        ids.push_back(line.substr(at, end - at));
        at = end + 1;
    }
    return ids;
}

std::vector<std::string> at_most(std::vector<std::string> ids) {
    constexpr std::size_t most = 200;
    if (ids.size() > most) ids.erase(ids.begin() + 1, ids.end() - (most - 1));
    return ids;
}

// While its author is here, who knows what they may know. None where it cannot be read: that is asked whenever it is.
std::optional<std::vector<std::string>> list_names_of(const Room& room, const storage::Post& post, const Prepared& bytes) {
    const auto shown = mail::house_names(bytes.head, room.settings.domain);
    if (bytes.message.part_headers.empty() && shown && shown->tags.empty()) return std::vector<std::string>{};
    const auto whole = bytes_for_copies(room, post);
    return whole ? names_known_to_author(room, *whole, post) : std::nullopt;
}

// A header that came protected has one of its own.
std::optional<std::string> date_of_copies(const Room& room, const storage::Post& post) {
    const auto copied = bytes_for_copies(room, post);
    const auto headers = copied.and_then([&](const std::string& whole) { return mail::read_headers(whole, room.settings.limits); });
    if (!headers) return std::nullopt;
    const auto shown = mail::parse(std::string_view(*copied).substr(0, headers->body_at), room.settings.limits);
    return shown ? std::optional(shown->date) : std::nullopt;
}

void keep_only(std::vector<std::string>& ids, std::initializer_list<const std::vector<std::string>*> shown) {
    std::erase_if(ids, [&](const std::string& id) {
        return std::none_of(shown.begin(), shown.end(),
                            [&](const auto* some) { return std::find(some->begin(), some->end(), id) != some->end(); });
    });
}

// Of a header that nothing proves date and ids stay, and what is under a signature stays in any.
Card card_as_signed(const Room& room, const storage::Post& post, const Prepared& bytes, const PostQuestion& question) {
    auto card = card_of(bytes.message, post.message_id);
    if (bytes.inside && !post.caveats.author_withheld) card.date = date_of_copies(room, post).value_or(card.date);
    if (is_header_whole(bytes, question) || question.header_unproven) return card;
    const auto head = head_without_unsigned(room, bytes, question);
    const auto shown = head ? mail::parse(*head, room.settings.limits) : Result<mail::Message>(bytes.message);
    if (!shown) return card;
    static const mail::UnderSignature nothing;
    const auto& covered = bytes.behind.covered ? *bytes.behind.covered : nothing;
    card.date = shown->date;
    keep_only(card.in_reply_to, {&shown->in_reply_to, &covered.in_reply_to});
    keep_only(card.references, {&shown->references, &covered.references});
    return card;
}

}  // namespace

std::string card_key(const PostId& post) { return "card-" + post.value; }

Card card_of(const mail::Message& message, const std::string& message_id) {
    return {message.subject, message.date, message_id, at_most(message.in_reply_to), at_most(message.references), {}};
}

Sealed seal_card(const vault::Vault& vault, const Card& card, const PostId& post) {
    auto text =
        as_line(card.subject) + as_line(card.date) + as_line(card.message_id) + as_line(card.in_reply_to) + as_line(card.references);
    if (card.list_names) text += as_line(*card.list_names);
    return vault.seal_to_forget(text, card_context(post));
}

Result<Card> open_card(const vault::Vault& vault, const Sealed& card, const PostId& post) {
    const auto opened = vault.open(card, card_context(post));
    if (!opened) return tl::unexpected(opened.error());
    std::string_view text = *opened;
    Card read;
    read.subject = next_line(text);
    read.date = next_line(text);
    read.message_id = next_line(text);
    read.in_reply_to = ids_in(next_line(text));
    read.references = ids_in(next_line(text));
    if (!text.empty()) read.list_names = ids_in(next_line(text));
    return read;
}

Card card_for(const Room& room, const storage::Post& post, const Prepared& bytes, const PostQuestion& question) {
    auto card = card_as_signed(room, post, bytes, question);
    card.list_names = list_names_of(room, post, bytes);
    return card;
}

}  // namespace caveat::mailroom

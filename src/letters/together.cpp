// What one person gets within an hour is one letter, where nothing is urgent (ruling ss).
#include <algorithm>
#include <iterator>

#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "writing.hpp"

namespace caveat::letters {
namespace {

using Kept = storage::Waiting::Kept;

constexpr std::size_t most_together = 50;  // in one letter; more are another one
constexpr auto forgotten_after = std::chrono::hours{24};

struct Part {
    const Kept* kept;
    std::string from;
    std::string subject;
    std::string text;
};

// Nothing: not a letter of one text in clear, which goes by itself.
std::optional<Part> read(const vault::Vault& vault, const Kept& kept) {
    const auto bytes = vault.open(kept.body, kept.letter.id.value);
    const auto message = bytes ? mail::parse(*bytes, {}) : Result<mail::Message>(tl::unexpected(bytes.error()));
    if (!message || message->encrypted || message->parts.size() != 1 || message->from.size() != 1) return std::nullopt;
    if (message->parts.front().type != "text/plain") return std::nullopt;
    return Part{&kept, message->from.front().address, message->subject, message->text()};
}

// The first of these lines with the empty one behind it: a letter with a label has the label above it.
void drop_first(std::string& text, const std::string& line) {
    const auto at = text.find(line);
    if (at != std::string::npos && (at == 0 || text[at - 1] == '\n')) text.erase(at, line.size());
}

void drop_beginning(std::string& text, const std::string& beginning) {
    if (text.starts_with(beginning)) text.erase(0, beginning.size());
}

// Subject, a line under it, and the text without its salutation.
std::string shown(Part part, const Letterhead& letterhead, const community::Person& reader, std::size_t number) {
    drop_beginning(part.subject, fmt::format("[{}] ", letterhead.community_name));
    std::erase(part.text, '\r');
    for (const auto* greeting : {"Dear ", ""}) drop_first(part.text, fmt::format("{}{},\n\n", greeting, reader.name));
    const auto title = fmt::format("{}. {}", number, part.subject);
    while (part.text.ends_with('\n')) part.text.pop_back();
    return fmt::format("{}\n{}\n\n{}\n\n\n", title, std::string(std::min<std::size_t>(title.size(), 72), '-'), part.text);
}

class Joining {
public:
    // `form`: null if it cannot be had; then each goes alone, as it does when it cannot be joined.
    Joining(storage::Store& store, const vault::Vault& vault, const Letterhead& letterhead, const Form* form, Instant now)
        : store_(store), vault_(vault), letterhead_(letterhead), form_(form), now_(now) {}

    // Those with a label may have to wait, those without one must not wait for them. Into a mailbox that is held goes nothing yet.
    std::size_t send(const PersonId& reader) {
        if (is_held(store_, reader, now_)) return 0;
        auto all = store_.waiting().take(reader);
        const auto person = store_.directory().person(reader);
        const auto key = store_.directory().key_of(reader);
        if (!person || !key || person->addresses.empty() || all.empty()) return gone(reader, all);
        reader_ = &*person;
        key_ = *key;
        store_.waiting().had(reader, now_);
        drop_what_was_for_another_place(reader, all);
        const auto middle = std::stable_partition(all.begin(), all.end(), [](const auto& kept) { return !kept.letter.label; });
        return join(std::span(all.begin(), middle)) + join(std::span(middle, all.end()));
    }

private:
    std::size_t gone(const PersonId& reader, std::span<const Kept> all) {
        for (const auto& kept : all) drop(reader, kept, "they have left the register");
        return 0;
    }
    void drop(const PersonId& reader, const Kept& kept, std::string_view why) {
        store_.journal().append(now_, "system", "letter.dropped", kept.letter.id.value,
                                Detail().add("to", reader.value).add("why", why).text());
    }
    // As a letter by itself is asked about when it is handed over (A10). What has no label says nothing that is confidential.
    void drop_what_was_for_another_place(const PersonId& reader, std::vector<Kept>& all) {
        std::erase_if(all, [&](const Kept& kept) {
            const bool drops = kept.letter.label && store_.powers().has_lost_place(reader, kept.letter.written, now_);
            if (drops) drop(reader, kept, "they are no longer of the team, or in the office, that it was written to");
            return drops;
        });
    }

    std::size_t join(std::span<const Kept> all) {
        std::vector<Part> parts;
        std::size_t sent = 0;
        for (const auto& kept : all) {
            auto part = all.size() == 1 || form_ == nullptr ? std::nullopt : read(vault_, kept);
            part ? parts.push_back(std::move(*part)) : alone(kept);
            if (!part) ++sent;
        }
        for (std::size_t from = 0; from < parts.size(); from += most_together) {
            const auto some = std::span(parts).subspan(from, std::min(most_together, parts.size() - from));
            if (some.size() > 1 && write(some)) {
                ++sent;
                continue;
            }
            for (const auto& part : some) alone(*part.kept);
            sent += some.size();
        }
        return sent;
    }

    void alone(const Kept& kept) {
        storage::Post post;
        post.id = kept.letter.id;
        post.kind = storage::PostKind::notice;
        post.state = storage::PostState::distributed;
        post.message_id = post.id.value + "@" + letterhead_.domain;
        post.received = kept.letter.written;
        post.decided = now_;
        post.label = kept.letter.label;
        post.purpose = kept.letter.purpose;
        queue(store_, {post, kept.body}, key_);
    }

    bool write(std::span<const Part> parts) {
        std::string text;
        std::vector<std::string> ids;
        std::optional<community::Tlp> label;
        for (const auto& part : parts) {
            ids.push_back(part.kept->letter.id.value);
            text += shown(part, letterhead_, *reader_, ids.size());
            label = std::max(label, part.kept->letter.label);
        }
        const Letter letter{.purpose = storage::Purpose::together,
                            .form = *form_,
                            .from = parts.front().from,
                            .fields = {{"count", std::to_string(parts.size())}, {"letters", text}},
                            .label = label};
        const auto id = Writer(vault_, letterhead_).send(store_, letter, *reader_, now_);
        if (!id) return false;
        store_.journal().append(now_, "system", "letter.joined", id->value,
                                Detail().add("to", reader_->id.value).add("letters", ids).text());
        return true;
    }

    storage::Store& store_;
    const vault::Vault& vault_;
    const Letterhead& letterhead_;
    const Form* form_;
    Instant now_;
    const community::Person* reader_ = nullptr;
    PersonKey key_ = 0;
};

}  // namespace

bool waits(storage::Store& store, const Letter& letter, const PersonId& reader, Instant now) {
    const bool soon_over = letter.until && *letter.until < now + last_day;
    if (traits(letter.purpose).urgent || soon_over || !letter.attached.empty()) return false;
    const auto last = store.waiting().last(reader);
    if (last && *last <= now && now < *last + together_within) return true;
    store.waiting().had(reader, now);
    return false;
}

std::size_t send_waiting(storage::Store& store, const vault::Vault& vault, const Letterhead& letterhead, Instant now) {
    const auto due = [&] { return store.waiting().due(now - together_within, now); };
    {
        const storage::Store::Reading reading(store);
        if (due().empty()) return 0;
    }
    const auto form = read_form(letterhead, "together");
    storage::Store::Transaction transaction(store);
    store.waiting().forget(now - forgotten_after);
    Joining joining(store, vault, letterhead, form ? &*form : nullptr, now);
    std::size_t sent = 0;
    for (const auto& reader : due()) sent += joining.send(reader);
    transaction.commit();
    return sent;
}

}  // namespace caveat::letters

#include "looked.hpp"

#include <algorithm>

#include "caveat/mail/search_words.hpp"

namespace caveat::archive {

ToThread to_thread(const mailroom::Card& card, const storage::ArchivedPost& post) {
    return {card.message_id, card.in_reply_to, card.references, card.subject, mail::date_from(card.date).value_or(post.posted)};
}

Sought Looked::sought() {
    return {post_.list,
            post_.label,
            post_.posted,
            [this](const std::vector<std::string>& phrase) { return says(phrase); },
            [this]() -> const std::string& { return from(); },
            [this] { return has_attachment(); }};
}

const mail::Message& Looked::message() {
    if (!message_) {
        const auto bytes = mailroom::copy_for(room_, post_, reader_);
        if (bytes) opened_ = bytes->size();
        auto parsed = bytes ? mail::parse(*bytes, room_.settings.limits) : Result<mail::Message>(tl::unexpected(bytes.error()));
        message_ = parsed ? std::move(*parsed) : mail::Message{};
    }
    return *message_;
}

const std::vector<std::string>& Looked::words() {
    if (!words_) words_ = mail::search_words(text());
    return *words_;
}

bool Looked::says(const std::vector<std::string>& phrase) {
    if (!folded_) folded_ = mail::search_folded(text());
    return mail::holds_phrase(*folded_, phrase);
}

std::string Looked::text() { return post_.label < subjects_below ? message().subject + "\n" + message().text() : std::string(); }

const std::string& Looked::from() {
    if (!from_) {
        from_.emplace();
        for (const auto& one : message().from) *from_ += mail::search_folded(one.name + " <" + one.address + ">") + '\n';
    }
    return *from_;
}

bool Looked::has_attachment() {
    const auto& parts = message().parts;
    return std::any_of(parts.begin(), parts.end(),
                       [](const mail::Part& part) { return part.disposition == "attachment" || !part.filename.empty(); });
}

}  // namespace caveat::archive

#include "copying.hpp"

#include <algorithm>
#include <charconv>

#include "address.hpp"
#include "caveat/mail/copy.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/reading.hpp"
#include "thread_ids.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {

std::string number_of(const PostId& id) {
    constexpr std::size_t digits = 5;
    const std::string_view end = std::string_view(id.value).substr(id.value.size() - std::min(id.value.size(), digits));
    std::uint32_t number = 0;
    std::from_chars(end.data(), end.data() + end.size(), number, 16);
    return fmt::format("{}", number);
}

Copying::Copying(const Room& room, std::size_t most_bytes)
    : room_(room), links_(room), most_bytes_(most_bytes), alive_(std::make_shared<std::atomic<std::size_t>>(0)) {}

Result<Message> Copying::message(const Leased& copy) {
    const auto known = std::find_if(recent_.begin(), recent_.end(),
                                    [&](const Made& made) { return made.post == copy.post().key && made.label == copy.post().label; });
    Hidden hidden = 0;
    if (known != recent_.end()) {
        hidden = hidden_from(known->inside, copy);
        if (const auto made = known->messages.find(hidden); made != known->messages.end()) return made->second;
    }
    if (full()) return Message{};
    const auto bytes = bytes_for_copies(room_, copy.post());
    const bool first = known == recent_.end();
    auto& made = first ? begin(copy, bytes) : *known;
    if (first) hidden = hidden_from(made.inside, copy);
    auto message = bytes.and_then([&](const std::string& b) { return write(*copy.batch, b, made.inside, hidden, autocrypt(copy)); })
                       .map([this](std::string b) { return counted(std::move(b)); });
    return made.messages.emplace(hidden, std::move(message)).first->second;
}

// Most copies are small: of those each reader gets their own bytes. Of a big one that would fill the memory, and it has the mailto alone.
Message Copying::with_way_out(const Leased& copy, Message message) {
    if (!message || message->bytes().size() > longest_with_link || copy.post().target != storage::Target::list || !copy.batch->list)
        return message;
    const auto link = links_.of(*copy.batch->list, copy.who());
    if (link.empty()) return message;
    return std::make_shared<const Shipment>(mail::with_one_click(message->bytes(), link), message->beyond(), room_.settings.limits, alive_);
}

Result<Copying::ToSeal> Copying::to_seal(const Leased& copy) const {
    const auto bytes = bytes_for_copies(room_, copy.post());
    if (!bytes) return tl::unexpected(bytes.error());
    ToSeal made{{}, traits(copy.post().kind).for_a_list ? InsideLists(room_, *bytes, copy.post()) : InsideLists()};
    made.hidden = hidden_from(made.inside, copy);
    Batch batch;
    batch.post = copy.batch->post;
    batch.list = copy.batch->list;
    if (batch.list) batch.list->outer_subject = community::OuterSubject::full;
    auto written = write(batch, *bytes, made.inside, made.hidden, {});
    if (!written) return tl::unexpected(written.error());
    made.bytes = std::move(*written);
    return made;
}

namespace {

// Its list required encryption when it was judged, whatever it does now.
bool was_on_encrypting(const storage::Post& post) {
    return std::any_of(post.because.begin(), post.because.end(), [](const community::Reason& reason) {
        return reason.code == community::Code::came_sealed || reason.code == community::Code::came_in_clear;
    });
}

}  // namespace

// Of a post that rests alone nothing is left of what stood outside. Where it may have come encrypted, that is then nobody but the list.
Result<std::string> Copying::as_it_came(const storage::Post& post) const {
    auto& posts = room_.store.posts();
    if (post.caveats.author_withheld || !posts.opened(post.key)) return std::string();
    const auto body = posts.body(post.key);
    if (!body.bytes.empty()) return room_.vault.open(body, post.sealed_as.value);
    const auto list = room_.store.rosters().list(post.list);
    const bool may_hide =
        post.caveats.sealed_only || !list || list->encryption == community::Encryption::required || was_on_encrypting(post);
    return may_hide ? fmt::format("Date: {}\r\n\r\n", mail::rfc5322_date(post.received)) : std::string();
}

std::string Copying::autocrypt(const Leased& copy) const {
    const auto& list = copy.batch->list;
    if (!list || !list->autocrypt) return {};
    const auto key = room_.store.keys().of_list(list->id);
    return key ? mail::autocrypt_field(fmt::format("{}@{}", list->id, room_.settings.domain), key->armour) : std::string();
}

Message Copying::with_room(const std::function<std::string()>& bytes, std::optional<mail::Beyond>& beyond) {
    if (full()) return {};
    auto made = bytes();
    if (!beyond) beyond = mail::beyond_ascii(made);
    return std::make_shared<const Shipment>(std::move(made), *beyond, room_.settings.limits, alive_);
}

Copying::Made& Copying::begin(const Leased& copy, const Result<std::string>& bytes) {
    const bool edited = bytes && traits(copy.post().kind).for_a_list && copy.post().target != storage::Target::to_operator;
    recent_.push_front({copy.post().key, copy.post().label, edited ? InsideLists(room_, *bytes, copy.post()) : InsideLists(), {}});
    if (recent_.size() > most_recent) recent_.pop_back();
    return recent_.front();
}

Hidden Copying::hidden_from(const InsideLists& inside, const Leased& copy) const {
    return inside.hidden_from(room_, copy.who().person, room_.clock.now());
}

Result<std::string> Copying::write(const Batch& batch, const std::string& bytes, const InsideLists& inside, Hidden hidden,
                                   std::string_view autocrypt) const {
    const auto& post = *batch.post;
    if (!traits(post.kind).for_a_list) return bytes;
    if (post.target == storage::Target::to_operator) return forwarded(bytes, room_.settings);
    if (!batch.list) return fail(errc::not_found, "the list {} is gone", post.list);
    const bool without_id = post.caveats.author_withheld || post.message_id == given_message_id(post, room_.settings);
    const std::string number = number_of(post.id);
    const std::string date = mail::rfc5322_date(post.received);
    const std::string archived_at = archive_page(post, *batch.list);
    const std::string released_by = released_unproven_by(room_, post);
    const auto& said = said_in(post, bytes);
    const std::string imported = storage::is_imported(post.because) ? date : std::string();
    return mail::make_copy({.raw = bytes,
                            .list = &*batch.list,
                            .community_name = room_.settings.community_name,
                            .domain = room_.settings.domain,
                            .separator = room_.settings.separator,
                            .label = post.label.value_or(community::Tlp::red),
                            .message_id = without_id ? std::string_view{post.message_id} : std::string_view{},
                            .conflict_note = said.conflict,
                            .trusted_authserv_ids = room_.settings.trusted_authserv_ids,
                            .date = date,
                            .hidden = inside.names(hidden),
                            .hidden_in_parts = inside.names_in_parts(hidden),
                            .other_ids = other_ids_of(room_, post, bytes),
                            .caveats = post.caveats,
                            .released_by = released_by,
                            .restrictions = said.restrictions,
                            .label_line = !said.conflict.empty(),
                            .number = number,
                            .autocrypt = autocrypt,
                            .imported = imported,
                            .archived_at = archived_at});
}

const Copying::Said& Copying::said_in(const storage::Post& post, const std::string& bytes) const {
    const auto known =
        std::find_if(said_.begin(), said_.end(), [&](const Said& said) { return said.post == post.key && said.label == post.label; });
    if (known != said_.end()) return *known;
    said_.push_front({post.key, post.label, conflict_of(post, bytes), restrictions_of(post, bytes)});
    if (said_.size() > most_recent) said_.pop_back();
    return said_.front();
}

// What the post says against the label that counts: as it was judged, or since that was raised, also after it was distributed.
std::string Copying::conflict_of(const storage::Post& post, const std::string& bytes) const {
    const auto counts = post.label.value_or(community::Tlp::red);
    if (!post.conflict_note.empty() || counts == community::Tlp::clear) return post.conflict_note;
    auto message = mail::parse(bytes, room_.settings.limits);
    return message ? mail::milder_label_of_text(std::move(*message), counts) : std::string();
}

// Where its readers find it again; nothing of it where there are no pages, or no archive keeps it.
std::string Copying::archive_page(const storage::Post& post, const community::List& list) const {
    const bool kept = post.target == storage::Target::list && room_.rules.archives(post.label.value_or(community::Tlp::red), list.klass);
    return kept && !room_.settings.pages.empty() ? fmt::format("{}/archive/{}", room_.settings.pages, post.id) : std::string();
}

// The author's words, which rest nowhere but in the post.
std::vector<std::string> Copying::restrictions_of(const storage::Post& post, const std::string& bytes) const {
    if (!post.caveats.restricted) return {};
    const auto message = mail::parse(bytes, room_.settings.limits);
    return message ? mail::find_label(*message, {}, {}).restrictions : std::vector<std::string>{};
}

// Counted as alive until the last reader's copy is gone.
Message Copying::counted(std::string bytes) const {
    return std::make_shared<const Shipment>(std::move(bytes), room_.settings.limits, alive_);
}

bool Copying::full() {
    if (*alive_ < most_bytes_) return false;
    const auto held_by_nobody_else = [](const auto& made) { return made.second && made.second->use_count() == 1; };
    for (auto& made : recent_) std::erase_if(made.messages, held_by_nobody_else);
    return *alive_ >= most_bytes_ && *alive_ > 0;
}

}  // namespace caveat::mailroom

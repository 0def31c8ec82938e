#include "caveat/letters/letters.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "caveat/community/in_force.hpp"
#include "caveat/letters/names.hpp"
#include "writing.hpp"

namespace caveat::letters {

Result<Form> read_form(const Letterhead& letterhead, std::string_view name) {
    const auto path = letterhead.templates / fmt::format("{}.mustache", name);
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(errc::not_found, "no template {}", path.string());
    return Form{std::string(std::istreambuf_iterator<char>(file), {})};
}

storage::Post blank_post(const Letterhead& letterhead, const Letter& letter, Instant now) {
    storage::Post post;
    post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count())};
    post.kind = storage::PostKind::notice;
    post.state = storage::PostState::distributed;
    post.message_id = post.id.value + "@" + letterhead.domain;
    post.received = post.decided = now;
    post.label = letter.label;
    post.purpose = letter.purpose;
    post.caveats.author_withheld = letter.unnamed;
    return post;
}

mail::NoticeHead head_of(const Letterhead& letterhead, const Letter& letter, const community::Person& reader, const storage::Post& post) {
    return {.from = letter.from,
            .from_name = letterhead.community_name,
            .to = reader.addresses.front(),
            .message_id = post.message_id,
            .in_reply_to = letter.in_reply_to,
            .date = post.decided};
}

Fields fields_for(const Letterhead& letterhead, const Letter& letter, const community::Person& reader) {
    auto fields = letter.fields;
    fields["community"] = letterhead.community_name;
    fields["name"] = reader.name;
    return fields;
}

Result<Written> Writer::write(const Letter& letter, const community::Person& reader, Instant now) const {
    const auto post = blank_post(letterhead_, letter, now);
    const auto bytes = mail::render_notice(letter.form.text, head_of(letterhead_, letter, reader, post),
                                           fields_for(letterhead_, letter, reader), letter.attached);
    if (!bytes) return tl::unexpected(bytes.error());
    return Written{post, vault_.seal(*bytes, post.id.value)};
}

namespace {

Letter with_sender(storage::Store& store, const Letterhead& letterhead, Letter letter, bool outside) {
    if (letter.from.empty()) letter.from = reply_address(store, letterhead.domain, outside);
    return letter;
}

}  // namespace

Result<PostId> Writer::send(storage::Store& store, const Letter& letter, const community::Person& reader, Instant now) const {
    const auto written = write(with_sender(store, letterhead_, letter, false), reader, now);
    if (!written) return tl::unexpected(written.error());
    if (waits(store, letter, reader.id, now)) {
        store.waiting().add({written->post.id, reader.id, now, letter.purpose, letter.label}, written->body);
    } else {
        queue(store, *written, store.directory().key_of(reader.id).value());
    }
    return written->post.id;
}

Result<PostId> Writer::send_outside(storage::Store& store, const Letter& letter, const community::Person& reader, Instant now) const {
    if (letter.label) return fail(errc::invalid, "a letter with a label goes to people of the register only");
    auto written = write(with_sender(store, letterhead_, letter, true), reader, now);
    if (!written) return tl::unexpected(written.error());
    written->post.target = storage::Target::outside;
    written->post.rcpt_to = reader.addresses.front();
    queue(store, *written, outside_key);
    return written->post.id;
}

void queue(storage::Store& store, const Written& letter, PersonKey reader) {
    store.deliveries().add(store.posts().add(letter.post, letter.body), reader);
}

const community::Denial* hold_on(std::span<const community::Denial> denials, const PersonId& person, Instant now) {
    const auto found = std::find_if(denials.begin(), denials.end(), [&](const community::Denial& denial) {
        return is_hold(denial) && !denial.whole_team && denial.whom == person.value && in_force(denial, now);
    });
    return found == denials.end() ? nullptr : &*found;
}

bool is_held(storage::Store& store, const PersonId& person, Instant now) {
    return hold_on(store.powers().denials(), person, now) != nullptr;
}

}  // namespace caveat::letters

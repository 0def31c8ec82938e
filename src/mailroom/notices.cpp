#include "notices.hpp"

#include <fstream>
#include <iterator>

#include "address.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/notice.hpp"

namespace caveat::mailroom {
namespace {

Result<std::string> read_template(const Room& room, std::string_view name) {
    const auto path = room.settings.templates / fmt::format("{}.mustache", name);
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(errc::not_found, "no template {}", path.string());
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::string> render(const Room& room, std::string_view name, const mail::NoticeHead& head, const Fields& fields) {
    const auto text = read_template(room, name);
    if (!text) return tl::unexpected(text.error());
    return mail::render_notice(*text, head, fields);
}

}  // namespace

void send_notice(const Room& room, std::string_view name, const PersonId& to, const storage::Post& about, Fields fields) {
    const Instant now = room.clock.now();
    const auto record = [&](std::string_view act, std::string_view detail) {
        room.store.journal().append(now, "system", act, about.id.value,
                                    Detail().add("to", to.value).add("notice", name).add("detail", detail).text());
    };
    const auto person = room.store.directory().person(to);
    const auto key = room.store.directory().key_of(to);
    if (!person || !key || person->addresses.empty()) return record("notice.failed", "the person has left the register");

    storage::Post notice;
    notice.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count())};
    notice.kind = storage::PostKind::notice;
    notice.state = storage::PostState::distributed;
    notice.message_id = notice.id.value + "@" + room.settings.domain;
    notice.received = now;
    notice.decided = now;

    fields["community"] = room.settings.community_name;
    fields["list"] = about.list.value;
    fields["message_id"] = about.message_id;
    fields["received"] = to_string(std::chrono::floor<std::chrono::seconds>(about.received));
    fields["name"] = person->name;
    const mail::NoticeHead head{.from = owner_address(about.list, room.settings),
                                .from_name = room.settings.community_name,
                                .to = person->addresses.front(),
                                .message_id = notice.message_id,
                                .in_reply_to = about.message_id,
                                .date = now};
    const auto bytes = render(room, name, head, fields);
    if (!bytes) return record("notice.failed", bytes.error().detail);
    const PostKey post = room.store.posts().add(notice, room.vault.seal(*bytes, notice.id.value));
    room.store.deliveries().add(post, *key);
    record("notice.queued", notice.id.value);
}

bool is_proven(const Room& room, const storage::Post& post) {
    const auto list = room.store.rosters().list(post.list);
    return list && post.sender && post.strength >= list->authentication;
}

std::string as_lines(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) text += "- " + line + "\n";
    return text;
}

}  // namespace caveat::mailroom

#include "post_office.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace caveat::committee {
namespace {

constexpr std::uintmax_t longest_rules = 256U << 10;

std::optional<std::string> text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

Result<std::string> read_template(const Postage& postage, std::string_view name) {
    const auto path = postage.templates / fmt::format("{}.mustache", name);
    auto text = text_of(path);
    if (!text) return fail(errc::not_found, "no template {}", path.string());
    return std::move(*text);
}

Result<mail::Attachment> appeal_rules(const Postage& postage) {
    const auto path = postage.appeal_rules.empty() ? postage.templates / "appeal-rules.txt" : postage.appeal_rules;
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    auto text = error || size > longest_rules ? std::nullopt : text_of(path);
    const bool blank = !text || text->find_first_not_of(" \t\r\n") == std::string::npos;
    if (blank) {
        return fail(errc::not_found, "item 28 vii: the rules on appeals go along, and there is no text in {}; set community.appeal_rules",
                    path.string());
    }
    return mail::Attachment{"appeal-rules.txt", std::move(*text)};
}

Result<PostId> post_to(storage::Store& store, const Postage& postage, const Envelope& envelope, const community::Person& person) {
    storage::Post post;
    post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(envelope.now.time_since_epoch()).count())};
    post.kind = storage::PostKind::notice;
    post.state = storage::PostState::distributed;
    post.message_id = post.id.value + "@" + postage.domain;
    post.received = post.decided = envelope.now;
    post.label = envelope.label;
    auto fields = envelope.fields;
    fields["community"] = postage.community_name;
    fields["name"] = person.name;
    const mail::NoticeHead head{.from = postage.from,
                                .from_name = postage.community_name,
                                .to = person.addresses.front(),
                                .message_id = post.message_id,
                                .in_reply_to = {},
                                .date = envelope.now};
    const auto bytes = mail::render_notice(envelope.text, head, fields, envelope.attached);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto key = store.posts().add(post, postage.vault.seal(*bytes, post.id.value));
    store.deliveries().add(key, store.directory().key_of(person.id).value());
    return post.id;
}

bool is_held(storage::Store& store, const PersonId& person, Instant now) {
    const auto denials = store.powers().denials();
    return std::any_of(denials.begin(), denials.end(), [&](const community::Denial& d) {
        return d.source == "hold" && !d.whole_team && d.whom == person.value && d.during.contains(now);
    });
}

}  // namespace caveat::committee

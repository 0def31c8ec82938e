#include "caveat/committee/letters.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "caveat/detail.hpp"
#include "caveat/mail/notice.hpp"
#include "docket.hpp"
#include "electors.hpp"

namespace caveat::committee {
namespace {

using Fields = std::map<std::string, std::string>;

Result<std::string> read_template(const Postage& postage, std::string_view name) {
    const auto path = postage.templates / fmt::format("{}.mustache", name);
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(errc::not_found, "no template {}", path.string());
    return std::string(std::istreambuf_iterator<char>(file), {});
}

Fields fields_of(const conduct::Case& c, const conduct::Notice& n, const Postage& postage) {
    const auto& t = n.contents;
    const bool waits = c.numbers.effect_after_appeal_window && !n.sanction.effect && !n.renewal;
    return {{"community", postage.community_name},
            {"case", c.id},
            {"team", c.team.value},
            {"clause", c.clause},
            {"notice", std::to_string(n.number)},
            {"issued", to_string(std::chrono::floor<std::chrono::seconds>(n.issued))},
            {"decision", n.decision},
            {"channels", t.channels},
            {"breach", t.breach},
            {"opinion", t.opinion},
            {"remedy", t.remedy},
            {"consequences", t.consequences},
            {"reply", t.reply},
            {"reply_time", words(n.reply_time)},
            {"appeal_rules", t.appeal_rules},
            {"appeal_days", std::to_string(c.numbers.appeal_days)},
            {"sanction", words(n.sanction)},
            {"delay", words(c.numbers.sanction_delay)},
            {"window", waits ? ", and not before the time for an appeal is over" : ""}};
}

struct Envelope {
    std::string text;  // of the template
    Fields fields;
    Instant now;
};

Result<PostId> post_to(storage::Store& store, const Postage& postage, const Envelope& envelope, const community::Person& person) {
    storage::Post post;
    post.id = PostId{vault::new_uuid(std::chrono::duration_cast<std::chrono::milliseconds>(envelope.now.time_since_epoch()).count())};
    post.kind = storage::PostKind::notice;
    post.state = storage::PostState::distributed;
    post.message_id = post.id.value + "@" + postage.domain;
    post.received = post.decided = envelope.now;
    auto fields = envelope.fields;
    fields["name"] = person.name;
    const mail::NoticeHead head{.from = postage.from,
                                .from_name = postage.community_name,
                                .to = person.addresses.front(),
                                .message_id = post.message_id,
                                .in_reply_to = {},
                                .date = envelope.now};
    const auto bytes = mail::render_notice(envelope.text, head, fields);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto key = store.posts().add(post, postage.vault.seal(*bytes, post.id.value));
    store.deliveries().add(key, store.people().key_of(person.id).value());
    return post.id;
}

Letter letter_of(storage::Store& store, const storage::LetterRow& row) {
    Letter letter{row.notice, row.post, {}, {}, {}, {}};
    const auto post = store.posts().find(row.post);
    const auto copies = post ? store.deliveries().rows(post->key) : std::vector<storage::DeliveryRow>{};
    if (copies.empty()) throw storage::Broken(fmt::format("letter {} has no copy", row.post));
    const auto& copy = copies.front();
    letter.to = copy.person;
    letter.state = copy.state;
    letter.at = copy.at;
    letter.reply = copy.reply;
    return letter;
}

}  // namespace

Result<std::vector<Letter>> mail_notice(storage::Store& store, const Postage& postage, const Clock& clock, const community::Actor& by,
                                        const std::string& case_id, int notice) {
    storage::Store::Transaction transaction(store);
    const Instant now = clock.now();
    if (auto ok = may_record(store, by, now); !ok) return tl::unexpected(ok.error());
    const auto docket = find_docket(store, case_id);
    if (!docket) return tl::unexpected(docket.error());
    const auto& c = docket->as_is;
    const auto found = std::find_if(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.number == notice; });
    if (found == c.notices.end()) return fail(errc::not_found, "case {} has no notice {}", case_id, notice);
    const auto text = read_template(postage, found->kind == conduct::NoticeKind::sanction ? "case-sanction" : "case-compliance");
    if (!text) return tl::unexpected(text.error());
    const Envelope envelope{*text, fields_of(c, *found, postage), now};

    std::vector<Letter> sent;
    for (const auto& person : store.people().people()) {
        if (person.team != c.team || !person.representative || person.addresses.empty()) continue;
        const auto post = post_to(store, postage, envelope, person);
        if (!post) return tl::unexpected(post.error());
        const storage::LetterRow row{notice, *post};
        store.minutes().add_letter(case_id, row);
        sent.push_back(letter_of(store, row));
        store.journal().append(now, by.name, "case.notice_mailed", case_id,
                               Detail().add("notice", notice).add("to", person.id.value).add("post", post->value).text());
    }
    if (sent.empty()) {
        return fail(errc::not_found, "team {} has no representative with an address; needs one: caveat person change", c.team);
    }
    transaction.commit();
    return sent;
}

std::vector<Letter> letters(storage::Store& store, const std::string& case_id) {
    storage::Store::Reading reading(store);
    std::vector<Letter> all;
    for (const auto& row : store.minutes().letters(case_id)) all.push_back(letter_of(store, row));
    return all;
}

}  // namespace caveat::committee

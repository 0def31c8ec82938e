#include "caveat/facts/archive.hpp"

#include <algorithm>
#include <array>

#include "caveat/facts/fields.hpp"
#include "caveat/facts/register.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::facts {
namespace {

constexpr std::size_t deepest_indent = 8;  // beyond it a page would have no room for words

constexpr std::array line_fields{
    Field{.name = "post", .required = true, .about = "its id: of /v1/archive/posts/{post}"},
    Field{.name = "list", .required = true, .about = "the list it was for"},
    Field{.name = "label", .type = Type::word, .required = true, .about = "its label now", .words = label_words},
    Field{.name = "posted", .type = Type::instant, .required = true, .about = "when it was received; of an import its Date"},
    Field{.name = "thread", .required = true, .about = "the earliest post of its thread that the reader may read"},
    Field{
        .name = "imported",
        .type = Type::boolean,
        .about = "true, and there at all, where it was not posted here but brought by the operator: nobody proved its author or its Date"},
};
constexpr auto listed_fields =
    joined(line_fields, std::array{Field{.name = "subject",
                                         .about = "with subjects=true; null from AMBER+STRICT on, where only opening the post shows it",
                                         .nullable = true},
                                   Field{.name = "author",
                                         .about = "with subjects=true: who wrote it; null where the subject is, where they are not to be "
                                                  "named, and where nothing proved who it was",
                                         .nullable = true},
                                   Field{.name = "indent", .type = Type::integer, .about = "within a thread: its depth, at most 8"}});
constexpr Schema listed_schema{"ArchivedLine", listed_fields, true};

constexpr std::array thread_fields{
    Field{.name = "thread", .required = true, .about = "the earliest post of it that the reader may read"},
    Field{.name = "posts", .type = Type::texts, .required = true, .about = "their ids in the order of RFC 5256"},
    Field{.name = "depth", .type = Type::anything, .required = true, .about = "of each: an array of numbers, 0 at the top"},
    Field{.name = "items", .type = Type::objects, .about = "with subjects=true: the posts as lines", .of = &listed_schema},
};

constexpr std::array mailbox_fields{
    Field{.name = "name", .required = true, .about = "as written, decoded"},
    Field{.name = "address", .required = true, .about = "local part as written"},
};
constexpr Schema mailbox_schema{"Mailbox", mailbox_fields, true};

constexpr std::array part_fields{
    Field{.name = "path", .required = true, .about = "1.2: what ?part= asks for"},
    Field{.name = "type", .required = true, .about = "media type"},
    Field{.name = "charset", .required = true, .about = "may be empty"},
    Field{.name = "disposition", .required = true, .about = "attachment, inline or empty"},
    Field{.name = "filename", .required = true, .about = "made safe for a disk"},
    Field{.name = "size", .type = Type::integer, .required = true, .about = "bytes, decoded"},
    Field{.name = "sha256", .required = true, .about = "of those bytes"},
};
constexpr Schema part_schema{"ArchivedPart", part_fields, true};

constexpr auto opened_fields = joined(
    line_fields, std::array{
                     Field{.name = "subject", .required = true, .about = "with its label"},
                     Field{.name = "from",
                           .type = Type::objects,
                           .required = true,
                           .about = "the list where the author is not to be named",
                           .of = &mailbox_schema},
                     Field{.name = "to",
                           .type = Type::objects,
                           .required = true,
                           .about = "without lists that the reader may not know",
                           .of = &mailbox_schema},
                     Field{.name = "cc", .type = Type::objects, .required = true, .about = "likewise", .of = &mailbox_schema},
                     Field{.name = "date", .required = true, .about = "as written"},
                     Field{.name = "message_id", .required = true, .about = "without angle brackets"},
                     Field{.name = "caveats", .type = Type::texts, .required = true, .about = "what it asks for besides its label"},
                     Field{.name = "text", .type = Type::prose, .required = true, .about = "the first text part, decoded"},
                     Field{.name = "parts", .type = Type::objects, .required = true, .about = "what it is made of", .of = &part_schema},
                     Field{.name = "whole_thread", .type = Type::texts, .required = true, .about = "the posts of its thread in order"},
                     Field{.name = "outcomes",
                           .required = true,
                           .about = "where it is told what became of its copies, for its author and who runs the list",
                           .nullable = true},
                     labels_to_give_field,
                 });

constexpr std::array relabelled_fields{
    Field{.name = "post", .required = true, .about = "its id"},
    Field{.name = "before", .type = Type::word, .required = true, .about = "its label until now", .words = label_words},
    Field{.name = "label", .type = Type::word, .required = true, .about = "its label from now on", .words = label_words},
    Field{.name = "told", .type = Type::integer, .required = true, .about = "people who have a copy and get a letter"},
    Field{.name = "kept_until",
          .type = Type::instant,
          .required = true,
          .about = "in the archive, from now on: where that is sooner than before, in 90 days at the earliest; null: for good",
          .nullable = true},
    Field{.name = "sooner", .type = Type::boolean, .required = true, .about = "it would have been kept longer under the label before"},
};

Json mailboxes(const std::vector<mail::Mailbox>& all) {
    Json json = Json::array();
    for (const auto& one : all) json.push_back({{"name", one.name}, {"address", one.address}});
    return json;
}

Json line_of(const storage::ArchivedPost& post, Json thread) {
    Json line{{"post", post.id.value},
              {"list", post.list.value},
              {"label", community::name(post.label)},
              {"posted", to_string(post.posted)},
              {"thread", std::move(thread)}};
    if (post.imported) line["imported"] = true;
    return line;
}

// Lines end as those of other texts here: the carriage returns of mail would be shown.
std::string with_line_feeds(std::string_view text) {
    std::string lines;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i, 2) != "\r\n") lines += text[i];
    }
    return lines;
}

Json part_of(const mail::Part& part) {
    return {{"path", part.path},
            {"type", part.type},
            {"charset", part.charset},
            {"disposition", part.disposition},
            {"filename", part.filename.empty() ? "" : archive::file_name(part)},
            {"size", part.content.size()},
            {"sha256", vault::hex(vault::sha256(part.content))}};
}

}  // namespace

const Schema archived_schema{"ArchivedPostLine", listed_fields, true};
const Schema archive_thread_schema{"ArchiveThread", thread_fields, true};
const Schema archived_post_schema{"ArchivedPost", opened_fields, true};
const Schema relabelled_schema{"Relabelled", relabelled_fields, true};

Json fact(const archive::Line& line) { return line_of(line.post, line.thread.value); }

Json fact(const mailroom::Relabelled& done, const PostId& post) {
    return {{"post", post.value},
            {"before", community::name(done.before)},
            {"label", community::name(done.after)},
            {"told", done.told},
            {"kept_until", done.kept_until ? Json(to_string(*done.kept_until)) : Json()},
            {"sooner", done.instead_of.has_value()}};
}

Json fact(const storage::Preserved& one) {
    return {{"number", one.number},
            {"list", one.list.value},
            {"post", one.post.empty() ? Json() : Json(one.post.value)},
            {"reason", one.reason},
            {"by", one.actor},
            {"placed", to_string(one.placed)},
            {"lifted", one.lifted ? Json(to_string(*one.lifted)) : Json()},
            {"decision", one.decision.empty() ? Json() : Json(one.decision)}};
}

Json fact(const std::vector<community::Tlp>& labels) {
    Json all = Json::array();
    for (const auto label : labels) all.push_back(community::name(label));
    return all;
}

Json fact(const archive::Told& told) {
    auto json = line_of(told.post, told.thread ? Json(told.thread->value) : Json());
    json["readable"] = told.readable;
    json["because"] = told.because;
    return json;
}

Json fact(const archive::ThreadLine& thread) {
    Json posts = Json::array();
    for (const auto* line : thread.posts) posts.push_back(line->post.id.value);
    return {{"thread", thread.thread.value}, {"posts", std::move(posts)}, {"depth", thread.depth}};
}

Json with_subjects(const archive::Line& line) {
    auto json = fact(line);
    json["subject"] = line.subject.empty() ? Json() : Json(line.subject);
    return json;
}

Json with_subjects(const archive::ThreadLine& thread) {
    auto json = fact(thread);
    json["items"] = Json::array();
    for (std::size_t i = 0; i < thread.posts.size(); ++i) {
        auto line = with_subjects(*thread.posts[i]);
        line["indent"] = std::min(thread.depth[i], deepest_indent);
        json["items"].push_back(std::move(line));
    }
    return json;
}

Json fact(const archive::Opened& opened) {
    auto json = line_of(opened.post, opened.thread.value);
    const auto& message = opened.message;
    json["subject"] = message.subject;
    json["from"] = mailboxes(message.from);
    json["to"] = mailboxes(message.to);
    json["cc"] = mailboxes(message.cc);
    json["date"] = message.date;
    json["message_id"] = message.message_id;
    json["caveats"] = community::in_words(opened.caveats);
    if (!opened.released_by.empty()) json["caveats"].push_back("released by " + opened.released_by);
    json["text"] = with_line_feeds(message.text());
    json["parts"] = Json::array();
    for (const auto& part : message.parts) json["parts"].push_back(part_of(part));
    json["whole_thread"] = Json::array();
    for (const auto& id : opened.whole_thread) json["whole_thread"].push_back(id.value);
    return json;
}

}  // namespace caveat::facts

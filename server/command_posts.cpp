// post, posts, held: what became of mail.

#include "caveat/facts/mail.hpp"
#include "caveat/mailroom/bounces.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_posts {

using facts::fact;

// The API says null where there is nothing to say; lines of text have always been empty here.
Json row_of(const storage::DeliveryRow& delivery, const std::map<PersonId, std::string>& returned) {
    auto row = fact(delivery, returned);
    for (const auto* key : {"address", "because", "reply"}) {
        if (row[key].is_null()) row[key] = "";
    }
    if (row["next"].is_null()) row.erase("next");
    return row;
}

Result<void> show_post(const Invocation& invocation, const std::string& id) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const storage::Store::Reading reading(house->store());
    const auto post = house->store().posts().find(PostId{id});
    if (!post) return fail(errc::not_found, "there is no post {}; `caveat posts` lists them", id);
    auto whole = fact(*post);
    whole["sender"] = facts::sender_of(*post);
    whole["strength"] = community::name(post->strength);
    const auto book = facts::book_named(post->rules);
    whole["rules"] = book.words;
    whole["rules_sha256"] = book.sha256;
    if (!post->released_by.empty()) whole["released_by"] = post->released_by;
    std::vector<Json> deliveries;
    const auto returned = mailroom::returned_copies(house->store(), post->id);
    for (const auto& row : house->store().deliveries().rows(post->key)) {
        deliveries.push_back(row_of(row, returned));
        if (row.address.empty() && !row.person.empty()) {
            // Not handed over: the address it would go to now.
            const auto person = house->store().directory().person(row.person);
            if (person && !person->addresses.empty()) deliveries.back()["address"] = person->addresses.front();
        }
    }
    if (invocation.json) {
        whole["deliveries"] = deliveries;
        invocation.print(whole);
        return {};
    }
    invocation.print(whole);
    invocation.print(deliveries, {"state", "person", "address", "attempts", "because", "reply", "bounced"});
    return {};
}

struct Selection {
    std::string state;
    std::string list;
    std::string message_id;
    std::int64_t limit = -1;
};

Result<void> list_posts(const Invocation& invocation, const Selection& selection) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    storage::Posts::Filter filter;
    filter.limit = selection.limit;
    if (!selection.list.empty()) filter.list = ListId{selection.list};
    if (!selection.message_id.empty()) filter.message_id = selection.message_id;
    filter.state = facts::verdict_from(selection.state);
    if (!selection.state.empty() && !filter.state) {
        return fail(errc::invalid, "'{}' is not a verdict; write spooled, distributed, held, refused or dropped", selection.state);
    }
    std::vector<Json> facts;
    for (const auto& post : house->store().posts().select(filter)) facts.push_back(fact(post));
    if (facts.empty()) {
        if (auto there = is_there(*house, ListId{selection.list}); !there) return there;
    }
    invocation.print(facts, {"id", "list", "from", "received", "label", "verdict", "because"});
    return {};
}

using Act = Result<void> (mailroom::Mailroom::*)(const community::Actor&, const PostId&, const std::string&);

Result<void> decide(const Invocation& invocation, const std::string& id, Act act) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    mailroom::Mailroom mailroom(house->room());
    return (mailroom.*act)(invocation.actor(), PostId{id}, "");
}

Result<void> reject(const Invocation& invocation, const std::string& id, const std::string& reason) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    return mailroom::Mailroom(house->room()).reject(invocation.actor(), PostId{id}, reason);
}

void add_held(CLI::App& app, Invocation& invocation) {
    struct Options {
        std::string id;
        std::string reason;
    };
    const auto options = std::make_shared<Options>();
    auto* held = app.add_subcommand("held", "posts that wait for a decision");
    held->require_subcommand(1);
    on(held->add_subcommand("list", "all of them"), invocation,
       [&invocation] { return list_posts(invocation, {.state = "held", .list = {}, .message_id = {}}); });
    const auto with_id = [&](const char* name, const char* help) {
        auto* sub = held->add_subcommand(name, help);
        sub->add_option("ID", options->id, "id of the post")->required();
        return sub;
    };
    on(with_id("show", "one of them"), invocation, [&invocation, options] { return show_post(invocation, options->id); });
    on(with_id("release", "judge it again, with its author's standing of now, as approved"), invocation,
       [&invocation, options] { return decide(invocation, options->id, &mailroom::Mailroom::release); });
    on(with_id("discard", "drop it; nobody is told"), invocation,
       [&invocation, options] { return decide(invocation, options->id, &mailroom::Mailroom::discard); });
    auto* rejecting = with_id("reject", "refuse it and tell its author");
    rejecting->add_option("--reason", options->reason, "what the author is told");
    on(rejecting, invocation, [&invocation, options] { return reject(invocation, options->id, options->reason); });
}

}  // namespace command_posts

void add_post_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_posts;
    const auto id = std::make_shared<std::string>();
    auto* post = app.add_subcommand("post", "what became of one post");
    post->require_subcommand(1);
    auto* show = post->add_subcommand("show", "verdict with reasons; per recipient state, reason, time, relay's answer");
    show->add_option("ID", *id, "id of the post")->required();
    on(show, invocation, [&invocation, id] { return show_post(invocation, *id); });

    const auto selection = std::make_shared<Selection>();
    auto* posts = app.add_subcommand("posts", "all posts, oldest first");
    posts->add_option("--state", selection->state, "spooled | distributed | held | refused | dropped");
    posts->add_option("--list", selection->list, "posts to this list");
    posts->add_option("--message-id", selection->message_id, "without angle brackets");
    posts->add_option("--limit", selection->limit, "the newest so many");
    on(posts, invocation, [&invocation, selection] { return list_posts(invocation, *selection); });
    add_held(app, invocation);
}

}  // namespace caveat::server

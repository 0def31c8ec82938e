// archive: what somebody may read, and why; never the content, which is for its reader alone (A9).
#include "caveat/facts/archive.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_archive {

using facts::fact;

struct Selection {
    std::string as;
    std::string list;
    std::string post;
    bool why = false;

    [[nodiscard]] std::optional<ListId> of() const { return list.empty() ? std::nullopt : std::optional(ListId{list}); }
};

const std::vector<std::string> told_columns{"post", "list", "label", "posted", "readable", "because"};

Result<PersonId> reader_of(House& house, const Selection& selection) {
    auto person = person_named(house.store(), selection.as);
    if (!house.store().directory().key_of(person)) {
        return fail(errc::not_found, "there is no person {}; `caveat person list` lists them", selection.as);
    }
    return person;
}

// Unlike the answers for a reader, the operator hears that there is no such list.
Result<void> known_list(House& house, const Selection& selection) {
    if (selection.list.empty() || house.store().rosters().list(ListId{selection.list})) return {};
    return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", selection.list);
}

// House, reader and list are there: what `tell` prints.
template <class Tell>
Result<void> asked(const Invocation& invocation, const Selection& selection, Tell tell) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto person = reader_of(*house, selection);
    if (!person) return tl::unexpected(person.error());
    if (auto known = known_list(*house, selection); !known) return known;
    return tell(archive::Archive(house->room()), *person);
}

Result<void> list_posts(const Invocation& invocation, const Selection& selection) {
    return asked(invocation, selection, [&](archive::Archive archive, const PersonId& person) -> Result<void> {
        std::vector<Json> rows;
        if (selection.why) {
            for (const auto& told : archive.told(person, selection.of())) rows.push_back(fact(told));
            invocation.print(rows, told_columns);
            return {};
        }
        const auto readable = archive.readable(person, selection.of());
        for (const auto& line : readable.lines) rows.push_back(fact(line));
        invocation.print(rows, {"post", "list", "label", "posted", "thread"});
        return {};
    });
}

Result<void> list_threads(const Invocation& invocation, const Selection& selection) {
    return asked(invocation, selection, [&](archive::Archive archive, const PersonId& person) -> Result<void> {
        std::vector<Json> rows;
        const auto readable = archive.readable(person, selection.of());
        for (const auto& thread : readable.threads) rows.push_back(fact(thread));
        invocation.print(rows, {"thread", "posts", "depth"});
        return {};
    });
}

Result<void> show_post(const Invocation& invocation, const Selection& selection) {
    return asked(invocation, selection, [&](archive::Archive archive, const PersonId& person) -> Result<void> {
        for (const auto& told : archive.told(person, std::nullopt)) {
            if (told.post.id.value != selection.post) continue;
            invocation.print(fact(told));
            return {};
        }
        return fail(errc::not_found, "there is no post {} in the archive; `caveat archive list --as {} --why` lists them", selection.post,
                    selection.as);
    });
}

}  // namespace command_archive

void add_archive_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_archive;
    const auto selection = std::make_shared<Selection>();
    auto* archive = app.add_subcommand("archive", "what was posted, and who may read it: what, never the content");
    archive->require_subcommand(1);
    const auto sub = [&](const char* name, const char* help, auto command) {
        auto* made = archive->add_subcommand(name, help);
        made->add_option("--as", selection->as, "the person who would read, by id or address")->required();
        on(made, invocation, [&invocation, selection, command] { return command(invocation, *selection); });
        return made;
    };
    auto* list = sub("list", "the posts that a person may read now", list_posts);
    list->add_option("--list", selection->list, "of this list only");
    list->add_flag("--why", selection->why, "every post, with the reasons");
    sub("threads", "the same as threads, in the order of RFC 5256", list_threads)
        ->add_option("LIST", selection->list, "the list")
        ->required();
    sub("show", "one post: may this person read it, and why", show_post)->add_option("POST", selection->post, "id of the post")->required();
}

}  // namespace caveat::server

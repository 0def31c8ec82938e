// archive: what somebody may read, and why; never the content, which is for its reader alone (A9). What is forgotten, and what leaves or
// comes as a file.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "caveat/archive/importing.hpp"
#include "caveat/archive/keeping.hpp"
#include "caveat/detail.hpp"
#include "caveat/facts/archive.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "command.hpp"

namespace caveat::server {
namespace command_archive {

using facts::fact;

struct Selection {
    std::string as;
    std::string list;
    std::string post;
    std::string query;
    std::string decision;
    std::string label;
    std::string out;
    std::string from, until;
    std::string reason;
    std::int64_t number = 0;
    bool why = false;

    [[nodiscard]] std::optional<ListId> of() const { return list.empty() ? std::nullopt : std::optional(ListId{list}); }
};

const std::vector<std::string> told_columns{"post", "list", "label", "posted", "imported", "readable", "because"};

Result<PersonId> reader_of(House& house, const Selection& selection) {
    auto person = person_named(house.store(), selection.as);
    if (!house.store().directory().key_of(person)) {
        return fail(errc::not_found, "there is no person {}; `caveat person list` lists them", selection.as);
    }
    return person;
}

// Unlike the answers for a reader, the operator hears that there is no such list.
Result<void> known_list(House& house, const Selection& selection) { return is_there(house, ListId{selection.list}); }

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
        invocation.print(rows, {"post", "list", "label", "posted", "thread", "imported"});
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

Result<void> search_posts(const Invocation& invocation, const Selection& selection) {
    const auto query = archive::Query::from_text(selection.query);
    if (!query) return tl::unexpected(query.error());
    return asked(invocation, selection, [&](archive::Archive archive, const PersonId& person) -> Result<void> {
        std::vector<Json> rows;
        const auto searched = archive.search(person, *query, {}, [&](const archive::Line& line) {
            rows.push_back(fact(line));
            return true;
        });
        if (!searched) return searched;
        invocation.print(rows, {"post", "list", "label", "posted", "thread", "imported"});
        return {};
    });
}

Result<void> destroyed(House& house, const std::vector<std::string>& keys) { return vault::Vault::forget(house.config().key_file, keys); }

// Until nothing is due; beside a daemon that does the same.
Result<std::size_t> indexed(House& house) {
    archive::Indexing indexing(house.room());
    for (std::size_t all = 0;;) {
        const auto done =
            indexing.pass(archive::Indexing::most_a_pass, [&](const std::vector<std::string>& keys) { return destroyed(house, keys); });
        if (!done) return tl::unexpected(done.error());
        if (*done == 0) return all;
        all += *done;
    }
}

Result<void> make_index(const Invocation& invocation) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    archive::Indexing(house->room()).rebuild();
    const auto posts = indexed(*house);
    if (!posts) return tl::unexpected(posts.error());
    invocation.print(Json{{"indexed", *posts}});
    return {};
}

archive::Keeping keeping_of(House& house) {
    return {house.room(),
            [&](const std::string& decision, const community::Deed& deed) { return house.committee().carry(decision, deed); },
            [&](const std::vector<std::string>& keys) { return destroyed(house, keys); }};
}

Result<void> forget_post(const Invocation& invocation, const Selection& selection) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto done = keeping_of(*house).forget(invocation.actor(), PostId{selection.post}, selection.decision);
    if (!done) return tl::unexpected(done.error());
    for (const auto& list : done->still_on) {
        warn(fmt::format("the same mail went to {}, too, and rests there: that is a post of its own, to be forgotten by its own decision",
                         list));
    }
    for (const auto& list : done->still_to_owners_of) {
        warn(
            fmt::format("the same mail went to who runs {}, too, and waits or is on its way: what rests of it goes when they have it, or "
                        "when it is rejected",
                        list));
    }
    for (const auto& post : done->waiting) {
        warn(fmt::format("post {} to {} came under the same Message-ID and waits: nobody releases it any more; `caveat held discard {}` "
                         "destroys it",
                         post.id, post.list, post.id));
    }
    for (const auto& post : done->namesakes) {
        warn(fmt::format("post {} to {} has the same Message-ID and rests: if it is the same mail, it is to be forgotten by its own decision",
                         post.id, post.list));
    }
    if (done->in_older_copies) {
        warn("the key file was made by an earlier program: older copies of the database, beside it, still open this post; destroy them");
    }
    return {};
}

Result<void> relabel_post(const Invocation& invocation, const Selection& selection) {
    const auto label = community::tlp_from(selection.label);
    if (!label) return fail(errc::invalid, "'{}' is no label; write CLEAR, GREEN, AMBER, AMBER+STRICT or RED", selection.label);
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto cite = [&](const std::string& decision, const community::Deed& deed) { return house->committee().carry(decision, deed); };
    const auto done = mailroom::relabel(house->room(), cite, invocation.actor(), {PostId{selection.post}, *label, selection.decision});
    if (!done) return tl::unexpected(done.error());
    if (done->instead_of) {
        warn(fmt::format(
            "as TLP:{} it is kept until {} and destroyed then; until that day its label can be put back, or the post be preserved",
            name(done->after), to_string(*done->kept_until)));
    }
    invocation.print(fact(*done, PostId{selection.post}));
    return {};
}

Result<void> preserve(const Invocation& invocation, const Selection& selection) {
    if (selection.post.empty() == selection.list.empty()) return fail(errc::invalid, "write the id of a post, or --list LIST");
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto done = keeping_of(*house).preserve(invocation.actor(), ListId{selection.list}, PostId{selection.post}, selection.reason);
    if (!done) return tl::unexpected(done.error());
    invocation.print(facts::fact(*done));
    return {};
}

Result<void> let_go(const Invocation& invocation, const Selection& selection) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    return keeping_of(*house).let_go(invocation.actor(), selection.number, selection.decision);
}

Result<void> list_preserved(const Invocation& invocation) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    std::vector<Json> rows;
    for (const auto& one : house->store().archive().preserved()) rows.push_back(facts::fact(one));
    invocation.print(rows, {"number", "list", "post", "reason", "placed", "lifted"});
    return {};
}

Result<std::optional<Instant>> maybe_instant(const std::string& text) {
    if (text.empty()) return std::optional<Instant>{};
    const auto at = parse_instant(text);
    if (!at) return tl::unexpected(at.error());
    return std::optional(*at);
}

// Readable by who runs the command alone; a file that is there is never written over, and one that was not finished goes.
class PrivateFile {
public:
    explicit PrivateFile(std::string name)
        : name_(std::move(name)), fd_(::open(name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {}
    ~PrivateFile() {
        if (fd_ < 0) return;
        ::close(fd_);
        if (!finished_) ::unlink(name_.c_str());
    }
    PrivateFile(const PrivateFile&) = delete;
    PrivateFile& operator=(const PrivateFile&) = delete;

    [[nodiscard]] Result<void> is_open() const {
        if (fd_ < 0 && errno == EEXIST) return fail(errc::conflict, "{} exists; write another name", name_);
        if (fd_ < 0) return fail(errc::invalid, "{}: {}", name_, std::strerror(errno));
        return {};
    }
    [[nodiscard]] Result<void> write(std::string_view text) const {
        while (!text.empty()) {
            const auto n = ::write(fd_, text.data(), text.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return fail(errc::temporary, "{}: {}", name_, std::strerror(errno));
            text.remove_prefix(static_cast<std::size_t>(n));
        }
        return {};
    }
    void finish() { finished_ = true; }

private:
    std::string name_;
    int fd_;
    bool finished_ = false;
};

// Content that leaves: the journal says so first, whatever comes after it (J2).
Result<void> export_list(const Invocation& invocation, const Selection& selection) {
    const auto from = maybe_instant(selection.from);
    const auto until = maybe_instant(selection.until);
    if (!from) return tl::unexpected(from.error());
    if (!until) return tl::unexpected(until.error());
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    if (auto known = known_list(*house, selection); !known) return known;
    PrivateFile file(selection.out);
    if (auto open = file.is_open(); !open) return open;
    archive::Archive archive(house->room());
    const auto posts = archive.exportable(std::nullopt, {ListId{selection.list}, *from, *until});
    {
        storage::Store::Transaction transaction(house->store());
        Detail detail;
        detail.add("posts", posts.size()).add("from", selection.from).add("until", selection.until);
        house->store().journal().append(house->clock().now(), invocation.actor().name, "archive.exported", selection.list, detail.text());
        transaction.commit();
    }
    std::size_t written = 0;
    for (const auto& post : posts) {
        const auto text = archive.exported(std::nullopt, post);
        if (auto done = file.write(text); !done) return done;
        written += text.empty() ? 0 : 1;
    }
    file.finish();
    invocation.print(Json{{"exported", written}});
    return {};
}

struct Bringing {
    archive::ImportWish wish;
    std::string list, label;
};

Result<void> import_mail(const Invocation& invocation, Bringing bringing) {
    auto& wish = bringing.wish;
    wish.list = ListId{bringing.list};
    if (!bringing.label.empty()) {
        wish.label = community::tlp_from(bringing.label);
        if (!wish.label) return fail(errc::invalid, "'{}' is no label; write CLEAR, GREEN, AMBER or AMBER+STRICT", bringing.label);
    }
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const bool shown = ::isatty(STDERR_FILENO) != 0 && !invocation.json;
    const auto progress = [shown](std::size_t number) {
        if (shown && number % 1000 == 0) fmt::print(stderr, "\r{} messages", number);
    };
    const auto done = archive::Import(house->room(), progress).run(invocation.actor(), wish);
    if (!done) return tl::unexpected(done.error());
    Json skipped = Json::array();
    for (const auto& one : done->skipped) skipped.push_back({{"message", one.message}, {"why", one.why}});
    Json noted = Json::array();
    for (const auto& one : done->noted) noted.push_back({{"message", one.message}, {"why", one.why}});
    invocation.print(
        Json{{"imported", done->imported}, {"skipped", std::move(skipped)}, {"noted", std::move(noted)}, {"resumed_at", done->already}});
    return {};
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
    sub("search", "those of them that a query finds: words, \"phrases\", AND OR NOT, from: list: label: before: after: has:attachment",
        search_posts)
        ->add_option("QUERY", selection->query, "what to look for")
        ->required();
    auto* forget = archive->add_subcommand("forget", "destroy a post with its keys, by a decision of kind archive.forget");
    forget->add_option("POST", selection->post, "id of the post")->required();
    forget->add_option("--decision", selection->decision, "the decision: D-2026-004")->required();
    on(forget, invocation, [&invocation, selection] { return forget_post(invocation, *selection); });
    auto* relabel = archive->add_subcommand(
        "relabel",
        "give a post another label: a stricter one; a milder one is its team's to give, or by a decision of kind archive.relabel");
    relabel->add_option("POST", selection->post, "id of the post")->required();
    relabel->add_option("LABEL", selection->label, "CLEAR, GREEN, AMBER, AMBER+STRICT or RED")->required();
    relabel->add_option("--decision", selection->decision, "where the team that posted it is there no more: D-2026-004");
    on(relabel, invocation, [&invocation, selection] { return relabel_post(invocation, *selection); });
    auto* preserving = archive->add_subcommand("preserve", "keep a post, or all of a list, beyond its time and any decision to forget it");
    preserving->add_option("POST", selection->post, "id of the post");
    preserving->add_option("--list", selection->list, "instead of a post: all of this list");
    preserving->add_option("--reason", selection->reason, "why, for the record: the order of a court")->required();
    on(preserving, invocation, [&invocation, selection] { return preserve(invocation, *selection); });
    auto* letting_go = archive->add_subcommand("let-go", "keep it no longer than its label says, by a decision of kind archive.let_go");
    letting_go->add_option("NUMBER", selection->number, "as `archive preserved` shows it")->required();
    letting_go->add_option("--decision", selection->decision, "the decision: D-2026-004")->required();
    on(letting_go, invocation, [&invocation, selection] { return let_go(invocation, *selection); });
    on(archive->add_subcommand("preserved", "what is, and was, preserved, and why"), invocation,
       [&invocation] { return list_preserved(invocation); });
    auto* exporting =
        archive->add_subcommand("export", "a list's posts up to AMBER as an mbox file, with their labels; the journal says so");
    exporting->add_option("LIST", selection->list, "the list")->required();
    exporting->add_option("--out", selection->out, "the file, which must not exist")->required();
    exporting->add_option("--from", selection->from, "posted at or after this instant or day");
    exporting->add_option("--until", selection->until, "posted before this instant or day");
    on(exporting, invocation, [&invocation, selection] { return export_list(invocation, *selection); });
    on(archive->add_subcommand("reindex", "make the index of the archive anew, from the posts"), invocation,
       [&invocation] { return make_index(invocation); });
    sub("show", "one post: may this person read it, and why", show_post)->add_option("POST", selection->post, "id of the post")->required();
}

void add_import_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_archive;
    const auto bringing = std::make_shared<Bringing>();
    auto* import = app.add_subcommand("import", "archives and rosters of other list managers");
    import->require_subcommand(1);
    auto* mbox = import->add_subcommand("mbox", "an mbox file or a Maildir folder into the archive of a list; again, it adds nothing");
    mbox->add_option("FILE", bringing->wish.from, "the file or folder")->required();
    mbox->add_option("--list", bringing->list, "the list")->required();
    mbox->add_option("--label", bringing->label, "of mails without a stricter label of their own");
    mbox->add_flag("--dry-run", bringing->wish.dry_run, "tell what would be imported, change nothing");
    on(mbox, invocation, [&invocation, bringing] { return import_mail(invocation, *bringing); });
    add_roster_imports(*import, invocation);
}

}  // namespace caveat::server

#include "caveat/archive/importing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "caveat/archive/mail_files.hpp"
#include "caveat/detail.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/reading.hpp"
#include "import_belt.hpp"
#include "import_mail.hpp"
#include "import_threads.hpp"

namespace caveat::archive {
namespace {

using community::Tlp;

constexpr std::size_t in_one_commit = 500, bytes_in_one_commit = 8U << 20;  // for whose writing others wait, some 50 ms

// Into the archive, some hundred in a transaction. On the thread that writes with the room's Store.
class Taking {
public:
    Taking(const mailroom::Room& room, community::Actor by, const ImportWish& wish, const community::List& list, Instant now)
        : room_(room), by_(std::move(by)), wish_(wish), now_(now), shelf_(room_, list), floors_(room_), followers_(room_, by_) {
        if (!wish.dry_run) followers_.look_at_due();
    }

    void take(ImportMail mail) {
        ++number_;
        if (!mail.why.empty()) {
            if (mail.label) floors_.know(mail, *mail.label);
            return skip(std::move(mail.name), std::move(mail.why));
        }
        if (seen_.contains(mail.post.id)) return skip(mail.post.id.value, "the same mail stands in the file twice");
        const auto there = room_.store.posts().find(mail.post.id);
        const auto before = there ? std::vector{*there} : namesakes_of(mail);
        if (is_forgotten(mail, before)) return;
        seen_.insert(mail.post.id);
        if (there) return void(++done_.already);
        note_beside(mail, before);
        raise_to_given(mail, before);
        if (const auto label = floors_.label_now(mail)) take(std::move(mail), *label);
    }
    // Of those that waited.
    [[nodiscard]] std::map<std::size_t, Tlp> settled() { return floors_.settled(); }
    void take_settled(ImportMail mail, Tlp label) {
        raise_to_given(mail, namesakes_of(mail));  // it may have been given since
        label = std::max(label, *mail.label);
        take(std::move(mail), label);
    }

    Imported done() {
        commit();
        return std::move(done_);
    }
    [[nodiscard]] std::size_t number() const { return number_; }

private:
    void take(ImportMail mail, Tlp label) {
        if (label > *mail.post.label) {
            const bool answers = label > *mail.label;
            const auto* why = answers ? "it answers what is" : "what has its Message-ID was labelled";
            if (auto ok = shelf_.takes(label); !ok)
                return skip(std::move(mail.name), fmt::format("{} {}, and {}", why, community::name(label), ok.error().detail));
            if (answers) mail.notes.push_back(fmt::format("it is kept at {}, as what it answers", community::name(label)));
            mail.post.label = label;
        }
        mail.until = shelf_.until(mail.post);
        if (mail.until && *mail.until <= now_) mail.notes.push_back(when_over(*mail.until));
        ++done_.imported;
        for (auto& note : mail.notes) done_.noted.push_back({mail.name, std::move(note)});
        if (wish_.dry_run) return;
        open_bytes_ += mail.size;
        open_.push_back(std::move(mail));
        if (open_.size() >= in_one_commit || open_bytes_ >= bytes_in_one_commit) commit();
    }
    // Mostly there are none, which an index says.
    [[nodiscard]] std::vector<storage::Post> namesakes_of(const ImportMail& mail) const {
        const auto& id = mail.id.empty() ? mail.post.message_id : mail.id;
        auto& posts = room_.store.posts();
        if (!posts.parent(id) && !posts.parent(mailroom::id_without_author(room_, id))) return {};
        return mailroom::under_id(room_, id);
    }
    // What a decision forgot does not come back with an export of before (R4).
    bool is_forgotten(const ImportMail& mail, const std::vector<storage::Post>& before) {
        for (const auto& post : mailroom::forgotten_among(room_, before)) {
            if (post.list != wish_.list) {
                done_.noted.push_back({mail.name, fmt::format("what has its Message-ID was forgotten on {} by decision", post.list)});
                continue;
            }
            floors_.know(mail, *mail.label);
            skip(mail.name, fmt::format("what has its Message-ID was forgotten here by decision, at {}", to_string(*post.forgotten)));
            return true;
        }
        return false;
    }
    void note_beside(const ImportMail& mail, const std::vector<storage::Post>& before) {
        const auto is_here = [&](const storage::Post& post) {
            return post.list == wish_.list && post.target == storage::Target::list && post.state == storage::PostState::distributed &&
                   !storage::is_imported(post.because);
        };
        if (std::any_of(before.begin(), before.end(), is_here))
            done_.noted.push_back({mail.name, "what has its Message-ID was posted here, and stays beside it"});
    }
    // Nothing gets milder by itself, by an export of before no more than otherwise (L7).
    void raise_to_given(ImportMail& mail, const std::vector<storage::Post>& before) const {
        const auto given = mailroom::label_given(room_, before);
        if (given <= mail.label) return;
        mail.label = given;
        mail.notes.push_back(fmt::format("it is kept at {}, the label that what has its Message-ID was given here", name(*given)));
    }
    [[nodiscard]] std::string when_over(Instant until) const {
        return fmt::format(
            "its time was over at {}: nobody reads it here, and it is destroyed within days, unless `caveat archive preserve --list {}` "
            "keeps it first",
            to_string(until), wish_.list);
    }
    // Everything is read and sealed by now: others wait for the writing alone.
    void commit() {
        if (open_.empty()) return;
        write();
        open_.clear();
        open_bytes_ = 0;
    }
    void write() {
        storage::Store::Transaction transaction(room_.store, storage::Disk::room);
        for (const auto& one : open_) {
            const auto key = room_.store.posts().add(one.post, one.body);
            room_.store.archive().add({key, one.post.list, *one.post.label, one.post.decided, one.until}, one.card);
        }
        // Which they were, so that nobody says later that one of them was posted here: of few each, of many the hash over their ids in this
        // order, with a line feed behind each.
        constexpr std::size_t few = 50;
        std::vector<std::string> ids;
        std::string lines;
        for (const auto& one : open_) lines += ids.emplace_back(one.post.id.value) + '\n';
        Detail detail;
        detail.add("posts", open_.size()).add("label", wish_.label ? community::name(*wish_.label) : std::string_view());
        if (ids.size() <= few) detail.add("ids", ids);
        detail.add("ids_sha256", vault::hex(vault::sha256(lines)));
        room_.store.journal().append(now_, by_.name, "archive.imported", wish_.list.value, detail.text());
        // With them: when this is begun again they are there already, and nobody would look at what answers them.
        for (const auto& one : open_) {
            if (one.id.empty()) continue;
            for (auto& stays : followers_.raise(one.id)) done_.noted.push_back(std::move(stays));
        }
        transaction.commit();
    }

    void skip(std::string message, std::string why) { done_.skipped.push_back({std::move(message), std::move(why)}); }

    mailroom::Room room_;
    community::Actor by_;
    const ImportWish& wish_;
    Instant now_;
    Shelf shelf_;
    Floors floors_;
    Followers followers_;
    std::size_t number_ = 0;
    std::vector<ImportMail> open_;
    std::size_t open_bytes_ = 0;
    std::set<PostId> seen_;
    Imported done_;
};

}  // namespace

Result<Imported> Import::run(const community::Actor& by, const ImportWish& wish) {
    const auto list = room_.store.rosters().list(wish.list);
    if (!list) return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", wish.list);
    const Instant now = room_.clock.now();
    Taking taking(room_, by, wish, *list, now);
    const auto pass = [&](const std::map<std::size_t, Tlp>* only, const std::function<void(ImportMail)>& take) -> Result<void> {
        Belt belt;
        Result<void> all_read;
        const std::jthread reader([&] {
            std::exception_ptr trouble;
            std::size_t number = 0;
            try {
                all_read = each_message(wish.from, room_.settings.limits.message, [&](const std::string& bytes, auto kept) {
                    ++number;
                    const bool passed_over = only != nullptr && !only->contains(number);
                    return passed_over || belt.put(import_mail(room_, wish, *list, now, {bytes, kept, number}));
                });
            } catch (...) {
                trouble = std::current_exception();
            }
            belt.end(trouble);
        });
        {
            const AtTheEnd abandoning(belt);  // before the thread is waited for
            for (auto mails = belt.take(); !mails.empty(); mails = belt.take()) {
                for (auto& mail : mails) take(std::move(mail));
            }
        }
        return all_read;
    };
    auto done = pass(nullptr, [&](ImportMail mail) {
        taking.take(std::move(mail));
        if (progress_) progress_(taking.number());
    });
    if (!done) return tl::unexpected(done.error());
    const auto later = taking.settled();
    if (!later.empty()) {
        done = pass(&later, [&](ImportMail mail) {
            const auto label = later.at(mail.number);
            if (mail.why.empty()) taking.take_settled(std::move(mail), label);
        });
        if (!done) return tl::unexpected(done.error());
    }
    return taking.done();
}

}  // namespace caveat::archive

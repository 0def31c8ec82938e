#include "caveat/archive/importing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
#include <utility>

#include "caveat/archive/mail_files.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "terms.hpp"

namespace caveat::archive {
namespace {

using community::Tlp;

constexpr std::size_t in_one_commit = 500, bytes_in_one_commit = 8U << 20;  // for whose writing others wait, some 50 ms
constexpr auto since_amber_is_amber =
    std::chrono::sys_days{std::chrono::year(2017) / 1 / 1};  // C15: before, it was often the organisation's own

constexpr std::chrono::hours fast_clocks{24};  // of who wrote it, and zones left out
constexpr std::size_t longest_date = 100;

// The same mail into the same list has the same id, whenever it is imported: a UUIDv7 of its date, with what would be random made of its
// bytes.
PostId id_of(const vault::Vault& vault, const ListId& list, std::string_view bytes, Instant posted) {
    const auto mac = vault.mac("import", list.value + '\n' + std::string(bytes));
    auto ms = static_cast<std::uint64_t>(
        std::max<std::int64_t>(std::chrono::floor<std::chrono::milliseconds>(posted).time_since_epoch().count(), 0));
    std::array<unsigned char, 16> uuid{};
    for (std::size_t i = 6; i-- > 0; ms >>= 8) uuid[i] = static_cast<unsigned char>(ms);
    std::copy_n(mac.begin(), 10, uuid.begin() + 6);
    uuid[6] = static_cast<unsigned char>((uuid[6] & 0x0f) | 0x70);
    uuid[8] = static_cast<unsigned char>((uuid[8] & 0x3f) | 0x80);
    const auto hex = vault::hex(std::string_view(reinterpret_cast<const char*>(uuid.data()), uuid.size()));
    return PostId(hex.substr(0, 8) + '-' + hex.substr(8, 4) + '-' + hex.substr(12, 4) + '-' + hex.substr(16, 4) + '-' + hex.substr(20));
}

// A mail as the row it will be, or why it is not taken.
struct Mail {
    std::string name;      // its Message-ID, or "message 7"
    std::string why = {};  // not empty: it is not taken
    std::string note = {};
    storage::Post post = {};
    Sealed body = {}, card = {};
    std::optional<Instant> until = {};
    std::size_t size = 0;  // bytes
    std::size_t number = 0;
    std::string id = {};            // its Message-ID as it came
    std::optional<Tlp> label = {};  // its own, also where it is not taken
    mailroom::Answered answered = {};
};

// Which labels this list's archive takes, and until when.
class Shelf {
public:
    Shelf(const mailroom::Room& room, const community::List& list) : room_(room), list_(list) {}

    [[nodiscard]] Result<void> takes(Tlp label) const {
        if (!room_.rules.archives(label, list_.klass))
            return fail(errc::invalid, "{} is kept in no archive of this list", community::name(label));
        const auto most = std::min(list_.max_tlp, room_.rules.class_maximum(list_.klass).value_or(Tlp::clear));
        if (label > most)
            return fail(errc::invalid, "{} is above {}, the maximum of {}", community::name(label), community::name(most), list_.id);
        return {};
    }
    [[nodiscard]] std::optional<Instant> until(const storage::Post& post) const {
        return room_.rules.kept_until(*post.label, list_, post.decided);
    }

private:
    const mailroom::Room& room_;
    const community::List& list_;
};

// Reads, labels and seals: all that needs no database, so that it is done on a thread of its own while others are written.
class Preparing {
public:
    Preparing(const mailroom::Room& room, const ImportWish& wish, const community::List& list, Instant now)
        : room_(room), wish_(wish), list_(list), now_(now), shelf_(room, list) {}

    Mail mail(const std::string& bytes, std::size_t number) {
        Mail made{fmt::format("message {}", number)};
        made.number = number;
        if (auto ok = read(bytes, made); !ok) made.why = ok.error().detail;
        made.size = bytes.size();
        return made;
    }

private:
    Result<void> read(const std::string& bytes, Mail& made) {
        if (bytes.empty()) return fail(errc::invalid, "it has more than {} bytes, or none", room_.settings.limits.message);
        const auto headers = mail::read_headers(bytes, room_.settings.limits);
        if (!headers) return tl::unexpected(headers.error());
        const auto message = mail::parse(bytes, *headers, room_.settings.limits);
        if (!message) return tl::unexpected(message.error());
        if (!message->message_id.empty()) made.name = made.id = message->message_id;
        made.answered = mailroom::answered_by(message->in_reply_to, message->references);
        const auto written = mail::date_from(message->date);
        auto dated = written;
        if (dated && *dated > now_ + fast_clocks) dated.reset();
        const auto labelling = label(*headers, *message, dated.value_or(now_));
        auto label = labelling.label;
        if (label == Tlp::amber && (!dated || *dated < since_amber_is_amber)) label = Tlp::amber_strict;
        made.label = label;
        if (labelling.hold)
            return fail(errc::invalid, "its label is not clear: {}",
                        labelling.why.empty() ? std::string("places disagree") : labelling.why);
        if (auto ok = shelf_.takes(label); !ok) return ok;
        const auto without = without_author(bytes, labelling);
        if (!without) return tl::unexpected(without.error());
        fill(made.post, bytes, *message, labelling, label, {written, dated});
        if (written && !dated) {
            made.note = fmt::format("its Date, {}, is not believed: it is posted now, as one without a Date is",
                                    message->date.substr(0, longest_date));
        }
        if (!wish_.dry_run) seal(made, *without ? **without : bytes, *message);
        return {};
    }

    // The operator vouches for what an archive has kept: a mail's own label counts, also below the list's default. A label that was given
    // is the least that any of them gets.
    mail::Labelling label(const mail::HeaderBlock& headers, const mail::Message& message, Instant at) {
        auto markings = mail::markings(headers, room_.rules.sensitivities());
        for (auto& marking : mail::markings(message.part_headers, room_.rules.sensitivities())) markings.push_back(std::move(marking));
        return mail::find_label(message, mail::label_headers(headers),
                                {.list_default = wish_.label ? wish_.label : list_.default_tlp,
                                 .authenticated = !wish_.label,
                                 .fallback = room_.rules.default_label(),
                                 .markings = std::move(markings),
                                 .headers = &headers,
                                 .now = at,
                                 .policies = &room_.settings.policies});
    }

    struct Dated {
        std::optional<Instant> written, believed;
    };

    void fill(storage::Post& post, const std::string& bytes, const mail::Message& message, const mail::Labelling& labelling, Tlp label,
              const Dated& dated) {
        post.id = id_of(room_.vault, list_.id, bytes, dated.written.value_or(Instant{}));
        post.sealed_as = post.id;
        post.target = storage::Target::list;
        post.state = storage::PostState::distributed;
        post.list = list_.id;
        post.rcpt_to = list_.id.value + "@" + room_.settings.domain;
        if (!message.from.empty()) post.from = message.from.front().address;
        post.message_id = message.message_id.empty() ? post.id.value + "@" + room_.settings.domain : message.message_id;
        post.received = now_;
        post.decided = std::min(dated.believed.value_or(now_), now_);
        post.label = label;
        post.because = storage::reason_of_import();
        post.rules = room_.rules.identity();
        post.conflict_note = labelling.conflict_note;
        post.caveats = labelling.caveats;
        if (post.caveats.author_withheld && !message.message_id.empty())
            post.message_id = mailroom::id_without_author(room_, message.message_id);
    }

    // What names an author who is not to be named is left out, as of what is posted.
    [[nodiscard]] Result<std::optional<std::string>> without_author(const std::string& bytes, const mail::Labelling& labelling) const {
        if (!labelling.caveats.author_withheld) return std::nullopt;
        auto without = mail::without_signatures(bytes, room_.settings.limits);
        if (!without) return tl::unexpected(without.error());
        if (!without->stays.empty()) return fail(errc::invalid, "its author is not to be named, and {}", without->stays);
        if (without->whole) return std::nullopt;
        return std::move(without->bytes);
    }

    void seal(Mail& made, const std::string& bytes, const mail::Message& message) {
        made.body = room_.vault.seal_to_forget(bytes, made.post.id.value);
        made.card = mailroom::seal_card(room_.vault, mailroom::card_of(message, made.post.message_id), made.post.id);
        made.until = shelf_.until(made.post);
    }

    const mailroom::Room& room_;
    const ImportWish& wish_;
    const community::List& list_;
    Instant now_;
    Shelf shelf_;
};

std::size_t hash_of(const std::string& id) { return std::hash<std::string>{}(id); }

// What is in the archive already and answers what comes in: raised to it, as it would have been had it come later (L4). By the links of the
// index, and by the cards of what was not in it yet when the import began.
class Followers {
public:
    Followers(const mailroom::Room& room, const community::Actor& by) : room_(room), by_{by.name, std::nullopt} {}

    // Those of this one that stay below, each with its reason.
    std::vector<Passed> raise(const std::string& message_id) {
        std::vector<Passed> stay;
        std::vector<std::string> of{message_id};
        while (!of.empty()) {
            const auto id = std::move(of.back());
            of.pop_back();
            for (const auto key : followers_of(id)) {
                const auto row = room_.store.archive().get(key);
                const auto card = row ? mailroom::open_card(room_.vault, row->card, row->post.id)
                                      : Result<mailroom::Card>(fail(errc::not_found, "not here"));
                if (!card || row->post.ended || row->post.forgotten) continue;
                const auto floor = mailroom::floor_of(room_, row->post);
                if (!floor || *floor <= row->post.label) continue;
                const auto done = mailroom::relabel(room_, no_decision, by_, {row->post.id, *floor});
                if (done)
                    of.push_back(card->message_id);
                else
                    stay.push_back({card->message_id, "it answers what was imported, and its label stays: " + done.error().detail});
            }
        }
        return stay;
    }
    // Before the first mail is there.
    void look_at_due() {
        for (const auto key : room_.store.search_index().due(std::numeric_limits<std::int64_t>::max())) {
            const auto row = room_.store.archive().get(key);
            if (!row) continue;
            const auto card = mailroom::open_card(room_.vault, row->card, row->post.id);
            if (!card) continue;
            for (const auto& id : mailroom::answered_by(card->in_reply_to, card->references).ids) due_[hash_of(id)].push_back(key);
        }
        for (const auto& list : room_.store.rosters().lists()) lists_.emplace_back(room_.vault, list.id);
    }

private:
    static Result<void> no_decision(const std::string&, const community::Deed&) { return fail(errc::denied, "an import cites none"); }

    [[nodiscard]] std::vector<PostKey> followers_of(const std::string& id) const {
        std::vector<PostKey> keys;
        mailroom::Card card;
        card.message_id = id;
        for (const auto& terms : lists_) {
            for (const auto link : terms.links(card)) {
                const auto tied = room_.store.search_index().linked(link);
                keys.insert(keys.end(), tied.begin(), tied.end());
            }
        }
        if (const auto due = due_.find(hash_of(id)); due != due_.end()) keys.insert(keys.end(), due->second.begin(), due->second.end());
        return keys;
    }

    const mailroom::Room& room_;
    community::Actor by_;
    std::deque<Terms> lists_;
    std::unordered_map<std::size_t, std::vector<PostKey>> due_;
};

// Which label each mail of a file is kept at because of what it answers, in the file or in the archive. What answers a mail that is not
// there yet waits until all of the file was looked at, since that one may stand behind it.
class Floors {
public:
    explicit Floors(const mailroom::Room& room) : room_(room) {}

    // None: it waits. Each is asked for once.
    std::optional<Tlp> label_now(const Mail& mail) {
        Waiting one{mail.number, hash_of(mail.id), *mail.label, mail.answered.direct, {}, {}};
        bool waits = false;
        const auto floor = mailroom::floor_over(mail.answered, [&](std::size_t i) {
            const auto& id = mail.answered.ids[i];
            one.answers.push_back(hash_of(id));
            one.here.push_back(std::max(mailroom::label_of_parent(room_, id), known(hash_of(id))));
            waits = waits || (i < mail.answered.direct && !one.here.back());
            return one.here.back();
        });
        if (waits) {
            waiting_.push_back(std::move(one));
            return std::nullopt;
        }
        const auto label = std::max(*mail.label, floor.value_or(*mail.label));
        know(mail, label);
        return label;
    }
    void know(const Mail& mail, Tlp label) {
        if (!mail.id.empty()) know(hash_of(mail.id), label);
    }
    // Of those that waited, by their number.
    std::map<std::size_t, Tlp> settled() {
        for (const auto& one : waiting_) know(one.id, one.label);
        // Forwards and backwards in turn: most files stand in the order of time, or against it.
        for (bool changed = true; changed;) {
            changed = false;
            for (auto& one : waiting_) changed = rises(one) || changed;
            for (auto one = waiting_.rbegin(); one != waiting_.rend(); ++one) changed = rises(*one) || changed;
        }
        std::map<std::size_t, Tlp> labels;
        for (const auto& one : waiting_) labels.emplace(one.number, one.label);
        return labels;
    }

private:
    struct Waiting {
        std::size_t number, id;
        Tlp label;
        std::size_t direct;
        std::vector<std::size_t> answers;
        std::vector<std::optional<Tlp>> here;  // of each of them, what was known of it
    };

    [[nodiscard]] std::optional<Tlp> known(std::size_t id) const {
        const auto found = labels_.find(id);
        return found == labels_.end() ? std::nullopt : std::optional(found->second);
    }
    void know(std::size_t id, Tlp label) {
        const auto [at, first] = labels_.try_emplace(id, label);
        at->second = std::max(at->second, label);
    }
    bool rises(Waiting& one) {
        const auto floor = mailroom::floor_over({std::vector<std::string>(one.answers.size()), one.direct}, [&](std::size_t i) {
            return one.answers[i] == one.id ? std::nullopt : std::max(one.here[i], known(one.answers[i]));
        });
        if (!floor || *floor <= one.label) return false;
        one.label = *floor;
        know(one.id, one.label);
        return true;
    }

    const mailroom::Room& room_;
    std::unordered_map<std::size_t, Tlp> labels_;  // by the hash of a Message-ID
    std::vector<Waiting> waiting_;
};

// Into the archive, some hundred in a transaction. On the thread that writes with the room's Store.
class Taking {
public:
    Taking(const mailroom::Room& room, community::Actor by, const ImportWish& wish, const community::List& list, Instant now)
        : room_(room), by_(std::move(by)), wish_(wish), now_(now), shelf_(room_, list), floors_(room_), followers_(room_, by_) {
        if (!wish.dry_run) followers_.look_at_due();
    }

    void take(Mail mail) {
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
        if (const auto label = floors_.label_now(mail)) take(std::move(mail), *label);
    }
    // Of those that waited.
    [[nodiscard]] std::map<std::size_t, Tlp> settled() { return floors_.settled(); }
    void take(Mail mail, Tlp label) {
        if (label > *mail.label) {
            if (auto ok = shelf_.takes(label); !ok)
                return skip(std::move(mail.name), fmt::format("it answers what is {}, and {}", community::name(label), ok.error().detail));
            done_.noted.push_back({mail.name, fmt::format("it is kept at {}, as what it answers", community::name(label))});
            mail.post.label = label;
            mail.until = shelf_.until(mail.post);
        }
        ++done_.imported;
        if (!mail.note.empty()) done_.noted.push_back({mail.name, mail.note});
        if (wish_.dry_run) return;
        open_bytes_ += mail.size;
        open_.push_back(std::move(mail));
        if (open_.size() >= in_one_commit || open_bytes_ >= bytes_in_one_commit) commit();
    }

    Imported done() {
        commit();
        return std::move(done_);
    }
    [[nodiscard]] std::size_t number() const { return number_; }

private:
    // Mostly there are none, which an index says.
    [[nodiscard]] std::vector<storage::Post> namesakes_of(const Mail& mail) const {
        const auto& id = mail.id.empty() ? mail.post.message_id : mail.id;
        auto& posts = room_.store.posts();
        if (!posts.parent(id) && !posts.parent(mailroom::id_without_author(room_, id))) return {};
        return mailroom::under_id(room_, id);
    }
    // What a decision forgot does not come back with an export of before (R4).
    bool is_forgotten(const Mail& mail, const std::vector<storage::Post>& before) {
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
    void note_beside(const Mail& mail, const std::vector<storage::Post>& before) {
        const auto is_here = [&](const storage::Post& post) {
            return post.list == wish_.list && post.target == storage::Target::list && post.state == storage::PostState::distributed &&
                   !storage::is_imported(post.because);
        };
        if (std::any_of(before.begin(), before.end(), is_here))
            done_.noted.push_back({mail.name, "what has its Message-ID was posted here, and stays beside it"});
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
    std::vector<Mail> open_;
    std::size_t open_bytes_ = 0;
    std::set<PostId> seen_;
    Imported done_;
};

// From the thread that prepares to the one that writes, in order, a few megabytes at most.
class Belt {
public:
    // False: nobody takes them any more.
    bool put(Mail mail) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return abandoned_ || (bytes_ < most_bytes && mails_.size() < in_one_commit); });
        if (abandoned_) return false;
        bytes_ += mail.size;
        mails_.push_back(std::move(mail));
        if (are_enough()) changed_.notify_all();
        return true;
    }
    void end(std::exception_ptr trouble) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        trouble_ = std::move(trouble);
        changed_.notify_all();
    }
    // Some, or the last ones; none: that was all. Throws what the other thread met.
    std::vector<Mail> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || are_enough(); });
        if (mails_.empty() && trouble_) std::rethrow_exception(trouble_);
        bytes_ = 0;
        changed_.notify_all();
        return std::exchange(mails_, {});
    }
    void abandon() {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
        changed_.notify_all();
    }

private:
    static constexpr std::size_t most_bytes = 4U << 20;

    // So that not each of them wakes who takes them.
    [[nodiscard]] bool are_enough() const { return mails_.size() >= in_one_commit / 8 || bytes_ >= most_bytes / 8; }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Mail> mails_;
    std::size_t bytes_ = 0;
    bool ended_ = false, abandoned_ = false;
    std::exception_ptr trouble_;
};

struct AtTheEnd {
    explicit AtTheEnd(Belt& belt) : of(belt) {}
    ~AtTheEnd() { of.abandon(); }
    AtTheEnd(const AtTheEnd&) = delete;
    AtTheEnd& operator=(const AtTheEnd&) = delete;
    Belt& of;
};

}  // namespace

Result<Imported> Import::run(const community::Actor& by, const ImportWish& wish) {
    const auto list = room_.store.rosters().list(wish.list);
    if (!list) return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", wish.list);
    const Instant now = room_.clock.now();
    Taking taking(room_, by, wish, *list, now);
    const auto pass = [&](const std::map<std::size_t, Tlp>* only, const std::function<void(Mail)>& take) -> Result<void> {
        Belt belt;
        Result<void> all_read;
        const std::jthread reader([&] {
            Preparing preparing(room_, wish, *list, now);
            std::exception_ptr trouble;
            std::size_t number = 0;
            try {
                all_read = each_message(wish.from, room_.settings.limits.message, [&](const std::string& bytes) {
                    ++number;
                    return (only != nullptr && !only->contains(number)) || belt.put(preparing.mail(bytes, number));
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
    auto done = pass(nullptr, [&](Mail mail) {
        taking.take(std::move(mail));
        if (progress_) progress_(taking.number());
    });
    if (!done) return tl::unexpected(done.error());
    const auto later = taking.settled();
    if (!later.empty()) {
        done = pass(&later, [&](Mail mail) {
            const auto label = later.at(mail.number);
            if (mail.why.empty()) taking.take(std::move(mail), label);
        });
        if (!done) return tl::unexpected(done.error());
    }
    return taking.done();
}

}  // namespace caveat::archive

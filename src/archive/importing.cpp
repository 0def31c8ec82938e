#include "caveat/archive/importing.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "caveat/archive/threads.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::archive {
namespace {

using community::Tlp;

constexpr std::size_t in_one_commit = 500, bytes_in_one_commit = 8U << 20;  // for whose writing others wait, some 50 ms
constexpr auto since_amber_is_amber =
    std::chrono::sys_days{std::chrono::year(2017) / 1 / 1};  // C15: before, it was often the organisation's own

bool begins_message(std::string_view line) { return line.starts_with("From "); }

bool is_quoted_from(std::string_view line) {
    const auto first = line.find_first_not_of('>');
    return first != 0 && first != std::string_view::npos && line.substr(first).starts_with("From ");
}

void read_line(std::istream& in, std::string& line) {
    std::getline(in, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
}

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
};

// Reads, labels and seals: all that needs no database, so that it is done on a thread of its own while others are written.
class Preparing {
public:
    Preparing(const mailroom::Room& room, const ImportWish& wish, const community::List& list, Instant now)
        : room_(room), wish_(wish), list_(list), now_(now) {}

    Mail mail(const std::string& bytes) {
        Mail made{fmt::format("message {}", ++number_)};
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
        if (!message->message_id.empty()) made.name = message->message_id;
        const auto written = date_from(message->date);
        auto dated = written;
        if (dated && *dated > now_ + fast_clocks) dated.reset();
        const auto labelling = label(*headers, *message, dated.value_or(now_));
        if (labelling.hold)
            return fail(errc::invalid, "its label is not clear: {}",
                        labelling.why.empty() ? std::string("places disagree") : labelling.why);
        auto label = labelling.label;
        if (label == Tlp::amber && (!dated || *dated < since_amber_is_amber)) label = Tlp::amber_strict;
        if (!room_.rules.archives(label, list_.klass))
            return fail(errc::invalid, "{} is kept in no archive of this list", community::name(label));
        const auto most = std::min(list_.max_tlp, room_.rules.class_maximum(list_.klass).value_or(Tlp::clear));
        if (label > most)
            return fail(errc::invalid, "{} is above {}, the maximum of {}", community::name(label), community::name(most), list_.id);
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
        return mail::find_label(message, mail::label_headers(headers),
                                {.list_default = wish_.label ? wish_.label : list_.default_tlp,
                                 .authenticated = !wish_.label,
                                 .fallback = room_.rules.default_label(),
                                 .markings = mail::markings(headers, room_.rules.sensitivities()),
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
        made.until = room_.rules.kept_until(*made.post.label, list_, made.post.decided);
    }

    const mailroom::Room& room_;
    const ImportWish& wish_;
    const community::List& list_;
    Instant now_;
    std::size_t number_ = 0;
};

// Into the archive, some hundred in a transaction. On the thread that writes with the room's Store.
class Taking {
public:
    Taking(const mailroom::Room& room, community::Actor by, const ImportWish& wish, Instant now)
        : room_(room), by_(std::move(by)), wish_(wish), now_(now) {}

    void take(Mail mail) {
        ++number_;
        if (!mail.why.empty()) return skip(std::move(mail.name), std::move(mail.why));
        if (!seen_.insert(mail.post.id).second) return skip(mail.post.id.value, "the same mail stands in the file twice");
        if (room_.store.posts().find(mail.post.id)) return void(++done_.already);
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
    // Everything is read and sealed by now: others wait for the writing alone.
    void commit() {
        if (open_.empty()) return;
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
        transaction.commit();
        open_.clear();
        open_bytes_ = 0;
    }

    void skip(std::string message, std::string why) { done_.skipped.push_back({std::move(message), std::move(why)}); }

    mailroom::Room room_;
    community::Actor by_;
    const ImportWish& wish_;
    Instant now_;
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

// Files of cur and new, in the order of their names.
std::vector<std::filesystem::path> files_of_maildir(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto* part : {"cur", "new"}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder / part, error)) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

struct AtTheEnd {
    explicit AtTheEnd(Belt& belt) : of(belt) {}
    ~AtTheEnd() { of.abandon(); }
    AtTheEnd(const AtTheEnd&) = delete;
    AtTheEnd& operator=(const AtTheEnd&) = delete;
    Belt& of;
};

std::string with_crlf(std::istream& in, std::size_t most) {
    std::string message, line;
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (message.size() + line.size() > most) return {};
        message += line + "\r\n";
    }
    return message;
}

// Until `visit` says false.
Result<void> each_message(const std::filesystem::path& from, std::size_t most, const std::function<bool(const std::string& bytes)>& visit) {
    std::error_code error;
    if (std::filesystem::is_directory(from, error)) {
        if (!std::filesystem::is_directory(from / "cur", error))
            return fail(errc::invalid, "{}: no Maildir, for it has no folder cur", from.string());
        for (const auto& file : files_of_maildir(from)) {
            std::ifstream in(file, std::ios::binary);
            if (!visit(in ? with_crlf(in, most) : std::string())) break;
        }
        return {};
    }
    std::ifstream in(from, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", from.string());
    if (!each_of_mbox(in, most, visit)) return fail(errc::invalid, "{}: no mbox, for it does not begin with \"From \"", from.string());
    return {};
}

}  // namespace

bool each_of_mbox(std::istream& in, std::size_t most, const std::function<bool(std::string message)>& visit) {
    std::string line, message;
    bool open = false, blank = true, too_long = false;
    const auto close = [&] {
        // The empty line in front of the next one is the mbox's.
        if (message.ends_with("\r\n\r\n")) message.resize(message.size() - 2);
        const bool more = !open || visit(too_long ? std::string() : std::move(message));
        message.clear();
        too_long = false;
        return more;
    };
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (begins_message(line) && blank) {
            if (!close()) return true;
            open = true;
            blank = false;
            continue;
        }
        if (!open) return false;
        blank = line.empty();
        too_long = too_long || message.size() + line.size() > most;
        if (too_long) continue;
        message.append(is_quoted_from(line) ? std::string_view(line).substr(1) : std::string_view(line)).append("\r\n");
    }
    close();
    return true;
}

std::string mbox_entry(std::string_view message, Instant posted) {
    const auto day = std::chrono::floor<std::chrono::seconds>(posted);
    std::string text = fmt::format("From MAILER-DAEMON {:%a %b %e %H:%M:%S %Y}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(day)));
    while (!message.empty()) {
        const auto end = message.find('\n');
        auto line = message.substr(0, end);
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (begins_message(line) || is_quoted_from(line)) text += '>';
        text.append(line).append("\n");
    }
    return text + "\n";
}

Result<Imported> Import::run(const community::Actor& by, const ImportWish& wish) {
    const auto list = room_.store.rosters().list(wish.list);
    if (!list) return fail(errc::not_found, "there is no list {}; `caveat list list` lists them", wish.list);
    const Instant now = room_.clock.now();
    Belt belt;
    Result<void> all_read;
    Taking taking(room_, by, wish, now);
    {
        const std::jthread reader([&] {
            Preparing preparing(room_, wish, *list, now);
            std::exception_ptr trouble;
            try {
                all_read = each_message(wish.from, room_.settings.limits.message,
                                        [&](const std::string& bytes) { return belt.put(preparing.mail(bytes)); });
            } catch (...) {
                trouble = std::current_exception();
            }
            belt.end(trouble);
        });
        const AtTheEnd abandoning(belt);  // before the thread is waited for
        for (auto mails = belt.take(); !mails.empty(); mails = belt.take()) {
            for (auto& mail : mails) {
                taking.take(std::move(mail));
                if (progress_) progress_(taking.number());
            }
        }
    }
    if (!all_read) return tl::unexpected(all_read.error());
    return taking.done();
}

}  // namespace caveat::archive

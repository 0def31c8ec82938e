#include "caveat/archive/importing.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "caveat/archive/threads.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/label.hpp"
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

class Taking {
public:
    Taking(const mailroom::Room& room, community::Actor by, const ImportWish& wish, community::List list)
        : room_(room), by_(std::move(by)), wish_(wish), list_(std::move(list)), now_(room.clock.now()) {}

    void take(const std::string& bytes) {
        ++number_;
        std::string name = fmt::format("message {}", number_);
        if (bytes.empty()) return skip(name, fmt::format("it has more than {} bytes, or none", room_.settings.limits.message));
        const auto headers = mail::read_headers(bytes, room_.settings.limits);
        if (!headers) return skip(name, headers.error().detail);
        const auto message = mail::parse(bytes, *headers, room_.settings.limits);
        if (!message) return skip(name, message.error().detail);
        if (!message->message_id.empty()) name = message->message_id;
        const auto written = date_from(message->date);
        auto dated = written;
        if (dated && *dated > now_ + fast_clocks) dated.reset();
        const auto labelling = label(*headers, *message, dated.value_or(now_));
        if (labelling.hold)
            return skip(name, "its label is not clear: " + (labelling.why.empty() ? std::string("places disagree") : labelling.why));
        auto label = labelling.label;
        if (label == Tlp::amber && (!dated || *dated < since_amber_is_amber)) label = Tlp::amber_strict;
        if (!room_.rules.archives(label, list_.klass))
            return skip(name, fmt::format("{} is kept in no archive of this list", community::name(label)));
        const auto most = std::min(list_.max_tlp, room_.rules.class_maximum(list_.klass).value_or(Tlp::clear));
        if (label > most)
            return skip(name, fmt::format("{} is above {}, the maximum of {}", community::name(label), community::name(most), list_.id));
        put(bytes, *message, labelling, label, {written, dated});
    }

    Imported done() {
        commit();
        return std::move(done_);
    }
    [[nodiscard]] std::size_t number() const { return number_; }

private:
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

    void put(const std::string& bytes, const mail::Message& message, const mail::Labelling& labelling, Tlp label, const Dated& dated) {
        const Instant posted = std::min(dated.believed.value_or(now_), now_);
        storage::Post post;
        post.id = id_of(room_.vault, list_.id, bytes, dated.written.value_or(Instant{}));
        if (seen_.count(post.id) != 0) return skip(post.id.value, "the same mail stands in the file twice");
        seen_.insert(post.id);
        if (room_.store.posts().find(post.id)) return void(++done_.already);
        ++done_.imported;
        if (dated.written && !dated.believed) {
            done_.noted.push_back(
                {message.message_id, fmt::format("its Date, {}, is not believed: it is posted now, as one without a Date is",
                                                 message.date.substr(0, longest_date))});
        }
        if (wish_.dry_run) return;
        post.sealed_as = post.id;
        post.target = storage::Target::list;
        post.state = storage::PostState::distributed;
        post.list = list_.id;
        post.rcpt_to = list_.id.value + "@" + room_.settings.domain;
        if (!message.from.empty()) post.from = message.from.front().address;
        post.message_id = message.message_id.empty() ? post.id.value + "@" + room_.settings.domain : message.message_id;
        post.received = now_;
        post.decided = posted;
        post.label = label;
        post.because = {{community::Code::none, "imported"}};
        post.rules = room_.rules.identity();
        post.conflict_note = labelling.conflict_note;
        post.caveats = labelling.caveats;
        auto body = room_.vault.seal_to_forget(bytes, post.id.value);
        auto card = mailroom::seal_card(room_.vault, mailroom::card_of(message, post.message_id), post.id);
        open_bytes_ += bytes.size();
        open_.push_back({std::move(post), std::move(body), std::move(card), room_.rules.kept_until(label, list_, posted)});
        if (open_.size() >= in_one_commit || open_bytes_ >= bytes_in_one_commit) commit();
    }

    // Everything is read and sealed by now: others wait for the writing alone.
    void commit() {
        if (open_.empty()) return;
        storage::Store::Transaction transaction(room_.store, storage::Disk::room);
        for (const auto& one : open_) {
            const auto key = room_.store.posts().add(one.post, one.body);
            room_.store.archive().add({key, list_.id, *one.post.label, one.post.decided, one.until}, one.card);
        }
        Detail detail;
        detail.add("posts", open_.size()).add("label", wish_.label ? community::name(*wish_.label) : std::string_view());
        room_.store.journal().append(now_, by_.name, "archive.imported", list_.id.value, detail.text());
        transaction.commit();
        open_.clear();
        open_bytes_ = 0;
    }

    void skip(std::string message, std::string why) { done_.skipped.push_back({std::move(message), std::move(why)}); }

    mailroom::Room room_;
    community::Actor by_;
    const ImportWish& wish_;
    community::List list_;
    Instant now_;
    std::size_t number_ = 0;
    struct Ready {
        storage::Post post;
        Sealed body, card;
        std::optional<Instant> until;
    };
    std::vector<Ready> open_;
    std::size_t open_bytes_ = 0;
    std::set<PostId> seen_;
    Imported done_;
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

std::string with_crlf(std::istream& in, std::size_t most) {
    std::string message, line;
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (message.size() + line.size() > most) return {};
        message += line + "\r\n";
    }
    return message;
}

}  // namespace

bool each_of_mbox(std::istream& in, std::size_t most, const std::function<void(std::string message)>& visit) {
    std::string line, message;
    bool open = false, blank = true, too_long = false;
    const auto close = [&] {
        // The empty line in front of the next one is the mbox's.
        if (message.ends_with("\r\n\r\n")) message.resize(message.size() - 2);
        if (open) visit(too_long ? std::string() : std::move(message));
        message.clear();
        too_long = false;
    };
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (begins_message(line) && blank) {
            close();
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
    const auto most = room_.settings.limits.message;
    Taking taking(room_, by, wish, *list);
    const auto take = [&](const std::string& message) {
        taking.take(message);
        if (progress_) progress_(taking.number());
    };
    std::error_code error;
    if (std::filesystem::is_directory(wish.from, error)) {
        if (!std::filesystem::is_directory(wish.from / "cur", error))
            return fail(errc::invalid, "{}: no Maildir, for it has no folder cur", wish.from.string());
        for (const auto& file : files_of_maildir(wish.from)) {
            std::ifstream in(file, std::ios::binary);
            take(in ? with_crlf(in, most) : std::string());
        }
        return taking.done();
    }
    std::ifstream in(wish.from, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", wish.from.string());
    if (!each_of_mbox(in, most, take)) return fail(errc::invalid, "{}: no mbox, for it does not begin with \"From \"", wish.from.string());
    return taking.done();
}

}  // namespace caveat::archive

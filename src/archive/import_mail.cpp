#include "import_mail.hpp"

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/reading.hpp"

namespace caveat::archive {
namespace {

using community::Tlp;

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

class Preparing {
public:
    Preparing(const mailroom::Room& room, const ImportWish& wish, const community::List& list, Instant now)
        : room_(room), wish_(wish), list_(list), now_(now), shelf_(room, list) {}

    ImportMail mail(const FoundMail& found) {
        ImportMail made{fmt::format("message {}", found.number)};
        made.number = found.number;
        if (auto ok = read(found, made); !ok) made.why = ok.error().detail;
        made.size = found.bytes.size();
        return made;
    }

private:
    Result<void> read(const FoundMail& found, ImportMail& made) {
        const auto& bytes = found.bytes;
        if (bytes.empty()) return fail(errc::invalid, "it has more than {} bytes, or none", room_.settings.limits.message);
        const auto headers = mail::read_headers(bytes, room_.settings.limits);
        if (!headers) return tl::unexpected(headers.error());
        const auto message = mail::parse(bytes, *headers, room_.settings.limits);
        if (!message) return tl::unexpected(message.error());
        if (!message->message_id.empty()) made.name = made.id = message->message_id;
        made.answered = mailroom::answered_by(message->in_reply_to, message->references);
        const auto written = mail::date_from(message->date);
        auto dated = written;
        if (!is_believed(dated)) dated.reset();
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
        const auto posted = dated ? dated : brought_at(*headers, found.kept);
        if (!posted) {
            return fail(
                errc::invalid,
                "{}, and no Received field says when it came, so that nobody knows who may read it: give it a Date as RFC 5322 has it",
                words_of_date(*message));
        }
        fill(made.post, bytes, *message, labelling, label, {written, *posted});
        if (!dated)
            made.notes.push_back(
                fmt::format("{}: it counts as posted at {}, when it came", words_of_date(*message), to_string(made.post.decided)));
        if (!wish_.dry_run) seal(made, *without ? **without : bytes, *message);
        return {};
    }

    [[nodiscard]] bool is_believed(std::optional<Instant> date) const { return date && *date <= now_ + fast_clocks; }

    // The first time that is known of it where its Date is none. One that is too early shows it to fewer people, one that is too late to
    // those who joined since (ruling v): so the line in front of it, which is often of whoever converted the file, only makes it earlier.
    [[nodiscard]] std::optional<Instant> brought_at(const mail::HeaderBlock& headers, std::optional<Instant> kept) const {
        std::optional<Instant> first;
        for (const auto& field : headers.fields) {
            if (!ascii::equal(field.name, "received")) continue;
            const auto value = mail::unfold(field.value);
            const auto date = mail::date_from(std::string_view(value).substr(value.rfind(';') + 1));  // RFC 5321 §4.4; npos + 1 is 0
            if (is_believed(date)) first = std::min(date, first ? first : date);
        }
        if (first && is_believed(kept)) first = std::min(first, kept);
        return first;
    }

    [[nodiscard]] static std::string words_of_date(const mail::Message& message) {
        return message.date.empty() ? "it has no Date" : fmt::format("its Date, {}, is not believed", message.date.substr(0, longest_date));
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
        std::optional<Instant> written;
        Instant posted;
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
        post.decided = std::min(dated.posted, now_);
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

    void seal(ImportMail& made, const std::string& bytes, const mail::Message& message) {
        made.body = room_.vault.seal_to_forget(bytes, made.post.id.value);
        made.card = mailroom::seal_card(room_.vault, mailroom::card_of(message, made.post.message_id), made.post.id);
    }

    const mailroom::Room& room_;
    const ImportWish& wish_;
    const community::List& list_;
    Instant now_;
    Shelf shelf_;
};

}  // namespace

Result<void> Shelf::takes(Tlp label) const {
    if (!room_.rules.archives(label, list_.klass))
        return fail(errc::invalid, "{} is kept in no archive of this list", community::name(label));
    const auto most = std::min(list_.max_tlp, room_.rules.class_maximum(list_.klass).value_or(Tlp::clear));
    if (label > most)
        return fail(errc::invalid, "{} is above {}, the maximum of {}", community::name(label), community::name(most), list_.id);
    return {};
}

std::optional<Instant> Shelf::until(const storage::Post& post) const { return room_.rules.kept_until(*post.label, list_, post.decided); }

ImportMail import_mail(const mailroom::Room& room, const ImportWish& wish, const community::List& list, Instant now,
                       const FoundMail& found) {
    return Preparing(room, wish, list, now).mail(found);
}

}  // namespace caveat::archive

#include "row_watch.hpp"

#include "caveat/detail.hpp"
#include "caveat/moment.hpp"
#include "caveat/storage/row_words.hpp"
#include "caveat/storage/standstill.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::server {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds rows_looked_for{100};  // whether others wrote
constexpr std::chrono::minutes rows_at_least{1};           // a page may be written past SQLite, too
constexpr int share_of_time = 100;                         // of which one part goes into adding up
constexpr std::chrono::seconds rest_after_rows_trouble{1};
constexpr Steady::duration rest_in_standstill = std::chrono::milliseconds{500};

}  // namespace

void RowWatch::look_first() {
    auto what = store_.look_at_rows();
    house_.standstill().look(what);
    if (!what.empty()) throw storage::Altered(storage::standstill_in_words(what));
}

// Of the file that is open. Whatever is wrong with that one, too, the daemon has to end without closing it.
std::string RowWatch::how_far() try {
    const auto head = store_.journal().head();
    return fmt::format("entry {} of its journal, {}", head.number, vault::hex(head.hash));
} catch (const std::exception& trouble) {
    return fmt::format("an entry of its journal that cannot be read ({})", trouble.what());
}

void RowWatch::look_at_place() {
    const auto place = store_.place();
    if (place == storage::Place::same) return;
    if (place == storage::Place::other_file && replaced_) replaced_(how_far());
    throw storage::Displaced(storage::in_words(place));
}

void RowWatch::look(const std::function<void()>& changed) {
    auto& standstill = house_.standstill();
    const auto began = Steady::now();
    const auto what = store_.look_at_rows();
    took_ = Steady::now() - began;
    const auto met = standstill.take_met();
    standstill.look(what);
    if (!met.empty() && !told_ && !standstill.is_here()) {
        // Another thread came upon it, and it has been put back since: that it was there is told all the same.
        tell(met);
        told_ = true;
    }
    if (standstill.is_here() == told_) return;
    tell(standstill.what());
    told_ = standstill.is_here();
    changed();
}

// Where the journal itself is not as it was, the log alone says so.
void RowWatch::tell(const std::string& what) try {
    const bool begins = !what.empty();
    log_(begins ? storage::standstill_in_words(what) : "the database is as it was: decisions, changes and mail go on");
    const Instant now = house_.clock().now();
    storage::Store::Transaction transaction(store_, storage::Disk::spare, storage::Needs::nothing);
    const auto letter = begins ? write_letter(what, now) : PostId{};
    store_.journal().append(now, "system", begins ? "database.altered" : "database.as_it_was", "",
                            begins ? Detail().add("what", what).text() : Detail().text());
    transaction.commit();
    const auto post = store_.posts().find(letter);
    house_.standstill().let_go(post ? post->key : 0);
} catch (const storage::Broken& trouble) {
    log_(fmt::format("the journal does not say so: {}", trouble.what()));
}

// In the caller's transaction. The operator's address is in the configuration: nobody changes it with the database. The letter goes in
// clear: it names no case and nobody under a hold.
PostId RowWatch::write_letter(const std::string& what, Instant now) {
    const auto& address = house_.config().operator_address;
    if (address.empty()) return {};
    const auto postage = house_.postage();
    auto form = read_form(postage.letterhead, "database-altered");
    auto sent = Result<PostId>(PostId{});
    if (form) {
        community::Person reader;
        reader.name = "operator";
        reader.addresses = {address};
        const letters::Letter letter{.purpose = storage::Purpose::of_hold,
                                     .form = std::move(*form),
                                     .from = "postmaster@" + house_.config().domain,
                                     .fields = {{"what", storage::with_row_in_words(what)}, {"since", moment(now)}}};
        sent = letters::Writer(postage.vault, postage.letterhead).send_outside(store_, letter, reader, now);
    } else {
        sent = tl::unexpected(form.error());
    }
    if (!sent) log_("the operator is not told by letter: " + sent.error().detail);
    return sent.value_or(PostId{});
}

void RowWatch::run(const std::function<void()>& changed) {
    auto next = Steady::now(), at_the_latest = next;
    do {
        try {
            look_at_place();
            const auto began = Steady::now();
            const bool others = !told_ && (house_.standstill().is_here() || store_.others_committed());
            auto& journal = store_.journal();
            if (others) walks_wanted_ = journal.walks() + 2;  // the rest of this walk, and what lies before where it stands
            const bool on_the_way = journal.walks() < walks_wanted_;
            if (!others && (began < next || (!store_.changed_elsewhere() && !on_the_way && began < at_the_latest))) continue;
            look(changed);
            const auto now = Steady::now();
            // What is wrong is found out from the journal, and told; nothing else has to be done meanwhile.
            next = now + (told_ ? rest_in_standstill : share_of_time * took_);
            at_the_latest = now + rows_at_least;
        } catch (const storage::Displaced&) {
            throw;
        } catch (const storage::Unavailable& trouble) {
            log_(fmt::format("whether rows were changed is looked at again: {}", trouble.what()));
            next = at_the_latest = Steady::now() + rest_after_rows_trouble;
        }
    } while (stop_.rest(rows_looked_for));
    // Before others close the file: the thread that stopped first may have met it since the last look.
    look_at_place();
}

}  // namespace caveat::server

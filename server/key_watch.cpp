#include "key_watch.hpp"

#include "caveat/storage/damage.hpp"
#include "form_check.hpp"

namespace caveat::server {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{250};  // for what other connections wrote
constexpr std::chrono::minutes at_least{10};             // the clock makes keys old without a write
constexpr std::chrono::seconds rest_after_trouble{30};
// After the clock was set: which key of the community's is the last depends on the journal, where another thread notes it in a moment.
constexpr std::chrono::seconds noted_soon{5}, between_looks_then{1};

}  // namespace

// Since the last look: perhaps a form, or the key that it is signed with.
bool KeyWatch::documents_came() {
    storage::Journal::Filter since;
    since.from = journal_seen_ + 1;
    since.act = "application.documented";
    const auto head = store_.journal().head().number;
    bool came = journal_seen_ == 0;  // it begins: whatever waits
    if (!came) store_.journal().each(since, [&](const storage::Entry&) { came = true; });
    journal_seen_ = head;
    return came;
}

void KeyWatch::look() {
    const auto pass = house_.keys(store_).catch_up({"system", std::nullopt});
    if (!known_.instead_of(house_.clock().now(), Steady::now())) {
        replace_own_key();
        replace_keys_made_ahead();
    }
    house_.know_own_key(store_);
    for (const auto& list : pass.made) log_(fmt::format("list {} has a key now", list));
    const auto trouble = pass.troubles.empty() ? std::string() : pass.troubles.front();
    tell(trouble);
    if (pass.examined > 0 || Steady::now() >= next_warning_) warn_of_ends();
}

void KeyWatch::tell(const std::string& trouble) {
    if (!trouble.empty() && trouble != told_) log_(trouble + "; what has to be sealed waits");
    told_ = trouble;
}

// A key of the community's own mail that ends soon: nobody has to do it, because no post is sealed to it.
void KeyWatch::replace_own_key() {
    auto keys = house_.keys(store_);
    if (!keys.own_ends_soon()) return;
    auto letters = house_.key_letters(store_);
    const auto done =
        keys.rollover_own({"system", std::nullopt}, [&](const registry::NewOwnKey& key) { letters.tell_of(key, key.key.made); });
    log_(done ? fmt::format("the community's own mail is signed with a new key: {}", done->key.fingerprint)
              : fmt::format("the key of the community's own mail ends soon, and another one cannot be made: {}", done.error().detail));
}

// Nothing leaves such a list sealed until then. What people sealed to it is opened still.
void KeyWatch::replace_keys_made_ahead() {
    auto keys = house_.keys(store_);
    for (const auto& list : keys.made_ahead()) {
        auto letters = house_.key_letters(store_);
        const auto done =
            keys.rollover({"system", std::nullopt}, list, [&](const registry::NewKey& key) { letters.tell_of(key, key.before.replaced); });
        log_(done ? fmt::format("the key of list {} was made by a clock that stood ahead, on {}; it has another one: {}", list,
                                to_string(done->before.key.made), done->key.fingerprint)
                  : fmt::format("the key of list {} was made by a clock that stood ahead, and another one cannot be made: {}", list,
                                done.error().detail));
    }
}

void KeyWatch::warn_of_ends() {
    const auto pass = house_.key_letters(store_).warn(house_.clock().now());
    for (const auto& line : pass.to_operator) log_(line);
    for (const auto& trouble : pass.troubles) log_(fmt::format("not mailed: {}", trouble));
    next_warning_ = Steady::now() + at_least;
}

void KeyWatch::run() {
    std::optional<storage::RegisterVersion> seen;
    auto next = Steady::now(), damaged_until = next;
    std::optional<Steady::time_point> set;  // when the clock was, last
    do {
        if (Steady::now() < damaged_until) continue;
        try {
            if (clock_.step(house_.clock().now(), Steady::now())) set = next = Steady::now();
            const bool others = store_.changed_elsewhere();
            const bool look_again = others || !seen;
            const auto version = look_again ? store_.register_version() : *seen;
            if (look_again && documents_came()) look_at_forms(house_, store_, log_);
            if (version == seen && Steady::now() < next) continue;
            look();
            seen = version;
            next = Steady::now() + (told_.empty() ? std::chrono::duration_cast<std::chrono::seconds>(at_least) : rest_after_trouble);
            if (set && Steady::now() - *set < noted_soon) next = Steady::now() + between_looks_then;
        } catch (const storage::Unavailable&) {
            next = Steady::now() + rest_after_trouble;  // the database is busy or the disk full
        } catch (const storage::Damaged& trouble) {
            tell(trouble.what());
            damaged_until = Steady::now() + rest_after_trouble;
        }
    } while (stop_.rest(between_looks));
}

}  // namespace caveat::server

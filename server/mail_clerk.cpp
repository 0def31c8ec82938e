#include "mail_clerk.hpp"

#include <algorithm>
#include <future>

#include "caveat/storage/damage.hpp"

namespace caveat::server {
namespace {

using Moment = std::chrono::steady_clock;

constexpr std::chrono::milliseconds clerk_looks_every{250};  // for what other connections wrote
constexpr std::chrono::seconds clerk_looks_at_least{15};     // for what could not be done then
constexpr int most_looks = 3;                                // at the key of one mail

}  // namespace

MailClerk::MailClerk(House& house, storage::Store store, Desk& desk, std::function<void()> dispatched,
                     std::function<void(std::string_view)> log)
    : house_(house),
      store_(std::move(store)),
      desk_(desk),
      prove_(commands::prove_with(house.room(store_))),
      dispatched_(std::move(dispatched)),
      log_(std::move(log)),
      door_({house.room(), house.postage(), access_settings(house.config())}) {}

void MailClerk::tell(const std::string& trouble) {
    if (trouble != told_) log_("commands by mail wait: " + trouble);
    told_ = trouble;
}

// The desk commits it with its reply; its thread is not waited for when it has ended.
void MailClerk::ask_desk(const std::shared_ptr<commands::Mail>& mail) {
    const auto done = std::make_shared<std::promise<std::vector<std::string>>>();
    auto outcome = done->get_future();
    desk_.act([this, mail, done] {
        try {
            done->set_value(door_.act(*mail));
            dispatched_();
        } catch (...) {
            done->set_exception(std::current_exception());
        }
    });
    while (outcome.wait_for(clerk_looks_every) != std::future_status::ready) {
        if (stop_.is_given()) return;
    }
    for (const auto& line : outcome.get()) log_(line);
}

// Whether there is something to say of it now.
bool MailClerk::look_at_key(commands::Mail& mail) {
    auto* engine = house_.sealing();
    if (engine == nullptr) return false;
    const auto question = *mail.look.wanted();
    auto key = engine->examine(question.armour, question.addresses);
    if (!key && key.error().code == errc::temporary) {
        tell(key.error().detail);
        return false;
    }
    mail.look.saw(std::move(key));
    return true;
}

void MailClerk::serve(const std::shared_ptr<commands::Mail>& mail) {
    for (int look = 0; look < most_looks; ++look) {
        ask_desk(mail);
        if (!mail->look.wanted() || !look_at_key(*mail)) return;
    }
}

// What is proven to be its author's goes before each of the others: whatever a stranger sends costs at most one piece of GnuPG's time.
std::optional<storage::Post> MailClerk::next_mail(const mailroom::Room& room) {
    for (const bool proven : {true, false}) {
        auto& after = proven ? after_proven_ : after_other_;
        auto next = mailroom::next_request(room, after, proven);
        if (next) after = next->key;
        if (next) return next;
    }
    after_proven_ = after_other_ = 0;
    return std::nullopt;
}

bool MailClerk::serve_next() {
    const auto room = house_.room(store_);
    auto next = next_mail(room);
    if (!next) return false;
    const auto key = next->key;
    const auto waits = waiting_.find(key);
    if (waits != waiting_.end() && Moment::now() < waits->second.until) return true;
    auto mail = commands::Door::read(room, prove_, std::move(*next));
    if (!mail) {
        tell(mail.error().detail);
        auto& waiting = waiting_[key];
        waiting.until = Moment::now() + waiting.longer;
        waiting.longer = std::min<std::chrono::seconds>(2 * waiting.longer, std::chrono::minutes(10));
        return true;
    }
    waiting_.erase(key);
    serve(std::make_shared<commands::Mail>(std::move(*mail)));
    return true;
}

void MailClerk::run() {
    auto next = Moment::now();
    do {
        try {
            if (!store_.changed_elsewhere() && Moment::now() < next) continue;
            while (!stop_.is_given() && serve_next()) {
            }
            next = Moment::now() + clerk_looks_at_least;
        } catch (const storage::Unavailable& trouble) {  // the database is busy or the disk full
            tell(trouble.what());
            next = Moment::now() + clerk_looks_at_least;
        } catch (const storage::Damaged& trouble) {
            tell(trouble.what());
            next = Moment::now() + clerk_looks_at_least;
        }
    } while (stop_.rest(clerk_looks_every));
}

}  // namespace caveat::server

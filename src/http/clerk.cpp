#include "clerk.hpp"

#include <boost/asio/post.hpp>

namespace caveat::http {
namespace {

constexpr int most_slow_at_once = 4;  // of one sender; then 429

}  // namespace

Clerk::Clerk(Offices& offices, const PageFiles& files, bool secure_cookies, boost::asio::io_context& door)
    : offices_(offices),
      service_(offices),
      pages_(service_, files, secure_cookies),
      door_(door),
      turns_(std::make_shared<Turns>(most_slow_at_once)) {}

Reply Clerk::answer(const Request& request, bool page) { return page ? pages_.answer(request) : service_.answer(request); }

Executor Clerk::in_turn_of(const std::string& sender, std::shared_ptr<const void> owner) {
    return [this, owner = std::move(owner), sender](std::function<void()> work) {
        turns_->wait(sender, std::move(work));
        give_work();
    };
}

Executor Clerk::at_once(std::shared_ptr<const void> owner) {
    return [this, owner = std::move(owner)](std::function<void()> work) { boost::asio::post(thread_, std::move(work)); };
}

// The thread is joined before this goes.
void Clerk::give_work() {
    if (works_) return;
    auto work = turns_->next();
    if (!work) return;
    works_ = true;
    boost::asio::post(thread_, [this, work = std::move(*work)] {
        work();
        boost::asio::post(door_, [this] {
            works_ = false;
            give_work();
        });
    });
}

}  // namespace caveat::http

#pragma once
// The daemon's thread for commands that came by mail: it reads each, waits for GnuPG where it must, and has the desk do it. It has a
// connection to the database of its own, to read from.
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/commands/door.hpp"
#include "desk.hpp"
#include "house.hpp"
#include "stop_signal.hpp"

namespace caveat::server {

class MailClerk {
public:
    // `dispatched` is called on the desk when there may be letters to hand over.
    MailClerk(House& house, storage::Store store, Desk& desk, std::function<void()> dispatched, std::function<void(std::string_view)> log);

    void run();                    // until stop(); the desk must still run then
    void stop() { stop_.give(); }  // any thread

private:
    bool serve_next();  // false: there is none, or none that can be read now
    [[nodiscard]] std::optional<storage::Post> next_mail(const mailroom::Room& room);
    void serve(const std::shared_ptr<commands::Mail>& mail);
    void ask_desk(const std::shared_ptr<commands::Mail>& mail);
    [[nodiscard]] bool look_at_key(commands::Mail& mail);
    void tell(const std::string& trouble);

    House& house_;
    storage::Store store_;
    Desk& desk_;
    commands::Prove prove_;
    std::function<void()> dispatched_;
    std::function<void(std::string_view)> log_;
    commands::Door door_;                         // on the desk only
    PostKey after_proven_ = 0, after_other_ = 0;  // what is not behind them was seen in this round
    struct Waiting {
        std::chrono::steady_clock::time_point until{};
        std::chrono::seconds longer{10};
    };
    std::map<PostKey, Waiting> waiting_;  // of which GnuPG could say nothing: it may be the mail that keeps it busy, so others go first
    std::string told_;                    // the last trouble; each is told of once

    StopSignal stop_;
};

}  // namespace caveat::server

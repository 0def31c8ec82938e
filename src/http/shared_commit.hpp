#pragma once
// Acts that wait for the desk together share one commit, so that a sync of the disk is paid once for all of them. Each stays an act of its
// own: a refused one is rolled back alone. If one of them throws, the whole commit is rolled back and each act is done again by itself.
#include <functional>
#include <memory>
#include <vector>

#include "caveat/http/server.hpp"
#include "exchange.hpp"

namespace caveat::http {

class SharedCommit {
public:
    using Answer = std::function<Reply(const Request&)>;

    static constexpr std::size_t most = 32;  // acts a commit: the courier waits for the lock meanwhile

    // `store` is the desk's. `answer` does an act in a transaction of its own and may throw; `safely` turns an exception into a reply.
    SharedCommit(storage::Store& store, Executor desk, Answer answer, Answer safely)
        : store_(store), desk_(std::move(desk)), answer_(std::move(answer)), safely_(std::move(safely)) {}

    // Any thread. `request` and `made` live until `done`, which is called on the desk once the act is durable or refused.
    void take(const Request& request, Reply& made, std::function<void()> done);

private:
    struct Waiting {
        const Request* request;
        Reply* made;
        std::function<void()> done;
    };

    using Batch = std::vector<Waiting>;

    void commit(Batch& batch);
    [[nodiscard]] bool together(Batch& batch);

    storage::Store& store_;
    Executor desk_;
    Answer answer_, safely_;
    std::weak_ptr<Batch> open_;  // the one that still takes acts; its commit, queued on the desk, holds it. On the desk's thread only
};

}  // namespace caveat::http

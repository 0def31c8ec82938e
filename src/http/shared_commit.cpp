#include "shared_commit.hpp"

#include <exception>

#include "caveat/storage/store.hpp"

namespace caveat::http {

void SharedCommit::take(const Request& request, Reply& made, std::function<void()> done) {
    desk_([this, waiting = Waiting{&request, &made, std::move(done)}] {
        if (const auto batch = open_.lock(); batch && batch->size() < most) {
            batch->push_back(waiting);
            return;
        }
        // Queued behind what is there already, so that those acts share the commit.
        const auto batch = std::make_shared<Batch>(1, waiting);
        open_ = batch;
        desk_([this, batch] {
            if (open_.lock() == batch) open_.reset();
            commit(*batch);
        });
    });
}

void SharedCommit::commit(Batch& batch) {
    if (!together(batch)) {
        for (const auto& act : batch) *act.made = safely_(*act.request);
    }
    for (const auto& act : batch) {
        if (act.made->once_durable) act.made->once_durable();
        act.done();
    }
}

bool SharedCommit::together(Batch& batch) {
    if (batch.size() < 2) return false;
    try {
        storage::Store::Transaction shared(store_);
        for (const auto& act : batch) *act.made = answer_(*act.request);
        shared.commit();
        return true;
    } catch (const std::exception&) {
        return false;  // which act threw shows when each is done by itself
    }
}

}  // namespace caveat::http

#pragma once
// The thread of the daemon that keeps the index of the archive: what was posted, changed or forgotten is taken in within a second or two,
// and what an earlier program left, or an import brought, in slices between which others write. It has a connection to the database of
// its own.
#include <functional>
#include <string>
#include <string_view>

#include "house.hpp"
#include "stop_signal.hpp"

namespace caveat::server {

class IndexWatch {
public:
    IndexWatch(House& house, storage::Store store, std::function<void(std::string_view)> log)
        : house_(house), store_(std::move(store)), log_(std::move(log)) {}

    void run();                    // until stop()
    void stop() { stop_.give(); }  // any thread

private:
    bool pass();                                // whether there may be more
    void tell(const std::string& trouble);      // empty: there is none

    House& house_;
    storage::Store store_;
    std::function<void(std::string_view)> log_;
    std::string told_;  // the last trouble; each is told of once

    StopSignal stop_;
};

}  // namespace caveat::server

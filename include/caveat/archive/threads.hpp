#pragma once
// Posts as threads: the REFERENCES algorithm of RFC 5256 §3, and the base subject of its §2.1. What is given is all there is: a post that a
// reader may not know of is left out before, and then looks like one that never came. Missing, doubled and circular references are what
// they are in the RFC. Pure; any thread. Deep threads cost no stack; time is near to linear but for references made to hurt.
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"

namespace caveat::archive {

struct ToThread {
    std::string message_id;  // empty, or a second one of the same id: it answers for itself alone
    std::vector<std::string> in_reply_to, references;
    std::string subject;
    Instant sent{};
};

struct Thread {
    std::vector<std::size_t> posts;  // places in what was given, parents before children
    std::vector<std::size_t> depth;  // of each; 0 at the top. The children of a root that is not there all stand at the top
};

// Threads by the date of their first post, brothers by theirs; of equal dates the order given counts.
[[nodiscard]] std::vector<Thread> threads_of(std::span<const ToThread> posts);

struct BaseSubject {
    std::string text;       // ASCII capitals are small letters
    bool is_reply = false;  // or forwarded
};
[[nodiscard]] BaseSubject base_subject(std::string_view subject);

}  // namespace caveat::archive

#pragma once
// A file that stands in a text or in an invitation, where mail has parts for it.
#include <string>

namespace caveat::mail {

constexpr int most_files_within = 100;  // with something in them, of one message; one more holds it

struct FileWithin {
    std::string name;  // several, a line each, where it is called so
    std::string content;
};

}  // namespace caveat::mail

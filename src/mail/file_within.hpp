#pragma once
// A file that stands in a text or in an invitation, where mail has parts for it.
#include <string>

namespace caveat::mail {

struct FileWithin {
    std::string name;  // several, a line each, where it is called so
    std::string content;
};

}  // namespace caveat::mail

#pragma once
// A query as a tree.
#include "caveat/archive/search.hpp"

namespace caveat::archive {

struct Query::Asked {
    enum class Kind { all, any, none_of, words, from, list, label, before, after, attachment } kind = Kind::all;
    std::vector<std::shared_ptr<const Asked>> parts = {};  // of all, any and none_of
    std::vector<std::string> words = {};                   // one behind the other
    std::string text = {};
    community::Tlp label{};
    Instant at{};
};

}  // namespace caveat::archive

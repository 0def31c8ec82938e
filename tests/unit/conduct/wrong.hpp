#pragma once
// Of a million comparisons: how many were wrong, and the first of them in words. One check a test, and quick.
#include <catch2/catch.hpp>

#include <concepts>
#include <string>

namespace caveat::conduct {

struct Wrong {
    int count = 0;
    std::string first;

    void expect(bool holds, const std::string& what) {
        if (!holds && count++ == 0) first = what;
    }
    // The words are only made where they are needed: they cost more than the comparison.
    template <std::invocable Words>
    void expect(bool holds, Words what) {
        if (!holds && count++ == 0) first = what();
    }
    void none() const {
        INFO(count << " wrong, the first: " << first);
        CHECK(count == 0);
    }
};

}  // namespace caveat::conduct

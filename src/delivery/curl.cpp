#include "curl.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace caveat::delivery {
namespace {

constexpr const char* library_name = "libcurl.so.4";

Curl loaded() {
    Curl all{LazyLibrary(library_name)};
    if (!all.library.whole()) throw std::runtime_error(fmt::format("{} cannot be loaded; it is in Debian's package libcurl4", library_name));
    all.global_init(CURL_GLOBAL_DEFAULT);
    return all;
}

}  // namespace

const Curl& curl() {
    static const Curl all = loaded();
    return all;
}

}  // namespace caveat::delivery

#pragma once
// What is used of libcurl, loaded at the first use (lazy_library.hpp). Any thread.
#include <curl/curl.h>

#include "caveat/lazy_library.hpp"

namespace caveat::delivery {

struct Curl {
    LazyLibrary library;
#define CAVEAT_CURL(name) decltype(::curl_##name)* name = library.named<decltype(::curl_##name)>("curl_" #name)
    CAVEAT_CURL(global_init);
    CAVEAT_CURL(free);
    CAVEAT_CURL(easy_init);
    CAVEAT_CURL(easy_cleanup);
    CAVEAT_CURL(easy_setopt);
    CAVEAT_CURL(easy_getinfo);
    CAVEAT_CURL(easy_perform);
    CAVEAT_CURL(easy_strerror);
    CAVEAT_CURL(easy_send);
    CAVEAT_CURL(easy_recv);
    CAVEAT_CURL(url);
    CAVEAT_CURL(url_cleanup);
    CAVEAT_CURL(url_get);
    CAVEAT_CURL(url_set);
#undef CAVEAT_CURL
};

// Throws std::runtime_error where the library is missing: the daemon does not start then.
[[nodiscard]] const Curl& curl();

}  // namespace caveat::delivery

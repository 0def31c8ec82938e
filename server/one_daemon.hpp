#pragma once
// Two couriers on one database would hand copies over twice. So whoever serves holds a lock beside it, `<database>.lock`, mode 0600, and
// one on the database itself: by whatever name it is called, and though somebody removed the file beside it. Both are released with the
// process, however that ends. The file stays.
#include <filesystem>
#include <string>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat::server {

class OneDaemon {
public:
    // errc::temporary if another process holds it; errc::invalid, with what mends it, if the file cannot be had: it is another user's, or
    // a link.
    [[nodiscard]] static Result<OneDaemon> on(const std::filesystem::path& database);
    ~OneDaemon();
    OneDaemon(OneDaemon&& other) noexcept;
    OneDaemon& operator=(OneDaemon&&) = delete;

    // Words for the process that holds the lock next, in the file beside the database; it takes them once.
    void leave_word(std::string_view word) const;
    [[nodiscard]] std::string take_word() const;

private:
    OneDaemon(int beside, int database) : beside_(beside), database_(database) {}
    int beside_;
    int database_;  // -1: there is none yet
};

}  // namespace caveat::server

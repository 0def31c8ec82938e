#pragma once
// Two couriers on one database would hand copies over twice. So whoever serves holds a lock beside it, `<database>.lock`, mode 0600; it is
// released with the process, however that ends. The file stays.
#include <filesystem>

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

private:
    explicit OneDaemon(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace caveat::server

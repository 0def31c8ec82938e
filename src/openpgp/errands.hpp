#pragma once
// What is asked of a runner (keeper.hpp): a request of several texts, and a reply that begins with `well`, or with `unwell` and words.
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "keeper.hpp"

namespace caveat::openpgp {

constexpr std::string_view well = "well", unwell = "trouble";

class Errands {
public:
    using Log = std::function<void(std::string_view)>;
    Errands(std::filesystem::path home, std::chrono::milliseconds deadline, Begin begin, Log log)
        : keeper_(std::move(home), deadline, std::move(begin)), log_(std::move(log)) {}

    // The texts behind `well`, of which there are at least this many. Trouble goes to the log, once, where there is one. `ended`: as
    // Keeper::ask.
    [[nodiscard]] Result<std::vector<std::string>> ask(const std::vector<std::string_view>& request, std::size_t least,
                                                       bool* ended = nullptr);

private:
    [[nodiscard]] Result<std::vector<std::string>> exchange(const std::vector<std::string_view>& request, std::size_t least, bool* ended);

    Keeper keeper_;
    Log log_;
    std::mutex one_at_a_time_;
    std::string in_the_log_;  // the last trouble; none since GnuPG did its work
};

}  // namespace caveat::openpgp

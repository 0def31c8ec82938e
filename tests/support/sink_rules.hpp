#pragma once
// Faults the sink plays on request: "verb:pattern:reply", e.g. "rcpt:bob@*:450 4.2.1 busy". An " xN" at the end: only the first N times.
//   verb     greeting | ehlo | mail | rcpt | data | dot | quit
//   pattern  with * and ?, against the sender (mail), the recipients (rcpt, data, dot) or the client's name (ehlo); else against ""
//   reply    a reply line; "drop" closes at once; "hang" never answers; "wait MS" answers as usual, later
#include <fnmatch.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sink {

struct Fault {
    enum class Act : std::uint8_t { reply, drop, hang, wait } act = Act::reply;
    std::string verb;
    std::string pattern;
    std::string reply;
    int wait_ms = 0;
    long left = -1;  // negative: for ever
};

class Rules {
public:
    [[nodiscard]] bool add(std::string_view text) {
        auto fault = parse(text);
        if (fault) faults_.push_back(std::move(*fault));
        return fault.has_value();
    }
    void clear() { faults_.clear(); }

    // The first rule that is not used up; counts as one use. The pointer holds until the rules change.
    [[nodiscard]] const Fault* strike(std::string_view verb, const std::vector<std::string>& subjects) {
        for (auto& fault : faults_) {
            if (fault.verb != verb || fault.left == 0 || !matches(fault, subjects)) continue;
            if (fault.left > 0) --fault.left;
            return &fault;
        }
        return nullptr;
    }
    [[nodiscard]] bool empty() const { return faults_.empty(); }

private:
    static bool matches(const Fault& fault, const std::vector<std::string>& subjects) {
        if (subjects.empty()) return fnmatch(fault.pattern.c_str(), "", 0) == 0;
        for (const auto& subject : subjects)
            if (fnmatch(fault.pattern.c_str(), subject.c_str(), 0) == 0) return true;
        return false;
    }

    static std::optional<long> number(std::string_view text) {
        long value = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
        return value;
    }

    static std::optional<Fault> parse(std::string_view text) {
        static constexpr std::array<std::string_view, 7> verbs{"greeting", "ehlo", "mail", "rcpt", "data", "dot", "quit"};
        auto first = text.find(':');
        auto second = first == text.npos ? first : text.find(':', first + 1);
        if (second == text.npos) return std::nullopt;
        Fault fault;
        fault.verb = text.substr(0, first);
        fault.pattern = text.substr(first + 1, second - first - 1);
        auto reply = text.substr(second + 1);
        if (auto x = reply.rfind(" x"); x != reply.npos) {
            if (auto times = number(reply.substr(x + 2))) {
                fault.left = *times;
                reply = reply.substr(0, x);
            }
        }
        fault.reply = reply;
        if (reply == "drop") fault.act = Fault::Act::drop;
        if (reply == "hang") fault.act = Fault::Act::hang;
        if (reply.starts_with("wait ")) {
            auto ms = number(reply.substr(5));
            if (!ms) return std::nullopt;
            fault.act = Fault::Act::wait;
            fault.wait_ms = static_cast<int>(*ms);
        } else if (fault.act == Fault::Act::reply && (reply.size() < 3 || !number(reply.substr(0, 3)))) {
            return std::nullopt;
        }
        for (auto verb : verbs)
            if (verb == fault.verb) return fault;
        return std::nullopt;
    }

    std::vector<Fault> faults_;
};

}  // namespace sink

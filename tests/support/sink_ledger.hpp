#pragma once
// What the sink has taken: counts for benches, who got how many and which messages for scenarios, the messages themselves on request.
#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sink {

inline double monotonic() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Transaction {
    bool open = false;
    std::string from;
    std::vector<std::string> to;
    std::string head;  // the header, as far as it is needed for the Message-ID
    bool head_done = false;
    std::string kept;  // everything, only if messages are kept
    std::uint64_t bytes = 0;
};

class Ledger {
public:
    struct Keeping {
        std::filesystem::path folder;  // empty: keep nothing
        std::uint64_t most = UINT64_MAX;
    };
    explicit Ledger(Keeping keeping) : keeping_(std::move(keeping)) {}

    [[nodiscard]] bool keeps() const { return !keeping_.folder.empty() && kept_ < keeping_.most; }
    void connected() { ++connections_; }
    void began() {
        if (first_ == 0) first_ = monotonic();
    }

    // A message counts when all of it has arrived, with or without a reply: the relay has it, even if the client died.
    void take(Transaction& t) {
        last_ = monotonic();
        ++transactions_;
        bytes_ += t.bytes;
        auto id = message_id(t.head);
        for (auto& address : t.to) {
            ++recipients_;
            ++who_[address];
            ids_.emplace_back(address, id);
        }
        if (keeps()) write_down(t);
    }

    void reset() { *this = Ledger(keeping_, kept_); }

    [[nodiscard]] std::string stat() const {
        std::uint64_t most = 0;
        for (const auto& [address, count] : who_) most = std::max(most, count);
        std::string out(512, '\0');
        int n = std::snprintf(out.data(), out.size(),
                              "{\"transactions\":%llu,\"recipients\":%llu,\"connections\":%llu,\"distinct\":%zu,\"max_per_recipient\":%llu,"
                              "\"bytes\":%llu,\"first\":%.6f,\"last\":%.6f}",
                              static_cast<unsigned long long>(transactions_), static_cast<unsigned long long>(recipients_),
                              static_cast<unsigned long long>(connections_), who_.size(), static_cast<unsigned long long>(most),
                              static_cast<unsigned long long>(bytes_), first_, last_);
        out.resize(static_cast<std::size_t>(n));
        return out;
    }
    [[nodiscard]] std::string who() const {
        std::string out;
        for (const auto& [address, count] : who_) out += address + " " + std::to_string(count) + "\r\n";
        return out;
    }
    [[nodiscard]] std::string ids() const {
        std::string out;
        for (const auto& [address, id] : ids_) out += address + " " + id + "\r\n";
        return out;
    }

private:
    Ledger(Keeping keeping, std::uint64_t kept) : keeping_(std::move(keeping)), kept_(kept) {}

    static std::string message_id(std::string_view head) {
        static constexpr std::string_view name = "message-id:";
        for (std::size_t at = 0; at < head.size();) {
            auto end = std::min(head.find('\n', at), head.size());
            auto line = head.substr(at, end - at);
            at = end + 1;
            if (line.size() < name.size() || !std::equal(name.begin(), name.end(), line.begin(),
                                                         [](char a, char b) { return a == std::tolower(static_cast<unsigned char>(b)); }))
                continue;
            auto open = head.find('<', at - line.size() - 1);  // may stand on a folded line
            auto close = open == head.npos ? open : head.find('>', open);
            return close == head.npos ? "-" : std::string(head.substr(open + 1, close - open - 1));
        }
        return "-";
    }

    void write_down(const Transaction& t) {
        auto path = keeping_.folder / (std::to_string(++kept_) + ".eml");
        auto hidden = path;
        hidden += ".part";  // a reader that polls the folder sees whole messages only
        std::ofstream file(hidden, std::ios::binary);
        file << "MAIL FROM:<" << t.from << ">\r\n";
        for (std::size_t i = 0; i < t.to.size(); ++i) file << (i == 0 ? "RCPT TO:<" : " RCPT TO:<") << t.to[i] << ">";
        file << "\r\n";
        for (std::size_t at = 0; at < t.kept.size();) {  // dots unstuffed (RFC 5321 §4.5.2)
            auto end = t.kept.find('\n', at);
            end = end == t.kept.npos ? t.kept.size() : end + 1;
            auto from = t.kept[at] == '.' ? at + 1 : at;
            file.write(t.kept.data() + from, static_cast<std::streamsize>(end - from));
            at = end;
        }
        file.close();
        std::filesystem::rename(hidden, path);
    }

    Keeping keeping_;
    std::uint64_t kept_ = 0;  // goes on over a reset: file names are not used twice
    std::uint64_t transactions_ = 0, recipients_ = 0, connections_ = 0, bytes_ = 0;
    double first_ = 0, last_ = 0;  // CLOCK_MONOTONIC, as Python's time.monotonic()
    std::unordered_map<std::string, std::uint64_t> who_;
    std::vector<std::pair<std::string, std::string>> ids_;
};

}  // namespace sink

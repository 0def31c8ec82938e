#include "ring.hpp"

#include <algorithm>
#include <cstring>

namespace caveat::vault {
namespace {

constexpr unsigned bits_a_level = 2;
constexpr std::size_t ways = 1U << bits_a_level;
constexpr std::size_t base64_of_key = sodium_base64_ENCODED_LEN(key_size, sodium_base64_VARIANT_ORIGINAL) - 1;  // without the final NUL
constexpr std::string_view root_path = "-";

std::uint64_t path_of(std::string_view id) {
    unsigned char hash[8];
    static_assert(sizeof hash * 8 == Ring::levels * bits_a_level);
    unsigned char whole[crypto_generichash_BYTES_MIN];
    crypto_generichash(whole, sizeof whole, reinterpret_cast<const unsigned char*>(id.data()), id.size(), nullptr, 0);
    std::memcpy(hash, whole, sizeof hash);
    std::uint64_t path = 0;
    for (const auto byte : hash) path = path << 8 | byte;
    return path;
}

unsigned way_at(std::uint64_t path, unsigned level) {
    return static_cast<unsigned>(path >> (64 - bits_a_level * (level + 1))) & (ways - 1);
}

// The bits of a path down to this level.
std::uint64_t down_to(std::uint64_t path, unsigned level) {
    return level == 0 ? 0 : path >> (64 - bits_a_level * level) << (64 - bits_a_level * level);
}

void child_of(const unsigned char* seed, unsigned way, unsigned char* to) {
    const unsigned char step = static_cast<unsigned char>(way);
    crypto_generichash(to, key_size, &step, 1, seed, key_size);
}

}  // namespace

Ring Ring::fresh() {
    Ring ring;
    ring.nodes_.resize(1);
    ring.seeds_ = secret_bytes(key_size);
    randombytes_buf(ring.seeds_.get(), key_size);
    return ring;
}

void Ring::put(std::size_t at, const Node& node, const unsigned char* seed) {
    nodes_[at] = node;
    std::memcpy(seeds_.get() + at * key_size, seed, key_size);
}

// The node whose ids this one is among.
std::optional<std::size_t> Ring::above(std::uint64_t path) const {
    const auto behind =
        std::upper_bound(nodes_.begin(), nodes_.end(), path, [](std::uint64_t p, const Node& node) { return p < node.path; });
    if (behind == nodes_.begin()) return std::nullopt;
    const auto at = behind - 1;
    if (down_to(path, at->level) != at->path) return std::nullopt;
    return static_cast<std::size_t>(at - nodes_.begin());
}

bool Ring::leaf(std::string_view id, BriefKey& key) const {
    const auto path = path_of(id);
    const auto at = above(path);
    if (!at) return false;
    std::memcpy(key.bytes.data(), seeds_.get() + *at * key_size, key_size);
    for (auto level = nodes_[*at].level; level < levels; ++level) {
        BriefKey next;
        child_of(key.bytes.data(), way_at(path, level), next.bytes.data());
        key.bytes = next.bytes;
    }
    return true;
}

bool Ring::forget(std::string_view id) {
    const auto path = path_of(id);
    const auto gone = above(path);
    if (!gone) return false;
    // What takes its place: of each level below it the ways that are not taken.
    const auto from = nodes_[*gone].level;
    const std::size_t added = (levels - from) * (ways - 1);
    const auto fresh = secret_bytes(std::max<std::size_t>(added, 1) * key_size);
    std::vector<Node> beside;
    BriefKey on_the_way;
    std::memcpy(on_the_way.bytes.data(), seeds_.get() + *gone * key_size, key_size);
    for (auto level = from; level < levels; ++level) {
        for (unsigned way = 0; way < ways; ++way) {
            if (way == way_at(path, level)) continue;
            child_of(on_the_way.bytes.data(), way, fresh.get() + beside.size() * key_size);
            const auto bits = static_cast<std::uint64_t>(way) << (64 - bits_a_level * (level + 1));
            beside.push_back({down_to(path, level) | bits, level + 1});
        }
        BriefKey next;
        child_of(on_the_way.bytes.data(), way_at(path, level), next.bytes.data());
        on_the_way.bytes = next.bytes;
    }
    std::vector<std::pair<Node, const unsigned char*>> all;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (i != *gone) all.emplace_back(nodes_[i], seeds_.get() + i * key_size);
    }
    for (std::size_t i = 0; i < beside.size(); ++i) all.emplace_back(beside[i], fresh.get() + i * key_size);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first.path < b.first.path; });
    Ring next;
    next.nodes_.resize(all.size());
    next.seeds_ = secret_bytes(std::max<std::size_t>(all.size(), 1) * key_size);
    for (std::size_t i = 0; i < all.size(); ++i) next.put(i, all[i].first, all[i].second);
    *this = std::move(next);
    return true;
}

std::size_t Ring::size_of_lines() const {
    std::size_t size = 0;
    for (const auto& node : nodes_) size += std::max<std::size_t>(node.level, root_path.size()) + 1 + base64_of_key + 1;
    return size;
}

void Ring::write_lines(char* to) const {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].level == 0) *to++ = root_path.front();
        for (unsigned level = 0; level < nodes_[i].level; ++level) *to++ = static_cast<char>('0' + way_at(nodes_[i].path, level));
        *to++ = ' ';
        // It writes a NUL behind, where the line end comes.
        sodium_bin2base64(to, base64_of_key + 1, seeds_.get() + i * key_size, key_size, sodium_base64_VARIANT_ORIGINAL);
        to += base64_of_key;
        *to++ = '\n';
    }
}

std::optional<Ring> Ring::from_lines(std::string_view lines) {
    const auto count = static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    if (lines.empty() || lines.back() != '\n') return std::nullopt;
    Ring ring;
    ring.seeds_ = secret_bytes(count * key_size);
    while (!lines.empty()) {
        const auto line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        const auto blank = line.find(' ');
        if (blank == std::string_view::npos || line.size() - blank - 1 != base64_of_key) return std::nullopt;
        const auto way = line.substr(0, blank);
        Node node;
        if (way != root_path) {
            if (way.empty() || way.size() > levels || way.find_first_not_of("0123") != std::string_view::npos) return std::nullopt;
            node.level = static_cast<unsigned>(way.size());
            for (unsigned level = 0; level < node.level; ++level)
                node.path |= static_cast<std::uint64_t>(way[level] - '0') << (64 - bits_a_level * (level + 1));
        }
        std::size_t decoded = 0;
        if (sodium_base642bin(ring.seeds_.get() + ring.nodes_.size() * key_size, key_size, line.data() + blank + 1, base64_of_key, nullptr,
                              &decoded, nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
            decoded != key_size) {
            return std::nullopt;
        }
        // In order, and none within the one before.
        const bool behind = ring.nodes_.empty() || (node.path > ring.nodes_.back().path &&
                                                    down_to(node.path, ring.nodes_.back().level) != ring.nodes_.back().path);
        if (!behind) return std::nullopt;
        ring.nodes_.push_back(node);
    }
    return ring;
}

}  // namespace caveat::vault

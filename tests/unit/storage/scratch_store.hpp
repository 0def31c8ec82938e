#pragma once
// A database in a folder of its own, a small community in it, and a chain that stands in for the vault's.
#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <sstream>

#include "caveat/storage/store.hpp"
#include "new_folder.hpp"
#include "prepared.hpp"

namespace caveat::storage::test {

using namespace std::chrono_literals;
using community::DeliveryMode;
using community::Tlp;

inline const Instant noon = *parse_instant("2026-03-02T12:00:00Z");

// FNV-1a four times over, begun differently: no cryptography, but every byte and its place count.
inline Digest toy_chain(std::string_view bytes) {
    Digest digest;
    for (std::uint64_t lane = 0; lane < 4; ++lane) {
        std::uint64_t hash = 14695981039346656037ULL + lane * 7919;
        for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        for (unsigned i = 0; i < 8; ++i) digest[lane * 8 + i] = static_cast<unsigned char>(hash >> (8 * i));
    }
    return digest;
}

struct Scratch {
    std::filesystem::path folder;
    Options options;

    Scratch() {
        folder = new_folder("caveat-storage");
        options.path = folder / "caveat.db";
        options.chain = toy_chain;
        options.busy = 2000ms;
        options.spare_disk = 0;
    }
    ~Scratch() { std::filesystem::remove_all(folder); }

    [[nodiscard]] Store make() const {
        fill_once(folder, [this] {
            if (auto made = Store::create(options); !made) throw std::runtime_error(made.error().detail);
        });
        return open();
    }
    [[nodiscard]] Store open() const {
        auto store = Store::open(options);
        if (!store) throw std::runtime_error(store.error().detail);
        return std::move(*store);
    }
    // What an operator with a SQLite shell does.
    void tamper(const std::string& sql) const { SQLite::Database(options.path.string(), SQLite::OPEN_READWRITE).exec(sql); }

    [[nodiscard]] std::string all_bytes() const {
        std::ostringstream bytes;
        for (const auto& file : std::filesystem::directory_iterator(folder)) bytes << std::ifstream(file.path(), std::ios::binary).rdbuf();
        return bytes.str();
    }
};

template <class Act>
void commit(Store& store, Act act) {
    Store::Transaction transaction(store);
    act();
    transaction.commit();
}

// As an office does it: with the entry that binds the rows.
template <class Act>
void record(Store& store, Act act) {
    commit(store, [&] {
        act();
        store.journal().append(noon, "system", "test.act", "", "{}");
    });
}

inline community::Team a_team(const std::string& id) {
    return {TeamId(id), id + "-CERT", "operational", "", "SG", Date{std::chrono::year(2020) / 1 / 1}, std::nullopt, {}};
}
inline community::Person a_person(const std::string& id, const std::string& team) {
    return {PersonId(id), "Person " + id, TeamId(team), {id + "@" + team + ".example"}, "", false};
}
inline community::List a_list(const std::string& id) {
    community::List list;
    list.id = ListId(id);
    list.klass = "teams";
    list.charter = "threat exchange";
    list.max_tlp = Tlp::amber_strict;
    return list;
}

// Team orchid with p1 .. pN, all on the list teams.
inline void populate(Store& store, int people) {
    record(store, [&] {
        auto& people_of = store.register_rows();
        people_of.put(a_team("orchid"));
        people_of.put(a_list("teams"));
        for (int i = 1; i <= people; ++i) {
            people_of.put(a_person("p" + std::to_string(i), "orchid"));
            people_of.subscribe({ListId("teams"), PersonId("p" + std::to_string(i)), DeliveryMode::each}, noon);
        }
    });
}

inline Post a_post(const std::string& id) {
    Post post;
    post.id = PostId(id);
    post.list = ListId("teams");
    post.message_id = id + "@orchid.example";
    post.received = noon;
    return post;
}

// A distributed post that is fanned out.
inline PostKey fanned_out(Store& store, const std::string& id) {
    PostKey key = 0;
    commit(store, [&] {
        key = store.posts().add(a_post(id), {"key", "bytes"});
        static_cast<void>(store.deliveries().fan_out(key, ListId("teams"), noon));
    });
    return key;
}

}  // namespace caveat::storage::test

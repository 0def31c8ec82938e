#include "caveat/vault/vault.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "new_folder.hpp"

using namespace caveat;
using namespace std::string_view_literals;
using vault::Vault;

namespace {

struct Folder {
    std::filesystem::path path = new_folder("caveat-vault");
    ~Folder() { std::filesystem::remove_all(path); }
};

Vault a_vault() {
    const Folder folder;
    REQUIRE(Vault::create(folder.path / "key"));
    auto vault = Vault::open(folder.path / "key");
    REQUIRE(vault);
    return *vault;
}

std::string read(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

void write(const std::filesystem::path& file, const std::string& text, mode_t mode = 0600) {
    std::ofstream(file) << text;
    ::chmod(file.c_str(), mode);
}

const std::string body = "Subject: canary\r\n\r\nthe canary sings at dawn";

}  // namespace

TEST_CASE("a new key file is private and opens what it sealed, also after a restart", "[K13]") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    const auto old_mask = ::umask(0);
    REQUIRE(Vault::create(file));
    ::umask(old_mask);
    struct stat facts {};
    REQUIRE(::stat(file.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0600);

    const auto sealed = Vault::open(file)->seal(body, "post 1");
    const auto opened = Vault::open(file)->open(sealed, "post 1");
    REQUIRE(opened);
    CHECK(*opened == body);
}

TEST_CASE("a key file is never overwritten") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    REQUIRE(Vault::create(file));
    const auto before = read(file);
    const auto again = Vault::create(file);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::conflict);
    CHECK(read(file) == before);
    std::filesystem::create_symlink(folder.path / "elsewhere", folder.path / "link");
    CHECK_FALSE(Vault::create(folder.path / "link"));
    CHECK_FALSE(std::filesystem::exists(folder.path / "elsewhere"));
    CHECK(Vault::create(folder.path / "no such folder" / "key").error().code == errc::invalid);
}

TEST_CASE("a key file that others can read is refused", "[K13]") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    REQUIRE(Vault::create(file));
    const auto mode = GENERATE(0640, 0604, 0620, 0602, 0644, 0610, 0601);
    CAPTURE(mode);
    ::chmod(file.c_str(), static_cast<mode_t>(mode));
    const auto opened = Vault::open(file);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::invalid);
    CHECK(opened.error().detail.find("chmod 0600") != std::string::npos);
}

TEST_CASE("what is not a key file is refused") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    CHECK(Vault::open(file).error().code == errc::not_found);
    REQUIRE(Vault::create(file));
    const auto good = read(file);
    const auto bad = GENERATE_COPY(std::string{}, good.substr(0, good.size() - 1), good + "\n", "X" + good.substr(1), good.substr(0, 20),
                                   std::string(good).replace(25, 1, "!"), "caveat-vault-key 3" + good.substr(18),
                                   good.substr(0, good.find('\n', 20) + 1), good + "0 AAAA\n", good + good.substr(good.find("- ")),
                                   good.substr(0, 19) + "AAAA\n");
    CAPTURE(bad);
    write(file, bad);
    CHECK(Vault::open(file).error().code == errc::invalid);
    CHECK(Vault::open(folder.path).error().code == errc::invalid);
}

TEST_CASE("a change of any byte is found", "[K13]") {
    const auto vault = a_vault();
    const auto sealed = vault.seal(body, "post 1");
    for (std::size_t i = 0; i < sealed.key.size(); ++i) {
        auto changed = sealed;
        changed.key[i] = static_cast<char>(changed.key[i] ^ 1);
        CHECK(vault.open(changed, "post 1").error().code == errc::corrupt);
    }
    for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
        auto changed = sealed;
        changed.bytes[i] = static_cast<char>(changed.bytes[i] ^ 0x80);
        CHECK(vault.open(changed, "post 1").error().code == errc::corrupt);
    }
}

TEST_CASE("cut-off, lengthened and exchanged bytes do not open") {
    const auto vault = a_vault();
    const auto sealed = vault.seal(body, "post 1");
    const auto other = vault.seal(body, "post 1");
    for (std::size_t n = 0; n < sealed.bytes.size(); ++n) CHECK_FALSE(vault.open({sealed.key, sealed.bytes.substr(0, n)}, "post 1"));
    for (std::size_t n = 1; n < sealed.key.size(); ++n) CHECK_FALSE(vault.open({sealed.key.substr(0, n), sealed.bytes}, "post 1"));
    CHECK_FALSE(vault.open({sealed.key, sealed.bytes + "x"}, "post 1"));
    CHECK_FALSE(vault.open({sealed.key + "x", sealed.bytes}, "post 1"));
    CHECK_FALSE(vault.open({other.key, sealed.bytes}, "post 1"));
}

TEST_CASE("a body moved to another post, or under another master key, does not open", "[K13]") {
    const auto vault = a_vault();
    const auto sealed = vault.seal(body, "post 1");
    CHECK(vault.open(sealed, "post 2").error().code == errc::corrupt);
    CHECK(vault.open(sealed, "").error().code == errc::corrupt);
    CHECK(a_vault().open(sealed, "post 1").error().code == errc::corrupt);
}

TEST_CASE("a forgotten key forgets the message", "[R4]") {
    const auto vault = a_vault();
    auto sealed = vault.seal(body, "post 1");
    sealed.key.clear();
    CHECK(vault.open(sealed, "post 1").error().code == errc::not_found);
}

TEST_CASE("what was forgotten in the key file is opened by no copy of it, and all else as before", "[R4]") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    REQUIRE(Vault::create(file));
    constexpr int many = 40;
    std::vector<Sealed> sealed;
    for (int i = 0; i < many; ++i) sealed.push_back(Vault::open(file)->seal_to_forget(body, fmt::format("archive post-{}", i)));
    const auto letter = Vault::open(file)->seal(body, "archive post-3");
    std::set<int> gone;
    for (const int i : {3, 17, 4, 39, 0}) {
        const auto before = read(file);
        REQUIRE(Vault::forget(file, {fmt::format("post-{}", i)}));
        gone.insert(i);
        CHECK(read(file) != before);
        struct stat facts {};
        REQUIRE(::stat(file.c_str(), &facts) == 0);
        CHECK((facts.st_mode & 07777) == 0600);
        CHECK_FALSE(std::filesystem::exists(folder.path / "vault.key.new"));
        const auto vault = Vault::open(file);
        REQUIRE(vault);
        for (int n = 0; n < many; ++n) {
            const auto context = fmt::format("archive post-{}", n);
            const auto opened = vault->open(sealed[static_cast<std::size_t>(n)], context);
            CHECK(opened.has_value() == (gone.count(n) == 0));
            if (!opened) CHECK(opened.error().code == errc::not_found);
            const auto by_name = vault->opener(fmt::format("post-{}", n)).open(sealed[static_cast<std::size_t>(n)], context);
            CHECK((opened ? by_name == *opened : by_name.error().code == errc::not_found));
            CHECK(vault->opener("post-1").open(sealed[static_cast<std::size_t>(n)], context).has_value() == (n == 1));
        }
        CHECK(vault->open(letter, "archive post-3"));  // a letter about it is another thing
    }
    // Again: nothing is left to forget. Of what comes later it says nothing.
    const auto before = read(file);
    REQUIRE(Vault::forget(file, {"post-3"}));
    CHECK(read(file) == before);
    const auto later = Vault::open(file)->seal_to_forget(body, "post-40");
    CHECK(Vault::open(file)->open(later, "post-40"));
    // One file instead of many tests of the form of its lines: none of them may be missing, changed, or stand elsewhere.
    const auto lines = before.substr(before.find('\n', 20) + 1);
    const auto head = before.substr(0, before.size() - lines.size());
    const auto second = lines.find('\n') + 1;
    for (const auto& bad :
         {head + lines.substr(second) + lines.substr(0, second), head + lines.substr(0, second) + lines, head + "4" + lines.substr(1)}) {
        write(file, bad);
        CHECK(Vault::open(file).error().code == errc::invalid);
    }
}

TEST_CASE("a key file of an earlier program opens what it sealed, and says that it cannot forget", "[R4]") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    write(file, "caveat-vault-key 1\n" + std::string(43, 'A') + "=\n");
    const auto vault = Vault::open(file);
    REQUIRE(vault);
    CHECK(vault->open(vault->seal_to_forget(body, "post 1"), "post 1"));
    CHECK(vault->opener("1").open(vault->seal_to_forget(body, "post 1"), "post 1"));
    CHECK(Vault::forget(file, {"1"}).error().code == errc::conflict);
}

TEST_CASE("two who forget at once forget both", "[R4]") {
    const Folder folder;
    const auto file = folder.path / "vault.key";
    REQUIRE(Vault::create(file));
    const auto before = *Vault::open(file);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 5; ++i) static_cast<void>(Vault::forget(file, {fmt::format("{}-{}", t, i)}));
        });
    }
    for (auto& thread : threads) thread.join();
    for (int t = 0; t < 4; ++t) {
        for (int i = 0; i < 5; ++i) {
            const auto name = fmt::format("{}-{}", t, i);
            CHECK_FALSE(Vault::open(file)->open(before.seal_to_forget(body, name), name));
        }
    }
}

TEST_CASE("sealed bytes show no plaintext, and the same text seals differently each time", "[K13]") {
    const auto vault = a_vault();
    const auto sealed = vault.seal(body, "post 1");
    for (std::size_t i = 0; i + 6 <= body.size(); ++i) {
        CHECK(sealed.bytes.find(body.substr(i, 6)) == std::string::npos);
        CHECK(sealed.key.find(body.substr(i, 6)) == std::string::npos);
    }
    const auto again = vault.seal(body, "post 1");
    CHECK(again.bytes != sealed.bytes);
    CHECK(again.key != sealed.key);
}

TEST_CASE("empty and large bodies come back") {
    const auto vault = a_vault();
    const auto size = GENERATE(0U, 1U, 64U, 4U << 20);
    const std::string text(size, 'x');
    const auto opened = vault.open(vault.seal(text, "c"), "c");
    REQUIRE(opened);
    CHECK((*opened == text));
}

TEST_CASE("a mac depends on purpose, bytes and master key, and on where the one ends", "[J1]") {
    const auto vault = a_vault();
    CHECK(vault.mac("journal", "x") == vault.mac("journal", "x"));
    CHECK(vault.mac("journal")("x") == vault.mac("journal", "x"));
    CHECK(vault.mac("journal", "x") != vault.mac("journal", "y"));
    CHECK(vault.mac("journal", "x") != vault.mac("journa", "lx"));
    CHECK(vault.mac("journal", "x") != vault.mac("", "journalx"));
    CHECK(vault.mac("journal", "x") != a_vault().mac("journal", "x"));
}

TEST_CASE("tokens carry their payload through mail systems that change case", "[M3]") {
    const auto vault = a_vault();
    for (std::size_t n = 0; n <= 24; ++n) {
        std::string payload;
        for (std::size_t i = 0; i < n; ++i) payload += static_cast<char>(i * 37 + n);
        auto token = vault.token("bounce", payload);
        CAPTURE(n, token);
        CHECK(token == vault.token("bounce", payload));
        CHECK(token == vault.tokens("bounce")(payload));
        CHECK(std::all_of(token.begin(), token.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); }));
        CHECK(vault.untoken("bounce", token) == payload);
        std::transform(token.begin(), token.end(), token.begin(), [](char c) { return static_cast<char>(std::toupper(c)); });
        CHECK(vault.untoken("bounce", token) == payload);
        token[n] = static_cast<char>(std::tolower(token[n]));
        CHECK(vault.untoken("bounce", token) == payload);
    }
    CHECK_THROWS_AS(vault.token("bounce", std::string(25, 'x')), std::invalid_argument);
}

TEST_CASE("a token for twelve bytes fits a return path", "[M3]") { CHECK(a_vault().token("bounce", std::string(12, '\0')).size() <= 40); }

TEST_CASE("tokens of neighbours have nothing in common") {
    const auto vault = a_vault();
    std::set<std::string> fronts;
    std::set<std::string> ends;
    for (char c = 0; c < 100; ++c) {
        const auto token = vault.token("bounce", std::string(11, '\0') + c);
        fronts.insert(token.substr(0, 8));
        ends.insert(token.substr(token.size() - 8));
    }
    CHECK(fronts.size() == 100);
    CHECK(ends.size() == 100);
}

TEST_CASE("a forged token is none", "[M3]") {
    const auto vault = a_vault();
    const auto token = vault.token("bounce", "person 12345");
    CHECK_FALSE(vault.untoken("confirm", token));
    CHECK_FALSE(a_vault().untoken("bounce", token));
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (const char c : "abcdefghijklmnopqrstuvwxyz234567018=-. \0\n\xe9"sv) {
            auto changed = token;
            changed[i] = c;
            if (changed != token) CHECK_FALSE(vault.untoken("bounce", changed));
        }
        CHECK_FALSE(vault.untoken("bounce", token.substr(0, i)));
        CHECK_FALSE(vault.untoken("bounce", token.substr(i + 1)));
    }
    for (const auto* tail : {"a", "aa", "=", " ", "7"}) CHECK_FALSE(vault.untoken("bounce", token + tail));
    CHECK_FALSE(vault.untoken("bounce", ""));
    CHECK_FALSE(vault.untoken("bounce", std::string(1'000'000, 'a')));
}

TEST_CASE("sha256 and hex give the values of FIPS 180-4") {
    CHECK(vault::hex(vault::sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(vault::hex(vault::sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(vault::hex(std::string_view("\x00\xff\x1a", 3)) == "00ff1a");
    CHECK(vault::random_bytes(16).size() == 16);
    CHECK(vault::random_bytes(16) != vault::random_bytes(16));
}

TEST_CASE("uuids are of version 7 and sort by time", "[R3]") {
    std::string before;
    for (const std::int64_t ms : {0LL, 1LL, 255LL, 256LL, 1'790'000'000'000LL, 1'790'000'000'001LL, (1LL << 48) - 1}) {
        const auto id = vault::new_uuid(ms);
        CAPTURE(id);
        CHECK(id.size() == 36);
        CHECK(id[8] == '-');
        CHECK(id[13] == '-');
        CHECK(id[14] == '7');
        CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
        CHECK(id > before);
        before = id;
    }
    CHECK(vault::new_uuid(0x017F22E279B0).substr(0, 13) == "017f22e2-79b0");  // the example of RFC 9562 A.6
    CHECK(vault::new_uuid(1) != vault::new_uuid(1));
}

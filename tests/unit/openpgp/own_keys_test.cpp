// What GnuPG itself makes of what our lists seal to many readers.
#include "caveat/openpgp/own_keys.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <thread>

#include "a_keyring.hpp"
#include "caveat/openpgp/engine.hpp"
#include "caveat/openpgp/nobody.hpp"
#include "caveat/openpgp/signed.hpp"

namespace caveat::test {

using openpgp::OwnKey;
using openpgp::ReaderKey;

namespace {

// As GnuPG 2.4 makes them: it prefers AEAD with OCB, and says that it opens that (features 07). Its secret half was thrown away.
constexpr const char* prefers_ocb =
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
    "\n"
    "xjMEXgvhABYJKwYBBAHaRw8BAQdAUE5q8Z2UkFG9HIQ2DdQ4mjS2sNh/6A7W5xWT\n"
    "mazGDzXNHVNvbWVib2R5IDxvY2JAb3JjaGlkLmV4YW1wbGU+wo0EExYIADUWIQSr\n"
    "UvvlXV9fDqfwHk3L+zDjnrrAegUCXgvhAAIbAwQLCQgHAiICBBUKCQgEFgIDAQIe\n"
    "BwAKCRDL+zDjnrrAeqN5AP9pLXRY1pjv8UGmvCLC3drL9EUALwQP/3hoBdbEnikg\n"
    "igEAvawugFD1cYT/UJELzqv6/zCQKw3tb9hky5/oSP+scwzOOAReC+EAEgorBgEE\n"
    "AZdVAQUBAQdAxNdlN5VUrgr8oNjI5qgj846ZFdc+19ZJmZUPv7e2EEYDAQgHwngE\n"
    "GBYIACAWIQSrUvvlXV9fDqfwHk3L+zDjnrrAegUCXgvhAAIbDAAKCRDL+zDjnrrA\n"
    "evs9AQCuYbnirt3FdjinBHA+Mn+6qH63LTXM2Tt4TE76LWkUaAEAm8brop3Z9Grq\n"
    "wiCqY82XCcAKhmK44XyrqPMQt8NstAw=\n"
    "=cPkD\n"
    "-----END PGP PUBLIC KEY BLOCK-----\n";

constexpr std::string_view own_entity = "Content-Type: text/plain\r\n\r\nthe canary sings at noon\r\n";

struct AWorkshop {
    AKeyring people;
    std::filesystem::path home = people.folder.path / "ours";
    std::unique_ptr<openpgp::OwnKeys> engine;

    AWorkshop() : engine(made(home)) {}

    static std::unique_ptr<openpgp::OwnKeys> made(const std::filesystem::path& home,
                                                  std::chrono::milliseconds deadline = std::chrono::seconds{20}) {
        std::filesystem::create_directories(home);
        std::filesystem::permissions(home, std::filesystem::perms::owner_all);
        return openpgp::own_keys(home, deadline);
    }
    [[nodiscard]] OwnKey key(std::string_view address = "sc@lists.arc.example", std::chrono::seconds life = {}) const {
        auto made = engine->make(address, life);
        INFO((made ? "" : made.error().detail));
        REQUIRE(made);
        return *made;
    }
    [[nodiscard]] ReaderKey reader(const std::string& fingerprint) const { return {fingerprint, people.exported(fingerprint)}; }
    [[nodiscard]] openpgp::Slice sealed(const OwnKey& signer, const std::vector<ReaderKey>& readers) const {
        auto slice = engine->seal(own_entity, signer, readers);
        INFO((slice ? "" : slice.error().detail));
        REQUIRE(slice);
        return *slice;
    }
};

std::string file_bytes(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t occurrences(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++n;
    return n;
}

}  // namespace

TEST_CASE("a slice is sealed once, and each reader opens their own copy alone", "[openpgp][K1][K2][K6][K11][K12]") {
    const AWorkshop o;
    const auto list = o.key();
    const auto& people = o.people;
    const auto ed = people.generate("mei@orchid.example");
    const auto expired = people.generate("old@orchid.example", "2020-06-01", true, "--faked-system-time 20200101T000000!");
    const auto rsa = people.generate("rsa@orchid.example", "never", false);
    (void)people.gpg("--quick-add-key " + rsa + " rsa2048 encr never");
    const auto nist = people.generate("nist@orchid.example", "never", false);
    (void)people.gpg("--quick-add-key " + nist + " nistp256 encr never");
    (void)people.gpg("--import", list.armour);
    std::vector<ReaderKey> readers{o.reader(ed), o.reader(expired), o.reader(rsa), o.reader(nist), o.reader(ed)};
    readers.push_back({rsa, readers.front().armour});  // not the key that was looked at
    readers.push_back({ed, "no key"});
    const auto is_opened = [&](const openpgp::Slice& slice, std::size_t reader) {
        CAPTURE(reader);
        REQUIRE(slice.session_keys.at(reader));
        const auto message = *slice.session_keys[reader] + slice.data;
        CHECK(people.gpg("--decrypt", message) == own_entity);
        const auto packets = people.gpg("--list-packets --verbose", message);
        CAPTURE(packets);
        CHECK(occurrences(packets, ":pubkey enc packet:") == 1);
        CHECK(occurrences(packets, "mdc_method: 2") == 1);
        CHECK(occurrences(packets, ":signature packet:") == 1);
        CHECK(occurrences(packets, "digest algo 8,") == 1);  // SHA-256
        CHECK(occurrences(packets, ":compressed packet:") == 0);
        const auto status = people.gpg("--status-fd 1 --output /dev/null --yes --decrypt", message);
        CHECK(occurrences(status, "VALIDSIG " + list.fingerprint) == 1);
    };
    const auto slice = o.sealed(list, readers);
    for (const std::size_t failed : {1U, 5U, 6U}) CHECK_FALSE(slice.session_keys.at(failed));
    for (const std::size_t taken : {0U, 2U, 3U, 4U}) is_opened(slice, taken);
    CHECK(slice.session_keys[0] != slice.session_keys[2]);
    // The name is hidden, and opens all the same.
    CHECK(people.gpg("--decrypt", openpgp::without_key_id(*slice.session_keys[0]) + slice.data) == own_entity);
    CHECK_FALSE(o.sealed(list, {o.reader(expired)}).session_keys.front());
}

TEST_CASE("one key that cannot be sealed to, or that claims to be another, stops no other reader", "[openpgp][D5][K1]") {
    const AWorkshop o;
    const auto list = o.key();
    const auto fixed = [](const std::string& name) { return file_bytes(std::string(SOURCE_DIR) + "/tests/corpus/certificate/" + name); };
    const auto mei = o.reader(o.people.generate("mei@orchid.example"));
    const ReaderKey whole{"0E7CF4C6A49F31760BFF2FF8CEDED7D2627DF8A6", fixed("whole.asc")};
    const ReaderKey binds_whole{"EF2B0199F87DC6B34F7284901415CAC8289EAD78", fixed("binds-whole.asc")};
    const ReaderKey off_the_curve{"221EC79047658EBDDE627579D890C32441D84B5A", fixed("off-the-curve.asc")};
    // Which of them came first makes no difference: GnuPG would find whom it sees first.
    const auto readers = GENERATE_REF(values<std::vector<ReaderKey>>(
        {{binds_whole, off_the_curve, whole, mei}, {mei, whole, off_the_curve, binds_whole}, {off_the_curve, mei, binds_whole, whole}}));
    if (readers.front().fingerprint == off_the_curve.fingerprint) static_cast<void>(o.sealed(list, {binds_whole}));
    const auto slice = o.sealed(list, readers);
    for (std::size_t i = 0; i < readers.size(); ++i) {
        CAPTURE(i);
        CHECK(slice.session_keys.at(i).has_value() == (readers[i].fingerprint != off_the_curve.fingerprint));
        if (readers[i].fingerprint != whole.fingerprint || !slice.session_keys.at(i)) continue;
        CHECK(occurrences(o.people.gpg("--list-packets", *slice.session_keys[i] + slice.data), "keyid 522C97225421827C") == 1);
    }
}

TEST_CASE("few readers of many are found in a keyring of their own", "[openpgp][K1][K2]") {
    const AWorkshop o;
    const auto list = o.key(), other = o.key("teams@lists.arc.example");
    std::vector<ReaderKey> all;
    for (const auto* name : {"mei", "ana", "quentin", "rosa", "tomas"})
        all.push_back(o.reader(o.people.generate(std::string(name) + "@orchid.example")));
    const auto opened = [&](const OwnKey& signer, const std::vector<ReaderKey>& readers) {
        const auto slice = o.sealed(signer, readers);
        for (const auto& key : slice.session_keys) {
            REQUIRE(key);
            CHECK(o.people.gpg("--decrypt", *key + slice.data) == own_entity);
        }
    };
    opened(list, all);
    opened(list, {all[3]});
    opened(list, {all[3]});
    opened(other, {all[4]});
    opened(list, {all[1], all[2]});
    opened(list, all);
    // One of them is another key by now; and then one is new.
    o.people.revoke(all[3].fingerprint);
    const auto slice = o.sealed(list, {all[0], o.reader(all[3].fingerprint)});
    CHECK(slice.session_keys.at(0));
    CHECK_FALSE(slice.session_keys.at(1));
    opened(list, {all[0], o.reader(o.people.generate("new@orchid.example"))});
}

TEST_CASE("a list's key is its address, lies in a folder of ours alone, and outlives the process", "[openpgp][K12]") {
    AWorkshop o;
    const auto list = o.key("sc@lists.arc.example");
    const auto person = o.people.generate("mei@orchid.example");
    const auto shown = o.people.gpg("--show-keys --with-colons", list.armour);
    CAPTURE(shown);
    CHECK(shown.find("::sc@lists.arc.example:") != std::string::npos);
    CHECK(shown.find("fpr:::::::::" + list.fingerprint) != std::string::npos);
    CHECK(occurrences(shown, "pub:") == 1);
    struct stat found {};
    REQUIRE(::stat((o.home / "lists").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0700U);
    o.engine.reset();
    // Nothing of people stays, and no lock, socket or agent.
    for (const auto& entry : std::filesystem::recursive_directory_iterator(o.home)) {
        const auto name = entry.path().filename().string();
        CAPTURE(name);
        CHECK((name.ends_with(".key") || name.ends_with(".rev") || name.ends_with(".d") || name == "lists" || name == "making.lock"));
    }
    o.engine = AWorkshop::made(o.home);
    CHECK(o.sealed(list, {o.reader(person)}).session_keys.front());
}

TEST_CASE("who prefers OCB gets what everybody can open", "[openpgp][K6][K11]") {
    const AWorkshop o;
    const auto slice = o.sealed(o.key(), {{"AB52FBE55D5F5F0EA7F01E4DCBFB30E39EBAC07A", prefers_ocb}});
    REQUIRE(slice.session_keys.front());
    const auto packets = o.people.gpg("--list-packets", *slice.session_keys.front() + slice.data);
    CAPTURE(packets);
    CHECK(occurrences(packets, ":pubkey enc packet: version 3") == 1);
    CHECK(occurrences(packets, "mdc_method: 2") == 1);
    CHECK(occurrences(packets, "aead") == 0);
}

TEST_CASE("a list's key has the life that it is given", "[openpgp][K12]") {
    const AWorkshop o;
    const auto before = std::chrono::system_clock::now();
    const auto list = o.key("sc@lists.arc.example", std::chrono::hours{48});
    REQUIRE(list.usable_until);
    const auto ends = *list.usable_until - std::chrono::floor<std::chrono::seconds>(before);
    CHECK(ends >= std::chrono::hours{48});
    CHECK(ends < std::chrono::hours{49});
    const auto shown = o.people.gpg("--show-keys --with-colons", list.armour);
    CAPTURE(shown);
    const auto end = fmt::format(":{}:", std::chrono::duration_cast<std::chrono::seconds>(list.usable_until->time_since_epoch()).count());
    CHECK(occurrences(shown, end) == 1);  // of the key, and so of all its parts
    CHECK_FALSE(o.key("teams@lists.arc.example").usable_until);
}

TEST_CASE("a text that one of our keys signed is verified, whatever became of its line ends", "[openpgp][K12]") {
    const AWorkshop o;
    const auto list = o.key();
    (void)o.people.gpg("--import", list.armour);
    const auto signature = o.engine->sign("one\ntwo\n", list);
    REQUIRE(signature);
    const auto file = o.people.folder.path / "text.sig";
    std::ofstream(file) << *signature;
    for (const auto* text : {"one\ntwo\n", "one\r\ntwo\r\n"})
        CHECK(occurrences(o.people.gpg("--status-fd 1 --verify " + file.string() + " -", text), "VALIDSIG " + list.fingerprint) == 1);
    auto other = list;
    other.fingerprint = std::string(40, 'A');
    CHECK(o.engine->sign("one\n", other).error().code == errc::temporary);
}

TEST_CASE("a letter to one person is signed by the key that it is told", "[openpgp][K1][K11]") {
    const AWorkshop o;
    const auto ours = o.key("postmaster@lists.arc.example");
    (void)o.people.gpg("--import", ours.armour);
    const auto reader = o.reader(o.people.generate("mei@orchid.example"));
    const auto people = openpgp::gnupg(o.home);
    openpgp::Signed letters(*people, *o.engine);
    const auto key = letters.examine(reader.armour, std::vector<std::string>{"mei@orchid.example"});
    REQUIRE(key);
    CHECK(letters.seal(own_entity, *key).error().code == errc::temporary);
    letters.sign_with(ours);
    const auto sealed = letters.seal(own_entity, *key);
    REQUIRE(sealed);
    CHECK(sealed->starts_with("Content-Type: multipart/encrypted;"));
    const auto armour = sealed->substr(sealed->find("-----BEGIN"));
    CHECK(o.people.gpg("--decrypt", armour) == own_entity);
    CHECK(occurrences(o.people.gpg("--status-fd 1 --output /dev/null --yes --decrypt", armour), "VALIDSIG " + ours.fingerprint) == 1);
    auto lapsed = *key;
    lapsed.fitness = openpgp::Fitness::expired;
    CHECK(letters.seal(own_entity, lapsed).error().code == errc::invalid);
    // Whoever asks for nobody's letter waits as long.
    CHECK(letters.seal(own_entity, {openpgp::Fitness::usable, std::string(openpgp::nobodys_key()), {}}));
}

TEST_CASE("a key that becomes another is sealed to as it is now", "[openpgp][K1]") {
    const AWorkshop o;
    const auto list = o.key();
    const auto person = o.people.generate("mei@orchid.example");
    CHECK(o.sealed(list, {o.reader(person)}).session_keys.front());
    o.people.revoke(person);
    CHECK_FALSE(o.sealed(list, {o.reader(person)}).session_keys.front());
}

TEST_CASE("without the secret key, or a folder to work in, it is trouble and nothing else", "[openpgp][D4][K1]") {
    AWorkshop o;
    const auto list = o.key();
    const std::vector readers{o.reader(o.people.generate("mei@orchid.example"))};
    const auto trouble = [&] {
        const auto slice = o.engine->seal(own_entity, list, readers);
        REQUIRE_FALSE(slice);
        CHECK(slice.error().code == errc::temporary);
        CHECK(slice.error().detail.find("canary") == std::string::npos);
    };
    SECTION("the secret key is gone") {
        std::filesystem::remove_all(o.home / "lists" / "private-keys-v1.d");
        trouble();
    }
    SECTION("the agent is killed: the next one does the work") {
        CHECK(o.engine->seal(own_entity, list, readers));
        (void)AKeyring::shell("pkill -KILL -f 'gpg-agent --homedir " + (o.home / "lists").string() + "/run-'");
        (void)o.engine->seal(own_entity, list, readers);
        CHECK(o.engine->seal(own_entity, list, readers));
    }
    SECTION("the folder is gone") {
        o.engine.reset();
        std::filesystem::remove_all(o.home);
        o.engine = openpgp::own_keys(o.home, std::chrono::seconds{5});
        trouble();
        CHECK(o.engine->make("x@lists.arc.example", {}).error().code == errc::temporary);
        CHECK(o.engine->alone().error().code == errc::temporary);
    }
    SECTION("more than a slice") {
        const std::vector<ReaderKey> many(openpgp::most_in_a_slice + 1, readers.front());
        CHECK(o.engine->seal(own_entity, list, many).error().code == errc::invalid);
    }
    SECTION("it takes longer than the deadline") {
        o.engine = AWorkshop::made(o.home, std::chrono::milliseconds{1});
        trouble();
    }
}

TEST_CASE("who makes keys does so alone", "[openpgp][K12]") {
    const AWorkshop o;
    const auto other = AWorkshop::made(o.home, std::chrono::milliseconds{50});
    auto held = o.engine->alone();
    REQUIRE(held);
    CHECK(other->alone().error().code == errc::temporary);
    held->reset();
    CHECK(other->alone());
}

}  // namespace caveat::test

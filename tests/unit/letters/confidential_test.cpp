// Letters that only their reader can read: sealed, or not sent; and no clock tells who has a key.
#include "a_writer.hpp"

namespace caveat::test {
namespace {

struct ASealingWriter : AWriter {
    AFakeEngine engine;

    Result<letters::Confidential> written(const std::string& key, openpgp::Engine* used) {
        auto to = reader();
        to.key = key;
        const auto without = a_letter("Subject: [{{community}}] No letter\n\n{{name}}: {{why}}.\n", "not shown");
        return writer.write_confidential(used, a_letter(), without, to, clock.now());
    }
    Result<letters::Confidential> written(const std::string& key) { return written(key, &engine); }
};

}  // namespace

TEST_CASE_METHOD(ASealingWriter, "who has a key gets the letter sealed, and nothing of it outside", "[letters][K1][K10]") {
    const auto done = written("mei's");
    REQUIRE(done);
    REQUIRE(done->letter);
    CHECK(done->withheld == community::Code::none);
    const auto text = opened(*done->letter);
    CAPTURE(text);
    CHECK(holds(text, "Subject: [...]\r\n"));
    CHECK_FALSE(holds(text, "xyzzy"));
    CHECK(holds(AFakeEngine::opened(text, "mei's"), "Dear mei,\r\nxyzzy\r\n"));
}

TEST_CASE_METHOD(ASealingWriter, "who has none gets it in clear", "[letters][K1]") {
    auto* used = GENERATE(true, false) ? &engine : nullptr;
    const auto done = written("", used);
    REQUIRE(done);
    REQUIRE(done->letter);
    CHECK(done->withheld == community::Code::none);
    CHECK(holds(opened(*done->letter), "Dear mei,\r\nxyzzy\r\n"));
}

TEST_CASE_METHOD(ASealingWriter, "a key that cannot be used gets nothing sealed and nothing in clear instead", "[letters][K1]") {
    const auto fitness = GENERATE(from_range(openpgp::all_fitness.begin() + 1, openpgp::all_fitness.end()));
    const auto done = written(std::string(openpgp::name(fitness)));
    REQUIRE(done);
    CHECK(done->withheld == openpgp::code(fitness));
    REQUIRE(done->letter);
    const auto text = opened(*done->letter);
    CAPTURE(text);
    CHECK_FALSE(holds(text, "xyzzy"));
    CHECK(holds(text, "mei: " + std::string(openpgp::sentence(fitness)) + ".\r\n"));
}

TEST_CASE_METHOD(ASealingWriter, "without an engine, or with one in trouble, who has a key gets nothing", "[letters][K1]") {
    const bool down = GENERATE(true, false);
    engine.down = true;
    const auto done = written("mei's", down ? &engine : nullptr);
    REQUIRE(done);
    CHECK_FALSE(done->letter);
    CHECK(done->withheld == (down ? community::Code::openpgp_failed : community::Code::openpgp_unset));
}

TEST_CASE_METHOD(ASealingWriter, "whoever the reader is, one key is looked at and one letter is sealed", "[letters][A7]") {
    for (const std::string key : {"", "mei's", "key_expired", "key_revoked"}) {
        CAPTURE(key);
        engine.examined = engine.sealed = 0;
        REQUIRE(written(key));
        CHECK(engine.examined == 1);
        CHECK(engine.sealed == 1);
    }
}

}  // namespace caveat::test

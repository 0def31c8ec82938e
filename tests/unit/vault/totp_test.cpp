// One-time codes, held against the vectors of RFC 6238, Appendix B (its eight digits end in our six).
#include "caveat/vault/totp.hpp"

#include <catch2/catch.hpp>
#include <set>

namespace caveat::vault {
namespace {

using namespace std::chrono_literals;

const std::string rfc_secret = "12345678901234567890";
Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }
constexpr std::int64_t never = -1;

}  // namespace

TEST_CASE("codes are those of RFC 6238", "[H5]") {
    struct Vector {
        std::int64_t seconds;
        const char* code;
    };
    const auto v = GENERATE(values<Vector>({{59, "287082"},
                                            {1111111109, "081804"},
                                            {1111111111, "050471"},
                                            {1234567890, "005924"},
                                            {2000000000, "279037"},
                                            {20000000000, "353130"}}));
    CAPTURE(v.seconds);
    CHECK(totp(rfc_secret, at(v.seconds)) == v.code);
    CHECK(totp_step(rfc_secret, v.code, at(v.seconds), never) == v.seconds / 30);
}

TEST_CASE("a code holds one step before and after, not two", "[H5]") {
    const auto then = at(1'800'000'015);
    const auto code = totp(rfc_secret, then);
    const auto step = 1'800'000'015 / 30;
    for (const auto& [late, holds] :
         {std::pair{-60s, false}, {-45s, true}, {-30s, true}, {0s, true}, {30s, true}, {44s, true}, {45s, false}}) {
        CAPTURE(late.count());
        CHECK(totp_step(rfc_secret, code, then + late, never).has_value() == holds);
    }
    CHECK(totp_step(rfc_secret, code, then + 30s, step - 1) == step);
    CHECK_FALSE(totp_step(rfc_secret, code, then, step));      // taken already
    CHECK_FALSE(totp_step(rfc_secret, code, then, step + 5));  // or a later one was
}

TEST_CASE("what is not a code of six digits never matches", "[H5]") {
    const auto then = at(1'800'000'015);
    const auto code = totp(rfc_secret, then);
    for (const auto& wrong : {std::string{}, code.substr(1), "0" + code, code + "\n", " " + code, code + std::string(1, '\0'),
                              std::string("......"), std::string(6, '\0'), std::string(1 << 20, '1'), std::string("١٢٣")}) {
        CAPTURE(wrong.size());
        CHECK_FALSE(totp_step(rfc_secret, wrong, then, never));
    }
    CHECK_FALSE(totp_step(new_totp_secret(), code, then, never));
}

TEST_CASE("secrets are fresh and written as base32 without padding", "[H1]") {
    CHECK(totp_text("12345678901234567890") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    CHECK(totp_text("f") == "MY");
    std::set<std::string> seen;
    for (int i = 0; i < 100; ++i) seen.insert(new_totp_secret());
    CHECK(seen.size() == 100);
    for (const auto& secret : seen) CHECK(totp_text(secret).size() == 32);
}

}  // namespace caveat::vault

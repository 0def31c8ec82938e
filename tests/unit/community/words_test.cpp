#include <catch2/catch.hpp>

#include "caveat/community/list.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/community/tlp.hpp"

using namespace caveat::community;

TEST_CASE("the five labels stand in the order of enforcement", "[L1]") {
    CHECK(Tlp::clear < Tlp::green);
    CHECK(Tlp::green < Tlp::amber);
    CHECK(Tlp::amber < Tlp::amber_strict);
    CHECK(Tlp::amber_strict < Tlp::red);
}

TEST_CASE("a label reads only in its canonical spelling", "[L1]") {
    for (const auto label : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) CHECK(tlp_from(name(label)) == label);
    for (const auto* text : {"WHITE", "amber", "AMBER STRICT", "AMBER-STRICT", "TLP:RED", "", "REDACTED"}) CHECK_FALSE(tlp_from(text));
}

TEST_CASE("every word of the settings reads back") {
    for (const auto s : {Strength::none, Strength::envelope, Strength::dmarc, Strength::signature}) CHECK(strength_from(name(s)) == s);
    for (const auto e : {Encryption::none, Encryption::preferred, Encryption::required}) CHECK(encryption_from(name(e)) == e);
    for (const auto p : {Posting::matrix, Posting::moderated, Posting::owners}) CHECK(posting_from(name(p)) == p);
    for (const auto d : {DeliveryMode::each, DeliveryMode::digest, DeliveryMode::none}) CHECK(delivery_mode_from(name(d)) == d);
    for (const auto o : {OuterSubject::neutral, OuterSubject::label, OuterSubject::full}) CHECK(spelled<OuterSubject>(name(o)) == o);
    for (const auto v : {Verb::receive, Verb::post, Verb::archive, Verb::manage}) CHECK(verb_from(name(v)) == v);
    CHECK_FALSE(strength_from("strong"));
    CHECK_FALSE(verb_from("read"));
}

TEST_CASE("authentication strengths are ordered, weakest first", "[A5]") {
    CHECK(Strength::none < Strength::envelope);
    CHECK(Strength::envelope < Strength::dmarc);
    CHECK(Strength::dmarc < Strength::signature);
}

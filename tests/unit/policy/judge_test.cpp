// The verdicts themselves are worked examples in policies/apcert.cases.toml; here is what those cannot say.
#include <algorithm>

#include "book.hpp"

using namespace caveat;
using namespace caveat::policy;
using namespace caveat::policy::testing;
using community::Strength;
using community::Tlp;

namespace {

PostFacts a_post(Tlp label) {
    PostFacts facts;
    facts.known_sender = true;
    facts.may_know_list = true;
    facts.strength = Strength::signature;
    facts.label = label;
    return facts;
}

Judgement judged(const PostFacts& facts, const std::string& klass = "teams") {
    return judge(apcert(), facts, a_member(), a_list(klass), a_world());
}

}  // namespace

TEST_CASE("facts that nobody filled in distribute nothing", "[A4]") {
    const auto j = judge(apcert(), PostFacts{}, community::Standing{}, community::List{}, World{});
    CHECK(j.verdict == Verdict::refuse);
    CHECK_FALSE(j.tell_sender);
    CHECK(Judgement{}.verdict == Verdict::hold);
}

TEST_CASE("every line of a judgement begins with a code and ends with the book", "[A8]") {
    auto reply = a_post(Tlp::green);
    reply.parent = Tlp::amber;
    auto loop = a_post(Tlp::green);
    loop.loop = true;
    auto stranger = a_post(Tlp::green);
    stranger.known_sender = false;
    auto weak = a_post(Tlp::green);
    weak.strength = Strength::none;
    auto unclear = a_post(Tlp::green);
    unclear.label_held = true;
    unclear.label_why = "TLP:ORANGE is not a label";
    for (const auto& facts : {a_post(Tlp::amber), a_post(Tlp::red), reply, loop, stranger, weak, unclear}) {
        const auto j = judged(facts);
        REQUIRE_FALSE(j.because.empty());
        for (const auto& line : community::lines(j.because)) {
            CAPTURE(line);
            const auto colon = line.find(": ");
            REQUIRE(colon != std::string::npos);
            const auto code_letter = [](char c) { return c == '_' || (c >= 'a' && c <= 'z'); };
            CHECK(std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), code_letter));
            CHECK(line.ends_with("(rule book apcert, version 3)"));
        }
    }
}

TEST_CASE("a post with two authors waits for a moderator, who settles that", "[A5]") {
    auto facts = a_post(Tlp::green);
    facts.other_author = true;
    const auto held = judged(facts);
    CHECK(held.verdict == Verdict::hold);
    CHECK(held.because.front().code == community::Code::other_author);
    CHECK(held.tell_sender);
    facts.unanswered = true;
    CHECK_FALSE(judged(facts).tell_sender);
    facts.released = true;
    CHECK(judged(facts).verdict == Verdict::distribute);
}

TEST_CASE("a post that somebody else signed waits for a moderator, as strongly as it is proven without that, unless it is stolen or forged",
          "[A6][K6]") {
    auto facts = a_post(Tlp::green);
    facts.signature = Signature::other;
    facts.strength = Strength::dmarc;
    const auto held = judged(facts);
    CHECK(held.verdict == Verdict::hold);
    CHECK(held.because.front().code == community::Code::signer_other);
    CHECK(held.because.front().words.find("leave the signature away") != std::string::npos);
    CHECK(held.tell_sender);
    facts.released = true;
    CHECK(judged(facts).verdict == Verdict::distribute);
    auto sealed = facts, unproven = facts;
    sealed.encrypted = true;
    unproven.strength = Strength::none;
    for (const auto& never : {sealed, unproven}) CHECK(judged(never).verdict == Verdict::refuse);
}

TEST_CASE("the words for a list one may not know give nothing away", "[A7]") {
    auto facts = a_post(Tlp::green);
    facts.may_know_list = false;
    const auto open = judge(apcert(), facts, a_member(), a_list("members"), a_world());
    const auto other = judge(apcert(), facts, community::Standing{}, a_list("sc"), a_world());
    CHECK(open.because == other.because);
    CHECK(line(open.because.at(0)) == "unknown_list: no such list for this sender (rule book apcert, version 3)");
    facts.strength = Strength::envelope;
    CHECK_FALSE(judged(facts).tell_sender);
}

TEST_CASE("nothing automatic is answered, whatever else is wrong with it", "[M2][M4]") {
    auto facts = a_post(Tlp::red);
    facts.automatic = true;
    facts.label_held = true;
    const auto j = judged(facts);
    CHECK(j.verdict == Verdict::drop);
    CHECK_FALSE(j.tell_sender);
}

TEST_CASE("what is not to be answered is judged like any other, but what its author would never hear of waits", "[M2][A4]") {
    auto facts = a_post(Tlp::green);
    facts.unanswered = true;
    CHECK(judged(facts).verdict == Verdict::distribute);
    facts.label = Tlp::red;  // above the maximum of teams
    CHECK(judged(facts).verdict == Verdict::hold);
    CHECK_FALSE(judged(facts).tell_sender);
    facts.released = true;
    CHECK(judged(facts).verdict == Verdict::refuse);
    CHECK_FALSE(judged(facts).tell_sender);
    facts.released = false;
    facts.known_sender = false;  // a stranger is refused and not answered in any case
    CHECK(judged(facts).verdict == Verdict::refuse);
    facts.known_sender = facts.automatic = true;
    CHECK(judged(facts).verdict == Verdict::drop);
}

TEST_CASE("a sender is told only when the list's own authentication was met", "[M4][A5]") {
    const auto [strength, told] =
        GENERATE(table<Strength, bool>({{Strength::dmarc, true}, {Strength::signature, true}, {Strength::envelope, false}}));
    auto facts = a_post(Tlp::red);  // above the maximum of teams
    facts.strength = strength;
    facts.released = true;
    const auto j = judged(facts);
    CHECK(j.verdict == Verdict::refuse);
    CHECK(j.tell_sender == told);
}

TEST_CASE("the words of the label lexer are kept", "[L3]") {
    auto facts = a_post(Tlp::amber);
    facts.label_held = true;
    facts.label_why = "TLP:ORANGE is not a label";
    CHECK(line(judged(facts).because.at(0)) == "label_held: TLP:ORANGE is not a label (rule book apcert, version 3)");
}

TEST_CASE("a raised reply says by what it was raised", "[L4]") {
    auto facts = a_post(Tlp::green);
    facts.parent = Tlp::amber_strict;
    const auto j = judged(facts);
    CHECK(j.verdict == Verdict::distribute);
    CHECK(j.label == Tlp::amber_strict);
    CHECK(line(j.because.back()) == "parent: raised from GREEN to AMBER+STRICT by the post it answers (rule book apcert, version 3)");
    facts.parent = Tlp::amber;
    facts.before = Tlp::amber_strict;
    CHECK(judged(facts).label == Tlp::amber_strict);
    CHECK(line(judged(facts).because.back()) ==
          "parent: raised from GREEN to AMBER+STRICT by the same mail, which came here before (rule book apcert, version 3)");
    facts.before = Tlp::clear;
    CHECK(judged(facts).label == Tlp::amber);
}

TEST_CASE("a judgement tells no sanction apart", "[C4]") {
    auto who = a_member();
    who.denials = {a_sanction("*", 7)};
    const auto j = judge(apcert(), a_post(Tlp::green), who, a_list("teams"), a_world());
    CHECK(j.verdict == Verdict::refuse);
    CHECK(line(j.because.at(0)) == "denied: the right to post to teams does not stand at present (rule book apcert, version 3)");
}

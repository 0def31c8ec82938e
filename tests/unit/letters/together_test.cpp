// What one person gets within an hour is one letter, where nothing is urgent; nothing is lost and nothing goes twice.
#include "a_writer.hpp"

namespace caveat::test {
namespace {

struct AnHour : AWriter {
    letters::Letter about(const std::string& what, std::optional<community::Tlp> label = {}) {
        auto letter = a_letter("Subject: [{{community}}] " + what + "\n\nDear {{name}},\n\n{{word}}\n", "the text of " + what);
        letter.label = label;
        return letter;
    }
    // As after a restart.
    std::size_t send_waiting() {
        auto again = *storage::Store::open(options);
        return letters::send_waiting(again, vault(), letterhead, clock.now());
    }
    std::vector<std::string> subjects() {
        std::vector<std::string> all;
        for (const auto& post : queued()) all.push_back(mail::parse(opened(post), {})->subject);
        return all;
    }
};

}  // namespace

TEST_CASE_METHOD(AnHour, "the first letter goes at once, what comes within its hour goes as one when it is over", "[letters][ruling ss]") {
    REQUIRE(sent(about("one")));
    for (const auto* what : {"two", "three"}) {
        clock.time += 10min;
        REQUIRE(sent(about(what)));
    }
    CHECK(queued().size() == 1);
    clock.time += 40min - 1us;
    CHECK(send_waiting() == 0);
    clock.time += 1us;
    CHECK(send_waiting() == 1);
    CHECK(send_waiting() == 0);
    REQUIRE(queued().size() == 2);
    const auto whole = queued().back();
    CHECK(whole.purpose == storage::Purpose::together);
    CHECK(store().deliveries().rows(whole.key).size() == 1);
    const auto message = mail::parse(opened(whole), {});
    REQUIRE(message);
    CHECK(message->subject == "[Southern Arc CSIRT Forum] 2 messages for you");
    const auto text = message->text();
    CAPTURE(text);
    CHECK(holds(text, "1. two\r\n------\r\n\r\nthe text of two\r\n\r\n\r\n2. three\r\n--------\r\n\r\nthe text of three\r\n"));
    CHECK_FALSE(holds(text, "the text of one"));
    clock.time += 1min;  // the hour began anew with it
    REQUIRE(sent(about("four")));
    CHECK(queued().size() == 2);
    clock.time += 59min;
    CHECK(send_waiting() == 1);
    CHECK(subjects().back() == "[Southern Arc CSIRT Forum] four");  // by itself, as it was written
}

TEST_CASE_METHOD(AnHour, "what is urgent goes at once and begins no hour", "[letters][ruling ss]") {
    for (const auto purpose : {storage::Purpose::about_post, storage::Purpose::sign_in, storage::Purpose::to_party,
                               storage::Purpose::to_members, storage::Purpose::of_hold}) {
        auto letter = about("urgent");
        letter.purpose = purpose;
        REQUIRE(sent(letter));
    }
    auto with_rules = about("with the rules");
    with_rules.attached = {{"rules.txt", "text"}};
    REQUIRE(sent(with_rules));
    REQUIRE(sent(about("not urgent")));
    CHECK(queued().size() == 7);
    REQUIRE(sent(with_rules));
    CHECK(queued().size() == 8);
    auto ends = about("a ballot");
    ends.until = clock.now() + letters::last_day;
    REQUIRE(sent(ends));
    CHECK(queued().size() == 8);
    *ends.until -= 1us;
    REQUIRE(sent(ends));
    CHECK(queued().size() == 9);
}

TEST_CASE_METHOD(AnHour, "letters with a label and letters without one do not wait for each other", "[letters][C6]") {
    REQUIRE(sent(about("first")));
    for (const auto* what : {"a", "b"}) REQUIRE(sent(about(what)));
    REQUIRE(sent(about("c", community::Tlp::amber)));
    REQUIRE(sent(about("d", community::Tlp::amber_strict)));
    clock.time += 1h;
    CHECK(send_waiting() == 2);
    const auto all = queued();
    REQUIRE(all.size() == 3);
    CHECK_FALSE(all[1].label);
    CHECK(all[2].label == community::Tlp::amber_strict);
    CHECK(holds(mail::parse(opened(all[2]), {})->text(), "the text of c"));
}

TEST_CASE_METHOD(AnHour, "more than fifty are more than one letter", "[letters]") {
    REQUIRE(sent(about("first")));
    for (int i = 0; i < 52; ++i) REQUIRE(sent(about(fmt::format("number {}", i))));
    clock.time += 1h;
    CHECK(send_waiting() == 2);
    CHECK(subjects().at(1) == "[Southern Arc CSIRT Forum] 50 messages for you");
    CHECK(subjects().at(2) == "[Southern Arc CSIRT Forum] 2 messages for you");
}

TEST_CASE_METHOD(AnHour, "without a form for several each goes alone, and to nobody who has left", "[letters]") {
    REQUIRE(sent(about("one")));
    REQUIRE(sent(about("two")));
    REQUIRE(sent(about("three")));
    clock.time += 1h;
    SECTION("no form") {
        letterhead.templates = folder;
        CHECK(send_waiting() == 2);
        CHECK(subjects().back() == "[Southern Arc CSIRT Forum] three");
    }
    SECTION("a mailbox that is held") {
        community::Denial hold;
        hold.whom = "mei";
        hold.whole_team = false;
        hold.source = "hold";
        hold.resource = "*";
        hold.verbs = community::bit(community::Verb::receive);
        hold.during = {clock.now(), clock.now() + 1h};
        change([&](storage::Register& r) { r.put(hold); });
        CHECK(send_waiting() == 0);
        clock.time += 1h;
        CHECK(send_waiting() == 1);
    }
    SECTION("left") {
        change([&](storage::Register& r) { r.remove(PersonId{"mei"}, clock.now()); });
        CHECK(send_waiting() == 0);
        CHECK(queued().size() == 1);
        CHECK(send_waiting() == 0);
    }
}

TEST_CASE_METHOD(AnHour, "what is confidential and waits goes to nobody who lost the office it was written to", "[letters][A10]") {
    community::Term seat{"sc", PersonId{"mei"}, ListId{}, {clock.now() - 24h, clock.now() + 24h * 300}};
    change([&](storage::Register& r) { r.put(seat); });
    REQUIRE(sent(about("first")));
    REQUIRE(sent(about("a", community::Tlp::amber_strict)));
    REQUIRE(sent(about("b")));
    clock.time += 1h;
    const bool ended = GENERATE(true, false);
    seat.during.until = clock.now();
    if (ended) change([&](storage::Register& r) { r.put(seat); });
    CHECK(send_waiting() == (ended ? 1 : 2));
    for (const auto& post : queued()) CHECK_FALSE((ended && post.label));
    CHECK(send_waiting() == 0);
}

TEST_CASE_METHOD(AnHour, "a letter waits no longer than an hour, whatever is written of its reader's last one", "[letters][ruling ss]") {
    REQUIRE(sent(about("one")));
    REQUIRE(sent(about("two")));
    const auto somebody_writes = [&] {
        storage::Store::Transaction transaction(store());
        store().waiting().had(PersonId{"mei"}, clock.now());
        transaction.commit();
    };
    clock.time += 1h - 1us;
    somebody_writes();
    CHECK(send_waiting() == 0);
    clock.time += 1us;
    somebody_writes();
    CHECK(send_waiting() == 1);
    CHECK(subjects().back() == "[Southern Arc CSIRT Forum] two");
}

TEST_CASE_METHOD(AnHour, "a clock that is set back keeps nobody waiting longer", "[letters]") {
    REQUIRE(sent(about("one")));
    REQUIRE(sent(about("two")));
    clock.time -= 24h;
    CHECK(send_waiting() == 1);
    CHECK(queued().size() == 2);
}

}  // namespace caveat::test

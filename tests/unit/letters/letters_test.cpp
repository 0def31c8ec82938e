// Whatever caveat writes itself: put together, sealed at rest, queued once for its one reader.
#include "a_writer.hpp"
#include "caveat/letters/names.hpp"

namespace caveat::test {

TEST_CASE_METHOD(AWriter, "a letter rests sealed and waits for its one reader", "[letters][K13]") {
    auto letter = a_letter();
    letter.label = GENERATE(std::optional<community::Tlp>{}, std::optional{community::Tlp::amber_strict});
    letter.in_reply_to = "one@example";
    const auto id = sent(letter);
    REQUIRE(id);
    const auto all = queued();
    REQUIRE(all.size() == 1);
    const auto& post = all.front();
    CHECK(post.id == *id);
    CHECK(post.kind == storage::PostKind::notice);
    CHECK(post.state == storage::PostState::distributed);
    CHECK(post.label == letter.label);
    CHECK(post.purpose == storage::Purpose::reminder);
    CHECK(post.list.empty());
    CHECK_FALSE(post.sender);
    CHECK(post.received == clock.now());
    CHECK(post.decided == clock.now());
    CHECK(post.message_id == id->value + "@lists.arc.example");
    const auto rows = store().deliveries().rows(post.key);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().person == PersonId{"mei"});
    CHECK(rows.front().state == storage::DeliveryState::queued);
    CHECK_FALSE(holds(store().posts().body(post.key).bytes, "xyzzy"));
    const auto text = opened(post);
    CAPTURE(text);
    for (const auto* part : {"From: Southern Arc CSIRT Forum <sc+owner@lists.arc.example>\r\n", "To: <mei@orchid.example>\r\n",
                             "Subject: [Southern Arc CSIRT Forum] A word\r\n", "In-Reply-To: <one@example>\r\n",
                             "Auto-Submitted: auto-replied\r\n", "Dear mei,\r\nxyzzy\r\n"}) {
        CAPTURE(part);
        CHECK(holds(text, part));
    }
    CHECK(holds(text, "Message-ID: <" + post.message_id + ">\r\n"));
}

TEST_CASE_METHOD(AWriter, "one letter is queued once, and every letter has an id of its own", "[letters][D3]") {
    const auto written = writer.write(a_letter(), reader(), clock.now());
    REQUIRE(written);
    CHECK(queued().empty());  // written is not queued
    const auto key = store().directory().key_of(PersonId{"mei"}).value();
    const auto queue_it = [&] {
        storage::Store::Transaction transaction(store());
        letters::queue(store(), *written, key);
        transaction.commit();
    };
    queue_it();
    CHECK_THROWS_AS(queue_it(), storage::Broken);
    REQUIRE(queued().size() == 1);
    CHECK(store().deliveries().rows(queued().front().key).size() == 1);
    CHECK(writer.write(a_letter(), reader(), clock.now())->post.id != written->post.id);
}

TEST_CASE_METHOD(AWriter, "what cannot be written is an error and leaves nothing behind", "[letters]") {
    CHECK(read_form(letterhead, "no-such-form").error().code == errc::not_found);
    CHECK(read_form(letterhead, "held")->text.starts_with("Subject: "));
    auto letter = a_letter();
    SECTION("a field is missing") { letter.fields.clear(); }
    SECTION("the form has no subject") { letter.form.text = "Dear {{name}}"; }
    SECTION("an attachment has no name") { letter.attached = {{"../rules", "text"}}; }
    SECTION("the sender is not an address") { letter.from = "x\r\nBcc: evil@x.example"; }
    const auto done = sent(letter);
    REQUIRE_FALSE(done);
    CHECK(done.error().code == errc::invalid);
    CHECK(queued().empty());
}

TEST_CASE_METHOD(AWriter, "who writes and who reads is not for a field to say", "[letters]") {
    auto letter = a_letter();
    letter.fields["community"] = "Somebody else";
    letter.fields["name"] = "You";
    const auto text = opened(*writer.write(letter, reader(), clock.now()));
    CHECK(holds(text, "Subject: [Southern Arc CSIRT Forum] A word\r\n"));
    CHECK(holds(text, "Dear mei,\r\n"));
}

TEST_CASE("a hold is one on the person, while it lasts", "[letters][C6][item 42]") {
    const Instant noon = *parse_instant("2026-11-22T12:00:00Z");
    community::Denial hold;
    hold.whom = "mei";
    hold.whole_team = false;
    hold.source = "hold";
    hold.during = {noon, noon + 1h};
    const PersonId mei{"mei"};
    const auto found = [&](Instant now) { return letters::hold_on(std::vector{hold}, mei, now) != nullptr; };
    CHECK(found(noon - 1us));  // none is placed in advance: the clock was set back
    CHECK(found(noon));
    CHECK(found(noon + 1h - 1us));
    CHECK_FALSE(found(noon + 1h));
    SECTION("not on another") { hold.whom = "ana"; }
    SECTION("not on a team of that name") { hold.whole_team = true; }
    SECTION("no sanction") { hold.source = "sanction"; }
    CHECK_FALSE(found(noon));
}

TEST_CASE_METHOD(AWriter, "letters call people and teams by their names, and the list that all may write to by its own", "[letters][A12]") {
    using letters::who;
    CHECK(who(store(), "operator root") == "the operator of the server (root)");
    CHECK(who(store(), "system") == "the server by itself");
    CHECK(who(store(), "person mei") == fmt::format("{} ({})", reader().name, letters::called(store(), reader().team)));
    CHECK(who(store(), "person nobody-here") == "nobody-here");
    CHECK(who(store(), "relay") == "relay");
    CHECK(letters::reply_address(store(), "lists.arc.example") == "postmaster@lists.arc.example");
    community::List intake;
    intake.id = ListId{"in"};
    intake.klass = "sec";
    storage::Store::Transaction transaction(store());
    store().register_rows().put(intake);
    CHECK(letters::reply_address(store(), "lists.arc.example") == "in@lists.arc.example");
    CHECK(letters::reply_address(store(), "lists.arc.example", true) == "postmaster@lists.arc.example");
}

}  // namespace caveat::test

#include <catch2/catch.hpp>

#include "caveat/mail/message.hpp"
#include "caveat/mail/notice.hpp"

using namespace caveat;
using namespace caveat::mail;

namespace {

NoticeHead head() {
    NoticeHead head;
    head.from = "teams+owner@lists.arc.example";
    head.from_name = "Southern Arc, teams";
    head.to = "rep@orchid.example";
    head.message_id = "n1@lists.arc.example";
    head.date = *parse_instant("2026-03-02T09:15:00Z");
    return head;
}

constexpr std::string_view form = "Subject: About {{subject}}\n\nDear {{name}},\n{{#why}}because {{why}}\n{{/why}}{{{raw}}}\n";
using Fields = std::map<std::string, std::string>;
const Fields all{{"subject", "your post"}, {"name", "Mei & Lin <x>"}, {"why", "of TLP:RED"}, {"raw", "{{name}}"}};

}  // namespace

TEST_CASE("a notice is a whole mail that no robot answers", "[mail][M2]") {
    const auto notice = render_notice(form, head(), all);
    REQUIRE(notice);
    CHECK(*notice ==
          "From: \"Southern Arc, teams\" <teams+owner@lists.arc.example>\r\nTo: <rep@orchid.example>\r\nSubject: About your post\r\n"
          "Date: Mon, 02 Mar 2026 09:15:00 +0000\r\nMessage-ID: <n1@lists.arc.example>\r\nAuto-Submitted: "
          "auto-replied\r\nX-Auto-Response-Suppress: All\r\n"
          "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
          "Dear Mei & Lin <x>,\r\nbecause of TLP:RED\r\n{{name}}\r\n");
}

TEST_CASE("a text goes along as a part of its own, whatever it holds", "[mail]") {
    const std::string rules = GENERATE(values<std::string>(
        {"plain\n", "no line end", "caf\xc3\xa9 without one", "--=_n1_lists_arc_example\n--=_n1_lists_arc_example_\n", ""}));
    CAPTURE(rules);
    const auto notice = render_notice(form, head(), all, {{"rules.txt", rules}});
    REQUIRE(notice);
    const auto message = parse(*notice, {});
    REQUIRE(message);
    REQUIRE(message->parts.size() == 2);
    std::string back = message->parts[1].content;
    for (std::size_t at = 0; (at = back.find("\r\n", at)) != std::string::npos;) back.erase(at, 1);
    if (back.ends_with('\n') && !rules.ends_with('\n')) back.pop_back();
    CHECK(back == rules);
    CHECK(message->parts[0].content == "Dear Mei & Lin <x>,\r\nbecause of TLP:RED\r\n{{name}}\r\n");
    CHECK(notice->find("Content-Disposition: attachment; filename=\"rules.txt\"\r\n") != std::string::npos);
}

TEST_CASE("an attachment has a name one can save it by", "[mail]") {
    for (const std::string name : {"", "../x", ".hidden", "a b", "a\"b", "a\r\nX: y", "caf\xc3\xa9"}) {
        CAPTURE(name);
        CHECK_FALSE(render_notice(form, head(), all, {{name, "text"}}));
    }
    CHECK_FALSE(render_notice(form, head(), all, {{std::string(101, 'a'), "text"}}));
    CHECK(render_notice(form, head(), all, {{std::string(100, 'a'), "text"}}));
}

TEST_CASE("a field the template names must be given, the empty one closes its section", "[mail]") {
    for (const std::string missing : {"subject", "name", "why", "raw"}) {
        CAPTURE(missing);
        auto fields = all;
        fields.erase(missing);
        const auto notice = render_notice(form, head(), fields);
        REQUIRE_FALSE(notice);
        CHECK(notice.error().code == errc::invalid);
        CHECK(notice.error().detail.find(missing) != std::string::npos);
    }
    auto fields = all;
    fields["why"] = "";
    CHECK(render_notice(form, head(), fields)->find("because") == std::string::npos);
}

TEST_CASE("a template without a subject or with broken tags is refused", "[mail]") {
    const std::string text = GENERATE(values<std::string>({"", "Dear\n\ntext", "Subject: x", "Subject: x\ntext\n", "Subject:\n\ntext\n",
                                                           "Subject: x\n\n{{#open}}\n", "Subject: {{open\n\nx\n", "\nSubject: x\n\n"}));
    CAPTURE(text);
    const auto notice = render_notice(text, head(), {{"open", "x"}});
    REQUIRE_FALSE(notice);
    CHECK(notice.error().code == errc::invalid);
}

TEST_CASE("no field reaches the header as more than one line", "[mail][S3]") {
    auto fields = all;
    fields["subject"] = "x\r\nBcc: evil@x.example\r\n\r\nbody";
    fields["name"] = "a\r\n.\r\nb\x1B[2J";
    auto from = head();
    from.from_name = "x\r\nBcc: evil@x.example";
    from.in_reply_to = "id>\r\nBcc: evil@x.example";
    const auto notice = render_notice(form, from, fields);
    REQUIRE(notice);
    const auto headers = read_headers(*notice, Limits{});
    REQUIRE(headers);
    CHECK(headers->count("Bcc") == 0);
    CHECK(headers->count("In-Reply-To") == 0);
    CHECK(notice->substr(headers->body_at).starts_with("Dear a\r\n.\r\nb[2J,\r\n"));

    for (auto NoticeHead::*member : {&NoticeHead::from, &NoticeHead::to, &NoticeHead::message_id}) {
        auto bad = head();
        bad.*member = "a@b.example\r\nBcc: evil@x.example";
        CHECK_FALSE(render_notice(form, bad, all));
    }
}

TEST_CASE("a field turns nothing round and hides nothing", "[mail][S3]") {
    auto fields = all;
    fields["subject"] =
        "a\xe2\x80\xae"
        "fdp.exe";
    fields["name"] = "\xe2\x81\xa6Mei\xc2\x9b\nTan\xe2\x80\x8b";
    const auto notice = render_notice(form, head(), fields);
    REQUIRE(notice);
    const auto headers = read_headers(*notice, Limits{});
    REQUIRE(headers);
    REQUIRE(headers->find("Subject") != nullptr);
    CHECK(headers->find("Subject")->value.find("a\\u{202e}fdp.exe") != std::string::npos);
    CHECK(notice->substr(headers->body_at).starts_with("Dear \\u{2066}Mei\\u{9b}\r\nTan\\u{200b},\r\n"));
}

TEST_CASE("text beyond ASCII or with long lines survives any relay", "[mail][M7]") {
    auto fields = all;
    fields["subject"] = "機密";
    fields["name"] = "林";
    fields["raw"] = std::string(3000, 'x');
    const auto notice = render_notice(form, head(), fields);
    REQUIRE(notice);
    for (const char c : *notice) REQUIRE(static_cast<unsigned char>(c) < 0x80);
    std::size_t line = 0;
    for (const char c : *notice) {
        line = c == '\n' ? 0 : line + 1;
        REQUIRE(line < 80);
    }
    const auto message = parse(*notice, Limits{});
    REQUIRE(message);
    CHECK(message->subject == "About 機密");
    CHECK(message->text() == "Dear 林,\r\nbecause of TLP:RED\r\n" + std::string(3000, 'x') + "\r\n");
    CHECK(message->from.front().name == "Southern Arc, teams");
}

TEST_CASE("a notice that answers says what it answers", "[mail]") {
    auto answer = head();
    answer.in_reply_to = "1@orchid.example";
    const auto notice = render_notice(form, answer, all);
    REQUIRE(notice);
    CHECK(notice->find("In-Reply-To: <1@orchid.example>\r\nReferences: <1@orchid.example>\r\n") != std::string::npos);
}

TEST_CASE("a notice that will be sealed shows nothing outside and everything inside", "[mail][K10]") {
    const Fields secret{{"subject", "the caf\xc3\xa9"}, {"name", "Mei"}, {"why", "the word is xyzzy"}, {"raw", "x"}};
    const auto notice = enclose_notice(form, head(), secret);
    REQUIRE(notice);
    CHECK(notice->outside ==
          "From: \"Southern Arc, teams\" <teams+owner@lists.arc.example>\r\nTo: <rep@orchid.example>\r\nSubject: [...]\r\n"
          "Date: Mon, 02 Mar 2026 09:15:00 +0000\r\nMessage-ID: <n1@lists.arc.example>\r\nAuto-Submitted: "
          "auto-replied\r\nX-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\n");
    const auto inside = parse(notice->inside, {});
    REQUIRE(inside);
    CHECK(inside->subject == "About the caf\xc3\xa9");
    CHECK(inside->parts.at(0).content == "Dear Mei,\r\nbecause the word is xyzzy\r\nx\r\n");
    for (const auto* line :
         {"Date: Mon, 02 Mar 2026 09:15:00 +0000\r\n", "\r\nHP-Outer: Subject: [...]\r\n", "\r\nHP-Outer: To: <rep@orchid.example>\r\n",
          "\r\nContent-Type: text/plain; charset=utf-8; hp=\"cipher\"; protected-headers=\"v1\"\r\n"}) {
        CHECK(notice->inside.find(line) != std::string::npos);
    }
    CHECK(notice->inside.find("MIME-Version") == std::string::npos);
    CHECK(enclose_notice(form, head(), {}).error().code == errc::invalid);
}

TEST_CASE("what goes along is sealed with the notice", "[mail][K10]") {
    const auto notice = enclose_notice(form, head(), all, {{"rules.txt", "the rules\n"}});
    REQUIRE(notice);
    CHECK(notice->outside.find("multipart") == std::string::npos);
    CHECK(notice->inside.find("\r\nContent-Type: multipart/mixed;") != std::string::npos);
    CHECK(notice->inside.find("hp=\"cipher\"") < notice->inside.find("\r\n\r\n"));
    const auto inside = parse(notice->inside, {});
    REQUIRE(inside);
    CHECK(inside->subject == "About your post");
    REQUIRE(inside->parts.size() == 2);
    CHECK(inside->parts[1].content == "the rules\r\n");
    CHECK_FALSE(enclose_notice(form, head(), all, {{"../rules", "x"}}));
}

TEST_CASE("a folded line of the outer header is recorded as it was folded", "[mail][K10]") {
    auto long_one = head();
    for (int i = 0; i < 20; ++i) long_one.from_name += " caf\xc3\xa9";
    const auto notice = enclose_notice(form, long_one, all);
    REQUIRE(notice);
    CHECK(notice->outside.find("\r\n =?") != std::string::npos);
    CHECK(notice->inside.find("\r\nHP-Outer: From: =?") != std::string::npos);
    CHECK(notice->inside.find("HP-Outer:  ") == std::string::npos);
    CHECK(parse(notice->inside, {})->subject == "About your post");
}

TEST_CASE("lines that fields made long are filled anew, and no others", "[mail]") {
    const std::string word = "abcdefghi";  // with a blank ten
    const auto words = [&](int count) {
        std::string line;
        for (int i = 0; i < count; ++i) line += (i > 0 ? " " : "") + word;
        return line;
    };
    const auto link = "Here: https://console.arc.example/" + std::string(60, 'x');
    const auto [text, expected] = GENERATE_COPY(table<std::string, std::string>({
        {"short\n" + words(7) + "\n" + words(7) + "\n", "short\n" + words(7) + "\n" + words(7) + "\n"},  // none is long
        {words(8) + "\nand on\n" + words(7) + "\n", words(7) + "\n" + word + " and on\n" + words(7) + "\n"},
        {"i. Title\n" + words(8) + "\n", "i. Title\n" + words(7) + "\n" + word + "\n"},  // a short line ends where it did
        {words(8) + "\n" + link + "\n", words(7) + "\n" + word + "\n" + link + "\n"},
        {"- " + words(8) + "\n", "- " + words(7) + "\n  " + word + "\n"},
        {"  " + words(8), "  " + words(7) + "\n  " + word},                                    // it had no end
        {std::string(90, 'x') + " y\n", std::string(90, 'x') + "\ny\n"},                       // no word is cut
        {"\xc3\xa9" + std::string(77, 'x') + "\n", "\xc3\xa9" + std::string(77, 'x') + "\n"},  // characters, not bytes
        {"> " + words(8) + "\n", "> " + words(8) + "\n"},
    }));
    const auto notice = render_notice("Subject: x\n\n{{text}}", head(), {{"text", text}});
    REQUIRE(notice);
    auto shown = parse(*notice, {}).value().text();
    std::erase(shown, '\r');
    CHECK(shown == (text.ends_with('\n') ? expected : expected + "\n"));
}

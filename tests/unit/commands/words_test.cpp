// What is a command, and what is none: by table.
#include "caveat/commands/words.hpp"

#include <catch2/catch.hpp>

namespace caveat::commands::test {
namespace {

const std::string a_key = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";

std::string many(std::string_view line, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += line;
    return text;
}

Command subscription(const char* list, std::optional<community::DeliveryMode> delivery = {}) {
    return {.verb = Verb::subscribe, .list = ListId{list}, .delivery = delivery};
}

struct Good {
    std::string text;
    std::vector<Command> commands;
};

const std::vector<Good>& good() {
    using community::DeliveryMode;
    using conduct::Choice;
    static const std::vector<Good> all{
        {"help", {{.verb = Verb::help}}},
        {"  HELP \r\n", {{.verb = Verb::help}}},
        {"lists\nwhich\nsubscriptions", {{.verb = Verb::lists}, {.verb = Verb::lists}, {.verb = Verb::lists}}},
        {"subscribe", {subscription("")}},
        {"Subscribe Teams", {subscription("teams")}},
        {"join teams digest", {subscription("teams", DeliveryMode::digest)}},
        {"subscribe none", {subscription("", DeliveryMode::none)}},
        {"unsubscribe\nleave ews\nsignoff wg-malware",
         {{.verb = Verb::unsubscribe},
          {.verb = Verb::unsubscribe, .list = ListId{"ews"}},
          {.verb = Verb::unsubscribe, .list = ListId{"wg-malware"}}}},
        {"unsubscribe\xC2\xA0\n\xC2\xA0\n\xE3\x80\x80ｊｏｉｎ\u3000ＴＥＡＭＳ　ｄｉｇｅｓｔ",
         {{.verb = Verb::unsubscribe}, subscription("teams", DeliveryMode::digest)}},
        {"\xEF\xBB\xBFhelp\u200B\nｅｎｄ\nx", {{.verb = Verb::help}}},
        {"get key", {{.verb = Verb::get_key}}},
        {"Get\tKey\nsendkey", {{.verb = Verb::get_key}, {.verb = Verb::get_key}}},
        {"set key", {{.verb = Verb::set_key}}},
        {"set key\n\n" + a_key + "help", {{.verb = Verb::set_key, .armour = a_key}, {.verb = Verb::help}}},
        {"vote D-2026-001 YES", {{.verb = Verb::vote, .subject = "D-2026-001", .choice = Choice::yes}}},
        {"vote D-2026-001 abstain", {{.verb = Verb::vote, .subject = "D-2026-001", .choice = Choice::abstain}}},
        {"acknowledge C-2026-001 1", {{.verb = Verb::acknowledge, .subject = "C-2026-001", .notice = 1}}},
        {"ack C-2026-001 12", {{.verb = Verb::acknowledge, .subject = "C-2026-001", .notice = 12}}},
        // Behind the end is what a program or a colleague of the sender put there.
        {"help\n-- \nMei Tan\nOrchid-CERT", {{.verb = Verb::help}}},
        {"help\n--\nunsubscribe", {{.verb = Verb::help}}},
        {"help\nend\nThis mail is confidential.", {{.verb = Verb::help}}},
        {"help\nQUIT\nx", {{.verb = Verb::help}}},
        // What is quoted was said by somebody else.
        {"> unsubscribe\n  > vote D-1 yes\nhelp\n>> anything", {{.verb = Verb::help}}},
        {many("help\n", most_commands), std::vector<Command>(most_commands, {.verb = Verb::help})},
        {many("\n", most_lines_of_commands - 1) + "help", {{.verb = Verb::help}}},
    };
    return all;
}

struct Bad {
    std::string text;
    errc code;
    std::string says;
};

const std::vector<Bad>& bad() {
    static const std::vector<Bad> all{
        {"", errc::not_found, "no command"},
        {"\n\n> help\n-- \nhelp", errc::not_found, "no command"},
        {"end\nunsubscribe", errc::not_found, "no command"},
        {"please subscribe me", errc::invalid, "line 1 is no command"},
        {"help\n\nOn Monday Mei wrote:", errc::invalid, "line 3 is no command"},
        {"help\nThis mail is confidential.", errc::invalid, "write \"end\" in a line behind the last one"},
        {"help me", errc::invalid, "line 1 is no command; write: help"},
        {"subscribe teams ews", errc::invalid, "write: subscribe [LIST]"},
        {"subscribe each none", errc::invalid, "write: subscribe [LIST]"},
        {"subscribe digest teams", errc::invalid, "write: subscribe [LIST]"},
        {"subscribe teams each now", errc::invalid, "write: subscribe [LIST]"},
        {"unsubscribe teams none", errc::invalid, "write: unsubscribe [LIST]"},
        {"unsubscribe te\xc3\xa4ms", errc::invalid, "write: unsubscribe [LIST]"},
        {"subscribe https://evil.example/login", errc::invalid, "write: subscribe [LIST]"},
        {"unsubscribe teams@evil.example", errc::invalid, "write: unsubscribe [LIST]"},
        {"vote https://evil.example yes", errc::invalid, "write: vote DECISION yes|no|abstain"},
        {"acknowledge //evil.example 1", errc::invalid, "write: acknowledge CASE NOTICE"},
        {"vote D-2026-001", errc::invalid, "write: vote DECISION yes|no|abstain"},
        {"vote D-2026-001 sealed", errc::invalid, "write: vote DECISION"},
        {"vote D-2026-001 yes yes", errc::invalid, "write: vote DECISION"},
        {"acknowledge C-2026-001", errc::invalid, "write: acknowledge CASE NOTICE"},
        {"acknowledge C-2026-001 0", errc::invalid, "write: acknowledge CASE NOTICE"},
        {"acknowledge C-2026-001 1x", errc::invalid, "write: acknowledge CASE NOTICE"},
        {"acknowledge C-2026-001 99999999999999999999", errc::invalid, "write: acknowledge CASE NOTICE"},
        {"get", errc::invalid, "line 1 is no command"},
        {"set key now", errc::invalid, "write: set key"},
        {a_key, errc::invalid, "in line 1 a key begins"},
        {"help\n" + a_key, errc::invalid, "in line 2 a key begins"},
        {"set key\n" + a_key + a_key, errc::invalid, "a key begins"},
        {"set key\n-----BEGIN PGP PUBLIC KEY BLOCK-----\nmDME", errc::invalid, "the key has no end"},
        {"set key\n-----BEGIN PGP PUBLIC KEY BLOCK-----\n" + many("0123456789abcdef\n", longest_key / 16), errc::limit, "more than 65536"},
        {"set key\nset key", errc::limit, "more than one key"},
        {std::string(longest_command + 1, 'x'), errc::invalid, "line 1 is no command"},
        {many("help\n", most_commands + 1), errc::limit, "more than 10 commands"},
        {many("\n", most_lines_of_commands) + "help", errc::limit, "more than 200 lines"},
        {std::string("help\0", 5), errc::invalid, "line 1 is no command"},
    };
    return all;
}

}  // namespace

TEST_CASE("commands are read from the lines of a mail", "[commands]") {
    for (const auto& one : good()) {
        CAPTURE(one.text);
        const auto read = read_commands(one.text);
        INFO((read ? "" : read.error().detail));
        REQUIRE(read);
        CHECK(*read == one.commands);
    }
}

TEST_CASE("one line that is no command, and there is none", "[commands]") {
    for (const auto& one : bad()) {
        CAPTURE(one.text);
        const auto read = read_commands(one.text);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == one.code);
        CHECK_THAT(read.error().detail, Catch::Contains(one.says));
    }
}

TEST_CASE("a command is written as it is read", "[commands]") {
    for (const auto& one : good()) CHECK(read_commands(text_of(one.commands)).value() == one.commands);
}

TEST_CASE("what speaks for a team, and a key, needs a signature; what shows or changes something needs proof", "[commands]") {
    for (const auto verb : {Verb::vote, Verb::acknowledge, Verb::set_key}) CHECK((needs_signature(verb) && needs_proof(verb)));
    for (const auto verb : {Verb::lists, Verb::subscribe, Verb::unsubscribe}) CHECK((needs_proof(verb) && !needs_signature(verb)));
    for (const auto verb : {Verb::help, Verb::get_key}) CHECK_FALSE(needs_proof(verb));
}

TEST_CASE("a reply confirms by the word for it in its first line, and by nothing else in any language", "[commands][A5][M2]") {
    const std::string reply = "Re: [Forum] Confirm what you asked for";
    for (const auto* text : {"confirm\n", "\n  Confirm.\r\nIf you are not the intended recipient, delete this.\n", "I confirm.\n",
                             "Confirmed!\n", "confirm\u00A0\r\n", "ｃｏｎｆｉｒｍ\n", "> If you did not ask\n\n*confirm*\n"}) {
        CAPTURE(text);
        CHECK(said_in(reply, text) == Said::yes);
    }
    for (const auto* text :
         {"", "\n> To confirm it, reply\n", "NO! I did not ask for this.\n\n> To confirm it, reply\n", "Yes?? I did not ask\n",
          "Confirm?\n", "yes to what\n", "confirm nothing\n", "yes\n", "Ok.\n\nWho asked for this?\n",
          "Please confirm\nthat this is a mistake\n", "请不要退订！\n", "やめてください\n", "탈퇴하지 마세요\n", "อย่ายกเลิกสมาชิก\n",
          "Xin đừng hủy\n", "Huwag po\n", "This is fraud\n", "I want to stay\n", "I am out of office until Monday.\n",
          "Mei Tan\n-- \nconfirm\n", "On Monday the list wrote:\n> reply with the word\n> confirm\n"}) {
        CAPTURE(text);
        CHECK(said_in(reply, text) == Said::unclear);
    }
    for (const auto* subject :
         {"Automatic reply: Confirm what you asked for", "Out of office: Re: Confirm", "AUTO: Mei Tan is away", "自動返信: Confirm"}) {
        CAPTURE(subject);
        CHECK(said_in(subject, "I am back on Monday.\n") == Said::robot);
        CHECK(said_in(subject, "confirm\n") == Said::yes);
    }
}

}  // namespace caveat::commands::test

// Labels that stand where other programs put them: parted by line ends, turned round, in fields of mail systems, in files within the text.
#include <catch2/catch.hpp>
#include <string>

#include "as_seen.hpp"
#include "caveat/mail/label.hpp"
#include "transfer.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

Message message_of(const string& fields_and_text) {
    const auto message = parse(fields_and_text, Limits{});
    REQUIRE(message);
    return *message;
}

Message text_mail(const string& text, const string& type = "text/plain; charset=utf-8") {
    return message_of("From: a@b.example\r\nSubject: weekly note\r\nContent-Type: " + type + "\r\n\r\n" + text);
}

Labelling read_at(const Message& message, Tlp list_default) { return find_label(message, {}, {list_default, true, Tlp::amber, {}}); }

Labelling with_fields(const string& fields, const string& text, Tlp list_default) {
    const auto raw = "From: a@b.example\r\nSubject: weekly note\r\n" + fields + "\r\n" + text;
    const auto headers = read_headers(raw, Limits{});
    REQUIRE(headers);
    return find_label(message_of(raw), label_headers(*headers),
                      {list_default, true, Tlp::amber, markings(*headers, caveat::community::usual_sensitivities())});
}

}  // namespace

TEST_CASE("fields of mail systems raise or hold", "[mail][L1][L2]") {
    struct FieldRow {
        string field;
        Tlp label;
        bool hold;
    };
    const std::vector<FieldRow> rows{
        {"Sensitivity: Company-Confidential", Tlp::amber_strict, false},
        {"sensitivity: company-confidential (ours)", Tlp::amber_strict, false},
        {"Sensitivity: Private", Tlp::green, true},
        {"Sensitivity: Personal", Tlp::green, true},
        {"Sensitivity: Normal", Tlp::green, false},
        {"X-Sensitivity: Confidential", Tlp::amber, false},
        {"X-Sensitivity: STRICTLY CONFIDENTIAL", Tlp::amber_strict, false},
        {"X-Classification: Restricted", Tlp::amber_strict, false},
        {"X-Classification: Top Secret", Tlp::green, true},
        {"X-Classification: TLP:RED", Tlp::red, false},
        {"X-Classification: tlp:amber", Tlp::amber, false},
        {"X-Classification: TLP:ORANGE", Tlp::green, true},
        {"X-Classification: unclassified", Tlp::green, false},
        {"X-Classification: Non-Confidential", Tlp::green, false},
        {"X-Classification: no Confidential data", Tlp::green, false},
        {"X-Classification: kein Confidential", Tlp::green, false},
        {"X-Classification: not secret", Tlp::green, false},
        {"X-Classification: secretariat", Tlp::green, false},
        {"X-Classification: =?utf-8?Q?Confidentiel_=C3=A0_tous?=", Tlp::amber, false},
        {"X-Microsoft-Classification: Vertraulich", Tlp::amber, false},
        {"msip_labels: MSIP_Label_11111111-2222-3333-4444-555555555555_Enabled=True;\r\n"
         " MSIP_Label_11111111-2222-3333-4444-555555555555_Name=Highly Confidential;",
         Tlp::amber_strict, false},
        {"msip_labels: MSIP_Label_11111111-2222-3333-4444-555555555555_Name=Public;", Tlp::green, false},
        {"SIO-Label: marking=\"CONFIDENTIAL\"; fgcolor=black", Tlp::amber, false},
        {"X-Protective-Marking: VER=2018.6, NS=gov.au, SEC=OFFICIAL:Sensitive, ORIGIN=a@b.example", Tlp::amber, false},
        {"X-Protective-Marking: VER=2018.6, NS=gov.au, SEC=OFFICIAL, ORIGIN=a@b.example", Tlp::green, false},
        {"X-Protective-Marking: VER=2018.6, NS=gov.au, SEC=PROTECTED, ORIGIN=a@b.example", Tlp::green, true},
        {"X-Protective-Marking: VER=2018.6, NS=gov.au, SEC=TOP-SECRET, ORIGIN=a@b.example", Tlp::green, true},
        {"Keywords: phishing, TLP:RED", Tlp::red, false},
        {"Comments: please see TLP: a question", Tlp::green, false},
        {"X-TLP-Label: RED", Tlp::red, false},
        {"X-MISP-TLP: tlp:amber", Tlp::amber, false},
        {"X-TLP-Id: 4711", Tlp::green, false},
        {"X-HTTLP: RED", Tlp::green, false},
        {"Importance: high", Tlp::green, false},
        {"X-Priority: 1", Tlp::green, false},
        {"X-Other: Confidential, TLP:RED", Tlp::green, false},
        {"X-Sensitivity: " + string(17000, 'x'), Tlp::green, true},
    };
    for (const auto& row : rows) {
        CAPTURE(row.field.substr(0, 100));
        const auto read = with_fields(row.field + "\r\n", "hello\r\n", Tlp::green);
        CAPTURE(read.why);
        CHECK(name(read.label) == name(row.label));
        CHECK(read.hold == row.hold);
        CHECK(with_fields(row.field + "\r\n", "hello\r\n", Tlp::red).label == Tlp::red);  // never lowers
    }
    // Above the text's own label it is told as a conflict, and what holds is said.
    const auto above = with_fields("Sensitivity: Company-Confidential\r\n", "TLP:GREEN\r\n", Tlp::green);
    CHECK(above.label == Tlp::amber_strict);
    CHECK(above.conflict_note == "H=AMBER+STRICT B=GREEN");
    CHECK(above.found.at(0).text == "Sensitivity: Company-Confidential");
    CHECK(with_fields("Sensitivity: private\r\n", "TLP:GREEN\r\n", Tlp::green).why.find("\"Sensitivity: Private\"") != string::npos);
    // That is recorded and told in clear, so that it says the field and none of the mail's words.
    const auto unknown = with_fields("Keywords: TLP:CANARY\r\n", "TLP:GREEN\r\n", Tlp::green);
    CHECK(unknown.hold);
    CHECK(unknown.why.find("\"Keywords: a word that looks like a label and is not one\"") != string::npos);
    CHECK(unknown.why.find("CANARY") == string::npos);
}

TEST_CASE("a table of sensitivities of one's own is what counts", "[mail][L1]") {
    const string raw = "From: a@b.example\r\nX-House: intern (rot)\r\nSensitivity: private\r\n\r\nx\r\n";
    const auto headers = read_headers(raw, Limits{});
    REQUIRE(headers);
    CHECK(markings(*headers, {}).empty());
    const auto ours = markings(*headers, {{{"x-house"}, {"rot"}, Tlp::red}});
    REQUIRE(ours.size() == 1);
    CHECK(ours[0].at_least == Tlp::red);
    CHECK(ours[0].text == "X-House: rot");
}

TEST_CASE("marks of direction hide no label", "[mail][L1][L3]") {
    CHECK(turned_round("TLP:\u202EDER") == "TLP:RED");
    CHECK(turned_round("\u202EDÉR:PLT\u202C x\n\u202Eba\nc") == "TLP:RÉD x\nab\nc");
    CHECK_FALSE(turned_round("TLP:RED"));
    for (const string text : {"TLP:\u202EDER\u202C", "\u202EDER:PLT", "\u202EDER:PLT\u202C - no", "T\u202EPL\u202C:RED"}) {
        CAPTURE(text);
        const auto in_text = read_at(text_mail("Dear all,\r\n\r\n" + text + "\r\n"), Tlp::green);
        CHECK((in_text.hold || in_text.label == Tlp::red));
        const auto in_subject = read_at(message_of("From: a@b.example\r\nSubject: " + text + "\r\n\r\nx\r\n"), Tlp::green);
        CHECK((in_subject.hold || in_subject.label == Tlp::red));
    }
    CHECK(read_at(text_mail("> \u202EDER:PLT\u202C\r\n"), Tlp::green).label == Tlp::red);  // quoted: raises
    CHECK_FALSE(read_at(text_mail("\u202Eolleh\u202C and TLP: a question\r\n"), Tlp::green).hold);
    CHECK_FALSE(read_at(text_mail("TLP:GREEN \u202B\u05D0\u05D1\u202C\r\n"), Tlp::green).hold);
}

TEST_CASE("an outgoing subject shows no other label in either direction", "[mail][L7]") {
    CHECK(subject_with_label("\u202EDER:PLT\u202C case", Tlp::amber) == "TLP:AMBER case");
    CHECK(subject_with_label("TLP:\u202EDER", Tlp::amber) == "TLP:AMBER");
    CHECK(turned_round(subject_with_label("\u202ETCIRTS", Tlp::amber)).value_or("none") == "none");
    CHECK(subject_with_label("\u202E\u05D0\u05D1\u202C x", Tlp::amber) == "TLP:AMBER \u202E\u05D0\u05D1\u202C x");
}

TEST_CASE("a label that a line end parts raises", "[mail][L1]") {
    struct PartedRow {
        string type, text;
        Tlp label;
    };
    const std::vector<PartedRow> rows{
        {"text/plain", "TLP:\r\nRED\r\n", Tlp::red},
        {"text/plain", "Classification: TLP:\r\nAMBER\r\n", Tlp::amber},
        {"text/plain", "**TLP:**\r\n\r\n**RED**\r\n", Tlp::red},
        {"text/plain", "Traffic Light Protocol:\r\nRED\r\n", Tlp::red},
        {"text/plain; format=flowed", "TLP: \r\nRED - participants only\r\n", Tlp::red},
        {"text/plain; format=flowed", "TLP:AMBER \r\n+STRICT\r\n", Tlp::amber_strict},
        {"text/plain; format=flowed; delsp=yes", "TLP:R \r\nED\r\n", Tlp::red},
        {"text/plain; format=flowed; delsp=yes", "Hello,\r\n\r\nT \r\nLP:RED - participants only\r\n", Tlp::red},
        {"text/plain; format=flowed; delsp=yes", "> TLP:AMBER+STR \r\n> ICT\r\n", Tlp::amber_strict},
        {"text/plain", "> TLP:\r\n> RED\r\n", Tlp::red},
        {"text/plain", "TLP Classification:\r\nRED\r\n", Tlp::red},
        {"text/plain", "Classification (TLP)\r\nAMBER+STRICT\r\n", Tlp::amber_strict},
        {"text/plain", "TLP 2.0:\r\nRED\r\n", Tlp::red},
        {"text/plain; charset=utf-8", "TLP区分\r\nRED\r\n", Tlp::red},
        {"text/html", "<div>TLP level</div><div>RED</div>", Tlp::red},
        {"text/html", "<table><tr><td>Sharing level (TLP 2.0)</td><td>RED</td></tr></table>", Tlp::red},
        {"text/plain", "TLP training\r\nRed team\r\n", Tlp::clear},
        {"text/plain", "a long line that tells of the TLP and of more\r\nRED\r\n", Tlp::clear},
        {"text/html", "<table><tr><td>TLP:</td><td>RED</td></tr></table>", Tlp::red},
        {"text/html", "<table><tr><td>TLP:</td></tr><tr><td>RED</td></tr></table>", Tlp::red},
        {"text/html", "<table><tr><td>ACME</td><td>TLP:AMBER+STRICT</td><td>12.11.2026</td></tr></table>", Tlp::amber_strict},
        {"text/html", "<table><tr><td>TLP</td><td>Red</td></tr></table>", Tlp::red},
        {"text/html", "<table><tr><td>TLP:AMBER</td><td>STRICT</td></tr></table>", Tlp::amber_strict},
        {"text/html", "TLP:&nbsp;&nbsp;&nbsp;&nbsp;<b>Red</b>", Tlp::red},
        {"text/csv", "a,b,TLP:RED,c", Tlp::red},
        {"text/csv", "a;\"b\"; \"TLP:RED\" ;c", Tlp::red},
        {"text/csv", "a,we spoke of TLP:RED in it,c", Tlp::clear},
        {"text/html", "<table><tr><th>TLP</th><th>Date</th></tr><tr><td>x</td><td>y</td></tr></table>", Tlp::clear},
        {"text/plain", "What does the word mean, the TLP?\r\nRed is a colour\r\n", Tlp::clear},
        {"text/plain", "We all talked about TLP\r\nred tape is all they wrote\r\n", Tlp::clear},
        {"text/plain", "this is about the TLP:\r\nRED means that you keep it\r\n", Tlp::clear},
        {"text/plain", "TLP:GREEN\r\nStrict rules apply\r\n", Tlp::green},
        {"text/plain", "TLP:AMBER\r\nStrict rules apply\r\n", Tlp::amber},
    };
    for (const auto& row : rows) {
        CAPTURE(row.type, row.text);
        const auto read = read_at(text_mail(row.text, row.type), Tlp::clear);
        CAPTURE(read.why);
        CHECK(name(read.label) == name(row.label));
        CHECK_FALSE(read.hold);
    }
}

TEST_CASE("of a form in which a label is ticked the strictest raises, also over several lines", "[mail][L1][L9][ruling hh]") {
    const string text = GENERATE(values<string>({
        "TLP:\r\n☐ GREEN\r\n☒ RED\r\n",
        "TLP:\r\n[ ] GREEN\r\n[ ] AMBER: your organisation\r\n[x] RED: named people only\r\n",
        "TLP\r\nGREEN [ ]\r\nAMBER [ ]\r\nRED [x]\r\n",
        "> TLP:\r\n> ○ GREEN\r\n> ● RED\r\n",
    }));
    CAPTURE(text);
    CHECK(read_at(text_mail(text), Tlp::green).label == Tlp::red);
}

TEST_CASE("of a form in HTML the strictest label raises", "[mail][L1][L9][ruling hh]") {
    const string html = GENERATE(values<string>({
        "<table><tr><td>TLP:</td><td>☐ GREEN</td><td>☐ AMBER</td><td>☒ RED</td></tr></table><p>Victim: x</p>",
        "<table><tr><td>TLP:</td></tr><tr><td>☐ GREEN</td></tr><tr><td>☒ RED</td></tr></table>",
        "<p>TLP: <del>GREEN</del> <b>RED</b></p><p>Victim: x</p>",
        "<p>TLP: <input type=radio> Green <input type=radio checked> RED</p>",
    }));
    CAPTURE(html);
    CHECK(read_at(text_mail(html, "text/html; charset=utf-8"), Tlp::green).label == Tlp::red);
}

TEST_CASE("what is to be done below a label, or follows it in a sentence, is no form", "[mail][L3]") {
    const string text = GENERATE(values<string>({
        "TLP:GREEN\r\n☐ Red team\r\n☒ lunch\r\n",
        "TLP:GREEN\r\n\r\nRED TEAM report\r\n",
        "TLP:GREEN - CODE RED\r\n",
        "TLP:\r\nGREEN\r\nRed team exercise\r\n",
    }));
    CAPTURE(text);
    const auto read = read_at(text_mail(text), Tlp::green);
    CHECK((read.label == Tlp::green && !read.hold));
}

TEST_CASE("files within the text are read as files", "[mail][L1][L2]") {
    // "TLP:RED\n" and "hello\n"
    CHECK(decode_uuencode("begin 644 x.txt\r\n(5$Q0.E)%1`H`\r\n`\r\nend\r\n") == "TLP:RED\n");
    CHECK(decode_uuencode("no file") == "no file");
    const auto red = read_at(text_mail("see below\r\n\r\nbegin 644 x.txt\r\n(5$Q0.E)%1`H`\r\n`\r\nend\r\n"), Tlp::green);
    CHECK(red.label == Tlp::red);
    CHECK(name(red.found.at(0).where) == "attachment");
    const auto named = read_at(text_mail("begin 644 TLP-RED.txt\r\n&:&5L;&\\*\r\n`\r\nend\r\n"), Tlp::green);
    CHECK(named.label == Tlp::red);
    CHECK(name(named.found.at(0).where) == "filename");
    // What only pretends to be a file is text.
    CHECK(read_at(text_mail("begin 644 x.txt\r\nTLP:RED\r\nend\r\n"), Tlp::green).label == Tlp::red);
    CHECK(read_at(text_mail("begin 644 words in prose\r\nhello\r\n"), Tlp::green).label == Tlp::green);
    const auto coded = message_of(
        "From: a@b.example\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 "
        "x\r\n(5$Q0.E)%1`H`\r\n`\r\nend\r\n");
    CHECK(read_at(coded, Tlp::green).label == Tlp::red);
}

TEST_CASE("a colour of the languages of the region holds behind a colon and a blank, and behind a word for level",
          "[mail][L3][L9][ruling hh]") {
    for (const string written : {"TLP: オレンジ",
                                 "TLP: 주황색",
                                 "TLP: 橘色",
                                 "TLP: màu đỏ",
                                 "TLP: नारंगी",
                                 "TLP: ສີເຫຼືອງ",
                                 "TLP: དམར་པོ",
                                 "TLP: шар",
                                 "TLP : қызыл",
                                 "TLP-Stufe: ROT",
                                 "TLP-niveau: ROOD",
                                 "TLP nivå: RÖD",
                                 "TLP-Level: GELB",
                                 "TLP level: merah",
                                 "TLP level: 红色",
                                 "TLP level: Đỏ",
                                 "TLP level: ORANGE",
                                 "TLP classification = YELLOW",
                                 "TLP level: REDD",
                                 "TLP level: AMBR",
                                 "TLP level: PURPLE",
                                 "TLP level: SECRET",
                                 "TLP level: RESTRICTED",
                                 "TLP seviyesi: KIRMIZI",
                                 "TLP уровень: КРАСНЫЙ"}) {
        CAPTURE(written);
        CHECK(read_at(text_mail(written + "\r\n\r\nthe victim\r\n"), Tlp::green).hold);
        CHECK(read_at(text_mail("**" + written + "**\r\n\r\nthe victim\r\n"), Tlp::green).hold);
        CHECK(read_at(message_of("From: a@b.example\r\nContent-Type: text/plain\r\nSubject: Re: " + written + "\r\n\r\nx\r\n"), Tlp::green)
                  .hold);
    }
    for (const string written :
         {"About TLP: наши правила обмена информацией", "TLP: правила обмена информацией для всех", "TLP level: see below",
          "TLP status: NOT SET", "TLP: see the table", "the TLP level: an overview", "TLP label: FAQ", "TLP status: OPEN", "TLP level: TBD",
          "TLP classification: NONE", "TLP-Stufe: OFFEN", "TLP status: NEW", "TLP designation: DRAFT", "TLP:A question",
          "TLP status: RESOLVED", "TLP level: N/A", "TLP level: 未定", "TLP level: 待定"}) {
        CAPTURE(written);
        CHECK_FALSE(read_at(text_mail(written + "\r\n\r\nthe victim\r\n"), Tlp::green).hold);
        CHECK_FALSE(
            read_at(message_of("From: a@b.example\r\nContent-Type: text/plain\r\nSubject: Re: " + written + "\r\n\r\nx\r\n"), Tlp::green)
                .hold);
    }
}

TEST_CASE("a label behind the number or tag of a line raises in every script", "[mail][L9][ruling hh]") {
    for (const string front : {"一、", "1、", "（一）", "가. ", "ア. ", "ㅇ ", "ก) ", "๑. ", "а) ", "[CONFIDENTIAL] ", "[대외비] ",
                               "【機密】", "【機密】【至急】"}) {
        CAPTURE(front);
        CHECK(read_at(text_mail(front + "TLP:RED - for the readers of this list and nobody else, please\r\n"), Tlp::green).label ==
              Tlp::red);
    }
    for (const string front : {"今後、", "See [1, 2] and ", "[see TLP] ", "[this is a long remark about something else] "}) {
        CAPTURE(front);
        CHECK(read_at(text_mail(front + "TLP:RED is what we use for the readers of this list and nobody else\r\n"), Tlp::green).label ==
              Tlp::green);
    }
    // Also where words go on, or ask: nothing tells whom it is for from what is said of it.
    for (const string line :
         {"[CONFIDENTIAL] TLP:RED not for disclosure", "[CONFIDENTIAL] TLP:RED: can you look at 203.0.113.5?", "【機密】TLP:RED 関係者限り",
          "[internal][draft] TLP:RED for the team", "[CONFIDENTIAL] [TLP:RED] for you", "[CONFIDENTIAL]: TLP:RED for you",
          "[JPCERT#2026-11] TLP:RED leaked from 203.0.113.5", "[Agenda] TLP:RED handling in the drill"}) {
        CAPTURE(line);
        CHECK(read_at(text_mail(line + "\r\n"), Tlp::green).label == Tlp::red);
    }
    CHECK(read_at(text_mail("[CONFIDENTIAL] TLP:ORANGE for you\r\n"), Tlp::green).hold);
    CHECK(read_at(text_mail("[wiki] TLP:ORANGE\r\n"), Tlp::green).hold);
    // It never speaks for the message.
    CHECK(read_at(text_mail("[internal] TLP:GREEN\r\n"), Tlp::amber).label == Tlp::amber);
    CHECK(read_at(text_mail("一、TLP:GREEN\r\n"), Tlp::amber).label == Tlp::amber);
}

TEST_CASE("a heading of some words in front of a label counts though it says for whom it is", "[mail][L1][L9][ruling hh]") {
    for (const string line : {"Classification: TLP:RED – not for disclosure", "Classification: TLP:RED (named recipients only)",
                              "Classification: TLP:RED, named recipients only", "Klassifizierung: TLP:RED - nur für Sie",
                              "Sensitivity level: TLP:RED | named recipients", "Classification | TLP:RED (named recipients only)",
                              "Klassifizierung\tTLP:RED - nur für Sie", "Classification: TLP:RED, for named recipients only.",
                              "Classification: TLP RED - named readers only", "Classification: tlp:red - named readers only",
                              "Classification: TLP-RED - named readers only", "Classification: TLP:RED - can you look at 203.0.113.5?",
                              "Classification: TLP:RED - not for disclosure, restricted to participants of the meeting of the working "
                              "group only"}) {
        CAPTURE(line);
        CHECK(read_at(text_mail(line + "\r\n"), Tlp::green).label == Tlp::red);
        CHECK(read_at(text_mail("TLP:GREEN\r\n\r\n" + line + "\r\n"), Tlp::green).label == Tlp::red);
    }
    for (const string line :
         {"Two colours matter most here: TLP:RED - for named readers", "The colours: TLP:RED (named readers), TLP:AMBER (teams)",
          "Our classification: TLP:RED is for named readers", "The last question of all was: TLP:RED (or not)"}) {
        CAPTURE(line);
        CHECK(read_at(text_mail(line + "\r\n"), Tlp::green).label == Tlp::green);
    }
}

TEST_CASE("a label that is alone in its cell raises however it is spelled", "[mail][L2][L9][ruling hh]") {
    for (const string label : {"TLP RED", "TLP-RED", "TLP – RED", "TLP=RED", "TLP_RED", "TLP（RED）", "tlp:red"}) {
        CAPTURE(label);
        CHECK(read_at(text_mail("Classification | " + label + " | of the report\r\n"), Tlp::green).label == Tlp::red);
        CHECK(read_at(text_mail("Orchid team, report 7   " + label + "\r\n"), Tlp::green).label == Tlp::red);
        CHECK(read_at(text_mail("<table><tr><td>Classification</td><td>" + label + "</td><td>x</td></tr></table>\r\n",
                                "text/html; charset=utf-8"),
                      Tlp::green)
                  .label == Tlp::red);
    }
    CHECK(read_at(text_mail("Classification | what TLP RED is for\r\n"), Tlp::green).label == Tlp::green);
    CHECK(read_at(text_mail("we spoke of tlp red and of others\r\n"), Tlp::green).label == Tlp::green);
}

TEST_CASE("a message in Outlook's own format alone is held", "[mail][L1]") {
    const string tnef = "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+Ig==\r\n";
    const auto alone = message_of("From: a@b.example\r\nSubject: x\r\n" + tnef);
    CHECK(read_at(alone, Tlp::green).hold);
    CHECK_FALSE(read_at(alone, Tlp::clear).hold);
    const auto beside =
        message_of("From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n" +
                   tnef + "--b--\r\n");
    CHECK_FALSE(read_at(beside, Tlp::green).hold);
}

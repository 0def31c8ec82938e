#include "caveat/mail/label.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "label_lexer.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

constexpr Tlp C = Tlp::clear, G = Tlp::green, A = Tlp::amber, S = Tlp::amber_strict, R = Tlp::red;

Part part(string type, string content, string path = "1") {
    Part p;
    p.path = std::move(path);
    p.type = std::move(type);
    p.charset = "utf-8";
    p.content = std::move(content);
    return p;
}

Message mail_of(string subject, string body) {
    Message message;
    message.subject = std::move(subject);
    message.parts.push_back(part("text/plain", std::move(body)));
    return message;
}

Labelling read(const Message& message, Tlp list_default = A, bool authenticated = true, const std::vector<string>& headers = {}) {
    return find_label(message, headers, {list_default, authenticated, A});
}

enum Verdict { ok, told, held };  // told: a conflict, distributed under the most restrictive

struct Row {
    string subject, body;
    Tlp list_default;
    bool authenticated;
    Tlp label;
    Verdict verdict;
};

void check(const Row& row) {
    CAPTURE(row.subject, row.body, name(row.list_default), row.authenticated);
    const auto read_as = read(mail_of(row.subject, row.body), row.list_default, row.authenticated);
    CAPTURE(read_as.why, read_as.conflict_note);
    CHECK(name(read_as.label) == name(row.label));
    CHECK(read_as.hold == (row.verdict == held));
    if (row.verdict != held) CHECK(read_as.conflict == (row.verdict == told));
    CHECK_FALSE(read_as.why.empty());
}

string lines(int count, const string& line = "text") {
    string out;
    for (int i = 0; i < count; ++i) out += line + "\n";
    return out;
}

}  // namespace

TEST_CASE("the vectors of the domain page are labelled as it says", "[mail][L1][L2][L3]") {
    const std::vector<Row> rows{
        {"[teams] TLP:GREEN phish kit", "TLP:GREEN\nx", A, true, G, ok},
        {"[teams] TLP:GREEN phish kit", "TLP:GREEN\nx", A, false, A, ok},
        {"Re: TLP:CLEAR notes", "x\n> TLP:RED\n", A, true, R, held},  // (bb) a quote stricter than the own label
        {"Re: TLP:CLEAR notes", "x\n> TLP:RED\n", A, false, R, held},
        {"tlp: green hello", "x", A, true, A, ok},
        {"TLP:AMBER+STRICT case 7", "TLP:AMBER\nx", A, true, S, told},
        {"TLP:WHITE advisory", "TLP:CLEAR\nx", G, true, C, ok},
        {"hello", "x", A, true, A, ok},
        {"TLP:ORANGE x", "x", A, true, A, held},
        {"x", "TLP:AMBER+STRICTLY\nx", A, true, A, held},
        {"Re: [TLP:RED] x", "x", A, true, R, ok},
        {"TLP:RED: x", "x", A, true, R, ok},
        {"TLP:RED TLP:GREEN", "x", A, true, R, held},  // (bb) two labels in one subject
        {"XTLP:RED", "x", A, true, A, ok},
        {"About TLP:RED handling", "TLP:GREEN\nx", A, true, R, held},
        {"status", "we saw TLP:RED data in prose that goes on for a while", A, true, A, ok},
        {"TLP:AMBER", "x", G, true, A, ok},  // of =?utf-8?q?TLP=3AAMBER?=, decoded by the parser
        {"TLP:AMBER STRICT", "x", G, true, S, ok},
        {"TLP-AMBER-STRICT", "x", G, true, S, ok},
        {"x", "TLP:AMBER-STRICT\nx", G, true, S, ok},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("a list without a default is AMBER, never CLEAR", "[mail][L3]") {
    CHECK(find_label(mail_of("hello", "x"), {}, {std::nullopt, true, A}).label == A);
    CHECK(find_label(mail_of("hello", "x"), {}, {std::nullopt, true, A}).unlabelled);
}

TEST_CASE("an IEP object raises", "[mail][L1]") {
    auto message = mail_of("TLP:GREEN", "x");
    message.parts.push_back(part("application/vnd.first.iep+json", R"({"iep_version": 2.0, "tlp" : "amber"})", "2"));
    const auto read_as = read(message, G);
    CHECK(read_as.label == A);
    CHECK(read_as.conflict_note == "S=GREEN I=AMBER");
    CHECK_FALSE(read_as.hold);
}

TEST_CASE("in a subject a label counts anywhere, a sloppy one raises only", "[mail][L1][L2][L3]") {
    const std::vector<Row> rows{
        {"x TLP:GREEN", "x", A, true, G, ok},
        {"(TLP:GREEN)x", "x", A, true, G, ok},
        {"x/TLP:GREEN.", "x", A, true, G, ok},
        {"_TLP:GREEN_ x", "x", A, true, A, ok},  // CANON does not take the underscore
        {"TLP:GREEN-ish", "x", A, true, A, ok},  // LENIENT only
        {"TLP:green", "x", A, true, A, ok},
        {"tlp:GREEN", "x", A, true, A, ok},
        {"TLP: GREEN", "x", A, true, A, ok},
        {"tlp amber", "x", G, true, A, ok},
        {"TLP   :   RED", "x", G, true, R, ok},
        {"TLP    :   RED", "x", G, true, R, ok},  // four blanks before the sign: (hh), only in capitals
        {"tlp    :   red", "x", G, true, G, ok},
        {"TLP       RED", "x", G, true, R, ok},   // seven blanks: three, one as the sign, three
        {"TLP        RED", "x", G, true, R, ok},  // (hh)
        {"tlp        red", "x", G, true, G, ok},
        {"TLP\tRED", "x", G, true, R, ok},  // (hh)
        {"tlp\tred", "x", G, true, G, ok},  // a tab is no sign
        {"TLP\t_\tRED", "x", G, true, R, ok},
        {"TLP::RED", "x", G, true, R, ok},  // (hh)
        {"tlp:amber + strict", "x", G, true, S, ok},
        {"tlp amberstrict", "x", G, true, S, ok},
        {"tlp amber+-strict", "x", G, true, G, ok},  // neither LENIENT (a plus behind) nor TOKEN (no colon)
        {"TLP:AMBER+ x", "x", G, true, G, held},
        {"TLP:AMBER++STRICT", "x", G, true, G, held},
        {"TLP:AMBER strictly", "x", G, true, A, ok},  // "strictly" is a word, AMBER is canonical
        {"TLP:AMBER+strict", "x", G, true, S, ok},
        {"TLP:REDACTED", "x", A, true, A, held},
        {"TLP:RED1", "x", A, true, A, held},  // TOKEN has no boundary behind
        {"TLP:UNCLEAR", "x", A, true, A, held},
        {"tlp:orange", "x", A, true, A, held},
        {"TLP:GREEN TLP:ORANGE", "x", A, true, A, held},  // held: no lower than the default
        {"TLP:TLP:RED", "x", A, true, R, held},
        {"TLP:x", "x", A, true, A, ok},  // TOKEN wants two letters
        {"TLP:2.0 explained", "x", A, true, A, ok},
        {"TLP: question", "x", A, true, A, ok},  // (ff)
        {"TLP: orange", "x", A, true, A, held},  // (hh) a colour limits (ff)
        {"TLP : ROUGE", "x", A, true, A, held},
        {"TLP orange county", "x", A, true, A, ok},
        {"tlp:ex:chr TLP:GREEN", "x", A, true, G, ok},  // MISP: a restriction
        {"tlp:ex:chrome", "x", A, true, A, held},
        {"XTLP:ORANGE", "x", A, true, A, ok},
        {"1TLP:RED", "x", A, true, A, ok},
        {"TLP:WHITE", "x", G, true, G, ok},            // (ee)
        {"TLP:WHITE TLP:CLEAR", "x", G, true, C, ok},  // the same label twice
        {"TLP:GREEN TLP:AMBER", "x", G, true, A, told},
        {"TLP:RED tlp:green", "x", A, true, R, held},  // (bb), however it is spelled
        {"tlp red tlp green", "x", A, true, R, held},
        {"tlp red", "x", A, true, R, ok},  // (bb) hints over unlabelled text only raise
        {"TLP:RED,TLP:RED", "x", A, true, R, ok},
        {"件名TLP:AMBERです", "x", G, true, A, ok},
        {"ＴＬＰ：ＧＲＥＥＮ x", "x", A, true, G, ok},  // NFKC first
        {"T\u200BLP:GR\u00ADEEN x", "x", A, true, G, ok},
        {"TLP:\u00A0GREEN x", "x", A, true, A, ok},  // a blank after NFKC
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("in a body only label lines count, and lines that begin or end with a label are hints", "[mail][L1][L2][L3]") {
    const std::vector<Row> rows{
        {"x", "TLP:GREEN", A, true, G, ok},
        {"x", "TLP:GREEN", A, false, A, ok},  // (gg)
        {"x", "\n\n  \tTLP:GREEN  \t\nx", A, true, G, ok},
        {"x", "Hello,\nTLP:GREEN\nx", A, true, G, ok},
        {"x", "**TLP:GREEN**\nx", A, true, G, ok},
        {"x", "[({TLP:GREEN})]\nx", A, true, G, ok},
        {"x", "<TLP:GREEN>\nx", A, true, G, ok},
        {"x", "_TLP:GREEN_\nx", A, true, G, ok},
        {"x", "[[[[TLP:GREEN\nx", A, true, G, ok},  // (hh) decoration of any length
        {"x", "TLP:GREEN]]]]\nx", A, true, G, ok},
        {"x", "TLP:GREEN - no attribution\nx", A, true, G, ok},
        {"x", "TLP:GREEN: x\nx", A, true, G, ok},
        {"x", "TLP:GREEN|x\nx", A, true, G, ok},
        {"x", "TLP:GREEN , x\nx", A, true, G, ok},
        {"x", "[TLP:GREEN]; x\nx", A, true, G, ok},
        {"x", "TLP:GREEN-x\nx", A, true, G, ok},
        {"x", "TLP:GREEN:\nx", A, true, G, ok},  // (hh)
        {"x", "TLP:GREEN.\nx", A, true, G, ok},
        {"x", "TLP:GREEN?\nx", A, true, A, ok},  // a question is no label, and raises all the same
        {"x", "TLP:RED?\nx", A, true, R, ok},
        {"x", "TLP:GREEN: " + string(200, 'x') + "\nx", A, true, G, ok},
        {"x", "TLP:GREEN: " + string(201, 'x') + "\nx", A, true, A, ok},
        {"x", "TLP:GREEN hello all\nx", A, true, A, ok},       // (aa) no separator: a hint
        {"x", "TLP:RED is the label for\nx", A, true, R, ok},  // (aa) raises
        {"x", "tlp green\nx", A, true, A, ok},
        {"x", "tlp: red, keep it\nx", A, true, R, ok},
        {"x", "see tlp: red\nx", A, true, A, ok},  // LENIENT only at the start of a line
        {"x", "TLP:green\nx", A, true, A, ok},
        {"x", "TLP:AMBER - strict\nx", G, true, S, ok},  // the stricter reading
        {"x", "TLP:AMBER STRICT\nx", R, true, R, ok},    // sloppy never lowers
        {"x", "【TLP:RED】\nx", A, true, R, ok},
        {"x", "Weekly report TLP:AMBER\nx", G, true, A, ok},  // (aa) at the end
        {"x", "Weekly report TLP:GREEN\nx", A, true, A, ok},  // (aa) never lowers
        {"x", "- TLP:RED\nx", A, true, R, ok},
        {"x", "Weekly report (TLP:RED)\nx", A, true, R, ok},
        {"x", "Weekly report TLP:RED.\nx", A, true, R, ok},  // (hh) punctuation changes nothing
        {"x", "Weekly report XTLP:RED\nx", A, true, A, ok},
        {"x", string(71, 'x') + " TLP:AMBER\n", G, true, G, ok},  // 81 characters
        {"x", string(70, 'x') + " TLP:AMBER\n", G, true, A, ok},  // 80
        {"x", string(70, 'x') + " TLP:AMBER   \n", G, true, A, ok},
        {"x", "Classification: TLP:GREEN\nx", A, true, G, ok},  // (aa) a label line
        {"x", "Level of sharing : [TLP:GREEN]\nx", A, true, G, ok},
        {"x", "The level of sharing: TLP:GREEN\nx", A, true, A, ok},  // four words: only its end counts
        {"x", "Classification: TLP:GREEN please\nx", A, true, A, ok},
        {"x", "Classification: TLP:RED please do keep it\nx", A, true, A, ok},
        {"x", "Classification: tlp amber\nx", G, true, A, ok},
        {"x", "Classification: TLP:ORANGE\nx", A, true, A, held},
        {"x", "分類：TLP:GREEN\nx", A, true, G, ok},
        {"x", "TLP:ORANGE\nx", A, true, A, held},
        {"x", lines(300) + "[TLP:ORANGE]", A, true, A, held},    // TOKEN at any line's start
        {"x", "we use TLP:ORANGE here", A, true, A, ok},         // TOKEN only there
        {"x", "TLP: question about it\nx", A, true, A, ok},      // (ff)
        {"x", "TLP:GREEN, TLP:RED\nx", A, true, R, held},        // (aa) the end is a stricter hint over labelled text
        {"x", "TLP:RED TLP:GREEN\nx", A, true, R, ok},           // (aa) two hints over unlabelled text
        {"x", "page one\fTLP:AMBER\fpage two", G, true, A, ok},  // form feed ends a line
        {"x", "a\rTLP:AMBER\rb", G, true, A, ok},
        {"x", "a\u2028TLP:AMBER\u2029b", G, true, A, ok},
        {"x", "TLP:WHITE\nx", G, true, G, ok},  // (ee)
        {"x", "TLP:WHITE\nx", C, true, C, ok},
    };
    for (const auto& row : rows) check(row);
}

TEST_CASE("label lines speak in the first twenty lines, later ones raise", "[mail][L1][L2]") {
    const std::vector<Row> rows{
        {"x", lines(20) + "TLP:GREEN\n", A, true, A, ok},                         // (dd) never lowers
        {"x", lines(20) + "TLP:RED\n", A, true, R, ok},                           // (dd) raises
        {"TLP:GREEN", lines(20) + "TLP:AMBER\nx\n", A, true, A, told},            // a hint above the own label
        {"TLP:GREEN", lines(20) + "TLP:RED\nx\n", A, true, R, held},              // (bb)
        {"TLP:AMBER", lines(20) + "TLP:GREEN\nx\n", A, true, A, ok},              // a milder section is just that
        {"x", "TLP:GREEN\na\nTLP:AMBER\nb\n", A, true, A, told},                  // still open: they disagree
        {"x", "TLP:GREEN\na\nEnd of TLP:GREEN\nTLP:AMBER\nb\n", A, true, A, ok},  // §3.3 10: sections, the maximum counts
        {"x", "TLP:GREEN\na\nend tlp:green\nTLP:RED\nb\n", A, true, R, ok},
        {"x", "TLP:GREEN\na\nTLP:RED\nb\n", A, true, R, held},
        {"x", "TLP:GREEN\na\nEnd of TLP:RED\n", A, true, R, held},  // closes nothing: (aa) a label at the end of a line
        {"TLP:RED", "TLP:GREEN\na\nEND TLP:GREEN\nTLP:RED\nb\n", A, true, R, ok},
    };
    for (const auto& row : rows) check(row);
    const auto unlabelled = [](const string& text) { return read(mail_of("x", text), G).unlabelled; };
    CHECK_FALSE(unlabelled(lines(19) + "TLP:AMBER\n"));
    CHECK_FALSE(unlabelled(lines(19) + lines(50, "> quoted") + lines(50, " ") + "TLP:AMBER\n"));
    CHECK(unlabelled(lines(20) + "TLP:AMBER\n"));
}

TEST_CASE("places that disagree are a conflict, with RED a hold", "[mail][L1]") {
    const std::vector<Row> rows{
        {"TLP:GREEN", "TLP:AMBER\nx", A, true, A, told},
        {"TLP:GREEN", "TLP:GREEN\nx", A, true, G, ok},
        {"TLP:RED", "TLP:GREEN\nx", A, true, R, held},        // (bb)
        {"TLP:GREEN", "TLP:AMBER\nx", R, false, R, told},     // RED is the default, not part of the conflict
        {"TLP:GREEN", "x\n> TLP:AMBER\n", G, true, A, told},  // (bb) a quote above the own label
        {"TLP:AMBER", "x\n> TLP:GREEN\n", G, true, A, ok},    // a quote below is what replies look like
        {"Re: x", "x\n> TLP:RED\n", A, true, R, ok},          // (bb) over unlabelled text it only raises
        {"Re: x", "x\n > > TLP:RED is\n", A, true, R, ok},
        {"Re: x", "x\n> we saw TLP:RED data\n", A, true, A, ok},
        {"Re: x", "x\n> TLP:GREEN\n", A, true, A, ok},             // L2
        {"Re: x", "x\n> TLP:ORANGE\n", A, true, A, ok},            // somebody else's unknown label
        {"Re: x", "x\n\nSubject: [TLP:RED] y\n", A, true, R, ok},  // forwarded in line
        {"Re: x", "Subject: TLP:CLEAR\n", A, true, A, ok},
        {"tlp: amber", "TLP:GREEN\nx", G, true, A, told},
        {"tlp: green", "TLP:AMBER\nx", G, true, A, ok},
    };
    for (const auto& row : rows) check(row);
    CHECK(read(mail_of("TLP:GREEN", "TLP:AMBER\nx")).conflict_note == "S=GREEN B=AMBER");
    CHECK(read(mail_of("TLP:GREEN", "> TLP:RED")).conflict_note == "S=GREEN Q=RED");
}

TEST_CASE("the header field speaks for an authenticated sender and raises for any other", "[mail][L1][L2]") {
    struct HeaderRow {
        string value;
        bool authenticated;
        Tlp label;
        bool hold;
    };
    const std::vector<HeaderRow> rows{
        {"GREEN", true, G, false},        {"TLP:GREEN", true, G, false},
        {"GREEN", false, A, false},  // (cc)
        {"RED", false, R, false},         {"AMBER+STRICT", true, S, false},
        {"amber-strict", true, S, false}, {"green", true, A, false},
        {"WHITE", true, A, false},        {"GREEN; no attribution", true, G, false},
        {"ORANGE", true, A, true},        {"TLP:ORANGE", true, A, true},
        {"  ", true, A, false},           {"=?utf-8?q?RED?=", true, R, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.value, row.authenticated);
        const auto read_as = read(mail_of("x", "x"), A, row.authenticated, {row.value});
        CHECK(name(read_as.label) == name(row.label));
        CHECK(read_as.hold == row.hold);
    }
    CHECK(read(mail_of("TLP:GREEN", "x"), A, true, {"AMBER"}).conflict_note == "S=GREEN H=AMBER");
    CHECK(read(mail_of("TLP:GREEN", "x"), A, false, {"RED"}).hold);              // (bb): still a conflict that involves RED
    CHECK_FALSE(read(mail_of("TLP:AMBER", "x"), A, false, {"GREEN"}).conflict);  // (cc): it raises only
}

TEST_CASE("both sides of an alternative and every charset are read", "[mail][L1]") {
    auto message = mail_of("x", "TLP:GREEN\nx");
    message.parts.push_back(part("text/html", "<div>TLP:<b>AMBER</b></div><div>x</div>", "2"));
    CHECK(read(message).label == A);
    CHECK(read(message).conflict);
    message.parts[1].content = "<div>TLP:<b>GREEN</b></div>";
    CHECK(read(message).label == G);
    CHECK_FALSE(read(message).conflict);
    message.parts[1] = part("text/plain", string("\xFF\xFET\0L\0P\0:\0R\0E\0D\0", 16), "2");
    message.parts[1].charset = "utf-16";
    CHECK(read(message).label == R);
    message.parts[1].type = "application/octet-stream";  // told by its first two bytes
    CHECK(read(message).label == R);
    message.parts[1].content.erase(0, 2);  // or by its zeros
    CHECK(read(message).label == R);
    message = mail_of("x", "");
    message.parts[0] = part("text/html", "<blockquote>TLP:RED</blockquote>x");
    CHECK(read(message).label == R);
    CHECK(read(message).found.at(0).where == Where::quote);
}

TEST_CASE("enclosed messages, attachments and file names can only raise", "[mail][L2]") {
    auto message = mail_of("x", "x");
    Part more = part("text/plain", "TLP:GREEN\nTLP:ORANGE\n", "2.1");
    more.enclosed = true;
    message.parts.push_back(more);
    CHECK(read(message).label == A);
    CHECK_FALSE(read(message).hold);
    message.parts[1].content = "hello\nTLP:RED\n";
    CHECK(read(message).label == R);
    CHECK(read(message).found.at(0).where == Where::quote);

    message.parts[1] = part("message/rfc822", "From: a@b\nSubject: =?utf-8?q?TLP=3ARED?= x\n\nhello", "2");
    CHECK(read(message).label == R);
    message.parts[1] = part("message/rfc822", "Subject: hello\nTLP: AMBER+STRICT\n\nhello", "2");
    CHECK(read(message).label == S);

    message.parts[1] = part("text/plain", "TLP:CLEAR\n", "2");
    message.parts[1].disposition = "attachment";
    CHECK(read(message).label == A);
    message.parts[1].content = "TLP:RED\n";
    CHECK(read(message).label == R);
    CHECK(name(read(message).found.at(0).where) == "attachment");

    for (const string file : {"report_TLP-RED.pdf", "TLP_RED.pdf", "tlp red.pdf", "[TLP:RED] x.pdf"}) {
        message.parts[1] = part("application/pdf", "", "2");
        message.parts[1].filename = file;
        CAPTURE(file);
        CHECK(read(message).label == R);
        CHECK_FALSE(read(message).hold);
    }
    message.subject = "TLP:GREEN";
    CHECK(read(message).hold);  // (bb) by analogy: a hint above the text's own label
    message.parts[1].filename = "TLP:CLEAR TLP:ORANGE.pdf";
    CHECK(read(message).label == G);
}

TEST_CASE("a protected header speaks like a subject, returned headers only raise", "[mail][L1]") {
    auto message = mail_of("...", "x");
    message.parts.insert(message.parts.begin(), part("text/rfc822-headers", "Subject: TLP:GREEN case\r\n", "1.1"));
    CHECK(read(message).label == G);
    CHECK(read(message).found.at(0).where == Where::protected_header);
    message.parts[0].path = "3";
    CHECK(read(message).label == A);
}

TEST_CASE("a header that a program protects in front of a part raises, and holds what is no label", "[mail][L1][L3]") {
    struct PartRow {
        string outside, inside;  // subject; fields of the part
        Tlp label;
        bool hold;
    };
    const string red = "Subject: TLP:RED names of victims\r\n";
    const std::vector<PartRow> rows{
        {"TLP:GREEN x", red, R, true},
        {"...", red, R, false},
        {"TLP:GREEN x", "Subject: TLP:AMBER+STRICT x\r\n", S, false},
        {"TLP:GREEN x", "Subject: =?utf-8?q?TLP=3AAMBER?=\r\n", A, false},
        {"TLP:GREEN x", "X-TLP: AMBER\r\n", A, false},
        {"TLP:GREEN x", "Subject: x\r\n" + red, R, true},  // programs show one of the two
        {"TLP:GREEN x", "Subject: TLP:ORANGE x\r\n", G, true},
        {"TLP:RED x", "Subject: TLP:GREEN x\r\n", R, false},  // it never lowers
        {"...", "Subject: TLP:CLEAR x\r\n", G, false},
        {"TLP:GREEN x", "Subject: x\r\n", G, false},
    };
    for (const auto& row : rows) {
        for (const string mark : {"; protected-headers=\"v1\"", "; hp=\"clear\"", ""}) {
            const auto inner = "Content-Type: text/plain" + mark + "\r\n" + row.inside + "\r\nhello\r\n";
            const auto in_parts =
                "Content-Type: multipart/mixed" + mark + "; boundary=i\r\n" + row.inside + "\r\n--i\r\n\r\nhello\r\n--i--\r\n";
            for (const auto& entity : {inner, in_parts}) {
                CAPTURE(row.outside, entity);
                const auto message =
                    parse("From: a@b.example\r\nSubject: " + row.outside + "\r\nContent-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n" +
                              entity + "\r\n--s\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--s--\r\n",
                          {});
                REQUIRE(message);
                const auto read_as = read(*message, G);
                CHECK(name(read_as.label) == name(row.label));
                CHECK(read_as.hold == row.hold);
            }
        }
    }
}

TEST_CASE("the header around what was encrypted raises, and holds what is no label", "[mail][L1][L3]") {
    const auto with = [](const string& outside) {
        const std::vector<PartHeader> headers{{outside, {}, {}, false}};
        return find_label(mail_of("TLP:GREEN x", "x"), {}, {.list_default = A, .authenticated = true, .outside = &headers});
    };
    CHECK(with("...").label == G);
    CHECK(with("TLP:CLEAR x").label == G);
    CHECK(with("TLP:AMBER+STRICT x").label == S);
    CHECK(with("TLP:AMBER+STRICT x").conflict_note == "S=GREEN O=AMBER+STRICT");
    CHECK(with("TLP:RED x").hold);
    CHECK(with("TLP:ORANGE x").hold);
}

TEST_CASE("of ciphertext only header and subject speak", "[mail][L1]") {
    auto message = mail_of("TLP:GREEN x", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n");
    message.encrypted = true;
    CHECK(read(message).label == G);
}

TEST_CASE("look-alike letters are held", "[mail][L3]") {
    const std::vector<Row> rows{
        {"ТLP:RED x", "x", A, true, R, held},    // Cyrillic Te
        {"TLР:GREEN x", "x", A, true, A, held},  // Cyrillic Er
        {"x TLP:RЕD", "x", A, true, R, held},    // Cyrillic Ie
        {"TLP∶RED", "x", A, true, R, held},      // ratio sign
        {"ΤLΡ:ORANGE", "x", A, true, A, held},   // Greek
        {"x", "ТLP:CLEAR\nx", A, true, A, held},
        {"TLP:GREEN", "ꓔꓡꓑ:RED\nx", A, true, R, held},  // Lisu
        {"x", "we saw ТLP:RED in prose and went on", A, true, A, ok},
        {"x", "> ТLP:RED", A, true, A, ok},
        {"Совещание ТЛП: вопрос", "Привет\nТЛП\n", A, true, A, ok},
        {"TLP: вопрос", "x", A, true, A, ok},
    };
    for (const auto& row : rows) check(row);
}

// Case 01 and its relatives: a reader's program shows the label, or may.
TEST_CASE("a label in an encoded word that breaks RFC 2047 is not missed", "[mail][L1][L3]") {
    struct WordRow {
        string subject;
        Tlp label;
        bool hold;
    };
    const std::vector<WordRow> rows{
        {"=?utf-8?Q?TLP=3ARED_is_the_proxy_down?\?=", R, false},
        {"=?utf-8?B?VExQOlJFRCBk w7xy?=", R, false},
        {"=?utf-8?B?VExQOlJFRCB4e?=", R, false},
        {"=?utf-8?Q?TLP=3ARED_100=_?=", R, false},
        {"Re: =?utf-8?Q?TLP=3ARED_x", R, false},
        {"=?utf-8?Q?the victim of TLP=3ARED", R, true},
        {"=?utf-8?X?TLP=3ARED?=", R, true},
        {"=?utf-8?X?VExQOlJFRA==?=", R, true},
        {"=?utf-8?B?TLP=3ARED?=", R, true},
        {"=?utf-8?Q?=3D=3Futf-8=3FQ=3FTLP=3D3ARED=3F=3D?=", R, true},  // encoded twice
        {"TLP:GREEN =?utf-8?X?TLP=3AORANGE?=", G, true},
        {"=?utf-8?Q?is_the_proxy_down?\?=", G, false},  // innocent
        {"=?utf-8?Q?100=_sure?=", G, false},
        {"=?utf-8?X?abc?= and what =?", G, false},
        {"=?utf-8?B?aGVsbG8g d29ybGQ?=", G, false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.subject);
        const auto message = parse("From: a@b.example\r\nSubject: " + row.subject + "\r\n\r\nx\r\n", caveat::mail::Limits{});
        REQUIRE(message);
        const auto read_as = read(*message, G);
        CHECK(name(read_as.label) == name(row.label));
        CHECK(read_as.hold == row.hold);
    }
}

// Case 07 and its relatives: the subject of a forwarded message below its name, folded, or cut to fit the line.
TEST_CASE("a forwarded subject is read over its lines", "[mail][L2]") {
    struct Lines {
        string text;
        Tlp label;
    };
    const string cut = "Betreff: a subject so long that the program has cut it to fit into\n";
    const std::vector<Lines> rows{
        {"Subject:\n\tthe TLP:RED case\n", R},
        {"Subject\nRe: the TLP:RED case\n", R},
        {"> Betreff:\n> Re: the TLP:RED case\n", R},
        {"Subject: short\n and the TLP:RED case\n", R},
        {cut + "its lines, the TLP:RED case\n", R},
        {cut + "An: the TLP:RED list of people\n", G},
        {"Subject: short\nwe saw the TLP:RED data there\n", G},
        {"the subject\nof the TLP:RED data\n", G},
        {"Subject:\n\n\nfirst\nwe saw the TLP:RED data there\n", G},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(name(read(mail_of("x", "FYI\n\n" + row.text), G).label) == name(row.label));
    }
}

TEST_CASE("every hit is listed, hints and WHITE included", "[mail][L1]") {
    const auto read_as = read(mail_of("TLP:WHITE tlp amber", "TLP:CLEAR\nTLP:ORANGE\n> TLP:GREEN\n"), G);
    REQUIRE(read_as.found.size() == 5);
    const auto& found = read_as.found;
    CHECK(found[0].text == "TLP:WHITE");
    CHECK(found[0].label == C);
    CHECK_FALSE(found[0].canonical);
    CHECK(found[1].text == "tlp amber");
    CHECK(found[2].canonical);
    CHECK(name(found[2].where) == "body");
    CHECK_FALSE(found[3].label);
    CHECK(found[3].text == "TLP:ORANGE");
    CHECK(name(found[4].where) == "quote");
    CHECK(read_as.lint.size() == 2);
}

TEST_CASE("the list of hits is bounded, the decision is not", "[mail][L8]") {
    const auto read_as = read(mail_of("x", lines(5000, "> TLP:GREEN") + "> TLP:RED\n"));
    CHECK(read_as.found.size() == 1000);
    CHECK(read_as.label == R);
}

TEST_CASE("subject and text are read up to a limit, never through a label", "[mail][L8]") {
    CHECK(read(mail_of(string(985, 'x') + " TLP:RED", "x")).label == R);
    CHECK(read(mail_of(string(1000, 'x') + " TLP:RED", "x")).label == A);
    CHECK(read(mail_of(string(988, 'x') + " TLP:GREEN", "x")).label == G);
    CHECK(read(mail_of(string(988, 'x') + " TLP:AMBER+STRICT", "x"), G).unlabelled);  // cut behind AMBER otherwise
    CHECK(read(mail_of("x", lines(600, string(100, 'x')) + "TLP:RED\n")).label == R);
    CHECK(read(mail_of("x", lines(700, string(100, 'x')) + "TLP:RED\n")).label == R);
    CHECK_FALSE(read(mail_of("x", lines(700, string(100, 'x')))).hold);
    CHECK(read(mail_of("x", "")).label == A);
}

// What was not read may hold a label.
TEST_CASE("what a limit cuts off is said and holds", "[mail][L1][L8]") {
    const auto subject = read(mail_of(string(1000, 'x') + " TLP:RED", "x"));
    CHECK(subject.hold);
    CHECK(subject.why.find("998") != string::npos);
    const auto body = read(mail_of("x", lines(50000, string(100, 'x')) + "TLP:RED\n"));
    CHECK(body.hold);
    CHECK(body.why.find("4194304") != string::npos);
    auto message = mail_of("x", "x");
    message.parts.push_back(part("application/vnd.first.iep+json", string(20000, ' ') + R"({"tlp":"red"})", "2"));
    CHECK(read(message).hold);
    message.parts[1] = part("message/rfc822", "X: " + string(70000, 'x') + "\nSubject: TLP:RED\n\n", "2");
    CHECK(read(message).hold);
}

// Cases 04 and 19 and their relatives.
TEST_CASE("every text part is text", "[mail][L1]") {
    struct TextRow {
        string type, content;
        Tlp label;
    };
    const string calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@orchid.example\r\n";
    const string picture = "<img src=\"data:image/png;base64," + string(1200000, 'A') + "\" alt=\"x\">";
    const std::vector<TextRow> rows{
        {"text/calendar", calendar + "SUMMARY:Call\r\nDESCRIPTION:TLP:RED\\nThe victim is the grid operator.\r\n", R},
        {"text/calendar", calendar + "SUMMARY;LANGUAGE=en:About TLP:RED matters\r\n", R},
        {"text/calendar", calendar + "DESCRIPTION:We meet.\\n\\nTLP:R\r\n ED\\nbye\r\n", R},  // folded
        {"text/calendar", calendar + "X-ALT-DESC;FMTTYPE=text/html:<p>TLP:RED</p>\r\n", R},
        {"text/x-vcalendar", calendar + "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:TLP=3ARED=0D=0Aall of=\r\n it\r\n", R},
        {"text/x-vcalendar", calendar + "DESCRIPTION;CHARSET=utf-8;ENCODING=quoted-printable:we meet=0D=0ATLP:R=\r\nED\r\n", R},
        {"text/calendar", calendar + "COMMENT;X=\"a:b\":TLP:RED\n", R},
        {"text/calendar", calendar + "SUMMARY:Call\r\nDESCRIPTION:we saw TLP:RED data\\, all of it\r\n", G},
        {"text/markdown", "# Report\n\n**TLP:RED**\n", R},
        {"text/enriched", "<bold>TLP:RED</bold>\n\nx <<y>\n", R},
        {"text/rtf",
         "{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 TLP:AMBER;}}{\\*\\generator X;}\\f0 {\\b T\\'4cP}:R\\u69?D\\par caf\\'e9\\par}", R},
        {"text/rtf", "{\\rtf1{\\fonttbl{\\f0 TLP:RED;}}{\\*\\x TLP:RED}{\\pict 00}\\pard hello\\par}", G},
        {"application/rtf", "{\\rtf1 hello\\par TLP:RED\\par}", R},
        {"text/csv", "TLP:RED;1;2\n", R},
        {"text/x-patch", "TLP:RED\n--- a\n+++ b\n", R},
        {"application/xhtml+xml", "<html><p>TLP:RED</p></html>", R},
        {"text/html", picture + "<p>TLP:RED</p>", R},
        {"text/html", "<p><img src=x alt='TLP:RED'></p><p>x</p>", R},
        {"text/html", "<img alt=TLP&colon;RED src=\"a>b\">hello", R},
        {"text/html", "<img src=\"alt='TLP:RED'\" name=\"TLP:RED\">hello", G},
        {"text/calendar", calendar + "X-TLP:RED\r\n", R},
        {"text/calendar", calendar + "DESCRIPTION:<p>TLP:RED</p>\r\n", R},
        {"text/calendar", calendar + "DESCRIPTION:Betreff: Angriff TLP:RED Netz\\nx\r\n", R},
        {"application/octet-stream", "TLP:RED\n", R},
        {"application/octet-stream", "From: a@b.example\nSubject: the TLP:RED case\n\nhello\n", R},
        {"application/octet-stream", calendar + "SUMMARY:the TLP:RED call\r\nEND:VEVENT\r\n", R},
        {"application/octet-stream", "<!DOCTYPE html><p>TLP:<b>RED</b></p>", R},
        {"application/octet-stream", "{\\rtf1 hello\\par TLP:RED\\par}", R},
        {"application/octet-stream", "rule x {\n meta:\n  tlp = \"red\"\n}\n", R},
        {"application/vnd.ms-excel", "TLP:RED\r\na,b\r\n", R},
        {"application/json", R"({"Event":{"Tag":[{"name":"tlp:red"},{"name":"x"}]}})", R},
        {"application/stix+json", R"({"definition_type": "tlp", "definition": {"tlp": "red"}, "x": 1})", R},
        {"application/json", R"({"text": "the colours of tlp:red, and more"})", G},
        {"application/octet-stream", string(100000, 'x') + "\nTLP:RED\n", R},  // its last page
        {"application/octet-stream", string(100000, 'x') + "\nTLP:RED\n" + string(100000, 'x'), G},
        {"application/zip", string("PK\x03\x04", 4) + "\nTLP:RED\n", G},
        {"application/octet-stream", "", G},
    };
    for (const auto& row : rows) {
        auto message = mail_of("x", "");
        message.parts[0] = part(row.type, row.content);
        CAPTURE(row.type, row.content.substr(0, 200));
        CHECK(name(read(message, G).label) == name(row.label));
        CHECK_FALSE(read(message, G).hold);
        message.parts[0].disposition = "attachment";
        CHECK(name(read(message, G).label) == name(row.label));
    }
    // Data can only raise.
    auto message = mail_of("x", "");
    message.parts[0] = part("text/calendar", calendar + "DESCRIPTION:TLP:CLEAR\r\n");
    CHECK(read(message, G).label == G);
}

TEST_CASE("a part that says twice what it is is held", "[mail][L1]") {
    const auto [fields, twice] = GENERATE(table<string, string>({
        {"Content-Type: text/plain\r\nContent-Type: text/html\r\n", "1"},
        {"Content-Transfer-Encoding: 7bit\r\ncontent-transfer-encoding: base64\r\n", "1"},
        {"Content-Type: text/plain\r\nContent-Type:  TEXT/plain\r\n", ""},
        {"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x\r\nContent-Type: a/b\r\nContent-Type: c/d\r\n", "2"},
    }));
    CAPTURE(fields);
    const auto message = parse("From: a@b.example\r\nSubject: x\r\n" + fields + "\r\nhello\r\n", caveat::mail::Limits{});
    REQUIRE(message);
    CHECK(message->uncertain == twice);
    const auto said = read(*message, C);
    CHECK(said.hold == !twice.empty());
    CHECK((said.why.find("part " + twice + " does not say for certain what it is") != string::npos) == !twice.empty());
}

TEST_CASE("opaque S/MIME is opened as far as its text, or held", "[mail][L1][L2]") {
    const auto value = [](char tag, const string& body) {
        string out(1, tag);
        if (body.size() < 128) return out + static_cast<char>(body.size()) + body;
        return out + '\x82' + static_cast<char>(body.size() >> 8) + static_cast<char>(body.size() & 0xFF) + body;
    };
    const string entity = "Content-Type: text/plain\r\n\r\nTLP:RED\r\n" + string(200, 'x') + "\r\n";
    const string id = "\x2A\x86\x48\x86\xF7\x0D\x01\x07";
    const string head = value(2, "\x01") + value(0x31, "");
    const auto wrapped = [&](const string& octets) {
        return value(0x30,
                     value(6, id + '\x02') +
                         value('\xA0', value(0x30, head + value(0x30, value(6, id + '\x01') + value('\xA0', octets)) + value(0x31, ""))));
    };
    const string endless = string("\x24\x80", 2) + value(4, entity.substr(0, 30)) + value(4, entity.substr(30)) + string(2, '\0');
    const auto mime = [](const string& content) {
        const auto message = parse(
            "From: a@b.example\r\nSubject: x\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; "
            "name=smime.p7m\r\n\r\n" +
                content,
            caveat::mail::Limits{});
        REQUIRE(message);
        return *message;
    };
    for (const auto& octets : {value(4, entity), endless}) {
        const auto opened = mime(wrapped(octets));
        REQUIRE(opened.parts.size() == 2);
        CHECK(opened.parts[1].path == "1.1");
        CHECK(opened.parts[1].enclosed);
        CHECK(read(opened, G).label == R);
        CHECK_FALSE(read(opened, G).hold);
    }
    // The header in there is shown as the message's own, so that it counts as one that is protected elsewhere; that of an attached mail
    // does not.
    const string attached = "Content-Type: message/rfc822\r\n\r\n";
    const string protects =
        "From: c@d.example\r\nSubject: TLP:ORANGE x\r\nEmbargo-Until: 2027-01-01\r\nContent-Type: text/plain; hp=clear\r\n\r\nx\r\n";
    const auto shown = mime(wrapped(value(4, protects)));
    REQUIRE(shown.part_headers.size() == 1);
    CHECK(authors_of(shown.part_headers[0]) == std::vector<string>{"c@d.example"});
    CHECK_FALSE(shown.part_headers[0].enclosed);
    CHECK(shown.parts[1].enclosed);
    CHECK(read(shown, G).hold);
    CHECK(read(shown, G).caveats.embargo);
    CHECK_FALSE(read(mime(wrapped(value(4, attached + protects))), G).hold);
    const string nested =
        string("\x24\x80", 2) + value(4, entity.substr(0, 30)) + value(0x24, value(4, entity.substr(30))) + string(2, '\0');
    CHECK(mime(wrapped(nested)).parts.size() == 1);  // pieces in pieces: nothing is cut short
    CHECK(read(mime(wrapped(nested)), G).hold);
    string other = wrapped(value(4, entity));
    other[other.find(id) + 8] = 3;  // enveloped data
    for (const auto& content : {other, string("\x30\x80"), wrapped(value(4, entity)).substr(0, 100), string()}) {
        const auto closed = mime(content);
        CHECK(read(closed, G).hold);
        CHECK(read(closed, G).why.find("S/MIME") != string::npos);
        CHECK_FALSE(read(closed, C).hold);
    }
}

TEST_CASE("the scanners look at each character a bounded number of times", "[mail][L8]") {
    for (const string unit : {"t", "tlp", "tlp:", "TLP:AMBER", "TLP:AMBER ", "tlp       ", "TLP:AMBER+STRICT", "TLP:a+", " ", "[", ">",
                              "TLP:AMBER - ", ":", "end of ", "\xD0\xA2", "]"}) {
        string text;
        while (text.size() < 40000) text += unit;
        CAPTURE(unit);
        for (const auto size : {std::size_t{400}, std::size_t{4000}, std::size_t{40000}}) {
            LabelLexer subject(std::string_view(text).substr(0, size)), line(std::string_view(text).substr(0, size));
            (void)subject.everywhere();
            (void)line.line();
            CHECK(subject.examined() <= 40 * size);
            CHECK(line.examined() <= 24 * size);
        }
    }
}

TEST_CASE("the outgoing subject carries one label in front of what was written", "[mail][L7]") {
    auto [subject, label, expected] = GENERATE(table<string, Tlp, string>({
        {"hello", A, "TLP:AMBER hello"},
        {"Re: hello", A, "Re: TLP:AMBER hello"},
        {"Re: [TLP:RED] x", S, "Re: TLP:AMBER+STRICT x"},
        {"[teams] TLP:GREEN phish kit", A, "[teams] TLP:AMBER phish kit"},
        {"TLP:RED: x", G, "TLP:GREEN x"},
        {"TLP:RED TLP:GREEN", R, "TLP:RED"},
        {"[TLP-RED] x", A, "TLP:AMBER x"},
        {"【ＴＬＰ：ＧＲＥＥＮ】警告", A, "TLP:AMBER 警告"},
        {"【TLP:GREEN】警告", A, "TLP:AMBER 警告"},
        {"[ TLP:GREEN ] x", A, "TLP:AMBER x"},
        {"TLP:GREEN：お知らせ", A, "TLP:AMBER お知らせ"},
        {"AW: Fwd[2]: [ews] Re : About tlp: red handling", R, "AW: Fwd[2]: [ews] Re : TLP:RED About handling"},
        {"x (TLP:AMBER)", A, "TLP:AMBER x"},
        {"TLP:ORANGE x", A, "TLP:AMBER x"},
        {"TLP: ☐ GREEN ☒ RED", A, "TLP:AMBER"},
        {"TLP:AMBER, strict rules", A, "TLP:AMBER: strict rules"},
        {"ＴＬＰ：ＲＥＤ ｘ", A, "TLP:AMBER x"},
        {"会議 TLP:GREEN 資料", G, "TLP:GREEN 会議 資料"},
        {"ТLP:RED x", A, "TLP:AMBER x"},  // Cyrillic Te
        {"Recall: x", G, "TLP:GREEN Recall: x"},
        {"a\r\nBcc: b@c", G, "TLP:GREEN a  Bcc: b@c"},
        {"TLP:TLP:RED GREEN", A, "TLP:AMBER"},  // what is left reads as a label again, and goes too
        {"", A, "TLP:AMBER"},
        {"Re:", A, "Re: TLP:AMBER"},
        {"Report - TLP:GREEN", A, "TLP:AMBER Report"},
        {"Report, TLP:GREEN.", A, "TLP:AMBER Report"},
        {"\"TLP:GREEN\" Report", A, "TLP:AMBER Report"},
        {"*TLP:GREEN* Report", A, "TLP:AMBER Report"},
        {"Downgrade: TLP:CLEAR -> TLP:GREEN", G, "TLP:GREEN Downgrade:"},
        {"TLP:GREEN/PAP:GREEN Report", A, "TLP:AMBER PAP:GREEN Report"},
        {"[AMBER+STRICT] Report", R, "TLP:RED Report"},
    }));
    CAPTURE(subject);
    CHECK(subject_with_label(subject, label) == expected);
    CHECK(subject_with_label(subject_with_label(subject, label), label) == expected);
}

TEST_CASE("a label of the text that is milder than the one that counts is told", "[mail][L7]") {
    const auto [text, counts, expected] = GENERATE(table<string, Tlp, string>({
        {"TLP:GREEN\r\n\r\nx\r\n", Tlp::amber, "B=GREEN"},
        {"TLP:GREEN\r\n\r\nx\r\n", Tlp::green, ""},
        {"TLP:AMBER\r\n\r\nx\r\n", Tlp::green, ""},
        {"TLP:GREEN\r\nx\r\nEND OF TLP:GREEN\r\nTLP:AMBER\r\ny\r\n", Tlp::amber, ""},  // sections, each with its own
        {"x\r\n> TLP:GREEN\r\n", Tlp::amber, ""},
        {"x\r\n", Tlp::amber, ""},
    }));
    CAPTURE(text);
    const auto message = parse("From: a@b.example\r\nSubject: TLP:CLEAR x\r\n\r\n" + text, Limits{});
    REQUIRE(message);
    CHECK(milder_label_of_text(*message, counts) == expected);
}

TEST_CASE("what a post asks for besides its label is found where it stands", "[mail][L7]") {
    using caveat::community::Caveats;
    using caveat::community::Pap;
    const auto caveats = [](const std::string& subject, const std::string& body) { return read(mail_of(subject, body), G).caveats; };
    CHECK(caveats("TLP:GREEN x", "TLP:GREEN\nx") == Caveats{});
    CHECK(caveats("TLP:GREEN PAP:AMBER x", "x").pap == Pap::amber);
    CHECK(caveats("TLP:GREEN x", "TLP:GREEN pap: white\nx").pap == Pap::clear);
    CHECK(caveats("TLP:GREEN PAP:GREEN", "PAP:RED\nx").pap == Pap::red);
    CHECK_FALSE(caveats("TLP:GREEN x", "we said PAP:RED in prose").pap);
    CHECK_FALSE(caveats("XPAP:RED PAP:REDS", "x").pap);
    CHECK(caveats("x", "TLP:GREEN - for banks only\nx") == Caveats{.restricted = true});
    CHECK(caveats("x", "TLP:GREEN | no attribution\nx") == Caveats{.no_attribution = true, .restricted = true});
    CHECK(caveats("x", "tlp:ex:chr\nx") == Caveats{.no_attribution = true});
    CHECK(caveats("x", "TLP:GREEN\na\nEND TLP:GREEN\nTLP:AMBER\nb\nEND TLP:AMBER\n").sections == std::vector{G, A});
    CHECK(read(mail_of("x", "TLP:GREEN - for banks only\nx"), G).restrictions == std::vector<std::string>{"for banks only"});
}

TEST_CASE("fields ask for things, too, and a policy that is not here holds", "[mail][L3]") {
    const Policies policies{{"1", R"({"id": "1", "tlp": "amber", "encrypt_in_transit": "may", "attribution": "must-not"})"},
                            {"2", R"({"id_ref": "1", "iep_version": 2.0})"}};
    const auto labelling = [&](const std::string& field) {
        const auto text = "From: a@b.example\r\nSubject: TLP:GREEN x\r\n" + field + "\r\n\r\nx\r\n";
        const auto headers = read_headers(text, {});
        REQUIRE(headers);
        return find_label(*parse(text, {}), {}, {.list_default = G, .authenticated = true, .headers = &*headers, .policies = &policies});
    };
    CHECK(labelling("PAP: amber").caveats.pap == caveat::community::Pap::amber);
    CHECK(labelling("X-PAP: PAP:RED\r\nPAP: GREEN").caveats.pap == caveat::community::Pap::red);
    CHECK_FALSE(labelling("PAP: soon").caveats.pap);
    CHECK(labelling("Embargo-Until: 2026-12-01").caveats.embargo == *caveat::parse_instant("2026-12-01T00:00:00Z"));
    CHECK(labelling("Embargo-Until: 2026-12-01T09:00:00Z").caveats.embargo == *caveat::parse_instant("2026-12-01T09:00:00Z"));
    CHECK(labelling("Embargo-Until: Tuesday").lint.size() == 1);
    const auto referred = labelling("IEP-Ref: <https://example.org/p>#1");
    CHECK_FALSE(referred.hold);
    CHECK(referred.label == A);
    CHECK(referred.caveats == caveat::community::Caveats{.author_withheld = true});
    for (const auto* unknown : {"https://example.org/p#3", "https://example.org/1", "#2", ""}) {
        CAPTURE(unknown);
        const auto out = labelling(std::string("IEP-Ref: ") + unknown);
        CHECK(out.hold);
        CHECK(out.why.find("a policy that it only refers to") != string::npos);
    }
    CHECK_FALSE(labelling("X: y").hold);
}

TEST_CASE("fields in front of a part and around ciphertext ask as those of the message do", "[mail][L1][L3]") {
    const auto said = [](const string& fields) {
        const auto part_of = [&](const string& type) {
            return "From: a@b.example\r\nSubject: TLP:GREEN x\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n--s\r\n" + type + fields +
                   "\r\nhello\r\n--s--\r\n";
        };
        const auto in_front = parse(part_of("Content-Type: text/plain; hp=\"clear\"\r\n"), {});
        REQUIRE(in_front);
        auto around = mail_of("TLP:GREEN x", "x");
        const std::vector<PartHeader> outside{*header_of_entity(fields + "\r\nhello", {})};
        const auto first =
            find_label(*in_front, {}, {.list_default = G, .authenticated = true, .markings = markings(in_front->part_headers, {})});
        const auto second =
            find_label(around, {}, {.list_default = G, .authenticated = true, .markings = markings(outside, {}), .outside = &outside});
        CHECK(first.label == second.label);
        CHECK(first.hold == second.hold);
        CHECK(first.caveats == second.caveats);
        return first;
    };
    CHECK(said("PAP: GREEN\r\nX-PAP: RED\r\n").caveats.pap == caveat::community::Pap::red);
    CHECK(said("Embargo-Until: 2026-12-01\r\n").caveats.embargo == *caveat::parse_instant("2026-12-01T00:00:00Z"));
    CHECK(said("IEP-Ref: https://example.org/p#3\r\n").hold);
    CHECK(said("Keywords: TLP:AMBER+STRICT\r\n").label == S);
    CHECK(said("X-TLP:\r\n AMBER\r\n").label == A);
    CHECK(said("X-Odd: TLP:RED\r\nDate: TLP:RED\r\n").label == G);
    // Of a mail that is attached they are somebody else's.
    const auto attached = parse(
        "From: a@b.example\r\nSubject: TLP:GREEN x\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n--s\r\nContent-Type: "
        "message/rfc822\r\n\r\n"
        "PAP: RED\r\nContent-Type: multipart/mixed; boundary=t\r\n\r\n--t\r\nPAP: RED\r\nKeywords: TLP:RED\r\n\r\nx\r\n--t--\r\n--s--\r\n",
        {});
    REQUIRE(attached);
    CHECK_FALSE(read(*attached, G).caveats.pap);
    CHECK(markings(attached->part_headers, {}).empty());
}

TEST_CASE("an attached policy asks for what it says, and for the most where it says nothing", "[mail][L1][L3]") {
    const auto with = [](const string& json, Tlp list_default = G) {
        auto message = mail_of("TLP:GREEN", "x");
        message.parts.push_back(part("application/vnd.first.iep+json", json, "2"));
        return find_label(message, {},
                          {.list_default = list_default, .authenticated = true, .now = *caveat::parse_instant("2026-11-22T12:00:00Z")});
    };
    const string mild = R"("id": "1", "iep_version": 2.0, "tlp": "green", "encrypt_in_transit": "may", "attribution": "may")";
    CHECK(with("{" + mild + "}").caveats == caveat::community::Caveats{});
    CHECK(with("{" + mild + R"(, "start_date": null, "end_date": null})", C).label == G);
    CHECK(with(R"({"tlp": "green"})").caveats == caveat::community::Caveats{});  // no policy
    const auto silent = with(R"({"iep_version": 2.0, "tlp": "green"})").caveats;
    CHECK((silent.sealed_only && silent.author_withheld));
    CHECK(with(R"({"id": "1", "encrypt_in_transit": "may", "attribution": "must"})").label == Tlp::red);  // it names no label
    for (const auto* no_word : {"null", "[\"green\"]", R"({"label": "green"})", "4", "true", "\"\"", "\" \""}) {
        CAPTURE(no_word);
        CHECK(with("{" + mild + R"(, "tlp": )" + no_word + "}").label == Tlp::red);
        CHECK(with(R"({"tlp": )" + string(no_word) + "}").label == Tlp::red);
    }
    CHECK(with("{" + mild + R"(, "tlp": "no"})").hold);
    for (const auto* name :
         {"TLP:AMBER+STRICT", "AMBER+STRICT", "our policy (amber+strict)", "TLP-AMBER-STRICT", "TLP:AMBER+STRICT, no AI"}) {
        CAPTURE(name);
        CHECK(with("{" + mild + R"(, "name": ")" + name + "\"}").label == S);
    }
    for (const auto* name : {"", "x", "the green one", "TLP: question", "our policy"}) {
        CAPTURE(name);
        const auto out = with("{" + mild + R"(, "name": ")" + name + "\"}");
        CHECK((out.label == G && !out.hold));
    }
    CHECK(with(R"({"id": "1", "tlp": "green", "encrypt_in_transit": "must", "attribution": "may"})").caveats ==
          caveat::community::Caveats{.sealed_only = true});
    CHECK(with(R"({"id": "1", "tlp": "green", "encrypt_in_transit": "may", "attribution": "must-not"})").caveats ==
          caveat::community::Caveats{.author_withheld = true});
    for (const auto* dates :
         {R"(, "end_date": "2026-11-22T12:00:00Z")", R"(, "start_date": "2026-11-22T12:00:01Z")", R"(, "end_date": "soon")"}) {
        CAPTURE(dates);
        const auto out = with("{" + mild + dates + "}", A);
        CHECK(out.label == A);
        CHECK(out.lint == std::vector<string>{"its policy is not in force now: the stricter of its label and the list's default counts"});
    }
    CHECK(with("{" + mild + R"(, "start_date": "2026-11-22T12:00:00Z", "end_date": "2026-11-22T12:00:01Z"})", A).lint.empty());
    CHECK(with(R"({"id_ref": "1", "url": "https://example.org", "iep_version": 2.0})").hold);
    CHECK(with("{" + mild + R"(, "attribution": "must-not"})").caveats == caveat::community::Caveats{.author_withheld = true});
    CHECK(with(R"({"attribution": "must-not", "id_ref": "1", )" + mild + R"(, "id_ref": "2"})").hold);
}

TEST_CASE("a policy is read in whatever bytes it comes, and one that cannot be read holds", "[mail][L3]") {
    const auto with = [](const string& bytes, const string& charset = {}, bool enclosed = false) {
        auto message = mail_of("TLP:GREEN", "x");
        auto policy = part("application/vnd.first.iep+json", bytes, "2");
        policy.charset = charset;
        policy.enclosed = enclosed;
        message.parts.push_back(policy);
        const Policies known{{"here", bytes}};
        const string text = "From: a@b.example\r\nSubject: TLP:GREEN x\r\nIEP-Ref: x#here\r\n\r\nx\r\n";
        const auto headers = read_headers(text, {});
        REQUIRE(headers);
        const auto named =
            find_label(*parse(text, {}), {}, {.list_default = G, .authenticated = true, .headers = &*headers, .policies = &known});
        const auto out = find_label(message, {}, {.list_default = G, .authenticated = true});
        const bool alike = named.hold == out.hold && (out.hold || (named.caveats == out.caveats && named.label == out.label));
        CHECK((alike || !charset.empty() || enclosed));
        return out;
    };
    const string policy =
        R"({"id": "1", "iep_version": 2.0, "tlp": "red", "encrypt_in_transit": "must", "attribution": "must-not", "x": [{}, [1]]})";
    const auto wide = [&](bool big, const string& mark) {
        string out = mark;
        for (const char c : policy) out += big ? string{'\0', c} : string{c, '\0'};
        return out;
    };
    string escaped = policy;
    escaped.replace(escaped.find("\"tlp"), 4, R"("\u0074l\u0070)");
    escaped.replace(escaped.find("must-not"), 8, R"(must\u002dnot)");
    string japanese = policy;
    japanese.replace(japanese.find("\"x\""), 3, "\"\x82\xA0\"");
    for (const auto& bytes : {policy, " " + policy + "\r\n", "\xEF\xBB\xBF" + policy, wide(false, "\xFF\xFE"), wide(true, "\xFE\xFF"),
                              wide(false, ""), wide(true, ""), escaped, japanese}) {
        CAPTURE(bytes);
        const auto out = with(bytes);
        CHECK(out.label == Tlp::red);
        CHECK((out.caveats.sealed_only && out.caveats.author_withheld));
    }
    CHECK(with(wide(false, ""), "utf-16le").label == Tlp::red);
    for (const auto& bytes : {string(), string("{"), policy.substr(0, policy.size() - 1), policy + "x", "[" + policy + "]",
                              string("tlp: red"), R"({"id": "1", "iep_version": NaN})" + string(),
                              R"({"id": )" + string(100, '[') + string(100, ']') + "}", wide(false, string("\0\0\0", 3))}) {
        CAPTURE(bytes);
        const auto out = with(bytes);
        CHECK(out.hold);
        CHECK(out.why.find("policy") != string::npos);
        CHECK_FALSE(with(bytes, {}, true).why.find("the policy in part") != string::npos);  // somebody else's, in what travels along
    }
}

TEST_CASE("what may have been put there on the way lowers nothing, and the author reads why", "[mail][L2][A5]") {
    const auto read_as = [](const string& subject, const std::vector<string>& tlp, const Uncovered& uncovered) {
        return find_label(mail_of(subject, "words\n"), tlp, {.list_default = A, .authenticated = true, .uncovered = uncovered});
    };
    CHECK(read_as("case", {"GREEN"}, {.tlp = true}).label == A);
    CHECK(read_as("case", {"RED"}, {.tlp = true}).label == R);
    CHECK(read_as("TLP:GREEN case", {"GREEN"}, {.tlp = true}).label == G);
    const auto text = read_as("TLP:GREEN case", {}, {.text = true});
    CHECK(text.label == A);
    CHECK(text.why == "labelled GREEN, below the list's default, where its author's mail server did not sign it: AMBER");
    REQUIRE(text.lint.size() == 1);
    CHECK(text.lint.front().find("signed (DKIM)") != string::npos);
    CHECK(read_as("Re: TLP:GREEN case", {}, {.parents = true}).label == A);
    CHECK(read_as("TLP:GREEN case", {}, {.parents = true}).label == G);
}

TEST_CASE("beside a signature that covers no label none is lower than the default, and the author reads why", "[mail][L2][A5]") {
    const auto covered = [](const string& entity, bool protects = false) { return *under_signature(entity, protects, {}); };
    CHECK(covered("\r\nTLP:GREEN\r\n").label == G);
    CHECK(covered("\r\nTLP:GREEN\r\nTLP:AMBER\r\n").label == A);
    CHECK_FALSE(covered("\r\ntlp:green\r\n> TLP:CLEAR\r\n").label);
    CHECK_FALSE(covered("Subject: TLP:GREEN\r\nX-TLP: GREEN\r\nIn-Reply-To: <a@b>\r\n\r\nwords\r\n").label);
    CHECK(covered("Subject: TLP:GREEN\r\n\r\nwords\r\n", true).label == G);
    CHECK(covered("References: <a@b> <c@d>\r\n\r\nwords\r\n", true).in_reply_to == std::vector<string>{"c@d"});
    const auto read_as = [&](const string& subject, const string& text, const string& entity) {
        const auto signed_alone = covered(entity);
        return find_label(mail_of(subject, text), {"CLEAR"}, {.list_default = A, .authenticated = true, .signed_alone = &signed_alone});
    };
    // Around what is signed in clear stands what is not signed: the lines of the armour.
    const auto armour = read_as("case", "words\n-----BEGIN PGP SIGNATURE-----\nComment: TLP:CLEAR\n", "\r\nwords\r\n");
    CHECK(armour.label == A);
    const auto bare = read_as("TLP:CLEAR case", "words\n", "\r\nwords\r\n");
    CHECK(bare.label == A);
    CHECK(bare.why == "labelled CLEAR, below the list's default, where the signature does not cover it: AMBER");
    REQUIRE(bare.lint.size() == 1);
    CHECK(bare.lint.front() ==
          "a label below the list's default must be signed: write it as the first line of the text, for the signature "
          "does not cover the header");
    CHECK_FALSE(covered("\r\nwords\r\nTLP:GREEN\r\n").label);  // its place is not enough
    const auto reply = read_as("Re: case", "TLP:GREEN\nwords\n", "\r\nTLP:GREEN\r\nwords\r\n");
    CHECK(reply.label == A);
    CHECK(reply.why == "labelled GREEN, below the list's default, in a reply whose signature does not cover what it answers: AMBER");
    CHECK(read_as("[teams] AW: case", "TLP:GREEN\n", "\r\nTLP:GREEN\r\n").label == A);
    for (const auto* subject : {"回复: case", "答复：case", "ＲＥ：case", "[外部] 회신: case", "返信: case", "ตอบ: case", "Trả lời: case",
                                "Odp: case", "BLS: case", "[teams 7] Re: case", "SPAM: Re: case"}) {
        CAPTURE(subject);
        CHECK(read_as(subject, "TLP:GREEN\n", "\r\nTLP:GREEN\r\n").label == A);
    }
    for (const auto* subject : {"case", "Weekly report: case", "[外部] case", "Response: case", "事件 case"}) {
        CAPTURE(subject);
        CHECK(read_as(subject, "TLP:GREEN\n", "\r\nTLP:GREEN\r\n").label == G);
    }
    CHECK(read_as("reading: case", "TLP:RED\n", "\r\nTLP:RED\r\n").label == R);
}

// Labels in files: as programs write them into tables, JSON, YAML, XML and calendars, and in mails that are attached as files. As many
// files that only look alike change nothing.
#include <catch2/catch.hpp>
#include <ctime>
#include <string>
#include <string_view>

#include "caveat/mail/label.hpp"
#include "transfer.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;
using std::string_view;

namespace {

struct File {
    string type, name, content;
};

Labelling read_with(const File& file) {
    const auto mail =
        "From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee the "
        "file\r\n--b\r\nContent-Type: " +
        file.type + "\r\nContent-Disposition: attachment; filename=" + file.name + "\r\n\r\n" + file.content + "\r\n--b--\r\n";
    const auto message = parse(mail, Limits{});
    REQUIRE(message);
    return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
}

void must_be(Tlp label, const string& type, const string& name, const string& content) {
    const auto read = read_with({type, name, content});
    CAPTURE(type, content, read.why);
    CHECK(caveat::community::name(read.label) == caveat::community::name(label));
    CHECK_FALSE(read.hold);
}

void csv(Tlp label, const string& content) {
    for (const string type : {"text/csv", "text/plain", "application/octet-stream"}) must_be(label, type, "r.csv", content);
}
void json(Tlp label, const string& content) {
    for (const string type : {"application/json", "text/plain"}) must_be(label, type, "r.json", content);
}
void xml(Tlp label, const string& content) {
    for (const string type : {"application/xml", "text/xml", "application/octet-stream", "text/plain"})
        must_be(label, type, "r.xml", content);
}
void yaml(Tlp label, const string& content) {
    for (const string type : {"application/yaml", "text/plain"}) must_be(label, type, "r.yaml", content);
}

string encoded_mail(const string& more = "") {
    // Subject and text are TLP:RED.
    return more +
           "From: a@b.example\r\nTo: x@y.example\r\nSubject: =?utf-8?B?VExQOlJFRCB4?=\r\nMIME-Version: 1.0\r\n"
           "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nVExQOlJFRAp4Cg==\r\n";
}

}  // namespace

TEST_CASE("a table is read as every program reads it", "[mail][L1][L9]") {
    csv(Tlp::red, "ip,TLP\r1.2.3.4,RED\r");
    csv(Tlp::red, "ip,note,tlp\r\n1.2.3.4,5\" disk,red\r\n");
    csv(Tlp::red, "ip,note,tlp\r\n1.2.3.4,\"a \"\"b\"\", c\",red\r\n");
    csv(Tlp::red, "ip,note,tlp\r\n1.2.3.4,\"a \\\"b\\\", c\",red\r\n");
    csv(Tlp::red, "ip,note,tlp\r1.2.3.4,\"two\rlines, and more\",red\r");
    csv(Tlp::red, "ip,note,tlp\n1.2.3.4, \"a, b\", red\n");
    csv(Tlp::red, "ip,note,tlp\n1.2.3.4,\"never closed,red\n5.6.7.8,x,red\n");
    csv(Tlp::green, "ip,note,tlp\n1.2.3.4,\"red\",green\nred,red,green\n");
}

TEST_CASE("a column whose name has the word TLP is one of TLP", "[mail][L1][L9]") {
    const string name = GENERATE(values<string>({"TLP:", "TLP (2.0)", "TLP v2", "TLP Classification", "tlpLabel", "TLPLabel", "TLPmarking",
                                                 "source_tlp", "event-tlp", "sourceTLP", "#tlp", "\"TLP\"", "threat.indicator.marking.tlp",
                                                 "Traffic Light Protocol (TLP)", "traffic_light_protocol", "TLP/PAP"}));
    csv(Tlp::red, "ioc,tlp," + name + "\r\n1.2.3.4,green,red\r\n");
    csv(Tlp::red, "ioc," + name + "\r\n1.2.3.4,\"TLP:RED\"\r\n");
    csv(Tlp::amber, name + ";ioc\r\nGREEN | AMBER;1.2.3.4\r\n");
    csv(Tlp::red, "ioc," + name + "\r\n1.2.3.4,RED (do not share)\r\n");
    csv(Tlp::green, "ioc," + name + ",colour\r\n1.2.3.4,,red\r\n");
}

TEST_CASE("every label of a cell counts", "[mail][L1][L9]") {
    csv(Tlp::red, "uuid,value,attribute_tag\r\n\"a\",\"1.2.3.4\",\"osint:x,tlp:red\"\r\n");
    csv(Tlp::red, "\"id\";\"name\";\"objectMarking\"\r\n\"1\";\"x\";\"TLP:RED, PAP:RED\"\r\n");
    csv(Tlp::red, "ip,share,note\n1.2.3.4,TLP:RED,foo\n");
    csv(Tlp::red, "1.2.3.4\tTLP:RED\tfoo\n");
    // Also between the first and the last page of a file.
    const string rows = [] {
        string all;
        while (all.size() < 100'000) all += "a,1.2.3.4,osint:x\r\n";
        return all;
    }();
    must_be(Tlp::red, "application/octet-stream", "r.csv", rows + "a,1.2.3.4,\"osint:x,tlp:red\"\r\n" + rows);
}

TEST_CASE("tables that only look alike raise nothing", "[mail][L3]") {
    csv(Tlp::green, "https,atlpx,TLPX\r\nred,red,red\r\n");
    csv(Tlp::green, "name,team\r\ntlp,red\r\n");
    csv(Tlp::green, "we follow TLP, and so on\r\nred teams found it, and more\r\n");
    csv(Tlp::green, "ioc,tlp,team\r\n1.2.3.4,clear,red\r\n");
    csv(Tlp::green, "ioc,note\r\n1.2.3.4,\"we saw the tlp:red case, and more\"\r\n");
    csv(Tlp::green, "a,b\r\n1,2\r\n\"");
    must_be(Tlp::green, "text/plain", "x.cpp", "for (const auto one : {Tlp::green, Tlp::amber, Tlp::red}) read(one);\r\n");
    must_be(Tlp::green, "text/plain", "guide.txt", "The protocol (TLP) has a red, an amber and a green label, which FIRST explains.\r\n");
}

TEST_CASE("TLP in the names of JSON raises", "[mail][L1][L9]") {
    json(Tlp::red, R"({"tlp": ["GREEN", "RED"], "ip": "1.2.3.4"})");
    json(Tlp::red, R"({"tlp": {"version": {"id": 2}, "label": "RED"}})");
    json(Tlp::red, R"({"tlp": [{"id": "1", "name": "TLP:RED"}]})");
    json(Tlp::red, R"({"threat.indicator.marking.tlp": "RED"})");
    json(Tlp::red, "{\n \"tlpLabel\":\n  \"RED\"\n}");
    json(Tlp::red, "{\"TLP (2.0)\": \"RED\"}");
    json(Tlp::red, R"({"tags": {"tlp:red": true}})");
    json(Tlp::red, R"({"marking": ["a", "TLP:RED", "b"]})");
    json(Tlp::green, R"({"tlp": {"version": "2"}, "label": "RED"})");
    json(Tlp::green, R"({"tlp": null, "colours": ["red", "green"]})");
    json(Tlp::green, "{\n \"tlp\": null,\n \"colours\": [\n  \"red\",\n  \"green\"\n ]\n}");
    // A schema says what may stand there.
    json(Tlp::green, R"({"tlp": {"type": "object", "label": {"type": "string", "enum": ["RED", "AMBER"]}}})");
    json(Tlp::green, R"({"tlp_levels": ["RED", "AMBER", "GREEN"]})");
}

TEST_CASE("the numbers that TheHive has for TLP raise, and one of two meanings holds", "[mail][L1][L9]") {
    json(Tlp::green, R"({"title": "x", "severity": 4, "tlp": 1, "pap": 2})");
    json(Tlp::amber, R"({"title": "x", "tlp": 2, "pap": 3})");
    json(Tlp::red, R"({"title": "x", "tlp": 4})");
    json(Tlp::green, R"({"title": "x", "tlp": 44, "max_tlp": 4})");
    const auto read = read_with({"application/json", "r.json", R"({"title": "x", "tlp": 3})"});
    CHECK(read.label == Tlp::amber_strict);
    CHECK(read.hold);
    CHECK(read.why.find("TLP as the number 3, which may mean RED") != string::npos);
}

TEST_CASE("TLP in the names of YAML raises, also what stands below it", "[mail][L1][L9]") {
    yaml(Tlp::red, "document:\n  distribution:\n    tlp:\n      label: RED\n");
    yaml(Tlp::red, "tlp:\n  version: 2.0\n  label: \"RED\"\n");
    yaml(Tlp::red, "x: 1\ntlp:\n- GREEN\n- RED\n");
    yaml(Tlp::red, "items:\n  - tlp:\n      - RED\n");
    yaml(Tlp::red, "- {ip: 1.2.3.4, share: \"TLP:RED\", n: 1}\n");
    yaml(Tlp::red, "tlp: {version: 2.0, label: RED}\n");
    yaml(Tlp::red, "x:\n  tlp: [GREEN, RED]\n");
    yaml(Tlp::green, "tlp:\nlabel: RED\n");
    yaml(Tlp::green, "x:\n  tlp:\n    version: 2\n  label: RED\n");
    yaml(Tlp::green, "tlp:\n  owner: red team\n  colours_of_house: red\n");
}

TEST_CASE("labels of XML raise, in elements, attributes and names", "[mail][L1][L9]") {
    const string head = "<?xml version=\"1.0\"?>\n";
    xml(Tlp::red, head + "<report>\n<tlp>RED</tlp>\n<ip>1.2.3.4</ip>\n</report>");
    xml(Tlp::red, "<report><x:tlp><x:label>RED</x:label></x:tlp></report>");
    xml(Tlp::red, head + "<report>\n<indicator tlp=\"RED\">1.2.3.4</indicator>\n</report>");
    xml(Tlp::red,
        head + "<IODEF-Document version=\"2.00\">\n<Incident purpose=\"reporting\" restriction=\"red\">\n</Incident></IODEF-Document>");
    xml(Tlp::red, head + "<r><share>TLP:RED</share><ip>1.2.3.4</ip></r>");
    xml(Tlp::red, head + "<r>\n  <row><ip>1.2.3.4</ip><share>TLP:RED</share><n>5</n></row>\n</r>\n");
    xml(Tlp::red, head + "<r>\n  <row ip=\"1.2.3.4\" share=\"TLP:RED\" n=\"5\"/>\n</r>\n");
    xml(Tlp::red, head + "<r><AdditionalData dtype='string' meaning=\"tlp\">RED</AdditionalData><x>1</x></r>");
    xml(Tlp::red, head + "<response><Event><id>1</id><Tag><id>3</id><name>tlp:red</name><colour>#CC0033</colour></Tag></Event></response>");
    xml(Tlp::red, head + "<r><![CDATA[TLP:RED]]><x>1</x></r>");
    xml(Tlp::red, head + "<!-- TLP:RED --><r><x>1</x></r>");
    xml(Tlp::red, "\xEF\xBB\xBF" + head + "<r><property name=\"tlp\" value=\"RED\"/></r>");
    xml(Tlp::red, head + "<x:DocumentDistribution xml:lang=\"en\">Distribution is TLP:RED only</x:DocumentDistribution>");
    xml(Tlp::green, head + "<x:Distributor xml:lang=\"en\">Distribution is TLP:RED only</x:Distributor>");
    xml(Tlp::green, head + "<r><Incident restriction=\"need-to-know\"/><colour>RED</colour></r>");
    const string incident = "\"><IncidentID name=\"a.example\">1</IncidentID></Incident></r>";
    xml(Tlp::red, head + "<r><Incident restriction=\"private" + incident);
    xml(Tlp::amber, head + "<r><Incident restriction=\"need-to-know" + incident);
    xml(Tlp::green, head + "<r><Incident restriction=\"public" + incident);
    xml(Tlp::green, head + "<p><text>what the label <b>TLP:RED</b> is for</text></p>");
    xml(Tlp::green,
        head + "<xs:element name=\"tlp\"><xs:restriction base=\"xs:string\"><xs:enumeration value=\"RED\"/></xs:restriction></xs:element>");
    for (const string type : {"text/html", "application/octet-stream", "text/plain"}) {
        const string head_of_table = "<html><table>\n<tr class=x><th>ip</th><th>TLP</th></tr>\n<tr><td>1.2.3.4<td><b>";
        must_be(Tlp::red, type, "r.html", head_of_table + "RED</b></tr></table></html>");
        must_be(Tlp::green, type, "r.html", head_of_table + "GREEN</b></tr><tr><td>red</td></tr></table></html>");
    }
    must_be(Tlp::green, "text/html", "r.html", "<html><p>what the label <b>TLP:RED</b> is for</p></html>");
}

TEST_CASE("a calendar's text is read as HTML where it has tags, and its names as subjects", "[mail][L1][L9]") {
    const string event = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@x\r\nSUMMARY:call\r\n";
    const auto invites = [&event](Tlp label, const string& line) {
        const auto mail = "From: a@b.example\r\nContent-Type: text/calendar\r\n\r\n" + event + line + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        const auto message = parse(mail, Limits{});
        REQUIRE(message);
        const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
        CAPTURE(line, read.why);
        CHECK(caveat::community::name(read.label) == caveat::community::name(label));
        CHECK_FALSE(read.hold);
    };
    invites(Tlp::red, "DESCRIPTION:<b>TLP:</b><b>RED</b><br>Agenda");
    invites(Tlp::red, "DESCRIPTION:<span>TLP:</span>RED<br>Agenda");
    invites(Tlp::red, "DESCRIPTION:Agenda<br><b>TLP:RED</b><br>more");
    invites(Tlp::red, "DESCRIPTION:<ul><li><b>TLP</b>:RED</li></ul>");
    invites(Tlp::red, "DESCRIPTION:<br>TLP&#58\\;RED<br>x");
    invites(Tlp::red, "STYLED-DESCRIPTION;VALUE=TEXT;FMTTYPE=text/html:<div>TLP:<b>RED</b></div>");
    invites(Tlp::red, "X-WR-CALNAME:Plan of case 7 (TLP:RED) of the team");
    invites(Tlp::red, "ORGANIZER;CN=\"TLP:RED war room\":mailto:room@orchid.example");
    invites(Tlp::red, "ATTENDEE;RSVP=TRUE;CN=\"the TLP:RED room\";X=1:mailto:room@orchid.example");
    invites(Tlp::green, "DESCRIPTION:<p>what <b>TLP:RED</b> is for</p><br>Agenda");
    invites(Tlp::green, "DESCRIPTION:a < b and TLP is > c");
    invites(Tlp::green, "ORGANIZER;CN=Mei Tan:mailto:mei@orchid.example");
}

TEST_CASE("the text of a shape in RTF is read", "[mail][L9]") {
    must_be(Tlp::red, "application/rtf", "r.rtf", "{\\rtf1 {\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv y}}{\\shptxt TLP:RED\\par}}}\\par x}");
    must_be(Tlp::green, "application/rtf", "r.rtf",
            "{\\rtf1 {\\shp{\\*\\shpinst{\\sp{\\sn TLP:RED}{\\sv TLP:RED}}{\\shptxt x\\par}}}\\par x}");
}

TEST_CASE("a mail that is attached as a file of another type is read as a mail", "[mail][L1][L9]") {
    for (const string type :
         {"message/rfc822", "application/octet-stream", "text/plain", "message/x-eml", "application/mbox", "application/vnd.ms-outlook"}) {
        must_be(Tlp::red, type, "fw.eml", encoded_mail());
        must_be(Tlp::green, type, "fw.eml", "From: a@b.example\r\nSubject: =?utf-8?B?aGVsbG8=?=\r\n\r\nhello\r\n");
    }
    const string file = "application/octet-stream", innocent = "From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n\r\n",
                 line = "From a@b.example Mon Nov 30 10:00:00 2026\r\n";
    must_be(Tlp::red, file, "fw.eml", encoded_mail("\xEF\xBB\xBF\r\nX-Mozilla-Status: 0001\r\nReceived: from a\r\n by b\r\n"));
    must_be(Tlp::red, file, "box", line + encoded_mail());
    must_be(Tlp::red, file, "box", line + innocent + line + encoded_mail());
    must_be(Tlp::red, file, "box", line + innocent + line + innocent + line + "From: a@b.example\r\nSubject: TLP:RED x\r\n\r\nx\r\n");
    // An attached mail in an attached mail.
    must_be(Tlp::red, file, "fw.eml",
            "From: a@b.example\r\nSubject: x\r\nContent-Type: application/octet-stream; name=y.eml\r\n\r\n" + encoded_mail());
    must_be(Tlp::green, "text/plain", "x.txt", "subject: x\r\nnote: VExQOlJFRAp4Cg==\r\n\r\nhello\r\n");
}

TEST_CASE("an attached mail that was saved from an mbox is read as a mail", "[mail][L1][L9]") {
    for (const string before : {"From - Mon Nov 23 10:00:00 2026\r\n", ">From a@b.example Mon Nov 23 10:00:00 2026\r\n", "\r\n",
                                "\r\n\r\nFrom a@b.example Mon Nov 23 10:00:00 2026\r\n"}) {
        must_be(Tlp::red, "message/rfc822", "fw.eml", encoded_mail(before));
        must_be(Tlp::green, "message/rfc822", "fw.eml", before + "From: a@b.example\r\nSubject: =?utf-8?B?aGVsbG8=?=\r\n\r\nhello\r\n");
    }
    // Behind an empty line others show all of it as text.
    must_be(Tlp::red, "message/rfc822", "fw.eml",
            "\r\nSubject: a\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nTLP:RED\r\n");
    must_be(Tlp::green, "message/rfc822", "fw.eml", "From here on it is prose\r\n\r\nhello\r\n\r\n");
}

TEST_CASE("a header that goes on behind a line which is no field is not read for certain, and holds", "[mail][L9]") {
    const auto [before, holds] = GENERATE(table<string, bool>({
        {"", false},
        {"X-A : b\r\n", false},
        {"garbage\r\n", true},
        {" continued\r\n", true},
        {"From a@b.example Mon\r\n", true},
        {"\xEF\xBB\xBF", true},
    }));
    CAPTURE(before);
    const string part = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8K\r\n";
    const string head = "From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
    const auto held = [](const string& mail) {
        const auto message = parse(mail, Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}}).hold;
    };
    CHECK(held(head + before + part + "--b--\r\n") == holds);
    // A part without a header, and the boundary behind one.
    CHECK_FALSE(held(head + "hello: you\r\nall of you\r\n\r\nContent-Type: x\r\n--b\r\n" + part + "--b--\r\n"));
    CHECK_FALSE(held(head + "Content-Type: text/html\r\n--b\r\n" + part + "--b--\r\n"));
}

TEST_CASE("of an attached mail whose header some programs end early, both readings are read", "[mail][L1][L3][L9]") {
    const string before = GENERATE(as<string>{}, "garbage\r\n", "Content analysis details: (5.0 points)\r\n  0.1 X\r\n",
                                   "From a@b.example Mon\r\n", "\xEF\xBB\xBF", "name of none: x\r\n continued\r\n", "\xC3\xA4: x\r\n");
    const string type = GENERATE(as<string>{}, "message/rfc822", "application/octet-stream");
    CAPTURE(before, type);
    const auto says = [&](Tlp label, const string& fields, const string& text) {
        must_be(label, type, "fw.eml", "X-A: y\r\nFrom: a@b.example\r\nTo: b@b.example\r\n" + before + fields + "\r\n" + text);
    };
    says(Tlp::green, "Subject: x\r\n", "hello\r\n");
    says(Tlp::red, "Subject: TLP:RED x\r\n", "hello\r\n");
    const string coded = "Subject: x\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n";
    says(Tlp::green, coded, "aGVsbG8K\r\n");
    says(Tlp::red, coded, "VExQOlJFRAo=\r\n");
    says(Tlp::red, coded, "TLP:RED\r\n");
    const string multipart = "Content-Type: multipart/alternative; boundary=c\r\n";
    says(Tlp::green, multipart, "--c\r\nContent-Type: text/html\r\n\r\n<b>buy</b>\r\n--c--\r\n");
    says(Tlp::red, multipart, "--c\r\n" + coded + "\r\nVExQOlJFRAo=\r\n--c--\r\n");
}

TEST_CASE("of an attached mail with empty lines in front of its header both readings are read, whatever its fields", "[mail][L1][L3][L9]") {
    const string front = GENERATE(as<string>{}, "\r\n", "\n\n", "\r\n \r\n", "\r\n\xEF\xBB\xBF", "From x@y.example Mon\r\n\r\n",
                                  "\r\nFrom x@y.example Mon\r\n");
    const string fields = GENERATE(as<string>{}, "", "List-Id: x\r\n", "From: a@b.example\r\n", "From: a@b.example\r\ngarbage\r\n",
                                   "From: a@b.example\r\nTo: b@b.example\r\ngarbage\r\n");
    CAPTURE(front, fields);
    const auto says = [&](Tlp label, const string& mail) { must_be(label, "message/rfc822", "", front + fields + mail); };
    says(Tlp::green, "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8K\r\n");
    says(Tlp::red, "Content-Transfer-Encoding: base64\r\n\r\nVExQOlJFRAo=\r\n");
    says(Tlp::red, "Content-Transfer-Encoding: quoted-printable\r\n\r\nTLP=3ARED\r\n");
    says(Tlp::red,
         "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Transfer-Encoding: base64\r\n\r\nVExQOlJFRAo=\r\n--c--\r\n");
    says(Tlp::red, "Content-Type: application/pdf; name=\"TLP-RED report.pdf\"\r\n\r\nx\r\n");
    CHECK(
        read_with({"message/rfc822", "", front + fields + "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nsealed\r\n"}).hold);
}

TEST_CASE("of an attached mail that programs read otherwise, what is beside Outlook's own format is read as well", "[mail][L9]") {
    const string front = GENERATE(as<string>{}, "", "\r\n", "From: a@b.example\r\ngarbage\r\n");
    CAPTURE(front);
    const string mail = front +
                        "Subject: x\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nhello\r\n--c\r\n"
                        "Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx\r\n--c--\r\n";
    must_be(Tlp::green, "message/rfc822", "", mail);
}

TEST_CASE("attached mails that programs read otherwise are read twice at most, however they are nested", "[mail][L8]") {
    const auto seconds = [](int depth, const string& line) {
        string mail = "From: a@b.example\r\nSubject: x\r\n\r\n";
        for (int i = 0; i < 4000; ++i) mail += "incident tlp host a red beacon TLP report of the day\r\n";
        for (int i = 0; i < depth; ++i) {
            const auto boundary = "c" + std::to_string(i);
            mail = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=" + boundary + "\r\n" + line + "\r\n--" + boundary +
                   "\r\nContent-Type: message/rfc822\r\n\r\n" + mail + "\r\n--" + boundary + "--\r\n";
        }
        const auto message = parse("From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n" + mail, Limits{});
        REQUIRE(message);
        const auto begin = std::clock();
        const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
        CHECK(read.hold == (!line.empty() && depth > 1));
        return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    };
    const string garbage = "garbage\r\nSubject: y\r\n";
    seconds(1, garbage);  // one alone is read, and does not hold
    const auto clean = seconds(8, "");
    CHECK(seconds(8, garbage) < 0.2 + 4 * clean);
}

TEST_CASE("a multipart in which no parts are found is not read for certain where it has some, and holds", "[mail][L9]") {
    const auto [type, holds] = GENERATE(table<string, bool>({
        {"multipart/mixed; boundary=bb", false},
        {"multipart/mixed", true},
        {"multipart/mixed; boundary=\"\"", true},
        {"multipart/mixed; boundary=BB", true},
        {"multipart/mixed boundary=bb", true},
        {"multipart; boundary=bb", true},
        {"multipart/mixed; boundary=\"b\\b\"", true},
    }));
    CAPTURE(type);
    const string part = "--bb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8K\r\n--bb--\r\n";
    const auto held = [](const string& fields, const string& text) {
        const auto message = parse("From: a@b.example\r\nSubject: x\r\n" + fields + "\r\n" + text, Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}}).hold;
    };
    CHECK(held("Content-Type: " + type + "\r\n", part) == holds);
    CHECK_FALSE(held("Content-Type: " + type + "\r\n", "hello\r\n-- \r\nMei\r\n"));
    // In a mail that is attached as well.
    CHECK(held("Content-Type: multipart/mixed; boundary=cc\r\n",
               "--cc\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: " + type + "\r\n\r\n" + part + "--cc--\r\n") ==
          holds);
    CHECK(held("Content-Type: multipart/mixed; boundary=bb\r\nContent-Transfer-Encoding: base64\r\n", "LS1iYg0K\r\n"));
}

TEST_CASE("what is beyond a limit in attached mails holds the mail around them, and refuses it not", "[mail][L8][S5]") {
    const auto holds = [](const string& mail, const Limits& limits, bool expected) {
        const auto message = parse(mail, limits);
        REQUIRE(message);
        CHECK(message->parts.size() <= limits.parts);
        const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
        CHECK(read.hold == expected);
        if (expected) CHECK_THAT(read.why, Catch::Contains("not all of it was read"));
    };
    const string file = "Content-Type: application/octet-stream; name=y.eml\r\n\r\n", plain = "From: a@b.example\r\nSubject: x\r\n";
    SECTION("nested too deep") {
        Limits limits;
        limits.depth = 3;
        string mail = plain + "\r\nhello\r\n";
        for (int i = 0; i < 3; ++i) mail = plain + file + mail;
        holds(mail, limits, false);
        holds(plain + file + mail, limits, true);
    }
    SECTION("too many, which take no room from the parts of the mail itself") {
        Limits limits;
        limits.parts = 10;
        const auto with_mailbox = [&](int count) {
            string mail = plain + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + file;
            for (int i = 0; i < count; ++i) mail += "From a@b.example Mon Nov 30 10:00:00 2026\r\n" + plain + "\r\nhello\r\n";
            return mail + "--b\r\n\r\nhello\r\n--b--\r\n";
        };
        holds(with_mailbox(8), limits, false);
        holds(with_mailbox(9), limits, true);
        holds(with_mailbox(600), Limits{}, true);
    }
    SECTION("a long header") {
        holds(plain + file + plain + "X-Spam-Report: " + string(300 << 10, 'x') + "\r\n\r\nhello\r\n", Limits{}, true);
    }
}

TEST_CASE("what is in a piece of a mail is read by nobody here, and holds", "[mail][L9]") {
    const auto message =
        parse("From: a@b.example\r\nContent-Type: message/partial; id=x; number=2; total=2\r\n\r\nVExQOlJFRAp4Cg==\r\n", Limits{});
    REQUIRE(message);
    const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
    CHECK(read.hold);
    CHECK(read.why.find("a piece of a mail (message/partial)") != string::npos);
}

TEST_CASE("what stands elsewhere is read by nobody here, and holds", "[mail][L9]") {
    const auto message = parse(
        "From: a@b.example\r\nContent-Type: message/external-body; access-type=URL; URL=\"https://b.example/x\"\r\n\r\n"
        "Content-Type: text/plain\r\nContent-ID: <x@b.example>\r\n\r\n",
        Limits{});
    REQUIRE(message);
    const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
    CHECK(read.hold);
    CHECK(read.why.find("message/external-body") != string::npos);
}

TEST_CASE("the strings of JSON are read as programs show them", "[mail][L1][L9]") {
    json(Tlp::red, R"({"text": "the notice\nTLP:RED\nnobody else"})");
    json(Tlp::red, R"({"body": "it said \"x\"\r\n\"TLP:RED\"\r\n"})");
    json(Tlp::red, R"({"payload": "{\"id\": 3, \"tlp\": \"red\"}"})");
    json(Tlp::red, R"(["vcalendar", [["description", {}, "text", "Agenda\n\nTLP:RED\n\nBring it"]]])");
    json(Tlp::green, R"({"text": "what \"TLP:RED\" is for\nis told elsewhere"})");
    json(Tlp::green, R"({"words": ["STIX", "TLP", "Red Hat"]})");
}

TEST_CASE("other forms of names and values that programs write raise as well", "[mail][L1][L9]") {
    xml(Tlp::red, "<?xml version=\"1.0\"?><report><tlp><![CDATA[RED]]></tlp></report>");
    xml(Tlp::red, "<report><field name=\"tlp\"><![CDATA[red]]></field></report>");
    xml(Tlp::green, "<report><tlp><![CDATA[GREEN]]></tlp><colour><![CDATA[RED]]></colour></report>");
    json(Tlp::red, R"({"version": "2.0", "Incident": [{"purpose": "reporting", "restriction": "red"}]})");
    json(Tlp::green, R"({"Incident": [{"restriction": "need-to-know", "colour": "red"}]})");
    json(Tlp::red, R"({"Incident": [{"restriction": "private", "IncidentID": {"id": "1", "name": "x"}}]})");
    json(Tlp::amber_strict, R"({"object_marking_refs": ["marking-definition--826578e1-40ad-459f-bc73-ede076f81f37"]})");
    json(Tlp::red, R"({"tlpLevel": {"name": "Red", "id": 4}})");
    json(Tlp::green, R"({"allowedTlpLevels": {"name": "Red", "id": 4}})");
    json(Tlp::red, R"({"name": "TLP", "value": "RED"})");
    json(Tlp::red, R"([{"id": 1, "value": "red", "key": "tlp"}])");
    json(Tlp::green, R"([{"key": "tlp", "value": "green"}, {"key": "team", "value": "red"}])");
    json(Tlp::red, R"({"trafficLightProtocolLevel": "RED"})");
    yaml(Tlp::red, "id: 3\ntlp: >-\n  red\n");
    yaml(Tlp::red, "id: 3\ntlp: !!str red\n");
    yaml(Tlp::red, "id: 3\ntlp: &t red\nother: *t\n");
    for (const string type : {"text/plain", "application/octet-stream"}) {
        must_be(Tlp::red, type, "r.ini", "[report]\nid=3\ntlp = red\n");
        must_be(Tlp::red, type, "r.properties", "report.tlp=RED\n");
        must_be(Tlp::red, type, "r.toml", "[tlp]\nlevel = \"RED\"\n");
        must_be(Tlp::green, type, "r.toml", "[tlp]\nlevel = \"GREEN\"\n[team]\ncolour = \"RED\"\n");
        must_be(Tlp::green, type, "r.ini", "team = red\nlevel = red\n");
        must_be(Tlp::red, type, "r.yar", "rule a { meta: tlp = \"red\" condition: true }\n");
        must_be(Tlp::red, type, "r.yar", "rule a {\n  meta: author = \"x\" tlp = \"red\" date = \"2026\"\n}\n");
        must_be(Tlp::red, type, "r.log", "ts=1 ioc=evil.example tlp=red n=5\n");
        must_be(Tlp::red, type, "r.csv", "# tlp=red\nioc\nevil.example\n");
        must_be(Tlp::green, type, "r.py", "if x and tlp == \"red\": pass\n");
        must_be(Tlp::green, type, "r.log", "get /?tlp=red tlp=reduced team=red\n");
    }
    json(Tlp::red, R"({"namespace": "tlp", "predicate": "red"})");
    const auto wide = [](string_view text, bool little) {
        string out;
        for (const char c : text) out += little ? string{c, '\0'} : string{'\0', c};
        return out;
    };
    for (const bool little : {true, false})
        must_be(Tlp::red, "application/octet-stream", "r.xml",
                wide("<?xml version=\"1.0\" encoding=\"UTF-16\"?><r><tlp>RED</tlp></r>", little));
    must_be(Tlp::red, "application/octet-stream", "r.log", "\x1B[31mTLP:RED\x1B[0m\nhello\n");
    csv(Tlp::red, "ip,\"TLP\n(2.0)\"\n1.2.3.4,RED\n");
    csv(Tlp::red, "sep=^\nip^TLP\n1.2.3.4^RED\n");
}

TEST_CASE("a table that people put between their words raises, words with commas do not", "[mail][L1][L3][L9]") {
    const auto says = [](Tlp label, const string& type, const string& text) {
        const auto message = parse("From: a@b.example\r\nSubject: x\r\nContent-Type: " + type + "\r\n\r\n" + text, Limits{});
        REQUIRE(message);
        const auto read = find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
        CAPTURE(text, read.why);
        CHECK(caveat::community::name(read.label) == caveat::community::name(label));
        CHECK_FALSE(read.hold);
    };
    says(Tlp::red, "text/plain", "Dear all,\r\n\r\nip,tlp,note\r\n1.2.3.4,red,x\r\n5.6.7.8,green,y\r\n\r\nbest\r\n");
    says(Tlp::red, "text/plain", "Dear all,\r\nip;TLP\r\n1.2.3.4;RED\r\n");
    says(Tlp::red, "text/plain", "look:\r\n| IP | TLP |\r\n|----|-----|\r\n| 1.2.3.4 | red |\r\n");
    says(Tlp::red, "text/plain", "they wrote\r\n> ip\ttlp\r\n> 1.2.3.4\tred\r\n");
    says(Tlp::red, "text/html", "<p>x</p><table><tr><th>IP</th><th>TLP</th></tr><tr><td>1.2.3.4</td><td>RED</td></tr></table>");
    // Ruled, drawn, or lined up with blanks, as programs print them.
    says(Tlp::red, "text/plain", "+----+-----+\r\n| ID | TLP |\r\n+----+-----+\r\n| 1  | RED |\r\n+----+-----+\r\n");
    says(Tlp::red, "text/plain", " id | tlp \r\n----+-----\r\n  1 | RED\r\n(1 row)\r\n");
    // Behind a first line that begins as data does.
    for (const std::string front : {"{External: mail}\r\n\r\nHello,\r\n\r\n", "{ Hello, all see :\r\n\r\n"}) {
        says(Tlp::red, "text/plain; charset=utf-8", front + "Case │ TLP │ What\r\nC-1 │ RED │ banks hit\r\n");
        says(Tlp::red, "text/plain; charset=utf-8", front + "Case   TLP   What\r\nC-1    RED   banks hit\r\n");
        says(Tlp::red, "text/plain; charset=utf-8", front + "> Case │ TLP │ What\r\n> C-1 │ RED │ banks hit\r\n");
    }
    says(Tlp::red, "text/plain; charset=utf-8", "┌────┬─────┐\r\n│ ID │ TLP │\r\n├────┼─────┤\r\n│ 1  │ RED │\r\n└────┴─────┘\r\n");
    says(Tlp::red, "text/plain", "ID  TLP    Title\r\n1   RED    phish\r\n2   GREEN  scan\r\n");
    says(Tlp::red, "text/plain", "  ID   TLP     Severity\r\n  ---- ------- --------\r\n   1   RED     high\r\n");
    says(Tlp::green, "text/plain", "We use TLP.  Teams know it.\r\nMost do.  Red is a colour.\r\n");
    says(Tlp::green, "text/plain", "we share by mail, TLP, and phone\r\nsome of it is old, red herrings, and so on\r\n");
    says(Tlp::green, "text/plain", "terms: STIX, TLP\r\n\r\ncolours: blue, red\r\n");
    says(Tlp::green, "text/plain", "ip,tlp\r\n1.2.3.4,green\r\n");
    // Also a report that has TLP in front and each label once, and with it what explains TLP.
    for (const char separator : {'|', ';', '\t'}) {
        string report;
        for (const string row : {"TLP,IOC", "RED,203.0.113.5", "AMBER,evil.example", "GREEN,bad.example"})
            (report += row.substr(0, row.find(','))) += separator + row.substr(row.find(',') + 1) + "\r\n";
        says(Tlp::red, "text/plain", report);
    }
    says(Tlp::red, "text/html",
         "<p>Today</p><table><tr><th>TLP</th><th>IOC</th></tr><tr><td>RED</td><td>203.0.113.5</td></tr><tr><td>AMBER</td>"
         "<td>evil.example</td></tr><tr><td>GREEN</td><td>bad.example</td></tr></table>");
    says(Tlp::red, "text/plain", "ip;tlp\r\n1.2.3.4;red\r\n1.2.3.5;amber\r\n1.2.3.6;green\r\n");
    says(Tlp::red, "text/plain", "tlp;ip\r\nred;1.2.3.4\r\namber;1.2.3.5\r\ngreen;1.2.3.6\r\ngreen;1.2.3.7\r\n");
    // What begins with a brace is data only where a program wrote it.
    says(Tlp::green, "text/plain", "{Spam?} please mark it as \"TLP:RED\" if you think so\r\n");
    says(Tlp::green, "text/plain", "{\"Spam\"} please mark it as \"TLP:RED\" if you think so\r\n");
    for (const string front : {"{ \"text\": ", "{'note': 'x', \"text\": ", "{text: ", "{\"a\\\"b\": 1, \"text\": ", "{}\r\n{\"text\": ",
                               "{ /* c */ \"text\": ", "{\r\n  {\"text\": "}) {
        CAPTURE(front);
        says(Tlp::red, "text/plain", front + "\"the notice\\nTLP:RED\\nnobody else\"}\r\n");
    }
    says(Tlp::green, "text/html", "<table><tr><th>IP</th><th>TLP</th></tr><tr><td>1.2.3.4</td><td>GREEN</td></tr></table>");
}

TEST_CASE("the summary of an invitation is its subject, and what is attached to it a file", "[mail][L1][L3][L9]") {
    const auto read = [](const string& line) {
        const auto message =
            parse("From: a@b.example\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@x\r\n" + line +
                      "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
                  Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
    };
    for (const string summary : {"TLP:ORANGE call", "TLP:红色 会议", "TLP:ROT Besprechung", "\xD0\xA2LP:RED call"}) {
        CAPTURE(summary);
        CHECK(read("SUMMARY:" + summary).hold);
    }
    CHECK_FALSE(read("SUMMARY:a call of the team").hold);
    for (const string line : {"ATTACH;FILENAME=TLP-RED report.pdf;FMTTYPE=application/pdf:https://x.example/1",
                              "ATTACH;X-FILENAME=\"TLP-RED report.pdf\":cid:1@x.example",
                              "ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY:VExQOlJFRAp4Cg==",
                              "STYLED-DESCRIPTION;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=text/html:PGI+VExQOjwvYj48Yj5SRUQ8L2I+",
                              "CONFERENCE;VALUE=URI;LABEL=\"the TLP:RED bridge\":https://x.example/2"}) {
        CAPTURE(line);
        CHECK(read(line).label == Tlp::red);
    }
    CHECK(read("ATTACH;FILENAME=report.pdf:https://x.example/TLP-RED").label == Tlp::green);
    CHECK(read("ATTACH;ENCODING=BASE64;VALUE=BINARY:eAp4Cg==").label == Tlp::green);
}

TEST_CASE("a mail in an invitation is read as one that is attached, and more files than are read hold", "[mail][L9]") {
    const auto read = [](const string& lines) {
        const auto message =
            parse("From: a@b.example\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1@x\r\n" + lines +
                      "END:VEVENT\r\nEND:VCALENDAR\r\n",
                  Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
    };
    const auto attached = [&](const string& file) { return read("ATTACH;ENCODING=BASE64;VALUE=BINARY:" + encode_base64(file) + "\r\n"); };
    const string head = "From: a@b.example\r\nSubject: x\r\n", mixed = head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
    CHECK_FALSE(attached(head + "\r\nhello\r\n").hold);
    CHECK(attached(mixed + "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nhello\r\n--b--\r\n").hold);
    CHECK(attached(mixed + "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nsealed\r\n--b--\r\n").hold);
    CHECK(attached(mixed + "Subject: TLP:RED x\r\n\r\nhello\r\n--b--\r\n").label == Tlp::red);
    string many;
    for (int i = 0; i < 100; ++i) many += "ATTACH;ENCODING=BASE64;VALUE=BINARY:eAp4Cg==\r\n";
    // A name costs nothing: a calendar may have hundreds of events with a file somewhere else.
    for (int i = 0; i < 120; ++i) many += "ATTACH;FILENAME=" + std::to_string(i) + ".pdf:https://x.example/1\r\n";
    CHECK_FALSE(read(many).hold);
    CHECK(read(many + "ATTACH;FILENAME=TLP-RED report.pdf:https://x.example/1\r\n").label == Tlp::red);
    const auto held = read(many + "ATTACH;ENCODING=BASE64;VALUE=BINARY:eAp4Cg==\r\n");
    CHECK(held.hold);
    CHECK_THAT(held.why, Catch::Contains("the files in part 1 beyond 100"));
}

TEST_CASE("more files that old programs put into a text than are read hold", "[mail][L8][L9]") {
    const auto read = [](const string& text) {
        return find_label(*parse("From: a@b.example\r\n\r\n" + text, Limits{}), {}, {Tlp::green, true, Tlp::amber, {}});
    };
    string many;
    for (int i = 0; i < 100; ++i) many += "begin 644 a\r\n#>`H*\r\n`\r\nend\r\n";
    for (int i = 0; i < 120; ++i) many += "begin 644 b\r\n";  // a name alone
    CHECK_FALSE(read(many).hold);
    CHECK(read(many + "begin 644 TLP-RED.txt\r\n").label == Tlp::red);
    CHECK(read(many + "begin 644 a\r\n#>`H*\r\n`\r\nend\r\n").hold);
}

TEST_CASE("a mail that an old program put into the text, or a new one into a file, is read as a mail", "[mail][L1][L9]") {
    const auto uuencoded = [](string_view text) {
        string out = "begin 644 m.eml\r\n";
        const auto sign = [](unsigned value) { return static_cast<char>(value == 0 ? '`' : 32 + value); };
        for (std::size_t at = 0; at < text.size(); at += 45) {
            const auto line = text.substr(at, 45);
            out += sign(static_cast<unsigned>(line.size()));
            for (std::size_t i = 0; i < line.size(); i += 3) {
                const auto octet = [&](std::size_t k) { return k < line.size() ? static_cast<unsigned char>(line[k]) : 0U; };
                const unsigned all = octet(i) << 16U | octet(i + 1) << 8U | octet(i + 2);
                for (const unsigned shift : {18U, 12U, 6U, 0U}) out += sign(all >> shift & 63U);
            }
            out += "\r\n";
        }
        return out + "`\r\nend\r\n";
    };
    const auto plain_subject = encoded_mail().replace(encoded_mail().find("=?utf-8?B?VExQOlJFRCB4?="), 24, "x");
    for (const auto& mail : {encoded_mail(), plain_subject}) {
        const auto message = parse("From: a@b.example\r\nSubject: x\r\n\r\nsee below\r\n\r\n" + uuencoded(mail), Limits{});
        REQUIRE(message);
        CHECK(find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}}).label == Tlp::red);
        must_be(Tlp::red, "application/octet-stream", "1.emlx", std::to_string(mail.size()) + "       \n" + mail);
    }
}

TEST_CASE("files are read in time linear in their size", "[mail][L8]") {
    for (const string unit : {"\"tlp\":",
                              "\"tlp\":[",
                              "\"tlp\":{\"label\":",
                              "<tlp ",
                              "<tlp>",
                              "<a b='",
                              "<!--",
                              "<![CDATA[",
                              "<a b=\"c\">",
                              "<section>",
                              "<aaaaaaaa>",
                              "<aaaaaaaa",
                              "tlp:\n ",
                              "tlp,",
                              "\"tlp,",
                              "\"\",",
                              "\"a\n",
                              "\"x\"\",",
                              "tlp:red,",
                              "tlp=",
                              "restriction=",
                              "\nFrom x\nTo: y\nCc: z\n",
                              "From x\na:b\n",
                              "tlp:\n  label: x\n"}) {
        CAPTURE(unit);
        const auto spent = [&unit](std::size_t size, const string& type, const string& begin_of_text) {
            string text = (unit.find("From") == string::npos ? begin_of_text : "") + "From x\nTo: y\nCc: z\n";
            while (text.size() < size) text += unit;
            const auto begin = std::clock();
            Limits limits;
            limits.parts = unlimited;
            const auto message = parse("From: a@b.example\r\nContent-Type: " + type + "; name=x\r\n\r\n" + text, limits);
            if (message) (void)find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
            return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        };
        const auto grows_slowly = [&](const string& type, const string& begin_of_text) {
            CAPTURE(type);
            const double small = spent(20000, type, begin_of_text), large = spent(200000, type, begin_of_text);
            CHECK(large < 0.2 + 50 * small);
        };
        grows_slowly("application/json", "<?xml ?>");
        grows_slowly("text/html", "<div>");
    }
}

// How long a mail may take to be read for labels (L8, S5): what takes longer is held, and says so.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "caveat/mail/label.hpp"
#include "label_lexer.hpp"
#include "label_reader.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

string work_lines(const string& line, std::size_t size) {
    string text;
    while (text.size() < size) text += line + "\r\n";
    return text;
}

Labelling read_work(const std::vector<string>& parts) {
    string mail = "From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (const auto& part : parts) mail += "--b\r\nContent-Type: " + part + "\r\n";
    const auto message = parse(mail + "--b--\r\n", Limits{});
    REQUIRE(message);
    return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
}

#ifdef CAVEAT_SANITIZED
constexpr int smaller = 16;  // scenario 40-strangers has a mail that spends all of the work
#else
constexpr int smaller = 1;
#endif

const string plain_part = "text/plain; charset=utf-8\r\n\r\n";

string attached_part(const string& type, const string& name) {
    return type + "\r\nContent-Disposition: attachment; filename=" + name + "\r\n\r\n";
}

const string prose = "The report names words of an incident, and more of them follow until the line ends";
const string endless = "TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP :";

}  // namespace

TEST_CASE("files of the largest mail take a part of the work that a mail may make", "[mail][L8]") {
    constexpr std::size_t size = 3900000 / smaller;
    constexpr int count = 6;
    struct Case {
        string type, name, line, last;
    };
    const string log = "2026-12-01T00:00:07Z fw1 kernel: DROP IN=eth0 SRC=203.0.113.77 DST=192.0.2.15 PROTO=TCP SPT=4711 DPT=445";
    const string row = "17,203.0.113.77,bank.example,phishing,2026-12-01,AS64500,open,high";
    const string object = R"({"type":"indicator","id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","pattern":"[ipv4-addr:value = )"
                          R"('203.0.113.7']","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]},)";
    for (const auto& [type, name, line, last] :
         {Case{"text/plain", "fw.log", log, "user M\xFCller logged in"}, Case{"text/csv", "hosts.csv", row, "M\xFCnchen"},
          Case{"application/octet-stream", "hosts.csv", "tlp," + row, ""}, Case{"application/json", "bundle.json", object, ""},
          Case{"application/json", "bundle.json",
               R"({"name": "evil.example", "ip": "203.0.113.7", "seen": "2026-12-01T00:00:07Z", "case": "C-1", "tlp": "green"},)", ""}}) {
        CAPTURE(type, name, last);
        const bool is_json = name == "bundle.json";
        const auto text = (is_json ? "[" : "") + work_lines(line, size) + last + (is_json ? "{}]" : "");
        const auto read = read_work(std::vector<string>(count, attached_part(type, name) + text));
        CAPTURE(read.why);
        CHECK_FALSE(read.hold);
    }
    LabelReader reader;
    reader.body(work_lines(prose, size));
    CHECK(reader.work() * count * smaller * 3 < LabelReader::most_work);
}

TEST_CASE("one line is read in linear time, whatever opens and closes in it", "[mail][L8]") {  // else this takes minutes
    string line;
    while (line.size() < (4U << 20) / smaller) line += "TLP(x:RED ";
    LabelLexer lexer(line);
    (void)lexer.line();
    CHECK(lexer.examined() <= 40 * line.size());
}

#ifndef CAVEAT_SANITIZED
TEST_CASE("a mail in which labels take too long to find is held and says why, and is read for its label first", "[mail][L8][L9][S5]") {
    std::vector<string> parts(6, plain_part + work_lines(endless + "\xFF", 3U << 20));  // which may be in nine charsets
    parts.front() += "\r\nTLP-GREEN\r\n";
    // Of what is behind them names and first pages are read: who may see what is held goes by the label.
    parts.push_back(plain_part + "> TLP:AMBER\r\n");
    parts.push_back(attached_part("application/pdf", "TLP-RED.pdf") + "x");
    parts.push_back(attached_part("text/csv", "a.csv") + "id,tlp\r\n1,amber+strict\r\n");
    parts.push_back(plain_part + "TLP:RED\r\n" + work_lines(endless, 3U << 20));
    const auto read = read_work(parts);
    CHECK(read.hold);
    CHECK_THAT(read.why, Catch::Contains("not all of it was read") && Catch::Contains("take too long to find"));
    const auto found = [&](Where where, Tlp label) {
        return std::any_of(read.found.begin(), read.found.end(),
                           [&](const Found& one) { return one.where == where && one.label == label; });
    };
    CHECK(found(Where::body, Tlp::green));
    CHECK(found(Where::quote, Tlp::amber));
    CHECK(found(Where::filename, Tlp::red));
    CHECK(found(Where::attachment, Tlp::amber_strict));
    CHECK(found(Where::body, Tlp::red));
}
#endif

TEST_CASE("what programs tell each other is read in linear time, and counted", "[mail][L8][S5]") {
    constexpr std::size_t size = (std::size_t{1} << 18U) / smaller;
    string attributes = "<";
    for (int i = 0; i < 70; ++i) attributes += R"(="tlp")";
    for (const string& line : {attributes, string(R"(={"tlp"<)"), string(R"({"tlp")"), string(R"({:"tlp")"), string("tlp,tlp,tlp,tlp"),
                               string("<documentdistribution>TLP : TLP : TLP :"), string("<tlp><tlp>")}) {
        CAPTURE(line.substr(0, 40));
        LabelReader reader;
        reader.machine(work_lines(line, size), Where::attachment);
        CHECK(reader.work() > 16 * size);
        CHECK(reader.work() < LabelReader::most_work);
    }
#ifndef CAVEAT_SANITIZED
    LabelReader reader;
    reader.machine(work_lines(R"({:"tlp")", 10 * size), Where::attachment);
    CHECK(reader.is_spent());
    CHECK(reader.work() < LabelReader::most_work * 11 / 10);
    CHECK_THAT(reader.evidence.unread, Catch::Contains("take too long to find"));
#endif
}

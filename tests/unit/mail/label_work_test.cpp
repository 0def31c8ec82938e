// How long a mail may take to be read for labels (L8, S5): what takes longer is held, and says so.
#include <catch2/catch.hpp>
#include <string>

#include "caveat/mail/label.hpp"
#include "label_reader.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

string lines_of(const string& line, std::size_t size) {
    string text;
    while (text.size() < size) text += line + "\r\n";
    return text;
}

Labelling read_parts(int count, const string& text) {
    string mail = "From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < count; ++i) mail += "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n";
    const auto message = parse(mail + "--b--\r\n", Limits{});
    REQUIRE(message);
    return find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}});
}

const string prose = "The report names words of an incident, and more of them follow until the line ends";
const string endless = "TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP : TLP :";

}  // namespace

TEST_CASE("ordinary text of the largest mail takes a part of the work that a mail may make", "[mail][L8]") {
    constexpr std::size_t size = 1U << 20, largest = 25;  // MiB
    LabelReader reader;
    reader.body(lines_of(prose, size));
    CAPTURE(reader.work());
    CHECK(reader.work() * largest * 3 / 2 < LabelReader::most_work);
    LabelReader quoting;
    quoting.body(lines_of("> > " + prose + " TLP:AMBER", size));
    CAPTURE(quoting.work());
    CHECK(quoting.work() * largest < LabelReader::most_work);
}

TEST_CASE("a mail in which labels take too long to find is held and says why, whatever its end is", "[mail][L8][L9][S5]") {
    const auto long_one = read_parts(3, lines_of(endless, 1U << 20) + "\xFF");  // which may be in nine charsets
    CHECK(long_one.hold);
    CHECK_THAT(long_one.why, Catch::Contains("not all of it was read") && Catch::Contains("take too long to find"));
    CHECK_FALSE(read_parts(3, lines_of(prose, 1U << 20)).hold);
}

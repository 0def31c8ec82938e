// Labels that stand where other programs put them: in fields of mail systems.
#include <catch2/catch.hpp>
#include <string>

#include "caveat/mail/label.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

Message message_of(const string& fields_and_text) {
    const auto message = parse(fields_and_text, Limits{});
    REQUIRE(message);
    return *message;
}

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

// Labels and innocent prose as people write them, in many languages (ruling hh). The tables are tests/corpus/people/*.txt.
#include <catch2/catch.hpp>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "caveat/mail/label.hpp"
#include "label_lexer.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

struct Sample {
    std::optional<Tlp> written;  // none: innocent
    char place = 'B';            // subject, body, file name
    string text;
};

std::vector<Sample> samples(const string& file, bool labelled) {
    std::ifstream in(string(SOURCE_DIR) + "/tests/corpus/people/" + file, std::ios::binary);
    REQUIRE(in);
    std::vector<Sample> out;
    for (string line; std::getline(in, line);) {
        if (line.starts_with("# ")) continue;
        Sample sample;
        if (labelled) {
            sample.written = static_cast<Tlp>(string("CGASR").find(line.at(0)));
            line.erase(0, 2);
        }
        sample.place = line.at(0);
        sample.text = line.substr(2);
        out.push_back(std::move(sample));
    }
    return out;
}

Message written_at(char place, const string& text) {
    Message message;
    message.subject = place == 'S' ? text : "weekly note";
    Part body;
    body.path = "1";
    body.type = "text/plain";
    body.charset = "utf-8";
    body.content = "Dear all,\n\n" + (place == 'B' ? text : "find the report below.") + "\n\nthe grid operator is the victim\n";
    message.parts.push_back(body);
    if (place != 'F') return message;
    Part file;
    file.path = "2";
    file.type = "application/pdf";
    file.disposition = "attachment";
    file.filename = text;
    message.parts.push_back(file);
    return message;
}

Labelling read_as(char place, const string& text, Tlp list_default) {
    return find_label(written_at(place, text), {}, {list_default, true, Tlp::amber});
}

}  // namespace

TEST_CASE("no label that people write is read lower than it is written", "[mail][L1][L3]") {
    const auto rows = samples("labelled.txt", true);
    CHECK(rows.size() >= 200);
    for (const auto& row : rows) {
        CAPTURE(row.place, row.text, name(*row.written));
        const auto read = read_as(row.place, row.text, Tlp::clear);
        CAPTURE(name(read.label), read.hold, read.why);
        CHECK((read.hold || read.label >= *row.written));
    }
}

TEST_CASE("innocent lines, subjects and file names neither raise nor hold", "[mail][L3]") {
    const auto rows = samples("innocent.txt", false);
    CHECK(rows.size() >= 200);
    for (const auto& row : rows) {
        CAPTURE(row.place, row.text);
        const auto read = read_as(row.place, row.text, Tlp::clear);
        CAPTURE(name(read.label), read.hold, read.why);
        CHECK((!read.hold && read.label == Tlp::clear && read.found.empty()));
    }
}

TEST_CASE("a line of one label and decoration is a label line, words make it a hint", "[mail][L1][L2]") {
    for (const string line :
         {"===== TLP:GREEN =====", "| TLP:GREEN |", "/* TLP:GREEN */", "!!! TLP:GREEN !!!", "-- TLP:GREEN --", "🚦 TLP:GREEN 🚦",
          "TLP:GREEN.", "=== Classification: TLP:GREEN ===", "**Einstufung:** TLP:GREEN", "• TLP:GREEN", "‏TLP:GREEN"}) {
        CAPTURE(line);
        CHECK(read_as('B', line, Tlp::amber).label == Tlp::green);
    }
    for (const string line :
         {"=== CONFIDENTIAL — TLP:GREEN ===", "• TLP:GREEN for all", "1) TLP:GREEN", "This document is TLP:GREEN.",
          "Betreff: TLP:GREEN Bericht", "TLP:GREEN / TLP:GREEN", "TLP:GREEN?", "TLP:[GREEN]", "TLP – GREEN", "TLP:‌green"}) {
        CAPTURE(line);
        const auto read = read_as('B', line, Tlp::amber);
        CHECK(read.label == Tlp::amber);
        CHECK_FALSE(read.hold);
        CHECK(read.found.size() >= 1);
    }
}

TEST_CASE("a translated colour is unknown and never lowers", "[mail][L3]") {
    for (const string text : {"TLP:VERT", "TLP : verde", "TLP:GRÜN", "TLP:緑", "TLP: белый", "TLP:🟢", "TLP ROUGE"}) {
        for (const char place : {'S', 'B'}) {
            CAPTURE(text, place);
            const auto read = read_as(place, text, Tlp::amber);
            CHECK(read.hold);
            CHECK(read.label == Tlp::amber);
        }
    }
    CHECK_FALSE(read_as('B', "> TLP:VERT", Tlp::amber).hold);  // somebody else's
}

TEST_CASE("a footer raises wherever it stands", "[mail][L1]") {
    string text;
    for (int i = 0; i < 400; ++i) text += "line " + std::to_string(i) + " of the text\n";
    CHECK(read_as('B', text + "--- TLP:RED ---", Tlp::green).label == Tlp::red);
    CHECK(read_as('B', text + "CERT Orchid – TLP:RED – 7/7", Tlp::green).label == Tlp::red);
    CHECK(read_as('B', text + "--- TLP:CLEAR ---", Tlp::green).label == Tlp::green);
}

TEST_CASE("an outgoing subject carries no label of other signs or languages", "[mail][L7]") {
    auto [subject, expected] = GENERATE(table<string, string>({
        {"TLP:AMBER:STRICT indicators", "TLP:GREEN indicators"},
        {"TLP:AMBER (STRICT) indicators", "TLP:GREEN indicators"},
        {"TLP : ROUGE incident", "TLP:GREEN incident"},
        {"TLP：赤", "TLP:GREEN"},
        {"TLP:‎RED x", "TLP:GREEN x"},
    }));
    CAPTURE(subject);
    CHECK(subject_with_label(subject, Tlp::green) == expected);
    CHECK(subject_with_label("STRICT", Tlp::amber) == subject_with_label("TLP:RED STRICT", Tlp::amber));
    for (const string rest :
         {"STRICT", "(STRICT) case", "& STRICT", "+STRICT", "PLUS STRICT", "/ STRICT", "‑STRICT", "TLP:AMBR (STRICT)"}) {
        CAPTURE(rest);
        const auto tied = subject_with_label(rest, Tlp::amber);
        CHECK(LabelLexer(tied).everywhere().at(0).label == Tlp::amber);
    }
}

TEST_CASE("decoration is read in linear time", "[mail][L8]") {
    for (const string unit :
         {"=", "= ", "🚦", "TLP:RED|", "| TLP:RED ", "TLP – ", "TLP:🔴", "TLP: ROUGE ", "a:", "1.", "TLP:AMBER:", "\u200E", "—TLP:RED—"}) {
        string text;
        while (text.size() < 40000) text += unit;
        CAPTURE(unit);
        for (const auto size : {std::size_t{400}, std::size_t{4000}, std::size_t{40000}}) {
            LabelLexer subject(std::string_view(text).substr(0, size)), line(std::string_view(text).substr(0, size));
            (void)subject.everywhere();
            (void)line.line();
            CHECK(subject.examined() <= 40 * size);
            CHECK(line.examined() <= 40 * size);
        }
    }
}

// Comparing with names in other languages is work as well, and the costliest: it is counted with the rest.
TEST_CASE("colours in other languages are looked for in linear time", "[mail][L8]") {
    for (const string unit : {"TLP:r", "TLP:ro", "TLP:rosso-", "TLP:черво", "TLP:красны ", "TLP: к", "TLP:🔴🔴🔴", "TLP————", "TLP:🟠x",
                              "TLP:зеленa", "Тема ", "С понедельника мы видели этот набор в трёх банках. "}) {
        string text;
        while (text.size() < 400000) text += unit;
        CAPTURE(unit);
        std::size_t before = 0;
        for (const auto size : {std::size_t{4000}, std::size_t{40000}, std::size_t{400000}}) {
            LabelLexer lexer(std::string_view(text).substr(0, size));
            (void)lexer.everywhere();
            CHECK(lexer.examined() <= 40 * size);
            if (before != 0) CHECK(lexer.examined() <= before * 21 / 2);  // ten times the text, ten times the work
            before = lexer.examined();
        }
    }
}

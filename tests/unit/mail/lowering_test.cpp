#include "lowering.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "caveat/mail/label.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

Labelling read_raw(const string& mail) {
    const auto message = parse("From: a@b.example\r\n" + mail, Limits{});
    REQUIRE(message);
    return find_label(*message, {}, {.list_default = Tlp::amber, .authenticated = true});
}

bool lowers(const string& mail) {
    CAPTURE(mail);
    const auto read = read_raw(mail);
    CHECK_FALSE(read.hold);
    return read.label < Tlp::amber;
}

bool subject_lowers(const string& subject) { return lowers("Subject: " + subject + "\r\n\r\nwords\r\n"); }
bool text_lowers(const string& text) { return lowers("Content-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"); }
bool page_lowers(const string& html) { return lowers("Content-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n"); }

// The parts of a multipart, each with its header.
bool parts_lower(const string& type, const std::vector<string>& parts) {
    string mail = "Content-Type: multipart/" + type + "; boundary=b\r\n\r\n";
    for (const auto& part : parts) mail += "--b\r\n" + part + "\r\n";
    return lowers(mail + "--b--\r\n");
}

const string own = "Two of our banks were hit, names are confidential. Vendor mail below.\n\nMei\n\n";
const string vendor = "TLP:CLEAR\n\nDear customer,\n...\n";

}  // namespace

TEST_CASE("at the edge of a subject or between signs a label lowers, within its sentence it raises only", "[mail][L2]") {
    for (const string subject :
         {"TLP:CLEAR notes", "Re: TLP:CLEAR notes", "AW[2]: [teams] TLP:GREEN phish kit", "[Fwd: TLP:GREEN x]", "(TLP:GREEN) x",
          "[EXT] [TLP:GREEN] x", "phish kit TLP:GREEN", "phish kit [TLP:GREEN]", "phish kit TLP:GREEN!", "phish kit (TLP:GREEN)",
          "[TLP:GREEN] No patch for case 7", "How to hunt it TLP:GREEN", "What is new [TLP:GREEN]", "Advisory 7 [TLP:CLEAR] FortiGate",
          "Advisory 7 - TLP:CLEAR - FortiGate", "TLP:CLEAR: who has seen this?", "回复：【TLP:GREEN】案例",
          "Advisory 7 – TLP:CLEAR – FortiGate"})
        CHECK(subject_lowers(subject));
    for (const string subject : {"Can case 7 be TLP:CLEAR?",
                                 "TLP:CLEAR? case 7",
                                 "Not TLP:CLEAR: case 7",
                                 "Downgrade to TLP:CLEAR requested for case 7",
                                 "Comments on the TLP:CLEAR advisory of Fjord-CERT",
                                 "件名TLP:GREENです",
                                 "Downgrade request: TLP:CLEAR for case 7",
                                 "TLP:GREEN, AMBER for the annex",
                                 "TLP:CLEAR, GREEN and AMBER are labels",
                                 "AMBER until Monday, then TLP:GREEN",
                                 "Case 7 is not TLP:GREEN",
                                 "Request to downgrade case 7 to TLP:GREEN",
                                 "TLP:GREEN or amber",
                                 "Case 7 is not yet TLP:GREEN",
                                 "Please no longer treat case 7 as TLP:CLEAR",
                                 "Downgrade to [TLP:CLEAR]",
                                 "Was TLP:CLEAR",
                                 "TLP:GREEN is wrong for case 7",
                                 "TLP:CLEAR => amber",
                                 "TLP:CLEAR or not",
                                 "TLP:CLEAR: no!",
                                 "Banks hit (vendor advisory: TLP:CLEAR)"})
        CHECK_FALSE(subject_lowers(subject));
}

TEST_CASE("a label line that begins the text lowers", "[mail][L2]") {
    for (const string text :
         {"TLP:GREEN\nwords", "\n\n  TLP:GREEN  \n\nwords", "Dear all,\n\nTLP:GREEN\n\nwords", "Hello Mei!\nTLP:GREEN\nwords",
          "=======\nTLP:GREEN\n=======\nwords", "*** TLP:GREEN ***\nwords", "[TLP:GREEN]\nwords", "TLP:GREEN - no attribution\nwords",
          "TLP:GREEN: CLEARED by the vendor, TLP:GREEN\nwords", "Classification: TLP:GREEN\nwords", "TLP:CLEAR\n> TLP:CLEAR\nwords",
          "TLP:GREEN\nwords\n\nTLP:GREEN\n"})
        CHECK(text_lowers(text));
}

TEST_CASE("below a title of one line a label line lowers as well", "[mail][L2]") {
    for (const string text :
         {"Weekly report\n\nTLP:GREEN\n\nwords\n", "Weekly report\n\n[TLP:GREEN]\nwords\n", "=====\nWeekly report\n\nTLP:GREEN\nwords\n"})
        CHECK(text_lowers(text));
    for (const string text :
         {"words\n\nTLP:GREEN\n", "words\nTLP:GREEN\nwords\n", "words:\n\nTLP:GREEN\nwords\n", "a word\nand one\n\nTLP:GREEN\nwords\n",
          "Please read.\n\nTLP:GREEN\nwords\n", "    Advisory\n\n    TLP:GREEN\n    words\n", "> Advisory\n\nTLP:GREEN\nwords\n",
          "件名：報告\n\nTLP:GREEN\nwords\n", "words\n\n> TLP:GREEN\nwords\n", "> TLP:CLEAR\nwords\n", "| TLP:CLEAR\nwords\n",
          "» TLP:CLEAR\nwords\n", "Dear all,\nplease see below\n\nTLP:GREEN\nwords\n", "title\n\n_____\nTLP:GREEN\nwords\n",
          "title\n\n\tTLP:GREEN\nwords\n"})
        CHECK_FALSE(text_lowers(text));
    CHECK_FALSE(page_lowers("<p>words</p><p>TLP:GREEN</p><p>words</p>"));  // programs mark what they quote in too many ways
}

TEST_CASE("a first line that is quoted, goes on, or is of a section does not lower", "[mail][L2]") {
    for (const string text : {"# TLP:CLEAR\n# vendor text\n\nwords", ": TLP:CLEAR\n: vendor text\n\nwords",
                              "    TLP:CLEAR\n    vendor text\n\nwords", "\tTLP:CLEAR\n\nwords", "TLP:CLEAR \nmeans that all may read it.",
                              "TLP:CLEAR\nis what this mail is surely not.", "TLP:GREEN\nThis may be shared.\nEND OF TLP:GREEN\n\nmore",
                              "TLP:GREEN\nAMBER for the annex", "TLP:GREEN | amber for the annex", "TLP:GREEN - not any more, keep inside",
                              "TLP:GREEN, from Monday on\nwords", "TLP:CLEAR: no!\nwords", "TLP:CLEAR, but this is internal.\nwords"})
        CHECK_FALSE(text_lowers(text));
    CHECK_FALSE(page_lowers("<p>TLP:GREEN</p><p>words <a href=x>x</a></p><p>END OF TLP:GREEN</p><p>more</p>"));
    CHECK_FALSE(lowers("Subject: Comments on the TLP:CLEAR advisory\r\n\r\n> TLP:CLEAR\r\n> vendor text\r\n\r\nwords\r\n"));
    for (const string type : {"text/enriched", "text/richtext", "application/xhtml+xml", "text/x-amp-html"})
        CHECK_FALSE(lowers("Content-Type: " + type + "\r\n\r\nTLP:CLEAR\r\n\r\nwords\r\n"));
    for (const string text :
         {"🟢 TLP:GREEN\nwords", "| TLP:GREEN |\nwords", "*** TLP:GREEN ***\n*****\nwords", "TLP:GREEN\nPAP:AMBER\nwords",
          "TLP:GREEN - not for attribution\nwords", "TLP:GREEN\n\nno patch so far", "TLP:GREEN\nwords\n\n> END OF TLP:GREEN"})
        CHECK(text_lowers(text));
}

TEST_CASE("a label line further down may be anybody's, and the author reads why it does not lower", "[mail][L2]") {
    // Mail that is forwarded or answered, as programs put it in line.
    for (const string header :
         {"-----Original Message-----\nFrom: PSIRT <psirt@vendor.example>\nSent: Monday\nTo: Mei\nSubject: Advisory 7\n\n",
          "________________________________\nFrom: PSIRT <psirt@vendor.example>\nSent: Monday\nSubject: Advisory 7\n\n",
          "---------- Forwarded message ---------\nFrom: PSIRT <psirt@vendor.example>\nSubject: Advisory 7\n\n\n",
          "Begin forwarded message:\n\nFrom: PSIRT <psirt@vendor.example>\nSubject: Advisory 7\n\n",
          "-----Original Message-----\n差出人: PSIRT\n送信日時: 2026年\n件名: Advisory 7\n\n", "Am Montag schrieb PSIRT:\n",
          "PSIRT wrote:\n\n"}) {
        CHECK_FALSE(text_lowers(own + header + vendor));
        CHECK_FALSE(text_lowers(header + vendor));  // without a word of the author
    }
    for (const string text :
         {"| TLP:CLEAR\n| Dear customer", "» TLP:CLEAR\n» Dear customer", "[quote]\nTLP:CLEAR\n[/quote]", "```\nTLP:CLEAR\n```",
          "---- BEGIN QUOTE ----\nTLP:CLEAR\n", "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nTLP:CLEAR\n", "-- \nTLP:CLEAR",
          "____\nfjord-list mailing list\nTLP:CLEAR", "Previous label: TLP:CLEAR"})
        CHECK_FALSE(text_lowers(own + text));
    // Lines that a program broke.
    for (const string text :
         {"This information is NOT\nTLP:CLEAR", "This information is not\nTLP:GREEN, please keep it inside.",
          "The vendor's own advisory, which they published yesterday, is\nTLP:CLEAR, our analysis below is not.",
          "The four labels are TLP:AMBER, TLP:GREEN and\nTLP:CLEAR.", "References:\n[1] Fjord-CERT, FortiGate\n    TLP:CLEAR"})
        CHECK_FALSE(text_lowers(text));
    // At the beginning, and not of this post.
    for (const string text : {"Previous label: TLP:GREEN\nwords", "Attachment: TLP:CLEAR\nwords", "Not yet: TLP:CLEAR\nwords",
                              "Vendor's label: TLP:CLEAR\nwords", "TLP:CLEAR, GREEN, AMBER, AMBER+STRICT are the labels\nwords",
                              "TLP:CLEAR, GREEN, AMBER, REDの5区分です。\nwords", "TLP:GREEN; AMBER for the annex\nwords",
                              "~~TLP:CLEAR~~\nwords", "```\nTLP:CLEAR\n```\nwords"})
        CHECK_FALSE(text_lowers(text));

    const auto read = read_raw("Subject: case\r\n\r\nwords\r\nTLP:GREEN\r\n");
    CHECK_FALSE(read.unlabelled);
    CHECK(read.why == "labelled GREEN, below the list's default, where it may be part of a sentence, or somebody else's: AMBER");
    REQUIRE(read.lint.size() == 1);
    CHECK(read.lint.front().find("the first line of the text") != string::npos);
    // Beside a label that lowers it speaks as before.
    CHECK(read_raw("Subject: TLP:CLEAR case\r\n\r\nwords\r\nTLP:GREEN\r\n").label == Tlp::green);
}

TEST_CASE("of HTML only what everybody is shown as the first line lowers", "[mail][L2]") {
    for (const string html :
         {"<p>TLP:GREEN</p><p>words</p>", "<html><head><title>Advisory</title></head><body><div>TLP:<b>GREEN</b></div>words</body></html>",
          "<style>/* Fonts */ @font-face{font-family:Aptos;}\n<!-- /* Text */ p.MsoNormal, div{margin:0cm; "
          "margin-bottom:.0001pt;font-size:11.0pt;}"
          " a:link{mso-style-priority:99; color:#0563C1;text-decoration:underline;} @page WordSection1{size:612.0pt 792.0pt;margin:70.85pt "
          "70.85pt "
          "2.0cm 70.85pt;} div.WordSection1{page:WordSection1;} --></style><body lang=EN link=\"#0563C1\" "
          "style='word-wrap:break-word'><div "
          "class=WordSection1><p class=MsoNormal><span lang=DE>TLP:GREEN<o:p></o:p></span></p>words",
          "<style type=\"text/css\" style=\"display:none;\">P {margin-top:0;margin-bottom:0;}</style><body dir=ltr><div "
          "class=elementToProof style=\""
          "font-family: &quot;Aptos&quot;, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);\">TLP:GREEN</div><div>words</div>",
          "<body text=\"#000000\" bgcolor=\"#FFFFFF\"><p>TLP:GREEN</p><p>words",
          "<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\"><p style='margin: 0 0 0 0'>TLP:GREEN</p>words",
          "<div dir=ltr>TLP:GREEN<div><br></div><div>words</div></div>",
          "<body style=\"overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: "
          "after-white-space;\">TLP:GREEN<div><br></div>words",
          "<body class=\"\">TLP:GREEN<div class=\"\"><br class=\"\"></div>words", "<p style='color:#00B050'>TLP:GREEN</p>words",
          "<font face=Arial size=2>TLP:GREEN<br>words", "<div style='direction:ltr'>TLP:GREEN</div>words",
          "<p>TLP:GREEN</p><blockquote>theirs</blockquote>", "<p>Dear all,</p><p><span>TLP:GREEN</span></p>words",
          "<style>p.MsoNormal{margin:0cm}</style><p class=MsoNormal>TLP:GREEN<o:p></o:p></p>words",
          "<!--[if gte mso 9]><xml></xml><![endif]--><p>TLP:GREEN</p>words", "<table><tr><td>TLP:GREEN</td></tr></table>words"})
        CHECK(page_lowers(html));
    for (const string html : {"<div style=\"display:none\">TLP:CLEAR</div>words",
                              "<p hidden>TLP:CLEAR</p>words",
                              "<span style='font-size:0'>TLP:CLEAR</span><p>words",
                              "<!--[if mso]><p>TLP:CLEAR</p><![endif]-->words",
                              "<title>TLP:CLEAR</title><p>words</p>",
                              "<img alt=\"TLP:CLEAR\"><p>words</p>",
                              "<select><option>TLP:CLEAR</select><p>words</p>",
                              "<s>TLP:CLEAR</s><p>words</p>",
                              "<del>TLP:CLEAR</del><p>words</p>",
                              "<p style=\"text-decoration: line-through\">TLP:CLEAR</p>words",
                              "<style>.x{display: none}</style><p class=x>TLP:CLEAR</p>words",
                              "<blockquote>TLP:CLEAR</blockquote>words",
                              "<div class=yahoo_quoted><div>TLP:CLEAR</div></div>words",
                              "<div class=gmail_quote><div>TLP:CLEAR</div>theirs</div><p>words",
                              "<div class='MsoNormal gmail_quote'>TLP:CLEAR</div>words",
                              "<div style='border-left:1px solid'><p>TLP:CLEAR</p></div>words",
                              "<div id=divRplyFwdMsg><p>TLP:CLEAR</p></div>words",
                              "<q>TLP:CLEAR</q><p>words",
                              "<p class=MsoIntenseQuote>TLP:CLEAR</p>words",
                              "<div name=messageReplySection><p>TLP:CLEAR</p></div>words",
                              "<p style='display&#58;none'>TLP:CLEAR</p>words",
                              "<p style='display:/**/none'>TLP:CLEAR</p>words",
                              "<p style='text-decoration:\\6cine-through'>TLP:CLEAR</p>words",
                              "<p style='color:#fff'>TLP:CLEAR</p>words",
                              "<p style='color:#ffffee'>TLP:CLEAR</p>words",
                              "<p style='color:transparent'>TLP:CLEAR</p>words",
                              "<p style='position:absolute'>TLP:CLEAR</p>words",
                              "<p style='margin-left:-999px'>TLP:CLEAR</p>words",
                              "<p style='margin-left:9999px'>TLP:CLEAR</p>words",
                              "<p style='height:0;overflow:hidden'>TLP:CLEAR</p>words",
                              "<p style='font-size:1px'>TLP:CLEAR</p>words",
                              "<p style='text-indent:-999px'>TLP:CLEAR</p>words",
                              "<font color=white>TLP:CLEAR</font><p>words",
                              "<style>p{font-size:0}</style><p>TLP:CLEAR</p>words",
                              "<style>p{opacity:0}</style><p>TLP:CLEAR</p>words",
                              "<style>p{display:/**/none}</style><p>TLP:CLEAR</p>words",
                              "<style>p{font-size:0/*{}</style><p>TLP:CLEAR</p>words",
                              "<p>TLP:CLEAR</p><q>words</q><style>p{display:none}</style>",
                              "<style>@import 'x{font-style:x';</style><p>TLP:CLEAR</p>words",
                              "<link rel=stylesheet href=x><p>TLP:CLEAR</p>words",
                              "<p <b>TLP:CLEAR</p>words",
                              "<div>words</div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> PSIRT<br></div><div>TLP:CLEAR</div>"})
        CHECK_FALSE(page_lowers(html));
}

TEST_CASE("of a post's parts only the author's text lowers, and both sides where there are two", "[mail][L2]") {
    const string plain = "Content-Type: text/plain\r\n", page = "Content-Type: text/html\r\n", shown = "Content-Disposition: inline";
    CHECK(parts_lower("mixed", {plain + "\r\nTLP:CLEAR\r\n", plain + "\r\n___\r\nfooter\r\n"}));
    CHECK(parts_lower("mixed", {plain + shown + "; filename=log.txt\r\n\r\nx\r\n", plain + "\r\nTLP:CLEAR\r\n"}));
    CHECK(parts_lower("alternative", {plain + "\r\nTLP:CLEAR\r\n", page + "\r\n<p>TLP:CLEAR</p>\r\n"}));
    CHECK_FALSE(parts_lower("alternative", {plain + "\r\nTLP:CLEAR\r\n", page + "\r\n<p>words</p>\r\n"}));
    CHECK_FALSE(parts_lower("alternative", {plain + "\r\nwords\r\n", page + "\r\n<p>TLP:CLEAR</p>\r\n"}));
    CHECK_FALSE(parts_lower("alternative", {page + "\r\n<p>TLP:CLEAR</p>\r\n", plain + "\r\nwords\r\n"}));
    CHECK_FALSE(parts_lower("alternative", {plain + "\r\nTLP:CLEAR\r\n", "Content-Type: text/x-amp-html\r\n\r\n<p>words</p>\r\n"}));
    for (const string& header :
         {plain + shown + "\r\n", plain + shown + "; filename=advisory.txt\r\n", page + shown + "; filename=a.html\r\n",
          string("Content-Type: text/plain; name=advisory.txt\r\n"), string("Content-Type: text/markdown\r\n"), plain})
        CHECK_FALSE(parts_lower("mixed", {plain + "\r\nwords\r\n", header + "\r\nTLP:CLEAR\r\n"}));
    CHECK_FALSE(parts_lower("mixed", {plain + "\r\n\r\n", plain + shown + "\r\n\r\nTLP:CLEAR\r\n"}));
}

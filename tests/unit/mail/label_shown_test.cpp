// Labels that some program shows, though the mail is broken so that others do not: such a label raises or holds. As many mails that only
// look alike change nothing.
#include <catch2/catch.hpp>
#include <ctime>
#include <string>
#include <vector>

#include "caveat/mail/label.hpp"

using namespace caveat::mail;
using caveat::community::Tlp;
using std::string;

namespace {

Labelling read_mail(const string& fields_and_text) {
    const auto message = parse("From: a@b.example\r\n" + fields_and_text, Limits{});
    REQUIRE(message);
    return find_label(*message, {}, {Tlp::clear, true, Tlp::amber, {}});
}

Labelling read_as_type(const string& type, const string& text) { return read_mail("Content-Type: " + type + "\r\n\r\n" + text); }

string html_of(const string& text) { return "<html><body><p>Dear all</p>" + text + "</body></html>\r\n"; }

string parts_of(const std::vector<string>& parts, const string& type = "multipart/mixed; boundary=b") {
    string mail = "Content-Type: " + type + "\r\n\r\n";
    for (const auto& part : parts) mail += "--b\r\n" + part + "\r\n";
    return mail + "--b--\r\n";
}

void must_show(const Labelling& read) {
    CAPTURE(name(read.label), read.hold, read.why);
    CHECK((read.hold || read.label == Tlp::red));
}

void must_not_show(const Labelling& read) {
    CAPTURE(name(read.label), read.hold, read.why);
    CHECK((!read.hold && read.label == Tlp::clear));
}

const string words = "\r\nhello\r\n";
const string control = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n";
const string encrypted_type = "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b";

string block(const string& inside) { return "-----BEGIN PGP MESSAGE-----\r\n" + inside + "-----END PGP MESSAGE-----\r\n"; }

}  // namespace

TEST_CASE("a label in a part that some program shows as HTML is found, whatever its type", "[mail][L9]") {
    const string type = GENERATE(values<string>({"text/x-amp-html", "text/watch-html", "text/x-html-safe", "text/x-unknown", "x-show/it"}));
    const auto with = [&](const string& html) {
        return read_mail(parts_of({words, "Content-Type: " + type + "\r\n\r\n" + html}, "multipart/alternative; boundary=b"));
    };
    CAPTURE(type);
    for (const string head : {"<!doctype html><html amp4email><body>", "<html>", "\r\n<div>", "<P CLASS=x>"}) {
        CAPTURE(head);
        must_show(with(head + "<p>TLP<b>:RED</b></p>"));
        must_show(with(head + "<p>TLP&#58;RED</p>"));
        must_not_show(with(head + "<p>we <b>like</b> the protocol</p>"));
    }
}

TEST_CASE("a label in the name that an author's mail bears is found", "[mail][L9]") {
    const auto by = [](const string& name) {
        const auto message = parse("From: " + name + " <a@b.example>\r\nSubject: x\r\n\r\nhello\r\n", Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::clear, true, Tlp::amber, {}});
    };
    must_show(by("\"TLP:RED - Orchid CERT duty\""));
    must_show(by("=?utf-8?q?TLP=3ARED?="));
    must_not_show(by("Mei Tan"));
    must_not_show(by("\"Red Team, TLP office\""));
}

TEST_CASE("a label in broken HTML is found, whoever shows it", "[mail][L1]") {
    const string html = GENERATE(values<string>({
        // Comments that end early, or for some.
        "<!-- x --!><p>TLP:RED</p>",
        "<!--x--!>TLP:RED<!--y-->",
        "<!--> <p>TLP:RED</p> -->",
        "<!---> <p>TLP:RED</p> -->",
        "<!-- a -- ><p>TLP:RED</p>-->",
        "<!-- <p>TLP:RED</p>",
        "<!x \"><!--\"><p>TLP:RED</p>",
        "<?x \"<!--\" ?><p>TLP:RED</p>",
        "<!-- a <!-- b --><p>TLP:RED</p> -->",
        "</ <!--><p>TLP:RED</p>",
        "</!--><p>TLP:RED</p>",
        // Elements in which tags are text.
        "<title><!--</title><p>TLP:RED</p>-->",
        "<title><style></title><p>TLP:RED</p>",
        "<textarea><style></textarea><p>TLP:RED</p>",
        "<TEXTAREA><!--</TextArea ><p>TLP:RED</p>",
        "<xmp><style></xmp><p>TLP:RED</p>",
        "<iframe><style></iframe><p>TLP:RED</p>",
        "<noembed><!--</noembed><p>TLP:RED</p>",
        "<noframes><script></noframes><p>TLP:RED</p>",
        "<svg><style></svg><p>TLP:RED</p>",
        "<svg><title><style></title></svg><p>TLP:RED</p>",
        "<math><style></math><p>TLP:RED</p>",
        "<select><style></select><p>TLP:RED</p>",
        "<style><p>TLP:RED</p>",
        "<style></stylex><p>TLP:RED</p></style>",
        "<noscript><!--</noscript><p>TLP:RED</p>-->",
        "<!DOCTYPE x [<!ENTITY y \"TLP:RED\">]><p>&y;</p>",
        "<style>p:before{content/**/:/**/\"TLP:RED\"}</style>x",
        "<listing>TLP:RED</listing>",
        "<style/><p>TLP:RED</p>",
        "<plaintext><style><p>TLP:RED",
        "<textarea>TLP:RED</textarea>",
        "<xmp>TLP:RED</xmp>",
        "<script></script x=\">\"><p>TLP:RED</p>",
        "<svg><script><p>TLP:RED</p></svg>",
        // Tags that end early, or for some.
        "<p =\">TLP:RED</p><p title=\"x\">y</p>",
        "<a href=http://x/?a=\"b>TLP:RED</a><p title=\"x\">",
        "</p =\"><b>TLP:RED</b><p title=\"y\">",
        "<p a\"=\">TLP:RED</p><p b=\"\">",
        "<p title=\"a\"\"><b>TLP:RED</b><p title=\"\">",
        "<p \"><b>TLP:RED</b><p \">",
        "<p'><b>TLP:RED</b><i a='>",
        "<p a='x\"><b>TLP:RED</b>",
        "<p a = ><b>TLP:RED</b>",
        "<p title=`x\">`>TLP:RED</p>",
        "TLP:<b =\">RED</b>",
        "<p <b>TLP:RED</b>",
        "<p/=\">TLP:RED</p><p title=\"\">",
        // Characters by their names and numbers.
        "T&ZeroWidthSpace;LP:RED",
        "T&NoBreak;LP:R&NegativeThinSpace;ED",
        "TLP:&InvisibleTimes;RED",
        "T&zwnj;L&ic;P:RED",
        "T&af;LP:RED",
        "&#000000000000000000000000000000000000084;LP:RED",
        "&#x00000000000000000000000000000000000000000000054LP:RED",
        "&Topf;LP:&Ropf;&Eopf;&Dopf;",
        "&Tscr;&Lscr;&Pscr;:RED",
        "&TCy;LP:RED &Tcy;LP:RED",
        "&Tau;L&Rho;:RED",
        "TLP&#x0000000003a;RED",
        "TLP&ratio;RED",
        "TLP&#150;RED",
        "TLP&Colon;RED",
        // What is turned round, written by style sheets, or left out by them.
        "<p><bdo dir=\"rtl\">DER:PLT</bdo></p>",
        "<bdo dir=RTL>DER:<b>PLT</b></bdo>",
        "TLP:<bdo dir=rtl>DER</bdo>",
        "<p style=\"unicode-bidi: bidi-override; direction: rtl\">DER:PLT</p>",
        "<p dir=rtl style=\"unicode-bidi:bidi-override\">DER:PLT</p>",
        "<div style='unicode-bidi:isolate-override;direction:rtl'>x</div><bdo dir=rtl>a<br>DER:PLT</bdo>",
        "<style>b{unicode-bidi:bidi-override;direction:rtl}</style><b>DER:PLT</b>",
        "<style>p::before{content:\"TLP:RED\"}</style><p>x</p>",
        "<style>p::before { CONTENT : 'TLP:' \"RED\" }</style><p>x</p>",
        "<style>p::before{content:\"\\54 LP\\3A RED\"}</style><p>x</p>",
        "<style>p:after{content:\"\\54\\4c\\50:\\000052 ED\"}</style><p>x</p>",
        "TLP:<i style=\"display:none\">GREEN</i>RED",
        "T<i style='display: none'>x</i>LP:RED",
        "T<span style=font-size:0>a<span>b</span>c</span>LP:RED",
        "T<i hidden>x</i>LP:RED",
        // Attributes that are seen.
        "<input value=\"TLP:RED\">",
        "<input type=button value='TLP:RED'>",
        "<input placeholder='TLP:RED'>",
        "<option label='TLP:RED'>",
        "<v:textpath string=\"TLP:RED\">",
        "<iframe srcdoc=\"&lt;p&gt;TLP:RED&lt;/p&gt;\"></iframe>",
        // What a tip, a page and the name of a picture say.
        "<p title=\"TLP:RED\">x</p>",
        "<img src='tlp-red.png' alt='logo'>",
        "<img src=\"https://a.example/img/TLP_RED.png?v=2\" alt=\"\">",
        "<td background=\"img\\tlp-red.gif\">x</td>",
        "<meta name=\"classification\" content=\"TLP:RED\">",
        "<img alt='a' src=x alt='b'><input alt='TLP:RED'>",
    }));
    CAPTURE(html);
    must_show(read_as_type("text/html; charset=utf-8", html_of(html)));
}

TEST_CASE("HTML in order hides what it hides", "[mail][L3]") {
    const string html = GENERATE(values<string>({
        "<!-- TLP:RED -->",
        "<!-- a -- b TLP:RED -->",
        "<!---- TLP:RED ---->",
        "<!-- <p>TLP:RED</p> -->",
        "<!-- \"TLP:RED' -->",
        "<!doctype html PUBLIC \"-//W3C//DTD\" \"TLP:RED\">",
        "<?xml version='1.0'?>",
        "<![if !mso]>x<![endif]>",
        "<style>/* TLP:RED */ p { color: red }</style>",
        "<style><!-- p { color: red } --></style>",
        "<script>var tlp = 'TLP:RED';</script>",
        "<script>if (a < b && c > d) x = \"</p>\";</script>",
        "<style>.tlp-red { color: red }</style><p class=tlp-red>x</p>",
        "<style>p::before { content: \"\\2022\" } b { content: none }</style>",
        "<style>.content { color: red } /* content */</style>",
        "<style>a::after{content:\" (\" attr(href) \")\"}</style>",
        "<style>b{content:url(tlp-red.png)}</style>",
        "<title>What TLP means</title>",
        "<textarea>our text about TLP</textarea>",
        "<iframe src=x></iframe>",
        "<noframes>no frames</noframes>",
        "<svg><title>a chart</title><style>.red{fill:red}</style><text>42</text></svg>",
        "<select><option>red<option>green</select>",
        "<p title=\"What TLP:RED means\">x</p>",
        "<p title='a > b'>x</p>",
        "<p data-x=\"<b>\">x</p>",
        "<a href=\"http://x.example/?tlp=red\">x</a>",
        "<a href=http://x.example/?a=b&c=d>x</a>",
        "<p class=a class=b>x</p>",
        "<br/><hr /><p/>",
        "<o:p></o:p>",
        "<meta name=x content=\"TLP:RED\">",
        "<input type=hidden value=\"TLP:RED\">",
        "<input type='HIDDEN' name=x value=\"TLP:RED\">",
        "<input value='search'>",
        "<img src='tlp.png' alt='logo'>",
        "<img src='https://a.example/tlp-red/logo.png'>",
        "<option value='TLP:RED'>x",
        "<iframe srcdoc=\"&lt;p&gt;hello&lt;/p&gt;\"></iframe>",
        "<a title=\"x\"b=\"y\">x</a>",
        "<p a=\"x>y</p>\">z",
        "T&amp;LP:RED",
        "XT&ZeroWidthSpace;LP:RED",
        "&Topf;he plan: RED",
        "&#0000000000000000000000000000000000000088;TLP:RED",
        "&#8203;&zwnj;&nbsp;",
        "&Rho;&Tau;",
        "A&T;LP &amp; B",
        "R&D; red",
        "<bdo dir=ltr>DER:PLT</bdo>",
        "<p dir=rtl>DER:PLT</p>",
        "<bdo dir=rtl>DER</bdo>:PLT",
        "<bdo dir=rtl>olleh</bdo> and <bdo dir=rtl>dlrow</bdo>",
        "<p style=\"unicode-bidi:embed;direction:rtl\">DER:PLT</p>",
        "<div style=\"display:none\">a preview of the newsletter</div>",
        "<span style=\"font-size:0\">&nbsp;</span>x",
        "we saw <i hidden>no</i> red",
        "<style>p{unicode-bidi:plaintext}</style>DER:PLT",
        "1 < 2 and 3 > 2",
        "a <- b -> c",
        "<user@b.example> wrote",
        "<3 TLP",
        "x </ y",
        "<p>the talk of <b>TLP:RED</b> data</p",
        "<!-- open",
        "<style>p { color: red }",
        "<p =\">x</p><p title=\"y\">z</p>",
        "<noscript><!-- x --></noscript>red",
        "<!DOCTYPE x [<!ENTITY y \"red\">]><p>&y;</p>",
        "<style>/* content: \"x\" */ p{}</style>red",
        "<!-- a --!><p>about colours</p>",
        "<v:textpath string=\"DRAFT\">",
        "<button>red</button>",
        "<title>a <b>TLP</b> primer</title>",
        "<table><tr><td>red</td><td>TLP question</td></tr></table>",
        "<xmp><b>x</b></xmp>",
        "<plaintext>x",
        "<math><mi>x</mi></math>",
        "<noscript><p>no scripts</p></noscript>",
        "<p style=\"opacity:0.5\">red</p>",
        "<p hidden=hidden>x</p>red",
        "<style></style>red",
    }));
    CAPTURE(html);
    must_not_show(read_as_type("text/html; charset=utf-8", html_of(html)));
}

TEST_CASE("what only calls itself ciphertext is read", "[mail][L1][K3]") {
    const string data = "Content-Type: application/octet-stream\r\n";
    const string clear = GENERATE_COPY(values<string>({
        "\r\n" + block("\r\nTLP:RED\r\n\r\nthis is clear\r\n"),
        "\r\n" + block("Version: 1\r\n\r\nTLP:RED\r\n"),
        "\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\nTLP:RED\r\n=abcd\r\n"),
        "\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\nTLPRED\r\n=abcd\r\n"),
        "\r\n" + block("Comment: TLP:RED\r\n\r\nwcBMAwAAAAAAAAAAAQf+\r\n=abcd\r\n"),
        "\r\n" + block("TLP:RED\r\n\r\nwcBMAwAAAAAAAAAAAQf+\r\n"),
        "\r\n" + block("TLP:RED\r\n"),
        "\r\n" + block("\r\nTLPRED\r\n"),
        "\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n\r\nTLP:RED\r\n\r\n"),
        "\r\nTLP:RED\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n"),
        "Content-Type: text/html\r\n\r\n" + block("\r\n<p>TLP:RED</p>\r\n"),
        parts_of({control, data + "\r\nTLP:RED clear words\r\n"}, encrypted_type),
        parts_of({control, data + "\r\n" + block("\r\nTLP:RED\r\n")}, encrypted_type),
        parts_of({control, data + "Content-Description: TLP:RED\r\n\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n")}, encrypted_type),
        parts_of({control, "Content-Type: application/octet-stream; name=\"TLP-RED.asc\"\r\n\r\n" + block("\r\nhQEMA\r\n")},
                 encrypted_type),
        parts_of({control + "\r\nTLP:RED\r\n", data + "\r\n" + block("\r\nhQEMA\r\n")}, encrypted_type),
        parts_of({control, data + "Content-Transfer-Encoding: base64\r\n\r\nVExQOlJFRA==\r\n"}, encrypted_type),
        parts_of({control, "Content-Type: text/html\r\n\r\n<p>TLP:RED</p>\r\n"}, encrypted_type),
    }));
    CAPTURE(clear);
    must_show(read_mail(clear));
}

TEST_CASE("ciphertext has no labels", "[mail][L3][K3]") {
    const string data = "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n";
    const string full(64, 'T');
    const string sealed = GENERATE_COPY(values<string>({
        "\r\n" + block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n=abcd\r\n"),
        "\r\n" + block("Version: GnuPG v2\r\nComment: https://gnupg.example\r\n\r\nhQEMA\r\n=abcd\r\n"),
        "\r\n" + block("\r\nhQEMA1" + full.substr(6) + "\r\n" + full + "\r\nTLPREDTT\r\n"),
        "\r\n\r\n" + block("\r\njA0ECQMC\r\n") + "\r\n",
        "\r\n" + block("hQEMA\r\n=abcd\r\n"),
        "\r\n" + block("\r\nwV4D\r\n\r\n"),
        "Content-Type: text/plain; charset=utf-8\r\n\r\n" + block("Charset: utf-8\r\n\r\n0kAB\r\n"),
        parts_of({control, data + "\r\n" + block("\r\nhQEMA\r\n=abcd\r\n")}, encrypted_type),
        parts_of({control, data + "Content-Description: OpenPGP encrypted message\r\n\r\n" + block("\r\nwV4D\r\n")}, encrypted_type),
        parts_of({control, data + "Content-Transfer-Encoding: base64\r\n\r\nhQEMAwAAAAAAAAAA\r\n"}, encrypted_type),
    }));
    CAPTURE(sealed);
    const auto message = parse("From: a@b.example\r\n" + sealed, Limits{});
    REQUIRE(message);
    CHECK(message->encrypted);
    must_not_show(read_mail(sealed));
}

TEST_CASE("mail of two structures, odd types and odd charsets is read or held", "[mail][L1]") {
    const string mail = GENERATE_COPY(values<string>({
        "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nbla\r\n\r\nTL \r\nP:R \r\nED\r\n\r\nhi\r\n",
        "Content-Type: text/plain; delsp=YES; format=Flowed\r\n\r\nTLP:R \r\nED \r\n\r\nhi\r\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--c\r\n\r\nTLP:RED\r\n--c--\r\n--b\r\n\r\nhello\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary =b; boundary=c\r\n\r\n--c\r\n\r\nTLP:RED\r\n--c--\r\n--b\r\n\r\nhello\r\n--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b; boundary*=us-ascii''c\r\n\r\n--b\r\n\r\nTLP:RED\r\n--b--\r\n--c\r\n\r\nx\r\n--c--\r\n",
        parts_of({words, "Content-Type: message/delivery-status\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/feedback-report\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/disposition-notification\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/news\r\n\r\nSubject: TLP:RED\r\n\r\nx\r\n"}),
        parts_of({words, "Content-Type: message/news\r\n\r\nSubject: x\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/http\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/external-body; access-type=x\r\n\r\nContent-Type: text/plain\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: message/partial; id=x; number=1; total=1\r\n\r\nSubject: TLP:RED\r\n\r\nx\r\n"}),
        parts_of({words, "Content-Type: message/foo\r\nContent-Transfer-Encoding: base64\r\n\r\nVExQOlJFRA==\r\n"}),
        parts_of({words, "Content-Type: application/pgp\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: application/text\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: application/txt\r\nContent-Disposition: attachment\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: application/xhtml\r\n\r\n<p>TLP:<b>RED</b></p>\r\n"}),
        parts_of({words, "Content-Type: application/html\r\n\r\n<p>TLP:<b>RED</b></p>\r\n"}),
        parts_of({words, "Content-Type: unknown/unknown\r\nContent-Disposition: inline\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: x-foo/bar\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: 7bit base64\r\n\r\nVExQOlJFRA==\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-base64\r\n\r\nVExQOlJFRA==\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: quotedprintable\r\n\r\n=54LP:RED\r\n"}),
        "Content-Type: text/plain; charset=csUTF7\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=windows-65000\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=x-unicode-2-0-utf-7\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=nobody-knows\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=nobody-knows\r\n\r\n&AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=us-ascii; charset=utf-7\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=cp1200\r\nContent-Transfer-Encoding: base64\r\n\r\nVABMAFAAOgBSAEUARAAKAA==\r\n",
        "Content-Type: text/plain; charset=windows-1201\r\nContent-Transfer-Encoding: base64\r\n\r\nAFQATABQADoAUgBFAEQACg==\r\n",
        "Content-Type: text/plain; charset=nobody-knows\r\nContent-Transfer-Encoding: base64\r\n\r\nVABMAFAAOgBSAEUARAAKAA==\r\n",
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nVABMAFAAOgBSAEUARAAKAA==\r\n",
        "Content-Type: text/plain; charset=nobody-knows\r\nContent-Transfer-Encoding: base64\r\n\r\n49PXetnFxA==\r\n",
        "Content-Type: text/plain; charset=cp037\r\nContent-Transfer-Encoding: base64\r\n\r\n49PXetnFxA==\r\n",
        "Content-Type: text/plain; charset=hz-gb-2312\r\n\r\nT~{~}LP:R~{~}ED\r\n",
        "Content-Type: text/plain; charset=HZ\r\n\r\nTLP~\nP:RED TL~{~}P:RED\r\n~{~}TLP:RED\r\n",
        "Content-Type: text/plain; charset=x-hz\r\n\r\nTLP:~{~}RED\r\n",
        "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\nT\x1B(BLP:R\x1B(JED\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nT\x1B(BLP:R\x1B(JED\r\n",
    }));
    CAPTURE(mail);
    must_show(read_mail(mail));
}

TEST_CASE("a colour in a subject of raw octets is read in the charset of the text, and in those of its readers", "[mail][L9]") {
    // "TLP: " and red, in Arabic and Thai, which is UTF-8 by chance.
    const auto [colour, field] = GENERATE(table<string, string>({
        {"\xC3\xCD\xE3\xD1", ""},
        {"\xC3\xCD\xE3\xD1", "Content-Type: text/plain; charset=windows-1256\r\n"},
        {"\xE1\xB4\xA7", "Content-Type: text/plain; charset=tis-620\r\n"},
    }));
    CAPTURE(colour, field);
    const auto message = parse("From: a@b.example\r\nSubject: TLP: " + colour + "\r\n" + field + "\r\nhello\r\n", Limits{});
    REQUIRE(message);
    CHECK(find_label(*message, {}, {Tlp::green, true, Tlp::amber, {}}).hold);
}

// "TLP:RED" with the wide colon of an Asian keyboard.
TEST_CASE("a label in octets whose charset nobody said is found as its readers' programs show it", "[mail][L9]") {
    struct Written {
        string charset, label, words;
    };
    const auto [charset, label, text] = GENERATE(values<Written>({{"gbk", "TLP\xA3\xBARED", "\xBD\xF4\xBC\xB1"},
                                                                  {"shift_jis", "TLP\x81\x46RED", "\x8B\xD9\x8B\x7D"},
                                                                  {"euc-jp", "TLP\xA1\xA7RED", "\xB6\xDB\xB5\xDE"},
                                                                  {"big5", "TLP\xA1\x47RED", "\xBA\xF2\xAB\xE6"},
                                                                  {"euc-kr", "TLP\xA3\xBARED", "\xB1\xE4\xB1\xDE"},
                                                                  {"gbk", "\xA3\xD4\xA3\xCC\xA3\xD0\xA3\xBA\xA3\xD2\xA3\xC5\xA3\xC4", ""},
                                                                  {"gbk", "TLP\xA3\xBA\xBA\xEC\xC9\xAB", "\xBD\xF4\xBC\xB1"},
                                                                  {"iso-2022-jp", "TLP\x1B$B!'\x1B(BRED", ""},
                                                                  {"iso-2022-kr", "\x1B$)C\r\nTLP\x0E#:\x0FRED", ""},
                                                                  {"hz-gb-2312", "TLP~{#:~}RED", ""},
                                                                  {"koi8-r", "TLP:\xCB\xD2\xC1\xD3\xCE\xD9\xCA", ""}}));
    CAPTURE(charset, label);
    const auto body = label + "\r\n\r\n" + text + "\r\n";
    must_show(read_mail("Content-Type: text/plain; charset=" + charset + "\r\n\r\n" + body));
    for (const string type : {"Content-Type: text/plain\r\n", "Content-Type: text/plain; charset=us-ascii\r\n", "",
                              "Content-Type: text/plain; charset=unknown-8bit\r\n", "Content-Type: text/x-notes\r\n"}) {
        CAPTURE(type);
        must_show(read_mail(type + "\r\n" + body));
    }
    if (text.empty()) return;
    must_show(read_mail("Content-Type: text/plain; charset=utf-8\r\n\r\n" + body));
    must_show(read_mail("Content-Type: text/html\r\n\r\n" + html_of("<p>" + label + "</p>" + text)));
    for (const string& type : {"; charset=" + charset, string(), string("; charset=utf-8")}) {
        CAPTURE(type);
        must_show(read_mail("Subject: " + label + " " + text + "\r\nContent-Type: text/plain" + type + "\r\n\r\nhello\r\n"));
        must_show(read_mail(parts_of({"Content-Type: text/plain" + type + "\r\nSubject: " + label + "\r\n\r\nhello\r\n"})));
    }
    if (label.ends_with("RED")) {
        const auto attached = "\r\nContent-Disposition: attachment";
        must_show(read_mail(parts_of({words, string("Content-Type: application/octet-stream") + attached + "\r\n\r\n" + body})));
        must_show(read_mail(parts_of(
            {words, string("Content-Type: application/pdf") + attached + "; filename=\"" + label + " " + text + ".pdf\"\r\n\r\nx"})));
    }
}

// Full-width letters in the escape sequences of ISO 2022, "ＴＬＰ：ＲＥＤ", under names that few programs know.
TEST_CASE("a label in an encoded word of a charset by another name, or by none, is found", "[mail][L9]") {
    const string charset = GENERATE(
        values<string>({"iso-2022-jp", "iso-2022-jp-ms", "cp50221", "iso-2022-jp-3", "iso2022jp", "x-unknown", "utf-8", "us-ascii"}));
    const string word = "=?" + charset + "?B?GyRCI1QjTCNQIScjUiNFI0QbKEI=?=";
    CAPTURE(word);
    must_show(read_mail("Subject: " + word + "\r\n\r\nhello\r\n"));
    must_show(read_mail("Subject: Re: " + word + " and more\r\n\r\nhello\r\n"));
    const auto file = "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"" + word + ".pdf\"\r\n\r\nx";
    must_show(read_mail(parts_of({words, file})));
}

TEST_CASE("a label in words of an unknown charset is found as its readers' programs show it", "[mail][L9]") {
    const auto [charset, word] = GENERATE(table<string, string>({
        {"eucJP-x", "TLP=A1=A7RED"},
        {"x-gb", "TLP=A3=BARED"},
        {"utf-8", "TLP=A3=BARED"},
        {"x-utf-7", "TLP+/xo-RED"},
        {"sjis-win", "TLP=81=46RED"},
    }));
    CAPTURE(charset, word);
    must_show(read_mail("Subject: =?" + charset + "?Q?" + word + "?=\r\n\r\nhello\r\n"));
}

TEST_CASE("octets whose charset nobody said are innocent in any language", "[mail][L3]") {
    const string text =
        GENERATE(values<string>({"d\xE9j\xE0 vu, TLP expliqu\xE9 \xE0 tous\r\n", "\xBD\xF4\xBC\xB1\r\n", "a team\xB4s notes on TLP\r\n",
                                 "\xD0\xD2\xC9\xD7\xC5\xD4 TLP\r\n", "TLP: \xBF\xD0u\xE9?\r\n", "gr\xFC\xDF\x65 ~{TLP} \x1B$\r\n"}));
    CAPTURE(text);
    must_not_show(read_mail("Content-Type: text/plain\r\n\r\n" + text));
    must_not_show(read_mail("Subject: " + text + "\r\nhello\r\n"));
}

TEST_CASE("the word that closes a sentence in languages of the region hides no label", "[mail][L9][ruling hh]") {
    const string line =
        GENERATE(values<string>({"เอกสารนี้เป็น TLP:RED ครับ", "เอกสารนี้จัดอยู่ในระดับ TLP:RED ค่ะ", "เอกสารนี้เป็นTLP:REDค่ะ", "Dokumen ini TLP:RED ya",
                                 "Dokumen ini TLP:RED ya.", "Tài liệu này thuộc mức TLP:RED nhé", "Tài liệu này là TLP:RED ạ.",
                                 "取扱区分はTLP:REDになります。", "本件はTLP:REDでございます。", "이 문서는 TLP:RED로 취급합니다.",
                                 "Ito po ay TLP:RED po", "本文件属于 TLP:RED 的信息。", "Dokumen ini TLP:RED lah"}));
    CAPTURE(line);
    must_show(read_mail("Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n\r\n" + line + "\r\n"));
    if (static_cast<unsigned char>(line.front()) >= 0x80) return;
    must_not_show(read_mail("Content-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n\r\n" + line + " but not this one\r\n"));
}

TEST_CASE("odd types and charsets of innocent mail change nothing", "[mail][L3]") {
    const string binary = "\x01\x02TLP:RED\n\x03\x04TLP:RED\n\x05\x06";
    const string mail = GENERATE_COPY(values<string>({
        "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nthis is a \r\nlong TLP \r\nline with red\r\n-- \r\nme\r\n",
        "Content-Type: text/plain; format=flowed\r\n\r\nTL \r\nP:R \r\nED\r\n",
        "Content-Type: text/plain; delsp=yes\r\n\r\nTL \r\nP:R \r\nED\r\n",
        "Content-Type: multipart/mixed; boundary=b; boundary=\"b\"\r\n\r\n--b\r\n\r\nhello\r\n--b--\r\n",
        "Content-Type: text/plain; charset=utf-8; charset=UTF-8\r\n\r\nhello\r\n",
        "Content-Type: application/pdf; name=a.pdf; name=b.pdf\r\n\r\nx\r\n",
        parts_of(
            {words,
             "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; tlp@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"}),
        parts_of({words, "Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: TLP/1.0 (red)\r\n"}),
        parts_of({words, "Content-Type: message/http\r\n\r\nGET /tlp:red HTTP/1.1\r\nHost: red.example\r\n"}),
        parts_of({words, "Content-Type: message/news\r\n\r\nSubject: colours\r\n\r\nred\r\n"}),
        parts_of({words, "Content-Type: application/octet-stream\r\n\r\nPK\x03\x04\r\nTLP:RED\r\n"}),  // README: only in their names
        parts_of({words, "Content-Type: application/json\r\n\r\n{\"text\": \"we saw tlp:red data, and more\"}\r\n"}),
        parts_of({words, "Content-Type: image/png\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: application/pgp-signature\r\n\r\nTLP:RED\r\n"}),
        parts_of({words, "Content-Type: x-foo/bar\r\nContent-Disposition: attachment\r\n\r\nTLP:ORANGE\r\n"}),  // somebody else's
        parts_of({words, "Content-Type: x-foo/bar\r\n\r\n" + binary}),
        parts_of({words, "Content-Type: chemical/x-pdb\r\n\r\nATOM 1 N RED A 1\r\n"}),
        parts_of({words, "Content-Type: application/text\r\n\r\nhello\r\n"}),
        parts_of({words, "Content-Type: application/pgp\r\n\r\nhello about TLP\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: 7-bit\r\n\r\nhello\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: 8BIT (none)\r\n\r\nhello\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nhello\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: utf-8\r\n\r\nhello\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: Base64 (x)\r\n\r\naGVsbG8=\r\n"}),
        parts_of({words, "Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nhello\r\n"}),
        "Content-Type: text/plain; charset=nobody-knows\r\n\r\n1+1=2 & more\r\n",
        "Content-Type: text/plain; charset=x-unknown\r\n\r\ncaf\xC3\xA9 and +31 20 123 & so on\r\n",
        "Content-Type: text/plain; charset=unknown-8bit\r\n\r\ncaf\xE9\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\n+AFQATABQADoAUgBFAEQ-\r\n",
        "Content-Type: text/plain; charset=us-ascii\r\n\r\nT~{~}LP:RED\r\n",
        "Content-Type: text/plain; charset=gb2312\r\n\r\n~{ and ~} are signs\r\n",
        "Content-Type: text/plain; charset=cp1200\r\n\r\nhello\r\n",
        "Content-Type: text/plain; charset=utf-7\r\n\r\nhello +- world\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\n\x1B[31mred\x1B[0m alert\r\n",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nx\x1B[31mTLP:RED is prose here\x1B[0m and so on\r\n",
        "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1B$B@V\x1B(B\r\n",
        "Content-Type: text/plain\r\n\r\na\fb\vc\td\x07\r\n",
    }));
    CAPTURE(mail);
    must_not_show(read_mail(mail));
}

TEST_CASE("letters in other forms and characters that are not seen hide no label", "[mail][L1][L3]") {
    const string text = GENERATE(values<string>({
        "ᴛʟᴘ:ʀᴇᴅ",
        "TLP:ʀᴇᴅ",
        "ᴛʟᴘ:RED",
        "🆃🅻🅿:🆁🅴🅳",
        "🅣🅛🅟:🅡🅔🅓",
        "🇹🇱🇵:🇷🇪🇩",
        "🇹 🇱 🇵 : 🇷 🇪 🇩",
        "🇹​🇱​🇵:🇷​🇪​🇩",
        "🅃🄻🄿:🅁🄴🄳",
        "⒯⒧⒫:⒭⒠⒟",
        "🄣🄛🄟:🄡🄔🄓",
        "ⓉⓁⓅ:ⓇⒺⒹ",
        "ᵀᴸᴾ:ᴿᴱᴰ",
        "ʇlp:pǝɹ",
        "TLP:ɹǝd",
        "ꓔꓡꓑ:ꓣꓰꓓ",
        "ТLР:RЕD",
        "TⱢP:RED",
        "TŁP:RED",
        "TLP:RED\u0081",
        "T\u0081LP:RED",
        "TLP:\uFFF8RED",
        "T\u00ADLP:RED",
        "T\u2063LP:RED",
        "T\u034FLP:RED",
        "🚨 🆃🅻🅿:🆁🅴🅳 🚨",
        "=== ᴛʟᴘ:ʀᴇᴅ ===",
        "🇩🇪 ТLP:RED",
        "T\x01LP:RED",
        "TLP:\x1B[31mRED\x1B[0m",
        "\x1B[1;31mTLP:RED\x1B[0m",
        "TLP:R\x7F"
        "ED",
        "T⃝L⃝P⃝:R⃝E⃝D⃝",
        "TLP:RÉD",
        "TLP:RE\u0301D",
        "TĻP:RED",
        "TLP\b:RED",
    }));
    CAPTURE(text);
    must_show(read_as_type("text/plain; charset=utf-8", "Dear all,\r\n\r\n" + text + "\r\n"));
    must_show(read_as_type("text/html; charset=utf-8", "<p>Dear all</p><p>" + text + "</p>"));
    must_show(read_mail("Subject: " + text + "\r\n\r\nhello\r\n"));
}

TEST_CASE("HTML in a charset that only its bytes tell is read", "[mail][L1]") {
    // "<p>TLP:RED</p>" in UTF-16 with and without its mark, as UTF-8 says the field; and UTF-7 that only the text names.
    string wide = "\xFF\xFE";
    for (const char c : string("<p>TLP:RED</p>")) wide += string(1, c) + string(1, '\0');
    must_show(read_as_type("text/html; charset=utf-8", wide));
    must_show(read_as_type("text/html; charset=utf-8", wide.substr(2)));
    must_show(read_as_type("text/xml", wide));
    const string meta = "<meta http-equiv=content-type content=\"text/html; charset=UTF-7\">";
    must_show(read_as_type("text/html", meta + "<p>+AFQATABQADoAUgBFAEQ-</p>"));
    must_show(read_as_type("text/html", meta + "+ADw-p+AD4-TLP:RED+ADw-/p+AD4-"));
    must_not_show(read_as_type("text/html; charset=utf-8", meta + "<p>+AFQATABQADoAUgBFAEQ-</p>"));
    must_not_show(read_as_type("text/html", "<p>+AFQATABQADoAUgBFAEQ-</p>"));
    must_not_show(read_as_type("text/html", meta + "<p>1+1 is two</p>"));
}

TEST_CASE("what is read twice costs time linear in the text", "[mail][L8]") {
    // Ten times the text may take fifty times as long on a busy machine, not a hundred times.
    for (const string unit : {"TLP:RED,",   "TLP:RED/",
                              "RED/",       "<",
                              "<a ",        "<a x='",
                              "<a x=",      "<!--",
                              "<!-- -- ",   "</",
                              "</style ",   "<style>",
                              "<title>",    "<svg><style>",
                              "&#0",        "&a",
                              "&notit",     "<bdo dir=rtl>",
                              "<i hidden>", "<style>a{content:'\\",
                              "<p =\">",    "<iframe srcdoc='<'>",
                              "\x1B[",      "⒯",
                              "🇹"}) {
        CAPTURE(unit);
        const auto spent = [&unit](std::size_t size) {
            string text;
            while (text.size() < size) text += unit;
            const auto begin = std::clock();
            (void)read_as_type(unit.ends_with("RED,") || unit.ends_with("RED/") ? "text/csv" : "text/html; charset=utf-8", text);
            return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        };
        const double small = spent(10000), large = spent(100000);
        CHECK(large < 0.2 + 50 * small);
    }
}

TEST_CASE("a NUL in a text is not seen, and hides no label", "[mail][L1]") {
    const string nul(1, '\0');
    for (const string& text : {"T" + nul + "LP:RED", "TLP:" + nul + "RED", "TLP:R" + nul + nul + "ED", nul + "TLP:RED"}) {
        must_show(read_as_type("text/plain; charset=utf-8", "Dear all,\r\n\r\n" + text + "\r\n"));
        must_show(read_as_type("text/html", "<p>" + text + "</p>"));
        must_show(read_as_type("text/plain", "> " + text + "\r\n"));
    }
    must_not_show(read_as_type("text/plain", "hel" + nul + "lo\r\n"));
    must_not_show(read_as_type("text/plain", "the T" + nul + "LP is explained here\r\n"));
}

TEST_CASE("flags, signs and other scripts stay innocent", "[mail][L3]") {
    const string text = GENERATE(values<string>({
        "🇩🇪 🇫🇷 🇪🇺",
        "🇹🇱 red",
        "🇹🇷🇪🇩",
        "🆗 🆒 🆕 🅿",
        "🅰🅱 blood: red",
        "🆃🅷🅴 plan: red",
        "⒜ first ⒝ second",
        "⒯ red",
        "🄰 report",
        "ʀᴇᴅ ᴛᴇᴀᴍ",
        "ᴛʜᴇ ᴘʟᴀɴ: ʀᴇᴅ",
        "pǝɹ",
        "łódź: TLP",
        "đỏ",
        "Đà Nẵng",
        "ɪᴘᴀ [ɹɛd]",
        "/ʇ/ and /ɹ/",
        "Ɫ",
        "x\u0081y",
        "a\u00ADb",
        "\u2063",
        "TLP\u2063 question",
        "\x1B[31mred\x1B[0m",
        "a\bb",
        "ТЛП: красное",
        "ОТЛП:РЕД",
        "Ꭲhe Ꮲlan",
        "🚦 traffic",
        "🔴🔴🔴",
        "🅿️ parking: red zone",
        "🇷🇪🇩 alert",
        "① TLP primer",
        "Ⓡ red",
        "ᵀᴹ red",
        "\u200B\u200B",
    }));
    CAPTURE(text);
    must_not_show(read_as_type("text/plain; charset=utf-8", "Dear all,\r\n\r\n" + text + "\r\n"));
    must_not_show(read_as_type("text/html; charset=utf-8", "<p>Dear all</p><p>" + text + "</p>"));
    must_not_show(read_mail("Subject: " + text + "\r\n\r\nhello\r\n"));
}

TEST_CASE("a doubtful label raises and never lowers", "[mail][L2]") {
    const auto lowered = [](const string& html) {
        const auto message = parse("From: a@b.example\r\nContent-Type: text/html\r\n\r\n" + html, Limits{});
        REQUIRE(message);
        return find_label(*message, {}, {Tlp::amber, true, Tlp::amber, {}}).label;
    };
    CHECK(lowered("<!-- <p>TLP:CLEAR</p>") == Tlp::amber);
    CHECK(lowered("<style>p::before{content:'TLP:GREEN'}</style><p>x</p>") == Tlp::amber);
    CHECK(lowered("<p>TLP:GREEN</p><!-- <p>TLP:GREEN</p>") == Tlp::green);
}

TEST_CASE("a label that only a style sheet puts on the page is found, wherever its words stand", "[mail][L1]") {
    for (const string html : {
             "<style>p::before{content:attr(data-l)}</style><p data-l=\"TLP:RED\">x</p>",
             "<style>p::before{content:\\61 ttr(DATA-L)}</style><p data-l='TLP&colon;RED'>x</p>",
             "<style>p::before{content:\"TLP:\" attr(data-l)}</style><p data-l=none>y</p><p data-l=RED>x</p>",
             "<style>p::after{content:attr(a) \":\" attr(b)}</style><p a=TLP b=RED>x</p>",
             "<style>:root{--a:\"TLP:RED\"}p::before{content:var(--a)}</style><p>x</p>",
             "<style>:root{--a:'TLP:';--b:'R'}p::before{content:var(--a) var(--b) 'ED'}</style><p>x</p>",
             "<style>@counter-style x{system:cyclic;symbols:\"TLP:RED\"}li{list-style:x}</style><li>x</li>",
             "<style>q{quotes:\"TLP:RED\" \"\"}</style><q>x</q>",
             "<style>/* it's */ q{quotes:'TLP:RED' ''}</style><q>x</q>",
             "<style>li::marker{content:'TLP:' 'RED'}</style><li>x</li>",
             "<style>p::before{c\\6fntent:'TLP:RED'}</style><p>x</p>",
             "<ul style=\"list-style-type:'TLP:RED'\"><li>x</ul>",
             "<ul style='list-style-type:&quot;TLP:RED&quot;'><li>x</ul>",
         }) {
        CAPTURE(html);
        must_show(read_as_type("text/html", html_of(html)));
    }
    for (const string html : {
             "<style>p::before{content:attr(data-m)}</style><p data-l=\"TLP:RED\">x</p>",
             "<style>p::before{content:'attr(data-l)'}</style><p data-l=\"TLP:RED\">x</p>",
             "<style>[data-l=\"TLP:RED\"]{color:red}</style><p data-l=\"TLP:RED\">x</p>",
             "<style>b{background:url(\"tlp-red.png\")} q{quotes:'TLP' '...'}</style><p>x</p>",
             "<p style=\"font-family:'Red Hat Text'\">x</p>",
         }) {
        CAPTURE(html);
        must_not_show(read_as_type("text/html", html_of(html)));
    }
    // No more is tried than a text may have.
    string many, sheet = "<style>";
    for (int i = 0; i < 20; ++i) many += "<p a='" + string(100, 'v') + std::to_string(i) + "'>x</p>";
    for (int i = 0; i < 2000; ++i) sheet += "p::before{content:attr(a) attr(a) attr(a)}";
    must_not_show(read_as_type("text/html", html_of(many)));
    CHECK(read_as_type("text/html", html_of(sheet + "</style>" + many)).hold);
}

namespace {

// So long that a label in the midst of it speaks for nothing.
const string long_before =
    "This text is quite a long text so that nothing is short at all in here and goes on and on until the line is more than eighty";
const string long_behind = "and goes on and on until more than eighty characters are in there, so that it is not short at all.";
const string own_line = long_before + "\r\n\r\nTLP:RED\r\n\r\n" + long_behind;

string between(const string& html) { return long_before + " " + html + " " + long_behind; }

}  // namespace

TEST_CASE("a label that a style sets on a line of its own is found", "[mail][L1][ruling hh]") {
    const string html = GENERATE(values<string>({
        "<div style=\"white-space:pre-wrap\">" + own_line + "</div>",
        "<p style='color: red; WHITE-SPACE: Pre-Line;'>" + own_line + "</p>",
        "<div style=\"white-space:break-spaces\"><b>" + own_line + "</b></div>",
        "<div style=\"white-space-collapse: preserve\">" + own_line + "</div>",
        "<div style=\"white&#45;space:pre\">" + own_line + "</div>",
        "<style>div{white-space:pre-line}</style><div>" + own_line + "</div>",
        "<style>@media all { .mail .body > p.text { color:red; white-space : pre } }</style><p class='a text'>" + own_line + "</p>",
        "<style>/* x */ #m, td{white-space:pre/**/-wrap!important}</style><span id=m>" + own_line + "</span>",
        "<style>*{white-space:pre}</style>" + between("x") + "<p>" + own_line + "</p>",
        "<style>p:not(.x){white-space:pre-wrap}</style><p>" + own_line + "</p>",
        "<style>.a{white\\2d space:pre}</style><p class=a>" + own_line + "</p>",
        "<p>" + between("<span style=\"display:block\">TLP:RED</span>"),
        "<style>.q{display:block}</style><p>" + between("<b class=\"q\">TLP:RED</b>"),
        "<style>.q{display:table}</style><p>" + between("<b class=\"q\">TLP:RED</b>"),
        "<style>b{display:list-item}</style><p>" + between("<b>TLP:RED</b>"),
        "<p>" + between("<span style=\"display:inline-flex\">TLP:RED</span>"),
        "<p>" + between("<span style=\"float:right\">TLP:RED</span>"),
        "<p>" + between("<span style=\"position:absolute;top:0\">TLP:RED</span>"),
        "<p>" + between("<i style=display:grid><i>x</i></i>TLP:RED<i style=display:grid></i>"),
        "<style>.q::before{content:\"TLP:\"}</style><p class=q>RED</p>",
        "<style>.q:before{content:'TLP:'} .q:after{content:\"ED\"}</style><div><span class=q>R</span></div>",
        "<style>span::after{content:\":RED\"}</style><div><span>TLP</span></div>",
        "<style>.q::before{content:attr(data-p) \":\"}</style><p class=q data-p=TLP>RED</p>",
    }));
    CAPTURE(html);
    must_show(read_as_type("text/html", html_of(html)));
}

TEST_CASE("a label that is drawn as a box of its own is found", "[mail][L9][ruling hh]") {
    const string html = GENERATE(values<string>({
        "<p>" + between("<dialog open>TLP:RED</dialog>"),
        "<p>" + between("<button type=button>TLP:<b>RED</b></button>"),
        "<p>" + between("<svg width=9><text x=1 y=2>TLP:RED</text></svg>"),
        "<p>" + between("<svg>" + long_before + "<tspan x=1 dy=2>TLP:RED</tspan></svg>"),
        "<p>" + between("<svg><foreignObject>TLP:RED</foreignObject></svg>"),
        "<p>" + between("<math><mtext>TLP:RED</mtext></math>"),
        "<p>" + between("<select><optgroup label='TLP:RED'></optgroup></select>"),
        "<p>" + between("<select>TLP:RED</select>"),
        "<p>" + between("<summary>TLP:RED</summary>"),
        "<p>" + between("<fieldset><legend>TLP:RED</legend></fieldset>"),
        "<p>" + between("<hgroup>TLP:RED</hgroup>"),
        "<p>" + between("<menu>TLP:RED</menu>"),
        "<p>" + between("<search>TLP:RED</search>"),
        "<p>" + between("<marquee>TLP:RED</marquee>"),
        "<p>" + between("<figcaption>TLP:RED</figcaption>"),
        "<p>" + between("<object data=x>TLP:RED</object>"),
        "<p>" + between("<ruby>x<rt>TLP:RED</rt></ruby>"),
        "<p>" + between("<input type=submit value='TLP:RED'>"),
        "<p>" + between("<img src=x alt='TLP:RED' style='display:block'>"),
        "<p>" + between("<button>x</button>TLP:RED<button>y</button>"),
        "<listing>" + own_line + "</listing>",
        "<textarea>" + own_line + "</textarea>",
        "<xmp>" + own_line + "</xmp>",
        "<p>x</p><plaintext>" + own_line,
    }));
    CAPTURE(html);
    must_show(read_as_type("text/html", html_of(html)));
}

TEST_CASE("a label that only its style parts from what stands before it is found", "[mail][L9][ruling hh]") {
    const string html = GENERATE(values<string>({
        "<div style=\"display:flex;justify-content:space-between\"><b>Weekly report</b><b>TLP:RED</b></div>",
        "<p><span>Weekly report</span><span style=\"margin-left:1em;color:red\">TLP:RED</span></p>",
        "<span>Weekly report</span><img src=\"cid:x\" width=9><span>TLP:RED</span>",
        "<h1>週報<b>TLP:<i>RED</i></b></h1>",
        "<p>" + long_before + "<b style=\"padding-left:1em\">TLP:RED</b></p>",
    }));
    CAPTURE(html);
    must_show(read_as_type("text/html; charset=utf-8", html_of(html)));
}

TEST_CASE("boxes elsewhere in a text raise nothing", "[mail][L3]") {
    const string html = GENERATE(values<string>({
        "<p><button>Answer</button></p><p>" + between("TLP:RED") + "</p>",
        "<p>" + between("my<b>TLP:RED</b>") + "</p>",
        "<p>" + between("(<b>TLP:RED</b>)") + "</p>",
        "<p>" + between("<button>about TLP:RED data</button> and on to " + long_behind),
        "<p>" + between("<img src=x alt='TLP:RED'>"),
        "<textarea>" + between("TLP:RED") + "</textarea><p>" + own_line + "</p>",
        "<textarea style='white-space:pre'>x</textarea><p>" + own_line + "</p>",
        "<p><label><input type=checkbox> " + between("<label>TLP:RED</label>") + "</label>",
    }));
    CAPTURE(html);
    must_not_show(read_as_type("text/html", html_of(html)));
}

TEST_CASE("a style that leaves a label in its sentence raises nothing", "[mail][L3]") {
    const string html = GENERATE(values<string>({
        "<p>" + own_line + "</p>",
        "<style>.q{display:block} p{color:red}</style><p>" + between("<b class=r>TLP:RED</b>"),
        "<style>.q{display:block}</style><div class=q>" + between("<b>TLP:RED</b>") + "</div>",
        "<p>" + between("<span style=\"display:inline\">TLP:RED</span>"),
        "<p>" + between("<span style=\"white-space:nowrap\">TLP:RED</span>"),
        "<p>" + between("<span style=\"position:relative;float:none\">TLP:RED</span>"),
        "<div style=\"white-space:pre-wrap\">" + between("TLP:RED") + "</div><p>" + own_line + "</p>",
        "<style>.q::before{content:\"*\"}</style><p class=q>RED</p>",
        "<style>@font-face{font-family:x} p.MsoNormal{margin:0} a:link{color:blue}</style><p class=MsoNormal>" + between("TLP:RED") +
            "</p>",
    }));
    CAPTURE(html);
    must_not_show(read_as_type("text/html", html_of(html)));
}

TEST_CASE("to lay out by style sheets costs time linear in the text", "[mail][L8]") {
    const auto seconds = [](std::size_t times, const string& once) {
        string html = "<style>.q{display:block}.q::before{content:'TLP:'}</style>";
        for (std::size_t i = 0; i < times; ++i) html += once;
        const auto begun = std::clock();
        (void)read_as_type("text/html", html_of(html));
        return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
    };
    const string once = GENERATE(
        values<string>({"<b class=q>", "<b class='q q q q q'>x</b>", "<b class=q>x", "<b style=display:block>", "</b><i class=q>"}));
    CAPTURE(once);
    CHECK(seconds(16'000, once) < 0.2 + 4 * 4 * seconds(4'000, once));
}

TEST_CASE("a style sheet of many rules is read in seconds", "[mail][L8]") {
    string sheet;
    for (int i = 0; i < 20'000; ++i) sheet += ".q{display:block}";
    const auto begun = std::clock();
    (void)read_as_type("text/html", html_of("<style>" + sheet + "</style>" + string(60'000, '<') + "<b class=q>x</b>"));
    CHECK(static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC < 5);
}

TEST_CASE("where backspaces take letters back, what is left is read", "[mail][L1]") {
    must_show(read_as_type("text/plain", "TLP:GREEN\b\b\b\b\bRED\r\n"));
    must_show(read_as_type("text/plain", "\b\bT\bTL\bLP\bP:\xC3\xA9\bRED\r\n"));
    must_not_show(read_as_type("text/plain", "TLP is a word\b\b\b\bRED\r\n"));
}

namespace {

// On a list whose default is GREEN.
Labelling read_with_headers(const string& fields_and_text) {
    const auto raw = "From: a@b.example\r\n" + fields_and_text;
    const auto headers = read_headers(raw, Limits{});
    const auto message = parse(raw, Limits{});
    REQUIRE(headers);
    REQUIRE(message);
    const auto& table = caveat::community::usual_sensitivities();
    auto all = markings(*headers, table);
    for (auto& marking : markings(message->part_headers, table)) all.push_back(std::move(marking));
    return find_label(
        *message, label_headers(*headers),
        {.list_default = Tlp::green, .authenticated = true, .fallback = Tlp::amber, .markings = std::move(all), .headers = &*headers});
}

Labelling with_file(const string& head, const string& content) {
    return read_with_headers("Subject: TLP:GREEN x\r\n" + parts_of({"\r\nTLP:GREEN\r\n\r\nsee the file", head + "\r\n" + content}));
}

}  // namespace

TEST_CASE("TLP as formats that programs exchange write it raises", "[mail][L1][L9][ruling hh]") {
    struct Row {
        string type, content;
        Tlp label;
    };
    const string wide_table = [] {
        string names, values;
        for (int i = 0; i < 100; ++i) names += "column " + std::to_string(i) + ",", values += "x,";
        return names + "tlp\r\n" + values + "red\r\n";
    }();
    const string long_text = "\r\n\"x\":\"" + string(100'000, 'x') + "\"\r\n";  // more than the page of a file that is read by people
    const string json = "application/json", marked = R"({"objects":[{"type":"indicator","object_marking_refs":["marking-definition--)";
    for (const auto& row : {
             Row{"application/stix+json;version=2.1", marked + "e828b379-4e03-4974-9ac4-e53a884c97c1\"]}]}", Tlp::red},
             Row{json, marked + "5e57c739-391a-4eb3-b6be-7d15ca92d5ed\"]}]}", Tlp::red},
             Row{json, marked + "939a9414-2ddd-4d32-a0cd-375ea402b003\"]}]}", Tlp::amber_strict},
             Row{json, marked + "bab4a63c-aed9-4cf5-a766-dfca5abac2bb\"]}]}", Tlp::green},
             Row{json, marked + "00000000-4e03-4974-9ac4-e53a884c97c1\"]}]}", Tlp::green},
             Row{json, "{\r\n \"d\": {\r\n  \"tlp\": {\r\n   \"url\": \"x\",\r\n   \"label\": \"RED\"\r\n  }\r\n }\r\n}", Tlp::red},
             Row{json, R"({"document":{"distribution":{"tlp":{"label":"AMBER+STRICT"}}}})", Tlp::amber_strict},
             Row{json, R"({"tlp":{"version":"2"},"label":"RED"})", Tlp::green},
             Row{"application/xml", "<m:Marking xsi:type=\"tlpMarking:TLPMarkingStructureType\" color=\"RED\"/>", Tlp::red},
             Row{"text/xml", "<m:Marking color='AMBER' xsi:type='tlpMarking:TLPMarkingStructureType'/>", Tlp::amber},
             Row{"application/xml", "<x xmlns:tlpMarking=\"y\"><font color=\"RED\"/></x>", Tlp::green},
             Row{"text/csv", "ioc,tlp\r\n192.0.2.1,red\r\n", Tlp::red},
             Row{"application/vnd.ms-excel", "\"ioc\";\"TLP\"\r\n192.0.2.1;\"Amber\"\r\n", Tlp::amber},
             Row{"text/csv", "ioc,comment,tlp\r\n192.0.2.1,\"two\r\nlines, and more\",red\r\n", Tlp::red},
             Row{"text/csv", "tlp,team\r\ngreen,red\r\n", Tlp::green},
             Row{"text/csv", "ioc,tlp,indicator tlp\r\n192.0.2.1,green,red\r\n", Tlp::red},
             Row{"text/csv", "tlp,ioc,marking_tlp,tlp level\r\ngreen,192.0.2.1,green,amber\r\n", Tlp::amber},
             Row{"text/csv", "colour,team\r\nred,tlp\r\n", Tlp::green},
             Row{"text/csv", wide_table, Tlp::red},
             Row{"text/csv", "ioc,tags,Marking TLP\r\n192.0.2.1,tlp,x\r\n192.0.2.2,x,red\r\n", Tlp::red},
             Row{"text/csv", "ioc,tlp\r\n192.0.2.1,green\r\n\r\nhost,team,TLP-Level\r\nx,green,red\r\n", Tlp::red},
             Row{json, R"({"extensions":{"extension-definition--60a3c5c5":{"tlp_2_0":"red"}}})", Tlp::red},
             Row{json, long_text + R"("definition":{"tlp":"red"},"tags":["tlp:amber"])" + long_text, Tlp::red},
             Row{json, long_text + R"("tags":["tlp:amber"],"text":"the tlp:red case")" + long_text, Tlp::amber},
             Row{json, R"({"document":{"distribution":{"tlp":{"label":"\u0052ED"}}}})", Tlp::red},
             Row{json, R"({"\u0074lp":{"l\u0061bel":"RED"}})", Tlp::red},
             Row{json, R"({"x":"\u0022tlp\u0022:{\u0022label\u0022:\u0022RED\u0022}"})", Tlp::red},  // data within a string
             Row{json, R"({"x":"\u0022,\u0022tlp\u0022:","y":"red"})", Tlp::green},
             Row{"application/xml", "<m:Marking xsi:type=\"tlpMarking:TLPMarkingStructureType\" color=\"&#82;&#x45;D\"/>", Tlp::red},
             Row{"text/yaml", "title: x\r\ntags:\r\n  - attack.t1059\r\n  - tlp.red\r\n", Tlp::red},
             Row{"text/yaml", "tags: [tlp.amber-strict, x]\r\n", Tlp::amber_strict},
             Row{"text/yaml", "host: www.tlp.red.example\r\nfile: tlp.redacted\r\n", Tlp::green},
         }) {
        CAPTURE(row.type, row.content);
        const auto read = with_file("Content-Type: " + row.type + "\r\nContent-Disposition: attachment\r\n", row.content);
        CAPTURE(read.why);
        CHECK(name(read.label) == name(row.label));
    }
    // A file that is shown in place, or is the whole text, is one too.
    const string sigma = "title: x\r\ntags:\r\n  - tlp.red\r\n", bundle = marked + "e828b379-4e03-4974-9ac4-e53a884c97c1\"]}]}";
    for (const auto& head :
         {"Content-Type: text/plain; name=rule.yml\r\n", "Content-Type: text/plain\r\nContent-Disposition: inline; filename=rule.yml\r\n"})
        CHECK(with_file(head, sigma).label == Tlp::red);
    CHECK(with_file("Content-Type: text/plain\r\n", "\r\n" + bundle).label == Tlp::red);
    CHECK(read_with_headers("Subject: TLP:GREEN x\r\n\r\n" + bundle + "\r\n").label == Tlp::red);
    for (const auto& form :
         {"\xEF\xBB\xBF" + bundle, "[ " + bundle + "]", "\xEF\xBB\xBF\r\n[\r\n" + bundle + "\r\n]", string(R"(["tlp:red"])")}) {
        CAPTURE(form);
        CHECK(with_file("Content-Type: text/plain; charset=utf-8\r\n", form).label == Tlp::red);
        CHECK(with_file("Content-Type: text/plain\r\n", form).label == Tlp::red);
    }
    const string old = "Subject: TLP:GREEN x\r\n\r\nTLP:GREEN\r\n\r\nbegin 644 i.csv\r\n5:6]C+'1L<`HQ,\"XP+C`N,2QR960*\r\n`\r\nend\r\n";
    CHECK(read_with_headers(old).label == Tlp::red);
    // What people write about it raises nothing.
    const auto told = "Subject: TLP:GREEN x\r\n\r\nTLP:GREEN\r\n\r\nSigma has tlp.red as well\r\nMISP, tlp, and more\r\nx, red\r\n";
    CHECK(read_with_headers(told).label == Tlp::green);
}

TEST_CASE("OpenPGP that everybody's program reads without a key is held where nobody reads it here", "[mail][L1][L9][K3]") {
    // What GnuPG makes of "TLP:RED": compressed, stored, signed and behind a marker; and literal data behind encrypted data.
    const string compressed = GENERATE(values<string>({
        "owGbwMvMwMEYov0z/dX3SYyMKxiSOANCfKyCXF3SMzvdGAqYOxlYmRmYWJlAgowsqQDwbAl9",
        "kA0DAAoBAAAAAAAAAAABywhiAAAAAAB4",
        "yw5iAAAAAABUTFA6UkVE",
        "ygNQR1DLDmIAAAAAAFRMUDpSRUQ=",
        "wQEDywhiAAAAAAB4",
        "0gEByw5iAAAAAABUTFA6UkVE",
    }));
    CAPTURE(compressed);
    const auto armour = block("\r\n" + compressed + "\r\n=abcd\r\n");
    const auto held = [](const Labelling& read) {
        CAPTURE(read.why);
        CHECK(read.hold);
        CHECK(read.why.find("OpenPGP") != string::npos);
    };
    held(read_with_headers("Subject: TLP:GREEN x\r\n\r\n" + armour));
    held(read_with_headers("Subject: TLP:GREEN x\r\n\r\nTLP:GREEN\r\n\r\nfor you:\r\n\r\n" + armour + "Regards\r\n"));
    held(with_file("Content-Type: application/octet-stream; name=msg.asc\r\n", armour));
    held(with_file("Content-Type: application/octet-stream; name=msg.gpg\r\nContent-Transfer-Encoding: base64\r\n", compressed));
    held(read_with_headers(parts_of({control, "Content-Type: application/octet-stream\r\n\r\n" + armour}, encrypted_type)));
}

TEST_CASE("keys, signatures, ciphertext and words about OpenPGP hold nothing", "[mail][L3][K3]") {
    for (const auto& text : {block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n=abcd\r\n"), block("\r\nhQEMA\r\n=abcd\r\n"),
                             string("-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAABCAAdFiEE\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n"),
                             string("-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nmDMEZVK9RhYJ\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n"),
                             block("\r\nput your words here\r\n"), string("It begins with -----BEGIN PGP MESSAGE-----\r\nyou see\r\n")}) {
        CAPTURE(text);
        CHECK_FALSE(read_with_headers("Subject: TLP:GREEN x\r\n\r\nTLP:GREEN\r\n\r\n" + text).hold);
        CHECK_FALSE(read_with_headers("Subject: TLP:GREEN x\r\n\r\n" + text).hold);
    }
}

TEST_CASE("what is encrypted beside something in clear is not read, and holds where what comes encrypted is opened", "[mail][K3][L9]") {
    const auto sealed = block("\r\nwcBMAwAAAAAAAAAAAQf+\r\n=abcd\r\n"), by_password = block("\r\njA0EBwMCAAAAAAAAAAAA\r\n=abcd\r\n");
    const auto with_breaks = [](string text) {
        for (auto at = text.find("\r\n"); at != string::npos; at = text.find("\r\n", at + 6)) text.insert(at, "<br>");
        return text;
    };
    const auto quoted = [](string text) {
        for (auto at = text.find("\r\n"); at != string::npos && at + 2 < text.size(); at = text.find("\r\n", at + 4))
            text.insert(at + 2, "> ");
        return "> " + text;
    };
    const auto holds = [](const string& mail, bool opens_whole = true) {
        const auto message = parse("From: a@b.example\r\nSubject: TLP:GREEN x\r\n" + mail, Limits{});
        REQUIRE(message);
        const auto read = find_label(*message, {}, {.list_default = Tlp::clear, .authenticated = true, .opens_whole = opens_whole});
        if (read.hold) CHECK(read.why.find("encrypt all of it, or nothing") != string::npos);
        return read.hold;
    };
    const string words = "Content-Type: text/plain\r\n\r\nTLP:GREEN\r\n";
    const auto file = [&](const string& head, const string& content) {
        return parts_of({words, "Content-Type: application/octet-stream; name=" + head + "\r\n\r\n" + content});
    };
    const auto mixed = GENERATE_COPY(values<string>({
        "\r\n" + sealed + "Sent from my phone\r\n",
        "\r\n" + sealed + "-- \r\nMei\r\n",
        "\r\nI cannot open this:\r\n\r\n" + quoted(sealed),
        "Content-Type: text/html\r\n\r\n<p>" + with_breaks(sealed) + "</p>",
        parts_of({"\r\n" + sealed, "Content-Type: text/html\r\n\r\n<p>" + with_breaks(sealed) + "</p>"},
                 "multipart/alternative; boundary=b"),
        parts_of({control, "Content-Type: application/octet-stream\r\n\r\n" + sealed, words}),
        parts_of({words, "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\n" + sealed}),
        parts_of({words, "Content-Type: application/pgp-encrypted; name=report.txt.asc\r\n\r\n" + sealed}),
        file("report.txt.asc", sealed),
        file("report.pgp\r\nContent-Transfer-Encoding: base64", "wcBMAwAAAAAAAAAAAQf+"),
        "Content-Type: application/octet-stream; name=msg.pgp\r\n\r\n" + sealed,
    }));
    CAPTURE(mixed);
    CHECK(holds(mixed));
    CHECK_FALSE(holds(mixed, false));  // elsewhere it goes as it came: its author sealed it to whom they meant
    // What GnuPG opens or refuses, and what is opened by a password alone, as an archive is.
    CHECK_FALSE(holds("\r\n" + sealed));
    CHECK_FALSE(holds(parts_of({control, "Content-Type: application/octet-stream\r\n\r\n" + sealed}, encrypted_type)));
    CHECK_FALSE(holds("\r\n" + by_password + "words\r\n"));
    CHECK_FALSE(holds(file("sample.zip.gpg\r\nContent-Transfer-Encoding: base64", "jA0EBwMCAAAAAAAAAAAA")));
    CHECK_FALSE(holds(file("Main.class\r\nContent-Transfer-Encoding: base64", "yv66vgAAADQAAAAA")));
}

TEST_CASE("labels in the fields that programs show beside the subject raise", "[mail][L9][ruling hh]") {
    for (const auto* field : {"To: \"TLP:RED readers\" <teams@lists.arc.example>", "Cc: a@b.example, =?utf-8?q?TLP=3ARED?= <c@d.example>",
                              "Sender: \"TLP:RED desk\" <a@b.example>", "Reply-To: \"TLP:RED desk\" <a@b.example>",
                              "X-Message-Flag: TLP:RED", "Thread-Topic: TLP:RED plan", "Traffic-Light-Protocol: RED"}) {
        CAPTURE(field);
        const auto read = read_with_headers(string(field) + "\r\nSubject: plan\r\n\r\nhello\r\n");
        CHECK(read.label == Tlp::red);
        const auto part = string(field) + "\r\nContent-Type: text/plain; hp=clear\r\n\r\nhello";
        const auto within = parts_of({part}, "multipart/signed; boundary=b");
        CHECK(read_with_headers("Subject: plan\r\n" + within).label == Tlp::red);
    }
    const string from_within = "From: \"TLP:RED desk\" <a@b.example>\r\nContent-Type: text/plain; hp=clear\r\n\r\nhello";
    CHECK(read_with_headers("Subject: plan\r\n" + parts_of({from_within}, "multipart/signed; boundary=b")).label == Tlp::red);
    for (const auto* field : {"To: \"Red Team\" <red@lists.arc.example>", "X-Message-Flag: red", "Thread-Topic: TLP:BLUE and red tape"}) {
        CAPTURE(field);
        const auto read = read_with_headers(string(field) + "\r\nSubject: plan\r\n\r\nhello\r\n");
        CHECK(read.label == Tlp::green);
        CHECK_FALSE(read.hold);
    }
}

#include "text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "as_seen.hpp"
#include "charsets.hpp"
#include "look_alikes.hpp"
#include "part_text.hpp"

using namespace caveat::mail;
using namespace std::string_literals;

TEST_CASE("bytes become UTF-8 from any charset, and never fail", "[mail][M7]") {
    auto [bytes, charset, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"plain", "us-ascii", "plain"},
        {"caf\xE9", "iso-8859-1", "café"},
        {"\xC3\xA9t\xC3\xA9", "utf-8", "été"},
        {"\xC3\xA9", "us-ascii", "é"},  // a liar's charset, valid UTF-8
        {"caf\xE9", "", "café"},        // no charset, no UTF-8: Latin-1
        {"caf\xE9", "x-no-such-charset", "café"},
        {"\xC3\xA9", "x-no-such-charset", "é"},
        {"\xFF\xFET\0L\0P\0:\0"s, "utf-16", "TLP:"},
        {"\0T\0L\0P"s, "utf-16be", "TLP"},
        {"T\0L\0P\0"s, "utf-16le", "TLP"},
        {"\x1B$B7oL>\x1B(B", "iso-2022-jp", "件名"},
        {"+AFQATABQ-", "utf-7", "TLP"},
        {"\xEF\xBB\xBFTLP", "utf-8", "TLP"},
        {"a\xFFz", "utf-8", "a\xEF\xBF\xBDz"},
        {"", "utf-16", ""},
    }));
    CAPTURE(bytes, charset);
    CHECK(to_utf8(bytes, charset) == expected);
}

// Case 18 and its relatives: the name that mail gives is not what the bytes are, and every reader knows it.
TEST_CASE("charsets are read as everybody reads them", "[mail][M7]") {
    auto [bytes, charset, expected] = GENERATE(table<std::string, std::string, std::string>({
        {"\xD6\xEC\xE9\x46\xBB\xF9", "gb2312", "朱镕基"},
        {"\xD6\xEC\xE9\x46\xBB\xF9", "GBK", "朱镕基"},
        {"\x81\x30\x81\x30", "gb_2312-80", "\xC2\x80"},  // four bytes, GB18030 only
        {"\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF", "euc-kr", "똠방각하"},
        {"\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF", "ks_c_5601-1987", "똠방각하"},
        {"\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF", "cp949", "똠방각하"},
        {"\x93x\x94 \x96 \x80", "iso-8859-1", "“x” – €"},
        {"\x93x\x94 \x96 \x80", "us-ascii", "“x” – €"},
        {"\x93x\x94", "", "“x”"},
        {"\x93x\x94", "x-no-such-charset", "“x”"},
        {"\x81", "windows-1252", "\xC2\x81"},
        {"\xF0\xFD\xFE \x93", "iso-8859-9", "ğış “"},
        {"\xFA\x40\xA4\xA4", "big5", "𠕇中"},
        {"\x87\x40", "Shift_JIS", "①"},
        {"\xAD\xA1", "euc-jp", "①"},
        {"\xA1", "tis-620", "ก"},
        {"\xA1", "TIS620", "ก"},
        {"\x94\xEE", "ks_c_5601", "뷁"},
        {"\xA4\xA4", "big-5", "中"},
        {"\xCF", "win-1251", "П"},
        {"T\0L\0P\0"s, "unicode", "TLP"},
        {"\0T\0L\0P"s, "utf-16", "TLP"},
        {"\x4E\x00\x4E\x2D"s, "utf-16be", "一中"},
        {"TLP:RED is not UTF-16\r\n", "utf-16", "TLP:RED is not UTF-16\r\n"},
        {"TLP:RED", "ucs-2", "TLP:RED"},
        {"\xE2\x82\xAC", "unicode-1-1-utf-8", "€"},
        {"\xE2\x82\xAC", " \"UTF-8\" ", "€"},
        {"\xE2\x82\xAC", "'utf8'", "€"},
    }));
    CAPTURE(bytes, charset);
    CHECK(to_utf8(bytes, charset) == expected);
}

TEST_CASE("text is read as it is seen: compatibility forms folded, without what is never seen", "[mail][L1]") {
    auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"ＴＬＰ：ＲＥＤ", "TLP:RED"},
        {"T\u200BL\u200CP\u200D:\u2060R\uFEFFE\u00ADD", "TLP:RED"},
        {"TLP:\u00A0RED", "TLP: RED"},
        {"e\u0301", "é"},
        {"𝐓𝐋𝐏:𝐑𝐄𝐃", "TLP:RED"},
        {"\xFFz", "\uFFFDz"},
        {"TLP:RED", "TLP:RED"},
    }));
    CAPTURE(text);
    CHECK(as_seen(text) == expected);
}

TEST_CASE("no name of a charset reaches ICU but those of the list", "[mail][S5]") {
    // ICU would take all of these: an option, a name of its own, a code page that no mail is written in.
    for (const auto* name : {"utf-8,swaplfnl", "iso-8859-2,x", "ibm-5348_P100-1997", "ISO_2022,locale=ja,version=2", "ibm037", "../../x",
                             "scsu", "utf-16,version=1"}) {
        CAPTURE(name);
        CHECK(encoding_named(name).empty());
        CHECK_FALSE(knows_charset(name));
        CHECK(to_utf8("caf\xE9", name) == "café");  // as of a charset that nobody knows
    }
    for (const auto* name :
         {"cp437", "IBM850", " \"cp852\" ", "HZ-GB-2312", "iso-2022-kr", "utf-7", "UTF-32", "x-mac-greek", "euc-tw", "iso-2022-cn"}) {
        CAPTURE(name);
        CHECK(knows_charset(name));
    }
    CHECK(to_utf8("caf\x82", "cp437") == "café");
}

TEST_CASE("endless runs of combining marks are cut, so that sorting them costs nothing", "[mail][L8]") {
    std::string marks = "a";
    for (int i = 0; i < 20000; ++i) marks += i % 2 ? "\u0316" : "\u0301";
    CHECK(normalise(marks).size() < 100);
}

TEST_CASE("HTML is reduced to the lines a reader sees", "[mail][L1]") {
    auto [html, expected] = GENERATE(table<std::string, std::string>({
        {"<p>TLP:RED</p><p>text</p>", "TLP:RED\ntext\n"},
        {"TLP:<b>RED</b><br>text", "TLP:RED\ntext\n"},
        {"T<!-- x -->LP&colon;AMBER&plus;STRICT", "TLP:AMBER+STRICT\n"},
        {"TLP&#58;&#x52;ED &amp; &eacute;&nbsp;&AElig;", "TLP:RED & é\u00A0Æ\n"},
        {"we saw\nTLP:RED\r\n  data", "we saw TLP:RED data\n"},  // a line end in the source is a blank
        {"<pre>a\nTLP:RED</pre>b", "a\nTLP:RED\nb\n"},
        {"<style>p{}</style>a<SCRIPT>TLP:RED</x></Script >b", "ab\n"},
        {"<script>TLP:RED", ""},
        {"a<!-- TLP:RED", "a\n"},
        {"<blockquote type=cite><div>TLP:RED</div></blockquote>mine", "> TLP:RED\nmine\n"},
        {"<table><tr><td>Classification:</td><td>TLP:AMBER</td></tr></table>", "Classification: | TLP:AMBER\n"},
        {"<table><tr><td></td><th>a</th>\n<td>b</td></tr><tr><td><p>c</p></td><td>d</td></tr></table>", "a | b\nc\nd\n"},
        {"<a title=\"x>y\">link</a> 1 < 2 &bogus; &bogus & &#0; &#xD800;", "link 1 < 2 \uFFFD &bogus & \uFFFD \uFFFD\n"},
        {"TLP&#58RED TLP&#x3aRED &nbspTLP:RED &#x; &#;", "TLP:RED TLP:RED \u00A0TLP:RED &#x; &#;\n"},
        {"TLP:AMBER&hairsp;STRICT &ampx &CounterClockwiseContourIntegral; &NoSuchName;", "TLP:AMBER\u200ASTRICT &x \u2233 \uFFFD\n"},
        {"&Topf;&ZeroWidthSpace;&notin;&notit;&GT&#150;&#x0000000000000000000000000000000000041;", "𝕋\u200B\u2209\u00ACit;>\u2013A\n"},
        {"<!--[if gte vml 1]><v:x>TLP:RED</v:x><![endif]-->a<!--[if !mso]><!-->b<!--<![endif]-->c", "TLP:REDabc\n"},
        {"<!--[if x -->TLP:RED<!-- ]>", "TLP:RED\n"},
        {"<x><![CDATA[TLP:RED]]></x><![CDATA[", "TLP:RED]]>\n"},
        {"</blockquote>a", "a\n"},
        {"<p>a<img src=x alt=\"b &amp; c\">d</p>", "a b & c d\n"},
        {"<img alt>a<img alt=''>b", "a b\n"},
        {"<", "<\n"},
        {"&", "&\n"},
        {"", ""},
    }));
    CAPTURE(html);
    CHECK(html_to_text(html) == expected);
}

TEST_CASE("hostile HTML yields no more text than it has bytes, or a small multiple", "[mail][L8]") {
    for (const std::string& unit : {"<"s, "<a"s, "<!--"s, "<script>"s, "</"s, "&"s, "&#"s, "<blockquote>a"s, "<pre>\n"s, "<br>"s,
                                    "<a href=\""s, "<p"s, "<img alt="s, "<img a "s, "<img alt='x'>"s}) {
        std::string html;
        while (html.size() < 200000) html += unit;
        CAPTURE(unit);
        CHECK(html_to_text(html).size() <= 2 * html.size());
    }
}

TEST_CASE("letters of other scripts are known by what they pass for", "[mail][L3]") {
    CHECK(unmask("ТLР꞉RЕD").text == "TLP:RED");
    CHECK(unmask("ΤLΡ:RED").text == "TLP:RED");
    CHECK(unmask("ᎢᏞᏢ:RED").text == "TLP:RED");
    CHECK(unmask("件é").text ==
          "\xFF"
          "e");
    CHECK(unmask("ᴛŁɹ🅿🇷").text == "tLrPR");
    const auto mixed = unmask("aТb");
    CHECK(mixed.at == std::vector<std::size_t>{0, 1, 3, 4});
}

TEST_CASE("of a big file no more is read in other charsets than its first and its last page", "[mail][L2][S5]") {
    const std::string wide = "\xA3\xD4\xA3\xCC\xA3\xD0\xA3\xBA\xA3\xD2\xA3\xC5\xA3\xC4\r\n";  // TLP:RED in letters of GB 18030
    std::string rows = "caf\xE9;1\r\n";
    while (rows.size() < 4U << 20) rows += rows;
    Part file;
    file.type = "application/octet-stream";
    for (const auto& content : {wide + rows, rows + wide}) {
        file.content = content;
        const auto read = text_of_part(file);
        REQUIRE(read);
        CHECK(read->file);
        CHECK(read->other_charsets.size() == 9);
        const auto text = text_in(file, *read, "gb18030");
        CHECK(text.find("\uFF34\uFF2C\uFF30\uFF1A\uFF32\uFF25\uFF24") != std::string::npos);
        CHECK(text.size() < 8 * page_cap);
    }
    file.content = rows.substr(0, page_cap) + wide + rows.substr(0, page_cap);  // so small that it is read as a whole
    CHECK(text_in(file, *text_of_part(file), "gb18030").find("\uFF34") != std::string::npos);
}

// Mail as it is found in old archives, and worse: every message of an import is accounted for, and what was taken can be read and searched.
// CAVEAT_NASTY=10000 makes as many by hand.
#include <cstdlib>
#include <fstream>
#include <random>

#include "a_house.hpp"
#include "caveat/archive/archive.hpp"
#include "caveat/archive/importing.hpp"
#include "caveat/archive/indexing.hpp"

namespace caveat::test {
namespace {

class NastyMail {
public:
    std::string one(std::size_t number) {
        std::string text;
        if (once_in(30)) return noise(below(400));
        for (auto left = 1 + below(9); left > 0; --left) text += header() + "\n";
        if (!once_in(8)) text += fmt::format("Message-ID: <{}@old.example>\n", once_in(40) ? 7 : number);
        if (!once_in(20)) text += "\n" + body(0);
        if (once_in(8)) mangle(text);
        return text;
    }

private:
    std::size_t below(std::size_t n) { return dice_() % n; }
    bool once_in(std::size_t n) { return below(n) == 0; }
    std::string of(const std::vector<std::string>& all) { return all[below(all.size())]; }
    std::string noise(std::size_t n) {
        std::string made;
        for (; n > 0; --n) made += static_cast<char>(dice_());
        return made;
    }

    std::string header() {
        if (!once_in(4)) {
            return of({"From: <old@orchid.example>", "Subject: TLP:GREEN words", "Subject: =?utf-8?q?=E6=9D=8E?= words",
                       "To: teams@lists.arc.example", "Date: Mon, 02 Mar 2020 12:00:00 +0000", "Content-Type: text/plain; charset=utf-8",
                       "References: " + references(), "Content-Type: multipart/mixed; boundary=b0", "X-Mailer: old"});
        }
        return of({"From: <old@orchid.example>",
                   "From: =?utf-8?q?=E6=9D=8E?= <li@x.example>, second@y.example",
                   "From: ;;;<<>>,,",
                   "From:",
                   "From: \"unclosed <a@b",
                   "To: undisclosed-recipients:;",
                   "Subject: TLP:GREEN words",
                   "Subject: =?x-none?q?words?=",
                   "Subject: =?utf-8?b?////?= =?utf-8?q?=",
                   "Subject: " + std::string(below(3000), 's'),
                   "Subject: a\n\tb\n c\n ",
                   "Subject: TLP:RED x",
                   "Subject: TLP:ORANGE",
                   "Subject: " + noise(30),
                   "Date: Mon, 02 Mar 2020 12:00:00 +0000",
                   "Date: Wed, 31 Feb 99 25:61 XYZ",
                   "Date: Fri, 01 Jan 2100 00:00:00 +0000",
                   "Date: " + std::string(500, '('),
                   "Date: Thu, 1 Jan 1970 00:00:00 +9999",
                   "Date: Sun, 05 Nov 1890 00:00:00 +0000",
                   "References: " + references(),
                   "In-Reply-To: <>",
                   "References: <<a>b>c>",
                   "Content-Type: text/plain; charset=x-unknown",
                   "Content-Type: text/html; charset=utf-7",
                   "Content-Type: multipart/mixed; boundary=\"b0\"",
                   "Content-Type: multipart/mixed",
                   "Content-Type: multipart/signed; boundary=b0; micalg=",
                   "Content-Type: message/rfc822",
                   "Content-Type: application/ms-tnef",
                   "Content-Type: ;;;",
                   "Content-Type: text/plain; name*0*=utf-8''%FF; name*1=x; name*9999999999=y",
                   "Content-Transfer-Encoding: base64",
                   "Content-Transfer-Encoding: quoted-printable",
                   "Content-Transfer-Encoding: x-uuencode",
                   "no header at all",
                   ": empty name",
                   "X: " + std::string(1, '\0') + "nul",
                   "TLP: AMBER",
                   "TLP: " + noise(5),
                   "MIME-Version: 1.0"});
    }

    std::string references() {
        std::string all;
        for (auto left = below(60); left > 0; --left) all += fmt::format("<{}@old.example> ", below(50));
        return all;
    }

    std::string body(int depth) {
        std::string made;
        const auto boundary = fmt::format("--b{}", depth);
        for (auto left = 1 + below(4); left > 0; --left) {
            if (once_in(3)) made += boundary + "\n" + header() + "\n" + header() + "\n\n";
            if (depth < 4 && once_in(4))
                made += boundary + fmt::format("\nContent-Type: multipart/alternative; boundary=b{}\n\n", depth + 1) + body(depth + 1);
            made += of({"words\n", ">From the start\n", "From here on\n", "=3D=\n=E9=zz\n", "QUJD!!!Rk9P\n", noise(60) + "\n",
                        "\xE6\x94\xBB\xE6\x92\x83\n", std::string(2000, 'x') + "\n", "\n\n\n", "TLP:GREEN\n",
                        "begin 644 a\n#0V%T\n`\nend\n", "<html><b>words</b><!--" + noise(10) + "\n"});
        }
        if (once_in(2)) made += boundary + "--\n";
        return made;
    }

    void mangle(std::string& text) {
        for (auto left = 1 + below(4); left > 0 && !text.empty(); --left) {
            const auto at = below(text.size());
            if (once_in(2)) {
                text[at] = static_cast<char>(dice_());
            } else {
                text.erase(at, below(20));
            }
        }
    }

    std::mt19937 dice_{13};
};

// As an mbox has it: "From " at the beginning of a line is quoted (mboxrd).
std::string quoted(const std::string& mail) {
    std::string made;
    for (std::size_t at = 0; at < mail.size();) {
        const auto end = std::min(mail.find('\n', at), mail.size());
        const auto line = mail.substr(at, end - at);
        const auto first = line.find_first_not_of('>');
        if (first != std::string::npos && line.substr(first).starts_with("From ")) made += '>';
        made += line + '\n';
        at = end + 1;
    }
    return made;
}

}  // namespace

TEST_CASE("of nasty mail every message is accounted for, and what was taken is read and found", "[S5][R2][archive]") {
    AHouse house;
    const auto* by_hand = std::getenv("CAVEAT_NASTY");
    const std::size_t count = by_hand != nullptr ? std::strtoul(by_hand, nullptr, 10) : 300;
    const auto file = house.folder / "nasty.mbox";
    {
        std::ofstream out(file, std::ios::binary);
        NastyMail nasty;
        for (std::size_t i = 0; i < count; ++i) out << "From x Mon Mar  2 12:00:00 2020\nReceived: by x; Mon, 02 Mar 2020 12:00:00 +0000\n" << quoted(nasty.one(i)) << "\n";
    }
    const auto bring = [&] {
        return archive::Import(house.room()).run({"operator root", std::nullopt}, {file, ListId{"teams"}, {}, false}).value();
    };
    const auto done = bring();
    CHECK(done.imported + done.skipped.size() == count);
    CHECK(done.already == 0);
    CHECK((done.imported > count / 3 && !done.skipped.empty()));
    for (const auto& one : done.skipped) CHECK_FALSE((one.why.empty() || one.message.empty()));
    const auto again = bring();
    CHECK(again.imported == 0);
    CHECK(again.already == done.imported);
    archive::Indexing indexing(house.room());
    while (*indexing.pass(1000, [](const auto&) -> Result<void> { return {}; }) > 0) {
    }
    const auto told = archive::Archive(house.room()).told(PersonId{"ana"}, ListId{"teams"});
    CHECK(told.size() == done.imported);
    archive::Archive archive(house.room());
    std::size_t opened = 0, found = 0;
    for (const auto& one : told) {
        if (one.readable && opened < 50) opened += archive.open(PersonId{"ana"}, one.post.id) ? 1 : 0;
    }
    CHECK(archive.search(PersonId{"ana"}, *archive::Query::from_text("label:GREEN words OR from:old"), {},
                         [&](const auto&) { return ++found > 0; }));
    CHECK((opened > 0 && found > 0));
    CHECK(house.store().journal().verify());
    if (by_hand != nullptr) WARN(done.imported << " taken, " << done.skipped.size() << " skipped, each with its reason");
}

}  // namespace caveat::test

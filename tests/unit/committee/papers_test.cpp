// Documents are kept as they were handed in: sealed, known by their hash, with limits, and read by those who may (items 19-21).
#include "a_door.hpp"
#include "caveat/vault/base64.hpp"

namespace caveat::test {
namespace {

using conduct::DocumentKind;

std::string sha(const std::string& bytes) { return vault::hex(vault::sha256(bytes)); }

struct AnArchive : ADoor {
    Result<committee::ApplicationFile> hand_in(DocumentKind kind, const std::string& bytes, const std::string& hash = {}) {
        return door.act(secretariat, id, conduct::AttachDocument{kind, {}, {"", hash}}, {"paper.txt", bytes});
    }
    bool reads(const std::string& who, const std::string& bytes) {
        const auto read = door.read(person(who), id, sha(bytes));
        if (!read) CHECK(read.error().code == errc::not_found);
        return read && read->second.bytes == bytes;
    }
};

}  // namespace

TEST_CASE("a document is kept with its application, and its hash alone is none [items 20, 21]", "[K13]") {
    AnArchive d;
    d.submit("nimbus", "liaison");
    const auto hash_alone = conduct::AttachDocument{DocumentKind::form, {}, {"folder", "sha256:" + sha("never seen")}};
    d.refused(errc::denied, "hand the document in, not its hash alone", [&] { return d.door.act(secretariat, d.id, hash_alone); });
    d.refused(errc::invalid, "hand it in", [&] {
        return d.door.act(secretariat, d.id, conduct::AttachDocument{DocumentKind::form, {}, {}});
    });
    d.refused(errc::invalid, "the hash of the document is", [&] { return d.hand_in(DocumentKind::form, "the form", "sha256:00"); });
    d.refused(errc::invalid, "hands in no document", [&] {
        return d.door.act(secretariat, d.id, conduct::AgreeVisit{TeamId{"takin"}, false}, {"x", "y"});
    });
    const auto file = d.done(d.hand_in(DocumentKind::form, "the form", sha("the form")));
    REQUIRE(file.as_is.documents.size() == 1);
    CHECK(file.as_is.documents.front().document == conduct::Document{"paper.txt", "sha256:" + sha("the form")});
    d.done(d.door.act(secretariat, d.id, conduct::AttachDocument{DocumentKind::other, {}, {"", sha("the form")}}));  // kept already
    const auto sealed = d.store().papers().sealed(d.id, sha("the form"));
    REQUIRE(sealed);
    CHECK(sealed->bytes.find("the form") == std::string::npos);
    const auto read = d.door.read(secretariat, d.id, "sha256:" + sha("the form"));
    REQUIRE(read);
    CHECK(read->second.bytes == "the form");
    CHECK(read->first.kind == "form");
    CHECK(read->first.size == 8);
    CHECK(d.store().papers().of(d.id).size() == 1);
    CHECK(d.store().journal().verify());
}

TEST_CASE("a document has a length, and so have all of one application [item 20]", "[H4]") {
    AnArchive d;
    d.submit("nimbus", "liaison");
    const std::string longest(committee::longest_paper, 'a');
    d.refused(errc::limit, "the document has 524289 bytes; 524288 is the most",
              [&] { return d.hand_in(DocumentKind::form, longest + "a"); });
    for (std::int64_t taken = 0; taken < committee::most_papers; taken += static_cast<std::int64_t>(longest.size())) {
        auto one = longest;
        one.replace(0, 8, fmt::format("{:08}", taken));
        d.done(d.hand_in(DocumentKind::other, one));
    }
    d.refused(errc::limit, "would be more than 8388608 bytes", [&] { return d.hand_in(DocumentKind::other, "b"); });
}

TEST_CASE("a document is read by the office, by who handed it in, and by nobody else [items 19, 21]", "[A7]") {
    AnArchive d;
    d.add_member("nimbus");
    d.change([&](storage::Register& r) {
        auto nimbus = *r.team(TeamId{"nimbus"});
        nimbus.category = "applicant";
        nimbus.since.reset();
        r.put(nimbus);
    });
    d.submit("nimbus", "liaison");
    d.done(d.hand_in(DocumentKind::form, "the form"));
    d.done(d.hand_in(DocumentKind::checklist, "the checklist"));
    d.done(d.door.act(secretariat, d.id, ADoor::by("takin"), {"report", "the report of takin"}));
    struct Row {
        const char* who;
        const char* bytes;
        bool reads;
    };
    const auto row = GENERATE(values<Row>({{"seat1-rep", "the form", true},
                                           {"seat1-rep", "the report of takin", true},
                                           {"nimbus-rep", "the form", true},
                                           {"nimbus-rep", "the checklist", false},
                                           {"nimbus-rep", "the report of takin", false},
                                           {"takin-rep", "the report of takin", true},
                                           {"takin-rep", "the form", false},
                                           {"kowhai-rep", "the report of takin", false},
                                           {"kowhai-rep", "the form", false}}));
    CAPTURE(row.who, row.bytes);
    CHECK(d.reads(row.who, row.bytes) == row.reads);
    CHECK_FALSE(d.reads("seat1-rep", "no such thing"));
}

TEST_CASE("whom a team serves is in the register from its admission on [item 59]", "[committee]") {
    ADoor d;
    auto form = a_form("nimbus");
    form.constituency = "ministries\nand schools";
    form.ranges = "192.0.2.0/24, AS64500";
    d.id = d.done(d.door.submit(secretariat, {{}, TeamId{"nimbus"}, "operational", {}, {}, form})).as_is.id;
    CHECK(d.team("nimbus")->constituency.empty());
    d.papers();
    d.does(ADoor::by("takin"));
    d.does(conduct::AgreeVisit{TeamId{"kowhai"}, false});
    d.done(d.door.admit(secretariat, d.id, d.decided("admission", "nimbus")));
    CHECK(d.team("nimbus")->constituency == "ministries and schools");
    CHECK(d.team("nimbus")->ranges == "192.0.2.0/24, AS64500");
}

TEST_CASE("the text of a reply and of an appeal is kept, and its hash stands in the act [items 30, 37]", "[committee]") {
    ADesk d;
    std::optional<vault::Vault> seal{*vault::Vault::open(d.folder / "vault.key")};
    committee::Cases cases{d.store(), d.vault(), d.rules, d.clock, {*seal, d.letterhead, "sc+owner@lists.arc.example", {}, true}};
    d.opened();
    d.does(ADesk::a_notice());
    d.serve(1);
    const committee::Paper words{"reply.txt", "we recalled it"};
    const auto replied = cases.act(everything, d.the_case, conduct::RecordReply{1, "letter 7"}, {}, committee::Mailing::letters, words);
    INFO((replied ? "" : replied.error().detail));
    REQUIRE(replied);
    CHECK(replied->happened.back().what.find("sha256:" + sha(words.bytes)) != std::string::npos);
    REQUIRE(cases.act(everything, d.the_case, conduct::FileAppeal{1, "letter 9"}, {}, committee::Mailing::letters, {"", "it was not us"}));
    REQUIRE(cases.papers(everything, d.the_case)->size() == 2);
    const auto read = cases.paper(everything, d.the_case, sha("it was not us"));
    REQUIRE(read);
    CHECK(read->first.kind == "appeal");
    const auto closing = d.decided("case.close", d.the_case);
    const auto before = d.all_rows();
    d.check_refused(cases.act(everything, d.the_case, conduct::CloseCase{"x"}, closing, committee::Mailing::letters, words), before,
                    errc::invalid, "has no text of its own");
    const committee::Viewer stranger{d.person("mei"), TeamId{"orchid"}, true, false, committee::Viewer::Reach::own};
    d.check_refused(cases.papers(stranger, d.the_case), d.all_rows(), errc::not_found, "is not there");
    d.check_refused(cases.paper(stranger, d.the_case, sha("it was not us")), d.all_rows(), errc::not_found, "is not there");
}

TEST_CASE("bytes survive base64, and what is none is told from it", "[committee]") {
    for (const auto& bytes : {std::string(), std::string("a"), std::string("ab"), std::string("abc"), std::string("\0\xff\n", 3)}) {
        CHECK(vault::unbase64(vault::base64(bytes)) == bytes);
    }
    CHECK(vault::base64("ab") == "YWI=");
    for (const auto* text : {"YWI", "YW*=", "YWI=x"}) CHECK_FALSE(vault::unbase64(text));
}

}  // namespace caveat::test

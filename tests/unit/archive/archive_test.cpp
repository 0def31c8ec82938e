// Who reads what: the whole product of people and posts of a generated community against a reading of the rules that shares no code with
// the program; and the edges by name.
#include "caveat/archive/archive.hpp"

#include <SQLiteCpp/Database.h>

#include <algorithm>
#include <map>
#include <set>

#include "a_house.hpp"
#include "caveat/archive/indexing.hpp"
#include "caveat/mail/search_words.hpp"

namespace caveat::test {
namespace {

using namespace std::chrono_literals;
using community::Tlp;
using storage::PostState;

// ---- the straight-line reading of §2, §3.5 and rulings (j), (v), (vv)

struct Someone {
    std::string id, team, category, subtype;
    bool key = false;
    std::vector<std::string> roles = {};
};

struct Somewhere {
    std::string id, klass;
    Tlp most = Tlp::amber_strict;
    bool encrypts = false;
};

struct Barred {
    std::string whom;  // a team or a person
    std::string what;  // a list or "*"
    bool receiving = false, reading = false, hold = false;
    Interval during;
};

struct Sent {
    std::string id, list, author;
    Tlp label{};
    Instant at{};
    std::optional<std::size_t> language = {};
};

// Columns that read the archive of a class, with the highest label; "own" in front: only with a place on the roster now.
const std::map<std::string, std::map<std::string, std::string>> may_read_class{
    {"teams", {{"om", "RED"}, {"liaison", "AMBER"}, {"registry", "AMBER"}, {"sc", "RED"}, {"secretariat", "RED"}}},
    {"members", {{"om", "RED"}, {"sc", "RED"}, {"secretariat", "RED"}}},
    {"wg", {{"om", "own RED"}, {"liaison", "own AMBER"}, {"registry", "own AMBER"}, {"sc", "own RED"}}},
    {"partners",
     {{"om", "RED"},
      {"liaison", "RED"},
      {"registry", "RED"},
      {"corporate", "RED"},
      {"legacy", "RED"},
      {"sc", "RED"},
      {"secretariat", "RED"}}},
    {"announce", {{"om", "RED"}, {"liaison", "RED"}, {"registry", "RED"}, {"lea", "RED"}, {"corporate", "RED"}, {"legacy", "RED"}}},
    {"poc", {{"om", "RED"}, {"sc", "RED"}}},
    {"sc", {{"sc", "RED"}, {"secretariat", "RED"}}},
};
const std::map<std::string, Tlp> class_most{{"teams", Tlp::amber_strict},
                                            {"members", Tlp::amber_strict},
                                            {"wg", Tlp::amber_strict},
                                            {"partners", Tlp::green},
                                            {"announce", Tlp::clear},
                                            {"poc", Tlp::red},
                                            {"sc", Tlp::red}};
const std::map<std::string, Tlp> party_most{{"operational", Tlp::red},     {"liaison", Tlp::amber},   {"strategic registry", Tlp::amber},
                                            {"strategic lea", Tlp::clear}, {"corporate", Tlp::green}, {"legacy_supporting", Tlp::green},
                                            {"former", Tlp::clear},        {"applicant", Tlp::clear}};

struct Records {
    std::map<std::string, Someone> people;
    std::map<std::string, Somewhere> lists;
    struct Stay {
        Instant from;
        std::optional<Instant> until;
        std::string team;
    };
    std::map<std::pair<std::string, std::string>, std::vector<Stay>> stays;  // list, person
    std::vector<Barred> barred;
    std::vector<Sent> posts;

    [[nodiscard]] static std::string column(const Someone& who) {
        if (who.category == "operational") return "om";
        if (who.category == "strategic") return who.subtype;
        return who.category == "legacy_supporting" ? "legacy" : who.category;
    }

    [[nodiscard]] static bool hits(const Barred& bar, const Somewhere& list) {
        return bar.what == list.id || (bar.what == "*" && (bar.hold || list.klass != "sc"));
    }

    [[nodiscard]] bool reads(const Someone& who, const Sent& post, Instant now) const {
        const auto& list = lists.at(post.list);
        // Kept?
        if (post.label == Tlp::red) return false;  // none of these lists is a panel's
        const int years = post.label == Tlp::amber_strict ? 1 : post.label == Tlp::amber ? 3 : post.label == Tlp::green ? 7 : 1000;
        const auto day = std::chrono::floor<std::chrono::days>(post.at);
        const auto last = std::chrono::year_month_day{day} + std::chrono::years{years};
        const auto over = last.ok() ? std::chrono::sys_days{last} : std::chrono::sys_days{last.year() / std::chrono::March / 1};
        if (over + (post.at - day) <= now) return false;
        // The rights of now.
        const auto stay = stays.find({post.list, who.id});
        // A stay of which the team of then read nothing is none for who went to another one.
        const auto lost = [&](const Stay& i, Instant at) {
            return i.team != who.team && std::any_of(barred.begin(), barred.end(), [&](const Barred& bar) {
                       return bar.whom == i.team && !bar.hold && hits(bar, list) && bar.during.from <= at && at < *bar.during.until;
                   });
        };
        const auto within = [&](Instant at) {
            return stay != stays.end() && std::any_of(stay->second.begin(), stay->second.end(), [&](const auto& i) {
                       return i.from <= at && (!i.until || at < *i.until) && !lost(i, at);
                   });
        };
        // Seats and secretariat are of Operational Members (items 49 and 54): a team that is none any more takes nothing from them.
        auto columns = who.category == "operational" ? who.roles : std::vector<std::string>{};
        columns.push_back(column(who));
        bool granted = false;
        auto most =
            std::min({list.most, class_most.at(list.klass), party_most.at(who.category + (who.subtype.empty() ? "" : " " + who.subtype))});
        for (const auto& name : columns) {
            const auto& cells = may_read_class.at(list.klass);
            const auto cell = cells.find(name);
            if (cell == cells.end()) continue;
            const bool own = cell->second.starts_with("own ");
            if (own && !within(now)) continue;
            granted = true;
            if (cell->second.ends_with(" AMBER") || cell->second == "AMBER") most = std::min(most, Tlp::amber);
        }
        if (!granted || (list.encrypts && !who.key)) return false;
        // What stands in the way, now or then.
        for (const auto& bar : barred) {
            if ((bar.whom != who.id && bar.whom != who.team) || !hits(bar, list)) continue;
            const bool now_within = bar.during.from <= now && now < *bar.during.until;
            const bool then_within = bar.during.from <= post.at && post.at < *bar.during.until;
            if (now_within && bar.reading) return false;
            if (then_within && !bar.hold && (bar.receiving || bar.reading)) return false;
        }
        // Above the list's maximum nothing is read, whoever wrote it.
        if (post.label > std::min(list.most, class_most.at(list.klass))) return false;
        if (post.author == who.id) return true;
        if (post.label > most) return false;
        return post.label <= Tlp::green || within(post.at);
    }
};

// ---- the same community in the register, changed by the same acts

class Dice {
public:
    std::size_t below(std::size_t n) {
        return static_cast<std::size_t>((state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL) >> 33) % n;
    }
    bool once_in(std::size_t n) { return below(n) == 0; }
    template <class Of>
    const auto& of(const Of& all) {
        return *std::next(all.begin(), static_cast<std::ptrdiff_t>(below(all.size())));
    }

private:
    std::uint64_t state_ = 41;
};

// Of a hundred posts so many have each label, from CLEAR on: those without one get AMBER. What is malformed was never distributed.
constexpr std::array<std::size_t, 5> label_mix{8, 33, 49, 9, 1};
// What people write, with a phrase of it that a search is for; of a hundred posts 85 are in English.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> phrases{{{"The kit phishes for bank accounts.", "bank accounts"},
                                                                                {"銀行を装うフィッシングの報告です。", "フィッシング"},
                                                                                {"은행을 사칭하는 피싱 보고서입니다.", "피싱"},
                                                                                {"冒充银行的钓鱼网站报告。", "钓鱼"},
                                                                                {"รายงานเว็บไซต์ฟิชชิงธนาคาร", "ธนาคาร"},
                                                                                {"Báo cáo trang lừa đảo ngân hàng.", "ngân hàng"}}};

struct ACommunity : AHouse {
    Records told;
    Dice dice;
    int count = 0;
    std::size_t posts_more = 0;          // of ten acts, besides four
    std::chrono::minutes step{40 * 60};  // of the clock between two acts, at most

    // So many teams of each category, two people in each.
    explicit ACommunity(std::size_t of_each = 1) {
        clock.time = *parse_instant("2024-01-10T00:00:00Z");
        for (const auto& [id, klass, most, encrypts] :
             std::vector<std::tuple<std::string, std::string, Tlp, bool>>{{"all", "teams", Tlp::amber_strict, false},
                                                                          {"members", "members", Tlp::amber_strict, false},
                                                                          {"wg-malware", "wg", Tlp::amber_strict, false},
                                                                          {"partners", "partners", Tlp::green, false},
                                                                          {"announce", "announce", Tlp::clear, false},
                                                                          {"poc", "poc", Tlp::red, true},
                                                                          {"sc", "sc", Tlp::amber_strict, false}}) {
            community::List list;
            list.id = ListId{id};
            list.klass = klass;
            list.charter = "c";
            list.max_tlp = most;
            list.encryption = encrypts ? community::Encryption::required : community::Encryption::none;
            change([&](storage::Register& r) { r.put(list); });
            told.lists[id] = {id, klass, most, encrypts};
        }
        const std::vector<std::pair<std::string, std::string>> categories{
            {"operational", ""},  {"operational", ""}, {"liaison", ""},           {"strategic", "registry"},
            {"strategic", "lea"}, {"corporate", ""},   {"legacy_supporting", ""}, {"former", ""}};
        for (std::size_t t = 0; t < categories.size() * of_each; ++t) {
            const auto& [category, subtype] = categories[t % categories.size()];
            community::Team team;
            team.id = TeamId{fmt::format("t{}", t)};
            team.name = team.id.value;
            team.category = category;
            team.subtype = subtype;
            team.economy = "SG";
            team.since = *parse_date("2020-01-01");
            team.mou = *parse_date("2021-01-01");
            change([&](storage::Register& r) { r.put(team); });
            for (int n = 0; n < 2; ++n) {
                const auto id = fmt::format("{}-{}", team.id, n);
                add_person(id, team.id.value, id + "@x.example");
                told.people[id] = {id, team.id.value, category, subtype, n == 0};
                if (n == 0) give_key(id);
            }
        }
        office("t0-1", "sc");
        office("t1-0", "secretariat");
    }

    void give_key(const std::string& person) {
        change([&](storage::Register& r) {
            auto holder = *r.person(PersonId{person});
            holder.key = "armour";
            r.put(holder);
            REQUIRE(store().keys().put({holder.id, std::string(40, 'A'), community::Code::key_usable, {}, "rsa", clock.now()}, "armour"));
        });
    }

    void office(const std::string& person, const std::string& role) {
        change([&](storage::Register& r) { r.put(community::Term{role, PersonId{person}, {}, {clock.now(), {}}}); });
        told.people[person].roles.push_back(role);
    }

    void come_or_go(const std::string& list, const std::string& person) {
        auto& stays = told.stays[{list, person}];
        const bool here = !stays.empty() && !stays.back().until;
        change([&](storage::Register& r) {
            here ? r.unsubscribe(ListId{list}, PersonId{person}, clock.now())
                 : r.subscribe({ListId{list}, PersonId{person}, community::DeliveryMode::each}, clock.now());
        });
        if (here) {
            stays.back().until = clock.now();
        } else {
            stays.push_back({clock.now(), {}, told.people.at(person).team});
        }
    }

    // Out of one team and into another, under the same id and with the same key (kk): terms and rosters end.
    void move(const std::string& id, const std::string& team) {
        auto& who = told.people.at(id);
        change([&](storage::Register& r) { r.remove(PersonId{id}, clock.now()); });
        for (auto& [place, stays] : told.stays) {
            if (place.second == id && !stays.empty() && !stays.back().until) stays.back().until = clock.now();
        }
        clock.time += 1h;
        const auto row = *store().directory().team(TeamId{team});
        add_person(id, team, id + "@x.example");
        who = {id, team, row.category, row.subtype, who.key};
        if (who.key) give_key(id);
    }

    void bar() {
        const bool hold = dice.once_in(3);
        Barred bar{hold || dice.once_in(2) ? dice.of(told.people).first : fmt::format("t{}", dice.below(7)),
                   dice.once_in(3) ? "*" : dice.of(told.lists).first,
                   false,
                   false,
                   hold,
                   {}};
        bar.receiving = hold || dice.once_in(2);
        bar.reading = hold || !bar.receiving || dice.once_in(2);
        if (hold) bar.what = "*";
        bar.during = {clock.now() + std::chrono::hours(dice.below(500)), {}};
        bar.during.until = bar.during.from + std::chrono::hours(1 + dice.below(3000));
        if (hold) bar.during = {clock.now(), clock.now() + 72h};
        community::Denial denial;
        denial.whom = bar.whom;
        denial.whole_team = bar.whom.find('-') == std::string::npos;
        denial.resource = bar.what;
        denial.verbs = static_cast<community::Verbs>((bar.receiving ? 1 : 0) | (bar.reading ? 4 : 0));
        denial.during = bar.during;
        denial.source = hold ? "hold" : "sanction";
        change([&](storage::Register& r) { r.put(denial); });
        told.barred.push_back(bar);
    }

    void post() {
        const auto& list = dice.of(told.lists).second;
        auto die = dice.below(100);
        std::size_t label = 0;
        for (; die >= label_mix.at(label); ++label) die -= label_mix.at(label);
        const auto language = dice.below(100) < 85 ? 0 : 1 + dice.below(phrases.size() - 1);
        put({fmt::format("p{:05}", count++), list.id, dice.of(told.people).first, static_cast<Tlp>(label), clock.now(), language});
    }

    // By the committee: rights of now are the new category's, over the intervals of then.
    void change_category() {
        const auto [category, subtype] =
            std::array<std::pair<const char*, const char*>, 4>{{{"operational", ""}, {"liaison", ""}, {"corporate", ""}, {"former", ""}}}
                .at(dice.below(4));
        auto team = *store().directory().team(TeamId{dice.of(told.people).second.team});
        team.category = category;
        team.subtype = subtype;
        change([&](storage::Register& r) { r.put(team); });
        for (auto& [id, who] : told.people) {
            if (who.team == team.id.value) who.category = category, who.subtype = subtype;
        }
    }

    // By who may: what reads it is asked in the mailroom's own tests.
    void relabel() {
        if (told.posts.empty()) return;
        auto& post = told.posts.at(dice.below(told.posts.size()));
        post.label = static_cast<Tlp>(dice.below(5));
        const auto row = *store().archive().find(PostId{post.id});
        change([&](storage::Register&) {
            (void)store().archive().relabel(row.post, post.label,
                                            rules.kept_until(post.label, *store().rosters().list(ListId{post.list}), post.at));
        });
    }

    void put(const Sent& sent, const std::string& references = {}, const std::string& subject = {}) {
        storage::Post post;
        post.id = PostId{sent.id};
        post.sealed_as = post.id;
        post.target = storage::Target::list;
        post.state = PostState::distributed;
        post.list = ListId{sent.list};
        post.sender = PersonId{sent.author};
        post.message_id = sent.id + "@x.example";
        post.received = sent.at;
        post.decided = sent.at;
        post.label = sent.label;
        mailroom::Card card;
        card.subject = subject.empty() ? sent.id : subject;
        card.message_id = post.message_id;
        if (!references.empty()) card.references = {references + "@x.example"};
        change([&](storage::Register&) {
            const auto key = store().posts().add(post, vault().seal(bytes_of(sent, subject), post.id.value));
            const auto until = rules.kept_until(sent.label, *store().rosters().list(ListId{sent.list}), sent.at);
            store().archive().add({key, post.list, sent.label, sent.at, until}, mailroom::seal_card(vault(), card, post.id));
        });
        told.posts.push_back(sent);
    }

    [[nodiscard]] static std::string bytes_of(const Sent& sent, const std::string& subject = {}) {
        return "From: <" + sent.author + "@x.example>\r\nTo: " + sent.list +
               "@lists.arc.example\r\nSubject: " + (subject.empty() ? "about " + sent.id : subject) + "\r\nMessage-ID: <" + sent.id +
               "@x.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe words of " + sent.id + ".\r\n" +
               std::string(sent.language ? phrases.at(*sent.language).first : "") + (sent.language ? "\r\n" : "");
    }

    void live(std::size_t acts) {
        for (std::size_t i = 0; i < acts; ++i) {
            clock.time += std::chrono::minutes(dice.below(static_cast<std::size_t>(step.count())));
            const auto die = dice.below(10);
            if (die < 4 + posts_more) post();
            if (die >= 4 + posts_more && die < 8) come_or_go(dice.of(told.lists).first, dice.of(told.people).first);
            if (die == 8 && dice.once_in(1 + 5 * posts_more)) bar();
            if (die == 9 && dice.once_in(12)) relabel();
            if (die == 9 && dice.once_in(40)) change_category();
            if (die == 9 && dice.once_in(2)) move(dice.of(told.people).first, dice.of(told.people).second.team);
        }
    }

    // "p00007 AMBER on wg by t0-1 is read": what one has and the other has not.
    [[nodiscard]] std::vector<std::string> differing(const std::vector<std::string>& got, const std::vector<std::string>& expected) const {
        const std::set<std::string> has(got.begin(), got.end()), should(expected.begin(), expected.end());
        std::vector<std::string> lines;
        for (const auto& post : told.posts) {
            const bool is = has.contains(post.id);
            if (is == should.contains(post.id)) continue;
            lines.push_back(fmt::format("{} {} on {} by {} at {} is {}", post.id, name(post.label), post.list, post.author,
                                        to_string(post.at), is ? "read" : "not read"));
        }
        return lines;
    }

    std::size_t yes = 0, no = 0;

    void take_in() {
        archive::Indexing indexing(room());
        while (*indexing.pass(archive::Indexing::most_a_pass, [](const auto&) -> Result<void> { return {}; }) > 0) {
        }
    }

    [[nodiscard]] std::vector<std::string> found(const std::string& person, const std::string& query) {
        std::vector<std::string> ids;
        REQUIRE(archive::Archive(room()).search(PersonId{person}, archive::Query::from_text(query).value(), {.most = std::size_t{1} << 40},
                                                [&](const archive::Line& line) { return ids.push_back(line.post.id.value), true; }));
        return ids;
    }

    // The whole product, over every way in: lists, why, threads, search and export.
    void compare() {
        for (const auto& [id, who] : told.people) {
            std::vector<std::string> expected, searched, exported;
            for (const auto& post : told.posts) {
                const bool reads = told.reads(who, post, clock.now());
                ++(reads ? yes : no);
                if (!reads) continue;
                expected.push_back(post.id);
                if (post.label < Tlp::amber_strict && post.language == sought_) searched.push_back(post.id);
                if (post.label < Tlp::amber_strict || (post.label == Tlp::amber_strict && post.author == id)) exported.push_back(post.id);
            }
            CAPTURE(id, to_string(clock.now()));
            compare_reading(id, expected);
            archive::Archive archive(room());
            std::vector<std::string> leaves;
            for (const auto& [list, itself] : told.lists) {
                for (const auto& post : archive.exportable(PersonId{id}, {ListId{list}, {}, {}})) leaves.push_back(post.id.value);
            }
            std::sort(leaves.begin(), leaves.end());
            CHECK(differing(found(id, fmt::format("\"{}\"", phrases.at(sought_).second)), searched) == std::vector<std::string>{});
            CHECK(found(id, "from:x.example") == expected);
            CHECK(differing(leaves, exported) == std::vector<std::string>{});
            sought_ = (sought_ + 1) % phrases.size();
        }
    }

    void compare_reading(const std::string& id, const std::vector<std::string>& expected) {
        archive::Archive archive(room());
        std::vector<std::string> listed, why, threaded;
        const auto readable = archive.readable(PersonId{id}, std::nullopt);
        for (const auto& line : readable.lines) {
            listed.push_back(line.post.id.value);
            if (line.subject.empty() != (line.post.label >= Tlp::amber_strict)) FAIL_CHECK("the subject of " << line.post.id.value);
        }
        for (const auto& thread : readable.threads) {
            for (const auto* line : thread.posts) threaded.push_back(line->post.id.value);
        }
        for (const auto& told_one : archive.told(PersonId{id}, std::nullopt)) {
            if (told_one.readable) why.push_back(told_one.post.id.value);
            if (told_one.readable != told_one.thread.has_value() || told_one.because.empty()) FAIL_CHECK("why " << told_one.post.id.value);
        }
        CHECK(differing(listed, expected) == std::vector<std::string>{});
        CHECK(std::is_sorted(listed.begin(), listed.end()));
        CHECK(differing(why, expected) == std::vector<std::string>{});
        std::sort(threaded.begin(), threaded.end());
        CHECK(threaded == listed);
    }

    [[nodiscard]] std::vector<std::string> readable(const std::string& person, const std::string& list = {}) {
        std::vector<std::string> ids;
        const auto found = archive::Archive(room()).readable(PersonId{person}, list.empty() ? std::nullopt : std::optional(ListId{list}));
        for (const auto& line : found.lines) ids.push_back(line.post.id.value);
        return ids;
    }

private:
    std::size_t sought_ = 0;  // which phrase is next
};

}  // namespace

TEST_CASE("for every person and every post the archive answers as the rules do", "[R1][R2][A1][A2][ruling vv]") {
    ACommunity town;
    town.live(700);
    for (const auto later : {0h, 24h * 120, 24h * 500, 24h * 1300}) {
        town.clock.time += later;
        town.compare();
        town.take_in();
        if (later == 0h) town.live(100);
    }
    INFO("of " << town.yes << " yes and " << town.no << " no");
    CHECK((town.yes > 1000 && town.no > 1000));
}

// Three years, a hundred and sixty people, twenty thousand posts: some minutes, by hand.
TEST_CASE("the same of a whole community", "[.][whole]") {
    ACommunity town(10);
    town.posts_more = 3;
    town.step = std::chrono::minutes{2 * 3 * 365 * 24 * 60 / 28'000};
    while (town.told.posts.size() < 20'000) town.live(100);
    town.take_in();
    town.compare();
    WARN("of " << town.told.posts.size() << " posts and " << town.told.people.size() << " people: " << town.yes << " yes, " << town.no
               << " no; until " << to_string(town.clock.now()));
}

TEST_CASE("a post opens for whom the list shows it, and is nothing to everybody else", "[R2][R3][A9]") {
    ACommunity town;
    town.live(120);
    archive::Archive archive(town.room());
    for (const auto& [id, who] : town.told.people) {
        const auto shown = town.readable(id);
        for (const auto& post : town.told.posts) {
            CAPTURE(id, post.id);
            const auto opened = archive.open(PersonId{id}, PostId{post.id});
            CHECK(opened.has_value() == (std::find(shown.begin(), shown.end(), post.id) != shown.end()));
            const auto without = archive.open(PersonId{id}, PostId{post.id}, false);
            CHECK((without.has_value() == opened.has_value() && (!opened || without->bytes == opened->bytes)));
            if (opened) {
                CHECK(without->whole_thread.empty());
                CHECK(opened->message.text().starts_with("The words of " + post.id + ".\r\n"));
            } else {
                CHECK(opened.error().code == errc::not_found);
                CHECK(opened.error().detail == archive.open(PersonId{id}, PostId{"nothing"}).error().detail);
            }
        }
    }
    CHECK_FALSE(archive.open(PersonId{"nobody"}, PostId{town.told.posts.front().id}));
}

namespace {

// What a search finds, as the text of a post says it.
struct Searched {
    const char* query;
    std::function<bool(const Sent&)> finds;
};

bool has_words(const Sent& post) { return post.label < Tlp::amber_strict; }

const std::vector<Searched> searches{
    {"\"the words\"", has_words},
    {"words", has_words},
    {"\"words the\"", [](const Sent&) { return false; }},
    {"about WORDS", has_words},
    {"p0007 OR p0012", [](const Sent& post) { return has_words(post) && (post.id == "p0007" || post.id == "p0012"); }},
    {"words -p0007 -from:t1-0", [](const Sent& post) { return has_words(post) && post.id != "p0007" && post.author != "t1-0"; }},
    {"NOT words", [](const Sent& post) { return !has_words(post); }},
    {"NOT \"the words\"", [](const Sent& post) { return !has_words(post); }},
    {"label:AMBER+STRICT from:x.example", [](const Sent& post) { return post.label == Tlp::amber_strict; }},
    {"list:all (label:GREEN OR label:AMBER)",
     [](const Sent& post) { return post.list == "all" && (post.label == Tlp::green || post.label == Tlp::amber); }},
    {"after:2024-02-01 before:2024-05-01",
     [](const Sent& post) {
         return post.at >= *parse_instant("2024-02-01T00:00:00Z") && post.at < *parse_instant("2024-05-01T00:00:00Z");
     }},
    {"has:attachment", [](const Sent&) { return false; }},
    {"nothing", [](const Sent&) { return false; }},
};

std::vector<std::string> found_in(ACommunity& town, const std::string& person, const std::string& text, archive::Walk walk = {}) {
    std::vector<std::string> ids;
    const auto searched = archive::Archive(town.room())
                              .search(PersonId{person}, archive::Query::from_text(text).value(), walk, [&](const archive::Line& line) {
                                  ids.push_back(line.post.id.value);
                                  return true;
                              });
    INFO((searched ? "" : searched.error().detail));
    CHECK(searched);
    return ids;
}

}  // namespace

TEST_CASE("a search finds among what may be read, and no word of what is strict, with its index and without", "[R1][R2][R5][archive]") {
    ACommunity town;
    archive::Indexing indexing(town.room());
    const auto destroys_nothing = [](const std::vector<std::string>&) -> Result<void> { return fail(errc::invalid, "no key is to go"); };
    town.live(50);
    CHECK(*indexing.pass(15, destroys_nothing) == 15);
    town.live(50);
    const bool all = GENERATE(false, true);
    while (all && *indexing.pass(3, destroys_nothing) > 0) {
    }
    CHECK((town.store().search_index().count().due == 0) == all);
    for (const auto& [id, who] : town.told.people) {
        const auto readable = town.readable(id);
        for (const auto& one : searches) {
            std::vector<std::string> expected;
            for (const auto& post : town.told.posts) {
                const bool reads = std::find(readable.begin(), readable.end(), post.id) != readable.end();
                if (reads && one.finds(post)) expected.push_back(post.id);
            }
            CAPTURE(id, one.query, all);
            CHECK(found_in(town, id, one.query) == expected);
        }
    }
}

TEST_CASE("a search names the thread that the list of posts names, goes on behind a post, and opens no more than it may", "[R2][archive]") {
    ACommunity town;
    archive::Indexing indexing(town.room());
    const auto none = [](const std::vector<std::string>&) -> Result<void> { return {}; };
    for (const auto* person : {"t0-0", "t1-0", "t2-0"}) town.come_or_go("all", person);
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        town.clock.time += std::chrono::minutes(i % 3);
        const auto id = fmt::format("x{:02}", i);
        town.put({id, "all", "t1-0", i % 5 == 0 ? Tlp::amber_strict : Tlp::green, town.clock.now()},
                 i > 3 && i % 4 != 0 ? fmt::format("x{:02}", town.dice.below(static_cast<std::size_t>(i))) : "",
                 i % 7 == 0 ? "Re: seven" : "");
        if (i % 16 == 15) CHECK(*indexing.pass(20, none) > 0);
    }
    const bool all = GENERATE(false, true);
    if (all) CHECK(*indexing.pass(40, none) > 0);
    archive::Archive archive(town.room());
    const auto listed = archive.readable(PersonId{"t0-0"}, ListId{"all"});
    std::vector<std::string> expected, found;
    for (const auto& line : listed.lines) expected.push_back(line.post.id.value + " " + line.thread.value + " " + line.subject);
    CHECK(listed.threads.size() < 20);
    archive::Walk walk;
    for (std::size_t before = 1; before != found.size();) {
        before = found.size();
        int left = 3;
        CHECK(archive.search(PersonId{"t0-0"}, *archive::Query::from_text("from:t1-0"), walk, [&](const archive::Line& line) {
            if (left-- == 0) return false;
            found.push_back(line.post.id.value + " " + line.thread.value + " " + line.subject);
            walk.after = {line.post.posted, line.post.id};
            return true;
        }));
    }
    CHECK(found == expected);
    for (const auto& thread : listed.threads) {
        std::vector<PostId> posts;
        for (const auto* line : thread.posts) posts.push_back(line->post.id);
        CHECK(archive.open(PersonId{"t0-0"}, thread.posts.back()->post.id)->whole_thread == posts);
    }
    CHECK(found_in(town, "t0-0", "from:t1-0", {.lists = [](const ListId& list) { return list.value != "all"; }}).empty());
    // A word is looked up; a phrase, and what is not in the index, has posts opened.
    const auto error = [&](const char* text) {
        const auto done = archive.search(PersonId{"t0-0"}, *archive::Query::from_text(text), {.most = 1}, [](const auto&) { return true; });
        return done ? std::optional<errc>() : std::optional(done.error().code);
    };
    CHECK(error("x01") == (all ? std::optional<errc>() : std::optional(errc::limit)));
    CHECK(error("\"the words\"") == errc::limit);
    CHECK(error("label:GREEN") == std::nullopt);
    // Where others wait for it a search ends after so long, whatever it looks for.
    const auto in_time = [&](const char* text, std::chrono::milliseconds longest) {
        const archive::Walk hasty{.longest = longest};
        return archive.search(PersonId{"t0-0"}, *archive::Query::from_text(text), hasty, [](const auto&) { return true; }).has_value();
    };
    for (const auto* text : {"x01", "\"the words\"", "label:GREEN"}) {
        CHECK_FALSE(in_time(text, 0ms));
        CHECK(in_time(text, 1h));
    }
    CHECK(in_time("from:nobody", 0ms) == all);  // nothing to look at, once the index has it
}

TEST_CASE("what is found comes in the order of its date, from the index, from what is due, and from what does not open", "[archive]") {
    ACommunity town;
    town.come_or_go("all", "t0-0");
    const auto begin = town.clock.time += 1h;
    std::vector<std::string> ids;
    for (int i = 0; i < 24; ++i) {
        town.put({fmt::format("x{:02}", i * 7 % 24), "all", "t1-0", Tlp::green, begin + std::chrono::minutes(i * 7 % 24)});
        ids.push_back(fmt::format("x{:02}", i));
        if (i == 7 || i == 17) town.take_in();
    }
    town.clock.time += 1h;
    CHECK(town.found("t0-0", "from:t1-0") == ids);
    SQLite::Database(town.options.path.string(), SQLite::OPEN_READWRITE).exec("DELETE FROM search_block WHERE number % 1048576 = 3");
    CHECK(town.found("t0-0", "from:t1-0") == ids);
    SQLite::Database(town.options.path.string(), SQLite::OPEN_READWRITE).exec("DELETE FROM search_block");
    CHECK(town.found("t0-0", "from:t1-0") == ids);
}

TEST_CASE("what of the index was distributed before its reader came stays closed", "[R2][archive]") {
    ACommunity town;
    const auto put = [&](const std::string& id) { town.put({id, "all", "t1-0", Tlp::amber, town.clock.time += 1h}); };
    town.come_or_go("all", "t0-0");
    for (const auto* id : {"a", "b", "c", "d", "e"}) put(id);
    town.take_in();
    town.clock.time += 1h;
    town.come_or_go("all", "t2-0");
    put("f");
    town.take_in();
    REQUIRE(town.store().search_index().segments().size() == 2);
    SQLite::Database(town.options.path.string(), SQLite::OPEN_READWRITE)
        .exec("DELETE FROM search_block WHERE number / 1048576 = (SELECT min(number) FROM search_segment) AND number % 1048576 > 2");
    town.clock.time += 1h;
    // What does not open is looked at itself, which one byte does not allow.
    const auto finds = [&](const char* person) {
        std::string ids;
        const auto done = archive::Archive(town.room())
                              .search(PersonId{person}, *archive::Query::from_text("from:t1-0"), {.most = 1},
                                      [&](const archive::Line& line) { return !(ids += line.post.id.value).empty(); });
        return done ? ids : "too much";
    };
    CHECK(finds("t2-0") == "f");
    CHECK(finds("t0-0") == "too much");
    CHECK(finds("t1-0") == "too much");  // its own
}

TEST_CASE("a thread shows nothing of a post that its reader may not know", "[R2]") {
    ACommunity town;
    const auto at = [&] { return town.clock.time += 1h; };
    town.come_or_go("all", "t0-0");
    town.put({"a", "all", "t1-0", Tlp::green, at()});
    town.put({"b", "all", "t1-0", Tlp::amber, at()}, "a");
    town.put({"c", "all", "t1-0", Tlp::green, at()}, "b", "Re: c");
    at();
    town.come_or_go("all", "t2-0");  // late
    const auto drawn = [&](const char* person) {
        std::string text;
        for (const auto& thread : archive::Archive(town.room()).readable(PersonId{person}, ListId{"all"}).threads) {
            text += thread.thread.value + ":";
            for (std::size_t i = 0; i < thread.posts.size(); ++i) text += fmt::format(" {}{}", thread.posts[i]->post.id, thread.depth[i]);
            text += ";";
        }
        return text;
    };
    CHECK(drawn("t0-0") == "a: a0 b1 c2;");
    CHECK(drawn("t2-0") == "a: a0;c: c0;");
}

TEST_CASE("who goes to another team reads no more of before than they could read then", "[R1][C4][ruling kk][ruling j]") {
    ACommunity town;
    const auto at = [&] { return town.clock.time += 1h; };
    const auto bar = [&](const char* whom, community::Verb verb, Interval during) {
        community::Denial denial{0,          whom, std::string(whom).find('-') == std::string::npos, "all", community::bit(verb), during,
                                 "sanction", {}};
        town.change([&](storage::Register& r) { r.put(denial); });
    };
    const std::vector<std::pair<std::string, community::Verb>> barred{
        {"t1", community::Verb::receive}, {"t1", community::Verb::archive}, {"t1-0", community::Verb::archive}};
    const auto& [whom, verb] = GENERATE_REF(from_range(barred));
    for (const auto* person : {"t1-0", "t1-1"}) town.come_or_go("all", person);
    town.put({"before", "all", "t0-0", Tlp::amber, at()});
    const auto from = at();
    town.put({"meanwhile", "all", "t0-0", Tlp::amber, at()});
    town.put({"green", "all", "t0-0", Tlp::green, at()});
    bar(whom.c_str(), verb, {from, at()});
    town.put({"after", "all", "t0-0", Tlp::amber, at()});
    at();
    CAPTURE(whom);
    using Ids = std::vector<std::string>;
    CHECK(town.readable("t1-0") == Ids{"before", "after"});
    town.move("t1-0", "t0");
    CHECK(town.readable("t1-0") ==
          (whom == "t1" ? Ids{"before", "green", "after"} : Ids{"before", "after"}));  // the GREEN as anybody of t0
    CHECK(town.found("t1-0", "from:x.example").size() == town.readable("t1-0").size());
    // Of teams in between each has its own stays; and under the team of once what was denied to it is denied.
    town.come_or_go("all", "t1-0");
    town.put({"in t0", "all", "t0-0", Tlp::amber, at()});
    at();
    town.move("t1-0", "t1");
    CHECK(town.readable("t1-0") == Ids{"before", "after", "in t0"});
}

TEST_CASE("a line of the archive names no list that its reader may not know", "[A7][R2][archive]") {
    ACommunity town;
    for (const auto* person : {"t0-0", "t5-0"}) town.come_or_go("partners", person);
    town.come_or_go("wg-malware", "t0-0");
    town.put({"a", "partners", "t1-0", Tlp::green, town.clock.time += 1h}, {}, "Re: [partners] [wg-malware] phish");
    town.clock.time += 1h;
    const auto seen = [&](const char* person) {
        return archive::Archive(town.room()).readable(PersonId{person}, ListId{"partners"}).lines.at(0).subject;
    };
    CHECK(seen("t0-0") == "Re: [partners] [wg-malware] TLP:GREEN phish");
    CHECK(seen("t5-0") == "Re: [partners] TLP:GREEN phish");
}

TEST_CASE("a line of the archive shows of a subject what the opened post shows of it, and names no address of a hidden list",
          "[A7][A12][R2][archive][ruling mm]") {
    ACommunity town;
    for (const auto* person : {"t0-0", "t5-0"}) town.come_or_go("partners", person);
    town.come_or_go("wg-malware", "t0-0");
    const auto [named, shown] = GENERATE(
        table<std::string, std::string>({{"minutes wg-malware@lists.arc.example of May", "TLP:GREEN minutes of May"},
                                         {"minutes <mailto:wg-malware+owner@LISTS.arc.example> of May", "TLP:GREEN minutes of May"},
                                         {"minutes wg-malware.lists.arc.example", "TLP:GREEN minutes"},
                                         {"[partners] ask partners@lists.arc.example or eve@evil.example",
                                          "[partners] TLP:GREEN ask partners@lists.arc.example or eve@evil.example"}}));
    town.put({"a", "partners", "t1-0", Tlp::green, town.clock.time += 1h}, {}, named);
    town.clock.time += 1h;
    if (GENERATE(false, true)) town.take_in();
    for (const auto* person : {"t0-0", "t5-0"}) {
        CAPTURE(person, named);
        archive::Archive archive(town.room());
        const auto listed = archive.readable(PersonId{person}, ListId{"partners"}).lines.at(0).subject;
        const auto opened = archive.open(PersonId{person}, PostId{"a"});
        REQUIRE(opened);
        CHECK(listed == opened->message.subject);
        if (person == std::string("t5-0")) CHECK(listed == shown);
        if (person == std::string("t0-0")) CHECK((listed.find("malware") != listed.npos) == (named.find("malware") != named.npos));
        std::string found;
        REQUIRE(archive.search(PersonId{person}, archive::Query::from_text("list:partners").value(), {.most = std::size_t{1} << 40},
                               [&](const archive::Line& line) {
                                   found = line.subject;
                                   return true;
                               }));
        CHECK(found == listed);
    }
}

TEST_CASE("a phrase is found as it stands in the copy of who looks for it, whichever tags that has", "[A7][R5][archive]") {
    ACommunity town;
    for (const auto* person : {"t0-0", "t5-0"}) town.come_or_go("partners", person);
    town.come_or_go("wg-malware", "t0-0");
    town.put({"a", "partners", "t1-0", Tlp::green, town.clock.time += 1h}, {}, "[sc] [wg-malware] [poc] phish");
    town.clock.time += 1h;
    if (GENERATE(false, true)) town.take_in();
    std::set<std::string> both;
    std::map<std::string, std::set<std::string>> stands;
    for (const auto* person : {"t0-0", "t5-0"}) {
        const auto opened = archive::Archive(town.room()).open(PersonId{person}, PostId{"a"});
        REQUIRE(opened);
        const auto words = mail::search_words(opened->message.subject + "\n" + opened->message.text());
        for (std::size_t i = 1; i < words.size(); ++i) stands[person].insert('"' + words[i - 1] + ' ' + words[i] + '"');
        both.insert(stands[person].begin(), stands[person].end());
    }
    CHECK(stands["t0-0"] != stands["t5-0"]);
    for (const auto& [person, phrases] : stands) {
        for (const auto& phrase : both) {
            CAPTURE(person, phrase);
            CHECK(town.found(person, phrase).size() == phrases.count(phrase));
        }
    }
}

TEST_CASE("a removed list takes its archive with it, also from a list of that name", "[R1][ruling jj]") {
    ACommunity town;
    town.come_or_go("all", "t0-0");
    town.clock.time += 1h;
    town.put({"old", "all", "t1-0", Tlp::green, town.clock.now()});
    CHECK(town.readable("t0-0") == std::vector<std::string>{"old"});
    const auto list = *town.store().rosters().list(ListId{"all"});
    town.change([&](storage::Register& r) { r.remove(ListId{"all"}, town.clock.now()); });
    CHECK(town.readable("t0-0").empty());
    town.change([&](storage::Register& r) { r.put(list); });
    town.clock.time += 1h;
    town.put({"young", "all", "t1-0", Tlp::green, town.clock.now()});
    CHECK(town.readable("t0-0") == std::vector<std::string>{"young"});
}

TEST_CASE("a row that somebody wrote without the key is not there", "[R1][J1]") {
    ACommunity town;
    town.put({"a", "all", "t1-0", Tlp::amber_strict, town.clock.now()});
    CHECK(town.readable("t0-0").empty());
    SQLite::Database(town.options.path.string(), SQLite::OPEN_READWRITE).exec("UPDATE archived SET label = 0");
    CHECK(town.readable("t0-0").empty());
    CHECK_FALSE(town.store().journal().verify());
}

// The time that an answer takes would tell how much is there.
TEST_CASE("of a list in which somebody reads nothing no row is touched, whether they name it or not", "[A7][R3][archive]") {
    ACommunity town;
    town.put({"a", "all", "t1-0", Tlp::green, town.clock.now()});
    // Whoever comes upon a row that was changed says so.
    SQLite::Database(town.options.path.string(), SQLite::OPEN_READWRITE).exec("UPDATE archived SET label = 0");
    std::size_t touched = 0, people_who_read = 0;
    auto warning = town.options;
    warning.warn = [&](std::string_view) { ++touched; };
    for (const auto& [id, who] : town.told.people) {
        const PersonId person{id};
        const bool reads = may_read_class.at("teams").contains(Records::column(who));
        people_who_read += reads ? 1 : 0;
        for (const int way : {0, 1, 2}) {
            auto store = storage::Store::open(warning).value();
            archive::Archive archive(town.room(store));
            touched = 0;
            if (way < 2) CHECK(archive.readable(person, way == 0 ? std::optional(ListId{"all"}) : std::nullopt).lines.empty());
            if (way == 2) CHECK(archive.exportable(person, {ListId{"all"}, {}, {}}).empty());
            CAPTURE(id, who.category, who.subtype, way);
            CHECK(touched == (reads ? 1 : 0));
        }
    }
    CHECK((people_who_read > 0 && people_who_read < town.told.people.size()));
}

TEST_CASE("what an attachment may be called", "[R2][M7]") {
    const auto [given, called] = GENERATE(table<std::string, std::string>({
        {"report.pdf", "report.pdf"},
        {"../../etc/passwd", "passwd"},
        {"C:\\dir\\evil.exe", "evil.exe"},
        {"a\r\nSet-Cookie: x", "x"},
        {"quo\"te.txt", "quote.txt"},
        {".bashrc", "bashrc"},
        {"", "part-1.2"},
        {"...", "part-1.2"},
        {"fdp\xE2\x80\xAE.exe", "fdp.exe"},
        {"\xE5\xA0\xB1\xE5\x91\x8A.pdf", "\xE5\xA0\xB1\xE5\x91\x8A.pdf"},
        {std::string(400, 'x'), std::string(150, 'x')},
    }));
    mail::Part part;
    part.path = "1.2";
    part.filename = given;
    CHECK(archive::file_name(part) == called);
}

}  // namespace caveat::test

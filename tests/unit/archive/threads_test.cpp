// RFC 5256 as a table: subjects, and forests written as one line each.
#include "caveat/archive/threads.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

namespace caveat::archive {
namespace {

// "b<a 'Re: x' 2": id b, whose references are a, its subject, its date. "c<a,b", "d~a" (only In-Reply-To); a subject is the id if left out.
ToThread post_from(const std::string& text, int place) {
    ToThread post;
    std::istringstream words(text);
    std::string head;
    words >> head;
    const auto mark = head.find_first_of("<~");
    post.message_id = head.substr(0, mark);
    post.subject = post.message_id;
    post.sent = Instant{std::chrono::hours(place)};
    if (post.message_id == "-") post.message_id.clear();
    std::istringstream ids(mark == std::string::npos ? "" : head.substr(mark + 1));
    for (std::string id; std::getline(ids, id, ',');) (head[mark] == '<' ? post.references : post.in_reply_to).push_back(id);
    const auto quote = text.find('\'');
    if (quote != std::string::npos) post.subject = text.substr(quote + 1, text.rfind('\'') - quote - 1);
    const auto date = text.find('@');
    if (date != std::string::npos) post.sent = Instant{std::chrono::hours(std::stoi(text.substr(date + 1)))};
    return post;
}

// "a(b c(d)) | e": children in brackets.
std::string drawn(const std::vector<std::string>& posts) {
    std::vector<ToThread> given;
    for (const auto& text : posts) given.push_back(post_from(text, static_cast<int>(given.size())));
    std::string all;
    for (const auto& thread : threads_of(given)) {
        std::string line;
        std::size_t depth = 0;
        for (std::size_t i = 0; i < thread.posts.size(); ++i) {
            for (; depth > thread.depth[i]; --depth) line += ')';
            if (thread.depth[i] > depth) {
                line += '(';
                ++depth;
            } else if (i > 0) {
                line += ' ';
            }
            line += posts[thread.posts[i]].substr(0, posts[thread.posts[i]].find_first_of("<~ "));
        }
        all += (all.empty() ? "" : " | ") + line + std::string(depth, ')');
    }
    return all;
}

}  // namespace

TEST_CASE("threads are those of RFC 5256", "[R1][archive]") {
    struct Row {
        const char* what;
        std::vector<std::string> posts;
        const char* drawn;
    };
    const auto row = GENERATE(values<Row>({
        {"nothing", {}, ""},
        {"strangers", {"a", "b"}, "a | b"},
        {"a reply", {"a", "b<a"}, "a(b)"},
        {"a reply by In-Reply-To alone", {"a", "b~a"}, "a(b)"},
        {"In-Reply-To counts only without references", {"a", "b", "c<a"}, "a(c) | b"},
        {"of several In-Reply-To the first", {"a", "b", "c~b,a"}, "a | b(c)"},
        {"a chain", {"a", "b<a", "c<a,b", "d<a,b,c"}, "a(b(c(d)))"},
        {"the last reference is the parent", {"a", "b<a", "c<a"}, "a(b c)"},
        {"the answer came first", {"b<a", "a"}, "a(b)"},
        {"a parent in the middle is missing: its children stand where it stood", {"a", "c<a,b", "d<a,b"}, "a(c d)"},
        {"a root is missing, with one child", {"b<a"}, "b"},
        {"a root is missing, with two: one thread at equal depth", {"b<a", "c<a"}, "b c"},
        {"and it came late", {"b<a", "c<a", "a @9"}, "a(b c)"},
        {"a truncated field loses to the full one", {"a", "b<a", "c<b", "d<a,b,c"}, "a(b(c(d)))"},
        {"who is a dummy's child by another's word is set right by their own", {"c<a,b", "b<x"}, "b(c)"},
        {"each answers the other", {"a<b", "b<a"}, "b(a)"},
        {"a circle of three", {"a<c", "b<a", "c<b"}, "c(a(b))"},
        {"itself", {"a<a"}, "a"},
        {"itself in the middle, and what it answers below it: broken, and not linked anew", {"a<b,a,c", "c"}, "a | c"},
        {"one id twice: the second is its own", {"a 'x'", "a 'y'", "b<a"}, "a(b) | a"},
        {"no id at all", {"- 'x'", "- 'y'", "b"}, "- | - | b"},
        {"brothers by date", {"a", "c<a @9", "b<a @3"}, "a(b c)"},
        {"threads by the date of their first", {"b @5", "a @3"}, "a | b"},
        {"a dummy stands where its first child does", {"b<x @7", "c<x @2", "d @4"}, "c b | d"},
        {"equal dates as they were given", {"b @5", "a @5"}, "b | a"},
        {"a reply without references joins by its subject", {"a 'flow'", "b 'Re: Flow'"}, "a(b)"},
        {"two of one subject are brothers", {"a 'flow'", "b 'flow'"}, "a b"},
        {"a reply before what it answers", {"b 'Re: flow' @1", "a 'flow' @2"}, "a(b)"},
        {"two replies to nothing", {"b 'Re: flow'", "c 'Re: flow'"}, "b c"},
        {"three of one subject", {"a 'flow'", "b 'flow'", "c 're: flow'"}, "a b c"},
        {"no subject joins nothing", {"a 'Re:'", "b ''", "c 'Re:'"}, "a | b | c"},
        {"a dummy takes whoever has its subject", {"b<x 'flow'", "c<x 'flow'", "d 'flow'"}, "b c d"},
        {"two dummies become one", {"b<x 'flow'", "c<x 'flow'", "d<y 'flow'", "e<y 'flow'"}, "b c d e"},
        {"a change of subject leaves the thread as it is", {"a 'flow'", "b<a 'else'", "c<a,b 'else'"}, "a(b(c))"},
    }));
    INFO(row.what);
    CHECK(drawn(row.posts) == row.drawn);
}

TEST_CASE("a thread of a hundred thousand answers costs no stack, and a hostile one ends", "[S5][archive]") {
    constexpr std::size_t many = 100'000;
    std::vector<ToThread> deep(many);
    for (std::size_t i = 0; i < many; ++i) {
        // The answers come first, the oldest last.
        deep[i].message_id = fmt::format("{}", many - i);
        deep[i].references = {fmt::format("{}", many - i - 1)};
        deep[i].sent = Instant{std::chrono::seconds(many - i)};
    }
    const auto threads = threads_of(deep);
    REQUIRE(threads.size() == 1);
    CHECK(threads[0].depth.back() == many - 1);
    CHECK(threads[0].posts.size() == many);
}

TEST_CASE("every post is in exactly one thread, whatever is said of it", "[R1][archive]") {
    std::uint32_t seed = 7;
    const auto drawn_number = [&](std::uint32_t below) { return (seed = seed * 1664525 + 1013904223) / 65536 % below; };
    for (int round = 0; round < 300; ++round) {
        std::vector<ToThread> posts(20);
        for (auto& post : posts) {
            post.message_id = std::string(1, static_cast<char>('a' + drawn_number(12)));
            for (auto n = drawn_number(5); n > 0; --n) post.references.emplace_back(1, static_cast<char>('a' + drawn_number(14)));
            post.subject = std::array{"Re: x", "x", "", "y", "Fwd: y"}.at(drawn_number(5));
            post.sent = Instant{std::chrono::hours(drawn_number(6))};
        }
        std::vector<std::size_t> seen;
        for (const auto& thread : threads_of(posts)) {
            REQUIRE(thread.posts.size() == thread.depth.size());
            CHECK(thread.depth.front() == 0);
            for (std::size_t i = 1; i < thread.depth.size(); ++i) CHECK(thread.depth[i] <= thread.depth[i - 1] + 1);
            seen.insert(seen.end(), thread.posts.begin(), thread.posts.end());
        }
        std::sort(seen.begin(), seen.end());
        std::vector<std::size_t> each(posts.size());
        for (std::size_t i = 0; i < each.size(); ++i) each[i] = i;
        CHECK(seen == each);
    }
}

TEST_CASE("the base subject is that of RFC 5256 2.1, without labels", "[archive]") {
    const auto [subject, text, is_reply] = GENERATE(table<const char*, const char*, bool>({
        {"Flow", "flow", false},
        {"Re: Flow", "flow", true},
        {"RE:flow", "flow", true},
        {"Fw: Re: flow", "flow", true},
        {"Fwd : flow", "flow", true},
        {"Re[2]: flow", "flow", true},
        {"[teams] Re: flow", "flow", true},
        {"AW: flow", "flow", true},
        {"Antw: [teams] SV: flow", "flow", true},
        {"WG: AW: flow", "flow", true},
        {"RV: flow", "flow", true},
        {"Re(2): flow", "flow", true},
        {"Re^3: flow", "flow", true},
        {"回复：flow", "flow", true},
        {"TLP:GREEN 回覆: Re: flow", "flow", true},
        {"转发： flow", "flow", true},
        {"답장: [teams] flow", "flow", true},
        {"ตอบ: flow", "flow", true},
        {"ตอบกลับ: flow", "flow", true},
        {"Trả lời: flow", "flow", true},
        {"Balas: flow", "flow", true},
        {"Ответ: flow", "flow", true},
        {"İlt: flow", "flow", true},
        {"רד: flow", "רד: flow", false},
        {"注意: flow", "注意: flow", false},
        {"awful: flow", "awful: flow", false},
        {"[teams] [x] flow", "flow", false},
        {"[teams]", "[teams]", false},
        {"Re: [teams]", "[teams]", true},
        {"  a \t b  ", "a b", false},
        {"flow (fwd)", "flow", true},
        {"flow (fwd) (FWD) ", "flow", true},
        {"[Fwd: Re: flow]", "flow", true},
        {"[fwd: [teams] flow (fwd)]", "flow", true},
        {"Regarding flow", "regarding flow", false},
        {"Re flow", "re flow", false},
        {"[a[b] flow", "[a[b] flow", false},
        {"Re:", "", true},
        {"", "", false},
        {"TLP:AMBER flow", "flow", false},
        {"Re: TLP:GREEN flow", "flow", true},
        {"TLP:AMBER+STRICT Re: [teams] TLP: amber flow", "flow", true},
        {"flow TLP:GREEN", "flow", false},
        {"Re: flow TLP:GREEN (fwd)", "flow", true},
        {"TLP:AMBER", "tlp:amber", false},
        {"TLP:AMBERGRIS flow", "tlp:ambergris flow", false},
        {"TLP:ORANGE flow", "tlp:orange flow", false},
    }));
    CAPTURE(subject);
    CHECK(base_subject(subject).text == text);
    CHECK(base_subject(subject).is_reply == is_reply);
}

TEST_CASE("a subject is compared as far as a mail has lines of that length", "[archive]") {
    std::string nested;
    for (int i = 0; i < 50'000; ++i) nested += "[fwd:";
    CHECK(base_subject(nested + "flow" + std::string(50'000, ']')).text.size() == 2048);
    CHECK(base_subject(std::string(3000, 'x')).text == std::string(2048, 'x'));
}

}  // namespace caveat::archive

// B5: decisions per second on one core, over a mix like that of the community: every category, officers, terms, denials,
// all classes, the label mix of the generators. Prints the figure; run it on an otherwise idle machine.
//   build/decide_bench [policies/apcert.toml]
#include <fmt/core.h>

#include <array>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>

#include "caveat/policy/decide.hpp"

namespace {

using namespace caveat;
using community::Tlp;
using community::Verb;

struct Party {
    const char* category;
    const char* subtype;
    int share;  // of a hundred people
};
constexpr std::array parties{Party{"operational", "", 85},     Party{"liaison", "", 4},         Party{"strategic", "registry", 4},
                             Party{"strategic", "lea", 1},     Party{"strategic", "policy", 1}, Party{"corporate", "", 4},
                             Party{"legacy_supporting", "", 1}};
constexpr std::array<int, 5> label_mix{8, 32, 50, 9, 1};  // CLEAR GREEN AMBER AMBER+STRICT RED

struct Question {
    community::Standing who;
    std::size_t list = 0;
    policy::Item item;
};

template <class Rows, class Share>
std::size_t draw(std::mt19937& dice, const Rows& rows, Share share) {
    int left = static_cast<int>(dice() % 100);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        left -= share(rows[i]);
        if (left < 0) return i;
    }
    return 0;
}

Question question(std::mt19937& dice, std::size_t lists, Instant now) {
    using namespace std::chrono;
    Question q;
    const Party& party = parties[draw(dice, parties, [](const Party& p) { return p.share; })];
    q.who.category = party.category;
    q.who.subtype = party.subtype;
    q.who.since = year{2020} / 3 / 1;
    q.who.mou = year{2021} / 5 / 1;
    q.who.valid_key = dice() % 100 >= 2;
    q.who.representative = dice() % 5 == 0;
    q.who.roster = community::Roster{{now - days{400}, std::nullopt}, community::DeliveryMode::each};
    if (dice() % 20 == 0) q.who.terms.push_back({"sc", {}, {}, {now - days{100}, now + days{600}}});
    if (dice() % 50 == 0) q.who.denials.push_back({1, "x", true, "ews", 2, {now - days{10}, now + days{300}}, "sanction", "SC-1"});
    q.list = dice() % lists;
    q.item.label = static_cast<Tlp>(draw(dice, label_mix, [](int share) { return share; }));
    q.item.posted = now - hours{dice() % 100};
    q.item.named = dice() % 10 == 0;
    return q;
}

}  // namespace

int main(int argc, char** argv) {
    std::ifstream file(argc > 1 ? argv[1] : "policies/apcert.toml");
    std::stringstream text;
    text << file.rdbuf();
    const auto loading = policy::load(text.str(), "book");
    if (!loading.book) {
        fmt::print(stderr, "the rule book does not load; give its path\n");
        return 2;
    }
    const Instant now = start_of(std::chrono::year{2026} / 11 / 2);
    std::vector<community::List> lists;
    for (const auto& klass : loading.book->classes()) {
        community::List list;
        list.id = ListId(klass);
        list.klass = klass;
        list.max_tlp = loading.book->class_maximum(klass).value_or(Tlp::clear);
        if (list.max_tlp == Tlp::red) list.encryption = community::Encryption::required;
        lists.push_back(list);
    }
    std::mt19937 dice(20261102);
    std::vector<Question> questions;
    for (int i = 0; i < 4096; ++i) questions.push_back(question(dice, lists.size(), now));

    const policy::World world{now, true, true};
    constexpr std::size_t rounds = 1000;
    std::size_t yes = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t round = 0; round < rounds; ++round) {
        for (const auto& q : questions) {
            const Verb verb = round % 4 == 0 ? Verb::archive : Verb::receive;
            yes += policy::may(*loading.book, verb, q.who, lists[q.list], q.item, world).yes() ? 1 : 0;
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const double asked = static_cast<double>(rounds * questions.size());
    fmt::print("decide: {:.0f} decisions in {:.2f} s on one core: {:.2f} million a second ({:.0f} % yes)\n", asked, took.count(),
               asked / took.count() / 1e6, 100.0 * static_cast<double>(yes) / asked);
    return 0;
}

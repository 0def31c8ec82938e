#include "caveat/facts/preview.hpp"

#include <algorithm>
#include <array>

namespace caveat::facts {
namespace {

std::string_view word_of(policy::Answer answer) {
    constexpr std::array<std::string_view, 4> names{"no", "yes", "moderated", "not_now"};
    return names.at(static_cast<std::size_t>(answer));
}

Json fact(const mailroom::ChangedRight& right) {
    return {{"person", right.person.value},    {"list", right.list.value},      {"verb", community::name(right.verb)},
            {"before", word_of(right.before)}, {"after", word_of(right.after)}, {"because", right.because}};
}

Json fact(const mailroom::ChangedCopy& copy) {
    return {{"post", copy.post.value},
            {"list", copy.list.value},
            {"person", copy.person.value},
            {"state", storage::name(copy.state)},
            {"would", copy.withheld ? "be withheld" : "go"},
            {"because", copy.because}};
}

Json fact(const mailroom::ChangedPost& post) {
    return {{"post", post.post.value},
            {"list", post.list.value},
            {"author", post.author.value},
            {"would", post.refused ? "be refused" : "pass"},
            {"because", post.because}};
}

template <class Change>
Json changes_of(const std::vector<Change>& changes, std::size_t most) {
    Json all = Json::array();
    for (std::size_t i = 0; i < std::min(changes.size(), most); ++i) all.push_back(fact(changes[i]));
    return all;
}

constexpr std::array changed_right{Field{.name = "person", .required = true, .about = "whose"},
                                   Field{.name = "list", .required = true, .about = "on which list"},
                                   Field{.name = "verb", .required = true, .about = "receive, post, archive or manage"},
                                   Field{.name = "before", .required = true, .about = "as it is"},
                                   Field{.name = "after", .required = true, .about = "as it would be"},
                                   Field{.name = "because", .required = true, .about = "why it is no"}};
constexpr Schema right_schema{"ChangedRight", changed_right, true};
constexpr std::array changed_copy{Field{.name = "post", .required = true, .about = "of this post"},
                                  Field{.name = "list", .required = true, .about = "on this list"},
                                  Field{.name = "person", .required = true, .about = "whose copy"},
                                  Field{.name = "state", .required = true, .about = "queued or deferred"},
                                  Field{.name = "would", .required = true, .about = "be withheld, or go"},
                                  Field{.name = "because", .required = true, .about = "why"}};
constexpr Schema copy_schema{"ChangedCopy", changed_copy, true};
constexpr std::array changed_held{
    Field{.name = "post", .required = true, .about = "held"}, Field{.name = "list", .required = true, .about = "on this list"},
    Field{.name = "author", .required = true, .about = "who wrote it"},
    Field{.name = "would", .required = true, .about = "be refused, or pass"}, Field{.name = "because", .required = true, .about = "why"}};
constexpr Schema held_schema{"ChangedHeld", changed_held, true};
constexpr std::array simulated_shape{
    Field{.name = "as_of", .type = Type::instant, .required = true, .about = "the instant it was asked for"},
    Field{.name = "people", .type = Type::texts, .required = true, .about = "whom it would concern"},
    Field{.name = "rights_changed", .type = Type::integer, .required = true, .about = "how many"},
    Field{.name = "copies_changed", .type = Type::integer, .required = true, .about = "how many"},
    Field{.name = "held_changed", .type = Type::integer, .required = true, .about = "how many"},
    Field{.name = "rights", .type = Type::objects, .required = true, .about = "the first thousand", .of = &right_schema},
    Field{.name = "copies", .type = Type::objects, .required = true, .about = "the first thousand", .of = &copy_schema},
    Field{.name = "held", .type = Type::objects, .required = true, .about = "the first thousand", .of = &held_schema},
};

}  // namespace

const Schema simulated_schema{"Simulation", simulated_shape, true};

Json fact(const mailroom::Preview& preview, std::size_t most) {
    std::vector<std::string> people;
    for (const auto& person : preview.people) people.push_back(person.value);
    return {{"as_of", to_string(preview.at)},
            {"people", people},
            {"rights_changed", preview.rights.size()},
            {"copies_changed", preview.copies.size()},
            {"held_changed", preview.held.size()},
            {"rights", changes_of(preview.rights, most)},
            {"copies", changes_of(preview.copies, most)},
            {"held", changes_of(preview.held, most)}};
}

}  // namespace caveat::facts

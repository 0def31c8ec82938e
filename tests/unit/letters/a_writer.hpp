#pragma once
// The house with a writer in it, and eyes on what is queued.
#include "a_fake_engine.hpp"
#include "a_house.hpp"
#include "caveat/letters/letters.hpp"

namespace caveat::test {

using namespace std::chrono_literals;

struct AWriter : AHouse {
    letters::Writer writer{vault(), letterhead};

    community::Person reader(const std::string& id = "mei") { return store().directory().person(PersonId{id}).value(); }

    static letters::Letter a_letter(std::string text = "Subject: [{{community}}] A word\n\nDear {{name}},\n{{word}}\n",
                                    std::string word = "xyzzy") {
        return {.purpose = storage::Purpose::reminder,
                .form = {std::move(text)},
                .from = "sc+owner@lists.arc.example",
                .fields = {{"word", std::move(word)}}};
    }

    Result<PostId> sent(const letters::Letter& letter) {
        storage::Store::Transaction transaction(store());
        auto id = writer.send(store(), letter, reader(), clock.now());
        if (id) transaction.commit();
        return id;
    }

    std::vector<storage::Post> queued() {
        storage::Posts::Filter filter;
        filter.notices = true;
        return store().posts().select(filter);
    }
    std::string opened(const letters::Written& letter) { return vault().open(letter.body, letter.post.id.value).value(); }
    std::string opened(const storage::Post& post) { return vault().open(store().posts().body(post.key), post.id.value).value(); }
};

inline bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace caveat::test

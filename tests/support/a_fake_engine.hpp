#pragma once
// An engine without GnuPG: the text of a key says what is wrong with it, and the test can open what is sealed.
#include <functional>

#include "caveat/openpgp/engine.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::test {

struct AFakeEngine final : openpgp::Engine {
    int examined = 0;
    int sealed = 0;
    bool down = false;
    std::function<void()> meanwhile = [] {};  // while GnuPG works

    // A key whose text contains "key_expired" has expired, and so on; any other key is usable.
    Result<openpgp::Key> examine(std::string_view armour, std::span<const std::string>) override {
        ++examined;
        meanwhile();
        if (down) return fail(errc::temporary, "down");
        openpgp::Key key{openpgp::Fitness::usable, std::string(armour), {}};
        for (const auto fitness : openpgp::all_fitness) {
            if (armour.find(openpgp::name(fitness)) != std::string_view::npos) key.fitness = fitness;
        }
        return key;
    }
    Result<std::string> seal(std::string_view entity, const openpgp::Key& to) override {
        ++sealed;
        meanwhile();
        if (down) return fail(errc::temporary, "down");
        if (to.fitness != openpgp::Fitness::usable) return fail(errc::invalid, "not usable");
        return "Content-Type: multipart/encrypted\r\n\r\nfor " + to.armour + ":" + vault::hex(entity);
    }
    static std::string opened(const std::string& letter, const std::string& armour) {
        const auto before = "\r\n\r\nfor " + armour + ":";
        const auto at = letter.find(before);
        return at == std::string::npos ? std::string() : vault::unhex(letter.substr(at + before.size()));
    }
};

}  // namespace caveat::test

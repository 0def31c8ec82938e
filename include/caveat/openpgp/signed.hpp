#pragma once
// An engine whose letters are signed: to whoever examines it is the people's engine, and what it seals is signed by our own key, as the
// copies of lists are. Any thread.
#include <mutex>

#include "caveat/openpgp/engine.hpp"
#include "caveat/openpgp/own_keys.hpp"

namespace caveat::openpgp {

class Signed final : public Engine {
public:
    // Both outlive it.
    Signed(Engine& people, OwnKeys& own) : people_(people), own_(own) {}

    void sign_with(OwnKey key);  // from now on; before there is one, nothing is sealed: errc::temporary

    [[nodiscard]] Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) override {
        return people_.examine(armour, addresses);
    }
    [[nodiscard]] Result<std::string> seal(std::string_view entity, const Key& to) override;

private:
    Engine& people_;
    OwnKeys& own_;
    std::mutex mutex_;
    std::optional<OwnKey> key_;
};

}  // namespace caveat::openpgp

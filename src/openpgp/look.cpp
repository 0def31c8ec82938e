#include "caveat/openpgp/look.hpp"

#include "caveat/openpgp/engine.hpp"
#include "certificate.hpp"

namespace caveat::openpgp {

std::string flaw_of(std::string_view armour) {
    auto looked = look_at_armour(armour);
    if (looked.fitness == Fitness::usable) return {};
    return explain({looked.fitness, {}, {}, std::move(looked.because)});
}

}  // namespace caveat::openpgp

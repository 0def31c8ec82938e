#include "errands.hpp"

#include "parcel.hpp"

namespace caveat::openpgp {

Result<std::vector<std::string>> Errands::ask(const std::vector<std::string_view>& request, std::size_t least, bool* ended) {
    auto done = exchange(request, least, ended);
    if (!log_) return done;
    const std::lock_guard alone(one_at_a_time_);
    const auto said = done ? std::string() : done.error().detail;
    if (!said.empty() && said != in_the_log_) log_(said);
    in_the_log_ = said;
    if (done) return done;
    return fail(done.error().code, "GnuPG cannot be asked now; try again");
}

Result<std::vector<std::string>> Errands::exchange(const std::vector<std::string_view>& request, std::size_t least, bool* ended) {
    const auto reply = keeper_.ask(packed(request), ended);
    if (!reply) return tl::unexpected(reply.error());
    const auto parts = unpacked(*reply);
    if (parts && parts->size() == 2 && parts->front() == unwell) return fail(errc::temporary, "{}", parts->back());
    if (!parts || parts->size() < least + 1 || parts->front() != well) return fail(errc::temporary, "GnuPG: no reply");
    return std::vector<std::string>(parts->begin() + 1, parts->end());
}

}  // namespace caveat::openpgp

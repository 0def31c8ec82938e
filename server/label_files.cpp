#include "label_files.hpp"

#include "caveat/mail/message.hpp"

namespace caveat::server {

Result<mail::Labelling> label_of(const std::string& bytes, std::optional<community::Tlp> list_default, bool authenticated) {
    const auto headers = mail::read_headers(bytes, {});
    if (!headers) return tl::unexpected(headers.error());
    const auto message = mail::parse(bytes, *headers, {});
    if (!message) return tl::unexpected(message.error());
    return mail::find_label(*message, mail::label_headers(*headers),
                            {.list_default = list_default,
                             .authenticated = authenticated,
                             .markings = mail::markings(*headers, community::usual_sensitivities()),
                             .headers = &*headers});
}

}  // namespace caveat::server

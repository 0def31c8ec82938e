#pragma once
// Names of our own domain in a header block: found, and left out of a copy whose reader may not know them (ruling mm).
#include <string>
#include <string_view>

#include "caveat/mail/copy.hpp"

namespace caveat::mail {

// Edits the fields of one copy. Views into the request, which outlives it.
class InsideNames {
public:
    explicit InsideNames(const CopyRequest& request) : request_(request) {}

    // A whole field ("Name: value", with its line end) as this reader may see it; empty: nothing of it is left. Byte for byte as it came
    // where it names nothing hidden. `first`: of the fields of that name.
    [[nodiscard]] std::string shown(std::string field, bool first) const;
    // Whether a field of a part names what is hidden. From says who wrote it, and does not.
    [[nodiscard]] bool is_named_in(const Field& field) const;
    // The words of a subject, decoded, as this reader may see them.
    [[nodiscard]] std::string words_shown(const std::string& words) const;
    // "To: teams@lists.arc.example"
    [[nodiscard]] std::string to_the_list() const;

private:
    [[nodiscard]] bool names_hidden(std::string_view value, bool of_addresses) const;
    [[nodiscard]] bool names_hidden_in(std::string_view text) const;
    [[nodiscard]] bool is_hidden(std::string_view address) const;
    [[nodiscard]] std::string mailboxes(std::string_view name, std::string_view value) const;

    const CopyRequest& request_;
};

}  // namespace caveat::mail

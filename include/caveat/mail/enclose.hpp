#pragma once
// A copy in the shape in which it is sealed: its header stands inside, protected, and outside stands what mail on its way needs (K10, RFC
// 9788 with hp="cipher"). Pure, linear.
#include <string>
#include <string_view>

#include "caveat/community/list.hpp"
#include "caveat/result.hpp"

namespace caveat::mail {

struct OuterLook {
    community::OuterSubject subject = community::OuterSubject::neutral;  // what the list wishes
    community::Tlp label{};   // RED shows a number whatever the list wishes, AMBER+STRICT at most itself (domain §3.5)
    std::string_view number;  // of "Message 17"
    std::string_view came = {};  // the message as it came, where the copy has fields that were sealed in it
};

struct EnclosedCopy {
    std::string outside;  // a header block without Content-Type and not ended
    std::string inside;   // a MIME entity; body bytes as they were (M5)
};

// `copy`: as make_copy gives it, with its whole subject. Outside stand who, when, ids, references, what marks list mail, and the subject
// that `look` says; the rest is inside only. Of whom a sealed header names stands outside what stood there as it came, and the list (RFC
// 9788 §6.1). errc::invalid if a header cannot be read.
[[nodiscard]] Result<EnclosedCopy> enclose_copy(std::string_view copy, const OuterLook& look);

}  // namespace caveat::mail

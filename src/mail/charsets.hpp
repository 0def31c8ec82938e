#pragma once
// Names of charsets as mail readers and browsers understand them: the labels of the WHATWG Encoding Standard (§4.2). What is called
// gb2312 is GB18030 in truth, iso-8859-1 is windows-1252, euc-kr is windows-949; whoever reads them by the letter loses characters. Pure.
#include <string>
#include <string_view>

namespace caveat::mail {

// The name that ICU knows the encoding by, whatever the case of the label, blanks and quotes around it. Empty for a label that is not in the
// table: ICU looks for what it does not know in files, and takes options behind a comma, so no other name from mail reaches it
// (tests/layers.cmake). Two names of the standard are kept apart: "us-ascii" from windows-1252, and "utf-16", whose byte order nobody said.
[[nodiscard]] std::string encoding_named(std::string_view label);

}  // namespace caveat::mail

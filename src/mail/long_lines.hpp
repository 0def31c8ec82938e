#pragma once
// RFC 5322 §2.1.1: no line of more than 998 octets leaves. Relays cut or refuse such a line, each in its own way.
#include <string>
#include <string_view>

namespace caveat::mail {

// Appends a field (CRLF line ends); its lines that are longer are folded. Where: before the last blank that fits (§2.2.3); if there is
// none, behind the last comma or semicolon, where a blank changes nothing in addresses, parameters and tags; if there is none of these
// either, at the 998th octet, but within no UTF-8 character. That puts a blank into text that had none, as every MTA does which keeps to
// the limit; to leave the field out would lose more. Only a field whose name alone is as long is left out: a relay that cuts it makes
// another field of it. In such lines a run of more than 100 blanks becomes one, so that no line is all blanks. Linear.
void append_short(std::string& out, std::string_view field);

}  // namespace caveat::mail

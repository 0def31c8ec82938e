#pragma once
// The copy that subscribers get: header edits on the raw header block only, body bytes untouched (M1, M5, L7). Pure.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caveat/community/caveats.hpp"
#include "caveat/community/list.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {

// Names of our own domain that the header of a post shows.
struct HouseNames {
    std::vector<std::string> addresses{};  // local parts, as addresses are compared: "sc", "sc+owner"
    std::vector<std::string> tags{};       // in front of the subject, in small letters: "sc" of "[sc]"
    [[nodiscard]] bool empty() const { return addresses.empty() && tags.empty(); }
};
// All of them, each once: what a copy can leave out. From is read for names in it only; ids and signatures are not read. Linear.
// errc::invalid if the header block cannot be read.
[[nodiscard]] Result<HouseNames> house_names(std::string_view raw, std::string_view domain);
// Every address of `domain` in To and Cc, whatever signs stand around it, in a name beside another address too: for what can only raise.
[[nodiscard]] std::vector<std::string> house_addresses_beside(const HeaderBlock& headers, std::string_view domain);

// The same of the headers that programs repeat in front of parts, mostly signed with them; From is not read, nor mails that are attached.
[[nodiscard]] Result<HouseNames> house_names_in_parts(std::string_view raw, std::string_view domain);

// The same of a subject alone, decoded.
[[nodiscard]] HouseNames house_names_of_subject(std::string_view subject, std::string_view domain);

struct CopyRequest {
    std::string_view raw;  // the post as it came
    const community::List* list = nullptr;
    std::string_view community_name;   // for the phrase of List-Id
    std::string_view domain;           // lists.arc.example
    std::string_view separator = "+";  // list+owner@domain
    community::Tlp label{};
    std::string_view message_id;                    // given to a post without one (D8); empty: the post has its own
    std::string_view conflict_note;                 // for X-TLP-Conflict, or empty
    std::vector<std::string> trusted_authserv_ids;  // Authentication-Results of others are dropped
    std::string_view date;                          // RFC 5322 date for a post without one
    HouseNames hidden{};                            // what this reader may not know (ruling mm), as house_names told it
    HouseNames hidden_in_parts{};  // likewise, as house_names_in_parts told it: a header of a part that names one leaves without that, and
                                   // without the signature over it
    std::vector<std::pair<std::string, std::string>> other_ids{};  // of thread_ids: what stands in the place of one, or nothing
    community::Caveats caveats{};                                  // shown beside the label; an author that is withheld is not in the copy
    std::string_view released_by{};           // who let it go, of a post whose author or sending is not proven (caveats); or empty
    std::vector<std::string> restrictions{};  // the author's words behind the labels, shown with them unless the subject is kept back
    bool label_line = false;                  // above the text, where that can be done rightly (§3.3)
    std::string_view number;                  // what names the post where the list wants a neutral subject
    std::string_view autocrypt{};             // the field with the list's key (autocrypt_field), in the place of the author's; or empty
    std::string_view imported{};              // when the operator brought it into the archive; empty: it was posted here
    std::string_view archived_at{};           // the page where its readers find it again (RFC 5064); empty: there is none
};

// The whole message, ready for DATA, CRLF line ends. Dropped: Bcc, Return-Path, foreign Authentication-Results, List-*, TLP, X-TLP,
// Delivered-To, Disposition-Notification-To, Return-Receipt-To, Errors-To, Precedence, X-TLP-Conflict, Archived-At, X-Imported,
// X-Author-Unproven.
// Added: List-Id, List-Post, List-Help, List-Owner, List-Unsubscribe, Archived-At, Precedence: list, TLP, the label in
// the subject, PAP and TLP-Restrictions where there are any, X-Imported of what was imported, which no original carries in. Of a post whose
// author is withheld only the subject, what describes the body and the thread stay; From and To are the list's. Of one whose author is not
// proven From is the list's and Reply-To whom it names, since readers look at nothing else; what of its own says who wrote it, where
// answers go and where keys are goes, also in front of a part, with the signature over it, and X-Author-Unproven and, where that can be
// done rightly, two lines above the text say so; of one whose author is proven and whose sending is not, TLP-Restrictions and such lines
// do. Left out: hidden addresses in address fields (without any left, To is the list), hidden
// tags, the "for" of Received and other fields that name them. errc::invalid if the header block cannot be read.
[[nodiscard]] Result<std::string> make_copy(const CopyRequest& request);

// A copy with that link in its List-Unsubscribe, which one POST follows (RFC 8058), and the link's last segment, its token, in the subject
// that the mailto in front of it asks for (RFC 6068); as it is where it has no such field.
[[nodiscard]] std::string with_one_click(const std::string& copy, std::string_view link);
// The token in a decoded subject that is the one such a mailto asks for, and nothing besides; else empty.
[[nodiscard]] std::string_view token_to_leave(std::string_view subject);

// A decoded subject as a copy shows it: with the label that counts, and without what is hidden of names of this domain.
[[nodiscard]] std::string subject_of_copy(const std::string& subject, community::Tlp label, const HouseNames& hidden,
                                          std::string_view domain);

// "Autocrypt: …", folded, with CRLF at its end: this key is for mail to this address (Autocrypt 1.1 §2.1). Empty if that is no armoured
// key.
[[nodiscard]] std::string autocrypt_field(std::string_view address, std::string_view armour);

// The value of field `name`, RFC 2047-encoded where it is not plain ASCII, folded; never contains CR or LF but in folds (S3, M7).
[[nodiscard]] std::string encode_header(std::string_view name, std::string_view utf8);

[[nodiscard]] std::string rfc5322_date(Instant t);

}  // namespace caveat::mail

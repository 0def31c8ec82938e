// M1, M5, S3. The copy is made of the post's own bytes: dropped fields are left out, the subject is replaced where it stands, our own
// fields are added behind the last one, and the body is copied without being read.
#include "caveat/mail/copy.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "ascii.hpp"
#include "caveat/community/outer_subject.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/label.hpp"
#include "fields.hpp"
#include "hidden_parts.hpp"
#include "house_names.hpp"
#include "label_line.hpp"
#include "long_lines.hpp"
#include "structure.hpp"
#include "text.hpp"
#include "words.hpp"

namespace caveat::mail {
namespace {

// Receipts would tell the author who the readers are; the other fields are written by us or must not survive a list (RFC 5321 §4.4,
// RFC 2369 §4).
constexpr std::array<std::string_view, 18> dropped{"Bcc",
                                                   "Resent-Bcc",
                                                   "Return-Path",
                                                   "Delivered-To",
                                                   "Disposition-Notification-To",
                                                   "Return-Receipt-To",
                                                   "Errors-To",
                                                   "Precedence",
                                                   "Archived-At",
                                                   "TLP",
                                                   "X-TLP",
                                                   "X-TLP-Conflict",
                                                   "X-Imported",
                                                   "X-Author-Unproven",
                                                   "X-Confirm-Reading-To",
                                                   "PAP",
                                                   "X-PAP",
                                                   "TLP-Restrictions"};

// RFC 5322 §3.6 knows one of each. A post may repeat them (§4.5), but what reads copies often refuses such mail: lists of addresses leave
// as one field, of the others the first is kept, which is the one that we read.
constexpr std::array<std::string_view, 3> joined_names{"To", "Cc", "Reply-To"};
constexpr std::array<std::string_view, 2> names_kept_once{"Date", "Sender"};

bool is_foreign_result(const Field& field, const std::vector<std::string>& trusted) {
    if (!ascii::equal(field.name, "Authentication-Results")) return false;
    const auto results = read_authentication_results(field.value);
    return !results || std::none_of(trusted.begin(), trusted.end(), [&](const auto& id) { return ascii::equal(id, results->authserv_id); });
}

// Where the list keeps the words of the subject to itself, so do fields that repeat them or tell of them.
constexpr std::array<std::string_view, 6> fields_like_the_subject{"Thread-Topic", "X-Original-Subject", "Comments", "Keywords",
                                                                  "Summary",      "Content-Description"};

// What §3.5 asks of AMBER+STRICT and above where the list says so.
bool withholds_subject(const CopyRequest& request) {
    const auto wish = community::outer_subject_of(*request.list, community::Wrapping::clear);
    return request.label >= community::Tlp::amber_strict && wish != community::OuterSubject::full;
}

// All that a copy keeps of a header which must not say whom it is from.
constexpr std::array<std::string_view, 6> kept_without_author{"Subject",    "MIME-Version",  "In-Reply-To",
                                                              "References", "Embargo-Until", "IEP-Ref"};

bool may_name_author(std::string_view name) {
    if (ascii::starts_with(name, "Content-")) return false;
    return std::none_of(kept_without_author.begin(), kept_without_author.end(), [&](auto kept) { return ascii::equal(kept, name); });
}

// What says in front of a part who wrote it, where answers go and what they are sealed to: nobody vouched for any of that.
constexpr std::array<std::string_view, 9> author_names{"From",      "Sender",  "Reply-To", "Mail-Reply-To",   "Mail-Followup-To",
                                                       "Autocrypt", "OpenPGP", "Author",   "Autocrypt-Gossip"};

bool names_an_author(const Field& field) {
    if (ascii::starts_with(field.name, "Resent-")) return true;
    return ascii::is_one_of(field.name, author_names);
}

// Besides that, what a copy keeps of the header of a mail that nothing proved to be its author's: its way, its ids, and whom it is to.
// Programs know too many fields that name an author, or where answers go, to leave those out one by one.
constexpr std::array<std::string_view, 7> kept_without_proof{
    "To", "Cc", "Date", "Message-ID", "Received", "Authentication-Results", "Auto-Submitted"};

bool is_kept_without_proof(std::string_view name) {
    if (!may_name_author(name)) return true;
    return std::any_of(kept_without_proof.begin(), kept_without_proof.end(), [&](auto kept) { return ascii::equal(kept, name); });
}

bool is_dropped(const Field& field, const CopyRequest& request) {
    if (request.caveats.author_withheld && may_name_author(field.name)) return true;
    const auto is_named = [&](auto name) { return ascii::equal(name, field.name); };
    if (request.caveats.author_unproven && !is_kept_without_proof(field.name)) return true;
    if (withholds_subject(request) && std::any_of(fields_like_the_subject.begin(), fields_like_the_subject.end(), is_named)) return true;
    if (ascii::starts_with(field.name, "List-")) return true;
    if (!request.autocrypt.empty() && is_named("Autocrypt")) return true;
    if (std::any_of(dropped.begin(), dropped.end(), is_named)) return true;
    return is_foreign_result(field, request.trusted_authserv_ids);
}

// Text inside angle brackets must not be able to close them.
bool is_safe(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](char c) {
        return ascii::is_control(c) || c == ' ' || std::string_view("<>()\"\\,;:").find(c) != std::string_view::npos;
    });
}

Result<void> check(const CopyRequest& request) {
    if (request.list == nullptr || request.list->id.value.empty() || request.domain.empty())
        return fail(errc::invalid, "a copy needs a list and its domain");
    if (!is_safe(request.list->id.value) || !is_safe(request.domain) || !is_safe(request.separator))
        return fail(errc::invalid, "list, domain or separator cannot stand in an address");
    if (!is_safe(request.message_id)) return fail(errc::invalid, "the Message-ID given for the copy is malformed");
    return {};
}

// Beside the label: PAP, and in one line all that restricts what may be done with it.
void add_caveats(std::string& out, const CopyRequest& request) {
    const auto& caveats = request.caveats;
    if (caveats.pap) append_field(out, "PAP", community::name(*caveats.pap));
    auto others = caveats;
    others.pap.reset();
    // The author's words stand outside what may be sealed, as the subject does.
    const bool quoted = !request.restrictions.empty() && !withholds_subject(request);
    if (quoted) others.restricted = false;
    auto all = community::in_words(others);
    if (quoted) all.insert(all.end(), request.restrictions.begin(), request.restrictions.end());
    std::string line;
    for (const auto& words : all) line.append(line.empty() ? "" : "; ").append(words);
    if (!line.empty()) append_field(out, "TLP-Restrictions", encode_header("TLP-Restrictions", line));
}

void add_list_fields(std::string& out, const CopyRequest& request) {
    const auto address = [&](std::string_view purpose) {
        auto local = std::string(request.list->id.value);
        if (!purpose.empty()) local.append(request.separator).append(purpose);
        return local.append("@").append(request.domain);
    };
    const auto phrase = encode_phrase("List-Id", request.community_name);
    append_field(out, "List-Id", fmt::format("{}{}<{}.{}>", phrase, phrase.empty() ? "" : " ", request.list->id.value, request.domain));
    append_field(out, "List-Post", fmt::format("<mailto:{}>", address("")));
    append_field(out, "List-Help", fmt::format("<mailto:{}?subject=help>", address("request")));
    append_field(out, "List-Owner", fmt::format("<mailto:{}>", address("owner")));
    // Nobody leaves an Appeal Panel by a press of a button (ruling l).
    if (!community::is_room(*request.list)) append_field(out, "List-Unsubscribe", fmt::format("<mailto:{}>", address("unsubscribe")));
    if (!request.archived_at.empty()) append_field(out, "Archived-At", fmt::format("<{}>", request.archived_at));
    append_field(out, "Precedence", "list");
    append_field(out, "TLP", community::name(request.label));
    out += request.autocrypt;
    add_caveats(out, request);
    if (!request.imported.empty())
        append_field(out, "X-Imported", fmt::format("{}; not posted here: nobody proved its author or date", request.imported));
    if (request.caveats.author_unproven) {
        const auto words = fmt::format("nothing proved that its author wrote it; it was released by {}", request.released_by);
        append_field(out, "X-Author-Unproven", encode_header("X-Author-Unproven", words));
    }
    if (!request.conflict_note.empty()) append_field(out, "X-TLP-Conflict", encode_header("X-TLP-Conflict", request.conflict_note));
}

// The label as a word of its own in the raw field, for those who read headers without decoding them.
bool stands_in(std::string_view raw, std::string_view label) {
    const auto at = raw.find(label);
    if (at == std::string_view::npos) return false;
    const auto end = at + label.size();
    return (at == 0 || ascii::is_blank(raw[at - 1])) && (end == raw.size() || ascii::is_blank(raw[end]));
}

// subject_with_label also tidies blanks; that alone is no reason to rewrite what the author wrote.
bool same_words(std::string_view a, std::string_view b) {
    const auto squeezed = [](std::string_view text) {
        std::string out;
        for (const char c : ascii::trim(text)) {
            if (!ascii::is_blank(c))
                out += c;
            else if (!out.ends_with(' '))
                out += ' ';
        }
        return out;
    };
    return squeezed(a) == squeezed(b);
}

// Unfolded. Octets that stand there raw are mostly of the charset of the text.
std::string written_in(const Field& field, const CopyRequest& request, const HeaderBlock& headers) {
    auto written = unfold(field.value);
    if (is_utf8(written)) return written;
    const auto structure = read_structure(request.raw, headers, no_limits);
    return structure ? raw_as_in_text(std::move(written), charset_of_text(structure->parts)) : written;
}

// The labelled subject, in which words that we cannot be sure to read (an unknown charset) stay as they came, since others may read them.
// Empty: there are none.
std::string subject_as_came(const std::string& written, community::Tlp label, const SubjectWish& wish, const InsideNames& names) {
    const auto sure = decode_sure_words(written);
    if (sure == decode_words(written)) return {};
    return encode_header_around_words("Subject", subject_with_label(names.words_shown(sure), label, wish));
}

// The field stays as it came if the label is already where it belongs.
std::string subject_field(const Field* field, const std::string& written, community::Tlp label, const SubjectWish& wish,
                          const InsideNames& names) {
    const auto decoded = decode_words(written);
    const auto labelled = subject_with_label(names.words_shown(decoded), label, wish);
    const auto mark = fmt::format("TLP:{}", community::name(label));
    if (field && stands_in(field->value, mark) && same_words(labelled, decoded)) return std::string(field->raw);
    if (const auto kept = field && !wish.instead ? subject_as_came(written, label, wish, names) : std::string();
        !kept.empty() && same_words(labelled, decode_words(unfold(kept))))
        return fmt::format("Subject: {}\r\n", kept);
    return fmt::format("Subject: {}\r\n", encode_header("Subject", labelled));
}

// The value of the one field that all fields called `name` make together. Empty: they stay as they are, since there is only one, or since
// an unclosed comment or quote in one of them would make the whole be read otherwise.
std::string joined_value(const HeaderBlock& headers, std::string_view name) {
    if (headers.count(name) < 2) return {};
    std::string value;
    std::vector<Mailbox> apart;
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, name)) continue;
        for (auto& box : read_mailboxes(unfold(field.value))) apart.push_back(std::move(box));
        if (const auto text = ascii::trim(field.value); !text.empty()) value.append(value.empty() ? "" : ",\r\n ").append(text);
    }
    return read_mailboxes(unfold(value)) == apart ? value : std::string();
}

class Repeated {
public:
    explicit Repeated(const HeaderBlock& headers) : headers_(headers) {
        for (std::size_t i = 0; i < joined_names.size(); ++i) values_.at(i) = joined_value(headers, joined_names.at(i));
    }

    // What stands in the place of `field`: nothing where another says it all.
    [[nodiscard]] std::string text_of(const Field& field) const {
        const auto is_named = [&](std::string_view name) { return ascii::equal(name, field.name); };
        const auto joined = std::find_if(joined_names.begin(), joined_names.end(), is_named);
        const auto* value = joined == joined_names.end() ? nullptr : &values_.at(static_cast<std::size_t>(joined - joined_names.begin()));
        const bool once = (value != nullptr && !value->empty()) || std::any_of(names_kept_once.begin(), names_kept_once.end(), is_named);
        if (once && headers_.find(field.name) != &field) return {};
        return value == nullptr || value->empty() ? std::string(field.raw) : fmt::format("{}: {}\r\n", field.name, *value);
    }

private:
    const HeaderBlock& headers_;
    std::array<std::string, joined_names.size()> values_;
};

// In-Reply-To and References, of which not every id may be shown: then nothing but ids is left. Of an author who is not named likewise, for
// some programs write there whom they answer.
class ThreadFields {
public:
    explicit ThreadFields(const CopyRequest& request)
        : withheld_(request.caveats.author_withheld), others_(request.other_ids.begin(), request.other_ids.end()) {}

    // What stands in its place; none: it stays.
    [[nodiscard]] std::optional<std::string> text_of(const Field& field) const {
        const bool is_one = ascii::equal(field.name, "In-Reply-To") || ascii::equal(field.name, "References");
        if (!is_one || (!withheld_ && others_.empty())) return std::nullopt;
        HeaderBlock alone;
        alone.fields.push_back(field);
        std::string ids;
        for (const auto& id : thread_ids(alone)) {
            const auto other = others_.find(id);
            const auto& shown = other == others_.end() ? id : other->second;
            if (!shown.empty() && is_id(shown)) ids += fmt::format("{} <{}>", ids.empty() ? "" : "\r\n", shown);
        }
        return ids.empty() ? std::string() : fmt::format("{}:{}\r\n", field.name, ids);
    }

private:
    static bool is_id(std::string_view id) {
        return std::none_of(id.begin(), id.end(), [](char c) { return ascii::is_control(c) || c == ' ' || c == '<' || c == '>'; });
    }

    bool withheld_;
    std::map<std::string, std::string, std::less<>> others_;
};

bool is_neutral(const CopyRequest& request) {
    return withholds_subject(request) && request.list->outer_subject == community::OuterSubject::neutral;
}

// What stands in the subject in place of the author's words; none: they do.
std::optional<std::string> words_instead(const CopyRequest& request) {
    if (!withholds_subject(request)) return std::nullopt;
    return is_neutral(request) ? fmt::format("Message {}", request.number) : std::string();
}

// The list's in the place of the author's, who is withheld or not proven. Never a name of theirs beside that address: programs would keep
// the pair (M6).
std::string from_the_list(const CopyRequest& request, const HeaderBlock& headers) {
    const auto address = fmt::format("<{}@{}>", request.list->id.value, request.domain);
    if (!request.caveats.author_unproven) return fmt::format("From: via {} {}\r\n", request.list->id.value, address);
    const auto phrase = encode_phrase("From", fmt::format("via {}, author not proven", request.list->id.value));
    auto fields = fmt::format("From: {} {}\r\n", phrase, address);
    const auto* author = headers.find("From");
    if (author != nullptr && !request.caveats.author_withheld) append_field(fields, "Reply-To", ascii::trim(author->value));
    return fields;
}

// For whoever reads no header. Names are left to that where they are not plain, since nothing is known of the text but that it holds ASCII.
std::string lines_of_unproven(const CopyRequest& request, const HeaderBlock& headers) {
    const auto plain = [](std::string_view text) {
        constexpr std::string_view marks = " .,'()-@_+";
        return !text.empty() &&
               std::all_of(text.begin(), text.end(), [&](char c) { return ascii::is_alnum(c) || marks.find(c) != std::string_view::npos; });
    };
    const auto* from = headers.find("From");
    const auto authors = from == nullptr || request.caveats.author_withheld ? std::vector<Mailbox>{} : read_mailboxes(from->value);
    const auto author = authors.size() == 1 && plain(authors.front().address) ? authors.front().address : "its author";
    const auto by = plain(request.released_by) ? request.released_by : std::string_view("a moderator");
    const auto did = request.caveats.author_unproven ? "wrote this" : "sent this here";
    return fmt::format("Nothing proved that {} {}.\r\nIt was released by {}.\r\n\r\n", author, did, by);
}

// The body with what is put above its text; nothing where nothing is.
std::optional<std::string> marked_body(const CopyRequest& request, const HeaderBlock& headers, std::string_view body) {
    std::optional<std::string> marked;
    if (request.caveats.author_unproven || request.caveats.sending_unproven)
        marked = with_lines_above(headers, body, lines_of_unproven(request, headers));
    if (!request.label_line) return marked;
    auto labelled = with_label_line(headers, marked ? std::string_view(*marked) : body, request.label);
    return labelled ? labelled : marked;
}

Result<std::string> copy_of(const CopyRequest& request, const HeaderBlock& headers) {
    std::string out;
    out.reserve(request.raw.size() + 2048);
    const auto* subject = headers.find("Subject");
    const auto* id = headers.find("Message-ID");
    const bool withheld = request.caveats.author_withheld;
    const bool new_id = !request.message_id.empty() && (withheld || id == nullptr || ascii::trim(id->value).empty());
    const Repeated repeated(headers);
    const InsideNames names(request);
    const ThreadFields thread(request);
    const auto instead = words_instead(request);
    const SubjectWish wish{.hidden_tags = &request.hidden.tags, .instead = instead ? &*instead : nullptr, .marks = !is_neutral(request)};
    for (const auto& field : headers.fields) {
        if (&field == subject)
            append_short(out, subject_field(subject, written_in(*subject, request, headers), request.label, wish, names));
        else if ((&field == id && new_id) || is_dropped(field, request))
            continue;
        else if (const auto ids = thread.text_of(field))
            append_short(out, *ids);
        else
            append_short(out, names.shown(repeated.text_of(field), headers.find(field.name) == &field));
        if (!out.empty() && !out.ends_with("\r\n")) out += "\r\n";  // a header that ends with the message
    }
    if (subject == nullptr) out += subject_field(nullptr, {}, request.label, wish, names);
    if (const auto* cc = headers.find("Cc");
        !withheld && headers.find("To") == nullptr && cc != nullptr && names.shown(repeated.text_of(*cc), false).empty())
        out += names.to_the_list();
    if (new_id) append_field(out, "Message-ID", fmt::format("<{}>", request.message_id));
    if (withheld || request.caveats.author_unproven) out += from_the_list(request, headers);
    if (withheld) out += names.to_the_list();
    if ((withheld || headers.find("Date") == nullptr) && !request.date.empty()) append_field(out, "Date", one_line(request.date));
    add_list_fields(out, request);
    out += "\r\n";
    const auto body = request.raw.substr(headers.body_at);
    const auto marked = marked_body(request, headers, body);
    return out += marked ? std::string_view(*marked) : body;
}

}  // namespace

std::string_view token_to_leave(std::string_view subject) {
    constexpr std::string_view word = "unsubscribe ";
    const auto whole = ascii::trim(subject);
    return ascii::starts_with(whole, word) ? ascii::trim(whole.substr(word.size())) : std::string_view();
}

std::string with_one_click(const std::string& copy, std::string_view link) {
    constexpr std::string_view field = "\r\nList-Unsubscribe: <mailto:";
    const auto header = std::string_view(copy).substr(0, copy.find("\r\n\r\n"));
    const auto at = header.find(field);
    if (at == std::string_view::npos) return copy;
    const auto end = std::min(header.find(">\r\n", at + 2), header.size() - 1);
    constexpr std::string_view subject = "?subject=unsubscribe%20";
    constexpr std::string_view post = ">\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click";
    const auto token = link.substr(link.rfind('/') + 1);
    std::string out;
    out.reserve(copy.size() + subject.size() + token.size() + link.size() + post.size() + 5);
    out.append(header.substr(0, end)).append(subject).append(token);
    return out.append(">,\r\n <").append(link).append(post).append(copy, end + 1);
}

Result<std::string> make_copy(const CopyRequest& request) {
    if (auto fine = check(request); !fine) return tl::unexpected<Error>(fine.error());
    // The configured limits were applied when the post came in; here only the form counts.
    const auto headers = read_headers(request.raw, no_limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto first_end = request.raw.find('\n');
    if (first_end != std::string_view::npos && (first_end == 0 || request.raw[first_end - 1] != '\r')) {
        const auto converted = ascii::with_cr_before_lf(request.raw);
        auto again = request;
        again.raw = converted;
        return make_copy(again);
    }
    const bool unproven = request.caveats.author_unproven;
    if (request.hidden_in_parts.empty() && !unproven) return copy_of(request, *headers);
    auto of_parts = request;
    of_parts.hidden = request.hidden_in_parts;
    const InsideNames names(of_parts);
    const auto is_hidden = [&](const Field& field) { return (unproven && names_an_author(field)) || names.is_named_in(field); };
    const auto without = without_hidden_parts(request.raw, *headers, is_hidden);
    if (!without) return tl::unexpected<Error>(without.error());
    if (!*without) return copy_of(request, *headers);
    const auto left = read_headers(**without, no_limits);
    if (!left) return tl::unexpected<Error>(left.error());
    auto again = request;
    again.raw = **without;
    return copy_of(again, *left);
}

std::string autocrypt_field(std::string_view address, std::string_view armour) {
    const auto armoured = ascii::with_cr_before_lf(armour);
    constexpr std::string_view blank = "\r\n\r\n";
    const auto begin = armoured.find("-----BEGIN PGP PUBLIC KEY BLOCK-----"), head_end = armoured.find(blank, begin);
    if (begin == std::string::npos || head_end == std::string::npos || !is_safe(address)) return {};
    auto rest = std::string_view(armoured).substr(head_end + blank.size());
    std::string field = fmt::format("Autocrypt: addr={}; prefer-encrypt=mutual; keydata=\r\n", address);
    // Up to the checksum, or to the end of the armour where there is none (RFC 9580 §6.1).
    while (!rest.empty() && rest.front() != '=' && rest.front() != '-') {
        const auto end = std::min(rest.find("\r\n"), rest.size());
        field.append(" ").append(rest.substr(0, end)).append("\r\n");
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    return field;
}

std::string rfc5322_date(Instant t) {
    constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(t);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(t - day)};
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days.at(std::chrono::weekday{day}.c_encoding()),
                       static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace caveat::mail

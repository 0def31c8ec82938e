#include "caveat/mail/rebuild.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "ascii.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "fields.hpp"
#include "long_lines.hpp"

namespace caveat::mail {
namespace {

bool is_mark(std::string_view parameter) {
    constexpr std::array marks{"hp", "protected-headers", "hp-legacy-display"};
    const auto name = ascii::trim(parameter.substr(0, std::min(parameter.find('='), parameter.size())));
    return std::any_of(marks.begin(), marks.end(), [&](std::string_view mark) { return ascii::equal(mark, name); });
}

// Where the parameter ends that begins at `at`: at the next ";" that is in no quotes (RFC 2045 §5.1).
std::size_t end_of_parameter(std::string_view value, std::size_t at) {
    bool quoted = false;
    for (; at < value.size(); ++at) {
        if (value[at] == '\\' && quoted) {
            ++at;
        } else if (value[at] == '"') {
            quoted = !quoted;
        } else if (value[at] == ';' && !quoted) {
            break;
        }
    }
    return std::min(at, value.size());
}

void add_shape(std::string& out, const HeaderBlock& inside) {
    for (const auto& field : inside.fields) {
        if (!ascii::starts_with(field.name, "Content-")) continue;
        if (ascii::equal(field.name, "Content-Type")) {
            append_short(out, "Content-Type: " + without_protection(ascii::trim(unfold(field.value))) + "\r\n");
        } else {
            append_short(out, field.raw);
        }
    }
}

// Of a header outside what says nothing that a reader is shown, or only ever adds to what the author asked for: the way of the mail, its
// ids, marks of robots and lists, labels and the like.
constexpr std::array<std::string_view, 24> of_the_way{
    "Received",     "Return-Path",    "Delivered-To", "X-Original-To", "Authentication-Results",
    "Received-SPF", "DKIM-Signature", "Message-ID",   "Date",          "In-Reply-To",
    "References",   "Auto-Submitted", "Precedence",   "X-Precedence",  "X-Auto-Response-Suppress",
    "TLP",          "X-TLP",          "PAP",          "X-PAP",         "Embargo-Until",
    "IEP-Ref",      "Sensitivity",    "From",         "Subject"};

// What may stand in the header inside: nothing that only a server in front may write.
constexpr std::array<std::string_view, 17> of_the_author{"From",        "Sender",       "Reply-To",         "To",
                                                         "Cc",          "Date",         "Subject",          "Comments",
                                                         "Keywords",    "Organization", "Mail-Followup-To", "Mail-Reply-To",
                                                         "Followup-To", "Autocrypt",    "User-Agent",       "Thread-Topic",
                                                         "Thread-Index"};

// What only restricts: what is inside is said beside what is outside.
constexpr std::array<std::string_view, 3> wishes{"Embargo-Until", "IEP-Ref", "Sensitivity"};

// What is read of the header inside as of that outside, of both: which label the author gave it, and what it answers.
constexpr std::array<std::string_view, 4> read_of_both{"TLP", "X-TLP", "In-Reply-To", "References"};

template <std::size_t n>
bool is_in_table(const std::array<std::string_view, n>& table, std::string_view name) {
    return std::any_of(table.begin(), table.end(), [&](auto one) { return ascii::equal(one, name); });
}

bool is_of_the_way(std::string_view name) {
    return is_in_table(of_the_way, name) || ascii::starts_with(name, "List-") || ascii::starts_with(name, "ARC-");
}

bool is_whom(std::string_view name) { return ascii::equal(name, "To") || ascii::equal(name, "Cc"); }

std::string author_in(const HeaderBlock& headers) {
    const auto* from = headers.find("From");
    const auto mailboxes = from == nullptr || headers.count("From") != 1 ? std::vector<Mailbox>{} : read_mailboxes(unfold(from->value));
    return mailboxes.size() == 1 ? normalise_address(mailboxes.front().address) : std::string();
}

// Which fields of two headers make the one of the copies.
class Merging {
public:
    Merging(const Layers& layers, const HeaderBlock& outside, const HeaderBlock& inside)
        : layers_(layers), outside_(outside), inside_(inside), same_author_(is_same_author()) {}

    void write(std::string& out) const {
        for (const auto& field : outside_.fields) {
            if (!is_of_shape(field.name) && keeps(field.name)) out += field.raw;
        }
        for (const auto& field : inside_.fields) {
            if (takes(field.name) || asks_besides(field)) append_short(out, field.raw);
        }
    }
    [[nodiscard]] bool changes_nothing() const {
        const auto stays = [this](const Field& field) { return is_of_shape(field.name) || keeps(field.name) || has_same(inside_, field); };
        const auto stood = [this](const Field& field) { return (!takes(field.name) || has_same(outside_, field)) && !asks_besides(field); };
        return std::all_of(outside_.fields.begin(), outside_.fields.end(), stays) &&
               std::all_of(inside_.fields.begin(), inside_.fields.end(), stood);
    }

private:
    static bool has_same(const HeaderBlock& headers, const Field& field) {
        const auto is_it = [&](const Field& other) {
            return ascii::equal(other.name, field.name) && unfold(other.value) == unfold(field.value);
        };
        return std::any_of(headers.fields.begin(), headers.fields.end(), is_it);
    }
    // Who wrote it is known by the field outside, so that another one inside says nothing.
    [[nodiscard]] bool is_same_author() const {
        const auto author = author_in(outside_);
        return !author.empty() && author == author_in(inside_);
    }
    [[nodiscard]] bool takes(std::string_view name) const {
        if (!layers_.protects_subject || !is_in_table(of_the_author, name)) return false;
        return same_author_ || !ascii::equal(name, "From");
    }
    [[nodiscard]] bool asks_besides(const Field& field) const {
        return layers_.protects_subject && is_in_table(wishes, field.name) && !has_same(outside_, field);
    }
    [[nodiscard]] bool keeps(std::string_view name) const {
        if (layers_.protects_subject && ascii::equal(name, "Subject")) return false;
        if (takes(name) && inside_.find(name) != nullptr) return false;
        if (is_whom(name) && takes(name)) {
            const bool says_none = inside_.find("To") == nullptr && inside_.find("Cc") == nullptr;
            return says_none && (!layers_.protects_header || ascii::equal(name, "To"));
        }
        return !layers_.protects_header || is_whom(name) || is_of_the_way(name);
    }

    const Layers& layers_;
    const HeaderBlock& outside_;
    const HeaderBlock& inside_;
    bool same_author_;
};

// Of which a mail has one (RFC 5322 §3.6, RFC 2045), so that another one above it is not its author's.
bool is_had_once(std::string_view name) {
    constexpr std::array<std::string_view, 3> once{"Date", "In-Reply-To", "References"};
    return is_in_table(once, name) || is_of_shape(name);
}

// Fields that somebody else than its author can have put there. A signature is over the lowest.
std::set<const Field*> unsigned_fields(const HeaderBlock& headers, std::string_view author) {
    const auto covered = fields_signed(headers, author);
    const bool says_whom = addresses_signed(headers, author).has_value();
    std::map<std::string, std::size_t> met;
    std::set<const Field*> others;
    for (auto field = headers.fields.rbegin(); field != headers.fields.rend(); ++field) {
        const auto name = ascii::lower(field->name);
        const auto below = met[name]++;
        const auto is_signed = covered.find(name);
        if (is_signed != covered.end() && below < is_signed->second) continue;
        const bool stays = is_whom(name) ? !says_whom : is_had_once(name) ? below == 0 : is_of_the_way(name);
        if (!stays) others.insert(&*field);
    }
    return others;
}

struct BothHeaders {
    HeaderBlock outside, inside;
};

Result<BothHeaders> read_both(std::string_view outside, std::string_view inside, const Limits& limits) {
    auto first = read_headers(outside, limits);
    if (!first) return tl::unexpected<Error>(first.error());
    auto second = read_headers(inside, limits);
    if (!second) return tl::unexpected<Error>(second.error());
    return BothHeaders{std::move(*first), std::move(*second)};
}

// What of the header outside counts to whoever reads the post, the subject, and what the one inside says of label and parents.
void add_all_outside(std::string& out, const Layers& layers, const BothHeaders& headers) {
    for (const auto& field : headers.outside.fields) {
        const bool other_subject = layers.protects_subject && ascii::equal(field.name, "Subject");
        if (!is_of_shape(field.name) && !other_subject) out += field.raw;
    }
    if (!layers.protects_subject) return;
    for (const auto& field : headers.inside.fields) {
        if (ascii::equal(field.name, "Subject") || is_in_table(read_of_both, field.name)) append_short(out, field.raw);
    }
}

Result<std::string> made_anew(const Layers& layers, const Limits& limits, bool for_copies) {
    const auto entity = ascii::with_cr_before_lf(layers.inside);
    const auto headers = read_both(layers.outside, entity, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    std::string out;
    out.reserve(headers->outside.body_at + entity.size());
    if (for_copies)
        Merging(layers, headers->outside, headers->inside).write(out);
    else
        add_all_outside(out, layers, *headers);
    out += "MIME-Version: 1.0\r\n";
    add_shape(out, headers->inside);
    out += "\r\n";
    out += std::string_view(entity).substr(headers->inside.body_at);
    return out;
}

// `to` is put into To where neither To nor Cc is left; empty: nothing is. Nothing: all of them stay.
std::optional<std::string> with_fields(std::string_view came, const HeaderBlock& headers, std::string_view to,
                                       const std::function<bool(const Field&)>& stays) {
    std::string out;
    out.reserve(came.size() + to.size() + 8);
    bool is_to = to.empty(), all = true;
    for (const auto& field : headers.fields) {
        if (!stays(field)) {
            all = false;
            continue;
        }
        is_to = is_to || is_whom(field.name);
        out += field.raw;
    }
    if (all) return std::nullopt;
    if (!is_to) out.append("To: ").append(to).append("\r\n");
    out += "\r\n";
    out += came.substr(headers.body_at);
    return out;
}

}  // namespace

std::string without_protection(std::string_view value) {
    std::string kept;
    for (std::size_t at = 0; at < value.size();) {
        const auto end = end_of_parameter(value, at);
        const auto parameter = value.substr(at, end - at);
        if (at == 0 || !is_mark(parameter)) kept.append(at == 0 ? "" : ";").append(parameter);
        at = end + 1;
    }
    return kept;
}

Result<std::string> rebuilt(const Layers& layers, const Limits& limits) { return made_anew(layers, limits, false); }

Result<std::string> rebuilt_for_copies(const Layers& layers, const Limits& limits) { return made_anew(layers, limits, true); }

Result<std::optional<std::string>> with_header_inside(const Layers& layers, const Limits& limits) {
    const auto came = ascii::with_cr_before_lf(layers.outside), entity = ascii::with_cr_before_lf(layers.inside);
    const auto headers = read_both(came, entity, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const Merging merging(layers, headers->outside, headers->inside);
    if (merging.changes_nothing()) return std::optional<std::string>();
    std::string out;
    out.reserve(came.size() + headers->inside.body_at);
    merging.write(out);
    for (const auto& field : headers->outside.fields) {
        if (is_of_shape(field.name)) out += field.raw;
    }
    out += "\r\n";
    out += std::string_view(came).substr(headers->outside.body_at);
    return std::optional(std::move(out));
}

Result<std::optional<std::string>> without_uncovered(std::string_view bytes, std::string_view to, const Limits& limits) {
    const auto came = ascii::with_cr_before_lf(bytes);
    const auto headers = read_headers(came, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    return with_fields(came, *headers, to, [&](const Field& field) {
        if (is_whom(field.name)) return to.empty() || (ascii::equal(field.name, "To") && ascii::trim(field.value) == to);
        return is_of_the_way(field.name) || is_of_shape(field.name);
    });
}

Result<std::optional<std::string>> without_unsigned(std::string_view bytes, std::string_view author, std::string_view to,
                                                    const Limits& limits) {
    const auto came = ascii::with_cr_before_lf(bytes);
    const auto headers = read_headers(came, limits);
    if (!headers) return tl::unexpected<Error>(headers.error());
    const auto others = unsigned_fields(*headers, author);
    return with_fields(came, *headers, to, [&](const Field& field) { return !others.contains(&field); });
}

}  // namespace caveat::mail

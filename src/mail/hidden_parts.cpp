#include "hidden_parts.hpp"

#include <algorithm>
#include <initializer_list>

#include "ascii.hpp"
#include "calendar.hpp"
#include "caveat/mail/rebuild.hpp"
#include "cms.hpp"
#include "fields.hpp"
#include "long_lines.hpp"
#include "part_tree.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr int most_opaque = 4;  // signed texts within signed texts that are looked into

bool describes(const Field& field) { return ascii::starts_with(field.name, "Content-"); }

bool says_any(const HeaderBlock& headers, std::string_view name, std::initializer_list<std::string_view> words) {
    const auto* field = headers.find(name);
    const auto value = field == nullptr ? std::string() : ascii::lower(unfold(field->value));
    return std::any_of(words.begin(), words.end(), [&](auto word) { return value.find(word) != std::string::npos; });
}

// Only a multipart has parts with a header of their own, S/MIME may have its text inside, and an invitation says whom it is for; a file may
// be either of these by its name, in whatever way that is written.
bool may_name_any(const HeaderBlock& headers) {
    return says_any(headers, "Content-Type", {"multipart", "pkcs7", "calendar", "/ics", "name"}) ||
           says_any(headers, "Content-Disposition", {"filename"});
}

Field as_field(std::string_view raw) {
    const auto colon = raw.find(':');
    return {raw.substr(0, colon), raw.substr(colon + 1), raw};
}

bool is_invitation(const PartTree& tree, std::size_t i) {
    const auto& type = tree.at(i).type;
    const bool is_one =
        type == "text/calendar" || type == "text/x-vcalendar" || type == "application/ics" || tree.is_named(i, ".ics");
    return is_one && tree.at(i).kind == Stretch::Kind::leaf && !tree.inside_a_mail(i);
}

// Whom an invitation is for and from, which programs fill in from To and Cc, as fields of a header: "attendee: …". Nothing: a property that
// is people's words, or of something else.
std::optional<std::string> field_of_people(const std::string& property) {
    auto name = name_of_property(property);
    if (name != "attendee" && name != "organizer" && name != "contact") return std::nullopt;
    return name + ": " + property;
}

// S/MIME with its text inside: the entity that was signed.
std::optional<std::string> opaque_entity(const PartTree& tree, std::size_t i) {
    const auto& part = tree.at(i);
    const bool opaque = part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime" ||
                        (part.type.starts_with("application/") && tree.is_named(i, ".p7m"));
    return opaque && !tree.inside_a_mail(i) ? signed_entity(decode_transfer(tree.body_of(i), part.encoding)) : std::nullopt;
}

// A copy of the header for programs that do not know of protected ones (RFC 9788 §2.1.2).
bool is_display(const PartTree& tree, const Structure& structure, std::size_t i) {
    return tree.at(i).type == "text/rfc822-headers" && !structure.report && !tree.inside_a_mail(i);
}

void add_fields(std::string_view message, const HeaderBlock& headers, bool is_entity, int depth, std::vector<std::string>& found) {
    if (depth > most_opaque || (!is_entity && !may_name_any(headers))) return;
    const auto structure = read_structure(message, headers, no_limits, Structure::Reading::shape);
    if (!structure) return;
    const PartTree tree(message, *structure, no_limits);
    const auto add = [&](const HeaderBlock& header) {
        for (const auto& field : header.fields) found.push_back(std::string(field.raw));
    };
    for (std::size_t i = 0; i < tree.size(); ++i) {
        const bool is_part = (is_entity || i > 0) && !tree.inside_a_mail(i);
        if (const auto header = is_part ? tree.header_of(i) : Result<HeaderBlock>(HeaderBlock{})) add(*header);
        if (is_display(tree, *structure, i)) {
            const auto text = decode_transfer(tree.body_of(i), tree.at(i).encoding);
            if (const auto header = cut_fields(text, 0, no_limits)) add(*header);
        }
        if (is_invitation(tree, i)) {
            each_property(decode_transfer(tree.body_of(i), tree.at(i).encoding), [&](std::string_view, const std::string& property) {
                if (auto field = field_of_people(property)) found.push_back(std::move(*field));
            });
        }
        if (const auto entity = opaque_entity(tree, i)) {
            if (const auto header = cut_fields(*entity, 0, no_limits)) add_fields(*entity, *header, true, depth + 1, found);
        }
    }
}

class Trimming {
public:
    // `is_entity`: the header of the whole is one of a part.
    Trimming(std::string_view message, const Structure& structure, const IsHidden& is_hidden, bool is_entity, int depth)
        : message_(message), is_hidden_(is_hidden), tree_(message, structure, no_limits), is_entity_(is_entity), fates_(tree_.size()) {
        for (std::size_t i = fates_.size(); i-- > 0;) decide(i, structure, depth);
    }

    // The entity without them; nothing: it has none.
    [[nodiscard]] std::optional<std::string> trimmed() const {
        if (fates_.empty() || !fates_.front().touched) return std::nullopt;
        std::string out;
        write(0, out);
        return out;
    }

private:
    struct Fate {
        bool touched = false;               // it, or something within
        bool goes = false;                  // it is left out
        bool bare = false;                  // of its header stays what describes it
        std::optional<std::string> inside;  // what stands in its place
        std::optional<std::string> text;    // what it holds instead, not yet encoded
    };

    [[nodiscard]] bool names_any(const HeaderBlock& headers) const {
        return std::any_of(headers.fields.begin(), headers.fields.end(), is_hidden_);
    }

    void decide(std::size_t i, const Structure& structure, int depth) {
        auto& fate = fates_[i];
        if (tree_.inside_a_mail(i)) return;
        const auto header = tree_.header_of(i);
        fate.bare = (is_entity_ || i > 0) && header && names_any(*header);
        fate.touched = fate.bare;
        if (is_display(tree_, structure, i)) {
            const auto text = decode_transfer(tree_.body_of(i), tree_.at(i).encoding);
            const auto shown = cut_fields(text, 0, no_limits);
            fate.goes = shown && names_any(*shown);
            fate.touched = fate.touched || fate.goes;
        }
        if (is_invitation(tree_, i)) shorten(fate, decode_transfer(tree_.body_of(i), tree_.at(i).encoding));
        for (const auto part : tree_.parts_of(i)) fate.touched = fate.touched || fates_[part].touched;
        if (const auto entity = depth < most_opaque ? opaque_entity(tree_, i) : std::nullopt) look_into(fate, *entity, depth);
    }

    void shorten(Fate& fate, const std::string& calendar) const {
        std::string kept;
        each_property(calendar, [&](std::string_view lines, const std::string& property) {
            const auto field = field_of_people(property);
            if (!field || !is_hidden_(as_field(*field))) kept += lines;
        });
        if (kept.size() == calendar.size()) return;
        fate.text = std::move(kept);
        fate.touched = true;
    }

    void look_into(Fate& fate, const std::string& entity, int depth) {
        const auto header = cut_fields(entity, 0, no_limits);
        const auto structure =
            header ? read_structure(entity, *header, no_limits, Structure::Reading::shape) : tl::unexpected(header.error());
        if (!structure) return;
        fate.inside = Trimming(entity, *structure, is_hidden_, true, depth + 1).trimmed();
        fate.touched = fate.touched || fate.inside;
    }

    void write(std::size_t i, std::string& out) const {
        const auto& fate = fates_[i];
        if (fate.inside) {
            out += *fate.inside;
            return;
        }
        const auto& parts = tree_.parts_of(i);
        const bool unwrapped = fate.touched && tree_.at(i).type == "multipart/signed" && !parts.empty();
        if (unwrapped) return write(parts.front(), out);
        write_header(i, out);
        if (fate.text) {
            out += encoded(*fate.text, tree_.at(i).encoding);
            return;
        }
        if (!fate.touched || tree_.at(i).kind != Stretch::Kind::multipart || parts.empty()) {
            out += tree_.body_of(i);
            return;
        }
        const auto boundary = "--" + tree_.parameter(i, "Content-Type", "boundary");
        for (const auto part : parts) {
            if (fates_[part].goes) continue;
            out += boundary + "\r\n";
            write(part, out);
            out += "\r\n";
        }
        out += boundary + "--\r\n";
    }

    static std::string encoded(const std::string& text, std::string_view encoding) {
        if (encoding == "base64" || is_uuencode(encoding)) return encode_base64_lines(text);
        return encoding == "quoted-printable" ? encode_quoted_printable(text) : text;
    }

    // What was protected is in front of the message; a mark of that without it would have programs show nothing.
    void write_header(std::size_t i, std::string& out) const {
        const auto headers = tree_.header_of(i);
        for (const auto& field : headers ? headers->fields : std::vector<Field>{}) {
            if (fates_[i].text && (ascii::equal(field.name, "Content-MD5") || ascii::equal(field.name, "Content-Length"))) continue;
            const bool other_code = fates_[i].text && is_uuencode(tree_.at(i).encoding);
            if (other_code && ascii::equal(field.name, "Content-Transfer-Encoding")) {
                out += "Content-Transfer-Encoding: base64\r\n";
            } else if (!fates_[i].bare) {
                out += field.raw;
            } else if (ascii::equal(field.name, "Content-Type")) {
                append_short(out, "Content-Type: " + without_protection(ascii::trim(unfold(field.value))) + "\r\n");
            } else if (describes(field) && !is_hidden_(field)) {
                out += field.raw;
            }
        }
        out += "\r\n";
    }

    std::string_view message_;
    const IsHidden& is_hidden_;
    PartTree tree_;
    bool is_entity_;
    std::vector<Fate> fates_;
};

}  // namespace

std::vector<std::string> fields_of_parts(std::string_view message, const HeaderBlock& headers) {
    std::vector<std::string> found;
    add_fields(message, headers, false, 0, found);
    return found;
}

Result<std::optional<std::string>> without_hidden_parts(std::string_view message, const HeaderBlock& headers, const IsHidden& is_hidden) {
    if (!may_name_any(headers)) return std::optional<std::string>();
    const auto structure = read_structure(message, headers, no_limits, Structure::Reading::shape);
    if (!structure) return tl::unexpected<Error>(structure.error());
    const auto entity = Trimming(message, *structure, is_hidden, false, 0).trimmed();
    if (!entity) return std::optional<std::string>();
    auto made = rebuilt({message, *entity, false, false}, no_limits);
    if (!made) return tl::unexpected<Error>(made.error());
    return std::optional(std::move(*made));
}

}  // namespace caveat::mail

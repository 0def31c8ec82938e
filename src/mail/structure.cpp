#include "structure.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "ascii.hpp"
#include "cms.hpp"
#include "fields.hpp"
#include "mails_within.hpp"
#include "part_fields.hpp"
#include "transfer.hpp"

namespace caveat::mail {
namespace {

constexpr std::string_view text_plain = "text/plain";

// Some writers, and gateways that know no multipart, leave its name, its boundary or its encoding in a form that nobody can cut by. What
// would be read in another way in a part of it says so in fields.
bool describes_parts(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at = line_at(text, at).next) {
        if (ascii::starts_with(text.substr(at, 8), "Content-")) return true;
    }
    return false;
}

// S/MIME with its text inside (RFC 8551 §3.2); programs that do not know it send it as a file. Its parts count as enclosed: not trusted.
// A header in there does not: programs show it as the message's own (RFC 9788), whoever wrote it.
bool is_opaque(const Part& part) {
    return part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime" ||
           ascii::lower(part.filename).ends_with(".p7m");
}

// What the bytes around are that are not the message's own.
enum class Within : std::uint8_t { nothing, signature, mail };

bool is_enclosed(Within within) { return within != Within::nothing; }

// What is open at the current line, outermost first.
struct Open {
    bool multipart = false;  // else an enclosed message
    std::string delimiter;   // "--" and the boundary
    std::string own_path;    // of the multipart as a part, used if it turns out to have no parts
    std::string prefix;      // of its children: "", "1.", "1.2."
    std::size_t children = 0;
    std::size_t begin = 0;  // of the body
    std::size_t part = 0;   // of an enclosed message: its index in parts
    std::size_t stretch = 0;
    bool digest = false;  // RFC 2046 §5.1.5: children are messages if they do not say otherwise
    Within within{};
    bool top = false;
    bool is_signed = false;
    bool coded = false;  // which no multipart may be (RFC 2045 §6.4)
};

struct Leaf {
    std::size_t part = 0;
    std::size_t stretch = 0;
    std::size_t begin = 0;
    std::string encoding;
    Within within{};
    bool uncut = false;  // a multipart whose parts were not found
};

// What all walks through one message share.
struct Walks {
    std::size_t budget;  // bytes of content that may still be held
    struct File {
        std::size_t part = 0, depth = 0;  // of what is around it
    };
    std::vector<File> files = {};  // parts that may hold mails though they are none
};

class Walker {
public:
    enum class Kind : std::uint8_t { message, entity };  // what the bytes are as a whole

    using Reading = Structure::Reading;

    Walker(Kind kind, Reading reading, std::string_view bytes, const Limits& limits, std::size_t depth, Walks& walks, Structure& out)
        : kind_(kind), reading_(reading), bytes_(bytes), limits_(limits), depth_(depth), walks_(walks), out_(out) {}

    // The message whose header is `headers`; its parts get `prefix`.
    Result<void> walk(const HeaderBlock& headers, const std::string& prefix, Within within, bool top) {
        const auto& fields = headers.fields;
        header_at_ = fields.empty() ? 0 : static_cast<std::size_t>(fields.front().raw.data() - bytes_.data());
        heads_message_ = kind_ == Kind::message;
        if (auto begun = body(headers, prefix + "1", prefix, within, top, false); !begun) return begun;
        for (pos_ = headers_end_; pos_ < bytes_.size() && error_.detail.empty();) {
            const auto at = next_dashes();
            if (at == std::string_view::npos) break;
            const auto line = line_at(bytes_, at);
            pos_ = line.next;
            delimiter(line.text, at);
        }
        if (error_.detail.empty()) close_to(0, bytes_.size());
        if (!error_.detail.empty()) return tl::unexpected<Error>(error_);
        return {};
    }

    // RFC 6532 §3.7 allows message/global to be encoded, and labels must be found in there too.
    Result<void> coded(Kind kind, std::string_view inner, const std::string& prefix, Within within) {
        const auto depth = depth_ + open_.size() + 1;
        if (depth > limits_.depth) return fail(errc::limit, "parts are nested deeper than {}", limits_.depth);
        const auto headers = cut_fields(inner, 0, limits_);
        if (!headers) return tl::unexpected<Error>(headers.error());
        return Walker(kind, reading_, inner, limits_, depth, walks_, out_).walk(*headers, prefix, within, false);
    }

private:
    // The next line that begins with "--": only those can be boundaries, so that the rest is never looked at line by line.
    std::size_t next_dashes() const {
        if (!std::any_of(open_.begin(), open_.end(), [](const Open& o) { return o.multipart; })) return std::string_view::npos;
        for (auto at = pos_; at < bytes_.size(); ++at) {
            if (bytes_.compare(at, 2, "--") == 0) return at;
            at = bytes_.find('\n', at);
            if (at == std::string_view::npos) break;
        }
        return std::string_view::npos;
    }

    // The index of the open multipart whose boundary `line` is, innermost first, and whether it closes it.
    std::optional<std::pair<std::size_t, bool>> matching(std::string_view line) const {
        for (auto i = open_.size(); i-- > 0;) {
            if (!open_[i].multipart || !line.starts_with(open_[i].delimiter)) continue;
            auto rest = line.substr(open_[i].delimiter.size());
            const bool closes = rest.starts_with("--");
            if (closes) rest.remove_prefix(2);
            if (ascii::trim(rest).empty()) return std::pair{i, closes};
        }
        return std::nullopt;
    }

    void delimiter(std::string_view line, std::size_t at) {
        const auto match = matching(line);
        if (!match) return;
        const auto [index, closes] = *match;
        close_to(index + 1, before_line(at));
        if (!error_.detail.empty()) return;
        if (!closes) {
            child(index);
            return;
        }
        // Its epilogue means nothing (RFC 2046 §5.1.1), and its boundary no longer counts.
        if (open_[index].children == 0) return close_to(index, before_line(at));
        end_stretch(open_[index].stretch, pos_);
        open_.resize(index);
    }

    // The line end before a boundary belongs to the boundary.
    std::size_t before_line(std::size_t at) const {
        if (at > 0 && bytes_[at - 1] == '\n') --at;
        if (at > 0 && bytes_[at - 1] == '\r' && bytes_[at] == '\n') --at;
        return at;
    }

    void child(std::size_t index) {
        const auto number = ++open_[index].children;
        if (open_[index].top) out_.top_children = number;
        const auto path = open_[index].prefix + std::to_string(number);
        const auto within = open_[index].within;
        header_at_ = pos_;
        heads_message_ = false;
        auto headers = inner_header();
        if (!headers) return;
        if (auto begun = body(*headers, path, path + ".", within, false, open_[index].digest); !begun) error_ = begun.error();
    }

    // A part's header may be cut short by a boundary, and then it has no body.
    std::optional<HeaderBlock> inner_header() {
        auto headers = cut_fields(bytes_, pos_, limits_,
                                  [this](std::string_view line) { return line.starts_with("--") && matching(line).has_value(); });
        if (!headers) {
            error_ = headers.error();
            return std::nullopt;
        }
        pos_ = headers->body_at;
        return std::move(*headers);
    }

    // Opens what a header announces. `path` is the part's own, `prefix` that of its children.
    Result<void> body(const HeaderBlock& headers, const std::string& path, const std::string& prefix, Within within, bool top,
                      bool in_digest) {
        headers_end_ = headers.body_at;
        auto type = parameters_of(headers, "Content-Type");
        if (top) out_.top = type;
        const auto encoding = encoding_of(headers);
        if (says_otherwise(headers, "Content-Type") || says_otherwise(headers, "Content-Transfer-Encoding") || says_otherwise(type) ||
            is_doubtful_encoding(encoding) || (!heads_message_ && goes_on(headers)))
            doubt(path);
        note_header(headers, within);
        const bool called_multipart = type.head.starts_with("multipart");
        if (!is_type(type.head)) type.head = in_digest && headers.find("Content-Type") == nullptr ? "message/rfc822" : text_plain;
        if (within == Within::nothing && type.head == "multipart/report") out_.report = true;
        const auto boundary = type.get("boundary");
        const bool multipart = type.head.starts_with("multipart/");
        note(multipart && boundary.empty() ? Stretch::Kind::uncut
             : multipart                   ? Stretch::Kind::multipart
                                           : Stretch::Kind::leaf,
             headers, type);
        if (multipart && !boundary.empty()) {
            return open({true, "--" + boundary, path, prefix, 0, headers.body_at, 0, stretch_, type.head == "multipart/digest", within, top,
                         type.head == "multipart/signed", is_coded(encoding)});
        }
        // A multipart without a boundary cannot be cut. It is read as one text, so that no label in it is missed.
        if (multipart) type.head = text_plain;
        if (auto begun = part(headers, type, path, within); !begun) return begun;
        if (called_multipart && is_coded(encoding)) doubt(path);
        if (leaf_) leaf_->uncut = leaf_->uncut || called_multipart;  // a mail that was walked in place may have set it
        return {};
    }

    // Readers may read this part otherwise than it is read here.
    void doubt(const std::string& path) {
        if (out_.uncertain.empty()) out_.uncertain = path;
    }

    // The header of a part ended at a line that is no field, and behind it is more of it: programs that pass over such a line read on. Of
    // a mail both readings are read (read_otherwise).
    bool goes_on(const HeaderBlock& headers) const {
        if (ends_in_empty_line(bytes_.substr(header_at_, headers.body_at - header_at_))) return false;
        for (auto at = headers.body_at; at < bytes_.size();) {
            auto line = line_at(bytes_, at);
            if (line.text.empty() || (line.text.starts_with("--") && matching(line.text))) return false;
            at = line.next;
            const auto name = name_of_field(line.text);
            if (ascii::starts_with(name, "Content-")) return true;
        }
        return false;
    }

    // That of an enclosed message is read with the message.
    void note_header(const HeaderBlock& headers, Within within) {
        if (heads_message_) return;
        auto header = part_header(headers);
        header.enclosed = within == Within::mail;
        if (!header.empty()) out_.part_headers.push_back(std::move(header));
    }

    // Only the message's own bytes have stretches: a walk through something decoded has a depth.
    void note(Stretch::Kind kind, const HeaderBlock& headers, const Parameters& type) {
        if (depth_ > 0) return;
        stretch_ = out_.stretches.size();
        const bool under_signature = std::any_of(open_.begin(), open_.end(), [](const Open& o) { return o.is_signed; });
        const bool odd_boundary = type.head.starts_with("multipart/") && !ascii::is_plain(type.get("boundary"));
        out_.stretches.push_back({kind, heads_message_, under_signature, header_at_, headers.body_at, bytes_.size(), type.head,
                                  encoding_of(headers), odd_boundary});
    }

    void end_stretch(std::size_t stretch, std::size_t end) {
        if (depth_ == 0) out_.stretches[stretch].end = std::max(end, out_.stretches[stretch].body_at);
    }

    Result<void> open(Open next) {
        if (depth_ + open_.size() >= limits_.depth) return fail(errc::limit, "parts are nested deeper than {}", limits_.depth);
        open_.push_back(std::move(next));
        return {};
    }

    Result<void> part(const HeaderBlock& headers, const Parameters& type, const std::string& path, Within within) {
        if (out_.parts.size() >= limits_.parts) return fail(errc::limit, "the message has more than {} parts", limits_.parts);
        const auto disposition = parameters_of(headers, "Content-Disposition");
        Part part;
        part.path = path;
        part.type = type.head;
        part.charset = ascii::lower(ascii::trim(type.get("charset")));
        part.delsp = ascii::equal(type.get("format"), "flowed") && ascii::equal(type.get("delsp"), "yes");
        // RFC 2183 §2.8: an unknown disposition is an attachment.
        part.disposition = disposition.head.empty() ? "" : disposition.head == "inline" ? "inline" : "attachment";
        name_part(part, headers, disposition, type);
        part.enclosed = is_enclosed(within);
        out_.parts.push_back(std::move(part));
        const auto encoding = encoding_of(headers);
        if (!is_message(type.head) || is_coded(encoding)) {
            leaf_ = Leaf{out_.parts.size() - 1, stretch_, headers.body_at, encoding, within};
            return {};
        }
        if (depth_ == 0) out_.stretches[stretch_].kind = Stretch::Kind::message;
        return enclosed_message(headers.body_at, path);
    }

    // The message is walked in place; nested ones come back here through body(), at most `depth` deep.
    Result<void> enclosed_message(std::size_t begin, const std::string& path) {
        Open message;
        message.begin = begin;
        message.part = out_.parts.size() - 1;
        message.stretch = stretch_;
        if (auto opened = open(std::move(message)); !opened) return opened;
        pos_ = bytes_.size() - mail_within(bytes_.substr(begin)).size();
        header_at_ = pos_;
        heads_message_ = true;
        auto headers = inner_header();
        if (!headers) return tl::unexpected<Error>(error_);
        return body(*headers, path + ".1", path + ".", Within::mail, false, false);
    }

    void close_to(std::size_t keep, std::size_t end) {
        close_leaf(end);
        while (open_.size() > keep && error_.detail.empty()) {
            const auto last = std::move(open_.back());
            open_.pop_back();
            end_stretch(last.stretch, end);
            if (!last.multipart) {
                out_.parts[last.part].content = take(last.begin, end, {});
            } else if (last.children == 0) {
                // The boundary never appeared: the whole is read as one text, so that no label in it is missed.
                if (depth_ == 0) out_.stretches[last.stretch].kind = Stretch::Kind::uncut;
                stretch_ = last.stretch;
                HeaderBlock none;
                none.body_at = last.begin;
                Parameters text;
                text.head = text_plain;
                if (auto opened = part(none, text, last.own_path, last.within); !opened)
                    error_ = opened.error();
                else if (leaf_)
                    leaf_->uncut = true;
                if (last.coded) doubt(last.own_path);
                close_leaf(end);
            }
        }
    }

    void close_leaf(std::size_t end) {
        if (!leaf_) return;
        const auto leaf = std::move(*leaf_);
        leaf_.reset();
        end_stretch(leaf.stretch, end);
        if (reading_ == Reading::shape) return;
        out_.parts[leaf.part].content = take(leaf.begin, end, leaf.encoding);
        if (leaf.uncut && describes_parts(out_.parts[leaf.part].content)) doubt(out_.parts[leaf.part].path);
        if (is_opaque(out_.parts[leaf.part])) {
            const auto entity = signed_entity(out_.parts[leaf.part].content);
            if (!entity) return;
            const auto within = leaf.within == Within::mail ? Within::mail : Within::signature;
            if (auto walked = coded(Kind::entity, *entity, out_.parts[leaf.part].path + ".", within); !walked) error_ = walked.error();
            return;
        }
        if (!is_message(out_.parts[leaf.part].type)) return walks_.files.push_back({leaf.part, depth_ + open_.size()});
        // Taken out of the part while it is walked, because the walk adds parts and thereby moves them.
        auto inner = std::move(out_.parts[leaf.part].content);
        if (auto walked = coded(Kind::message, mail_within(inner), out_.parts[leaf.part].path + ".", Within::mail); !walked)
            error_ = walked.error();
        out_.parts[leaf.part].content = std::move(inner);
    }

    // An enclosed message is stored once for each message around it, so the sum is limited as well as the message.
    std::string take(std::size_t begin, std::size_t end, std::string_view encoding) {
        if (reading_ == Reading::shape) return {};
        const auto size = end > begin ? end - begin : 0;
        if (size > walks_.budget) {
            error_ = {errc::limit, fmt::format("enclosed messages repeat more than {} bytes", 4 * limits_.message)};
            return {};
        }
        walks_.budget -= size;
        return decode_transfer(bytes_.substr(begin, size), encoding);
    }

    Kind kind_;
    Reading reading_;
    std::string_view bytes_;
    const Limits& limits_;
    std::size_t depth_;    // of what is around these bytes
    Walks& walks_;
    Structure& out_;
    std::size_t pos_ = 0;
    std::size_t headers_end_ = 0;
    std::size_t header_at_ = 0;   // of the header that is being read
    bool heads_message_ = false;  // it is a message's own
    std::size_t stretch_ = 0;     // the last one noted
    std::vector<Open> open_;
    std::optional<Leaf> leaf_;
    Error error_{errc::invalid, {}};
};

// After the message itself, from whose parts no file takes the room. No program opens a file as parts of the message: beyond a limit it is
// not read on, and the message is none that is beyond one.
void walk_files(const Limits& limits, Walks& walks, Structure& out) {
    for (std::size_t i = 0; i < walks.files.size(); ++i) {  // it grows: files in files
        const auto [part, depth] = walks.files[i];
        // Taken out of the parts while it is walked, because the walk adds parts and thereby moves them.
        auto file = std::move(out.parts[part]);
        const auto mails = mails_of_file(file);
        for (std::size_t m = 0; m < mails.size() && !file.cut_short; ++m) {
            const auto prefix = mails.size() == 1 ? file.path + "." : fmt::format("{}.{}.", file.path, m + 1);
            file.cut_short = !Walker(Walker::Kind::message, Structure::Reading::whole, {}, limits, depth, walks, out)
                                  .coded(Walker::Kind::message, mails[m], prefix, Within::mail);
        }
        out.parts[part] = std::move(file);
    }
}

}  // namespace

std::string charset_of_text(const std::vector<Part>& parts) {
    const auto says = [](const Part& part) { return !part.enclosed && part.type.starts_with("text/") && !part.charset.empty(); };
    const auto found = std::find_if(parts.begin(), parts.end(), says);
    return found == parts.end() ? std::string() : found->charset;
}

Result<HeaderBlock> read_top(std::string_view message, const Limits& limits) {
    if (message.size() > limits.message) return fail(errc::limit, "the message has more than {} bytes", limits.message);
    return cut_fields(message, message.starts_with("From ") ? line_at(message, 0).next : 0, limits);
}

Result<Structure> read_structure(std::string_view message, const HeaderBlock& headers, const Limits& limits, Structure::Reading reading) {
    Structure structure;
    Walks walks{.budget = 4 * std::min(limits.message, std::numeric_limits<std::size_t>::max() / 4)};
    if (auto walked =
            Walker(Walker::Kind::message, reading, message, limits, 0, walks, structure).walk(headers, "", Within::nothing, true);
        !walked)
        return tl::unexpected<Error>(walked.error());
    walk_files(limits, walks, structure);
    return structure;
}

}  // namespace caveat::mail

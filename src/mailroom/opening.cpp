#include "caveat/mailroom/opening.hpp"

#include <array>
#include <vector>

#include "caveat/mail/pgp_shape.hpp"

namespace caveat::mailroom {
namespace {

using Kind = mail::PgpShape::Kind;

constexpr int most_layers = 3;  // signed, encrypted, signed inside

class Opening {
public:
    Opening(openpgp::Reader& reader, const mail::Limits& limits) : reader_(reader), limits_(limits) {}

    Result<Opened> of(std::string_view bytes) {
        if (auto read = entity(bytes, 0); !read) return tl::unexpected(read.error());
        conclude();
        if (!opened_.error.empty()) opened_.text.clear();
        return std::move(opened_);
    }

private:
    Result<void> entity(std::string_view bytes, int depth);
    Result<void> layer(const mail::PgpShape& shape, int depth);
    Result<void> take(const Result<openpgp::Read>& read, bool whole);
    void conclude();

    openpgp::Reader& reader_;
    const mail::Limits& limits_;
    Opened opened_;
    std::vector<openpgp::SeenSignature> signatures_;
    bool partly_ = false;
    bool two_in_one_ = false;
};

Result<void> Opening::entity(std::string_view bytes, int depth) {
    const auto shape = mail::pgp_shape(bytes, limits_);
    if (!shape) return tl::unexpected(shape.error());
    const auto what = mail::shown(bytes, limits_);
    if (!what) return tl::unexpected(what.error());
    if (depth == 0 || what->protects_subject) opened_.subject = what->subject;
    if (shape->kind == Kind::none || shape->kind == Kind::partial) {
        if (shape->kind == Kind::partial) partly_ = true;
        opened_.text = what->text;
        return {};
    }
    if (depth == most_layers) return fail(errc::limit, "signed or encrypted more than {} times over", most_layers);
    return layer(*shape, depth);
}

Result<void> Opening::layer(const mail::PgpShape& shape, int depth) {
    const auto most = limits_.message;
    if (shape.kind == Kind::signed_parts) {
        const auto read = reader_.verify(shape.content, shape.signature);
        if (auto taken = take(read, true); !taken) return taken;
        return entity(shape.content, depth + 1);
    }
    const bool sealed = shape.kind == Kind::encrypted;
    if (sealed) opened_.encrypted = true;
    const auto read = sealed ? reader_.open(shape.content, most) : reader_.verify_block(shape.content, most);
    if (auto taken = take(read, !sealed); !taken) return taken;
    if (!read) return {};
    if (shape.entity) return entity(read->plain, depth + 1);
    // A text is looked at as the body of a message of one part, so that a block in it is found.
    const auto inside = "Content-Type: text/plain; charset=utf-8\r\n\r\n" + read->plain;
    return entity(inside, depth + 1);
}

// What GnuPG saw in one layer. `whole`: there must be a signature.
Result<void> Opening::take(const Result<openpgp::Read>& read, bool whole) {
    if (!read) {
        if (read.error().code == errc::temporary) return tl::unexpected(read.error());
        opened_.error = read.error().detail;
        if (whole) signatures_.emplace_back();
        return {};
    }
    if (read->signatures.size() > 1) two_in_one_ = true;
    if (whole && read->signatures.empty()) signatures_.emplace_back();
    signatures_.insert(signatures_.end(), read->signatures.begin(), read->signatures.end());
    return {};
}

// K4: all of it by one. Two layers of the same signer are one.
void Opening::conclude() {
    if (signatures_.empty()) {
        opened_.is_signed = partly_ && !opened_.encrypted ? Signed::partial : Signed::none;
        return;
    }
    const auto& first = signatures_.front();
    for (const auto& one : signatures_) {
        if (one.valid != first.valid || one.signer != first.signer) two_in_one_ = true;
    }
    if (two_in_one_) {
        opened_.is_signed = Signed::partial;
    } else if (!first.valid) {
        opened_.is_signed = Signed::invalid;
    } else {
        opened_.is_signed = Signed::valid;
        opened_.signer = first.signer;
        opened_.made = first.made;
    }
}

}  // namespace

std::string_view name(Signed what) {
    constexpr std::array<std::string_view, 4> names{"none", "valid", "invalid", "partial"};
    return names.at(static_cast<std::size_t>(what));
}

Result<Opened> open_mail(openpgp::Reader& reader, std::string_view bytes, const mail::Limits& limits) {
    return Opening(reader, limits).of(bytes);
}

}  // namespace caveat::mailroom

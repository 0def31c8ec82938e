// RFC 5322 §2.2: cutting a header block into fields. Two ways in: read_headers is strict, since a post that two readers understand
// differently is an attack (S3); cut_fields takes what it can get, for mail that is only looked at.
#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "caveat/mail/message.hpp"
#include "fields.hpp"

namespace caveat::mail {
namespace {

// RFC 5322 §3.6: at most once. With two of them one message can show different authors or labels to the filter and to the reader, or be two
// posts. The others of §3.6 mislead nobody here and are taken as §4.5 has it: lists of addresses count together, of the rest the first.
constexpr std::array<std::string_view, 3> singular{"From", "Message-ID", "Subject"};

// §2.2: printable ASCII but the colon. Older mail has blanks before the colon (§4.5.8, obsolete); they are not part of the name.
std::string_view field_name(std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return {};
    auto name = line.substr(0, colon);
    while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
    for (const char c : name) {
        if (c <= ' ' || c == 0x7F || !ascii::is_plain(c)) return {};
    }
    return name;
}

bool is_fold(std::string_view line) { return !line.empty() && (line.front() == ' ' || line.front() == '\t'); }

std::string_view without_line_end(std::string_view raw) {
    if (!raw.empty() && raw.back() == '\n') raw.remove_suffix(1);
    if (!raw.empty() && raw.back() == '\r') raw.remove_suffix(1);
    return raw;
}

Field field_of(std::string_view raw) {
    const auto text = without_line_end(raw);
    return {field_name(text.substr(0, text.find('\n'))), text.substr(text.find(':') + 1), raw};
}

// A file from a Unix disk ends its lines in LF; a post from the wire never does. Both are accepted; a mixture is not, because it is a way
// to smuggle headers.
Result<void> check_line_ends(std::string_view block) {
    const bool unix_file = block.find('\n') != std::string_view::npos && block.find('\r') == std::string_view::npos;
    if (unix_file) return {};
    for (std::size_t i = 0; i < block.size(); ++i) {
        if (block[i] == '\r' && (i + 1 == block.size() || block[i + 1] != '\n'))
            return fail(errc::invalid, "CR alone at byte {} of the header", i);
        if (block[i] == '\n' && (i == 0 || block[i - 1] != '\r')) return fail(errc::invalid, "LF alone at byte {} of the header", i);
    }
    return {};
}

}  // namespace

Line line_at(std::string_view bytes, std::size_t pos) {
    const auto end = bytes.find('\n', pos);
    if (end == std::string_view::npos) return {bytes.substr(pos), bytes.size()};
    auto text = bytes.substr(pos, end - pos);
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return {text, end + 1};
}

const Field* HeaderBlock::find(std::string_view name) const {
    for (const auto& field : fields) {
        if (ascii::equal(field.name, name)) return &field;
    }
    return nullptr;
}

std::size_t HeaderBlock::count(std::string_view name) const {
    std::size_t n = 0;
    for (const auto& field : fields) n += ascii::equal(field.name, name) ? 1 : 0;
    return n;
}

Result<HeaderBlock> cut_fields(std::string_view bytes, std::size_t pos, const Limits& limits,
                               const std::function<bool(std::string_view)>& stop) {
    HeaderBlock block;
    const std::size_t begin = pos;
    std::size_t field_at = pos;
    const auto close = [&](std::size_t end) {
        if (end > field_at) block.fields.push_back(field_of(bytes.substr(field_at, end - field_at)));
    };
    while (pos < bytes.size()) {
        const auto line = line_at(bytes, pos);
        if (line.text.empty() || (stop && stop(line.text))) {
            close(pos);
            block.body_at = line.text.empty() ? line.next : pos;
            return block;
        }
        const bool fold = is_fold(line.text) && pos > field_at;
        if (!fold && field_name(line.text).empty()) break;
        if (!fold) {
            close(pos);
            field_at = pos;
        }
        if (line.next - begin > limits.header_block) return fail(errc::limit, "the header has more than {} bytes", limits.header_block);
        if (block.fields.size() >= limits.headers) return fail(errc::limit, "the header has more than {} fields", limits.headers);
        pos = line.next;
    }
    close(pos);
    block.body_at = pos;
    return block;
}

Result<HeaderBlock> read_headers(std::string_view message, const Limits& limits) {
    if (message.size() > limits.message) return fail(errc::limit, "the message has more than {} bytes", limits.message);
    auto block = cut_fields(message, 0, limits);
    if (!block) return block;
    // cut_fields stops at a line that is no field; here only an empty line or the end of the message may end the header.
    const auto cut = message.substr(0, block->body_at);
    if (!ends_in_empty_line(cut) && block->body_at < message.size())
        return fail(errc::invalid, "a header line without colon at byte {}", block->body_at);
    if (cut.find('\0') != std::string_view::npos) return fail(errc::invalid, "NUL in the header");
    if (auto ends = check_line_ends(cut); !ends) return tl::unexpected<Error>(ends.error());
    for (const auto name : singular) {
        if (block->count(name) > 1) return fail(errc::invalid, "more than one {}", name);
    }
    return block;
}

bool ends_in_empty_line(std::string_view header) {
    return header == "\n" || header == "\r\n" || header.ends_with("\n\n") || header.ends_with("\n\r\n");
}

std::string_view name_of_field(std::string_view& line) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    const auto colon = line.find(':');
    const auto name = colon == std::string_view::npos ? std::string_view() : ascii::trim(line.substr(0, colon));
    return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; }) ? name : std::string_view();
}

std::string unfold(std::string_view value) {
    std::string out;
    out.reserve(value.size());
    bool fold = false;  // the tab some writers fold with reads as a blank
    for (const char c : ascii::trim(value)) {
        if (c != '\r' && c != '\n') out += fold && c == '\t' ? ' ' : c;
        fold = c == '\n';
    }
    return out;
}

bool is_of_shape(std::string_view name) { return ascii::starts_with(name, "Content-") || ascii::equal(name, "MIME-Version"); }

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace caveat::mail

// RFC 5322 §3.4 with what of §4.4 is seen in the wild. One pass with a depth counter for comments: nothing recurses, nothing backtracks.
#include <algorithm>

#include "ascii.hpp"
#include "caveat/mail/message.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// Reads one list into mailboxes, character by character.
class AddressReader {
public:
    explicit AddressReader(std::string_view text) : text_(text) {}

    std::vector<Mailbox> read() {
        while (at_ < text_.size()) step();
        finish();
        return std::move(found_);
    }

private:
    void step() {
        const char c = text_[at_];
        switch (c) {
            case '"':
                quoted();
                return;
            case '(':
                comment();
                return;
            case '[':
                literal();
                return;
            case '<':
                if (!angle_seen_) in_angle_ = angle_seen_ = true;
                break;
            case '>':
                in_angle_ = false;
                break;
            case ',':
                in_angle_&& address_.empty() ? void() : in_angle_ ? route() : finish();
                break;
            case ':':
                // Inside angles it ends a source route (§4.4), outside it names a group (§3.4), whose name nobody needs.
                if (!in_angle_)
                    clear();
                else if (address_.starts_with('@'))
                    address_.clear();
                else
                    plain(c);  // no address, and not the one behind it
                break;
            case ';':
                finish();
                break;
            default:
                plain(c);
                break;
        }
        ++at_;
    }

    // "<@a,@b:user@host>": all before the colon is the route. Anything else with a comma in angles is two addresses.
    void route() {
        if (address_.front() != '@') finish();
    }

    void plain(char c) {
        if (in_angle_) {
            if (!ascii::is_blank(c)) address_ += c;
        } else if (!angle_seen_) {
            phrase_ += ascii::is_blank(c) ? ' ' : c;
        }
    }

    void quoted() {
        std::string inner;
        std::string as_written = "\"";
        for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) as_written += text_[at_++];
            as_written += text_[at_];
            inner += text_[at_];
        }
        ++at_;
        if (in_angle_) {
            address_ += as_written + '"';
            return;
        }
        if (angle_seen_) return;
        // `"john doe"@example.org` is an address, `"John Doe" <…>` a name; the next character tells.
        const bool local = at_ < text_.size() && text_[at_] == '@';
        phrase_ += local ? as_written + '"' : inner;
        (local ? local_quoted_ : name_quoted_) = true;
    }

    void comment() {
        int depth = 0;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\' && at_ + 1 < text_.size())
                comment_ += text_[++at_];
            else if (c == '(' && depth++ == 0)
                continue;
            else if (c == ')' && --depth == 0)
                break;
            else
                comment_ += c;
        }
        ++at_;
    }

    void literal() {
        const auto end = text_.find(']', at_);
        const auto stop = end == std::string_view::npos ? text_.size() : end + 1;
        for (; at_ < stop; ++at_) plain(text_[at_]);
    }

    void finish() {
        const auto words = ascii::trim(phrase_);
        Mailbox box;
        if (angle_seen_) {
            box = {decode_words(words), address_};
        } else if (!name_quoted_ && (words.find('@') != std::string_view::npos || words.find(' ') == std::string_view::npos)) {
            // `"someone@orchid.example"` in quotes alone is a name: what only some readers take for an address must not become one here.
            box.address = words;
            if (!local_quoted_) std::erase(box.address, ' ');
        } else {
            box.name = decode_words(words);  // a name and no address: kept, so that it is not mistaken for nobody
        }
        if (box.name.empty()) box.name = decode_words(ascii::trim(comment_));
        box.address = to_utf8(box.address, {});
        if (const auto at = box.address.rfind('@'); at != std::string::npos)
            box.address.replace(at, std::string::npos, ascii::lower(box.address.substr(at)));
        if (!box.name.empty() || !box.address.empty()) found_.push_back(std::move(box));
        clear();
    }

    void clear() {
        phrase_.clear();
        address_.clear();
        comment_.clear();
        in_angle_ = angle_seen_ = name_quoted_ = local_quoted_ = false;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string phrase_, address_, comment_;
    bool in_angle_ = false, angle_seen_ = false, name_quoted_ = false, local_quoted_ = false;
    std::vector<Mailbox> found_;
};

}  // namespace

std::vector<Mailbox> read_mailboxes(std::string_view value) { return AddressReader(value).read(); }

bool has_bare_comma(std::string_view value) {
    const auto boxes = read_mailboxes(value);
    const auto addressed = [](const Mailbox& box) { return box.address.find('@') != std::string::npos; };
    return std::any_of(boxes.begin(), boxes.end(), addressed) && !std::all_of(boxes.begin(), boxes.end(), addressed);
}

// RFC 5322 §3.6.4, and what is seen of it: ids without brackets, with one of them, as encoded words. What has no brackets must have an "@"
// within: prose and dates stand in these fields too.
std::vector<std::string> read_message_ids(std::string_view value) {
    std::string decoded;
    if (value.find("=?") != std::string_view::npos) value = decoded = decode_words(unfold(value));
    std::vector<std::string> ids;
    const auto take = [&ids](std::string_view text, bool bracketed) {
        std::string id;
        for (const char c : text) {
            if (!ascii::is_blank(c) && !ascii::is_control(c)) id += c;
        }
        const auto at = id.rfind('@');
        const bool whole = at != std::string::npos && at > 0 && at + 1 < id.size();
        if (bracketed ? !id.empty() : whole) ids.push_back(std::move(id));
    };
    for (std::size_t at = 0; at < value.size();) {
        const bool open = value[at] == '<';
        if (open) ++at;
        const auto bracket = std::min(value.find_first_of("<>", at), value.size());
        if (open && bracket < value.size() && value[bracket] == '>') {
            take(value.substr(at, bracket - at), true);
            at = bracket + 1;
            continue;
        }
        // Up to the next bracket each word is looked at, and nothing beyond it; behind one that was never closed the id is the first of them.
        while (at < bracket) {
            const auto end = std::min(value.find_first_of(" \t\r\n,;\"()<>", at), bracket);
            take(value.substr(at, end - at), false);
            at = end + 1;
        }
        at = bracket;
        if (at < value.size() && value[at] == '>') ++at;
    }
    return ids;
}

}  // namespace caveat::mail

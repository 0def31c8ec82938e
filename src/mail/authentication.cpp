// RFC 8601. Our own border writes the field, but its reasons, comments and addresses contain text that a stranger chose. So a real lexer
// reads it, and a field that does not parse proves nothing (A5).
#include "caveat/mail/authentication.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

class ResultsReader {
public:
    explicit ResultsReader(std::string_view text) : text_(text) {}

    // §2.2 authres-payload. `out` keeps what was read so far also when this fails: the id decides whose failure it is.
    bool read(AuthenticationResults& out) {
        auto id = value();
        if (!id || id->empty()) return false;
        out.authserv_id = ascii::lower(*id);
        if (!blanks()) return false;
        if (at_ < text_.size() && text_[at_] != ';') {
            // authres-version; only 1 is defined, and another may mean anything.
            if (value() != "1" || !blanks()) return false;
        }
        while (at_ < text_.size()) {
            if (text_[at_] != ';') return false;
            ++at_;
            if (!blanks()) return false;
            if (at_ < text_.size() && text_[at_] != ';' && !result_of_method()) return false;
        }
        const bool all_pass = seen_ > 0 && passed_ == seen_;
        out.dmarc_given = seen_ > 0;
        out.dmarc_pass = all_pass && !contradictory_;
        out.header_from = header_from_;
        out.envelope_passed = envelope_passed_;
        out.envelope_denied = envelope_denied_;
        return true;
    }

private:
    // CFWS (RFC 5322 §3.2.2): blanks and nested comments, counted, not recursed into. False: a comment never ends.
    bool blanks() {
        for (int depth = 0; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\' && depth > 0)
                ++at_;
            else if (c == '(')
                ++depth;
            else if (c == ')' && depth > 0)
                --depth;
            else if (depth == 0 && !ascii::is_blank(c))
                return true;
            if (at_ + 1 >= text_.size() && depth > 0) return false;
        }
        at_ = text_.size();
        return true;
    }

    std::string_view keyword() {
        const auto begin = at_;
        while (at_ < text_.size() && (ascii::is_digit(text_[at_]) || (ascii::lower(text_[at_]) >= 'a' && ascii::lower(text_[at_]) <= 'z') ||
                                      text_[at_] == '-' || text_[at_] == '_'))
            ++at_;
        return text_.substr(begin, at_ - begin);
    }

    // A quoted string, or a run up to a blank, ";" or "(". Wider than the RFC's token, since borders write bare VERP addresses with "="
    // here.
    std::optional<std::string> value() {
        if (!blanks()) return std::nullopt;
        std::string out;
        while (at_ < text_.size() && !ascii::is_blank(text_[at_]) && text_[at_] != ';' && text_[at_] != '(') {
            if (text_[at_] != '"') {
                out += text_[at_++];
                continue;
            }
            for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
                if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
                out += text_[at_];
            }
            if (at_++ >= text_.size()) return std::nullopt;
        }
        return out;
    }

    bool equals() {
        if (!blanks() || at_ >= text_.size() || text_[at_] != '=') return false;
        ++at_;
        return blanks();
    }

    // methodspec, reasonspec and propspecs up to the next ";"; or "none".
    bool result_of_method() {
        const auto method = ascii::lower(keyword());
        if (method.empty() || !blanks()) return false;
        if (method == "none" && (at_ >= text_.size() || text_[at_] == ';')) return true;
        bool understood = true;
        if (at_ < text_.size() && text_[at_] == '/') {
            ++at_;
            if (!blanks()) return false;
            understood = keyword() == "1";
        }
        if (!equals()) return false;
        const auto result = ascii::lower(keyword());
        if (result.empty()) return false;
        const bool dmarc = method == "dmarc";
        if (dmarc) ++seen_;
        if (dmarc && understood && result == "pass") ++passed_;
        of_helo_ = of_envelope_ = false;
        if (!properties(dmarc)) return false;
        const bool failed = method == "spf" && (result == "fail" || result == "hardfail" || result == "softfail");
        if (failed && (of_envelope_ || !of_helo_)) envelope_denied_ = true;
        if (method == "spf" && understood && result == "pass" && of_envelope_) envelope_passed_ = envelope_;
        return true;
    }

    bool properties(bool dmarc) {
        for (;;) {
            const auto before = at_;
            if (!blanks()) return false;
            if (at_ >= text_.size() || text_[at_] == ';') return true;
            if (at_ == before) return false;  // glued to what stands before it: no property
            auto name = ascii::lower(keyword());
            if (name.empty() || !blanks()) return false;
            if (at_ < text_.size() && text_[at_] == '.') {
                ++at_;
                if (!blanks()) return false;
                const auto property = keyword();
                if (property.empty()) return false;
                (name += '.') += ascii::lower(property);
            } else if (name != "reason" && name != "action") {
                return false;  // "spf=pass dmarc=pass": no ";" between, so the second is no result. ("action" is Microsoft's.)
            }
            if (!equals()) return false;
            const auto text = value();
            if (!text) return false;
            if (dmarc && name == "header.from") note_header_from(ascii::lower(*text));
            if (name == "smtp.helo") of_helo_ = true;
            if (name == "smtp.mailfrom") {
                of_envelope_ = true;
                envelope_ = ascii::lower(std::string_view(*text).substr(text->rfind('@') + 1));  // npos + 1 is 0
            }
        }
    }

    void note_header_from(std::string_view text) {
        const auto domain = text.substr(text.rfind('@') + 1);  // npos + 1 is 0
        if (!header_from_.empty() && header_from_ != domain) contradictory_ = true;
        header_from_ = domain;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int seen_ = 0, passed_ = 0;
    bool contradictory_ = false;
    std::string header_from_;
    bool of_helo_ = false, of_envelope_ = false;  // what the result at hand is about
    std::string envelope_, envelope_passed_;
    bool envelope_denied_ = false;
};

bool is_below(std::string_view written, std::string_view above) {
    const auto domain = normalise_domain(written);  // one may write the A-label, the other the U-label
    const auto parent = normalise_domain(above);
    if (domain == parent) return true;
    // An organisational domain has a dot; without this, "header.from=com" would vouch for everybody.
    return parent.find('.') != std::string_view::npos && domain.size() > parent.size() && domain.ends_with(parent) &&
           domain[domain.size() - parent.size() - 1] == '.';
}

// Vacation programs and autoresponders write these; their values are a word, an address or the subject that is answered.
constexpr std::array<std::string_view, 11> autoreply_fields{
    "X-Autoreply",     "X-Auto-Reply",     "X-Autorespond",         "X-Autoresponder",     "X-Auto-Responder",  "X-Autoreply-From",
    "X-Autogenerated", "X-Mail-Autoreply", "X-FC-MachineGenerated", "X-Amazon-Auto-Reply", "X-Autoreply-Domain"};
constexpr std::array<std::string_view, 3> precedences{"Precedence", "X-Precedence", "Preference"};
// Values by which such a field says that it means nothing, and kinds of X-Autogenerated that pass on what a person wrote.
constexpr std::array<std::string_view, 9> by_people{"no", "none", "false", "0", "off", "forward", "group", "mirror", "redirect"};

// The keyword of Auto-Submitted or Precedence, before parameters and between comments (RFC 3834 §5).
std::string first_word(const Field& field) {
    const auto value = unfold(field.value);
    auto rest = ascii::trim(value);
    for (int depth = 0; !rest.empty() && (depth > 0 || rest.front() == '(' || ascii::is_blank(rest.front())); rest.remove_prefix(1)) {
        if (rest.front() == '(') ++depth;
        if (rest.front() == ')') --depth;
    }
    return ascii::lower(ascii::trim(rest.substr(0, rest.find_first_of(";("))));
}

bool is_robots_sign(const Field& field) {
    if (ascii::equal(field.name, "Auto-Submitted")) return !first_word(field).empty() && first_word(field) != "no";
    if (ascii::is_one_of(field.name, autoreply_fields)) return !ascii::is_one_of(first_word(field), by_people);
    if (ascii::is_one_of(field.name, precedences)) {
        const auto word = first_word(field);
        return word == "auto_reply" || word == "auto-reply" || word == "autoreply";
    }
    if (ascii::equal(field.name, "X-POST-MessageClass")) return ascii::lower(unfold(field.value)).find("autorespon") != std::string::npos;
    if (ascii::equal(field.name, "Delivered-To")) return first_word(field) == "autoresponder";
    // A delivery report or a receipt; its envelope should be null (RFC 3461 §6.1, RFC 8098 §2.1), and is not always.
    constexpr std::array<std::string_view, 5> reports{"multipart/report", "message/delivery-status", "message/global-delivery-status",
                                                      "message/disposition-notification", "message/global-disposition-notification"};
    return ascii::equal(field.name, "Content-Type") && ascii::is_one_of(first_word(field), reports);
}

// Not "Authentication-Results : ...", with a blank (RFC 5322 §4.5.8): no server writes that any more, and a border that removes forged
// fields by a pattern may leave it in.
bool is_results(const Field& field) {
    return ascii::equal(field.name, "Authentication-Results") && field.raw.substr(field.name.size()).starts_with(':');
}

}  // namespace

Result<AuthenticationResults> read_authentication_results(std::string_view value) {
    AuthenticationResults results;
    if (!ResultsReader(value).read(results)) return fail(errc::invalid, "not an Authentication-Results field (RFC 8601 section 2.2)");
    return results;
}

bool dmarc_passed(const HeaderBlock& headers, std::string_view from, const std::vector<std::string>& trusted) {
    const auto at = from.rfind('@');
    const auto domain = ascii::lower(at == std::string_view::npos ? std::string_view() : from.substr(at + 1));
    bool passed = false;
    for (const auto& field : headers.fields) {
        if (!is_results(field)) continue;
        AuthenticationResults results;
        const bool readable = ResultsReader(field.value).read(results);
        // Fields are added on top. If not even the writer of one can be read, no pass below it can be believed.
        if (!readable && results.authserv_id.empty() && !passed) return false;
        const bool ours =
            std::any_of(trusted.begin(), trusted.end(), [&](const auto& id) { return ascii::equal(id, results.authserv_id); });
        if (!ours) continue;
        if (!readable) return false;  // it may say anything, also that DMARC failed
        if (!results.dmarc_given) continue;
        if (!results.dmarc_pass || domain.empty() || (!results.header_from.empty() && !is_below(domain, results.header_from))) return false;
        passed = true;
    }
    return passed;
}

namespace {

// `says`: the results, and whether they can be read.
template <class Says>
bool any_trusted_says(const HeaderBlock& headers, const std::vector<std::string>& trusted, Says says) {
    return std::any_of(headers.fields.begin(), headers.fields.end(), [&](const Field& field) {
        if (!is_results(field)) return false;
        AuthenticationResults results;
        const bool readable = ResultsReader(field.value).read(results);
        const bool ours =
            std::any_of(trusted.begin(), trusted.end(), [&](const auto& id) { return ascii::equal(id, results.authserv_id); });
        return ours && says(results, readable);
    });
}

}  // namespace

bool dmarc_denied(const HeaderBlock& headers, const std::vector<std::string>& trusted) {
    return any_trusted_says(headers, trusted, [](const AuthenticationResults& results, bool readable) {
        return !readable || (results.dmarc_given && !results.dmarc_pass);
    });
}

bool envelope_denied(const HeaderBlock& headers, const std::vector<std::string>& trusted) {
    return any_trusted_says(headers, trusted,
                            [](const AuthenticationResults& results, bool readable) { return readable && results.envelope_denied; });
}

bool envelope_passed(const HeaderBlock& headers, std::string_view domain, const std::vector<std::string>& trusted) {
    if (domain.empty() || envelope_denied(headers, trusted)) return false;
    return any_trusted_says(headers, trusted, [&](const AuthenticationResults& results, bool readable) {
        return readable && !results.envelope_passed.empty() && normalise_domain(results.envelope_passed) == normalise_domain(domain);
    });
}

Bordered take_mark(std::string_view message, const HeaderBlock& headers, std::string_view name,
                   const std::function<bool(std::string_view)>& is_secret) {
    Bordered out;
    out.marks = headers.count(name);
    // Two are none: one of them was there before.
    out.vouched = out.marks == 1 && is_secret(unfold(headers.find(name)->value));
    out.message.reserve(message.size());
    std::size_t kept = 0;
    for (const auto& field : headers.fields) {
        const bool result = !out.vouched && ascii::equal(field.name, "Authentication-Results");
        if (!result && !ascii::equal(field.name, name)) continue;
        const auto at = static_cast<std::size_t>(field.raw.data() - message.data());
        out.message += message.substr(kept, at - kept);
        kept = at + field.raw.size();
    }
    out.message += message.substr(kept);
    return out;
}

bool is_by_robot(const HeaderBlock& headers) { return std::any_of(headers.fields.begin(), headers.fields.end(), is_robots_sign); }

bool is_generated(const HeaderBlock& headers, std::string_view mail_from) {
    const auto says_so = [](const Field& field) {
        return ascii::equal(field.name, "Auto-Submitted") && first_word(field) == "auto-generated";
    };
    const bool by_another_sign = std::any_of(headers.fields.begin(), headers.fields.end(),
                                             [&](const Field& field) { return is_robots_sign(field) && !says_so(field); });
    const bool says = std::any_of(headers.fields.begin(), headers.fields.end(), says_so);
    return says && !by_another_sign && !mail_from.empty() && mail_from != "<>";
}

bool is_automatic(const HeaderBlock& headers, std::string_view mail_from) {
    if (mail_from.empty() || mail_from == "<>") return true;
    if (ascii::equal(mail_from.substr(0, mail_from.rfind('@')), "mailer-daemon")) return true;
    // An empty field says nothing of what kind of robot it is; a person's program writes none at all.
    const auto* submitted = headers.find("Auto-Submitted");
    return (submitted != nullptr && first_word(*submitted).empty()) || is_by_robot(headers);
}

bool wants_no_answer(const HeaderBlock& headers) {
    return std::any_of(headers.fields.begin(), headers.fields.end(), [](const Field& field) {
        if (ascii::equal(field.name, "List-Id")) return true;
        if (ascii::equal(field.name, "X-Auto-Response-Suppress")) return first_word(field) != "none";
        if (!ascii::is_one_of(field.name, precedences)) return false;
        const auto word = first_word(field);
        return word == "bulk" || word == "junk" || word == "list";
    });
}

bool is_loop(const HeaderBlock& headers, std::string_view domain) {
    const auto ours = ascii::lower(domain);
    const auto within = [&](std::string_view id) {
        const auto text = ascii::lower(ascii::trim(id));
        return text == ours || (text.size() > ours.size() && text.ends_with(ours) && text[text.size() - ours.size() - 1] == '.');
    };
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "List-Id")) continue;
        // The whole value counts, and every "<…>", also one in a phrase or without its end: a post wrongly taken for a loop costs one post;
        // a loop that is missed floods everybody.
        const auto value = decode_words(unfold(field.value));
        if (within(value)) return true;
        for (auto open = value.find('<'); open != std::string::npos; open = value.find('<', open + 1)) {
            const auto close = std::min(value.find_first_of("<>", open + 1), value.size());
            auto id = value.substr(open + 1, close - open - 1);
            std::erase_if(id, ascii::is_blank);
            if (within(id)) return true;
        }
    }
    return false;
}

}  // namespace caveat::mail

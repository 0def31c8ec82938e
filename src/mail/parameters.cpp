#include "parameters.hpp"

#include <algorithm>
#include <map>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t most_parameters = 100;

// Cuts at ";" outside of quotes and comments; takes quotes, their backslashes and the comments away.
// An unclosed quote runs to the end, which is what readers make of it.
struct Piece {
    std::string text;
    std::size_t equals = std::string::npos;  // of the first "=" outside of quotes
};

std::vector<Piece> pieces_of(std::string_view value) {
    std::vector<Piece> pieces(1);
    bool quoted = false;
    int comment = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        auto& piece = pieces.back();
        const char c = value[i];
        if (c == '\\' && (quoted || comment > 0) && i + 1 < value.size()) {
            ++i;
            // Windows paths have single backslashes: a backslash is dropped only before a character that needs one.
            if (quoted && value[i] != '"' && value[i] != '\\') piece.text += '\\';
            if (quoted) piece.text += value[i];
        } else if (c == '"' && comment == 0) {
            quoted = !quoted;
        } else if (quoted) {
            piece.text += c;
        } else if (c == '(') {
            ++comment;
        } else if (c == ')' && comment > 0) {
            --comment;
        } else if (comment > 0) {
            continue;
        } else if (c == ';') {
            if (pieces.size() > most_parameters) break;
            pieces.emplace_back();
        } else {
            if (c == '=' && piece.equals == std::string::npos) piece.equals = piece.text.size();
            piece.text += c;
        }
    }
    return pieces;
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (const int octet = text[i] == '%' ? ascii::octet(text.substr(i + 1)) : -1; octet >= 0) {
            out += static_cast<char>(octet);
            i += 2;
        } else
            out += text[i];
    }
    return out;
}

// RFC 2231 §3, §4: name*0*=utf-8''…; name*1=…
struct Continued {
    std::map<int, std::pair<std::string, bool>> sections;  // text, and whether it is percent-encoded

    [[nodiscard]] std::string joined() const {
        std::string bytes, charset;
        int expected = 0;
        for (const auto& [index, section] : sections) {
            if (index != expected++) break;  // a gap: what follows cannot be placed
            std::string_view text = section.first;
            if (index == 0 && section.second) {
                const auto first = text.find('\'');
                const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
                if (second != std::string_view::npos) {
                    charset = ascii::lower(text.substr(0, first));
                    text.remove_prefix(second + 1);
                }
            }
            bytes += section.second ? percent_decoded(text) : std::string(text);
        }
        return to_utf8(bytes, charset);
    }
};

}  // namespace

std::string Parameters::get(std::string_view name) const {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& p) { return p.first == name; });
    return found == all.end() ? std::string() : found->second;
}

Parameters read_parameters(std::string_view unfolded) {
    Parameters result;
    std::map<std::string, Continued> continued;
    const auto pieces = pieces_of(unfolded);
    result.head = ascii::lower(ascii::trim(pieces.front().text));
    std::erase_if(result.head, [](char c) { return ascii::is_blank(c); });
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const auto& [text, equals] = pieces[i];
        if (equals == std::string::npos) continue;
        auto name = ascii::lower(ascii::trim(std::string_view(text).substr(0, equals)));
        auto value = std::string_view(text).substr(equals + 1);
        value = ascii::trim(value);
        const auto star = name.find('*');
        if (star == std::string::npos) {
            result.all.emplace_back(std::move(name), std::string(value));
            continue;
        }
        const bool encoded = name.ends_with('*');
        auto index = std::string_view(name).substr(star + 1);
        if (encoded && !index.empty()) index.remove_suffix(1);
        if (index.size() > 2 || !std::all_of(index.begin(), index.end(), ascii::is_digit)) continue;
        const int number = index.empty() ? 0 : std::stoi(std::string(index));
        continued[name.substr(0, star)].sections.try_emplace(number, std::string(value), encoded);
    }
    // The extended form is the true one; the plain form beside it is for old readers (RFC 6266 §4.3 says so for HTTP, mail does the same).
    for (const auto& [name, parts] : continued) {
        if (parts.sections.contains(0)) result.all.insert(result.all.begin(), {name, parts.joined()});
    }
    return result;
}

}  // namespace caveat::mail

#include "caveat/archive/mail_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <istream>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

#include "caveat/ascii.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::archive {
namespace {

bool begins_with_from(std::string_view line) { return line.starts_with("From "); }

// "12:00" and "2026" stand in it, as in every date that a mail program writes behind the address.
bool has_date(std::string_view line) {
    bool time = false, year = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (!ascii::is_digit(line[at]) || (at > 0 && ascii::is_digit(line[at - 1]))) continue;
        const auto end = std::min(line.find_first_not_of("0123456789", at), line.size());
        const auto digits = line.substr(at, end - at);
        const auto behind = line.substr(end);
        time = time ||
               (digits.size() <= 2 && behind.size() > 2 && behind[0] == ':' && ascii::is_digit(behind[1]) && ascii::is_digit(behind[2]));
        year = year || (digits.size() == 4 && (digits.starts_with("19") || digits.starts_with("20")));
    }
    return time && year;
}

// " Mon Mar  2 ": as asctime writes it, and nobody in a sentence.
bool has_days_name(std::string_view line) {
    constexpr std::string_view days = "Mon Tue Wed Thu Fri Sat Sun ", months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
    const auto is_one_of = [](std::string_view word, std::string_view all) { return all.find(word) % 4 == 0; };  // npos is odd
    for (std::size_t at = 0; at + 9 < line.size(); ++at) {
        if (line[at] == ' ' && is_one_of(line.substr(at + 1, 4), days) && is_one_of(line.substr(at + 5, 4), months)) return true;
    }
    return false;
}

// "From a@orchid.example Mon Mar  2 12:00:00 2020"; some write a zone in front of the year.
std::optional<Instant> date_of(const std::string& line) {
    std::istringstream in(line);
    const std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    for (std::size_t at = 2; at + 3 < words.size(); ++at) {
        for (const auto year : {at + 3, at + 4}) {
            if (year >= words.size() || words[year].size() != 4) continue;
            if (const auto date = mail::date_from(fmt::format("{} {} {} {}", words[at + 1], words[at], words[year], words[at + 2])))
                return date;
        }
    }
    return std::nullopt;
}

// "Name: value" (RFC 5322 §2.2), or the line that some programs put between.
bool is_field(std::string_view line) {
    if (line.starts_with(">From ")) return true;
    const auto end = std::find_if(line.begin(), line.end(), [](char c) { return c < '!' || c > '~' || c == ':'; });
    const auto colon = std::find_if(end, line.end(), [](char c) { return c != ' ' && c != '\t'; });
    return end != line.begin() && colon != line.end() && *colon == ':';
}

bool is_quoted_from(std::string_view line) {
    const auto first = line.find_first_not_of('>');
    return first != 0 && first != std::string_view::npos && line.substr(first).starts_with("From ");
}

void read_line(std::istream& in, std::string& line) {
    std::getline(in, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
}

// The lines of an mbox, and whether a mail begins with the one just read. Many programs do not quote a text's own "From ", so that more
// than that is asked of it: a date as asctime writes it, or any, as in the first line of the file, and a field in the next one.
class MboxLines {
public:
    explicit MboxLines(std::istream& in) : in_(in) { step(); }

    bool next() {
        blank_ = line_.empty();
        if (!there_) return false;
        line_.swap(ahead_);
        step();
        return true;
    }
    [[nodiscard]] const std::string& line() const { return line_; }
    bool begins_message() {
        if (!begins_with_from(line_) || !blank_) return false;
        if (!dated_) {
            dated_ = has_date(line_);
            return true;
        }
        const bool dated = has_date(line_);
        return (dated && has_days_name(line_)) || (there_ && is_field(ahead_) && (dated || !*dated_));
    }

private:
    void step() {
        there_ = in_.peek() != std::istream::traits_type::eof();
        if (there_) read_line(in_, ahead_);
    }

    std::istream& in_;
    std::string line_, ahead_;
    bool there_ = false, blank_ = true;
    std::optional<bool> dated_;  // of the first one
};

// Files of cur and new, in the order of their names.
std::vector<std::filesystem::path> files_of_maildir(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto* part : {"cur", "new"}) {
        std::error_code error;
        for (const auto& entry : std::filesystem::directory_iterator(folder / part, error)) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::string with_crlf(std::istream& in, std::size_t most) {
    std::string message, line;
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (message.size() + line.size() > most) return {};
        message += line + "\r\n";
    }
    return message;
}

}  // namespace

bool each_of_mbox(std::istream& in, std::size_t most, const Visit& visit) {
    MboxLines lines(in);
    std::string message;
    std::optional<Instant> kept;
    bool open = false, too_long = false;
    const auto close = [&] {
        // The empty line in front of the next one is the mbox's.
        if (message.ends_with("\r\n\r\n")) message.resize(message.size() - 2);
        if (too_long) message.clear();
        const bool more = !open || visit(message, kept);
        message.clear();
        too_long = false;
        return more;
    };
    while (lines.next()) {
        if (lines.begins_message()) {
            if (!close()) return true;
            open = true;
            kept = date_of(lines.line());
            continue;
        }
        if (!open) return false;
        const auto& line = lines.line();
        too_long = too_long || message.size() + line.size() > most;
        if (too_long) continue;
        message.append(is_quoted_from(line) ? std::string_view(line).substr(1) : std::string_view(line)).append("\r\n");
    }
    close();
    return true;
}

std::string mbox_entry(std::string_view message, Instant posted) {
    const auto day = std::chrono::floor<std::chrono::seconds>(posted);
    std::string text = fmt::format("From MAILER-DAEMON {:%a %b %e %H:%M:%S %Y}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(day)));
    while (!message.empty()) {
        const auto end = message.find('\n');
        auto line = message.substr(0, end);
        message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (begins_with_from(line) || is_quoted_from(line)) text += '>';
        text.append(line).append("\n");
    }
    return text + "\n";
}

Result<void> each_message(const std::filesystem::path& from, std::size_t most, const Visit& visit) {
    std::error_code error;
    if (std::filesystem::is_directory(from, error)) {
        if (!std::filesystem::is_directory(from / "cur", error))
            return fail(errc::invalid, "{}: no Maildir, for it has no folder cur", from.string());
        for (const auto& file : files_of_maildir(from)) {
            std::ifstream in(file, std::ios::binary);
            if (!visit(in ? with_crlf(in, most) : std::string(), std::nullopt)) break;
        }
        return {};
    }
    std::ifstream in(from, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", from.string());
    if (!each_of_mbox(in, most, visit)) return fail(errc::invalid, "{}: no mbox, for it does not begin with \"From \"", from.string());
    return {};
}

}  // namespace caveat::archive

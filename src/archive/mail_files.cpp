#include "caveat/archive/mail_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <istream>
#include <vector>

namespace caveat::archive {
namespace {

bool begins_message(std::string_view line) { return line.starts_with("From "); }

bool is_quoted_from(std::string_view line) {
    const auto first = line.find_first_not_of('>');
    return first != 0 && first != std::string_view::npos && line.substr(first).starts_with("From ");
}

void read_line(std::istream& in, std::string& line) {
    std::getline(in, line);
    if (!line.empty() && line.back() == '\r') line.pop_back();
}

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

bool each_of_mbox(std::istream& in, std::size_t most, const std::function<bool(std::string message)>& visit) {
    std::string line, message;
    bool open = false, blank = true, too_long = false;
    const auto close = [&] {
        // The empty line in front of the next one is the mbox's.
        if (message.ends_with("\r\n\r\n")) message.resize(message.size() - 2);
        const bool more = !open || visit(too_long ? std::string() : std::move(message));
        message.clear();
        too_long = false;
        return more;
    };
    while (in.peek() != std::istream::traits_type::eof()) {
        read_line(in, line);
        if (begins_message(line) && blank) {
            if (!close()) return true;
            open = true;
            blank = false;
            continue;
        }
        if (!open) return false;
        blank = line.empty();
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
        if (begins_message(line) || is_quoted_from(line)) text += '>';
        text.append(line).append("\n");
    }
    return text + "\n";
}

Result<void> each_message(const std::filesystem::path& from, std::size_t most, const std::function<bool(const std::string& bytes)>& visit) {
    std::error_code error;
    if (std::filesystem::is_directory(from, error)) {
        if (!std::filesystem::is_directory(from / "cur", error))
            return fail(errc::invalid, "{}: no Maildir, for it has no folder cur", from.string());
        for (const auto& file : files_of_maildir(from)) {
            std::ifstream in(file, std::ios::binary);
            if (!visit(in ? with_crlf(in, most) : std::string())) break;
        }
        return {};
    }
    std::ifstream in(from, std::ios::binary);
    if (!in) return fail(errc::not_found, "{}: cannot be read", from.string());
    if (!each_of_mbox(in, most, visit)) return fail(errc::invalid, "{}: no mbox, for it does not begin with \"From \"", from.string());
    return {};
}

}  // namespace caveat::archive

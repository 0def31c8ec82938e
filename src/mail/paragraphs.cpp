#include "paragraphs.hpp"

#include <algorithm>
#include <vector>

namespace caveat::mail {
namespace {

constexpr std::size_t longest_letter_line = 78;
constexpr std::size_t letter_line = 76;
constexpr std::size_t ends_by_choice = 60;  // a line as short as that was ended on purpose: what follows is not joined to it

std::size_t letter_characters(std::string_view line) {
    return static_cast<std::size_t>(
        std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

bool line_has_link(std::string_view line) { return line.find("://") != std::string_view::npos; }

// How far the lines of an item are set in: behind its blanks and its bullet. 0: running text.
std::size_t set_in(std::string_view line) {
    const auto blanks = std::min(line.find_first_not_of(' '), line.size());
    const bool bullet = line.substr(blanks).starts_with("- ") || line.substr(blanks).starts_with("* ");
    return bullet ? blanks + 2 : blanks;
}

class Filling {
public:
    Filling(std::string& out, std::size_t indent) : out_(out), indent_(indent) {}

    void add(std::string_view line) {
        while (!line.empty()) {
            const auto end = std::min(line.find(' '), line.size());
            if (end > 0) word(line.substr(0, end));
            line.remove_prefix(std::min(end + 1, line.size()));
        }
    }

private:
    void word(std::string_view text) {
        const auto wide = letter_characters(text);
        if (begun_ && used_ + 1 + wide > letter_line) {
            out_.append("\n").append(indent_, ' ');
            used_ = indent_;
        } else if (begun_) {
            out_ += ' ';
            ++used_;
        } else {
            used_ = indent_;
        }
        begun_ = true;
        used_ += wide;
        out_ += text;
    }

    std::string& out_;
    std::size_t indent_;
    std::size_t used_ = 0;
    bool begun_ = false;
};

bool is_long_line(std::string_view line) { return letter_characters(line) > longest_letter_line; }

class Paragraphs {
public:
    void line(std::string_view text) {
        const auto indent = set_in(text);
        if (text.empty() || line_has_link(text) || text.front() == '>') {
            end();
            out_.append(text).append("\n");
        } else if (indent > 0) {
            end();
            item(text, indent);
        } else {
            running_.push_back(text);
            if (letter_characters(text) < ends_by_choice) end();
        }
    }
    void end() {
        if (std::any_of(running_.begin(), running_.end(), is_long_line)) {
            Filling filling(out_, 0);
            for (const auto text : running_) filling.add(text);
            out_ += '\n';
        } else {
            for (const auto text : running_) out_.append(text).append("\n");
        }
        running_.clear();
    }
    std::string take() { return std::move(out_); }

private:
    void item(std::string_view text, std::size_t indent) {
        if (is_long_line(text)) {
            out_ += text.substr(0, indent);
            Filling(out_, indent).add(text.substr(indent));
        } else {
            out_ += text;
        }
        out_ += '\n';
    }

    std::string out_;
    std::vector<std::string_view> running_;
};

}  // namespace

std::string refilled(std::string_view text) {
    const bool ended = text.empty() || text.ends_with('\n');
    Paragraphs paragraphs;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        paragraphs.line(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    paragraphs.end();
    auto out = paragraphs.take();
    if (!ended) out.pop_back();
    return out;
}

}  // namespace caveat::mail

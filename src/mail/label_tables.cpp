// Labels in the columns of a table: in a file of separated values, and in rows that people put between their words.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "ascii.hpp"
#include "cells.hpp"
#include "found_labels.hpp"
#include "tlp_names.hpp"

namespace caveat::mail {
namespace machine {
namespace {

constexpr std::size_t most_columns = 8;  // of one table
constexpr std::size_t work_of_a_cell = 16;

std::string in_one_line(std::string_view title) {
    std::string line(title.substr(0, longest_name + 1));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
    return line;
}

// `words_follow`: a label in a column that is TLP alone may have words behind it, or be a number.
void read_table(std::string_view text, char separator, bool words_follow, FoundLabels& found) {
    std::vector<std::pair<std::size_t, bool>> columns, named;  // with their numbers; true: named TLP and nothing else
    Cells cells(text, separator);
    auto& work = found.work();
    while (const auto cell = work.is_spent() ? std::nullopt : cells.next()) {
        work.done += work_of_a_cell + cell->text.size();
        const auto title = without_quotes(cell->text);
        for (const auto& [number, alone] : columns) {
            if (number == cell->column) found.add_values(title, alone && words_follow);
        }
        if (columns.size() + named.size() < most_columns && names_tlp(in_one_line(title)))
            named.emplace_back(cell->column, is_tlp_alone(title));
        if (!cell->last) continue;
        for (const auto& one : named) {
            const bool known = std::any_of(columns.begin(), columns.end(), [&](const auto& c) { return c.first == one.first; });
            if (cell->column > 0 && !known) columns.push_back(one);
        }
        named.clear();
    }
}

}  // namespace

void find_labels_of_tables(const Text& text, FoundLabels& found) {
    const auto all = text.all();
    if (!may_name_tlp(text.in_small_letters())) return;
    for (const char separator : {',', ';', '\t', '|'}) read_table(all, separator, true, found);
    if (text.in_small_letters().starts_with("sep="))
        read_table(all, all.size() > 4 ? all[4] : ',', true, found);  // as office programs are told it
}

}  // namespace machine

std::optional<std::string> row_of_table(std::string_view line) {
    constexpr char drawn = '\xE2';  // begins what is drawn, U+2500 to U+257F
    static constexpr std::array<std::string_view, 3> bars{"│", "┃", "║"};
    std::string row(line);
    if (line.find(drawn) != std::string_view::npos) {
        row.clear();
        for (std::size_t i = 0; i < line.size();) {
            const auto rest = line.substr(i, 3);
            const bool bar = std::find(bars.begin(), bars.end(), rest) != bars.end();
            const bool box = rest.starts_with("\xE2\x94") || rest.starts_with("\xE2\x95");
            row += bar ? '|' : box ? '-' : line[i];
            i += bar || box ? rest.size() : 1;
        }
    }
    if (row.find_first_not_of("+-=|: \t") == std::string::npos && row.find_first_of("-=") != std::string::npos) return std::nullopt;
    if (row.find("  ") == std::string::npos || row.find_first_of("\t|") != std::string::npos) return row;
    std::string cells;
    for (auto rest = ascii::trim(row); !rest.empty();) {
        const auto gap = std::min(rest.find("  "), rest.size());
        cells += rest.substr(0, gap);
        rest.remove_prefix(std::min(rest.find_first_not_of(' ', gap), rest.size()));
        if (!rest.empty()) cells += '\t';
    }
    return cells;
}

// Rows that stand one below the other and have as many cells as each other. What a table says of TLP itself and what one reports with TLP
// in front look alike (RED, AMBER and GREEN, and beside each some words): both raise.
std::vector<MachineLabel> labels_of_pasted_tables(std::string_view text, Work& work) {
    std::vector<MachineLabel> all;
    const auto read = [&](std::string_view rows, char separator) {
        if (!machine::may_name_tlp(ascii::lower(rows))) return;
        machine::FoundLabels found(work);
        machine::read_table(rows, separator, false, found);
        const auto& labels = found.labels();
        all.insert(all.end(), labels.begin(), labels.end());
    };
    for (const char separator : {',', ';', '\t', '|'}) {
        std::size_t begin = 0, cells = 0;
        for (std::size_t at = 0; at < text.size();) {
            const auto line = text.substr(at, text.find('\n', at) - at);
            const auto count = static_cast<std::size_t>(std::count(line.begin(), line.end(), separator));
            if (count != cells || count == 0) {
                if (cells != 0) read(text.substr(begin, at - begin), separator);
                begin = at;
                cells = count;
            }
            at += line.size() + 1;
        }
        if (cells != 0) read(text.substr(begin), separator);
    }
    return all;
}

}  // namespace caveat::mail

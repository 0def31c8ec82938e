#include <algorithm>
#include <array>

#include "cell.hpp"
#include "compile.hpp"

namespace caveat::policy {
namespace {

using community::Tlp;

constexpr std::size_t most_parties = 256;  // they are searched one by one
constexpr std::array<std::string_view, 5> class_settings{"title", "max", "default", "unnamed_red", "archives_red"};

std::optional<Mou> mou_from(std::string_view text) {
    if (text == "in force") return Mou::in_force;
    return text == "missing" ? std::optional(Mou::missing) : std::nullopt;
}

// The parties a `category` and `subtype` pair names: all subtypes where none is given.
std::vector<std::size_t> parties_of(Page& page, const Compiled& book) {
    const auto categories = page.words_if("category");
    const auto subtypes = page.words_if("subtype");
    if (categories.empty()) {
        page.findings().add(page.line(), page.where() + ": category is missing",
                            "write category = \"...\", one of: " + listed_names(book, "category"));
    }
    std::vector<std::size_t> found;
    for (const auto& category : categories) {
        bool known = false;
        for (std::size_t i = 0; i < book.parties.size(); ++i) {
            const Party& party = book.parties[i];
            if (party.category != category) continue;
            known = true;
            if (subtypes.empty() || std::find(subtypes.begin(), subtypes.end(), party.subtype) != subtypes.end()) found.push_back(i);
        }
        if (!known)
            page.complain("category", fmt::format("there is no category '{}'", category),
                          "write some of: " + listed_names(book, "category"));
    }
    for (const auto& subtype : subtypes) {
        const bool known = std::any_of(found.begin(), found.end(), [&](std::size_t i) { return book.parties[i].subtype == subtype; });
        if (!known)
            page.complain("subtype", fmt::format("the category has no subtype '{}'", subtype),
                          "add it to subtypes of its category, or take it out here");
    }
    return found;
}

void read_tenure(Page& page, const Compiled& book, Column& column) {
    const auto text = page.text_if("tenure");
    if (!text) return;
    std::string_view rest = *text;
    constexpr std::string_view at_least = "at least ";
    constexpr std::string_view below = "less than ";
    if (rest.starts_with(at_least)) {
        column.tenure = Tenure::at_least;
        rest.remove_prefix(at_least.size());
    } else if (rest.starts_with(below)) {
        column.tenure = Tenure::below;
        rest.remove_prefix(below.size());
    }
    // "at least vote.min_tenure": the period stands in [numbers], so that it is written once.
    const auto number = book.numbers.find(rest);
    column.months = parse_months(number == book.numbers.end() ? rest : std::string_view(number->second));
    if (column.tenure != Tenure::any && column.months > 0) return;
    page.complain("tenure", fmt::format("'{}' cannot be read", *text),
                  "write \"at least 1 year\" or \"less than vote.min_tenure\" (a key of [numbers])");
}

void read_column(const toml::table& row, Draft& draft) {
    Compiled& book = draft.book;
    Page page(row, "column", draft.findings);
    Column column;
    column.id = page.text("id");
    column.title = page.text("title");
    const bool reserved = std::find(class_settings.begin(), class_settings.end(), column.id) != class_settings.end();
    if (reserved) page.complain("id", fmt::format("'{}' is a setting of classes", column.id), "choose another id");
    if (column_index(book, column.id) >= 0) page.complain("id", fmt::format("there are two columns '{}'", column.id), "choose another id");
    const auto parties = parties_of(page, book);
    read_tenure(page, book, column);
    column.mou = page.choice_if<Mou>("mou", mou_from, "in force, missing").value_or(Mou::any);
    for (const auto& role : page.words_if("role")) {
        const int at = role_index(book, role);
        if (at >= 0)
            column.roles |= mask_of(static_cast<std::size_t>(at));
        else
            page.complain("role", fmt::format("there is no role '{}'", role), "write some of: " + listed_names(book, "role"));
    }
    if (const auto seat = page.text_if("seat")) {
        column.seat = class_index(book, *seat);
        if (column.seat < 0)
            page.complain("seat", fmt::format("there is no class '{}'", *seat), "write one of: " + listed_names(book, "class"));
    }
    column.representative = page.flag_if("representative").value_or(false);
    page.close("id, title, category, subtype, tenure, mou, role, seat, representative");
    if (book.columns.size() >= most_of_a_kind)
        return draft.findings.add(page.line(), "too many columns", fmt::format("a book holds {}", most_of_a_kind));
    for (const std::size_t i : parties) book.parties[i].columns |= mask_of(book.columns.size());
    book.columns.push_back(std::move(column));
}

void read_unnamed_red(Page& page, const Compiled& book, ListClass& row) {
    const auto words = page.words_if("unnamed_red");
    if (words.empty() || (words.size() == 1 && words.front() == "hold")) return;
    if (words.size() == 1 && words.front() == "roster") {
        row.unnamed_red = UnnamedRed::roster;
        return;
    }
    row.unnamed_red = UnnamedRed::columns;
    for (const auto& word : words) {
        const int at = column_index(book, word);
        if (at >= 0)
            row.red_columns |= mask_of(static_cast<std::size_t>(at));
        else
            page.complain("unnamed_red", fmt::format("there is no column '{}'", word),
                          "write \"hold\", \"roster\" or some of: " + listed_names(book, "column"));
    }
}

void read_cell(Page& page, std::size_t column, const Compiled& book, ListClass& row) {
    const std::string& id = book.columns[column].id;
    const auto text = page.text_if(id);
    if (!text) return;  // no cell is "–"
    const auto parsed = parse_cell(*text);
    if (const auto* wrong = std::get_if<std::string>(&parsed)) {
        return page.complain(id, *wrong, "write for example \"R P A\", \"own R m A [AMBER]\", \"R P +decision\" or \"\u2013\"");
    }
    Cell cell = std::get<Cell>(parsed);
    if (text->find('[') != std::string::npos && cell.limit > row.max) {
        page.complain(id, fmt::format("the ceiling {} is above {}, the maximum of the class", name(cell.limit), name(row.max)),
                      "take the bracket away or lower it");
    }
    row.cells[column] = cell;
    if (cell.verbs != 0) row.speaking |= mask_of(column);
}

}  // namespace

void read_categories(Page& root, Draft& draft) {
    Compiled& book = draft.book;
    root.each("category", [&](std::string_view name, const toml::table& row) {
        Page page(row, fmt::format("category {}", name), draft.findings);
        page.text("title");
        book.categories.push_back({std::string(name), read_category_traits(page, name)});
        const bool of_region = page.flag_if("of_region").value_or(false);
        auto subtypes = page.words_if("subtypes");
        if (page.has("subtypes") && subtypes.empty()) page.complain("subtypes", "is empty", "name them, or leave the key out");
        if (subtypes.empty()) subtypes.emplace_back();
        for (auto& subtype : subtypes) {
            if (book.parties.size() >= most_parties)
                return draft.findings.add(page.line(), "too many parties", fmt::format("a book holds {}", most_parties));
            if (find_party(book, name, subtype)) page.complain("subtypes", fmt::format("'{}' is named twice", subtype), "name it once");
            book.parties.push_back(
                {.category = std::string(name), .subtype = std::move(subtype), .of_region = of_region, .ceiling_on = {}});
        }
        page.close("title, status, closed, states_reason, engagement_policy, of_region, subtypes");
    });
    if (book.parties.empty()) draft.findings.add(0, "there is no category", "add [category.NAME] with a title");
}

void read_class_names(Page& root, Draft& draft) {
    root.each("class", [&](std::string_view name, const toml::table& row) {
        if (draft.book.classes.size() >= most_of_a_kind)
            return draft.findings.add(line_of(row), "too many classes", fmt::format("a book holds {}", most_of_a_kind));
        ListClass& added = draft.book.classes.emplace_back();
        added.name = name;
    });
    if (draft.book.classes.empty()) draft.findings.add(0, "there is no class of lists", "add [class.NAME] with title, max and its cells");
}

void read_columns(Page& root, Draft& draft) {
    root.each("column", [&](std::string_view, const toml::table& row) { read_column(row, draft); });
    if (draft.book.columns.empty()) draft.findings.add(0, "there is no column", "add [[column]] with id, title and category");
}

void read_classes(Page& root, Draft& draft) {
    Compiled& book = draft.book;
    root.each("class", [&](std::string_view name, const toml::table& table) {
        const int at = class_index(book, name);
        if (at < 0) return;
        ListClass& row = book.classes[static_cast<std::size_t>(at)];
        Page page(table, fmt::format("class {}", name), draft.findings);
        page.text("title");
        row.max = page.label("max");
        row.default_label = page.label_if("default");
        row.archives_red = page.flag_if("archives_red").value_or(false);
        read_unnamed_red(page, book, row);
        row.cells.resize(book.columns.size());
        for (std::size_t i = 0; i < book.columns.size(); ++i) read_cell(page, i, book, row);
        if (row.speaking == 0)
            draft.findings.add(page.line(), fmt::format("class {} has no cell that grants anything", name),
                               "write at least one, such as sc = \"R P A\"");
        page.close("title, max, default, unnamed_red, archives_red and the columns " + listed_names(book, "column"));
    });
}

void read_ceilings(Page& root, Draft& draft) {
    Compiled& book = draft.book;
    root.each("ceiling", [&](std::string_view, const toml::table& table) {
        Page page(table, "ceiling", draft.findings);
        const auto parties = parties_of(page, book);
        const Tlp max = page.label("max");
        std::vector<Tlp> by_class(book.classes.size(), max);
        if (const toml::table* on = page.table_if("on")) {
            Page overrides(*on, "ceiling on", draft.findings);
            for (std::size_t i = 0; i < book.classes.size(); ++i) {
                const auto label = overrides.label_if(book.classes[i].name);
                if (!label) continue;
                by_class[i] = *label;
                if (*label > book.classes[i].max)
                    overrides.complain(book.classes[i].name, fmt::format("{} is above the maximum of the class", name(*label)), "lower it");
            }
            overrides.close("the classes " + listed_names(book, "class"));
        }
        page.close("category, subtype, max, on");
        for (const std::size_t i : parties) {
            Party& party = book.parties[i];
            if (!party.ceiling_on.empty())
                draft.findings.add(page.line(), fmt::format("{} {} has two ceilings", party.category, party.subtype), "keep one");
            party.ceiling = max;
            party.ceiling_on = by_class;
        }
    });
}

void check_coverage(Page& root, Draft& draft) {
    const Compiled& book = draft.book;
    for (const Party& party : book.parties) {
        const auto who = party.subtype.empty() ? party.category : party.category + "/" + party.subtype;
        if (party.columns == 0)
            draft.findings.add(root.line("category"), fmt::format("no column covers {}", who), "add a [[column]] with this category");
        if (party.ceiling_on.empty())
            draft.findings.add(root.line("category"), fmt::format("{} has no ceiling", who), "add a [[ceiling]] with this category");
    }
    Mask spoken = 0;
    for (const ListClass& row : book.classes) spoken |= row.speaking;
    for (std::size_t i = 0; i < book.columns.size(); ++i) {
        if ((spoken & mask_of(i)) != 0) continue;
        draft.findings.add(root.line("column"), fmt::format("column {} grants nothing on any class", book.columns[i].id),
                           "give it a cell, or take it out");
    }
}

}  // namespace caveat::policy

#include "compile.hpp"

#include <fmt/format.h>

#include <array>

#include "caveat/policy/numbers.hpp"
#include "cell.hpp"

namespace caveat::policy {
namespace {

using community::Tlp;

// What [handling.LABEL] says where it leaves `retention` out (§3.5).
constexpr std::array<std::string_view, 5> seed_retention{"unlimited", "7 years", "3 years", "1 year", "30 days"};

constexpr NumberRow retention_row{.key = "retention", .type = NumberType::length, .least = 1, .seed = "1 year"};

void read_retention(Page& page, Tlp label, Handling& handling) {
    const auto seed = seed_retention.at(static_cast<std::size_t>(label));
    const auto text = page.text_if("retention").value_or(std::string(seed));
    handling.retention.reset();
    if (text == "unlimited") return;
    handling.retention = retention_from(text);
    if (handling.retention) return;
    page.complain("retention", fmt::format("'{}' is no time to keep a post", text), wanted(retention_row) + ", or \"unlimited\"");
}

// For comparing two of them only.
std::chrono::hours about(const Length& length) {
    return std::chrono::hours{24} * 30 * length.months + std::chrono::duration_cast<std::chrono::hours>(length.time);
}

bool kept_longer(const std::optional<Length>& a, const std::optional<Length>& b) { return b && (!a || about(*a) > about(*b)); }

std::optional<bool> later_from(std::string_view text) {
    if (text == "later") return true;
    return text == "no" ? std::optional(false) : std::nullopt;
}

// L6 and the order of the labels: no book makes a stricter label looser than a milder one, or RED less than RED.
void check_handling(Page& root, Draft& draft) {
    const auto& rows = draft.book.handling;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const Handling& mild = rows[i - 1];
        const Handling& strict = rows[i];
        const bool looser = (mild.needs_key && !strict.needs_key) || (mild.named_only && !strict.named_only) ||
                            (mild.needs_encrypting_list && !strict.needs_encrypting_list) || (!mild.digest && strict.digest) ||
                            (!mild.archive && strict.archive) || (!mild.late_joiner && strict.late_joiner) ||
                            kept_longer(strict.retention, mild.retention) ||
                            (mild.needs_verified_transport && !strict.needs_verified_transport && !strict.needs_key);
        if (!looser) continue;
        const auto name = community::name(static_cast<Tlp>(i));
        draft.findings.add(root.line("handling"), fmt::format("handling.{} is looser than the label below it", name),
                           "a stricter label may never allow more");
    }
    const Handling& red = rows[static_cast<std::size_t>(Tlp::red)];
    if (red.needs_key && red.named_only && red.needs_encrypting_list && !red.digest) return;
    draft.findings.add(root.line("handling"), "handling.RED is looser than TLP allows",
                       "RED has needs_key, named_only and needs_encrypting_list = true, digest = false");
}

}  // namespace

std::string listed_names(const Compiled& book, std::string_view kind) {
    std::vector<std::string> names;
    if (kind == "class")
        for (const auto& row : book.classes) names.push_back(row.name);
    if (kind == "column")
        for (const auto& row : book.columns) names.push_back(row.id);
    if (kind == "role")
        for (const auto& row : book.roles) names.push_back(row.name);
    if (kind == "category")
        for (const auto& row : book.categories) names.push_back(row.name);
    return listed(names);
}

void read_book(Page& root, Draft& draft) {
    const toml::table* table = root.table_if("book");
    if (!table) {
        if (!root.has("book")) draft.findings.add(1, "[book] is missing", "begin with [book], name = \"...\", version = \"...\"");
        return;
    }
    Page page(*table, "book", draft.findings);
    draft.book.name = page.text("name");
    draft.book.version = page.text("version");
    draft.book.stamp = draft.book.name + " " + draft.book.version;
    draft.book.in_words = fmt::format("rule book {}, version {}", draft.book.name, draft.book.version);
    page.text_if("based_on");
    if (auto decision = page.text_if("amended_by")) draft.book.amended_by.insert(std::move(*decision));
    page.close("name, version, based_on, amended_by");
}

void read_handling(Page& root, Draft& draft) {
    std::array<bool, 5> given{};
    root.each("handling", [&](std::string_view name, const toml::table& row) {
        Page page(row, fmt::format("handling {}", name), draft.findings);
        const auto label = community::tlp_from(name);
        if (!label) {
            draft.findings.add(page.line(), fmt::format("handling: '{}' is not a label", name),
                               "write [handling.AMBER], or [handling.\"AMBER+STRICT\"] with quotes");
            return;
        }
        given[static_cast<std::size_t>(*label)] = true;
        Handling& h = draft.book.handling[static_cast<std::size_t>(*label)];
        h.needs_key = page.flag("needs_key");
        h.needs_verified_transport = page.flag("needs_verified_transport");
        h.needs_encrypting_list = page.flag("needs_encrypting_list");
        h.named_only = page.flag("named_only");
        h.digest = page.flag("digest");
        h.archive = page.flag("archive");
        h.late_joiner = page.flag("late_joiner");
        read_retention(page, *label, h);
        page.close("needs_key, needs_verified_transport, needs_encrypting_list, named_only, digest, archive, late_joiner, retention");
    });
    bool complete = true;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (given[i]) continue;
        complete = false;
        const auto name = community::name(static_cast<Tlp>(i));
        draft.findings.add(root.has("handling") ? root.line("handling") : 0, fmt::format("handling of {} is missing", name),
                           fmt::format("add [handling.\"{}\"]", name));
    }
    if (complete) check_handling(root, draft);
}

Mask class_set(Page& page, std::string_view key, const Compiled& book) {
    const auto words = page.words_if(key);
    if (words.size() == 1 && words.front() == "all") return ~Mask{0};
    Mask set = 0;
    for (const auto& word : words) {
        const int at = class_index(book, word);
        if (at >= 0)
            set |= mask_of(static_cast<std::size_t>(at));
        else
            page.complain(key, fmt::format("there is no class '{}'", word), "write \"all\" or some of: " + listed_names(book, "class"));
    }
    return set;
}

void read_denials(Page& root, Draft& draft) {
    root.each("denial", [&](std::string_view source, const toml::table& row) {
        Page page(row, fmt::format("denial {}", source), draft.findings);
        DenialKind kind;
        kind.source = source;
        kind.everywhere = class_set(page, "everywhere", draft.book);
        for (const auto& word : page.words_if("everywhere_verbs")) {
            const auto verb = community::verb_from(word);
            if (verb)
                kind.everywhere_verbs = static_cast<community::Verbs>(kind.everywhere_verbs | community::bit(*verb));
            else
                page.complain("everywhere_verbs", fmt::format("'{}' is not a verb", word), "write some of: receive, post, archive, manage");
        }
        kind.never = class_set(page, "never", draft.book);
        page.text("receive");
        kind.receive_later = page.choice_if<bool>("receive", later_from, "no, later").value_or(false);
        page.close("everywhere, everywhere_verbs, never, receive");
        draft.book.denials.push_back(std::move(kind));
    });
}

}  // namespace caveat::policy

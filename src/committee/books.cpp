#include "caveat/committee/books.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "caveat/ascii.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"

namespace caveat::committee {
namespace {

constexpr std::size_t fewest_digits = 12;

std::string refusal(const policy::Rulebook& adopted, const std::vector<std::string>& changed) {
    return fmt::format(
        "ruling (pp): {}; the adopted book is {} {} (SHA-256 {}), and a hard number changes only by a decision of the members (item 48): "
        "put the adopted book back, or have its SHA-256 decided on, name the decision D in its [book], amended_by = \"D\", and write: "
        "caveat policy adopt FILE --decision D",
        fmt::join(changed, "; "), adopted.name(), adopted.version(), adopted.sha256());
}

// The book as it was before it could name the decision about itself.
std::string without_amended_by(std::string_view text) {
    std::string rest;
    while (!text.empty()) {
        const auto line = text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
        const auto word = line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
        if (!word.starts_with("amended_by")) rest += line;
        text.remove_prefix(line.size());
    }
    return rest;
}

bool is_hash_of(std::string_view subject, std::string_view text) {
    auto digits = ascii::lower(subject);
    if (digits.starts_with("sha256:")) digits.erase(0, 7);
    return digits.size() >= fewest_digits && vault::hex(vault::sha256(text)).starts_with(digits);
}

}  // namespace

std::optional<policy::Rulebook> Books::in_force() {
    const auto row = store_.books().in_force();
    return row ? policy::load(row->text, "the adopted rule book", row->sha256).book : std::nullopt;
}

std::vector<std::string> Books::undecided(const policy::Rulebook& book) {
    const auto row = store_.books().in_force();
    if (row && row->sha256 == book.sha256()) return {};
    const auto adopted = in_force();
    return adopted ? policy::hard_changes(*adopted, book) : std::vector<std::string>{};
}

void Books::put(const community::Actor& by, std::string_view act, const BookFile& book, const std::string& decision,
                const std::vector<std::string>& changed) {
    const Instant now = clock_.now();
    store_.books().put({book.rules.sha256(), book.rules.name(), book.rules.version(), now, decision, book.text});
    Detail detail;
    detail.add("version", book.rules.version()).add("sha256", book.rules.sha256()).add("decision", decision).add("changed", changed);
    store_.journal().append(now, by.name, act, book.rules.name(), community::add_maker(detail, by).text());
}

Result<void> Books::take(const community::Actor& by, const BookFile& book) {
    const auto is_in_force = [&] {
        const auto row = store_.books().in_force();
        return row && row->sha256 == book.rules.sha256();
    };
    if (is_in_force()) return {};  // nearly always: no lock for it
    storage::Store::Transaction transaction(store_);
    if (is_in_force()) return {};
    if (const auto changed = undecided(book.rules); !changed.empty()) return fail(errc::denied, "{}", refusal(*in_force(), changed));
    put(by, "policy.taken", book, "", {});
    transaction.commit();
    return {};
}

Result<Adoption> Books::adopt(const community::Actor& by, const BookFile& book, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    const auto row = store_.books().in_force();
    if (row && row->sha256 == book.rules.sha256()) {
        return fail(errc::conflict, "{} {} (SHA-256 {}) is in force already", book.rules.name(), book.rules.version(), book.rules.sha256());
    }
    const auto changed = undecided(book.rules);
    if (decision.empty() && !changed.empty()) return fail(errc::denied, "{}", refusal(*in_force(), changed));
    if (!decision.empty()) {
        if (!changed.empty() && !book.rules.amended_by(decision)) {
            return fail(errc::denied, "ruling (pp): the book does not name its amendment; write amended_by = \"{}\" into [book]", decision);
        }
        const auto motion = store_.minutes().motion(decision);
        const std::string subject = motion ? motion->subject : std::string();
        if (motion && !is_hash_of(subject, book.text) && !is_hash_of(subject, without_amended_by(book.text))) {
            return fail(errc::denied, "ruling (ii): decision {} is about {}, and not about this book, whose SHA-256 is {}", decision,
                        subject.substr(0, 64), book.rules.sha256());
        }
        const auto rules = in_force().value_or(book.rules);
        Committee committee(store_, vault_, rules, clock_);
        if (auto ok = committee.carry(decision, {"framework", subject}); !ok) return tl::unexpected(ok.error());
    }
    put(by, "policy.adopted", book, decision, changed);
    transaction.commit();
    return Adoption{book.rules.sha256(), changed};
}

}  // namespace caveat::committee

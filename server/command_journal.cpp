// journal: show, verify, export, witness.
#include "caveat/facts/mail.hpp"
#include "caveat/storage/row_words.hpp"
#include "command.hpp"
#include "doctor.hpp"

namespace caveat::server {
namespace command_journal {

using facts::fact;

struct Options {
    storage::Journal::Filter filter;
    std::string act;
    std::string subject;
    std::string head;
};

// An earlier program kept the words of a bounce, sealed. They may quote the post, which its readers read and no operator does (A9).
Json shown(const storage::Entry& entry) {
    auto told = fact(entry);
    auto& detail = told["detail"];
    if (entry.act != "delivery.bounced" || !detail.is_object() || !detail.contains("said_key")) return told;
    detail["said"] = "sealed: the words of a report may quote the post";
    detail.erase("said_key");
    return told;
}

// The detail goes out byte for byte as it was hashed: read and written again, its keys would be sorted and what stands there twice lost.
// What older programs wrote and is no JSON goes out as hexadecimal digits.
std::string exported(const storage::Entry& entry) {
    const auto quoted = [](const std::string& text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); };
    const bool whole = Json::accept(entry.detail) && entry.detail.find('\n') == std::string::npos;
    return fmt::format(R"({{"number":{},"at":{},"actor":{},"act":{},"subject":{},"{}":{},"hash":"{}"}})", entry.number,
                       quoted(to_string(entry.at)), quoted(entry.actor), quoted(entry.act), quoted(entry.subject),
                       whole ? "detail" : "detail_hex", whole ? entry.detail : quoted(vault::hex(entry.detail)), vault::hex(entry.hash));
}

Result<void> show(const Invocation& invocation, const Options& options, bool exporting) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    auto filter = options.filter;
    if (!options.act.empty()) filter.act = options.act;
    if (!options.subject.empty()) filter.subject = person_named(house->store(), options.subject).value;
    if (exporting) {
        house->store().journal().show(filter, [](const storage::Entry& entry) { fmt::print("{}\n", exported(entry)); });
        return {};
    }
    if (invocation.json) {
        house->store().journal().show(filter, [&](const storage::Entry& entry) { fmt::print("{}\n", facts::dumped(shown(entry))); });
        return {};
    }
    std::vector<Json> facts;
    house->store().journal().show(filter, [&](const storage::Entry& entry) { facts.push_back(shown(entry)); });
    invocation.print(facts, {"number", "at", "actor", "act", "subject", "detail"});
    return {};
}

Result<void> verify(const Invocation& invocation, const std::string& known_head) {
    std::optional<storage::Journal::Head> known;
    if (!known_head.empty()) {
        const auto head = read_head(known_head);
        if (!head) return tl::unexpected(head.error());
        known = *head;
    }
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto head = house->store().journal().verify(known);
    if (!head) return tl::unexpected(Error{head.error().code, storage::with_row_named(house->store(), head.error().detail)});
    Json told = {
        {"entries", head->number}, {"head", head_text(*head)}, {"verdict", "the chain holds"}};
    if (const auto back = dated_back(house->store().journal()); !back.empty()) told["note"] = back;
    invocation.print(told);
    return {};
}

// To be kept where whoever changes the database does not reach: with it verify finds what was cut off, and an older copy put in its place.
Result<void> witness(const Invocation& invocation) {
    auto house = invocation.house();
    if (!house) return tl::unexpected(house.error());
    const auto head = house->store().journal().head();
    invocation.print({{"entries", head.number},
                      {"head", head_text(head)},
                      {"at", to_string(house->clock().now())}});
    return {};
}

}  // namespace command_journal

void add_journal_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_journal;
    const auto options = std::make_shared<Options>();
    auto* journal = app.add_subcommand("journal", "what was decided and done, in a chain that shows every change");
    journal->require_subcommand(1);
    for (const bool exporting : {false, true}) {
        auto* sub =
            journal->add_subcommand(exporting ? "export" : "show",
                                    exporting ? "all fields as JSON lines, details byte for byte as hashed" : "entries, oldest first");
        sub->add_option("--from", options->filter.from, "first number");
        sub->add_option("--limit", options->filter.limit, "at most so many");
        sub->add_option("--act", options->act, "acts that begin so: post.");
        sub->add_option("--subject", options->subject, "about this id; of a person also an address");
        on(sub, invocation, [&invocation, options, exporting] { return show(invocation, *options, exporting); });
    }
    auto* verifying = journal->add_subcommand(
        "verify", "recompute the chain; finds entries and rows of the record that were changed, removed or cut off");
    verifying->add_option("--head", options->head, "NUMBER:HASH noted earlier, elsewhere: must still be on the chain");
    on(verifying, invocation, [&invocation, options] { return verify(invocation, options->head); });
    on(journal->add_subcommand("witness", "the head of the chain as it is, to be kept elsewhere for verify --head"), invocation,
       [&invocation] { return witness(invocation); });
}

}  // namespace caveat::server

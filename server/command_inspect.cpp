// inspect: what caveat sees in files. Needs no configuration and no database; changes nothing.
#include "caveat/mail/bounce.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/opening.hpp"
#include "command.hpp"
#include "label_files.hpp"

namespace caveat::server {
namespace command_inspect {

struct Options {
    std::vector<std::string> files;
    std::string label_default = "AMBER";
    bool authenticated = false;
    std::filesystem::path home;
};

Json boxes(const std::vector<mail::Mailbox>& mailboxes) {
    Json json = Json::array();
    for (const auto& box : mailboxes) json.push_back({{"name", box.name}, {"address", box.address}});
    return json;
}

Json mail_fact(const std::string& file, const mail::Message& message) {
    Json parts = Json::array();
    for (const auto& part : message.parts) {
        parts.push_back({{"path", part.path},
                         {"type", part.type},
                         {"charset", part.charset},
                         {"disposition", part.disposition},
                         {"filename", part.filename},
                         {"size", part.content.size()},
                         {"sha256", vault::hex(vault::sha256(part.content))}});
    }
    return {{"file", file},
            {"from", boxes(message.from)},
            {"to", boxes(message.to)},
            {"cc", boxes(message.cc)},
            {"subject", message.subject},
            {"date", message.date},
            {"message_id", message.message_id},
            {"in_reply_to", message.in_reply_to.empty() ? "" : message.in_reply_to.front()},
            {"references", message.references},
            {"encrypted", message.encrypted},
            {"parts", parts},
            {"text", message.text()}};
}

Json label_fact(const std::string& file, const mail::Labelling& labelling) {
    Json found = Json::array();
    for (const auto& hit : labelling.found) {
        found.push_back({{"where", mail::name(hit.where)},
                         {"text", hit.text},
                         {"label", hit.label ? Json(community::name(*hit.label)) : Json()},
                         {"canonical", hit.canonical}});
    }
    return {{"file", file},
            {"label", community::name(labelling.label)},
            {"verdict", labelling.hold ? "hold" : "ok"},
            {"found", found},
            {"conflict", labelling.conflict},
            {"lint", labelling.lint},
            {"caveats", community::in_words(labelling.caveats)},
            {"why", labelling.why}};
}

Json bounce_fact(const std::string& file, const mail::Bounce& bounce) {
    Json recipients = Json::array();
    for (const auto& r : bounce.recipients) {
        recipients.push_back({{"address", r.address}, {"action", r.action}, {"status", r.status}, {"diagnostic", r.diagnostic}});
    }
    return {{"file", file}, {"kind", mail::name(bounce.kind)}, {"recipients", recipients}, {"return_path_id", bounce.return_path_id}};
}

Json pgp_fact(const std::string& file, const mailroom::Opened& opened) {
    return {{"file", file},
            {"encrypted", opened.encrypted},
            {"signed", mailroom::name(opened.is_signed)},
            {"signer", opened.signer},
            {"subject", opened.subject},
            {"text", opened.text},
            {"error", opened.error}};
}

// One line a file; a file that cannot be read gets its error in its line, and the command ends with exit code 2.
Result<void> each_file(const Invocation& invocation, const std::vector<std::string>& files,
                       const std::function<Result<Json>(const std::string& file, const std::string& bytes)>& see) {
    Invocation json = invocation;
    json.json = true;
    std::size_t bad = 0;
    for (const auto& file : files) {
        const auto bytes = read_file(file, mail::Limits{}.message);
        const auto seen = bytes ? see(file, *bytes) : tl::unexpected(bytes.error());
        if (!seen) ++bad;
        // JSON with or without --json: this output is for programs.
        json.print(seen ? *seen : Json{{"file", file}, {"error", seen.error().detail}});
    }
    if (bad > 0) return fail(errc::invalid, "{} of {} files could not be read", bad, files.size());
    return {};
}

Result<Json> see_label(const std::string& file, const std::string& bytes, const Options& options) {
    const auto fallback = community::tlp_from(options.label_default);
    if (!fallback) return fail(errc::invalid, "'{}' is not a label; write CLEAR, GREEN, AMBER, AMBER+STRICT or RED", options.label_default);
    const auto labelling = label_of(bytes, *fallback, options.authenticated);
    if (!labelling) return tl::unexpected(labelling.error());
    return label_fact(file, *labelling);
}

}  // namespace command_inspect

void add_inspect_commands(CLI::App& app, Invocation& invocation) {
    using namespace command_inspect;
    const auto options = std::make_shared<Options>();
    auto* inspect = app.add_subcommand("inspect", "what caveat sees in files; changes nothing");
    inspect->require_subcommand(1);
    const auto with_files = [&](const char* name, const char* help) {
        auto* sub = inspect->add_subcommand(name, help);
        sub->add_option("FILE", options->files, "messages")->required();
        return sub;
    };
    on(with_files("mail", "structure, addresses, text"), invocation, [&invocation, options] {
        return each_file(invocation, options->files, [](const std::string& file, const std::string& bytes) -> Result<Json> {
            const auto message = mail::parse(bytes, {});
            if (!message) return tl::unexpected(message.error());
            return mail_fact(file, *message);
        });
    });
    auto* label = with_files("label", "the TLP label and every place where one stands");
    label->add_option("--default", options->label_default, "the list's default")->capture_default_str();
    label->add_flag("--authenticated", options->authenticated, "as from a sender who is authenticated");
    on(label, invocation, [&invocation, options] {
        return each_file(invocation, options->files,
                         [options](const std::string& file, const std::string& bytes) { return see_label(file, bytes, *options); });
    });
    on(with_files("bounce", "delivery status, feedback reports, auto-replies"), invocation, [&invocation, options] {
        return each_file(invocation, options->files, [](const std::string& file, const std::string& bytes) -> Result<Json> {
            const auto bounce = mail::read_bounce(bytes, {});
            if (!bounce) return tl::unexpected(bounce.error());
            return bounce_fact(file, *bounce);
        });
    });
    auto* pgp = with_files("pgp", "what is encrypted and signed as a whole, by whom, and what is inside");
    pgp->add_option("--home", options->home, "GnuPG home with the keys to open and verify with")->required();
    on(pgp, invocation, [&invocation, options]() -> Result<void> {
        if (!std::filesystem::is_directory(options->home)) return fail(errc::not_found, "{}: no folder", options->home.string());
        const auto reader = openpgp::reader(std::filesystem::absolute(options->home), openpgp::gnupg_deadline);
        return each_file(invocation, options->files, [&reader](const std::string& file, const std::string& bytes) -> Result<Json> {
            const auto opened = mailroom::open_mail(*reader, bytes, {});
            if (!opened) return tl::unexpected(opened.error());
            return pgp_fact(file, *opened);
        });
    });
}

}  // namespace caveat::server

#include "backup_file.hpp"

#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>

#include "caveat/storage/damage.hpp"
#include "command.hpp"

namespace caveat::server {
namespace {

constexpr std::string_view facts_part = "facts";

std::string sealed_for(const storage::Journal::Head& head, std::string_view name) {
    return fmt::format("backup {} {}", head_text(head), name);
}

}  // namespace

std::vector<storage::BackupPart> sealed_parts(const BackupFacts& facts, const storage::Journal::Head& head, const vault::Vault& vault) {
    std::vector<storage::BackupPart> parts;
    Json names = Json::array();
    for (const auto& secret : facts.secrets) {
        names.push_back(secret.name);
        parts.push_back({secret.name, vault.seal(secret.bytes, sealed_for(head, secret.name))});
    }
    const Json told{{"made", facts.made}, {"by", facts.by}, {"program", facts.program}, {"posts", facts.posts}, {"secrets", names}};
    parts.push_back({std::string(facts_part), vault.seal(facts::dumped(told), sealed_for(head, facts_part))});
    return parts;
}

Result<BackupFacts> opened_parts(const storage::BackupParts& parts, const vault::Vault& vault) {
    const auto opened = [&](std::string_view name) -> Result<std::string> {
        const auto found = std::find_if(parts.parts.begin(), parts.parts.end(), [&](const auto& part) { return part.name == name; });
        if (found == parts.parts.end()) return fail(errc::corrupt, "{} is missing in the backup", name);
        auto bytes = vault.open(found->sealed, sealed_for(parts.head, name));
        if (!bytes) return fail(errc::corrupt, "{} of the backup does not open: it was changed, or is of another one", name);
        return bytes;
    };
    const auto text = opened(facts_part);
    if (!text) return tl::unexpected(text.error());
    const auto told = Json::parse(*text);
    BackupFacts facts{told.at("made").get<std::string>(), told.at("by").get<std::string>(), told.at("program").get<std::string>(),
                      told.at("posts").get<std::int64_t>(), {}};
    for (const auto& name : told.at("secrets")) {
        auto bytes = opened(name.get<std::string>());
        if (!bytes) return tl::unexpected(bytes.error());
        facts.secrets.push_back({name.get<std::string>(), std::move(*bytes)});
    }
    return facts;
}

bool opens_or_is_forgotten(const vault::Vault& vault, const Sealed& bytes, const std::string& sealed_for) {
    const auto opened = vault.open(bytes, sealed_for);
    return opened || (opened.error().code == errc::not_found && !bytes.key.empty());
}

Result<storage::Journal::Head> sound(storage::Store& store, const vault::Vault& vault, const std::optional<storage::Journal::Head>& known) {
    if (const auto checked = store.check(); !checked) return tl::unexpected(checked.error());
    const auto head = store.journal().verify(known);
    if (!head) return head;
    const auto bad = storage::damaged_bodies(
        store, [&](const Sealed& bytes, const std::string& sealed_for) { return opens_or_is_forgotten(vault, bytes, sealed_for); });
    if (!bad.empty()) return fail(errc::corrupt, "{}", fmt::join(bad, "; "));
    return head;
}

void OnItsWay::remove() const {
    for (const auto* tail : {"", "-wal", "-shm", "-journal", "-reserve"}) ::unlink((file_.string() + tail).c_str());
}

}  // namespace caveat::server

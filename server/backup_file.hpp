#pragma once
// What `backup` and `restore` both know of a backup: the parts beside the database in it, each sealed by the vault for its name and the
// head of the journal of that moment, so that none is read without the key file, changed, or taken from another backup.
#include <string>
#include <vector>

#include "caveat/openpgp/secrets.hpp"
#include "caveat/storage/backup.hpp"
#include "caveat/vault/vault.hpp"
#include "house.hpp"

namespace caveat::server {

struct BackupFacts {
    std::string made;  // when the copy of the database was taken
    std::string by;
    std::string program;  // its version
    std::int64_t posts = 0;
    std::vector<openpgp::SecretFile> secrets;  // of lists
};

[[nodiscard]] std::vector<storage::BackupPart> sealed_parts(const BackupFacts& facts, const storage::Journal::Head& head,
                                                            const vault::Vault& vault);
// errc::corrupt: one is missing, was changed or is another backup's.
[[nodiscard]] Result<BackupFacts> opened_parts(const storage::BackupParts& parts, const vault::Vault& vault);

// All of it: the file as SQLite and this program know it, the journal and every row it vouches for, and that each body opens that was not
// forgotten since. errc::corrupt with what was found.
[[nodiscard]] Result<storage::Journal::Head> sound(storage::Store& store, const vault::Vault& vault,
                                                   const std::optional<storage::Journal::Head>& known);

// Whether it opens, or was forgotten in the key file (`archive forget`), which is no damage.
[[nodiscard]] bool opens_or_is_forgotten(const vault::Vault& vault, const Sealed& bytes, const std::string& sealed_for);

// Removes a database that was only on its way, with what SQLite and this program put beside it.
class OnItsWay {
public:
    explicit OnItsWay(std::filesystem::path file) : file_(std::move(file)) {}
    ~OnItsWay() { remove(); }
    OnItsWay(const OnItsWay&) = delete;
    OnItsWay& operator=(const OnItsWay&) = delete;
    void remove() const;
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
    std::filesystem::path file_;
};

}  // namespace caveat::server

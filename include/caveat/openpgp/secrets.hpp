#pragma once
// The secret keys of lists as files, to be sealed into a backup and put back from it: the folder `home`/lists in gpg-agent's form
// (own_keys.hpp). What is returned is secret and in clear: it is for the vault at once. Source: promises O3, K12.
#include <filesystem>
#include <string>
#include <vector>

#include "caveat/result.hpp"

namespace caveat::openpgp {

struct SecretFile {
    std::string name;  // "private-keys-v1.d/0123….key"
    std::string bytes;
};

// By name; none: there is no such folder. errc::temporary: one cannot be read.
[[nodiscard]] Result<std::vector<SecretFile>> secrets_of_lists(const std::filesystem::path& home);
// Those that are not there are written, mode 0600, and are on the disk then; what is there stays as it is. Returns the paths of those
// written. errc::invalid: a name that is none of these folders', or the folder cannot be written.
[[nodiscard]] Result<std::vector<std::filesystem::path>> put_secrets(const std::filesystem::path& home,
                                                                     const std::vector<SecretFile>& files);

}  // namespace caveat::openpgp

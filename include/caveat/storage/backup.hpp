#pragma once
// A copy of the database of one moment, taken while others write, and made one file with what belongs to it and lies elsewhere; and the way
// back. The file of a backup is no database of ours to anything but `take_parts`: nobody can run on it by renaming it, and so go past what
// makes an older state safe (K7). Throws as store.hpp says. Source: promise O3.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "caveat/ids.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

struct BackupPart {
    std::string name;
    Sealed sealed;
};

struct BackupParts {
    std::vector<BackupPart> parts;  // by name
    Journal::Head head;             // of the database as it was copied
};

// What is committed at this moment, into a new file, mode 0600, that `Store::open` opens. Who writes is not kept waiting; the write-ahead
// log grows by what they write meanwhile. errc::conflict: the file exists. `progress` hears how many pages are left, and of how many.
[[nodiscard]] Result<void> copy_database(Store& from, const std::filesystem::path& to,
                                         const std::function<void(int left, int of)>& progress = {});
// Makes such a copy, which nobody has open, a backup: one file, on the disk when this returns.
void put_parts(const Options& copy, const std::vector<BackupPart>& parts);
// Makes a backup a database again. errc::invalid: it is none; then nothing was written to it.
[[nodiscard]] Result<BackupParts> take_parts(const Options& backup);

// Nobody has the database open, and its write-ahead log is in it, so that it can be given another name. errc::temporary: somebody has.
// One that is too damaged for that is left as it is.
[[nodiscard]] Result<void> close_for_good(const Options& database);

// A file, or the names in its folder, are on the disk.
void sync_file(const std::filesystem::path& file);
void sync_folder_of(const std::filesystem::path& file);

}  // namespace caveat::storage

#pragma once
// What a finding about a row is about, for people: the journal knows rows by table and key.
#include <string>
#include <string_view>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

// "case_act 1/2 was changed outside the journal" as "case_act 1/2 (a step of a case: C-2026-001) was changed outside the journal"; what
// names no bound table stays as it is. Names are those of the rows as they stand now, which may be what was changed; of a row that is gone,
// and of which nothing else speaks, only the table is said in words. Throws Broken.
[[nodiscard]] std::string with_row_named(Store& store, std::string_view finding);

// The same without the name: "case_act 1/2 (a step of a case) was changed outside the journal". For where not everybody who reads it may
// know whose row it is.
[[nodiscard]] std::string with_row_in_words(std::string_view finding);

}  // namespace caveat::storage

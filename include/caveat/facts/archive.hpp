#pragma once
// What was posted, as JSON. Lines of lists say what there is and never a word of it, so that the command line can tell them to the
// operator, too; subjects and texts are for the reader who asked.
#include "caveat/archive/archive.hpp"
#include "caveat/facts/schema.hpp"

namespace caveat::facts {

[[nodiscard]] Json fact(const archive::Line& line);                   // {"post", "list", "label", "posted", "thread"}
[[nodiscard]] Json fact(const archive::Told& told);                   // and "readable", "because"
[[nodiscard]] Json fact(const archive::ThreadLine& thread);           // {"thread", "posts", "depth"}
[[nodiscard]] Json with_subjects(const archive::Line& line);          // and "subject", null from AMBER+STRICT on
[[nodiscard]] Json with_subjects(const archive::ThreadLine& thread);  // and "items": those, with "indent"
[[nodiscard]] Json fact(const archive::Opened& opened);
extern const Schema archived_schema;
extern const Schema archive_thread_schema;
extern const Schema archived_post_schema;

}  // namespace caveat::facts

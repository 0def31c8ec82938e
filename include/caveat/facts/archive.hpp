#pragma once
// What was posted, as JSON. Lines of lists say what there is and never a word of it, so that the command line can tell them to the
// operator, too; subjects and texts are for the reader who asked.
#include "caveat/archive/archive.hpp"
#include "caveat/facts/schema.hpp"
#include "caveat/mailroom/relabelling.hpp"

namespace caveat::facts {

[[nodiscard]] Json fact(const archive::Line& line);                   // {"post", "list", "label", "posted", "thread"}
[[nodiscard]] Json fact(const archive::Told& told);                   // and "readable", "because"
[[nodiscard]] Json fact(const archive::ThreadLine& thread);           // {"thread", "posts", "depth"}
[[nodiscard]] Json with_subjects(const archive::Line& line);          // and "subject", null from AMBER+STRICT on
[[nodiscard]] Json with_subjects(const archive::ThreadLine& thread);  // and "items": those, with "indent"
[[nodiscard]] Json fact(const archive::Opened& opened);               // without "labels", which is the door's to ask for
[[nodiscard]] Json fact(const mailroom::Relabelled& done, const PostId& post);
[[nodiscard]] Json fact(const storage::Preserved& one);
[[nodiscard]] Json fact(const std::vector<community::Tlp>& labels);
inline constexpr Field labels_to_give_field{
    .name = "labels", .type = Type::texts, .required = true, .about = "those that the caller may give it now, without a decision"};
extern const Schema archived_schema;
extern const Schema archive_thread_schema;
extern const Schema archived_post_schema;
extern const Schema relabelled_schema;

}  // namespace caveat::facts

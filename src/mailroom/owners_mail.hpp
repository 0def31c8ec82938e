#pragma once
// Mail for the people who run a list. It is not a post: it has no roster and no label in the subject, and nobody else gets it.
#include "post_question.hpp"
#include "verdicts.hpp"

namespace caveat::mailroom {

void judge_owners_mail(Verdicts& verdicts, storage::Post& post, const Prepared& bytes, const PostQuestion& question,
                       const community::List& list);

}  // namespace caveat::mailroom

#include "author_letters.hpp"

#include <algorithm>

#include "caveat/community/in_force.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mailroom/mailroom.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/moment.hpp"
#include "notices.hpp"
#include "sent_again.hpp"
#include "telling.hpp"

namespace caveat::mailroom {
namespace {

using community::Code;
using policy::Verdict;
using storage::Post;

// What the author should hear of a label that is not simply the one they wrote.
std::vector<std::string> remarks_on(const mail::Labelling& labelling, const std::vector<community::Reason>& because) {
    std::vector<std::string> remarks;
    for (const auto& reason : because) {
        if (reason.code == Code::parent) remarks.push_back(reason.words);
    }
    if (labelling.conflict || labelling.unlabelled) remarks.push_back(labelling.why);
    remarks.insert(remarks.end(), labelling.lint.begin(), labelling.lint.end());
    if (labelling.unlabelled)
        remarks.emplace_back("a label such as TLP:GREEN at the start of the subject counts instead, also below the list's default");
    return remarks;
}

// What is recorded quotes nothing of the mail; the letter to its author, which rests sealed, says which word it is about. It leaves in
// clear, so that it quotes nothing of what came encrypted; nor what somebody else can have put into the header of what they carried.
std::string lines_for_author(const PostQuestion& question, std::vector<community::Reason> because) {
    for (auto& reason : because) {
        const bool quotes = reason.code == Code::label_held && !question.facts.encrypted && !question.carried;
        if (quotes) reason.words = with_quote(reason.words, question.labelling);
    }
    return as_lines(because);
}

}  // namespace

bool is_released_by_author(const Post& post) { return post.sender && post.released_by == "person " + post.sender->value; }

std::string held_as_sent_again(const Post& post) {
    const auto says_so = [](const community::Reason& reason) { return reason.code == Code::replayed; };
    const auto why = std::find_if(post.because.begin(), post.because.end(), says_so);
    return post.released_by.empty() || why == post.because.end() ? std::string() : as_lines({*why});
}

void AuthorLetters::of_verdict(const Post& post, const PostQuestion& question, const community::List& list,
                               const policy::Judgement& judgement) {
    if (!post.sender) return;
    if (judgement.verdict == Verdict::distribute) {
        if (tells_sender(question, list)) of_label(post, question, judgement);
        return;
    }
    const bool waits = judgement.verdict == Verdict::hold;
    if (!judgement.tell_sender || (!waits && judgement.verdict != Verdict::refuse) || !hears(post, question)) return;
    std::string label(community::name(judgement.label));
    if (waits) return of_hold(post, question, judgement.because, std::move(label));
    const auto because = lines_for_author(question, judgement.because) + as_lines(cases_behind(question.standing, list));
    send_notice(room_, "refused", *post.sender, post, {{"label", std::move(label)}, {"because", because}});
}

void AuthorLetters::of_label(const Post& post, const PostQuestion& question, const policy::Judgement& judgement) {
    const auto remarks = remarks_on(question.labelling, judgement.because);
    if (remarks.empty() || !told_of_label_.emplace(post.sealed_as.value, judgement.label).second) return;
    send_notice(room_, "label", *post.sender, post,
                {{"label", std::string(community::name(judgement.label))}, {"because", as_lines(remarks)}});
}

void AuthorLetters::of_hold(const Post& post, const PostQuestion& question, const std::vector<community::Reason>& because,
                            std::string label) {
    told_of_hold_.insert(post.key);
    const auto until = waits_until(room_, post);
    const bool yours = only_its_author_settles(post) || is_held_as_forgotten(room_, post);
    send_notice(room_, "held", *post.sender, post,
                {{"label", std::move(label)},
                 {"because", lines_for_author(question, because)},
                 {"yours", yours ? "yes" : ""},
                 {"told", is_told_to_another(room_, post, now_) ? "yes" : ""},
                 {"until", until ? moment(*until) : ""}});
}

void AuthorLetters::of_release(const Post& post, const std::string& why_it_waited) {
    const bool unproven = post.caveats.author_unproven;
    const auto why = why_it_waited.empty() && post.caveats.sending_unproven
                         ? as_lines(std::vector<std::string>{"nothing proved that you sent it there"})
                         : why_it_waited;
    if ((!unproven && why.empty()) || !post.sender || is_released_by_author(post)) return;
    const Fields fields{{"by", letters::who(room_.store, post.released_by)}, {"unproven", unproven ? "yes" : ""}, {"because", why}};
    send_notice(room_, "released", *post.sender, post, fields);
}

bool AuthorLetters::hears(const Post& post, const PostQuestion& question) {
    return tells_author(room_, *post.sender, question.seldom_told, now_);
}

// A sanction is between the party and the committee, so only the representative is told which case it is (item 36).
std::vector<std::string> AuthorLetters::cases_behind(const community::Standing& sender, const community::List& list) const {
    std::vector<std::string> lines;
    if (!sender.representative) return lines;
    for (const auto& denial : sender.denials) {
        const bool bites = in_force(denial, now_) && (denial.verbs & bit(community::Verb::post)) != 0 &&
                           (denial.resource == "*" || denial.resource == list.id.value);
        const auto id = bites ? room_.store.minutes().case_of(denial.id) : std::nullopt;
        const auto line = id ? community::line({Code::sanction, fmt::format("case {}, decision {}", *id, denial.decision)}) : std::string();
        if (id && std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(line);
    }
    return lines;
}

}  // namespace caveat::mailroom

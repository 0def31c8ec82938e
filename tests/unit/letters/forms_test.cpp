// Every form of templates/ with the fields that its sender gives (templates/README.md): none may need another one, on the day it is sent.
#include <set>

#include "a_writer.hpp"

namespace caveat::test {
namespace {

using Names = std::vector<std::string>;

struct Sender {
    std::string form;
    Names fields;      // besides `community` and `name`
    Names empty = {};  // those that may be empty, which closes their section
};

Names of_a_post(Names more = {}) {
    for (const auto* name : {"list", "message_id", "received"}) more.emplace_back(name);
    return more;
}

Names of_a_notice() {
    return {"case",    "team",   "clause",       "notice",   "issued",     "decision",     "channels",    "breach",
            "opinion", "remedy", "consequences", "reply",    "reply_time", "appeal_rules", "appeal_days", "sanction",
            "delay",   "window", "rights",       "earliest", "ends",       "link"};
}

Names of_a_ballot(Names more = {}) {
    for (const auto* name : {"decision", "question", "rule", "opens", "closes", "meeting", "secret", "applicant", "link"})
        more.emplace_back(name);
    return more;
}

const std::vector<Sender>& senders() {
    static const std::vector<Sender> all{
        {"held", of_a_post({"because", "label", "yours", "told", "until"}), {"label", "yours", "told", "until"}},
        {"refused", of_a_post({"because", "label"}), {"label"}},
        {"rejected", of_a_post({"because"})},
        {"released", of_a_post({"by", "unproven", "because"})},
        {"returned", of_a_post({"because"})},
        {"label", of_a_post({"because", "label"})},
        {"relabelled", of_a_post({"before", "label", "stricter", "by", "kept_until", "instead_of"}), {"stricter", "kept_until"}},
        {"report", of_a_post({"because", "label"}), {"label"}},
        {"unsubscribed", of_a_post()},
        {"command-done", {"list", "received", "address", "days", "done", "help"}, {"done", "help"}},
        {"command-refused", {"list", "received", "because"}},
        {"command-confirm", {"list", "received", "commands", "life"}},
        {"sign-in", {"link", "life", "asked"}},
        {"key-unusable", {"why"}},
        {"case-compliance", of_a_notice(), {"window", "sanction", "rights", "earliest", "ends", "link"}},
        {"case-sanction",
         of_a_notice(),
         {"window", "channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules", "link"}},
        {"case-members",
         of_a_notice(),
         {"window", "channels", "breach", "opinion", "remedy", "consequences", "reply", "appeal_rules", "link"}},
        {"ballot-opened", of_a_ballot(), {"meeting", "secret", "applicant", "link"}},
        {"ballot-ends", of_a_ballot(), {"meeting", "secret", "link"}},
        {"meeting-convened", of_a_ballot(), {"secret", "link"}},
        {"ballot-over", of_a_ballot({"ended", "outcome", "counts", "follows"}), {"meeting", "secret", "link", "follows"}},
        {"case-news", {"case", "team", "what", "when", "panelist", "link"}, {"panelist", "link"}},
        {"case-told", {"case", "team", "what", "when", "link"}, {"link"}},
        {"case-members-news", {"case", "team", "what", "when"}},
        {"panel-seated",
         {"case", "room", "notice", "chair", "presides", "others", "filed", "agree", "remind", "link"},
         {"room", "chair", "link"}},
        {"application-step", {"application", "team", "steps", "lists", "link"}, {"lists", "link"}},
        {"data-changed",
         {"changes", "waits", "team", "addresses", "key", "representative", "alternate", "link"},
         {"waits", "representative", "alternate", "link"}},
        {"confirm-change", {"person", "what", "id", "link"}, {"link"}},
        {"contact-changed", {"contacts"}},
        {"address-left", {"address", "behind", "waits", "by", "when"}, {"behind", "waits"}},
        {"no-key", of_a_post()},
        {"no-key-report", of_a_post({"people"})},
        {"key-ends", {"fingerprint", "until", "left", "lists"}, {"lists"}},
        {"key-ends-report", {"list", "people"}},
        {"database-altered", {"what", "since"}, {}},
        {"list-key-ends", {"list", "fingerprint", "until", "left", "over"}, {"over"}},
        {"list-key-new", {"list", "fingerprint", "before", "until", "signed"}, {"signed"}},
        {"own-key-new", {"fingerprint", "before", "signed"}, {"signed"}},
        {"matter", {"about", "text", "confidential", "link"}, {"confidential", "link"}},
        {"committee-told", {"about", "text", "also", "link"}, {"also", "link"}},
        {"token-made", {"token", "rights", "expires", "by", "when", "link"}, {"link"}},
        {"token-ended", {"token", "called", "by", "when", "link"}, {"link"}},
        {"factor-changed", {"about", "by", "when", "link"}, {"by", "link"}},
        {"roster-changed", {"list", "changes", "link"}, {"link"}},
        {"vote-recorded", {"decision", "question", "team", "what", "by", "when", "link"}, {"link"}},
        {"post-waits", {"list", "count", "posts", "link"}, {"link"}},
        {"together", {"count", "letters"}},
        {"reminder", {"about", "text", "due", "late", "readers", "link"}, {"late", "link"}},
        {"hold-told",
         {"person", "held", "team", "reason", "placed", "extended", "waits", "contact", "ends", "over"},
         {"extended", "waits", "ends", "over"}},
    };
    return all;
}

}  // namespace

TEST_CASE_METHOD(AWriter, "every form can be filled in with what its sender gives", "[letters]") {
    for (const auto& sender : senders()) {
        for (const bool empty : {false, true}) {
            CAPTURE(sender.form, empty);
            letters::Letter letter{.purpose = storage::Purpose::about_post,
                                   .form = read_form(letterhead, sender.form).value(),
                                   .from = "sc+owner@lists.arc.example",
                                   .fields = {}};
            for (const auto& name : sender.fields) letter.fields[name] = "<" + name + ">";
            for (const auto& name : sender.empty) letter.fields[name] = empty ? "" : "<" + name + ">";
            const auto written = writer.write(letter, reader(), clock.now());
            INFO((written ? "" : written.error().detail));
            REQUIRE(written);
            const auto text = opened(*written);
            CAPTURE(text);
            CHECK_FALSE(holds(text, "{{"));
        }
    }
}

TEST_CASE_METHOD(AWriter, "no form is without a sender", "[letters]") {
    std::set<std::string> known;
    for (const auto& sender : senders()) known.insert(sender.form);
    std::set<std::string> found;
    for (const auto& file : std::filesystem::directory_iterator(letterhead.templates)) {
        if (file.path().extension() == ".mustache") found.insert(file.path().stem());
    }
    CHECK(found == known);
}

}  // namespace caveat::test

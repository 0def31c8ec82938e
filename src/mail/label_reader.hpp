#pragma once
// Finds labels in the texts of a mail, and writes down where each stood and whether it counts (rules.md §3.2 "Positions"). Pure; linear,
// and no more than so much: what a mail holds beyond most_work is not read, but for the first page of each part, and holds it.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evidence.hpp"
#include "file_within.hpp"
#include "foreign.hpp"
#include "machine_labels.hpp"
#include "work.hpp"

namespace caveat::mail {

inline constexpr std::size_t subject_cap = 998;  // bytes (RFC 5322 §2.1.1)

class LabelReader {
public:
    void header(std::string_view value, Where where, bool counts);

    // A subject: a label counts wherever it stands. `own`: it is the post's, else its labels raise only.
    void subject(std::string_view value, Where where, bool counts, bool own = true);

    // A header that is not the message's, though a reader's program may show it as that: its labels raise, an unknown one is held. That of
    // somebody else only raises.
    void header_beside(const PartHeader& header, Where where);

    // The name of a file: its labels raise, and of our own files a colour in another language holds.
    void file_name(std::string_view name, bool ours);

    // Encoded words that cannot be read for certain: a label that only another reading of them shows is held, in a message that travels
    // along it raises.
    void doubts(std::string_view readings, Where where, bool counts);

    // The text of the sender: label lines of the first lines count.
    void body(std::string_view text);

    // Quoted or attached text: its labels can only raise, and an unknown label in it is somebody else's and is ignored. `values`: of a
    // file, in which a label that is the whole of a value raises as well.
    void all_travelling(std::string_view text, Where where, bool values = false);

    // Text in a charset that nobody said: its labels raise, and an unknown one of the sender's (`counts`) is held.
    void in_other_charset(std::string_view text, Where where, bool counts);

    // Lines that turn their direction round, as they are shown: a label that only this shows is a look-alike, in text that travels along it
    // raises.
    void turned(std::string_view text, Where where, bool counts);

    // A policy of which something is missing asks for the most there is (rules.md §4). One that only names another is that one.
    void policy(std::string_view json, const LabelRequest& request);
    void policy_called(std::string_view id, const LabelRequest& request);

    void pap(std::string_view text);

    // `strict`: a value that is no word asks for the most there is, as one that is missing.
    void iep(std::string_view json, bool strict);

    // Data that is no prose (calendars, tables, patches): a label at the start or end of a line, or the whole of a value, raises; an
    // unknown one at the start or end is held, but not in a file.
    void data(std::string_view text, Where where);

    // A file that is shown as text: besides what people read, a label that is the whole of a value raises.
    void whole_values(std::string_view text, Where where);

    // As programs write it to each other: it raises.
    void machine(std::string_view text, Where where, bool is_page = false);

    // Tables that people put between their words, also quoted ones: they raise.
    void pasted(std::string_view text, Where where);

    // Names and words that programs show beside the subject: labels in them raise.
    void shown_beside(const HeaderBlock& headers, Where where);

    void marking(const Marking& marking);
    void unread(std::string what);

    // Two to four seconds, and twice that for lines beyond ASCII. Files of 25 MB (logs, tables, STIX) make a third of it, also where some
    // of their lines may be in another charset.
    static constexpr std::size_t most_work = 2'000'000'000;
    // Asked where something is left to be read: then that is said to be unread.
    bool is_spent();
    // Where it is spent: enough more to read the first page of a part.
    void allow_page();
    [[nodiscard]] std::size_t work() const { return work_.done; }

    Evidence evidence;
    std::vector<FileWithin> files;  // that stood in the text, as old programs put them there; whoever called reads them

private:
    struct Above {
        std::string_view line;
        bool in_form = false;  // it is one of the colours that stand below a "TLP:"
    };

    LineReading read_line(std::string_view line);
    std::vector<Hit> read_everywhere(std::string_view text);
    void told(const std::vector<MachineLabel>& labels, Where where);
    void told_by_program(std::string_view text, Where where);
    void whole_values_of(std::string_view line, const LineReading& read, Where where);
    void restriction(std::string_view words);
    void body_line(std::string_view line, bool early, LabelSet& open, LabelSet& own);
    void uuencoded(std::string_view name, std::string_view& text);
    void doubtful(std::string_view text, const std::vector<Hit>& hits, Where where, bool counts);
    void doubtful_line(const std::string& line, Where where, bool counts);
    void parted(Above& read, std::string_view line, Where where);
    void joined(std::string_view above, std::string_view between, std::string_view line, Where where);
    void travelling(std::string_view line, Where where, ForwardedSubjects& forwarded, bool values = false);
    void mended(std::string_view line, Where where);
    void disguises(Where where, std::string_view text, const std::vector<Hit>& hits);
    void unknown(Where where, std::string_view text);
    void note(Where where, std::string_view text, const Hit& hit, bool counts);
    void list(Where where, std::string_view text, std::optional<community::Tlp> label, bool canonical);

    Work work_{0, most_work};
};

}  // namespace caveat::mail

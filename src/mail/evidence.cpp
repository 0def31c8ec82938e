#include "evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "ascii.hpp"
#include "fields.hpp"
#include "foreign.hpp"
#include "iep.hpp"
#include "label_surroundings.hpp"
#include "look_alikes.hpp"
#include "machine_labels.hpp"
#include "mended_label.hpp"
#include "pap.hpp"
#include "part_text.hpp"
#include "sealed.hpp"
#include "structure.hpp"
#include "text.hpp"
#include "text_lines.hpp"
#include "transfer.hpp"
#include "words.hpp"
#include "xml_lines.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::size_t subject_cap = 998;           // bytes (RFC 5322 §2.1.1)
constexpr std::size_t doubt_cap = 32 * 1024;       // bytes: encoded words in the wrong form and raw octets, read in several ways
constexpr std::size_t body_cap = 4 * 1024 * 1024;  // bytes of text, per part; what lies beyond holds the post
constexpr std::size_t enclosed_cap = 64 * 1024;    // bytes of the header of an enclosed message
constexpr std::size_t label_lines = 20;            // non-blank, non-quoted lines in which a label line speaks for the message
constexpr std::size_t found_cap = 1000;            // entries that are listed; what lies beyond still counts
constexpr std::size_t text_cap = 80;               // bytes of a Found
constexpr std::size_t iep_cap = 16 * 1024;         // rules.md §4
constexpr std::size_t most_restrictions = 20;
constexpr std::size_t disguise_window = 160;  // bytes of a body line in which look-alikes are sought

class Reader {
public:
    void header(std::string_view value, Where where, bool counts) {
        const auto text = as_seen(unfold(cut(value, subject_cap)));
        const auto hit = LabelLexer(text).header();
        if (hit && (hit->label || where != Where::quote)) note(where, text, *hit, counts && hit->spelling == Spelling::canonical);
    }

    // A subject: a label counts wherever it stands. `own`: it is the post's, else its labels raise only.
    void subject(std::string_view value, Where where, bool counts, bool own = true) {
        if (counts && value.size() > subject_cap) unread(fmt::format("the subject beyond {} bytes", subject_cap));
        const auto text = as_seen(cut_before(value, subject_cap, " \t"));
        for (const auto& hit : LabelLexer(text).everywhere()) {
            if (counts || hit.label) note(where, text, hit, own && counts && hit.spelling == Spelling::canonical);
        }
        if (counts) disguises(where, text, disguised_anywhere(text));
        if (const auto turned = turned_round(cut(value, subject_cap))) doubts(*turned, where, counts);
        if (const auto otherwise = otherwise_seen(cut(value, subject_cap))) doubts(*otherwise, where, counts);
        if (const auto meant = mended_label(text)) doubtful(*meant, LabelLexer(*meant).everywhere(), where, false);
    }

    // A header that is not the message's, though a reader's program may show it as that: its labels raise, an unknown one is held. That of
    // somebody else only raises.
    void header_beside(const PartHeader& header, Where where) {
        const bool counts = !header.enclosed;
        const auto place = counts ? where : Where::quote;
        subject(header.subject, place, counts, false);
        doubts(header.subject_doubts, place, counts);
        if (counts) pap(as_seen(cut(header.subject, subject_cap)));
        for (const auto& value : header.tlp_headers) this->header(decode_words(value), place, false);
    }

    // The name of a file: its labels raise, and of our own files a colour in another language holds.
    void file_name(std::string_view name, bool ours) {
        subject(name, Where::filename, false);
        const auto text = as_seen(cut(name, subject_cap));
        doubtful(text, disguised_anywhere(text), Where::filename, false);  // a colon of another script, where a name has none
        if (const auto apart = set_apart(text)) subject(*apart, Where::filename, false);
        std::size_t examined = 0;
        for (const auto& hit : LabelLexer(text).everywhere()) {
            const auto spelled = std::string_view(text).substr(hit.begin, hit.end - hit.begin);
            if (ours && hit.foreign && foreign_colour(undecorated(spelled.substr(3)), false, examined) != 0)
                note(Where::filename, text, hit, false);
        }
    }

    // Encoded words that cannot be read for certain: a label that only another reading of them shows is held, in a message that travels
    // along it raises.
    void doubts(std::string_view readings, Where where, bool counts) {
        const auto text = as_seen(cut_before(readings, doubt_cap, "\n"));
        auto hits = LabelLexer(text).everywhere();
        if (counts) {
            for (const auto& hit : disguised_anywhere(text)) hits.push_back(hit);
        }
        doubtful(text, hits, where, counts);
    }

    // The text of the sender: label lines of the first lines count.
    void body(std::string_view text) {
        std::size_t lines = 0;
        LabelSet open, own;
        Above above, quoted_above;
        ForwardedSubjects forwarded, quoted_forwarded;
        while (!text.empty()) {
            const auto line = take_line(text);
            if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
            if (const auto inner = quoted(line)) {
                evidence.quotes = true;
                travelling(*inner, Where::quote, quoted_forwarded);
                parted(quoted_above, *inner, Where::quote);
                continue;
            }
            if (const auto name = uuencoded_name(line)) {
                uuencoded(*name, text);
                continue;
            }
            ++lines;
            parted(above, line, Where::body);
            if (const auto said = forwarded.read(line)) {  // of a message forwarded in line
                evidence.quotes = true;
                subject(said->subject, Where::quote, false);
                if (said->ends) continue;
            }
            body_line(line, lines <= label_lines, open, own);
            mended(line, Where::body);
        }
        if (!own.empty()) evidence.body_texts.add(own.strictest());
    }

    // Quoted or attached text: its labels can only raise, and an unknown label in it is somebody else's and is ignored.
    void all_travelling(std::string_view text, Where where) {
        Above above;
        ForwardedSubjects forwarded;
        while (!text.empty()) {
            const auto taken = take_line(text);
            const auto line = quoted(taken).value_or(taken);
            if (line.empty()) continue;
            travelling(line, where, forwarded);
            parted(above, line, where);
        }
    }

    // Text in a charset that nobody said: its labels raise, and an unknown one of the sender's (`counts`) is held.
    void in_other_charset(std::string_view text, Where where, bool counts) {
        ForwardedSubjects forwarded;
        while (!text.empty()) {
            const auto taken = take_line(text);
            const auto inner = quoted(taken);
            const auto line = inner.value_or(taken);
            if (line.empty()) continue;
            travelling(line, where, forwarded);
            if (!counts || inner) continue;
            for (const auto& hit : LabelLexer(line).line().hits) {
                if (!hit.label) note(where, line, hit, false);
            }
        }
    }

    // Lines that turn their direction round, as they are shown: a label that only this shows is a look-alike, in text that travels along it
    // raises.
    void turned(std::string_view text, Where where, bool counts) {
        while (!text.empty()) {
            if (const auto shown = turned_round(take_line(text))) doubtful_line(as_seen(*shown), where, counts);
        }
    }

    // A policy of which something is missing asks for the most there is (rules.md §4). One that only names another is that one.
    void policy(std::string_view json, const LabelRequest& request) {
        const auto policy = read_iep(json, request.now);
        if (policy.refers_to) return policy_called(*policy.refers_to, request);
        if (!policy.is_policy) return;
        evidence.sealed_only = evidence.sealed_only || policy.must_seal;
        evidence.author_withheld = evidence.author_withheld || policy.must_not_name;
        evidence.out_of_force = evidence.out_of_force || !policy.in_force;
        if (!policy.names_label) evidence.hints.at(static_cast<std::size_t>(Where::iep)).add(Tlp::red);
    }

    void policy_called(std::string_view id, const LabelRequest& request) {
        static const Policies none;
        const auto& known = request.policies == nullptr ? none : *request.policies;
        const auto found = known.find(id);
        const auto json = found == known.end() ? std::nullopt : iep_text(found->second, {});
        if (!json || read_iep(*json, {}).refers_to) return unread("a policy that it only refers to");
        policy(*json, request);
        iep(*json, true);
    }

    void pap(std::string_view text) {
        const auto said = strictest_pap(text);
        if (said && (!evidence.pap || *said > *evidence.pap)) evidence.pap = said;
    }

    // `strict`: a value that is no word asks for the most there is, as one that is missing.
    void iep(std::string_view json, bool strict) {
        for (const auto& value : iep_values(json, "tlp")) {
            if (value.is_word && !ascii::trim(value.text).empty())
                header(value.text, Where::iep, false);
            else if (strict)
                evidence.hints.at(static_cast<std::size_t>(Where::iep)).add(Tlp::red);
        }
        // IEP has no AMBER+STRICT, which is written as amber, with the label in the name (rules.md §4).
        for (const auto& value : iep_values(json, "name")) {
            if (!value.is_word) continue;
            subject(value.text, Where::iep, false);
            const auto text = as_seen(cut(value.text, subject_cap));
            if (const auto hit = LabelLexer(text).header(); hit && hit->label) note(Where::iep, text, *hit, false);
            if (ascii::lower(text).find("amber+strict") != std::string::npos)
                evidence.hints.at(static_cast<std::size_t>(Where::iep)).add(Tlp::amber_strict);
        }
    }

    // Data that is no prose (calendars, tables, patches): a label at the start or end of a line, or the whole of a value, raises; an
    // unknown one at the start or end is held, but not in a file.
    void data(std::string_view text, Where where) {
        while (!text.empty()) {
            const auto line = take_line(text);
            if (const auto forwarded = forwarded_subject(line)) {
                subject(*forwarded, where, false);
                continue;
            }
            const auto reading = LabelLexer(line).line();
            for (const auto& hit : reading.hits) {
                if (hit.label || where == Where::body) note(where, line, hit, false);
            }
            whole_values_of(line, reading.hits, where);
        }
    }

    // A file that is text: besides what people read, a label that is the whole of a value raises.
    void whole_values(std::string_view text, Where where) {
        while (!text.empty()) {
            const auto line = take_line(text);
            whole_values_of(line, LabelLexer(line).line().hits, where);
        }
    }

    // As programs write it to each other: it raises.
    void machine(std::string_view text, Where where, bool is_page = false) {
        const auto plain = without_character_escapes(text);
        const bool is_xml = !is_page && is_xml_data(plain);
        if (is_xml) all_travelling(as_seen(xml_lines(plain)), where);
        told_by_program(plain, where);
        if (!is_xml && ascii::trim(plain).starts_with('<')) told_by_program(html_rows(plain), where);
    }

    void told_by_program(std::string_view text, Where where) {
        for (const auto& one : machine_labels(text)) {
            evidence.hints.at(static_cast<std::size_t>(where)).add(one.label);
            list(where, one.text, one.label, false);
            if (one.is_doubtful) unread(fmt::format("TLP as the number {}, which may mean RED", one.text));
        }
    }

    // Names and words that programs show beside the subject: labels in them raise.
    void shown_beside(const HeaderBlock& headers, Where where) {
        constexpr std::array<std::string_view, 5> people{"From", "Sender", "Reply-To", "To", "Cc"};
        constexpr std::array<std::string_view, 2> words{"X-Message-Flag", "Thread-Topic"};
        const auto is_in = [](const auto& names, std::string_view name) {
            return std::any_of(names.begin(), names.end(), [&](auto one) { return ascii::equal(one, name); });
        };
        for (const auto& field : headers.fields) {
            if (is_in(words, field.name)) subject(decode_words(unfold(cut(field.value, 4 * subject_cap))), where, false);
            if (!is_in(people, field.name)) continue;
            for (const auto& person : read_mailboxes(unfold(field.value))) {
                if (!person.name.empty()) subject(person.name, where, false);
            }
        }
    }

    void marking(const Marking& marking) {
        if (marking.at_least)
            evidence.hints.at(static_cast<std::size_t>(Where::header)).add(*marking.at_least);
        else if (evidence.marked.empty())
            evidence.marked = marking.text;
        list(Where::header, marking.text, marking.at_least, false);
    }

    void unread(std::string what) {
        if (evidence.unread.empty()) evidence.unread = std::move(what);
    }

    Evidence evidence;

private:
    // `seen`: what was read of the line.
    void whole_values_of(std::string_view line, const std::vector<Hit>& seen, Where where) {
        auto read = seen.begin();  // both in the order of the line
        for (const auto& hit : LabelLexer(line).everywhere()) {
            while (read != seen.end() && read->begin < hit.begin) ++read;
            const bool is_read = read != seen.end() && read->begin == hit.begin;
            if (hit.label && !is_read && is_whole_value(line, hit)) note(where, line, hit, false);
        }
    }

    void restriction(std::string_view words) {
        auto& all = evidence.restrictions;  // an alternative says each again
        if (words.empty() || all.size() >= most_restrictions || std::find(all.begin(), all.end(), words) != all.end()) return;
        all.emplace_back(words);
    }

    // `open`: the label of the section that this line is in, if any.
    void body_line(std::string_view line, bool early, LabelSet& open, LabelSet& own) {
        const auto reading = LabelLexer(line).line();
        if (early && (!reading.hits.empty() || begins_with_pap(undecorated(line)))) pap(line);
        if (reading.ends && open.has(*reading.ends)) {
            open = {};
            return;
        }
        for (const auto& hit : reading.hits) {
            const bool label_line = hit.label && hit.spelling == Spelling::canonical;
            note(label_line && !early ? Where::section : Where::body, line, hit, label_line && early);
            if (label_line) evidence.sections.add(*hit.label);
            if (label_line) restriction(ascii::trim(reading.restrictions));
            if (!label_line || !early) continue;
            if (!open.empty() && !open.has(*hit.label)) evidence.nested_labels = true;
            open = {};
            open.add(*hit.label);
            own.add(*hit.label);
        }
        if (!reading.hits.empty()) return;
        if (const auto bare = without_tags(line)) {
            ForwardedSubjects none;
            travelling(*bare, Where::body, none);
        }
        const auto behind_signs = undecorated(line);
        for (const auto rest : {behind_signs, letters_among_signs(line.substr(0, line.size() - behind_signs.size()), line)}) {
            const auto window = cut(rest, disguise_window);
            disguises(Where::body, window, disguised_in_line(window));
        }
    }

    // A file that was put into the text, as old programs do. `text` begins behind the line with its name, and then behind the file.
    void uuencoded(std::string_view name, std::string_view& text) {
        subject(name, Where::filename, false);
        std::string content;
        while (!text.empty()) {
            auto rest = text;
            if (!decode_uu_line(take_line(rest), content)) break;
            text = rest;
        }
        if (content.find('\0') != std::string::npos) return;
        all_travelling(as_seen(to_utf8(content, {})), Where::attachment);
        machine(to_utf8(content, {}), Where::attachment);
    }

    void doubtful(std::string_view text, const std::vector<Hit>& hits, Where where, bool counts) {
        const auto place = static_cast<std::size_t>(where);
        for (const auto& hit : hits) {
            const bool seen = hit.label && (evidence.own.at(place).has(*hit.label) || evidence.hints.at(place).has(*hit.label));
            if (seen || hit.spelling == Spelling::no_attribution) continue;
            if (counts)
                disguises(where, text, {hit});
            else if (hit.label)
                note(where, text, hit, false);
        }
    }

    void doubtful_line(const std::string& line, Where where, bool counts) { doubtful(line, LabelLexer(line).line().hits, where, counts); }

    struct Above {
        std::string_view line;
        bool in_form = false;  // it is one of the colours that stand below a "TLP:"
    };

    // A label that the end of a line parts ("TLP:" and "RED" in two rows of a table, "AMBER" and "STRICT") raises as it would in one line.
    // `read`: the line above, and then this one.
    void parted(Above& read, std::string_view line, Where where) {
        constexpr std::size_t longest = 160;  // bytes of either
        const auto [above, in_form] = std::exchange(read, Above{line, false});
        if (above.size() > longest || line.size() > longest) return;
        if (ends_in_word(above, "tlp") || in_form) read.in_form = is_option_of_form(line);
        if (in_form && read.in_form) joined("TLP:", " ", line, where);
        if (may_be_parted(above, line)) joined(above, " ", line, where);
        // Flowed text with DelSp=yes (RFC 3676 §4.2): the blank at the end of a line is none, "TLP:R " and "ED" are one word.
        if (above.ends_with(' ')) joined(above.substr(0, above.size() - 1), "", line, where);
    }

    void joined(std::string_view above, std::string_view between, std::string_view line, Where where) {
        const auto both = fmt::format("{}{}{}", above, between, line);
        for (const auto& hit : LabelLexer(both).line().hits) {
            if (hit.label && hit.begin < above.size() && hit.end > above.size() + between.size()) note(where, both, hit, false);
        }
    }

    void travelling(std::string_view line, Where where, ForwardedSubjects& forwarded) {
        if (const auto said = forwarded.read(line)) {
            subject(said->subject, where, false);
            if (said->ends) return;
        }
        for (const auto& hit : LabelLexer(line).line().hits) {
            if (hit.label) note(where, line, hit, false);
        }
        mended(line, where);
    }

    // The line as it was meant where a slip or a program wrote its label: it raises.
    void mended(std::string_view line, Where where) {
        if (const auto meant = mended_label(line)) doubtful_line(*meant, where, false);
    }

    void disguises(Where where, std::string_view text, const std::vector<Hit>& hits) {
        for (const auto& hit : hits) {
            if (hit.label) evidence.disguised.add(*hit.label);
            unknown(where, text.substr(hit.begin, hit.end - hit.begin));
        }
    }

    void unknown(Where where, std::string_view text) {
        if (evidence.unknown.empty()) evidence.unknown = cut(text, text_cap);
        list(where, text, std::nullopt, false);
    }

    void note(Where where, std::string_view text, const Hit& hit, bool counts) {
        const auto spelled = text.substr(hit.begin, hit.end - hit.begin);
        if (hit.spelling == Spelling::no_attribution) {
            evidence.no_attribution = true;
            return;
        }
        if (!hit.label) return unknown(where, spelled);
        const auto place = static_cast<std::size_t>(where);
        (counts ? evidence.own : evidence.hints).at(place).add(*hit.label);
        evidence.white = evidence.white || hit.white;
        if (!hit.exact && !hit.white && (where == Where::subject || where == Where::body) && evidence.sloppy.empty())
            evidence.sloppy = cut(spelled, text_cap);
        list(where, spelled, hit.label, counts);
    }

    void list(Where where, std::string_view text, std::optional<Tlp> label, bool canonical) {
        if (evidence.found.size() >= found_cap) return;
        evidence.found.push_back({where, std::string(cut(text, text_cap)), label, canonical});
    }
};

void read_enclosed_header(Reader& reader, std::string_view mail, const Part& part, Where where, bool counts) {
    Limits limits;
    limits.header_block = enclosed_cap;
    const auto fields = cut_fields(mail, 0, limits);
    if (!fields) return reader.unread(fmt::format("the header of part {} beyond {} bytes", part.path, enclosed_cap));
    for (const auto& field : fields->fields) {
        if (ascii::equal(field.name, "Subject")) {
            const auto written = unfold(cut(field.value, 4 * subject_cap));
            reader.subject(decode_words(written), where, counts);
            reader.doubts(other_readings(written, false), where, counts);
        }
        if (ascii::equal(field.name, "TLP") || ascii::equal(field.name, "X-TLP")) reader.header(field.value, where, false);
    }
}

void read_names(Reader& reader, const Part& part) {
    if (!part.filename.empty()) reader.file_name(part.filename, !part.enclosed);
    for (std::string_view names = part.also_called; !names.empty();) reader.file_name(take_line(names), !part.enclosed);
}

// What only some programs show of a part: its labels can only raise.
void read_doubts(Reader& reader, const Part& part, std::string_view doubts, Where where) {
    if (doubts.size() > body_cap) reader.unread(fmt::format("what some programs show of part {} beyond {} bytes", part.path, body_cap));
    const auto whole = cut_before(doubts, body_cap, "\r\n\f");
    if (whole.find("\xE2\x80\xAE") != std::string_view::npos) reader.turned(whole, where, false);
    reader.all_travelling(as_seen(whole), where);
    if (const auto otherwise = otherwise_seen(whole)) reader.all_travelling(as_seen(*otherwise), where);
}

// Of a file its first and its last page are read (rules.md §3.2, position F): what lies between holds nothing up.
std::array<std::string_view, 2> first_and_last(std::string_view text) {
    const auto first = cut_before(text, page_cap, "\r\n\f");
    const auto rest = text.substr(first.size());
    return {first, rest.size() <= page_cap ? rest : rest.substr(rest.size() - page_cap)};
}

// Everybody's program reads it, and nobody here: OpenPGP that is only signed or compressed. As packets it is told by the name it has.
bool is_open_pgp(const Part& part, const std::optional<PartText>& text) {
    if (text) return holds_open_block(text->text);
    const auto name = ascii::lower(part.filename);
    const bool is_pgp = part.type.starts_with("application/pgp") || name.ends_with(".gpg") || name.ends_with(".pgp") ||
                        name.ends_with(".asc") || name.ends_with(".sig");
    return is_pgp && (holds_open_packets(part.content) || holds_open_block(part.content));
}

// An object, a list of such, or XML, as a program writes it. People begin a text with a word in brackets.
bool begins_as_data(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    text = ascii::trim(text);
    if (text.starts_with(byte_order_mark)) text = ascii::trim(text.substr(byte_order_mark.size()));
    if (text.starts_with('{') || text.starts_with("<?xml")) return true;
    if (!text.starts_with('[')) return false;
    const auto first = ascii::trim(text.substr(1));
    return first.starts_with('{') || first.starts_with('[') || first.starts_with('"');
}

// What people wrote to be read is not: they tell each other of tags and columns.
bool is_for_programs(const Part& part, const PartText& text) {
    if (!text.prose || part.disposition == "attachment" || !part.filename.empty()) return true;
    return part.type == "text/plain" && begins_as_data(part.content);  // a program may send a file as its whole text
}

void read_part(Reader& reader, const Part& part, const LabelRequest& request) {
    read_names(reader, part);
    if (part.type == "message/rfc822" || part.type == "message/global" || part.type == "message/news")
        return read_enclosed_header(reader, part.content, part, Where::quote, false);
    if (part.type == "text/rfc822-headers") {
        // The first part of a body is the legacy display of protected headers; at the end of a report it is somebody's returned mail.
        const bool ours = !part.enclosed && part.path.ends_with(".1");
        return read_enclosed_header(reader, part.content, part, ours ? Where::protected_header : Where::quote, ours);
    }
    if (part.type == "application/vnd.first.iep+json") {
        if (part.content.size() > iep_cap) reader.unread(fmt::format("part {} beyond {} bytes", part.path, iep_cap));
        const auto bytes = std::string_view(part.content).substr(0, iep_cap);
        const auto json = iep_text(bytes, part.charset);
        if (!json && !part.enclosed) reader.unread(fmt::format("the policy in part {}", part.path));
        if (json && !part.enclosed) reader.policy(*json, request);
        return reader.iep(json ? std::string_view(*json) : bytes, !part.enclosed);
    }
    for (const auto mail : mails_of_file(part)) read_enclosed_header(reader, mail, part, Where::quote, false);
    if (part.type == "message/partial") reader.unread(fmt::format("part {} is a piece of a mail (message/partial)", part.path));
    const auto found = text_of_part(part);
    if (is_open_pgp(part, found)) reader.evidence.opaque = true;
    if (!found) return;
    const bool is_page = part.type.find("html") != std::string::npos;
    if (is_for_programs(part, *found)) {
        const auto content = std::string_view(part.content).substr(0, body_cap);
        const bool wide = content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF");
        reader.machine(to_utf8(content, wide ? "utf-16" : part.charset), part.enclosed ? Where::quote : Where::attachment, is_page);
    }
    if (found->file) {
        const auto place = part.enclosed ? Where::quote : Where::attachment;
        for (const auto page : first_and_last(found->text)) reader.data(as_seen(page), place);
        for (const auto charset : found->other_charsets) {
            const auto other = text_in(part, *found, charset);
            for (const auto page : first_and_last(other)) reader.in_other_charset(as_seen(page), place, false);
        }
        return;
    }
    if (!found->whole || found->text.size() > body_cap)
        reader.unread(fmt::format("the text of part {} beyond {} bytes", part.path, body_cap));
    const auto whole = cut_before(found->text, body_cap, "\r\n\f");
    const auto text = as_seen(whole);
    const auto where = part.enclosed ? Where::quote : part.disposition == "attachment" ? Where::attachment : Where::body;
    if (whole.find("\xE2\x80\xAE") != std::string_view::npos) reader.turned(whole, where, where == Where::body);
    if (const auto otherwise = otherwise_seen(whole)) reader.all_travelling(as_seen(*otherwise), where);
    read_doubts(reader, part, found->doubts, where);
    for (const auto charset : found->other_charsets) {
        const auto other = text_in(part, *found, charset);
        reader.in_other_charset(as_seen(cut_before(other, body_cap, "\r\n\f")), where, where == Where::body);
    }
    const bool is_file = part.disposition == "attachment" || !part.filename.empty();
    if (is_file && !is_page && (found->prose || where != Where::body)) reader.whole_values(text, part.enclosed ? where : Where::attachment);
    if (where != Where::body) return reader.all_travelling(text, where);
    if (found->prose) return reader.body(text);
    reader.data(text, Where::body);
}

// IEP-Ref: <address>#<id>. The address is never asked.
void read_references(Reader& reader, const HeaderBlock& headers, const LabelRequest& request) {
    for (const auto& field : headers.fields) {
        if (!ascii::equal(field.name, "IEP-Ref")) continue;
        const auto value = unfold(field.value);
        const auto mark = value.rfind('#');
        reader.policy_called(ascii::trim(mark == std::string::npos ? std::string_view() : std::string_view(value).substr(mark + 1)),
                             request);
    }
}

void read_beside(Reader& reader, const std::vector<PartHeader>& headers, Where where, const LabelRequest& request) {
    for (const auto& header : headers) {
        reader.header_beside(header, where);
        if (header.enclosed) continue;
        const auto fields = other_fields(header);
        reader.shown_beside(fields, where);
        read_references(reader, fields, request);
    }
}

// Of ciphertext only its names and the headers of its armour can be read, and they can only raise.
void read_sealed(Reader& reader, const Part& part) {
    read_names(reader, part);
    const auto words = part.type == "application/pgp-encrypted" ? std::string(cut(part.content, iep_cap)) : words_of_block(part.content);
    reader.all_travelling(as_seen(to_utf8(words, part.charset)), Where::quote);
    if (holds_open_block(part.content) || holds_open_packets(part.content)) reader.evidence.opaque = true;
}

// What RFC 3156 has as ciphertext: after a part that says so.
bool follows_control_part(const Message& message, std::size_t i) {
    return i > 0 && message.parts[i].type == "application/octet-stream" && message.parts[i - 1].type == "application/pgp-encrypted";
}

void read_sealed_or_clear(Reader& reader, const Part& part, const LabelRequest& request) {
    if (is_sealed_part(part.content)) return read_sealed(reader, part);
    if (holds_open_packets(part.content)) reader.evidence.opaque = true;
    Part clear = part;
    clear.type = "text/plain";
    clear.disposition.clear();
    read_part(reader, clear, request);
}

bool has_text(const Message& message) {
    return std::any_of(message.parts.begin(), message.parts.end(), [](const Part& part) {
        return !part.enclosed && part.type.starts_with("text/") && !ascii::trim(part.content).empty();
    });
}

// A part that was opened is followed by what was in it. Of Outlook's own format the text is not read; mostly it is there once more as text.
bool is_unopened(const Message& message, std::size_t i) {
    const auto& part = message.parts[i];
    if (part.type == "application/ms-tnef" || part.type == "application/vnd.ms-tnef") return !has_text(message);
    const bool signed_or_sealed =
        part.type == "application/pkcs7-mime" || part.type == "application/x-pkcs7-mime" || ascii::lower(part.filename).ends_with(".p7m");
    if (!signed_or_sealed) return false;
    return i + 1 == message.parts.size() || !message.parts[i + 1].path.starts_with(part.path + ".");
}

LabelSet all(const std::array<LabelSet, places>& sets) {
    LabelSet sum;
    for (const auto& set : sets) sum.add(set);
    return sum;
}

}  // namespace

Tlp LabelSet::strictest() const { return static_cast<Tlp>(std::bit_width(bits_) - 1); }
LabelSet Evidence::all_own() const { return all(own); }
LabelSet Evidence::all_hints() const { return all(hints); }

Evidence gather(const Message& message, const std::vector<std::string>& tlp_headers, bool header_counts, const LabelRequest& request) {
    Reader reader;
    if (request.headers != nullptr) read_references(reader, *request.headers, request);
    for (const auto& marking : request.markings) reader.marking(marking);
    for (const auto& value : tlp_headers) reader.header(decode_words(unfold(value)), Where::header, header_counts);
    reader.subject(message.subject, Where::subject, true);
    reader.pap(as_seen(cut(message.subject, subject_cap)));
    reader.doubts(message.subject_doubts, Where::subject, true);
    if (const auto* covered = request.signed_alone) {
        reader.subject(covered->subject, Where::protected_header, true);
        reader.pap(as_seen(cut(covered->subject, subject_cap)));
        reader.doubts(covered->subject_doubts, Where::protected_header, true);
        for (const auto& value : covered->tlp_headers) reader.header(decode_words(unfold(value)), Where::protected_header, true);
    }
    if (request.headers != nullptr) {
        reader.shown_beside(*request.headers, Where::header);
    } else {
        for (const auto& author : message.from) reader.subject(author.name, Where::header, false);
    }
    read_beside(reader, message.part_headers, Where::protected_header, request);
    if (request.outside != nullptr) read_beside(reader, *request.outside, Where::outside, request);
    if (!message.said_twice.empty()) reader.unread(fmt::format("part {} does not say for certain what it is", message.said_twice));
    if (message.encrypted) {  // opaque: only header and subject speak
        for (const auto& part : message.parts) read_sealed(reader, part);
        return std::move(reader.evidence);
    }
    for (std::size_t i = 0; i < message.parts.size(); ++i) {
        if (follows_control_part(message, i))
            read_sealed_or_clear(reader, message.parts[i], request);
        else
            read_part(reader, message.parts[i], request);
        if (is_unopened(message, i)) reader.evidence.opaque = true;
    }
    return std::move(reader.evidence);
}

}  // namespace caveat::mail

#include "label_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "character_escapes.hpp"
#include "iep.hpp"
#include "json_lines.hpp"
#include "label_surroundings.hpp"
#include "look_alikes.hpp"
#include "lowering.hpp"
#include "mended_label.hpp"
#include "pap.hpp"
#include "part_text.hpp"
#include "text.hpp"
#include "text_lines.hpp"
#include "tlp_names.hpp"
#include "transfer.hpp"
#include "xml_lines.hpp"

namespace caveat::mail {
namespace {

using community::Tlp;

constexpr std::size_t doubt_cap = 32 * 1024;  // bytes: encoded words in the wrong form and raw octets, read in several ways
constexpr std::size_t label_lines = 20;       // non-blank, non-quoted lines in which a label line speaks for the message
constexpr std::size_t found_cap = 1000;       // entries that are listed; what lies beyond still counts
constexpr std::size_t text_cap = 80;          // bytes of a Found
constexpr std::size_t most_restrictions = 20;
constexpr std::size_t disguise_window = 160;  // bytes of a body line in which look-alikes are sought

constexpr std::size_t work_of_a_byte = 4;               // of a line, besides the characters that are looked at for labels
constexpr std::size_t work_of_charset = 16;             // of a byte: to tell it in another one
constexpr std::size_t work_of_a_page = 16U * page_cap;  // prose makes half of it

}  // namespace

bool LabelReader::is_spent() {
    if (!work_.is_spent()) return false;
    unread("the rest of a mail in which labels take too long to find");
    return true;
}

void LabelReader::allow_page() { work_.most = work_.done + work_of_a_page; }

LineReading LabelReader::read_line(std::string_view line) {
    LabelLexer lexer(line);
    auto reading = lexer.line();
    work_.done += line.size() * work_of_a_byte + lexer.examined();
    return reading;
}

std::vector<Hit> LabelReader::read_everywhere(std::string_view text) {
    LabelLexer lexer(text);
    auto hits = lexer.everywhere();
    work_.done += text.size() * work_of_a_byte + lexer.examined();
    return hits;
}

void LabelReader::header(std::string_view value, Where where, bool counts) {
    const auto text = as_seen(unfold(cut(value, subject_cap)));
    const auto hit = LabelLexer(text).header();
    if (!hit || (!hit->label && where == Where::quote)) return;
    const bool speaks = counts && hit->label && hit->spelling == Spelling::canonical;
    evidence.surely_own = evidence.surely_own || speaks;
    note(where, text, *hit, speaks);
}

void LabelReader::subject(std::string_view value, Where where, bool counts, bool own) {
    if (counts && value.size() > subject_cap) unread(fmt::format("the subject beyond {} bytes", subject_cap));
    const auto text = as_seen(cut_before(value, subject_cap, " \t"));
    for (const auto& hit : read_everywhere(text)) {
        const bool speaks = own && counts && hit.label && hit.spelling == Spelling::canonical;
        evidence.surely_own = evidence.surely_own || (speaks && stands_apart(text, hit));
        if (counts || hit.label) note(where, text, hit, speaks);
    }
    if (counts) disguises(where, text, disguised_anywhere(text));
    if (const auto turned = turned_round(cut(value, subject_cap))) doubts(*turned, where, counts);
    if (const auto otherwise = otherwise_seen(cut(value, subject_cap))) doubts(*otherwise, where, counts);
    if (const auto meant = mended_label(text)) doubtful(*meant, read_everywhere(*meant), where, false);
}

void LabelReader::header_beside(const PartHeader& header, Where where) {
    const bool counts = !header.enclosed;
    const auto place = counts ? where : Where::quote;
    subject(header.subject, place, counts, false);
    doubts(header.subject_doubts, place, counts);
    if (counts) pap(as_seen(cut(header.subject, subject_cap)));
    for (const auto& value : header.tlp_headers) this->header(decode_words(value), place, false);
}

void LabelReader::file_name(std::string_view name, bool ours) {
    subject(name, Where::filename, false);
    const auto text = as_seen(cut(name, subject_cap));
    doubtful(text, disguised_anywhere(text), Where::filename, false);  // a colon of another script, where a name has none
    if (const auto apart = set_apart(text)) subject(*apart, Where::filename, false);
    std::size_t examined = 0;
    for (const auto& hit : read_everywhere(text)) {
        const auto spelled = std::string_view(text).substr(hit.begin, hit.end - hit.begin);
        if (ours && hit.foreign && foreign_colour(undecorated(spelled.substr(3)), false, examined) != 0)
            note(Where::filename, text, hit, false);
    }
}

void LabelReader::doubts(std::string_view readings, Where where, bool counts) {
    const auto text = as_seen(cut_before(readings, doubt_cap, "\n"));
    auto hits = read_everywhere(text);
    if (counts) {
        for (const auto& hit : disguised_anywhere(text)) hits.push_back(hit);
    }
    doubtful(text, hits, where, counts);
}

void LabelReader::body(std::string_view text) {
    std::size_t lines = 0;
    LabelSet open, own;
    Above above, quoted_above;
    ForwardedSubjects forwarded, quoted_forwarded;
    while (!text.empty() && !is_spent()) {
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

void LabelReader::all_travelling(std::string_view text, Where where, bool values) {
    Above above;
    ForwardedSubjects forwarded;
    while (!text.empty() && !is_spent()) {
        const auto taken = take_line(text);
        const auto line = quoted(taken).value_or(taken);
        if (line.empty()) continue;
        travelling(line, where, forwarded, values);
        parted(above, line, where);
    }
}

void LabelReader::in_other_charset(std::string_view text, Where where, bool counts) {
    work_.done += text.size() * work_of_charset;
    ForwardedSubjects forwarded;
    while (!text.empty() && !is_spent()) {
        const auto taken = take_line(text);
        const auto inner = quoted(taken);
        const auto line = inner.value_or(taken);
        if (line.empty()) continue;
        travelling(line, where, forwarded);
        if (!counts || inner) continue;
        for (const auto& hit : read_line(line).hits) {
            if (!hit.label) note(where, line, hit, false);
        }
    }
}

void LabelReader::turned(std::string_view text, Where where, bool counts) {
    while (!text.empty() && !is_spent()) {
        if (const auto shown = turned_round(take_line(text))) doubtful_line(as_seen(*shown), where, counts);
    }
}

void LabelReader::policy(std::string_view json, const LabelRequest& request) {
    const auto policy = read_iep(json, request.now);
    if (policy.refers_to) return policy_called(*policy.refers_to, request);
    if (!policy.is_policy) return;
    evidence.sealed_only = evidence.sealed_only || policy.must_seal;
    evidence.author_withheld = evidence.author_withheld || policy.must_not_name;
    evidence.out_of_force = evidence.out_of_force || !policy.in_force;
    if (!policy.names_label) evidence.hints.at(static_cast<std::size_t>(Where::iep)).add(Tlp::red);
}

void LabelReader::policy_called(std::string_view id, const LabelRequest& request) {
    static const Policies none;
    const auto& known = request.policies == nullptr ? none : *request.policies;
    const auto found = known.find(id);
    const auto json = found == known.end() ? std::nullopt : iep_text(found->second, {});
    if (!json || read_iep(*json, {}).refers_to) return unread("a policy that it only refers to");
    policy(*json, request);
    iep(*json, true);
}

void LabelReader::pap(std::string_view text) {
    const auto said = strictest_pap(text);
    if (said && (!evidence.pap || *said > *evidence.pap)) evidence.pap = said;
}

void LabelReader::iep(std::string_view json, bool strict) {
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

void LabelReader::data(std::string_view text, Where where) {
    while (!text.empty() && !is_spent()) {
        const auto line = take_line(text);
        if (const auto forwarded = forwarded_subject(line)) {
            subject(*forwarded, where, false);
            continue;
        }
        const auto reading = read_line(line);
        for (const auto& hit : reading.hits) {
            if (hit.label || where == Where::body) note(where, line, hit, false);
        }
        whole_values_of(line, reading, where);
    }
}

void LabelReader::whole_values(std::string_view text, Where where) {
    while (!text.empty() && !is_spent()) {
        const auto line = take_line(text);
        whole_values_of(line, read_line(line), where);
    }
}

void LabelReader::machine(std::string_view text, Where where, bool is_page) {
    const auto plain = without_character_escapes(text);
    if (is_json_data(plain)) {
        const auto strings = json_lines(text);
        all_travelling(as_seen(strings), where);
        told_by_program(strings, where);
    }
    const bool is_xml = !is_page && is_xml_data(plain);
    if (is_xml) all_travelling(as_seen(xml_lines(plain)), where);
    told_by_program(plain, where);
    if (!is_xml && ascii::trim(plain).starts_with('<')) told_by_program(html_rows(plain), where);
}

void LabelReader::pasted(std::string_view text, Where where) {
    if (!machine::may_name_tlp(ascii::lower(text))) return;
    std::string rows;
    while (!text.empty()) {
        const auto line = take_line(text);
        if (const auto row = row_of_table(quoted(line).value_or(line))) (rows += *row) += '\n';
    }
    told(labels_of_pasted_tables(rows, work_), where);
    is_spent();
}

void LabelReader::told_by_program(std::string_view text, Where where) {
    told(machine_labels(text, work_), where);
    is_spent();
}

void LabelReader::told(const std::vector<MachineLabel>& labels, Where where) {
    for (const auto& one : labels) {
        evidence.hints.at(static_cast<std::size_t>(where)).add(one.label);
        list(where, one.text, one.label, false);
        if (one.is_doubtful) unread(fmt::format("TLP as the number {}, which may mean RED", one.text));
    }
}

void LabelReader::shown_beside(const HeaderBlock& headers, Where where) {
    constexpr std::array<std::string_view, 5> people{"From", "Sender", "Reply-To", "To", "Cc"};
    constexpr std::array<std::string_view, 2> words{"X-Message-Flag", "Thread-Topic"};
    for (const auto& field : headers.fields) {
        if (ascii::is_one_of(field.name, words)) subject(decode_words(unfold(cut(field.value, 4 * subject_cap))), where, false);
        if (!ascii::is_one_of(field.name, people)) continue;
        for (const auto& person : read_mailboxes(unfold(field.value))) {
            if (!person.name.empty()) subject(person.name, where, false);
        }
    }
}

void LabelReader::marking(const Marking& marking) {
    if (marking.at_least)
        evidence.hints.at(static_cast<std::size_t>(Where::header)).add(*marking.at_least);
    else if (evidence.marked.empty())
        evidence.marked = marking.text;
    list(Where::header, marking.text, marking.at_least, false);
}

void LabelReader::unread(std::string what) {
    if (evidence.unread.empty()) evidence.unread = std::move(what);
}

void LabelReader::whole_values_of(std::string_view line, const LineReading& read, Where where) {
    auto seen = read.hits.begin();  // both in the order of the line
    for (const auto& hit : read.all) {
        while (seen != read.hits.end() && seen->begin < hit.begin) ++seen;
        const bool is_read = seen != read.hits.end() && seen->begin == hit.begin;
        if (hit.label && !is_read && is_whole_value(line, hit)) note(where, line, hit, false);
    }
}

void LabelReader::restriction(std::string_view words) {
    auto& all = evidence.restrictions;  // an alternative says each again
    if (words.empty() || all.size() >= most_restrictions || std::find(all.begin(), all.end(), words) != all.end()) return;
    all.emplace_back(words);
}

// `open`: the label of the section that this line is in, if any.
void LabelReader::body_line(std::string_view line, bool early, LabelSet& open, LabelSet& own) {
    const auto reading = read_line(line);
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
void LabelReader::uuencoded(std::string_view name, std::string_view& text) {
    FileWithin file{std::string(name), {}};
    while (!text.empty()) {
        auto rest = text;
        if (!decode_uu_line(take_line(rest), file.content)) break;
        text = rest;
    }
    files.push_back(std::move(file));
}

void LabelReader::doubtful(std::string_view text, const std::vector<Hit>& hits, Where where, bool counts) {
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

void LabelReader::doubtful_line(const std::string& line, Where where, bool counts) { doubtful(line, read_line(line).hits, where, counts); }

// A label that the end of a line parts ("TLP:" and "RED" in two rows of a table, "AMBER" and "STRICT") raises as it would in one line.
// `read`: the line above, and then this one.
void LabelReader::parted(Above& read, std::string_view line, Where where) {
    constexpr std::size_t longest = 160;  // bytes of either
    const auto [above, in_form] = std::exchange(read, Above{line, false});
    if (above.size() > longest || line.size() > longest) return;
    if (ends_in_word(above, "tlp") || in_form) read.in_form = is_option_of_form(line);
    if (in_form && read.in_form) joined("TLP:", " ", line, where);
    if (may_be_parted(above, line)) joined(above, " ", line, where);
    if (heads_colour(above, line)) joined("TLP:", " ", line, where);
    // Flowed text with DelSp=yes (RFC 3676 §4.2): the blank at the end of a line is none, "TLP:R " and "ED" are one word.
    if (above.ends_with(' ')) joined(above.substr(0, above.size() - 1), "", line, where);
}

void LabelReader::joined(std::string_view above, std::string_view between, std::string_view line, Where where) {
    const auto both = fmt::format("{}{}{}", above, between, line);
    for (const auto& hit : read_line(both).hits) {
        if (hit.label && hit.begin < above.size() && hit.end > above.size() + between.size()) note(where, both, hit, false);
    }
}

void LabelReader::travelling(std::string_view line, Where where, ForwardedSubjects& forwarded, bool values) {
    if (const auto said = forwarded.read(line)) {
        subject(said->subject, where, false);
        if (said->ends) return;
    }
    const auto reading = read_line(line);
    for (const auto& hit : reading.hits) {
        if (hit.label) note(where, line, hit, false);
    }
    if (values) whole_values_of(line, reading, where);
    mended(line, where);
}

// The line as it was meant where a slip or a program wrote its label: it raises.
void LabelReader::mended(std::string_view line, Where where) {
    if (const auto meant = mended_label(line)) doubtful_line(*meant, where, false);
}

void LabelReader::disguises(Where where, std::string_view text, const std::vector<Hit>& hits) {
    for (const auto& hit : hits) {
        if (hit.label) evidence.disguised.add(*hit.label);
        unknown(where, text.substr(hit.begin, hit.end - hit.begin));
    }
}

void LabelReader::unknown(Where where, std::string_view text) {
    if (evidence.unknown.empty()) evidence.unknown = cut(text, text_cap);
    list(where, text, std::nullopt, false);
}

void LabelReader::note(Where where, std::string_view text, const Hit& hit, bool counts) {
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

void LabelReader::list(Where where, std::string_view text, std::optional<Tlp> label, bool canonical) {
    if (evidence.found.size() >= found_cap) return;
    evidence.found.push_back({where, std::string(cut(text, text_cap)), label, canonical});
}

}  // namespace caveat::mail

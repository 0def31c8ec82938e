#include "machine_labels.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "as_seen.hpp"
#include "ascii.hpp"
#include "found_labels.hpp"
#include "label_lexer.hpp"

namespace caveat::mail {
namespace machine {
namespace {

using community::Tlp;

// Fixed by STIX 2.1 §7.2.1.4 for TLP 1, and by OASIS for TLP 2; the last by OpenCTI, before there was one for TLP 2.
constexpr std::array<std::pair<std::string_view, Tlp>, 10> markings_of_stix{{{"613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::clear},
                                                                             {"34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::green},
                                                                             {"f88d31f6-486f-44da-b317-01333bde0b82", Tlp::amber},
                                                                             {"5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::red},
                                                                             {"94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::clear},
                                                                             {"bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::green},
                                                                             {"55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::amber},
                                                                             {"939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::amber_strict},
                                                                             {"e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::red},
                                                                             {"826578e1-40ad-459f-bc73-ede076f81f37", Tlp::amber_strict}}};

// What formats have for a label and nothing else.
class KnownForms {
public:
    KnownForms(const Text& file, FoundLabels& found) : file_(file), text_(file.all()), found_(found) {}

    void references() {
        constexpr std::string_view type = "marking-definition--";
        file_.each(type, [&](std::size_t at) {
            const auto id = file_.in_small_letters().substr(at + type.size(), 36);
            const auto is_it = [&](const auto& marking) { return marking.first == id; };
            const auto* known = std::find_if(markings_of_stix.begin(), markings_of_stix.end(), is_it);
            if (known != markings_of_stix.end()) found_.add(known->second, text_.substr(at, type.size() + id.size()));
        });
    }

    // restriction="red" of IODEF (RFC 7970 §3.3.1, in JSON RFC 8727). Of its other values those are a label that it says are the same as
    // one, in a document of it: any format may call something private.
    void restrictions() {
        constexpr std::string_view name = "restriction";
        constexpr std::array<std::string_view, 5> labels_of_it{"white", "clear", "green", "amber", "red"};
        constexpr std::array<std::pair<std::string_view, Tlp>, 3> same_as{
            {{"partner", Tlp::green}, {"need-to-know", Tlp::amber}, {"private", Tlp::red}}};
        const bool is_iodef = file_.in_small_letters().find("incidentid") != std::string_view::npos;  // each has one
        file_.each(name, [&](std::size_t at) {
            const auto end = at + name.size();
            const bool is_key = at > 0 && text_[at - 1] == '"' && file_.near(end).starts_with('"');  // of RFC 8727
            const auto value = is_key ? behind(file_.near(end + 1), ':') : behind(file_.near(end), '=');
            if (!value || (!is_key && !file_.is_in_tag(at))) return;
            const auto said = ascii::lower(in_quotes(*value));
            if (std::find(labels_of_it.begin(), labels_of_it.end(), said) != labels_of_it.end()) found_.add(in_quotes(*value), Fit::begins);
            const auto* same = std::find_if(same_as.begin(), same_as.end(), [&](const auto& one) { return one.first == said; });
            if (is_iodef && same != same_as.end()) found_.add(same->second, in_quotes(*value));
        });
    }

    // <DocumentDistribution> of CVRF, which says it in words
    void distributions() {
        constexpr std::string_view name = "documentdistribution";
        file_.each(name, [&](std::size_t at) {
            if (!file_.opens_tag(at)) return;
            auto said = file_.near(at);
            said.remove_prefix(std::min(said.find('>'), said.size()));
            said = said.substr(0, said.find('<'));
            const auto seen = as_seen(said);
            for (const auto& hit : LabelLexer(seen).everywhere()) {
                if (hit.label) found_.add(*hit.label, said);
            }
        });
    }

    // <... xsi:type="tlpMarking:TLPMarkingStructureType" color="RED"/>
    void structures() {
        constexpr std::string_view type = "tlpmarking", color = "color";
        file_.each(type, [&](std::size_t at) {
            const auto from = at - std::min(at, longest_near);
            const auto open = text_.substr(from, at - from).rfind('<');
            if (open == std::string_view::npos) return;
            auto tag = file_.near(from + open);
            tag = tag.substr(0, tag.find('>'));
            const auto found = ascii::lower(tag).find(color);
            const auto value = found == std::string::npos ? std::nullopt : behind(tag.substr(found + color.size()), '=');
            if (value) found_.add(in_quotes(*value), Fit::begins);
        });
    }

    // tlp.red
    void tags() {
        constexpr std::string_view begin = "tlp.", before = " \t\r\n\"'[,:", after = " \t\r\n\"'],}#";
        file_.each(begin, [&](std::size_t at) {
            if (at > 0 && before.find(text_[at - 1]) == std::string_view::npos) return;
            const auto rest = file_.near(at + begin.size());
            const auto value = rest.substr(0, rest.find_first_of(after));
            const auto is_of_name = [](char c) {
                return (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') || c == '+' || c == '-' || c == '_';
            };
            if (std::all_of(value.begin(), value.end(), is_of_name)) found_.add(value, Fit::begins);
        });
    }

    // "name": "tlp:red", or in a list, also of several in one cell
    void listed_tags() {
        constexpr std::string_view begin = "tlp:", before = ":[{,;|", after = "\"',;|[]{}\r\n\t";
        constexpr std::size_t widest_gap = 64;
        file_.each(begin, [&](std::size_t at) {
            auto front = text_.substr(at - std::min(at, widest_gap), std::min(at, widest_gap));
            const bool is_quoted = front.ends_with('"');
            while (!front.empty() && (ascii::is_blank(front.back()) || quotes.find(front.back()) != std::string_view::npos))
                front.remove_suffix(1);
            if (front.empty() || before.find(front.back()) == std::string_view::npos) return;
            const auto rest = file_.near(at);
            if (rest.substr(begin.size(), 1) == ":") return;  // Tlp::red, an enumerator
            found_.add(rest.substr(0, rest.find_first_of(after)), is_quoted ? Fit::begins : Fit::whole);
        });
    }

private:
    const Text& file_;
    std::string_view text_;  // all of it
    FoundLabels& found_;
};

}  // namespace
}  // namespace machine

std::vector<MachineLabel> machine_labels(std::string_view text, Work& work) {
    const machine::Text file(text, work);
    machine::FoundLabels found(work);
    machine::KnownForms known(file, found);
    known.references();
    machine::find_named_labels(file, found);
    known.restrictions();
    known.distributions();
    known.structures();
    known.tags();
    known.listed_tags();
    machine::find_labels_of_tables(file, found);
    return found.labels();
}

}  // namespace caveat::mail

// The form of an application: its fields, and whether what stands in them makes sense.
#include <algorithm>
#include <array>
#include <set>

#include "caveat/conduct/application.hpp"
#include "names.hpp"

namespace caveat::conduct {
namespace {

constexpr std::size_t most_text = 4'000;
constexpr std::size_t most_contacts = 20;

// Required and open as item 21 has them: names, economy, constituency and contacts are for everybody.
constexpr std::array<FormField, 14> fields{{{"official_name", &Form::official_name, true, true},
                                            {"short_name", &Form::short_name, true, true},
                                            {"hosts", &Form::hosts, true, false},
                                            {"economy", &Form::economy, true, true},
                                            {"established", &Form::established, true, false},
                                            {"funding", &Form::funding, true, false},
                                            {"constituency", &Form::constituency, true, true},
                                            {"ranges", &Form::ranges, false, true},
                                            {"mission", &Form::mission, true, false},
                                            {"authority", &Form::authority, false, false},
                                            {"skills", &Form::skills, false, false},
                                            {"reason", &Form::reason, false, false},
                                            {"remarks", &Form::remarks, false, false},
                                            {"activity", &Form::activity, true, false}}};

constexpr std::array<Named<DocumentKind>, 7> document_kinds{{{DocumentKind::form, "form"},
                                                             {DocumentKind::report, "report"},
                                                             {DocumentKind::checklist, "checklist"},
                                                             {DocumentKind::engagement_policy, "engagement_policy"},
                                                             {DocumentKind::other, "other"},
                                                             {DocumentKind::handling_policy, "handling_policy"},
                                                             {DocumentKind::key, "key"}}};

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return word.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

// Words with commas or blanks between them.
bool all_of_them(std::string_view text, std::initializer_list<std::string_view> words) {
    constexpr std::string_view between = ", \t\n";
    for (auto from = text.find_first_not_of(between); from != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(between, from), text.size());
        if (!one_of(text.substr(from, end - from), words)) return false;
        from = text.find_first_not_of(between, end);
    }
    return true;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
}

bool is_economy(std::string_view code) {
    return code.empty() || (code.size() == 2 && std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

Result<void> sound_contacts(const Form& form) {
    if (form.contacts.size() > most_contacts)
        return fail(errc::limit, "{} contacts; write at most {}", form.contacts.size(), most_contacts);
    std::set<std::string> seen;
    int representatives = 0;
    for (const Contact& contact : form.contacts) {
        const auto& id = contact.id.value;
        if (!is_short_name(id)) return fail(errc::invalid, "contact id '{}': letters, digits, '.', '_' and '-'", id.substr(0, 64));
        if (!seen.insert(id).second) return fail(errc::invalid, "contact {} is there twice; write each once", id);
        if (contact.name.empty() || contact.name.size() > most_text || has_control(contact.name)) {
            return fail(errc::invalid, "contact {}: write a name, of at most {} bytes", id, most_text);
        }
        representatives += contact.representative ? 1 : 0;
    }
    if (representatives > 1) return fail(errc::invalid, "item 15: a team has one representative; {} contacts are marked", representatives);
    return {};
}

}  // namespace

std::span<const FormField> form_fields() { return fields; }

std::string_view name(DocumentKind kind) { return name_in(document_kinds, kind); }
std::optional<DocumentKind> document_kind_from(std::string_view text) { return value_in(document_kinds, text); }

Result<void> sound(const Form& form) {
    for (const FormField& field : fields) {
        const auto& text = form.*field.value;
        if (text.size() > most_text) return fail(errc::limit, "{} has {} bytes; write at most {}", field.name, text.size(), most_text);
        if (has_control(text)) return fail(errc::invalid, "{} holds a control character; write plain text", field.name);
    }
    if (!is_economy(form.economy)) {
        return fail(errc::invalid, "economy '{}' is not a code of ISO 3166-1; write two capitals: \"SG\"", form.economy.substr(0, 64));
    }
    if (!one_of(form.funding, {"government", "part_government", "subscription", "other"})) {
        return fail(errc::invalid, "funding '{}'; write government, part_government, subscription or other", form.funding.substr(0, 64));
    }
    if (!one_of(form.reason, {"outside_region", "not_yet_eligible"})) {
        return fail(errc::invalid, "reason '{}'; write outside_region or not_yet_eligible (item 9)", form.reason.substr(0, 64));
    }
    if (!all_of_them(form.activity, {"incident_response", "coordination", "research"})) {
        return fail(errc::invalid, "activity '{}'; write one or more of incident_response, coordination, research (item 3)",
                    form.activity.substr(0, 64));
    }
    return sound_contacts(form);
}

}  // namespace caveat::conduct

// One row at a time.
#include <algorithm>
#include <array>

#include "caveat/mail/message.hpp"
#include "caveat/printable.hpp"
#include "check.hpp"

namespace caveat::registry {
namespace {

constexpr std::size_t most_text = 500;  // bytes of a name or charter: they end up in headers and notices
constexpr std::size_t most_addresses = 20;

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

void check_id(std::string_view kind, std::string_view id, Problems& problems) {
    if (is_short_name(id)) return;
    problems.add(kind, id, "is not a short name; write 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit");
}

// Names are put into headers, where a line break would begin a header of its own (S3), and are what people know each other by: two that
// look the same, or one that turns the line round behind it, are nobody's.
void check_text(std::string_view kind, std::string_view id, std::string_view key, std::string_view text, Problems& problems) {
    if (text.find_first_not_of(' ') == std::string_view::npos) return problems.add(kind, id, "has no {}; write {} = \"...\"", key, key);
    if (has_control(text)) return problems.add(kind, id, "{} holds a control character; write one line of text", key);
    if (auto seen = printable(text); seen != text)
        return problems.add(kind, id, "{} holds a character that nobody sees: {}; write it without", key, seen);
    if (text.size() > most_text) problems.add(kind, id, "{} has {} bytes; write at most {}", key, text.size(), most_text);
}

void check_interval(std::string_view kind, const std::string& id, const Interval& during, Problems& problems) {
    if (!during.until || *during.until > during.from) return;
    problems.add(kind, id, "until {} is not after from {}; write a later end, or none", to_string(*during.until), to_string(during.from));
}

void check_category(const community::Team& team, const policy::Rulebook& rules, Problems& problems) {
    const auto known = rules.categories();
    if (std::find(known.begin(), known.end(), team.category) == known.end()) {
        return problems.add("team", team.id.value, "category '{}' is unknown to {} {}; write one of: {}", shown(team.category),
                            rules.name(), rules.version(), one_of(known));
    }
    if (rules.knows_category(team.category, team.subtype)) return;
    const auto subtypes = rules.subtypes(team.category);
    if (subtypes.empty()) return problems.add("team", team.id.value, "category {} takes no subtype; leave subtype out", team.category);
    problems.add("team", team.id.value, "subtype '{}' is not of category {}; write one of: {}", shown(team.subtype), team.category,
                 one_of(subtypes));
}

// RFC 9580 §4.2: tag 5 is a secret key, 7 a secret subkey, whatever the armour's headline claims.
bool holds_secret_packet(std::string_view armour) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto blank = std::min(armour.find("\n\n"), armour.find("\n\r\n"));
    if (blank == std::string_view::npos) return false;
    auto data = armour.substr(blank);
    data.remove_prefix(std::min(data.find_first_not_of("\r\n \t"), data.size()));
    if (data.size() < 2) return false;
    const auto first = alphabet.find(data[0]);
    const auto second = alphabet.find(data[1]);
    if (first == std::string_view::npos || second == std::string_view::npos) return false;
    const auto octet = static_cast<unsigned>(first << 2 | second >> 4);
    const unsigned tag = (octet & 0x40U) != 0 ? octet & 0x3fU : (octet >> 2) & 0xfU;
    return tag == 5 || tag == 7;
}

void check_key(const community::Person& person, Problems& problems) {
    constexpr std::string_view begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----";
    constexpr std::string_view end = "-----END PGP PUBLIC KEY BLOCK-----";
    const std::string_view key = person.key;
    const auto& id = person.id.value;
    if (key.empty()) return;
    if (key.size() > most_key)
        return problems.add("person", id, "key has {} bytes; write at most {}, as gpg --export-options export-minimal does", key.size(),
                            most_key);
    if (key.find("PRIVATE KEY") != std::string_view::npos || holds_secret_packet(key)) {
        return problems.add("person", id, "key is a secret key, which never belongs here; write the public one (gpg --armor --export)");
    }
    const auto finish = key.find(end);
    if (!key.starts_with(begin) || finish == std::string_view::npos || key.find(begin, begin.size()) != std::string_view::npos) {
        problems.add("person", id, "key is not one armoured OpenPGP public key; write what gpg --armor --export prints, from {}", begin);
    }
}

// An address of our own domain is a list's or a return path: copies to it would come back.
void check_address(std::string_view id, std::string_view address, std::string_view domain, Problems& problems) {
    if (const auto unfit = mail::unfit_address(address); !unfit.empty())
        return problems.add("person", id, "'{}' {}", shown(address), unfit);
    if (domain.empty() || mail::normalise_domain(address.substr(address.rfind('@') + 1)) != mail::normalise_domain(domain)) return;
    problems.add("person", id,
                 "'{}' is an address of {}, our own domain, where lists are and no people; write one of the person's mail system",
                 shown(address), domain);
}

constexpr std::size_t most_description = 4'000;

void check_clearances(const community::Team& team, Problems& problems) {
    const community::Clearance* before = nullptr;
    for (const auto& clearance : team.clearances) {
        if (clearance.decision.empty() || has_control(clearance.decision)) {
            problems.add("team", team.id.value, "its clearance on {} cites no decision; write decision = \"...\" (ruling y)",
                         shown(clearance.list.value));
        }
        if (before != nullptr && before->list == clearance.list) {
            problems.add("team", team.id.value, "has two clearances on {}; write one", shown(clearance.list.value));
        }
        before = &clearance;
    }
}

}  // namespace

void check(const community::Team& team, const policy::Rulebook& rules, Problems& problems) {
    check_id("team", team.id.value, problems);
    check_text("team", team.id.value, "name", team.name, problems);
    check_category(team, rules, problems);
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (!team.economy.empty() && (team.economy.size() != 2 || !capital(team.economy[0]) || !capital(team.economy[1]))) {
        problems.add("team", team.id.value, "economy '{}' is not a code of ISO 3166-1; write two capitals: \"SG\"", shown(team.economy));
    }
    for (const auto& [name, text] : {std::pair{"constituency", &team.constituency}, {"ranges", &team.ranges}}) {
        if (text->size() > most_description || has_control(*text))
            problems.add("team", team.id.value, "{} is one line of at most {} bytes, without control characters", name, most_description);
    }
    if (team.primary_contact && (!rules.is_member(team.category) || team.economy.empty())) {
        problems.add("team", team.id.value,
                     "the primary contact of an economy is an Operational Member of it (item 14); {} is {}, economy '{}'", team.id.value,
                     shown(team.category), shown(team.economy));
    }
    check_clearances(team, problems);
}

void check(const community::Person& person, std::string_view domain, Problems& problems) {
    const auto& id = person.id.value;
    check_id("person", id, problems);
    check_text("person", id, "name", person.name, problems);
    if (person.addresses.empty()) problems.add("person", id, "has no address; write addresses = [\"name@host.example\"]");
    if (person.addresses.size() > most_addresses) {
        problems.add("person", id, "has {} addresses; write at most {}", person.addresses.size(), most_addresses);
    }
    for (const auto& address : person.addresses) check_address(id, address, domain, problems);
    if (person.representative && person.alternate) {
        problems.add("person", id, "is the representative, and nobody is an alternate of themselves (item 15); write one of the two");
    }
    check_key(person, problems);
}

void check(const community::Term& term, const policy::Rulebook& rules, Problems& problems) {
    const auto id = subject_of(term);
    if (!rules.knows_role(term.role)) {
        problems.add("term", id, "role '{}' is unknown to {} {}; write one of: {}", shown(term.role), rules.name(), rules.version(),
                     one_of(rules.roles()));
    } else if (rules.role_of_list(term.role) && term.list.empty()) {
        problems.add("term", id, "is for one list; write list = \"...\"");
    } else if (!rules.role_of_list(term.role) && !term.list.empty()) {
        problems.add("term", id, "is for the whole community; leave list out");
    }
    check_interval("term", id, term.during, problems);
}

void check(const community::List& list, const policy::Rulebook& rules, Problems& problems) {
    constexpr std::array<std::string_view, 3> reserved{"postmaster", "mailer-daemon", "abuse"};  // RFC 5321 §4.5.1, RFC 2142 §4
    const auto& id = list.id.value;
    check_id("list", id, problems);
    // Mail systems compare local parts without case, and return paths begin with "b.": such names could never be reached.
    if (std::any_of(id.begin(), id.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
        problems.add("list", id, "is a mail address and so has no capitals; write it in lower case");
    }
    if (id.starts_with("b.") || std::find(reserved.begin(), reserved.end(), id) != reserved.end()) {
        problems.add("list", id, "is an address that the mail system uses itself; write another name");
    }
    check_text("list", id, "charter", list.charter, problems);
    const auto most = rules.class_maximum(list.klass);
    if (!most) {
        problems.add("list", id, "class '{}' is unknown to {} {}; write one of: {}", shown(list.klass), rules.name(), rules.version(),
                     one_of(rules.classes()));
    } else if (list.max_tlp > *most) {
        problems.add("list", id, "max_tlp {} is above {}, the most of class {}; write at most that", name(list.max_tlp), name(*most),
                     list.klass);
    }
    if (list.default_tlp && *list.default_tlp > list.max_tlp) {
        problems.add("list", id, "default_tlp {} is above max_tlp {}; lower the one or raise the other", name(*list.default_tlp),
                     name(list.max_tlp));
    }
    if (!list.retention.empty() && !policy::retention_from(list.retention)) {
        problems.add("list", id, "retention '{}' is no length of time; write one such as 90 days or 1 year", shown(list.retention));
    }
    if (list.authentication == community::Strength::none) {
        problems.add("list", id, "a From line alone authorises nobody (A5); write authentication = envelope, dmarc or signature");
    }
}

void check(const community::Denial& denial, Problems& problems) {
    using community::Verb;
    const auto id = subject_of(denial);
    constexpr community::Verbs deniable = bit(Verb::receive) | bit(Verb::post) | bit(Verb::archive) | bit(Verb::manage);
    if (denial.verbs == 0 || (denial.verbs & ~deniable) != 0) {
        problems.add("denial", id,
                     "must say what is denied; write verbs = [\"post\", \"receive\", \"archive\", \"manage\"], or some of them");
    }
    if (denial.source != "sanction" && denial.source != "hold") {
        problems.add("denial", id, "source '{}' is unknown; write sanction or hold", shown(denial.source));
    }
    // A hold of the first hours is the operator's to place (C6); a sanction is always somebody's decision (C5).
    if (denial.source == "sanction" && denial.decision.empty()) problems.add("denial", id, "cites no decision; write decision = \"...\"");
    if (has_control(denial.decision)) problems.add("denial", id, "decision holds a control character; write one line of text");
    if (!denial.during.until) problems.add("denial", id, "has no end, and none lasts for ever (C2, C6); write until = ...");
    check_interval("denial", id, denial.during, problems);
}

}  // namespace caveat::registry

#include "application_form.hpp"

#include "toml_fields.hpp"

namespace caveat::server {
namespace {

void read_head(TableReader& fields, conduct::SubmitApplication& to) {
    to.team = TeamId{fields.required("team", "nimbus")};
    to.category = fields.required("category", "operational");
    to.subtype = fields.text("subtype");
}

void read_form(TableReader& fields, conduct::SubmitApplication& to) {
    for (const auto& field : conduct::form_fields()) {
        const auto* listed = fields.table().get_as<toml::array>(field.name);
        const bool several = field.value == &conduct::Form::activity && listed != nullptr;
        to.form.*field.value = several ? fmt::format("{}", fmt::join(fields.texts(field.name), ", ")) : fields.text(field.name);
    }
    to.form.site_visit = fields.flag("site_visit", false);
}

void read_contact(TableReader& fields, conduct::SubmitApplication& to) {
    conduct::Contact contact;
    contact.id = PersonId{fields.required("id", "nimbus-rep")};
    contact.name = fields.required("name", "Mei Tan");
    contact.address = fields.required("address", "rep@nimbus.example");
    contact.representative = fields.flag("representative", false);
    to.form.contacts.push_back(std::move(contact));
}

using Read = void (*)(TableReader&, conduct::SubmitApplication&);

void read_table(const toml::node& node, std::string_view name, Read read, conduct::SubmitApplication& to, Findings& findings) {
    const auto* table = node.as_table();
    if (table == nullptr) return findings.add(node.source(), "{}: is not a table; write [{}] and its keys below", name, name);
    TableReader fields(*table, std::string(name), findings);
    read(fields, to);
    fields.done();
}

void read_section(std::string_view name, const toml::node& node, conduct::SubmitApplication& to, Findings& findings) {
    if (name == "application") return read_table(node, name, read_head, to, findings);
    if (name == "form") return read_table(node, name, read_form, to, findings);
    if (name != "contact") return findings.add(node.source(), "{}: unknown; write [application], [form] and [[contact]]", name);
    const auto* rows = node.as_array();
    if (rows == nullptr) return findings.add(node.source(), "contact: there may be several; write [[contact]]");
    for (const auto& row : *rows) read_table(row, name, read_contact, to, findings);
}

}  // namespace

Result<conduct::SubmitApplication> read_application(const std::filesystem::path& file) {
    const auto text = read_text(file, 1U << 20);
    if (!text) return tl::unexpected(text.error());
    const auto root = parse_toml(*text, file);
    if (!root) return tl::unexpected(root.error());
    conduct::SubmitApplication act;
    Findings findings(file);
    if (!root->contains("application")) findings.add(root->source(), "application: missing; write [application] with team and category");
    for (const auto& [key, node] : *root) read_section(key.str(), node, act, findings);
    if (!findings.none()) return tl::unexpected(findings.error());
    return act;
}

}  // namespace caveat::server

#include "part_tree.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "fields.hpp"

namespace caveat::mail {

// Stretches are in the order of their headers, so that what is in a multipart follows it until its end.
PartTree::PartTree(std::string_view message, const Structure& structure, const Limits& limits)
    : message_(message), structure_(structure), limits_(limits), parts_(structure.stretches.size()) {
    std::vector<std::size_t> around;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
        while (!around.empty() && at(around.back()).end <= at(i).header_at) around.pop_back();
        if (!around.empty()) parts_[around.back()].push_back(i);
        inside_a_mail_.push_back(
            std::any_of(around.begin(), around.end(), [&](std::size_t one) { return at(one).kind == Stretch::Kind::message; }));
        if (at(i).kind == Stretch::Kind::multipart || at(i).kind == Stretch::Kind::message) around.push_back(i);
    }
}

Result<HeaderBlock> PartTree::header_of(std::size_t i) const { return cut_fields(message_, at(i).header_at, limits_); }

std::string PartTree::parameter(std::size_t i, std::string_view field, std::string_view name) const {
    const auto headers = header_of(i);
    const auto* found = headers ? headers->find(field) : nullptr;
    return found == nullptr ? std::string() : read_parameters(unfold(found->value)).get(name);
}

std::string PartTree::file_name(std::size_t i) const {
    const auto name = parameter(i, "Content-Disposition", "filename");
    return ascii::lower(decode_words(name.empty() ? parameter(i, "Content-Type", "name") : name));
}

bool PartTree::is_named(std::size_t i, std::string_view end) const {
    const auto ends = [&](const std::string& name) { return ascii::lower(decode_words(name)).ends_with(end); };
    return ends(parameter(i, "Content-Disposition", "filename")) || ends(parameter(i, "Content-Type", "name"));
}

}  // namespace caveat::mail

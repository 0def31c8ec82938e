#pragma once
// The parts of a message as a tree over its own bytes, for what leaves some of them out. Pure.
#include <string>
#include <string_view>
#include <vector>

#include "structure.hpp"

namespace caveat::mail {

// Indices are those of Structure::stretches; a part comes behind what it is in. Views into both arguments.
class PartTree {
public:
    PartTree(std::string_view message, const Structure& structure, const Limits& limits);

    [[nodiscard]] std::size_t size() const { return parts_.size(); }
    [[nodiscard]] const Stretch& at(std::size_t i) const { return structure_.stretches[i]; }
    [[nodiscard]] std::string_view body_of(std::size_t i) const { return message_.substr(at(i).body_at, at(i).end - at(i).body_at); }
    [[nodiscard]] Result<HeaderBlock> header_of(std::size_t i) const;
    [[nodiscard]] const std::vector<std::size_t>& parts_of(std::size_t i) const { return parts_[i]; }  // of a multipart or a message
    [[nodiscard]] bool inside_a_mail(std::size_t i) const { return inside_a_mail_[i]; }                // that is attached
    // A parameter of a field; empty: there is none.
    [[nodiscard]] std::string parameter(std::size_t i, std::string_view field, std::string_view name) const;
    [[nodiscard]] std::string file_name(std::size_t i) const;  // in small letters
    [[nodiscard]] bool is_named(std::size_t i, std::string_view end) const;  // by either field; programs differ in which they show

private:
    std::string_view message_;
    const Structure& structure_;
    const Limits& limits_;
    std::vector<std::vector<std::size_t>> parts_;
    std::vector<bool> inside_a_mail_;
};

}  // namespace caveat::mail

#include "columns.hpp"

#include <stdexcept>

namespace caveat::storage {

community::Value value_at(const Rows& rows, int column, const community::FieldTraits& field) {
    using community::FieldType;
    if (rows.null(column)) return {};
    switch (field.type) {
        case FieldType::word:
            return community::Word{rows.number(column), {}};
        case FieldType::flag:
            return rows.flag(column);
        case FieldType::instant:
            return rows.at(column);
        case FieldType::date:
            return *rows.date(column);
        case FieldType::text:
            return rows.text(column);
        case FieldType::texts:
            break;
    }
    throw std::logic_error(fmt::format("{} is not kept in one column", field.name));
}

}  // namespace caveat::storage

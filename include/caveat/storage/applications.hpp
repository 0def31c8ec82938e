#pragma once
// Applications as rows: which there are, and what was done in each. conduct computes the state of an application from its acts, so that
// nothing stored here can contradict them. Acts are append-only, which triggers enforce. Writing needs a Store::Transaction. Throws Broken
// if there is no such application to append to.
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::storage {

struct SqlConnection;

struct ApplicationRow {
    std::string id;
    TeamId team;
    Instant submitted{};
    std::string numbers;  // of the rule book it began under
    bool operator==(const ApplicationRow&) const = default;
};

struct ApplicationAct {
    Instant at{};
    std::string actor;
    std::string decision;
    std::string act;  // in the office's text
    bool operator==(const ApplicationAct&) const = default;
};

class Applications {
public:
    explicit Applications(SqlConnection& connection);
    ~Applications();

    void add(const ApplicationRow& row);
    [[nodiscard]] std::optional<ApplicationRow> find(std::string_view id);
    [[nodiscard]] std::vector<ApplicationRow> all();                   // in the order submitted
    [[nodiscard]] std::vector<ApplicationRow> of(const TeamId& team);  // the same order
    void append(std::string_view id, const ApplicationAct& act);
    [[nodiscard]] std::vector<ApplicationAct> acts(std::string_view id);  // in the order done

private:
    struct Statements;
    std::unique_ptr<Statements> s_;
};

}  // namespace caveat::storage

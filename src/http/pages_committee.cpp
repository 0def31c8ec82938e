// Pages of the committee: decisions, cases as what happened and what may come, applications, holds.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_committee {

using access::Kind;
using access::Noun;

constexpr std::array decisions{Source{"open", "/v1/decisions?open=true&limit=200", true},
                               Source{"over", "/v1/decisions?open=false&limit=100"}};
constexpr std::array decision{Source{"decision", "/v1/decisions/{0}", true}};
constexpr std::array cases{Source{"cases", "/v1/cases?limit=200", true}};
constexpr std::array one_case{Source{"case", "/v1/cases/{0}", true}};
constexpr std::array notice{Source{"notice", "/v1/cases/{0}/notices/{1}", true}};
// What the page's query supposes: team=...&sanction=...
constexpr std::array preview{Source{"case", "/v1/cases/{0}", true}, Source{"seen", "/v1/policy:simulate*"}};
constexpr std::array applications{Source{"applications", "/v1/applications?limit=200", true}};
constexpr std::array application{Source{"application", "/v1/applications/{0}", true}};
constexpr std::array duties{Source{"reviews", "/v1/reviews?limit=200", true}, Source{"declarations", "/v1/declarations?limit=200"},
                            Source{"duties", "/v1/duties?limit=200"}, Source{"acceptances", "/v1/acceptances?limit=200"},
                            Source{"confirmations", "/v1/confirmations?limit=200"}};
constexpr std::array document{Source{"document", "/v1/documents/{0}", true}};
constexpr std::array holds{Source{"holds", "/v1/holds?limit=200", true}};

constexpr std::array<std::string_view, 1> decisions_forms{"proposeDecision"};

constexpr std::array<PageRow, 11> rows{{
    {"/decisions", "decisions", "Decisions", decisions, access::Right{Noun::decisions, Kind::read}, decisions_forms},
    {"/decisions/{decision}", "decision", "Decision", decision},
    {"/cases", "cases", "Cases", cases, access::Right{Noun::cases, Kind::read}},
    {"/cases/{case}", "case", "Case", one_case},
    {"/cases/{case}/notices/{notice}", "notice", "Notice", notice},
    {"/cases/{case}/preview", "case-preview", "What a sanction would change", preview},
    {"/applications", "applications", "Applications", applications, access::Right{Noun::applications, Kind::read}},
    {"/applications/{application}", "application", "Application", application},
    {"/duties", "duties", "Reviews and duties", duties, access::Right{Noun::applications, Kind::read}},
    {"/documents/{document}", "", "Document", document},
    {"/holds", "holds", "Holds", holds, access::Right{Noun::holds, Kind::read}},
}};

}  // namespace pages_committee

std::span<const PageRow> committee_pages() { return pages_committee::rows; }

}  // namespace caveat::http

// /metrics for the machine that watches, /v1/operations for the people who do.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "caveat/facts/mail.hpp"
#include "caveat/storage/figures.hpp"
#include "caveat/vault/vault.hpp"
#include "openmetrics.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_operations {

using access::Kind;
using access::Noun;
using storage::DeliveryState;
using Is = OpenMetrics::Kind;

double age(const std::optional<Instant>& since, Instant now) {
    return since ? std::max(0.0, std::chrono::duration<double>(now - *since).count()) : 0.0;
}

double seconds(std::uint64_t micros) { return static_cast<double>(micros) / 1e6; }

template <std::size_t n>
std::array<std::uint64_t, n> read(const std::array<std::atomic<std::uint64_t>, n>& counts) {
    std::array<std::uint64_t, n> values{};
    for (std::size_t i = 0; i < n; ++i) values[i] = counts[i].load(std::memory_order_relaxed);
    return values;
}

std::optional<double> free_bytes(const Context& context) {
    if (context.offices.meters == nullptr) return std::nullopt;
    std::error_code trouble;
    const auto space = std::filesystem::space(context.offices.meters->database().parent_path(), trouble);
    return trouble ? std::nullopt : std::optional(static_cast<double>(space.available));
}

void add_mail(const Context& context, OpenMetrics& out) {
    const auto depth = storage::queue_depth(context.store());
    out.family("caveat_queue_copies", Is::gauge, "Copies that are not closed yet, by state.");
    out.sample({{"state", "queued"}}, static_cast<double>(depth.queued));
    out.sample({{"state", "deferred"}}, static_cast<double>(depth.deferred));
    out.family("caveat_queue_age_seconds", Is::gauge, "Since the oldest post with such copies was dispatched.", "seconds");
    out.sample({{"state", "queued"}}, age(depth.oldest_queued, context.now()));
    out.sample({{"state", "deferred"}}, age(depth.oldest_deferred, context.now()));
    const auto mail = storage::mail_count(context.store());
    out.family("caveat_posts", Is::gauge, "Posts by what became of them.");
    for (const auto word : verdict_words) {
        const auto found = mail.posts.find(*verdict_from(word));
        out.sample({{"verdict", word}}, found == mail.posts.end() ? 0 : static_cast<double>(found->second));
    }
    out.family("caveat_bounces", Is::counter, "Mails that came back to a return path.");
    out.sample({}, static_cast<double>(mail.bounces));
}

void add_community(const Context& context, OpenMetrics& out) {
    out.family("caveat_people_without_key", Is::gauge, "Subscribers of lists that encrypt whose key is not known.");
    out.sample({}, static_cast<double>(storage::keyless_on_encrypting_lists(context.store())));
    auto committee = context.committee();
    const auto holds = committee.holds();
    const auto decisions =
        committee.decisions(context.actor().person ? context.viewer() : committee::local_operator(context.actor()));
    out.family("caveat_holds_in_force", Is::gauge, "Security holds that stop a person's mail now.");
    out.sample({}, static_cast<double>(std::count_if(holds.begin(), holds.end(), [](const auto& h) { return h.in_force; })));
    // By one number more, of cases, entries or letters, a person would know of the case against their own team, which is not there for
    // them (item 27). Posts, copies and requests are counted for them too, of all kinds together, since whoever watches the relay needs
    // that: in a quiet hour they see that something was mailed, not by whom, to whom or of what.
    if (!context.actor().person) {
        out.family("caveat_cases_open", Is::gauge, "Cases that are not over; for the operator.");
        out.sample({}, static_cast<double>(context.cases().not_over()));
        out.family("caveat_journal_entries", Is::counter, "Entries of the journal; for the operator.");
        out.sample({}, static_cast<double>(context.store().journal().head().number));
        out.family("caveat_notices", Is::counter, "Mails that caveat wrote itself; for the operator.");
        out.sample({}, static_cast<double>(storage::mail_count(context.store()).notices));
    }
    out.family("caveat_decisions_open", Is::gauge, "Decisions that can still be voted on.");
    out.sample({}, static_cast<double>(std::count_if(decisions.begin(), decisions.end(),
                                                     [](const auto& d) { return d.tally.verdict == conduct::BallotResult::open; })));
}

void add_courier(const mailroom::HandedOver& courier, OpenMetrics& out) {
    out.family("caveat_deliveries", Is::counter, "What became of copies since the process began; a deferral counts each time.");
    const auto outcomes = read(courier.outcomes);
    for (std::size_t state = 1; state < outcomes.size(); ++state) {
        out.sample({{"outcome", storage::name(static_cast<DeliveryState>(state))}}, static_cast<double>(outcomes[state]));
    }
    out.family("caveat_handoff_seconds", Is::histogram, "From the dispatch of a post until the relay had a copy.", "seconds");
    out.histogram({}, mailroom::HandedOver::bounds, read(courier.took), seconds(courier.took_micros));
    out.family("caveat_relay_reachable", Is::gauge, "1 unless the last try found no relay.");
    out.sample({}, courier.unreachable.load() > courier.reached.load() ? 0 : 1);
}

std::string_view name_of(std::size_t place) {
    return place == Meters::pages()     ? std::string_view("page")
           : place == Meters::nowhere() ? std::string_view("none")
                                        : routes()[place]->id;
}

struct Counted {
    std::string_view route;
    std::array<std::uint64_t, Meters::classes> replies{};
    std::array<std::uint64_t, Meters::bounds.size() + 1> took{};
    std::uint64_t micros = 0;
};

// For a person all operations are one: what the committee does is counted too, and who is of an accused team would learn from it that there
// is a case, how many voted in it, and that a panel sits (item 27).
std::vector<Counted> counted(const Meters& meters, bool by_operation) {
    std::vector<Counted> all;
    for (std::size_t place = 0; place < meters.traffic().size(); ++place) {
        const auto& traffic = meters.traffic()[place];
        const auto route = by_operation || place >= Meters::pages() ? name_of(place) : std::string_view("api");
        if (all.empty() || all.back().route != route) all.push_back({route});
        auto& sum = all.back();
        const auto replies = read(traffic.replies);
        const auto took = read(traffic.took);
        std::transform(replies.begin(), replies.end(), sum.replies.begin(), sum.replies.begin(), std::plus<>());
        std::transform(took.begin(), took.end(), sum.took.begin(), sum.took.begin(), std::plus<>());
        sum.micros += traffic.took_micros.load(std::memory_order_relaxed);
    }
    return all;
}

void add_door(const Meters& meters, bool by_operation, OpenMetrics& out) {
    constexpr std::array<std::string_view, Meters::classes> classes{"1xx", "2xx", "3xx", "4xx", "5xx"};
    const auto all = counted(meters, by_operation);
    out.family("caveat_http_requests", Is::counter, "Requests answered, by operation (the operator's to know) and class of status.");
    for (const auto& [route, replies, took, micros] : all) {
        for (std::size_t c = 0; c < classes.size(); ++c) {
            if (replies[c] > 0) out.sample({{"route", route}, {"status", classes[c]}}, static_cast<double>(replies[c]));
        }
    }
    out.family("caveat_http_request_seconds", Is::histogram, "From the whole request until its answer was ready.", "seconds");
    for (const auto& [route, replies, took, micros] : all) {
        if (std::all_of(took.begin(), took.end(), [](auto n) { return n == 0; })) continue;
        out.histogram({{"route", route}}, Meters::bounds, took, seconds(micros));
    }
    out.family("caveat_process_start_time_seconds", Is::gauge, "When the daemon began, in Unix time.", "seconds");
    out.sample({}, std::chrono::duration<double>(meters.started().time_since_epoch()).count());
}

constexpr std::string_view metrics_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

Result<Answer> metrics(const Context& context) {
    if (!context.may({})) return nothing_here();
    OpenMetrics out;
    add_mail(context, out);
    add_community(context, out);
    if (const auto bytes = free_bytes(context)) {
        out.family("caveat_disk_free_bytes", Is::gauge, "Where the database lies.", "bytes");
        out.sample({}, *bytes);
    }
    if (const auto* meters = context.offices.meters; meters != nullptr) {
        if (meters->courier() != nullptr) add_courier(*meters->courier(), out);
        add_door(*meters, !context.actor().person, out);
    }
    return Answer{.type = std::string(metrics_type), .text = out.text()};
}

// ---- the operator's page

constexpr std::size_t bars = 60;
constexpr double chart_height = 100;

// Sixty minutes, the last one at the right; a template can only place what is already measured.
template <class Value>
Json chart(std::string_view name, const std::vector<Sample>& samples, Instant now, Value value, bool rate) {
    std::array<double, bars> minutes{};
    double total = 0;
    for (std::size_t i = rate ? 1 : 0; i < samples.size(); ++i) {
        const auto ago = std::chrono::duration_cast<std::chrono::minutes>(now - samples[i].at).count();
        if (ago < 0 || ago >= static_cast<std::int64_t>(bars)) continue;
        auto& minute = minutes.at(bars - 1 - static_cast<std::size_t>(ago));
        const double seen = static_cast<double>(value(samples[i]));
        if (rate) {
            // A total that fell began anew: so did the process.
            const double grown = std::max(0.0, seen - static_cast<double>(value(samples[i - 1])));
            minute += grown;
            total += grown;
        } else {
            minute = std::max(minute, seen);
            total = std::max(total, seen);
        }
    }
    const double most = *std::max_element(minutes.begin(), minutes.end());
    Json drawn = Json::array();
    for (std::size_t x = 0; x < bars; ++x) {
        const auto height = most > 0 ? static_cast<std::int64_t>(minutes[x] / most * chart_height + 0.5) : 0;
        drawn.push_back({{"x", x},
                         {"y", static_cast<std::int64_t>(chart_height) - height},
                         {"height", height},
                         {"value", static_cast<std::int64_t>(minutes[x])}});
    }
    return {{"name", name},
            {"kind", rate ? "a minute" : "at most"},
            {"hour", static_cast<std::int64_t>(total)},
            {"most", static_cast<std::int64_t>(most)},
            {"bars", std::move(drawn)}};
}

Json maybe_micros(std::int64_t micros) { return micros == 0 ? Json() : Json(to_string(Instant{std::chrono::microseconds(micros)})); }

Result<Answer> operations(const Context& context) {
    if (!context.may({})) return nothing_here();
    const Instant now = context.now();
    const auto depth = storage::queue_depth(context.store());
    const auto head = context.store().journal().head();
    const auto noted = context.actor().person ? std::string() : fmt::format("{}:{}", head.number, vault::hex(head.hash));
    const auto* meters = context.offices.meters;
    const auto* courier = meters != nullptr ? meters->courier() : nullptr;
    const auto samples = meters != nullptr ? meters->samples() : std::vector<Sample>();
    const std::int64_t reached = courier != nullptr ? courier->reached.load() : 0;
    const std::int64_t unreachable = courier != nullptr ? courier->unreachable.load() : 0;
    const std::int64_t refusing = courier != nullptr ? courier->refusing.load() : 0;
    const auto bytes = free_bytes(context);
    Json charts = Json::array();
    charts.push_back(chart(
        "mails taken in", samples, now, [](const Sample& s) { return s.taken_in; }, true));
    charts.push_back(chart(
        "copies sent", samples, now, [](const Sample& s) { return s.sent; }, true));
    charts.push_back(chart(
        "copies failed", samples, now, [](const Sample& s) { return s.failed; }, true));
    charts.push_back(chart(
        "copies withheld", samples, now, [](const Sample& s) { return s.withheld; }, true));
    charts.push_back(chart(
        "requests", samples, now, [](const Sample& s) { return s.requests; }, true));
    charts.push_back(chart(
        "copies waiting", samples, now, [](const Sample& s) { return s.queued + s.deferred; }, false));
    return Answer{.body = {{"as_of", to_string(now)},
                           {"started", meters != nullptr ? Json(to_string(meters->started())) : Json()},
                           {"queued", depth.queued},
                           {"deferred", depth.deferred},
                           {"oldest_queued", maybe(depth.oldest_queued)},
                           {"oldest_deferred", maybe(depth.oldest_deferred)},
                           {"spooled", context.store().posts().count(storage::PostState::spooled)},
                           {"held", context.store().posts().count(storage::PostState::held)},
                           {"relay", unreachable > std::max(reached, refusing) ? "unreachable"
                                     : refusing > reached                      ? "refusing"
                                     : reached > 0                             ? "reached"
                                                                               : "not_tried"},
                           {"without_key", storage::keyless_on_encrypting_lists(context.store())},
                           {"relay_reached", maybe_micros(reached)},
                           {"relay_unreachable", maybe_micros(unreachable)},
                           {"disk_free_mib", bytes ? Json(static_cast<std::int64_t>(*bytes / (1 << 20))) : Json()},
                           {"journal_head", maybe(noted)},
                           {"charts", std::move(charts)}}};
}

constexpr std::array bar_fields{
    Field{.name = "x", .type = Type::integer, .required = true, .about = "minute, 59 is the one that runs"},
    Field{.name = "y", .type = Type::integer, .required = true, .about = "100 less the height"},
    Field{.name = "height", .type = Type::integer, .required = true, .about = "of the most, in hundredths"},
    Field{.name = "value", .type = Type::integer, .required = true, .about = "in this minute"},
};
constexpr Schema bar_schema{"Bar", bar_fields, true};
constexpr std::array chart_fields{
    Field{.name = "name", .required = true, .about = "what is counted"},
    Field{.name = "kind", .required = true, .about = "a minute, or at most"},
    Field{.name = "hour", .type = Type::integer, .required = true, .about = "in the last hour, or at most in it"},
    Field{.name = "most", .type = Type::integer, .required = true, .about = "in one minute"},
    Field{.name = "bars", .type = Type::objects, .required = true, .about = "sixty minutes", .of = &bar_schema},
};
constexpr Schema chart_schema{"Chart", chart_fields, true};
constexpr std::array operations_fields{
    Field{.name = "as_of", .type = Type::instant, .required = true, .about = "when it was asked"},
    Field{.name = "started", .type = Type::instant, .required = true, .about = "the daemon", .nullable = true},
    Field{.name = "queued", .type = Type::integer, .required = true, .about = "copies that wait"},
    Field{.name = "deferred", .type = Type::integer, .required = true, .about = "copies to be tried again"},
    Field{.name = "oldest_queued", .type = Type::instant, .required = true, .about = "its post was dispatched", .nullable = true},
    Field{.name = "oldest_deferred", .type = Type::instant, .required = true, .about = "its post was dispatched", .nullable = true},
    Field{.name = "spooled", .type = Type::integer, .required = true, .about = "posts not judged yet"},
    Field{.name = "held", .type = Type::integer, .required = true, .about = "posts that wait for a decision"},
    Field{.name = "relay",
          .required = true,
          .about = "reached, refusing (for a reason that lies with it or with us), unreachable or not_tried"},
    Field{.name = "without_key",
          .type = Type::integer,
          .required = true,
          .about = "subscribers of lists that encrypt whose key is not known"},
    Field{.name = "relay_reached", .type = Type::instant, .required = true, .about = "last", .nullable = true},
    Field{.name = "relay_unreachable", .type = Type::instant, .required = true, .about = "last", .nullable = true},
    Field{.name = "disk_free_mib", .type = Type::integer, .required = true, .about = "where the database lies", .nullable = true},
    Field{.name = "journal_head", .required = true, .about = "NUMBER:HASH; note it elsewhere; for the operator", .nullable = true},
    Field{.name = "charts", .type = Type::objects, .required = true, .about = "the last hour", .of = &chart_schema},
};
constexpr Schema operations_schema{"Operations", operations_fields, true};

const std::array<Route, 2> table{{
    {.path = "/metrics",
     .id = "metrics",
     .about = "Numbers for a monitor, as OpenMetrics text; no address, no content",
     .right = {Noun::metrics, Kind::read},
     .run = Run::slow,
     .handler = metrics,
     .text = metrics_type},
    {.path = "/v1/operations",
     .id = "showOperations",
     .about = "Queue, relay, disk, journal, and the last hour in minutes",
     .right = {Noun::metrics, Kind::read},
     .run = Run::slow,
     .handler = operations,
     .answer = &operations_schema},
}};

}  // namespace routes_operations

std::span<const Route> operation_routes() { return routes_operations::table; }

}  // namespace caveat::http

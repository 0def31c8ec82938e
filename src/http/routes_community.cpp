// /v1/community:load and /v1/jobs: the community from the text of a file, and long work looked at.
#include <algorithm>
#include <array>

#include "caveat/facts/register.hpp"
#include "jobs.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_community {

using access::Kind;
using access::Noun;

constexpr std::size_t most_at_once = 2'000;  // changes; more as a job
constexpr std::int64_t longest_file = 1 << 20;

// A load touches everything: it is for those who may write all of it, and for no token that is bound to lists.
bool reaches_everything(const access::Caller& caller) {
    for (const auto noun : {Noun::teams, Noun::people, Noun::lists, Noun::subscriptions}) {
        if (caller.reach({noun, Kind::write}) != access::Reach::all) return false;
    }
    return caller.only.empty() && caller.second_factor;
}

// A role on a list begins and ends over /v1/terms with the right to change the committee's register, so by a file with no less.
Result<void> may_change_terms(const Context& context, const registry::Loaded& ahead) {
    const bool of_terms = std::any_of(ahead.changes.begin(), ahead.changes.end(), [](const auto& change) { return change.what == "term"; });
    if (!context.actor().person || !of_terms || context.caller.reach({Noun::decisions, Kind::write}) == access::Reach::all) return {};
    return fail(errc::denied, "who owns or moderates a list is recorded with the right decisions:write, which this token has not");
}

tl::unexpected<Error> with_lines(const Context& context, Error error, const std::string& text) {
    if (error.code != errc::invalid && error.code != errc::denied) return tl::unexpected(std::move(error));
    return tl::unexpected(context.offices.community.with_lines(std::move(error), text));
}

bool covers(const access::Reaches& now, const access::Reaches& then) {
    return std::equal(now.begin(), now.end(), then.begin(), [](const auto& a, const auto& b) {
        return std::equal(a.begin(), a.end(), b.begin(), [](access::Reach is, access::Reach was) { return was <= is; });
    });
}

// A hold, or an end of what it began by, comes between the promise and the work (A10). What they may beside by then is not used.
Result<void> may_go_on(const Context& context) {
    const auto again = context.access().again(context.caller);
    if (again && covers(again->reaches, context.caller.reaches) && again->second_factor) return {};
    return fail(errc::denied, "who began it may not go on: what they came with has ended, or opens less by now; nothing was changed");
}

// One transaction whatever the size: half a community must never be visible.
Answer promised(const Context& context, Job job, registry::Census census, const registry::Manner& manner) {
    Answer answer{.body = job_fact(job), .status = 202, .location = "/v1/jobs/" + job.id};
    const auto whole = std::make_shared<registry::Census>(std::move(census));
    answer.afterwards = [jobs = context.offices.jobs, job = std::move(job), whole, manner, &offices = context.offices,
                         &route = context.route, caller = context.caller] {
        jobs->begin(
            job,
            [whole, manner, &offices, &route, caller](Job& running) -> Result<bool> {
                const Context again{route, offices, caller, {}};
                storage::Store::Transaction transaction(again.store());
                if (auto ok = may_go_on(again); !ok) return tl::unexpected(ok.error());
                const auto loaded = again.registry().load(caller.actor, *whole, manner);
                if (!loaded) return tl::unexpected(loaded.error());
                // The register may have changed meanwhile, and with it what the text changes.
                if (auto ok = may_change_terms(again, *loaded); !ok) return tl::unexpected(ok.error());
                transaction.commit();
                running.done = running.total = static_cast<std::int64_t>(loaded->changes.size());
                running.result = fact(*loaded);
                return false;
            },
            offices.room.clock);
    };
    return answer;
}

Result<Answer> load(const Context& context) {
    if (!reaches_everything(context.caller)) return nothing_here();
    const auto text = context.text("text");
    auto census = context.offices.community.read(text);
    if (!census) return tl::unexpected(census.error());
    const registry::Manner manner{.prune = context.has("prune") && context.body["prune"].get<bool>()};
    auto office = context.registry();
    const auto ahead = office.load(context.actor(), *census, {.dry_run = true, .prune = manner.prune});
    if (!ahead) return with_lines(context, ahead.error(), text);
    if (auto ok = may_change_terms(context, *ahead); !ok) return tl::unexpected(ok.error());
    if (context.dry_run) return Answer{.body = fact(*ahead)};
    const auto wished = context.query.find("async");
    if (ahead->changes.size() > most_at_once || (wished != context.query.end() && wished->get<bool>())) {
        const auto size = static_cast<std::int64_t>(ahead->changes.size());
        auto job = context.offices.jobs->fresh(context.route.id, context.actor().name, size, context.now());
        if (!job) return tl::unexpected(job.error());
        return promised(context, std::move(*job), std::move(*census), manner);
    }
    const auto loaded = office.load(context.actor(), *census, manner);
    if (!loaded) return with_lines(context, loaded.error(), text);
    return Answer{.body = fact(*loaded)};
}

// Nobody but the one who began it knows of a job.
Result<Answer> show_job(const Context& context) {
    const auto job = context.offices.jobs->find(context.param(0));
    if (!job || job->by != context.actor().name) return nothing_here();
    return Answer{.body = job_fact(*job)};
}

// ---- shapes

constexpr std::array text_fields{Field{.name = "text",
                                       .type = Type::prose,
                                       .required = true,
                                       .about = "a community file (TOML): what is not in it stays; keys as key_armor",
                                       .least = 1,
                                       .most = longest_file},
                                 Field{.name = "prune", .type = Type::boolean, .about = "true: what is not in the text is removed"}};
constexpr Schema text_schema{"CommunityText", text_fields};
constexpr std::array async_query{Field{.name = "async", .type = Type::boolean, .about = "true: as a job, however little it changes"}};

const std::array<Route, 2> table{{
    {.method = Method::post,
     .path = "/v1/community:load",
     .id = "loadCommunity",
     .about = "Add and change what the text describes, and with prune remove the rest; more than 2,000 changes as a job",
     .right = {Noun::teams, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = load,
     .query = async_query,
     .body = &text_schema,
     .answer = &loaded_schema,
     .later = &job_schema},
    {.path = "/v1/jobs/{job}",
     .id = "showJob",
     .about = "How far long work has come",
     .right = {Noun::subscriptions, Kind::read},
     .handler = show_job,
     .answer = &job_schema},
}};

}  // namespace routes_community

std::span<const Route> community_routes() { return routes_community::table; }

}  // namespace caveat::http

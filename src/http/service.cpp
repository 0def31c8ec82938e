#include "service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "caveat/ascii.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/storage/reserve.hpp"
#include "caveat/storage/standstill.hpp"
#include "page_names.hpp"
#include "pages.hpp"
namespace caveat::http {
namespace {

constexpr auto replies_kept = std::chrono::hours(24);
constexpr std::size_t longest_key = 128;
constexpr auto same_read = std::chrono::hours(1);
constexpr std::size_t most_reads = 100'000;  // remembered; more are forgotten, and written once more

// The query of the request against the fields of the route: unknown and repeated ones are refused.
Json read_query(const Route& route, const FormFields& given, std::vector<Complaint>& complaints) {
    Json query = Json::object();
    for (const auto& [key, value] : given) {
        const auto field = std::find_if(route.query.begin(), route.query.end(), [&](const Field& f) { return f.name == key; });
        if (field == route.query.end()) {
            std::string known;
            for (const auto& f : route.query) known += (known.empty() ? "" : ", ") + std::string(f.name);
            complaints.push_back({"/" + key.substr(0, 64), "is not known; known are " + (known.empty() ? "none" : known)});
        } else if (query.contains(key) && field->type != Type::texts) {
            complaints.push_back({"/" + key, "is given twice"});
        } else {
            read_text(*field, value, query, complaints);
        }
    }
    for (const auto& field : route.query) {
        if (field.required && !query.contains(std::string(field.name))) {
            complaints.push_back({"/" + std::string(field.name), fmt::format("is missing: {}", field.about)});
        }
    }
    return query;
}

std::string context_of(std::string_view caller, std::string_view key) { return fmt::format("idempotency {} {}", caller, key); }

// A key is of the credential, not only of the person behind it: a narrow token gets nothing that another of the same person asked for.
std::string keeper_of(const access::Caller& caller) { return caller.actor.name + ", " + caller.credential; }

// What the caller's rights rest on at this moment.
Json powers_of(storage::Store& store, const access::Caller& caller, Instant now) {
    Json powers{{"rights", Json::array()}, {"terms", Json::array()}, {"denials", Json::array()}, {"team", caller.team.value}};
    for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
        for (const auto kind : {access::Kind::read, access::Kind::write}) {
            powers["rights"].push_back(static_cast<int>(caller.reach({static_cast<access::Noun>(noun), kind})));
        }
    }
    const auto& person = caller.actor.person;
    if (!person) return powers;
    for (const auto& term : store.powers().live_terms(*person, now)) {
        powers["terms"].push_back(fmt::format("{} {}", term.role, term.list));
    }
    const auto standing = store.standing(*person, ListId{}, now);
    if (!standing) return powers;
    powers["team"] = fmt::format("{} {} {} {}", standing->team, standing->category, standing->subtype, standing->representative);
    for (const auto& denial : standing->denials) {
        if (in_force(denial, now)) powers["denials"].push_back(denial.id);
    }
    return powers;
}

bool all_in(const Json& some, const Json& others) {
    return std::all_of(some.begin(), some.end(),
                       [&](const Json& one) { return std::find(others.begin(), others.end(), one) != others.end(); });
}

// Whoever has lost a right since then gets no answer that rested on it.
bool still_has(const Json& now, const Json& then) {
    const auto& rights = now["rights"];
    const bool reaches = rights.size() == then["rights"].size() && std::equal(rights.begin(), rights.end(), then["rights"].begin(),
                                                                              [](const Json& a, const Json& b) { return a >= b; });
    return reaches && now["team"] == then["team"] && all_in(then["terms"], now["terms"]) && all_in(now["denials"], then["denials"]);
}

// Answers may contain a secret that is shown once (a new token), so they are stored sealed.
storage::StoredReply kept(const std::string& caller, std::string_view key, const Digest& fingerprint, const Reply& made, Json powers,
                          const vault::Vault& vault, Instant now) {
    Json whole{{"body", made.body}, {"headers", Json::array()}, {"powers", std::move(powers)}};
    for (const auto& [header, value] : made.headers) whole["headers"].push_back({header, value});
    const auto sealed = vault.seal(dumped(whole), context_of(caller, key));
    return {caller, std::string(key), fingerprint, made.status, vault::hex(sealed.key), vault::hex(sealed.bytes), now};
}

Reply replay(const storage::StoredReply& before, const Json& powers, const vault::Vault& vault) {
    const Sealed sealed{vault::unhex(before.headers), vault::unhex(before.body)};
    const auto opened = vault.open(sealed, context_of(before.caller, before.key));
    if (!opened) return reply(of(opened.error(), true));
    const auto whole = Json::parse(*opened);
    if (!still_has(powers, whole["powers"])) return reply(nothing());
    Reply again;
    again.status = before.status;
    again.body = whole["body"].get<std::string>();
    for (const auto& header : whole["headers"]) again.add(header[0].get<std::string>(), header[1].get<std::string>());
    again.add("Idempotent-Replay", "true");
    return again;
}

// Wherever a person is asked for, an address serves as well as an id. One that nobody has stays as it is, and is then no id either.
void name_people(Context& context) {
    const auto named = [&](const std::string& text) {
        if (text.find('@') == std::string::npos) return text;
        const auto person = context.store().directory().person_of(text, mail::normalise_address);
        return person ? person->value : text;
    };
    if (context.body.contains("person") || context.body.contains("people")) context.written = context.body;
    std::size_t at = 0;
    std::string_view path = context.route.path;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{', open + 1), ++at) {
        if (path.substr(open).starts_with("{person}")) context.params.at(at) = named(context.params.at(at));
    }
    for (Json* part : {&context.query, &context.body}) {
        if (const auto one = part->find("person"); one != part->end() && one->is_string()) *one = named(one->get<std::string>());
    }
    for (const auto* filter : {"holder", "subject"}) {
        if (const auto one = context.query.find(filter); one != context.query.end() && one->is_string())
            *one = named(one->get<std::string>());
    }
    const auto many = context.body.find("people");
    if (many == context.body.end() || !many->is_array()) return;
    for (auto& one : *many) one = named(one.get<std::string>());
}

bool is_json(std::string_view content_type) {
    const auto type = media_type(content_type);
    return ascii::equal(type, "application/json") || ascii::equal(type, "application/merge-patch+json");
}

}  // namespace

// What is known of a request once it has a route.
struct Service::Call {
    const Request& request;
    Context context;
};

access::Access Service::access() const {
    const auto& room = offices_.room;
    return {room.store, room.vault, room.rules, room.clock, offices_.access};
}

void Service::name_parties(const access::Caller& caller, Json& answer) const { add_names(offices_.room.store, caller, answer); }

std::optional<access::Caller> Service::who(const Request& request) {
    const auto authorization = request.header("authorization");
    if (authorization.empty() && request.local_user) return access::Access::local_operator(*request.local_user);
    // Looked up even without the scheme, so that it takes as long as a wrong token.
    return access().bearer(credentials(authorization, "Bearer"));
}

Reply Service::answer(const Request& request) {
    const auto target = parse_target(request.target);
    const auto found = target ? match(request.method, target->segments) : Match{};
    if (found.route != nullptr && found.route->open) return answer_as(access::Caller{}, request);
    // The caller and what they see are read in one snapshot; an act has its transaction for that.
    std::optional<storage::Store::Reading> reading;
    if (found.route == nullptr || found.route->run != Run::act) reading.emplace(offices_.room.store);
    const auto caller = who(request);
    if (!caller) {
        auto hidden = reply(nothing());
        hidden.stranger = true;
        return hidden;
    }
    auto answered = answer_as(*caller, request);
    if (answered.more) answered.more = only_while_they_may(std::move(answered.more), *caller, request);
    answered.credential = caller->credential;
    answered.party = party_of(*caller);
    return answered;
}

// A stream lasts as long as its reader is slow. So who asks is looked up again before each chunk: it is cut off where the credential is
// over or what their rights rested on has ended.
Service::Stream Service::only_while_they_may(Stream stream, const access::Caller& caller, const Request& request) {
    auto& room = offices_.room;
    return [this, &room, stream = std::move(stream), request, credential = caller.credential,
            powers = powers_of(room.store, caller, room.clock.now())](std::string& chunk) {
        if (chunk.empty()) {
            const storage::Store::Reading reading(room.store);
            const auto now = who(request);
            if (!now || now->credential != credential || !still_has(powers_of(room.store, *now, room.clock.now()), powers))
                throw std::runtime_error("who asked for it may have no more of it");
        }
        return stream(chunk);
    };
}

Reply Service::answer_as(const access::Caller& caller, const Request& request) {
    const auto target = parse_target(request.target);
    if (!target) return reply(malformed(target.error().detail));
    auto found = match(request.method, target->segments);
    if (found.route == nullptr) return reply(nothing());
    const Route& route = *found.route;
    if (!route.open && caller.reach(route.right) == access::Reach::none) return reply(nothing());

    Call call{request, {route, offices_, caller, std::move(found.params)}};
    call.context.ndjson = accepts(request, "application/x-ndjson");
    call.context.rfc822 = accepts(request, "message/rfc822");
    call.context.as_file = accepts(request, "application/octet-stream");
    if (offices_.access.sealing != nullptr) call.context.keys = &request.key_look->engine;
    request.key_look->party = caller.team.empty() ? caller.actor.name : caller.team.value;
    auto given = target->query;
    if (route.run == Run::act) {
        const auto dry = std::find_if(given.begin(), given.end(), [](const auto& field) { return field.first == "dry_run"; });
        if (dry != given.end()) {
            if (dry->second != "true" && dry->second != "false") return reply(wrong({{"/dry_run", "must be true or false"}}));
            call.context.dry_run = dry->second == "true";
            given.erase(dry);
        }
    }
    std::vector<Complaint> complaints;
    call.context.query = read_query(route, given, complaints);
    if (!complaints.empty()) return reply(wrong(std::move(complaints)));
    if (route.body != nullptr) {
        if (!is_json(request.header("content-type"))) {
            return reply({415, "media-type", "Only JSON is understood here", "send Content-Type: application/json"});
        }
        auto body = facts::read_json(request.body);
        if (!body) return reply(malformed(body.error().detail));
        complaints = check(*route.body, *body);
        if (!complaints.empty()) return reply(wrong(std::move(complaints)));
        call.context.body = std::move(*body);
    } else if (!request.body.empty()) {
        return reply(wrong({{"", "no body is read here; leave it out"}}));
    }
    name_people(call.context);
    return route.run == Run::act ? act(call) : run(call);
}

Reply Service::run(const Call& call) {
    const Context& context = call.context;
    std::optional<storage::Store::Reading> reading;
    if (context.route.run != Run::act) reading.emplace(context.store());
    if (const auto what = context.store().stands_still(); !what.empty() && !context.route.open)
        throw storage::Altered(storage::standstill_in_words(what));  // since it was asked before the request
    auto answer = context.route.handler(context);
    if (!answer) return reply(of(answer.error(), context.route.run == Run::act));
    Reply made;
    made.status = answer->status != 200 ? answer->status : context.route.status;
    if (!answer->location.empty()) made.add("Location", answer->location);
    for (auto& [header, value] : answer->headers) made.add(std::move(header), std::move(value));
    made.once_durable = std::move(answer->afterwards);
    made.notes = std::move(answer->notes);
    if (answer->stream) {
        made.type = answer->type.empty() ? "application/x-ndjson" : answer->type;
        made.more = std::move(answer->stream);
        return made;
    }
    if (answer->lasting != nullptr) {
        made.type = answer->type;
        made.lasting = answer->lasting;
    } else if (!answer->type.empty()) {
        made.type = answer->type;
        made.body = std::move(answer->text);
    } else if (context.route.answer == nullptr) {
        made.status = 204;
        return made;
    } else {
        made.body = dumped(answer->body);
    }
    if (call.request.method == Method::get) {
        if (made.lasting != nullptr && lasting_tag_.empty()) lasting_tag_ = entity_tag(offices_, *made.lasting);
        const auto tag = made.lasting != nullptr ? lasting_tag_ : entity_tag(offices_, made.body);
        if (lists_tag(call.request.header("if-none-match"), tag, Comparison::weak)) {
            made.status = 304;
            made.body.clear();
            made.lasting = nullptr;
        }
        made.add("ETag", tag);
    }
    return made;
}

// Precondition, act and the record of the key are one transaction; a refused request changes nothing and is not remembered.
Reply Service::act(const Call& call) {
    const auto key = call.request.header("idempotency-key");
    if (key.size() > longest_key) return reply(wrong({{"/Idempotency-Key", fmt::format("at most {} characters", longest_key)}}));
    auto& store = call.context.store();
    const auto& vault = offices_.room.vault;
    const Instant now = call.context.now();
    const std::string caller = keeper_of(call.context.caller);
    // What is taken back takes nothing.
    const auto disk = call.context.dry_run ? storage::Disk::spare : call.context.route.disk.value_or(storage::Disk::room);
    std::optional<storage::Store::Transaction> transaction;
    try {
        if (!call.context.dry_run && disk == storage::Disk::spare) storage::spend_reserve(store);
        transaction.emplace(store, disk);
    } catch (const storage::Full&) {
        return reply(
            {503, "try-again", "Not now",
             "the disk is almost full: until there is room, only what makes room or must not wait is done, such as holds, discards and "
             "revocations"});
    }

    const auto fingerprint =
        vault.mac("idempotency", fmt::format("{} {}\n{}", name(call.request.method), call.request.target, call.request.body));
    if (!key.empty()) {
        const auto before = store.credentials().find(caller, key);
        if (before && before->at > now - replies_kept) {
            if (before->fingerprint != fingerprint) {
                return reply({422, "key-reused", "This Idempotency-Key belongs to another request", "use a new one for every act"});
            }
            return replay(*before, powers_of(store, call.context.caller, now), vault);
        }
    }
    if (call.context.route.changes) {
        const auto wanted = call.request.header("if-match");
        if (wanted.empty()) {
            return reply({428, "needs-if-match", "Say which version you are changing", "send If-Match with the ETag of a GET"});
        }
        Request get = call.request;
        get.method = Method::get;
        get.body.clear();
        get.headers.erase("if-none-match");
        get.target = get.target.substr(0, get.target.find('?'));
        const auto current = answer_as(call.context.caller, get);
        if (current.status != 200) return current;
        if (!lists_tag(wanted, entity_tag(offices_, current.body), Comparison::strong)) {
            return reply({412, "changed-meanwhile", "It has changed since you read it", "read it again, then decide"});
        }
    }
    // Before the act, which may take rights away.
    auto powers = key.empty() ? Json() : powers_of(store, call.context.caller, now);
    auto made = run(call);
    if (made.status >= 400) return made;
    if (call.context.dry_run) {
        made.once_durable = nullptr;
        made.add("Dry-Run", "true");
        return made;
    }
    if (!key.empty()) {
        store.credentials().forget_older_than(now - replies_kept);
        store.credentials().put(kept(caller, key, fingerprint, made, std::move(powers), vault, now));
    }
    transaction->commit();
    made.acted = true;
    return made;
}

std::map<Service::Read, Instant> Service::not_written_down(const std::vector<Note>& notes, Instant now) {
    std::map<Read, Instant> fresh;
    for (const auto& note : notes) {
        Read read{note.actor, note.act, note.subject, note.apart};
        const auto before = written_.find(read);
        // Nothing is relied on that a clock says which was set back since.
        if (before == written_.end() || before->second > now || now - before->second >= same_read) fresh.emplace(std::move(read), now);
    }
    return fresh;
}

void Service::write_down(const std::vector<Note>& notes) {
    auto& room = offices_.room;
    const Instant now = room.clock.now();
    const auto fresh = not_written_down(notes, now);
    if (fresh.empty()) return;
    auto left = fresh;
    storage::Store::Transaction transaction(room.store);
    for (const auto& note : notes) {
        if (left.erase({note.actor, note.act, note.subject, note.apart}) == 0) continue;
        room.store.journal().append(now, note.actor, note.act, note.subject, note.detail);
    }
    transaction.commit();
    if (written_.size() >= most_reads) std::erase_if(written_, [&](const auto& one) { return now - one.second >= same_read; });
    if (written_.size() >= most_reads) written_.clear();
    for (const auto& [read, at] : fresh) written_[read] = at;
}

std::string party_of(const access::Caller& caller) { return caller.actor.person ? caller.actor.name : caller.credential; }

Run where(const Request& request) {
    const auto target = parse_target(request.target);
    if (target && is_page(*target)) return request.method == Method::post ? Run::act : where_page(*target);
    const auto found = target ? match(request.method, target->segments) : Match{};
    return found.route == nullptr ? Run::read : found.route->run;
}

std::string entity_tag(const Offices& offices, std::string_view body) {
    return '"' + vault::hex(offices.room.vault.mac("entity tag", body)).substr(0, 32) + '"';
}

}  // namespace caveat::http

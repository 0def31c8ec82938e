#include "postbag.hpp"

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mailroom/question.hpp"
#include "standing.hpp"

namespace caveat::http {

bool Postbag::moderates(const ListId& list) const {
    const auto& person = context_.actor().person;
    return person && mailroom::may_moderate(context_.offices.room, *person, list, context_.now());
}

access::Object Postbag::of_list(const ListId& list) {
    const auto found = known_.find(list);
    if (found != known_.end()) return found->second;
    auto object = object_of(context_, list);
    object.managed = object.managed || (!is_of_party(context_, object) && moderates(list));
    return known_.emplace(list, object).first->second;
}

access::Object Postbag::of(const storage::Post& post) {
    auto object = of_list(post.list);
    object.person = post.sender;
    return object;
}

bool Postbag::may_see_recipients(const storage::Post& post) {
    return context_.may(object_of(context_, post.list));  // `managed` by policy alone: owners
}

storage::Posts::Filter Postbag::reachable(bool own_too) {
    storage::Posts::Filter filter;
    if (context_.all()) return filter;
    filter.of_lists.emplace();
    if (own_too) filter.or_sender = context_.actor().person;
    if (context_.caller.reach(context_.route.right) == access::Reach::own) return filter;
    for (const auto& list : context_.store().rosters().lists()) {
        if (context_.may(of_list(list.id))) filter.of_lists->push_back(list.id);
    }
    return filter;
}

std::optional<storage::Post> Postbag::find(const std::string& id, bool own_too) {
    auto post = context_.store().posts().find(PostId{id});
    if (!post || !traits(post->kind).shown) return std::nullopt;
    return context_.may(own_too ? of(*post) : of_list(post->list)) ? post : std::nullopt;
}

std::vector<Note> note_of_reading(const Context& context, std::string_view act, const storage::Post& post) {
    if (post.label && *post.label < community::Tlp::amber_strict) return {};
    const auto label = post.label ? community::name(*post.label) : std::string_view("none");
    auto detail = Detail().add("label", label).add("list", post.list.value).add("credential", context.caller.credential);
    return {{context.actor().name, std::string(act), post.id.value, community::add_maker(detail, context.actor()).text()}};
}

}  // namespace caveat::http

#include "inside.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/mailroom/question.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
namespace {

// What a list's readers learn from its List-* fields, and where they write commands to.
ListId list_named_by(const Room& room, const std::string& local) {
    auto address = read_address(room, local + "@" + room.settings.domain);
    const auto commands = room.settings.separator + "request";
    auto& name = address.list.value;
    if (name.size() > commands.size() && name.ends_with(commands)) name.resize(name.size() - commands.size());
    return std::move(address.list);
}

}  // namespace

InsideLists::InsideLists(const Room& room, std::string_view bytes, const ListId& own) {
    const auto shown = mail::house_names(bytes, room.settings.domain);
    if (!shown) return;  // and no copy can be made of it
    const auto exists = [&](const ListId& list) { return room.store.rosters().list(list).has_value(); };
    for (const auto& local : shown->addresses) {
        const auto list = list_named_by(room, local);
        if (list == own || is_operators(list.value)) continue;
        (exists(list) ? of(list).as : nobodys_).addresses.push_back(local);
    }
    for (const auto& tag : shown->tags) {
        if (ListId list{tag}; list != own && exists(list)) of(list).as.tags.push_back(tag);
    }
    for (std::size_t i = most; i < lists_.size(); ++i) {
        std::move(lists_[i].as.addresses.begin(), lists_[i].as.addresses.end(), std::back_inserter(nobodys_.addresses));
        std::move(lists_[i].as.tags.begin(), lists_[i].as.tags.end(), std::back_inserter(nobodys_.tags));
    }
    lists_.resize(std::min(lists_.size(), most));
}

InsideLists::Named& InsideLists::of(const ListId& list) {
    const auto known = std::find_if(lists_.begin(), lists_.end(), [&](const Named& named) { return named.list == list; });
    return known == lists_.end() ? lists_.emplace_back(Named{list, {}}) : *known;
}

Hidden InsideLists::hidden_from(const Room& room, const PersonId& reader, Instant now) const {
    Hidden hidden = 0;
    for (std::size_t i = 0; i < lists_.size(); ++i) {
        const auto list = room.store.rosters().list(lists_[i].list);
        if (!list || !may_know(room, reader, *list, now)) hidden |= Hidden{1} << i;
    }
    return hidden;
}

mail::HouseNames InsideLists::names(Hidden hidden) const {
    auto names = nobodys_;
    for (std::size_t i = 0; i < lists_.size(); ++i) {
        if ((hidden >> i & 1U) == 0) continue;
        const auto& as = lists_[i].as;
        names.addresses.insert(names.addresses.end(), as.addresses.begin(), as.addresses.end());
        names.tags.insert(names.tags.end(), as.tags.begin(), as.tags.end());
    }
    return names;
}

}  // namespace caveat::mailroom

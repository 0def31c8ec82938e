#include "committee_objects.hpp"

#include <charconv>

namespace caveat::http {

Result<committee::CaseView> case_here(const Context& context) {
    auto view = context.cases().show(context.viewer(), context.param(0));
    if (!view && view.error().code == errc::not_found) return nothing_here();
    return view;
}

Result<Answer> answered(const Result<committee::CaseView>& done) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = fact(*done), .location = "/v1/cases/" + done->id};
}

int notice_number(const Context& context) {
    const auto& text = context.param(1);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace caveat::http

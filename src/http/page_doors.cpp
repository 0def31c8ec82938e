// Ways in and out: signing in by a link, the second factor, and leaving a list.
#include <fmt/format.h>

#include "caveat/mailroom/leaving.hpp"
#include "page_visit.hpp"

namespace caveat::http {

std::string Pages::cookie(std::string_view secret, bool away) const {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", cookie_name, secret, secure_ ? "; Secure" : "",
                       away ? "; Max-Age=0" : "");
}

Reply Pages::signing_in(const Request& request, const Target& target) {
    auto office = service_.access();
    const auto next = own_page(form_value(target.query, "next"));
    if (target.segments.size() > 2) return page(404, "problem", "There is nothing here", {});
    if (request.method == Method::get) {
        // Following a link does nothing by itself: scanners of mail follow links too.
        if (target.segments.size() == 2)
            return page(200, "follow-link", "Sign in", {{"secret", percent_encode(target.segments[1])}, {"next", next}});
        return page(200, "sign-in", "Sign in", {{"next", next}});
    }
    const auto form = parse_form(request.body);
    if (!form) return page(400, "problem", "Not a form", {{"detail", form.error().detail}});
    if (target.segments.size() == 1) {
        // Mailing takes longer than not mailing, so the page waits for neither (A7). If it fails, people ask again.
        auto told = page(200, "link-sent", "Look into your mail", {});
        told.link_for = form_value(*form, "address");
        return told;
    }
    auto in = office.follow_link(target.segments[1]);
    if (!in)
        return page(403, "problem", "This link opens nothing",
                    {{"detail", "a link is good once and for minutes only; ask for another"}, {"again", true}});
    auto made = redirect(in->needs_code ? "/code?next=" + percent_encode(own_page(form_value(*form, "next")))
                                        : own_page(form_value(*form, "next")));
    made.add("Set-Cookie", cookie(in->cookie, false));
    made.acted = true;
    return made;
}

Reply Pages::second_factor(const Visit& visit) {
    auto office = service_.access();
    const bool code = visit.target.segments[0] == "code";
    const auto next = own_page(form_value(visit.target.query, "next"));
    if (visit.request.method == Method::get) {
        if (code) return page(200, "code", "Your code", {{"next", next}, {"csrf", visit.session.csrf}});
        return page(200, "second-factor", "Second factor", {{"must", visit.session.must_enrol}}, &visit.session);
    }
    const auto form = *parse_form(visit.request.body);
    if (code) {
        if (auto shown = office.show_code(visit.cookie, form_value(form, "code")); !shown) {
            return page(403, "problem", "Not this code", {{"detail", shown.error().detail}, {"back", "/code"}});
        }
        auto made = redirect(own_page(form_value(form, "next")));
        made.acted = true;
        return made;
    }
    if (form_value(form, "code").empty()) {
        const auto secret = office.enrol(visit.cookie);
        if (!secret)
            return page(403, "problem", "Not now", {{"detail", secret.error().detail}, {"back", "/second-factor"}}, &visit.session);
        auto made = page(200, "second-factor", "Second factor", {{"must", visit.session.must_enrol}, {"secret", *secret}}, &visit.session);
        made.acted = true;
        return made;
    }
    if (auto confirmed = office.confirm(visit.cookie, form_value(form, "code")); !confirmed) {
        return page(403, "problem", "Not this code", {{"detail", confirmed.error().detail}, {"back", "/second-factor"}}, &visit.session);
    }
    auto made = redirect("/?done=second-factor");
    made.acted = true;
    return made;
}

// The link of a copy's List-Unsubscribe. A mail program's provider posts to it without asking anybody (RFC 8058), so that nothing is asked
// here; who looks at it, as scanners do, ends nothing, and sees the same whatever the link is (A7).
Reply Pages::leaving(const Request& request, const Target& target) {
    if (target.segments.size() != 3) return page(404, "problem", "There is nothing here", {});
    if (request.method == Method::get)
        return page(200, "leave", "Leave this list",
                    {{"list", percent_encode(target.segments[1])}, {"token", percent_encode(target.segments[2])}});
    if (auto left = mailroom::leave_by_link(service_.room(), ListId{target.segments[1]}, target.segments[2]); !left) {
        auto away = page(404, "problem", "This link ends nothing",
                         {{"detail",
                           "it was used, or belongs to a subscription that is over; a subscription of now ends by the link in the "
                           "last mail of its list"}});
        away.stranger = true;
        return away;
    }
    auto made = page(200, "left", "You have left the list", {});
    made.acted = true;
    return made;
}

}  // namespace caveat::http

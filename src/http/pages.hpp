#pragma once
// The pages: templates over the API. A page is a row of a table: a path, a template, and the GET routes of the API whose answers it shows,
// asked as the person who is signed in. So a page can show nothing the API would not, and do nothing the API would refuse: a form posts to
// /act/OPERATION and becomes that operation's body. No script is needed, and nothing is loaded from elsewhere. Source: promises H5, A1, A7.
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "exchange.hpp"
#include "facts.hpp"
#include "page_table.hpp"
#include "service.hpp"

namespace caveat::http {

// Templates, style sheet and icons, read once at the start. Throws std::runtime_error naming a file that is missing or does not parse.
class PageFiles {
public:
    explicit PageFiles(const std::filesystem::path& folder);

    [[nodiscard]] std::string render(std::string_view page, const Json& data) const;  // page: "case"; escaped for HTML
    [[nodiscard]] bool has(std::string_view page) const;
    [[nodiscard]] const std::string* file(std::string_view name) const;  // "style.css"

private:
    std::map<std::string, std::string, std::less<>> templates_;
    std::map<std::string, std::string, std::less<>> files_;
};

class Pages {
public:
    Pages(Service& service, const PageFiles& files, bool secure_cookies) : service_(service), files_(files), secure_(secure_cookies) {}

    [[nodiscard]] Reply answer(const Request& request);

private:
    struct Visit;
    [[nodiscard]] Reply signing_in(const Request& request, const Target& target);
    [[nodiscard]] Reply leaving(const Request& request, const Target& target);
    [[nodiscard]] Reply signed_in(const Request& request, const Target& target, access::Session& session);
    [[nodiscard]] Reply show(const Visit& visit);
    [[nodiscard]] Reply handed_on(const Visit& visit, const PageRow& row, const std::vector<std::string>& params);
    [[nodiscard]] Reply act(const Visit& visit);
    [[nodiscard]] Reply confirm(const Visit& visit, const Route& route, const FormFields& form) const;
    [[nodiscard]] Reply second_factor(const Visit& visit);
    [[nodiscard]] Reply page(int status, std::string_view name, std::string_view title, Json data,
                             const access::Session* session = nullptr) const;
    [[nodiscard]] std::string cookie(std::string_view secret, bool away) const;

    Service& service_;
    const PageFiles& files_;
    bool secure_;
};

// The thread that makes a page: the clerk's if one of its sources is slow.
[[nodiscard]] Run where_page(const Target& target);

// Whether a request is for the pages: everything that is not a route of the API.
[[nodiscard]] bool is_page(const Target& target);

}  // namespace caveat::http

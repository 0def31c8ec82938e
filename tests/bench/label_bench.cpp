// What finding the label of a post costs: prose, quoted threads, tables of signs, HTML and text beyond ASCII, each at several sizes. Time
// is to be linear in the text (L8): nanoseconds a byte stay the same.
//     label_bench [ROUNDS]
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include "caveat/mail/label.hpp"

using namespace caveat;

namespace {

std::string repeated(std::string_view unit, std::size_t size) {
    std::string text;
    text.reserve(size + unit.size());
    while (text.size() < size) text += unit;
    return text;
}

mail::Message message_with(std::string type, std::string text) {
    mail::Message message;
    message.subject = "Re: [teams] weekly note on what we saw";
    mail::Part part;
    part.path = "1";
    part.type = std::move(type);
    part.charset = "utf-8";
    part.content = std::move(text);
    message.parts.push_back(std::move(part));
    return message;
}

double nanoseconds_a_byte(const mail::Message& message, int rounds) {
    const auto begin = std::chrono::steady_clock::now();
    std::size_t red = 0;
    for (int i = 0; i < rounds; ++i) red += mail::find_label(message, {}, {}).label == community::Tlp::red ? 1 : 0;
    const auto spent = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
    if (red != 0) std::exit(1);  // none of the texts is labelled; also keeps the work from being left out
    return spent / rounds / static_cast<double>(message.parts.front().content.size());
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
    struct Sample {
        std::string_view name, type, unit;
    };
    const Sample samples[] = {
        {"prose", "text/plain", "We have seen the kit at three banks since Monday, and it talks to the same two servers as before.\n"},
        {"quoted", "text/plain", "> We have seen the kit at three banks since Monday, and it talks to the same two servers.\n"},
        {"signs", "text/plain", "| 192.0.2.1 | --- | ===== | 2026-11-23 | (see: below) |\n"},
        {"about TLP", "text/plain", "What TLP:GREEN means and what TLP means at all, is explained in the TLP pages of FIRST, and so on.\n"},
        {"HTML", "text/html", "<p>We have seen <b>the kit</b> at three banks &ndash; and it talks to <a href=\"x\">two servers</a>.</p>\n"},
        {"Chinese", "text/plain", "自周一以来，我们在三家银行看到了该工具包，它与以前一样与两台服务器通信。\n"},
        {"Russian", "text/plain", "С понедельника мы видели этот набор в трёх банках, он связывается с теми же двумя серверами.\n"},
    };
    fmt::print("{:<10} {:>10} {:>10} {:>10}  ns a byte\n", "", "10 KiB", "100 KiB", "1 MiB");
    for (const auto& sample : samples) {
        fmt::print("{:<10}", sample.name);
        for (const std::size_t size : {std::size_t{10} << 10, std::size_t{100} << 10, std::size_t{1} << 20}) {
            const auto message = message_with(std::string(sample.type), repeated(sample.unit, size));
            fmt::print(" {:>10.2f}", nanoseconds_a_byte(message, size < (std::size_t{1} << 20) ? rounds : std::max(1, rounds / 10)));
        }
        fmt::print("\n");
    }
    return 0;
}

// main() of a fuzz target where the compiler brings no libFuzzer: replays the corpus, then mutates it for a while.
//     mime_fuzz --seconds 5 [--seed N] [--slowest-ms N] DIR|FILE...
// A crash leaves its input in crash-last of the folder printed first; a given FILE is replayed alone. Without coverage feedback this finds
// less than libFuzzer, but it runs in every build, sanitisers included. Built with CAVEAT_LIBFUZZER it is empty.
#ifndef CAVEAT_LIBFUZZER
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// Exists in builds with AddressSanitizer, which reports and exits without a signal.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

using Random = std::mt19937_64;
using Time = std::chrono::steady_clock;

constexpr std::size_t longest_input = 256 * 1024;

// What the crash handler can reach: it must not allocate.
const char* last_data = nullptr;
std::size_t last_size = 0;
char crash_file[4096];

void save_last() {
    const int file = open(crash_file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file >= 0) {
        // Nothing can be done about a short write while crashing; the result is read only to satisfy the compiler.
        if (write(file, last_data, last_size) < 0) _exit(97);
        close(file);
    }
}

void crashed(int signal) {
    save_last();
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void catch_crashes() {
    if (__sanitizer_set_death_callback != nullptr)
        __sanitizer_set_death_callback(save_last);
    else
        std::signal(SIGSEGV, crashed);
    for (const int signal : {SIGABRT, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, crashed);
}

double run(const std::string& input) {
    // An exact copy on the heap: one byte too far is then seen by AddressSanitizer.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    last_data = input.data();
    last_size = input.size();
    const auto begin = Time::now();
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    return std::chrono::duration<double, std::milli>(Time::now() - begin).count();
}

std::size_t below(Random& random, std::size_t n) { return n == 0 ? 0 : random() % n; }

// Bytes that steer parsers of mail, SMTP and the like.
const std::vector<std::string>& words() {
    static const std::vector<std::string> all{"\r\n",
                                              "\n",
                                              "\r",
                                              "\r\n\r\n",
                                              " ",
                                              "\t",
                                              ":",
                                              ";",
                                              ",",
                                              "=",
                                              "\"",
                                              "\\",
                                              "(",
                                              ")",
                                              "<",
                                              ">",
                                              "@",
                                              ".",
                                              "--",
                                              "=?utf-8?Q?",
                                              "=?utf-8?B?",
                                              "?=",
                                              "boundary=",
                                              "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n",
                                              "Content-Type: message/rfc822\r\n\r\n",
                                              "TLP:RED",
                                              "TLP:",
                                              "filename*0*=utf-8''",
                                              "base64",
                                              "quoted-printable",
                                              "dmarc=pass",
                                              "Final-Recipient: rfc822; ",
                                              "Subject: ",
                                              "From: ",
                                              std::string(1, '\0'),
                                              "\xFF",
                                              "\xE2\x80\x8B",
                                              "[",
                                              "]",
                                              "{",
                                              "}"};
    return all;
}

void mutate(std::string& input, const std::vector<std::string>& corpus, Random& random) {
    const auto at = below(random, input.size() + 1);
    const auto length = below(random, std::min<std::size_t>(input.size() - at, 64) + 1);
    switch (random() % 8) {
        case 0:
            if (at < input.size()) input[at] = static_cast<char>(random());
            break;
        case 1:
            if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << (random() % 8)));
            break;
        case 2:
            input.erase(at, length);
            break;
        case 3:
            input.insert(at, words()[below(random, words().size())]);
            break;
        case 4:
            input.insert(below(random, input.size() + 1), input.substr(at, length));
            break;
        case 5:
            input.resize(at);
            break;
        case 6: {  // the head of one, the tail of another
            const auto& other = corpus[below(random, corpus.size())];
            input = input.substr(0, at) + other.substr(below(random, other.size() + 1));
            break;
        }
        default: {  // repetition: what is quadratic shows
            const auto piece = input.substr(at, length);
            for (auto n = below(random, 200); n > 0 && input.size() < longest_input; --n) input.insert(at, piece);
            break;
        }
    }
    if (input.size() > longest_input) input.resize(longest_input);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> read_corpus(const std::vector<std::string>& places) {
    std::vector<std::filesystem::path> files;
    for (const auto& place : places) {
        if (!std::filesystem::is_directory(place)) {
            files.emplace_back(place);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(place)) {
            if (entry.is_regular_file()) files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());  // the order decides what a seed means
    std::vector<std::string> corpus;
    for (const auto& file : files) corpus.push_back(read_file(file));
    return corpus;
}

struct Arguments {
    double seconds = 0;
    std::uint64_t seed = 1;
    double slowest_ms = 0;  // 0: no limit
    std::vector<std::string> places;
};

Arguments read_arguments(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool more = i + 1 < argc;
        if (word == "--seconds" && more)
            arguments.seconds = std::strtod(argv[++i], nullptr);
        else if (word == "--seed" && more)
            arguments.seed = std::strtoull(argv[++i], nullptr, 10);
        else if (word == "--slowest-ms" && more)
            arguments.slowest_ms = std::strtod(argv[++i], nullptr);
        else
            arguments.places.push_back(word);
    }
    return arguments;
}

}  // namespace

int main(int argc, char** argv) {
    const auto arguments = read_arguments(argc, argv);
    auto folder = (std::filesystem::temp_directory_path() / "fuzz-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return 2;
    std::snprintf(crash_file, sizeof crash_file, "%s/crash-last", folder.c_str());
    catch_crashes();

    auto corpus = read_corpus(arguments.places);
    std::printf("seed %llu, %zu files, a crash would be in %s\n", static_cast<unsigned long long>(arguments.seed), corpus.size(),
                crash_file);
    std::fflush(stdout);
    double slowest = 0;
    std::size_t runs = 0;
    for (const auto& input : corpus) slowest = std::max(slowest, run(input)), ++runs;
    if (corpus.empty()) corpus.emplace_back();

    Random random(arguments.seed);
    const auto end = Time::now() + std::chrono::duration<double>(arguments.seconds);
    for (; Time::now() < end; ++runs) {
        auto input = corpus[below(random, corpus.size())];
        for (auto n = 1 + below(random, 6); n > 0; --n) mutate(input, corpus, random);
        slowest = std::max(slowest, run(input));
    }
    std::printf("%zu runs, slowest %.1f ms\n", runs, slowest);
    std::filesystem::remove_all(folder);
    return arguments.slowest_ms > 0 && slowest > arguments.slowest_ms ? 1 : 0;
}
#endif

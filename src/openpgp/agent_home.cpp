#include "agent_home.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace caveat::openpgp {
namespace {

namespace fs = std::filesystem;

// At once, without a shell. Its end is waited for.
int start_agent(const std::string& folder) {
    std::vector<std::string> words{"gpg-agent", "--homedir", folder, "--daemon", "--no-detach", "--quiet"};
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        ::execvp(arguments.front(), arguments.data());
        ::_exit(127);
    }
    int status = -1;
    while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

AgentHome::AgentHome(std::string folder, const fs::path& lists, std::string_view first) : folder_(std::move(folder)) {
    ::setenv("GNUPGHOME", folder_.c_str(), 1);
    ::setenv("LC_ALL", "C", 1);  // nobody reads what it says: each run of gpg would open a dozen files of the locale
    std::error_code error;
    for (const auto* name : folders_of_secrets) fs::create_directory_symlink(lists / name, fs::path(folder_) / name, error);
    std::ofstream(folder_ + "/gpg.conf") << first
                                         << "batch\nno-tty\nno-greeting\nno-autostart\ntrust-model always\nno-auto-check-trustdb\n"
                                            "no-auto-key-locate\nno-auto-key-retrieve\ndisable-dirmngr\nno-emit-version\nlock-never\n"
                                            "no-random-seed-file\n";
    std::ofstream(folder_ + "/gpg-agent.conf") << "disable-scdaemon\nno-allow-external-cache\n";
}

Result<gpgme_ctx_t> AgentHome::ready() {
    if (!agent_runs_) {
        // One that still runs says so and stays.
        const int status = start_agent(folder_);
        if (status == 127 || status < 0) return fail(errc::temporary, "gpg-agent cannot be run");
        agent_runs_ = true;
    }
    if (context_) return context_.get();
    auto fresh = context_in(folder_);
    if (!fresh) return tl::unexpected(fresh.error());
    context_ = std::move(*fresh);
    return context_.get();
}

std::string AgentHome::gpg() const {
    const auto* engine = context_ ? gpgme_ctx_get_engine_info(context_.get()) : nullptr;
    while (engine != nullptr && engine->protocol != GPGME_PROTOCOL_OpenPGP) engine = engine->next;
    return engine == nullptr || engine->file_name == nullptr ? std::string() : std::string(engine->file_name);
}

void AgentHome::forget_keyring() {
    std::error_code ignored;
    for (const auto* name : {"pubring.kbx", "pubring.kbx~"}) fs::remove(fs::path(folder_) / name, ignored);
    held_.clear();
}

Result<void> AgentHome::hold(const std::string& keys) {
    if (keys == held_ && !keys.empty()) return {};
    forget_keyring();
    if (keys.empty()) return {};
    const auto data = data_over(keys);
    if (!data) return tl::unexpected(data.error());
    if (const auto error = gpgme_op_import(context_.get(), data->get()); error) {
        forget_keyring();
        return trouble("taking keys", error);
    }
    held_ = keys;
    return {};
}

}  // namespace caveat::openpgp

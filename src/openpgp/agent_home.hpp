#pragma once
// A GnuPG home that is removed with its runner (keeper.hpp), in which only the secret keys of our lists are not its own, with an agent in
// the runner's process group.
#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "caveat/result.hpp"
#include "gpgme_handles.hpp"

namespace caveat::openpgp {

// Of a folder with secret keys, as GnuPG calls them.
inline constexpr std::array folders_of_secrets{"private-keys-v1.d", "openpgp-revocs.d"};

class AgentHome {
public:
    // `lists`: the folder with the secret keys. `first` stands at the head of gpg.conf, whose later lines set what it sets again.
    AgentHome(std::string folder, const std::filesystem::path& lists, std::string_view first = {});

    // A context with an agent that runs. errc::temporary.
    [[nodiscard]] Result<gpgme_ctx_t> ready();
    [[nodiscard]] std::filesystem::path folder() const { return folder_; }
    // The path of the program that GPGME runs, once it is ready.
    [[nodiscard]] std::string gpg() const;
    // The agent may be what is wrong: another one is started for the next piece of work.
    void doubt_agent() { agent_runs_ = false; }

    // The keyring holds exactly these keys from now on: packets, one key after the other.
    [[nodiscard]] Result<void> hold(const std::string& keys);

    void forget_keyring();

private:
    std::string folder_;
    Context context_;
    bool agent_runs_ = false;
    std::string held_;
};

}  // namespace caveat::openpgp

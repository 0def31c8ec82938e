#pragma once
// A GnuPG with secret keys, as people have it at home, driven through its command line. For tests of what caveat seals.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <string>
#include <string_view>

#include "scratch.hpp"

namespace caveat::test {

struct AKeyring {
    Scratch folder;

    AKeyring() { std::filesystem::create_directory(folder.path / "home"), allow_owner_only(); }
    ~AKeyring() { (void)shell("gpgconf --homedir " + home() + " --kill all"); }

    [[nodiscard]] std::string home() const { return (folder.path / "home").string(); }

    // Standard output of gpg; `input` is its standard input. The test decides whether a failure of gpg is an error.
    std::string gpg(const std::string& arguments, std::string_view input = {}) const {
        const auto file = folder.write("input", input);
        return shell("gpg --batch --quiet --homedir " + home() + " --passphrase '' --pinentry-mode loopback " + arguments + " <" +
                     file.string());
    }
    // A new key that can sign, with a subkey that can encrypt unless told otherwise. Returns its fingerprint.
    [[nodiscard]] std::string generate(const std::string& user_id, const std::string& expires = "never", bool encrypts = true,
                                       const std::string& more = {}) const {
        (void)gpg(more + " --quick-gen-key '" + user_id + "' ed25519 sign " + expires);
        const auto fingerprint = newest();
        if (encrypts) (void)gpg(more + " --quick-add-key " + fingerprint + " cv25519 encr " + expires);
        return fingerprint;
    }
    [[nodiscard]] std::string exported(const std::string& fingerprint) const { return gpg("--armor --export " + fingerprint); }
    void revoke(const std::string& fingerprint) const {
        // gpg keeps a revocation ready, made harmless by a colon.
        (void)shell("sed 's/^:---/---/' " + home() + "/openpgp-revocs.d/" + fingerprint + ".rev >" + (folder.path / "revocation").string());
        (void)gpg("--import " + (folder.path / "revocation").string());
    }

    static std::string shell(const std::string& command) {
        std::string out;
        std::FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
        REQUIRE(pipe != nullptr);
        char some[4096];
        for (std::size_t n = 0; (n = std::fread(some, 1, sizeof some, pipe)) > 0;) out.append(some, n);
        (void)::pclose(pipe);
        return out;
    }

private:
    void allow_owner_only() const { std::filesystem::permissions(home(), std::filesystem::perms::owner_all); }
    [[nodiscard]] std::string newest() const {
        std::string last;
        const auto listing = gpg("--with-colons --list-keys");
        bool primary = false;
        for (std::size_t at = 0; at < listing.size();) {
            const auto end = listing.find('\n', at);
            const auto line = listing.substr(at, end - at);
            if (line.starts_with("pub:")) primary = true;
            if (line.starts_with("fpr:") && primary) last = line.substr(12, 40), primary = false;
            at = end == std::string::npos ? listing.size() : end + 1;
        }
        REQUIRE(last.size() == 40);
        return last;
    }
};

}  // namespace caveat::test

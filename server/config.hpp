#pragma once
// caveat.toml, read once at the start. Every key, its default and its unit: deploy/example.toml. Relative paths are relative to the file.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "caveat/delivery/courier.hpp"
#include "caveat/delivery/transport.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"
#include "caveat/result.hpp"
#include "caveat/sockets/network.hpp"

namespace caveat::server {

struct Config {
    std::filesystem::path file;

    std::string community_name;
    std::string domain;               // lower case
    std::filesystem::path policy;     // beside the file, else one of that name that comes with caveat
    std::filesystem::path templates;  // default: templates/ beside the file, else beside the rule book's folder, else the installed ones
    std::string separator = "+";
    std::string operator_address;        // where mail to postmaster@ and abuse@ goes; empty: it is held
    std::filesystem::path appeal_rules;  // text that goes along with every notice of a case; default: appeal-rules.txt of the templates

    mail::Policies iep_policies;  // to which posts may refer: the files ID.json of a folder, of at most 16 KiB each

    std::filesystem::path database;
    std::filesystem::path key_file;

    std::string lmtp;  // "127.0.0.1:8024", "unix:/run/caveat/lmtp.sock"; empty: no such door
    std::string smtp;
    std::vector<sockets::Network> mail_peers;  // besides loopback: who may hand in mail over TCP

    delivery::RelayOptions relay;
    delivery::CourierOptions courier;

    std::vector<std::string> trusted_authserv_ids;  // lower case
    mailroom::FrontMark front_mark;                 // that the MTA in front adds to what it hands over; no field: none is asked for
    std::filesystem::path gnupg_home;
    std::chrono::seconds gnupg_deadline{10};                             // for each run of gpg
    std::chrono::seconds gnupg_again{30};                                // after it failed, nothing asks it for so long
    std::chrono::seconds list_key_life{std::chrono::hours{24 * 730}};    // of a new key of a list
    std::chrono::seconds list_key_overlap{std::chrono::hours{24 * 90}};  // how long the one before it still opens
    std::string http_listen;
    std::size_t http_max_body = 1U << 20;
    double http_rate = 50;    // requests a second of a person or of nobody's credential, on average
    double http_burst = 200;  // at once
    std::vector<sockets::Network> http_trusted_proxies;
    std::string base_url;  // of the pages, as people reach them; empty: no links to sign in
    std::chrono::seconds link_life{15 * 60};
    std::chrono::seconds session_life{8 * 3600};
    std::chrono::seconds session_idle{30 * 60};
    int links_per_hour = 5;

    mail::Limits mail_limits;
    mailroom::Quotas quotas;  // of what waits for people
    std::size_t max_recipients = 100;
    std::size_t max_connections = 200;
    std::size_t max_intake = 128U << 20;
    std::size_t max_command_line = 2048;
    std::chrono::seconds command_timeout{300};
    std::chrono::seconds data_timeout{600};
    std::chrono::seconds message_timeout{3600};
    std::uintmax_t spare_disk = 64ULL << 20;
    std::string front;  // host:port where the MTA in front takes mail from anywhere; empty: doctor does not try it
    std::chrono::seconds backup_every{0};  // longer ago is warned of by doctor; 0: never
    std::string log_level = "info";
};

// errc::invalid with every finding, one a line: file:line, what is wrong, what to write instead (O1). errc::not_found: no such file.
[[nodiscard]] Result<Config> read_config(const std::filesystem::path& file);

}  // namespace caveat::server

#pragma once
// A message on its way to the relay, one for all its readers: its bytes, what they ask of a relay, looked at once, and the same for a relay
// that cannot carry that, made once and only when one turns up.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "caveat/mail/seven_bit.hpp"

namespace caveat::mailroom {

// Any thread.
class Shipment {
public:
    // `alive`, if given, counts the bytes of all its forms for as long as it lives.
    explicit Shipment(std::string bytes, const mail::Limits& limits = {}, std::shared_ptr<std::atomic<std::size_t>> alive = {});
    // `beyond` is known, as of the same bytes for somebody else.
    Shipment(std::string bytes, const mail::Beyond& beyond, const mail::Limits& limits, std::shared_ptr<std::atomic<std::size_t>> alive);
    ~Shipment();
    Shipment(const Shipment&) = delete;
    Shipment& operator=(const Shipment&) = delete;

    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    [[nodiscard]] const mail::Beyond& beyond() const { return beyond_; }

    // As mail::with_ascii_header and mail::in_seven_bits make them. An error says why there is no such form.
    [[nodiscard]] const Result<std::string>& ascii_header() const;
    [[nodiscard]] const Result<std::string>& seven_bits() const;

private:
    struct Form {
        std::once_flag once;
        Result<std::string> text;
    };
    template <class Make>
    const Result<std::string>& made(Form& form, Make make) const;

    const std::string bytes_;
    const mail::Limits limits_;
    const mail::Beyond beyond_;
    const std::shared_ptr<std::atomic<std::size_t>> alive_;
    mutable Form ascii_header_, seven_bits_;
};

}  // namespace caveat::mailroom

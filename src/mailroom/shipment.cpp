#include "caveat/mailroom/shipment.hpp"

namespace caveat::mailroom {

Shipment::Shipment(std::string bytes, const mail::Limits& limits, std::shared_ptr<std::atomic<std::size_t>> alive)
    : bytes_(std::move(bytes)), limits_(limits), beyond_(mail::beyond_ascii(bytes_)), alive_(std::move(alive)) {
    if (alive_) *alive_ += bytes_.size();
}

Shipment::Shipment(std::string bytes, const mail::Beyond& beyond, const mail::Limits& limits,
                   std::shared_ptr<std::atomic<std::size_t>> alive)
    : bytes_(std::move(bytes)), limits_(limits), beyond_(beyond), alive_(std::move(alive)) {
    if (alive_) *alive_ += bytes_.size();
}

Shipment::~Shipment() {
    if (!alive_) return;
    *alive_ -= bytes_.size();
    for (const auto* form : {&ascii_header_, &seven_bits_}) {
        if (form->text) *alive_ -= form->text->size();
    }
}

// Hands that come at the same time wait for the first. No memory: nothing is kept, and the next one tries again.
template <class Make>
const Result<std::string>& Shipment::made(Form& form, Make make) const {
    std::call_once(form.once, [&] {
        form.text = make();
        if (alive_ && form.text) *alive_ += form.text->size();
    });
    return form.text;
}

const Result<std::string>& Shipment::ascii_header() const {
    return made(ascii_header_, [this] { return mail::with_ascii_header(bytes_); });
}

const Result<std::string>& Shipment::seven_bits() const {
    return made(seven_bits_, [this] { return mail::in_seven_bits(bytes_, limits_); });
}

}  // namespace caveat::mailroom

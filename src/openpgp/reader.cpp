#include "caveat/openpgp/reader.hpp"

#include <cstdlib>

#include "errands.hpp"
#include "gpgme_handles.hpp"
#include "parcel.hpp"
#include "reading.hpp"

namespace caveat::openpgp {
namespace {

// ---- in the runner (keeper.hpp)

Begin begin_reading(const std::filesystem::path& home) {
    return [home](const std::string&) -> Work {
        ::setenv("GNUPGHOME", home.c_str(), 1);
        auto context = std::make_shared<Result<Context>>(context_in(home.string()));
        return [context](std::string_view request) {
            if (!*context) return packed({unwell, context->error().detail});
            const auto texts = unpacked(request);
            return texts ? do_reading((*context)->get(), *texts) : std::string();
        };
    };
}

// ---- in our process

// A folder for the keeper alone: the home is somebody's own.
struct KeepersFolder {
    std::string path;
    KeepersFolder() : path((std::filesystem::temp_directory_path() / "caveat-reader-XXXXXX").string()) {
        if (::mkdtemp(path.data()) == nullptr) path.clear();
    }
    ~KeepersFolder() {
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove_all(path, ignored);
    }
    KeepersFolder(const KeepersFolder&) = delete;
    KeepersFolder& operator=(const KeepersFolder&) = delete;
};

class HomeReader final : public Reader {
public:
    HomeReader(const std::filesystem::path& home, std::chrono::milliseconds deadline)
        : errands_(folder_.path, deadline, begin_reading(home), {}) {}

    Result<Read> open(std::string_view ciphertext, std::size_t most) override { return ask("open", most, ciphertext, {}); }
    Result<Read> verify(std::string_view signed_bytes, std::string_view signature) override {
        return ask("verify", 0, signed_bytes, signature);
    }
    Result<Read> verify_block(std::string_view block, std::size_t most) override { return ask("block", most, block, {}); }

private:
    Result<Read> ask(std::string_view what, std::size_t most, std::string_view bytes, std::string_view signature) {
        const auto bound = std::to_string(most);
        return read_reply(errands_.ask(reading_request(what, bound, bytes, signature), 1));
    }

    KeepersFolder folder_;
    Errands errands_;
};

}  // namespace

std::unique_ptr<Reader> reader(std::filesystem::path home, std::chrono::milliseconds deadline) {
    return std::make_unique<HomeReader>(home, deadline);
}

}  // namespace caveat::openpgp

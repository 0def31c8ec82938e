#include "caveat/result.hpp"

namespace caveat {

std::string_view name(errc code) {
    switch (code) {
        case errc::denied:
            return "refused";
        case errc::invalid:
            return "bad input";
        case errc::not_found:
            return "not found";
        case errc::conflict:
            return "conflict";
        case errc::limit:
            return "beyond a limit";
        case errc::temporary:
            return "try again";
        case errc::corrupt:
            return "corrupt";
    }
    return "error";
}

}  // namespace caveat

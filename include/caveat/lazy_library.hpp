#pragma once
// A shared library that is loaded where it is used. What is linked is loaded by every start of the program, and most starts are commands
// that seal and send nothing: libcurl alone, with some thirty libraries behind it, is a third of what such a command costs.
#include <dlfcn.h>

namespace caveat {

class LazyLibrary {
public:
    explicit LazyLibrary(const char* name) : handle_(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}

    // The library is there, and every function that was asked for is in it.
    [[nodiscard]] bool whole() const { return handle_ != nullptr && !missing_; }

    template <class Function>
    Function* named(const char* name) {
        auto* found = handle_ == nullptr ? nullptr : ::dlsym(handle_, name);
        missing_ = missing_ || found == nullptr;
        return reinterpret_cast<Function*>(found);
    }

private:
    void* handle_;  // never closed: it lives as long as the process
    bool missing_ = false;
};

}  // namespace caveat

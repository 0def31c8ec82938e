// Holds the precompiled headers of the unit programs; CMake compiles them with this file.

#include "caveat/openpgp/nobody.hpp"

namespace caveat::openpgp {

std::string_view nobodys_key() {
    return R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEXgvhABYJKwYBBAHaRw8BAQdAkED+ZMjeCgrkEJ/ocBn0lHuGblrB61K1x79B
QmgCb2W0H25vYm9keSA8bm9ib2R5QG5vd2hlcmUuaW52YWxpZD6IkAQTFggAOBYh
BMokr7GXIE0TUGIYO1em4MvDfUW/BQJeC+EAAhsDBQsJCAcCBhUKCQgLAgQWAgMB
Ah4BAheAAAoJEFem4MvDfUW/i2wA/j1BCnLTkYUBOAxbP6HsBGyWXfsF39sKykj+
IM7r6uapAQCJ/3kNGN/ffxsQUwsjTEiJTXEmoGjYR9OuJ6IV22uzA7g4BF4L4QAS
CisGAQQBl1UBBQEBB0By0m7Ut6alqgU4YFwkJD1VlPGN9XVYHwllU65/gL5KGwMB
CAeIeAQYFggAIBYhBMokr7GXIE0TUGIYO1em4MvDfUW/BQJeC+EAAhsMAAoJEFem
4MvDfUW/bE4BAIJDHlqeC6k+YUjcG79q8uwrGoI+dOjgiSxshN8qI+nbAQCYemHy
46xmeAgu3Omhtzeu2TypX5SOxQt37PJOnd+8DQ==
=4t1S
-----END PGP PUBLIC KEY BLOCK-----
)";
}

}  // namespace caveat::openpgp

"""OpenPGP public keys that no program makes, written packet by packet (RFC 9580), and a GnuPG that hangs."""
import base64
import hashlib
import os

PUBLIC_KEY, USER_ID, PUBLIC_SUBKEY, SIGNATURE = 6, 13, 14, 2


def packet(tag, body):
    """In the new format (§4.2.1), its length in five octets."""
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4, "big") + body


def number(bits):
    return bits.to_bytes(2, "big") + (1 << (bits - 1) | 1).to_bytes((bits + 7) // 8, "big")


def rsa(modulus=2048, exponent=17):
    """The body of a key packet of version 4 (§5.5.2)."""
    return b"\x04\x67\x40\x00\x00\x01" + number(modulus) + number(exponent)


def signature(key, kind=0x13, bits=2048):
    """One that says it is by this key (§5.2.3); GnuPG finds out only by computing."""
    issuer = hashlib.sha1(b"\x99" + len(key).to_bytes(2, "big") + key).digest()[12:]
    hashed = b"\x05\x02\x67\x40\x00\x01" + b"\x02\x1b\x03"  # when, and that the key may certify and sign
    body = bytes([4, kind, 1, 8]) + len(hashed).to_bytes(2, "big") + hashed + b"\x00\x0a\x09\x10" + issuer + b"\xab\xcd" + number(bits)
    return packet(SIGNATURE, body)


def armoured(packets):
    lines = base64.encodebytes(packets).decode()
    return f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{lines}-----END PGP PUBLIC KEY BLOCK-----\n"


def key(primary, address, user_ids=1, signatures=1, bits=2048, subkey=None):
    bytes_ = packet(PUBLIC_KEY, primary)
    for i in range(user_ids):
        bytes_ += packet(USER_ID, f"Somebody {i} <{address}>".encode()) + signature(primary, bits=bits) * signatures
    if subkey:
        bytes_ += packet(PUBLIC_SUBKEY, subkey) + signature(primary, kind=0x18, bits=bits)
    return armoured(bytes_)


def hostile(address):
    """(what it is, the key, the words it is refused with)"""
    long_exponent = rsa(16000, 15992)
    return (
        ("a huge exponent and 20 user ids", key(long_exponent, address, user_ids=20, bits=15990), "an RSA modulus of 16000 bits"),
        ("an allowed modulus and a huge exponent", key(rsa(4096, 4095), address, user_ids=20, bits=4090),
         "an RSA exponent of 4095 bits; at most 32 are taken"),
        ("a small modulus and a larger exponent", key(rsa(2048, 65000), address), "an RSA exponent of 65000 bits"),
        ("such a subkey", key(rsa(), address, subkey=rsa(8192, 8190)), "one of its subkeys has an RSA exponent of 8190 bits"),
        ("1,000 user ids", key(rsa(), address, user_ids=1000, signatures=0), "it has more than 32 user ids"),
        ("1,000 signatures", key(rsa(), address, signatures=1000, bits=64), "it has more than 128 signatures of its own"),
    )


def hanging_gnupg(folder):
    """Programs for the PATH: GPGME asks gpgconf which gpg there is, and that one tells its version and then sleeps, with a child. Returns
    the file in which it notes the process ids."""
    notes = os.path.join(folder, "notes")
    gpg = os.path.join(folder, "gpg")
    scripts = {gpg: f'case "$*" in *--version*) exec /usr/bin/gpg "$@";; esac\nsleep 1000 & echo $! $$ >>{notes}\nwait',
               os.path.join(folder, "gpgconf"): f'case "$*" in *--list-components*) echo gpg:OpenPGP:{gpg};; *) exec /usr/bin/gpgconf "$@";; esac'}
    for path, script in scripts.items():
        with open(path, "w", encoding="utf-8") as f:
            f.write(f"#!/bin/sh\n{script}\n")
        os.chmod(path, 0o700)
    return notes

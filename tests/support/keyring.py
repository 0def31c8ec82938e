"""A GnuPG with secret keys, as people have it at home, and what it makes of the letters they get."""
import email
import email.policy
import os
import subprocess

from check import check, equal


class Keyring:
    def __init__(self, scratch):
        self.home = scratch.make("keyring")
        os.chmod(self.home, 0o700)
        scratch.at_end(lambda: subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], capture_output=True, check=False))

    def gpg(self, *arguments, given=b""):
        result = subprocess.run(["gpg", "--batch", "--quiet", "--homedir", self.home, "--passphrase", "", "--pinentry-mode", "loopback",
                                 *arguments], input=given, capture_output=True, timeout=60, check=False)
        equal(result.returncode, 0, f"gpg {' '.join(arguments)}: {result.stderr.decode(errors='replace')}")
        return result.stdout

    def public_key(self, address, expires="never", made=None):
        """A new key of `address`, armoured. `made`: when, as 20200101T000000."""
        then = ["--faked-system-time", made + "!"] if made else []
        self.gpg(*then, "--quick-gen-key", f"Somebody <{address}>", "rsa2048", "sign", expires)
        listing = self.gpg("--with-colons", "--list-keys", address).decode()
        fingerprint = next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))
        self.gpg(*then, "--quick-add-key", fingerprint, "rsa2048", "encr", expires)
        return self.gpg("--armor", "--export", fingerprint).decode()

    def opened(self, letter):
        """(the message outside, the message inside) of a letter that is nothing but sealed: RFC 3156, one reader, integrity protected."""
        outside = email.message_from_bytes(letter, policy=email.policy.default)
        equal(outside.get_content_type(), "multipart/encrypted", "the whole letter is sealed")
        parts = list(outside.iter_parts())
        equal([p.get_content_type() for p in parts], ["application/pgp-encrypted", "application/octet-stream"], "in exactly two parts")
        equal(parts[0].get_payload(decode=True).strip(), b"Version: 1", "the version")
        ciphertext = parts[1].get_payload(decode=True)
        packets = self.gpg("--list-packets", given=ciphertext).decode()
        equal(packets.count(":pubkey enc packet:"), 1, f"one reader\n{packets}")
        check("mdc_method: 2" in packets, f"integrity protected\n{packets}")
        return outside, email.message_from_bytes(self.gpg("--decrypt", given=ciphertext), policy=email.policy.default)

"""A GnuPG with secret keys, as people have it at home, and what it makes of the letters they get."""
import email
import email.policy
import os
import re
import subprocess

from check import check, equal
from community import address as person_address


class Keyring:
    def __init__(self, scratch, name="keyring"):
        self.home = scratch.make(name)
        os.chmod(self.home, 0o700)
        scratch.at_end(lambda: subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], capture_output=True, check=False))

    def gpg(self, *arguments, given=b""):
        result = subprocess.run(["gpg", "--batch", "--quiet", "--homedir", self.home, "--passphrase", "", "--pinentry-mode", "loopback",
                                 *arguments], input=given, capture_output=True, timeout=60, check=False)
        equal(result.returncode, 0, f"gpg {' '.join(arguments)}: {result.stderr.decode(errors='replace')}")
        return result.stdout

    def public_key(self, address, expires="never", made=None):
        """A new key of `address`, armoured. `made`: when, as 20200101T000000."""
        return self._made(address, ("rsa", "Length: 2048"), ("rsa", "Length: 2048"), expires, made)

    def small_key(self, address, encr="cv25519", expires="never", made=None):
        """The same of elliptic curves, which takes no time."""
        sign = ("ecdsa", "Curve: nistp256") if encr == "nistp256" else ("eddsa", "Curve: ed25519")
        return self._made(address, sign, ("ecdh", f"Curve: {encr}"), expires, made)

    def _made(self, address, sign, encr, expires, made):
        then = ["--faked-system-time", made + "!"] if made else []
        wanted = (f"%no-protection\nKey-Type: {sign[0]}\nKey-{sign[1]}\nKey-Usage: sign\nSubkey-Type: {encr[0]}\nSubkey-{encr[1]}\n"
                  f"Subkey-Usage: encrypt\nName-Real: Somebody\nName-Email: {address}\nExpire-Date: {'0' if expires == 'never' else expires}\n")
        status = self.gpg(*then, "--status-fd", "1", "--gen-key", given=wanted.encode()).decode()
        fingerprint = re.search(r"KEY_CREATED B (\w+)", status).group(1)
        return self.gpg("--armor", "--export", fingerprint).decode()

    def fingerprint(self, address):
        listing = self.gpg("--with-colons", "--list-keys", address).decode()
        return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))

    def revoked(self, _, address):
        """gpg keeps a revocation ready, made harmless by a colon."""
        fingerprint = self.fingerprint(address)
        with open(os.path.join(self.home, "openpgp-revocs.d", fingerprint + ".rev"), encoding="utf-8") as f:
            self.gpg("--import", given=f.read().replace("\n:---", "\n---").encode())
        return self.gpg("--armor", "--export", fingerprint).decode()

    def sealed(self, entity, list_key, signer=None):
        """What an author sends to a list: armoured, signed by the key of that person if there is one."""
        by = ["--sign", "--local-user", person_address(signer)] if signer else []
        return self.gpg("--armor", "--trust-model", "always", "--recipient", list_key, *by, "--encrypt",
                        given=entity.encode()).decode().replace("\n", "\r\n")

    def signed_part(self, entity, signer, made=None, disguise=None):
        """A multipart/signed of an entity (RFC 3156 §5). `made`: when, as 20260101T000000. `disguise`: what to make of the armour."""
        then = ["--faked-system-time", made + "!"] if made else []
        signature = self.gpg(*then, "--armor", "--detach-sign", "--local-user", person_address(signer), given=entity.encode()).decode()
        signature = disguise(signature) if disguise else signature
        return ('Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="signed"\r\n\r\n'
                f"--signed\r\n{entity}\r\n--signed\r\nContent-Type: application/pgp-signature\r\n\r\n"
                + signature.replace("\n", "\r\n") + "\r\n--signed--\r\n")

    def ciphertext(self, letter):
        return list(email.message_from_bytes(letter, policy=email.policy.default).iter_parts())[1].get_payload(decode=True)

    def named_in(self, letter):
        """The ids of the keys that a sealed letter names as its readers'."""
        packets = self.gpg("--list-packets", given=self.ciphertext(letter)).decode()
        return set(re.findall(r":pubkey enc packet: .*keyid ([0-9A-F]{16})", packets))

    def signer(self, letter):
        """The fingerprint of the one good signature inside a sealed letter."""
        status = self.gpg("--status-fd", "1", "--output", os.devnull, "--yes", "--decrypt", given=self.ciphertext(letter)).decode()
        [line] = [line for line in status.splitlines() if "VALIDSIG" in line]
        return line.split()[2]

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

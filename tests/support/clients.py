"""Mails as people's programs make them of an entity: encrypted to a list and signed by their author. `keyring` holds the list's key and the
author's secret one."""
from community import address

VERSION = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"


def parts(kind, boundary, *entities):
    body = "".join(f"--{boundary}\r\n{entity}\r\n" for entity in entities)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{body}--{boundary}--\r\n'


def sealed(ciphertext):
    """RFC 3156 §4."""
    return parts('encrypted; protocol="application/pgp-encrypted"', "sealed", VERSION,
                 f"Content-Type: application/octet-stream\r\n\r\n{ciphertext}")


def as_thunderbird_has_it(keyring, author, list_key, entity, subject):
    """Encrypted and signed in one, its header inside and protected, and outside no subject."""
    inside = f"Subject: {subject}\r\nFrom: {address(author)}\r\n" + parts('mixed; protected-headers="v1"', "------------birds", entity)
    return "Subject: ...\r\n", sealed(keyring.sealed(inside, list_key, author))


def as_mutt_has_it(keyring, author, list_key, entity, subject):
    """Signed, and that encrypted, with its subject outside."""
    return f"Subject: {subject}\r\n", sealed(keyring.sealed(keyring.signed_part(entity, author), list_key))


def as_exchange_has_it(keyring, author, list_key, entity, subject):
    """A multipart/encrypted that became something else on its way."""
    ciphertext = keyring.sealed(entity, list_key, author)
    return f"Subject: {subject}\r\n", parts("mixed", "_000_", 'Content-Type: text/plain; charset="us-ascii"\r\n\r\n\r\n', VERSION,
                                            f'Content-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n{ciphertext}')

"""The peer: Schleuder as Debian ships it, with the readers' keys and a list key of the same kind, relay and posts as caveat has them."""
import os
import subprocess

from check import check

# One list and its readers, each with the key of theirs. What it prints goes nowhere.
MAKE_LIST = """
$VERBOSE = nil
require 'schleuder'
include Schleuder
address, fingerprint, readers = ARGV
rows = File.readlines(readers).map(&:split)
list, = ListBuilder.new({ email: address, fingerprint: fingerprint }, rows[0][0], rows[0][1], nil).run
abort list.errors.full_messages.join("\\n") if list.errors.any?
rows.drop(1).each { |email, key| Subscription.create!(list_id: list.id, email: email, fingerprint: key, delivery_enabled: true) }
list.update!(receive_encrypted_only: false, receive_signed_only: false, receive_authenticated_only: false)
"""


class Schleuder:
    address = "elist@lists.test"

    def __init__(self, scratch, port, keyring, readers):
        self.folder = scratch.make(f"schleuder-{len(readers)}")
        self.environment = dict(os.environ, SCHLEUDER_CONFIG=self._write("schleuder.yml", self._settings(port)),
                                SCHLEUDER_LIST_DEFAULTS="/etc/schleuder/list-defaults.yml")
        self.environment.pop("GNUPGHOME", None)
        subprocess.run(["/usr/bin/schleuder", "install"], env=self.environment, stdout=subprocess.DEVNULL, check=True)
        name, domain = self.address.split("@")
        home = os.path.join(self.folder, "lists", domain, name)
        os.makedirs(home, mode=0o700)
        self._gpg(home, "--quick-gen-key", self.address, "future-default", "default", "never")
        for who in readers:
            self._gpg(home, "--import", given=keyring.gpg("--armor", "--export", keyring.fingerprint(who)))
        listed = self._gpg(home, "--with-colons", "--list-keys", self.address).decode()
        fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
        rows = "".join(f"{who} {keyring.fingerprint(who)}\n" for who in readers)
        subprocess.run(["/usr/bin/ruby", "-e", MAKE_LIST, self.address, fingerprint, self._write("readers", rows)], env=self.environment,
                       stdout=subprocess.DEVNULL, check=True)
        self.home = home

    def _settings(self, port):
        def folder(name):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
            return os.path.join(self.folder, name)
        return (f"lists_dir: {folder('lists')}\nlistlogs_dir: {folder('log')}\nkeyword_handlers_dir: {folder('kw')}\n"
                f"filters_dir: {folder('filters')}\nlog_level: warn\nsuperadmin: root@localhost\n"
                f"smtp_settings:\n  address: 127.0.0.1\n  port: {port}\n  enable_starttls_auto: false\n"
                f"database:\n  production:\n    adapter: sqlite3\n    database: {self.folder}/db.sqlite\n    timeout: 5000\n")

    def _write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
        return path

    def _gpg(self, home, *arguments, given=b""):
        command = ["gpg", "--batch", "--quiet", "--no-tty", "--passphrase", "", "--pinentry-mode", "loopback", "--homedir", home, *arguments]
        return subprocess.run(command, input=given, env=self.environment, capture_output=True, check=True).stdout

    def post(self, data):
        """As an MTA's pipe would put it; returns when all copies are with the relay."""
        done = subprocess.run(["/usr/bin/schleuder", "work", self.address], input=data.replace(b"\r\n", b"\n"), env=self.environment,
                              capture_output=True, check=False)
        check(done.returncode == 0, f"Schleuder takes the post: {done.stdout[-400:]} {done.stderr[-400:]}")

    def stop(self):
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=dict(self.environment, GNUPGHOME=self.home), check=False)

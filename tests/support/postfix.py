"""Real Postfix instances, each with folders of its own under the scratch folder, on loopback ports. Nothing system-wide is touched:
every call names its configuration with -c, and the instance is ended with the scenario. Postfix must be started by root.
"""
import os
import shutil
import subprocess

from check import Failed, until
from sockets import port_open

_SERVICES = """
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n -  0 cleanup
qmgr      unix  n - n 5  1 qmgr
rewrite   unix  - - n -  - trivial-rewrite
bounce    unix  - - n -  0 bounce
defer     unix  - - n -  0 bounce
trace     unix  - - n -  0 bounce
proxymap  unix  - - n -  - proxymap
smtp      unix  - - n -  - smtp
relay     unix  - - n -  - smtp
lmtp      unix  - - n -  - lmtp
showq     unix  n - n -  - showq
error     unix  - - n -  - error
retry     unix  - - n -  - error
discard   unix  - - n -  - discard
anvil     unix  - - n -  1 anvil
scache    unix  - - n -  1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """One instance. `settings` are lines of main.cf, `smtpd` options of the listening service."""

    def __init__(self, scratch, name, port, settings, smtpd=()):
        self.port = port
        self.folder = scratch.make(name)
        self.etc = scratch.make(name, "etc")
        self.spool = scratch.make(name, "spool")
        self.data = scratch.make(name, "data")
        shutil.chown(self.data, "postfix", "postfix")
        self.maillog = scratch.log(scratch.path(name, "maillog"))
        scratch.write(f"{name}/etc/main.cf", self._main(settings))
        service = f"127.0.0.1:{port} inet n - n - - smtpd\n" + "".join(f"  -o {option}\n" for option in smtpd)
        scratch.write(f"{name}/etc/master.cf", service + _SERVICES.lstrip())
        self._start()
        scratch.at_end(self.stop)

    def _main(self, settings):
        return f"""compatibility_level = 3.6
queue_directory = {self.spool}
data_directory = {self.data}
maillog_file = {self.maillog}
maillog_file_prefixes = {self.folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
notify_classes =
fast_flush_domains =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
lmtp_dns_support_level = disabled
""" + "".join(line + "\n" for line in settings)

    def _start(self):
        result = subprocess.run(["postfix", "-c", self.etc, "start"], capture_output=True, text=True)
        if result.returncode != 0:
            raise Failed(f"postfix does not start: {result.stdout}{result.stderr}{self.log_tail()}")
        until(lambda: port_open(self.port), 15, f"Postfix on port {self.port}")

    def stop(self):
        subprocess.run(["postfix", "-c", self.etc, "abort"], capture_output=True)  # no waiting in tests

    def reload(self):
        """Clients that were started before read their tables anew."""
        subprocess.run(["postfix", "-c", self.etc, "reload"], capture_output=True)

    def flush(self):
        subprocess.run(["postqueue", "-c", self.etc, "-f"], capture_output=True)

    def queued(self):
        """Queue files still here: the incoming, active and deferred queues."""
        return sum(len(files) for queue in ("incoming", "active", "deferred") for _, _, files in os.walk(os.path.join(self.spool, queue)))

    def bounces(self):
        """Messages that this instance wrote itself to a sender: backscatter."""
        with open(self.maillog, errors="replace") as f:
            return sum("sender non-delivery notification" in line for line in f)

    def log_tail(self):
        try:
            with open(self.maillog, errors="replace") as f:
                return "".join(f.readlines()[-10:])
        except OSError:
            return ""


def in_front(scratch, port, domain, lmtp_port, name="postfix-front", settings=()):
    """Takes mail for `domain` and hands it on by LMTP, after its own queue."""
    return Postfix(scratch, name, port, [
        "myhostname = mx.arc.example",
        f"relay_domains = {domain}",
        "relay_recipient_maps =",
        f"transport_maps = inline:{{ {{ {domain} = lmtp:inet:127.0.0.1:{lmtp_port} }} }}",
        "minimal_backoff_time = 2s", "maximal_backoff_time = 4s", "queue_run_delay = 2s", *settings,
    ])


def as_proxy(scratch, port, domain, smtp_port, name="postfix-proxy", smtpd=()):
    """Hands mail on while the client still waits (before-queue filter): a refusal is given at SMTP time and causes no bounce."""
    return Postfix(scratch, name, port, [
        "myhostname = mx.arc.example",
        f"relay_domains = {domain}",
        "relay_recipient_maps =",
    ], smtpd=[f"smtpd_proxy_filter=127.0.0.1:{smtp_port}", "smtpd_proxy_options=speed_adjust", *smtpd])


def behind(scratch, port, onward_port, name="postfix-relay", settings=()):
    """The relay that takes caveat's copies and sends them on to the sink."""
    return Postfix(scratch, name, port, ["myhostname = relay.arc.example", f"relayhost = [127.0.0.1]:{onward_port}", *settings])

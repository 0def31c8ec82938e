"""Mailman 3 core with nothing but its REST API in use: SQLite as Debian ships it, its own folder, run as its own user."""
import base64
import json
import os
import shutil
import subprocess
import urllib.error
import urllib.request

from check import check, until
from sockets import free_ports

_CONFIG = """[mailman]
site_owner: root@crowd.example
layout: here
[paths.here]
var_dir: {folder}/var
bin_dir: /usr/lib/mailman3/bin
[webservice]
hostname: 127.0.0.1
port: {port}
admin_user: bench
admin_pass: bench
[mta]
incoming: mailman.mta.null.NullMTA
[database]
class: mailman.database.sqlite.SQLiteDatabase
url: sqlite:///{folder}/mailman.db
"""


class Mailman:
    list_id = "bench.crowd.example"

    def __init__(self, scratch, roster):
        self.folder = scratch.make("mailman")
        port, = free_ports(1)
        scratch.write("mailman/mailman.cfg", _CONFIG.format(folder=self.folder, port=port))
        shutil.chown(self.folder, "list")
        self.base = f"http://127.0.0.1:{port}/3.1"
        self.headers = {"Authorization": "Basic " + base64.b64encode(b"bench:bench").decode()}
        self.roster_url = f"{self.base}/lists/{self.list_id}/roster/member?count=1000&page=1"
        self._command("start")
        scratch.at_end(self.stop)
        until(self._answers, 60, "Mailman's REST API answers", every=0.5)
        self.call("POST", "/domains", {"mail_host": "crowd.example"})
        self.call("POST", "/lists", {"fqdn_listname": "bench@crowd.example"})
        for i in range(roster):
            self.call("POST", "/members", {"list_id": self.list_id, "subscriber": f"s{i}@crowd.example", "pre_verified": True,
                                           "pre_confirmed": True, "pre_approved": True, "send_welcome_message": False})

    def _command(self, verb):
        # Its runners would keep a pipe open.
        subprocess.run(["su", "-s", "/bin/sh", "list", "-c", f"cd {self.folder} && mailman -C {self.folder}/mailman.cfg {verb}"],
                       check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)

    def _answers(self):
        try:
            return self.call("GET", "/system/versions")
        except (urllib.error.URLError, ConnectionError):
            return None

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        # On a GET it would answer that the empty body is no JSON.
        kind = {"Content-Type": "application/json"} if data else {}
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={**self.headers, **kind})
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else True

    def roster(self):
        return self.call("GET", f"/lists/{self.list_id}/roster/member?count=1000&page=1")["entries"]

    def stop(self):
        if os.path.exists(self.folder):
            self._command("stop")

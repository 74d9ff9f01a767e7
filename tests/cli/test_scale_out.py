"""Three `lerl serve` on one PostgreSQL store behind nginx, one of which is killed under load."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import unittest
import urllib.request

from cli_testing import CliTest, ROOT, main
from serve_testing import Load, Service, kills

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@unittest.skipUnless(POSTGRES.exists() and pathlib.Path(NGINX).exists(), "needs postgresql-15 and nginx")
class ScaleOut(CliTest):
    def setUp(self):
        super().setUp()
        self.larger_shop()
        self.run_folder = self.train("--set", "train.seeds=[1]")[0]

    def background(self, *words, how=signal.SIGTERM, **options):
        """A program that runs until the end of the test, when it gets a signal that lets its children end too."""
        log = open(self.folder / f"{pathlib.Path(words[0]).name}.log", "w")
        self.addCleanup(log.close)
        process = subprocess.Popen([*map(str, words)], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        self.addCleanup(self.end, process, how)

    @staticmethod
    def end(process, how=signal.SIGTERM):
        process.send_signal(how)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def postgres(self):
        """A server of PostgreSQL, which refuses to run as root; the URL of a database comes back."""
        folder = self.folder / "postgres"
        folder.mkdir()
        lend = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            self.folder.chmod(0o755)
            os.chown(folder, user.pw_uid, user.pw_gid)
            lend = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        port = free_port()
        subprocess.run([POSTGRES / "initdb", "-D", folder / "data", "-U", "lerl", "--auth=trust", "--locale=C",
                        "--encoding=UTF8"], check=True, stdout=subprocess.DEVNULL, cwd="/", **lend)
        self.background(POSTGRES / "postgres", "-D", folder / "data", "-p", port, "-k", folder, "-h", "127.0.0.1",
                        how=signal.SIGINT, cwd="/", **lend)
        ready = [POSTGRES / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        self.wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")
        return f"postgresql://lerl@127.0.0.1:{port}/postgres"

    def replica(self, store, port=0):
        self.environment["LERL_STORE_URL"] = store
        process = self.start("serve", self.run_folder, "--port", port)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        reader = threading.Thread(target=process.stderr.read)
        self.addCleanup(reader.join)
        self.addCleanup(self.end, process)
        line = process.stdout.readline()
        reader.start()
        self.assertTrue(line.startswith("listening on "), line)
        return process, int(line.rpartition(":")[2])

    def proxy(self, ports):
        """nginx as in examples/nginx.conf; a client that trusts its certificate comes back."""
        port, key, certificate = free_port(), self.folder / "key.pem", self.folder / "certificate.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                        "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True)
        text = (ROOT / "examples" / "nginx.conf").read_text()
        for old, new in [("127.0.0.1:8081", f"127.0.0.1:{ports[0]}"), ("127.0.0.1:8082", f"127.0.0.1:{ports[1]}"),
                         ("127.0.0.1:8083", f"127.0.0.1:{ports[2]}"), ("listen 443", f"listen 127.0.0.1:{port}"),
                         ("/etc/ssl/recommend.example.org.pem", str(certificate)),
                         ("/etc/ssl/recommend.example.org.key", str(key)),
                         ("server_name recommend.example.org", "server_name localhost")]:
            self.assertIn(old, text)
            text = text.replace(old, new)
        conf = self.folder / "nginx.conf"
        conf.write_text(f"pid {self.folder}/nginx.pid;\nerror_log stderr;\n" + text)
        self.folder.chmod(0o755)
        self.background(NGINX, "-p", self.folder, "-c", conf, "-g", "daemon off;")
        trust = ssl.create_default_context(cafile=certificate)
        urllib.request.install_opener(urllib.request.build_opener(urllib.request.HTTPSHandler(context=trust)))
        service = Service(f"https://localhost:{port}")

        def answers():
            try:
                return service.call("GET", "/readyz")["status"] == "ready"
            except OSError:
                return False
        self.wait_until(answers, "nginx")
        return service

    def test_one_of_three_is_killed_and_nobody_notices(self):
        store, load, killed = self.postgres(), Load(), kills(1)
        replicas = [self.replica(store) for _ in range(3)]
        service = self.proxy([port for _, port in replicas])
        load.begin(service)
        self.addCleanup(load.end)
        for kill in range(1, killed + 1):
            load.wait_for(self, 40)
            process, port = replicas[kill % 3]
            process.kill()
            process.wait()
            load.wait_for(self, 60)
            self.assertEqual(load.failed, [], f"after kill {kill}")
            if kill < killed:
                replicas[kill % 3] = self.replica(store, port)
        load.end()
        self.assertEqual(load.failed, [])
        load.check(self, service, killed)


if __name__ == "__main__":
    main()

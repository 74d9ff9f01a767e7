"""Three `lerl serve` on one PostgreSQL store behind nginx, one of which is killed under load."""

import itertools
import pathlib
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import unittest
import urllib.request

from cli_testing import ROOT, main
from serve_testing import POSTGRES, ServeTest, Service, free_port

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


@unittest.skipUnless(POSTGRES.exists() and pathlib.Path(NGINX).exists(), "needs postgresql-15 and nginx")
class ScaleOut(ServeTest):
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
        self.environment["LERL_STORE_URL"] = self.postgres().url()
        replicas = [self.serve() for _ in range(3)]
        service = self.proxy([service.url.rpartition(":")[2] for _, service in replicas])
        acknowledged, failed, number, stop = {}, [], itertools.count(), threading.Event()

        def press():
            while not stop.is_set():
                try:
                    session = service.start(f"u{next(number) % 40}")
                    for step in range(4):
                        slate = service.recommend(session, step)
                        item, event = slate["items"][0]["item"], f"e{next(number)}"
                        service.feedback(session, slate, {item: {"like": True}}, {item: event})
                        acknowledged[event] = (session, item)
                except Exception as error:  # pylint: disable=broad-except
                    failed.append(repr(error))
        threads = [threading.Thread(target=press) for _ in range(4)]
        for thread in threads:
            thread.start()
        self.wait_until(lambda: len(acknowledged) > 40, "events under load")
        replicas[1][0].kill()
        after = len(acknowledged)
        self.wait_until(lambda: len(acknowledged) > after + 60 or failed, "events after the kill")
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.expect_each_once(acknowledged, service)
        print(f"{len(acknowledged)} events acknowledged, 0 lost, 0 duplicated, no request failed", file=sys.stderr)


if __name__ == "__main__":
    main()

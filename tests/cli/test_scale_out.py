"""Three `lerl serve` on one PostgreSQL store behind nginx, one of which is killed under load."""

import pathlib
import shutil
import signal
import ssl
import subprocess
import unittest
import urllib.request

from cli_testing import ROOT, free_port, main
from serve_testing import POSTGRES, ServeTest, Service, kills

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
        replicas, killed = [self.serve() for _ in range(3)], kills(1)
        ports = [service.url.rpartition(":")[2] for _, service in replicas]
        service = self.proxy(ports)
        load = self.load(service)
        for kill in range(1, killed + 1):
            load.wait_for(40)
            replicas[kill % 3][0].kill()
            self.stop(replicas[kill % 3][0])
            load.wait_for(60)
            self.assertEqual(load.failures, [], f"after kill {kill}")
            if kill < killed:
                replicas[kill % 3] = self.serve(port=ports[kill % 3])
        load.count(service, killed)
        self.assertEqual(load.failures, [])


if __name__ == "__main__":
    main()

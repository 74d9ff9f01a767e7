"""The files of deploy/ against the program and the tree, as far as that goes without systemd and podman.

usage: test_deploy.py PROGRAM
"""

import ctypes
import json
import os
import pathlib
import pwd
import re
import shlex
import shutil
import subprocess
import sys
import threading
import tomllib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "cli"))

from cli_testing import main  # noqa: E402
from serve_testing import ServeTest, Service  # noqa: E402

UNIT = (ROOT / "deploy" / "lerl.service").read_text(encoding="utf-8")
CONTAINER = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
SETTINGS = ROOT / "deploy" / "service.toml"


def settings_of(unit):
    """{name: [values]} of a unit; systemd takes a name several times."""
    found = {}
    for line in unit.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(name, []).append(value)
    return found


class Unit(ServeTest):
    settings = settings_of(UNIT)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "needs systemd-analyze")
    def test_is_one_and_leaves_little_to_attack(self):
        text = UNIT.replace("/usr/local/bin/lerl", self.program)
        unit = self.folder / "lerl.service"
        unit.write_text(text)
        done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        # 0 is the best of 100; a unit without restrictions has 96.
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", unit],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_fits_the_settings_of_the_service(self):
        settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
        shown = self.succeed("serve", "--show", "--service", SETTINGS)
        self.assertIn(f"memory_ceiling_mb = {settings['memory_ceiling_mb']} ", shown)
        most = int(re.fullmatch(r"(\d+)G", self.settings["MemoryMax"][0])[1]) * 1024 ** 3
        self.assertLess(settings["memory_ceiling_mb"] * 1e6, 0.9 * most)
        self.assertGreater(int(self.settings["TimeoutStopSec"][0]), settings["drain_seconds"] + 20)
        codes = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").split("## Exit codes")[1]
        for code in self.settings["RestartPreventExitStatus"][0].split():
            self.assertIn(f"\n| {code} |", codes)
        for code in ["0", "1", "8", "9"]:  # a bug, a full disk, a store that others hold: tried again
            self.assertNotIn(code, self.settings["RestartPreventExitStatus"][0].split())

    @unittest.skipUnless(os.getuid() == 0, "needs root, to lend the service another user")
    def test_the_service_runs_under_its_restrictions(self):
        """Its command, as a user without rights who may write the store and the cache alone, in memory that is
        never both written and run."""
        self.folder.chmod(0o755)
        (self.folder / "tokens").write_text("write:writing-0123456789\n")
        nobody = pwd.getpwnam("nobody")
        for name in ["state", "kept"]:
            (self.folder / name).mkdir()
            os.chown(self.folder / name, nobody.pw_uid, nobody.pw_gid)
        os.chown(self.folder / "tokens", nobody.pw_uid, nobody.pw_gid)
        (self.folder / "tokens").chmod(0o400)
        text = SETTINGS.read_text(encoding="utf-8")
        for old, new in [("/var/lib/lerl", str(self.folder / "state")), ("port = 8080", "port = 0")]:
            self.assertIn(old, text)
            text = text.replace(old, new)
        (self.folder / "service.toml").write_text(text)
        words = []
        for word in shlex.split(self.settings["ExecStart"][0]):
            word = {"/usr/local/bin/lerl": self.program, "$RUNS": str(self.run_folder),
                    "/etc/lerl/service.toml": str(self.folder / "service.toml")}.get(word, word)
            words.append(word.replace("%d", str(self.folder)))
        self.environment.update(LERL_CACHE_DIR=str(self.folder / "kept"), CREDENTIALS_DIRECTORY=str(self.folder))
        writable = "".join(f"mount --bind {self.folder / name} {self.folder / name}; " for name in ["state", "kept"])
        script = writable + "mount -o remount,bind,ro /; exec setpriv --reuid nobody --regid nogroup " \
            '--clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"'
        libc = ctypes.CDLL(None)

        def deny_write_execute():
            libc.prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, where the kernel has it (6.3)
        process = subprocess.Popen(["unshare", "--mount", "bash", "-euc", script, "serve", *words], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment,
                                   cwd=self.folder, preexec_fn=deny_write_execute)
        self.addCleanup(self.stop, process)
        line = process.stdout.readline()
        self.assertTrue(line.startswith("listening on "), line or process.stderr.read())
        process.reader = threading.Thread(target=process.stderr.read)
        process.reader.start()
        service = Service(line.removeprefix("listening on ").strip(), "writing-0123456789")
        session = service.start("u1")
        slate = service.recommend(session)
        service.feedback(session, slate, {slate["items"][0]["item"]: {"like": True}})
        store = self.folder / "state" / "events.sqlite"
        self.assertEqual((store.stat().st_uid, store.stat().st_mode & 0o777), (nobody.pw_uid, 0o600))
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        self.assertRegex(status, r"NoNewPrivs:\s1\n")
        self.assertRegex(status, r"CapBnd:\s0+\n")
        self.assertEqual(self.stop(process), 0)


def instructions():
    """(word, the rest) of each instruction, with its continued lines."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", CONTAINER, flags=re.MULTILINE))
    for line in text.splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            yield word, rest


class Container(ServeTest):
    steps = list(instructions())

    def all(self, name):
        return [rest for word, rest in self.steps if word == name]

    def setUp(self):  # nothing is trained
        super(ServeTest, self).setUp()

    def test_copies_what_there_is_and_asks_set_up_for_what_it_knows(self):
        known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK",
                 "ENTRYPOINT", "CMD"}
        self.assertLessEqual({word for word, _ in self.steps}, known)
        for copy in self.all("COPY"):
            if not copy.startswith("--from"):
                for source in copy.split()[:-1]:
                    self.assertTrue((ROOT / source).exists(), source)
        setup = (ROOT / "tools" / "setup.sh").read_text(encoding="utf-8")
        asked = [step for run in self.all("RUN") for step in re.findall(r"setup\.sh ([a-z ]+)", run)]
        self.assertEqual(asked, ["packages llama", "runtime "])
        for step in " ".join(asked).split():
            self.assertRegex(setup, rf"(?m)^#   {step} ")
        presets = json.loads((ROOT / "CMakePresets.json").read_text(encoding="utf-8"))["buildPresets"]
        build = self.all("RUN")[1]
        self.assertIn(re.search(r"--build --preset (\w+) --target lerl", build)[1],
                      [preset["name"] for preset in presets])
        self.assertEqual(self.all("COPY")[3].split()[1:], ["/src/build/release/lerl", "/usr/local/bin/lerl"])

    def test_ends_with_a_user_without_rights_and_a_check_of_readiness(self):
        names = [word for word, _ in self.steps]
        self.assertGreater(int(self.all("USER")[0]), 0)
        self.assertFalse({"RUN", "COPY"} & set(names[names.index("USER"):]))
        check = json.loads(self.all("HEALTHCHECK")[0].partition("CMD ")[2])
        self.assertEqual(check[-1], "http://127.0.0.1:8080/readyz")
        port = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["http"]["port"]
        self.assertEqual((self.all("EXPOSE"), port), (["8080"], 8080))

    def test_starts_a_command_that_there_is(self):
        entry, command = (json.loads(self.all(name)[0]) for name in ["ENTRYPOINT", "CMD"])
        self.assertEqual(entry, ["/usr/local/bin/lerl"])
        said = self.succeed(*[str(SETTINGS) if word == "/etc/lerl/service.toml" else word for word in command],
                            "--show")
        self.assertIn('http.host = "0.0.0.0"', said)
        # With this host and these settings the health check's name is answered.
        self.assertIn("127.0.0.1", tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["http"]["allowed_hosts"])

    @unittest.skipUnless(shutil.which("dpkg") and shutil.which("ldd"), "needs Debian's dpkg, and ldd")
    def test_the_packages_of_runtime_are_those_that_the_program_is_linked_to(self):
        text = (ROOT / "tools" / "packages.txt").read_text(encoding="utf-8")
        runtime = set(re.findall(r"(?m)^runtime ([^=]+)=", text))
        dynamic = subprocess.run(["objdump", "-p", self.program], capture_output=True, text=True, check=True).stdout
        linked = subprocess.run(["ldd", self.program], capture_output=True, text=True, check=True).stdout
        for name in re.findall(r"NEEDED\s+(\S+)", dynamic):
            # The loader itself comes with its path and without an arrow.
            found = re.search(rf"(?m)^\s*(?:{re.escape(name)} => (\S+)|(\S*/{re.escape(name)})) \(", linked)
            path = os.path.realpath(found[1] or found[2])
            owners = [subprocess.run(["dpkg", "-S", place], capture_output=True, text=True, check=False).stdout
                      for place in [path, path.removeprefix("/usr"), "/usr" + path]]
            owner = next((owner.partition(":")[0] for owner in owners if owner), None)
            if owner is not None:  # else it is no package's
                self.assertIn(owner, {*runtime, "libc6", "libgcc-s1"}, name)


if __name__ == "__main__":
    main()

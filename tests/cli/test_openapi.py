"""The running service against its description. Schemathesis sends what the description allows, and what it does not;
every answer must be one that is described, by status, content type, headers and schema, and none a fault. A client
that a generator makes of the description plays a session."""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import urllib.error
import urllib.request

from cli_testing import ROOT, main
from serve_testing import ServeTest

sys.path.insert(0, str(ROOT / "tests"))
import pinned_packages  # noqa: E402

DESCRIPTION = ROOT / "lerl" / "serve" / "api" / "openapi.json"
# A policy, a behaviour or a time of the right form may be none: 422. What has the right form is never unreadable: 400.
CHECKS = """[checks.positive_data_acceptance]
expected-statuses = ["2xx", "404", "409", "422"]
"""
EXAMPLES = os.environ.get("LERL_API_EXAMPLES", "10")  # of each operation and phase


class OpenApi(ServeTest):
    def test_the_description_is_valid_openapi(self):
        import schemathesis  # pylint: disable=import-outside-toplevel
        description = json.loads(DESCRIPTION.read_text())
        schemathesis.openapi.from_dict(description).validate()
        operations = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
        self.assertEqual(len(set(operations)), len(operations))

    def generate_client(self):
        """The package that openapi-python-client makes of the description."""
        # pylint: disable=import-outside-toplevel
        from openapi_python_client import generate
        from openapi_python_client.config import Config, ConfigFile, MetaType
        config = Config.from_sources(
            ConfigFile(post_hooks=[]), MetaType.NONE, document_source=DESCRIPTION, file_encoding="utf-8",
            overwrite=False, output_path=self.folder / "generated_client")
        self.assertEqual([f"{error.header} {error.detail}" for error in generate(config=config)], [])
        sys.path.insert(0, str(self.folder))
        self.addCleanup(sys.path.remove, str(self.folder))
        package = importlib.import_module("generated_client")
        for module in pkgutil.walk_packages(package.__path__, "generated_client."):
            importlib.import_module(module.name)
        return package

    def test_a_generated_client_plays_a_session(self):
        package = self.generate_client()
        calls, models = package.api.default, package.models
        described = [operation for path in json.loads(DESCRIPTION.read_text())["paths"].values() for operation in path]
        made = list(pkgutil.iter_modules(calls.__path__))
        self.assertEqual(len(made), len(described))
        _, service = self.serve()
        client = package.Client(base_url=service.url)
        self.addCleanup(lambda: client.get_httpx_client().close())
        session = calls.start_session.sync(client=client, body=models.NewSession(user="u3"))
        self.assertTrue(session.known_user)
        for step in range(3):
            slate = calls.recommend.sync(session.session, client=client, body=models.SlateRequest(step=step))
            self.assertEqual((slate.step, len(slate.items)), (step, 2))
            event = models.NewFeedback(id=f"e{step}", step=step, item=slate.items[0].item,
                                       behaviours=models.NewFeedbackBehaviours.from_dict({"like": True}))
            counts = calls.feedback.sync(session.session, client=client, body=models.FeedbackRequest(events=[event]))
            self.assertEqual((counts.accepted, counts.repeated), (1, 0))
        self.assertTrue(calls.end_session.sync(session.session, client=client).ended_now)
        stored = calls.session.sync(session.session, client=client)
        self.assertEqual((stored.end, len(stored.slates), len(stored.feedback)), ("client", 3, 3))
        again = calls.recommend.sync(session.session, client=client, body=models.SlateRequest())
        self.assertEqual((type(again), again.type_), (models.Problem, "urn:lerl:problem:session-ended"))
        # What no session shows is read as well.
        for what in "policies", "items", "users", "sessions", "statistics", "health", "ready":
            answer = getattr(calls, what).sync(client=client)
            self.assertNotIsInstance(answer, (models.Problem, type(None)), what)

    def test_the_stream_of_events_is_as_described(self):
        described = json.loads(DESCRIPTION.read_text())["paths"]["/v1/events"]["get"]
        self.environment["LERL_SERVE_TOKENS"] = "read:reading-0123456789"
        _, service = self.serve()
        request = urllib.request.Request(service.url + "/v1/events")
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)
        with caught.exception as refused:
            self.assertEqual((refused.status, refused.headers["Content-Type"]), (401, "application/problem+json"))
        self.assertIn("401", described["responses"])
        request.add_header("Authorization", "Bearer reading-0123456789")
        with urllib.request.urlopen(request, timeout=30) as stream:
            self.assertEqual(stream.status, 200)
            self.assertEqual([stream.headers.get_content_type()], list(described["responses"]["200"]["content"]))

    def test_every_answer_is_described(self):
        process, service = self.serve()
        config = self.folder / "schemathesis.toml"
        config.write_text(CHECKS)
        environment = dict(os.environ, PYTHONPATH=str(pinned_packages.FOLDER), PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "--config-file", config, "run", f"{service.url}/openapi.json",
             "--exclude-path", "/v1/events",  # a stream without an end
             "--max-examples", EXAMPLES, "--seed", "1", "--generation-database", "none", "--request-timeout", "20",
             "--exclude-checks", "ensure_resource_availability",  # a user who is forgotten takes sessions along
             "--suppress-health-check", "all",  # a machine may be slow
             "--continue-on-failure", "--no-color"],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        print(done.stdout.partition(" SUMMARY ")[2], file=sys.stderr)
        self.assertEqual(self.stop(process), 0)
        self.assertEqual(self.faults(process), [])


if __name__ == "__main__":
    main()

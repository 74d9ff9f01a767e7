"""The running service against its description. Schemathesis sends what the description allows, and what it does not;
every answer must be one that is described, by status, content type, headers and schema, and none a fault."""

import json
import os
import subprocess
import sys

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
        faults = [line for line in process.said if '"level":"error"' in line or '"status":5' in line]
        self.assertEqual(faults, [])


if __name__ == "__main__":
    main()

"""Holds compose.yaml and the manifests of Kubernetes to their schemas: a line for each document, exit code 1 for a fault."""
import json
import sys
from pathlib import Path

import compose_spec
import kubernetes_validate
import yaml

folder = Path(sys.argv[1])
faults = 0


def report(name: str, check) -> None:
    global faults
    try:
        check()
        print(f"ok {name}")
    except Exception as error:  # noqa: BLE001: each library has its own
        faults += 1
        print(f"FAULT {name}: {error}")


for path in sorted(folder.glob("kubernetes/*.yaml")):
    for document in yaml.safe_load_all(path.read_text()):
        name = f"{path.name} {document['kind']} {document['metadata']['name']}"
        # The oldest version with a backoff for each index as a stable feature, and the newest that is known here.
        for version in ("1.33", kubernetes_validate.latest_version()):
            report(f"{name} {version}", lambda: kubernetes_validate.validate(document, version, strict=True))

# As docker compose reads it: YAML's merge keys first.
compose = json.dumps(yaml.safe_load((folder / "compose.yaml").read_text()))
report("compose.yaml", lambda: compose_spec.PyCompose.from_json(compose).to_spec())
sys.exit(1 if faults else 0)

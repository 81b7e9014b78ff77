"""What deploy/ says agrees with itself, with the code and with the README."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dask.config
import distributed
import pytest
import yaml  # type: ignore[import-untyped]

from hypernet.jobs import connect
from hypernet.runs import default_folder

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
SERVING = (ROOT / "docs" / "serving.md").read_text()
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
DASK_SETTINGS = Path(distributed.__file__).with_name("distributed.yaml")
#: A name in Docker's default registry with a version: no host, no moving tag.
PINNED = re.compile(r"[a-z0-9]+:v?\d+\.\d+\.\d+(-[a-z0-9-]+)?")
#: Read by programs of others that run in the image.
FOREIGN = {"MALLOC_TRIM_THRESHOLD_", "MKL_NUM_THREADS", "OMP_NUM_THREADS"}


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


def kubernetes(kind: str) -> dict[str, dict[str, Any]]:
    found = [document for path in MANIFESTS for document in documents(path)]
    return {each["metadata"]["name"]: each for each in found if each["kind"] == kind}


def container(name: str) -> dict[str, Any]:
    spec = kubernetes("Deployment")[name]["spec"]["template"]["spec"]
    found: dict[str, Any] = spec["containers"][0]
    return found


def environment(name: str) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container(name).get("env", [])}


def image_variables() -> dict[str, str]:
    block = re.search(r"^ENV (.*?[^\\])\n", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert block is not None
    return dict(re.findall(r"(\w+)=(\S+)", block[1]))


def dockerfile_lines(word: str) -> list[str]:
    return re.findall(rf"^{word} (.*)$", DOCKERFILE, re.MULTILINE)


def is_read(name: str) -> bool:
    """Whether somebody reads this environment variable."""
    if name.startswith("DASK_DISTRIBUTED__"):
        key = max(flat(dask.config.collect_env({name: "1"})), key=len)
        return key in flat(yaml.safe_load(DASK_SETTINGS.read_text()))
    if name in FOREIGN or name.startswith(("PYTHON", "PIP_")):
        return True
    code = [path.read_text(encoding="utf-8") for path in (ROOT / "hypernet").rglob("*.py")]
    return any(f'"{name}"' in text for text in code)


def flat(nested: dict[str, Any], above: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in nested.items():
        name = f"{above}.{key.replace('_', '-')}" if above else key.replace("_", "-")
        found |= {name} | (flat(value, name) if isinstance(value, dict) else set())
    return found


def test_every_yaml_file_has_documents() -> None:
    paths = list(DEPLOY.rglob("*.yaml"))
    assert len(paths) >= 8
    for path in paths:
        assert all(isinstance(document, dict) for document in documents(path)), path


def test_images_are_pinned_and_come_from_the_default_registry() -> None:
    images = [service["image"] for service in SERVICES.values()]
    images += [container(name)["image"] for name in kubernetes("Deployment")]
    images += dockerfile_lines("FROM")
    assert len(images) >= 9
    for image in images:
        assert PINNED.fullmatch(image), image


def test_nothing_names_a_host_but_its_own() -> None:
    for path in [*DEPLOY.rglob("*"), ROOT / "docs" / "serving.md"]:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        hosts = set(re.findall(r"(?:https?|tls)://([\w.-]+)", text))
        assert hosts <= {"app-1", "app-2", "127.0.0.1", "localhost", "scheduler"}, path
        assert not re.search(r"\b[\w-]+\.(?:com|io|net|org|dev)/[\w-]+/[\w-]+:", text), path


def test_compose_mounts_and_builds_what_there_is() -> None:
    build = SERVICES["app-1"]["build"]
    assert (DEPLOY / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            known = source in COMPOSE["volumes"] or (DEPLOY / source).exists()
            assert known, source


def test_one_service_builds_the_image_and_none_waits_in_a_circle() -> None:
    assert [name for name, service in SERVICES.items() if "build" in service] == ["app-1"]
    order = {name: set(service.get("depends_on", [])) for name, service in SERVICES.items()}
    TopologicalSorter(order).prepare()  # raises where there is a circle


def test_the_proxy_knows_every_replica_by_its_name() -> None:
    balancer = documents(DEPLOY / "proxy.yaml")[0]["http"]["services"]["app"]["loadBalancer"]
    names = {re.sub(r"http://(.*):8501", r"\1", each["url"]) for each in balancer["servers"]}
    assert names == {name for name in SERVICES if name.startswith("app")}
    assert len(names) == 2
    assert balancer["sticky"]["cookie"]["httpOnly"]
    assert balancer["healthCheck"]["path"] == "/_stcore/health"


def test_ready_means_an_answer_over_http_and_there_is_time_to_get_ready() -> None:
    """The port is open before every page is drawn, so a probe that only connects would be wrong."""
    app = container("app")
    for kind in ("startup", "readiness", "liveness"):
        assert app[f"{kind}Probe"]["httpGet"] == {"path": "/_stcore/health", "port": "http"}
    startup = app["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 60
    (check,) = re.findall(r"^HEALTHCHECK (.*)\n.*urlopen\('(.*)', ", DOCKERFILE, re.MULTILINE)
    assert "--start-period=60s" in check[0]
    assert check[1] == "http://127.0.0.1:8501/_stcore/health"


def test_every_environment_variable_is_read_by_somebody() -> None:
    names = set(image_variables())
    for service in SERVICES.values():
        names |= set(service.get("environment", {}))
    for name in kubernetes("Deployment"):
        names |= set(environment(name))
    assert {"DASK_SCHEDULER_ADDRESS", "HYPERNET_RUNS"} <= names
    assert [name for name in sorted(names) if not is_read(name)] == []


def test_a_variable_that_nobody_reads_is_noticed() -> None:
    assert not is_read("HYPERNET_SPEED")
    assert not is_read("DASK_DISTRIBUTED__SCHEDULER__SPEED")


def test_runs_are_kept_on_the_volume_that_all_replicas_share(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("app-1", "app-2"):
        assert "runs:/runs" in SERVICES[name]["volumes"]
        monkeypatch.setenv("HYPERNET_RUNS", SERVICES[name]["environment"]["HYPERNET_RUNS"])
        assert default_folder() == Path("/runs")
    mounts = {each["name"]: each["mountPath"] for each in container("app")["volumeMounts"]}
    assert mounts["runs"] == environment("app")["HYPERNET_RUNS"]
    assert kubernetes("PersistentVolumeClaim")["runs"]["spec"]["accessModes"] == ["ReadWriteMany"]


def test_compose_and_kubernetes_start_the_same_programs() -> None:
    for name in ("scheduler", "workers"):
        ours, theirs = set(SERVICES[name]["command"]), set(container(name)["command"])
        assert {each for each in ours ^ theirs if "--dashboard-address" not in each} == set()
        assert SERVICES[name]["environment"] == environment(name)
    assert SERVICES["app-1"]["environment"] == environment("app")


def test_every_container_is_closed() -> None:
    for name, service in SERVICES.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not any("docker.sock" in each for each in service.get("volumes", [])), name
    for name in kubernetes("Deployment"):
        security = container(name)["securityContext"]
        assert security["readOnlyRootFilesystem"], name
        assert not security["allowPrivilegeEscalation"], name
    assert dockerfile_lines("USER") == ["10001:10001"]


def test_visitors_cannot_reach_the_scheduler() -> None:
    assert SERVICES["proxy"]["networks"] == ["web"]
    assert SERVICES["scheduler"]["networks"] == SERVICES["workers"]["networks"] == ["cluster"]
    assert COMPOSE["networks"]["cluster"] == {"internal": True}
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


def test_visitors_do_not_see_the_counters_of_sessions() -> None:
    router = documents(DEPLOY / "proxy.yaml")[0]["http"]["routers"]["app"]
    route = kubernetes("IngressRoute")["app"]["spec"]["routes"][0]
    for rule in (router["rule"], route["match"]):
        assert rule.endswith("&& !PathPrefix(`/_stcore/metrics`)")
    assert route["services"][0]["sticky"]["cookie"]["httpOnly"]


def test_kustomize_names_every_manifest() -> None:
    told = documents(DEPLOY / "kubernetes" / "kustomization.yaml")[0]["resources"]
    assert sorted(told) == [path.name for path in MANIFESTS if path.stem != "kustomization"]


def test_the_image_is_installed_and_started_as_in_the_readme() -> None:
    readme = re.findall(r"^(?:python3|\.venv).*$", (ROOT / "README.md").read_text(), re.MULTILINE)
    readme = [line.replace("<address from the selector>", '"$TORCH_INDEX"') for line in readme]
    installs = [
        line for line in dockerfile_lines("RUN") if "venv" in line and "-m compile" not in line
    ]
    assert len(installs) == 3
    assert [line for line in installs if line not in readme] == []
    start = " ".join(re.findall(r'"([^"]+)"', dockerfile_lines("CMD")[-1]))
    assert start in readme


def test_the_image_holds_the_app_and_no_secret() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    kept = {line[1:] for line in ignored if line.startswith("!")}
    assert "*" in ignored
    assert all((ROOT / name).exists() for name in kept)
    assert kept == {
        "app.py",
        "docs/results.md",
        "hypernet",
        "pages",
        "requirements.txt",
        "ui",
        ".streamlit/config.toml",
    }
    assert "*" in (DEPLOY / "certificates" / ".gitignore").read_text().splitlines()


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_the_documented_cluster_starts_and_answers_only_who_has_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_certificates(tmp_path)
    address = f"127.0.0.1:{free_port()}"
    values = SERVICES["app-1"]["environment"]
    for name, value in values.items():
        monkeypatch.setenv(name, here(value, address, tmp_path))
    monkeypatch.setenv("HYPERNET_RUNS", str(tmp_path / "runs"))
    with ExitStack() as stack:
        for name in ("scheduler", "workers"):
            stack.enter_context(running(name, address, tmp_path))
        cluster = connect_when_there(time.monotonic() + 60)
        try:
            assert cluster.submit(default_folder).result(60) == Path("/elsewhere")
            assert cluster.submit(os.nice, 0).result(60) >= 10
        finally:
            cluster.close()
        other = tmp_path / "other"
        other.mkdir()
        make_certificates(other)
        for name in ("CA_FILE", "CERT", "KEY"):
            monkeypatch.setenv(f"DASK_TLS_{name}", here(values[f"DASK_TLS_{name}"], "", other))
        monkeypatch.setattr("hypernet.jobs.cluster.ANSWER_SECONDS", 3.0)
        with pytest.raises(OSError):  # noqa: PT011 - whatever it says
            connect()


def make_certificates(folder: Path) -> None:
    """Run the command of docs/serving.md."""
    command = re.search(r"^openssl req (?:.*\\\n)*.*$", SERVING, re.MULTILINE)
    assert command is not None
    (folder / "deploy" / "certificates").mkdir(parents=True)
    subprocess.run(["sh", "-c", command[0]], cwd=folder, check=True, capture_output=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def here(text: str, address: str, folder: Path) -> str:
    """A word of compose.yaml as it is on this machine."""
    certificates = str(folder / "deploy" / "certificates")
    text = text.replace("scheduler:8786", address).replace("/certificates", certificates)
    text = text.replace("--port=8786", f"--host=127.0.0.1 --port={address.split(':')[-1]}")
    return text.replace("127.0.0.1:8787", "127.0.0.1:0").replace("--nworkers=2", "--nworkers=1")


@contextmanager
def running(name: str, address: str, folder: Path) -> Iterator[None]:
    """A service of compose.yaml as a process on this machine."""
    program, *words = SERVICES[name]["command"]
    assert program == ".venv/bin/dask"
    words = [part for word in words for part in here(word, address, folder).split()]
    variables = {
        **image_variables(),
        **SERVICES[name]["environment"],
        "HYPERNET_RUNS": "/elsewhere",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *words],
        cwd=folder,
        env={**os.environ, **variables, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def connect_when_there(end: float) -> Any:
    while True:
        try:
            return connect()
        except OSError:
            assert time.monotonic() < end, "the scheduler did not start"

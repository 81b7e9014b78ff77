"""A run ends with the same bits whatever happens to it on the way."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import torch
from distributed import Security
from hypothesis import given, settings
from hypothesis import strategies as st

from hypernet.__main__ import main
from hypernet.experiment import Experiment
from hypernet.inner import InnerOptions
from hypernet.jobs import (
    Call,
    DaskCluster,
    Job,
    JobProgress,
    JobQueue,
    Limits,
    RunOptions,
    connect,
)
from hypernet.jobs.chunks import run_chunk
from hypernet.learners import MamlOptions, ScratchOptions
from hypernet.outer import Snapshot, TrainingOptions, meta_train
from hypernet.runs import Store, dump_state, first_state, load_state
from hypernet.target import TargetOptions

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
#: Nothing that is waited for here takes so long on an idle machine.
PATIENCE = 90.0


def small(steps: int, seed: int = 0) -> Experiment:
    return Experiment(
        target=TargetOptions(hidden=(8, 8)),
        training=TrainingOptions(steps=steps, tasks=4, shots=(2, 5), queries=6, seed=seed),
    )


def heavy(steps: int, seed: int = 0) -> Experiment:
    """Some milliseconds for a step, so that a few hundred steps are several chunks."""
    training = TrainingOptions(steps=steps, tasks=100, queries=100, seed=seed)
    return Experiment(training=training)


def undisturbed(experiment: Experiment) -> Snapshot:
    learner = experiment.build()
    reports = list(meta_train(learner, experiment.family, experiment.training, report_every=10_000))
    return reports[-1].snapshot


def assert_same_bits(state: bytes, expected: Snapshot) -> None:
    snapshot = load_state(state, "it").snapshot
    assert snapshot.step == expected.step
    assert torch.equal(snapshot.rng, expected.rng)
    for ours, theirs in (
        (snapshot.learner, expected.learner),
        (snapshot.optimizer, expected.optimizer),
    ):
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def until(job: Job, what: Callable[[JobProgress], bool]) -> JobProgress:
    """The first progress of which `what` is true."""
    end = time.monotonic() + PATIENCE
    while not what(view := job.progress()):
        assert time.monotonic() < end, view
        time.sleep(0.02)
    return view


def ended(view: JobProgress) -> bool:
    return not view.active


# -- chunks ---------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_chunks_of_any_size_end_with_the_same_bits(sizes: list[int]) -> None:
    experiment = small(13)
    state = dump_state(first_state(experiment, RunOptions(report_every=5, probe_tasks=2)))
    for size in [*sizes, 13]:
        state = run_chunk(state, size).state
    assert_same_bits(state, undisturbed(experiment))
    learner = experiment.build()
    reports = list(meta_train(learner, experiment.family, experiment.training, report_every=5))
    chunk = run_chunk(state, 1)
    assert list(chunk.report_steps) == [report.step for report in reports] == [5, 10, 13]
    assert list(chunk.meta_losses) == [report.meta_loss for report in reports]


def test_a_chunk_reports_the_loss_of_held_out_tasks_after_its_last_step() -> None:
    chunk = run_chunk(dump_state(first_state(small(9), RunOptions())), 4)
    chunk = run_chunk(chunk.state, 100)
    assert (chunk.step, chunk.probe_steps) == (9, (4, 9))
    assert all(loss > 0 for loss in chunk.probe_losses)
    assert chunk.seconds > chunk.cpu_seconds / 2 > 0


# -- the queue, on a cluster that computes at once or not at all -----------------------------


class Done:
    """A call that is back already."""

    def __init__(self, value: object) -> None:
        self.status = "finished"
        self._value = value

    def result(self, timeout: float) -> object:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value

    def release(self) -> None:
        """Nothing is held."""

    def add_done_callback(self, function: Callable[[Call], object]) -> None:
        function(self)


class Here:
    """A cluster without processes: it answers `most` chunks at once, and later ones never."""

    def __init__(self) -> None:
        self.most = 10_000
        self.calls: list[tuple[object, ...]] = []
        self.error: Exception | None = None

    def submit(self, function: Callable[..., object], *arguments: object) -> Call:
        if function is run_chunk:
            self.calls.append(arguments)
        if len(self.calls) > self.most:
            call = Done(None)
            call.status = "pending"
            return call
        return Done(self.error or function(*arguments))

    def alive(self) -> bool:
        return True

    def workers(self) -> int:
        return 1

    def close(self) -> None:
        """There is nothing to let go of."""


@pytest.fixture(name="here")
def _here() -> Here:
    return Here()


@pytest.fixture(name="queue")
def _queue(here: Here, tmp_path: Path) -> Iterator[JobQueue]:
    queue = JobQueue(lambda: here, Store(tmp_path), Limits(queued=3, per_session=2, per_worker=1))
    yield queue
    queue.close()


def test_a_finished_run_has_its_curves_its_numbers_and_its_card(queue: JobQueue) -> None:
    job = queue.submit(small(25), session="a", options=RunOptions(report_every=10))
    view = until(job, ended)
    assert (view.status, view.sentence, view.step, view.steps) == ("done", "", 25, 25)
    assert view.report_steps == (10, 20, 25)
    assert view.probe_steps[-1] == 25
    assert [numbers["shots"] for numbers in view.numbers] == [5, 10, 20]
    assert_same_bits(view.state, undisturbed(small(25)))
    expected = undisturbed(small(25)).learner
    assert all(torch.equal(value, expected[n]) for n, value in view.learner_state().items())
    assert all(torch.equal(v, expected[n]) for n, v in view.learner().state_dict().items())
    queue.close()
    assert queue.store is not None
    card = queue.store.card(job.token)
    assert card is not None
    assert (card["ended"], card["numbers"]) == ("done", list(view.numbers))


def test_waiting_runs_know_their_position_and_the_queue_is_bounded(
    queue: JobQueue, here: Here
) -> None:
    here.most = 0
    first = queue.submit(small(5), session="a")
    until(first, lambda view: view.status == "running")
    waiting = [queue.submit(small(5), session=name) for name in ("b", "c", "d")]
    assert [job.progress().position for job in waiting] == [1, 2, 3]
    assert first.progress().position == 0
    with pytest.raises(ValueError, match=r"the queue is full \(3 runs\)"):
        queue.submit(small(5), session="e")
    waiting[0].stop()
    assert [job.progress().position for job in waiting] == [0, 1, 2]
    first.stop()
    until(waiting[1], lambda view: view.status == "running")
    assert waiting[2].progress().position == 1


def test_a_session_has_one_running_run_and_no_more_than_its_share(
    here: Here, tmp_path: Path
) -> None:
    here.most = 0
    queue = JobQueue(lambda: here, Store(tmp_path), Limits(per_session=2, per_worker=4))
    jobs = [queue.submit(small(5), session="a") for _ in range(2)]
    with pytest.raises(ValueError, match="2 runs of yours wait or run already"):
        queue.submit(small(5), session="a")
    other = queue.submit(small(5), session="b")
    until(other, lambda view: view.status == "running")
    assert [job.progress().status for job in jobs] == ["running", "queued"]
    queue.close()


def test_a_paused_run_rests_and_goes_on_to_the_same_bits(queue: JobQueue, here: Here) -> None:
    here.most = 2
    job = queue.submit(small(60), session="a")
    until(job, lambda view: view.step == 9)
    job.pause()
    here.most = 10_000
    until(job, lambda view: view.saved_step == 9)
    assert (job.progress().status, job.progress().step) == ("paused", 9)
    assert job.progress().seconds_left is None
    job.resume()
    job.resume()
    view = until(job, ended)
    assert view.status == "done"
    assert_same_bits(view.state, undisturbed(small(60)))


def test_a_stopped_run_keeps_what_it_has_learned_and_may_go_on(queue: JobQueue, here: Here) -> None:
    here.most = 2
    job = queue.submit(small(60), session="a")
    until(job, lambda view: view.step == 9)
    job.stop()
    view = job.progress()
    assert (view.status, view.step) == ("stopped", 9)
    assert view.learner_state().keys() == small(1).build().state_dict().keys()
    job.pause()
    assert job.progress().status == "stopped"
    here.most = 10_000
    job.resume()
    assert until(job, ended).status == "done"


def test_a_run_ends_when_its_time_is_used_up(queue: JobQueue) -> None:
    options = RunOptions(budget_seconds=1.0)
    view = until(queue.submit(small(1_000_000), session="a", options=options), ended)
    assert view.status == "stopped"
    assert view.sentence == f"its time of 1 s was used up at step {view.step}"
    assert view.seconds > 1.0
    assert view.cpu_seconds < 10.0


def test_divergence_is_an_ordinary_end_with_its_sentence(queue: JobQueue) -> None:
    experiment = Experiment(
        learner=MamlOptions(inner=InnerOptions(steps=20, rate=10.0)),
        training=TrainingOptions(steps=100),
    )
    job = queue.submit(experiment, session="a", options=RunOptions(report_every=2))
    view = until(job, ended)
    assert view.status == "diverged"
    assert "meta-training diverged: no finite meta-gradient up to step 2" in view.sentence
    assert all(torch.isfinite(value).all() for value in view.learner_state().values())
    job.resume()
    assert job.progress().status == "diverged"


def test_a_chunk_that_always_fails_is_tried_four_times_then_the_run_says_so(
    queue: JobQueue, here: Here
) -> None:
    here.error = RuntimeError("the worker was killed")
    job = queue.submit(small(5), session="a")
    view = until(job, ended)
    assert view.status == "failed"
    assert view.sentence == "this run stopped; its last checkpoint is step 0"
    assert len(here.calls) == 4
    assert len(set(here.calls)) == 1
    here.error = None
    job.resume()
    assert until(job, ended).status == "done"


def test_runs_are_given_up_when_there_is_no_scheduler_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> Here:
        raise OSError("no route")

    monkeypatch.setattr("hypernet.jobs.job_queue.CLUSTER_TIMEOUT", 0.5)
    queue = JobQueue(nowhere, Store(tmp_path))
    view = until(queue.submit(small(5), session="a"), ended)
    assert (view.status, view.step) == ("failed", 0)
    queue.close()


def test_a_chunk_that_never_comes_back_is_computed_again(
    queue: JobQueue, here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hypernet.jobs.job_queue.CHUNK_TIMEOUT", 0.5)
    here.most = 0
    job = queue.submit(small(5), session="a")
    until(job, lambda _: len(here.calls) >= 2)
    here.most = 10_000
    assert until(job, ended).status == "done"


def test_what_cannot_be_trained_or_kept_is_refused_at_once(queue: JobQueue) -> None:
    with pytest.raises(ValueError, match="no parameters to meta-train"):
        queue.submit(Experiment(learner=ScratchOptions()), session="a")
    large = Experiment(target=TargetOptions(hidden=(256, 256)))
    with pytest.raises(ValueError, match=r"this learner has \d+ bytes; at most 4500000"):
        queue.submit(large, session="a")


def test_a_run_is_found_by_its_token_after_a_restart(queue: JobQueue, here: Here) -> None:
    assert queue.store is not None
    done = queue.submit(small(30), session="a")
    numbers = until(done, ended).numbers
    here.most = len(here.calls) + 2
    under_way = queue.submit(small(60), session="a")
    stood = until(under_way, lambda view: view.step > 1).step
    queue.close()
    here.most = 10_000

    again = JobQueue(lambda: here, Store(queue.store.folder))
    assert again.find(done.token, session="b").progress().numbers == numbers
    assert again.find(done.token, session="b").progress().status == "done"
    view = again.find(under_way.token, session="b").progress()
    assert (view.status, view.step) == ("paused", stood)
    view = until(again.resume(under_way.token, session="b"), ended)
    assert_same_bits(view.state, undisturbed(small(60)))
    with pytest.raises(ValueError, match="cannot be read: No such file"):
        again.find("x" * 22, session="b")
    with pytest.raises(ValueError, match="not the link of a run"):
        again.find("../../../etc/passwd", session="b")
    again.close()


# -- real processes ---------------------------------------------------------------------------


def ready_workers(cluster: DaskCluster) -> list[psutil.Process]:
    """The workers of an own cluster that take calls: they are nicer than their scheduler."""
    assert cluster.server is not None
    scheduler = psutil.Process(cluster.server.pid)
    found = []
    for child in scheduler.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.nice() > scheduler.nice():
                found.append(child)
    return found


@pytest.fixture(scope="module", name="two_workers")
def _two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JobQueue]:
    queue = JobQueue(lambda: connect(2), Store(tmp_path_factory.mktemp("runs")))
    queue.prepare()
    yield queue
    queue.close()


def own_cluster(queue: JobQueue) -> DaskCluster:
    end = time.monotonic() + PATIENCE
    while not isinstance(queue.cluster, DaskCluster):
        assert time.monotonic() < end
        time.sleep(0.05)
    return queue.cluster


def test_an_own_cluster_listens_on_this_machine_only(two_workers: JobQueue) -> None:
    server = own_cluster(two_workers).server
    assert server is not None
    scheduler = psutil.Process(server.pid)
    listening = [
        connection.laddr.ip
        for process in (scheduler, *scheduler.children())
        for connection in process.net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


def test_five_kills_of_workers_leave_the_bits_of_all_runs_as_they_would_have_been(
    two_workers: JobQueue,
) -> None:
    cluster = own_cluster(two_workers)
    rng = torch.Generator().manual_seed(0)
    jobs: dict[int, Job] = {}
    kills = 0
    while kills < 5:
        if sum(job.progress().active for job in jobs.values()) < 2:
            seed = len(jobs)
            jobs[seed] = two_workers.submit(heavy(80, seed), session=str(seed))
        time.sleep(1.0)
        if workers := ready_workers(cluster):
            workers[int(torch.randint(len(workers), (), generator=rng))].kill()
            kills += 1
    assert len(jobs) >= 2
    for seed, job in jobs.items():
        view = until(job, ended)
        assert view.status == "done", view.sentence
        assert_same_bits(view.state, undisturbed(heavy(80, seed)))


def test_a_lost_scheduler_is_replaced_and_the_run_goes_on_to_the_same_bits(
    two_workers: JobQueue,
) -> None:
    cluster = own_cluster(two_workers)
    assert cluster.server is not None
    job = two_workers.submit(heavy(80), session="a")
    until(job, lambda view: view.step > 0)
    cluster.server.kill()
    view = until(job, ended)
    assert view.status == "done"
    assert own_cluster(two_workers) is not cluster
    assert_same_bits(view.state, undisturbed(heavy(80)))


#: Trains from a plain thread of a script without `if __name__ == "__main__":`, as a page does.
SCRIPT = """
import threading, time
from hypernet import jobs
from hypernet.experiment import Experiment
from hypernet.outer import TrainingOptions

def page():
    training = TrainingOptions(steps=400, tasks=100, queries=100)
    job = jobs.submit(Experiment(training=training), session="a")
    print(job.token, flush=True)
    while True:
        print(job.progress().saved_step, job.progress().cpu_seconds, flush=True)
        time.sleep(0.1)

page_thread = threading.Thread(target=page)
page_thread.start()
page_thread.join()
"""


def test_a_run_of_a_killed_app_goes_on_from_a_state_that_is_seconds_old(
    two_workers: JobQueue, tmp_path: Path
) -> None:
    store = Store(tmp_path / "runs")
    (tmp_path / "app.py").write_text(SCRIPT)
    environment = {
        **os.environ,
        "HYPERNET_RUNS": str(store.folder),
        "PYTHONPATH": str(ROOT),
    }
    app = subprocess.Popen(
        [sys.executable, str(tmp_path / "app.py")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    token = app.stdout.readline().strip()
    said = [app.stdout.readline()]
    while said[-1].split()[0] in ("None", "0"):
        said.append(app.stdout.readline())
    time.sleep(1)
    family = psutil.Process(app.pid).children(recursive=True)
    app.kill()
    said += app.stdout.read().splitlines(keepends=True)
    spent = float([line for line in said if line.endswith("\n")][-1].split()[1])
    app.wait()
    app.stdout.close()
    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []

    state = store.state(token)
    assert 0 < state.snapshot.step < 400
    assert spent - state.cpu_seconds < 10
    queue = JobQueue(lambda: Borrowed(own_cluster(two_workers)), store)
    view = until(queue.resume(token, session="b"), ended)
    queue.close()
    assert view.status == "done"
    assert_same_bits(view.state, undisturbed(view.experiment))


class Borrowed:
    """A cluster that is not closed by who borrows it."""

    def __init__(self, cluster: DaskCluster) -> None:
        self.submit, self.alive, self.workers = cluster.submit, cluster.alive, cluster.workers

    def close(self) -> None:
        """It goes on for its owner."""


def dask(*arguments: str, address: str | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]]
    return subprocess.Popen(
        command if address is None else [*command, address],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_a_run_is_the_same_on_a_scheduler_and_workers_started_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    security = Security.temporary()  # type: ignore[no-untyped-call]
    files = {"ca-file": security.tls_ca_file, "cert": security.tls_client_cert}
    files["key"] = security.tls_client_key
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        monkeypatch.setenv("DASK_TLS_" + name.upper().replace("-", "_"), str(tmp_path / name))
    tls = [part for name in files for part in (f"--tls-{name}", str(tmp_path / name))]
    about = tmp_path / "scheduler.json"
    own = ["--host", "127.0.0.1", "--no-dashboard"]
    where = ["--protocol", "tls://", "--scheduler-file", str(about)]
    processes = [dask("dask_scheduler", *tls, *where, *own, "--port", "0")]
    try:
        while not about.exists():
            time.sleep(0.1)
        worker = ["--nthreads", "1", "--local-directory", str(tmp_path)]
        processes += [dask("dask_worker", *tls, *where, *own, *worker) for _ in range(2)]
        monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", json.loads(about.read_text())["address"])
        queue = JobQueue(connect, None)
        jobs = [queue.submit(heavy(40, seed), session=str(seed)) for seed in range(2)]
        views = [until(job, ended) for job in jobs]
        assert isinstance(queue.cluster, DaskCluster)
        assert queue.cluster.server is None
        assert queue.cluster.workers() == 2
        queue.close()
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait()
    for seed, view in enumerate(views):
        assert view.status == "done"
        assert_same_bits(view.state, undisturbed(heavy(40, seed)))


def test_the_command_trains_the_same_files_on_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "sinusoid-description"
    assert main(["train", name, "--steps", "60", "--seeds", "4,5", "--workers", "2"]) == 0
    on_workers = capsys.readouterr().out
    for seed in ("4", "5"):
        assert main(["train", name, "--steps", "60", "--seed", seed, "--out", "a.safetensors"]) == 0
        here = capsys.readouterr().out
        stem = f"{name}-seed{seed}"
        assert Path(f"{stem}.safetensors").read_bytes() == Path("a.safetensors").read_bytes()
        cards = [json.loads(Path(f"{stem}.json").read_text()) for stem in (stem, "a")]
        for card in cards:
            assert card.pop("meta_training_cpu_seconds") >= 0
        assert cards[0] == cards[1]
        for line in here.splitlines()[:-1]:
            assert line in on_workers
    assert main(["train", "sinusoid-scratch", "--workers", "2"]) == 0
    assert "nothing to meta-train" in capsys.readouterr().out
    assert Path("sinusoid-scratch.safetensors").exists()


def test_what_the_command_cannot_do_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, sentence in (
        (["--seeds", "1,2", "--out", "a.safetensors"], "--out is for one run, got 2 runs"),
        (["--seeds", "1", "--seed", "1"], "--seed and --seeds cannot be given together"),
    ):
        assert main(["train", "sinusoid-description", *arguments]) == 2
        assert sentence in capsys.readouterr().err

"""A scheduler and its workers for one machine, run by hypernet/jobs/cluster.py as a program.

It prints one line of JSON, its address and the keys to it, and ends with its standard input: when
the process that started it is killed, so is all of this. It is a process of its own so that any
thread of any program can start it: Dask's own workers import the main program of the process that
starts them, and a Streamlit script is not to be imported. A worker that ends is started again,
whenever that happens: Dask's nannies give up on one that is killed while it starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Coroutine
from typing import Any

import dask
import psutil
from distributed import Scheduler, Security, Worker

CONFIG = {
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 3,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # no worker writes states to disk: what it holds is the result of one chunk
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
}
ENVIRONMENT = {
    # glibc's default gives memory back after every step and slows training 1.7 times
    "MALLOC_TRIM_THRESHOLD_": "134217728",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
#: Dask's web server cannot be left out; it has no routes and listens here only.
HTTP = "127.0.0.1:0"
MAX_WORKER_BYTES = 1 << 30
#: How often workers are looked at.
TEND_SECONDS = 0.5

About = dict[str, str]


async def serve(workers: int) -> None:
    """Run a scheduler and keep that many workers alive."""
    security = Security.temporary()  # type: ignore[no-untyped-call]
    # The scheduler reads each call that it passes on, so it needs what is called.
    loading = threading.Thread(target=importlib.import_module, args=("hypernet.jobs.chunks",))
    async with Scheduler(
        host="127.0.0.1",
        port=0,
        protocol="tls://",
        security=security,
        dashboard=False,
        dashboard_address=HTTP,
    ) as scheduler:
        about = {
            "address": scheduler.address,
            "ca": security.tls_ca_file,
            "cert": security.tls_client_cert,
            "key": security.tls_client_key,
        }
        processes = [_start_worker(about) for _ in range(workers)]
        loading.start()
        while loading.is_alive():
            await asyncio.sleep(0.1)
        print(json.dumps(about), flush=True)
        while True:
            await asyncio.sleep(TEND_SECONDS)
            processes = [_tend(process, about) for process in processes]


async def work(about: About) -> None:
    """Be a worker of that scheduler for as long as it lasts."""
    security = Security(  # type: ignore[no-untyped-call]
        require_encryption=True,
        tls_ca_file=about["ca"],
        tls_worker_cert=about["cert"],
        tls_worker_key=about["key"],
    )
    async with Worker(
        about["address"],
        nthreads=1,
        host="127.0.0.1",
        security=security,
        dashboard=False,
        dashboard_address=HTTP,
    ) as worker:
        await worker.finished()


def _start_worker(about: About) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603 - this file, run by this interpreter
        [sys.executable, "-P", __file__, "worker"],
        stdin=subprocess.PIPE,
        text=True,
        env={**os.environ, **ENVIRONMENT},
    )
    with contextlib.suppress(BrokenPipeError):  # it may have been killed by now
        if process.stdin is not None:
            process.stdin.write(json.dumps(about) + "\n")
            process.stdin.flush()
    return process


def _tend(process: subprocess.Popen[str], about: About) -> subprocess.Popen[str]:
    """The worker, or a new one in place of one that has ended or takes too much memory."""
    if process.poll() is None:
        with contextlib.suppress(psutil.Error):
            if psutil.Process(process.pid).memory_info().rss > MAX_WORKER_BYTES:
                process.kill()
        return process
    with contextlib.suppress(BrokenPipeError):
        if process.stdin is not None:
            process.stdin.close()
    return _start_worker(about)


def dask_setup(_worker: Worker) -> None:
    """What `dask worker --preload=hypernet.jobs.server` does on a cluster started by hand."""
    _prepare_worker()


def _prepare_worker() -> None:
    """Give way to pages, and load all that a chunk needs before one comes."""
    from hypernet.jobs.chunks import warm_up

    warm_up()
    if hasattr(os, "nice"):
        os.nice(10)


def _end_with_input() -> None:
    """End this process when whoever started it has gone."""
    sys.stdin.read()
    os._exit(0)


def main(role: str) -> None:
    """Be a worker, or a scheduler with so many workers."""
    dask.config.set(CONFIG)
    running: Coroutine[Any, Any, None]
    if role == "worker":
        about = json.loads(sys.stdin.readline())
        threading.Thread(target=_end_with_input, daemon=True).start()
        _prepare_worker()
        running = work(about)
    else:
        threading.Thread(target=_end_with_input, daemon=True).start()
        running = serve(int(role))
    asyncio.run(running)


if __name__ == "__main__":
    main(sys.argv[1])

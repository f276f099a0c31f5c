"""How the daemon's process begins."""

import os
import subprocess
import sys
from pathlib import Path

from salonbot.cli.run import THRIFT

POOLS = """
import ctypes, sys, threading
from salonbot.cli.run import begin_again_with

begin_again_with({})
libc = ctypes.CDLL(None)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
everybody = threading.Barrier(20)


def take():
    libc.malloc(1000)
    everybody.wait()


threads = [threading.Thread(target=take) for _ in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def test_many_threads_share_few_pools_of_memory(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in THRIFT}
    told = tmp_path / "pools.xml"

    subprocess.run([sys.executable, "-c", POOLS, str(told)], env=environment, check=True, timeout=60)

    assert 1 <= told.read_text(encoding="ascii").count("<heap nr=") <= 2

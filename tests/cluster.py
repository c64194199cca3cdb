"""A sweep past one process: under mpirun, and as an array of Slurm on a node of its own, gives the bytes of an unbroken
one, also when its processes are killed. What is not installed is skipped with a word.

usage: cluster.py TRADELOOM [--full]    prints one TAP line a check; --full: 200 points × 20 replications, 20 kills each
"""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import time

import tap

BINARY = pathlib.Path(sys.argv[1]).resolve()
FULL = "--full" in sys.argv[2:]
MPIRUN = ["mpirun", "--oversubscribe", "--allow-run-as-root", "-n", "2"]
DAEMONS = ("munged", "slurmctld", "slurmd", "sbatch")
KILLS = 20 if FULL else 4
PLAN = {"schema_version": 1, "id": "c", "scenario": "milk-powder", "seed": 5, "design": "grid",
        "limit": 400 if FULL else 1000, "replications": 20,
        "axes": [{"path": "rules.cn.import.cbec.share_vat@2025-01-01", "from": "0.700", "to": "1.000",
                  "steps": 10 if FULL else 2},
                 {"path": "flows.direct_mail.freight", "from": "20.00", "to": "100.00", "steps": 20 if FULL else 4}]}
TABLES = ("points.csv", "replications.csv", "tornado.csv", "sweep.json", "sweep.sqlite")


def call(*words, folder, **more):
    return subprocess.run([str(BINARY), "sweep", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=900, check=True, **more)


def merged(folder, out):
    call("merge", "plan.json", "--out", out, folder=folder)
    return hashes(folder / out)


def hashes(folder):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def whole(folder):
    """The hashes of an unbroken sweep by threads, and how long it took."""
    (folder / "plan.json").write_text(json.dumps(PLAN))
    started = time.monotonic()
    call("run", "plan.json", "--out", "whole", folder=folder)
    return merged(folder, "whole"), time.monotonic() - started


def find(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if not found:
        raise tap.Skip(f"{name} is not installed")
    return found


def need_mpi():
    find("mpirun")
    if not (BINARY.parent / "tradeloom_mpi.so").exists():
        raise tap.Skip("built without MPI (libopenmpi-dev)")


# ---- MPI ----

def mpi_gives_the_same_bytes(place):
    need_mpi()
    expected, _ = whole(place)
    done = subprocess.run([*MPIRUN, str(BINARY), "sweep", "run", "plan.json", "--out", "mpi"], cwd=place,
                          capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-400:]
    assert done.stdout.count("\n") == 1 and "none is missing" in done.stdout, done.stdout
    assert merged(place, "mpi") == expected


def mpi_tells_a_mistake_once(place):
    need_mpi()
    (place / "plan.json").write_text(json.dumps({**PLAN, "design": "gird"}))
    done = subprocess.run([*MPIRUN, str(BINARY), "sweep", "run", "plan.json"], cwd=place, capture_output=True,
                          text=True, timeout=120, check=False)
    assert done.returncode == 65 and done.stderr.count("unknown design") == 1, (done.returncode, done.stderr)


def mpi_killed_goes_on(place):
    need_mpi()
    expected, took = whole(place)
    rng, done = random.Random(3), 0
    for _ in range(KILLS):
        job = subprocess.Popen([*MPIRUN, str(BINARY), "sweep", "run", "plan.json", "--out", "mpi"], cwd=place,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(0.3 + rng.uniform(0, took / KILLS))
        done += job.poll() is None
        ranks = [int(pid) for pid in children(job.pid)]
        victims = ranks[:1] if rng.random() < 0.5 else [job.pid, *ranks] # a rank, or all of it at once
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        job.wait(60)
        while any(pathlib.Path(f"/proc/{pid}").exists() for pid in ranks):
            time.sleep(0.02)
    job = subprocess.run([*MPIRUN, str(BINARY), "sweep", "run", "plan.json", "--out", "mpi"], cwd=place,
                         capture_output=True, text=True, timeout=900, check=False)
    assert job.returncode == 0, job.stderr[-400:]
    assert merged(place, "mpi") == expected
    assert not list((place / "mpi").rglob("*.new"))
    print(f"# {done} of {KILLS} jobs of MPI were killed at work; points.csv {expected['points.csv']}", flush=True)


def children(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []


# ---- Slurm ----

def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def slurm(place):
    """A cluster of one node and its environment; its daemons end with it."""
    paths = {name: find(name) for name in DAEMONS}
    if os.geteuid() != 0:
        raise tap.Skip("Slurm's daemons need root")
    host = socket.gethostname()
    for name in ("state", "spool", "munge"):
        (place / name).mkdir(mode=0o700)
    (place / "munge/key").write_bytes(os.urandom(128))
    (place / "munge/key").chmod(0o400)
    (place / "slurm.conf").write_text(f"""ClusterName=loom
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={place}/munge/socket
CryptoType=crypto/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
""")
    environment = {**os.environ, "SLURM_CONF": str(place / "slurm.conf")}
    munge = place / "munge"
    daemons = []
    commands = ([paths["munged"], "--foreground", "--force", f"--key-file={munge}/key", f"--socket={munge}/socket",
                 f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed"],
                [paths["slurmctld"], "-D"], [paths["slurmd"], "-D", "-N", host])
    try:
        for command in commands:
            daemons.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(1)
        for _ in range(100):
            state = subprocess.run(["sinfo", "-h", "-o", "%t"], env=environment, capture_output=True, text=True,
                                   check=False).stdout.strip()
            if state == "idle":
                break
            time.sleep(0.2)
        else:
            raise tap.Skip(f"Slurm's node does not come up here ({state or 'no answer'})")
        yield environment
    finally:
        for daemon in reversed(daemons):
            daemon.terminate()
        for daemon in reversed(daemons):
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()


def wait_for_queue(environment, until):
    deadline = time.monotonic() + until
    while time.monotonic() < deadline:
        left = subprocess.run(["squeue", "-h", "-o", "%i"], env=environment, capture_output=True, text=True, check=True)
        if not left.stdout.strip():
            return
        time.sleep(0.3)
    raise AssertionError("the jobs do not end")


def slurm_gives_the_same_bytes(place):
    for name in DAEMONS:
        find(name)
    expected, took = whole(place)
    script = call("slurm", "plan.json", "--out", "array", "--shards", str(5 * KILLS // 4), folder=place).stdout
    (place / "job.sh").write_text(script)
    subprocess.run(["bash", "-n", "job.sh"], cwd=place, check=True)
    nest = place / "slurm"
    nest.mkdir()
    with slurm(nest) as environment:
        subprocess.run(["bash", "job.sh"], cwd=place, env=environment, check=True, capture_output=True, timeout=60)
        rng, killed = random.Random(9), 0
        for _ in range(10 * KILLS):
            time.sleep(rng.uniform(0.1, max(0.8, took / KILLS)))
            killed += kill_one_of(place / "array", rng)
            if killed == KILLS:
                break
        wait_for_queue(environment, 900)
        log = (place / "array/slurm-end.log").read_text()
        for _ in range(3): # three rounds were not enough for so many kills: hand in what is missing
            if (place / "array/sweep.json").exists():
                break
            subprocess.run(["bash", "job.sh"], cwd=place, env=environment, check=True, capture_output=True, timeout=60)
            wait_for_queue(environment, 900)
    assert (place / "array/sweep.json").exists(), log
    assert hashes(place / "array") == expected
    assert killed, "no share was killed at work"
    print(f"# {killed} shares of Slurm were killed; points.csv {expected['points.csv']}", flush=True)


def kill_one_of(out, rng):
    """Kills one of the shares that work for this folder, by its own id."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
            own = len(words) > 2 and words[0] == str(BINARY).encode() and words[1:3] == [b"sweep", b"run"]
            if own and (entry / "cwd").resolve() == out.parent:
                found.append(int(entry.name))
    if not found:
        return 0
    with contextlib.suppress(ProcessLookupError):
        os.kill(rng.choice(found), signal.SIGKILL)
    return 1


if __name__ == "__main__":
    sys.exit(tap.main([mpi_gives_the_same_bytes, mpi_tells_a_mistake_once, mpi_killed_goes_on,
                       slurm_gives_the_same_bytes]))

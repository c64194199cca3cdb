"""The whole program: orders a second, peak memory, cold start; each figure beside its target.

usage: orders.py TRADELOOM [--more]      --more: ten million orders, too (minutes)

Times are processor seconds of the process (user and system), so that a busy machine spoils less; of three runs the
median. Memory is the largest resident set. Two processors: wall time of one and of two jobs, so run it alone.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

REPEATS = 3


class Run:
    """One run of the program: its processor seconds, wall seconds, peak MiB, and what its summary says."""

    def __init__(self, binary, *arguments):
        with tempfile.TemporaryDirectory() as place:
            out = pathlib.Path(place, "out")
            start = time.monotonic()
            child = subprocess.Popen([binary, *arguments, "--out", out], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            complaint = child.stderr.read().decode()
            _, status, used = os.wait4(child.pid, 0)
            self.wall = time.monotonic() - start
            if status:
                sys.exit(f"orders.py: {' '.join(arguments)}: {complaint}")
            self.seconds = used.ru_utime + used.ru_stime
            self.mib = used.ru_maxrss / 1024
            self.summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
            self.bytes = sum(path.stat().st_size for path in out.iterdir())


def median(binary, *arguments):
    runs = sorted((Run(binary, *arguments) for _ in range(REPEATS)), key=lambda run: run.seconds)
    return runs[REPEATS // 2]


def line(what, figure, unit, target=""):
    print(f"{what:<58} {figure:>12,.1f} {unit:<12} {target}", flush=True)


def throughput(binary, orders):
    limit = ["run", "milk-powder", "--jobs", "1", "--limit", str(orders)]
    bare = median(binary, *limit, "--no-tables")
    events = bare.summary["timing"]["events"]
    line(f"milk-powder, {orders:,} orders, no tables", orders / bare.seconds / 1e3, "k orders/s", ">= 500")
    line("  events", events / bare.seconds / 1e6, "M events/s", f"{events / orders:.1f} events an order")
    line("  postings", bare.summary["ledger"]["postings"] / bare.seconds / 1e6, "M/s")
    line("  peak memory", bare.mib, "MiB", "<= 128")
    tables = median(binary, *limit)
    line(f"milk-powder, {orders:,} orders, orders.csv and postings.csv", orders / tables.seconds / 1e3,
         "k orders/s", ">= 150")
    line("  written", tables.bytes / tables.seconds / 1e6, "MB/s", f"{tables.bytes / 1e6:,.0f} MB")
    line("  peak memory", tables.mib, "MiB")
    return bare


def growth(binary, smaller, orders):
    run = Run(binary, "run", "milk-powder", "--jobs", "1", "--limit", str(orders), "--no-tables")
    line(f"milk-powder, {orders:,} orders, no tables", orders / run.seconds / 1e3, "k orders/s")
    line("  peak memory", run.mib, "MiB", f"{100 * run.mib / smaller.mib - 100:+.1f} %, within 10 %")


def two_jobs(binary):
    arguments = ["run", "milk-powder", "--replications", "4", "--limit", "200000", "--no-tables"]
    wall = [statistics.median(Run(binary, *arguments, "--jobs", jobs).wall for _ in range(REPEATS))
            for jobs in ("1", "2")]
    line("4 replications, 2 jobs against 1", wall[0] / wall[1], "times", ">= 1.7, of wall time")


def cold_start(binary):
    runs = [Run(binary, "run", "milk-powder", "--limit", "1", "--no-tables") for _ in range(15)]
    line("cold start, the smallest run", 1000 * statistics.median(run.wall for run in runs), "ms wall", "<= 20")
    line("  of processor time", 1000 * statistics.median(run.seconds for run in runs), "ms")


def seconds_of(*words):
    """Processor seconds of a command, and what it printed."""
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        text = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = status
    if status:
        sys.exit(f"orders.py: {' '.join(map(str, words))} failed")
    return used.ru_utime + used.ru_stime, text


def reprice(binary, orders):
    with tempfile.TemporaryDirectory() as place:
        run = pathlib.Path(place, "run")
        seconds_of(binary, "run", "milk-powder", "--limit", str(orders), "--no-tables", "--record", "--out", run)
        seconds = statistics.median(seconds_of(binary, "compare", run, "retail-share-100")[0] for _ in range(REPEATS))
    line(f"{orders:,} recorded orders under another law", seconds, "s", "<= 0.5, both laws asked")


def pairing(binary):
    width = []
    for more in ([], ["--independent"]):
        _, text = seconds_of(binary, "compare", "milk-powder", "retail-share-100", "--limit", "20000", "--dynamic",
                             "--json", *more)
        figures = json.loads(text)["reforms"][0]["dynamic"]["figures"]
        low, high = next(f["ci95"] for f in figures if f["group"] == "total" and f["figure"] == "landed_per_order")
        width.append(float(high) - float(low))
    line("interval of a difference, independent draws against pairs", width[1] / width[0], "times", ">= 5")


def main(binary, *options):
    print("orders: the whole program, one process, --jobs 1 where not said")
    cold_start(binary)
    million = throughput(binary, 1000000)
    two_jobs(binary)
    reprice(binary, 1000000)
    pairing(binary)
    if "--more" in options:
        growth(binary, million, 10000000)


if __name__ == "__main__":
    main(*sys.argv[1:])

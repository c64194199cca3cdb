"""Every build writes the same bytes: runs scenarios and makes a data set with each binary, compares the folders.

usage: same.py TRADELOOM TRADELOOM...      prints one TAP line a comparison with the first binary

Left out of the comparison, as the manual says: `timing` of the summary, `machine` of the manifest.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

RUNS = {
    "milk-powder": ["milk-powder", "--limit", "400", "--seed", "7"],
    "shenzhen-germany": ["shenzhen-germany", "--limit", "400", "--replications", "3"],
}
ORDERS = pathlib.Path("../shared/data/online-retail/orders.csv")
if ORDERS.exists():
    RUNS["replay"] = ["scenarios/replay.json", "--orders", str(ORDERS)]
DATA_SET = ["year-2025", "--limit", "1500", "--profile", "fraud", "--noise", "dirty",
            "--format", "csv,jsonl", "--fidelity"]
VOLATILE = {"summary.json": "timing", "manifest.json": "machine"}


def contents(folder):
    """File name -> bytes, without the parts that may differ."""
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        files[name] = path.read_bytes()
        if name in VOLATILE:
            data = json.loads(files[name])
            data.pop(VOLATILE[name], None)
            files[name] = json.dumps(data).encode()
    return files


def run(binary, verb, *arguments):
    with tempfile.TemporaryDirectory() as place:
        out = pathlib.Path(place, "out")
        done = subprocess.run([binary, verb, *arguments, "--out", out],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            return {"stderr": done.stderr, "status": done.returncode}
        return contents(out)


def difference(first, other):
    """Empty when both hold the same files with the same bytes, and, of a run, a digest."""
    if "status" in other:
        return f"exit {other['status']}: {other['stderr'].strip()}"
    if "datapackage.json" not in other and "digest" not in json.loads(other.get("summary.json", b"{}")):
        return "no digest in summary.json"
    names = sorted(first.keys() | other.keys())
    unlike = [name for name in names if first.get(name) != other.get(name)]
    return f"differs in {', '.join(unlike)}" if unlike else ""


def main(binaries):
    number, failed = 0, 0
    for scenario, arguments in RUNS.items():
        first = run(binaries[0], "run", *arguments, "--jobs", "1")
        for binary, jobs in [(binaries[0], 1), (binaries[0], 2)] + [(b, 1) for b in binaries[1:]]:
            complaint = difference(first, run(binary, "run", *arguments, "--jobs", str(jobs)))
            number, failed = number + 1, failed + bool(complaint)
            print(f"{'not ok' if complaint else 'ok'} {number} - {scenario}: {binary} --jobs {jobs}"
                  f" {complaint}".rstrip())
    first = run(binaries[0], "generate", *DATA_SET)
    for binary in binaries:
        complaint = difference(first, run(binary, "generate", *DATA_SET))
        number, failed = number + 1, failed + bool(complaint)
        print(f"{'not ok' if complaint else 'ok'} {number} - data set: {binary} {complaint}".rstrip())
    return 1 if failed or not number else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

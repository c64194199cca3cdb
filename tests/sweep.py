"""What `tradeloom sweep` promises: the same points everywhere; merged tables of the same bytes whatever the shards, the
threads, and however often and wherever its runners were killed; damaged parts are told and done again; a folder takes
only the plan that it was begun with.

usage: sweep.py TRADELOOM [--full]    prints one TAP line a check; --full: 200 points × 20 replications, 20 kills
"""
import csv
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
FULL = "--full" in sys.argv[2:]
AXES = [
    {"path": "rules.cn.import.cbec.share_vat@2025-01-01", "values": ["0.7", "1"]},
    {"path": "flows.direct_mail.freight", "from": "40.00", "to": "80.00", "steps": 2},
    {"path": "flows.bonded.rates.mismatch", "values": ["0.00", "0.02"]},
]
PLAN = {"schema_version": 1, "id": "t", "scenario": "milk-powder", "seed": 3, "replications": 3, "limit": 60,
        "design": "grid", "axes": AXES}
TABLES = ("points.csv", "replications.csv", "tornado.csv", "sweep.json", "sweep.sqlite")


def call(*words, folder, status=0):
    done = subprocess.run([BINARY, "sweep", *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=600, check=False)
    assert done.returncode == status, f"{words}: exit {done.returncode}, not {status}: {done.stderr[-400:]}"
    return done


def write(folder, name="plan.json", **more):
    (folder / name).write_text(json.dumps({**PLAN, **more}))
    return name


def merged(folder, out):
    """File name -> sha256 of the merged tables."""
    call("merge", "plan.json", "--out", out, folder=folder)
    return {name: hashlib.sha256((folder / out / name).read_bytes()).hexdigest() for name in TABLES}


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def points(folder, **more):
    text = call("plan", write(folder, "p.json", **more), "--csv", folder=folder).stdout
    return list(csv.reader(text.splitlines()))[1:]


@tap.check
def designs_give_the_points_that_they_promise(place):
    grid = points(place)
    assert len(grid) == 8 and grid[1] == ["2", "0.7", "40.00", "0.02"] and grid[7] == ["8", "1", "80.00", "0.02"]
    alone = points(place, design="one_at_a_time")
    assert alone[0] == ["1", "", "", ""] and len(alone) == 7 and alone[3] == ["4", "", "40.00", ""]
    ranges = [{"path": f"flows.{flow}.freight", "from": "0.00", "to": "79.99"} for flow in ("bonded", "direct_mail")]
    cube = points(place, design="lhs", points=80, axes=ranges)
    for axis in (1, 2):
        assert sorted(int(float(row[axis])) for row in cube) == list(range(80))
    assert cube == points(place, design="lhs", points=80, axes=ranges)
    assert cube != points(place, design="lhs", points=80, axes=ranges, seed=4)
    units = [{"path": f"flows.{flow}.freight", "from": "0.00", "to": "1.00"} for flow in ("bonded", "direct_mail")]
    sobol = [row[1:] for row in points(place, design="sobol", points=4, axes=units)]
    assert sobol == [["0.00", "0.00"], ["0.50", "0.50"], ["0.75", "0.25"], ["0.25", "0.75"]], sobol
    assert len(points(place, design="saltelli", points=8, axes=units)) == 8 * 4


@tap.check
def the_same_bytes_from_any_shards_and_threads(place):
    write(place)
    call("run", "plan.json", "--out", "one", "--jobs", "1", folder=place)
    one = merged(place, "one")
    for shards in (2, 7):
        for k in range(shards, 0, -1):
            call("run", "plan.json", "--out", f"s{shards}", "--shard", f"{k}/{shards}", "--jobs", "2", folder=place)
        assert merged(place, f"s{shards}") == one, shards
    runners = [subprocess.Popen([BINARY, "sweep", "run", "plan.json", "--out", "both"], cwd=place,
                                stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [runner.wait(300) for runner in runners] == [0, 0]
    assert merged(place, "both") == one


@tap.check
def what_a_point_says_is_what_run_says(place):
    write(place, outputs={"margin": "identity/margin", "vat": "treasuries/treasury.cn/taxes/vat"})
    call("run", "plan.json", "--out", "x", folder=place)
    merged(place, "x")
    row = next(r for r in rows(place / "x/replications.csv") if (r["point"], r["replication"]) == ("7", "1"))
    subprocess.run([BINARY, "run", "milk-powder", "--seed", "3", "--limit", "60", "--no-tables", "--out", "r",
                    "--set", "rules.cn.import.cbec.share_vat=1@2025-01-01", "--set", "flows.direct_mail.freight=80.00",
                    "--set", "flows.bonded.rates.mismatch=0.00"], cwd=place, check=True, capture_output=True)
    summary = json.loads((place / "r/summary.json").read_bytes())
    assert row["margin"] == summary["identity"]["margin"]
    assert row["vat"] == next(t for t in summary["treasuries"] if t["id"] == "treasury.cn")["taxes"]["vat"]


@tap.check
def means_and_intervals_are_those_of_the_replications(place):
    write(place)
    call("run", "plan.json", "--out", "x", folder=place)
    merged(place, "x")
    long = rows(place / "x/replications.csv")
    student_t = 4.302653  # two degrees of freedom
    for row in rows(place / "x/points.csv"):
        own = [float(r["margin"]) for r in long if r["point"] == row["point"]]
        mean = sum(own) / 3
        half = student_t * (sum((value - mean) ** 2 for value in own) / 2 / 3) ** 0.5
        assert abs(float(row["margin"]) - mean) < 0.0002
        assert abs(float(row["margin_low"]) - (mean - half)) < 0.002, (row["margin_low"], mean - half)
        assert abs(float(row["margin_high"]) - (mean + half)) < 0.002
    base = sqlite3.connect(place / "x/sweep.sqlite")
    assert base.execute("select count(*) from replications").fetchone() == (24,)
    told = json.loads((place / "x/sweep.json").read_bytes())
    assert [point["point"] for point in told["points"]] == list(range(1, 9))
    for effect in told["effects"]:
        swings = [float(bar["swing"]) for bar in effect["tornado"]]
        assert swings == sorted(swings, reverse=True) and len(swings) == 3 and effect["indices"] is None


@tap.check
def indices_come_from_a_saltelli_plan(place):
    axes = [{"path": "flows.bonded.freight", "from": "0.00", "to": "1.00"},
            {"path": "flows.direct_mail.freight", "from": "0.00", "to": "100.00"}]
    write(place, design="saltelli", points=16, replications=1, axes=axes,
          outputs={"freight": "channels/direct_mail/ended/buyers_paid"})
    call("run", "plan.json", "--out", "x", folder=place)
    merged(place, "x")
    first = {row["axis"]: (float(row["first"]), float(row["total"])) for row in rows(place / "x/indices.csv")}
    assert first["flows.bonded.freight"] == (0, 0), first  # it cannot touch what direct mail earns
    assert abs(first["flows.direct_mail.freight"][0] - 1) < 0.25, first
    assert abs(first["flows.direct_mail.freight"][1] - 1) < 0.25, first


def run_killed(place, out, rng):
    """One runner, killed as it begins, or a while after it has written something; true: it was at work."""
    parts = place / out / "parts"
    before = len(list(parts.glob("*.part"))) if parts.is_dir() else 0
    runner = subprocess.Popen([BINARY, "sweep", "run", "plan.json", "--out", out, "--jobs", str(rng.choice((1, 2)))],
                              cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if rng.random() < 0.7:
        while runner.poll() is None and len(list(parts.glob("*.part"))) == before:
            time.sleep(0.01)
    time.sleep(rng.uniform(0, 0.2))
    at_work = runner.poll() is None
    runner.send_signal(signal.SIGKILL)
    runner.wait(60)
    return at_work


@tap.check
def killed_at_any_moment_it_goes_on_to_the_same_bytes(place):
    if FULL:
        axes = [{"path": "rules.cn.import.cbec.share_vat@2025-01-01", "from": "0.700", "to": "1.000", "steps": 10},
                {"path": "flows.direct_mail.freight", "from": "20.00", "to": "100.00", "steps": 20}]
        more = {"axes": axes, "replications": 20, "limit": 400}
    else:
        more = {"replications": 40, "limit": 1500}
    write(place, **more)
    call("run", "plan.json", "--out", "whole", folder=place)
    whole, rng, kills, done = merged(place, "whole"), random.Random(7), 20 if FULL else 6, 0
    for _ in range(kills):
        done += run_killed(place, "killed", rng)
    assert done, "no runner was killed at work"
    call("run", "plan.json", "--out", "killed", "--missing", folder=place)
    assert merged(place, "killed") == whole
    assert not list((place / "killed").rglob("*.new")), "what killed runners had begun is still there"
    print(f"# {done} of {kills} runners were killed at work; {whole['points.csv']} points.csv", flush=True)


@tap.check
def damaged_parts_are_told_and_done_again(place):
    write(place)
    call("run", "plan.json", "--out", "x", "--jobs", "1", folder=place)
    whole = merged(place, "x")
    for damage in (lambda b: b[:-3], lambda b: b[:200] + bytes([b[200] ^ 1]) + b[201:], lambda b: b""):
        part = sorted((place / "x/parts").iterdir())[0]
        part.write_bytes(damage(part.read_bytes()))
        told = json.loads(call("status", "plan.json", "--out", "x", "--json", folder=place).stdout)
        assert told["damaged"] == [f"x/parts/{part.name}"] and told["missing"] > 0 and not told["complete"]
        call("merge", "plan.json", "--out", "x", folder=place, status=75)
        again = call("run", "plan.json", "--out", "x", "--missing", folder=place)
        assert f"{part.name} is damaged" in again.stderr
        assert merged(place, "x") == whole
        assert json.loads(call("status", "plan.json", "--out", "x", "--json", folder=place).stdout)["damaged"] == []


@tap.check
def what_is_missing_is_told(place):
    write(place)
    assert call("missing", "plan.json", "--out", "x", folder=place, status=66).stdout == ""
    call("run", "plan.json", "--out", "x", "--missing", folder=place, status=66)
    call("run", "plan.json", "--out", "x", "--shard", "2/4", folder=place)
    assert call("missing", "plan.json", "--out", "x", folder=place).stdout == "1-3,7-15,19-24\n"
    assert call("missing", "plan.json", "--out", "x", "--shards", "4", folder=place).stdout == "1,3-4\n"
    assert "18 of 24 tasks are missing" in call("merge", "plan.json", "--out", "x", folder=place, status=75).stderr
    call("run", "plan.json", "--out", "x", "--missing", folder=place)
    assert call("missing", "plan.json", "--out", "x", folder=place).stdout == ""


@tap.check
def a_folder_takes_only_its_own_plan(place):
    write(place)
    call("run", "plan.json", "--out", "x", "--shard", "1/8", folder=place)
    (place / "plan.json").write_text(json.dumps({**PLAN, "title": {"en": "a", "zh": "b"}}, indent=3))
    call("status", "plan.json", "--out", "x", folder=place)  # what a person reads may change
    for change in ({"seed": 4}, {"replications": 4}, {"limit": 61}, {"axes": AXES[:2]}, {"design": "one_at_a_time"},
                   {"outputs": {"margin": "identity/margin"}}):
        write(place, **change)
        for act in ("run", "status", "missing", "merge"):
            told = call(act, "plan.json", "--out", "x", folder=place, status=65).stderr
            assert "its plan has changed since this folder was begun" in told, (change, told)
    write(place)
    (place / "own.csv").write_text("place,hs,kind,origin,value,from,until,law,confidence,source\n"
                                   "CN,9999,mfn,,0.1,2020-01-01,,mine,high,mine\n")
    told = call("run", "plan.json", "--out", "x", "--tariff", "own.csv", folder=place, status=65).stderr
    assert "the law or a table has changed" in told, told


@tap.check
def mistakes_of_a_plan_are_shown_where_they_stand(place):
    for change, words, status in (
            ({"design": "gird"}, 'did you mean "grid"?', 65),
            ({"design": "lhs"}, 'needs "points"', 65),
            ({"points": 5}, "are counted from its axes", 65),
            ({"axes": []}, "1 to 20 expected", 65),
            ({"axes": [{"path": "flows.bonded.freigth", "values": ["1.00"]}]}, "freight", 65),
            ({"axes": [{"path": "flows.bonded.freight", "values": ["x"]}]}, "flows.bonded.freight=x", 65),
            ({"axes": [{"path": "flows.bonded.freight"}]}, '"values"', 65),
            ({"axes": [{"path": "flows.bonded.freight", "from": "2.00", "to": "1.00"}]}, '"to" must be more', 65),
            ({"axes": [AXES[0], AXES[0]]}, "two axes change", 65),
            ({"axes": [{"path": "reform", "values": ["none", "vat-11"]}]}, 'did you mean "vat-10"?', 66),
            ({"axes": [{"path": "undo", "values": ["none", "vat-10"]}]}, "is no law", 65),
            ({"scenario": "milk-powdre"}, 'did you mean "milk-powder"?', 66),
            ({"outputs": {"m": "identity/magrin"}}, 'did you mean "margin"?', 65),
            ({"outputs": {"m": "base_currency"}}, "leads to no figure", 65),
            ({"outputs": {"m": "timing/events"}}, "none of its results", 65),
            ({"outputs": {"point": "identity/margin"}}, "cannot name an output", 65),
            ({"replications": 0}, "must be 1 to", 65),
            ({"id": "../x"}, '"id" must be', 65)):
        told = call("plan", write(place, "bad.json", **change), folder=place, status=status).stderr
        assert words in told and "bad.json" in told, (change, told)
        assert subprocess.run([BINARY, "check", "bad.json"], cwd=place, capture_output=True,
                              check=False).returncode == status, change
    assert "built-in ones: milk-powder-tax" in call("plan", "nowhere", folder=place, status=66).stderr
    write(place)
    for word in ("0/3", "4/3", "x", "1/2/3", "-1/3"):
        assert "--shard is no share" in call("run", "plan.json", "--shard", word, folder=place, status=2).stderr


@tap.check
def a_reform_is_an_axis(place):
    (place / "full.json").write_text(json.dumps(
        {"rules": {"cn.import.cbec": {"parameters": {"share_vat": {"2025-01-01": {"value": "1"}}}}}}))
    write(place, axes=[{"path": "reform", "values": ["none", "full.json", "vat-10"]}], replications=2,
          outputs={"vat": "treasuries/treasury.cn/taxes/vat", "law": "matrix/law/import_retail/cost/per_order"})
    call("run", "plan.json", "--out", "x", folder=place)
    merged(place, "x")
    none, full, ten = rows(place / "x/points.csv")
    assert (none["reform"], full["reform"], ten["reform"]) == ("none", "full.json", "vat-10")
    assert float(ten["law"]) < float(none["law"]) < float(full["law"])
    (place / "full.json").write_text("{}")
    call("status", "plan.json", "--out", "x", folder=place, status=65)  # its bytes are part of the plan


@tap.check
def a_point_that_cannot_run_does_not_stop_the_others(place):
    write(place, axes=[{"path": "period.to", "values": ["2025-06-30", "2013-01-01", "2025-03-31"]}], replications=2)
    told = call("run", "plan.json", "--out", "x", folder=place, status=65).stderr
    assert "point 2:" in told, told
    assert call("missing", "plan.json", "--out", "x", folder=place).stdout == "3-4\n"


@tap.check
def a_signal_stops_it_with_what_is_done(place):
    write(place, replications=200, limit=400)
    runner = subprocess.Popen([BINARY, "sweep", "run", "plan.json", "--out", "x", "--jobs", "1"], cwd=place,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        time.sleep(0.02)
        if (place / "x/parts").is_dir():
            break
    time.sleep(0.2)
    runner.send_signal(signal.SIGINT)
    assert runner.wait(60) == 130
    told = json.loads(call("status", "plan.json", "--out", "x", "--json", folder=place).stdout)
    assert 0 < told["done"] < told["tasks"], told


@tap.check
def a_full_disk_is_told(place):
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(place)],
                                           capture_output=True, check=False).returncode:
        print("# no small disk can be made here: skipped", flush=True)
        return
    try:
        write(place, replications=400, limit=1)
        told = call("run", "plan.json", "--out", "x", folder=place, status=74).stderr
        assert "No space left" in told, told
    finally:
        subprocess.run(["umount", str(place)], check=True)


@tap.check
def a_program_without_mpi_says_so_under_mpirun(place):
    write(place)
    alone = shutil.copy2(BINARY, place / "alone")
    done = subprocess.run([alone, "sweep", "run", "plan.json"], cwd=place, capture_output=True, text=True, check=False,
                          env={**os.environ, "OMPI_COMM_WORLD_SIZE": "2"})
    assert done.returncode == 69 and "MPI cannot be used" in done.stderr, (done.returncode, done.stderr)
    assert not (place / "out").exists()


@tap.check
def its_schema_and_its_example_are_sound(place):
    schema = json.loads(subprocess.run([BINARY, "schema", "plan"], check=True, capture_output=True).stdout)
    assert {"scenario", "design", "axes", "outputs"} <= schema["properties"].keys()
    told = subprocess.run([BINARY, "check", "scenarios/plans/milk-powder-tax.json", "--json"], check=True,
                          capture_output=True).stdout
    assert json.loads(told)["kind"] == "plan"
    assert "18 points × 10 replications = 180 tasks" in call("plan", "milk-powder-tax", folder=place).stdout
    script = call("slurm", "milk-powder-tax", "--out", "it's here", "--shards", "4", folder=place).stdout
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
    assert "shards=4" in script and "out='it'\\''s here'" in script, script
    call("slurm", "milk-powder-tax", "--shards", "1001", folder=place, status=2)
    assert "180 个任务" in call("plan", "milk-powder-tax", "--lang", "zh", folder=place).stdout


if __name__ == "__main__":
    sys.exit(tap.main([test for test in tap.CHECKS if not FULL or "killed" in test.__name__]))

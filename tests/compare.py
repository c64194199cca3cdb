"""What `tradeloom compare` promises, seen from outside: the baseline is that of `run`, threads change nothing, recorded
orders are priced like those of a new run, damage is found, and what is told adds up.

usage: compare.py TRADELOOM      prints one TAP line a check
"""
import csv
import json
import signal
import subprocess
import sys
import time
from decimal import Decimal

import tap
from runs import BINARY, call, summary

REFORM = {"rules": {"cn.import.cbec": {"parameters": {"share_vat": {"2019-01-01": {"value": "1"}}}}}}


def write_reform(place, name="reform.json", content=None):
    (place / name).write_text(json.dumps(content or REFORM), encoding="utf-8")
    return name


def compared(place, *words):
    return json.loads(call("compare", *words, "--json", folder=place).stdout)


def figure(answer, group, key, name):
    found = [f for f in answer["figures"] if (f["group"], f["id"], f["figure"]) == (group, key, name)]
    assert len(found) == 1, (group, key, name, found)
    return found[0]


@tap.check
def before_is_what_run_says(place):
    reform = write_reform(place)
    call("run", "year-2025", "--limit", "900", "--seed", "5", "--out", "run", folder=place)
    told = summary(place / "run")
    reforms = compared(place, "year-2025", reform, "--limit", "900", "--seed", "5", "--replications", "1")["reforms"]
    for mode in ("static", "dynamic"):
        answer = reforms[0][mode]
        for treasury in told["treasuries"]:
            if Decimal(treasury["net"]):
                assert Decimal(figure(answer, "treasury", treasury["id"], "net")["before"]) == Decimal(treasury["net"])
        ended = sum(told["orders"][s] for s in ("delivered", "refused", "cancelled", "returned", "lost"))
        assert int(figure(answer, "total", "all", "orders")["before"]) == ended
    assert (place / reform).read_text(encoding="utf-8") == json.dumps(REFORM)


@tap.check
def after_is_what_run_says_under_the_reform(place):
    reform = write_reform(place)
    words = ("year-2025", "--limit", "900", "--seed", "5")
    call("run", *words, "--reform", reform, "--out", "run", folder=place)
    answer = compared(place, words[0], reform, *words[1:], "--replications", "1", "--dynamic")["reforms"][0]["dynamic"]
    for treasury in summary(place / "run")["treasuries"]:
        if Decimal(treasury["net"]):
            assert Decimal(figure(answer, "treasury", treasury["id"], "net")["after"]) == Decimal(treasury["net"])


@tap.check
def what_is_told_adds_up(place):
    reform = write_reform(place)
    told = compared(place, "year-2025", reform, "--limit", "2000", "--replications", "3")["reforms"][0]
    for mode, answer in told.items():
        if mode not in ("static", "dynamic"):
            continue
        orders = answer["orders"]
        assert orders["delivered_under_both"] == (orders["pay_more"]["orders"] + orders["pay_less"]["orders"] +
                                                  orders["pay_the_same"])
        for f in answer["figures"]:
            if f["difference"] is not None and f["figure"] in ("net", "orders"):
                off = Decimal(f["after"]) - Decimal(f["before"]) - Decimal(f["difference"])
                assert abs(off) <= Decimal("0.02" if f["figure"] == "net" else "2"), f  # means of three, each rounded
            if f["ci95"]:
                assert Decimal(f["ci95"][0]) <= Decimal(f["difference"]) <= Decimal(f["ci95"][1]), f
        charges = sum(Decimal(f["difference"]) for f in answer["figures"] if f["group"] == "charge")
        treasuries = sum(Decimal(f["difference"]) for f in answer["figures"] if f["group"] == "treasury")
        assert abs(charges - treasuries) < Decimal("0.5"), (mode, charges, treasuries)
        assert answer["largest"]
        assert all(told["en"].endswith(".") and told["zh"].endswith("\u3002") for told in answer["largest"])


@tap.check
def threads_change_nothing(place):
    reform = write_reform(place)
    words = ("compare", "year-2025", reform, "--limit", "500", "--replications", "4", "--json", "--jobs")
    first = call(*words, "1", folder=place).stdout
    assert call(*words, "2", folder=place).stdout == first
    assert call(*words, "5", folder=place).stdout == first


@tap.check
def recorded_orders_are_priced_like_those_of_a_new_run(place):
    reform = write_reform(place)
    (place / "elsewhere").mkdir()
    for words in (("milk-powder", "--limit", "700", "--replications", "2"), ("year-2025", "--limit", "900")):
        call("run", *words, "--record", "--no-tables", "--jobs", "2", "--out", words[0], folder=place)
        times = () if "--replications" in words else ("--replications", "1")
        new = call("compare", words[0], reform, *words[1:], *times, "--static", "--json", folder=place).stdout
        assert call("compare", f"./{words[0]}", reform, "--json", folder=place).stdout == new, words
        there = call("compare", f"../{words[0]}", f"../{reform}", "--json", "--out", "told",
                     folder=place / "elsewhere").stdout
        assert there == new.replace(f'"id": "{reform}"', f'"id": "../{reform}"')
        assert (place / "elsewhere/told/compare.json").read_text(encoding="utf-8") == there


@tap.check
def a_damaged_record_is_found(place):
    reform = write_reform(place)
    call("run", "milk-powder", "--limit", "300", "--record", "--out", "run", folder=place)
    record = place / "run/record.bin"
    whole = record.read_bytes()
    assert len(whole) % 120 == 0
    for broken in (whole[:-120], whole[:-60], whole[120:], b"\0" * 1200, whole + whole[-120:]):
        record.write_bytes(broken)
        done = call("compare", "./run", reform, folder=place, status=65)
        assert "record" in done.stderr, done.stderr
    record.write_bytes(whole)
    call("compare", "./run", reform, folder=place)
    record.unlink()
    assert "--record" in call("compare", "./run", reform, folder=place, status=66).stderr
    assert call("compare", "./run", reform, "--dynamic", folder=place, status=2).stderr


@tap.check
def what_is_asked_wrongly_is_told(place):
    reform = write_reform(place)
    call("compare", "milk-powder", folder=place, status=2)
    assert "milk-powder" in call("compare", "milk-powdr", reform, folder=place, status=66).stderr
    call("compare", "milk-powder", "no-such-reform.json", folder=place, status=66)
    call("compare", "milk-powder", reform, "--warm-up", "x", folder=place, status=2)
    bad = write_reform(place, "bad.json", {"rules": {"cn.import.cbec": {"parameters": {"share_vta": {}}}}})
    assert "bad.json" in call("compare", "milk-powder", bad, folder=place, status=65).stderr


@tap.check
def the_warm_up_leaves_orders_out(place):
    reform = write_reform(place)
    call("run", "milk-powder", "--limit", "2000", "--out", "run", folder=place)
    with open(place / "run/orders.csv", encoding="utf-8", newline="") as file:
        placed = sorted(row["placed_at"][:10] for row in csv.DictReader(file))
    first = summary(place / "run")["period"]["from"]
    words = ("milk-powder", reform, "--limit", "2000", "--replications", "1", "--static", "--warm-up")
    for days in (0, 30):
        answer = compared(place, *words, str(days))["reforms"][0]["static"]
        month = time.strptime(first, "%Y-%m-%d")
        since = time.strftime("%Y-%m-%d", time.gmtime(time.mktime(month) + days * 86400)) if days else first
        counted = sum(day >= since for day in placed)
        assert int(figure(answer, "total", "all", "orders")["before"]) == counted, (days, since, counted)


@tap.check
def a_signal_ends_it_and_leaves_nothing(place):
    reform = write_reform(place)
    child = subprocess.Popen([BINARY, "compare", "milk-powder", reform, "--limit", "300000", "--out", "out"], cwd=place,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    child.send_signal(signal.SIGINT)
    out, _ = child.communicate(timeout=60)
    assert child.returncode == 130 and not out, (child.returncode, out)
    assert not (place / "out").exists()


if __name__ == "__main__":
    sys.exit(tap.main())

"""What `tradeloom run` promises, seen from outside: the books add up from the tables alone, the same bytes come
whatever the threads, a stopped run goes on as if it had not been stopped, nothing is left half written.

usage: runs.py TRADELOOM      prints one TAP line a check
"""
import csv
import json
import pathlib
import resource
import signal
import subprocess
import sys
import time
from decimal import Decimal

import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
LAYERS, COLUMNS = ("law", "trade", "logistics"), ("export_retail", "general_trade", "import_retail")
COUNTED = ("service", "tax", "capital", "loss")
TABLES = ("orders.csv", "postings.csv")


def call(*words, folder, status=0, **more):
    done = subprocess.run([BINARY, *words], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=300, check=False, **more)
    assert done.returncode == status, f"{words}: exit {done.returncode}, not {status}: {done.stderr[-400:]}"
    return done


def summary(folder):
    return json.loads((folder / "summary.json").read_bytes())


def contents(folder):
    """File name -> bytes, without the parts that may differ."""
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, part in (("summary.json", "timing"), ("manifest.json", "machine")):
        data = json.loads(files[name])
        del data[part]
        files[name] = data
    return files


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_up(folder):
    """The nine nodes, goods and the buyers' payments out of postings.csv; who is inside says the summary."""
    told = summary(folder)
    side = {p["id"]: p["side"] for p in told["treasuries"] + told["parties"]}
    nodes = dict.fromkeys(((l, c) for l in LAYERS for c in COLUMNS), Decimal(0))
    paid, goods, margin, sums = Decimal(0), Decimal(0), Decimal(0), {}
    for row in rows(folder / "postings.csv"):
        base, start, end = Decimal(row["base_amount"]), side[row["from"]], side[row["to"]]
        crosses = (start != "outside") - (end != "outside")
        paid += base * ((start == "buyer") - (end == "buyer"))
        margin += base * ((end == "holder") - (start == "holder"))
        if row["class"] in COUNTED:
            nodes[row["layer"], row["column"]] += base * crosses
        elif row["class"] == "goods":
            goods += base * crosses
        else:
            assert crosses == 0, row
        currency = sums.setdefault(row["currency"], {})
        currency[row["from"]] = currency.get(row["from"], 0) - Decimal(row["amount"])
        currency[row["to"]] = currency.get(row["to"], 0) + Decimal(row["amount"])
    return nodes, paid, goods, margin, sums


def books_add_up(folder):
    told, (nodes, paid, goods, margin, sums) = summary(folder), add_up(folder)
    for node in told["matrix"]:
        assert Decimal(node["cost"]["total"]) == nodes[node["layer"], node["column"]], node
        assert sum(map(Decimal, node["kinds"].values())) == Decimal(node["cost"]["total"]), node
    identity = {name: Decimal(value) for name, value in told["identity"].items()}
    stock = Decimal(told["stock"])
    assert identity["buyers_paid"] == paid
    assert identity["goods"] == goods - stock and identity["margin"] == margin + stock
    assert identity["nodes"] == sum(nodes.values())
    assert paid == identity["goods"] + identity["nodes"] + identity["margin"]
    assert told["identity"]["difference"] == "0.00"
    assert sums.keys() == told["ledger"]["sum"].keys()
    assert all(sum(ends.values()) == 0 for ends in sums.values())
    assert all(Decimal(value) == 0 for value in told["ledger"]["sum"].values())


def orders_add_up(folder):
    told, orders = summary(folder), rows(folder / "orders.csv")
    states = [row["state"] for row in orders]
    assert len(orders) == told["orders"]["placed"]
    assert all(states.count(name) == count for name, count in told["orders"].items() if name != "placed")
    assert sum(count for name, count in told["orders"].items() if name != "placed") == told["orders"]["placed"]
    for layer in LAYERS:
        for column in COLUMNS:
            own = sum((Decimal(row[f"{layer}_{column}"]) for row in orders), Decimal(0))
            node = next(n for n in told["matrix"] if (n["layer"], n["column"]) == (layer, column))
            placed = sum(row["column"] == column for row in orders)
            assert placed or own == 0
            if placed:
                per_order = Decimal(node["cost"]["total"]) / placed
                assert abs(Decimal(node["cost"]["per_order"]) - per_order) <= Decimal("0.005"), node
    nodes = sum(Decimal(row[f"{l}_{c}"]) for row in orders for l in LAYERS for c in COLUMNS)
    assert nodes + Decimal(told["unallocated"]) == Decimal(told["identity"]["nodes"])
    for row in orders:
        cost = Decimal(row["base_goods"]) + sum(Decimal(row[f"{l}_{c}"]) for l in LAYERS for c in COLUMNS)
        assert cost == Decimal(row["landed_cost"]), row
        assert Decimal(row["base_paid"]) == cost + Decimal(row["margin"]), row


@tap.check
def the_books_add_up_from_the_tables_alone(place):
    for scenario in ("milk-powder", "shenzhen-germany"):
        call("run", scenario, "--limit", "700", "--replications", "2", "--out", "x", folder=place)
        books_add_up(place / "x")
        orders_add_up(place / "x")


ORDERS = """Number,Article,Words,Pieces,When,Each,Who,Where
1001,22728,ALARM CLOCK BAKELIKE PINK,24,2010-12-01 08:45,3.75,12583,France
1001,POST,POSTAGE,3,2010-12-01 08:45,18.00,12583,France
1002,21724,CERAMIC MUG,6,2010-12-02 09:00,2.10,12601,Germany
C1003,22728,ALARM CLOCK BAKELIKE PINK,-4,2010-12-20 10:00,3.75,12583,France
1004,22728,ALARM CLOCK BAKELIKE PINK,6,2010-12-03 09:00,0.00,12601,Germany
1005,99999,ZZZ QQQ,6,2010-12-03 09:00,1.00,12601,Germany
1006,21724,CERAMIC MUG,6,2010-12-03 09:00,2.10,12601,Atlantis
"""
MAP = "order_id=Number,article=Article,description=Words,quantity=Pieces,time=When,unit_price=Each," \
      "customer=Who,country=Where"


@tap.check
def every_line_of_a_users_orders_is_accounted_for(place):
    (place / "orders.csv").write_text(ORDERS)
    call("run", "replay", "--orders", "orders.csv", "--map", MAP, "--out", "x", folder=place)
    told = summary(place / "x")["input"]
    assert told["lines"] == 7 == told["sold"] + told["returned"] + sum(told["set_aside"].values())
    assert told["sold"] == 2 and told["returned"] == 1 and told["returned_without_sale"] == 0
    aside = {reason for reason, count in told["set_aside"].items() if count}
    assert aside == {"postage", "no_price", "no_tariff", "no_country"}, aside
    books_add_up(place / "x")
    orders_add_up(place / "x")
    orders = rows(place / "x/orders.csv")
    assert sorted(row["reference"] for row in orders) == ["1001", "1002"]
    assert "ALARM" not in call("explain", "1001", "--run", "x", folder=place).stderr
    assert "1001" in call("explain", "1001", "--run", "x", folder=place).stdout


@tap.check
def a_run_cut_by_a_day_adds_up_too(place):
    call("run", "milk-powder", "--limit", "3000", "--until", "2025-05-31", "--out", "x", folder=place)
    books_add_up(place / "x")
    orders_add_up(place / "x")
    assert summary(place / "x")["orders"]["open"] > 0


@tap.check
def curves_cross_where_they_say(place):
    for axis in ("quantity", "value", "weight", "distance"):
        words = ("curve", "overseas-warehouse", "--market", "us", "--over", axis, "--most", "2000")
        curve = json.loads(call(*words, "--json", folder=place).stdout)
        ranges, crosses = curve["cheapest"], curve["crosses"]
        assert curve["over"] == axis and curve["axis"]["zh"] and len(curve["points"][0]["cost"]) == 4
        assert [c["at"] for c in crosses] == [r["from"] for r in ranges[1:]]
        assert [(c["from"], c["to"]) for c in crosses] == [(a["flow"], b["flow"]) for a, b in zip(ranges, ranges[1:])]
        assert all(c["closes"] or c["opens"] or c["drivers"] for c in crosses if c["from"] and c["to"])
        table = call(*words, "--csv", folder=place).stdout.splitlines()
        rows = [dict(zip(table[0].split(","), row.split(","))) for row in table[1:]]
        best = [(p["quantity"], p["best"] or "") for p in curve["points"]]
        assert [(int(row[axis]), row["best"]) for row in rows] == best
        assert all(row[way] == (cost or "") for row, p in zip(rows, curve["points"]) for way, cost in p["cost"].items())
    tonnes = json.loads(call("curve", "milk-powder", "--most", "2t", "--json", folder=place).stdout)
    assert tonnes["points"][-1]["quantity"] == 2000000 // 1150
    assert 'did you mean "weight"' in call("curve", "milk-powder", "--over", "wieght", folder=place, status=2).stderr
    words = ("curve", "milk-powder", "--over", "value")
    assert "usual size" in call(*words, "--per", "order", folder=place, status=2).stderr
    call(*words, "--most", "2t", folder=place, status=2)


@tap.check
def the_summary_has_every_field(place):
    call("run", "milk-powder", "--limit", "200", "--replications", "3", "--out", "x", folder=place)
    told = summary(place / "x")
    assert list(told) == ["schema_version", "complete", "scenario", "seed", "replications", "period", "base_currency",
                          "orders", "placed_by_column", "shipments", "matrix", "goods", "margin", "unallocated",
                          "stock", "identity", "layers", "average_order", "channels", "treasuries", "parties", "ports",
                          "irregular", "ledger", "unread", "digest", "timing"]
    assert [(n["layer"], n["column"]) for n in told["matrix"]] == [(l, c) for l in LAYERS for c in COLUMNS]
    for node in told["matrix"]:
        low, high = node["cost"]["ci95"] or (None, None)
        assert (low is None) == (node["column"] == "export_retail")
        assert low is None or Decimal(low) <= Decimal(node["cost"]["per_order"]) <= Decimal(high)
    for name in ("channels", "treasuries", "parties", "ports"):
        ids = [item["id"] for item in told[name]]
        assert ids and ids == sorted(ids), name
    assert len(told["digest"]) == 32
    assert sorted(p.name for p in (place / "x").iterdir()) == [
        "manifest.json", "orders.csv", "postings.csv", "report.html", "summary.json"]


@tap.check
def months_of_a_treasury_sum_to_its_taxes(place):
    call("run", "milk-powder", "--limit", "900", "--replications", "2", "--out", "x", folder=place)
    for treasury in summary(place / "x")["treasuries"]:
        months = treasury["months"]
        assert len(months) > 6 and [m["month"] for m in months] == sorted({m["month"] for m in months})
        assert sum(Decimal(m["net"]) for m in months) == Decimal(treasury["net"])
        for kind, amount in treasury["taxes"].items():
            assert sum(Decimal(m["taxes"].get(kind, 0)) for m in months) == Decimal(amount)


@tap.check
def threads_and_a_second_run_change_no_byte(place):
    words = ("run", "milk-powder", "--limit", "900", "--replications", "7", "--out")
    for name, jobs in (("a", "1"), ("b", "2"), ("c", "5"), ("d", "1")):
        call(*words, name, "--jobs", jobs, folder=place)
    first = contents(place / "a")
    assert all(contents(place / name) == first for name in "bcd")
    assert [row["replication"] for row in rows(place / "a/orders.csv")] == sorted(
        row["replication"] for row in rows(place / "a/orders.csv"))


def stop(place, words, seconds, number=signal.SIGINT):
    """Starts a run and stops it; its exit status."""
    child = subprocess.Popen([BINARY, *words], cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    child.send_signal(number)
    return child.wait(timeout=120)


@tap.check
def a_stopped_run_goes_on_as_if_it_had_not_been_stopped(place):
    for case, more in (("one", ()), ("three", ("--replications", "3", "--jobs", "2"))):
        words = ("run", "milk-powder", "--limit", "60000", "--record", *more, "--out")
        call(*words, f"{case}-whole", folder=place)
        cut, stops = place / f"{case}-cut", 0
        for attempt in range(40):
            waits = (cut / ".unfinished/checkpoint").exists()
            again = ("run", "--resume", cut.name) if waits and attempt % 2 else words + (cut.name,)
            status = stop(place, again, 0.12 + (0 if stops else 0.06 * attempt))
            if status == 0:
                break
            assert status in (130, -signal.SIGINT), status  # by the signal itself: before the run began
            stops += status == 130 and summary(cut)["complete"] is False
            assert not any((cut / name).exists() for name in TABLES)
        else:
            call(*words, cut.name, folder=place)
        assert stops > 0, "it was never stopped"
        assert contents(cut) == contents(place / f"{case}-whole")


@tap.check
def a_killed_run_goes_on_from_its_last_checkpoint(place):
    words = ("run", "milk-powder", "--limit", "40000", "--replications", "4", "--jobs", "2", "--out")
    call(*words, "whole", folder=place)
    for seconds in (0.1, 0.2, 0.3, 0.4):
        stop(place, words + ("cut",), 0.25)
        stop(place, words + ("cut",), seconds, signal.SIGKILL)
    call(*words, "cut", folder=place)
    assert contents(place / "cut") == contents(place / "whole")


@tap.check
def a_precise_run_stops_at_the_same_replication_whatever_the_threads(place):
    words = ("run", "shenzhen-germany", "--limit", "60", "--precision", "1%", "--out")
    for name, jobs in (("a", "1"), ("b", "2"), ("c", "5")):
        call(*words, name, "--jobs", jobs, folder=place)
    first = contents(place / "a")
    told = summary(place / "a")
    assert all(contents(place / name) == first for name in "bc")
    assert 10 < told["replications"] < 1000, told["replications"]
    call("run", "shenzhen-germany", "--limit", "60", "--replications", str(told["replications"]), "--out", "d",
         folder=place)
    assert contents(place / "d")["orders.csv"] == first["orders.csv"]
    call("run", "milk-powder", "--precision", "1", folder=place, status=2)


@tap.check
def a_paced_run_is_the_same_run(place):
    words = ("run", "milk-powder", "--limit", "100", "--until", "2025-01-20", "--out")
    call(*words, "fast", folder=place)
    begun = time.monotonic()
    call(*words, "slow", "--speed", str(86400 * 120), folder=place)
    assert time.monotonic() - begun > 0.5
    assert contents(place / "fast") == contents(place / "slow")


@tap.check
def a_paced_run_stops_at_once(place):
    begun = time.monotonic()
    assert stop(place, ("run", "milk-powder", "--speed", "3600", "--out", "x"), 0.5, signal.SIGTERM) == 143
    assert time.monotonic() - begun < 10
    assert summary(place / "x")["complete"] is False
    call("run", "milk-powder", "--limit", "50", "--out", "x", folder=place)  # another run: it starts anew
    assert summary(place / "x")["complete"] is True and not (place / "x/.unfinished").exists()


@tap.check
def one_folder_takes_one_run_at_a_time(place):
    child = subprocess.Popen([BINARY, "run", "milk-powder", "--speed", "3600", "--out", "x"], cwd=place,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (place / "x/.unfinished").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    try:
        done = call("run", "milk-powder", "--limit", "50", "--out", "x", folder=place, status=75)
        assert "error[busy]" in done.stderr
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=60)


def small_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))


@tap.check
def a_failed_write_leaves_the_last_run_as_it_was(place):
    call("run", "milk-powder", "--limit", "50", "--out", "x", folder=place)
    before = {path.name: path.read_bytes() for path in (place / "x").iterdir()}
    for jobs in ("1", "2"):
        done = call("run", "milk-powder", "--limit", "20000", "--replications", "3", "--jobs", jobs, "--out", "x",
                    folder=place, status=74, preexec_fn=small_files)
        assert "error[io]" in done.stderr and "csv" in done.stderr
        assert {path.name: path.read_bytes() for path in (place / "x").iterdir()} == before
    call("run", "milk-powder", "--limit", "20000", "--out", "new", folder=place, status=74, preexec_fn=small_files)
    assert not (place / "new").exists()


@tap.check
def tables_of_an_earlier_run_do_not_stay(place):
    call("run", "milk-powder", "--limit", "50", "--out", "x", folder=place)
    call("run", "milk-powder", "--limit", "60", "--no-tables", "--out", "x", folder=place)
    assert not any((place / "x" / name).exists() for name in TABLES)
    assert summary(place / "x")["orders"]["placed"] == 60


@tap.check
def a_run_starts_without_what_only_other_verbs_need(place):
    maps = pathlib.Path("/proc/self/maps")
    if not maps.exists():
        return
    child = subprocess.Popen([BINARY, "quote", "-"], cwd=place, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    for _ in range(200):
        loaded = pathlib.Path(f"/proc/{child.pid}/maps").read_text(encoding="utf-8")
        if "libsqlite3" in loaded or "libuv" in loaded:
            break
        time.sleep(0.01)
    child.communicate(timeout=60)
    assert "libuv" in loaded, "its libraries cannot be seen"
    heavy = [name for name in ("libcurl", "libmicrohttpd", "libxml2", "libarchive") if name in loaded]
    assert not heavy, f"{heavy} take longer to start than a question to answer: sim/main_whole.c"


@tap.check
def json_on_stdout_is_the_summary(place):
    done = call("run", "milk-powder", "--limit", "80", "--out", "x", "--json", folder=place)
    assert done.stdout == (place / "x/summary.json").read_text()
    assert done.stderr == ""


@tap.check
def a_change_changes_what_it_says(place):
    reform = {"schema_version": 1, "title": {"en": "All of it", "zh": "全额"},
              "rules": {"cn.import.cbec": {"parameters": {"share_vat": {"2025-03-01": {"value": "1"}}}}}}
    (place / "reform.json").write_text(json.dumps(reform))
    words = ("run", "milk-powder", "--limit", "400", "--out")
    call(*words, "base", folder=place)
    call(*words, "reform", "--reform", "reform.json", folder=place)
    call(*words, "set", "--set", "rules.cn.import.cbec.share_vat=1@2025-03-01", folder=place)
    call(*words, "price", "--set", "flows.bonded.goods.infant-formula.price=210.00", folder=place)
    base, changed, same, price = (rows(place / name / "orders.csv") for name in ("base", "reform", "set", "price"))
    assert changed == same
    for old, new in zip(base, changed):
        retail, late = old["column"] == "import_retail", old["matched_at"] >= "2025-02-28T16"  # midnight there
        levied = Decimal(old["charge_vat"] or 0) > 0  # not on what came back in time
        assert (old["charge_vat"] != new["charge_vat"]) == (retail and late and levied), old
    asked = [(row["goods_price"], row["units"]) for row in price if row["flow"] == "bonded"]
    assert asked and all(Decimal(paid) == 210 * int(units) for paid, units in asked)


@tap.check
def an_order_is_told_as_the_tables_have_it(place):
    call("run", "milk-powder", "--limit", "120", "--replications", "2", "--seed", "4", "--out", "x", folder=place)
    orders, postings = rows(place / "x/orders.csv"), rows(place / "x/postings.csv")
    for replication, number in (("1", "7"), ("2", "40")):
        order = next(o for o in orders if (o["replication"], o["order"]) == (replication, number))
        own = [p for p in postings if (p["replication"], p["order"]) == (replication, number)]
        done = call("explain", f"{replication}:{number}", "--run", "x", "--json", folder=place)
        told = json.loads(done.stdout)
        heard = [entry for entry in told["story"] if "posting" in entry]
        assert told["state"] == order["state"] and told["cost"]["landed"] == order["landed_cost"]
        assert [(e["posting"], e["amount"], e["from"], e["to"], e["reason"]) for e in heard] == [
            (p["kind"], p["amount"], p["from"], p["to"], p["reason"]) for p in own]
        assert any("law" in entry for entry in told["story"])
        for language in ("en", "zh"):
            text = call("explain", f"{replication}:{number}", "--run", "x", "--lang", language, folder=place).stdout
            assert order["regime"] in text
    call("explain", "99999", "--run", "x", folder=place, status=65)
    manifest = json.loads((place / "x/manifest.json").read_text())
    manifest["data"]["sha256"] = "0" * 64
    (place / "x/manifest.json").write_text(json.dumps(manifest))
    assert "changed" in call("explain", "7", "--run", "x", folder=place, status=65).stderr


@tap.check
def every_code_is_explained_in_both_languages(place):
    listed = {language: call("explain", "--lang", language, folder=place).stdout for language in ("en", "zh")}
    codes = {line.split()[0] for line in listed["en"].splitlines() if line and line[0].islower()}
    assert len(codes) > 40
    for code in codes:
        for language, text in listed.items():
            said = call("explain", code, "--lang", language, folder=place).stdout
            assert said and all(line in text for line in said.splitlines()), code


@tap.check
def what_ships_is_sound(place):
    for name in ("milk-powder", "shenzhen-germany", "replay", "rules/cn/tariff.csv", "catalog/products.csv"):
        told = json.loads(call("check", name, "--json", folder=place).stdout)
        assert told["sound"] is True
    for name in ("scenario", "pack", "reform", "order", "drawback"):
        schema = json.loads(call("schema", name, folder=place).stdout)
        assert schema["$schema"].startswith("http://json-schema.org/draft-07") and schema["properties"]


if __name__ == "__main__":
    sys.exit(tap.main())

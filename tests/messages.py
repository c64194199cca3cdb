"""What `tradeloom generate` promises of messages, event logs and declarations: valid, in agreement with each other and
with what `quote` says, the same bytes for a seed, for any number of shards, and after a kill.

usage: messages.py TRADELOOM      prints one TAP line a check
"""
import os
import pathlib
import signal
import subprocess
import sys
import time

import messages_look as look
import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())


def words(scenario, limit, formats, out, *more):
    return [BINARY, "generate", scenario, "--limit", str(limit), "--seed", "7", "--format", formats, "--out", str(out),
            *more]


def generate(*what):
    done = subprocess.run(words(*what), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                          timeout=300)
    assert done.returncode == 0, done.stderr[-600:]
    return what[3]


def contents(folder):
    """Path -> bytes of all files."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@tap.check
def messages_are_valid_and_agree(folder):
    total = 0
    for scenario, imports, exports in (("milk-powder", 100, 0), ("rural-county", 20, 20), ("rule-changes", 20, 20)):
        set_ = generate(scenario, 300, "ceb", folder / scenario)
        found, counts = look.look_at_ceb(set_ / "ceb")
        assert counts["imports"] >= imports and counts["exports"] >= exports, (scenario, counts)
        assert look.bills_equal_quote(BINARY, found) == counts["bills"] > 0
        total += counts["files"] or 0
        some = next((set_ / "ceb/CEB311").iterdir())
        done = subprocess.run([BINARY, "check", str(some)], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and "CEB311" in done.stdout, done.stderr
    print(f"# {total} files against the customs' schemas" if total else "# the customs' schemas are not here")


@tap.check
def returns_refusals_and_second_lists_are_there(folder):
    set_ = generate("year-2025", 2000, "ceb", folder / "set")
    found, _ = look.look_at_ceb(set_ / "ceb")
    statuses = {(number, head["returnStatus"]) for number in (622, 604) for _, head, _ in found[number]}
    assert {(622, status) for status in ("100", "300", "500", "800")} <= statuses
    assert {(604, status) for status in ("100", "800", "899")} <= statuses
    assert found[625] and {head["appType"] for _, head, _ in found[621]} == {"1", "2"}
    assert found[711] and all(lines for _, _, lines in found[711])


@tap.check
def event_logs_conform(folder):
    for scenario in ("rural-county", "bonded-direct-parcel"):
        set_ = generate(scenario, 300, "ocel-sqlite,ocel-json", folder / scenario)
        log = look.look_at_ocel_json(set_ / "ocel.json")
        db = look.look_at_ocel_sqlite(set_ / "ocel.sqlite")
        look.same_logs(log, db)
        kinds = {event["type"] for event in log["events"]}
        assert {"place", "pay", "declare", "match", "release", "deliver", "send CEB621", "receive CEB622"} <= kinds
        states = {a["value"] for o in log["objects"] if o["type"] == "declaration"
                  for a in o["attributes"] if a["name"] == "status"}
        assert {"2", "120", "800"} <= states
    stocked = generate("milk-powder", 500, "ocel-sqlite", folder / "stocked")
    look.orders_know_their_shipments(look.look_at_ocel_sqlite(stocked / "ocel.sqlite"), 250)
    assert not {".ocel.sqlite", ".unfinished"} & {path.name for path in set_.iterdir()}


@tap.check
def declarations_of_the_eu_have_their_elements(folder):
    rows = look.look_at_h7(generate("shenzhen-germany", 300, "h7", folder / "set") / "h7.jsonl")
    assert len(rows) > 250 and all("13 16" in row["GS"] for row in rows)
    assert len({row["H"]["12 09"] for row in rows}) == len(rows)


@tap.check
def the_same_seed_gives_the_same_bytes(folder):
    formats = "ceb,ocel-json,h7"
    one = contents(generate("rural-county", 300, formats, folder / "one"))
    two = contents(generate("rural-county", 300, formats, folder / "two"))
    assert one == two and len(one) > 20


@tap.check
def shards_make_the_whole(folder):
    def data_of(folder):  # what tells of the set as a whole stands in each part
        return {name: data for name, data in contents(folder).items() if name.startswith(("ceb/", "h7"))}
    whole = data_of(generate("rural-county", 2000, "ceb,h7", folder / "whole"))
    for shards in (2, 7):
        parts, joined = [], {}
        for k in range(1, shards + 1):
            parts.append(data_of(generate("rural-county", 2000, "ceb,h7", folder / f"{k}of{shards}", "--shard",
                                          f"{k}/{shards}")))
        for part in parts:
            for name, data in part.items():
                grows = name in ("ceb/index.csv", "h7.jsonl")
                assert grows or name not in joined, name
                joined[name] = joined.get(name, b"") + data
        assert joined == whole, shards


@tap.check
def shards_of_a_log_make_the_whole(folder):
    def rows(path):
        db = look.look_at_ocel_sqlite(path)
        return {(table, *row) for table in ("event", "object", "event_object", "object_object")
                for row in db.execute(f"SELECT * FROM {table}")}
    whole = rows(generate("shenzhen-germany", 2000, "ocel-sqlite", folder / "whole") / "ocel.sqlite")
    shards = [generate("shenzhen-germany", 2000, "ocel-sqlite", folder / k, "--shard", f"{k}/2") for k in "12"]
    parts = [rows(shard / "ocel.sqlite") for shard in shards]
    assert parts[0] | parts[1] == whole and len(whole) > 10000


def count_lists(folder):
    """Files of export lists, while they come and go."""
    return sum(name.startswith("CEB603_") for _, _, names in os.walk(folder) for name in names)


@tap.check
def a_killed_set_goes_on(folder):
    formats = "ceb,ocel-json,h7"
    whole = contents(generate("shenzhen-germany", 3000, formats, folder / "whole"))
    killed = 0
    for _ in range(6):
        with subprocess.Popen(words("shenzhen-germany", 3000, formats, folder / "torn"), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            until = time.monotonic() + 30
            before = count_lists(folder / "torn")
            while process.poll() is None and time.monotonic() < until:
                if count_lists(folder / "torn") > before + 3:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
                    break
                time.sleep(0.005)
        if (folder / "torn/h7.jsonl").exists():
            break
    generate("shenzhen-germany", 3000, formats, folder / "torn")
    assert killed > 0 and contents(folder / "torn") == whole


if __name__ == "__main__":
    sys.exit(tap.main())

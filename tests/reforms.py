"""What a reform promises: the built-in ones are whole, each is the law of its day against the law without it, nothing
that it is laid over is changed, and it can be undone.

usage: reforms.py BINARY ROOT      one TAP line a promise
"""
import concurrent.futures
import datetime
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

NAMES = """cn-2016-04-08 cn-2018-05-01 cn-2019-01-01 cn-2019-04-01 cn-2024-12-01 eu-2021-07-01 eu-2026-07-01
    eu-normal-tariff gb-2021-01-01 gb-relief-ends us-2016-03-10 us-2025-05-02 us-2025-08-29 us-2026-07-24 br-2024-08-01
    br-2026-05-12 retail-share-100 retail-limit-8000 vat-10 no-parcel-waiver no-drawback officers-halved
    freight-doubled""".split()
ORDERS = "1500"

# (a reform, or what of it is wrong; exit status; what the complaint must say)
BROKEN = [
    ({"law_of": {"CN": "2019-01-01"}, "rules": {}}, 65, '"rules" beside "law_of"'),
    ({"law_of": {"CN": "2019-01-01"}, "prices": {}}, 65, '"prices" beside "law_of"'),
    ({"law_of": {"XX": "2019-01-01"}}, 65, 'no law of a place "XX"'),
    ({"law_of": {"CN": "2019-02-30"}}, 65, '"CN" must be a day'),
    ({"law_of": {"CN": "2019-01-01"}, "covers": ["cn.import.cbce"]}, 65, 'did you mean "cn.import.cbec"?'),
    ({"covers": ["cn.import.cbec"], "rules": {}}, 65, '"covers" without "law_of"'),
    ({"factors": {"fright": "2"}}, 65, 'did you mean "freight"?'),
    ({"factors": {"freight": 2}}, 65, "must be a factor"),
    ({"factors": {"EUR": "2"}}, 65, "a currency but the euro"),
    ({"factors": {"freight": {"2025-02-30": "2"}}}, 65, "must be a day"),
    ({"factors": {"freight": {"2025-03-02": "2", "2025-03-01": "1"}}}, 65, "behind those before it"),
    ({"factors": {"freight": {"2025-03-02": 2}}}, 65, "must be a factor"),
    ({"factors": {"officers": {"2025-03-02": "2"}}}, 65, "must be a factor"),
    ({"confidence": "sure", "rules": {}}, 65, 'unknown confidence "sure"'),
    ([], 65, "must be an object"),
]


class Program:
    def __init__(self, binary, folder):
        self.binary, self.folder, self.count = binary, folder, 0

    def __call__(self, *words, status=0, language="en"):
        done = subprocess.run([self.binary, *words, "--lang", language], capture_output=True, text=True,
                              encoding="utf-8", cwd=self.folder, check=False)
        assert done.returncode == status, f"{' '.join(words)}: exit {done.returncode}: {done.stderr[-300:]}"
        return done.stdout if status == 0 else done.stderr

    def digest(self, scenario, *words):
        self.count += 1
        out = self("run", *scenario.split(), "--limit", ORDERS, "--no-tables", "--json",
                   "--out", f"out{self.count}", *words)
        return json.loads(out)["digest"]


def whole(program, reforms):
    """each says what it is, in two languages, and is sound"""
    for name, reform in reforms.items():
        assert reform["id"] == name
        for member in ("title", "about", "law"):
            assert reform[member]["en"] and reform[member]["zh"], (name, member)
        assert reform["source"] and reform["confidence"] and reform["schema_version"] == 1, name
        assert "date" in reform or reform["source"] == "hypothetical", name
        for day in reform.get("law_of", {}).values():
            assert day == reform["date"], name
        assert f"scenarios/reforms/{name}.json" in program("check", name), name
        json.loads(program("check", name, "--json"))


def listed(program, reforms):
    """all that were asked for are there, and the program lists them"""
    assert not set(NAMES) - set(reforms), set(NAMES) - set(reforms)
    assert [item["id"] for item in json.loads(program("rules", "reforms", "--json"))] == sorted(reforms)
    text = program("rules", "reforms", language="zh")
    assert all(reform["title"]["zh"] in text for reform in reforms.values())


def told(program, reforms):
    """its difference is told in words, in two languages"""
    for name, reform in reforms.items():
        for language in ("en", "zh"):
            head, lines = program("rules", "diff", name, language=language).split("\n\n", 1)
            assert reform["title"][language] in head and reform["law"][language] in head, name
            assert lines.strip(), name
    assert "limit of an order: 2000 CNY → 5000 CNY  2019-01-01 – …" in program("rules", "diff", "cn-2019-01-01")
    assert "限值内增值税征收比例: 70 % → 100 %" in program("rules", "diff", "retail-share-100", language="zh")
    assert "scenario  factors.freight: 2" in program("rules", "diff", "freight-doubled")


def dated(program, _):
    """a factor from a day on leaves what lies before as it was; of a currency from the next month on"""
    base = "milk-powder"
    for factor, eve, later in (("freight.2025-03-15=2", "2025-03-14", "2025-03-31"),
                               ("CNY.2025-03-15=1.1", "2025-03-31", "2025-04-30")):
        for day, is_same in ((eve, True), (later, False)):
            plain = program.digest(base, "--until", day)
            changed = program.digest(base, "--set", f"factors.{factor}", "--until", day)
            assert (plain == changed) == is_same, (factor, day)
    plain, ever = (program.digest(base, "--set", f"factors.freight{day}=2") for day in ("", ".1990-01-01"))
    assert plain == ever
    back = "--set", "factors.freight.1990-01-01=2", "--set", "factors.freight.1991-01-01=1"
    assert program.digest(base, *back) == program.digest(base)


def sides(program, name, reform):
    """laid over and taken back it leaves the baseline; its two sides differ; a law's other side is the day before"""
    scenario, base = reform["example"], program.digest(reform["example"])
    assert program.digest(scenario, "--reform", name, "--undo", name) == base, "taken back, and not as it was"
    assert program.digest(scenario) == base, "the baseline has changed"
    after = program.digest(scenario, "--reform", name)
    if "law_of" not in reform:
        assert after != base, "changes nothing of its example"
        return
    (place, day), = reform["law_of"].items()
    before = program.digest(scenario, "--set", f"law_of.{place}={day}", "--undo", name)
    assert after != before, "changes nothing of its example"
    if "covers" not in reform:
        eve = datetime.date.fromisoformat(day) - datetime.timedelta(days=1)
        assert program.digest(scenario, "--set", f"law_of.{place}={eve}") == before, "undone is not as the day before"


def today(program, _):
    """today without it only what it changed falls back: neither what came later nor what else began on its day"""
    limits = program("rules", "diff", "cn-2019-01-01")
    assert "limit of a person and year: 20000 CNY → 26000 CNY" in limits and "agreement" not in limits
    assert "17 % → 16 %  2018-05-01 – 2019-03-31" in program("rules", "diff", "cn-2018-05-01")
    assert program.digest("milk-powder", "--undo", "cn-2018-05-01") == program.digest("milk-powder")
    assert program.digest("milk-powder", "--undo", "cn-2019-04-01") != program.digest("milk-powder")


def untouched(program, reforms):
    """the file of a reform stays as it is, and a file is as good as a name"""
    path = pathlib.Path(program.folder, "own.json")
    text = json.dumps({**reforms["retail-share-100"], "id": "own"})
    path.write_text(text)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert program.digest("milk-powder", "--reform", "own.json") == program.digest(
        "milk-powder", "--reform", "retail-share-100")
    assert program.digest("milk-powder", "--reform", "own.json", "--undo", "own.json") == program.digest("milk-powder")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def unread(program, _):
    """what no order of a run read is told, in a run and in a comparison; what was read is not"""
    def summary(*words):
        return json.loads(program("run", "milk-powder", "--limit", "300", "--no-tables", "--json", *words))["unread"]
    late = ("--set", "rules.cn.import.cbec.share_vat=1@2027-01-01")
    assert summary() == [] and summary("--reform", "retail-share-100") == []
    assert summary(*late) == ["rules.cn.import.cbec.share_vat@2027-01-01"]
    assert summary(*late, "--replications", "3", "--jobs", "2") == summary(*late)
    assert summary("--set", "prices.us.clearance.fixed=1", "--set", "prices.nz.cn.sea.fixed=1") == [
        "prices.us.clearance"]
    assert summary("--reform", "no-drawback") == ["rules.cn.export.trader.steps.rate_used"]
    assert summary("--reform", "freight-doubled") == []
    assert len(summary("--undo", "cn-2018-05-01")) > 5, "superseded, and not told"
    assert summary("--undo", "cn-2019-01-01") == summary("--reform", "cn-2019-01-01") == ["rules.CN.cbec@2019-01-01"]
    for language, words in (("en", "no order read 1 of 1 changed entries"), ("zh", "变更共 1 项，其中 1 项没有订单用到")):
        done = subprocess.run([program.binary, "run", "milk-powder", "--limit", "50", "--no-tables", *late, "--lang",
                               language], capture_output=True, text=True, cwd=program.folder, check=True)
        assert words in done.stderr and words not in done.stdout
    curve = {reform: json.loads(program("curve", "milk-powder", "--most", "50", "--reform", reform, "--json"))["unread"]
             for reform in ("officers-halved", "freight-doubled")}
    assert curve == {"officers-halved": ["factors.officers"], "freight-doubled": []}, "a curve queues nowhere"
    several = json.loads(program("compare", "milk-powder", "br-2024-08-01", "retail-share-100", "freight-doubled",
                                 "--limit", "300", "--replications", "2", "--json"))["reforms"]
    assert [len(reform["unread"]) for reform in several] == [2, 0, 0]


def compared(program, _):
    """a law is compared with the law of its day without it: 16 % against 13 %, on the same orders"""
    words = ("milk-powder", "cn-2019-04-01", "--limit", "300", "--replications", "2", "--static", "--json")
    figures = json.loads(program("compare", *words))["reforms"][0]["static"]["figures"]
    vat, = (figure for figure in figures if (figure["group"], figure["id"]) == ("charge", "vat"))
    assert abs(float(vat["before"]) / float(vat["after"]) - 16 / 13) < 0.003, vat
    today = json.loads(program("compare", "milk-powder", "undo:cn-2019-04-01", *words[2:]))["reforms"][0]
    again, = (figure for figure in today["static"]["figures"] if (figure["group"], figure["id"]) == ("charge", "vat"))
    assert again["before"] == vat["after"], "the law of that day is that of today here"
    share = float(again["after"]) / float(vat["before"])
    assert 0.97 < share < 1, f"today without it: {share} of what it was before it (13 % again from 2026 on)"
    assert today["title"]["zh"].startswith("取消：")


def complains(program, _):
    """what is wrong with one is told, with the nearest name"""
    assert 'did you mean "cn-2019-04-01"?' in program("run", "milk-powder", "--reform", "cn-2019-4-01", status=66)
    assert "is no law" in program("run", "milk-powder", "--undo", "freight-doubled", status=2)
    for number, (reform, status, words) in enumerate(BROKEN):
        path = pathlib.Path(program.folder, f"broken{number}.json")
        path.write_text(json.dumps(reform))
        side = "--undo" if "law_of" in reform else "--reform"
        said = program("run", "milk-powder", side, path.name, status=status)
        assert words in said, (reform, said)


def main(binary, root):
    reforms = {path.stem: json.loads(path.read_text())
               for path in sorted(pathlib.Path(root, "scenarios/reforms").glob("*.json"))}
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Program(str(pathlib.Path(binary).resolve()), folder)
        promises = [(test.__doc__, lambda test=test: test(program, reforms))
                    for test in (whole, listed, told, today, untouched, unread, compared, dated, complains)]
        for name, reform in reforms.items():
            own = Program(program.binary, tempfile.mkdtemp(dir=folder))
            promises.append((f"{name}: {sides.__doc__}", lambda own=own, n=name, r=reform: sides(own, n, r)))
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(promise) for _, promise in promises]
        for number, ((what, _), future) in enumerate(zip(promises, futures)):
            error = future.exception()
            failed += error is not None
            print(f"{'not ok' if error else 'ok'} {number + 1} - {what} {error or ''}".replace("\n", " ").rstrip())
    print(f"1..{len(promises)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))

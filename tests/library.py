"""libtradeloom from outside: what it exports, the Python module, and every example of docs/library.md.

usage: library.py TRADELOOM LIBRARY ROOT        prints TAP lines; exit 1 on any failure
"""
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading

PROGRAM, LIBRARY, ROOT = sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve()
os.environ["TRADELOOM_LIBRARY"] = str(LIBRARY)
os.environ["TRADELOOM"] = str(pathlib.Path(PROGRAM).resolve())
os.environ["PYTHONPATH"] = str(ROOT / "python")
sys.path.insert(0, str(ROOT / "python"))
sys.dont_write_bytecode = True

import tap  # noqa: E402
import tradeloom  # noqa: E402

ORDER = {"id": "a", "date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
         "lines": [{"sku": "infant-formula", "quantity": "2", "unit_price": "240.00"}]}


def program(*words, text=None):
    done = subprocess.run([PROGRAM, *words], input=text, capture_output=True, text=True, check=True,
                          env={**os.environ, "XDG_DATA_HOME": "/nowhere"})
    return done.stdout


@tap.check
def it_exports_its_functions_and_nothing_else():
    if not shutil.which("nm"):
        raise tap.Skip("no nm")
    names = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
    functions = {line.split()[-1].split("@")[0] for line in names.splitlines() if " T " in line}
    header = (ROOT / "sim/tradeloom.h").read_text()
    assert functions == set(re.findall(r"^TRADELOOM_API .*?(tradeloom_\w+)\(", header, re.M)), functions
    assert not re.search(r" [BDG] ", names), "a global that can be written"
    used = subprocess.run(["nm", "-D", "-u", LIBRARY], capture_output=True, text=True, check=True).stdout
    outside = re.findall(r" U (_?_?exit|_Exit|abort|printf|puts|stdout|stderr|signal|fork)@", used)
    assert not outside, f"a library does not call {outside}"


@tap.check
def python_answers_as_the_program_does():
    assert tradeloom.quote(ORDER) == json.loads(program("quote", "-", text=json.dumps(ORDER)))
    assert tradeloom.forms(ORDER) == json.loads(program("quote", "-", "--all-forms", text=json.dumps(ORDER)))["forms"]
    leaving = ORDER | {"from": "CN", "to": "NZ", "currency": "NZD"}
    assert [mode["mode"] for mode in tradeloom.modes(leaving) if mode["status"] == "assessed"] == ["9610", "0110"]
    assert tradeloom.modes(ORDER) == []
    many = tradeloom.quote([ORDER, {"date": 1}, ORDER])
    assert [answer["status"] for answer in many] == ["assessed", "error", "assessed"]
    for lang in ("en", "zh"):
        assert tradeloom.explain(ORDER, lang) == program("quote", "-", "--explain", "--lang", lang,
                                                         text=json.dumps(ORDER))
    assert [pack["id"] for pack in tradeloom.rules(place="GB")] == ["gb.import"]
    assert tradeloom.scenarios("milk-powder")["id"] == "milk-powder"
    assert tradeloom.version == program("--version").split()[-1]


@tap.check
def python_runs_as_the_program_does():
    with tempfile.TemporaryDirectory() as folder:
        def same(name, mine, *words):
            told = json.loads(program("run", name, *words, "--no-tables", "--json", "--out", f"{folder}/run"))
            told.pop("timing"), mine.pop("timing")
            assert told == mine, name
        same("milk-powder", tradeloom.run("milk-powder", limit=300, replications=2, seed=7),
             "--limit", "300", "--replications", "2", "--seed", "7")
        same("india-china", tradeloom.run("india-china", limit=200, as_of="2025-01-01"), "--limit", "200", "--as-of",
             "2025-01-01")
        change = {"rules.cn.import.cbec.share_vat@2025-03-01": "1"}
        same("milk-powder", tradeloom.run("milk-powder", limit=200, set=change), "--limit", "200",
             "--set", "rules.cn.import.cbec.share_vat=1@2025-03-01")
        orders = (ROOT / "tests/orders.csv").read_text(encoding="utf-8")
        same("replay", tradeloom.run("replay", orders=orders), "--orders", str(ROOT / "tests/orders.csv"))


@tap.check
def python_compares_as_the_program_does():
    reform = {"schema_version": 1, "title": {"en": "All of it", "zh": "全额"},
              "rules": {"cn.import.cbec": {"parameters": {"share_vat": {"2025-03-01": {"value": "1"}}}}}}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "full"
        path.write_text(json.dumps(reform))
        told = json.loads(program("compare", "milk-powder", str(path), "--limit", "200", "--replications", "3",
                                  "--json"))
    mine = tradeloom.compare("milk-powder", {"full": reform}, limit=200, replications=3)
    told["reforms"][0]["id"] = "full"
    assert told == mine


@tap.check
def python_raises_what_is_wrong():
    for verb, request, code in (("quote", {"date": "x"}, "bad_request"), ("nothing", {}, "usage"),
                                ("run", {"scenario": "nothing"}, "unknown_value")):
        try:
            tradeloom.Engine()._ask(verb, request)
            raise AssertionError("no error")
        except tradeloom.TradeloomError as error:
            assert error.code == code and error.message and error.errors, error


@tap.check
def python_threads_have_engines_of_their_own():
    results = []

    def work():
        results.append(tradeloom.run("milk-powder", limit=100)["digest"])
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and len(set(results)) == 1


@tap.check
def a_run_is_stopped_from_another_thread():
    engine = tradeloom.Engine()
    timer = threading.Timer(0.2, engine.stop)
    timer.start()
    try:
        engine.run("milk-powder", limit=100000000)
        raise AssertionError("no error")
    except tradeloom.TradeloomError as error:
        assert error.code == "busy"
    assert engine.run("milk-powder", limit=10)["orders"]["placed"] == 10
    engine.close()
    engine.stop()  # nothing runs any more: nothing happens


@tap.check
def data_of_ones_own():
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder) / "rules"
        place.mkdir()
        (place / "own.csv").write_text("place,hs,kind,origin,value,from,until,law,confidence,source\n"
                                       "GB,9999999999,mfn,,0.25,2020-01-01,,own,high,own\n")
        order = {"date": "2026-01-05", "from": "CN", "to": "GB", "currency": "GBP", "form": "general",
                 "lines": [{"hs": "9999999999", "unit_price": "1000.00"}]}
        with tradeloom.Engine(folder) as engine:
            assert engine.quote(order)["totals"]["duty"] == "250.00"
        try:
            tradeloom.quote(order)
            raise AssertionError("no error")
        except tradeloom.TradeloomError as error:
            assert error.code == "unknown_code"


# A long list of orders asks for more memory than there is; the program that asks goes on.
OUT_OF_MEMORY = """
import resource, tradeloom
engine, other = tradeloom.Engine(), tradeloom.Engine()
request = b"[" + b"[]," * 300000 + b"[]]"
held = int(open("/proc/self/statm").read().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (held + (60 << 20), -1))
answer = tradeloom._library.tradeloom_call(engine._handle, b"quote", request)
assert not answer and b"out of memory" in tradeloom._library.tradeloom_error(engine._handle)
resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
assert not tradeloom._library.tradeloom_call(engine._handle, b"quote", b"[]")
assert other.quote([]) == []
"""


@tap.check
def out_of_memory_ends_the_call_and_not_the_program():
    subprocess.run([sys.executable, "-c", OUT_OF_MEMORY], check=True)


# ---- the page's examples ----

def examples(language):
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```", page, re.M | re.S)
    assert found, language
    return found


def page_python():
    for text in examples("python"):
        if "# needs pandas" in text and not importlib.util.find_spec("pandas"):
            continue
        done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
        for line in re.findall(r"# (\w\S* \S+)$", text, re.M):
            assert line in done.stdout or line == "needs pandas", (line, done.stdout)


@tap.check
def the_pages_python_runs():
    page_python()


@tap.check
def pandas_makes_tables():
    if not importlib.util.find_spec("pandas"):
        raise tap.Skip("no pandas")
    answers = tradeloom.quote([ORDER, {**ORDER, "id": "b"}])
    assert tradeloom.frame(answers)["totals.total"].sum() == 87.36
    assert len(tradeloom.charges(answers)) == 6
    assert len(tradeloom.frame(tradeloom.run("milk-powder", limit=10))) == 9


@tap.check
def the_pages_c_runs():
    compiler = shutil.which("cc")
    if not compiler:
        raise tap.Skip("no cc")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "quote.c"
        source.write_text(examples("c")[0])
        subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", "-o", f"{folder}/quote", source, f"-I{ROOT}/sim",
                        f"-L{LIBRARY.parent}", "-ltradeloom", f"-Wl,-rpath,{LIBRARY.parent}"], check=True)
        answer = subprocess.run([f"{folder}/quote"], capture_output=True, text=True, check=True).stdout
        assert json.loads(answer)["totals"]["total"] == "43.68"


@tap.check
def the_pages_r_runs():
    if not shutil.which("Rscript"):
        raise tap.Skip("no Rscript")
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "page.R"
        script.write_text(examples("r")[0])
        done = subprocess.run(["Rscript", script], capture_output=True, text=True, check=True)
        assert "43.68" in done.stdout and "delivered" in done.stdout, done.stdout


if __name__ == "__main__":
    sys.exit(tap.main())

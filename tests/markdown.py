"""--format md: tables are tables, both languages tell the same numbers, and every amount stands in the JSON.

usage: markdown.py TRADELOOM      prints TAP
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
from decimal import ROUND_HALF_UP, Decimal

BINARY = pathlib.Path(sys.argv[1]).resolve()
PLAN = {"schema_version": 1, "id": "small", "scenario": "milk-powder", "replications": 2, "limit": 60, "design": "grid",
        "axes": [{"path": "flows.bonded.rates.return", "from": "0.02", "to": "0.10"}]}
# Words of the command, and what it writes: its document.
VERBS = {
    "run": (["run", "milk-powder", "--limit", "200", "--replications", "2", "--no-tables"], "summary.json"),
    "compare": (["compare", "milk-powder", "vat-10", "--limit", "100", "--replications", "2"], "compare.json"),
    "curve": (["curve", "milk-powder", "--most", "3000"], "curve.json"),
    "sweep": (["sweep", "merge", "plan.json"], "sweep.json"),
}


def call(place, *words):
    return subprocess.run([BINARY, *words], cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)


def tables(text):
    """Lists of rows, each a list of cells."""
    found, rows = [], []
    for line in [*text.split("\n"), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows:
            found.append(rows)
            rows = []
    return found


def figures(document, out):
    """Decimal strings of a document without sign, whole and to the cent."""
    if isinstance(document, str) and re.fullmatch(r"-?\d+\.\d{2,6}", document):
        value = abs(Decimal(document))
        out |= {f"{value:,}", f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"}
    elif isinstance(document, (dict, list)):
        for part in document.values() if isinstance(document, dict) else document:
            figures(part, out)
    return out


def derived(verb, document, out):
    """What the page tells beside: money of all treasuries, means of who pays more."""
    if verb == "run":
        out.add(f"{sum(Decimal(t['net']) for t in document['treasuries']):,}")
        nodes, placed = Decimal(document["identity"]["nodes"]), document["orders"]["placed"]
        out.add(f"{(nodes / placed).quantize(Decimal('0.01'), ROUND_HALF_UP):,}")
    for reform in document.get("reforms", []):
        for answer in (reform["static"], reform["dynamic"]):
            for side in (answer["orders"]["pay_more"], answer["orders"]["pay_less"]):
                if side["orders"]:
                    mean = Decimal(side["sum"]) / side["orders"]
                    out.add(f"{mean.quantize(Decimal('0.01'), ROUND_HALF_UP):,}")
    return out


def complaints(place, verb):
    words, name = VERBS[verb]
    told = {}
    for lang in ("en", "zh"):
        done = call(place, *words, "--out", verb, "--lang", lang, "--format", "md")
        told[lang] = done.stdout
        if done.returncode:
            yield f"exit {done.returncode}: {done.stderr}"
    document = json.loads((place / verb / name).read_text(encoding="utf-8"))
    known = derived(verb, document, figures(document, set()))
    amounts = {lang: re.findall(r"¥([\d,]+\.\d\d)", text) for lang, text in told.items()}
    if verb == "sweep":
        amounts = {lang: re.findall(r"\d[\d,]*\.\d{4}", text) for lang, text in told.items()}
    if len(amounts["en"]) < 20 or sorted(amounts["en"]) != sorted(amounts["zh"]):
        yield f"{len(amounts['en'])} amounts in English, {len(amounts['zh'])} in Chinese"
    yield from (f"{amount} is not in {name}" for amount in amounts["en"] if amount not in known)
    for text in told.values():
        yield from ("HTML in Markdown" for _ in re.findall(r"<\w", text))
        for table in tables(text):
            if len({len(row) for row in table}) != 1 or len(table) < 3 or set(table[1]) - {"---", "---:"}:
                yield f"not a table: {table[:3]}"


def check_formats(place):
    words, _ = VERBS["curve"]
    if call(place, *words, "--format", "json").stdout != call(place, *words, "--json").stdout:
        yield "--format json is not --json"
    if call(place, *words, "--format", "text").stdout != call(place, *words).stdout:
        yield "--format text is not the text"
    if call(place, *words, "--format", "html").returncode != 2:
        yield "--format html is taken"


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
        call(place, "sweep", "run", "plan.json", "--out", "sweep")
        checks = [(f"{verb} in Markdown", complaints(place, verb)) for verb in VERBS]
        checks.append(("formats by name", check_formats(place)))
        for number, (name, found) in enumerate(checks, 1):
            found = list(found)
            failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {name}")
            print("".join(f"# {complaint}\n" for complaint in found[:8]), end="")
        print(f"1..{len(checks)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

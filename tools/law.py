"""Writes the tables of docs/law/*.md from the rule packs; the text between the tables is left as it is.

usage: law.py [--check] [ROOT]      --check: writes nothing, exit 1 where a page is not what the packs say

A table stands between `<!-- values PACK -->`, `<!-- charges PACK -->` or `<!-- tariff PLACE -->` and `<!-- end -->`.
"""
import csv
import decimal
import json
import pathlib
import re
import sys

BLOCK = re.compile(r"(<!-- (values|charges|tariff) ([\w.]+) -->\n).*?(<!-- end -->)", re.S)


def both(text, fallback=""):
    """A text of two languages on one line."""
    if isinstance(text, dict):
        return " · ".join(dict.fromkeys(text[lang] for lang in ("en", "zh") if text.get(lang)))
    return text or fallback


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def percent(text):
    return format((decimal.Decimal(text) * 100).normalize(), "f") + "%"


def value_text(entry):
    if entry is None or entry["value"] == "none":
        return "not in force"
    value, unit = entry["value"], entry.get("unit", "")
    if isinstance(value, list):
        return ", ".join(value)
    if unit == "rate":
        return percent(value)
    return value if unit in ("bool", "symbol", "day", "number", "") else f"{value} {unit}"


def source_text(source):
    """A page's address as a link by its host; words stay words."""
    links = re.sub(r"https?://([^/\s;]+)[^\s;]*", lambda m: f"[{m.group(1)}]({m.group(0)})", source)
    return links or "-"


def values(pack):
    if not pack.get("parameters"):
        yield "No values of its own: the rates stand in the tariff."
        return
    yield "| value | since | is | law | source | confidence |"
    yield "|---|---|---|---|---|---|"
    for name, days in pack.get("parameters", {}).items():
        label = both(days.get("title")) if days else ""
        label = f"{label} `{name}`".strip()
        for day, entry in sorted((d, e) for d, e in (days or {}).items() if d != "title"):
            entry_or_none = entry or {"law": "-", "source": "-", "confidence": "-"}
            note = both(entry_or_none.get("note"))
            yield "| " + " | ".join(cell(part) for part in (
                label, day, value_text(entry) + (f" ({note})" if note else ""), both(entry_or_none["law"]),
                source_text(entry_or_none["source"]), entry_or_none["confidence"])) + " |"
            label = ""


def charges(pack):
    yield "| charge | kind | formula | money of | due | rounded |"
    yield "|---|---|---|---|---|---|"
    for name, step in pack.get("steps", {}).items():
        if step and "charge" in step:
            when = f" when `{step['when']}`" if "when" in step else ""
            yield "| " + " | ".join(cell(part) for part in (
                f"{both(step.get('title'))} `{name}`".strip(), step["charge"], f"`{step['is']}`{when}",
                step.get("treasury", pack.get("place", "")), step.get("due", "-"),
                f"{step.get('round', '-')} to {step.get('to', '0.01')} per {step.get('per', 'order')}")) + " |"


def tariff(place, root):
    """How many rows of each kind, over which days and of what confidence."""
    kinds = {}
    with open(root / "rules" / place / "tariff.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kinds.setdefault(row["kind"], []).append(row)
    yield "| kind | rows | codes | origins | first day | confidence |"
    yield "|---|---|---|---|---|---|"
    for kind, rows in kinds.items():
        trust = {word: sum(row["confidence"] == word for row in rows) for word in
                 dict.fromkeys(row["confidence"] for row in rows)}
        origins = sorted({row["origin"] for row in rows if row["origin"]})
        yield "| " + " | ".join((f"`{kind}`", str(len(rows)), str(len({row["hs"] for row in rows if row["hs"]})),
                                 ", ".join(origins) or "all", min(row["from"] for row in rows),
                                 ", ".join(f"{count} {word}" for word, count in trust.items()))) + " |"


def packs_of(root):
    found = {}
    for path in sorted((root / "rules").rglob("*.json")):
        pack = json.loads(path.read_text(encoding="utf-8"))
        found[pack["id"]] = pack
    return found


def renew(text, root, packs):
    def table(match):
        head, what, name, end = match.groups()
        if what != "tariff" and name not in packs:
            raise SystemExit(f"docs/law names a pack that is not there: {name}")
        if what == "tariff":
            rows = tariff(name, root)
        else:
            rows = values(packs[name]) if what == "values" else charges(packs[name])
        return head + "".join(row + "\n" for row in rows) + end
    return BLOCK.sub(table, text)


def main(arguments):
    check = "--check" in arguments
    root = pathlib.Path(next((a for a in arguments if not a.startswith("--")), "."))
    packs, stale = packs_of(root), []
    for page in sorted((root / "docs" / "law").glob("*.md")):
        old = page.read_text(encoding="utf-8")
        new = renew(old, root, packs)
        if new != old:
            stale.append(page.name)
            if not check:
                page.write_text(new, encoding="utf-8")
    for name in stale:
        print(f"# {name}: {'not what the packs say: run tools/law.py' if check else 'written'}")
    if check:
        print(f"{'not ok' if stale else 'ok'} 1 - the tables of docs/law are those of the packs\n1..1")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

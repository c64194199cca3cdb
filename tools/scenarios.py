"""Writes the tables of docs/scenarios/*.md from runs of the scenarios and from the price lists.

usage: scenarios.py [--check] PROGRAM [ROOT]

A page is named like its scenario. Two kinds of tables stand between `<!-- NAME` and `<!-- end -->`:
  build-up   what a unit costs and how long it takes, by flow and good, of the orders that were delivered;
             base currency, VAT and duty under law
  beside     figures of the model beside published ones; its comment holds a line for each:
               price ROW DATE KG CM3 | what | low | high | where it is published
               days FLOW             | what | low | high | where     (10th and 90th of a hundred orders)
--check writes nothing and fails where a figure is a tenth and more off what the page says, or a word is another.
"""
import csv
import datetime
import pathlib
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

BLOCK = re.compile(r"(<!-- (build-up|beside)(.*?)-->\n)(.*?)(<!-- end -->)", re.S)
MOST_ORDERS = "20000"  # of a scenario's year; its shape is there, and the check stays short
FEWEST = 25  # a group of less is left out: its means say little
LAYERS = ("law", "trade", "logistics")
COLUMNS = ("export_retail", "general_trade", "import_retail")


# ---- runs ----

def run(program, scenario):
    """The orders that a run of the scenario delivers."""
    with tempfile.TemporaryDirectory() as folder:
        size = ["--limit", MOST_ORDERS] if is_large(program, scenario) else []
        subprocess.run([program, "run", str(scenario), "--out", folder + "/run", "--lang", "en", *size],
                       check=True, capture_output=True)
        with open(folder + "/run/orders.csv", encoding="utf-8", newline="") as file:
            return [order for order in csv.DictReader(file) if order["state"] == "delivered"]


def is_large(program, scenario):
    told = subprocess.run([program, "check", str(scenario), "--lang", "en"], check=True, capture_output=True, text=True)
    found = re.search(r"about (\d+) orders", told.stdout)
    return found is not None and int(found[1]) > 3 * int(MOST_ORDERS)


def days(order):
    start, end = (datetime.datetime.fromisoformat(order[name].replace("Z", "+00:00"))
                  for name in ("placed_at", "delivered_at"))
    return (end - start).total_seconds() / 86400


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def layer_cost(order, layer):
    return sum(float(order[f"{layer}_{column}"] or 0) for column in COLUMNS)


def build_up(orders):
    groups = {}
    for order in orders:
        groups.setdefault((order["flow"], order["product"]), []).append(order)
    lines = ["| flow | good | orders | paid | goods | law | trade | logistics | landed | margin | days, half | 95 % |",
             "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for (flow, good), some in sorted(groups.items()):
        if len(some) < FEWEST:
            continue
        units = sum(int(order["units"]) for order in some)
        parts = [sum(float(order["base_paid"]) for order in some), sum(float(order["base_goods"]) for order in some)]
        parts += [sum(layer_cost(order, layer) for order in some) for layer in LAYERS]
        parts += [sum(float(order[name]) for order in some) for name in ("landed_cost", "margin")]
        taken = [days(order) for order in some]
        cells = [flow, good, str(len(some))] + [f"{part / units:.2f}" for part in parts]
        cells += [f"{quantile(taken, share):.1f}" for share in (0.5, 0.95)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


# ---- price lists, worked out once more ----

def price_rows(root):
    rows = []
    for path in sorted(root.glob("catalog/sheet_*.csv")):
        with open(path, encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def row_of(rows, name, day):
    for row in rows:
        if row["id"] == name and (row["from"] or "0") <= day <= (row["until"] or "9"):
            return row
    raise SystemExit(f"no price {name} on {day}")


def number(row, name):
    return Fraction(row.get(name) or 0)


def price(rows, name, day, kg, cm3):
    row = row_of(rows, name, day)
    divisor, step = number(row, "divisor"), number(row, "step_kg")
    weight = max(Fraction(kg), number(row, "min_kg"), Fraction(cm3) / divisor if divisor else Fraction(0))
    paid = max(weight - number(row, "first_kg"), Fraction(0))
    if step:
        paid = -(-paid // step) * step
    started = -(-weight // number(row, "capacity_kg")) if number(row, "capacity_kg") else 1
    amount = number(row, "fixed") * started + number(row, "per_kg") * paid + number(row, "per_unit")
    amount = max(amount, number(row, "least"))
    if row.get("fuel"):
        amount *= 1 + number(row_of(rows, row["fuel"], day), "share")
    return row["currency"], float(amount)


# ---- beside what is published ----

def distance(low, high, model_low, model_high):
    """Of a figure from the nearer end of what is published; of a span from end to end."""
    if low <= model_low and model_high <= high and low < high:
        return "inside"
    if model_low == model_high:
        end = min((low, high), key=lambda published: abs(published - model_low))
        return f"{model_low / end - 1:+.1%}"
    return f"{model_low / low - 1:+.0%} and {model_high / high - 1:+.0%}"


def span(low, high, unit):
    return f"{low:g} {unit}" if low == high else f"{low:g} to {high:g} {unit}"


def beside(wanted, rows, orders):
    lines = ["| figure | model | published | distance | where |", "|---|---|---|---|---|"]
    for line in filter(None, (part.strip() for part in wanted.split("\n"))):
        asked, what, low, high, where = (cell.strip() for cell in line.split("|"))
        verb, *words = asked.split()
        if verb == "price":
            unit, amount = price(rows, *words)
            model = round(amount, 2), round(amount, 2)
        else:
            taken = [days(order) for order in orders if order["flow"] == words[0]]
            unit, model = "days", tuple(round(quantile(taken, share), 1) for share in (0.1, 0.9))
        low, high = float(low), float(high)
        lines.append(f"| {what} | {span(*model, unit)} | {span(low, high, unit)} | {distance(low, high, *model)} "
                     f"| {where} |")
    return lines


# ---- pages ----

def renew(text, rows, orders):
    def table(match):
        head, kind, wanted = match[1], match[2], match[3]
        lines = build_up(orders) if kind == "build-up" else beside(wanted, rows, orders)
        return head + "\n".join(lines) + "\n" + match[5]
    return BLOCK.sub(table, text)


def near(old, new):
    """Counts within 30 or a tenth, other figures within one or a tenth."""
    least = 1.0 if "." in old or "." in new else 30.0
    return abs(float(old) - float(new)) <= max(least, abs(float(old)) / 10)


def is_near(old, new):
    figure = r"(-?\d+(?:\.\d+)?)"
    old_parts, new_parts = re.split(figure, old), re.split(figure, new)
    return old_parts[::2] == new_parts[::2] and all(map(near, old_parts[1::2], new_parts[1::2]))


def main(arguments):
    check = "--check" in arguments
    arguments = [argument for argument in arguments if argument != "--check"]
    program, root = arguments[0], pathlib.Path(arguments[1] if len(arguments) > 1 else ".")
    rows, stale = price_rows(root), 0
    for page in sorted(root.glob("docs/scenarios/*.md")):
        text = page.read_text(encoding="utf-8")
        if not BLOCK.search(text):
            continue
        new = renew(text, rows, run(program, root / "scenarios" / f"{page.stem}.json"))
        good = is_near(text, new) if check else True
        stale += not good
        print(f"{'ok' if good else 'not ok: run tools/scenarios.py'} {page.name}")
        if not check and new != text:
            page.write_text(new, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A second reading of the law: rule packs and tariff tables as docs/architecture.md describes them, in fractions.

Shares nothing with the program but the files under rules/. Small and slow on purpose: every value is worked out
when something asks for it, from the formula as written. Only what the answer says is kept; warnings are not.
"""
import bisect
import csv
import json
import math
import pathlib
import re
from fractions import Fraction

ALWAYS, NEVER = "0000-00-00", "9999-99-99"
NO_DECIMALS = {"JPY", "KRW", "VND", "CLP", "ISK"}
LINE_FACTS = {"goods", "quantity", "net_weight", "volume", "pieces", "strength", "has_weight", "has_volume",
              "has_pieces", "has_strength", "first_of_item", "hs", "origin"}
EXACT = re.compile(r"(?:fx|goods|landed)_[a-z]{3}")  # facts in another currency
TAXES = ("duty", "additional_duty", "trade_remedy", "surcharge", "consumption_tax", "vat", "sales_tax",
         "parcel_tax", "fee")


class Failure(Exception):
    """A value that cannot be had; `code` is what the answer says."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def digits_of(currency):
    return 0 if currency in NO_DECIMALS else 2


# ---- rounding ----

def toward_even(x):
    return round(x)


def half_up(x):
    whole = (2 * abs(x.numerator) + x.denominator) // (2 * x.denominator)
    return -whole if x < 0 else whole


def away(x):
    return math.ceil(x) if x > 0 else math.floor(x)


ROUND = {"half_up": half_up, "half_even": toward_even, "down": math.trunc, "up": away, "floor": math.floor,
         "ceil": math.ceil}


def spread(amount, weights, unit):
    """Shares in whole units, cut toward zero; what is left goes to the largest remainders, the earlier first."""
    total = sum(weights)
    if total == 0:
        return [amount] + [Fraction(0)] * (len(weights) - 1)
    exact = [amount / unit / total * weight for weight in weights]
    shares = [math.trunc(share) for share in exact]
    left = amount / unit - sum(shares)
    order = sorted(range(len(weights)), key=lambda i: (-abs(exact[i] - shares[i]), i))
    for i in order[:int(abs(left))]:
        shares[i] += 1 if left > 0 else -1
    return [share * unit for share in shares]


# ---- tariff tables ----

RATE = re.compile(r"(?P<rate>[\d.]+)"
                  r"|(?:(?P<plus>[\d.]+) \+ )?(?P<amount>[\d.]+) (?P<currency>[A-Z]{3})/(?P<unit>\w+)")
PER = {"l": ("volume", 1), "hl": ("volume", 100), "kg": ("net_weight", 1), "100kg": ("net_weight", 100),
       "t": ("net_weight", 1000), "piece": ("pieces", 1)}


class Row:
    def __init__(self, cells):
        self.hs, self.origin, self.start = cells["hs"], cells["origin"], cells["from"]
        self.end = cells["until"] or NEVER
        self.word, self.rate, self.specific = None, Fraction(0), None
        value = RATE.fullmatch(cells["value"])
        if not value:
            self.word = cells["value"]
        elif value["rate"]:
            self.rate = Fraction(value["rate"])
        else:
            quantity, per = PER[value["unit"]]
            self.rate = Fraction(value["plus"] or 0)
            self.specific = (Fraction(value["amount"]) / per, value["currency"], quantity)

    def holds(self, day):
        return self.start <= day <= self.end


class Tariff:
    """The rows of all places."""

    def __init__(self, folder):
        self.rows, self.members, self.found = {}, {}, {}
        latest = {}
        for path in sorted(pathlib.Path(folder).glob("*/*.csv")):
            with open(path, encoding="utf-8", newline="") as file:
                for cells in csv.DictReader(file):
                    place = cells.get("place") or path.parent.name.upper()
                    name = cells["value"] if cells["kind"] == "member" else ""
                    latest[place, cells["kind"], cells["hs"], cells["origin"], name, cells["from"]] = Row(cells)
        for (place, kind, *_), row in latest.items():
            if kind == "member":
                self.members.setdefault((place, "@" + row.word.lstrip("@")), []).append(row)
            else:
                self.rows.setdefault((place, kind), []).append(row)

    def is_from(self, place, row, origin, day):
        if not row.origin.startswith("@"):
            return row.origin in ("", origin)
        return any(member.origin == origin and member.holds(day)
                   for member in self.members.get((place, row.origin), ()))

    def find_in(self, place, kind, hs, origin, day):
        best, rank = None, None
        for row in self.rows.get((place, kind), ()):
            if row.holds(day) and hs.startswith(row.hs) and self.is_from(place, row, origin, day):
                mine = (len(row.hs), row.origin != "")
                if best is None or mine >= rank:
                    best, rank = row, mine
        return best

    def find(self, places, kind, hs, origin, day):
        """The longest prefix wins, then a row by origin, then the later row; first in the place's own table."""
        key = (places, kind, hs, origin, day)
        if key not in self.found:
            rows = (self.find_in(place, kind, hs, origin, day) for place in places)
            self.found[key] = next((row for row in rows if row), None)
        return self.found[key]

    def knows(self, places, hs):
        return any(row.hs and hs.startswith(row.hs) for (place, _), rows in self.rows.items() if place in places
                   for row in rows)


# ---- formulas ----

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<word>[^']*)'|(?P<name>[A-Za-z_][\w.]*)"
                   r"|(?P<mark><=|>=|!=|[-+*/=<>(),]))")
COMPARE = {"=": lambda x, y: x == y, "!=": lambda x, y: x != y, "<": lambda x, y: x < y,
           "<=": lambda x, y: x <= y, ">": lambda x, y: x > y, ">=": lambda x, y: x >= y}


def scan(text):
    """[(kind, text)] of a formula, closed by an end mark."""
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"cannot read {text!r} at {at}")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens + [("end", "")]


class Formula:
    """Turns the text of one formula into a function of (run, line)."""

    def __init__(self, pack, step, text):
        self.pack, self.step, self.tokens, self.at = pack, step, scan(text), 0
        self.day = step.day
        self.compute = self.either()
        if self.tokens[self.at][0] != "end":
            raise ValueError(f"{pack.id}: text behind the formula {text!r}")

    def take(self, *texts):
        kind, text = self.tokens[self.at]
        if kind in ("mark", "name") and text in texts:
            self.at += 1
            return text
        return None

    def need(self, text):
        if not self.take(text):
            raise ValueError(f"{self.pack.id}/{self.step.name}: expected {text} at {self.tokens[self.at]}")

    def either(self):
        a = self.both()
        while self.take("or"):
            a = (lambda x, y: lambda run, i: x(run, i) or y(run, i))(a, self.both())
        return a

    def both(self):
        a = self.negated()
        while self.take("and"):
            a = (lambda x, y: lambda run, i: x(run, i) and y(run, i))(a, self.negated())
        return a

    def negated(self):
        if not self.take("not"):
            return self.comparison()
        a = self.negated()
        return lambda run, i: not a(run, i)

    def comparison(self):
        is_code = self.tokens[self.at] == ("name", "hs")
        a = self.sum()
        mark = self.take("in", *COMPARE)
        if not mark:
            return a
        b = self.sum()
        if mark != "in":
            compare = COMPARE[mark]
            return lambda run, i: compare(a(run, i), b(run, i))
        if is_code:
            return lambda run, i: any(in_range(a(run, i), entry) for entry in b(run, i))
        return lambda run, i: a(run, i) in b(run, i)

    def sum(self):
        a = self.product()
        while mark := self.take("+", "-"):
            b = self.product()
            a = ((lambda x, y: lambda run, i: x(run, i) + y(run, i)) if mark == "+" else
                 (lambda x, y: lambda run, i: x(run, i) - y(run, i)))(a, b)
        return a

    def product(self):
        a = self.primary()
        while mark := self.take("*", "/"):
            b = self.primary()
            a = ((lambda x, y: lambda run, i: x(run, i) * y(run, i)) if mark == "*" else
                 (lambda x, y: lambda run, i: divide(x(run, i), y(run, i))))(a, b)
        return a

    def primary(self):
        if self.take("("):
            a = self.either()
            self.need(")")
            return a
        if self.take("-"):
            a = self.primary()
            return lambda run, i: -a(run, i)
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            number = Fraction(text)
            return lambda run, i: number
        if kind == "word":
            return lambda run, i: text
        if kind != "name":
            raise ValueError(f"{self.pack.id}/{self.step.name}: unexpected {text!r}")
        if self.take("("):
            a = getattr(self, "call_" + text)()
            self.need(")")
            return a
        return self.name(text)

    def name(self, text):
        """Parameters, then earlier steps, then the facts of the order and of the line."""
        pack, day, missing = self.pack, self.day, self.step.missing
        if text in ("true", "false"):
            return lambda run, i, truth=text == "true": truth
        if text in pack.parameters:
            parameter = pack.parameters[text]
            return lambda run, i: parameter.on(run.day[day], missing)
        if text in pack.known:
            step = pack.known[text]
            if step.per_line:
                return lambda run, i: run.of_step(step, i)
            return lambda run, i: run.of_step(step, None)
        if text in LINE_FACTS:
            return lambda run, i: run.lines[i][text]
        if EXACT.fullmatch(text):
            return lambda run, i: run.order.exact(text)
        return lambda run, i: run.order[text]

    def arguments(self):
        found = [self.either()]
        while self.take(","):
            found.append(self.either())
        return found

    def quoted(self):
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind != "word":
            raise ValueError(f"{self.pack.id}/{self.step.name}: a word in quotes expected")
        return text

    def call_if(self):
        c, a, b = self.arguments()
        return lambda run, i: a(run, i) if c(run, i) else b(run, i)

    def call_min(self):
        found = self.arguments()
        return lambda run, i: min(a(run, i) for a in found)

    def call_max(self):
        found = self.arguments()
        return lambda run, i: max(a(run, i) for a in found)

    def call_floor(self):
        a, = self.arguments()
        return lambda run, i: Fraction(math.floor(a(run, i)))

    def call_ceil(self):
        a, = self.arguments()
        return lambda run, i: Fraction(math.ceil(a(run, i)))

    def call_sum(self):
        a, = self.arguments()
        return lambda run, i: sum(run.over(a), Fraction(0))

    def call_any(self):
        a, = self.arguments()
        return lambda run, i: any(run.over(a))

    def call_all(self):
        a, = self.arguments()
        return lambda run, i: all(run.over(a))

    def call_count(self):
        a, = self.arguments()
        return lambda run, i: Fraction(sum(map(bool, run.over(a))))

    def call_lines(self):
        return lambda run, i: Fraction(len(run.lines))

    def call_spread(self):
        amount, weight = self.arguments()
        unit, step = Fraction(1, 10 ** digits_of(self.pack.currency)), self.step

        def share(run, i):
            key = (step, "shares")
            if key not in run.memo:
                run.memo[key] = spread(amount(run, None), run.over(weight), unit)
            return run.memo[key][i]
        return share

    def call_day(self):
        text = self.quoted()
        return lambda run, i: text

    def call_in_force(self):
        parameter, day = self.pack.parameters[self.tokens[self.at][1]], self.day
        self.at += 1
        return lambda run, i: parameter.entry(run.day[day]) is not None

    def call_pick(self):
        family = self.tokens[self.at][1]
        self.at += 1
        self.need(",")
        key, day, missing, parameters = self.either(), self.day, self.step.missing, self.pack.parameters

        def picked(run, i):
            parameter = parameters.get(f"{family}.{key(run, i)}")
            if parameter is None:
                raise Failure(missing or "no_rate_on_day")
            return parameter.on(run.day[day], missing)
        return picked

    def tariff(self, of_row, may_miss=False):
        kind, pack, day, missing = self.quoted(), self.pack, self.day, self.step.missing

        def look(run, i):
            line = run.lines[i]
            row = pack.tariff.find(pack.places, kind, line["hs"], line["origin"], run.day[day])
            if row is None and not may_miss:
                raise Failure(missing or ("no_rate_on_day" if pack.tariff.knows(pack.places, line["hs"])
                                          else "unknown_code"))
            return of_row(run, i, row)
        return look

    def call_has(self):
        return self.tariff(lambda run, i, row: row is not None, may_miss=True)

    def call_class(self):
        return self.tariff(lambda run, i, row: row.word if row.word is not None else wrong_type())

    def call_ad_valorem(self):
        return self.tariff(lambda run, i, row: row.rate if row.word is None else wrong_type())

    def call_specific(self):
        currency = self.pack.currency
        return self.tariff(lambda run, i, row: specific(run, i, row, currency) if row.word is None else wrong_type())


def wrong_type():
    raise Failure("wrong_type")


def divide(x, y):
    if y == 0:
        raise Failure("out_of_range")
    return x / y


def in_range(hs, entry):
    """Is the code within a prefix, or a range of prefixes?"""
    low, dash, high = entry.partition("-")
    return low <= hs[:len(low)] and hs[:len(high)] <= high if dash else hs.startswith(entry)


def specific(run, i, row, currency):
    """Amount per unit × the line's quantity in that unit, in the currency of the pack."""
    if row.specific is None or row.specific[0] == 0:
        return Fraction(0)
    amount, money, quantity = row.specific
    line = run.lines[i]
    if quantity != "pieces" and not line["has_" + quantity.removeprefix("net_")]:
        raise Failure("needs_quantity")
    if money != currency and money not in ("USD", "EUR"):
        raise Failure("unit_mismatch")
    rate = 1 if money == currency else run.order.exact("fx_" + money.lower())
    return amount * line[quantity] * rate


# ---- packs ----

def merge(target, patch):
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, change in patch.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), change)
    return result


def read_value(entry, fallback_unit):
    value, unit = entry["value"], entry.get("unit", fallback_unit)
    if unit == "list":
        return tuple(value)
    if unit in ("symbol", "day"):
        return value
    return value == "true" if unit == "bool" else Fraction(value)


class Parameter:
    """Values by first day; None: not in force from that day."""

    def __init__(self, days):
        self.unit = next((entry["unit"] for day, entry in days.items() if day != "title" and entry and "unit" in entry),
                         "number")
        values = {day: None if entry is None or entry["value"] == "none" else read_value(entry, self.unit)
                  for day, entry in days.items() if day != "title"}
        self.days = sorted(values)
        self.values = [values[day] for day in self.days]

    def entry(self, day):
        at = bisect.bisect_right(self.days, day)
        return self.values[at - 1] if at else None

    def on(self, day, missing):
        at = bisect.bisect_right(self.days, day)
        if at and self.values[at - 1] is not None:
            return self.values[at - 1]
        raise Failure((missing or "not_in_force") if at else "before_first_interval")


class Step:
    def __init__(self, pack, name, node):
        self.name, self.node, self.per_line = name, node, node.get("per") == "line"
        self.day = node.get("reads", pack.reads)
        self.missing = node.get("missing")
        self.charge = node.get("charge")
        self.kind = next(kind for kind in ("is", "refuse", "regime", "allowance", "error") if kind in node)
        text = {"is": "is", "allowance": "allowance"}.get(self.kind)
        self.is_spread = node.get("is", "").startswith("spread(")
        self.compute = Formula(pack, self, node[text]).compute if text else None
        self.used = Formula(pack, self, node.get("used", "annual_used")).compute if text == "allowance" else None
        self.when = Formula(pack, self, node["when"]).compute if "when" in node else None
        self.round, self.to = ROUND.get(node.get("round")), Fraction(node.get("to", "0.01"))

    def value(self, run, i):
        if self.when and not self.when(run, i):
            return Fraction(0)
        value = self.compute(run, i)
        return self.round(value / self.to) * self.to if self.round and value else value


class Pack:
    def __init__(self, document, base_place, tariff):
        self.id, self.place, self.currency = document["id"], document["place"], document.get("currency", "")
        self.document, self.tariff = document, tariff
        self.places = (self.place, base_place) if base_place and base_place != self.place else (self.place,)
        self.forms, self.is_abstract = document.get("form", []), document.get("abstract", False)
        self.start, self.end = document.get("from") or ALWAYS, document.get("until") or NEVER
        self.reads, self.regime = document.get("reads", "entry"), document.get("regime", self.id)
        self.parameters = {name: Parameter(days) for name, days in document.get("parameters", {}).items()}
        self.known, self.segments_read = {}, None

    def steps(self):
        """In their order, with those that say `after` behind the step that they name."""
        names, nodes = [], self.document.get("steps", {})
        for name, node in nodes.items():
            after = node.get("after")
            names.insert(names.index(after) + 1 if after in names else len(names), name)
        return [(name, nodes[name]) for name in names]

    def segments(self):
        """Neighbours of one level run together, line by line; a spread runs for itself."""
        if self.segments_read is None:
            found = []
            for name, node in self.steps():
                step = Step(self, name, node)
                last = found[-1][-1] if found else None
                if last and last.per_line == step.per_line and not last.is_spread and not step.is_spread:
                    found[-1].append(step)
                else:
                    found.append([step])
                if step.kind == "is":
                    self.known[name] = step
            self.segments_read = found
        return self.segments_read


class Law:
    """All packs and tables under a folder."""

    def __init__(self, folder):
        documents = {}
        for path in sorted(pathlib.Path(folder).glob("*/*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            documents[document["id"]] = document
        self.tariff = Tariff(folder)
        self.packs = [Pack(*self.laid(documents, name), self.tariff) for name in sorted(documents)]

    def laid(self, documents, name):
        """(a pack laid over those that it extends, the place of the one below it)"""
        document = documents[name]
        if "extends" not in document:
            return document, None
        below, _ = self.laid(documents, document["extends"])
        below = {key: value for key, value in below.items() if key != "abstract"}
        return merge(below, document), below["place"]

    def choose(self, place, form, day):
        """The pack, or the code of why there is none."""
        mine = [pack for pack in self.packs if pack.place == place and not pack.is_abstract and form in pack.forms]
        for pack in mine:
            if pack.start <= day[pack.reads] <= pack.end:
                return pack, None
        return None, "before_first_interval" if any(day[p.reads] < p.start for p in mine) else "no_rule_pack"


# ---- one order ----

class Run:
    """One pack over one order: what was worked out, and what the answer says."""

    def __init__(self, pack, order, lines, day):
        self.pack, self.order, self.lines, self.day = pack, order, lines, day
        self.memo, self.missing = {}, set()
        self.answer = {"status": "assessed", "regime": pack.regime, "charges": {}}

    def of_step(self, step, i):
        key = (step, i)
        if key not in self.memo:
            self.memo[key] = step.value(self, i)
        return self.memo[key]

    def over(self, compute):
        """What a formula gives for each line; all that cannot be had is noted."""
        found, failure = [], None
        for i in range(len(self.lines)):
            try:
                found.append(compute(self, i))
            except Failure as error:
                failure = failure or error
                self.missing.add(error.code)
        if failure:
            raise failure
        return found

    def meet(self, step, i):
        """Does what a step asks for; true when the order ends here."""
        if step.kind == "is":
            if step.charge:
                self.charge(step, i)
            elif step.is_spread:
                self.of_step(step, i)
            return False
        if step.when and not step.when(self, i):
            return False
        if step.kind == "error":
            raise Failure(step.node["error"])
        if step.kind == "regime":
            self.answer["regime"] = step.node["regime"]
        if step.kind == "allowance":
            limit, used = step.compute(self, i), step.used(self, i)
            self.answer["allowance"] = {"limit": limit, "used": used, "left": max(limit - used, Fraction(0))}
        if step.kind == "refuse":
            self.refuse(step)
        return step.kind == "refuse"

    def charge(self, step, i):
        amount = Fraction(self.of_step(step, i))
        if step.charge == "term" and (step.when is None or step.when(self, i)):
            self.answer.setdefault("terms", {})[step.name] = amount
        if amount:
            key = (step.charge, i + 1 if i is not None else None)
            self.answer["charges"][key] = self.answer["charges"].get(key, 0) + amount

    def refuse(self, step):
        answer = self.answer
        answer["status"], answer["charges"] = "refused", {}
        answer.pop("terms", None)
        answer["refusal"] = {"code": step.node["refuse"], "instead": step.node.get("instead")}
        if "allowance" in answer:
            limit, used = answer["allowance"]["limit"], self.order["annual_used"]
            answer["allowance"] = {"limit": limit, "used": used, "left": max(limit - used, Fraction(0))}

    def go(self):
        met = set()
        for segment in self.pack.segments():
            for i in range(len(self.lines)) if segment[0].per_line else (None,):
                for step in segment:
                    met.add(step.name)
                    if self.meet(step, i):
                        return self.finish(met)
        return self.finish(met)

    def failures(self):
        """Codes of all that cannot be had, of every line."""
        for segment in self.pack.segments():
            for i in range(len(self.lines)) if segment[0].per_line else (None,):
                for step in segment:
                    try:
                        self.meet(step, i)
                    except Failure as failure:
                        self.missing.add(failure.code)
        return self.missing

    def finish(self, met):
        value = self.pack.known.get("value")
        if value and not value.per_line and "value" in met:
            self.answer["value"] = self.of_step(value, None)
        return self.answer


def totals_of(charges):
    """Sums by kind, and of all that is tax."""
    totals = {}
    for (kind, _), amount in charges.items():
        totals[kind] = totals.get(kind, 0) + amount
    totals["total"] = sum(totals.get(kind, 0) for kind in TAXES)
    return totals


def assess(pack, order, lines, day):
    """The answer to one order; an error has nothing but the codes of which one is named."""
    try:
        answer = Run(pack, order, lines, day).go()
    except Failure:
        return {"status": "error", "error": Run(pack, order, lines, day).failures()}
    answer["pack"], answer["currency"] = pack.id, pack.currency
    answer["totals"] = totals_of(answer["charges"])
    return answer

"""Which steps of the law, and which turns of its values, the cases under tests/cases meet; and cases for the rest.

usage: case_cover.py ROOT            prints what no case meets, one TAP line; catalog/cases.csv must say what was
                                     counted
       case_cover.py ROOT --write    writes catalog/cases.csv
       case_cover.py ROOT --fill     writes tests/cases/<place>/turns.jsonl: cases for what the others leave out, their
                                     answers worked out by the second reading (second_law.py)

A turn is the first day of a value. It has two sides, each met by a case that reads the parameter: that day, where the
value is in force, and the day before, where another was. The day on which a pack begins to count has the first side
only, and days before 2014 count from there. What a pack takes from another that it extends is met by any that extends
it.
"""
import collections
import csv
import io
import json
import pathlib
import random
import sys
from fractions import Fraction

import second_law
from second_facts import Rates
from second_law import Law
from second_opinion import opinion
from second_orders import EXPORTS, FIRST, LAST, MODES, Orders, shifted

TRIES, EASY = 400, 12  # orders drawn for a turn; how many of them are looked at for a plainer one


class Watch:
    """What was read since it was last asked: values by parameter and day, and steps."""

    def __init__(self):
        self.values, self.steps = set(), set()

    def take(self):
        found = self.values, self.steps
        self.values, self.steps = set(), set()
        return found


WATCH = Watch()


def watched(method):
    def read(self, day, *more):
        WATCH.values.add((id(self), day))
        return method(self, day, *more)
    return read


def watched_step(method):
    def value(self, run, i):
        WATCH.steps.add((run.pack.id, self.name))
        return method(self, run, i)
    return value


def watched_meeting(method):
    def meet(self, step, i):
        WATCH.steps.add((self.pack.id, step.name))
        return method(self, step, i)
    return meet


second_law.Parameter.value = second_law.Parameter.entry
second_law.Parameter.on = watched(second_law.Parameter.on)
second_law.Parameter.entry = watched(second_law.Parameter.entry)
second_law.Step.value = watched_step(second_law.Step.value)
second_law.Run.meet = watched_meeting(second_law.Run.meet)


class Wanted:
    """Every step and turn, by the pack that states it; what was met is struck off."""

    def __init__(self, root):
        self.law = Law(root / "rules")
        self.rates = Rates(root / "catalog" / "fx.csv")
        self.documents = {}
        for path in sorted((root / "rules").glob("*/*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            self.documents[document["id"]] = document
        self.packs = [pack for pack in self.law.packs if not pack.is_abstract]
        self.name_of = {id(parameter): (pack, name) for pack in self.packs
                        for name, parameter in pack.parameters.items()}
        self.steps, self.turns, self.cases = {}, {}, collections.Counter()
        for pack in self.packs:
            for name, _ in pack.steps():
                self.steps.setdefault(self.owner(pack.id, "steps", name), False)
            for name, parameter in pack.parameters.items():
                for day in self.days(pack, parameter):
                    self.turns.setdefault(self.turn(pack, name, day), False)

    def chain(self, name):
        while name:
            yield name
            name = self.documents[name].get("extends")

    def owner(self, pack, part, *path):
        """The pack that says it: the nearest whose own document does."""
        for name in self.chain(pack):
            node = self.documents[name].get(part, {})
            for word in path[:-1]:
                node = node.get(word) or {}
            if path[-1] in node:
                return (name, *path)
        return (pack, *path)

    def turn(self, pack, name, stated_day, day=None):
        return (*self.owner(pack.id, "parameters", name, stated_day), day or max(stated_day, FIRST.isoformat()))

    @staticmethod
    def days(pack, parameter):
        """First days of values that can be met: while the pack counts, and while anything but the last did."""
        for n, day in enumerate(parameter.days):
            following = parameter.days[n + 1] if n + 1 < len(parameter.days) else "9999"
            if following > max(pack.start, FIRST.isoformat()) and day <= min(pack.end, LAST.isoformat()):
                yield day

    def asked(self, request):
        """(answer, turns with the side on which they were met, steps) of a request."""
        WATCH.take()
        answer = opinion(self.law, self.rates, request)
        values, steps = WATCH.take()
        turns = set()
        for parameter, day in values:
            if parameter not in self.name_of:
                continue
            pack, name = self.name_of[parameter]
            for stated in pack.parameters[name].days:
                first = max(stated, FIRST.isoformat(), pack.start)
                if day in (first, shifted(first, -1)):
                    turns.add((self.turn(pack, name, stated), day == first))
                if stated <= FIRST.isoformat() or stated <= pack.start:  # in force when it begins: any day meets it
                    turns.add((self.turn(pack, name, stated), True))
        return answer, turns, {self.owner(pack, "steps", name) for pack, name in steps}

    def sides(self, turn):
        """The sides of a turn that a case can be on: that day (True), the day before (False)."""
        owner, name, stated = turn[:3]
        packs = [pack for pack in self.packs if owner in self.chain(pack.id) and stated in pack.parameters[name].days]
        sides = []
        for side, before in ((True, 0), (False, 1)):
            day = shifted(max(stated, FIRST.isoformat()), -before)
            if any(max(pack.start, FIRST.isoformat()) <= day and pack.parameters[name].value(day) is not None or
                   (side and pack.start >= day and pack.parameters[name].value(pack.start) is not None)
                   for pack in packs):
                sides.append(side)
        return sides

    def missing(self, met):
        sides = [(turn, side) for turn in sorted(self.turns) for side in self.sides(turn)]
        return ([side for side in sides if side not in met[0]],
                [step for step in sorted(self.steps) if step not in met[1]])


def cases_of(root, leave_out=None):
    for path in sorted((root / "tests/cases").glob("*/*.jsonl")):
        if path.with_suffix(".csv").exists() or path.with_suffix(".rules").is_dir() or path.name == leave_out:
            continue
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def meet(wanted, root, leave_out=None):
    """({(turn, side)}, {step}) that the cases meet."""
    turns, steps = set(), set()
    for case in cases_of(root, leave_out):
        try:
            answer, more, also = wanted.asked(case["request"])
        except (KeyError, ValueError):
            continue  # about what a request may look like: the second reading does not read it
        turns |= more
        steps |= also
        wanted.cases[answer.get("pack", "")] += 1
    return turns, steps


# ---- what is counted ----

def table(wanted, met):
    """catalog/cases.csv: of each pack, its own part of the whole."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["pack", "cases", "steps", "steps_met", "turns", "turns_met"])
    open_turns, open_steps = wanted.missing(met)
    for name in sorted(wanted.documents):
        steps = [step for step in wanted.steps if step[0] == name]
        turns = [(turn, side) for turn in wanted.turns if turn[0] == name for side in wanted.sides(turn)]
        writer.writerow([name, wanted.cases[name], len(steps), len(steps) - sum(step[0] == name for step in open_steps),
                         len(turns), len(turns) - sum(turn[0] == name for turn, _ in open_turns)])
    return out.getvalue()


# ---- cases for the rest ----

class Aimed(Orders):
    """Orders for one pack around one day."""

    def __init__(self, law, seed):
        super().__init__(law, seed)
        self.pack, self.on = None, None

    def aim_day(self, pack, day):
        self.pack, self.on = pack, day

    def place(self):
        return self.places[self.pack.place]

    def day(self, place):
        return self.on

    def draw(self):
        exports = [form for form in self.pack.forms if form in EXPORTS]
        if exports:
            request = self.drawback()
            while request["form"] not in exports:
                request = self.drawback()
        elif set(self.pack.forms) & set(MODES):
            request = self.leave(self.place())
            request["form"] = self.pick(self.pack.forms)
        else:
            request = self.quote()
            request["form"] = self.pick(self.pack.forms)
            if request["form"] == "domestic":
                request["from"] = self.pack.place
            request["entry_date"] = self.on
        request["date"] = self.on
        return request


def size_of(request):
    return len(json.dumps(request))


def find(wanted, orders, pack, day, key):
    """The plainest of some requests that meet what is asked for; None: nothing drawn did."""
    found = []
    orders.aim_day(pack, day)
    _, _, sub = key[0][1].partition(".") if isinstance(key[-1], bool) else ("", "", "")
    for _ in range(TRIES):
        request = orders.draw()
        if sub and "to" in request:
            request["to"] = f"{pack.place}-{sub}"
        answer, turns, steps = wanted.asked(request)
        if answer["status"] != "error" and (key in turns or key in steps):
            found.append((size_of(request), json.dumps(request), answer, turns, steps))
            if len(found) == EASY:
                break
    return min(found, key=lambda item: item[:2]) if found else None


def text_of(amount):
    whole = amount * 100
    return f"{int(whole) / 100:.2f}" if whole.denominator == 1 else str(float(amount))


def expected(answer, is_order):
    expect = {"status": answer["status"], "regime": answer["regime"]}
    if "terms" in answer and (not is_order or answer["totals"]["total"] == 0):
        expect["terms"] = {name: str(value) for name, value in answer["terms"].items() if value not in (0, 1)}
    if "refusal" in answer:
        expect["refusal"] = {"code": answer["refusal"]["code"]}
    elif is_order:
        expect["totals"] = {kind: text_of(amount) for kind, amount in answer["totals"].items() if kind != "term"}
    else:
        expect.update({kind: text_of(amount) for kind, amount in answer["totals"].items()
                       if kind not in ("total", "term")})
    return expect


def why_of(wanted, key):
    """(sentence, source) of a turn's side, or of a step."""
    if isinstance(key[-1], bool):
        (owner, name, stated, _), after = key
        entry = wanted.documents[owner]["parameters"].get(name, {}).get(stated) or {}
        law = entry.get("law", "")
        law = law.get("en", "") if isinstance(law, dict) else law
        when = "on the first day of" if after else "on the day before"
        value = entry.get("value", "nothing")
        value = "a list" if isinstance(value, list) else value
        return f"{owner}: {name} {when} {value} ({stated})", law or "the law of the value before it ends"
    return f"{key[0]}: the step {key[1]}", "the law of the step's values"


def days_of(pack, key):
    if not isinstance(key[-1], bool):
        days = {day for parameter in pack.parameters.values() for day in parameter.days}
        days |= {shifted(pack.start, 0) if pack.start > "1990" else FIRST.isoformat(), "2025-06-01"}
        return sorted(day for day in days if max(pack.start, FIRST.isoformat()) <= day <= min(pack.end, "2027-12-31"))
    turn, after = key
    first = max(turn[2], FIRST.isoformat(), pack.start)
    return [first if after else shifted(first, -1)]


def packs_of(wanted, key):
    owner = key[0][0] if isinstance(key[-1], bool) else key[0]
    return [pack for pack in wanted.packs if owner in wanted.chain(pack.id)]


def case_for(wanted, orders, key):
    packs = packs_of(wanted, key)
    orders.random.shuffle(packs)
    for pack in packs[:4]:
        days = days_of(pack, key)
        for day in days if len(days) == 1 else orders.random.sample(days, min(len(days), 6)):
            if found := find(wanted, orders, pack, day, key):
                return pack, found
    return None, None


def fill(wanted, root):
    met = meet(wanted, root, "turns.jsonl")
    orders = Aimed(wanted.law, 20260101)
    orders.random = random.Random(20260101)
    made, left = collections.defaultdict(list), []
    turns, steps = wanted.missing(met)
    for key in [*turns, *steps]:
        if key in met[0] or key in met[1]:
            continue
        pack, found = case_for(wanted, orders, key)
        if found is None:
            left.append(key)
            continue
        _, text, answer, more, also = found
        met[0].update(more)
        met[1].update(also)
        why, source = why_of(wanted, key)
        request = json.loads(text)
        folder = pack.place.lower()
        made[folder].append({"id": f"{folder}-turn-{len(made[folder]) + 1:03}", "request": request,
                             "expect": expected(answer, "to" in request), "why": why,
                             "source": f"second reading of the pack: {source}"})
    for folder, cases in made.items():
        path = root / "tests/cases" / folder / "turns.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), encoding="utf-8")
    print(f"# {sum(map(len, made.values()))} cases in {len(made)} places; {len(left)} could not be met")
    for key in left:
        print(f"#   {why_of(wanted, key)[0]}")
    return 0


def main(root, what=""):
    wanted = Wanted(root)
    if what == "--fill":
        return fill(wanted, root)
    met = meet(wanted, root)
    path, text = root / "catalog/cases.csv", table(wanted, met)
    if what == "--write":
        path.write_text(text, encoding="utf-8")
        return 0
    turns, steps = wanted.missing(met)
    for key in [*turns, *steps]:
        print(f"# no case: {why_of(wanted, key)[0]}")
    is_told = path.exists() and path.read_text(encoding="utf-8") == text
    print(f"{'ok' if is_told else 'not ok'} 1 - catalog/cases.csv is what the cases meet "
          f"({len(wanted.steps) - len(steps)} of {len(wanted.steps)} steps, "
          f"{sum(len(wanted.sides(turn)) for turn in wanted.turns)} sides of turns, {len(turns)} not met)")
    print("1..1")
    return 0 if is_told else 1


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), *sys.argv[2:]))

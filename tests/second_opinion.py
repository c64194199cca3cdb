"""A second opinion on every charge: random orders through tradeloom, and through second_law.py; no difference.

usage: second_opinion.py TRADELOOM [--orders N] [--seed N] [--root FOLDER] [--show N]

Compared are status, regime, currency, value, allowance, every charge by kind and line, every total, and the codes of
refusals and errors; for exports what is earned back. Prints TAP: one line a place, one that all packs were met.
"""
import argparse
import collections
import contextlib
import json
import pathlib
import subprocess
import sys
import threading
from fractions import Fraction

from second_facts import Rates, drawback_facts, order_facts
from second_law import TAXES, Failure, Law, assess
from second_orders import MODES, Orders

ORDERS = 100000
FIGURES = ("drawback", "vat_cost", "offset", "carry_forward", "payable", "income_tax", "refund_rate")


def opinion(law, rates, request):
    """What the law says, read a second time."""
    is_order = "to" in request
    place = request["to"] if is_order else "CN"
    form = request.get("form", "retail")
    if form in MODES:  # the law of the country that it leaves, at a district of its customs
        place = f"{request['from']}-{request.get('export', {}).get('customs', '')}"
    country = place.partition("-")[0]
    if form == "domestic" and request["from"] != country:
        return {"status": "error", "error": {"bad_request"}}
    day = {"sale": request["date"], "entry": request.get("entry_date", request["date"])}
    pack, code = law.choose(country, form, day)
    if pack is None:
        return {"status": "error", "error": {code}}
    try:
        order, lines = (order_facts(rates, request, place, pack.currency, day[pack.reads][:7]) if is_order else
                        drawback_facts(rates, request, pack.currency))
    except Failure as failure:
        return {"status": "error", "error": {failure.code}}
    return assess(pack, order, lines, day)


def charges_of(answer):
    sums = collections.Counter()
    for charge in answer.get("charges", ()):
        sums[charge["kind"], charge["line"]] += Fraction(charge["amount"])
    return {key: amount for key, amount in sums.items() if amount}


def numbers(texts):
    return {name: Fraction(text) for name, text in texts.items() if name != "period"}


def said(answer, is_order):
    """The answer of the program in the terms of the second opinion."""
    if answer["status"] == "error":
        return {"status": "error", "error": answer["error"]["code"]}
    found = {name: answer[name] for name in ("status", "regime", "currency")}
    if "value" in answer:
        found["value"] = Fraction(answer["value"])
    if "allowance" in answer:
        found["allowance"] = numbers(answer["allowance"])
    if "refusal" in answer:
        found["refusal"] = {name: answer["refusal"][name] for name in ("code", "instead")}
    totals = answer.get("totals", {}) if is_order else {name: answer[name] for name in FIGURES if name in answer}
    found["totals"] = {name: amount for name, amount in numbers(totals).items() if amount}
    found["charges"] = charges_of(answer)
    if "terms" in answer:
        found["terms"] = {name: Fraction(value) for name, value in answer["terms"].items()}
    return found


def thought(answer, is_order, first):
    """The second opinion, without what is not compared; where several things are missing, any may be named."""
    if answer["status"] == "error":
        code = first.get("error")
        return {"status": "error", "error": code if code in answer["error"] else min(answer["error"])}
    found = {name: value for name, value in answer.items() if name != "pack"}
    if not is_order:
        found.pop("value", None)
        answer["totals"].pop("total")
    kinds = (*TAXES, "total") if is_order else FIGURES
    found["totals"] = {name: amount for name, amount in answer["totals"].items() if amount and name in kinds}
    return found


def outcome_of(second):
    """In a word: assessed, or the code of the refusal or error."""
    return second["refusal"]["code"] if "refusal" in second else second.get("error", second["status"])


def plain(x):
    """Fractions as texts, for the reader of a difference."""
    if isinstance(x, dict):
        return {str(name): plain(value) for name, value in x.items()}
    return str(float(x)) if isinstance(x, Fraction) else x


def ask(binary, verb, requests):
    """Answers in order, from one stream; the requests are fed while the answers are read."""
    with subprocess.Popen([binary, verb, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as program:
        def feed():
            with contextlib.suppress(BrokenPipeError), program.stdin:
                for request in requests:
                    program.stdin.write(json.dumps(request).encode() + b"\n")
        threading.Thread(target=feed, daemon=True).start()
        try:
            yield from map(json.loads, program.stdout)
        finally:
            program.terminate()
            status = program.wait()
    if status not in (0, 65):
        raise SystemExit(f"{verb}: exit {status}")


class Tally:
    """What was compared, by place, and what differed."""

    def __init__(self, show):
        self.show = show
        self.count, self.differences = collections.Counter(), collections.defaultdict(list)
        self.outcomes, self.packs = collections.Counter(), collections.Counter()

    def add(self, request, answer, second):
        is_order = "to" in request
        place = request["to"].partition("-")[0] if is_order else "CN export"
        self.count[place] += 1
        first = said(answer, is_order)
        if second["status"] != "error":
            self.packs[second["pack"]] += 1
        second = thought(second, is_order, first)
        self.outcomes[outcome_of(second)] += 1
        if first != second:
            unlike = [name for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)]
            self.differences[place].append((request, [(n, plain(first.get(n)), plain(second.get(n))) for n in unlike],
                                            answer.get("error")))

    def report(self, law, seed):
        failed = 0
        for number, place in enumerate(sorted(self.count), 1):
            found = self.differences[place]
            failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {place}: {self.count[place]} orders, "
                  f"{len(found)} differences")
            for request, unlike, error in found[:self.show]:
                print(f"# {json.dumps(request)}")
                for name, first, second in unlike:
                    print(f"#   {name}: tradeloom {first}, second opinion {second}")
                if error:
                    print(f"#   {error['code']}: {error['message']}")
        unmet = [pack.id for pack in law.packs if not pack.is_abstract and not self.packs[pack.id]]
        print(f"{'not ok' if unmet else 'ok'} {len(self.count) + 1} - all packs were met {' '.join(unmet)}".rstrip())
        print(f"1..{len(self.count) + 1}")
        print(f"# {sum(self.count.values())} orders of seed {seed}: {self.outcomes.pop('assessed')} assessed, " +
              ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.outcomes.items())))
        return 1 if failed or unmet else 0


def streams(law, seed, count):
    """(verb, requests): nineteen orders for one export, where a place pays drawback."""
    orders = Orders(law, seed)
    exports = count // 20 if orders.drawback() else 0
    yield "quote", [{"id": str(n), **orders.quote()} for n in range(count - exports)]
    yield "drawback", [{"id": str(n), **orders.drawback()} for n in range(exports)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="differences to show a place")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    law, rates = Law(options.root / "rules"), Rates(options.root / "catalog" / "fx.csv")
    tally = Tally(options.show)
    for verb, requests in streams(law, options.seed, options.orders):
        answers = ask(options.binary, verb, requests)
        for request in requests:
            answer = next(answers, None)
            if answer is None or answer.get("id") != request["id"]:
                raise SystemExit(f"{verb}: answers are missing, or out of order")
            tally.add(request, answer, opinion(law, rates, request))
    return tally.report(law, options.seed)


if __name__ == "__main__":
    sys.exit(main())

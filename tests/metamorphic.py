"""What must not change a charge, and what must: pairs of orders through tradeloom, each answer against the other.

usage: metamorphic.py TRADELOOM [--orders N] [--seed N] [--root FOLDER] [--show N]

The order of the lines, the currency's scale, the day inside an interval, a coupon, the incoterm and the direction of an
exchange rate change nothing; an order split at a limit is taxed as its halves are. Prints TAP, one line a relation.
"""
import argparse
import bisect
import copy
import itertools
import json
import pathlib
import sys
from fractions import Fraction

from second_law import Law
from second_opinion import ask
from second_orders import Orders, law_place, shifted, text_of

ORDERS = 6000
AMOUNTS = ("freight", "insurance", "discount", "coupon", "credit")


def outcome(answer):
    """What the law said, without who owes it and in what words."""
    totals = {kind: amount for kind, amount in answer.get("totals", {}).items() if Fraction(amount)}
    return {"status": answer["status"], "regime": answer.get("regime"), "value": answer.get("value"), "totals": totals,
            "refusal": answer.get("refusal", {}).get("code"), "allowance": answer.get("allowance"),
            "terms": answer.get("terms")}


# ---- relations: a changed copy of an order whose outcome must be the same, or None where it does not apply ----

def permuted(orders, place, order):
    """Without shares, which give the odd cent to one line or another."""
    lines = order["lines"]
    if len(lines) < 2:
        return None
    for name in AMOUNTS:
        order.pop(name, None)
    other = copy.deepcopy(order)
    orders.random.shuffle(other["lines"])
    return order, other


def scaled(orders, place, order):
    """Ten times as many units of a currency that is worth a tenth; not one that a law counts in."""
    order["currency"] = "CHF"
    order["fx"] = {"CHF" + place.currency: text_of(Fraction(orders.random.randrange(1, 10 ** 6), 100))}
    if place.currency == "CHF" or order["fx"]["CHF" + place.currency] == "0":
        return None
    other = copy.deepcopy(order)
    for holder, name in itertools.chain(((other, name) for name in AMOUNTS),
                                        ((line, "unit_price") for line in other["lines"])):
        if name in holder:
            holder[name] = text_of(Fraction(holder[name]) * 10, 9 if name == "unit_price" else 6)
    other["fx"] = {pair: text_of(Fraction(rate) / 10, 3) for pair, rate in order["fx"].items()}
    return order, other


def turned(orders, place, order):
    """An exchange rate works in both directions."""
    if order["currency"] == place.currency:
        return None
    rate = orders.pick(("8", "0.25", "1.6", "125", "0.02"))
    order["fx"] = {order["currency"] + place.currency: rate}
    other = copy.deepcopy(order)
    other["fx"] = {place.currency + order["currency"]: text_of(1 / Fraction(rate), 6)}
    return order, other


def moved_day(orders, place, day):
    """Another day between the same two edges of the law."""
    at = bisect.bisect_right(place.days, day)
    first = place.days[at - 1] if at else "2000-01-01"
    last = shifted(place.days[at], -1) if at < len(place.days) else "2035-12-31"
    return orders.pick((first, last))


def moved(orders, place, order):
    """Rates of exchange are given, for they have edges of their own."""
    order["fx"] = {currency + place.currency: rate for currency, rate in
                   ((order["currency"], "1.25"), ("USD", "2"), ("EUR", "2.5")) if currency != place.currency}
    other = copy.deepcopy(order)
    for name in ("date", "entry_date"):
        if name in order:
            other[name] = moved_day(orders, place, order[name])
    if "entry_date" not in order:
        other["entry_date"] = other["date"]
    return order, other


def with_coupon(orders, place, order):
    other = copy.deepcopy(order)
    other["coupon"] = text_of(orders.price())
    return order, other


def other_incoterm(orders, place, order):
    other = copy.deepcopy(order)
    other["incoterm"] = "DDP" if order.get("incoterm", "DAP") == "DAP" else "DAP"
    return order, other


RELATIONS = {"the lines permuted": permuted, "the currency scaled": scaled, "a rate of exchange turned": turned,
             "the days moved inside an interval": moved, "a coupon": with_coupon, "the other incoterm": other_incoterm}


# ---- an order split at a limit ----

# (order, price of each of two lines: the limit itself, regime of a half, regime or refusal of the whole)
SPLITS = [
    ({"to": "CN", "form": "retail", "date": "2016-06-01", "currency": "CNY", "hs": "19011010", "origin": "NZ"},
     "2000", "cn.import.cbec", "cn.import.cbec_full"),
    ({"to": "CN", "form": "retail", "date": "2020-06-01", "currency": "CNY", "hs": "19011010", "origin": "NZ"},
     "5000", "cn.import.cbec", "over_order_limit"),
    ({"to": "CN", "form": "retail", "date": "2015-06-01", "currency": "CNY", "hs": "19011010", "origin": "NZ"},
     "1000", "cn.import.pilot", "over_order_limit"),
    ({"to": "CN", "form": "parcel", "date": "2020-06-01", "currency": "CNY", "hs": "19011010", "origin": "NZ",
      "from": "NZ"}, "1000", "cn.import.parcel", "over_limit"),
    ({"to": "DE", "date": "2018-06-01", "currency": "EUR", "hs": "610910"}, "22", "eu.import.relief",
     "eu.import.standard"),
    ({"to": "DE", "date": "2023-06-01", "currency": "EUR", "hs": "610910", "schemes": ["ioss"]}, "150",
     "eu.import.ioss", "eu.import.standard"),
    ({"to": "FR", "date": "2023-06-01", "currency": "EUR", "hs": "610910", "schemes": ["special_arrangements"]}, "150",
     "eu.import.special", "eu.import.standard"),
    ({"to": "GB", "date": "2019-06-01", "currency": "GBP", "hs": "610910"}, "15", "gb.import.relief",
     "gb.import.standard"),
    ({"to": "GB", "date": "2023-06-01", "currency": "GBP", "hs": "610910"}, "135", "gb.import.pos",
     "gb.import.standard"),
    ({"to": "US", "date": "2015-06-01", "currency": "USD", "hs": "61091000"}, "200", "us.import.de_minimis",
     "us.import.informal"),
    ({"to": "US", "date": "2020-06-01", "currency": "USD", "hs": "61091000"}, "800", "us.import.de_minimis",
     "us.import.informal"),
    ({"to": "AU", "date": "2023-06-01", "currency": "AUD", "hs": "610910", "schemes": ["gst_registered"]}, "1000",
     "au.import.lvg", "au.import.standard"),
    ({"to": "NZ", "date": "2023-06-01", "currency": "NZD", "hs": "610910", "schemes": ["gst_registered"]}, "1000",
     "nz.import.lvg", "nz.import.standard"),
    ({"to": "BR-SP", "date": "2025-06-01", "currency": "USD", "hs": "610910"}, "3000", "br.import.rts",
     "above_simplified_limit"),
]


def split_orders():
    """(the whole, one half) of each split."""
    for keys, price, _, _ in SPLITS:
        keys = {"from": "CN", "form": "retail", **keys}
        line = {"hs": keys.pop("hs"), "origin": keys.pop("origin", "CN"), "unit_price": price, "net_weight_kg": "0.5"}
        for lines in ([line, line], [line]):
            yield {**keys, "lines": lines}


def split_complaint(split, whole, half):
    """Empty when a half is taxed as below the limit, and the whole as above it, and not less."""
    _, price, of_half, of_whole = split
    found = (whole.get("refusal", {}).get("code") or whole.get("regime"), half.get("regime"))
    if found != (of_whole, of_half):
        return f"{split[0]['to']} {price}: whole and half {found}, expected {(of_whole, of_half)}"
    if "totals" in whole and Fraction(whole["totals"]["total"]) <= 2 * Fraction(half["totals"]["total"]):
        return f"{split[0]['to']} {price}: the whole owes no more than its halves"
    return ""


# ---- the run ----

def pairs(orders, count):
    """(relation, order, changed order), as many of each relation."""
    for relation, change in RELATIONS.items():
        made = 0
        while made < count:
            order = orders.quote()
            pair = change(orders, orders.places[law_place(order)], order)
            if pair:
                made += 1
                yield relation, *pair


def report(number, name, compared, complaints, show):
    print(f"{'not ok' if complaints else 'ok'} {number} - {name}: {compared}, {len(complaints)} differences")
    for complaint in complaints[:show]:
        print(f"# {complaint}")
    return bool(complaints)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--orders", type=int, default=ORDERS, help="pairs of orders")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3, help="differences to show a relation")
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).parent.parent)
    options = parser.parse_args()
    orders = Orders(Law(options.root / "rules"), options.seed)
    asked = list(pairs(orders, options.orders // len(RELATIONS)))
    answers = ask(options.binary, "quote", itertools.chain(*(pair[1:] for pair in asked), split_orders()))
    complaints = {relation: [] for relation in RELATIONS}
    assessed = dict.fromkeys(RELATIONS, 0)
    for relation, order, other in asked:
        one, two = outcome(next(answers)), outcome(next(answers))
        assessed[relation] += one["status"] == "assessed"
        if one != two:
            complaints[relation].append(f"{json.dumps(order)}\n#   {one}\n# {json.dumps(other)}\n#   {two}")
    failed = False
    for number, relation in enumerate(RELATIONS, 1):
        compared = f"{options.orders // len(RELATIONS)} pairs, {assessed[relation]} assessed"
        failed |= report(number, relation, compared, complaints[relation], options.show)
    found = [split_complaint(split, next(answers), next(answers)) for split in SPLITS]
    failed |= report(len(RELATIONS) + 1, "split at a limit", f"{len(SPLITS)} limits", list(filter(None, found)),
                     len(SPLITS))
    print(f"1..{len(RELATIONS) + 1}")
    return 1 if failed or not all(assessed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

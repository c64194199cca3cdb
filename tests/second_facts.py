"""What a rule may read of a request, worked out a second time: conversion, shares of nothing, quantities, flags.

Shares nothing with the program but catalog/fx.csv. Amounts are fractions of the destination's currency.
"""
import csv
import functools
import math
from fractions import Fraction

from second_law import Failure, digits_of, half_up

SCHEMES = ("ioss", "special_arrangements", "marketplace", "remessa_conforme", "gst_registered", "voec")
DRAWBACK = {"purchase_gross": "purchase_price_with_vat", "fob": "fob", "input_vat": "input_vat",
            "output_vat": "domestic_output_vat", "brought_forward": "credit_brought_forward",
            "taxfree_materials": "taxfree_materials", "levy_given": "levy_rate", "refund_given": "refund_rate",
            "invoice_rate": "invoice_rate", "refund_class": "refund_class"}
EXPORT = {"pilot_zone": "pilot_zone", "restricted": "restricted", "to_warehouse": "warehouse", "from_zone": "zone",
          "from_market": "market"}
GIVEN = {"has_levy": "levy_rate", "has_refund": "refund_rate", "has_invoice_rate": "invoice_rate"}
MILLIONTH = Fraction(1, 10 ** 6)


@functools.lru_cache(maxsize=100000)
def number(text):
    return Fraction(text)


def to_digits(x, digits):
    return Fraction(half_up(x * 10 ** digits), 10 ** digits) if x else x


class Rates:
    """Monthly means, units per euro; a month without one takes the last before it."""

    def __init__(self, path):
        self.per_eur = {}
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.per_eur.setdefault(row["currency"], {})[row["month"]] = Fraction(row["per_eur"])
        self.found = {}

    def of(self, currency, month):
        if currency == "EUR":
            return Fraction(1)
        if (currency, month) not in self.found:
            months = self.per_eur.get(currency, {})
            last = max((m for m in months if m <= month), default=None)
            self.found[currency, month] = months[last] if last else None
        return self.found[currency, month]

    def rate(self, given, source, target, month):
        """Target per 1 of source: as the request gives it, in either direction, else of the table; None: unknown."""
        if source == target:
            return Fraction(1)
        for pair, rate in given.items():
            if pair == source + target:
                return number(rate)
            if pair == target + source:
                return 1 / number(rate)
        mine, other = self.of(source, month), self.of(target, month)
        return other / mine if mine and other else None


class Order(dict):
    """Facts of the order by name; those in other currencies are worked out when a rule asks."""

    def __init__(self, rates, request, currency, month, given):
        super().__init__()
        self.rates, self.request, self.currency, self.month, self.given = rates, request, currency, month, given
        self.kept = {}

    def rate(self, source, target):
        rate = self.rates.rate(self.given, source, target, self.month)
        if rate is None:
            raise Failure("no_fx_rate")
        return rate

    def exact(self, name):
        if name not in self.kept:
            kind, currency = name.split("_")
            currency = currency.upper()
            if kind == "fx":
                self.kept[name] = to_digits(self.rate(currency, self.currency), 6)
            else:
                self.kept[name] = math.ceil(self.abroad(currency, kind == "landed") / MILLIONTH) * MILLIONTH
        return self.kept[name]

    def abroad(self, currency, is_landed):
        """Goods less discount in another currency, exactly; by way of the destination's unless the pair is given."""
        request = self.request
        amount = sum(number(line["unit_price"]) * number(line.get("quantity", "1")) for line in request["lines"])
        amount = max(amount - number(request.get("discount", "0")), Fraction(0))
        if is_landed:
            amount += number(request.get("freight", "0")) + number(request.get("insurance", "0"))
        source = request["currency"]
        if source + currency in self.given or currency + source in self.given or source == currency:
            return amount * self.rate(source, currency)
        return amount * self.rate(source, self.currency) * self.rate(self.currency, currency)


def line_facts(request, line, before, rate, digits):
    quantity = number(line.get("quantity", "1"))
    facts = {"hs": line["hs"], "origin": line.get("origin", request["from"]), "quantity": quantity,
             "goods": to_digits(number(line["unit_price"]) * quantity * rate, digits),
             "strength": number(line.get("strength_vol", "0")), "has_strength": "strength_vol" in line}
    for name, field, otherwise in (("weight", "net_weight_kg", "0"), ("volume", "volume_l", "0"),
                                   ("pieces", "pieces", "1")):
        facts["has_" + name] = field in line
        facts["net_weight" if name == "weight" else name] = to_digits(number(line.get(field, otherwise)) * quantity, 6)
    item = (line["hs"][:6], line.get("description", ""), facts["origin"] if request.get("preference") else "")
    facts["first_of_item"] = item not in before
    before.add(item)
    return facts


def order_facts(rates, request, place, currency, month):
    """(order, lines) of a quote."""
    given = request.get("fx", {})
    order = Order(rates, request, currency, month, given)
    digits = digits_of(currency)
    rate = order.rate(request["currency"], currency)
    for name in ("freight", "insurance", "discount", "coupon", "credit"):
        order[name] = to_digits(number(request.get(name, "0")) * rate, digits)
    buyer, schemes = request.get("buyer", {}), request.get("schemes", [])
    country, _, sub = place.partition("-")
    order.update({
        "annual_used": number(buyer.get("annual_used", "0")), "business": buyer.get("business", False),
        "has_freight": "freight" in request, "has_insurance": "insurance" in request,
        "preference": request.get("preference", False), "from": request["from"], "to": country, "sub": sub,
        "form": request.get("form", "retail"), "transport": request.get("transport", "express"),
        "incoterm": request.get("incoterm", "DAP"), "sale_day": request["date"],
        "entry_day": request.get("entry_date", request["date"]), "small_profit": False, "unsold": False})
    export = request.get("export", {})
    order.update({fact: export.get(field, False) for fact, field in EXPORT.items()})
    order["claims_refund"] = export.get("refund", True)
    order.update({name: name in schemes for name in SCHEMES})
    before = set()
    lines = [line_facts(request, line, before, rate, digits) for line in request["lines"]]
    order["discount"] = min(order["discount"], sum(line["goods"] for line in lines))
    return order, lines


def drawback_facts(rates, request, currency):
    """(order, lines) of an export: one line without a price."""
    export = {**request, "from": "CN", "lines": [{"hs": request["hs"], "unit_price": "0"}]}
    order, lines = order_facts(rates, export, "CN", currency, request["date"][:7])
    order.update({fact: number(request.get(field, "0")) for fact, field in DRAWBACK.items()})
    order.update({flag: field in request for flag, field in GIVEN.items()})
    order["small_profit"] = request.get("small_profit", False)
    order["unsold"] = request.get("unsold", False)
    return order, lines

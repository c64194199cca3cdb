"""Random orders for the second opinion: the same seed gives the same orders, with a liking for the edges of the law.

Days stand on the first and last days of packs, parameters and tariff rows; prices, quantities and what is used of an
allowance stand on a limit, or one minor unit beside it; codes and countries come from the tables.
"""
import datetime
import random
import re

from fractions import Fraction

from second_law import digits_of

SCHEMES = ("ioss", "special_arrangements", "marketplace", "remessa_conforme", "gst_registered", "voec")
TRANSPORTS = ("post", "express", "air", "sea", "rail", "road", "bonded")
FORMS = ("retail", "retail", "retail", "parcel", "general", "general", "domestic")
EXPORTS = ("trader", "manufacturer", "exempt")
MODES = ("1210", "9610", "9710", "9810", "1039", "0110")
CURRENCIES = ("USD", "EUR", "CNY", "USD", "EUR", "CNY", "GBP", "JPY", "HKD", "AUD", "CHF", "KRW")
COUNTRIES = ("CN", "CN", "CN", "HK", "US", "DE", "FR", "JP", "KR", "VN", "GB", "AU", "NZ", "CA", "CH", "IN", "TH", "BY")
FIRST, LAST = datetime.date(2014, 1, 1), datetime.date(2029, 12, 31)
DIGITS = re.compile(r"\d+")


def text_of(x, digits=2):
    """A fraction as a decimal text, cut to so many digits, without idle zeros."""
    units = int(max(x, 0) * 10 ** digits)
    whole, part = divmod(units, 10 ** digits)
    return f"{whole}.{part:0{digits}}".rstrip("0").rstrip(".") if digits else str(whole)


def law_place(request):
    """Whose law an order asks: its destination's, or, for a mode of supervision, that of the country that it leaves."""
    return request["from"] if request.get("form") in MODES else request["to"].partition("-")[0]


def shifted(day, days):
    moved = datetime.date.fromisoformat(day) + datetime.timedelta(days=days)
    return moved.isoformat()


class Place:
    """What the law of a place turns on: days, codes, countries, limits."""

    def __init__(self, law, name):
        self.name = name
        packs = [pack for pack in law.packs if pack.place == name and not pack.is_abstract]
        self.packs, self.currency = packs, packs[0].currency
        self.forms = {form for pack in packs for form in pack.forms}
        self.places = sorted({place for pack in packs for place in pack.places})
        rows = [row for (place, _), rows in law.tariff.rows.items() if place in self.places for row in rows]
        self.codes = {kind: sorted({row.hs for place in self.places for row in law.tariff.rows.get((place, kind), ())
                                    if row.hs})
                      for kind in sorted({kind for place, kind in law.tariff.rows if place in self.places})}
        self.codes = {kind: codes for kind, codes in self.codes.items() if codes}
        self.rows = [row for row in rows if row.hs]
        self.members = {name: [member.origin for member in members]
                        for (place, name), members in law.tariff.members.items() if place in self.places}
        self.countries = sorted({row.origin for row in rows if len(row.origin) == 2} |
                                {member.origin for (place, _), members in law.tariff.members.items()
                                 if place in self.places for member in members})
        self.days = self.edges(rows)
        self.money, self.per_unit, self.quantities, self.rates, self.subs, self.by_sub = [], [], [], [], [], []
        for pack in packs:
            for parameter_name, parameter in pack.parameters.items():
                self.note(parameter_name, parameter)
        values = sum(len(parameter.days) for pack in packs for parameter in pack.parameters.values())
        own = sum(len(rows) for (place, _), rows in law.tariff.rows.items() if place == name)
        self.size = 30 + own + values // (1 if self.places == [name] else 4)

    def edges(self, rows):
        """First days of intervals in which nothing of the law changes."""
        days = {row.start for row in rows} | {shifted(row.end, 1) for row in rows if row.end < "9999"}
        for pack in self.packs:
            days |= {pack.start, *(day for parameter in pack.parameters.values() for day in parameter.days)}
            days |= {shifted(pack.end, 1)} if pack.end < "9999" else set()
            for node in pack.document["steps"].values():
                for day in re.findall(r"day\('([\d-]+)'\)", f"{node.get('is')} {node.get('when')}"):
                    days |= {day, shifted(day, 1)}
        return sorted(day for day in days if day > "1990")

    def note(self, name, parameter):
        values = [value for value in parameter.values if value is not None]
        unit = parameter.unit
        if unit == "list":
            entries = {entry for value in values for word in value for entry in word.split("-")}
            listed = self.codes.get("listed", []) + sorted(entry for entry in entries if DIGITS.fullmatch(entry))
            if listed:
                self.codes["listed"] = listed
            self.countries += [word for value in values[-1:] for word in value if word in COUNTRIES]
        elif unit == "rate":
            self.rates += [value for value in values if 0 < value < 1]
        elif len(unit) == 3 and unit.isupper():
            self.money += [(value, unit) for value in values if value > 0]
        elif unit[3:4] == "/":
            self.per_unit += [(value, unit[:3], unit[4:]) for value in values if value > 0]
        elif unit in ("kg", "l", "number"):
            self.quantities += [(value, unit) for value in values if value > 0]
        _, dot, sub = name.partition(".")
        if dot:
            self.subs += [sub] if sub not in self.subs else []
            self.by_sub += [(sub, day) for day in parameter.days if day > FIRST.isoformat()]


class Orders:
    """An endless stream of requests."""

    def __init__(self, law, seed):
        self.law, self.random = law, random.Random(seed)
        names = sorted({pack.place for pack in law.packs if not pack.is_abstract})
        self.places = {name: Place(law, name) for name in names}
        self.common = sorted({code for place in self.places.values() for code in place.codes.get("mfn", ())})
        self.sizes = [place.size for place in self.places.values()]

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def pick(self, choices):
        return choices[self.random.randrange(len(choices))]

    # ---- days ----

    def day(self, place):
        if place.days and self.chance(75):
            for _ in range(4):
                day = self.pick(place.days)
                if FIRST.isoformat() <= day <= LAST.isoformat():
                    break
            return shifted(day, self.pick((-1, 0, 0, 1)))
        return (FIRST + datetime.timedelta(days=self.random.randrange((LAST - FIRST).days))).isoformat()

    def aim_row(self, place, line):
        """A row of the tariff: its code, a country that it holds for; returns a day on one of its edges."""
        row = self.pick(place.rows)
        line["hs"] = self.longer(row.hs)
        if row.origin:
            line["origin"] = self.pick(place.members.get(row.origin, (row.origin,)))
        edges = [row.start] if row.end > "9999" else [row.start, row.end, shifted(row.end, 1)]
        return max(self.pick([*edges, shifted(row.start, -1)]), FIRST.isoformat())

    # ---- amounts ----

    def price(self):
        """Small and large alike."""
        return Fraction(int(10 ** self.random.uniform(0, 6.2)), 100)

    def beside(self, amount, unit=Fraction(1, 100)):
        return amount + unit * self.pick((-1, 0, 0, 1))

    def aim(self, place):
        """(goods of the order, currency) on an edge of the law."""
        amount, currency = self.pick(place.money)
        if place.rates and self.chance(25):
            amount = amount / self.pick(place.rates)
        return self.beside(amount, Fraction(1, 10 ** digits_of(currency))), currency

    # ---- lines ----

    def code(self, place, form=""):
        if self.chance(1):
            return str(self.random.randrange(10 ** 5, 10 ** 6))
        if not place.codes or ("mfn" not in place.codes and self.chance(60)):
            return self.longer(self.pick(self.common))
        kind = "mfn" if "mfn" in place.codes and self.chance(50) else self.pick(sorted(place.codes))
        if form == "retail" and "cbec" in place.codes and self.chance(60):
            kind = "cbec"
        return self.longer(self.pick(place.codes[kind]))

    def longer(self, code):
        """Six digits at least, sometimes more."""
        while len(code) < 6 or (len(code) < 10 and self.chance(15)):
            code += str(self.random.randrange(10))
        return code

    def country(self, place):
        return self.pick(place.countries) if place.countries and self.chance(50) else self.pick(COUNTRIES)

    def quantities(self, line):
        for field, top in (("net_weight_kg", 4), ("volume_l", 2), ("pieces", 12), ("strength_vol", 60)):
            if self.chance(55):
                digits = 0 if field == "pieces" and self.chance(90) else self.pick((0, 1, 3))
                line[field] = text_of(Fraction(self.random.randrange(1, top * 1000), 1000) + (digits == 0), digits)

    def line(self, place, form):
        line = {"hs": self.code(place, form), "unit_price": text_of(self.price(), self.pick((2, 2, 2, 0, 4)))}
        if self.chance(60):
            line["quantity"] = self.pick(("1", "1", "1", "2", "3", "7", "10", "12", "0.5", "2.25", "144"))
        if self.chance(70):
            line["origin"] = self.country(place)
        if self.chance(30):
            line["description"] = self.pick(("a", "b"))
        self.quantities(line)
        if place.per_unit and self.chance(20):
            self.aim_per_unit(place, line)
        if place.quantities and self.chance(15):
            self.aim_quantity(place, line)
        return line

    def aim_per_unit(self, place, line):
        """A price on a limit per litre, kilogram or piece."""
        amount, _, unit = self.pick(place.per_unit)
        field, per = {"l": ("volume_l", 1), "kg": ("net_weight_kg", 1), "g": ("net_weight_kg", Fraction(1, 1000)),
                      "ml": ("volume_l", Fraction(1, 1000)), "piece": ("pieces", 1),
                      "t": ("net_weight_kg", 1000)}.get(unit, ("pieces", 1))
        each = self.pick((Fraction(1), Fraction(1, 2), Fraction(2), Fraction(3, 100)))
        line[field] = text_of(each, 3)
        line["unit_price"] = text_of(max(self.beside(amount * each / per), Fraction(1, 100)), 2)

    def aim_quantity(self, place, line):
        value, unit = self.pick(place.quantities)
        quantity = Fraction(line.get("quantity", "1"))
        if unit == "number":
            line["strength_vol"] = text_of(self.beside(value, Fraction(1, 10)), 1)
        else:
            line["net_weight_kg" if unit == "kg" else "volume_l"] = \
                text_of(self.beside(value / quantity, Fraction(1, 1000)), 6)

    def lines(self, place, form):
        lines = [self.line(place, form) for _ in range(self.pick((1, 1, 1, 2, 2, 3, 5)))]
        for line in lines[1:]:
            if self.chance(25):
                line["hs"] = lines[0]["hs"]
        return lines

    # ---- the order ----

    def aim_goods(self, place, request):
        """The last line makes the goods, or goods and carriage, come to a limit."""
        goal, currency = self.aim(place)
        if self.chance(40) and currency != place.currency:
            rate = Fraction(self.random.randrange(100, 10 ** 6), 1000)
            request["fx"] = {currency + place.currency: text_of(rate, 3)}
            goal, currency = self.beside(goal * rate, Fraction(1, 10 ** 6)), place.currency
        request["currency"] = currency
        lines = request["lines"]
        lines[-1].pop("quantity", None)
        rest = sum(Fraction(line["unit_price"]) * Fraction(line.get("quantity", "1")) for line in lines[:-1])
        rest -= Fraction(request.get("discount", "0"))
        if self.chance(30):
            rest += Fraction(request.get("freight", "0")) + Fraction(request.get("insurance", "0"))
        if goal - rest > 0:
            lines[-1]["unit_price"] = text_of(goal - rest, 6)
        else:
            lines[:-1] = []
            request.pop("discount", None)
            lines[-1]["unit_price"] = text_of(goal, 6)

    def aim_at_row(self, place, request):
        """Most often with no other line, which might be what decides."""
        day = self.aim_row(place, request["lines"][0])
        request["date"] = day
        request.pop("entry_date", None)
        if self.chance(60):
            request["lines"] = request["lines"][:1]
        if self.chance(50):
            request.update({"date": shifted(day, -self.random.randrange(9)), "entry_date": day})

    def exchange(self, place, request):
        """Rates of the request's own, one way or the other."""
        if "fx" in request:
            return
        currencies = [request["currency"], "USD", "EUR"]
        for currency in dict.fromkeys(currencies):
            if currency != place.currency and self.chance(40):
                pair = (currency, place.currency) if self.chance(60) else (place.currency, currency)
                request.setdefault("fx", {})["".join(pair)] = \
                    text_of(Fraction(int(10 ** self.random.uniform(3, 7)), 10 ** 4), 4)

    def buyer(self, place, request):
        buyer = {}
        if self.chance(15):
            buyer["business"] = self.chance(70)
        if place.money and self.chance(25):
            limit, _ = self.pick(place.money)
            goods = sum(Fraction(line["unit_price"]) * Fraction(line.get("quantity", "1")) for line in request["lines"])
            buyer["annual_used"] = text_of(self.beside(limit - goods), digits_of(place.currency))
        if buyer:
            request["buyer"] = buyer

    def amounts(self, request):
        for field, percent in (("freight", 45), ("insurance", 20), ("discount", 20), ("coupon", 10)):
            if self.chance(percent):
                request[field] = text_of(self.price() / self.pick((1, 10, 100)), 2) if self.chance(90) else "0"
        if request["form"] == "domestic" and self.chance(60):
            request["credit"] = text_of(self.price() / 10, 2)

    def place(self):
        """The more law, the more orders."""
        return self.random.choices(list(self.places.values()), self.sizes)[0]

    def quote(self):
        place = self.place()
        if place.forms & set(MODES) and self.chance(25):
            return self.leave(place)
        form = self.pick([form for form in FORMS if form in place.forms] if self.chance(97) else FORMS)
        to = place.name
        if place.subs and self.chance(80):
            to += "-" + (self.pick(place.subs) if self.chance(95) else "ZZ")
        request = {"date": self.day(place), "from": "CN" if self.chance(40) else self.country(place), "to": to,
                   "form": form, "transport": self.pick(TRANSPORTS), "incoterm": self.pick(("DDP", "DAP")),
                   "currency": place.currency if self.chance(40) else self.pick(CURRENCIES),
                   "lines": self.lines(place, form)}
        if form == "domestic" and self.chance(98):
            request["from"] = place.name
        if self.chance(60):
            request["entry_date"] = self.day(place) if self.chance(50) else shifted(request["date"],
                                                                                    self.random.randrange(60))
        if place.rows and self.chance(35):
            self.aim_at_row(place, request)
        elif place.by_sub and self.chance(50):
            sub, day = self.pick(place.by_sub)
            request.update({"to": f"{place.name}-{sub}", "date": shifted(day, self.pick((-1, 0)))})
        if self.chance(60):
            request["schemes"] = [scheme for scheme in SCHEMES if self.chance(45)]
        if self.chance(35):
            request["preference"] = self.chance(80)
        self.amounts(request)
        if place.money and self.chance(55):
            self.aim_goods(place, request)
        self.exchange(place, request)
        self.buyer(place, request)
        return request

    # ---- exports ----

    def leave(self, place):
        """An order that is declared for export by a mode of supervision."""
        request = {"date": self.day(place), "from": place.name, "to": self.pick(COUNTRIES[4:]),
                   "form": self.pick([mode for mode in MODES if mode in place.forms]),
                   "currency": place.currency if self.chance(60) else self.pick(CURRENCIES),
                   "lines": self.lines(place, "")}
        export = {field: True for field in ("pilot_zone", "restricted", "warehouse", "zone", "market")
                  if self.chance(40)}
        if self.chance(50):
            export["refund"] = self.chance(30)
        if self.chance(70):
            export["customs"] = self.pick(("53", "29", "01", "22", "90", "79", "40", "27"))
        if export:
            request["export"] = export
        if self.chance(50):
            request["buyer"] = {"business": self.chance(80)}
        if self.chance(20):
            request["discount"] = text_of(self.price() / 10, 2)
        if self.chance(60):
            self.aim_goods(place, request)
        self.exchange(place, request)
        return request

    def drawback(self):
        """None where no place pays any."""
        places = [place for place in self.places.values() if place.forms & set(EXPORTS)]
        if not places:
            return None
        place = self.pick(places)
        form = self.pick(EXPORTS)
        request = {"date": self.day(place), "hs": self.code(place)[:self.pick((4, 6, 8, 10))], "form": form,
                   "currency": place.currency}
        if self.chance(50):
            request["date"] = self.aim_row(place, request)
            request.pop("origin", None)
        fields = {"trader": ("purchase_price_with_vat",), "exempt": ("fob",)}.get(
            form, ("fob", "input_vat", "domestic_output_vat", "credit_brought_forward", "taxfree_materials"))
        for n, field in enumerate(fields):
            if n == 0 or self.chance(60):
                request[field] = text_of(self.price() * self.pick((1, 100)), 2)
        for field, of_form in (("invoice_rate", "trader"), ("levy_rate", "manufacturer"),
                               ("refund_rate", "manufacturer")):
            if form == of_form and self.chance(35):
                request[field] = self.pick(("0.17", "0.16", "0.13", "0.11", "0.1", "0.09", "0.03", "0.01", "0"))
        if form != "exempt" and self.chance(50):
            request["refund_class"] = self.pick(("1", "2", "3", "4"))
        if form != "exempt" and self.chance(25):
            request["unsold"] = self.chance(80)
        if form == "exempt" and self.chance(50):
            request["small_profit"] = self.chance(70)
        return request

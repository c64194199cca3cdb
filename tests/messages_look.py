"""Looks at messages and event logs of a data set from outside, with Python's own readers: what tests/messages.py asks
of every set. Functions raise AssertionError."""
import collections
import csv
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as tree
from decimal import Decimal

SPACE = "{http://www.chinaport.gov.cn/ceb}"
SHARED = pathlib.Path(__file__).resolve().parent.parent.parent / "shared/data"
EXPORT = {303, 304, 403, 404, 505, 506, 603, 604}


# ---- messages to China's customs ----

def validate(folder):
    """Holds every file against the customs' schema, if both that and xmllint are here; how many, None: not done."""
    schemas, lint = SHARED / "ceb/xsd", shutil.which("xmllint")
    if not lint or not schemas.is_dir():
        return None
    count = 0
    for name, export in (("ceb-import.xsd", False), ("ceb-export.xsd", True)):
        files = [str(path) for path in sorted(folder.glob("CEB*/*.xml")) if (int(path.name[3:6]) in EXPORT) == export]
        for at in range(0, len(files), 500):
            done = subprocess.run([lint, "--noout", "--nonet", "--schema", str(schemas / name), *files[at:at + 500]],
                                  capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
        count += len(files)
    return count


def fields(element):
    """Element name -> text of the leaves directly below."""
    return {child.tag.removeprefix(SPACE): child.text or "" for child in element if len(child) == 0}


def records(path):
    """The records of a file: (head, lines)."""
    root = tree.parse(path).getroot()
    assert root.tag.startswith(SPACE + "CEB") and len(root.get("guid")) == 36, path
    outer = {SPACE + name for name in ("BaseTransfer", "BaseSubscribe", "ExtendMessage")}
    for record in root:
        if record.tag in outer or not record.tag.startswith(SPACE):
            continue
        inner = [child for child in record if len(child)]
        if inner:
            yield fields(inner[0]), [fields(child) for child in inner[1:]]
        else:
            yield fields(record), []


def read_ceb(folder):
    """Message number -> list of (file, head, lines)."""
    found = collections.defaultdict(list)
    for path in sorted(folder.glob("CEB*/*.xml")):
        got = list(records(path))
        assert 1 <= len(got) <= 100, path
        found[int(path.name[3:6])] += [(path, head, lines) for head, lines in got]
    return found


def by_key(rows, *names):
    return {tuple(head[name] for name in names): (head, lines) for _, head, lines in rows}


def money(text):
    assert re.fullmatch(r"\d+(\.\d{1,5})?", text), text
    return Decimal(text)


def lines_add_up(head, lines):
    for line in lines:
        assert money(line["price"]) * money(line["qty"]) == money(line["totalPrice"]), line
    assert [line["gnum"] for line in lines] == [str(i + 1) for i in range(len(lines))]
    if "goodsValue" in head:
        assert sum(money(line["totalPrice"]) for line in lines) == money(head["goodsValue"]), head


def same_lines(order, listed):
    assert len(order) == len(listed)
    for one, other in zip(order, listed):
        assert one["itemName"] == other["gname"]
        for name in ("gnum", "itemNo", "qty", "unit", "price", "totalPrice", "currency"):
            assert one[name] == other[name], name


def import_matches(found):
    payments, waybills = by_key(found[411], "ebpCode", "orderNo"), by_key(found[511], "orderNo")
    lists = collections.defaultdict(list)
    for _, head, lines in found[621]:
        lists[head["orderNo"]].append((head, lines))
    assert len(found[311]) == len(payments) == len(waybills) == len(lists)
    for _, order, lines in found[311]:
        lines_add_up(order, lines)
        plus = sum(money(order[name]) for name in ("goodsValue", "freight", "taxTotal"))
        paid = plus - money(order["discount"])
        payment, waybill = payments[order["ebpCode"], order["orderNo"]][0], waybills[order["orderNo"],][0]
        assert paid == money(order["acturalPaid"]) == money(payment["amountPaid"])
        for mine, theirs in (("buyerName", "payerName"), ("buyerIdNumber", "payerIdNumber"),
                             ("payCode", "payCode"), ("payTransactionId", "payTransactionId")):
            assert order[mine] == payment[theirs], mine
        for name in ("consignee", "consigneeTelephone", "consigneeAddress"):
            assert order[name] == waybill[name], name
        assert payment["payTime"] <= payment["appTime"]
        for head, listed in lists[order["orderNo"]]:
            lines_add_up(head, listed)
            same_lines(lines, listed)
            for name in ("buyerName", "buyerIdNumber", "buyerTelephone", "consigneeAddress", "ebpCode", "ebcCode"):
                assert order[name] == head[name], name
            assert (head["logisticsCode"], head["logisticsNo"]) == (waybill["logisticsCode"], waybill["logisticsNo"])
            assert money(head["grossWeight"]) == money(waybill["weight"]) >= money(head["netWeight"])
            assert head["appTime"] >= max(order["appTime"], payment["appTime"], waybill["appTime"])
            assert head["appTime"][:8] == head["declTime"] and head["packNo"] == "1" and head["currency"] == "142"
            bonded = head["tradeMode"] == "1210"
            assert all(name in head for name in ("emsNo", "areaCode", "areaName")) == bonded
            assert all(name in head for name in ("trafNo", "voyageNo", "billNo")) != bonded
    return len(lists)


def export_matches(found):
    orders, waybills = by_key(found[303], "orderNo"), by_key(found[505], "logisticsNo")
    receipts = by_key(found[403], "orderNo")
    for _, head, listed in found[603]:
        order, lines = orders[head["orderNo"],]
        waybill, receipt = waybills[head["logisticsNo"],][0], receipts[head["orderNo"],][0]
        lines_add_up(order, lines)
        lines_add_up(head, listed)
        same_lines(lines, listed)
        assert money(receipt["charge"]) == money(order["goodsValue"]) + money(order["freight"])
        assert money(head["grossWeight"]) == money(waybill["grossWeight"]) >= money(head["netWeight"])
        assert head["ebcCode"] == order["ebcCode"] == waybill["ebcCode"] == receipt["ebcCode"]
        assert all(head[name] for name in ("orderNo", "agentCode", "ownerCode", "copNo"))
    return len(orders)


def receipts_follow(found):
    """Each receipt is of something that was sent; released or not, a list's steps come in time."""
    sent = {312: by_key(found[311], "ebpCode", "orderNo"), 412: by_key(found[411], "payCode", "payTransactionId"),
            512: by_key(found[511], "logisticsCode", "logisticsNo"), 622: by_key(found[621], "copNo"),
            626: by_key(found[625], "copNo"), 624: by_key(found[623], "copNo"), 712: by_key(found[711], "copNo"),
            304: by_key(found[303], "ebpCode", "orderNo"), 404: by_key(found[403], "ebcCode", "orderNo"),
            506: by_key(found[505], "logisticsCode", "logisticsNo"), 604: by_key(found[603], "copNo")}
    names = {312: ("ebpCode", "orderNo"), 412: ("payCode", "payTransactionId"), 512: ("logisticsCode", "logisticsNo"),
             304: ("ebpCode", "orderNo"), 404: ("ebcCode", "orderNo"), 506: ("logisticsCode", "logisticsNo")}
    for number, of in sent.items():
        steps = collections.defaultdict(list)
        for _, head, _ in found[number]:
            key = tuple(head[name] for name in names.get(number, ("copNo",)))
            assert key in of, (number, key)
            steps[key].append((head["returnTime"], head["returnStatus"]))
        assert set(steps) == set(of), number
        for key, list_ in steps.items():
            assert [status for _, status in list_][:2] == ["2", "3"], (number, key, list_)
            times = [time[:14] for time, _ in list_]
            assert times == sorted(times), (number, key, list_)
            assert all(re.fullmatch(r"-?\d+", status) for _, status in list_)


def bills_are_of_lists(found):
    released = {head["invtNo"] for _, head, _ in found[622] if head["returnStatus"] == "800"}
    lists = {(head["agentCode"], line["gcode"]) for _, head, lines in found[621] for line in lines}
    for _, head, lines in found[816]:
        assert head["invtNo"] in released, head
        for name in ("customsTax", "valueAddedTax", "consumptionTax"):
            assert sum(money(line[name]) for line in lines) == money(head[name])
        assert all((head["agentCode"], line["gcode"]) in lists for line in lines)
    return len(found[816])


COUNTRIES = {"142": "CN", "116": "JP", "304": "DE", "502": "US", "601": "AU", "609": "NZ", "305": "FR", "303": "GB",
             "133": "KR", "141": "VN", "307": "IT", "309": "NL", "110": "HK", "412": "CL", "136": "TH",
             "331": "CH", "312": "ES"}


def bills_equal_quote(binary, found):
    """Asks the law about each list anew; the bill must say the same to the fen. Returns how many were compared."""
    bills, asked = {head["invtNo"]: (head, lines) for _, head, lines in found[816]}, []
    numbers = {head["copNo"]: head["invtNo"] for _, head, _ in found[622] if head["returnStatus"] == "800"}
    paid = {head["orderNo"]: head["payTime"] for _, head, _ in found[411]}
    for _, head, lines in found[621]:
        if head["appType"] != "1" or numbers.get(head["copNo"]) not in bills:
            continue
        day = [f"{time[:4]}-{time[4:6]}-{time[6:8]}" for time in (paid[head["orderNo"]], head["appTime"])]
        asked.append((bills[numbers[head["copNo"]]], {
            "id": head["copNo"], "date": day[0], "entry_date": day[1], "from": COUNTRIES[lines[0]["country"]],
            "to": "CN", "currency": "CNY", "transport": "bonded" if head["tradeMode"] == "1210" else "express",
            **({"freight": head["freight"]} if money(head["freight"]) else {}),
            "lines": [{"hs": line["gcode"], "quantity": line["qty"], "unit_price": line["price"],
                       "origin": COUNTRIES[line["country"]],
                       "net_weight_kg": str(money(line["qty1"]) / money(line["qty"]))} for line in lines]}))
    text = "".join(json.dumps(request) + "\n" for _, request in asked)
    done = subprocess.run([binary, "quote", "-"], input=text, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(asked)
    for ((bill, lines), request), answer in zip(asked, answers):
        assert answer["status"] == "assessed", (request, answer)
        totals = answer["totals"]
        assert money(bill["customsTax"]) == Decimal(totals.get("duty", "0")), (bill, request, answer)
        assert money(bill["consumptionTax"]) == Decimal(totals.get("consumption_tax", "0")), (bill, request, answer)
        assert money(bill["valueAddedTax"]) == Decimal(totals.get("vat", "0")), (bill, request, answer)
        assert sum(money(line["taxPrice"]) for line in lines) == Decimal(answer["value"]), (bill, request, answer)
    return len(asked)


def index_is_right(folder, found):
    with open(folder / "index.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    guids = {head["guid"]: path.relative_to(folder).as_posix()
             for message in found.values() for path, head, _ in message}
    assert len(guids) == len(rows) == sum(map(len, found.values())), "guids repeat"
    assert {row["guid"]: row["file"] for row in rows} == guids
    times = collections.defaultdict(list)
    for row in rows:
        if row["order"]:
            times[row["order"]].append(row["time"])
    assert all(list_ == sorted(list_) for list_ in times.values())
    return len(rows)


def look_at_ceb(folder):
    """All of it; returns what was counted."""
    found = read_ceb(folder)
    counts = {"imports": import_matches(found), "exports": export_matches(found)}
    receipts_follow(found)
    counts.update(bills=bills_are_of_lists(found), records=index_is_right(folder, found), files=validate(folder))
    counts.update({number: len(rows) for number, rows in sorted(found.items())})
    return found, counts


# ---- event logs ----

def conforms(value, schema, at="$"):
    """As much of JSON Schema (draft 7) as the standard's schema uses."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "boolean": bool}
    assert isinstance(value, kinds[schema["type"]]), f"{at} is no {schema['type']}"
    if schema["type"] == "object":
        for name in schema.get("required", ()):
            assert name in value, f"{at} has no {name}"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                conforms(value[name], inner, f"{at}.{name}")
    if schema["type"] == "array":
        for i, item in enumerate(value):
            conforms(item, schema["items"], f"{at}[{i}]")
    if schema.get("format") == "date-time":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", value), at


def look_at_ocel_json(path):
    log = json.loads(path.read_bytes())
    schema = SHARED / "ocel/ocel20_schema.json"
    if schema.exists():
        conforms(log, json.loads(schema.read_bytes()))
    for types, things in (("objectTypes", "objects"), ("eventTypes", "events")):
        declared = {kind["name"]: {a["name"] for a in kind["attributes"]} for kind in log[types]}
        assert len(declared) == len(log[types]) and len({t["id"] for t in log[things]}) == len(log[things])
        for thing in log[things]:
            assert {a["name"] for a in thing["attributes"]} <= declared[thing["type"]], thing
    objects = {thing["id"] for thing in log["objects"]}
    for thing in log["objects"] + log["events"]:
        pairs = [(r["objectId"], r["qualifier"]) for r in thing["relationships"]]
        assert len(pairs) == len(set(pairs)) and all(target in objects and name for target, name in pairs), thing
    assert all(event["relationships"] for event in log["events"])
    return log


def look_at_ocel_sqlite(path):
    """The constraints of the standard's relational form."""
    db = sqlite3.connect(path)
    tables = {name for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    expected = {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
    for kind in ("event", "object"):
        maps = dict(db.execute(f"SELECT ocel_type, ocel_type_map FROM {kind}_map_type"))
        assert len(set(maps.values())) == len(maps)
        for name, mapped in maps.items():
            table = f"{kind}_{mapped}"
            expected.add(table)
            columns = {row[1]: row for row in db.execute(f"PRAGMA table_info('{table}')")}
            assert columns["ocel_id"][2] == "TEXT" and columns["ocel_time"][2] == "TIMESTAMP", table
            assert columns["ocel_id"][5] == (1 if kind == "event" else 0), table
            assert (kind == "object") == ("ocel_changed_field" in columns), table
            keys = [(row[2], row[3], row[4]) for row in db.execute(f"PRAGMA foreign_key_list('{table}')")]
            assert keys == [(kind, "ocel_id", "ocel_id")], table
            wrong = db.execute(f"SELECT count(*) FROM '{table}' t LEFT JOIN {kind} o ON o.ocel_id = t.ocel_id "
                               f"WHERE o.ocel_type IS NOT ?", (name,)).fetchone()[0]
            rows = db.execute(f"SELECT count(DISTINCT ocel_id) FROM '{table}'").fetchone()[0]
            all_ = db.execute(f"SELECT count(*) FROM {kind} WHERE ocel_type = ?", (name,)).fetchone()[0]
            assert wrong == 0 and rows == all_, table
            if kind == "object":
                first = db.execute(f"SELECT count(*) FROM '{table}' WHERE ocel_changed_field IS NULL "
                                   "AND ocel_time = '1970-01-01 00:00:00'").fetchone()[0]
                changed = db.execute(f"SELECT DISTINCT ocel_changed_field FROM '{table}'").fetchall()
                assert first == all_ and {name for name, in changed if name} <= set(columns), table
    assert tables == expected
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("event_object", "object_object"):
        assert len([row for row in db.execute(f"PRAGMA table_info({table})") if row[5]]) == 3
        assert len(db.execute(f"PRAGMA foreign_key_list({table})").fetchall()) == 2
    return db


def orders_know_their_shipments(db, least):
    """Every order that was picked out of stock was taken from shipments of its flow, which give what they had."""
    drawn = db.execute("SELECT ocel_source_id, ocel_target_id FROM object_object "
                       "WHERE ocel_qualifier = 'taken from'").fetchall()
    assert len(drawn) > least, len(drawn)
    flow = {kind: dict(db.execute(f"SELECT ocel_id, flow FROM object_{kind} WHERE ocel_changed_field IS NULL"))
            for kind in ("Order", "Shipment")}
    assert all(flow["Order"][order] == flow["Shipment"][shipment] for order, shipment in drawn)
    blind = db.execute("SELECT count(*) FROM event WHERE ocel_type = 'pick' AND ocel_id NOT IN "
                       "(SELECT ocel_event_id FROM event_object WHERE ocel_qualifier = 'shipment')").fetchone()[0]
    assert blind == 0, blind
    units = dict(db.execute("SELECT ocel_id, units FROM object_Shipment WHERE ocel_changed_field IS NULL"))
    for name in {shipment for _, shipment in drawn}:
        assert sum(shipment == name for _, shipment in drawn) <= int(units[name]), name


def same_logs(log, db):
    """The two forms say the same."""
    for kind, things in (("event", log["events"]), ("object", log["objects"])):
        assert sorted((t["id"], t["type"]) for t in things) == sorted(db.execute(f"SELECT * FROM {kind}"))
    touched = sorted((e["id"], r["objectId"], r["qualifier"]) for e in log["events"] for r in e["relationships"])
    assert touched == sorted(db.execute("SELECT * FROM event_object"))
    linked = sorted((o["id"], r["objectId"], r["qualifier"]) for o in log["objects"] for r in o["relationships"])
    assert linked == sorted(db.execute("SELECT * FROM object_object"))


# ---- EU declarations ----

FORMATS = {
    "H": {"11 01": 5, "11 02": 1, "12 09": 22, "13 04": {"016": 70, "018": {"019": 70, "020": 2, "021": 17, "022": 35}},
          "13 05": {"016": 70, "017": 17, "018": {"019": 70, "020": 2, "022": 35}, "074": {"016": 70, "075": 35}},
          "13 06": {"017": 17, "030": 1}, "17 02": {"001": 8}},
    "GS": {"12 05": {"001": 70, "002": 4}, "12 08": 35, "13 01": {"016": 70, "018": {"019": 70, "020": 2, "022": 35}},
           "14 15": {"012": 3, "014": 17}, "16 15": {"045": 1, "046": 1, "047": 8}, "18 04": 17},
    "I": {"11 03": 5, "11 10": None, "14 08": {"012": 3, "014": 17}, "18 04": 17, "18 05": 512, "18 06": {"004": 8},
          "18 09": {"056": 6}},
}


def has_form(value, form, at):
    if isinstance(form, dict):
        assert set(value) == set(form), (at, sorted(value))
        for name, inner in form.items():
            has_form(value[name], inner, f"{at}/{name}")
    elif form:
        assert 0 < len(value) <= form, (at, value)


def look_at_h7(path):
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        shipment, items = dict(row["GS"]), row["I"]
        ioss = shipment.pop("13 16", None)
        has_form(row["H"], FORMATS["H"], "H")
        has_form(shipment, FORMATS["GS"], "GS")
        for item in items:
            has_form(item, FORMATS["I"], "I")
            assert item["11 10"] == ["C07"] + ["F48"] * (ioss is not None)
            assert re.fullmatch(r"\d{6}", item["18 09"]["056"])
        if ioss:
            assert ioss["031"] == "FR5" and re.fullmatch(r"IM\d{10}", ioss["034"])
        assert len({item["14 08"]["012"] for item in items}) == 1
        assert sum(Decimal(item["18 04"]) for item in items) == Decimal(shipment["18 04"])
        assert [item["11 03"] for item in items] == [str(i + 1) for i in range(len(items))]
        if items[0]["14 08"]["012"] == "EUR":
            assert sum(Decimal(item["14 08"]["014"]) for item in items) <= 150
    return rows

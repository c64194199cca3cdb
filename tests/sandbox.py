"""The customs sandbox as a shop's developer meets it: messages in, receipts and tax bills out, nothing lost.

usage: sandbox.py TRADELOOM      prints one TAP line a check
"""
import collections
import csv
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as tree

import messages_look as look
import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SPACE = "{http://www.chinaport.gov.cn/ceb}"
SECRET = b"an open secret"


class Office:
    """A sandbox on a port of its own."""

    def __init__(self, folder, *words):
        line = [BINARY, "sandbox", "--listen", "127.0.0.1:0", "--db", str(folder / "sandbox.sqlite"), *words]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "TRADELOOM_WEBHOOK_SECRET": SECRET.decode()})
        self.port = int(re.search(r":(\d+)/", self.process.stdout.readline()).group(1))
        self.link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.cursor = ""

    def ask(self, method, path, body=None, kind="application/xml"):
        headers = {"Content-Type": kind} if body is not None else {}
        self.link.request(method, path, body, headers)
        answer = self.link.getresponse()
        return answer.status, answer.read(), answer

    def send(self, *messages, status=202):
        body = b""
        for message in messages:
            got, body, _ = self.ask("POST", "/v1/ceb", message)
            assert got == status, (got, body[:600].decode())
        return body.decode()

    def get(self, path, status=200):
        got, body, _ = self.ask("GET", path)
        assert got == status, (got, body)
        return json.loads(body)

    def receipts(self):
        """Those that are new: (message, status, elements)."""
        found = []
        while True:
            page = self.get(f"/v1/receipts?limit=1000&after={self.cursor}")
            self.cursor = page["next"]
            if not page["receipts"]:
                return found
            for receipt in page["receipts"]:
                root = tree.fromstring(receipt["xml"])
                leaves = [(e.tag.removeprefix(SPACE), e.text or "") for e in root.iter() if len(e) == 0]
                values = {**dict(leaves), "heads": dict(leaves[::-1])}
                found.append((receipt["message"], receipt["status"], values))

    def move(self, status=200, **how):
        got, body, _ = self.ask("POST", "/v1/clock", json.dumps(how), "application/json")
        assert got == status, (got, body)
        return json.loads(body)

    def stop(self, how=signal.SIGTERM):
        self.link.close()
        self.process.send_signal(how)
        self.process.wait(timeout=30)
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return said


# ---- messages, written by hand ----

GUID = "4CDE1CFD-EDED-46B1-946C-B8022E{:06X}"
SIGNATURE = ('<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>')


def elements(pairs):
    return "".join(f"<ceb:{name}>{text}</ceb:{name}>" for name, text in pairs)


class Shop:
    """Takes webhooks; `answer(delivery, times)` says with which status, and how long the next try may wait."""

    def __init__(self, answer=lambda seq, times: (204, {})):
        self.came, self.times, self.lock, outer = [], collections.Counter(), threading.Lock(), self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receipt = json.loads(body)
                with outer.lock:
                    outer.times[receipt["seq"]] += 1
                    outer.came.append((receipt, body, dict(self.headers)))
                    status, headers = answer(receipt["seq"], outer.times[receipt["seq"]])
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.words = ("--webhook", f"http://127.0.0.1:{self.http.server_port}/receipts")
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def wait_until(condition, seconds=60):
    """Waits for something to hold, and says what it came to."""
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)
    return found


def message(number, record, guid, signed=False):
    sender = elements([("copCode", "1"), ("copName", "甲"), ("dxpMode", "DXP"), ("dxpId", "D")])
    return (f'<?xml version="1.0" encoding="UTF-8"?><ceb:CEB{number}Message guid="{guid}" version="1.0" '
            f'xmlns:ceb="http://www.chinaport.gov.cn/ceb">{record}<ceb:BaseTransfer>{sender}</ceb:BaseTransfer>'
            f'{SIGNATURE * signed}</ceb:CEB{number}Message>').encode()


def papers(n, **change):
    """The four messages of order n: one can of formula from New Zealand; `change` replaces what they say."""
    say = {"price": "200.00", "qty": "2", "goods": "400.00", "paid": "436.40", "tax": "36.40", "payer": "甲",
           "buyer": "110", "type": "1", "type_list": None, "amount": None, "weight": "2.000", "line_name": "奶粉",
           "gcode": "1901101090", "time": "20250308112701", "order_no": f"O{n}", **change}
    guids = [GUID.format(n * 16 + i) for i in range(4)]
    sent = [("appType", say["type"]), ("appTime", say["time"]), ("appStatus", "2")]
    firms = [("ebpCode", "P"), ("ebpName", "P"), ("ebcCode", "C"), ("ebcName", "C")]
    order = [("guid", guids[0]), *sent, ("orderType", "I"), ("orderNo", say["order_no"]), *firms,
             ("goodsValue", say["goods"]), ("freight", "0"), ("discount", "0"),
             ("taxTotal", say["tax"]), ("acturalPaid", say["paid"]), ("currency", "142"), ("buyerRegNo", "r"),
             ("buyerName", "甲"), ("buyerTelephone", "1"), ("buyerIdType", "1"), ("buyerIdNumber", say["buyer"]),
             ("consignee", "乙"), ("consigneeTelephone", "2"), ("consigneeAddress", "路")]
    line = [("gnum", "1"), ("itemName", "奶粉"), ("gmodel", "900g"), ("unit", "122"), ("qty", say["qty"]),
            ("price", say["price"]), ("totalPrice", say["goods"]), ("currency", "142"), ("country", "609")]
    payment = [("guid", guids[1]), *sent, ("payCode", "Z"), ("payName", "Z"), ("payTransactionId", f"T{n}"),
               ("orderNo", say["order_no"]), *firms[:2], ("payerIdType", "1"),
               ("payerIdNumber", say["buyer"]), ("payerName", say["payer"]),
               ("amountPaid", say["amount"] or say["paid"]),
               ("currency", "142"), ("payTime", say["time"])]
    waybill = [("guid", guids[2]), *sent, ("logisticsCode", "L"), ("logisticsName", "L"), ("logisticsNo", f"W{n}"),
               ("orderNo", say["order_no"]), ("freight", "0"), ("insuredFee", "0"), ("currency", "142"),
               ("weight", say["weight"]), ("packNo", "1"), ("consignee", "乙"), ("consigneeAddress", "路"),
               ("consigneeTelephone", "2")]
    sent_list = [("appType", say["type_list"] or say["type"]), *sent[1:]]
    head = [("guid", guids[3]), *sent_list, ("orderNo", say["order_no"]), *firms, ("logisticsNo", f"W{n}"),
            ("logisticsCode", "L"), ("logisticsName", "L"), ("copNo", f"N{n}"),
            ("assureCode", "C"), ("emsNo", "E"), ("ieFlag", "I"), ("declTime", say["time"][:8]),
            ("customsCode", "9901"), ("portCode", "9901"), ("buyerIdType", "1"), ("buyerIdNumber", say["buyer"]),
            ("buyerName", "甲"), ("buyerTelephone", "1"), ("consigneeAddress", "路"), ("agentCode", "A"),
            ("agentName", "A"), ("areaCode", "S"), ("areaName", "S"), ("tradeMode", "1210"), ("trafMode", "4"),
            ("country", "142"), ("freight", "0"), ("insuredFee", "0"), ("currency", "142"), ("packNo", "1"),
            ("grossWeight", "2.000"), ("netWeight", "1.800")]
    listed = [("gnum", "1"), ("itemRecordNo", "1"), ("gcode", say["gcode"]), ("gname", say["line_name"]),
              ("gmodel", "900g"), ("country", "609"), ("currency", "142"), ("qty", say["qty"]), ("unit", "122"),
              ("qty1", "1.8"), ("unit1", "035"), ("price", say["price"]), ("totalPrice", say["goods"])]
    return [
        message(311, f"<ceb:Order><ceb:OrderHead>{elements(order)}</ceb:OrderHead><ceb:OrderList>{elements(line)}"
                     "</ceb:OrderList></ceb:Order>", guids[0]),
        message(411, f"<ceb:Payment><ceb:PaymentHead>{elements(payment)}</ceb:PaymentHead></ceb:Payment>", guids[1]),
        message(511, f"<ceb:Logistics><ceb:LogisticsHead>{elements(waybill)}</ceb:LogisticsHead></ceb:Logistics>",
                guids[2]),
        message(621, f"<ceb:Inventory><ceb:InventoryHead>{elements(head)}</ceb:InventoryHead>"
                     f"<ceb:InventoryList>{elements(listed)}</ceb:InventoryList></ceb:Inventory>", guids[3], True)]


def refund(n, qty):
    head = [("guid", GUID.format(n * 16 + 9)), ("appType", "1"), ("appTime", "20250310000000"), ("appStatus", "2"),
            ("customsCode", "9901"), ("orderNo", f"O{n}"), ("ebpCode", "P"), ("ebpName", "P"), ("ebcCode", "C"),
            ("ebcName", "C"), ("logisticsNo", f"W{n}"), ("logisticsCode", "L"), ("logisticsName", "L"),
            ("copNo", f"R{n}"), ("invtNo", "1"), ("buyerIdType", "1"), ("buyerIdNumber", "110"), ("buyerName", "甲"),
            ("buyerTelephone", "1"),
            ("agentCode", "A"), ("agentName", "A"), ("reason", "退货")]
    line = [("gnum", "1"), ("gcode", "1901101090"), ("gname", "奶粉"), ("qty", qty), ("unit", "122")]
    return message(625, f"<ceb:InvtRefund><ceb:InvtRefundHead>{elements(head)}</ceb:InvtRefundHead><ceb:InvtRefundList>"
                        f"{elements(line)}</ceb:InvtRefundList></ceb:InvtRefund>", head[0][1], True)


def cancel(n):
    head = [("guid", GUID.format(n * 16 + 10)), ("appType", "1"), ("appTime", "20250310000000"), ("appStatus", "2"),
            ("customsCode", "9901"), ("orderNo", f"O{n}"), ("ebpCode", "P"), ("ebpName", "P"), ("ebcCode", "C"),
            ("ebcName", "C"), ("logisticsNo", f"W{n}"), ("logisticsCode", "L"), ("logisticsName", "L"),
            ("copNo", f"S{n}"), ("invtNo", "1"), ("buyerIdType", "1"), ("buyerIdNumber", "110"), ("buyerName", "甲"),
            ("buyerTelephone", "1"), ("agentCode", "A"), ("agentName", "A"), ("reason", "撤单")]
    return message(623, f"<ceb:InvtCancel>{elements(head)}</ceb:InvtCancel>", head[0][1], True)


def bill_heads(receipts):
    """Of tax bills, what the head says: the first of each element."""
    for number, _, values in receipts:
        if number == 816:
            yield {"invtNo": values["invtNo"], "heads": values["heads"]}


def steps(receipts, number):
    return [status for message_, status, _ in receipts if message_ == number]


# ---- checks ----

@tap.check
def an_order_goes_through(folder):
    office = Office(folder)
    sent = papers(1)
    answer = office.send(sent[0])
    assert "CEB312Message" in answer and "<returnStatus>2</returnStatus>" in answer
    office.send(*sent[1:3])
    assert 622 not in {number for number, *_ in office.receipts()}, "nothing was declared yet"
    office.send(sent[3])
    found = office.receipts()
    assert steps(found, 622) == ["3", "120", "800"], found
    bill = next(values for number, _, values in found if number == 816)
    owes = subprocess.run([BINARY, "quote", "-"], capture_output=True, text=True, check=True, input=json.dumps(
        {"date": "2025-03-08", "from": "NZ", "to": "CN", "currency": "CNY", "transport": "bonded",
         "lines": [{"hs": "1901101090", "quantity": "2", "unit_price": "200.00"}]}))
    assert bill["valueAddedTax"] == json.loads(owes.stdout)["totals"]["vat"] == "36.40", bill
    assert bill["invtNo"] == office.get("/v1/orders/O1")["invt_no"] and len(bill["invtNo"]) == 18
    assert office.get("/v1/allowances/110?year=2025")["used"] == "400.00"
    assert office.get("/v1/orders/O1")["state"] == "released"
    assert office.receipts() == []
    office.get("/v1/orders/O2", 404)
    office.stop()


@tap.check
def documents_may_come_in_any_order(folder):
    office = Office(folder)
    sent = papers(1)
    office.send(*sent[::-1])
    assert steps(office.receipts(), 622) == ["3", "120", "800"]
    office.stop()


@tap.check
def what_does_not_agree_goes_back(folder):
    office = Office(folder)
    cases = {"1327": {"payer": "丙"}, "1322": {"line_name": "奶"}, "-621005": {"qty": "26", "goods": "5200.00",
             "paid": "5236.40"}, "100": {"weight": "1.9"}, "100;": {"amount": "436.41"}, "100;D": {"paid": "436.41"}}
    for n, (code, change) in enumerate(cases.items(), 1):
        office.send(*papers(n, **change))
        found = [values["returnInfo"] for number, status, values in office.receipts()
                 if (number, status) == (622, "100")]
        assert len(found) == 1 and f"[Code:{code.split(';')[0]};" in found[0], (code, found)
        assert office.get(f"/v1/orders/O{n}")["state"] == "returned"
    office.send(papers(1)[1].replace(b"appType>1<", b"appType>2<"), papers(1, type_list="2")[3])
    assert steps(office.receipts(), 622)[-1] == "800", "put right, it goes through"
    office.stop()


@tap.check
def a_year_has_a_limit(folder):
    office = Office(folder)
    for n in range(1, 7):
        office.send(*papers(n, qty="24", goods="4800.00", paid="5236.80", tax="436.80"))
    found = office.receipts()
    assert steps(found, 622).count("800") == 5 and "-621018" in found[-1][2]["returnInfo"], found[-1]
    assert office.get("/v1/allowances/110?year=2025")["used"] == "24000.00"
    office.send(refund(1, "24"))
    assert steps(office.receipts(), 626) == ["3", "120", "399"]
    assert office.get("/v1/allowances/110?year=2025")["used"] == "19200.00"
    office.send(refund(2, "25"))
    assert "-625209" in office.receipts()[-1][2]["returnInfo"]
    office.stop()


@tap.check
def what_comes_twice_is_told(folder):
    office = Office(folder)
    sent = papers(1)
    office.send(*sent)
    office.receipts()
    office.send(*sent)
    found = office.receipts()
    assert [status for _, status, _ in found] == ["-301010", "-401007", "-504012", "-621004"], found
    office.send(papers(1, type="2")[3])
    assert steps(office.receipts(), 622)[-1] == "800", "a change that changes nothing is told where the list stands"
    office.stop()


@tap.check
def what_is_no_message_is_refused_and_counted(folder):
    office = Office(folder)
    good = papers(1)[0]
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;&c;</a>'
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for bad in (bomb, outside, good.replace(b"UTF-8", b"GBK"), good.replace("甲".encode(), "甲".encode("gbk")), b"no",
                good.replace(b">P<", b">" + b"P" * 10_000_000 + b"<", 1), good.replace(b"acturalPaid", b"actualPaid"),
                good.decode().encode("utf-16")):
        answer = office.send(bad, status=400)
        assert "CEB900Message" in answer and "<returnStatus>-2</returnStatus>" in answer and "/etc" not in answer
        assert "root:" not in answer
    counts = office.get("/v1/counts")
    assert counts["messages_refused"] == 8 and "messages_taken" not in counts, counts
    assert sum(count for name, count in counts.items() if name.startswith("refused_")) == 8
    try:
        assert office.ask("POST", "/v1/ceb", b"x" * (17 << 20))[0] == 413
    except ConnectionError:
        pass  # it hangs up on what goes on
    office.link.close()
    assert office.ask("POST", "/v1/ceb", good, "application/json")[0] == 415
    office.send(good)
    office.stop()


@tap.check
def no_message_that_was_taken_is_lost(folder):
    office = Office(folder)
    taken = 0
    for round_ in range(3):
        for n in range(round_ * 40, round_ * 40 + 40):
            office.send(*papers(n + 1, buyer=str(n)))
            taken += 4
        office.stop(signal.SIGKILL)
        office = Office(folder)
        counts = office.get("/v1/counts")
        assert counts["messages_taken"] == taken and counts["released"] == taken // 4, counts
    found = office.receipts()
    bills = [values["invtNo"] for number, _, values in found if number == 816]
    assert len(bills) == len(set(bills)) == 120
    office.stop()


@tap.check
def it_can_be_slow_moody_and_down(folder):
    office = Office(folder, "--down", "1s")
    status, _, answer = office.ask("GET", "/v1/receipts")
    assert status == 503 and answer.getheader("Retry-After") == "1"
    time.sleep(1.1)
    office.send(*papers(1))
    office.stop()
    (folder / "sandbox.sqlite").unlink()
    office = Office(folder, "--delay", "300ms")
    begun = time.monotonic()
    office.send(*papers(1))
    assert office.receipts() == []
    seen = []
    while "800" not in steps(seen, 622):
        seen += office.receipts()
        time.sleep(0.02)
    assert time.monotonic() - begun >= 0.9 and steps(seen, 622) == ["3", "120", "800"]
    office.stop()


@tap.check
def moods_repeat_with_the_seed(folder):
    seen = []
    for seed in ("7", "7", "8"):
        for path in folder.glob("sandbox.sqlite*"):
            path.unlink()
        office = Office(folder, "--seed", seed, "--reject", "20%", "--manual-review", "30%",
                        "--duplicate-receipts", "10%")
        for n in range(1, 101):
            office.send(*papers(n, buyer=str(n)))
        found = office.receipts()
        seen.append([(number, status, values["guid"]) for number, status, values in found])
        guids = collections.Counter(guid for _, _, guid in seen[-1])
        lists = steps(found, 622)
        assert 5 <= lists.count("100") <= 40 and 10 <= lists.count("300") <= 50
        assert set(guids.values()) == {1, 2} and sum(guids.values()) > len(guids)
        office.stop()
    assert seen[0] == seen[1] != seen[2]


@tap.check
def what_generate_writes_passes_whole(folder):
    for scenario, lists, bills in (("bonded-direct-parcel", 622, 816), ("shenzhen-germany", 604, None)):
        set_ = folder / scenario
        subprocess.run([BINARY, "generate", scenario, "--limit", "400", "--seed", "7", "--format", "ceb", "--out",
                        str(set_)], check=True, capture_output=True)
        found = look.read_ceb(set_ / "ceb")
        (folder / scenario / "box").mkdir()
        office = Office(folder / scenario / "box")
        for number in (311, 411, 511, 711, 621, 625, 303, 403, 505, 603):
            office.send(*(path.read_bytes() for path in sorted((set_ / "ceb").glob(f"CEB{number}/*.xml"))))
        seen = office.receipts()
        orders = len(found[311]) + len(found[303])
        counts = office.get("/v1/counts")
        assert counts["released"] == orders > 100 and "objected" not in counts, counts
        assert steps(seen, lists).count("800") == len(found[lists - 1])
        if bills:
            copies = {head["copNo"]: head["invtNo"] for _, head, _ in found[622] if head["returnStatus"] == "800"}
            ours = {values["invtNo"]: values["copNo"] for number, status, values in seen
                    if (number, status) == (622, "800")}
            names = ("customsTax", "valueAddedTax", "consumptionTax")
            wanted = {head["invtNo"]: [head[name] for name in names] for _, head, _ in found[816]}
            got = {copies.get(ours[values["invtNo"]]): [values["heads"][name] for name in names]
                   for values in bill_heads(seen)}
            assert all(got[number] == taxes for number, taxes in wanted.items()) and len(wanted) > 100
        office.stop()


@tap.check
def nothing_is_told_before_it_is_due(folder):
    office = Office(folder, "--delay", "1h", "--clock", "simulated")
    office.send(*papers(1))
    for _ in range(4):
        order = office.get("/v1/orders/O1")
        seen = [receipt["status"] for receipt in order["receipts"] if receipt["message"] == 622]
        is_over = "800" in seen
        assert order["state"] == ("released" if is_over else "waiting") and bool(order["invt_no"]) == is_over, order
        assert office.get("/v1/allowances/110?year=2025")["used"] == ("400.00" if is_over else "0.00")
        office.move(advance="PT1H")
    assert is_over and seen == ["3", "120", "800"]
    office.send(refund(1, "2"))
    assert office.get("/v1/orders/O1")["state"] == "released"
    office.send(refund(1, "2").replace(b"R1<", b"R1b<").replace(b"000019", b"000018"))
    office.move(advance="PT3H")
    assert office.get("/v1/orders/O1")["state"] == "refunded"
    assert office.get("/v1/allowances/110?year=2025")["used"] == "0.00", "given back once"
    assert sorted(steps(office.receipts(), 626)) == ["100", "120", "120", "3", "3", "399"]
    office.stop()


@tap.check
def a_list_may_be_called_off_before_its_release_is_told(folder):
    office = Office(folder, "--delay", "1h", "--clock", "simulated")
    office.send(*papers(1))
    office.move(advance="PT90M")
    office.send(cancel(1))
    office.move(advance="P2D")
    found = office.receipts()
    assert steps(found, 622) == ["3", "120"] and steps(found, 816) == [] and steps(found, 624) == ["3", "120", "399"]
    assert office.get("/v1/orders/O1")["state"] == "cancelled"
    for n in range(2, 7):  # what was called off took nothing of the year
        office.send(*papers(n, qty="24", goods="4800.00", paid="5236.80", tax="436.80"))
    office.send(cancel(1).replace(b">S1<", b">S1b<"))
    office.move(advance="P2D")
    found = office.receipts()
    assert steps(found, 622).count("800") == 5
    again = [values["returnInfo"] for number, status, values in found if (number, status) == (624, "100")]
    assert len(again) == 1 and "-623005" in again[0], "twice is once too often"
    office.send(cancel(2))
    office.move(advance="P2D")
    assert "-623005" in office.receipts()[-1][2]["returnInfo"], "it is released"
    office.stop()


@tap.check
def a_cursor_misses_nothing_that_comes_late(folder):
    office = Office(folder, "--manual-review", "50%", "--delay", "1h", "--clock", "simulated")
    seen, pages = [], []
    for n in range(1, 41):
        office.send(*papers(n, buyer=str(n)))
        office.move(advance="PT20M")
        page = office.get(f"/v1/receipts?limit=7&after={pages[-1] if pages else ''}")
        seen += page["receipts"]
        pages.append(page["next"])
    office.move(advance="P1D")
    while (page := office.get(f"/v1/receipts?limit=1000&after={pages[-1]}"))["receipts"]:
        seen += page["receipts"]
        pages.append(page["next"])
    assert [receipt["seq"] for receipt in seen] == list(range(1, len(seen) + 1))
    assert [receipt["due"] for receipt in seen] == sorted(receipt["due"] for receipt in seen)
    assert sum(receipt["message"] == 622 and receipt["status"] == "800" for receipt in seen) == 40
    for bad in ("x", "-1", "1.5"):
        office.get(f"/v1/receipts?after={bad}", 400)
    office.stop()


@tap.check
def the_same_moves_of_the_clock_give_the_same_receipts(folder):
    seen = []
    for run in ("a", "b"):
        (folder / run).mkdir()
        office = Office(folder / run, "--clock", "simulated", "--delay", "10m", "--manual-review", "30%")
        office.move(to="2025-03-08T12:00:00Z")
        for n in range(1, 11):
            office.send(*papers(n, buyer=str(n)))
            office.move(advance="PT7M")
            if n == 5:  # it goes on where it stood
                office.stop(signal.SIGKILL)
                office = Office(folder / run, "--clock", "simulated", "--delay", "10m", "--manual-review", "30%")
                assert office.get("/v1/clock")["now"] == "2025-03-08T12:35:00.000Z"
        office.move(advance="P1DT2H3M4S")
        seen.append(office.get("/v1/receipts?limit=1000"))
        assert office.get("/v1/clock") == {"clock": "simulated", "speed": 0, "now": "2025-03-09T15:13:04.000Z"}
        office.stop()
    assert seen[0] == seen[1] and len(seen[0]["receipts"]) > 100
    assert seen[0]["receipts"][0]["due"] == "2025-03-08T12:10:00Z"
    office = Office(folder / "a", "--clock", "simulated")
    for how in ({"to": "2025-03-09T15:13:03Z"}, {"advance": "2h"}, {"advance": "PT"}, {"advance": "P1DT"}, {},
                {"advance": "PT1H", "to": "2026-01-01"}, {"to": "yesterday"}, {"by": "PT1H"},
                {"advance": "P99999999D"}):
        assert office.move(status=400, **how)["status"] == "error"
    office.stop()
    office = Office(folder)
    assert office.get("/v1/clock")["clock"] == "real" and office.move(status=409, advance="PT1H")
    office.stop()


@tap.check
def a_clock_may_run_faster(folder):
    office = Office(folder, "--speed", "36000", "--delay", "1h")
    office.send(*papers(1))
    seen = []
    wait_until(lambda: seen.extend(office.receipts()) or "800" in steps(seen, 622))
    assert steps(seen, 622) == ["3", "120", "800"]
    office.stop()


def is_signed(body, headers):
    time_, sent = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["X-Tradeloom-Signature"]).groups()
    own = hmac.new(SECRET, f"{time_}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(own, sent) and abs(int(time_) - time.time()) < 120


@tap.check
def receipts_are_sent_where_they_are_wanted(folder):
    with Shop() as shop:
        office = Office(folder, *shop.words, "--delay", "50ms")
        for n in range(1, 6):
            office.send(*papers(n, buyer=str(n)))
        wait_until(lambda: office.get("/v1/counts").get("webhooks_arrived") == 50)
        polled = office.get("/v1/receipts?limit=1000")["receipts"]
        assert sorted((receipt for receipt, _, _ in shop.came), key=lambda receipt: receipt["seq"]) == polled
        assert set(shop.times.values()) == {1} and len(polled) == 50
        assert all(is_signed(body, headers) and headers["Content-Type"] == "application/json" and
                   headers["X-Tradeloom-Delivery"] == str(receipt["seq"]) for receipt, body, headers in shop.came)
        office.stop()
        office = Office(folder, *shop.words)
        office.send(papers(6)[0])
        wait_until(lambda: office.get("/v1/counts").get("webhooks_arrived") == 52)
        assert set(shop.times.values()) == {1} and len(shop.times) == 52, "what has arrived is not sent again"
        office.stop()


@tap.check
def a_webhook_that_is_not_taken_is_tried_again(folder):
    def answer(seq, times):
        if seq == 1:
            return (503, {"Retry-After": "1"}) if times == 1 else (200, {})
        if seq == 2:
            return (500, {})
        if seq == 3:
            return (404, {})
        return (None if times < 3 else 204, {})
    begun = time.monotonic()
    with Shop(answer) as shop:
        office = Office(folder, *shop.words, "--webhook-tries", "4")
        office.send(papers(1)[0], papers(2)[0], papers(3)[0])
        wait_until(lambda: sum(office.get("/v1/counts").get(f"webhooks_{how}", 0)
                               for how in ("arrived", "given_up")) == 6)
        assert shop.times == {1: 2, 2: 4, 3: 1, 4: 3, 5: 3, 6: 3}, shop.times
        assert office.get("/v1/counts")["webhooks_given_up"] == 2 and time.monotonic() - begun >= 1
        assert all(is_signed(body, headers) for _, body, headers in shop.came)
        assert len(office.receipts()) == 6, "polling goes on beside"
        office.stop()


@tap.check
def a_kill_loses_no_webhook(folder):
    with Shop(lambda seq, times: (time.sleep(0.002), (204, {}))[1]) as shop:
        for n in range(1, 31):
            if n % 10 == 1:
                office = Office(folder, *shop.words)
            office.send(*papers(n, buyer=str(n)))
            if n % 10 == 0:
                office.stop(signal.SIGKILL)
        office = Office(folder, *shop.words)
        receipts = office.get("/v1/receipts?limit=1000")["receipts"]
        wait_until(lambda: len(shop.times) == len(receipts))
        wait_until(lambda: office.get("/v1/counts")["webhooks_arrived"] == len(receipts))
        assert len(receipts) == 300 and {receipt["seq"]: receipt for receipt, _, _ in shop.came} == {
            receipt["seq"]: receipt for receipt in receipts}
        office.stop()


def h7(n=1, items=(("851830", "33.80"),), procedures=("C07", "F48"), office="DE999901", **change):
    """An H7 of items (code, value)."""
    address = {"019": "Road 1", "020": "CN", "022": "City"}
    declaration = {
        "time": "2025-03-08T12:00:00Z",
        "H": {"11 01": "IM", "11 02": "A", "12 09": f"L{n}",
              "13 04": {"016": "Buyer", "018": {**address, "020": office[:2], "021": "10115"}},
              "13 05": {"016": "Carrier", "017": "DE999000000038801", "018": address}, "17 02": {"001": office}},
        "GS": {"12 05": {"001": f"W{n}", "002": "N750"}, "13 01": {"016": "Seller", "018": address},
               "14 15": {"012": "EUR", "014": "0.00"}, "16 15": {"045": "B", "046": "V"},
               "18 04": f"{len(items) / 4:.3f}"},
        "I": [{"11 03": str(i), "11 10": list(procedures), "14 08": {"012": "EUR", "014": value}, "18 04": "0.250",
               "18 05": f"Thing {i}", "18 06": {"004": "1"}, "18 09": {"056": code}}
              for i, (code, value) in enumerate(items, 1)]}
    if "F48" in procedures:
        declaration["GS"]["13 16"] = {"031": "FR5", "034": "IM9990000001"}
    return {**declaration, **change}


def owed(declaration):
    """What `quote` says of it, asked by hand."""
    schemes = [name for code, name in (("F48", "ioss"), ("F49", "special_arrangements"))
               if code in declaration["I"][0]["11 10"]]
    day = declaration["time"][:10]
    asked = {"date": day, "entry_date": day, "from": declaration["GS"]["13 01"]["018"]["020"], "form": "retail",
             "to": declaration["H"]["17 02"]["001"][:2], "currency": declaration["I"][0]["14 08"]["012"],
             "freight": declaration["GS"]["14 15"]["014"], "schemes": schemes,
             "transport": {"N750": "post", "N740": "express"}.get(declaration["GS"]["12 05"]["002"], "air"),
             "lines": [{"hs": item["18 09"]["056"], "unit_price": item["14 08"]["014"], "description": item["18 05"]}
                       for item in declaration["I"]]}
    return asked


def quotes(requests):
    done = subprocess.run([BINARY, "quote", "-"], capture_output=True, text=True, check=True,
                          input="\n".join(map(json.dumps, requests)))
    return [json.loads(line) for line in done.stdout.splitlines()]


def declare(office, *declarations, status=202):
    text = "\n".join(json.dumps(declaration) for declaration in declarations)
    got, body, _ = office.ask("POST", "/v1/h7", text.encode(), "application/json")
    assert got == status, (got, body[:600])
    return json.loads(body)


@tap.check
def declarations_to_the_eu_pass_whole(folder):
    subprocess.run([BINARY, "generate", "shenzhen-germany", "--limit", "400", "--seed", "7", "--format", "h7,csv",
                    "--out", str(folder / "set")], check=True, capture_output=True)
    rows = [json.loads(line) for line in (folder / "set/h7.jsonl").read_text().splitlines()]
    with open(folder / "set/tax_bills.csv", encoding="utf-8") as lines:
        bills = {int(row["order_id"]): row for row in csv.DictReader(lines)}
    office = Office(folder)
    taken = declare(office, *rows)["receipts"]
    assert [receipt["lrn"] for receipt in taken] == [row["H"]["12 09"] for row in rows] and len(rows) > 300
    assert all(re.fullmatch(r"\d{2}DE\d{14}", receipt["mrn"]) and receipt["status"] == "accepted" for receipt in taken)
    seen = office.get("/v1/receipts?limit=1000")["receipts"]
    told = {receipt["json"]["lrn"]: receipt["json"] for receipt in seen}
    assert len(told) == len(seen) == len(rows) and {receipt["message"] for receipt in seen} == {7}
    billed = 0
    for row, quote in zip(rows, quotes(map(owed, rows))):
        found, bill = told[row["H"]["12 09"]], bills.get(row["order"])
        totals = found["assessment"]["totals"]
        assert found["status"] == "released" and found["assessment"] == quote, (found, quote)
        assert quote["regime"] == "eu.import.ioss"
        if bill:  # else it paid where it was sold, or an inspection found other goods in it
            billed += totals["vat"] == bill["vat"] and totals["duty"] == bill["duty"]
    assert billed > 0.9 * len(rows), (billed, len(rows), len(bills))
    assert office.get("/v1/counts")["h7_released"] == len(rows)
    office.stop()


@tap.check
def the_law_of_the_member_state_decides(folder):
    office = Office(folder)
    cases = [
        (h7(1), "released", "eu.import.ioss"),
        (h7(2, procedures=("C07", "F49")), "released", "eu.import.special"),
        (h7(3, procedures=("C07",)), "released", "eu.import.standard"),
        (h7(4, items=(("851830", "100.00"), ("851830", "50.00"))), "released", "eu.import.ioss"),
        (h7(5, items=(("851830", "100.00"), ("851830", "50.01"))), "procedure_differs", None),
        (h7(6, items=(("851830", "151.00"),), procedures=("C07",)), "not_low_value", None),
        (h7(7, items=(("330300", "20.00"),)), "procedure_differs", None),
        (h7(8, office="US999901"), "no_member_state", None),
        (h7(9, items=(("851830", "20.00"), ("392690", "9.00")), time="2026-07-15T00:00:00Z"), "released",
         "eu.import.ioss"),
        (h7(10, office="FR999901"), "released", "eu.import.ioss"),
    ]
    declare(office, *(case for case, _, _ in cases))
    told = {receipt["order_no"]: receipt["json"] for receipt in office.get("/v1/receipts")["receipts"]}
    for (case, wanted, regime), quote in zip(cases, quotes(owed(case) for case, _, _ in cases)):
        found = told[case["H"]["12 09"]]
        assert found["status" if regime else "code"] == wanted, (case["H"]["12 09"], found)
        assert not regime or (found["assessment"] == quote and quote["regime"] == regime), (found, quote)
    assert told["L9"]["assessment"]["totals"]["duty"] == "6.00", "two items of the flat duty"
    assert told["L10"]["assessment"]["totals"]["vat"] != told["L1"]["assessment"]["totals"]["vat"]
    declare(office, h7(7))
    assert office.get("/v1/h7/L7")["state"] == "released", "what was refused may be declared again"
    office.get("/v1/h7/L99", 404)
    office.stop()


@tap.check
def fields_of_a_declaration_are_checked(folder):
    def put(value, *path):
        def change(declaration):
            for name in path[:-1]:
                declaration = declaration[name]
            if value is None:
                del declaration[path[-1]]
            else:
                declaration[path[-1]] = value
        return change
    cases = [
        ("missing_name", "/H", put(None, "H", "12 09")), ("unknown_name", "/H/12 9", put("x", "H", "12 9")),
        ("wrong_type", "/GS/18 04", put(1, "GS", "18 04")), ("bad_request", "/GS/18 04", put("0.3", "GS", "18 04")),
        ("unknown_value", "/H/11 01", put("EX", "H", "11 01")),
        ("bad_request", "/H/12 09", put("x" * 23, "H", "12 09")),
        ("bad_request", "/H/13 05/017", put("XQ1", "H", "13 05", "017")),
        ("bad_request", "/H/17 02/001", put("DE1", "H", "17 02", "001")),
        ("bad_request", "/H/13 04/018/020", put("ZZ", "H", "13 04", "018", "020")),
        ("bad_request", "/GS/13 16/034", put("IM1", "GS", "13 16", "034")),
        ("bad_request", "/I/0/11 10", put(None, "GS", "13 16")),
        ("bad_request", "/I/0/11 10", put(["C07", "F99"], "I", 0, "11 10")),
        ("bad_request", "/I/0/11 10", put(["F48"], "I", 0, "11 10")),
        ("bad_request", "/I/0/11 10", put([7], "I", 0, "11 10")),
        ("bad_request", "/I/0/11 03", put("2", "I", 0, "11 03")),
        ("bad_request", "/I/0/14 08/012", put("ECU", "I", 0, "14 08", "012")),
        ("bad_request", "/I/0/14 08/014", put("-1", "I", 0, "14 08", "014")),
        ("bad_request", "/I/0/14 08/014", put("1.001", "I", 0, "14 08", "014")),
        ("bad_request", "/I/0/18 09/056", put("8518", "I", 0, "18 09", "056")), ("out_of_range", "/I", put([], "I")),
        ("bad_request", "/time", put("yesterday", "time")), ("wrong_type", "/I/0", put(["x"], "I")),
    ]
    office = Office(folder)
    for code, place, change in cases:
        bad = h7(2)
        change(bad)
        found = declare(office, h7(1), bad, status=400)["errors"]
        assert (code, place) in {(error["code"], error["pointer"]) for error in found}, (code, place, found)
        assert all(error["line"] == 2 for error in found), found
    for text, code in (("", "bad_request"), ("{", "syntax"), (b'{"H": "\xff"}', "bad_utf8"), ("[]", "wrong_type"),
                       ('{"H": {}, "H": {}}', "duplicate_name")):
        status, body, _ = office.ask("POST", "/v1/h7", text, "application/json")
        assert status == 400 and json.loads(body)["errors"][0]["code"] == code, (text, body)
    assert declare(office, h7(1), h7(1), status=400)["errors"][0]["code"] == "duplicate_name"
    assert office.get("/v1/receipts")["receipts"] == [], "of what is wrong nothing is kept"
    declare(office, h7(1))
    found = declare(office, h7(1), status=400)["errors"]
    assert [(error["code"], error["pointer"]) for error in found] == [("duplicate_name", "/H/12 09")], found
    assert office.get("/v1/counts")["messages_refused"] == len(cases) + 7
    office.stop()


@tap.check
def declarations_wait_and_have_moods(folder):
    words = ("--clock", "simulated", "--delay", "1h", "--manual-review", "50%", "--reject", "20%", "--seed", "3")
    office = Office(folder, *words)
    declare(office, *(h7(n) for n in range(1, 101)))
    assert office.get("/v1/h7/L1")["state"] == "waiting" and office.get("/v1/receipts")["receipts"] == []
    office.move(advance="PT1H")
    early = [receipt["status"] for receipt in office.get("/v1/receipts?limit=1000")["receipts"]]
    assert early.count("control") > 30 and early.count("released") > 20 and len(early) == 100
    office.stop(signal.SIGKILL)
    office = Office(folder, *words)
    assert office.get("/v1/receipts?after=100")["receipts"] == []
    office.move(advance="PT5H")
    late = office.get("/v1/receipts?limit=1000&after=100")["receipts"]
    assert len(late) == early.count("control") and "control" not in {receipt["status"] for receipt in late}
    refused = [receipt["json"] for receipt in late if receipt["status"] == "refused"]
    assert refused and {receipt["code"] for receipt in refused} == {"rejected"}
    assert office.get("/v1/h7/L1")["state"] in ("released", "refused")
    office.get("/v1/orders/L1", 404)
    office.stop()


@tap.check
def mistakes_on_the_command_line_are_told(folder):
    (folder / "other.sqlite").write_text("no database")
    for words, text in ((("--reject", "5"), "no share"), (("--delay", "2"), "no time"),
                        (("--webhook", "http://example.org/"), "nothing is sent"),
                        (("--webhook", "https://example.org/"), "needs a secret"),
                        (("--webhook", "https://example.org/", "--webhook-secret", "nowhere"), "nowhere"),
                        (("--webhook-tries", "0"), "webhook-tries"), (("--clock", "wall"), "--clock is none"),
                        (("--clock", "real", "--speed", "2"), "of a simulated clock"),
                        (("--db", "other.sqlite"), "cannot"),
                        (("--db", str(folder)), "cannot"), (("--listen", "nowhere"), "")):
        done = subprocess.run([BINARY, "sandbox", *words], cwd=folder, capture_output=True, text=True, check=False,
                              timeout=60)
        assert done.returncode not in (0, 70) and text in done.stderr, (words, done.returncode, done.stderr)


if __name__ == "__main__":
    sys.exit(tap.main())

"""The customs sandbox as a shop's developer meets it: messages in, receipts and tax bills out, nothing lost.

usage: sandbox.py TRADELOOM      prints one TAP line a check
"""
import collections
import http.client
import json
import pathlib
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as tree

import messages_look as look
import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
SPACE = "{http://www.chinaport.gov.cn/ceb}"


class Office:
    """A sandbox on a port of its own."""

    def __init__(self, folder, *words):
        line = [BINARY, "sandbox", "--listen", "127.0.0.1:0", "--db", str(folder / "sandbox.sqlite"), *words]
        self.process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
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
def mistakes_on_the_command_line_are_told(folder):
    for words, text in ((("--reject", "5"), "no share"), (("--delay", "2"), "no time"),
                        (("--db", str(folder)), "cannot"), (("--listen", "nowhere"), "")):
        done = subprocess.run([BINARY, "sandbox", *words], cwd=folder, capture_output=True, text=True, check=False,
                              timeout=60)
        assert done.returncode not in (0, 70) and text in done.stderr, (words, done.returncode, done.stderr)


if __name__ == "__main__":
    sys.exit(tap.main())

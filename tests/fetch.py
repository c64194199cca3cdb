"""`tradeloom fetch` against servers of this test on the loopback, also with TLS by an authority of its own: feeds in
their recorded shapes, and servers that are slow, broken, endless, lost or somebody else.

usage: fetch.py TRADELOOM ROOT        prints TAP lines; exit 1 on any failure
"""
import csv
import gzip
import http.server
import io
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import threading
import time
import warnings
import zipfile

import tap

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
FEEDS = ROOT / "../shared/data/feeds"
DAILY = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>
 <Cube><Cube time='2026-06-02'><Cube currency='USD' rate='1.3'/><Cube currency='QQQ' rate='2'/></Cube></Cube>
</gesmes:Envelope>
"""
HISTORY = ("Date,USD,JPY,CYP,\n2026-06-01,1.1,160.5,N/A,\n2026-05-29,1.2,N/A,N/A,\n2026-05-28,1.3001,161,0.5,\n")


class Server:
    """A server on the loopback; `answer(handler)` serves a GET. Counts what is asked, and how much at a time."""

    def __init__(self, answer, context=None):
        self.answer, self.asked, self.now, self.most = answer, [], 0, 0
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with outer.lock:
                    outer.asked.append((self.path, dict(self.headers)))
                    outer.now += 1
                    outer.most = max(outer.most, outer.now)
                try:
                    outer.answer(self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True
                finally:
                    with outer.lock:
                        outer.now -= 1

            def send(self, body, kind="application/json", status=200, **headers):
                body = body if isinstance(body, bytes) else body.encode()
                self.send_response(status)
                if kind:
                    self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(headers.pop("length", len(body))))
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, *_):
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


def call(home, server, *words, text=None, lang=None):
    environment = {**os.environ, "XDG_DATA_HOME": str(home), "LC_ALL": "C.UTF-8"}
    if server:
        environment["TRADELOOM_FETCH_BASE"] = server if isinstance(server, str) else server.url
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, input=text, env=environment, check=False,
                          timeout=60)
    assert done.returncode in (0, 2, 65, 69, 74), done.stderr
    return done.returncode, done.stdout, done.stderr


def landed(home, name):
    return home / "tradeloom" / name


def quote(home, order):
    return json.loads(call(home, None, "quote", "-", text=json.dumps(order))[1])


# ---- shapes ----

def packed(name, text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return out.getvalue()


def commodity(code, *measures):
    """A commodity as the UK tariff sends it: (type, area, components, [excluded]); a component:
    (expression, amount, money, unit)."""
    included, data = [], []
    for number, (kind, area, parts, *rest) in enumerate(measures, 1):
        components = []
        for at, (expression, amount, money, unit) in enumerate(parts):
            components.append({"id": f"{number}-{at}", "type": "measure_component"})
            included.append({**components[-1], "attributes": {
                "duty_expression_id": expression, "duty_amount": amount, "monetary_unit_code": money,
                "measurement_unit_code": unit, "measurement_unit_qualifier_code": None}})
        excluded = [{"id": one, "type": "geographical_area"} for one in (rest[0] if rest else [])]
        data.append({"id": str(number), "type": "measure"})
        included.append({**data[-1], "attributes": {"effective_start_date": "2021-01-01T00:00:00.000Z",
                                                    "effective_end_date": None}, "relationships": {
            "measure_type": {"data": {"id": kind, "type": "measure_type"}},
            "geographical_area": {"data": {"id": area, "type": "geographical_area"}},
            "measure_components": {"data": components}, "excluded_countries": {"data": excluded}}})
    included.append({"id": "1013", "type": "geographical_area", "attributes": {}, "relationships": {
        "children_geographical_areas": {"data": [{"id": one, "type": "geographical_area"} for one in
                                                 ("DE", "FR", "EU")]}}})
    return json.dumps({"data": {"id": "1", "type": "commodity", "attributes": {"goods_nomenclature_item_id": code},
                                "relationships": {"import_measures": {"data": data}}}, "included": included})


PERCENT, ALL = [("01", 12.5, None, None)], "1011"
VAT = ("305", ALL, [("01", 20.0, None, None)])


def serve_fx(handler):
    if handler.path.endswith(("hist.zip", "eurofxref.zip")):
        daily = "Date, USD, JPY, \n02 June 2026, 1.3, 170, \n"
        handler.send(packed("eurofxref.csv", daily if "hist" not in handler.path else HISTORY), "application/zip")
    else:
        handler.send(DAILY, "text/xml")


# ---- feeds ----

@tap.check
def rates_are_means_of_months(home):
    home.rmdir()  # it is made where there is none
    with Server(serve_fx) as server:
        status, out, _ = call(home, server, "fetch", "fx")
        assert status == 0 and "2026-06-01" in out, out
        rows = landed(home, "catalog/ecb.csv").read_text().splitlines()
        assert rows == ["month,currency,per_eur,days", "2026-05,USD,1.25005,2", "2026-05,JPY,161,1",
                        "2026-06,USD,1.1,1", "2026-06,JPY,160.5,1"], rows
        origin = json.loads(landed(home, "fetched/ecb/eurofxref-hist.zip.origin").read_text())
        assert origin["url"] == server.url + "/stats/eurofxref/eurofxref-hist.zip" and len(origin["sha256"]) == 64
        for options in (["--format", "xml"], []):
            status, out, _ = call(home, server, "fetch", "fx", "--daily", *options, "--json")
            assert status == 0 and json.loads(out)["files"][0]["state"] == "fetched"
        rows = landed(home, "catalog/ecb.csv").read_text()
        assert "2026-06,USD,1.2,2\n" in rows and "2026-06,JPY,165.25,2\n" in rows, rows
        assert server.asked[0][1]["User-Agent"].startswith("tradeloom/")
        order = {"date": "2026-06-20", "from": "CN", "to": "DE", "currency": "USD", "form": "general",
                 "lines": [{"sku": "skincare", "unit_price": "120.00"}]}
        assert quote(home, order)["value"] == "100.00"
        assert "ecb.csv" in call(home, None, "doctor")[1]


@tap.check
def what_is_built_in_is_what_is_fetched(home):
    history = ROOT / "../shared/data/ecb/eurofxref-hist.csv"
    if not history.exists():
        raise tap.Skip("no recorded rates")

    def serve(handler):
        handler.send(packed("eurofxref-hist.csv", history.read_text()), "application/zip")
    with Server(serve) as server:
        assert call(home, server, "fetch", "fx")[0] == 0
    with open(landed(home, "catalog/ecb.csv")) as fresh, open(ROOT / "catalog/fx.csv") as built_in:
        rows = {(row["month"], row["currency"]): row for row in csv.DictReader(fresh)}
        for row in csv.DictReader(built_in):
            own = rows.get((row["month"], row["currency"]))
            assert row["days"] == "0" or (float(own["per_eur"]), own["days"]) == (float(row["per_eur"]), row["days"])


@tap.check
def duties_of_the_uk_are_quoted(home):
    goods = {
        "1111111111": [("103", ALL, PERCENT), VAT],
        "2222222222": [("103", ALL, [("01", 7.5, "GBP", "HLT")]), VAT],
        "3333333333": [("103", ALL, [("01", 10, None, None), ("04", 25, "GBP", "DTN")]), VAT],
        "4444444444": [("103", ALL, [("01", 9.0, None, None), ("15", 22.4, "GBP", "DTN"), ("17", 56, "GBP", "DTN")]),
                       VAT],
        "5555555555": [("103", ALL, PERCENT), ("142", "1013", [("01", 2.0, None, None)]), VAT,
                       ("142", "JP", [("01", 1.0, None, None)])],
        "6666666666": [("103", ALL, PERCENT), ("112", ALL, [("01", 0.0, None, None)]), VAT],
        "7777777777": [("103", ALL, PERCENT), ("142", "1013", [("01", 3, None, None)], ["FR"]), VAT, VAT,
                       ("552", "CN", [("01", 30.0, None, None)])],
    }

    def serve(handler):
        assert handler.headers["Accept"] == "application/vnd.hmrc.2.0+json"
        handler.send(commodity(handler.path[-10:], *goods[handler.path[-10:]]))

    def duty(hs, price, origin="CN", preference=False, **more):
        order = {"date": "2026-05-05", "from": origin, "to": "GB", "currency": "GBP", "form": "general",
                 "preference": preference, "lines": [{"hs": hs, "unit_price": price, **more}]}
        return quote(home, order)["totals"]["duty"]
    with Server(serve) as server:
        status, out, errors = call(home, server, "fetch", "uk-tariff", *goods)
        assert status == 0 and not errors, (out, errors)
    assert "7777777777: measure 305: several rates of VAT" in out and "trade defence" in out
    assert duty("1111111111", "1000.00") == "125.00"
    assert duty("2222222222", "1000.00", volume_l="200") == "15.00"
    assert duty("3333333333", "1000.00", net_weight_kg="10") == "102.50"
    assert duty("4444444444", "1000.00", net_weight_kg="200") == "90.00"   # 9 %
    assert duty("4444444444", "1000.00", net_weight_kg="1000") == "224.00" # at least 22.40 for 100 kg
    assert duty("4444444444", "9000.00", net_weight_kg="1000") == "560.00" # at most 56.00 for 100 kg
    assert duty("5555555555", "1000.00", "DE", True) == "20.00"
    assert duty("5555555555", "1000.00", "JP", True) == "10.00"
    assert duty("5555555555", "1000.00", "DE") == "125.00" and duty("5555555555", "1000.00", "CN", True) == "125.00"
    assert duty("6666666666", "1000.00") == "0.00"
    assert duty("7777777777", "1000.00", "DE", True) == "30.00"
    assert duty("7777777777", "1000.00", "FR", True) == "125.00"
    charge = quote(home, {"date": "2026-05-05", "from": "CN", "to": "GB", "currency": "GBP", "form": "general",
                          "lines": [{"hs": "1111111111", "unit_price": "1000"}]})["charges"][0]
    assert "英国综合税则" in charge["law"] and charge["since"] == "2021-01-01", charge
    table = landed(home, "rules/gb/uk-tariff.csv").read_text()
    assert f"{server.url}/uk/api/commodities/1111111111, 20" in table


@tap.check
def the_recorded_answer_of_the_uk_is_taken(home):
    if not FEEDS.exists():
        raise tap.Skip("no recorded answers")
    with Server(lambda handler: handler.send((FEEDS / "uk-tariff-commodity.json").read_bytes())) as server:
        assert call(home, server, "fetch", "uk-tariff", "01012100")[0] == 0
    order = {"date": "2026-05-05", "from": "CN", "to": "GB", "currency": "GBP", "form": "general",
             "lines": [{"hs": "0101210000", "unit_price": "1000.00"}]}
    answer = quote(home, order)
    assert answer["status"] == "assessed" and answer["totals"] == {"duty": "0.00", "vat": "200.00", "total": "200.00"}


@tap.check
def rates_of_the_us_are_inherited(home):
    def row(code, indent, general):
        return {"htsno": code, "indent": str(indent), "general": general, "description": "x"}
    rows = [row("9999", 0, ""), row("9999.10.00", 1, "6.8%"), row("9999.10.00.10", 2, ""), row("", 1, "Free"),
            row("9999.20.00", 2, ""), row("9999.20.00.20", 3, ""), row("9999.30.00", 1, "3.7¢/kg + 14.9%"),
            row("9999.40.00", 1, "See 9903.88.15"), row("9999.50.00", 1, "$1.5 each")]
    with Server(lambda handler: handler.send(json.dumps(rows))) as server:
        status, out, _ = call(home, server, "fetch", "us-hts", "9999100010", "99992000",
                              "--from", "2020-01-01")
        assert status == 0 and "9999" in out and "See 9903.88.15" in out, out
        assert len(server.asked) == 1 and "from=9999&to=9999&format=JSON" in server.asked[0][0]
    with open(landed(home, "rules/us/us-hts.csv"), encoding="utf-8") as file:
        values = {one["hs"]: (one["value"], one["from"]) for one in csv.DictReader(file)}
    day = "2020-01-01"
    assert values == {"99991000": ("0.068", day), "9999100010": ("0.068", day), "99992000": ("0", day),
                      "9999200020": ("0", day), "99993000": ("0.149 + 0.037 USD/kg", day),
                      "99995000": ("1.5 USD/piece", day)}, values
    order = {"date": "2026-05-05", "from": "NZ", "to": "US", "currency": "USD", "form": "general",
             "lines": [{"hs": "9999100010", "unit_price": "1000.00"}]}
    answer = quote(home, order)
    assert any(one["kind"] == "duty" and one["amount"] == "68.00" for one in answer["charges"]), answer


@tap.check
def what_was_fetched_today_is_kept(home):
    with Server(lambda handler: handler.send(commodity(handler.path[-10:], ("103", ALL, PERCENT)))) as server:
        words = ("fetch", "uk-tariff", "1111111111", "2222222222", "1111111111")
        assert call(home, server, *words)[0] == 0 and len(server.asked) == 2
        status, out, _ = call(home, server, *words, "--lang", "zh")
        assert status == 0 and len(server.asked) == 2 and out.count("已有") == 2
        assert call(home, server, *words, "--again")[0] == 0 and len(server.asked) == 4
        landed(home, "fetched/uk-tariff/1111111111.json").write_text("changed by somebody")
        assert call(home, server, *words)[0] == 0 and len(server.asked) == 5
        landed(home, "fetched/uk-tariff/2222222222.json").write_text("changed by somebody")
        status, _, errors = call(home, server, "fetch", "uk-tariff", "3333333333")
        assert status == 65 and "2222222222.json" in errors and "not what was fetched" in errors


# ---- packs ----

PACK = {"schema_version": 1, "id": "aq.test", "place": "AQ", "currency": "EUR", "title": {"en": "a", "zh": "b"},
        "form": ["retail"], "from": "2020-01-01", "until": None, "reads": "sale", "regime": "aq.test",
        "parameters": {"vat_rate": {"2020-01-01": {"value": "0.1", "unit": "rate", "law": "none", "source": "none",
                                                   "confidence": "assumed"}}},
        "steps": {"vat": {"is": "sum(goods) * vat_rate", "round": "half_up", "to": "0.01", "charge": "vat",
                          "base": "sum(goods)", "debtor": "buyer", "collector": "carrier", "due": "entry",
                          "title": {"en": "VAT", "zh": "增值税"}, "zero": {"en": "none", "zh": "无"}}}}


def sums(bodies):
    import hashlib

    def serve(handler):
        name = handler.path
        if name.endswith(".sha256") and name[:-7] in bodies:
            handler.send(hashlib.sha256(bodies[name[:-7]]).hexdigest() + "  x\n", "text/plain")
        elif name in bodies:
            handler.send(bodies[name], "application/octet-stream")
        else:
            handler.send("no", "text/plain", 404)
    return serve


@tap.check
def packs_come_with_their_checksum(home):
    import hashlib
    text = json.dumps(PACK).encode()
    bodies = {"/p/test.zip": packed("test.json", text), "/p/one.json": text}
    order = {"date": "2026-05-05", "from": "CN", "to": "AQ", "currency": "EUR",
             "lines": [{"hs": "111111", "unit_price": "50.00"}]}
    with Server(sums(bodies)) as server:
        status, out, errors = call(home, None, "fetch", "pack", server.url + "/p/test.zip")
        assert status == 0 and landed(home, "rules/test/test.json").exists(), errors
        assert quote(home, order)["totals"]["vat"] == "5.00"
        shutil.rmtree(landed(home, "rules/test"))
        digest = hashlib.sha256(text).hexdigest()
        status, _, _ = call(home, None, "fetch", "pack", server.url + "/p/one.json", "--sha256", digest.upper(),
                            "--name", "own")
        assert status == 0 and landed(home, "rules/own/own.json").exists()
        status, _, errors = call(home, None, "fetch", "pack", server.url + "/p/one.json", "--sha256", "0" * 64)
        assert status == 65 and "checksum is another one" in errors and not landed(home, "rules/one").exists()


@tap.check
def packs_that_are_wrong_are_not_taken(home):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"0" * (70 << 20))
    bodies = {"/up.zip": packed("../../up.json", "{}"), "/root.zip": packed("/tmp/x.json", "{}"),
              "/hidden.zip": packed(".x/a.json", "{}"), "/link.zip": out.getvalue(), "/bomb.zip": bomb.getvalue(),
              "/bad.zip": packed("a.json", json.dumps({**PACK, "steps": {"a": {"is": "1 +"}}})),
              "/empty.zip": packed("a.txt", "x"), "/cut.zip": packed("a.json", json.dumps(PACK))[:150],
              "/none.json": b"{}"}
    with Server(sums(bodies)) as server:
        for name in bodies:
            status, _, errors = call(home, None, "fetch", "pack", server.url + name)
            assert status == 65, (name, status, errors)
        assert not landed(home, "rules").exists() and not (home.parent / "up.json").exists()
        del bodies["/none.json"]
        assert call(home, None, "fetch", "pack", server.url + "/none.json")[0] == 69
    for address in ("http://example.com/a.zip", "ftp://127.0.0.1/a.zip", "file:///etc/passwd", "nonsense"):
        assert call(home, None, "fetch", "pack", address)[0] == 2, address


# ---- servers that are not as they should be ----

def serve_once_bad(bad, times=1):
    """A server whose first answers are bad."""
    count = [0]

    def serve(handler):
        count[0] += 1
        if count[0] <= times:
            bad(handler)
        else:
            handler.send(commodity(handler.path[-10:], ("103", ALL, PERCENT)))
    return serve


def drop(handler):
    handler.close_connection = True
    handler.connection.shutdown(2)


def cut(handler):
    handler.send('{"data": ', length=5000)
    handler.close_connection = True


def fetch_one(home, server, *options):
    return call(home, server, "fetch", "uk-tariff", "1111111111", *options)


@tap.check
def what_passes_is_tried_again(home):
    for number, (bad, times) in enumerate((
            (lambda h: h.send("", status=503), 3), (lambda h: h.send("", status=500), 1), (drop, 2), (cut, 1),
            (lambda h: time.sleep(1.6), 1), (lambda h: h.send("", status=408), 1))):
        with Server(serve_once_bad(bad, times)) as server:
            status, _, errors = fetch_one(home / str(number), server, "--timeout", "1")
            assert status == 0 and len(server.asked) == times + 1, (number, errors, len(server.asked))


@tap.check
def a_server_may_ask_to_wait(home):
    with Server(serve_once_bad(lambda h: h.send("", status=429, Retry_After="1"))) as server:
        begun = time.monotonic()
        assert fetch_one(home, server)[0] == 0 and time.monotonic() - begun >= 1 and len(server.asked) == 2
    with Server(serve_once_bad(lambda h: h.send("", status=429, Retry_After="3600"))) as server:
        status, _, errors = fetch_one(home / "b", server)
        assert status == 69 and "wait 3600 s" in errors and len(server.asked) == 1, errors


@tap.check
def what_stays_wrong_is_told_and_the_old_stays(home):
    def slow(handler):
        time.sleep(1.2)
    for number, (bad, tries, told) in enumerate((
            (lambda h: h.send("", status=503), 4, "answers 503"), (lambda h: h.send("", status=404), 1, "answers 404"),
            (lambda h: h.send("<html>", "text/html"), 1, "text/html came"), (drop, 4, ""), (cut, 4, ""),
            (slow, 4, "timed out"), (lambda h: h.send("", status=403), 1, "answers 403"))):
        with Server(bad) as server:
            status, _, errors = fetch_one(home, server, "--timeout", "1")
            assert status == 69 and told in errors and len(server.asked) == tries, (number, status, errors)
            assert "error[unavailable]" in errors and "the built-in tariff stays in use: followed up to 20" in errors
    assert not landed(home, "rules").exists() and not landed(home, "fetched").exists()
    with Server(serve_fx) as server:
        assert call(home, server, "fetch", "fx")[0] == 0
    before = landed(home, "catalog/ecb.csv").read_text()
    with Server(lambda handler: handler.send("", status=404)) as server:
        status, _, errors = call(home, server, "fetch", "fx", "--again")
        assert status == 69 and "what was fetched on 20" in errors and len(errors.splitlines()) < 6, errors
        status, _, errors = call(home / "new", server, "fetch", "fx", "--json")
        error = json.loads(errors.splitlines()[0])
        assert error["code"] == "unavailable" and "built-in rates stay in use: to 2026-04" in error["help"], error
    assert landed(home, "catalog/ecb.csv").read_text() == before
    status, _, errors = fetch_one(home, server)  # nobody listens any more
    assert status == 69, errors


@tap.check
def an_endless_answer_is_cut_off(home):
    def endless(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
    with Server(endless) as server:
        status, _, errors = fetch_one(home, server)
        assert status == 69 and "more than 16777216 bytes" in errors and len(server.asked) == 1, errors

    def bomb(handler):
        handler.send(gzip.compress(b" " * (64 << 20)), Content_Encoding="gzip")
    with Server(bomb) as server:
        status, _, errors = fetch_one(home, server)
        assert status == 69 and "more than 16777216 bytes" in errors, errors
    with Server(lambda handler: handler.send("", length=1 << 40)) as server:
        assert fetch_one(home, server)[0] == 69


@tap.check
def content_that_is_wrong_is_told_and_not_taken(home):
    entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a><Cube time="&b;"/></a>'
    lol = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
    for text in ("{", "[]", "<a>", entity, lol, DAILY.replace("1.3", "-1"), DAILY.replace("2026-06-02", "2026-13-02"),
                 "<a/>", "Date,USD\n2026-01-01,abc\n", "Date,USD\n", "", packed("a.csv", "x")[:40]):
        with Server(lambda handler, text=text: handler.send(text, "text/xml")) as server:
            status, _, errors = call(home, server, "fetch", "fx", "--daily", "--format", "xml")
            assert status == 65 and "root" not in errors, (text, status, errors)
    odd = commodity("1111111111", ("103", ALL, [("12", 5.0, None, None)]))
    for text in ("{", "[]", "{}", commodity("111111111", ("103", ALL, PERCENT)), odd, json.dumps({"data": None}),
                 commodity("1111111111", ("410", ALL, []))):
        with Server(lambda handler, text=text: handler.send(text)) as server:
            status, _, errors = fetch_one(home, server)
            assert status == 65 and server.url in errors, (text, status, errors)
    for text in ("{}", "[]", '[{"htsno": "9999", "indent": "x"}]', '[1, "a", null]'):
        with Server(lambda handler, text=text: handler.send(text)) as server:
            assert call(home, server, "fetch", "us-hts", "9999")[0] == 65, text
    assert not landed(home, "").exists()


@tap.check
def redirects_are_followed_five_times_and_not_anywhere(home):
    def hop(most):
        def serve(handler):
            step = int(handler.path.split("?")[1]) if "?" in handler.path else 0
            if step < most:
                handler.send("", status=302, Location=f"/uk/api/commodities/1111111111?{step + 1}")
            else:
                handler.send(commodity("1111111111", ("103", ALL, PERCENT)))
        return serve
    with Server(hop(5)) as server:
        assert fetch_one(home, server)[0] == 0
    with Server(hop(6)) as server:
        status, _, errors = fetch_one(home / "b", server)
        assert status == 69 and "redirect" in errors.lower(), errors
    for to in ("http://192.0.2.1/a", "ftp://127.0.0.1/a", "file:///etc/passwd", "gopher://127.0.0.1/"):
        with Server(lambda handler, to=to: handler.send("", status=302, Location=to)) as server:
            status, _, errors = fetch_one(home / "c", server, "--timeout", "2")
            assert status == 69 and "192.0.2.1" not in errors.split("-->")[1], errors


@tap.check
def many_are_fetched_side_by_side_on_few_connections(home):
    def serve(handler):
        time.sleep(0.03)
        handler.send(commodity(handler.path[-10:], ("103", ALL, PERCENT)))
    codes = [f"{number:010d}" for number in range(1000000000, 1000000060)]
    with Server(serve) as server:
        status, out, _ = call(home, server, "fetch", "uk-tariff", *codes)
        assert status == 0 and len(server.asked) == 60 and 2 <= server.most <= 6, server.most
        assert landed(home, "rules/gb/uk-tariff.csv").read_text().count("\n") == 61
    with Server(lambda handler: handler.send("", status=500)) as server:
        status, out, errors = call(home, server, "fetch", "uk-tariff", *codes, "--again", "--json")
        assert status == 69 and "answers 500" in errors and len(server.asked) < 20, len(server.asked)
        tries = [one["tries"] for one in json.loads(out)["files"]]
        assert sum(tries) == len(server.asked) and tries[-1] == 0, tries


# ---- TLS ----

def authority(folder):
    if not shutil.which("openssl"):
        raise tap.Skip("no openssl")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
            "-subj", "/CN=authority of the test")
    for name, address in (("good", "IP:127.0.0.1"), ("other", "DNS:example.org")):
        (folder / f"{name}.ext").write_text(f"subjectAltName={address}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj",
                f"/CN={name}")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                f"{name}.pem", "-days", "30", "-extfile", f"{name}.ext")


def context(folder, name):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return made


@tap.check
def certificates_are_checked(home):
    folder = home / "tls"
    folder.mkdir(parents=True)
    authority(folder)
    ca = ("--ca", str(folder / "ca.pem"))

    def serve(handler):
        handler.send(commodity("1111111111", ("103", ALL, PERCENT)))
    with Server(serve, context(folder, "good")) as server:
        assert fetch_one(home, server, *ca)[0] == 0
        status, _, errors = fetch_one(home / "b", server)
        assert status == 69 and "certificate" in errors and len(server.asked) == 1, errors
        assert fetch_one(home / "b", server, "--ca", "/nowhere.pem")[0] == 69
    with Server(serve, context(folder, "other")) as server:
        status, _, errors = fetch_one(home / "b", server, *ca)
        assert status == 69 and not server.asked and "name" in errors, errors
    with Server(lambda handler: handler.send("", status=302, Location="http://127.0.0.1:1/"),
                context(folder, "good")) as server:
        status, _, errors = fetch_one(home / "b", server, *ca)
        assert status == 69 and "rotocol" in errors, errors
    old = context(folder, "good")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with Server(serve, old) as server:
        assert fetch_one(home / "b", server, *ca)[0] == 69 and not server.asked


# ---- the command ----

@tap.check
def mistakes_of_the_command_line(home):
    for words, told in ((("fetch",), "needs more"), (("fetch", "uk-tarif", "1"), "uk-tariff"),
                        (("fetch", "uk-tariff"), "codes"), (("fetch", "uk-tariff", "12ab"), "10 digits"),
                        (("fetch", "us-hts", "123"), "4 to 10 digits"),
                        (("fetch", "fx", "x"), "takes no"), (("fetch", "fx", "--format", "json"), "csv or xml"),
                        (("fetch", "pack"), "one address"), (("fetch", "fx", "--timeout", "0"), "bounds"),
                        (("fetch", "us-hts", "9999", "--from", "today"), "no day")):
        status, _, errors = call(home, None, *words)
        assert status == 2 and told in errors, (words, status, errors)
    status, _, errors = call(home, "http://192.0.2.1", "fetch", "fx")
    assert status == 2 and "this machine only" in errors
    assert not landed(home, "").exists()


@tap.check
def a_disk_that_is_full_is_told(home):
    if not os.path.exists("/dev/full"):
        raise tap.Skip("no /dev/full")
    (home / "tradeloom").write_text("a file where a folder should be")
    with Server(serve_fx) as server:
        status, _, errors = call(home, server, "fetch", "fx")
        assert status == 74 and "tradeloom" in errors, (status, errors)


@tap.check
def nothing_leaks(home):
    if not shutil.which("valgrind") or b"__asan_init" in pathlib.Path(PROGRAM).read_bytes():
        raise tap.Skip("no valgrind, or sanitizers in its place")

    def serve(handler):
        number = int(handler.path[-1])
        if number == 1:
            handler.send("", status=302, Location=handler.path[:-1] + "9")
        elif number == 2:
            drop(handler)
        elif number == 3:
            handler.send("", status=404)
        elif number == 4:
            handler.send("{")
        else:
            handler.send(commodity("1111111119", ("103", ALL, PERCENT)))
    log = home.parent / "valgrind.log"
    with Server(serve) as server:
        done = subprocess.run(
            ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible", "--track-fds=yes",
             "--error-exitcode=99", f"--log-file={log}", PROGRAM, "fetch", "uk-tariff",
             *(f"111111111{number}" for number in range(1, 7))], capture_output=True, text=True, check=False,
            env={**os.environ, "XDG_DATA_HOME": str(home), "TRADELOOM_FETCH_BASE": server.url})
    text = log.read_text()
    assert done.returncode == 69, (done.returncode, done.stderr, text)
    opened = [line for line in text.splitlines() if "Open AF_INET" in line or "Open file descriptor" in line]
    assert not [line for line in opened if "AF_INET" in line], text


if __name__ == "__main__":
    sys.exit(tap.main())

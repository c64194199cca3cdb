"""Options of `tradeloom quote`: all forms side by side, a ledger of allowances, orders out of a table.

usage: quote.py TRADELOOM        prints TAP lines; exit 1 on any failure
"""
import json
import pathlib
import subprocess
import sys
import tempfile

ORDER = {"id": "a", "date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
         "lines": [{"sku": "infant-formula", "quantity": "20", "unit_price": "240.00"}]}
TABLE = """id,day,sku,quantity,unit_price,buyer
1,2025-11-11 10:00,infant-formula,1,200.00,li
1,2025-11-11 10:00,skincare,2,100.00,li
2,2025-11-12,infant-formula,1,"=1",wang
3,2025-11-12,infant-formula,1,300.00,wang
"""


def run(program, text, *options):
    done = subprocess.run([program, "quote", "-", *options], input=text, capture_output=True, text=True,
                          check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def all_forms(program):
    status, answers, _ = run(program, json.dumps(ORDER | {"lines": [ORDER["lines"][0] | {"quantity": "30"}]}),
                             "--all-forms")
    forms = {form["form"]: form for form in answers[0]["forms"]}
    assert status == 0 and list(forms) == ["retail", "parcel", "general"]
    assert forms["retail"]["refusal"]["code"] == "over_order_limit"
    assert forms["parcel"]["status"] == "refused"
    assert forms["general"]["regime"] == "cn.import.general"
    alone = run(program, json.dumps(ORDER | {"form": "general"}))[1][0]
    again = run(program, json.dumps(ORDER), "--all-forms")[1][0]["forms"][2]
    assert again["totals"] == alone["totals"] and again["value"] == alone["value"]
    ways = {way["channel"]: way for way in run(program, json.dumps(ORDER), "--all-forms")[1][0]["channels"]}
    assert list(ways) == ["bonded", "direct_mail", "personal_parcel", "container", "bulk_air"]
    assert ways["container"]["total"] == alone["totals"]["total"] and ways["container"]["form"] == "general"
    abroad = {"date": "2025-09-10", "from": "CN", "to": "US-NY", "currency": "USD",
              "lines": [{"sku": "hair-dryer", "quantity": "2", "unit_price": "25"}]}
    ways = {way["channel"]: way for way in run(program, json.dumps(abroad), "--all-forms")[1][0]["channels"]}
    assert list(ways) == ["container", "bulk_air", "post", "express", "line", "overseas_warehouse"]
    post = run(program, json.dumps(abroad | {"transport": "post"}))[1][0]
    assert ways["post"]["total"] == post["totals"]["total"] != ways["express"]["total"]


def modes(program):
    order = {"date": "2025-09-10", "from": "CN", "to": "US-NY", "currency": "USD",
             "lines": [{"sku": "hair-dryer", "quantity": "2", "unit_price": "25"}]}
    open_to = (({}, {}, "9610", ["9610", "0110"]), ({"buyer": {"business": True}}, {}, "9710", ["9710", "0110"]),
               ({}, {"warehouse": True}, "9810", ["9810", "0110"]), ({}, {"zone": True}, "1210", ["1210", "0110"]),
               ({"buyer": {"business": True}, "date": "2019-09-10"}, {}, "0110", ["0110"]),
               ({"buyer": {"business": True}, "date": "2019-09-10"}, {"market": True}, "1039", ["1039", "0110"]))
    for more, export, choice, names in open_to:
        asked = order | more | {"export": export}
        answer = run(program, json.dumps(asked), "--all-forms")[1][0]
        assert [mode["mode"] for mode in answer["modes"]] == ["1210", "9610", "9710", "9810", "1039", "0110"]
        assert [mode["mode"] for mode in answer["modes"] if mode["status"] == "assessed"] == names
        assert answer["mode"] == choice
        assert all("refusal" in mode for mode in answer["modes"] if mode["status"] != "assessed")
        for mode in answer["modes"]:
            alone = run(program, json.dumps(asked | {"form": mode["mode"]}))[1][0]
            assert {name: alone.get(name) for name in ("status", "terms", "refusal")} == \
                {name: mode.get(name) for name in ("status", "terms", "refusal")}
    for place in ("NZ", "CN"):  # no modes are kept of New Zealand; what stays in China leaves nothing
        answer = run(program, json.dumps(order | {"from": place, "to": "CN"}), "--all-forms")[1][0]
        assert "modes" not in answer and "mode" not in answer
    told = subprocess.run([program, "quote", "-", "--all-forms", "--explain", "--lang", "zh"], input=json.dumps(order),
                          capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert "选用：9610" in told and "不可用（buyer_is_consumer）：买方为消费者" in told
    status, answers, _ = run(program, json.dumps(order | {"export": {"customs": "Shenzhen"}}))
    assert status == 65 and answers[0]["error"]["pointer"] == "/export/customs"


def ledger(program):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "used.csv"
        order = json.dumps(ORDER | {"buyer": {"id": 'li, "wei"'}}) + "\n"
        _, answers, _ = run(program, order * 3, "--ledger", str(path))
        assert [a["allowance"]["used"] for a in answers] == ["4800.00", "9600.00", "14400.00"]
        _, answers, _ = run(program, order * 3, "--ledger", str(path))
        assert [a["status"] for a in answers] == ["assessed", "assessed", "refused"]
        assert path.read_text().splitlines() == ["buyer,place,year,currency,used", '"li, ""wei""",CN,2025,CNY,24000.00']
        forms = run(program, order, "--ledger", str(path), "--all-forms")[1][0]["forms"]
        assert forms[0]["refusal"]["code"] == "over_year_limit" and path.read_text().endswith(",24000.00\n")
        other = json.dumps(ORDER | {"buyer": {"id": "another"}, "date": "2026-01-02"})
        assert run(program, other, "--ledger", str(path))[1][0]["allowance"]["used"] == "4800.00"
        path.write_text("buyer,place,year,currency,used\nli,CN,2025,CNY,-1\n")
        status, _, errors = run(program, order, "--ledger", str(path))
        assert status == 65 and "used.csv:2:16" in errors and path.read_text().endswith(",-1\n")
        status, _, _ = run(program, order, "--ledger", str(pathlib.Path(folder) / "none" / "used.csv"))
        assert status == 74


def table(program):
    options = ("--csv", "--map", "date=day,from==NZ,to==CN,currency==CNY")
    status, answers, errors = run(program, TABLE, *options)
    assert [a.get("id") for a in answers] == ["1", "2", "3"] and status == 65
    assert [a["status"] for a in answers] == ["assessed", "error", "assessed"] and "unit_price" in errors
    whole = ORDER | {"id": "1", "buyer": {"id": "li"}, "lines": [
        {"sku": "infant-formula", "quantity": "1", "unit_price": "200.00"},
        {"sku": "skincare", "quantity": "2", "unit_price": "100.00"}]}
    assert answers[0]["totals"] == run(program, json.dumps(whole))[1][0]["totals"]
    torn = TABLE.replace("skincare,2,100.00,li\n", "skincare,2\n1,2025-11-11,skincare,2,100.00,li\n")
    status, answers, errors = run(program, torn, *options)
    assert [a.get("id") for a in answers] == [None, "2", "3"] and status == 65 and "bad_csv" in errors
    assert answers[0]["status"] == "error" and ":3:" in errors
    status, _, errors = run(program, TABLE, "--csv", "--map", "dat=day")
    assert status == 2 and 'did you mean "date"?' in errors
    status, _, errors = run(program, TABLE, "--csv", "--map", "date=dy")
    assert status == 65 and '"day"' in errors


def main(program):
    failed = 0
    for number, check in enumerate((all_forms, modes, ledger, table), 1):
        try:
            check(program)
            print(f"ok {number} - {check.__name__}")
        except (AssertionError, KeyError, IndexError, ValueError) as error:
            failed += 1
            print(f"not ok {number} - {check.__name__}: {error!r}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

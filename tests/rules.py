"""Looks the law up by `tradeloom rules` and finds what the packs say.

usage: rules.py BINARY      one TAP line a look
"""
import json
import subprocess
import sys
import tempfile

REFORM = {"rules": {"cn.import.cbec": {
    "parameters": {"share_vat": {"2024-01-01": {"value": "1", "law": "a draft"}},
                   "limit_order": {"2018-01-01": {"value": "3000", "law": "a draft"}}},
    "steps": {"vat": {"when": "over_order", "to": "0.1"}}}}}

# (arguments; @ stands for a file with the reform; exit status, what must stand in the output or in the complaint)
LOOKS = [
    (["check"], 0, [" 0 overlaps", "cn.import.cbec"]),
    (["list", "--place", "CN", "--on", "2016-04-07"], 0, ["cn.import.pilot", "(retail)"]),
    (["list", "--place", "CN", "--on", "2016-04-08", "--lang", "zh"], 0, ["cn.import.cbec", "跨境电商零售进口"]),
    (["show", "cn.import.cbec"], 0, ["2016-04-08  2000 CNY", "2019-01-01  5000 CNY", "→ not_on_list"]),
    (["show", "cn.import.cbec", "--on", "2018-12-31"], 0, ["2016-04-08  2000 CNY"]),
    (["diff", "2019-03-31", "2019-04-01", "--place", "CN"], 0, ["0.16 → 0.13", "announcement 39 of 2019"]),
    (["diff", "2024-06-01", "2024-06-02", "--place", "CN"], 0, []),
    (["show", "cn.import.cbce"], 65, ['did you mean "cn.import.cbec"?']),
    (["lst"], 2, ["list, show, check, diff or reforms"]),
    (["diff", "2019-13-01", "2019-04-01"], 2, ["2019-13-01"]),
    (["diff", "cn.import.cbec", "@"], 0,
     ["70 % → 100 %  2024-01-01 – …", "a draft", "2000 CNY → 3000 CNY  2018-01-01 – 2018-12-31  a draft",
      "vat when: – → over_order", "vat rounds: half_up 1/100 → half_up 1/10"]),
    (["diff", "@", "--place", "CN", "--lang", "zh"], 0, ["限值内增值税征收比例: 70 % → 100 %", "vat 条件: – → over_order"]),
    (["diff", "@", "--place", "DE"], 0, []),
    (["diff", "cn.import.cbce", "@"], 65, ['did you mean "cn.import.cbec"?']),
    (["diff", "no-such-file.json"], 66, ["no-such-file.json"]),
    (["diff", "2019-04-01"], 2, ["two days"]),
    (["list", "--place", "China"], 2, ["two capital letters"]),
]
ABSENT = {4: "5000 CNY", 6: "→", 12: "→"}


def complaint(done, status, words, absent):
    text = done.stdout + done.stderr
    if done.returncode != status:
        return f"exit {done.returncode}, not {status}: {text[:200]}"
    missing = [word for word in words if word not in text]
    if missing:
        return f"says nothing of {missing}"
    return f"says {absent}" if absent and absent in text else ""


def main(binary):
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as reform:
        json.dump(REFORM, reform)
        reform.flush()
        return look(binary, reform.name)


def look(binary, reform):
    failed = 0
    for number, (arguments, status, words) in enumerate(LOOKS):
        command = [reform if word == "@" else word for word in arguments]
        done = subprocess.run([binary, "rules", "--lang", "en", *command], capture_output=True, text=True,
                              encoding="utf-8", check=False)
        said = complaint(done, status, words, ABSENT.get(number))
        failed += bool(said)
        print(f"{'not ok' if said else 'ok'} {number + 1} - rules {' '.join(arguments)} {said}".rstrip())
    print(f"1..{len(LOOKS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

"""Adds up test results: names what failed, with what it said, or was skipped; ends with the one line of totals.

usage: tally.py FILE...      meson's testlog.json files and files of TAP lines
"""
import collections
import json
import pathlib
import re
import sys

TAP = re.compile(r"^(not ok|ok)\b\s*\d*\s*(?:- )?(.*)$((?:\n#.*)*)", re.M)
SAID_MAX = 12  # lines of what a failed test said


def tap_results(text, place):
    """(verdict, name with what a failed one said) of each TAP line."""
    for verdict, name, said in TAP.findall(text):
        if re.search(r"# SKIP", name, re.I):  # of cmocka even behind "not ok"
            yield "skipped", f"{place}: {name}"
        elif verdict == "not ok":
            yield "failed", "\n    ".join([f"{place}: {name}", *said.split("\n")[1:1 + SAID_MAX]])
        else:
            yield "passed", f"{place}: {name}"


def meson_results(text, place):
    """A test without TAP lines counts once; one that broke off failed, whatever it printed."""
    for line in text.splitlines():
        test = json.loads(line)
        name = f"{place}: {test['name']}"
        found = list(tap_results(test.get("stdout", "") + "\n" + test.get("stderr", ""), name))
        yield from found
        if test["result"] == "SKIP" and not found:
            yield "skipped", name
        elif test["result"] in ("OK", "EXPECTEDFAIL") and not found:
            yield "passed", name
        elif test["result"] not in ("OK", "EXPECTEDFAIL", "SKIP"):
            if not any(verdict == "failed" for verdict, _ in found):
                yield "failed", f"{name} ({test['result'].lower()})"


def main(files):
    count = collections.Counter()
    for path in map(pathlib.Path, files):
        read = meson_results if path.suffix == ".json" else tap_results
        for verdict, name in read(path.read_text(encoding="utf-8"), path.stem):
            count[verdict] += 1
            if verdict != "passed":
                print(f"{verdict}: {name}")
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 0 if count["passed"] and not count["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

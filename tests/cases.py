"""Asks tradeloom what the cases ask and compares the figures as numbers, to the last minor unit.

usage: cases.py BINARY FILE...      one TAP line a case

A file holds one case a line: {"id", "request", "expect", "why", "source"}. A request without "to" is
asked of `drawback`, every other of `quote`. What `expect` states must agree: `status`, `regime` and
the refusal's or error's `code` as text; `value`, each kind of `totals` (one that is absent is zero),
`total`, and the figures of a drawback as numbers; `terms` as they stand, null: not stated. What it does not state is
not tested.
Where `x.csv` lies beside `x.jsonl`, the cases of that file are asked with `--tariff x.csv`; where there is a
folder `x.rules`, with `--rules x.rules`: the other reading of a switch.
"""
import decimal
import json
import pathlib
import subprocess
import sys

WORDS = ("status", "regime", "currency")
FIGURES = ("value", "refund_rate", "drawback", "vat_cost", "offset", "carry_forward", "payable",
           "income_tax")


def number(text):
    return None if text is None else decimal.Decimal(text)


def ask(binary, verb, cases, options):
    """Answers by place in the list; the batch goes in as one stream."""
    lines = "".join(json.dumps({**case["request"], "id": str(place)}, ensure_ascii=False) + "\n"
                    for place, case in enumerate(cases))
    done = subprocess.run([binary, verb, *options, "-"], input=lines, capture_output=True, text=True,
                          encoding="utf-8", check=False)
    if done.returncode not in (0, 65):
        raise SystemExit(f"{verb}: exit {done.returncode}: {done.stderr.strip()}")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if [answer.get("id") for answer in answers] != [str(n) for n in range(len(cases))]:
        raise SystemExit(f"{verb}: {len(cases)} requests, {len(answers)} answers, or out of order")
    return answers


def differences(expect, answer):
    """(what, expected, got) of everything that the case states and the answer does not say."""
    for word in WORDS:
        if word in expect and expect[word] != answer.get(word):
            yield word, expect[word], answer.get(word)
    for figure in FIGURES:
        if figure in expect and number(expect[figure]) != number(answer.get(figure)):
            yield figure, expect[figure], answer.get(figure)
    totals = answer.get("totals", {})
    for kind, amount in expect.get("totals", {}).items():
        if number(amount) != number(totals.get(kind, "0")):
            yield kind, amount, totals.get(kind)
    for outcome in ("refusal", "error"):
        code = answer.get(outcome, {}).get("code")
        if isinstance(expect.get(outcome), dict) and expect[outcome].get("code") != code:
            yield f"{outcome}.code", expect[outcome].get("code"), code
    for name, value in expect.get("terms", {}).items():
        got = answer.get("terms", {}).get(name)
        if value != got:
            yield f"terms.{name}", value, got
    for name, amount in expect.get("allowance", {}).items():
        if number(amount) != number(answer.get("allowance", {}).get(name)):
            yield f"allowance.{name}", amount, answer.get("allowance", {}).get(name)
    wanted = set(expect.get("warnings", []))
    got = {warning["code"] for warning in answer.get("warnings", [])}
    if not wanted <= got:
        yield "warnings", sorted(wanted), sorted(got)


def said(answer):
    """The sentence of a refusal or an error, for the reader of a failed case."""
    for outcome in ("error", "refusal"):
        if outcome in answer:
            return f" ({answer[outcome]['code']}: {answer[outcome]['message']})"
    return ""


def run(binary, files):
    """(name, complaint) of each case of the files."""
    for path in map(pathlib.Path, files):
        text = path.read_text(encoding="utf-8")
        cases = [json.loads(line) for line in text.splitlines() if line.strip()]
        if not cases:
            yield path.name, "holds no case"
        tariff = path.with_suffix(".csv")
        options = ["--tariff", str(tariff)] if tariff.exists() else []
        rules = path.with_suffix(".rules")
        options += ["--rules", str(rules)] if rules.is_dir() else []
        for verb in ("quote", "drawback"):
            asked = [case for case in cases if ("to" in case["request"]) == (verb == "quote")]
            for case, answer in zip(asked, ask(binary, verb, asked, options) if asked else []):
                found = [f"{what}: expected {wanted}, got {got}"
                         for what, wanted, got in differences(case["expect"], answer)]
                yield case["id"], "; ".join(found) + (said(answer) if found else "")


def main(binary, files):
    number_of, failed = 0, 0
    for name, complaint in run(binary, files):
        number_of, failed = number_of + 1, failed + bool(complaint)
        print(f"{'not ok' if complaint else 'ok'} {number_of} - {name} {complaint}".rstrip())
    print(f"1..{number_of}")
    return 1 if failed or not number_of else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))

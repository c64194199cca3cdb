"""Broken input of every kind: each case of tests/broken/*.txt must be refused with the code, at the place and with
the advice that it states, as text with a caret and as JSON objects.

usage: broken.py TRADELOOM ROOT [FILE.txt …]      one TAP line a case

    let ORDER "date": "2026-07-02", …     $ORDER in the files below stands for that
    == a price below zero                 a case
    $ quote orders.ndjson                 how tradeloom is called, in an empty folder; > PATH: where its stdout goes
    @ orders.ndjson                       a file there, of the lines that follow
    | {"lines": [{"unit_price": "-1"}], $ORDER}
                                ^^^^      what the caret must stand under
    |x \\xff                               a line with Python's escapes
    ^ 1:1 1 orders.ndjson                 the place in figures (line:column width file), where it cannot be drawn
    ! 65 out_of_range                     exit status and code of the first error
    : is below zero                       part of its message
    ? without sign                        part of its help
    + unknown_name                        codes of the further errors, in their order
    > assessed error:no_rule_pack         statuses of the answers on stdout, with a code, with +warning
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor

REPORT = re.compile(r"error\[(?P<code>\w+)\]: (?P<message>.*)\n"
                    r"(?:  --> (?P<file>.*?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?(?:  (?P<pointer>\S.*))?\n)?"
                    r"(?: *\d+ \| (?P<excerpt>.*)\n +\| (?P<before>[ \t]*)(?P<carets>\^+)\n)?"
                    r"(?:  = help: (?P<help>.*)\n)?")
# Codes that no input can bring about: our own bugs, another run in the folder (tests/runs.py), a peer that is gone.
NEVER = {"internal", "busy", "unavailable"}


class Case:
    def __init__(self, title):
        self.title, self.command, self.files, self.place = title, "", {}, None
        self.status, self.code, self.says, self.helps = 0, "", [], []
        self.others, self.answers, self.marked = [], None, None


def expand(text, lets):
    return re.sub(r"\$([A-Z]+)", lambda m: lets[m.group(1)] if m.group(1) in lets else m.group(0), text)


def read_cases(path):
    lets, case, lines, source = {}, None, [], ""
    for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        sign, rest = row[:2], row[2:]
        if re.fullmatch(r"  +\^+", row):
            written = source[: row.index("^") - 2]
            marked = expand(source[row.index("^") - 2: len(row) - 2], lets)
            case.place = (len(lines), len(expand(written, lets)) + 1, len(marked) or 1, name)
            case.marked = marked
        elif row.startswith("let "):
            word, value = rest[2:].split(" ", 1)
            lets[word] = expand(value, lets)
        elif row.startswith("== "):
            case = Case(row[3:])
            yield case
        elif sign == "$ ":
            case.command = expand(rest, lets)
        elif sign == "@ ":
            name, lines = rest, []
            case.files[name] = lines
        elif sign in ("| ", "|"):
            source = rest
            lines.append(expand(rest, lets).encode() + b"\n")
        elif sign == "|x":
            lines.append(rest[1:].encode().decode("unicode_escape").encode("latin-1"))
        elif sign == "^ ":
            at, width, *file = rest.split(maxsplit=2)
            line, column = map(int, at.split(":"))
            case.place = (line, column, int(width), file[0] if file else name)
        elif sign == "! ":
            status, *code = rest.split()
            case.status, case.code = int(status), code[0] if code else ""
        elif sign == ": ":
            case.says.append(rest)
        elif sign == "? ":
            case.helps.append(rest)
        elif sign == "+ ":
            case.others = rest.split()
        elif sign == "> ":
            case.answers = rest.split()
        elif row and not row.startswith("#"):
            raise SystemExit(f"{path}:{number}: not understood: {row}")


def run(binary, command, folder):
    words, stdout = shlex.split(command), subprocess.PIPE
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "HOME": str(folder)}
    if ">" in words:
        stdout = open(words[words.index(">") + 1], "wb")
        words = words[: words.index(">")]
    given = (folder / "stdin").read_bytes() if (folder / "stdin").exists() else b""
    return subprocess.run([binary, *words], cwd=folder, env=environment, input=given, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120)


def cells(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def under_caret(report):
    """What the carets stand under, and whether they end where a character does."""
    start, width, at, found = cells(report["before"]), len(report["carets"]), 0, ""
    for c in report["excerpt"]:
        if start <= at < start + width:
            found += c
        at += cells(c)
    return found


def compare(case, got, want, wrong):
    for what, (found, needed) in {w: (got.get(w), want[w]) for w in want}.items():
        if found != needed:
            wrong.append(f"{what} is {found!r}, not {needed!r}")
    for part in case.says:
        if part not in (got.get("message") or ""):
            wrong.append(f"the message {got.get('message')!r} does not say {part!r}")
    for part in case.helps:
        if part not in (got.get("help") or ""):
            wrong.append(f"the help {got.get('help')!r} does not say {part!r}")


def check_text(case, done, wrong):
    text = done.stderr.decode()
    reports = [m.groupdict() for m in REPORT.finditer(text)]
    if not reports:
        wrong.append(f"no error is told: {text[:300]!r}")
        return
    first = reports[0]
    want = {"code": case.code}
    if case.place:
        line, column, width, file = case.place
        want |= {"file": file, "line": str(line), "column": str(column)}
        if first["carets"] is None:
            wrong.append("no caret")
        elif case.marked is not None and under_caret(first) != case.marked:
            wrong.append(f"the caret stands under {under_caret(first)!r}, not {case.marked!r}")
    compare(case, first, want, wrong)
    if case.others != [r["code"] for r in reports[1:]] and case.others != ["…"]:
        wrong.append(f"further errors are {[r['code'] for r in reports[1:]]}, not {case.others}")
    if case.helps and not first["help"]:
        wrong.append("no help")


def check_objects(case, done, wrong):
    try:
        objects = [json.loads(line) for line in done.stderr.decode().splitlines()]
    except ValueError:
        wrong.append(f"--json: not one object a line: {done.stderr.decode()[:200]!r}")
        return
    want = {"code": case.code}
    if case.place:
        want |= dict(zip(("line", "column", "width", "file"), case.place))
    compare(case, objects[0] if objects else {}, want, wrong)


def describe(answer):
    """status:code+warning+warning"""
    code = (answer.get("refusal") or answer.get("error") or {}).get("code")
    warnings = "".join("+" + warning["code"] for warning in answer.get("warnings", []))
    return answer["status"] + (f":{code}" if code else "") + warnings


def fits(told, wanted):
    """Does an answer say the status, the code and the warnings that are asked for? It may say more."""
    told, wanted = re.split(r"(?=[:+])", told), re.split(r"(?=[:+])", wanted)
    return told[0] == wanted[0] and set(wanted) <= set(told)


def check_answers(case, done, wrong):
    if case.answers is None:
        return
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    told = [describe(answer) for answer in answers]
    if len(told) != len(case.answers) or not all(fits(a, b) for a, b in zip(told, case.answers)):
        wrong.append(f"answers are {told}, not {case.answers}")
    bad = [a["error"] for a in answers if a["status"] == "error"]
    if bad and case.place and (bad[0].get("line"), bad[0].get("column")) != case.place[:2]:
        wrong.append(f"the answer says {bad[0].get('line')}:{bad[0].get('column')}, not {case.place[:2]}")


def check(binary, case):
    wrong = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path, lines in case.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(b"".join(lines))
        done = run(binary, case.command, folder)
        if done.returncode != case.status:
            wrong.append(f"exit status {done.returncode}, not {case.status}: {done.stderr.decode()[:300]!r}")
        if case.code:
            check_text(case, done, wrong)
            check_objects(case, run(binary, "--json " + case.command, folder), wrong)
        elif done.stderr:
            wrong.append(f"stderr says {done.stderr.decode()[:200]!r}")
        check_answers(case, done, wrong)
    return wrong


def codes_of_errors(root):
    return set(re.findall(r'X\(\w+, "(\w+)", \d+\)', (root / "core/err.h").read_text(encoding="utf-8")))


def codes_of_law(root):
    """Codes of refusals, of steps that fail, of warnings."""
    packs = [json.loads(path.read_text(encoding="utf-8")) for path in root.glob("rules/*/*.json")]
    steps = [step for pack in packs for step in pack.get("steps", {}).values() if step]
    run = (root / "core/rule_run.c").read_text(encoding="utf-8")
    names = re.search(r'rule_warning_id\([^{]*\{[^{]*\{([^}]*)\}', run).group(1)
    warnings = set(re.findall(r'"(\w+)"', names))
    return {step[name] for step in steps for name in ("refuse", "error", "missing") if name in step} | warnings


def codes_of_cases(root, cases):
    """What the cases of tests/broken and tests/cases meet."""
    met = {code for case in cases for answer in case.answers or () for code in re.split("[:+]", answer)}
    for path in root.glob("tests/cases/*/*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            expect = json.loads(line)["expect"] if line.strip() else {}
            for outcome in (expect.get("refusal"), expect.get("error")):
                met.add(outcome.get("code") if isinstance(outcome, dict) else outcome)
    return met | {case.code for case in cases}


def unexplained(binary, codes):
    """Codes that `tradeloom explain` does not tell in both languages."""
    missed = []
    for code in sorted(codes):
        told = [subprocess.run([binary, "explain", code, "--lang", language], capture_output=True, text=True,
                               check=False) for language in ("en", "zh")]
        is_zh = re.search("[\u4e00-\u9fff]", told[1].stdout)
        if any(t.returncode for t in told) or not is_zh or re.search("[\u4e00-\u9fff]", told[0].stdout):
            missed.append(code)
    return missed


def main():
    binary, root = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    paths = [pathlib.Path(p) for p in sys.argv[3:]] or sorted((root / "tests/broken").glob("*.txt"))
    cases = [(path.stem, case) for path in paths for case in read_cases(path)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda item: check(binary, item[1]), cases))
    results = [(f"{file}: {case.title}", wrong) for (file, case), wrong in zip(cases, found)]
    if not sys.argv[3:]:
        errors, law = codes_of_errors(root), codes_of_law(root)
        met = codes_of_cases(root, [case for _, case in cases])
        results += [("every code of core/err.h is met by a case", sorted(errors - met - NEVER)),
                    ("every refusal, failing step and warning of the law is met by a case", sorted(law - met)),
                    ("every code is explained in both languages", unexplained(binary, errors | law))]
    for number, (title, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}")
        for line in wrong:
            print(f"# {line}")
    print(f"1..{len(results)}")
    sys.exit(any(wrong for _, wrong in results))


main()

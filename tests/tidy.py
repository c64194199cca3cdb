"""Checks the tree against docs/architecture.md: each finding names file, line, rule and the fix.

usage: tidy.py [ROOT]      prints the findings, the figures, one TAP line; exit 1 on any finding
"""
import fnmatch
import pathlib
import re
import statistics
import sys

from c_source import Source, is_writable

# (file, rule): reason. Only to be made shorter: an entry that excuses nothing is itself a finding.
EXEMPT = {
    ("sim/tradeloom.c", "global"): "one pointer a thread: a failed check must find the call that it ends",
    ("tests/fuzz_book.c", "global"): "a fuzz target is called with bytes only; loading a book a call is too slow",
}

# Nouns, beside the header's own name, that its functions may begin with.
NOUNS = {
    "core/arena.h": ("memory",),
    "core/date.h": ("time",),
    "core/digest.h": ("sha256",),
    "core/err.h": ("errs",),
    "core/fact.h": ("form", "transport", "incoterm"),
    "core/ledger.h": ("class", "kind", "account_sums"),
    "core/money.h": ("round_mode", "rational", "decimal", "currency", "gcd64"),
    "core/node.h": ("layer", "column", "channel"),
    "core/rng.h": ("quantile",),
    "core/rule.h": ("rulebook", "charge"),
    "core/rule_int.h": ("rule", "formula", "unit", "parameter", "step"),
    "core/rule_json.h": ("rule",),
    "core/rule_list.h": ("rule",),
    "core/rule_term.h": ("term",),
    "core/text.h": ("names",),
    "sim/lesson_int.h": ("lesson",),
    "sim/dataset_int.h": ("dataset", "cell", "scribe"),
    "sim/scenario_int.h": ("scenario",),
    "logistics/warehouse.h": ("lot",),
    "sim/http_int.h": ("http",),
    "sim/sandbox_int.h": ("sandbox",),
    "sim/stats.h": ("order_state", "shipment_state", "hours", "tally"),
    "sim/world.h": ("order_time",),
    "sim/world_int.h": ("world", "order", "shipment", "flow", "market"),
    "trade/party.h": ("parties",),
}

DOMAIN = ("core", "customs", "trade", "payment", "logistics")
PRODUCT = DOMAIN + ("sim",)
CODE = PRODUCT + ("tests", "bench")
LINE_MAX, FILE_MAX, FUNCTION_MAX, MEDIAN_MAX, CHECKS_MIN = 120, 800, 70, 15, 25

CALL = r"(?<![.>\w])(?:%s)\s*\("
# (rule, pattern in code, folders where it holds, the one file where it does not, fix)
BANNED = [
    ("memory", CALL % "malloc|calloc|realloc|free|strdup|strndup", PRODUCT, "core/arena.c",
     "take it from core/arena.h (memory_*, arena_*)"),
    ("unsafe", CALL % "strcpy|strcat|v?sprintf|gets|strtok|atoi|atol|atof|alloca", CODE, "",
     "use core/buf.h or core/text.h, or a function that knows the length and the error"),
    ("hidden", CALL % "s?rand|random|drand48|localtime|gmtime|mktime|setlocale", CODE, "",
     "draw from core/rng.h, read days from core/date.h"),
    ("clock", CALL % "time|clock|clock_gettime|gettimeofday", DOMAIN, "",
     "only sim/ reads the wall clock; the world is told the time"),
    ("outside", CALL % "fopen|freopen|fdopen|popen|open|socket|system" + r"|\bFILE\b", DOMAIN, "",
     "only sim/ touches files and sockets; take a name and bytes"),
    ("outside", r"#\s*include\s*<(?:uv|pthread|threads|time|sqlite3|fcntl|curl/\w+|sys/\w+)\.h>",
     DOMAIN, "", "only sim/ touches threads, sockets, files and the wall clock"),
    ("float", r"\b(?:float|double)\b|#\s*include\s*<math\.h>", DOMAIN, "",
     "use integers or exact rationals (core/money.h)"),
    ("wide", r"\b__int128\b", CODE, "core/wide.h", "use the operations of core/wide.h"),
]
MARKER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
PRIVATE = re.compile(r"(?<![\w.])/(?:work|home|root|mnt)/")


def direction(text):
    """Folder -> folders it may include, from the line of the architecture page that draws it."""
    line = re.search(r"^`core` ←[^.]*", text, re.M).group()
    allowed, below = {}, set()
    for level in (re.findall(r"`(\w+)`", part) for part in line.split("←")):
        allowed.update({folder: below | {folder} for folder in level})
        below = below | set(level)
    allowed["bench"] = below | {"bench"}
    return allowed


def named_on_map(text):
    """Folder -> names and patterns that its rows of the map on the architecture page list."""
    names = {}
    for folder, row in re.findall(r"^\| `(\w+)/`[^|]*\|(.*)\|$", text, re.M):
        names.setdefault(folder, []).extend(re.findall(r"`([\w*]+)`", row))
    return names


def check_text(source):
    measured = source.is_c or source.name.endswith(".py")
    for number, line in enumerate(source.lines, 1):
        if line != line.rstrip():
            yield number, "blanks", "trailing blanks: delete them"
        if "\t" in line:
            yield number, "tab", "a tab: indent by 4 spaces"
        if measured and len(line) > LINE_MAX:
            yield number, "width", f"{len(line)} columns: break the line at {LINE_MAX}"
        if MARKER.search(line):
            yield number, "marker", "a leftover marker: do it, or write it into docs/limits.md"
        if PRIVATE.search(line):
            yield number, "path", "a path of one machine: name it relative to the checkout"
    if not source.text.endswith("\n") or source.text.endswith("\n\n"):
        yield len(source.lines), "end", "end the file with exactly one newline"


def check_head(source):
    match = re.match(r"/\*.*?\*/|(?://[^\n]*\n)+", source.text, re.S)
    if not match or not re.search(r"\w+\W+\w+[^.]*\.", match.group()):
        yield 1, "head", "say in one sentence, with its full stop, what this file knows"


def check_includes(source, allowed):
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', source.text, re.M):
        folder, slash, _ = match.group(1).partition("/")
        may = allowed.get(source.folder, CODE)
        if not slash:
            yield source.line(match.start()), "include", f'write it from the root: "…/{folder}"'
        elif folder in CODE and folder not in may:
            yield (source.line(match.start()), "include",
                   f"{source.folder}/ may include {', '.join(sorted(may))}, not {folder}: "
                   "let the flow in sim/ pass the result on")


def check_sizes(source, lengths):
    count = len(source.lines) - 1
    if count > FILE_MAX:
        yield FILE_MAX + 1, "file", f"{count} lines, at most {FILE_MAX}: split it by noun"
    for found in filter(lambda found: found.is_function, source.declarations()):
        length = found.last_line - found.line + 1
        if source.folder in PRODUCT:
            lengths.append(length)
        if length > FUNCTION_MAX:
            yield (found.line, "function", f"{found.function_name()}: {length} lines, "
                   f"at most {FUNCTION_MAX}: give its parts names")


def check_banned(source):
    for rule, pattern, folders, home, fix in BANNED:
        if source.folder in folders and source.name != home:
            for match in re.finditer(pattern, source.bare):
                yield source.line(match.start()), rule, f"{match.group().strip()} is banned: {fix}"


def check_globals(source):
    fix = "make it const, or put it into a struct that is passed"
    for found in source.declarations():
        if not found.is_function:
            if is_writable(found.text):
                yield found.line, "global", f"a writable global: {fix}"
            continue
        body = source.code[found.body:found.end]
        for match in re.finditer(r"^[ \t]+static\s[^;={]*", body, re.M):
            if is_writable(match.group().strip()):
                line = source.line(found.body + match.start())
                yield line, "global", f"a writable static variable: {fix}"


def check_prefix(source):
    if not source.name.endswith(".h") or source.folder not in PRODUCT:
        return
    nouns = (source.base,) + NOUNS.get(source.name, ())
    for found in source.declarations():
        name = found.function_name()
        if name and not any(name == noun or name.startswith(noun + "_") for noun in nouns):
            yield found.line, "prefix", f"{name}: begin it with {source.base}_ (or a noun in NOUNS)"


def check_name(source, seen, names):
    place = f"{source.folder}/{source.base}"
    if seen.setdefault(source.base, place) != place:
        yield 1, "name", f"{seen[source.base]} has this base name already: choose another"
    listed = names.get(source.folder, [])
    if source.folder in PRODUCT and not any(fnmatch.fnmatch(source.base, n) for n in listed):
        yield 1, "map", f"name `{source.base}` in its row of the map in docs/architecture.md"


def read_tree(root):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.suffix in (".c", ".h", ".py", ".md", ".json", ".build") or parts == ("loom",):
            if not any(part.startswith((".", "build", "out")) for part in parts):
                yield Source(root, path)


def figures(sources, lengths):
    domain = [source for source in sources
              if source.folder in DOMAIN and source.name.endswith(".c")]
    lines = sum(len(source.lines) - 1 for source in domain)
    checks = sum(len(re.findall(r"\bcheck\(", source.code)) for source in domain)
    return {"functions": len(lengths), "median": statistics.median(lengths or [0]),
            "longest": max(lengths, default=0), "checks": 1000 * checks // max(lines, 1)}


def tidy(root, exempt):
    """Returns (findings, figures); a finding is (file, line, rule, sentence)."""
    page = (root / "docs/architecture.md").read_text(encoding="utf-8")
    allowed, names, seen, lengths, found = direction(page), named_on_map(page), {}, [], []
    sources = list(read_tree(root))
    for source in sources:
        checks = [check_text(source)]
        if source.is_c:
            checks += [check_head(source), check_includes(source, allowed), check_banned(source),
                       check_sizes(source, lengths), check_globals(source), check_prefix(source),
                       check_name(source, seen, names)]
        found += [(source.name, *finding) for check in checks for finding in check]
    used = {(name, rule) for name, _, rule, _ in found} & set(exempt)
    found = [finding for finding in found if (finding[0], finding[2]) not in used]
    found += [(name, 1, rule, "nothing to excuse any more: take it out of EXEMPT in tests/tidy.py")
              for name, rule in set(exempt) - used]
    result = figures(sources, lengths)
    if result["median"] > MEDIAN_MAX:
        found.append(("tests/tidy.py", 1, "median", f"functions are long: at most {MEDIAN_MAX}"))
    return sorted(found), result


def main(root):
    found, figure = tidy(root, EXEMPT)
    for name, line, rule, sentence in found:
        print(f"{name}:{line}: [{rule}] {sentence}")
    print("# {functions} functions, median {median:g} lines, longest {longest};"
          " {checks} checks per 1,000 lines of core and domain".format(**figure))
    if figure["checks"] < CHECKS_MIN:
        print(f"# warning: fewer than {CHECKS_MIN} checks per 1,000 lines")
    print(f"{'not ok' if found else 'ok'} 1 - tidy ({len(found)} findings)")
    return 1 if found else 0


if __name__ == "__main__":
    here = pathlib.Path(__file__).parent.parent
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else here).resolve()))

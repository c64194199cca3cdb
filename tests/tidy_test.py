"""Plants one fault at a time in a small clean tree and expects tidy.py to name file, line and rule.

usage: tidy_test.py      prints one TAP line a fault
"""
import pathlib
import sys
import tempfile

import tidy

PAGE = """# Architecture
| `core/` | `coin` |
| `trade/` | `shop` |
| `payment/` | `till` |
| `sim/` | `world` `cli_*` |

`core` ← `trade`, `payment` ← `sim` ← `tests`. Siblings never include each other.
"""
CLEAN = {
    "docs/architecture.md": PAGE,
    "core/coin.h": "/* coin: what a coin is worth. */\nstruct coin;\nint coin_worth(int x);\n",
    "core/coin.c": '/* coin: see coin.h, and "free(" in a string. */\n#include "core/coin.h"\n\n'
                   "static const char *const names[] = {\"a\", \"malloc(\"};\n\n"
                   "int coin_worth(int x)\n{\n    static const int table[] = {1, 2};\n"
                   "    return table[x] + names[x][0];\n}\n",
    "trade/shop.c": '/* shop: sells things. */\n#include "core/coin.h"\n',
    "payment/till.h": "/* till: holds coins. */\nint till_open(void);\n",
    "sim/world.c": '/* world: holds all. */\n#include "payment/till.h"\n#include "core/coin.h"\n',
}
LONG = "int coin_long(void)\n{\n" + "    ;\n" * 70 + "}\n"

# (file, text added behind it, line within what is added, rule)
FAULTS = [
    ("core/coin.c", '#include "sim/world.h"\n', 1, "include"),
    ("trade/shop.c", '#include "payment/till.h"\n', 1, "include"),
    ("core/coin.c", '\n#include "coin.h"\n', 2, "include"),
    ("payment/till.h", "int drawer_open(void);\n", 1, "prefix"),
    ("payment/till.h", "static inline int drawer(void)\n{\n    return 1;\n}\n", 1, "prefix"),
    ("core/coin.c", LONG, 1, "function"),
    ("core/coin.c", "//\n" * 800, None, "file"),
    ("core/coin.c", "/* " + "é" * (tidy.LINE_MAX - 5) + " */\n", 1, "width"),
    ("core/coin.c", "void *coin_take(void)\n{\n    return malloc(1);\n}\n", 3, "memory"),
    ("sim/world.c", "void world_end(void *p)\n{\n    free(p);\n}\n", 3, "memory"),
    ("core/coin.c", "void coin_a(char *p)\n{\n    strcpy(p, p);\n}\n", 3, "unsafe"),
    ("sim/world.c", "int world_a(char *p)\n{\n    return atoi(p);\n}\n", 3, "unsafe"),
    ("sim/world.c", "int world_b(void)\n{\n    return rand();\n}\n", 3, "hidden"),
    ("core/coin.c", "long coin_c(void)\n{\n    return time(0);\n}\n", 3, "clock"),
    ("core/coin.c", "#include <pthread.h>\n", 1, "outside"),
    ("core/coin.c", 'void *coin_d(void)\n{\n    return fopen("a", "r");\n}\n', 3, "outside"),
    ("trade/shop.c", "\nint shop_a(double price);\n", 2, "float"),
    ("core/coin.c", "typedef __int128 huge;\n", 1, "wide"),
    ("core/coin.c", "static int counter;\n", 1, "global"),
    ("core/coin.c", "static const char *words[] = {0};\n", 1, "global"),
    ("core/coin.c", "int coin_e(void)\n{\n    static int calls = 0;\n    return ++calls;\n}\n", 3,
     "global"),
    ("core/coin.c", "struct coin { int x; } first;\n", 1, "global"),
    ("core/coin.c", "_Thread_local int depth = 0;\n", 1, "global"),
    ("core/coin.c", "int coin_f(void); \n", 1, "blanks"),
    ("docs/architecture.md", "one\ttwo\n", 1, "tab"),
    ("docs/architecture.md", "a TO" "DO of somebody\n", 1, "marker"),
    ("docs/architecture.md", "see /ho" "me/somebody/x\n", 1, "path"),
    ("docs/architecture.md", "no newline", 1, "end"),
    ("sim/coin.c", "/* coin: the same name again. */\n", 1, "name"),
    ("sim/stray.c", "/* stray: on no map. */\n", 1, "map"),
    ("sim/cli_run.c", "int cli_run(void);\n", 1, "head"),
]


def plant(root, tree):
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def found_in(tree, exempt=()):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        plant(root, tree)
        return {(name, line, rule) for name, line, rule, _ in tidy.tidy(root, dict(exempt))[0]}


def is_found(name, text, line, rule):
    before = CLEAN.get(name, "")
    found = found_in({**CLEAN, name: before + text})
    expected = tidy.FILE_MAX + 1 if line is None else before.count("\n") + line
    return (name, expected, rule) in found


def main():
    results = [("a clean tree has no finding", not found_in(CLEAN))]
    results += [(f"{rule} in {fault[0]}: {fault[1].strip()[:40]!r}", is_found(*fault, rule))
                for *fault, rule in FAULTS]
    excuse = {("core/coin.c", "global"): "reason"}
    faulty = {**CLEAN, "core/coin.c": CLEAN["core/coin.c"] + "static int counter;\n"}
    results += [("an exemption excuses", not found_in(faulty, excuse)),
                ("a needless exemption is found",
                 ("core/coin.c", 1, "global") in found_in(CLEAN, excuse))]
    for number, (name, is_ok) in enumerate(results, 1):
        print(f"{'ok' if is_ok else 'not ok'} {number} - {name}")
    return 0 if all(is_ok for _, is_ok in results) else 1


if __name__ == "__main__":
    sys.exit(main())

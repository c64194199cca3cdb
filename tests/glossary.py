"""One word per thing: each name that a header's table prints stands in docs/glossary.md, in en and zh.

usage: glossary.py [ROOT]      prints one TAP line a table
"""
import pathlib
import re
import sys

TABLES = {"customs/credit.h": ["CREDIT_GRADES"], "customs/irregular.h": ["IRREGULARITIES"],
          "customs/declare.h": ["DECLARE_FAULTS"], "core/ledger.h": ["LEDGER_KINDS"], "core/node.h": ["CHANNELS"],
          "sim/stats.h": ["ORDER_STATES", "SHIPMENT_STATES"]}


def rows(text, table):
    """(id, en, zh) of each row of an X-macro table."""
    body = re.search(rf"#define {table}\(X\)((?:.*\\\n)*.*)", text).group(1).replace("\\\n", " ")
    return re.findall(r'X\(\w+, (\w+),[^"()]*"([^"]*)",\s*"([^"]*)"\)', body)


def main(root):
    page = (root / "docs/glossary.md").read_text(encoding="utf-8")
    number, failed = 0, 0
    for header, tables in TABLES.items():
        text = (root / header).read_text(encoding="utf-8")
        for table in tables:
            found = rows(text, table)
            missing = [row for row in found if "| `%s` | %s | %s |" % row not in page]
            number, failed = number + 1, failed + bool(missing or not found)
            print(f"{'not ok' if missing or not found else 'ok'} {number} - {table} in docs/glossary.md")
            for row in missing:
                print("# add the row: | `%s` | %s | %s |" % row)
    return 1 if failed else 0


if __name__ == "__main__":
    default = pathlib.Path(__file__).parent.parent
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).resolve()))

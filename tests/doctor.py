"""`tradeloom doctor` tells what it reads and where it may write, in both languages, as JSON, and when data are wrong.

usage: doctor.py TRADELOOM        prints TAP lines; exit 1 on any failure
"""
import json
import os
import subprocess
import sys

import tap

PROGRAM = sys.argv[1]


def doctor(home, *options):
    done = subprocess.run([PROGRAM, "doctor", *options], capture_output=True, text=True, check=False,
                          env={**os.environ, "XDG_DATA_HOME": str(home), "LC_ALL": "C.UTF-8"})
    return done.returncode, done.stdout


def text(home):
    status, out = doctor(home)
    assert status == 0 and "libcurl" in out and "European Central Bank" in out and str(home) in out, out
    status, out = doctor(home, "--lang", "zh")
    assert status == 0 and "欧洲央行" in out and all(line[:2] in ("正常", "注意") for line in out.splitlines()), out


def as_json(home):
    status, out = doctor(home, "--json")
    rows = json.loads(out)
    assert status == 0 and {"program", "law", "rates", "locale", "runs"} <= {row["name"] for row in rows}
    assert all(row["state"] in ("ok", "note") and row["text"] for row in rows)


def own_data(home):
    catalog = home / "tradeloom" / "catalog"
    catalog.mkdir(parents=True)
    (catalog / "fx.csv").write_text("month,currency,per_eur,days\n2026-05,USD,1.1,20\n")
    status, out = doctor(home)
    assert status == 0 and "catalog/fx.csv" in out and "2026-05" in out, out
    (catalog / "fx.csv").write_text("month,currency,per_eur,days\n2026-05,USD,x,20\n")
    status, out = doctor(home)
    assert status == 65 and "fx.csv:2:13" in out, out


def unwritable(home):
    if os.geteuid() == 0:
        return
    home.chmod(0o500)
    status, out = doctor(home)
    home.chmod(0o700)
    assert status == 0 and "may not be written" in out, out


if __name__ == "__main__":
    sys.exit(tap.main([text, as_json, own_data, unwritable]))

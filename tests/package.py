"""The Debian packages build, lintian finds no errors in them, and what they install runs: the program's main job, the
library with its pkg-config file, the Python module, completion, the man page.

usage: package.py ROOT        prints TAP lines; exit 1 on any failure
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1]).resolve()
NEEDED = ("dpkg-buildpackage", "dh", "lintian", "fakeroot")
ORDER = {"date": "2025-11-11", "from": "NZ", "to": "CN", "currency": "CNY",
         "lines": [{"sku": "infant-formula", "quantity": "2", "unit_price": "240.00"}]}


def run(*words, **more):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, f"{words[0]}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def build(place):
    skip = shutil.ignore_patterns("build*", ".git", "node_modules", "out", "__pycache__")
    shutil.copytree(ROOT, place / "source", ignore=skip, symlinks=True)
    run("dpkg-buildpackage", "-us", "-uc", "-b", cwd=place / "source")
    names = {path.name.split("_")[0] for path in place.glob("*.deb")}
    assert {"tradeloom", "tradeloom-mpi", "libtradeloom1", "libtradeloom-dev", "python3-tradeloom"} <= names, names


def lint(place):
    change = next(place.glob("*.changes"))
    done = subprocess.run(["lintian", "--fail-on", "error", str(change)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def unpack(place):
    for package in place.glob("*.deb"):
        run("dpkg", "-x", package, place / "root")


def environment(place):
    library = next((place / "root/usr/lib").glob("*/libtradeloom.so.1")).parent
    return {**os.environ, "LD_LIBRARY_PATH": str(library), "XDG_DATA_HOME": str(place / "data"),
            "PYTHONPATH": str(place / "root/usr/lib/python3/dist-packages"), "TRADELOOM_LIBRARY": "libtradeloom.so.1",
            "PKG_CONFIG_PATH": str(library / "pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": str(place / "root")}


def main_job(place):
    program = place / "root/usr/bin/tradeloom"
    out = run(program, "run", "milk-powder", "--limit", "1000", cwd=place, env=environment(place))
    assert "out/milk-powder/report.html" in out
    summary = json.loads((place / "out/milk-powder/summary.json").read_text())
    assert summary["complete"] and summary["orders"]["placed"] == 1000
    answer = json.loads(run(program, "quote", "-", input=json.dumps(ORDER), env=environment(place)))
    assert answer["totals"]["total"] == "43.68"


def python_module(place):
    code = f"import tradeloom; print(tradeloom.quote({ORDER!r})['totals']['total'])"
    assert run(sys.executable, "-c", code, env=environment(place)).strip() == "43.68"


def library(place):
    flags = run("pkg-config", "--cflags", "--libs", "tradeloom", env=environment(place)).split()
    (place / "a.c").write_text("#include <tradeloom.h>\n#include <stdio.h>\n"
                               "int main(void) { puts(tradeloom_version()); return 0; }\n")
    run("cc", place / "a.c", "-o", place / "a", *flags)
    version = run(place / "a", env=environment(place)).strip()
    assert version in run(place / "root/usr/bin/tradeloom", "--version", env=environment(place))


def others(place):
    share = place / "root/usr/share"
    assert "_tradeloom" in (share / "bash-completion/completions/tradeloom.bash").read_text()
    assert (share / "zsh/vendor-completions/_tradeloom").exists()
    assert (share / "fish/vendor_completions.d/tradeloom.fish").exists()
    assert (share / "man/man1/tradeloom.1.gz").exists()


def main():
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        print(f"1..0 # SKIP without {', '.join(missing)}")
        return 0
    checks = (build, lint, unpack, main_job, python_module, library, others)
    print(f"1..{len(checks)}")
    with tempfile.TemporaryDirectory() as folder:
        for number, check in enumerate(checks, 1):
            try:
                check(pathlib.Path(folder))
                print(f"ok {number} - {check.__name__}", flush=True)
            except (AssertionError, OSError, StopIteration) as error:
                text = str(error).replace("\n", "\n# ")
                print(f"not ok {number} - {check.__name__}\n# {text}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

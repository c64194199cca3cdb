"""Bundles the pages' scripts: packages by `npm ci` into the build folder, then esbuild, one file a page.

usage: web.py auto|enabled SOURCE BUILD OUT.js...    each OUT.js from SOURCE/<its name>

With `auto`, packages that cannot be had leave empty bundles, a word on stderr, and the next build tries again.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error",
       "--fetch-retries=0", "--fetch-timeout=20000"]
ESBUILD = ["--bundle", "--minify", "--format=iife", "--target=es2020", "--charset=utf8", "--legal-comments=none",
           "--log-level=warning"]


def fetch_packages(source, build):
    """Empty when the packages of the lock file stand in BUILD/node_modules, else why they do not."""
    lock, stamp = (source / "package-lock.json").read_bytes(), build / "fetched-lock.json"
    if stamp.exists() and stamp.read_bytes() == lock:
        return ""
    build.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source / name, build / name)
    done = subprocess.run(NPM, cwd=build, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr or done.stdout).strip()
    stamp.write_bytes(lock)
    return ""


def bundle(source, build, out):
    """Empty when OUT was written, else what esbuild says."""
    environment = {**os.environ, "NODE_PATH": str(build / "node_modules")}
    done = subprocess.run([build / "node_modules/esbuild/bin/esbuild", source / out.name, f"--outfile={out}", *ESBUILD],
                          env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return (done.stderr or "esbuild failed").strip() if done.returncode else ""


def main(wanted, source, build, outs):
    why = fetch_packages(source, build)
    if why and wanted == "auto":
        for out in outs:
            out.write_bytes(b"")
            os.utime(out, (0, 0))  # older than its sources: the next build tries again
        code = re.search(r"code (\w+)", why)
        why = code.group(1) if code else why[:80]
        print(f"web: npm cannot fetch the packages ({why}): report.html stays a page of tables", file=sys.stderr)
        return 0
    for out in outs:
        why = why or bundle(source, build, out)
    if why:
        print(f"web: {why}", file=sys.stderr)
    return 1 if why else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve(), pathlib.Path(sys.argv[3]).resolve(),
                  [pathlib.Path(name).resolve() for name in sys.argv[4:]]))

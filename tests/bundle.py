"""What tools/web.py does without a registry: a build goes on with empty bundles and says so, or fails when told to.

usage: bundle.py ROOT      prints TAP
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
NOBODY = "http://127.0.0.1:9"  # the port of discard: nobody listens


def bundle(wanted, build):
    """Exit status, what stderr says, and the bundle's path."""
    out = build / "report.js"
    environment = {**os.environ, "npm_config_registry": NOBODY, "npm_config_cache": str(build / "cache")}
    done = subprocess.run([sys.executable, ROOT / "tools/web.py", wanted, ROOT / "web", build, out], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr, out


def main():
    if not shutil.which("npm"):
        print("1..0 # SKIP npm is not here")
        return 0
    with tempfile.TemporaryDirectory() as place:
        status, said, out = bundle("auto", pathlib.Path(place, "auto"))
        is_old = out.stat().st_mtime < (ROOT / "web/report.js").stat().st_mtime
        auto = (status == 0 and out.read_bytes() == b"" and is_old
                and "report.html stays a page of tables" in said)
        print(f"{'ok' if auto else 'not ok'} 1 - the bundle is empty and old, and the reason is told")
        status, said, out = bundle("enabled", pathlib.Path(place, "enabled"))
        enabled = status == 1 and not out.exists() and said.startswith("web: ")
        print(f"{'ok' if enabled else 'not ok'} 2 - -Dweb=enabled fails")
    print("1..2")
    return 0 if auto and enabled else 1


if __name__ == "__main__":
    sys.exit(main())

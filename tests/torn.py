"""No output file is ever half written: on a disk that is full, on one that may not be written, and when a run is
killed at any moment, each file of the run folder is the old one or the new one, whole.

usage: torn.py TRADELOOM      prints one TAP line a check; those that need a small disk are skipped where none
                              may be mounted
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import tap

BINARY = str(pathlib.Path(sys.argv[1]).resolve())
RUN = (BINARY, "run", "milk-powder", "--jobs", "1", "--limit")


def run(*words, folder, status=0):
    done = subprocess.run(words, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
                          check=False)
    assert done.returncode == status, f"{words}: exit status {done.returncode}, not {status}: {done.stderr[:300]}"
    return done


def files(folder):
    """Name → bytes of the final files; what is still being written lies in .unfinished."""
    paths = folder.iterdir() if folder.exists() else ()
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def is_whole(name, data, versions):
    """Is it a file of one of the runs? What the machine says of itself differs from run to run."""
    if name.endswith(".json"):
        return isinstance(json.loads(data), dict) and data.endswith(b"}\n")
    if name.endswith(".html"):
        return data.rstrip().endswith(b"</html>")
    return any(data == version[name] for version in versions)


def assert_whole(folder, *versions):
    for name, data in files(folder).items():
        assert any(name in version for version in versions), f"{name} is no file of a run"
        assert is_whole(name, data, versions), f"{name} is half written: {len(data)} bytes, {data[-60:]!r}"


class Disk:
    """A small disk of its own."""

    def __init__(self, place, size):
        self.place, self.size = place, size

    def __enter__(self):
        self.place.mkdir()
        done = subprocess.run(("mount", "-t", "tmpfs", "-o", f"size={self.size}k", "tradeloom-test", self.place),
                              capture_output=True, check=False)
        if done.returncode:
            self.place.rmdir()
            raise tap.Skip("no small disk may be mounted here")
        return self.place

    def __exit__(self, *_):
        subprocess.run(("umount", self.place), check=True)
        self.place.rmdir()


@tap.check
def a_full_disk_leaves_no_file_of_a_first_run(place):
    run(*RUN, "3000", "--out", "whole", folder=place)
    whole, failed = files(place / "whole"), 0
    need = sum(len(data) for data in whole.values()) // 1024
    for size in (4, 16, 64, 128, 256, need // 2, need - 64, need - 16, need - 4, need, need + 16, need * 4):
        with Disk(place / "disk", size) as disk:
            done = subprocess.run((*RUN, "3000", "--out", disk / "x"), cwd=place, capture_output=True, text=True,
                                  timeout=120, check=False)
            assert done.returncode in (0, 74), f"{size} KiB: exit status {done.returncode}: {done.stderr[:200]}"
            failed += done.returncode == 74
            if done.returncode:
                assert "error[io]" in done.stderr and "No space left on device" in done.stderr, done.stderr
                assert not files(disk / "x"), f"{size} KiB: {list(files(disk / 'x'))} stand there"
            else:
                assert_whole(disk / "x", whole)
    assert failed >= 8, "the disks were not small enough"


@tap.check
def a_full_disk_leaves_the_last_run_as_it_was(place):
    with Disk(place / "disk", 600) as disk:
        run(*RUN, "20", "--out", "x", folder=disk)
        before = files(disk / "x")
        for more in ((), ("--replications", "3"), ("--reform", "/dev/null")):
            done = subprocess.run((*RUN, "30000", *more, "--out", "x"), cwd=disk, capture_output=True, check=False)
            assert done.returncode == (65 if "--reform" in more else 74), done.stderr
            assert files(disk / "x") == before, f"{more}: the last run's files changed"
        run(*RUN, "30000", "--no-tables", "--out", "x", folder=disk)
        assert set(before) - set(files(disk / "x")) == {"orders.csv", "postings.csv"}


@tap.check
def a_disk_that_may_not_be_written_is_told(place):
    with Disk(place / "disk", 600) as disk:
        run("mount", "-o", "remount,ro", disk, folder=place)
        done = run(*RUN, "20", "--out", disk / "x", folder=place, status=74)
        assert "error[io]" in done.stderr and "Read-only file system" in done.stderr, done.stderr


@tap.check
def a_killed_run_leaves_whole_files(place):
    run(*RUN, "3000", "--out", "new", folder=place)
    begun = time.monotonic()
    run(*RUN, "200", "--out", "old", folder=place)
    old, new, fast = files(place / "old"), files(place / "new"), time.monotonic() - begun
    begun, killed = time.monotonic(), 0
    run(*RUN, "3000", "--fresh", "--out", "timed", folder=place)
    whole = time.monotonic() - begun
    steps = 40
    for step in range(steps):
        folder = place / f"x{step % 2}"  # one that has a run already, one that has not
        if step % 2 == 0:
            run(*RUN, "200", "--fresh", "--out", folder.name, folder=place)
        else:
            subprocess.run(("rm", "-rf", folder), check=True)
        child = subprocess.Popen((*RUN, "3000", "--fresh", "--out", folder.name), cwd=place, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        time.sleep(whole * 1.1 * step / steps)
        child.send_signal(signal.SIGKILL)
        killed += child.wait(timeout=60) == -signal.SIGKILL
        assert_whole(folder, old, new)
    assert killed > steps // 4, f"only {killed} of {steps} were killed (a run takes {whole:.2f} s, {fast:.2f} s)"


@tap.check
def what_is_no_file_is_not_replaced_by_one(place):
    handout = (BINARY, "lesson", "show", "own-label", "--handout")
    real, link, pipe = place / "real.html", place / "link.html", place / "pipe"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    run(*handout, "link.html", folder=place)
    assert link.is_symlink() and real.read_bytes().rstrip().endswith(b"</html>")
    assert real.stat().st_mode & 0o777 == 0o640, oct(real.stat().st_mode)
    os.mkfifo(pipe)
    child = subprocess.Popen((*handout, "pipe"), cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert pipe.read_bytes() == real.read_bytes() and child.wait(timeout=60) == 0 and pipe.is_fifo()
    assert sorted(path.name for path in place.iterdir()) == ["link.html", "pipe", "real.html"]


@tap.check
def what_lies_under_the_name_of_the_unfinished_is_not_written_into(place):
    """Whoever may write in the folder knows that name, and could lay a link there."""
    (place / "victim").write_text("precious")
    run("sh", "-c", 'ln -s victim "x.html.$(uname -n).$$.new"; exec "$0" "$@"', BINARY, "lesson", "show", "own-label",
        "--handout", "x.html", folder=place)
    assert (place / "victim").read_text() == "precious"
    assert sorted(path.name for path in place.iterdir()) == ["victim", "x.html"]


@tap.check
def a_reader_who_leaves_ends_the_program_quietly(place):
    (place / "x").write_text('{"date": "2026-07-02", "from": "CN", "to": "DE", "currency": "EUR", '
                             '"lines": [{"hs": "392690", "unit_price": "10"}]}\n' * 5000)
    child = subprocess.Popen((BINARY, "quote", "x"), cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.read(10)
    child.stdout.close()
    told = child.stderr.read()
    assert child.wait(timeout=60) in (-signal.SIGPIPE, 74) and b"bug" not in told, told
    child.stderr.close()


if __name__ == "__main__":
    sys.exit(tap.main())

"""tap: checks that are functions. One that takes a folder has an empty one of its own; what it raises is its complaint;
tap.Skip(why) says why it cannot be tried here.

    @tap.check
    def what_holds(place): ...

    if __name__ == "__main__":
        sys.exit(tap.main())
"""
import pathlib
import tempfile
import traceback

CHECKS = []
SAID_MAX = 1500  # characters of a complaint


class Skip(Exception):
    pass


def check(test):
    CHECKS.append(test)
    return test


def complaint(error):
    """Where in the tests it was raised, and what it says."""
    here = pathlib.Path(__file__).parent
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if pathlib.Path(frame.filename).parent == here]
    where = f"{pathlib.Path(frames[-1].filename).name}:{frames[-1].lineno}"
    said = f"{where}: {type(error).__name__}: {error} {getattr(error, 'stderr', '')}"
    return "# " + said[:SAID_MAX].rstrip().replace("\n", "\n# ")


def verdict(test, place):
    """(it holds, "" or " # SKIP why", "" or its complaint)"""
    try:
        test(place) if test.__code__.co_argcount else test()
    except Skip as why:
        return True, f" # SKIP {why}", ""
    except Exception as error:  # one that fails must not hide the others
        return False, "", complaint(error)
    return True, "", ""


def main(checks=None):
    """Prints a line for each check, those of the file that was called unless told; 1 when one failed."""
    checks, failed = checks or [test for test in CHECKS if test.__module__ == "__main__"], 0
    print(f"1..{len(checks)}")
    for number, test in enumerate(checks, 1):
        with tempfile.TemporaryDirectory() as folder:
            good, skipped, said = verdict(test, pathlib.Path(folder).resolve())
        print(f"{'ok' if good else 'not ok'} {number} - {test.__name__.replace('_', ' ')}{skipped}", flush=True)
        if said:
            print(said, flush=True)
        failed += not good
    return 1 if failed else 0

"""What `tradeloom completion SHELL` writes is taken by the shell and completes, in those shells that are here.

usage: completion.py TRADELOOM        prints TAP lines; exit 1 on any failure
"""
import os
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
CASES = [ # words, the last to be completed; what must be offered; what must not
    (["ru"], {"run", "rules"}, {"quote"}),
    (["run", "milk"], {"milk-powder"}, {"launch"}),
    (["run", "--se"], {"--seed", "--set"}, {"--jobs"}),
    (["run", "--lang", ""], {"zh", "en"}, {"milk-powder"}),
    (["--lang", "zh", "quo"], {"quote"}, {"run"}),
    (["rules", ""], {"list", "show", "check", "diff"}, set()),
    (["schema", "d"], {"drawback"}, {"order"}),
    (["completion", ""], {"bash", "zsh", "fish"}, set()),
    (["check", "som"], {"some.json"}, set()),
    (["run", "--out", "fol"], {"folder"}, {"forfile"}),
    (["check", "--"], {"--scenario", "--json"}, {"--seed-bank"}),
]


def script(shell):
    return subprocess.run([PROGRAM, "completion", shell], capture_output=True, text=True, check=True).stdout


def bash(words):
    code = script("bash") + f"""
COMP_WORDS=(tradeloom {' '.join(f"'{word}'" for word in words)}); COMP_CWORD={len(words)}
_tradeloom; printf '%s\\n' "${{COMPREPLY[@]}}" """
    done = subprocess.run(["bash", "--norc", "-c", code], capture_output=True, text=True, check=True)
    assert not done.stderr, done.stderr
    return set(done.stdout.split())


def fish(words):
    line = " ".join(["tradeloom", *words[:-1], words[-1] or "''"]) if words[-1] else " ".join(["tradeloom", *words])
    done = subprocess.run(["fish", "-N", "-c", script("fish") + f"\ncomplete -C '{line}'"], capture_output=True,
                          text=True, check=True)
    return {one.split("\t")[0].rstrip("/") for one in done.stdout.splitlines()}


def zsh():
    """Only that it is a sound function: zsh completes in its line editor alone."""
    code = "autoload -U compinit; compinit -D -u; source /dev/stdin; (( $+functions[_tradeloom] )) && print loaded"
    done = subprocess.run(["zsh", "-f", "-c", code], input=script("zsh"), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "loaded" and not done.stderr, done.stderr
    text = script("zsh")
    subprocess.run(["zsh", "-f", "-n"], input=text, text=True, check=True)
    assert "milk-powder" in text and "--seed=" in text


def main():
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.mkdir("folder")
        for name in ("some.json", "forfile"):
            with open(name, "w", encoding="utf-8"):
                pass
        print(f"1..{2 * len(CASES) + 2}")
        number = 0
        for shell, complete in (("bash", bash), ("fish", fish)):
            for words, must, must_not in CASES:
                number += 1
                name = f"{number} - {shell}: {' '.join(words)}"
                if not shutil.which(shell):
                    print(f"ok {name} # SKIP no {shell}")
                    continue
                got = complete(words)
                good = must <= got and not must_not & got
                bad += not good
                print(f"{'ok' if good else 'not ok'} {name}" + ("" if good else f"\n# {sorted(got)}"))
        number += 1
        if shutil.which("zsh"):
            zsh()
        print(f"ok {number} - zsh: loads" + ("" if shutil.which("zsh") else " # SKIP no zsh"))
        wrong = subprocess.run([PROGRAM, "completion", "csh"], capture_output=True, text=True, check=False)
        print(f"{'ok' if wrong.returncode == 2 else 'not ok'} {number + 1} - another shell is a mistake")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

"""Each header compiles alone, twice in a row, with every compiler that is here.

usage: headers.py [ROOT]      prints one TAP line a header and compiler
"""
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys

FLAGS = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"]
PACKAGES = ["libuv", "libcurl", "libcjson", "sqlite3"]


def package_flags():
    return subprocess.run(["pkg-config", "--cflags", *PACKAGES], check=True, capture_output=True,
                          text=True).stdout.split()


def compile_alone(root, compiler, header, flags):
    """The compiler's complaint, empty when there is none."""
    program = f'#include "{header}"\n' * 2
    return subprocess.run([compiler, *FLAGS, *flags, f"-I{root}", "-x", "c", "-"], input=program,
                          capture_output=True, text=True, check=False).stderr


def main(root):
    headers = sorted(path.relative_to(root).as_posix() for path in root.glob("*/*.h")
                     if not path.parent.name.startswith((".", "build")))
    compilers = [name for name in ("gcc", "clang") if shutil.which(name)]
    flags = package_flags()
    jobs = [(compiler, header) for compiler in compilers for header in headers]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        complaints = list(pool.map(lambda job: compile_alone(root, *job, flags), jobs))
    for number, ((compiler, header), complaint) in enumerate(zip(jobs, complaints), 1):
        print(f"{'not ok' if complaint else 'ok'} {number} - {header} alone with {compiler}")
        for line in complaint.splitlines():
            print("#", line)
    return 1 if any(complaints) or not jobs else 0


if __name__ == "__main__":
    default = pathlib.Path(__file__).parent.parent
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else default).resolve()))

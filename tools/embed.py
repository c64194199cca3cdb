"""Writes an assembler file that includes data files, and a C table of them (sorted by path).

usage: embed.py ROOT BUILD OUT.S OUT.c FILE...    a file is named by its path below BUILD or, else, below ROOT; what
                            browsers ask for stands beside itself once more, compressed, as NAME.gz
       embed.py --list ROOT        prints the data files of a source tree, one a line
"""
import gzip
import hashlib
import pathlib
import sys


KEPT = {"rules": (".json", ".csv"), "catalog": (".json", ".csv"), "scenarios": (".json", ".csv"),
        "lessons": (".json",), "web": (".css", ".html", ".svg")}


def list_files(root):
    for folder, suffixes in KEPT.items():
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            if path.suffix in suffixes:
                print(path.relative_to(root))


def name_of(path, root, build):
    path = pathlib.Path(path).resolve()
    return path.relative_to(build if path.is_relative_to(build) else root).as_posix()


def squeeze(path, name, folder):
    out = folder / (name.replace("/", "_") + ".gz")
    out.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    return out


def main(root, build, out_s, out_c, files):
    root, build = pathlib.Path(root).resolve(), pathlib.Path(build).resolve()
    paths = {name_of(file, root, build): pathlib.Path(file).resolve() for file in files}
    paths |= {f"{name}.gz": squeeze(path, name, pathlib.Path(out_s).resolve().parent)
              for name, path in paths.items() if name.startswith("web/")}
    names = sorted(paths)
    with open(out_s, "w") as s:
        s.write('    .section .rodata\n')
        for i, name in enumerate(names):
            s.write(f'    .globl data_{i}\n    .globl data_{i}_end\n    .balign 16\n'
                    f'data_{i}:\n    .incbin "{paths[name]}"\ndata_{i}_end:\n    .byte 0\n')
        s.write('    .section .note.GNU-stack,"",@progbits\n')
    with open(out_c, "w") as c:
        c.write('#include "sim/data.h"\n\n')
        for i in range(len(names)):
            c.write(f'extern const char data_{i}[], data_{i}_end[];\n')
        c.write('const struct data_span data_spans[] = {\n')
        for i, name in enumerate(names):
            digest = hashlib.sha256(paths[name].read_bytes()).hexdigest()
            c.write(f'    {{"{name}", data_{i}, data_{i}_end,\n     "{digest}"}},\n')
        c.write('    {NULL, NULL, NULL, NULL}\n};\nconst size_t data_count = %d;\n' % len(names))


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        list_files(sys.argv[2])
    else:
        main(*sys.argv[1:5], sys.argv[5:])

"""Writes an assembler file that includes data files, and a C table of them (sorted by path).

usage: embed.py ROOT OUT.S OUT.c FILE...
       embed.py --list ROOT        prints the data files of a source tree, one a line
"""
import hashlib
import os
import pathlib
import sys


def list_files(root):
    for folder in ("rules", "catalog", "scenarios"):
        for path in sorted(pathlib.Path(root, folder).rglob("*")):
            if path.suffix in (".json", ".csv"):
                print(path.relative_to(root))


def main(root, out_s, out_c, files):
    names = sorted(os.path.relpath(f, root) for f in files)
    with open(out_s, "w") as s:
        s.write('    .section .rodata\n')
        for i, name in enumerate(names):
            path = os.path.join(os.path.abspath(root), name)
            s.write(f'    .globl data_{i}\n    .globl data_{i}_end\n    .balign 16\n'
                    f'data_{i}:\n    .incbin "{path}"\ndata_{i}_end:\n    .byte 0\n')
        s.write('    .section .note.GNU-stack,"",@progbits\n')
    with open(out_c, "w") as c:
        c.write('#include "sim/data.h"\n\n')
        for i in range(len(names)):
            c.write(f'extern const char data_{i}[], data_{i}_end[];\n')
        c.write('const struct data_span data_spans[] = {\n')
        for i, name in enumerate(names):
            digest = hashlib.sha256(pathlib.Path(root, name).read_bytes()).hexdigest()
            c.write(f'    {{"{name}", data_{i}, data_{i}_end,\n     "{digest}"}},\n')
        c.write('    {NULL, NULL, NULL, NULL}\n};\nconst size_t data_count = %d;\n' % len(names))


if __name__ == "__main__":
    if sys.argv[1] == "--list":
        list_files(sys.argv[2])
    else:
        main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])

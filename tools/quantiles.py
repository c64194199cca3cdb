#!/usr/bin/env python3
"""Writes core/rng_table.h: the integer quantile tables of core/rng.c.

    tools/quantiles.py > core/rng_table.h

Decimal arithmetic with 50 digits only, so that the table is the same on every machine. A cell of a table
covers an equal share of probability. It is one 64-bit word: the quantile at its left end in units of 2^-28
(high half) and a step in units of 2^-32 (low half); a draw inside is start + fraction * step, and the step is
chosen so that the mean of the cell is exact.
"""
from decimal import Decimal, getcontext

getcontext().prec = 50
ONE, TWO, HALF = Decimal(1), Decimal(2), Decimal("0.5")
PI = Decimal("3.14159265358979323846264338327950288419716939937510582")
EXPONENTIAL_BITS = 10
NORMAL_BITS, NORMAL_LEVELS = 9, 3
POINTS = 129


def word(start, mean):
    low = int((start * 2**28).to_integral_value())
    step = int((2 * (mean - Decimal(low) / 2**28) * 2**32).to_integral_value())
    assert 0 <= low < 2**32 and 0 <= step < 2**32, (start, mean)
    return low << 32 | step


def exponential():
    """Cells of -ln s over the survival share s; the last one is left to recursion."""
    cells = 2**EXPONENTIAL_BITS
    share = [ONE - Decimal(i) / cells for i in range(cells)]
    area = [s - s * s.ln() for s in share]  # integral of -ln from 0 to s
    words = [word(-share[i].ln(), (area[i] - area[i + 1]) * cells) for i in range(cells - 1)]
    return words + [0], Decimal(cells).ln()


def density(x):
    return (-x * x / 2).exp() / (2 * PI).sqrt()


def upper(x):
    """Probability above x >= 0, by a series near 0 and a continued fraction beyond."""
    if x < 4:
        term = total = x
        n = 1
        while abs(term) > Decimal("1e-45"):
            term = term * x * x / (2 * n + 1)
            total += term
            n += 1
        return HALF - density(x) * total
    fraction = x
    for n in range(300, 0, -1):
        fraction = x + n / fraction
    return density(x) / fraction


def quantile(tail, guess):
    """x with upper(x) = tail, by Newton on ln upper, which is nearly a parabola."""
    if tail == HALF:
        return Decimal(0)
    x, goal = guess, tail.ln()
    for _ in range(60):
        above = upper(x)
        move = (above.ln() - goal) * above / density(x)
        x += move
        if abs(move) < Decimal("1e-30"):
            return x
    raise ArithmeticError(tail)


def normal():
    """Cells of the upper half. The last cell of a level is what the next level divides again; that of
    the last level keeps what is beyond it."""
    cells, words, guess, width = 2**NORMAL_BITS, [], Decimal("0.001"), ONE
    for level in range(NORMAL_LEVELS):
        ends = []
        for i in range(cells):
            guess = quantile(width * (cells - i) / cells / 2, guess)
            ends.append(guess)
        width /= cells
        for i in range(cells):
            last = i + 1 == cells
            beyond = Decimal(0) if last else density(ends[i + 1])
            mean = (density(ends[i]) - beyond) * 2 / width
            words.append(0 if last and level + 1 < NORMAL_LEVELS else word(ends[i], mean))
        guess = ends[-1]
    return words


def normal_points():
    """Quantiles at k/128 in units of 2^-32, cut at 0.1 % and 99.9 %."""
    points = []
    for k in range(POINTS):
        tail = max(Decimal("0.001"), min(Decimal(k), Decimal(128 - k)) / 128)
        x = quantile(tail, Decimal("0.01")) if tail != HALF else Decimal(0)
        points.append(int((x * 2**32).to_integral_value()) * (1 if k > 64 else -1))
    return points


def powers():
    """2^(2^-k), k = 1 … 32, in units of 2^-62."""
    root, out = TWO, []
    for _ in range(32):
        root = root.sqrt()
        out.append(int((root * 2**62).to_integral_value()))
    return out


def table(kind, name, values, form):
    print(f"\nstatic const {kind} {name}[{len(values)}] = {{")
    line = "   "
    for value in values:
        item = " " + form(value) + ","
        if len(line) + len(item) > 100:
            print(line)
            line = "   "
        line += item
    print(line + "\n};")


def main():
    exponential_words, tail = exponential()
    ninety = quantile(Decimal("0.1"), ONE)
    print("/* rng_table: quantile tables of core/rng.c; written by tools/quantiles.py, do not edit. */")
    print("#ifndef RNG_TABLE_H\n#define RNG_TABLE_H\n\n#include <stdint.h>\n")
    print(f"enum {{ EXPONENTIAL_BITS = {EXPONENTIAL_BITS}, NORMAL_BITS = {NORMAL_BITS}, "
          f"NORMAL_LEVELS = {NORMAL_LEVELS} }};\n")
    print("/* where the last exponential cell begins, ln 2^EXPONENTIAL_BITS, in units of 2^-32 */")
    print(f"#define EXPONENTIAL_TAIL UINT64_C(0x{int((tail * 2**32).to_integral_value()):x})")
    print("/* normal quantile at 90 %, in units of 2^-32; log2 e in units of 2^-62 */")
    print(f"#define NORMAL_90 INT64_C({int((ninety * 2**32).to_integral_value())})")
    print(f"#define LOG2_E INT64_C({int((ONE / TWO.ln() * 2**62).to_integral_value())})")
    table("uint64_t", "exponential_cell", exponential_words, lambda v: f"0x{v:016x}")
    table("uint64_t", "normal_cell", normal(), lambda v: f"0x{v:016x}")
    table("int64_t", "normal_point", normal_points(), str)
    table("uint64_t", "power_of_two", powers(), lambda v: f"0x{v:016x}")
    print("\n#endif")


if __name__ == "__main__":
    main()

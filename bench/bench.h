/* bench: what every benchmark shares: the clock, repeats that alternate with a ceiling, and one shape of line.
 *
 * A ceiling is a bare C loop for the same work without generality, timed in the same run and in turn with ours,
 * so that the ratio says what generality costs whatever the machine does beside. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

/* Runs `count` of its units of work and returns a number that depends on all of it. */
typedef uint64_t bench_work(void *context, uint64_t count);

struct bench_case {
    const char *name;
    bench_work *ours, *ceiling; /* ceiling may be NULL */
    void *ours_context, *ceiling_context;
    uint64_t count; /* units a repeat */
};

/* Prints the title, the settings, the compiler, and the head of the columns. */
void bench_title(const char *title, const char *settings);
/* Times a case: one untimed repeat, then several; prints median and best ns a unit, millions of units a second,
 * and the ceiling's median with its share of ours. */
void bench_run(const struct bench_case *one);

/* A word that a compiler must take as used. */
void bench_use(uint64_t word);

/* sfc64, Chris Doty-Humphrey, PractRand: cheap bits for work in which drawing is not what is measured. */
struct bench_bits {
    uint64_t a, b, c, counter;
};
static inline uint64_t bench_next(struct bench_bits *s)
{
    uint64_t out = s->a + s->b + s->counter++;
    s->a = s->b ^ s->b >> 11;
    s->b = s->c + (s->c << 3);
    s->c = (s->c << 24 | s->c >> 40) + out;
    return out;
}
struct bench_bits bench_bits(uint64_t seed);

#endif

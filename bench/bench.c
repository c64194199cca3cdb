/* bench: times cases by the time of the thread, so that a busy machine spoils less, and prints them. */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPEATS = 9 };

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void bench_use(uint64_t word)
{
    __asm__ volatile("" : : "r"(word));
}

struct bench_bits bench_bits(uint64_t seed)
{
    struct bench_bits bits = {seed, seed, seed, 1};
    for (int i = 0; i < 12; i++)
        bench_next(&bits);
    return bits;
}

static double time_of(bench_work *work, void *context, uint64_t count)
{
    int64_t start = now_ns();
    bench_use(work(context, count));
    return (double)(now_ns() - start) / (double)count;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_title(const char *title, const char *settings)
{
    printf("%s\n%s\n", title, settings);
    printf("compiler %s, one thread, %d repeats, each in turn with its ceiling\n", __VERSION__, REPEATS);
    printf("%-34s %9s %9s %9s %11s %6s\n", "", "ns", "best ns", "M/s", "ceiling ns", "ratio");
}

void bench_run(const struct bench_case *one)
{
    double ours[REPEATS], ceiling[REPEATS];
    for (int i = -1; i < REPEATS; i++) {
        double a = time_of(one->ours, one->ours_context, one->count);
        double b = one->ceiling ? time_of(one->ceiling, one->ceiling_context, one->count) : 0;
        if (i >= 0) {
            ours[i] = a;
            ceiling[i] = b;
        }
    }
    qsort(ours, REPEATS, sizeof *ours, by_size);
    qsort(ceiling, REPEATS, sizeof *ceiling, by_size);
    double median = ours[REPEATS / 2], bare = ceiling[REPEATS / 2];
    printf("%-34s %9.2f %9.2f %9.2f", one->name, median, ours[0], 1000 / median);
    if (one->ceiling)
        printf(" %11.2f %6.2f", bare, bare / median);
    printf("\n");
    fflush(stdout);
}

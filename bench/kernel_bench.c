/* kernel_bench: the hold model: with a fixed number pending, the earliest is taken and put back later by an
 * exponential time; ns for one pop and one push. The ceiling is a calendar with its width set by hand, without
 * order of ties, priorities, growth, or a place for the far future. */
#include <stddef.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "core/kernel.h"
#include "core/rng.h"

enum { MEAN = 1000000000 };

struct hold {
    struct kernel *kernel;
    struct bench_bits bits;
};

static int64_t increment(struct bench_bits *bits)
{
    return (int64_t)((rng_exponential(bench_next(bits)) >> 2) * (MEAN >> 10) >> 20);
}

static uint64_t hold_ours(void *context, uint64_t count)
{
    struct hold *hold = context;
    struct event event = {.time = 0};
    for (uint64_t i = 0; i < count; i++) {
        kernel_pop(hold->kernel, INT64_MAX, &event);
        event.time += increment(&hold->bits);
        kernel_push(hold->kernel, event);
    }
    return (uint64_t)event.time;
}

static struct hold hold_of(uint32_t pending)
{
    struct hold hold = {kernel_create(), bench_bits(1)};
    for (uint32_t i = 0; i < pending; i++)
        kernel_push(hold.kernel, (struct event){.time = increment(&hold.bits), .subject = i});
    return hold;
}

/* ---- the ceiling ---- */

struct bare_node {
    int64_t time;
    uint32_t subject, next;
};

struct bare {
    struct bare_node *node, due[64];
    uint32_t *head;
    uint64_t slot, mask;
    unsigned shift, due_count;
    struct bench_bits bits;
};

static void bare_push(struct bare *b, uint32_t i)
{
    uint64_t slot = (uint64_t)b->node[i].time >> b->shift;
    if (slot <= b->slot) {
        struct bare_node *at = b->due + b->due_count++, node = b->node[i];
        for (; at > b->due && at[-1].time < node.time; at--)
            *at = at[-1];
        *at = node;
        return;
    }
    b->node[i].next = b->head[slot & b->mask];
    b->head[slot & b->mask] = i;
}

static uint32_t bare_pop(struct bare *b)
{
    while (b->due_count == 0) {
        uint32_t i = b->head[++b->slot & b->mask];
        b->head[b->slot & b->mask] = 0;
        while (i) {
            uint32_t next = b->node[i].next;
            bare_push(b, i);
            i = next;
        }
    }
    return b->due[--b->due_count].subject;
}

static uint64_t hold_bare(void *context, uint64_t count)
{
    struct bare *b = context;
    for (uint64_t i = 0; i < count; i++) {
        uint32_t at = bare_pop(b);
        b->node[at].time += increment(&b->bits);
        bare_push(b, at);
    }
    return b->slot;
}

/* A slot holds one event on average; the year is four means long: what is later goes round again. */
static struct bare bare_of(uint32_t pending)
{
    struct bare b = {.bits = bench_bits(1)};
    uint64_t slots = 1;
    while ((uint64_t)(MEAN / pending) >> b.shift > 1)
        b.shift++;
    while (slots << b.shift < (uint64_t)MEAN * 4)
        slots *= 2;
    b.mask = slots - 1;
    b.head = memory_take(slots * sizeof *b.head);
    b.node = memory_take((pending + 1) * sizeof *b.node);
    for (uint32_t i = 1; i <= pending; i++) {
        b.node[i] = (struct bare_node){.time = ((int64_t)1 << b.shift) + increment(&b.bits), .subject = i};
        bare_push(&b, i);
    }
    return b;
}

static void run(const char *name, uint32_t pending, uint64_t count)
{
    struct hold hold = hold_of(pending);
    struct bare bare = bare_of(pending);
    bench_run(&(struct bench_case){name, hold_ours, hold_bare, &hold, &bare, count});
    kernel_destroy(hold.kernel);
    memory_release(bare.head);
    memory_release(bare.node);
}

int main(void)
{
    bench_title("kernel: hold model, pop + push", "exponential increments; sfc64 draws in both");
    run("100 pending", 100, 4000000);
    run("10,000 pending", 10000, 4000000);
    run("1,000,000 pending", 1000000, 4000000);
    return 0;
}

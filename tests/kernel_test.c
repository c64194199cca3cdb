/* kernel_test: the calendar pops what a plain sorted list would, whatever the schedule looks like. */
#include "tests/unit.h"

#include <stdlib.h>

#include "core/arena.h"
#include "core/kernel.h"
#include "core/rng.h"

/* ---- the model: every pending event, searched for the least ---- */

struct model {
    struct event *event;
    uint64_t *order;
    size_t count, room;
    uint64_t pushed;
};

static void model_push(struct model *m, struct event event)
{
    if (m->count == m->room) {
        size_t room = m->room ? m->room * 2 : 64;
        m->event = memory_resize(m->event, m->room * sizeof *m->event, room * sizeof *m->event);
        m->order = memory_resize(m->order, m->room * sizeof *m->order, room * sizeof *m->order);
        m->room = room;
    }
    event.sequence = (uint32_t)m->pushed;
    m->order[m->count] = m->pushed++;
    m->event[m->count++] = event;
}

static bool model_before(const struct model *m, size_t a, size_t b)
{
    const struct event *x = &m->event[a], *y = &m->event[b];
    if (x->time != y->time)
        return x->time < y->time;
    if (x->priority != y->priority)
        return x->priority < y->priority;
    return m->order[a] < m->order[b];
}

static bool model_pop(struct model *m, int64_t until, struct event *out)
{
    size_t least = 0;
    for (size_t i = 1; i < m->count; i++)
        if (model_before(m, i, least))
            least = i;
    if (m->count == 0 || m->event[least].time > until)
        return false;
    *out = m->event[least];
    m->count--;
    m->event[least] = m->event[m->count];
    m->order[least] = m->order[m->count];
    return true;
}

static void model_finish(struct model *m)
{
    memory_release(m->event);
    memory_release(m->order);
}

/* ---- schedules: the delay of the next event ---- */

struct dice {
    struct rng_key key;
    uint64_t drawn;
};

static uint64_t roll(struct dice *dice)
{
    return rng_bits(dice->key, dice->drawn++, 1, 0);
}

typedef int64_t delay_of(struct dice *dice);

static int64_t delay_exponential(struct dice *d) { return rng_exponential_scaled(roll(d), 100000); }
static int64_t delay_uniform(struct dice *d) { return (int64_t)rng_below(roll(d), 1000); }
static int64_t delay_tied(struct dice *d) { return (int64_t)rng_below(roll(d), 3); }
static int64_t delay_daily(struct dice *d) { return 86400 * (int64_t)rng_below(roll(d), 3); }
static int64_t delay_monotone(struct dice *d) { return 500 + (int64_t)(d->drawn++ % 7); }

static int64_t delay_bimodal(struct dice *d)
{
    int64_t near = (int64_t)rng_below(roll(d), 10);
    return rng_below(roll(d), 4) ? near : 1000000 + near * 1000;
}

/* any power of two up to 2^50 */
static int64_t delay_far(struct dice *d)
{
    uint64_t bits = rng_below(roll(d), 51);
    return (int64_t)(roll(d) >> 14 >> (50 - bits));
}

static int64_t delay_bursts(struct dice *d)
{
    return d->drawn++ / 500 % 2 ? (int64_t)rng_below(roll(d), 2) : 10000000;
}

static delay_of *const delays[] = {
    delay_exponential, delay_uniform, delay_tied,   delay_daily,
    delay_monotone,    delay_bimodal, delay_far,    delay_bursts,
};

static struct event event_of(struct dice *dice, int64_t time)
{
    uint64_t bits = roll(dice);
    return (struct event){
        .time = time,
        .subject = (uint32_t)bits,
        .kind = (uint16_t)(bits >> 32),
        .priority = (uint8_t)(bits >> 62 ? 5 : bits >> 54),
        .column = (uint8_t)(bits >> 48 & 3),
        .generation = (uint32_t)(bits >> 20),
    };
}

static void assert_same(const struct event *a, const struct event *b)
{
    assert_int_equal(a->time, b->time);
    assert_int_equal(a->sequence, b->sequence);
    assert_int_equal(a->subject, b->subject);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->priority, b->priority);
    assert_int_equal(a->column, b->column);
    assert_int_equal(a->generation, b->generation);
}

struct pair {
    struct kernel *kernel;
    struct model model;
    struct dice dice;
    delay_of *delay;
};

static void pair_push(struct pair *p)
{
    struct event event = event_of(&p->dice, kernel_now(p->kernel) + p->delay(&p->dice));
    kernel_push(p->kernel, event);
    model_push(&p->model, event);
}

static bool pair_pop(struct pair *p, int64_t until)
{
    struct event a, b;
    bool some = kernel_pop(p->kernel, until, &a);
    assert_int_equal(some, model_pop(&p->model, until, &b));
    assert_int_equal(kernel_pending(p->kernel), p->model.count);
    if (some) {
        assert_same(&a, &b);
        assert_int_equal(kernel_now(p->kernel), a.time);
    }
    return some;
}

static struct pair pair_of(size_t schedule, uint32_t replication)
{
    return (struct pair){
        .kernel = kernel_create(),
        .dice = {.key = rng_key(7, replication)},
        .delay = delays[schedule],
    };
}

static void pair_finish(struct pair *p)
{
    kernel_destroy(p->kernel);
    model_finish(&p->model);
}

/* Grows to `size`, holds, shrinks to nothing. */
static void run_hold(size_t schedule, size_t size, size_t holds)
{
    struct pair p = pair_of(schedule, (uint32_t)size);
    for (size_t i = 0; i < size; i++) {
        pair_push(&p);
        pair_push(&p);
        assert_true(pair_pop(&p, INT64_MAX));
    }
    for (size_t i = 0; i < holds; i++) {
        assert_true(pair_pop(&p, INT64_MAX));
        pair_push(&p);
    }
    while (pair_pop(&p, INT64_MAX)) {
    }
    assert_int_equal(kernel_next_time(p.kernel), INT64_MAX);
    assert_int_equal(kernel_popped(p.kernel), 2 * size + holds);
    pair_finish(&p);
}

static void test_hold(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 11, 30, 100, 1500};
    for (size_t s = 0; s < sizeof delays / sizeof *delays; s++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            run_hold(s, sizes[i], 6000);
}

/* The number pending wanders between nothing and some thousands while the schedule changes. */
static void test_wander(void **state)
{
    (void)state;
    struct pair p = pair_of(0, 99);
    for (unsigned phase = 0; phase < 60; phase++) {
        p.delay = delays[rng_below(roll(&p.dice), sizeof delays / sizeof *delays)];
        uint64_t bias = 200 + rng_below(roll(&p.dice), 600);
        for (unsigned i = 0; i < 1000; i++) {
            if (rng_below(roll(&p.dice), 1000) < bias)
                pair_push(&p);
            else
                pair_pop(&p, INT64_MAX);
        }
    }
    pair_finish(&p);
}

/* Time is advanced in slices, as the event loop does it, and looked at ahead. */
static void test_slices(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof delays / sizeof *delays; s++) {
        struct pair p = pair_of(s, 5);
        int64_t until = 0;
        for (unsigned i = 0; i < 3000; i++) {
            until += p.delay(&p.dice);
            pair_push(&p);
            if (i % 3 == 0)
                pair_push(&p);
            if (i % 5 == 0) {
                int64_t next = kernel_next_time(p.kernel);
                struct event event = event_of(&p.dice, kernel_now(p.kernel));
                assert_true(next >= event.time);
                kernel_push(p.kernel, event);
                model_push(&p.model, event);
                assert_int_equal(kernel_next_time(p.kernel), event.time);
            }
            while (pair_pop(&p, until)) {
            }
        }
        pair_finish(&p);
    }
}

/* Tens of thousands at the same second leave by priority, then first come first served. */
static void test_ties(void **state)
{
    (void)state;
    enum { EACH = 30000, PRIORITIES = 3 };
    struct kernel *kernel = kernel_create();
    for (uint32_t i = 0; i < EACH * PRIORITIES; i++)
        kernel_push(kernel, (struct event){.time = 1700000000, .subject = i,
                                           .priority = (uint8_t)(PRIORITIES - 1 - i % PRIORITIES)});
    for (uint32_t i = 0; i < EACH * PRIORITIES; i++) {
        struct event event;
        assert_true(kernel_pop(kernel, 1700000000, &event));
        assert_int_equal(event.priority, i / EACH);
        assert_int_equal(event.subject, i % EACH * PRIORITIES + PRIORITIES - 1 - event.priority);
        if (i < EACH) { /* new events at the very time go behind the others of their priority */
            event.priority = PRIORITIES;
            kernel_push(kernel, event);
        }
    }
    assert_int_equal(kernel_pending(kernel), EACH);
    kernel_destroy(kernel);
}

static void test_extremes(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MAX, 0, 1, INT64_MAX - 1, INT64_C(1) << 62, 5, 0};
    static const uint32_t sorted[] = {1, 6, 2, 5, 4, 3, 0};
    for (unsigned padding = 0; padding < 200; padding += 40) {
        struct kernel *kernel = kernel_create();
        struct event event;
        for (uint32_t i = 0; i < 7; i++)
            kernel_push(kernel, (struct event){.time = times[i], .subject = i});
        for (unsigned i = 0; i < padding; i++)
            kernel_push(kernel, (struct event){.time = 1000 + i, .subject = 1000});
        for (uint32_t i = 0; i < 7; i++) {
            do
                assert_true(kernel_pop(kernel, INT64_MAX, &event));
            while (event.subject == 1000);
            assert_int_equal(event.subject, sorted[i]);
        }
        assert_false(kernel_pop(kernel, INT64_MAX, &event));
        kernel_destroy(kernel);
    }
}

static void *snapshot_of(const struct kernel *kernel, size_t *bytes)
{
    *bytes = kernel_snapshot_bytes(kernel);
    void *out = memory_take(*bytes);
    kernel_snapshot(kernel, out);
    return out;
}

static void hold(struct kernel *kernel, struct dice *dice, delay_of *delay, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        struct event event;
        assert_true(kernel_pop(kernel, INT64_MAX, &event));
        kernel_push(kernel, event_of(dice, event.time + delay(dice)));
    }
}

static void run_snapshot(size_t schedule, unsigned size)
{
    struct dice dice = {.key = rng_key(3, size)};
    struct kernel *kernel = kernel_create(), *other = kernel_create();
    for (unsigned i = 0; i < size; i++)
        kernel_push(kernel, event_of(&dice, delays[schedule](&dice)));
    hold(kernel, &dice, delays[schedule], 3 * size);
    hold(other, &dice, delays[schedule], 0);
    kernel_push(other, (struct event){.time = 4}); /* must vanish */
    size_t bytes, again;
    void *first = snapshot_of(kernel, &bytes);
    assert_true(kernel_restore(other, first, bytes));
    assert_int_equal(kernel_now(other), kernel_now(kernel));
    assert_int_equal(kernel_popped(other), kernel_popped(kernel));
    void *second = snapshot_of(other, &again);
    assert_int_equal(bytes, again);
    assert_memory_equal(first, second, bytes);
    memory_release(second);
    struct dice same = dice;
    hold(kernel, &dice, delays[schedule], 500);
    hold(other, &same, delays[schedule], 500);
    memory_release(first);
    first = snapshot_of(kernel, &bytes);
    second = snapshot_of(other, &again);
    assert_int_equal(bytes, again);
    assert_memory_equal(first, second, bytes);
    memory_release(first);
    memory_release(second);
    kernel_destroy(kernel);
    kernel_destroy(other);
}

static void test_snapshot(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof delays / sizeof *delays; s++) {
        run_snapshot(s, 5);
        run_snapshot(s, 100);
        run_snapshot(s, 3000);
    }
}

/* No damaged snapshot is taken for a sound one that pops out of order, none crashes. */
static void test_snapshot_damaged(void **state)
{
    (void)state;
    struct dice dice = {.key = rng_key(3, 0)};
    struct kernel *kernel = kernel_create(), *other = kernel_create();
    for (unsigned i = 0; i < 40; i++)
        kernel_push(kernel, event_of(&dice, delay_uniform(&dice)));
    hold(kernel, &dice, delay_uniform, 40);
    size_t bytes;
    unsigned char *good = snapshot_of(kernel, &bytes);
    for (size_t cut = 0; cut < bytes; cut++)
        assert_false(kernel_restore(other, good, cut));
    for (size_t at = 0; at < bytes; at++) {
        good[at] ^= 0x80;
        if (kernel_restore(other, good, bytes)) {
            struct event event;
            int64_t last = kernel_now(other);
            for (; kernel_pop(other, INT64_MAX, &event); last = event.time)
                assert_true(event.time >= last);
        }
        assert_int_equal(kernel_next_time(other), INT64_MAX);
        good[at] ^= 0x80;
    }
    assert_true(kernel_restore(other, good, bytes));
    assert_int_equal(kernel_pending(other), 40);
    memory_release(good);
    kernel_destroy(kernel);
    kernel_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hold),     cmocka_unit_test(test_wander),
        cmocka_unit_test(test_slices),   cmocka_unit_test(test_ties),
        cmocka_unit_test(test_extremes), cmocka_unit_test(test_snapshot),
        cmocka_unit_test(test_snapshot_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

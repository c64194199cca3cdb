/* resource_test: units go out in the order (priority, arrival), as from a list that is searched; what is measured is
 * what a watcher of every moment would add up. */
#include "tests/unit.h"

#include "core/resource.h"
#include "core/rng.h"

enum { WAITERS_MAX = 4096 };

/* ---- the model: an unsorted list of who waits ---- */

struct model {
    struct resource_waiter waiter[WAITERS_MAX];
    uint64_t arrival[WAITERS_MAX];
    uint64_t arrivals, served, waited;
    size_t length;
    uint32_t capacity, busy;
    int64_t now, waiting, busy_area, queue_area;
};

static void model_pass(struct model *m, int64_t now)
{
    m->busy_area += (now - m->now) * m->busy;
    m->queue_area += (now - m->now) * (int64_t)m->length;
    m->now = now;
}

static bool model_take(struct model *m, struct resource_waiter waiter)
{
    if (m->busy < m->capacity && m->length == 0) {
        m->busy++;
        m->served++;
        return true;
    }
    assert_true(m->length < WAITERS_MAX);
    waiter.since = m->now;
    m->arrival[m->length] = m->arrivals++;
    m->waiter[m->length++] = waiter;
    return false;
}

static bool model_admit(struct model *m, struct resource_waiter *next)
{
    if (m->busy >= m->capacity || m->length == 0)
        return false;
    size_t best = 0;
    for (size_t i = 1; i < m->length; i++)
        if (m->waiter[i].priority < m->waiter[best].priority ||
            (m->waiter[i].priority == m->waiter[best].priority && m->arrival[i] < m->arrival[best]))
            best = i;
    *next = m->waiter[best];
    m->length--;
    m->waiter[best] = m->waiter[m->length];
    m->arrival[best] = m->arrival[m->length];
    m->busy++;
    m->served++;
    m->waited++;
    m->waiting += m->now - next->since;
    return true;
}

/* ---- both together ---- */

struct pair {
    struct resource resource;
    struct model model;
    struct rng_key key;
    uint64_t drawn;
};

static uint64_t roll(struct pair *p, uint64_t n)
{
    return rng_below(rng_bits(p->key, p->drawn++, 0, 0), n);
}

static void check_same(bool some, bool model_some, const struct resource_waiter *a, const struct resource_waiter *b)
{
    assert_int_equal(some, model_some);
    if (!some)
        return;
    assert_int_equal(a->subject, b->subject);
    assert_int_equal(a->generation, b->generation);
    assert_int_equal(a->since, b->since);
    assert_int_equal(a->kind, b->kind);
    assert_int_equal(a->column, b->column);
    assert_int_equal(a->priority, b->priority);
}

static void take(struct pair *p)
{
    struct resource_waiter waiter = {
        .subject = (uint32_t)p->drawn,
        .generation = (uint32_t)roll(p, UINT32_MAX),
        .kind = (uint16_t)roll(p, UINT16_MAX),
        .column = (uint8_t)roll(p, 4),
        .priority = (uint8_t)(roll(p, 10) ? roll(p, 3) : 255),
    };
    bool some = resource_take(&p->resource, p->model.now, waiter);
    assert_int_equal(some, model_take(&p->model, waiter));
}

static void give(struct pair *p)
{
    struct resource_waiter a, b;
    if (p->model.busy == 0)
        return;
    bool some = resource_give(&p->resource, p->model.now, &a);
    p->model.busy--;
    check_same(some, model_admit(&p->model, &b), &a, &b);
}

static void resize(struct pair *p)
{
    struct resource_waiter a, b;
    p->model.capacity = (uint32_t)roll(p, 9);
    resource_resize(&p->resource, p->model.now, p->model.capacity);
    for (bool some = true; some;) {
        some = resource_admit(&p->resource, p->model.now, &a);
        check_same(some, model_admit(&p->model, &b), &a, &b);
    }
}

static void check_measured(const struct pair *p)
{
    assert_int_equal(p->resource.busy, p->model.busy);
    assert_int_equal(p->resource.length, p->model.length);
    assert_int_equal(p->resource.served, p->model.served);
    assert_int_equal(p->resource.waited, p->model.waited);
    assert_int_equal(p->resource.waiting_s, p->model.waiting);
    assert_int_equal(p->resource.busy_area_s, p->model.busy_area);
    assert_int_equal(p->resource.queue_area_s, p->model.queue_area);
}

/* The share of those who come wanders, so that the queue grows to hundreds and empties again. */
static void agrees_with_a_searched_list(void **state)
{
    (void)state;
    struct pair *p = test_calloc(1, sizeof *p);
    p->key = rng_key(11, 0);
    p->model.capacity = 3;
    resource_init(&p->resource, 3);
    for (unsigned phase = 0; phase < 60; phase++) {
        uint64_t share = 300 + roll(p, 400);
        for (unsigned step = 0; step < 1500; step++) {
            model_pass(&p->model, p->model.now + (int64_t)roll(p, 4));
            if (roll(p, 200) == 0)
                resize(p);
            else if (roll(p, 1000) < share && p->model.length < WAITERS_MAX)
                take(p);
            else
                give(p);
        }
        resource_resize(&p->resource, p->model.now, p->model.capacity); /* measures up to now */
        check_measured(p);
    }
    assert_true(p->model.waited > 1000);
    resource_finish(&p->resource);
    test_free(p);
}

static void lets_the_urgent_pass(void **state)
{
    (void)state;
    struct resource resource;
    struct resource_waiter next;
    resource_init(&resource, 1);
    static const uint8_t priority[] = {5, 5, 1, 5, 1, 0, 9};
    static const uint32_t order[] = {5, 2, 4, 0, 1, 3, 6};
    assert_true(resource_take(&resource, 10, (struct resource_waiter){.subject = 99}));
    for (uint32_t i = 0; i < COUNT_OF(priority); i++)
        assert_false(resource_take(&resource, 10, (struct resource_waiter){.subject = i, .priority = priority[i]}));
    for (size_t i = 0; i < COUNT_OF(order); i++) {
        assert_true(resource_give(&resource, 20 + (int64_t)i, &next));
        assert_int_equal(next.subject, order[i]);
    }
    assert_false(resource_give(&resource, 100, &next));
    assert_int_equal(resource.busy, 0);
    resource_finish(&resource);
}

/* Nobody is taken past those who wait, though a unit became free by a larger capacity. */
static void is_fair_when_it_grows(void **state)
{
    (void)state;
    struct resource resource;
    struct resource_waiter next;
    resource_init(&resource, 0);
    assert_false(resource_take(&resource, 1, (struct resource_waiter){.subject = 1}));
    resource_resize(&resource, 2, 2);
    assert_false(resource_take(&resource, 2, (struct resource_waiter){.subject = 2}));
    assert_true(resource_admit(&resource, 3, &next));
    assert_int_equal(next.subject, 1);
    assert_true(resource_admit(&resource, 3, &next));
    assert_int_equal(next.subject, 2);
    assert_false(resource_admit(&resource, 3, &next));
    assert_int_equal(resource.waiting_s, 3);
    resource_finish(&resource);
}

static void give_what_nobody_has(void *context)
{
    struct resource_waiter next;
    resource_give(context, 0, &next);
}

static void go_back_in_time(void *context)
{
    struct resource *resource = context;
    resource_take(resource, 5, (struct resource_waiter){0});
    resource_take(resource, 4, (struct resource_waiter){0});
}

static void refuses_misuse(void **state)
{
    (void)state;
    struct resource resource;
    resource_init(&resource, 1);
    assert_true(unit_refuses(give_what_nobody_has, &resource));
    assert_true(unit_refuses(go_back_in_time, &resource));
    resource_finish(&resource);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_a_searched_list),
        cmocka_unit_test(lets_the_urgent_pass),
        cmocka_unit_test(is_fair_when_it_grows),
        cmocka_unit_test(refuses_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

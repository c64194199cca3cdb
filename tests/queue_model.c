/* queue_model: two kinds of event, an arrival and an end of service; a customer's draws follow from its number and
 * are made together, before it comes. */
#include "tests/queue_model.h"

#include "core/arena.h"
#include "core/check.h"
#include "core/kernel.h"

enum kind { ARRIVAL, FIRST_STATION };
enum { CUSTOMERS_MAX = 1 << 12 }; /* at once; a power of two */

struct customer {
    uint32_t number;
    int64_t service[QUEUE_STATIONS_MAX];
};

struct run {
    const struct queue_model *model;
    struct kernel *kernel;
    struct customer *customer; /* by number, the last CUSTOMERS_MAX of them */
    struct queue_result result;
};

static struct customer *customer_at(const struct run *run, uint32_t number)
{
    return &run->customer[number % CUSTOMERS_MAX];
}

static void begin_service(struct run *run, int64_t now, uint32_t number, uint32_t station)
{
    const struct customer *customer = customer_at(run, number);
    check(customer->number == number);
    kernel_push(run->kernel, (struct event){
                                 .time = now + customer->service[station],
                                 .subject = number,
                                 .kind = (uint16_t)(FIRST_STATION + station),
                             });
}

static void enter(struct run *run, int64_t now, uint32_t number, uint32_t station)
{
    if (resource_take(&run->result.station[station], now, (struct resource_waiter){.subject = number}))
        begin_service(run, now, number, station);
}

static void leave(struct run *run, int64_t now, uint32_t number, uint32_t station)
{
    struct resource_waiter next;
    if (resource_give(&run->result.station[station], now, &next))
        begin_service(run, now, next.subject, station);
    if (station + 1 < run->model->stations)
        enter(run, now, number, station + 1);
}

static int64_t service_of(const struct queue_model *model, uint64_t bits)
{
    return model->is_fixed ? model->service_mean : rng_exponential_scaled(bits, model->service_mean);
}

/* The first draw of a customer is the time since the one before. */
static void plan_arrival(struct run *run, int64_t now, uint32_t number)
{
    const struct queue_model *model = run->model;
    struct customer *customer = customer_at(run, number);
    uint64_t bits[2];
    rng_pair(model->key, number, 0, 0, bits);
    customer->number = number;
    customer->service[0] = service_of(model, bits[1]);
    kernel_push(run->kernel, (struct event){
                                 .time = now + rng_exponential_scaled(bits[0], model->arrival_mean),
                                 .subject = number,
                                 .kind = ARRIVAL,
                             });
    for (uint32_t i = 1; i < model->stations; i++) {
        if (i % 2)
            rng_pair(model->key, number, 0, (i + 1) / 2, bits);
        customer->service[i] = service_of(model, bits[(i + 1) % 2]);
    }
}

struct queue_result queue_run(const struct queue_model *model, uint32_t customers)
{
    struct run run = {
        .model = model,
        .kernel = kernel_create(),
        .customer = memory_take(CUSTOMERS_MAX * sizeof *run.customer),
    };
    for (uint32_t i = 0; i < model->stations; i++)
        resource_init(&run.result.station[i], model->servers);
    if (customers)
        plan_arrival(&run, 0, 1);
    for (struct event event; kernel_pop(run.kernel, INT64_MAX, &event);) {
        if (event.kind != ARRIVAL) {
            leave(&run, event.time, event.subject, (uint32_t)event.kind - FIRST_STATION);
            continue;
        }
        if (event.subject < customers)
            plan_arrival(&run, event.time, event.subject + 1);
        enter(&run, event.time, event.subject, 0);
    }
    run.result.events = kernel_popped(run.kernel);
    run.result.end = kernel_now(run.kernel);
    for (uint32_t i = 0; i < model->stations; i++) {
        struct resource measured = run.result.station[i];
        resource_finish(&run.result.station[i]);
        measured.queue = NULL;
        run.result.station[i] = measured;
    }
    memory_release(run.customer);
    kernel_destroy(run.kernel);
    return run.result;
}

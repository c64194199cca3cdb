/* queue_bench: textbook queues on kernel, resources and draws; a model event is an arrival or an end of service.
 * The ceiling holds the next time of everything in a plain array and searches it. */
#include <stddef.h>
#include <stdio.h>

#include "bench/bench.h"
#include "core/arena.h"
#include "tests/queue_model.h"

enum { ARRIVAL_MEAN = 1000000, RING = 1 << 16 };

static uint64_t events_of(const struct queue_model *model, uint64_t customers)
{
    return customers * (1 + model->stations);
}

static uint64_t queue_ours(void *context, uint64_t events)
{
    const struct queue_model *model = context;
    struct queue_result result = queue_run(model, (uint32_t)(events / (1 + model->stations)));
    return result.events ^ (uint64_t)result.end;
}

/* ---- the ceiling ---- */

struct bare_station {
    int64_t since[RING], waits; /* since when those in the queue wait */
    uint32_t first, last, busy;
};

struct bare {
    const struct queue_model *model;
    struct bench_bits bits;
    struct bare_station station[QUEUE_STATIONS_MAX];
    int64_t ends[QUEUE_STATIONS_MAX]; /* of all servers in a row, INT64_MAX: idle */
};

static int64_t draw(struct bare *b, int64_t mean)
{
    return rng_exponential_scaled(bench_next(&b->bits), mean);
}

static void bare_enter(struct bare *b, int64_t now, uint32_t at)
{
    struct bare_station *station = &b->station[at];
    int64_t *end = b->ends + at * b->model->servers;
    if (station->busy == b->model->servers) {
        station->since[station->last++ % RING] = now;
        return;
    }
    while (*end != INT64_MAX)
        end++;
    station->busy++;
    *end = now + draw(b, b->model->service_mean);
}

static void bare_leave(struct bare *b, int64_t now, uint32_t server)
{
    struct bare_station *station = &b->station[server / b->model->servers];
    if (station->first == station->last) {
        station->busy--;
        b->ends[server] = INT64_MAX;
    } else {
        station->waits += now - station->since[station->first++ % RING];
        b->ends[server] = now + draw(b, b->model->service_mean);
    }
    if (server / b->model->servers + 1 < b->model->stations)
        bare_enter(b, now, server / b->model->servers + 1);
}

static uint64_t queue_bare(void *context, uint64_t events)
{
    struct bare *b = context;
    uint32_t servers = b->model->stations * b->model->servers;
    uint64_t left = events / (1 + b->model->stations);
    int64_t arrival = 0, now = 0;
    for (uint32_t i = 0; i < b->model->stations; i++)
        b->station[i].busy = b->station[i].first = b->station[i].last = 0;
    for (uint32_t i = 0; i < servers; i++)
        b->ends[i] = INT64_MAX;
    for (;;) {
        uint32_t least = 0;
        int64_t time = b->ends[0];
        for (uint32_t i = 1; i < servers; i++) {
            least = b->ends[i] < time ? i : least;
            time = b->ends[i] < time ? b->ends[i] : time;
        }
        if (arrival < time) {
            now = arrival;
            arrival = --left ? now + draw(b, b->model->arrival_mean) : INT64_MAX;
            bare_enter(b, now, 0);
        } else if (time == INT64_MAX) {
            break;
        } else {
            now = time;
            bare_leave(b, now, least);
        }
    }
    return (uint64_t)(now + b->station[0].waits);
}

static void run(struct bare *bare, const char *name, uint32_t stations, uint32_t servers, uint64_t customers)
{
    struct queue_model model = {
        .stations = stations,
        .servers = servers,
        .arrival_mean = ARRIVAL_MEAN,
        .service_mean = (int64_t)ARRIVAL_MEAN * servers * 9 / 10,
        .key = rng_key(1, 0),
    };
    bare->model = &model;
    bare->bits = bench_bits(1);
    bench_run(&(struct bench_case){name, queue_ours, queue_bare, &model, bare, events_of(&model, customers)});
    struct queue_result result = queue_run(&model, (uint32_t)customers);
    const struct resource *first = &result.station[0];
    printf("    mean wait at the first station %.3f mean services\n",
           (double)first->waiting_s / (double)first->served / (double)model.service_mean);
}

int main(void)
{
    struct bare *bare = memory_take(sizeof *bare);
    bench_title("queue: model events of textbook queues",
                "load 0.9; ours draws by Philox and measures waits and areas; ceiling: sfc64, array, waits");
    run(bare, "M/M/1", 1, 1, 2000000);
    run(bare, "M/M/10", 1, 10, 2000000);
    run(bare, "tandem of ten M/M/1", 10, 1, 400000);
    memory_release(bare);
    return 0;
}

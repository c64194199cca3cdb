/* queue_model: customers who come one by one (Poisson) to a row of stations and wait for one of the servers of
 * each (exponential service, or always the same): M/M/1, M/M/c, M/D/1 and tandems, on the program's own
 * kernel, resources and draws. What is measured is what core/resource.h measures. */
#ifndef QUEUE_MODEL_H
#define QUEUE_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/resource.h"
#include "core/rng.h"

enum { QUEUE_STATIONS_MAX = 10 };

struct queue_model {
    uint32_t stations, servers;        /* servers of each station */
    int64_t arrival_mean, service_mean; /* any unit of time */
    struct rng_key key;
    bool is_fixed; /* every service takes the mean */
};

struct queue_result {
    uint64_t events; /* arrivals and ends of service */
    int64_t end;     /* when the last customer left */
    struct resource station[QUEUE_STATIONS_MAX]; /* as measured; their rings are gone */
};

/* Runs until `customers` have come and left. */
struct queue_result queue_run(const struct queue_model *model, uint32_t customers);

#endif

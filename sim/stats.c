/* stats: adds up passages, replications and their intervals in integers only. */
#include "sim/stats.h"

#include <string.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/date.h"
#include "core/money.h"
#include "sim/interval.h"

/* ---- names ---- */

static const struct named order_states[ORDER_STATE_COUNT] = {
    {"", "", ""},
#define X(id, name, en, zh) {#name, en, zh},
    ORDER_STATES(X)
#undef X
};

static const char *const shipment_states[SHIPMENT_STATE_COUNT] = {
    "",
#define X(id, name, en, zh) #name,
    SHIPMENT_STATES(X)
#undef X
};

const char *order_state_id(enum order_state state)
{
    check(state > ORDER_UNSET && state < ORDER_STATE_COUNT);
    return order_states[state].id;
}

const char *order_state_name(enum order_state state, enum lang lang)
{
    check(state > ORDER_UNSET && state < ORDER_STATE_COUNT);
    return named_in(&order_states[state], lang);
}

const char *shipment_state_id(enum shipment_state state)
{
    check(state > SHIPMENT_UNSET && state < SHIPMENT_STATE_COUNT);
    return shipment_states[state];
}

const enum order_state order_state_told[ORDER_STATES_TOLD] = {ORDER_DELIVERED, ORDER_REFUSED, ORDER_CANCELLED,
                                                              ORDER_RETURNED,  ORDER_LOST,    ORDER_OPEN};

/* ---- hours: bins 0 … 63 hold one second each, then 64 bins per power of two ---- */

enum { OCTAVE = 64, OCTAVE_BITS = 6 };

static unsigned bin_of(int64_t seconds)
{
    if (seconds < OCTAVE)
        return (unsigned)seconds;
    unsigned shift = 63 - (unsigned)__builtin_clzll((uint64_t)seconds) - OCTAVE_BITS;
    unsigned bin = shift * OCTAVE + (unsigned)(seconds >> shift);
    return bin < HOURS_BINS ? bin : HOURS_BINS - 1;
}

/* The least second of a bin. */
static int64_t bin_low(unsigned bin)
{
    return bin < 2 * OCTAVE ? bin : (int64_t)(OCTAVE + bin % OCTAVE) << (bin / OCTAVE - 1);
}

/* The middle of a bin, so that no passage in it is further off than 1/128. */
static int64_t bin_middle(unsigned bin)
{
    if (bin < 2 * OCTAVE)
        return bin;
    return bin_low(bin) + ((int64_t)1 << (bin / OCTAVE - 1)) / 2;
}

size_t hours_classes(const struct hours *hours, struct hours_class *out)
{
    enum { WIDTH = HOURS_BINS / HOURS_CLASSES };
    size_t count = 0;
    for (unsigned bin = 0; bin < HOURS_BINS; bin += WIDTH) {
        uint64_t sum = 0;
        for (unsigned i = 0; i < WIDTH; i++)
            sum += hours->bin[bin + i];
        if (sum)
            out[count++] = (struct hours_class){bin_low(bin), bin_low(bin + WIDTH), sum};
    }
    return count;
}

void hours_add(struct hours *hours, int64_t seconds, int64_t waiting_s)
{
    check(seconds >= 0);
    check(waiting_s >= 0 && waiting_s <= seconds);
    hours->count++;
    hours->sum_s += seconds;
    hours->waiting_s += waiting_s;
    hours->bin[bin_of(seconds)]++;
}

int64_t hours_quantile(const struct hours *hours, uint32_t per_mille)
{
    check(per_mille <= 1000);
    if (hours->count == 0)
        return 0;
    uint64_t rank = (hours->count / 1000) * per_mille + (hours->count % 1000 * per_mille + 999) / 1000;
    if (rank == 0)
        rank = 1;
    uint64_t below = 0;
    unsigned bin = 0;
    while (below + hours->bin[bin] < rank)
        below += hours->bin[bin++];
    return bin_middle(bin);
}

static void hours_merge(struct hours *hours, const struct hours *more)
{
    hours->count += more->count;
    hours->sum_s += more->sum_s;
    hours->waiting_s += more->waiting_s;
    for (unsigned bin = 0; bin < HOURS_BINS; bin++)
        hours->bin[bin] += more->bin[bin];
}

/* ---- tallies ---- */

struct tally *tally_create(void)
{
    struct tally *tally = memory_take(sizeof *tally);
    tally->first_day = DAY_UNSET;
    tally->last_day = DAY_UNSET;
    return tally;
}

void tally_free(struct tally *tally)
{
    if (!tally)
        return;
    revenue_finish(&tally->revenue);
    memory_release(tally->replication);
    memory_release(tally);
}

static void node_merge(struct node_tally *node, const struct node_tally *more)
{
    node->cost += more->cost;
    for (unsigned kind = 0; kind < KIND_COUNT; kind++)
        node->kind[kind] += more->kind[kind];
    hours_merge(&node->hours, &more->hours);
}

static void channel_merge(struct channel_tally *channel, const struct channel_tally *more)
{
    for (unsigned state = 0; state < ORDER_STATE_COUNT; state++)
        channel->orders[state] += more->orders[state];
    channel->contracts += more->contracts;
    channel->units += more->units;
    account_sums_merge(&channel->ended, &more->ended);
    hours_merge(&channel->lead, &more->lead);
}

static void port_merge(struct port_tally *port, const struct port_tally *more)
{
    port->declarations += more->declarations;
    port->match_failures += more->match_failures;
    port->inspections += more->inspections;
    port->catches += more->catches;
    port->refused += more->refused;
    port->waiting_s += more->waiting_s;
    for (unsigned fault = 0; fault < DECLARE_FAULT_COUNT; fault++)
        port->fault[fault] += more->fault[fault];
}

static void irregular_merge(struct irregular_tally *irregular, const struct irregular_tally *more)
{
    irregular->orders += more->orders;
    irregular->found += more->found;
    irregular->evaded += more->evaded;
    irregular->fines += more->fines;
}

static void counts_merge(struct tally *tally, const struct tally *more)
{
    for (unsigned state = 0; state < ORDER_STATE_COUNT; state++)
        tally->orders[state] += more->orders[state];
    for (unsigned column = 0; column < COLUMN_COUNT; column++)
        tally->placed_of[column] += more->placed_of[column];
    for (unsigned state = 0; state < SHIPMENT_STATE_COUNT; state++)
        tally->shipments[state] += more->shipments[state];
    tally->postings += more->postings;
    tally->events += more->events;
}

static void parties_merge(struct tally *tally, const struct tally *more)
{
    for (unsigned party = 0; party < PARTY_MAX; party++) {
        tally->balance[party] += more->balance[party];
        tally->stock_of[party] += more->stock_of[party];
        for (unsigned kind = 0; kind < KIND_COUNT; kind++)
            tally->receipt[party][kind] += more->receipt[party][kind];
    }
    for (unsigned currency = 0; currency < CURRENCY_MAX; currency++)
        tally->currency_sum[currency] += more->currency_sum[currency];
    tally->currencies |= more->currencies;
    revenue_merge(&tally->revenue, &more->revenue);
}

static void identity_merge(struct tally *tally, const struct tally *more)
{
    tally->paid += more->paid;
    tally->goods += more->goods;
    tally->margin += more->margin;
    tally->unallocated += more->unallocated;
    tally->stock += more->stock;
    account_sums_merge(&tally->open, &more->open);
}

static void days_merge(struct tally *tally, const struct tally *more)
{
    if (more->first_day == DAY_UNSET)
        return;
    if (tally->first_day == DAY_UNSET || more->first_day < tally->first_day)
        tally->first_day = more->first_day;
    if (tally->last_day == DAY_UNSET || more->last_day > tally->last_day)
        tally->last_day = more->last_day;
}

/* A polynomial in the digests of the worlds: it matters in which order they stand, but not in which
 * groups they were merged. One replication alone keeps its own digest. */
static void digest_merge(struct tally *tally, const struct tally *more)
{
    for (uint32_t i = 0; i < more->worlds; i++) {
        tally->digest.a *= 0x9E3779B97F4A7C15u;
        tally->digest.b *= 0xD6E8FEB86659FD93u;
    }
    tally->digest.a += more->digest.a;
    tally->digest.b += more->digest.b;
}

static void replication_add(struct replication_tally *tally, const struct replication_tally *more)
{
    for (unsigned node = 0; node < NODE_COUNT; node++)
        tally->cost[node] += more->cost[node];
    for (unsigned column = 0; column < COLUMN_COUNT; column++)
        tally->orders[column] += more->orders[column];
    tally->margin += more->margin;
}

static void replications_merge(struct tally *tally, const struct tally *more)
{
    size_t size = sizeof *tally->replication;
    uint32_t count = tally->replications + more->replications;
    tally->worlds += more->worlds;
    if (more->replications == 0)
        return;
    if (tally->worlds == more->worlds)
        tally->goes_on = more->goes_on; /* a copy */
    else if (more->goes_on) {
        check(tally->replications > 0 && more->replications == 1);
        replication_add(&tally->replication[tally->replications - 1], &more->replication[0]);
        return;
    }
    tally->replication =
        memory_resize(tally->replication, tally->replications * size, count * size);
    memcpy(tally->replication + tally->replications, more->replication, more->replications * size);
    tally->replications = count;
}

void tally_merge(struct tally *tally, const struct tally *more)
{
    check(tally != more);
    check(tally->replications == 0 || tally->base_currency == more->base_currency);
    tally->base_currency = more->base_currency;
    counts_merge(tally, more);
    for (unsigned node = 0; node < NODE_COUNT; node++)
        node_merge(&tally->node[node], &more->node[node]);
    for (unsigned channel = 0; channel < CHANNEL_COUNT; channel++)
        channel_merge(&tally->channel[channel], &more->channel[channel]);
    for (unsigned port = 0; port < PORTS_MAX; port++)
        port_merge(&tally->port[port], &more->port[port]);
    for (unsigned kind = 0; kind < IRREGULAR_COUNT; kind++)
        irregular_merge(&tally->irregular[kind], &more->irregular[kind]);
    parties_merge(tally, more);
    reads_add(&tally->reads, &more->reads);
    identity_merge(tally, more);
    days_merge(tally, more);
    digest_merge(tally, more);
    replications_merge(tally, more);
}

static uint64_t sum_states(const uint64_t *orders)
{
    uint64_t placed = 0;
    for (unsigned state = ORDER_UNSET + 1; state < ORDER_STATE_COUNT; state++)
        placed += orders[state];
    return placed;
}

uint64_t tally_placed(const struct tally *tally)
{
    return sum_states(tally->orders);
}

uint64_t tally_placed_by(const struct tally *tally, enum channel channel)
{
    check(channel > CHANNEL_UNSET && channel < CHANNEL_COUNT);
    return sum_states(tally->channel[channel].orders);
}

int64_t tally_nodes(const struct tally *tally)
{
    int64_t sum = 0;
    for (unsigned node = 0; node < NODE_COUNT; node++)
        sum += tally->node[node].cost;
    return sum;
}

int64_t tally_difference(const struct tally *tally)
{
    return tally->paid - tally->goods - tally_nodes(tally) - tally->margin;
}

int64_t tally_per_order(const struct tally *tally, unsigned node)
{
    uint64_t orders = tally->placed_of[node_column(node)];
    if (orders == 0)
        return 0;
    return money_scale(tally->node[node].cost, 1, (int64_t)orders, ROUND_HALF_UP);
}

/* ---- intervals ---- */

/* Finer than a minor unit, so that rounding does not widen an interval. */
enum { INTERVAL_SCALE = 10000 };

static int64_t per_order_of(const struct replication_tally *one, unsigned node)
{
    return money_scale(one->cost[node], INTERVAL_SCALE, (int64_t)one->orders[node_column(node)],
                       ROUND_HALF_EVEN);
}

bool tally_interval(const struct tally *tally, unsigned node, int64_t *low, int64_t *high)
{
    struct interval in = {0};
    int64_t half;
    for (uint32_t r = 0; r < tally->replications; r++)
        if (tally->replication[r].orders[node_column(node)]) /* else its cost per order is not defined */
            interval_add(&in, per_order_of(&tally->replication[r], node));
    if (!interval_half(&in, &half))
        return false;
    *low = money_scale(interval_mean(&in) - half, 1, INTERVAL_SCALE, ROUND_HALF_UP);
    *high = money_scale(interval_mean(&in) + half, 1, INTERVAL_SCALE, ROUND_HALF_UP);
    return true;
}

enum { PRECISE_FROM = 10 };

bool tally_is_precise(const struct tally *tally, int64_t ppm)
{
    struct interval in = {0};
    int64_t half;
    if (tally->replications < PRECISE_FROM)
        return false;
    for (uint32_t r = 0; r < tally->replications; r++) {
        const struct replication_tally *one = &tally->replication[r];
        int64_t cost = 0, orders = 0;
        for (unsigned node = 0; node < NODE_COUNT; node++)
            cost += one->cost[node];
        for (unsigned column = 0; column < COLUMN_COUNT; column++)
            orders += (int64_t)one->orders[column];
        if (orders)
            interval_add(&in, money_scale(cost, INTERVAL_SCALE, orders, ROUND_HALF_EVEN));
    }
    return interval_half(&in, &half) && half <= money_scale(interval_mean(&in), ppm, 1000000, ROUND_DOWN);
}

/* lane: queues for departures, loading by tonnage, surcharges when room is short. */
#include "sim/lane.h"

#include "core/check.h"

int64_t lane_surcharge_ppm(const struct world *w, const struct scenario_flow *flow)
{
    return flow->lane ? w->lane[flow->lane - 1].surcharge_ppm : 0;
}

static void schedule(struct world *w, unsigned number)
{
    const struct scenario_lane *lane = &w->scenario->lane[number];
    int64_t since = w->now - lane->first_s, passed = since / lane->every_s + (since >= 0);
    w->lane[number].is_scheduled = true;
    kernel_push(w->kernel, (struct event){.time = lane->first_s + passed * lane->every_s, .subject = number,
                                          .kind = FLOW_DEPARTURE, .priority = 2, .column = COLUMN_UNSET});
}

/* Stock waits as shipments, everything else as orders. */
static const struct pool *pool_of(const struct world *w, const struct flow_state *state)
{
    return channel_has_stock((enum channel)state->flow->channel) ? &w->shipments : &w->orders;
}

enum flow_verdict lane_board(struct world *w, struct mover *m)
{
    struct flow_state *state = &w->flow[m->flow];
    if (!state->flow->lane)
        return FLOW_SKIP;
    unsigned lane = state->flow->lane - 1u;
    m->waits_since = w->now;
    m->loaded_g = 0;
    world_list_add(pool_of(w, state), &state->boarding, m);
    state->board_g += m->gross_g;
    if (!w->lane[lane].is_scheduled)
        schedule(w, lane);
    return FLOW_WAIT;
}

/* What is left of the capacity on this day. */
static int64_t room_of(const struct world *w, unsigned number)
{
    int64_t room = w->scenario->lane[number].capacity_g;
    for (uint32_t i = 0; i < w->scenario->shocks; i++) {
        const struct scenario_shock *shock = &w->scenario->shock[i];
        if (shock->kind == SHOCK_CAPACITY && shock->lane == number + 1 && w->day >= shock->from_day &&
            w->day <= shock->to_day)
            room = money_scale(room, shock->share_ppm, 1000000, ROUND_DOWN);
    }
    return room;
}

/* Loads a flow's queue in its order; what is too heavy for one departure goes with several. */
static int64_t load(struct world *w, struct flow_state *state, int64_t room)
{
    int64_t left = room, capacity = w->scenario->lane[state->flow->lane - 1].capacity_g;
    while (state->boarding.first) {
        struct mover *m = pool_at(pool_of(w, state), state->boarding.first - 1);
        int64_t need = m->gross_g - m->loaded_g, taken = need < left ? need : left;
        if (taken < need && m->gross_g <= capacity)
            break; /* it fits into a later one as a whole */
        m->loaded_g += taken;
        left -= taken;
        state->board_g -= taken;
        if (taken < need)
            break;
        world_list_drop(&state->boarding, m);
        flow_wake(w, m, m->waits_since);
    }
    return room - left;
}

/* The flow of this lane with the most tonnage that has not been served at this departure. */
static struct flow_state *heaviest(struct world *w, unsigned number)
{
    struct flow_state *best = NULL;
    for (uint32_t i = 0; i < w->scenario->flows; i++) {
        struct flow_state *state = &w->flow[i];
        bool takes_part = state->flow->lane == number + 1 && state->boarding.first && !state->is_loaded;
        if (takes_part && (!best || state->board_g + state->shipped_g > best->board_g + best->shipped_g))
            best = state;
    }
    return best;
}

enum { MEMORY = 30 }; /* departures over which shipped tonnage is remembered */

static int64_t forget(struct world *w, unsigned number)
{
    int64_t backlog = 0;
    for (uint32_t i = 0; i < w->scenario->flows; i++) {
        struct flow_state *state = &w->flow[i];
        if (state->flow->lane != number + 1)
            continue;
        state->is_loaded = false;
        state->shipped_g -= state->shipped_g / MEMORY;
        backlog += state->board_g;
    }
    return backlog;
}

void lane_depart(struct world *w, unsigned number)
{
    const struct scenario_lane *lane = &w->scenario->lane[number];
    struct lane_state *state = &w->lane[number];
    int64_t room = room_of(w, number), left = room;
    state->is_scheduled = false;
    for (struct flow_state *flow; (flow = heaviest(w, number)) != NULL;) {
        int64_t loaded = load(w, flow, left);
        flow->is_loaded = true;
        flow->shipped_g += loaded;
        left -= loaded;
    }
    int64_t backlog = forget(w, number);
    int64_t surcharge = money_scale(lane->surcharge_ppm, backlog, lane->capacity_g, ROUND_HALF_UP);
    state->surcharge_ppm = surcharge < lane->surcharge_most_ppm ? surcharge : lane->surcharge_most_ppm;
    if (w->sink.departure)
        w->sink.departure(w->sink.self, &(struct departure_record){
            .replication = w->replication, .lane = lane->id, .time = w->now, .room_g = room, .loaded_g = room - left,
            .waiting_g = backlog, .surcharge_ppm = state->surcharge_ppm});
    if (backlog)
        schedule(w, number);
}

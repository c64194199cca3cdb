/* outside: the step of an order that a real endpoint decides (scenario.outside): payment, address or declaration. The
 * world puts the question and lets the order wait; everything else goes on. The answer is an event like others, at the
 * simulated time at which it is given, so that the same answers at the same times make the same world. */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "sim/flow.h"

/* What an order knows of its question. */
enum outside_word { OUTSIDE_NOBODY, OUTSIDE_WAITS, OUTSIDE_ACCEPTS, OUTSIDE_DECLINES };

/* For the act of a step. NOBODY: the scenario asks nobody for it; WAITS: it was asked now, and the act is to return
 * FLOW_WAIT: it is called again when the answer has come; ACCEPTS, DECLINES: the answer, used up by this call. */
enum outside_word outside_put(struct world *world, struct order *order, enum outside_step step);
static inline enum outside_word outside_ask(struct world *world, struct order *order, enum outside_step step)
{
    return world->scenario->outside.step == step ? outside_put(world, order, step) : OUTSIDE_NOBODY;
}

/* The answer will be an event at `time`. */
void outside_answer(struct world *world, const struct world_question *question, bool accepts, int64_t time);
/* It is handled. */
void outside_event(struct world *world, const struct event *event, bool accepts);

#endif

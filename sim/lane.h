/* lane: departures with room for so much weight; who waits, and who gets the room. Tonnage is power: a departure
 * is filled flow by flow, the one with the most tonnage (waiting and lately shipped) first, each flow in order. */
#ifndef LANE_H
#define LANE_H

#include "sim/flow.h"

/* Act: waits for room on the flow's lane; a flow without one is not held. */
enum flow_verdict lane_board(struct world *world, struct mover *mover);
/* A departure: loads what waits. */
void lane_depart(struct world *world, unsigned lane);
/* Surcharge on freight of a flow's lane today, millionths; 0 without a lane. */
int64_t lane_surcharge_ppm(const struct world *world, const struct scenario_flow *flow);

#endif

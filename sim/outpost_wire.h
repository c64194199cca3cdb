/* outpost_wire: questions to a scenario's endpoint by HTTP (sim/courier.h). Apart from the outpost, so that worlds can be
 * tested, and logs repeated, without libcurl. */
#ifndef OUTPOST_WIRE_H
#define OUTPOST_WIRE_H

#include "sim/outpost.h"

extern const struct outpost_wire outpost_wire_http;

#endif

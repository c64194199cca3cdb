/* outpost_wire: questions to a scenario's endpoint by HTTP (sim/courier.h). Apart from the outpost, so that worlds can be
 * tested, and logs repeated, without libcurl. */
#ifndef OUTPOST_WIRE_H
#define OUTPOST_WIRE_H

#include "sim/outpost.h"

extern const struct outpost_wire outpost_wire_http;

/* The header by which an endpoint knows us, "Authorization: Bearer …", of what the environment has as
 * TRADELOOM_OUTSIDE_TOKEN: it stands in no scenario, command line or log. NULL: it has none that is one word of ASCII. */
enum { OUTPOST_WIRE_TOKEN = 4200 };
const char *outpost_wire_token(char line[OUTPOST_WIRE_TOKEN]);

#endif

/* out_ocel: the formats "ocel-sqlite" and "ocel-json" of a data set: an object-centric event log for process mining. The
 * JSON form is made out of the other at the end. */
#ifndef OUT_OCEL_H
#define OUT_OCEL_H

#include "sim/generate.h"

extern const struct generate_format out_ocel_format, out_ocel_json_format;

#endif

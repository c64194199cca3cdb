/* out_h7: the format "h7" of a data set: the EU's customs declaration for parcels of low value, as JSON by the numbers of
 * its data elements, one declaration a line. */
#ifndef OUT_H7_H
#define OUT_H7_H

#include "sim/generate.h"

extern const struct generate_format out_h7_format;

#endif

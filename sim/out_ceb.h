/* out_ceb: the format "ceb" of a data set: the messages to and from China's customs as XML files of up to 100 records of
 * one kind and one sender, and index.csv, which lists them order by order in time. */
#ifndef OUT_CEB_H
#define OUT_CEB_H

#include "sim/generate.h"

extern const struct generate_format out_ceb_format;

#endif

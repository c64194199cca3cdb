/* out_csv: the formats "csv" and "jsonl" of a data set: a file a table, a row a line.
 *
 * CSV is RFC 4180 with a header line (in the first shard only, so that shards put behind each other are the whole file),
 * UTF-8, lines ended by LF, an empty cell for what is not known. JSON Lines holds an object a line, null for what is not
 * known; both write times as ISO 8601 in UTC and amounts with the digits of their currency. */
#ifndef OUT_CSV_H
#define OUT_CSV_H

#include "sim/generate.h"

extern const struct generate_format out_csv_format, out_jsonl_format;
/* "null": for what rows cost before they are written. */
extern const struct generate_format out_null_format;

#endif

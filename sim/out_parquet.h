/* out_parquet: the format "parquet" of a data set: a folder a table, with files of each block, compressed by ZSTD. Tables of
 * orders are partitioned (hive) by the month in which the order was placed and by the place of the buyer:
 * orders/month=2025-01/place=CN/block-00001_0.parquet. Written by DuckDB's library (sim/duck.h). */
#ifndef OUT_PARQUET_H
#define OUT_PARQUET_H

#include "sim/generate.h"

extern const struct generate_format out_parquet_format;

#endif

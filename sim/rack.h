/* rack: rows of a data set's table that wait in memory by columns, and are a table function of DuckDB's: what a COPY
 * reads. Words that repeat are numbers into a list (an ENUM), which Parquet's dictionaries then take as they are. */
#ifndef RACK_H
#define RACK_H

#include <stdint.h>

#include "sim/dataset.h"
#include "sim/duck.h"

struct rack;
/* All borrowed. */
struct rack *rack_create(const struct duck *duck, const struct dataset_schema *schema);
void rack_destroy(struct rack *rack);
/* Makes it the table function `name` of a connection. 0, or -1. */
int rack_show(struct rack *rack, struct duck_handle *connection, const char *name);
void rack_add(struct rack *rack, const struct dataset_cell *cell, unsigned part);
/* Sorts the rows by their parts, of which there are so many; the rows of a part stay in their order. */
void rack_sort(struct rack *rack, unsigned parts);
/* The table function gives the rows of this part; how many there are. */
uint64_t rack_choose(struct rack *rack, unsigned part);
void rack_clear(struct rack *rack);

#endif

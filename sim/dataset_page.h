/* dataset_page: what goes with the tables of a data set: the description that programs read (datapackage.json,
 * Frictionless), the dictionary of its columns (DICTIONARY.md) and the sheet that says what it is good for
 * (DATASHEET.md), in English and Chinese. All are made out of the schema and of what was counted. */
#ifndef DATASET_PAGE_H
#define DATASET_PAGE_H

#include "sim/generate.h"

struct buf;

/* `format`: the ids of those that were written, ended by NULL. */
void dataset_page_package(const struct generate_set *set, const char *const *format, struct buf *out);
void dataset_page_dictionary(const struct generate_set *set, struct buf *out);
void dataset_page_sheet(const struct generate_set *set, const struct generate_counts *counts, struct buf *out);

#endif

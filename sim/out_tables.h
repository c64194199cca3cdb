/* out_tables: the tables of a run. Each cell of a replication writes its rows into parts of its own, on its own thread; the
 * parts are put behind each other in the order of replications and cells. */
#ifndef OUT_TABLES_H
#define OUT_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/out_file.h"
#include "sim/out_orders.h"
#include "sim/out_postings.h"
#include "sim/world.h"

struct errs;
struct out_folder;
struct tally;

enum out_table { OUT_ORDERS, OUT_POSTINGS, OUT_RECORD, OUT_TABLES_COUNT }; /* orders.csv, postings.csv, record.bin */

struct out_tables {
    struct world_sink sink;
    struct out_file part[OUT_TABLES_COUNT];
    struct out_orders orders;
    struct out_postings postings;
    uint32_t replication, cell;
    unsigned wanted; /* 1 << enum out_table */
    bool is_muted; /* rows are dropped */
};

extern const char *const out_tables_names[OUT_TABLES_COUNT];

/* Part number `part`, from 1, rows of `replication` (and `cell`, from 0); `keep`: bytes of each that a checkpoint counts on, 0: fresh ones. Give
 * tables->sink to the world, and the world to tables->postings.world before it advances. Must not move. */
void out_tables_open(struct out_tables *tables, const struct out_folder *folder, const struct book *book,
                     unsigned base, uint32_t part, uint32_t replication, uint32_t cell,
                     const uint64_t keep[OUT_TABLES_COUNT]);
/* The part has come to its end with this tally; before out_tables_close. */
void out_tables_end(struct out_tables *tables, const struct tally *tally);
/* Has a write failed? */
bool out_tables_failed(const struct out_tables *tables);
/* Writes what is left and closes. 0, or -1 with errors; also when never opened, also again. */
int out_tables_close(struct out_tables *tables, struct errs *errs);

/* Are the tables of a part there, with at least so many bytes each? */
bool out_tables_hold(const struct out_folder *folder, uint32_t part,
                     const uint64_t length[OUT_TABLES_COUNT]);
/* The same of the collected tables; a length of 0 asks for nothing. */
bool out_tables_hold_all(const struct out_folder *folder, const uint64_t length[OUT_TABLES_COUNT]);
/* Puts the tables of a part, closed, behind those before it. 0, or -1 with errors. */
int out_tables_collect(const struct out_folder *folder, uint32_t part, struct errs *errs);
/* Cuts the collected tables to these lengths, as a checkpoint knew them. */
int out_tables_cut(const struct out_folder *folder, const uint64_t keep[OUT_TABLES_COUNT],
                   struct errs *errs);
/* Brings the collected tables to the disk and says how long they are (0: not there yet). */
int out_tables_seal(const struct out_folder *folder, uint64_t length[OUT_TABLES_COUNT], struct errs *errs);

#endif

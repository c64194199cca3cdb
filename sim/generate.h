/* generate: a data set, made block by block. A block is one replication of the scenario with a fixed share of the
 * orders; what is in it follows from (seed, limit, block) alone. Shard k of N makes a stretch of the blocks, so that
 * the shards put behind each other hold the same rows in the same order for any N. Blocks that are sealed are kept
 * when a run is killed.
 *
 * A format is a row of a table (generate_formats): it is opened once, hears of every block, order, shipment …, and
 * seals after each block: then its files are on the disk, and the mark that it leaves says how far they go. */
#ifndef GENERATE_H
#define GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/node.h"
#include "sim/dossier.h"

struct book;
struct buf;
struct errs;
struct out_folder;
struct scenario;
struct world;

enum generate_noise { GENERATE_CLEAN, GENERATE_REALISTIC, GENERATE_DIRTY, GENERATE_NOISES };

/* What a data set is; all borrowed, as long as the format is open. */
struct generate_set {
    const struct scenario *scenario;
    const struct book *book;
    uint64_t seed, limit;
    const char *profile;           /* id */
    enum generate_noise noise;
    bool is_safe;                  /* cells that a spreadsheet would run are made harmless */
    uint32_t shard, shards;        /* from 1 */
    uint32_t blocks, first, last;  /* of all; of this shard, from 1; last < first: it has none */
    const struct out_folder *folder; /* write below folder->work (a descriptor), folder->work_path in messages */
    const char *mark;              /* what `seal` left at the last block that is kept, "" at the start */
    enum lang lang;
};

struct generate_format {
    const char *id;                /* of --format */
    const char *note;              /* for the help */
    /* Makes its files, or cuts them to what `set->mark` says. NULL with errors. */
    void *(*open)(const struct generate_set *set, struct errs *errs);
    /* A world of a block begins (a block has one for each cell); may be NULL. It knows what a posting's reason
     * means. */
    void (*world)(void *self, uint32_t block, const struct world *world);
    struct dossier_reader reader;  /* `self` is what open gave */
    /* A block is complete: all of it is brought to the disk, and `mark` (one line of text) says how far. 0, or -1 with
     * errors: then what was sealed before is kept. */
    int (*seal)(void *self, struct buf *mark, struct errs *errs);
    /* After the last block, with `is_whole`: what stands at the end of files is written. Else, after a failure or a
     * signal, files are cut to the last mark. Releases self. 0, or -1 with errors. */
    int (*close)(void *self, bool is_whole, struct errs *errs);
};

/* Ended by a NULL id. */
extern const struct generate_format *const generate_formats[];

#endif

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
#include "customs/irregular.h"
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
    /* A block is complete: all of it is handed to the system, and `mark` (one line of text) says how far files go. 0,
     * or -1 with errors: then what was sealed before is kept. */
    int (*seal)(void *self, struct buf *mark, struct errs *errs);
    /* After the last block, with `is_whole`: what stands at the end of files is written, all is brought to the
     * disk. Else, after a failure or a signal, files are cut to the last mark. Releases self. 0, or -1 with
     * errors. */
    int (*close)(void *self, bool is_whole, struct errs *errs);
    unsigned blocks;               /* that it would rather seal together; 0 as 1 */
};

/* Ended by NULL. */
extern const struct generate_format *const generate_formats[];
const struct generate_format *generate_format(const char *id, size_t length); /* NULL: none of that name */

enum { GENERATE_BLOCK = 20000, GENERATE_FORMATS_MAX = 16 }; /* orders of a block, but for the last few */

/* What is counted of the orders of this shard, kept blocks too. */
struct generate_counts {
    uint64_t orders, inspected, irregular_inspected;
    uint64_t irregular[IRREGULAR_COUNT], found[IRREGULAR_COUNT];
};

/* What a run of generate has come to. */
struct generate_outcome {
    uint32_t kept;      /* blocks that were there already */
    uint32_t made;      /* and those that were made now */
    uint64_t orders;    /* of the blocks made now */
    int signal;         /* that stopped it, 0: it came to its end */
    struct generate_counts counts;
};

/* How many blocks a limit makes, and the orders of one (from 1); a replay and a limit of 0 are one block. */
uint32_t generate_blocks(const struct scenario *scenario, uint64_t limit);
uint64_t generate_block_orders(uint64_t limit, uint32_t blocks, uint32_t block);

/* Did an earlier run of the data set with this key leave blocks in the folder? */
bool generate_waits(const struct out_folder *folder, const char *key);

/* Makes the blocks of the set that are not yet there into the open folder. `scenario` is the set's, and is scaled
 * to each block in turn. `key` says which data set it is: what an earlier run left for another is not gone on
 * with. `until`: as in a batch. 0, or -1 with errors; what is sealed stays in either case. */
int generate_run(struct generate_set *set, struct scenario *scenario, const struct generate_format *const *format,
                 size_t formats, const char *key, int64_t until, bool has_bar, struct generate_outcome *outcome,
                 struct errs *errs);

#endif

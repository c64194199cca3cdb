/* pages: tables and indexes of a SQLite file, written page by page instead of row by row: entries come in order, so
 * each is put behind the last one, and nothing is searched for or moved (https://sqlite.org/fileformat2.html, "B-tree
 * Pages"). SQLite makes the empty file and reads the finished one.
 *
 * A page that is full is not written again before pages_end, and what is in one that is not stays in its place when it
 * fills; so all that a mark told of is there, whatever was written later. Until pages_end trees are leaves only. */
#ifndef PAGES_H
#define PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"

enum { PAGES_SIZE = 32768, PAGES_TREES = 32 };

struct pages_tree {
    uint32_t root, page; /* page: of the leaf that fills; the root's own until there is a second one */
    bool is_index;       /* an index, or a table WITHOUT ROWID: entries are sorted by what they hold */
    unsigned cells, low; /* of that leaf; its cells begin at `low` */
    uint64_t last;       /* the last key */
    unsigned char *image;
};

struct pages {
    int file, leaves;    /* leaves: those that are full, in a hidden file of their own; -1: not open */
    uint32_t count;      /* pages of the file */
    uint64_t listed;     /* leaves in the list */
    struct buf list;     /* those that are not written yet */
    struct pages_tree tree[PAGES_TREES];
    unsigned trees;
    struct text empty;   /* the file without rows, as SQLite makes it; borrowed */
    int error;           /* errno of the first failure, 0: none; then rows are dropped */
};

/* Makes `name` in the folder, or goes on with it from a mark; the trees' `root` and `is_index` are as in the empty
 * file. What fails is kept in `error`. */
void pages_open(struct pages *pages, int folder, const char *name, struct text empty, const struct pages_tree *tree,
                unsigned trees, const char *mark);
/* A row or an entry of an index, as sim/tuple.h writes it. `key` is above the last one's: the row's number; of an index
 * any number that grows with its entries. */
void pages_add(struct pages *pages, unsigned tree, uint64_t key, struct text tuple);
/* Hands all rows to the system; the mark tells how far that is. */
void pages_seal(struct pages *pages, struct buf *mark);
/* Cuts the file back to a mark. */
void pages_cut(struct pages *pages, const char *mark);
/* Builds what stands above the leaves: then it is a file of SQLite's. After pages_seal or pages_cut. */
void pages_end(struct pages *pages);
void pages_close(struct pages *pages);
#endif

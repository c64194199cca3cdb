/* sweep_store: the folder of a sweep. Results lie in parts, files that are named by the sha256 of their bytes and take
 * their place in one step; so a part is whole or it is seen not to be, two runners that write the same write the same
 * file, and whoever is killed leaves what was written before. */
#ifndef SWEEP_STORE_H
#define SWEEP_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"

struct buf;
struct errs;
struct sweep;

struct sweep_store {
    const struct sweep *sweep; /* borrowed */
    char path[900], parts[920];
};

/* Opens the folder of a sweep; `begin`: makes it where it is not. The folder of another plan, scenario, law or
 * version is an error, and so is one that is not there. 0, or -1 with errors. */
int sweep_store_open(struct sweep_store *store, const struct sweep *sweep, const char *path, bool begin,
                     struct errs *errs);
/* Writes rows "TASK,FIGURE,…\n" as one part. Any thread. 0, or -1 with an error. */
int sweep_store_write(const struct sweep_store *store, const char *rows, size_t length, struct errs *errs);

/* What lies in the parts. */
struct sweep_found {
    struct arena arena;
    const char **row;    /* of each task: behind its number, ended by a line break; NULL: missing */
    uint64_t done;
    const char **damaged; /* paths of parts whose bytes are not what was written, or are of another sweep */
    uint32_t damages;
};
/* 0, or -1 with errors; sweep_store_release either way. */
int sweep_store_find(const struct sweep_store *store, struct sweep_found *found, struct errs *errs);
void sweep_store_release(struct sweep_found *found);
/* Takes damaged parts away, and what killed runners had begun. */
void sweep_store_clear(const struct sweep_store *store, const struct sweep_found *found);

#endif

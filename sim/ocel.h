/* ocel: an object-centric event log (OCEL 2.0) in its relational form: a SQLite file with the tables, keys and declared
 * types that the standard asks for, and nothing else in it. Objects may be told more than once: the first counts. The
 * first failure is kept, what follows is dropped, and ocel_commit tells it.
 *
 * https://www.ocel-standard.org, version 2.0. */
#ifndef OCEL_H
#define OCEL_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct errs;
struct ocel;

/* `map` names the type's own table; attributes end with NULL. A NULL name ends a list of types. */
struct ocel_type {
    const char *name, *map;
    const char *const *attributes;
};

/* Makes the file, or goes on with one that is there. Types are borrowed. NULL with errors. */
struct ocel *ocel_open(const char *path, const struct ocel_type *objects, const struct ocel_type *events,
                       struct errs *errs);
/* Blocks that are in the file for good. */
uint32_t ocel_blocks(const struct ocel *ocel);

/* An object as it begins: a value for each attribute of its type, NULL: none. */
void ocel_object(struct ocel *ocel, unsigned type, const char *id, const char *const *values);
/* An attribute takes another value at a time (seconds UTC). */
void ocel_change(struct ocel *ocel, unsigned type, const char *id, unsigned attribute, const char *value,
                 int64_t time);
void ocel_event(struct ocel *ocel, unsigned type, const char *id, int64_t time, const char *const *values);
/* What an event touches, and as what; how an object belongs to another. */
void ocel_touch(struct ocel *ocel, const char *event, const char *object, const char *qualifier);
void ocel_link(struct ocel *ocel, const char *source, const char *target, const char *qualifier);

/* All so far is on the disk, as `block`. 0, or -1 with errors. */
int ocel_commit(struct ocel *ocel, uint32_t block, struct errs *errs);
/* What was not committed is gone. 0, or -1 with errors. */
int ocel_close(struct ocel *ocel, struct errs *errs);

typedef void ocel_more(void *self, struct buf *buf);
/* The same log in the JSON form, from what is committed, into `buf`; `more` may take bytes out of it. 0, or -1 with
 * errors. */
int ocel_json(struct ocel *ocel, ocel_more *more, void *self, struct buf *buf, struct errs *errs);

#endif

/* shelf: a user's own data files, found and read, in the order in which they are laid over what is compiled in. */
#ifndef SHELF_H
#define SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "sim/book.h"

struct errs;

enum { SHELF_PATH = 1024 };

struct shelf {
    struct arena *arena; /* where files and list live; borrowed */
    struct book_overlay *item;
    size_t count, room;
};

/* Where a user's data lie: $XDG_DATA_HOME/tradeloom, else ~/.local/share/tradeloom; false when neither is said. */
bool shelf_home(char path[SHELF_PATH]);

void shelf_add(struct shelf *shelf, struct book_overlay overlay);
/* `part` unset: a table that says by its columns what it is. What goes wrong is added to `errs`, here and below. */
void shelf_add_file(struct shelf *shelf, enum book_part part, const char *path, struct errs *errs);
/* Packs (*.json) and tables (*.csv) of a folder and those below. */
void shelf_add_rules(struct shelf *shelf, const char *folder, struct errs *errs);
/* FOLDER/rules and FOLDER/catalog, as far as they are there. */
void shelf_add_data(struct shelf *shelf, const char *folder, struct errs *errs);

#endif

/* pile: rows of a data set's table that wait in memory, and are a table that SQLite can read: many are inserted by one
 * statement, which costs half of what a statement a row does. */
#ifndef PILE_H
#define PILE_H

#include <stdint.h>

#include "core/arena.h"
#include "sim/dataset.h"
#include "sim/out_row.h"

struct sqlite3;

struct pile {
    unsigned columns;
    uint32_t rows;
    struct dataset_cell *cell;   /* [PILE_ROWS][columns] */
    char *text;                  /* what the cells' texts point into */
    size_t text_used;
    char (*moment)[24];          /* texts of times, of the row that is read */
    struct out_row_clock clock;
    double unit[19];             /* powers of ten */
};

enum { PILE_ROWS = 512, PILE_TEXT = 1 << 18 };

void pile_init(struct pile *pile, unsigned columns);
void pile_finish(struct pile *pile);
/* Makes the pile the table `name` of a connection, which it must outlive. An SQLite status. */
int pile_show(struct pile *pile, struct sqlite3 *db, const char *name);
/* Has it room for a row? Else what waits must be inserted first, and pile_clear. */
bool pile_fits(const struct pile *pile, const struct dataset_cell *cell);
void pile_add(struct pile *pile, const struct dataset_cell *cell);
void pile_clear(struct pile *pile);

#endif

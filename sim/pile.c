/* pile: an eponymous virtual table over rows of cells. */
#include "sim/pile.h"

#include <string.h>

#include <sqlite3.h>

#include "core/buf.h"
#include "core/check.h"
#include "core/date.h"

void pile_init(struct pile *pile, unsigned columns)
{
    *pile = (struct pile){.columns = columns};
    pile->cell = memory_take(PILE_ROWS * columns * sizeof *pile->cell);
    pile->text = memory_take(PILE_TEXT);
    pile->moment = memory_take(columns * sizeof *pile->moment);
    for (unsigned i = 0; i < sizeof pile->unit / sizeof *pile->unit; i++)
        pile->unit[i] = i ? 10 * pile->unit[i - 1] : 1;
}

void pile_finish(struct pile *pile)
{
    memory_release(pile->cell);
    memory_release(pile->text);
    memory_release(pile->moment);
    *pile = (struct pile){0};
}

bool pile_fits(const struct pile *pile, const struct dataset_cell *cell)
{
    size_t text = 0;
    for (unsigned i = 0; i < pile->columns; i++)
        text += cell[i].kind >= CELL_WORD ? cell[i].length : 0;
    check(text <= PILE_TEXT);
    return pile->rows < PILE_ROWS && pile->text_used + text <= PILE_TEXT;
}

void pile_add(struct pile *pile, const struct dataset_cell *cell)
{
    struct dataset_cell *row = &pile->cell[pile->rows++ * pile->columns];
    for (unsigned i = 0; i < pile->columns; i++) {
        row[i] = cell[i];
        if (cell[i].kind < CELL_WORD)
            continue;
        row[i].text = memcpy(pile->text + pile->text_used, cell[i].text, cell[i].length);
        pile->text_used += cell[i].length;
    }
}

void pile_clear(struct pile *pile)
{
    pile->rows = 0;
    pile->text_used = 0;
}

/* ---- as a table ---- */

struct view {
    sqlite3_vtab base; /* first */
    struct pile *pile;
};

struct cursor {
    sqlite3_vtab_cursor base; /* first */
    struct pile *pile;
    uint32_t row;
};

static int connect_view(sqlite3 *db, void *pile, int words, const char *const *word, sqlite3_vtab **out, char **error)
{
    struct view *view = memory_take(sizeof *view);
    struct buf sql = {0};
    (void)words;
    (void)word;
    (void)error;
    view->pile = pile;
    *out = &view->base;
    buf_puts(&sql, "CREATE TABLE rows (");
    for (unsigned i = 0; i < view->pile->columns; i++)
        buf_printf(&sql, "%sc%u", i ? ", " : "", i);
    buf_puts(&sql, ")");
    int status = sqlite3_declare_vtab(db, buf_text(&sql));
    buf_finish(&sql);
    return status;
}

static int disconnect_view(sqlite3_vtab *view)
{
    memory_release(view);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *view, sqlite3_index_info *info)
{
    (void)view;
    info->estimatedCost = PILE_ROWS;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *view, sqlite3_vtab_cursor **out)
{
    struct cursor *cursor = memory_take(sizeof *cursor);
    cursor->pile = ((struct view *)view)->pile;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    memory_release(cursor);
    return SQLITE_OK;
}

static int to_first(sqlite3_vtab_cursor *cursor, int index, const char *name, int words, sqlite3_value **word)
{
    (void)index;
    (void)name;
    (void)words;
    (void)word;
    ((struct cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int to_next(sqlite3_vtab_cursor *cursor)
{
    ((struct cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (const struct cursor *)base;
    return cursor->row >= cursor->pile->rows;
}

static int give_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
    const struct cursor *cursor = (const struct cursor *)base;
    struct pile *pile = cursor->pile;
    const struct dataset_cell *cell = &pile->cell[cursor->row * pile->columns + (unsigned)column];
    char *moment = pile->moment[column], *end;
    switch (cell->kind) {
    case CELL_INTEGER: sqlite3_result_int64(out, cell->number); break;
    case CELL_DECIMAL: sqlite3_result_double(out, (double)cell->number / pile->unit[cell->digits]); break;
    case CELL_TIME:
        end = out_row_moment(moment, cell->number, &pile->clock);
        sqlite3_result_text(out, moment, (int)(end - moment), SQLITE_STATIC);
        break;
    case CELL_DAY:
        out_row_moment(moment, cell->number * DAY_SECONDS, &pile->clock);
        sqlite3_result_text(out, moment, 10, SQLITE_STATIC);
        break;
    case CELL_WORD: case CELL_TEXT: sqlite3_result_text(out, cell->text, (int)cell->length, SQLITE_STATIC); break;
    default: sqlite3_result_null(out);
    }
    return SQLITE_OK;
}

static int give_rowid(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out)
{
    *out = ((struct cursor *)cursor)->row;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .xConnect = connect_view, .xBestIndex = best_index, .xDisconnect = disconnect_view, .xOpen = open_cursor,
    .xClose = close_cursor, .xFilter = to_first, .xNext = to_next, .xEof = is_at_end, .xColumn = give_column,
    .xRowid = give_rowid};

int pile_show(struct pile *pile, sqlite3 *db, const char *name)
{
    return sqlite3_create_module(db, name, &module, pile);
}

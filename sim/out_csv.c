/* out_csv: cells as text, one table a file. */
#include "sim/out_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/check.h"
#include "core/err.h"
#include "sim/dataset.h"
#include "sim/out_file.h"
#include "sim/out_folder.h"
#include "sim/out_row.h"

struct sheets {
    struct dataset_writer writer;  /* first: the scribe's functions find it */
    const struct generate_set *set;
    bool is_json;
    struct out_file file[TABLE_COUNT];
    uint64_t kept[TABLE_COUNT];  /* lengths at the last seal */
    struct text key[TABLE_COUNT][DATASET_COLUMNS_MAX]; /* JSON: `,"name":` with `{` before the first */
    uint64_t unit[19];           /* powers of ten */
    struct out_row_clock clock;
    struct arena arena;
};

/* ---- cells ---- */

static bool is_formula(const struct dataset_cell *cell)
{
    return strchr("=+-@\t\r", cell->text[0]) != NULL;
}

static char *csv_text(const struct sheets *s, char *at, const struct dataset_cell *cell)
{
    static const bool asks_quotes[256] = {[','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};
    bool is_harmful = s->set->is_safe && is_formula(cell);
    bool needs_quotes = cell->text[0] == ' ' || cell->text[cell->length - 1] == ' ';
    for (uint32_t i = 0; i < cell->length; i++)
        needs_quotes |= asks_quotes[(unsigned char)cell->text[i]];
    if (needs_quotes)
        *at++ = '"';
    if (is_harmful)
        *at++ = '\'';
    if (!needs_quotes) {
        memcpy(at, cell->text, cell->length);
        return at + cell->length;
    }
    for (uint32_t i = 0; i < cell->length; i++) {
        if (cell->text[i] == '"')
            *at++ = '"';
        *at++ = cell->text[i];
    }
    *at++ = '"';
    return at;
}

static char *text_as_json(char *at, const struct dataset_cell *cell)
{
    static const char hex[] = "0123456789abcdef";
    *at++ = '"';
    for (uint32_t i = 0; i < cell->length; i++) {
        unsigned char c = (unsigned char)cell->text[i];
        if (c < 0x20) {
            memcpy(at, "\\u00", 4);
            at[4] = hex[c >> 4];
            at[5] = hex[c & 15];
            at += 6;
            continue;
        }
        if (c == '"' || c == '\\')
            *at++ = '\\';
        *at++ = (char)c;
    }
    *at++ = '"';
    return at;
}

static char *plain_cell(struct sheets *s, char *at, const struct dataset_cell *cell)
{
    if (cell->kind == CELL_DECIMAL)
        return out_row_decimal(at, cell->number, cell->digits, s->unit[cell->digits]);
    if (cell->kind == CELL_TIME)
        return out_row_moment(at, cell->number, &s->clock);
    if (cell->kind == CELL_DAY) {
        out_row_moment(at, cell->number * DAY_SECONDS, &s->clock);
        return at + 10;
    }
    check(cell->kind == CELL_INTEGER);
    if (cell->number < 0)
        *at++ = '-';
    return out_row_digits(at, cell->number < 0 ? -(uint64_t)cell->number : (uint64_t)cell->number);
}

static char *csv_cell(struct sheets *s, char *at, const struct dataset_cell *cell)
{
    switch (cell->kind) {
    case CELL_NONE: return at;
    case CELL_WORD: memcpy(at, cell->text, cell->length); return at + cell->length;
    case CELL_TEXT: return csv_text(s, at, cell);
    default: return plain_cell(s, at, cell);
    }
}

static char *json_cell(struct sheets *s, char *at, const struct dataset_cell *cell)
{
    bool is_quoted = cell->kind == CELL_TIME || cell->kind == CELL_DAY;
    if (cell->kind == CELL_NONE) {
        memcpy(at, "null", 4);
        return at + 4;
    }
    if (cell->kind == CELL_WORD || cell->kind == CELL_TEXT)
        return text_as_json(at, cell);
    if (is_quoted)
        *at++ = '"';
    at = plain_cell(s, at, cell);
    if (is_quoted)
        *at++ = '"';
    return at;
}

/* ---- rows ---- */

static size_t room_of(const struct sheets *s, enum dataset_table table, const struct dataset_cell *cell)
{
    size_t room = 4;
    for (unsigned i = 0; i < dataset_schemas[table].columns; i++)
        room += OUT_ROW_CELL + (cell[i].kind >= CELL_WORD ? 6 * (size_t)cell[i].length : 0) + s->key[table][i].len;
    return room;
}

static void put_csv(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct sheets *s = self;
    struct out_file *file = &s->file[table];
    char *at = buf_room(&file->buf, room_of(s, table, cell));
    for (unsigned i = 0; i < dataset_schemas[table].columns; i++) {
        if (i)
            *at++ = ',';
        at = csv_cell(s, at, &cell[i]);
    }
    *at++ = '\n';
    file->buf.length = (size_t)(at - file->buf.data);
    out_file_row(file);
}

static void put_json(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    struct sheets *s = self;
    struct out_file *file = &s->file[table];
    char *at = buf_room(&file->buf, room_of(s, table, cell));
    for (unsigned i = 0; i < dataset_schemas[table].columns; i++) {
        memcpy(at, s->key[table][i].ptr, s->key[table][i].len);
        at = json_cell(s, at + s->key[table][i].len, &cell[i]);
    }
    memcpy(at, "}\n", 2);
    file->buf.length = (size_t)(at + 2 - file->buf.data);
    out_file_row(file);
}

/* ---- files ---- */

static void put_head(struct sheets *s, enum dataset_table table)
{
    struct buf *buf = &s->file[table].buf;
    for (unsigned i = 0; i < dataset_schemas[table].columns; i++)
        buf_printf(buf, "%s%s", i ? "," : "", dataset_schemas[table].column[i].name);
    buf_putc(buf, '\n');
}

static void make_keys(struct sheets *s)
{
    struct buf key = {0};
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        for (unsigned i = 0; i < dataset_schemas[table].columns; i++) {
            buf_clear(&key);
            buf_printf(&key, "%s\"%s\":", i ? "," : "{", dataset_schemas[table].column[i].name);
            s->key[table][i] = (struct text){arena_copy(&s->arena, key.data, key.length), key.length};
        }
    buf_finish(&key);
}

/* A mark is the length of each file, in the order of the tables. */
static void read_mark(struct sheets *s)
{
    const char *at = s->set->mark;
    char *end;
    for (unsigned table = 0; table < TABLE_COUNT && *at; table++) {
        s->kept[table] = strtoull(at, &end, 10);
        at = end;
    }
}

static void open_file(struct sheets *s, enum dataset_table table)
{
    const struct out_folder *folder = s->set->folder;
    char name[64];
    snprintf(name, sizeof name, "%s.%s", dataset_schemas[table].id, s->is_json ? "jsonl" : "csv");
    out_file_open(&s->file[table], folder->work, folder->work_path, name, s->kept[table]);
}

static void *open_sheets(const struct generate_set *set, bool is_json, struct errs *errs)
{
    struct sheets *s = memory_take(sizeof *s);
    (void)errs; /* what cannot be opened is told when it is sealed */
    *s = (struct sheets){.set = set, .is_json = is_json, .writer = {dataset_scribe_create(set, is_json ? put_json : put_csv, s)}};
    for (unsigned i = 0; i < sizeof s->unit / sizeof *s->unit; i++)
        s->unit[i] = i ? 10 * s->unit[i - 1] : 1;
    if (is_json)
        make_keys(s);
    read_mark(s);
    for (unsigned table = 0; table < TABLE_COUNT; table++)
        if (dataset_has(set, (enum dataset_table)table))
            open_file(s, (enum dataset_table)table);
    bool is_fresh = *set->mark == '\0' && set->shard == 1;
    for (unsigned table = 0; is_fresh && !is_json && table < TABLE_COUNT; table++)
        if (dataset_has(set, (enum dataset_table)table))
            put_head(s, (enum dataset_table)table);
    if (is_fresh)
        dataset_put_lists(s->writer.scribe);
    return s;
}

static void *open_csv(const struct generate_set *set, struct errs *errs)
{
    return open_sheets(set, false, errs);
}

static void *open_json(const struct generate_set *set, struct errs *errs)
{
    return open_sheets(set, true, errs);
}

static int seal(void *self, struct buf *mark, struct errs *errs)
{
    struct sheets *s = self;
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        struct out_file *file = &s->file[table];
        if (file->is_open)
            out_file_flush(file);
        if (file->error) {
            errs_unwritten(errs, file->path, strerror(file->error));
            return -1;
        }
    }
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        s->kept[table] = s->file[table].written;
        buf_printf(mark, "%s%llu", table ? " " : "", (unsigned long long)s->kept[table]);
    }
    return 0;
}

static int close_sheets(void *self, bool is_whole, struct errs *errs)
{
    struct sheets *s = self;
    int result = 0;
    for (unsigned table = 0; table < TABLE_COUNT; table++) {
        struct out_file *file = &s->file[table];
        if (!file->is_open)
            continue;
        if (!is_whole)
            buf_clear(&file->buf); /* rows of a block that is not whole */
        if (!is_whole && file->fd >= 0 && ftruncate(file->fd, (off_t)s->kept[table]) == 0)
            file->error = 0;
        result |= out_file_close(file, errs);
    }
    dataset_scribe_destroy(s->writer.scribe);
    arena_finish(&s->arena);
    memory_release(s);
    return result;
}

/* ---- rows that are made and dropped ---- */

static void put_nothing(void *self, enum dataset_table table, const struct dataset_cell *cell)
{
    (void)self;
    (void)table;
    (void)cell;
}

static void *open_null(const struct generate_set *set, struct errs *errs)
{
    struct dataset_writer *writer = memory_take(sizeof *writer);
    (void)errs;
    writer->scribe = dataset_scribe_create(set, put_nothing, writer);
    return writer;
}

static int seal_null(void *self, struct buf *mark, struct errs *errs)
{
    (void)errs;
    buf_printf(mark, "%u", dataset_block(((struct dataset_writer *)self)->scribe));
    return 0;
}

static int close_null(void *self, bool is_whole, struct errs *errs)
{
    (void)is_whole;
    (void)errs;
    dataset_scribe_destroy(((struct dataset_writer *)self)->scribe);
    memory_release(self);
    return 0;
}

const struct generate_format out_null_format = {
    "null", "rows are made and dropped", open_null, dataset_world, DATASET_READER, seal_null, close_null};
const struct generate_format out_csv_format = {
    "csv", "a file a table, RFC 4180, UTF-8", open_csv, dataset_world, DATASET_READER, seal, close_sheets};
const struct generate_format out_jsonl_format = {
    "jsonl", "a file a table, an object a line", open_json, dataset_world, DATASET_READER,
    seal, close_sheets};

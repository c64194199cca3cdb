/* rack: shelves of two thousand rows, each with a box for a column. */
#include "sim/rack.h"

#include <stdio.h>

#include "core/arena.h"
#include "core/buf.h"
#include "core/check.h"

enum {
    SHELF = 2048,               /* rows */
    MONEY_DIGITS = 4, RATE_DIGITS = 6, DECIMAL_WIDTH = 18,
    WORDS_MOST = 255,           /* different words of a column that are kept as numbers; DuckDB's then have one byte */
    SLOTS = 1024, NEAR = 64
};

/* How DuckDB keeps a text: short ones within, of others their first four bytes. */
struct string {
    uint32_t length;
    char begin[4];
    union {
        char rest[8];
        const char *text;
    };
};
enum { STRING_WITHIN = 12 };

/* The words of a column, by what they say and by where they lie: most lie where they lay before. */
struct words {
    struct text word[WORDS_MOST];
    unsigned count;
    uint16_t slot[SLOTS];       /* word + 1, 0: free */
    struct {
        const char *ptr;
        uint8_t word;
    } near[NEAR];
};

struct rack_column {
    uint8_t width;              /* bytes of a cell: 1 words, 4 days, 8 numbers, 16 texts */
    uint8_t digits;
    struct words *words;        /* NULL: of no words, or of too many */
};

struct shelf {
    void *cell[DATASET_COLUMNS_MAX];
    uint64_t *missing[DATASET_COLUMNS_MAX]; /* a bit a row; NULL: none is */
};

struct rack {
    const struct duck *duck;
    const struct dataset_schema *schema;
    struct rack_column column[DATASET_COLUMNS_MAX];
    struct buf shelves;         /* struct shelf; those that are empty are kept */
    uint32_t rows;
    struct buf part;            /* uint16_t a row */
    struct buf order, first;    /* uint32_t: rows by parts; where a part begins in it */
    uint32_t at, end;           /* of the rows that are being read, in `order` */
    struct arena texts, words;
};

/* ---- words ---- */

static unsigned slot_of(const struct words *words, struct text text)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
    unsigned at = (hash ^ hash >> 15) % SLOTS;
    while (words->slot[at]) {
        const struct text *word = &words->word[words->slot[at] - 1];
        if (word->len == text.len && memcmp(word->ptr, text.ptr, text.len) == 0)
            break;
        at = (at + 1) % SLOTS;
    }
    return at;
}

/* The number of a word, a new one when need be; WORDS_MOST: there are too many. */
static unsigned word_of(struct rack *rack, struct words *words, struct text text, bool is_lasting)
{
    unsigned near = (unsigned)((uintptr_t)text.ptr >> 3) % NEAR, word = words->near[near].word;
    if (words->near[near].ptr == text.ptr &&
        (is_lasting || (words->word[word].len == text.len && memcmp(words->word[word].ptr, text.ptr, text.len) == 0)))
        return word;
    unsigned at = slot_of(words, text);
    if (words->slot[at] == 0) {
        if (words->count == WORDS_MOST)
            return WORDS_MOST;
        words->word[words->count] = (struct text){arena_copy(&rack->words, text.ptr, text.len), text.len};
        words->slot[at] = (uint16_t)++words->count;
    }
    word = words->slot[at] - 1u;
    words->near[near].ptr = text.ptr;
    words->near[near].word = (uint8_t)word;
    return word;
}

static struct string string_of(struct arena *arena, struct text text)
{
    struct string string = {.length = (uint32_t)text.len};
    if (text.len <= STRING_WITHIN) {
        memcpy(string.begin, text.ptr, text.len < 4 ? text.len : 4);
        if (text.len > 4)
            memcpy(string.rest, text.ptr + 4, text.len - 4);
        return string;
    }
    memcpy(string.begin, text.ptr, 4);
    string.text = arena ? arena_copy(arena, text.ptr, text.len) : text.ptr;
    return string;
}

static struct shelf *shelf_of(const struct rack *rack, uint32_t row)
{
    return (struct shelf *)(void *)rack->shelves.data + row / SHELF;
}

static bool is_missing(const struct shelf *shelf, unsigned column, uint32_t row)
{
    const uint64_t *missing = shelf->missing[column];
    return missing && missing[row % SHELF / 64] >> row % 64 & 1;
}

/* From now on the column's texts are kept as they are, and so are those that it has. */
static void drop_words(struct rack *rack, unsigned number)
{
    struct rack_column *column = &rack->column[number];
    size_t shelves = rack->shelves.length / sizeof(struct shelf);
    for (uint32_t i = 0; i < shelves; i++) {
        struct shelf *shelf = shelf_of(rack, i * SHELF);
        uint8_t *old = shelf->cell[number];
        struct string *string = memory_take(SHELF * sizeof *string);
        for (uint32_t row = 0; row < SHELF && i * SHELF + row < rack->rows; row++)
            if (!is_missing(shelf, number, row)) /* the words live as long as the rack */
                string[row] = string_of(NULL, column->words->word[old[row]]);
        memory_release(old);
        shelf->cell[number] = string;
    }
    memory_release(column->words);
    column->words = NULL;
    column->width = sizeof(struct string);
}

/* ---- rows ---- */

static void add_shelf(struct rack *rack)
{
    struct shelf shelf = {0};
    for (unsigned i = 0; i < rack->schema->columns; i++)
        shelf.cell[i] = memory_take(SHELF * (size_t)rack->column[i].width);
    buf_add(&rack->shelves, (const char *)&shelf, sizeof shelf);
}

static void set_missing(struct shelf *shelf, unsigned column, uint32_t row)
{
    if (!shelf->missing[column])
        shelf->missing[column] = memory_take(SHELF / 8);
    shelf->missing[column][row / 64] |= UINT64_C(1) << row % 64;
}

static int64_t with_digits(int64_t value, unsigned from, unsigned to)
{
    static const int64_t unit[RATE_DIGITS + 1] = {1, 10, 100, 1000, 10000, 100000, 1000000};
    check(from <= to);
    return value * unit[to - from];
}

static void set_text(struct rack *rack, struct shelf *shelf, unsigned number, uint32_t row,
                     const struct dataset_cell *cell)
{
    struct rack_column *column = &rack->column[number];
    struct text text = {cell->text, cell->length};
    if (column->words) {
        unsigned word = word_of(rack, column->words, text, cell->is_lasting);
        if (word < WORDS_MOST) {
            ((uint8_t *)shelf->cell[number])[row] = (uint8_t)word;
            return;
        }
        drop_words(rack, number);
    }
    ((struct string *)shelf->cell[number])[row] = string_of(&rack->texts, text);
}

static void set_cell(struct rack *rack, struct shelf *shelf, unsigned column, uint32_t row,
                     const struct dataset_cell *cell)
{
    int64_t *number = (int64_t *)shelf->cell[column] + row;
    switch (cell->kind) {
    case CELL_NONE: set_missing(shelf, column, row); break;
    case CELL_INTEGER: *number = cell->number; break;
    case CELL_DECIMAL: *number = with_digits(cell->number, cell->digits, rack->column[column].digits); break;
    case CELL_TIME: *number = cell->number * 1000000; break;
    case CELL_DAY: ((int32_t *)shelf->cell[column])[row] = (int32_t)cell->number; break;
    default: set_text(rack, shelf, column, row, cell);
    }
}

void rack_add(struct rack *rack, const struct dataset_cell *cell, unsigned part)
{
    uint16_t here = (uint16_t)part;
    if (rack->rows == rack->shelves.length / sizeof(struct shelf) * SHELF)
        add_shelf(rack);
    struct shelf *shelf = shelf_of(rack, rack->rows);
    for (unsigned i = 0; i < rack->schema->columns; i++)
        set_cell(rack, shelf, i, rack->rows % SHELF, &cell[i]);
    buf_add(&rack->part, (const char *)&here, sizeof here);
    rack->rows++;
}

void rack_sort(struct rack *rack, unsigned parts)
{
    const uint16_t *part = (const uint16_t *)(const void *)rack->part.data;
    buf_clear(&rack->order);
    buf_clear(&rack->first);
    uint32_t *order = (uint32_t *)(void *)buf_room(&rack->order, (size_t)rack->rows * sizeof *order + 1);
    uint32_t *first = (uint32_t *)(void *)buf_room(&rack->first, (parts + 2) * sizeof *first);
    memset(first, 0, (parts + 2) * sizeof *first);
    for (uint32_t row = 0; row < rack->rows; row++)
        first[part[row] + 2]++;
    for (unsigned i = 2; i < parts + 2; i++)
        first[i] += first[i - 1];
    for (uint32_t row = 0; row < rack->rows; row++)
        order[first[part[row] + 1]++] = row; /* then first[part] is where it begins */
}

uint64_t rack_choose(struct rack *rack, unsigned part)
{
    const uint32_t *first = (const uint32_t *)(const void *)rack->first.data;
    rack->at = first[part];
    rack->end = first[part + 1];
    return rack->end - rack->at;
}

void rack_clear(struct rack *rack)
{
    for (uint32_t row = 0; row < rack->rows; row += SHELF)
        for (unsigned i = 0; i < rack->schema->columns; i++) {
            memory_release(shelf_of(rack, row)->missing[i]);
            shelf_of(rack, row)->missing[i] = NULL;
        }
    rack->rows = 0;
    buf_clear(&rack->part);
    arena_reset(&rack->texts);
}

/* ---- as a table function ---- */

static struct duck_handle *enum_type(const struct rack *rack, const struct words *words)
{
    const char *name[WORDS_MOST];
    for (unsigned i = 0; i < words->count; i++)
        name[i] = words->word[i].ptr;
    return rack->duck->create_enum_type(name, words->count);
}

static struct duck_handle *type_of(const struct rack *rack, unsigned number)
{
    const struct rack_column *column = &rack->column[number];
    switch (rack->schema->column[number].type) {
    case DATASET_KEY: case DATASET_INTEGER: case DATASET_FLAG: return rack->duck->create_logical_type(DUCK_BIGINT);
    case DATASET_MONEY: case DATASET_RATE: return rack->duck->create_decimal_type(DECIMAL_WIDTH, column->digits);
    case DATASET_TIME: return rack->duck->create_logical_type(DUCK_TIMESTAMP);
    case DATASET_DAY: return rack->duck->create_logical_type(DUCK_DATE);
    default: /* no words: all are missing */
        return column->words && column->words->count ? enum_type(rack, column->words)
                                                     : rack->duck->create_logical_type(DUCK_VARCHAR);
    }
}

static void bind(struct duck_handle *info)
{
    struct rack *rack = duck_given("duckdb_bind_get_extra_info", info);
    for (unsigned i = 0; i < rack->schema->columns; i++) {
        struct duck_handle *type = type_of(rack, i);
        rack->duck->bind_add_result_column(info, rack->schema->column[i].name, type);
        rack->duck->destroy_logical_type(&type);
    }
}

static void init(struct duck_handle *info)
{
    (void)info; /* where it stands is the rack's: one reads at a time */
}

/* How many of these rows lie on one shelf; they are mostly neighbours. */
static uint32_t stretch_of(const uint32_t *row, uint32_t count)
{
    uint32_t length = 1, end = (row[0] / SHELF + 1) * SHELF;
    while (length < count && row[length] < end)
        length++;
    return length;
}

#define GATHER(type)                                                                                                   \
    for (uint32_t i = 0; i < count; i++)                                                                               \
        ((type *)out)[i] = ((const type *)cell)[row[i] % SHELF]

static void give_cells(const void *cell, unsigned width, const uint32_t *row, uint32_t count, void *out)
{
    switch (width) {
    case 1: GATHER(uint8_t); break;
    case 4: GATHER(int32_t); break;
    case 8: GATHER(int64_t); break;
    default: GATHER(struct string);
    }
}

/* `first`: where the rows begin in the vector. */
static void give_missing(const struct duck *duck, const uint64_t *missing, const uint32_t *row, uint32_t count,
                         struct duck_handle *vector, uint32_t first)
{
    duck->vector_ensure_validity_writable(vector);
    uint64_t *valid = duck->vector_get_validity(vector);
    for (uint32_t i = 0; i < count; i++)
        if (missing[row[i] % SHELF / 64] >> row[i] % 64 & 1)
            valid[(first + i) / 64] &= ~(UINT64_C(1) << (first + i) % 64);
}

static void give_stretch(const struct rack *rack, struct duck_handle *chunk, const uint32_t *row, uint32_t count,
                         uint32_t first)
{
    const struct shelf *shelf = shelf_of(rack, row[0]);
    for (unsigned i = 0; i < rack->schema->columns; i++) {
        const struct rack_column *column = &rack->column[i];
        struct duck_handle *vector = rack->duck->data_chunk_get_vector(chunk, i);
        char *out = rack->duck->vector_get_data(vector);
        if (!column->words || column->words->count) /* else all are missing, and it is a vector of texts */
            give_cells(shelf->cell[i], column->width, row, count, out + (size_t)first * column->width);
        if (shelf->missing[i])
            give_missing(rack->duck, shelf->missing[i], row, count, vector, first);
    }
}

static void give(struct duck_handle *info, struct duck_handle *chunk)
{
    struct rack *rack = duck_given("duckdb_function_get_extra_info", info);
    const uint32_t *row = (const uint32_t *)(const void *)rack->order.data + rack->at;
    uint32_t room = (uint32_t)rack->duck->vector_size(), rest = rack->end - rack->at;
    uint32_t count = rest < room ? rest : room;
    for (uint32_t at = 0; at < count;) {
        uint32_t length = stretch_of(row + at, count - at);
        give_stretch(rack, chunk, row + at, length, at);
        at += length;
    }
    rack->duck->data_chunk_set_size(chunk, count);
    rack->at += count;
}

int rack_show(struct rack *rack, struct duck_handle *connection, const char *name)
{
    const struct duck *duck = rack->duck;
    struct duck_handle *function = duck->create_table_function();
    duck->table_function_set_name(function, name);
    duck->table_function_set_extra_info(function, rack, NULL);
    duck->table_function_set_bind(function, bind);
    duck->table_function_set_init(function, init);
    duck->table_function_set_function(function, give);
    int result = duck->register_table_function(connection, function) == 0 ? 0 : -1;
    duck->destroy_table_function(&function);
    return result;
}

/* ---- the whole ---- */

static struct rack_column column_of(const struct dataset_column *told)
{
    switch (told->type) {
    case DATASET_MONEY: return (struct rack_column){8, MONEY_DIGITS, NULL};
    case DATASET_RATE: return (struct rack_column){8, RATE_DIGITS, NULL};
    case DATASET_DAY: return (struct rack_column){4, 0, NULL};
    case DATASET_WORD: return (struct rack_column){1, 0, memory_take(sizeof(struct words))};
    case DATASET_TEXT: return (struct rack_column){sizeof(struct string), 0, NULL};
    default: return (struct rack_column){8, 0, NULL};
    }
}

struct rack *rack_create(const struct duck *duck, const struct dataset_schema *schema)
{
    struct rack *rack = memory_take(sizeof *rack);
    rack->duck = duck;
    rack->schema = schema;
    for (unsigned i = 0; i < schema->columns; i++)
        rack->column[i] = column_of(&schema->column[i]);
    return rack;
}

void rack_destroy(struct rack *rack)
{
    if (!rack)
        return;
    rack_clear(rack);
    for (uint32_t i = 0; i < rack->shelves.length / sizeof(struct shelf); i++)
        for (unsigned column = 0; column < rack->schema->columns; column++)
            memory_release(shelf_of(rack, i * SHELF)->cell[column]);
    for (unsigned i = 0; i < rack->schema->columns; i++)
        memory_release(rack->column[i].words);
    buf_finish(&rack->shelves);
    buf_finish(&rack->part);
    buf_finish(&rack->order);
    buf_finish(&rack->first);
    arena_finish(&rack->texts);
    arena_finish(&rack->words);
    memory_release(rack);
}

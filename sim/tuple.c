/* tuple: cells to types and bytes. */
#include "sim/tuple.h"

#include "core/check.h"
#include "core/date.h"

/* What SQLite calls serial types: NULL, whole numbers of so many bytes, 0 and 1 without any, a double, text. */
enum { TYPE_NULL = 0, TYPE_WIDEST = 6, TYPE_DOUBLE = 7, TYPE_ZERO = 8, TYPE_TEXT = 13 };

void tuple_init(struct tuple_pen *pen)
{
    *pen = (struct tuple_pen){.unit = {1}};
    for (unsigned i = 1; i < sizeof pen->unit / sizeof *pen->unit; i++)
        pen->unit[i] = 10 * pen->unit[i - 1];
}

void tuple_finish(struct tuple_pen *pen)
{
    buf_finish(&pen->bytes);
}

/* The bytes behind the record that is being written, and its types so far. */
struct nib {
    char *at;
    char *type;
};

static void put_bytes(struct nib *nib, uint64_t bits, unsigned bytes)
{
    uint64_t big = __builtin_bswap64(bits << (64 - 8 * bytes)); /* gcc and clang; the machine is little-endian or not */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    big = bits << (64 - 8 * bytes);
#endif
    memcpy(nib->at, &big, sizeof big); /* what is beyond is written over */
    nib->at += bytes;
}

static void put_whole(struct nib *nib, int64_t value)
{
    static const uint8_t bytes[TYPE_WIDEST + 1] = {0, 1, 2, 3, 4, 6, 8};
    uint64_t magnitude = value < 0 ? ~(uint64_t)value : (uint64_t)value;
    unsigned type = 1;
    if (magnitude <= 1 && value >= 0) {
        *nib->type++ = (char)(TYPE_ZERO + magnitude);
        return;
    }
    while (type < TYPE_WIDEST && magnitude >> (8 * bytes[type] - 1))
        type++;
    *nib->type++ = (char)type;
    put_bytes(nib, (uint64_t)value, bytes[type]);
}

/* A whole amount is kept as a whole number, as SQLite itself does: a column of REAL reads it as one. */
static void put_double(struct nib *nib, double value)
{
    int64_t whole = (int64_t)value;
    uint64_t bits;
    if (whole > -(INT64_C(1) << 47) && whole < INT64_C(1) << 47 && (double)whole == value) {
        put_whole(nib, whole);
        return;
    }
    memcpy(&bits, &value, sizeof bits);
    *nib->type++ = TYPE_DOUBLE;
    put_bytes(nib, bits, sizeof bits);
}

static void put_length(struct nib *nib, uint64_t length)
{
    nib->type = tuple_varint(nib->type, TYPE_TEXT + 2 * length);
}

static void put_cell(struct tuple_pen *pen, struct nib *nib, const struct dataset_cell *cell)
{
    switch (cell->kind) {
    case CELL_INTEGER: put_whole(nib, cell->number); break;
    case CELL_DECIMAL: put_double(nib, (double)cell->number / pen->unit[cell->digits]); break;
    case CELL_TIME:
        nib->at = out_row_moment(nib->at, cell->number, &pen->clock);
        put_length(nib, 20);
        break;
    case CELL_DAY:
        out_row_moment(nib->at, cell->number * DAY_SECONDS, &pen->clock);
        nib->at += 10;
        put_length(nib, 10);
        break;
    case CELL_WORD: case CELL_TEXT:
        memcpy(nib->at, cell->text, cell->length);
        nib->at += cell->length;
        put_length(nib, cell->length);
        break;
    default: *nib->type++ = TYPE_NULL;
    }
}

struct text tuple_write(struct tuple_pen *pen, const struct dataset_cell *cell, unsigned columns, bool has_key)
{
    enum { HEAD = TUPLE_VARINT + DATASET_COLUMNS_MAX * TUPLE_VARINT };
    char type[HEAD], head[TUPLE_VARINT];
    size_t room = HEAD + 8;
    for (unsigned i = 0; i < columns; i++)
        room += OUT_ROW_CELL + (cell[i].kind >= CELL_WORD ? cell[i].length : 0);
    buf_clear(&pen->bytes);
    char *body = buf_room(&pen->bytes, room) + HEAD;
    struct nib nib = {body, type};
    check(columns <= DATASET_COLUMNS_MAX);
    if (has_key)
        *nib.type++ = TYPE_NULL;
    for (unsigned i = has_key; i < columns; i++)
        put_cell(pen, &nib, &cell[i]);
    size_t types = (size_t)(nib.type - type), own = types < 127 ? 1 : 2; /* the head's length counts itself */
    tuple_varint(head, types + own);
    memcpy(body - types, type, types);
    memcpy(body - types - own, head, own);
    return (struct text){body - types - own, (size_t)(nib.at - body) + types + own};
}

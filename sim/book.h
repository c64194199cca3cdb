/* book: all data that a run reads: law, exchange rates, goods, parties, price lists; compiled in, with a
 * user's own laid over. Read-only once loaded, shared by all worlds and threads. */
#ifndef BOOK_H
#define BOOK_H

#include <stddef.h>

#include "core/arena.h"
#include "core/fx.h"
#include "core/rule.h"
#include "logistics/sheet.h"
#include "trade/catalog.h"
#include "trade/party.h"

struct errs;

enum book_part {
    BOOK_UNSET, BOOK_RULES, BOOK_TARIFF, BOOK_FX, BOOK_CATALOG, BOOK_PARTIES, BOOK_SHEET, BOOK_REFORM,
    BOOK_UNDONE /* a reform that is law, taken back */
};

/* A user's file, read by the caller; must outlive the book. */
struct book_overlay {
    enum book_part part;
    const char *source, *bytes;
    size_t length;
    const char *hash; /* sha256 in hex where it is known, else NULL */
};

struct book {
    struct arena arena;
    struct rulebook *rules;
    struct fx fx;
    struct catalog catalog;
    struct parties parties;
    struct sheet sheet;
    char hash[65]; /* sha256 over all data files in their order, overlays included */
    char law_hash[65]; /* the same over packs, tariffs and reforms, done and undone */
    const struct book_overlay *file; /* all of them, in that order */
    size_t files, built_in; /* the first of them are compiled in */
    uint16_t only; /* the one place whose law is loaded, 0: all are; without rules: none is yet */
};

/* What a table holds, by a column that only it has; BOOK_UNSET: none that a book takes. */
enum book_part book_part_of_table(const char *bytes, size_t length);
/* 0, or -1 with errors; book_finish either way. */
int book_load(struct book *book, const struct book_overlay *overlay, size_t overlays,
              struct errs *errs);
/* The data of another book, which must outlive this one, with more (reforms) laid over. */
int book_extend(struct book *book, const struct book *base, const struct book_overlay *more, size_t mores,
                struct errs *errs);
/* As book_load for asking what the law says of orders: without parties and price lists, and, where no file is laid
 * over the built-in law, without any law until book_place asks for it. */
int book_load_law(struct book *book, const struct book_overlay *overlay, size_t overlays, struct errs *errs);
/* Sees to it that the law of a place is loaded, the first time alone (with what it extends), the next time with that
 * of all: 0 it is, 1 it is now and `rules` was replaced. Not while another thread reads the book. */
int book_place(struct book *book, uint16_t place);
void book_finish(struct book *book);

/* The commodity code of a product at a place, "" when none is known. */
const char *book_code(const struct book *book, const struct product *product, uint16_t place);

#endif

/* game: what a table of a room plays: five seats in one market (scenarios/import-market.json), what each may decide,
 * how decisions become a run, and what a seat has earned by it. Nothing here knows of people, rounds or time. */
#ifndef GAME_H
#define GAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/named.h"

struct buf;
struct errs;

enum { GAME_SEATS = 5, GAME_DECISIONS_MAX = 3 };

/* A text in English and Chinese. */
struct game_text {
    const char *en, *zh;
};

/* A number within bounds, or one of several choices: then 0 … choices - 1. */
struct game_decision {
    const char *id;
    struct game_text title, unit;       /* unit: "%", "yuan a kilo" */
    int32_t least, most, step, standard; /* numbers: least + n × step */
    const char *const *choice;           /* ids, ended by NULL; NULL: a number */
    const struct game_text *choice_title;
};

struct game_seat {
    const char *id;   /* "seller_a" */
    const char *role; /* "seller", "importer", "customs", "airline": several seats may have one */
    struct game_text title, goal;
    struct game_decision decision[GAME_DECISIONS_MAX];
    unsigned decisions;
};
extern const struct game_seat game_seats[GAME_SEATS];

/* What all seats of a table decide. */
struct game_play {
    int32_t value[GAME_SEATS][GAME_DECISIONS_MAX];
};

/* What came of it; money in yuan, rounded. */
struct game_outcome {
    int64_t result[GAME_SEATS]; /* what each seat earned; of customs: its revenue */
    int64_t orders, revenue;
    int64_t waiting_hours;      /* of a parcel for a flight, mean, in hundredths */
};

/* A seat by its id, GAME_SEATS: none. */
unsigned game_seat_named(const char *id);
bool game_allows(const struct game_decision *decision, int32_t value);
void game_standard(struct game_play *play);

/* What a bot decides in a round (from 1): by draws of the seed, the table and the seat alone. */
void game_bot(uint64_t seed, unsigned table, unsigned seat, unsigned round, int32_t *value);

/* The request to run the play ("run" of sim/api.h): the same buyers for every play. */
void game_request(const struct game_play *play, uint64_t seed, struct buf *out);
/* Reads the outcome out of the summary. 0, or -1 with an error. */
int game_read(const char *summary, size_t length, const struct game_play *play, struct game_outcome *outcome,
              struct errs *errs);
/* Points of a seat: 100 is what the standard decisions of all give. A firm gets a point more for each thousand yuan;
 * customs half its points for revenue and half for trade, of which each per cent of orders lost takes two. */
int32_t game_points(const struct game_outcome *outcome, const struct game_outcome *standard, unsigned seat);

#endif

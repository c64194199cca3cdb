/* room: a workshop's room as a state machine: who sits where, rounds, decisions, outcomes, points. Pure: it reads no
 * clock and no socket; what happens comes as events, each with its time, and the same events give the same room. So an
 * append-only log of events is the room: it restarts from it. */
#ifndef ROOM_H
#define ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/game.h"

struct buf;
struct errs;

enum {
    ROOM_TABLES_MAX = 8,
    ROOM_SEATS_MAX = ROOM_TABLES_MAX * GAME_SEATS,
    ROOM_ROUNDS_MAX = 12,
    ROOM_NAME_MAX = 60,     /* bytes of a team's name */
    ROOM_TEXT_MAX = 300,    /* of a line to all */
    ROOM_SECONDS_MIN = 10,
    ROOM_SECONDS_MAX = 3600,
};

/* LOBBY → (start) DECIDING → (close) RUNNING → (outcomes) RESULTS → (next) DECIDING … OVER */
enum room_phase { ROOM_UNSET, ROOM_LOBBY, ROOM_DECIDING, ROOM_RUNNING, ROOM_RESULTS, ROOM_OVER, ROOM_PHASE_COUNT };
const char *room_phase_id(enum room_phase phase);

struct room_seat {
    char name[ROOM_NAME_MAX + 1]; /* "": nobody sits here, a bot plays */
    char token[65];               /* sha256 of what its phone shows to come back, hex */
    bool has_decided;             /* in this round */
    int32_t draft[GAME_DECISIONS_MAX]; /* its last decision, of an earlier round until it decides */
};

struct room_round {
    struct game_play play[ROOM_TABLES_MAX];
    bool by_bot[ROOM_SEATS_MAX];
    struct game_outcome outcome[ROOM_TABLES_MAX];
    int32_t points[ROOM_SEATS_MAX];
    uint32_t outcomes; /* a bit per table */
};

struct room {
    char code[5];         /* four letters, without those that look like digits */
    char facilitator[65]; /* sha256 of the facilitator's token, hex */
    uint64_t seed;
    unsigned tables, rounds, seconds;
    enum room_phase phase;
    unsigned round;       /* from 1; 0 in the lobby */
    int64_t now, deadline, left; /* ms; deadline of the round; left: of a paused one */
    bool is_paused, waits_for_all;
    char text[ROOM_TEXT_MAX + 1]; /* the facilitator's line to all, "" none */
    uint64_t events;      /* applied */
    bool has_standard;
    struct game_outcome standard; /* what the standard decisions of all give */
    struct room_seat seat[ROOM_SEATS_MAX];
    struct room_round history[ROOM_ROUNDS_MAX]; /* [round - 1] */
};

/* Applies one event, a line of JSON: {"at": ms, "do": "open", …}. 0, or -1 with an error, and then nothing has
 * changed. What may be done, and with which members:
 *   open code facilitator seed tables rounds seconds · lead facilitator · join seat name token · free seat · start
 *   decide seat values
 *   pause · resume · extend seconds · wait all · say text · close · standard … · outcome table … · next · end */
int room_apply(struct room *room, const char *line, size_t length, struct errs *errs);
/* All events of a log. What an interrupted write left behind at the end (a line without its break) is left out; *used
 * says how much was read. 0, or -1 with errors. */
int room_replay(struct room *room, const char *log, size_t length, size_t *used, struct errs *errs);

unsigned room_seats(const struct room *room);
/* The seat for a newcomer: of the role that is wished (NULL: any), the table with the fewest people first;
 * ROOM_SEATS_MAX: none is free. */
unsigned room_free_seat(const struct room *room, const char *role);
/* Seats of people who have not decided in this round. */
unsigned room_missing(const struct room *room);
/* Must the round be closed: is the time over, or have all decided? */
bool room_is_due(const struct room *room, int64_t now);
/* Milliseconds left in the round, 0: none. */
int64_t room_left(const struct room *room, int64_t now);
/* The sum of a seat's points over the rounds that have ended. */
int32_t room_points(const struct room *room, unsigned seat);
/* Rounds whose outcomes are known. */
unsigned room_ended(const struct room *room);
/* What the room's outcomes need to be run: the request of a table in this round, or (ROOM_TABLES_MAX) of the standard
 * play. */
void room_request(const struct room *room, unsigned table, struct buf *out);
/* A fingerprint of all of it. */
uint64_t room_hash(const struct room *room);

/* Four letters out of 40 random bits. */
void room_code(uint64_t bits, char code[5]);
bool room_is_code(const char *text);

/* Events as lines, with their line break. */
void room_say_open(struct buf *out, int64_t at, const char *code, const char *facilitator, uint64_t seed,
                   unsigned tables, unsigned rounds, unsigned seconds);
void room_say_lead(struct buf *out, int64_t at, const char *facilitator);
void room_say_join(struct buf *out, int64_t at, unsigned seat, const char *name, const char *token);
void room_say_decide(struct buf *out, int64_t at, unsigned seat, const int32_t *values);
void room_say_outcome(struct buf *out, int64_t at, unsigned table, const struct game_outcome *outcome);
void room_say(struct buf *out, int64_t at, const char *act); /* one without members */

/* What a browser is shown, as JSON. `seat`: whose decisions are told before the round ends; ROOM_SEATS_MAX: nobody's.
 */
void room_view(const struct room *room, unsigned seat, int64_t now, struct buf *out);

/* The decisions and results of all ended rounds: a row a seat and round; and as a page in two languages. */
void room_csv(const struct room *room, struct buf *out);
void room_report(const struct room *room, enum lang lang, struct buf *out);

#endif

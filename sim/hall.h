/* hall: the rooms of a server: opens them, knows who is who by tokens, keeps their logs, closes rounds in time, runs
 * what they played on a worker thread, and tells browsers. The rules are those of sim/room.h. */
#ifndef HALL_H
#define HALL_H

#include <stddef.h>

#include <uv.h>

struct book;
struct errs;
struct hall;
struct http;
struct openapi;

enum { HALL_TOKEN = 33 }; /* 32 hex digits and NUL */

/* `folder`: where logs are kept, and rooms go on from; NULL: in memory only. The book was loaded whole; borrowed. NULL
 * with errors: a log that cannot be read. */
struct hall *hall_create(uv_loop_t *loop, const struct book *book, const char *folder, struct errs *errs);
/* Lets a round at work end; gone when the loop has run once more. Before http_close. */
void hall_close(struct hall *hall);
/* Paths below /v1/rooms; and for the file that describes the interface. */
void hall_describe(struct openapi *file);
void hall_routes(struct hall *hall, struct http *http);

/* A new room: its code, and the token of whoever leads it. 0, or -1 with errors. */
int hall_open(struct hall *hall, unsigned tables, unsigned rounds, unsigned seconds, char code[5],
              char token[HALL_TOKEN], struct errs *errs);
/* The room that was taken up from its log last, or NULL; and a new token to lead it. */
const char *hall_kept(const struct hall *hall);
int hall_lead(struct hall *hall, const char *code, char token[HALL_TOKEN], struct errs *errs);

#endif

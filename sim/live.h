/* live: a scenario that runs paced inside the server's loop while people watch and change the law.
 *
 * A change is a setting (sim/setting.h) of a rule or of a factor on prices that holds from the next simulated day on:
 * the worlds are made anew with it and brought to where they were, where nothing that lies before it differs. What was
 * done is a log, and `tradeloom run --replay LOG` is that run in one go, with the same digest. */
#ifndef LIVE_H
#define LIVE_H

#include <uv.h>

struct book;
struct http;
struct live;
struct openapi;

/* Paths below /v1/live; only this machine may command. The book is borrowed. */
struct live *live_open(struct http *http, uv_loop_t *loop, const struct book *book);
/* Its paths, for the file that describes the interface. */
void live_describe(struct openapi *file);
/* Before http_close. */
void live_close(struct live *live);

#endif

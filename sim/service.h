/* service: the HTTP interface to the engine: the verbs of sim/api.h as paths below /v1, and the file that describes
 * them. What takes long runs on a worker thread, one after the other. */
#ifndef SERVICE_H
#define SERVICE_H

#include <uv.h>

struct book;
struct buf;
struct http;
struct service;

/* The book was loaded whole, and is only read; borrowed. */
struct service *service_open(struct http *http, uv_loop_t *loop, const struct book *book);
/* The file that describes the whole interface, rooms and the live session included (OpenAPI, JSON). */
void service_describe(struct buf *out);
/* Stops what runs and what waits; before http_close. */
void service_close(struct service *service);

#endif

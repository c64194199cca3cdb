/* http: the one place that speaks HTTP: libmicrohttpd inside a libuv loop, behind five calls (listen, route, reply,
 * open, broadcast). Requests come guarded: what is doubtful, too long, too slow or too often never reaches a route.
 * Everything happens on the thread of the loop. */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include <uv.h>

struct buf;
struct errs;
struct http;
struct http_channel;
struct http_request;

/* A request whose path and method have a route; its body is complete. Answers by http_reply or http_open, at once or
 * later; until then the request lives, also when the client has left. */
typedef void http_act(void *self, struct http_request *request);
/* The client of a stream has left. May broadcast, but close no channel. */
typedef void http_gone(void *self);

/* All texts are copied, the answer's bytes unless `is_kept`. */
struct http_answer {
    unsigned status;           /* 200 … */
    const char *type;          /* media type */
    const char *bytes;
    size_t length;
    const char *gzip;          /* the same, compressed, for those who take it; kept; NULL: none */
    size_t gzip_length;
    bool is_kept;              /* the bytes outlive the server */
    const char *etag;          /* without quotes; the answer may be kept and asked for again; NULL: must not be kept */
    const char *header, *value; /* one more: "Location", "Retry-After", …; NULL: none */
};

/* Listens at ADDR:PORT ("127.0.0.1:8080", "[::1]:0" with a free port; whole networks by "0.0.0.0:8080"). Answers only
 * those who ask for the address itself, for one of this machine where it listens to all, for "localhost", or for one of
 * `hosts` (ended by NULL, or NULL): a page elsewhere cannot reach it by a name of its own. NULL with an error. */
struct http *http_listen(uv_loop_t *loop, const char *address, const char *const *hosts, struct errs *errs);
unsigned http_port(const struct http *http);
/* From now on every request is answered with 503, without its route: before what stands behind the routes is closed. */
void http_shut(struct http *http);
/* Answers what is open with 503, ends the streams; `http` is gone when the loop has run once more. Whoever holds a
 * request that it means to answer later has to do so before. */
void http_close(struct http *http);

/* `path` is exact, or ends with a star for all that is below. A GET also answers HEAD. `most` bytes of body.
 * Borrowed. */
void http_route(struct http *http, const char *method, const char *path, size_t most, http_act *act, void *self);

/* The routes in the order of their making; false: no more. */
bool http_route_at(const struct http *http, size_t at, const char **method, const char **path);

/* Instead of "application/json": what the body of a POST must be, for the routes that follow (borrowed). */
void http_take(struct http *http, const char *type);
/* An address may ask as often as it likes, as a machine does that is tested. */
void http_hurry(struct http *http);

/* ---- what was asked; borrowed from the request ---- */
const char *http_path(const struct http_request *request); /* decoded, UTF-8 */
const char *http_rest(const struct http_request *request); /* what stands for the * of the route, "" when exact */
const char *http_argument(const struct http_request *request, const char *name); /* ?name=…, NULL: absent */
const char *http_header(const struct http_request *request, const char *name);   /* NULL: absent */
/* Does the client sit at this machine? */
bool http_is_local(const struct http_request *request);
const char *http_body(const struct http_request *request, size_t *length);

/* ---- answers: once a request ---- */
void http_reply(struct http_request *request, const struct http_answer *answer);
void http_reply_json(struct http_request *request, unsigned status, const struct buf *json);
/* {"status":"error","error":{"code":…,"message":…}} */
void http_refuse(struct http_request *request, unsigned status, const char *code, const char *message);

/* ---- event streams: what is broadcast on a channel reaches all who opened it; who comes back with the id of the last
 * event that it saw gets what it missed, or the event "reset" when that is no longer known ---- */
struct http_channel *http_channel_create(struct http *http);
/* Ends its streams. All channels are closed before the server is. */
void http_channel_close(struct http_channel *channel);
/* Answers with the channel's events. `gone(self)` is called once when the client has left; NULL: nobody asks. */
void http_open(struct http_request *request, struct http_channel *channel, http_gone *gone, void *self);
/* `data` is one line. A client that is 64 KB behind is dropped: it comes back and catches up. */
void http_broadcast(struct http_channel *channel, const char *event, const char *data, size_t length);
size_t http_listeners(const struct http_channel *channel);

#endif

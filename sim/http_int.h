/* http_int: the server's own data, for sim/http*.c only. */
#ifndef HTTP_INT_H
#define HTTP_INT_H

#include <stdint.h>
#include <sys/socket.h>

#include <microhttpd.h>
#include <uv.h>

#include "core/arena.h"
#include "core/buf.h"
#include "sim/http.h"

enum {
    HTTP_ROUTES_MAX = 64,
    HTTP_HOSTS_MAX = 64,
    HTTP_LINKS_MAX = 1024, /* connections, and addresses whose rates are remembered */
    HTTP_ADDRESS_LINKS_MAX = 600, /* connections of one address: it leaves room for others */
};

struct http_place {
    const char *method, *path;
    const char *taken; /* media type of what is posted */
    size_t most;
    http_act *act;
    void *self;
    bool has_rest; /* the path ends with a star */
};

/* How much one address may still ask: a bucket that fills with time. */
struct http_rate {
    unsigned char address[16];
    int64_t tokens;      /* thousandths of a request */
    uint64_t filled_ms;
    unsigned connections;
};

/* One connection. A connection that owes us something (a request, the rest of one) has until `due_ms`. */
struct http_link {
    struct http *http;
    struct http_link *next, *before;
    struct MHD_Connection *mhd;
    uint64_t due_ms;   /* UINT64_MAX: nothing is owed */
    struct http_rate *rate;
    int fd;
};

struct http {
    uv_loop_t *loop;
    struct MHD_Daemon *mhd;
    uv_poll_t poll;
    uv_timer_t wake, tick;
    unsigned open_handles;
    unsigned port;
    struct http_place place[HTTP_ROUTES_MAX];
    size_t places;
    const char *host[HTTP_HOSTS_MAX]; /* lower case, without port */
    size_t hosts;
    struct http_rate rate[HTTP_LINKS_MAX];
    struct http_link *links;
    struct http_request *waiting; /* for an answer that comes later */
    struct http_channel *channels;
    struct arena arena; /* as long as the server */
    char boot[17];      /* tells the event ids of this server from those of another */
    const char *taken; /* for the next route */
    bool is_hurried;   /* nobody asks too often */
    bool is_running, is_woken, is_closing; /* is_woken: something was resumed since the last turn */
};

enum http_phase { HTTP_UNSEEN, HTTP_BODY, HTTP_ACTING, HTTP_WAITING, HTTP_ANSWERED };

struct http_request {
    struct http *http;
    struct MHD_Connection *mhd;
    struct http_link *link;
    struct http_request *next, *before; /* among those that wait */
    const struct http_place *place;
    const char *path;     /* MHD's */
    struct buf body;
    enum http_phase phase;
    bool is_bad_uri, is_too_long;
    size_t passed;        /* bytes of body, also those dropped */
    struct MHD_Response *response;
    unsigned status;
};

/* ---- http_guard.c ---- */

/* Looks at the request's line and headers. 0: they are sound and `place` is set; else the status of the refusal. */
unsigned http_guard(struct http_request *request, const char *method, const char *version);
/* Is the path, percent signs undone, UTF-8 without control characters? */
bool http_guard_uri(const char *uri);
bool http_guard_hosts(struct http *http, const char *address, const char *const *hosts);
bool http_guard_gzip(const char *accepted);
void http_guard_link(struct http_link *link);
void http_guard_unlink(struct http_link *link);

/* ---- http.c ---- */

/* After something was resumed: the server gets its turn soon. */
void http_wake(struct http *http);
/* Hands a response over; the request owns it no longer. `is_last`: the connection ends with it. */
void http_respond(struct http_request *request, struct MHD_Response *response, unsigned status, bool is_last);
void http_add_header(struct MHD_Response *response, const char *name, const char *value);

/* ---- http_stream.c ---- */

void http_stream_tick(struct http *http, uint64_t now_ms);

#endif

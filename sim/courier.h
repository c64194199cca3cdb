/* courier: requests over HTTP from the caller's libuv loop, several at a time, by libcurl's multi interface. What fails
 * for a while is tried again. Only https, with certificates checked and TLS 1.2 at least; http only to this machine.
 * Everything happens on the thread of the loop. */
#ifndef COURIER_H
#define COURIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

struct buf;
struct courier;
struct courier_trip;

struct courier_options {
    const char *ca;         /* certificates of trusted authorities (PEM), borrowed; NULL: the system's */
    unsigned connections;   /* at a time, in all; what is sent beyond waits for its turn */
    unsigned failures_most; /* so many tries in a row that failed for a while: what waits fails too; 0: never */
};

/* Adds lines "Name: value\n": headers of one try, as a signature with its time. Calls nothing of this courier. */
typedef void courier_dress(void *self, struct buf *headers);

/* What is asked; copied when it is sent. */
struct courier_request {
    const char *method;         /* "POST"; NULL: "GET" */
    const char *url;
    const char *const *headers; /* "Name: value", ended by NULL; NULL: none. A body's type is one of them */
    courier_dress *dress;       /* NULL: nothing more; called with the `self` of courier_send */
    const char *body;           /* NULL: none */
    size_t length;
    size_t most;                /* bytes of an answer, unpacked if they are sent compressed */
    uint64_t timeout_ms;        /* of one try, from its beginning to the answer's end */
    uint64_t pause_ms;          /* before the second try at most; then twice, four times as much, at most 30 s */
    unsigned tries;             /* at most; 0: one */
    unsigned redirects;         /* that are followed; 0: they are an answer like others */
    unsigned slow_s;            /* less than 100 bytes a second for so long ends a try; 0: only its timeout does */
};

/* What came; lives until the callback returns, except a body that it takes away (then it leaves a zeroed one). */
struct courier_answer {
    long status;         /* of HTTP; 0: none came */
    const char *type;    /* media type, "" */
    const char *error;   /* why there is no answer below 300, for people; "" */
    const char *kind;    /* where none came at all: why, in words that are the same each time; "" */
    struct buf *body;    /* whole where `status` is not 0 */
    unsigned tries;
    uint64_t latency_us; /* of the last try: connection, request, answer */
};
typedef void courier_done(void *self, const struct courier_answer *answer);

struct courier *courier_create(uv_loop_t *loop, const struct courier_options *options);
/* Cancels what is under way; `courier` is gone when the loop has run once more. Not from a callback. */
void courier_close(struct courier *courier);

/* Sends; `done` is called once, never before this returns. Try again: time-outs, broken connections and the statuses
 * 408, 429, 500, 502, 503, 504, 522, 524, after any time up to the pause, or after Retry-After when that is at most a
 * minute. The trip is good for courier_cancel until `done` is called. */
struct courier_trip *courier_send(struct courier *courier, const struct courier_request *request, courier_done *done,
                                  void *self);
/* Gives it up, without a callback. */
void courier_cancel(struct courier_trip *trip);

/* Trips that are not done. */
size_t courier_open(const struct courier *courier);
/* Bytes of answers that came so far, for a bar. */
uint64_t courier_bytes(const struct courier *courier);

/* May it be asked: https, or http to a loopback address or localhost? */
bool courier_may(const char *url);
/* Is it at this machine? */
bool courier_is_loopback(const char *url);

#endif

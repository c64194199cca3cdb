/* fetch: files from the network, several at a time, by the courier (sim/courier.h), whose rules hold: only https, http
 * only to this machine; what fails for a while is tried again. */
#ifndef FETCH_H
#define FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/node.h"

struct fetch_file {
    /* asked; borrowed */
    const char *url;
    const char *accept;       /* header, NULL: anything */
    const char *const *types; /* media types that will do, ended by NULL; NULL: any. One that is not said will do */
    size_t most;              /* bytes, unpacked if they are sent compressed */
    /* what came; the owner finishes body */
    bool came;
    struct buf body;
    char type[80];            /* media type, "" */
    char error[240];          /* why it did not come, "" */
    long status;              /* of HTTP, 0: none */
    unsigned tries;
};

struct fetch {
    /* asked */
    struct fetch_file *file;
    size_t files;
    const char *ca;           /* certificates of trusted authorities (PEM); NULL: the system's */
    unsigned connections;     /* at a time */
    uint64_t timeout_ms;      /* of one try */
    uint64_t pause_ms;        /* before the second try at most; then twice, four times as much */
    bool has_bar;             /* on stderr */
    enum lang lang;           /* of the bar */
    /* counted */
    size_t ended, came;
    uint64_t bytes;
};

enum { FETCH_TRIES = 4, FETCH_REDIRECTS = 5, FETCH_CONNECTIONS = 6 };

/* Returns when each file has come or failed: 0, or -1 when some did not come; each says why. Of many failures in a
 * row the rest are not tried. fetch_finish either way. */
int fetch_all(struct fetch *fetch);
void fetch_finish(struct fetch *fetch);

#endif

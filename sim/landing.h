/* landing: what was fetched, on the disk: whole or not at all, with where and when it came from beside it. */
#ifndef LANDING_H
#define LANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct errs;

/* What FILE.origin says of FILE. */
struct landing_origin {
    char url[500], fetched[21], sha256[65]; /* fetched: ISO 8601, UTC */
    char from[11];                          /* first day on which it holds, where the fetcher said it; else "" */
    int64_t time;                           /* the same, in seconds */
};

/* Puts the bytes at `path`, whose folders are made where they are missing. 0, or -1 with an error. */
int landing_write(const char *path, const char *bytes, size_t length, struct errs *errs);
/* The same, with its origin (url, time and from) beside it. */
int landing_put(const char *path, const struct landing_origin *origin, const char *bytes, size_t length,
                struct errs *errs);
/* False when the file is not there, or not the one that its origin speaks of. */
bool landing_origin(const char *path, struct landing_origin *origin);

#endif

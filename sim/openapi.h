/* openapi: the file that describes the HTTP interface, path by path: whoever has routes tells them. */
#ifndef OPENAPI_H
#define OPENAPI_H

#include <stddef.h>

struct buf;
struct json_field;

struct openapi {
    struct buf *out;
    const char *path; /* the last that was told, NULL: none yet */
};

/* All texts are plain: they need no escapes. */
struct openapi_path {
    const char *method;              /* "GET", "POST" */
    const char *path;                /* "/v1/rooms/{code}" */
    const char *id, *note;
    const struct json_field *fields; /* of the body, NULL: not told */
    const char *arguments[4];        /* of the query, ended by NULL */
};

void openapi_begin(struct openapi *file, struct buf *out);
/* Methods of one path are told one after the other. */
void openapi_add(struct openapi *file, const struct openapi_path *path);
void openapi_end(struct openapi *file);

#endif

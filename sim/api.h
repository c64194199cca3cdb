/* api: the engine for other programs: a verb and JSON text in, JSON text out. The HTTP interface and libtradeloom
 * answer by it. Nothing is printed, no file is read, and a mistake of the asker is an answer. */
#ifndef API_H
#define API_H

#include <stddef.h>

#include "core/err.h"

struct api;
struct api_call;
struct book;
struct buf;
struct json_field;

struct api_verb {
    const char *name, *note;
    int (*act)(struct api_call *call); /* of api.c */
};
/* What may be asked, ended by a NULL name. */
extern const struct api_verb api_verbs[];

/* For one thread at a time. `book` was loaded whole by book_load, is only read, and may serve many; borrowed. */
struct api *api_create(const struct book *book);
void api_destroy(struct api *api);

/* Appends one JSON document to `out`: the answer, or {"status": "error", "error": {…}}, and says which by the code of
 * its first error (err_name, err_status); ERR_USAGE: there is no such verb. A refusal by the law is an answer. */
enum err_code api_call(struct api *api, const char *verb, const char *bytes, size_t length, struct buf *out);

/* What a verb's request may hold, NULL: there is no such verb, or it asks nothing. */
const struct json_field *api_fields(const char *verb);

/* The answer that tells of errors. */
void api_refuse(const struct errs *errs, struct buf *out);

/* From any thread: a run at work ends soon, with the error `busy`; until api_continue the next ones do at once. */
void api_stop(struct api *api);
void api_continue(struct api *api);

#endif

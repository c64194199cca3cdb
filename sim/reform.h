/* reform: a change of the law, or of the world, as data: a merge patch (RFC 7396) over rules and scenario, with its
 * title, the law or proposal behind it, and its date. Built-in ones stand in scenarios/reforms/.
 *
 * A reform is one of two:
 *   a proposal says otherwise what the packs and the scenario say. Laid over a scenario it is the law from the days on
 *     that it names.
 *   a law is in the packs already. It only says since when, and where: "law_of": {"CN": "2019-01-01"}; "covers" names
 *     the packs, and kinds of tariff rows, that it changed, where other things changed there on the same day. Laid
 *     over a scenario it makes the place's law that of its day; undone it takes back what began on that day.
 *
 * Its sides, for who compares (job_load_side):
 *              a proposal             a law
 *   BEFORE     the scenario as it is  the law of its day without it
 *   AFTER      with it                the law of its day
 *   UNDONE     -                      the scenario as it is without it: "today without it"
 */
#ifndef REFORM_H
#define REFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/json.h"
#include "core/node.h"

struct arena;
struct buf;
struct data_span;
struct errs;
struct out_json;

enum reform_side { REFORM_UNSET, REFORM_BEFORE, REFORM_AFTER, REFORM_UNDONE };

struct reform {
    const char *id;             /* its member "id", else the name by which it was asked for */
    const char *source;         /* for messages: the path */
    const char *bytes;          /* as the file has them: never written */
    size_t length;
    const char *title[3], *about[3], *law[3]; /* by enum lang; "" where the file does not say */
    const char *origin, *confidence, *example; /* source; how sure; a scenario that it fits, with options */
    int32_t day;                /* its date, DAY_UNSET where the file does not say */
    bool is_law;
};

/* What a reform says of itself; the rest of it is over the rules and the scenario. */
extern const struct json_field reform_fields[];

/* A built-in name, or a file. Everything lives in `arena`. 0, or -1 with errors (an unknown name: with the nearest). */
int reform_load(struct reform *reform, const char *name, struct arena *arena, struct errs *errs);
/* The same of a document that is read; it and its bytes must outlive the reform. */
int reform_read(struct reform *reform, const struct json *json, const char *name, struct arena *arena,
                struct errs *errs);
/* The file of a built-in one; NULL: none. */
const struct data_span *reform_find(const char *name);
/* Title in a language, else its id. */
const char *reform_title(const struct reform *reform, enum lang lang);
/* Names of the built-in ones, sorted; NULL at the end; in `arena`. Their number in *count. */
const char **reform_names(struct arena *arena, size_t *count);
/* For a person: title, law, source and date; and what it changes of the scenario, line by line. */
void reform_tell(const struct reform *reform, enum lang lang, struct buf *out);
void reform_tell_rest(const struct reform *reform, enum lang lang, struct buf *out);
/* An element of a list: what it says of itself. */
void reform_json(const struct reform *reform, struct out_json *json);

#endif

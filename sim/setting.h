/* setting: `--set path=value[@date]` as a merge patch over the scenario, or over the rules. */
#ifndef SETTING_H
#define SETTING_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct errs;

/* Is it about the law: does its path begin with "rules."? */
bool setting_is_rule(const char *words);
/* Writes the patch as JSON. "rules.PACK.PARAM=VALUE@DATE" gives
 * {"rules": {"PACK": {"parameters": {"PARAM": {"DATE": {"value": "VALUE"}}}}}}, a VALUE of null ends the parameter;
 * any other path names a member of the scenario, which says how the value is written. A value that begins with
 * a bracket or a quote is JSON already. 0, or -1 with an error. */
int setting_write(const char *words, struct buf *out, struct errs *errs);
/* A path, that of a rule with its day, "rules.PACK.PARAM@DATE", and a value in the words of --set, where the day
 * stands behind the value. */
void setting_words(const char *path, const char *value, size_t length, struct buf *out);

#endif

/* tradeloom: the engine as a library: JSON in, JSON out. Everything is behind a handle; there are no globals, nothing
 * is printed, and the library never ends the program. A handle is used by one thread at a time; threads have handles
 * of their own. Texts are UTF-8 and end with NUL. Requests and answers: docs/library.md. */
#ifndef TRADELOOM_H
#define TRADELOOM_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TRADELOOM_API __attribute__((visibility("default")))
#else
#define TRADELOOM_API
#endif

typedef struct tradeloom tradeloom;

/* `folder`: data of the user's own (rules/, catalog/) over those that are built in, or NULL: only those. NULL when
 * memory ran out. When the data are wrong, every answer of the handle tells it, and so does tradeloom_error. */
TRADELOOM_API tradeloom *tradeloom_create(const char *folder);
TRADELOOM_API void tradeloom_destroy(tradeloom *handle); /* NULL does nothing */

/* Answers what `verb` asks: quote, forms, explain, drawback, run, compare, rules, scenarios, version. The answer is a
 * JSON document that the caller gives back to tradeloom_free, also when it is an error: {"status": "error",
 * "error": {"code", "message", …}}. NULL: memory ran out or the library found a
 * mistake of its own; the handle then answers nothing more. */
TRADELOOM_API char *tradeloom_call(tradeloom *handle, const char *verb, const char *request);
TRADELOOM_API char *tradeloom_quote(tradeloom *handle, const char *request);
TRADELOOM_API char *tradeloom_run(tradeloom *handle, const char *request);
TRADELOOM_API char *tradeloom_compare(tradeloom *handle, const char *request);
TRADELOOM_API char *tradeloom_rules(tradeloom *handle, const char *request);
TRADELOOM_API void tradeloom_free(char *answer); /* NULL does nothing */

/* The error of the last call as JSON, NULL when there was none; the handle's until its next call. */
TRADELOOM_API const char *tradeloom_error(const tradeloom *handle);

/* From any thread: the run at work ends soon with the error `busy`; without one, the next run does. */
TRADELOOM_API void tradeloom_stop(tradeloom *handle);

TRADELOOM_API const char *tradeloom_version(void);

#ifdef __cplusplus
}
#endif

#endif

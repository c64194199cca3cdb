/* check: assertions that are always on. A failed check is our bug: it names itself and ends the program with 70. */
#ifndef CHECK_H
#define CHECK_H

#define check(x) ((x) ? (void)0 : check_failed(#x, __FILE__, __LINE__))

_Noreturn void check_failed(const char *what, const char *file, int line);
/* Nothing sound can follow: 70 our bug, 71 out of memory. Ends the program (core/end.c); in libtradeloom, which has
 * its own, the call. */
_Noreturn void check_end(const char *message, int status);

#endif

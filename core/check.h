/* check: assertions that are always on. A failed check is our bug: it names itself and exits 70. */
#ifndef CHECK_H
#define CHECK_H

#define check(x) ((x) ? (void)0 : check_failed(#x, __FILE__, __LINE__))

_Noreturn void check_failed(const char *what, const char *file, int line);

#endif

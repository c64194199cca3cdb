/* check: prints the failed assertion and ends the program with 70. */
#include "core/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXIT_OUR_BUG = 70 };

_Noreturn void check_failed(const char *what, const char *file, int line)
{
    fprintf(stderr, "tradeloom: our bug: %s does not hold (%s:%d); please report it\n", what, file, line);
    fflush(stderr);
#if defined(__SANITIZE_ADDRESS__)
    abort(); /* with a stack trace */
#else
    _Exit(EXIT_OUR_BUG); /* not exit: other threads may be at work, who would wait for each other */
#endif
}

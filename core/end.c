/* end: how a program ends when nothing sound can follow: at once, with its reason on stderr. */
#include <stdio.h>
#include <stdlib.h>

#include "core/check.h"

_Noreturn void check_end(const char *message, int status)
{
    fprintf(stderr, "tradeloom: %s\n", message);
    fflush(stderr);
#if defined(__SANITIZE_ADDRESS__)
    if (status == 70)
        abort(); /* with a stack trace */
#endif
    _Exit(status); /* not exit: other threads may be at work, who would wait for each other */
}

/* end: how a program ends when nothing sound can follow: at once, with its reason on stderr. */
#include <stdio.h>
#include <stdlib.h>

#include "core/check.h"

#if defined(__SANITIZE_ADDRESS__) /* gcc says so, */
#define IS_WATCHED 1
#elif defined(__has_feature) /* clang when it is asked */
#if __has_feature(address_sanitizer)
#define IS_WATCHED 1
#endif
#endif

_Noreturn void check_end(const char *message, int status)
{
    fprintf(stderr, "tradeloom: %s\n", message);
    fflush(stderr);
#if defined(IS_WATCHED)
    if (status == 70)
        abort(); /* with a stack trace, and libFuzzer keeps what it was */
#endif
    _Exit(status); /* not exit: other threads may be at work, who would wait for each other */
}

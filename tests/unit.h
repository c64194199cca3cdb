/* unit: what the unit tests share: cmocka and what it needs before it, the proof that a check ends the program, errors
 * shown. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/err.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* Whether `work` ends the program by a failed check: in a child, whose complaint nobody wants to read. */
static inline bool unit_refuses(void (*work)(void *context), void *context)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        work(context);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) || WEXITSTATUS(status) != 0;
}

static inline void unit_print_errs(const struct errs *errs)
{
    struct buf text = {0};
    for (size_t i = 0; i < errs->count; i++)
        err_render(&errs->item[i], 0, &text);
    print_error("%s", buf_text(&text));
    buf_finish(&text);
}

/* Ends the test with errors that should not be there. */
static inline void unit_fail_with(const struct errs *errs)
{
    unit_print_errs(errs);
    fail();
}

#endif

/* ending: two signals, one flag; a second signal while things close changes nothing. */
#include "sim/ending.h"

#include <signal.h>

#include "core/check.h"

static void signalled(uv_signal_t *handle, int number)
{
    struct ending *ending = handle->data;
    (void)number;
    if (!ending->is_asked)
        uv_stop(handle->loop);
    ending->is_asked = true;
}

static void watch(struct ending *ending, uv_loop_t *loop, uv_signal_t *handle, int number)
{
    handle->data = ending;
    check(uv_signal_init(loop, handle) == 0);
    check(uv_signal_start(handle, signalled, number) == 0);
}

void ending_watch(struct ending *ending, uv_loop_t *loop)
{
    ending->is_asked = false;
    signal(SIGPIPE, SIG_IGN);
    watch(ending, loop, &ending->interrupt, SIGINT);
    watch(ending, loop, &ending->terminate, SIGTERM);
}

void ending_close(struct ending *ending)
{
    uv_close((uv_handle_t *)&ending->interrupt, NULL);
    uv_close((uv_handle_t *)&ending->terminate, NULL);
}

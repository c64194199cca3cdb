/* fuzz_snapshot: damaged states: what a kernel takes, it pops in order; what a checkpoint takes, it writes again. The
 * input is a list of edits (place, place, byte) of sound states. */
#include "core/buf.h"
#include "core/check.h"
#include "core/err.h"
#include "core/kernel.h"
#include "sim/checkpoint.h"
#include "sim/stats.h"
#include "tests/fuzz.h"

static void edit(struct buf *state, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i + 3 <= length; i += 3)
        state->data[(size_t)(bytes[i] << 8 | bytes[i + 1]) % state->length] = (char)bytes[i + 2];
}

static void edit_kernel(const uint8_t *bytes, size_t length)
{
    struct kernel *kernel = kernel_create();
    struct buf state = {0};
    struct event event;
    for (uint32_t i = 0; i < 50; i++)
        kernel_push(kernel, (struct event){.time = 1000 * (i * 7 % 11), .subject = i, .priority = (uint8_t)(i % 3)});
    kernel_snapshot(kernel, buf_room(&state, kernel_snapshot_bytes(kernel)));
    state.length = kernel_snapshot_bytes(kernel);
    edit(&state, bytes, length);
    if (kernel_restore(kernel, state.data, state.length))
        for (int64_t last = kernel_now(kernel); kernel_pop(kernel, INT64_MAX, &event); last = event.time)
            check(event.time >= last);
    buf_finish(&state);
    kernel_destroy(kernel);
}

static void edit_checkpoint(const uint8_t *bytes, size_t length)
{
    struct checkpoint sound = {.key = {.seed = 3, .limit = 2}}, read;
    struct errs errs = {0};
    struct buf state = {0};
    sound.tally = tally_create();
    checkpoint_write(&sound, &state);
    edit(&state, bytes, length);
    int failed = checkpoint_read(&read, "checkpoint", state.data, state.length - length % 3, &errs);
    fuzz_look_at(&errs, failed);
    check(failed || length < 3 || length % 3 == 0);
    checkpoint_finish(&read);
    checkpoint_finish(&sound);
    buf_finish(&state);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    edit_kernel(bytes, length);
    edit_checkpoint(bytes, length);
    return 0;
}

/* sandbox_hook: sends the sandbox's receipts out as they are told, each a POST of one JSON document, signed; what is
 * not taken is tried again. What has arrived is kept in the sandbox's file: who is not sure sends again. */
#ifndef SANDBOX_HOOK_H
#define SANDBOX_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include <uv.h>

struct sandbox;
struct sandbox_hook;

struct sandbox_hook_options {
    const char *url;                       /* courier_may; borrowed, like the others */
    const char *secret;
    size_t secret_length;
    const char *ca;                        /* NULL: the system's authorities */
    unsigned tries;
    uint64_t pause_ms;                     /* before the second try at most; doubles */
    void (*changed)(void *self);           /* there is something to commit, when it suits */
    void *self;
};

struct sandbox_hook *sandbox_hook_open(uv_loop_t *loop, struct sandbox *sandbox,
                                       const struct sandbox_hook_options *options);
/* Sends what is committed and was not sent: after each commit. */
void sandbox_hook_send(struct sandbox_hook *hook);
/* What is under way is given up, and sent again when the file is opened next; the loop has to run once more. */
void sandbox_hook_close(struct sandbox_hook *hook);

#endif

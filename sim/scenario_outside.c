/* scenario_outside: reads which step is decided by an endpoint, and how it is asked. */
#include <ctype.h>
#include <string.h>

#include "core/err.h"
#include "sim/scenario_int.h"

static const char *const steps[] = {"payment", "address", "declaration", NULL};
static const char *const answers[] = {"accept", "decline", NULL};

const struct json_field scenario_outside_fields[] = {
    {"step", JSON_STRING, true, false, steps, NULL, "what it decides: is a payment authorised, is an "
     "address good, is a declaration taken?"},
    {"url", JSON_STRING, true, false, NULL, NULL, "where it is asked by POST: https, or http on this machine"},
    {"otherwise", JSON_STRING, true, false, answers, NULL, "what counts where no answer comes"},
    {"timeout_s", JSON_DECIMAL, false, false, NULL, NULL, "of one try, seconds; 5 when missing"},
    {"tries", JSON_INTEGER, false, false, NULL, NULL, "at most, 1 to 10; 3 when missing"},
    {"connections", JSON_INTEGER, false, false, NULL, NULL, "at a time, 1 to 256; 16 when missing"},
    {0}};

const char *scenario_outside_id(enum outside_step step)
{
    return step == OUTSIDE_STEP_NONE ? "" : steps[step - 1];
}

/* Behind a scheme: does the name of the host stand there, and nothing else? */
static bool is_host(const char *at, const char *host)
{
    size_t length = strlen(host);
    return strncmp(at, host, length) == 0 && strchr(":/?", at[length]) != NULL; /* or the end */
}

static void fail_url(const struct scenario_reader *r, const cJSON *node, const char *what, const char *help)
{
    err_help(json_fail(r->json, node, r->errs, ERR_UNKNOWN_VALUE, "\"url\" %s", what), "%s", help);
}

/* Only how it is written; who it is, and whether the way there is safe, is looked at when it is asked. */
static void check_url(const struct scenario_reader *r, const cJSON *node)
{
    static const char help[] = "like https://pay.example/authorise, or http://127.0.0.1:8080/authorise";
    const char *url = node->valuestring;
    bool is_safe = strncmp(url, "https://", 8) == 0, is_plain = strncmp(url, "http://", 7) == 0;
    const char *host = url + (is_safe ? 8 : 7), *end = host + (is_safe || is_plain ? strcspn(host, "/?#") : 0);
    bool is_clean = true;
    for (const char *at = url; *at; at++)
        is_clean = is_clean && isgraph((unsigned char)*at);
    if (!is_safe && !is_plain)
        fail_url(r, node, "is no address that begins with https:// or http://", help);
    else if (!is_clean || end == host || strchr(url, '#'))
        fail_url(r, node, "is no address of an endpoint", help);
    else if (memchr(host, '@', (size_t)(end - host)))
        fail_url(r, node, "holds a name or a password, which would stand in every log", "leave them out");
    else if (is_plain && !is_host(host, "127.0.0.1") && !is_host(host, "localhost") && !is_host(host, "[::1]"))
        fail_url(r, node, "is http to another machine", "https, or http to 127.0.0.1, localhost or [::1]");
}

void scenario_outside_read(const struct scenario_reader *r, const cJSON *root)
{
    const cJSON *node = json_get(root, "outside");
    struct scenario_outside *out = &r->scenario->outside;
    if (!cJSON_IsObject(node))
        return;
    const char *step = json_text(node, "step", "");
    for (unsigned i = 0; steps[i]; i++)
        if (strcmp(steps[i], step) == 0)
            out->step = (uint8_t)(i + 1);
    out->url = json_text(node, "url", "");
    out->accepts = strcmp(json_text(node, "otherwise", ""), "accept") == 0;
    out->timeout_ms = (uint64_t)scenario_decimal(r, node, "timeout_s", 3, 5000, 10, 600000);
    out->tries = (uint32_t)scenario_integer(r, node, "tries", 3, 1, OUTSIDE_TRIES_MOST);
    out->connections = (uint32_t)scenario_integer(r, node, "connections", 16, 1, OUTSIDE_CONNECTIONS_MOST);
    check_url(r, json_get(node, "url"));
}

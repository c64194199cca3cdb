/* duck: finds the library and its calls. */
#include "sim/duck.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"

static int fail(const char *what, struct errs *errs)
{
    struct err *err = errs_add(errs, ERR_UNAVAILABLE,
                               "Parquet is written by DuckDB's library, which is not here: %.150s", what ? what : "");
    err_help(err, "npm install @duckdb/node-bindings-linux-x64 brings libduckdb.so; name it in TRADELOOM_DUCKDB");
    return -1;
}

int duck_load(struct duck *duck, struct errs *errs)
{
    const char *path = getenv("TRADELOOM_DUCKDB");
    *duck = (struct duck){.library = dlopen(path && *path ? path : "libduckdb.so", RTLD_NOW | RTLD_GLOBAL)};
    if (!duck->library)
        return fail(dlerror(), errs);
    const char *missing = NULL;
#define X(name, result, arguments)                                                                                     \
    *(void **)&duck->name = dlsym(duck->library, "duckdb_" #name);                                                     \
    missing = duck->name ? missing : "duckdb_" #name;
    DUCK_CALLS(X)
#undef X
    if (!missing)
        return 0;
    duck_finish(duck);
    return fail(missing, errs);
}

void *duck_given(const char *call, struct duck_handle *info)
{
    void *(*open_info)(struct duck_handle *);
    *(void **)&open_info = dlsym(RTLD_DEFAULT, call);
    return open_info(info);
}

void duck_finish(struct duck *duck)
{
    if (duck->library)
        dlclose(duck->library);
    duck->library = NULL;
}

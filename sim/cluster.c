/* cluster: finds the library that speaks MPI, and asks it. */
#include "sim/cluster.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"
#include "sim/beside.h"

bool cluster_is_started(void)
{
    static const char *const names[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK", "MPI_LOCALNRANKS"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (getenv(names[i]))
            return true;
    return false;
}

/* All its symbols are shared: MPI's own plug-ins need them. */
static void *open_library(void)
{
    char path[PATH_MAX];
    return beside_find("tradeloom_mpi.so", path, sizeof path) ? dlopen(path, RTLD_NOW | RTLD_GLOBAL) : NULL;
}

int cluster_open(struct cluster *cluster, struct errs *errs)
{
    *cluster = (struct cluster){0, 1, NULL};
    if (!cluster_is_started())
        return 0;
    void *library = open_library();
    cluster->calls = library ? dlsym(library, "cluster_calls") : NULL;
    if (cluster->calls && cluster->calls->open(&cluster->rank, &cluster->size))
        return 0;
    const char *why = cluster->calls ? "it did not start" : library ? dlerror() : "tradeloom_mpi.so is not there";
    struct err *err = errs_add(errs, ERR_UNAVAILABLE, "started by mpirun, but MPI cannot be used: %.150s", why);
    err_help(err, "build it with -Dmpi=enabled (libopenmpi-dev), or start shares with --shard K/N");
    *cluster = (struct cluster){0, 1, NULL};
    return -1;
}

bool cluster_tells(const struct cluster *cluster, bool has_failed, bool *any)
{
    unsigned first = has_failed ? cluster->rank : UINT_MAX;
    if (cluster->calls)
        first = cluster->calls->least(first);
    *any = first != UINT_MAX;
    return has_failed && first == cluster->rank;
}

uint64_t cluster_sum(const struct cluster *cluster, uint64_t value)
{
    return cluster->calls ? cluster->calls->sum(value) : value;
}

void cluster_share(const struct cluster *cluster, void *bytes, size_t length)
{
    if (cluster->calls)
        cluster->calls->share(bytes, length);
}

void cluster_close(struct cluster *cluster)
{
    if (cluster->calls)
        cluster->calls->close();
    cluster->calls = NULL;
}

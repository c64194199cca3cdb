/* cluster_mpi: the library that speaks MPI, for sim/cluster.c. Only the thread that opened it calls it. */
#include <limits.h>
#include <time.h>

#include <mpi.h>

#include "sim/cluster.h"

enum { NAP_NS = 5000000, PIECE = 1 << 30 };

static bool mpi_open(unsigned *rank, unsigned *size)
{
    int provided, own, all;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
        MPI_Comm_rank(MPI_COMM_WORLD, &own) != MPI_SUCCESS || MPI_Comm_size(MPI_COMM_WORLD, &all) != MPI_SUCCESS)
        return false;
    *rank = (unsigned)own;
    *size = (unsigned)all;
    return true;
}

/* MPI waits by asking all the time; the processor belongs to those who still work. */
static void wait_for(MPI_Request *request)
{
    int is_done = 0;
    while (MPI_Test(request, &is_done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !is_done)
        nanosleep(&(struct timespec){0, NAP_NS}, NULL);
}

static unsigned mpi_least(unsigned value)
{
    unsigned least = value;
    MPI_Request request;
    MPI_Iallreduce(&value, &least, 1, MPI_UNSIGNED, MPI_MIN, MPI_COMM_WORLD, &request);
    wait_for(&request);
    return least;
}

static uint64_t mpi_sum(uint64_t value)
{
    uint64_t sum = value;
    MPI_Request request;
    MPI_Iallreduce(&value, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD, &request);
    wait_for(&request);
    return sum;
}

static void mpi_share(void *bytes, size_t length)
{
    for (size_t at = 0; at < length; at += PIECE) {
        size_t left = length - at;
        MPI_Bcast((char *)bytes + at, left < PIECE ? (int)left : PIECE, MPI_BYTE, 0, MPI_COMM_WORLD);
    }
}

static void mpi_close(void)
{
    MPI_Finalize();
}

extern const struct cluster_calls cluster_calls;
__attribute__((visibility("default"))) const struct cluster_calls cluster_calls = {mpi_open, mpi_least, mpi_sum,
                                                                                  mpi_share, mpi_close};

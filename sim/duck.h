/* duck: DuckDB's C library, taken when the program runs and only where it is: the few of its calls that are
 * needed, declared as its interface states them. */
#ifndef DUCK_H
#define DUCK_H

#include <stdbool.h>
#include <stdint.h>

struct errs;

struct duck_handle; /* whatever the library hands out */
struct duck_result {
    uint64_t old[5];
    void *inside;
};
enum duck_type { DUCK_BIGINT = 5, DUCK_TIMESTAMP = 12, DUCK_DATE = 13, DUCK_VARCHAR = 17, DUCK_DECIMAL = 19 };

/* X(name, result, arguments); a call that returns int returns 0 for success. */
#define DUCK_CALLS(X)                                                                                                  \
    X(open, int, (const char *, struct duck_handle **))                                                                \
    X(close, void, (struct duck_handle **))                                                                            \
    X(connect, int, (struct duck_handle *, struct duck_handle **))                                                     \
    X(disconnect, void, (struct duck_handle **))                                                                       \
    X(query, int, (struct duck_handle *, const char *, struct duck_result *))                                          \
    X(result_error, const char *, (struct duck_result *))                                                              \
    X(destroy_result, void, (struct duck_result *))                                                                    \
    X(library_version, const char *, (void))                                                                           \
    X(vector_size, uint64_t, (void))                                                                                   \
    X(create_logical_type, struct duck_handle *, (int))                                                                \
    X(create_decimal_type, struct duck_handle *, (uint8_t, uint8_t))                                                   \
    X(destroy_logical_type, void, (struct duck_handle **))                                                             \
    X(create_data_chunk, struct duck_handle *, (struct duck_handle **, uint64_t))                                      \
    X(destroy_data_chunk, void, (struct duck_handle **))                                                               \
    X(data_chunk_reset, void, (struct duck_handle *))                                                                  \
    X(data_chunk_get_vector, struct duck_handle *, (struct duck_handle *, uint64_t))                                   \
    X(data_chunk_set_size, void, (struct duck_handle *, uint64_t))                                                     \
    X(vector_get_data, void *, (struct duck_handle *))                                                                 \
    X(vector_ensure_validity_writable, void, (struct duck_handle *))                                                   \
    X(vector_get_validity, uint64_t *, (struct duck_handle *))                                                         \
    X(vector_assign_string_element_len, void, (struct duck_handle *, uint64_t, const char *, uint64_t))                \
    X(appender_create, int, (struct duck_handle *, const char *, const char *, struct duck_handle **))                 \
    X(append_data_chunk, int, (struct duck_handle *, struct duck_handle *))                                            \
    X(appender_flush, int, (struct duck_handle *))                                                                     \
    X(appender_destroy, int, (struct duck_handle **))

struct duck {
    void *library;
#define X(name, result, arguments) result(*name) arguments;
    DUCK_CALLS(X)
#undef X
};

/* Loads the library that $TRADELOOM_DUCKDB names, else libduckdb.so where the system looks. 0, or -1 with an error that
 * says where to get it (exit status 69). */
int duck_load(struct duck *duck, struct errs *errs);
void duck_finish(struct duck *duck);

#endif

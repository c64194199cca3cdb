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
enum duck_type { DUCK_BIGINT = 5, DUCK_TIMESTAMP = 12, DUCK_DATE = 13, DUCK_VARCHAR = 17 };

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
    X(create_enum_type, struct duck_handle *, (const char **, uint64_t))                                               \
    X(destroy_logical_type, void, (struct duck_handle **))                                                             \
    X(create_table_function, struct duck_handle *, (void))                                                             \
    X(destroy_table_function, void, (struct duck_handle **))                                                           \
    X(table_function_set_name, void, (struct duck_handle *, const char *))                                             \
    X(table_function_set_extra_info, void, (struct duck_handle *, void *, void (*)(void *)))                           \
    X(table_function_set_bind, void, (struct duck_handle *, void (*)(struct duck_handle *)))                           \
    X(table_function_set_init, void, (struct duck_handle *, void (*)(struct duck_handle *)))                           \
    X(table_function_set_function, void,                                                                               \
      (struct duck_handle *, void (*)(struct duck_handle *, struct duck_handle *)))                                    \
    X(register_table_function, int, (struct duck_handle *, struct duck_handle *))                                      \
    X(bind_get_extra_info, void *, (struct duck_handle *))                                                             \
    X(bind_add_result_column, void, (struct duck_handle *, const char *, struct duck_handle *))                        \
    X(function_get_extra_info, void *, (struct duck_handle *))                                                         \
    X(data_chunk_get_vector, struct duck_handle *, (struct duck_handle *, uint64_t))                                   \
    X(data_chunk_set_size, void, (struct duck_handle *, uint64_t))                                                     \
    X(vector_get_data, void *, (struct duck_handle *))                                                                 \
    X(vector_ensure_validity_writable, void, (struct duck_handle *))                                                   \
    X(vector_get_validity, uint64_t *, (struct duck_handle *))

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
/* What a table function was given, by the call that opens `info`. For its own calls, which are told nothing else. */
void *duck_given(const char *call, struct duck_handle *info);

#endif

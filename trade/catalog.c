/* catalog */
typedef int catalog_c_is_not_written_yet;
